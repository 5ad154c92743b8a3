//! Chainlink CCIP 2.0: our sender calls the router, committees attest, an executor delivers to our receiver.
//!
//! Execution may fail while its transaction succeeds; what counts is the state that the offramp wrote down. Anyone may
//! execute a failed message again, with more gas, and one that no executor touches: so does the relayer where it has a
//! signer on the destination.

mod health;
mod manual;

use std::{sync::Arc, time::Duration};

use alloy::{
    eips::BlockId,
    primitives::{Address, B256, Bytes, U256},
    rpc::types::TransactionReceipt,
    sol_types::{SolCall, SolError, SolEvent},
};
use async_trait::async_trait;
use proofrail_evm::{
    ccip::{
        Finality, STATE_FAILURE,
        abi::{FeeQuoter as IFeeQuoter, OffRamp as IOffRamp, OnRamp as IOnRamp},
        extra_args_v2, extra_args_v3,
    },
    contracts::{CcipReceiver::CcipReceiverErrors, CcipSender},
    deployment::Ccip,
};

use super::{
    BridgeAdapter, BridgeError, BridgeHealth, Call, Delivery, Message, OwnGas, Quote, Sent,
    attestation::Services,
    receiver::{Receiver, wire},
};
use crate::{
    chain::Chain,
    config::{CcipFinality, CcipSection, Route},
    hub::describe,
};

/// The adapter's name.
pub(super) const NAME: &str = "ccip";

/// Carries messages over Chainlink CCIP.
#[derive(Clone, Debug)]
pub struct CcipAdapter {
    source: Arc<Chain>,
    destination: Arc<Chain>,
    near: Ccip,
    far: Ccip,
    sender: Address,
    receiver: Receiver,
    extra_args: Bytes,
    /// How final messages are when they are attested, as the extra arguments ask.
    finality: Finality,
    receive_gas: u32,
    /// The ERC-20 that fees are paid in; zero for the chain's coin.
    fee_token: Address,
    execute_after: Option<Duration>,
    indexers: Services,
}

impl CcipAdapter {
    /// The adapter of a route.
    ///
    /// # Errors
    /// [`BridgeError::NotDeployed`] where the deployment lacks CCIP, our sender or our receiver.
    pub fn build(route: &Route) -> Result<Arc<dyn BridgeAdapter>, BridgeError> {
        let section = route.sections.ccip.as_ref().ok_or(BridgeError::NoSection(NAME))?;
        let (from, to) = (&route.deployment.source, &route.deployment.destination);
        let (near, far) = (from.ccip()?.clone(), to.ccip()?.clone());
        let indexers = Services::new("ccip.indexers", &section.indexers, near.indexer.as_ref())?;
        let (finality, extra_args) = extra_args(section);
        Ok(Arc::new(Self {
            source: Arc::clone(&route.source),
            destination: Arc::clone(&route.destination),
            near,
            far,
            sender: from.ccip_sender()?,
            receiver: Receiver {
                chain: Arc::clone(&route.destination),
                address: to.ccip_receiver()?,
                token: to.contracts.token,
            },
            extra_args,
            finality,
            receive_gas: section.receive_gas,
            fee_token: section.fee_token.as_ref().map(|fee| fee.address).unwrap_or_default(),
            execute_after: section.execute_after_s.map(Duration::from_secs),
            indexers,
        }))
    }

    /// `Internal.MessageExecutionState` as of a block.
    async fn state(&self, id: B256, block: BlockId) -> Result<u8, BridgeError> {
        let call = IOffRamp::getExecutionStateCall { messageId: id };
        let state = self.destination.call(self.far.off_ramp, &call, block).await;
        state.map_err(BridgeError::from_call("OffRamp.getExecutionState"))
    }
}

/// Version 2 where CCIP's own finality will do, version 3 where another is asked for.
fn extra_args(section: &CcipSection) -> (Finality, Bytes) {
    let gas = section.receive_gas;
    match section.finality {
        CcipFinality::Finalized => (Finality::Finalized, extra_args_v2(gas.into())),
        CcipFinality::Safe => (Finality::Safe, extra_args_v3(gas, Finality::Safe)),
        CcipFinality::Depth(depth) => {
            let finality = Finality::Depth(depth.get());
            (finality, extra_args_v3(gas, finality))
        }
    }
}

#[async_trait]
impl BridgeAdapter for CcipAdapter {
    fn name(&self) -> &'static str {
        NAME
    }

    fn supports(&self, source: u64, destination: u64) -> bool {
        (source, destination) == (self.source.id(), self.destination.id())
    }

    fn pays_on(&self) -> u64 {
        self.source.id()
    }

    async fn max_message_size(&self) -> Result<usize, BridgeError> {
        let latest = BlockId::latest();
        let config = self.source.call(self.near.on_ramp, &IOnRamp::getDynamicConfigCall {}, latest);
        let config = config.await.map_err(BridgeError::from_call("OnRamp.getDynamicConfig"))?;
        let call =
            IFeeQuoter::getDestChainConfigCall { destChainSelector: self.far.chain_selector };
        let lane = self.source.call(config.feeQuoter, &call, latest).await;
        let lane = lane.map_err(BridgeError::from_call("FeeQuoter.getDestChainConfig"))?;
        Ok(usize::try_from(lane.maxDataBytes).unwrap_or(usize::MAX))
    }

    fn message_size(&self, message: &Message) -> usize {
        wire(message).len()
    }

    async fn quote(&self, message: &Message) -> Result<Quote, BridgeError> {
        let call = CcipSender::quoteCall {
            destination: self.far.chain_selector,
            message: wire(message),
            extraArgs: self.extra_args.clone(),
            feeToken: self.fee_token,
        };
        let fee = self.source.call(self.sender, &call, BlockId::latest()).await;
        let fee = fee.map_err(BridgeError::from_call("CcipSender.quote"))?;
        let token = (!self.fee_token.is_zero()).then_some(self.fee_token);
        Ok(Quote { fee, token })
    }

    fn own_gas(&self) -> OwnGas {
        OwnGas { source: 330_000, destination: 0 }
    }

    fn receiver(&self) -> Option<Address> {
        Some(self.receiver.address)
    }

    fn send(&self, message: &Message, quote: Quote, refund_to: Address) -> Call {
        let (destination, message) = (self.far.chain_selector, wire(message));
        let extra_args = self.extra_args.clone();
        let (value, data) = if self.fee_token.is_zero() {
            let call = CcipSender::sendCall {
                destination,
                message,
                extraArgs: extra_args,
                refundAddress: refund_to,
            };
            (quote.fee, call.abi_encode())
        } else {
            let call = CcipSender::sendForTokenCall {
                destination,
                message,
                extraArgs: extra_args,
                feeToken: self.fee_token,
                maxFee: quote.fee,
            };
            (U256::ZERO, call.abi_encode())
        };
        Call { value, ..Call::plain(self.source.id(), self.sender, data) }
    }

    fn message_id(
        &self,
        message: &Message,
        receipt: &TransactionReceipt,
    ) -> Result<B256, BridgeError> {
        receipt
            .logs()
            .iter()
            .filter(|log| log.address() == self.sender)
            .filter_map(|log| CcipSender::SettlementSent::decode_log(&log.inner).ok())
            .find(|sent| {
                sent.settlementId == message.id && sent.destination == self.far.chain_selector
            })
            .map(|sent| sent.messageId)
            .ok_or(BridgeError::NotInReceipt {
                transaction: receipt.transaction_hash,
                event: "SettlementSent",
            })
    }

    async fn verify_delivery(&self, sent: &Sent) -> Result<Delivery, BridgeError> {
        if let Some(stored) = self.receiver.stored(sent.id, sent.from).await? {
            return Ok(stored);
        }
        let Some(head) = self.destination.final_head().await? else {
            return Ok(Delivery::InFlight);
        };
        if self.state(sent.id, BlockId::number(head.number)).await? != STATE_FAILURE {
            return Ok(Delivery::InFlight);
        }
        let failed = self.failure(sent, head.number).await?;
        let error = failed.map_or_else(
            || "for a reason that no log in reach says".to_owned(),
            |(event, _)| describe_failure(&event.returnData),
        );
        Ok(Delivery::Reverted { error })
    }

    async fn deliver(&self, sent: &Sent, delivery: &Delivery) -> Result<Option<Call>, BridgeError> {
        match delivery {
            Delivery::Stored { .. } => self.receiver.retry(sent.id, sent).await,
            Delivery::Reverted { .. } => self.execute_again(sent).await,
            Delivery::InFlight if self.execute_after.is_some_and(|after| sent.waiting >= after) => {
                self.execute_first(sent).await
            }
            Delivery::InFlight => Ok(None),
        }
    }

    async fn health(&self) -> BridgeHealth {
        self.check()
            .await
            .unwrap_or_else(|error| BridgeHealth { ok: false, detail: error.to_string() })
    }
}

/// The receiver's revert inside CCIP's own, which is cut after 132 bytes.
fn describe_failure(data: &Bytes) -> String {
    const HEAD: usize = 4 + 2 * 32;
    if let Ok(error) = IOffRamp::ReceiverError::abi_decode(data) {
        return describe(&error.err);
    }
    let inner = data.get(HEAD..).filter(|_| data.starts_with(&IOffRamp::ReceiverError::SELECTOR));
    let name = inner
        .and_then(|inner| inner.first_chunk())
        .and_then(|selector| CcipReceiverErrors::name_by_selector(*selector));
    name.map_or_else(
        || describe(data),
        |name| format!("the receiver's error {name}, whose values CCIP has cut off"),
    )
}

#[cfg(test)]
mod tests {
    use alloy::sol_types::SolInterface;
    use proofrail_evm::contracts::CcipReceiver;

    use super::*;

    fn wrapped(error: CcipReceiverErrors) -> Bytes {
        let err = error.abi_encode().into();
        let mut data = IOffRamp::ReceiverError { err }.abi_encode();
        data.truncate(132);
        data.into()
    }

    #[test]
    fn a_receiver_s_revert_is_named_though_ccip_cuts_it() {
        let (have, need) = (U256::from(1), U256::from(450_000));
        let error = CcipReceiver::InsufficientGas { have, need };
        let text = describe_failure(&wrapped(CcipReceiverErrors::InsufficientGas(error)));
        assert!(text.contains("InsufficientGas"), "{text}");
        let caller = Address::repeat_byte(7);
        let error = CcipReceiver::OnlyRouter { caller };
        let text = describe_failure(&wrapped(CcipReceiverErrors::OnlyRouter(error)));
        assert!(text.contains(&caller.to_string()), "{text}");
        assert_eq!(describe_failure(&Bytes::new()), describe(&Bytes::new()));
    }
}
