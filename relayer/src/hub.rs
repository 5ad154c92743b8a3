//! The destination's hub: the only judge of whether a settlement was paid.

mod policy;

use std::sync::Arc;

use alloy::{
    eips::BlockId,
    network::TransactionBuilder,
    primitives::{Address, B256, Bytes, U256},
    rpc::types::TransactionRequest,
    sol_types::{SolCall, SolInterface},
};

use proofrail_evm::contracts::{
    CcipReceiver::CcipReceiverErrors,
    DevToken::DevTokenErrors,
    LayerZeroReceiver::LayerZeroReceiverErrors,
    RoutePolicy::RoutePolicyErrors,
    SettlementHub::{self, SettlementHubErrors},
    VerifierRouter::VerifierRouterErrors,
    WormholeReceiver::WormholeReceiverErrors,
};

use crate::{
    bridge::Message,
    chain::{CallError, Chain, ChainError, describe_revert},
    reason::{FailReason, HoldReason},
    settlement::Settlement,
};

/// What the hub would do with a message now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It would pay.
    WouldPay,
    /// It has paid this settlement id before.
    AlreadySettled,
    /// The payer's policy waits for more bridges to carry the settlement.
    Awaiting {
        /// The policy.
        policy: Address,
        /// How many of its bridges count so far.
        agreed: u64,
        /// How many must.
        required: u64,
    },
    /// The payer's policy wants a delay to pass, which begins once the settlement is announced with its proof.
    Unannounced {
        /// The policy.
        policy: Address,
    },
    /// It refuses for a reason that somebody can cure.
    Hold(HoldReason),
    /// It will always refuse.
    Fail(FailReason),
}

/// A payment as the hub's event has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Who was paid.
    pub recipient: Address,
    /// The ERC-20.
    pub token: Address,
    /// Base units.
    pub amount: U256,
    /// The transaction that brought it, whoever sent it.
    pub transaction: B256,
    /// Its block.
    pub block: u64,
}

impl Payment {
    /// Whether this is what the settlement asked for. The settlement id does not commit to it.
    pub fn is_of(&self, settlement: &Settlement) -> bool {
        self.recipient == settlement.recipient
            && self.token == settlement.token
            && self.amount == U256::from(settlement.amount)
    }
}

/// A reader of the hub.
#[derive(Clone, Debug)]
pub struct Hub {
    chain: Arc<Chain>,
    address: Address,
    /// The block of the hub's deployment, or an earlier one.
    start_block: u64,
}

impl Hub {
    /// The hub at `address`, whose events start at `start_block`.
    pub const fn new(chain: Arc<Chain>, address: Address, start_block: u64) -> Self {
        Self { chain, address, start_block }
    }

    /// The first block whose events are searched.
    pub const fn start_block(&self) -> u64 {
        self.start_block
    }

    /// Where it is.
    pub const fn address(&self) -> Address {
        self.address
    }

    /// The chain it is on.
    pub const fn chain(&self) -> &Arc<Chain> {
        &self.chain
    }

    /// Whether the settlement id was consumed, as of `block`.
    pub async fn is_settled(
        &self,
        id: B256,
        block: impl Into<BlockId> + Send,
    ) -> Result<bool, ChainError> {
        let call = SettlementHub::isSettledCall { id };
        self.chain.call(self.address, &call, block).await.map_err(|error| self.unexpected(error))
    }

    /// The payment of a settlement id, from events up to and including block `to`.
    pub async fn payment(&self, id: B256, to: u64) -> Result<Option<Payment>, ChainError> {
        let found = self
            .chain
            .newest_event::<SettlementHub::Settled>(self.address, id, self.start_block, to, |_| {
                true
            })
            .await?;
        Ok(found.and_then(|(event, log)| {
            Some(Payment {
                recipient: event.recipient,
                token: event.token,
                amount: event.amount,
                transaction: log.transaction_hash?,
                block: log.block_number?,
            })
        }))
    }

    /// Runs `settle` at the head without sending it, as called by a bridge's receiver or by anybody.
    ///
    /// # Errors
    /// When the chain gives no usable answer, or answers for another settlement.
    pub async fn dry_run(
        &self,
        message: &Message,
        via: Option<Address>,
    ) -> Result<Verdict, ChainError> {
        let call = settle_call(message);
        let request = TransactionRequest::default()
            .with_from(via.unwrap_or_default())
            .with_to(self.address)
            .with_input(call.abi_encode());
        match self.chain.simulate(&request, BlockId::latest()).await {
            Ok(output) => self.read_settled(message.id, &output),
            Err(CallError::Reverted(data)) => Ok(judge(message, &data)),
            Err(CallError::Chain(error)) => Err(error),
        }
    }

    fn read_settled(&self, id: B256, output: &Bytes) -> Result<Verdict, ChainError> {
        let answer = SettlementHub::settleCall::abi_decode_returns(output)
            .map_err(|source| self.decode(source.to_string()))?;
        if answer.id != id {
            return Err(self.decode(format!("the hub computes settlement id {}", answer.id)));
        }
        Ok(if answer.paid { Verdict::WouldPay } else { Verdict::AlreadySettled })
    }

    fn unexpected(&self, error: CallError) -> ChainError {
        match error {
            CallError::Chain(error) => error,
            CallError::Reverted(data) => self.decode(format!("reverted: {}", describe(&data))),
        }
    }

    fn decode(&self, problem: String) -> ChainError {
        ChainError::Decode { chain_id: self.chain.id(), what: "SettlementHub", problem }
    }
}

/// The call that settles a message directly.
pub fn settle_call(message: &Message) -> SettlementHub::settleCall {
    SettlementHub::settleCall {
        settlement: (&message.settlement).into(),
        proof: message.proof.words(),
    }
}

/// Tells a refusal that somebody can cure from one that is final.
fn judge(message: &Message, data: &Bytes) -> Verdict {
    let settlement = &message.settlement;
    let need = U256::from(settlement.amount);
    let circuit_id = settlement.circuit_id;
    if let Ok(error) = SettlementHubErrors::abi_decode(data) {
        match error {
            SettlementHubErrors::AlreadySettled(_) => return Verdict::AlreadySettled,
            SettlementHubErrors::Expired(_) => {
                return Verdict::Fail(FailReason::Expired { deadline: settlement.deadline });
            }
            // The hub's own error and its router's are one.
            SettlementHubErrors::UnknownCircuit(_) => {
                return Verdict::Hold(HoldReason::CircuitUnregistered { circuit_id });
            }
            SettlementHubErrors::InvalidRecipient(_)
            | SettlementHubErrors::CoordinatorOutOfField(_) => {
                return Verdict::Fail(FailReason::Unpayable { error: describe(data) });
            }
            SettlementHubErrors::InvalidProof(_) => {
                return Verdict::Fail(FailReason::ProofRefused { error: describe(data) });
            }
            SettlementHubErrors::CoordinatorNotAuthorized(_) => {
                let reason = HoldReason::CoordinatorNotAuthorized { limit: U256::ZERO, need };
                return Verdict::Hold(reason);
            }
            SettlementHubErrors::AmountAboveLimit(error) => {
                let limit = error.maxPerSettlement;
                return Verdict::Hold(HoldReason::CoordinatorNotAuthorized { limit, need });
            }
            SettlementHubErrors::AmountAboveDailyLimit(error) => {
                let (limit, left) = (error.maxPerDay, error.left);
                return Verdict::Hold(HoldReason::DailyLimitReached { limit, left, need });
            }
            SettlementHubErrors::PolicyRefused(error) => {
                return policy::judge(error.policy, &error.reason);
            }
            SettlementHubErrors::InsufficientEscrow(error) => {
                let (have, token) = (error.have, error.token);
                return Verdict::Hold(HoldReason::EscrowInsufficient { token, have, need });
            }
            _ => {}
        }
    }
    match VerifierRouterErrors::abi_decode(data) {
        Ok(VerifierRouterErrors::CircuitStopped(_)) => {
            Verdict::Fail(FailReason::CircuitStopped { circuit_id })
        }
        Ok(VerifierRouterErrors::CircuitPaused(paused)) => {
            Verdict::Hold(HoldReason::CircuitPaused { circuit_id, until: paused.until })
        }
        _ => Verdict::Hold(HoldReason::DestinationRefuses { error: describe(data) }),
    }
}

/// A revert of one of our contracts, by the name and values of its error.
pub fn describe(data: &Bytes) -> String {
    if let Ok(error) = SettlementHubErrors::abi_decode(data) {
        format!("{error:?}")
    } else if let Ok(error) = VerifierRouterErrors::abi_decode(data) {
        format!("{error:?}")
    } else if let Ok(error) = RoutePolicyErrors::abi_decode(data) {
        format!("{error:?}")
    } else if let Ok(error) = LayerZeroReceiverErrors::abi_decode(data) {
        format!("{error:?}")
    } else if let Ok(error) = WormholeReceiverErrors::abi_decode(data) {
        format!("{error:?}")
    } else if let Ok(error) = CcipReceiverErrors::abi_decode(data) {
        format!("{error:?}")
    } else if let Ok(error) = DevTokenErrors::abi_decode(data) {
        // OpenZeppelin's errors of ERC-20s, which any token may have.
        format!("{error:?}")
    } else {
        describe_revert(data)
    }
}
