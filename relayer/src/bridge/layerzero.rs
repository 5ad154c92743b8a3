//! LayerZero V2: our sender on the source chain, DVNs and executors between, our receiver on the destination.

mod contracts;
mod options;

use std::sync::Arc;

use alloy::{
    eips::BlockId,
    primitives::{Address, B256, Bytes},
    rpc::types::TransactionReceipt,
    sol_types::{SolCall, SolEvent},
};
use async_trait::async_trait;
use proofrail_evm::{
    Settlement,
    contracts::{LayerZeroReceiver, LayerZeroSender},
};

use self::contracts::{IEndpoint, IOApp, ISendLib};
use super::{BridgeAdapter, BridgeError, BridgeHealth, Call, Delivery, Message, Quote};
use crate::{chain::Chain, config::Route, hub::describe};

/// The adapter's name.
pub(super) const NAME: &str = "layerzero";

/// Carries messages over LayerZero V2.
#[derive(Clone, Debug)]
pub struct LayerZeroAdapter {
    source: Arc<Chain>,
    destination: Arc<Chain>,
    source_eid: u32,
    destination_eid: u32,
    source_send_lib: Address,
    destination_endpoint: Address,
    sender: Address,
    receiver: Address,
    options: Bytes,
}

impl LayerZeroAdapter {
    /// The adapter of a route.
    ///
    /// # Errors
    /// [`BridgeError::NotDeployed`] where the deployment lacks LayerZero, our sender or our receiver.
    pub fn build(route: &Route) -> Result<Arc<dyn BridgeAdapter>, BridgeError> {
        let section = route.sections.layerzero.as_ref().ok_or(BridgeError::NoSection(NAME))?;
        let (from, to) = (&route.deployment.source, &route.deployment.destination);
        Ok(Arc::new(Self {
            source: Arc::clone(&route.source),
            destination: Arc::clone(&route.destination),
            source_eid: from.layerzero.eid,
            destination_eid: to.layerzero.eid,
            source_send_lib: from.layerzero.send_uln302,
            destination_endpoint: to.layerzero.endpoint,
            sender: from.layerzero_sender()?,
            receiver: to.layerzero_receiver()?,
            options: options::receive(section.receive_gas),
        }))
    }

    async fn peer(&self, chain: &Chain, app: Address, eid: u32) -> Result<B256, BridgeError> {
        chain
            .call(app, &IOApp::peersCall { eid }, BlockId::latest())
            .await
            .map_err(BridgeError::from_call("OApp.peers"))
    }

    async fn check_peers(&self) -> Result<BridgeHealth, BridgeError> {
        let out = self.peer(&self.source, self.sender, self.destination_eid).await?;
        let back = self.peer(&self.destination, self.receiver, self.source_eid).await?;
        let detail = if out != self.receiver.into_word() {
            format!("the sender's peer for eid {} is {out}, not the receiver", self.destination_eid)
        } else if back != self.sender.into_word() {
            format!("the receiver's peer for eid {} is {back}, not the sender", self.source_eid)
        } else {
            return Ok(BridgeHealth { ok: true, detail: "both peers are set".into() });
        };
        Ok(BridgeHealth { ok: false, detail })
    }
}

#[async_trait]
impl BridgeAdapter for LayerZeroAdapter {
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
        let call =
            ISendLib::getExecutorConfigCall { oapp: self.sender, remoteEid: self.destination_eid };
        let config = self
            .source
            .call(self.source_send_lib, &call, BlockId::latest())
            .await
            .map_err(BridgeError::from_call("SendUln302.getExecutorConfig"))?;
        Ok(usize::try_from(config.maxMessageSize).unwrap_or(usize::MAX))
    }

    fn message_size(&self, message: &Message) -> usize {
        wire(message).len()
    }

    async fn quote(&self, message: &Message) -> Result<Quote, BridgeError> {
        let call = LayerZeroSender::quoteCall {
            dstEid: self.destination_eid,
            message: wire(message),
            options: self.options.clone(),
        };
        let fee = self
            .source
            .call(self.sender, &call, BlockId::latest())
            .await
            .map_err(BridgeError::from_call("LayerZeroSender.quote"))?;
        Ok(Quote { fee })
    }

    fn send(&self, message: &Message, quote: Quote, refund_to: Address) -> Call {
        let call = LayerZeroSender::sendCall {
            dstEid: self.destination_eid,
            message: wire(message),
            options: self.options.clone(),
            refundAddress: refund_to,
        };
        Call {
            chain_id: self.source.id(),
            to: self.sender,
            value: quote.fee,
            data: call.abi_encode().into(),
        }
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
            .filter_map(|log| LayerZeroSender::SettlementSent::decode_log(&log.inner).ok())
            .find(|sent| sent.settlementId == message.id && sent.dstEid == self.destination_eid)
            .map(|sent| sent.guid)
            .ok_or(BridgeError::NotInReceipt {
                transaction: receipt.transaction_hash,
                event: "SettlementSent",
            })
    }

    async fn verify_delivery(&self, guid: B256, from: u64) -> Result<Delivery, BridgeError> {
        let Some(head) = self.destination.final_head().await? else {
            return Ok(Delivery::InFlight);
        };
        let chain = &self.destination;
        let stored = chain
            .newest_event::<LayerZeroReceiver::MessageStored>(
                self.receiver,
                guid,
                from,
                head.number,
                |_| true,
            )
            .await?;
        if let Some((event, _)) = stored {
            return Ok(Delivery::Stored { error: describe(&event.reason) });
        }
        let alert = chain
            .newest_event::<IEndpoint::LzReceiveAlert>(
                self.destination_endpoint,
                self.receiver.into_word(),
                from,
                head.number,
                |alert| alert.guid == guid,
            )
            .await?;
        Ok(alert.map_or(Delivery::InFlight, |(event, _)| Delivery::Reverted {
            error: describe(&event.reason),
        }))
    }

    async fn health(&self) -> BridgeHealth {
        self.check_peers()
            .await
            .unwrap_or_else(|error| BridgeHealth { ok: false, detail: error.to_string() })
    }
}

fn wire(message: &Message) -> Bytes {
    Settlement::from(&message.settlement).encode_message(&message.proof.words()).into()
}
