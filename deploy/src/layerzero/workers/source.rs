use alloy::{
    primitives::{Address, B256},
    providers::{DynProvider, Provider},
    rpc::types::{BlockId, Filter, Log},
    sol_types::SolEvent,
};
use proofrail_evm::deployment::LayerZero;

use super::error::{Refusal, WorkerError};
use crate::{
    layerzero::{
        abi::{EndpointV2, SendUln302},
        options::LzReceive,
        packet::Packet,
    },
    rpc::EvmError,
    workers::Place,
};

/// A packet that was sent, and what was bought for it.
#[derive(Clone, Debug)]
pub struct Sent {
    pub(super) packet: Packet,
    pub(super) place: Place,
    library: Address,
    options: alloy::primitives::Bytes,
}

/// A packet that both workers are paid to carry.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) packet: Packet,
    pub(super) place: Place,
    pub(super) lz_receive: LzReceive,
    /// Blocks on top of the packet's that its sender has configured.
    pub(super) confirmations: u64,
}

/// The chain that packets come from.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) provider: DynProvider,
    pub(super) stack: LayerZero,
    pub(super) destination_eid: u32,
}

impl Source {
    pub(super) async fn head(&self) -> Result<u64, WorkerError> {
        let head = self.provider.get_block_number().await;
        Ok(head.map_err(EvmError::rpc("read the source chain's head"))?)
    }

    /// The packets for our destination in a range of blocks, oldest first.
    pub(super) async fn sent(
        &self,
        from: u64,
        to: u64,
    ) -> Result<Vec<Result<Sent, (Place, Refusal)>>, WorkerError> {
        let filter = Filter::new()
            .address(self.stack.endpoint)
            .event_signature(EndpointV2::PacketSent::SIGNATURE_HASH)
            .from_block(from)
            .to_block(to);
        let logs = self.provider.get_logs(&filter).await;
        let logs = logs.map_err(EvmError::rpc("read PacketSent of the source endpoint"))?;
        Ok(logs.iter().filter_map(|log| self.decode(log)).collect())
    }

    fn decode(&self, log: &Log) -> Option<Result<Sent, (Place, Refusal)>> {
        let place = Place::of(log)?;
        let event = log.log_decode::<EndpointV2::PacketSent>().ok()?.inner.data;
        let packet = match Packet::decode(event.encodedPayload) {
            Ok(packet) if packet.dst_eid == self.destination_eid => packet,
            Ok(_) => return None,
            Err(error) => return Some(Err((place, error.into()))),
        };
        let (library, options) = (event.sendLibrary, event.options);
        Some(Ok(Sent { packet, place, library, options }))
    }

    /// Checks that the packet is ours to carry and paid for.
    pub(super) async fn accept(&self, sent: &Sent) -> Result<Job, WorkerError> {
        let guid = sent.packet.guid;
        if sent.library != self.stack.send_uln302 {
            return Err(Refusal::Library { guid, library: sent.library }.into());
        }
        let lz_receive = LzReceive::decode(&sent.options).map_err(Refusal::from)?;
        let logs = self.logs_of(sent.place.transaction).await?;
        let fees = fees_before(&logs, sent.place, &self.stack);
        if !fees.dvn {
            return Err(Refusal::DvnNotPaid { guid }.into());
        }
        if !fees.executor {
            return Err(Refusal::ExecutorNotPaid { guid }.into());
        }
        let confirmations = self.confirmations(&sent.packet, sent.place.block).await?;
        let (packet, place) = (sent.packet.clone(), sent.place);
        Ok(Job { packet, place, lz_receive, confirmations })
    }

    async fn logs_of(&self, transaction: B256) -> Result<Vec<Log>, WorkerError> {
        let action = "read the sending transaction";
        let receipt = self.provider.get_transaction_receipt(transaction).await;
        let receipt = receipt.map_err(EvmError::rpc(action))?;
        // A reorganisation may have dropped it since; then it has paid for nothing.
        Ok(receipt.map(|receipt| receipt.inner.logs().to_vec()).unwrap_or_default())
    }

    /// What the sender's configuration asked for when the packet was sent.
    async fn confirmations(&self, packet: &Packet, block: u64) -> Result<u64, WorkerError> {
        let library = SendUln302::new(self.stack.send_uln302, &self.provider);
        let config = library
            .getUlnConfig(packet.sender_address(), packet.dst_eid)
            .block(BlockId::number(block))
            .call()
            .await;
        Ok(config.map_err(EvmError::contract("SendUln302.getUlnConfig"))?.confirmations)
    }
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Paid {
    dvn: bool,
    executor: bool,
}

/// What the send library says was paid to our workers for the packet at `place`: its events
/// lie between the packet before it and the packet itself.
fn fees_before(logs: &[Log], place: Place, stack: &LayerZero) -> Paid {
    let mut paid = Paid::default();
    for log in logs.iter().filter(|log| log.log_index < Some(place.log_index)) {
        if log.address() == stack.endpoint
            && log.topic0() == Some(&EndpointV2::PacketSent::SIGNATURE_HASH)
        {
            paid = Paid::default();
        } else if log.address() == stack.send_uln302 {
            paid.dvn |= pays_dvn(log, stack.dvn);
            paid.executor |= pays_executor(log, stack.executor);
        }
    }
    paid
}

fn pays_executor(log: &Log, executor: Address) -> bool {
    log.log_decode::<SendUln302::ExecutorFeePaid>()
        .is_ok_and(|event| event.inner.executor == executor && !event.inner.fee.is_zero())
}

fn pays_dvn(log: &Log, dvn: Address) -> bool {
    log.log_decode::<SendUln302::DVNFeePaid>().is_ok_and(|event| {
        let event = event.inner.data;
        let workers = event.requiredDVNs.iter().chain(&event.optionalDVNs);
        workers.zip(&event.fees).any(|(worker, fee)| *worker == dvn && !fee.is_zero())
    })
}
