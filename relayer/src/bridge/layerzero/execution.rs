//! What anybody may do for a packet that DVNs have attested: have it recorded, and deliver it.

use alloy::{
    eips::BlockId,
    network::TransactionBuilder,
    primitives::{Address, B256, Bytes, keccak256},
    rpc::types::TransactionRequest,
    sol_types::SolCall,
};
use proofrail_evm::contracts::LayerZeroSender;

use super::{
    LayerZeroAdapter,
    contracts::{IEndpoint, IReceiveLib},
};
use crate::{
    bridge::{BridgeError, Call, Sent, receiver::wire},
    chain::CallError,
};

/// The only version of packets (`PacketV1Codec`).
const PACKET_VERSION: u8 = 1;

impl LayerZeroAdapter {
    /// The next step of a packet's delivery that is left to do and would succeed now; `None` while DVNs are missing.
    pub(super) async fn execution(&self, sent: &Sent) -> Result<Option<Call>, BridgeError> {
        let nonce = self.nonce(sent).await?;
        let (receiver, sender) = (self.receiver.address, self.sender.into_word());
        let message = wire(&sent.message);
        let payload_hash = keccak256([sent.id.as_slice(), &message].concat());
        let call =
            IEndpoint::inboundPayloadHashCall { receiver, srcEid: self.source_eid, sender, nonce };
        let recorded = self.destination.call(self.destination_endpoint, &call, BlockId::latest());
        let recorded = recorded.await;
        let recorded = recorded.map_err(BridgeError::from_call("EndpointV2.inboundPayloadHash"))?;
        if recorded != payload_hash {
            return self.commitment(nonce, payload_hash).await;
        }
        let call = IEndpoint::lzReceiveCall {
            origin: IEndpoint::Origin { srcEid: self.source_eid, sender, nonce },
            receiver,
            guid: sent.id,
            message,
            extraData: Bytes::new(),
        };
        let call = self.passing(self.destination_endpoint, call.abi_encode()).await?;
        Ok(call.map(|call| Call { min_gas: self.receive_gas, ..call }))
    }

    /// Records what enough DVNs have attested.
    async fn commitment(
        &self,
        nonce: u64,
        payload_hash: B256,
    ) -> Result<Option<Call>, BridgeError> {
        let (library, latest) = (self.destination_receive_lib, BlockId::latest());
        let header = self.header(nonce);
        let call = IReceiveLib::getUlnConfigCall {
            oapp: self.receiver.address,
            remoteEid: self.source_eid,
        };
        let config = self.destination.call(library, &call, latest).await;
        let config = config.map_err(BridgeError::from_call("ReceiveUln302.getUlnConfig"))?;
        let call = IReceiveLib::verifiableCall {
            config,
            headerHash: keccak256(&header),
            payloadHash: payload_hash,
        };
        let attested = self.destination.call(library, &call, latest).await;
        if !attested.map_err(BridgeError::from_call("ReceiveUln302.verifiable"))? {
            return Ok(None);
        }
        let call =
            IReceiveLib::commitVerificationCall { packetHeader: header, payloadHash: payload_hash };
        self.passing(library, call.abi_encode()).await
    }

    /// The packet's number on its path, as the source chain has it.
    async fn nonce(&self, sent: &Sent) -> Result<u64, BridgeError> {
        let block = sent.source_block;
        let found = self
            .source
            .newest_event::<LayerZeroSender::SettlementSent>(
                self.sender,
                sent.message.id,
                block,
                block,
                |event| event.guid == sent.id,
            )
            .await?;
        let event = "SettlementSent";
        found.map(|(event, _)| event.nonce).ok_or(BridgeError::NotOnSource { block, event })
    }

    /// `version(1) | nonce(8) | srcEid(4) | sender(32) | dstEid(4) | receiver(32)`, big-endian.
    fn header(&self, nonce: u64) -> Bytes {
        let mut header = vec![PACKET_VERSION];
        header.extend(nonce.to_be_bytes());
        header.extend(self.source_eid.to_be_bytes());
        header.extend(self.sender.into_word());
        header.extend(self.destination_eid.to_be_bytes());
        header.extend(self.receiver.address.into_word());
        header.into()
    }

    /// The call, where it would succeed now.
    async fn passing(&self, to: Address, data: Vec<u8>) -> Result<Option<Call>, BridgeError> {
        let request = TransactionRequest::default().with_to(to).with_input(data.clone());
        match self.destination.simulate(&request, BlockId::latest()).await {
            Ok(_) => Ok(Some(Call::plain(self.destination.id(), to, data))),
            Err(CallError::Reverted(_)) => Ok(None),
            Err(CallError::Chain(error)) => Err(error.into()),
        }
    }
}
