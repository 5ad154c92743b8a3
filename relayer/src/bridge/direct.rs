//! No bridge at all: the relayer calls the hub itself. The proof suffices.

use std::sync::Arc;

use alloy::{
    primitives::{Address, B256, U256},
    rpc::types::TransactionReceipt,
    sol_types::SolCall,
};
use async_trait::async_trait;

use super::{
    BridgeAdapter, BridgeError, BridgeHealth, Call, Delivery, Message, OwnGas, Quote, Sent,
};
use crate::{config::Route, hub::settle_call};

/// The adapter's name.
pub(super) const NAME: &str = "direct";

/// go-ethereum's limit on one transaction, less what is not calldata (`core/txpool/legacypool`, txMaxSize).
const MAX_CALLDATA: usize = 128 * 1024 - 1024;

/// Settles by a transaction of the relayer's own on the destination.
#[derive(Clone, Debug)]
pub struct DirectAdapter {
    chain_id: u64,
    hub: Address,
}

impl DirectAdapter {
    /// The adapter of a route; it needs nothing but the hub.
    ///
    /// # Errors
    /// None: the signature is the registry's.
    pub fn build(route: &Route) -> Result<Arc<dyn BridgeAdapter>, BridgeError> {
        Ok(Arc::new(Self { chain_id: route.destination.id(), hub: route.hub.address() }))
    }
}

#[async_trait]
impl BridgeAdapter for DirectAdapter {
    fn name(&self) -> &'static str {
        NAME
    }

    fn supports(&self, _source: u64, destination: u64) -> bool {
        destination == self.chain_id
    }

    fn pays_on(&self) -> u64 {
        self.chain_id
    }

    async fn max_message_size(&self) -> Result<usize, BridgeError> {
        Ok(MAX_CALLDATA)
    }

    fn message_size(&self, message: &Message) -> usize {
        settle_call(message).abi_encoded_size()
    }

    async fn quote(&self, _message: &Message) -> Result<Quote, BridgeError> {
        Ok(Quote::coins(U256::ZERO))
    }

    fn own_gas(&self) -> OwnGas {
        OwnGas { source: 0, destination: 300_000 }
    }

    fn receiver(&self) -> Option<Address> {
        None
    }

    fn send(&self, message: &Message, quote: Quote, _refund_to: Address) -> Call {
        Call {
            chain_id: self.chain_id,
            to: self.hub,
            value: quote.fee,
            data: settle_call(message).abi_encode().into(),
            min_gas: 0,
        }
    }

    fn message_id(
        &self,
        _message: &Message,
        receipt: &TransactionReceipt,
    ) -> Result<B256, BridgeError> {
        Ok(receipt.transaction_hash)
    }

    async fn verify_delivery(&self, _sent: &Sent) -> Result<Delivery, BridgeError> {
        Ok(Delivery::InFlight)
    }

    async fn health(&self) -> BridgeHealth {
        BridgeHealth { ok: true, detail: format!("calls the hub {} directly", self.hub) }
    }
}
