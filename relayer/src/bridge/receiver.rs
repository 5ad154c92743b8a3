//! Our receiver on the destination, which is the same over every bridge: it applies a message or keeps it.

use std::sync::Arc;

use alloy::{
    eips::BlockId,
    network::TransactionBuilder,
    primitives::{Address, B256, Bytes},
    rpc::types::TransactionRequest,
    sol_types::SolCall,
};
use proofrail_evm::{
    Settlement,
    contracts::{
        ISettlementReceiver::{
            MIN_GAS_UNDER_POLICYCall, MessageStored, retryCall, storedMessageCall,
        },
        LayerZeroReceiver::{pausedCall, rateLimitOfCall},
    },
};

use super::{BridgeError, Call, Delivery, Message, Sent};
use crate::{
    chain::{CallError, Chain},
    hub::describe,
};

/// A receiver of ours.
#[derive(Clone, Debug)]
pub(super) struct Receiver {
    pub(super) chain: Arc<Chain>,
    pub(super) address: Address,
    /// The token whose rate limit is watched: that of the deployment file.
    pub(super) token: Option<Address>,
}

impl Receiver {
    /// Why the message of this id is kept, as of the final head; `None` where it is not.
    pub(super) async fn stored(
        &self,
        guid: B256,
        from: u64,
    ) -> Result<Option<Delivery>, BridgeError> {
        let Some(head) = self.chain.final_head().await? else { return Ok(None) };
        if !self.keeps(guid, BlockId::number(head.number)).await? {
            return Ok(None);
        }
        let event = self
            .chain
            .newest_event::<MessageStored>(self.address, guid, from, head.number, |_| true)
            .await?;
        let error = event.map_or_else(
            || "for a reason that no log in reach says".to_owned(),
            |(event, _)| describe(&event.reason),
        );
        Ok(Some(Delivery::Stored { error }))
    }

    async fn keeps(&self, guid: B256, block: BlockId) -> Result<bool, BridgeError> {
        let call = storedMessageCall { guid };
        let hash = self.chain.call(self.address, &call, block).await;
        Ok(!hash.map_err(BridgeError::from_call("receiver.storedMessage"))?.is_zero())
    }

    /// The call that has a kept message applied, where that would succeed now.
    pub(super) async fn retry(&self, guid: B256, sent: &Sent) -> Result<Option<Call>, BridgeError> {
        let call = retryCall { guid, message: wire(&sent.message) };
        let data = call.abi_encode();
        let request = TransactionRequest::default().with_to(self.address).with_input(data.clone());
        match self.chain.simulate(&request, BlockId::latest()).await {
            Ok(_) => Ok(Some(Call::plain(self.chain.id(), self.address, data))),
            Err(CallError::Reverted(_)) => Ok(None),
            Err(CallError::Chain(error)) => Err(error.into()),
        }
    }

    /// The gas that a delivery must bring, whatever policy the payer has.
    pub(super) async fn min_gas(&self) -> Result<u64, BridgeError> {
        let gas =
            self.chain.call(self.address, &MIN_GAS_UNDER_POLICYCall {}, BlockId::latest()).await;
        Ok(gas.map_err(BridgeError::from_call("receiver.MIN_GAS_UNDER_POLICY"))?.saturating_to())
    }

    /// What keeps every message from being applied, if anything does.
    pub(super) async fn trouble(&self) -> Result<Option<String>, BridgeError> {
        let paused = self.chain.call(self.address, &pausedCall {}, BlockId::latest()).await;
        if paused.map_err(BridgeError::from_call("receiver.paused"))? {
            return Ok(Some(format!("the receiver {} is paused", self.address)));
        }
        let Some(token) = self.token else { return Ok(None) };
        let limit =
            self.chain.call(self.address, &rateLimitOfCall { token }, BlockId::latest()).await;
        let limit = limit.map_err(BridgeError::from_call("receiver.rateLimitOf"))?;
        let spent = limit.window != 0 && limit.available.is_zero();
        Ok(spent.then(|| {
            format!("the receiver's rate limit of {token} is used up for up to {} s", limit.window)
        }))
    }
}

/// A message as it travels.
pub(super) fn wire(message: &Message) -> Bytes {
    Settlement::from(&message.settlement).encode_message(&message.proof.words()).into()
}
