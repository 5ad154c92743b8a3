//! LayerZero V2: our sender on the source chain, DVNs and executors between, our receiver on the destination. A packet
//! that enough DVNs have attested and no executor delivers can be recorded and delivered by anybody.

mod contracts;
mod execution;
mod options;

use std::{sync::Arc, time::Duration};

use alloy::{
    eips::BlockId,
    primitives::{Address, B256, Bytes},
    rpc::types::TransactionReceipt,
    sol_types::{SolCall, SolEvent},
};
use async_trait::async_trait;
use proofrail_evm::contracts::LayerZeroSender;

use self::contracts::{IEndpoint, IOApp, ISendLib};
use super::{
    BridgeAdapter, BridgeError, BridgeHealth, Call, Delivery, Message, OwnGas, Quote, Sent,
    receiver::{Receiver, wire},
};
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
    destination_receive_lib: Address,
    sender: Address,
    receiver: Receiver,
    options: Bytes,
    receive_gas: u64,
    execute_after: Option<Duration>,
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
            source_eid: from.layerzero()?.eid,
            destination_eid: to.layerzero()?.eid,
            source_send_lib: from.layerzero()?.send_uln302,
            destination_endpoint: to.layerzero()?.endpoint,
            destination_receive_lib: to.layerzero()?.receive_uln302,
            sender: from.layerzero_sender()?,
            receiver: Receiver {
                chain: Arc::clone(&route.destination),
                address: to.layerzero_receiver()?,
                token: to.contracts.token,
            },
            options: options::receive(section.receive_gas),
            receive_gas: section.receive_gas,
            execute_after: section.execute_after_s.map(Duration::from_secs),
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
        let receiver = self.receiver.address;
        let back = self.peer(&self.destination, receiver, self.source_eid).await?;
        let detail = if out != receiver.into_word() {
            format!("the sender's peer for eid {} is {out}, not the receiver", self.destination_eid)
        } else if back != self.sender.into_word() {
            format!("the receiver's peer for eid {} is {back}, not the sender", self.source_eid)
        } else if let Some(trouble) = self.receiver.trouble().await? {
            trouble
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
        Ok(Quote::coins(fee))
    }

    fn own_gas(&self) -> OwnGas {
        OwnGas { source: 290_000, destination: 0 }
    }

    fn receiver(&self) -> Option<Address> {
        Some(self.receiver.address)
    }

    fn send(&self, message: &Message, quote: Quote, refund_to: Address) -> Call {
        let call = LayerZeroSender::sendCall {
            dstEid: self.destination_eid,
            message: wire(message),
            options: self.options.clone(),
            refundAddress: refund_to,
        };
        Call { value: quote.fee, ..Call::plain(self.source.id(), self.sender, call.abi_encode()) }
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

    async fn verify_delivery(&self, sent: &Sent) -> Result<Delivery, BridgeError> {
        if let Some(stored) = self.receiver.stored(sent.id, sent.from).await? {
            return Ok(stored);
        }
        let Some(head) = self.destination.final_head().await? else {
            return Ok(Delivery::InFlight);
        };
        let alert = self
            .destination
            .newest_event::<IEndpoint::LzReceiveAlert>(
                self.destination_endpoint,
                self.receiver.address.into_word(),
                sent.from,
                head.number,
                |alert| alert.guid == sent.id,
            )
            .await?;
        Ok(alert.map_or(Delivery::InFlight, |(event, _)| Delivery::Reverted {
            error: describe(&event.reason),
        }))
    }

    async fn deliver(&self, sent: &Sent, delivery: &Delivery) -> Result<Option<Call>, BridgeError> {
        let late = self.execute_after.is_some_and(|after| sent.waiting >= after);
        match delivery {
            Delivery::Stored { .. } => self.receiver.retry(sent.id, sent).await,
            Delivery::Reverted { .. } => self.execution(sent).await,
            Delivery::InFlight if late => self.execution(sent).await,
            Delivery::InFlight => Ok(None),
        }
    }

    async fn health(&self) -> BridgeHealth {
        self.check_peers()
            .await
            .unwrap_or_else(|error| BridgeHealth { ok: false, detail: error.to_string() })
    }
}
