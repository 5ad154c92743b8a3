use alloy::{
    network::TransactionBuilder,
    primitives::{Address, B256, Bytes, U256, keccak256},
    providers::{DynProvider, Provider},
    rpc::types::{BlockNumberOrTag, TransactionReceipt},
    signers::{Signer, local::PrivateKeySigner},
    sol_types::{SolCall, SolEvent},
};
use proofrail_evm::deployment::LayerZero;

use super::{error::WorkerError, source::Job};
use crate::{
    layerzero::{
        abi::{Dvn, EndpointV2, Executor, ReceiveUln302},
        options::OptionsError,
        packet::Packet,
    },
    rpc::{EvmError, transact},
    workers::Step,
};

/// How long an attestation may be submitted, in seconds of the destination's time.
const ATTESTATION_LIFETIME: u64 = 3_600;
/// Gas of `DVN.execute`: it succeeds even when its inner call runs out of gas, so an estimate
/// would find too little.
const ATTEST_GAS: u64 = 300_000;
/// Gas of `Executor.execute302` beside the message's own, for the same reason.
const EXECUTE_GAS: u64 = 200_000;
/// Gas for each byte of the message: calldata, and the log of an alert.
const EXECUTE_GAS_PER_BYTE: u64 = 60;
/// The payload hash of a packet whose execution its receiver has forbidden.
const NIL: B256 = B256::repeat_byte(0xff);

/// How far a packet has come on the destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PacketState {
    /// The DVN has not attested it.
    Unattested,
    /// Attested by enough DVNs.
    Attested,
    /// Recorded by the endpoint.
    Committed,
    /// Its execution is forbidden by the receiver.
    Nilified,
    /// Delivered, or cleared by its receiver.
    Consumed,
}

/// The chain that packets go to.
#[derive(Debug)]
pub(super) struct Destination {
    pub(super) dvn_provider: DynProvider,
    pub(super) executor_provider: DynProvider,
    pub(super) stack: LayerZero,
    pub(super) dvn_signer: PrivateKeySigner,
    /// The DVN contract's verifier id.
    pub(super) vid: u32,
}

impl Destination {
    /// Reads how far the packet is, as `EndpointV2View` and `ReceiveUln302View` do.
    pub(super) async fn state(&self, packet: &Packet) -> Result<PacketState, WorkerError> {
        let (receiver, eid, sender) = (packet.receiver, packet.src_eid, packet.sender);
        let endpoint = EndpointV2::new(self.stack.endpoint, &self.dvn_provider);
        let hash = endpoint.inboundPayloadHash(receiver, eid, sender, packet.nonce).call().await;
        let hash = hash.map_err(EvmError::contract("EndpointV2.inboundPayloadHash"))?;
        if hash == NIL {
            return Ok(PacketState::Nilified);
        }
        if hash == packet.payload_hash() {
            return Ok(PacketState::Committed);
        }
        let lazy = endpoint.lazyInboundNonce(receiver, eid, sender).call().await;
        let lazy = lazy.map_err(EvmError::contract("EndpointV2.lazyInboundNonce"))?;
        if hash.is_zero() && packet.nonce <= lazy {
            return Ok(PacketState::Consumed);
        }
        let library = ReceiveUln302::new(self.stack.receive_uln302, &self.dvn_provider);
        let config = library.getUlnConfig(receiver, eid).call().await;
        let config = config.map_err(EvmError::contract("ReceiveUln302.getUlnConfig"))?;
        let (header, payload) = (packet.header_hash(), packet.payload_hash());
        let verifiable = library.verifiable(config, header, payload).call().await;
        match verifiable.map_err(EvmError::contract("ReceiveUln302.verifiable"))? {
            true => Ok(PacketState::Attested),
            false => Ok(PacketState::Unattested),
        }
    }

    /// As the DVN: signs that the packet was sent and confirmed, and submits it. Garbage is signed by a fresh key.
    pub(super) async fn attest(&self, job: &Job, garbage: bool) -> Result<Step, WorkerError> {
        let packet = &job.packet;
        let fresh = garbage.then(PrivateKeySigner::random);
        let signer = fresh.as_ref().unwrap_or(&self.dvn_signer);
        let call = ReceiveUln302::verifyCall {
            packetHeader: packet.header(),
            payloadHash: packet.payload_hash(),
            confirmations: job.confirmations,
        };
        let target = self.stack.receive_uln302;
        let (call, expiration) = (call.abi_encode(), self.expiration().await?);
        // keccak256(abi.encodePacked(vid, target, expiration, callData)), signed as by eth_sign.
        let digest = keccak256(
            [&self.vid.to_be_bytes()[..], &target[..], &expiration.to_be_bytes::<32>(), &call]
                .concat(),
        );
        let signature = signer.sign_message(digest.as_slice()).await?;
        let instruction = Dvn::ExecuteParam {
            vid: self.vid,
            target,
            callData: call.into(),
            expiration,
            signatures: signature.as_bytes().into(),
        };
        let dvn = Dvn::new(self.stack.dvn, &self.dvn_provider);
        let request = dvn.execute(vec![instruction]).into_transaction_request();
        let request = request.with_gas_limit(ATTEST_GAS);
        let receipt = transact(&self.dvn_provider, "DVN.execute", request).await?;
        self.check_attested(packet, signer.address(), &receipt)?;
        Ok(step(packet, &receipt))
    }

    /// `DVN.execute` reports refusals in events and always succeeds.
    fn check_attested(
        &self,
        packet: &Packet,
        signer: Address,
        receipt: &TransactionReceipt,
    ) -> Result<(), WorkerError> {
        let (library, dvn) = (self.stack.receive_uln302, self.stack.dvn);
        let attested = events::<ReceiveUln302::PayloadVerified>(receipt, library).any(|event| {
            event.dvn == dvn
                && event.header == packet.header()
                && event.proofHash == packet.payload_hash()
        });
        if attested {
            return Ok(());
        }
        if events::<Dvn::VerifySignaturesFailed>(receipt, dvn).next().is_some() {
            return Err(WorkerError::SignatureRefused { signer });
        }
        match events::<Dvn::ExecuteFailed>(receipt, dvn).next() {
            Some(event) => Err(WorkerError::VerifyFailed { data: event.data }),
            None => Err(WorkerError::AttestationIgnored),
        }
    }

    async fn expiration(&self) -> Result<U256, WorkerError> {
        let action = "read the destination's time";
        let block = self.dvn_provider.get_block_by_number(BlockNumberOrTag::Latest).await;
        let now = block.map_err(EvmError::rpc(action))?.map_or(0, |block| block.header.timestamp);
        Ok(U256::from(now) + U256::from(ATTESTATION_LIFETIME))
    }

    /// Records the attestation in the endpoint; anyone may do it.
    pub(super) async fn commit(&self, job: &Job) -> Result<Step, WorkerError> {
        let packet = &job.packet;
        let endpoint = EndpointV2::new(self.stack.endpoint, &self.executor_provider);
        let accepted = endpoint.initializable(packet.origin(), packet.receiver).call().await;
        if !accepted.map_err(EvmError::contract("EndpointV2.initializable"))? {
            let (receiver, sender, src_eid) = (packet.receiver, packet.sender, packet.src_eid);
            return Err(WorkerError::PathNotInitializable { receiver, sender, src_eid });
        }
        let library = ReceiveUln302::new(self.stack.receive_uln302, &self.executor_provider);
        let call = library.commitVerification(packet.header(), packet.payload_hash());
        let request = call.into_transaction_request();
        let action = "ReceiveUln302.commitVerification";
        let receipt = transact(&self.executor_provider, action, request).await?;
        let committed = events::<EndpointV2::PacketVerified>(&receipt, self.stack.endpoint)
            .any(|event| event.origin == packet.origin() && event.receiver == packet.receiver);
        if committed {
            Ok(step(packet, &receipt))
        } else {
            Err(WorkerError::NotCommitted { guid: packet.guid })
        }
    }

    /// As the executor: hands the message to its receiver.
    pub(super) async fn execute(&self, job: &Job) -> Result<Step, WorkerError> {
        let packet = &job.packet;
        self.check_nonce(packet).await?;
        let params = Executor::ExecutionParams {
            receiver: packet.receiver,
            origin: packet.origin(),
            guid: packet.guid,
            message: packet.message.clone(),
            extraData: Bytes::new(),
            gasLimit: U256::from(job.lz_receive.gas),
        };
        let executor = Executor::new(self.stack.executor, &self.executor_provider);
        let request = executor
            .execute302(params)
            .value(U256::from(job.lz_receive.value))
            .into_transaction_request()
            .with_gas_limit(execution_gas(job)?);
        let action = "Executor.execute302";
        let receipt = transact(&self.executor_provider, action, request).await?;
        self.check_delivered(packet, &receipt)?;
        Ok(step(packet, &receipt))
    }

    async fn check_nonce(&self, packet: &Packet) -> Result<(), WorkerError> {
        let endpoint = EndpointV2::new(self.stack.endpoint, &self.executor_provider);
        let verified = endpoint.inboundNonce(packet.receiver, packet.src_eid, packet.sender);
        let verified = verified.call().await;
        let verified = verified.map_err(EvmError::contract("EndpointV2.inboundNonce"))?;
        if packet.nonce <= verified {
            Ok(())
        } else {
            Err(WorkerError::NonceGap { nonce: packet.nonce, missing: verified + 1 })
        }
    }

    /// `Executor.execute302` catches the receiver's revert and succeeds.
    fn check_delivered(
        &self,
        packet: &Packet,
        receipt: &TransactionReceipt,
    ) -> Result<(), WorkerError> {
        let endpoint = self.stack.endpoint;
        let delivered = events::<EndpointV2::PacketDelivered>(receipt, endpoint)
            .any(|event| event.origin == packet.origin() && event.receiver == packet.receiver);
        if delivered {
            return Ok(());
        }
        let guid = packet.guid;
        match events::<EndpointV2::LzReceiveAlert>(receipt, endpoint)
            .find(|event| event.guid == guid)
        {
            Some(alert) => Err(WorkerError::Alert { guid, reason: alert.reason }),
            None => Err(WorkerError::NoTrace { guid, transaction: receipt.transaction_hash }),
        }
    }
}

/// A call gets at most 63/64 of the gas that is left (EIP-150), so the transaction needs more
/// than the message was sold.
fn execution_gas(job: &Job) -> Result<u64, WorkerError> {
    let overflow = || super::Refusal::from(OptionsError::Overflow);
    let gas = u64::try_from(job.lz_receive.gas).map_err(|_| overflow())?;
    let length = u64::try_from(job.packet.message.len()).map_err(|_| overflow())?;
    let total = length
        .checked_mul(EXECUTE_GAS_PER_BYTE)
        .and_then(|bytes| bytes.checked_add(EXECUTE_GAS))
        .and_then(|base| base.checked_add(gas))
        .and_then(|sum| sum.checked_add(gas / 63 + 1));
    Ok(total.ok_or_else(overflow)?)
}

fn events<E: SolEvent>(receipt: &TransactionReceipt, emitter: Address) -> impl Iterator<Item = E> {
    let logs = receipt.inner.logs().iter().filter(move |log| log.address() == emitter);
    logs.filter_map(|log| log.log_decode::<E>().ok().map(|log| log.inner.data))
}

fn step(packet: &Packet, receipt: &TransactionReceipt) -> Step {
    Step {
        guid: packet.guid,
        nonce: packet.nonce,
        transaction: receipt.transaction_hash,
        block: receipt.block_number.unwrap_or_default(),
        gas_used: receipt.gas_used,
    }
}
