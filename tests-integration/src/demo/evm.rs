//! The chain that pays: the payer's escrow, the recipient's balance, and the hub.

use alloy::{
    eips::BlockNumberOrTag,
    primitives::{Address, U256, utils::format_ether},
    providers::{DynProvider, Provider},
    rpc::types::TransactionRequest,
};
use proofrail_deploy::{accounts::Role, devnet::Devnet, rpc::transact};
use proofrail_evm::{
    contracts::{
        DevToken, DevToken::DevTokenInstance, SettlementHub, SettlementHub::SettlementHubInstance,
    },
    settlement::{Proof, Settlement},
};

use super::{
    agreement::Agreement,
    error::{DemoError, at},
    report::{Cost, Ledger, Recorder},
};

/// What the payer puts into escrow: 100 tokens.
const ESCROW: u128 = 100 * 10_u128.pow(18);
/// The most that the payer lets the coordinator settle at once: 50 tokens.
const LIMIT: u128 = 50 * 10_u128.pow(18);

/// The destination chain as the payer sees it.
#[derive(Debug)]
pub(super) struct Destination {
    owner: DynProvider,
    payer_signs: DynProvider,
    payer: Address,
    recipient: Address,
    hub: SettlementHubInstance<DynProvider>,
    token: DevTokenInstance<DynProvider>,
}

impl Destination {
    pub(super) fn new(devnet: &Devnet) -> Result<Self, DemoError> {
        let step = "connect to the destination chain";
        let chain = &devnet.deployment().destination;
        let reader = devnet.destination_reader().map_err(at(step))?;
        let address = |role: Role| role.address().map_err(at("derive a development account"));
        Ok(Self {
            owner: devnet.destination_provider(Role::Deployer).map_err(at(step))?,
            payer_signs: devnet.destination_provider(Role::Payer).map_err(at(step))?,
            payer: address(Role::Payer)?,
            recipient: address(Role::Recipient)?,
            hub: SettlementHub::new(chain.hub().map_err(at(step))?, reader.clone()),
            token: DevToken::new(chain.token().map_err(at(step))?, reader),
        })
    }

    /// The time of the chain's last block, unix seconds.
    pub(super) async fn timestamp(&self) -> Result<u64, DemoError> {
        let step = "read the destination's time";
        let block = self.hub.provider().get_block_by_number(BlockNumberOrTag::Latest).await;
        let block = block.map_err(at(step))?;
        block
            .map(|block| block.header.timestamp)
            .ok_or_else(|| DemoError::unexpected(step, "the chain has no block"))
    }

    /// Gives the payer tokens to pay with.
    pub(super) async fn fund_payer(&self) -> Result<(), DemoError> {
        let mint = self.token.mint(self.payer, U256::from(ESCROW)).into_transaction_request();
        send(&self.owner, "mint tokens for the payer", mint).await.map(|_| ())
    }

    /// The payer deposits, and lets the coordinator's receipts settle from the deposit.
    pub(super) async fn open_escrow(
        &self,
        recorder: &mut Recorder,
        agreement: &Agreement,
    ) -> Result<(), DemoError> {
        let step = recorder.begin("EVM: the payer opens an escrow and authorises the coordinator");
        let (token, amount) = (*self.token.address(), U256::from(ESCROW));
        let coordinator = agreement.settlement.coordinator;
        let hub = &self.hub;
        let requests = [
            self.token.approve(*hub.address(), amount).into_transaction_request(),
            hub.deposit(token, amount).into_transaction_request(),
            hub.authorizeCoordinator(coordinator, token, LIMIT).into_transaction_request(),
        ];
        let mut gas = 0;
        for request in requests {
            gas += send(&self.payer_signs, "open the escrow", request).await?;
        }
        recorder.done(step, Cost::gas(gas), &tokens(amount));
        Ok(())
    }

    /// Whether the settlement id is consumed and exactly its amount has moved.
    pub(super) async fn require_paid_once(&self, agreement: &Agreement) -> Result<(), DemoError> {
        let step = "check that the settlement was paid once";
        let settlement = &agreement.settlement;
        let settled = self.hub.isSettled(settlement.id()).call().await.map_err(at(step))?;
        let paid = self.recipient_balance().await?;
        let left = self.escrow().await?;
        let amount = U256::from(settlement.amount);
        if settled && paid == amount && left + amount == U256::from(ESCROW) {
            return Ok(());
        }
        let found = format!("settled: {settled}, recipient has {paid}, escrow has {left}");
        Err(DemoError::unexpected(step, found))
    }

    /// The payer takes everything back, after the notice.
    #[cfg(test)]
    pub(super) async fn empty_escrow(&self) -> Result<(), DemoError> {
        let (token, amount) = (*self.token.address(), U256::from(ESCROW));
        let notice = self.hub.withdrawalNotice().call().await.map_err(at("read the notice"))?;
        let request = self.hub.requestWithdrawal(token, amount).into_transaction_request();
        send(&self.payer_signs, "give notice of the withdrawal", request).await?;
        let wait = self.owner.raw_request::<_, i64>("evm_increaseTime".into(), (notice,)).await;
        wait.map_err(at("let the notice pass"))?;
        let request = self.hub.withdraw(token, amount, self.payer).into_transaction_request();
        send(&self.payer_signs, "empty the escrow", request).await.map(|_| ())
    }

    /// Puts back what [`Destination::empty_escrow`] took.
    #[cfg(test)]
    pub(super) async fn refill_escrow(&self) -> Result<(), DemoError> {
        let (token, amount) = (*self.token.address(), U256::from(ESCROW));
        let requests = [
            self.token.approve(*self.hub.address(), amount).into_transaction_request(),
            self.hub.deposit(token, amount).into_transaction_request(),
        ];
        for request in requests {
            send(&self.payer_signs, "refill the escrow", request).await?;
        }
        Ok(())
    }

    /// Why the hub would refuse the settlement; an error where it would pay.
    pub(super) async fn refusal(
        &self,
        settlement: &Settlement,
        proof: &Proof,
    ) -> Result<String, DemoError> {
        let step = "ask the hub for a refusal";
        let answer = self.hub.settleWithProof(settlement.clone(), *proof).call().await;
        let Err(error) = answer else {
            return Err(DemoError::unexpected(step, "the hub would pay"));
        };
        match error.as_decoded_interface_error::<SettlementHub::SettlementHubErrors>() {
            Some(refusal) => Ok(without_wrapper(&format!("{refusal:?}"))),
            None => Err(at(step)(error)),
        }
    }

    pub(super) async fn recipient_balance(&self) -> Result<U256, DemoError> {
        self.token.balanceOf(self.recipient).call().await.map_err(at("read the recipient's tokens"))
    }

    async fn escrow(&self) -> Result<U256, DemoError> {
        let escrow = self.hub.escrowOf(self.payer, *self.token.address()).call().await;
        escrow.map_err(at("read the payer's escrow"))
    }

    /// What payer and recipient have on the destination.
    pub(super) async fn balances(&self) -> Result<Ledger, DemoError> {
        let payer = self.token.balanceOf(self.payer).call().await;
        let payer = payer.map_err(at("read the payer's tokens"))?;
        Ok([
            ("EVM payer, tokens", payer),
            ("EVM payer, escrow in the hub", self.escrow().await?),
            ("EVM recipient, tokens", self.recipient_balance().await?),
        ]
        .map(|(owner, amount)| (owner.to_owned(), tokens(amount)))
        .into())
    }
}

/// `Error(Error { … })`, as the enum of all errors prints one, is `Error { … }`.
fn without_wrapper(text: &str) -> String {
    let inner = text
        .split_once('(')
        .and_then(|(name, rest)| rest.strip_suffix(')').filter(|inner| inner.starts_with(name)));
    inner.unwrap_or(text).to_owned()
}

/// An amount of 18 decimals, without trailing zeros.
fn tokens(amount: U256) -> String {
    let text = format_ether(amount);
    format!("{} DEVD", text.trim_end_matches('0').trim_end_matches('.'))
}

/// Sends a transaction and returns the gas that it used.
pub(super) async fn send(
    provider: &DynProvider,
    step: &'static str,
    request: TransactionRequest,
) -> Result<u64, DemoError> {
    let receipt = transact(provider, step, request).await.map_err(at(step))?;
    Ok(receipt.gas_used)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_errors_are_written_short() {
        assert_eq!(tokens(U256::from(LIMIT)), "50 DEVD");
        assert_eq!(tokens(U256::ZERO), "0 DEVD");
        assert_eq!(without_wrapper("Bad(Bad { id: 1 })"), "Bad { id: 1 }");
        assert_eq!(without_wrapper("Other(1)"), "Other(1)");
    }
}
