use alloy::{
    network::TransactionBuilder,
    primitives::{Address, B256, Bytes},
    providers::DynProvider,
};
use proofrail_evm::deployment::Ccip;

use super::{Refusal, Sent, WorkerError};
use crate::{
    ccip::abi::OffRamp,
    rpc::{EvmError, transact},
    workers::Step,
};

/// Gas of `OffRamp.execute` beside the receiver's own: decoding, the committee's signatures, and calldata. The call
/// succeeds even where its inner call runs out of gas, so an estimate would find too little.
const EXECUTE_GAS: u64 = 400_000;
/// Gas for each byte of the message: calldata, memory and what is passed on.
const EXECUTE_GAS_PER_BYTE: u64 = 100;

/// The chain that messages go to.
#[derive(Debug)]
pub(super) struct Destination {
    pub(super) provider: DynProvider,
    pub(super) stack: Ccip,
}

impl Destination {
    /// `Internal.MessageExecutionState` of a message.
    pub(super) async fn state(&self, id: B256) -> Result<u8, WorkerError> {
        let off_ramp = OffRamp::new(self.stack.off_ramp, &self.provider);
        let state = off_ramp.getExecutionState(id).call().await;
        Ok(state.map_err(EvmError::contract("OffRamp.getExecutionState"))?)
    }

    /// Delivers with `result` of our committee; returns the state that the offramp wrote down.
    pub(super) async fn execute(
        &self,
        sent: &Sent,
        result: &Bytes,
    ) -> Result<(u8, Step), WorkerError> {
        let off_ramp = OffRamp::new(self.stack.off_ramp, &self.provider);
        let committee = self.committee(&off_ramp, sent).await?;
        let length = u64::try_from(sent.encoded.len()).unwrap_or(u64::MAX);
        let receive_gas = u64::from(sent.head.receive_gas);
        // A call gets at most 63/64 of the gas that is left (EIP-150), here through three calls.
        let gas = (receive_gas + receive_gas / 16)
            .saturating_add(EXECUTE_GAS)
            .saturating_add(length.saturating_mul(EXECUTE_GAS_PER_BYTE));
        let request = off_ramp
            .execute(sent.encoded.clone(), vec![committee], vec![result.clone()], 0)
            .into_transaction_request()
            .with_gas_limit(gas);
        let receipt = transact(&self.provider, "OffRamp.execute", request).await?;
        let logs = receipt.inner.logs().iter().filter(|log| log.address() == self.stack.off_ramp);
        let event = logs
            .filter_map(|log| log.log_decode::<OffRamp::ExecutionStateChanged>().ok())
            .find(|log| log.inner.messageId == sent.id);
        let transaction = receipt.transaction_hash;
        let event = event.ok_or(WorkerError::NoTrace { id: sent.id, transaction })?;
        let step = Step {
            guid: sent.id,
            nonce: sent.head.number,
            transaction,
            block: receipt.block_number.unwrap_or_default(),
            gas_used: receipt.gas_used,
        };
        Ok((event.inner.state, step))
    }

    /// Ours, where the receiver and the lane ask for nobody else.
    async fn committee(
        &self,
        off_ramp: &OffRamp::OffRampInstance<&DynProvider>,
        sent: &Sent,
    ) -> Result<Address, WorkerError> {
        let demanded = off_ramp.getCCVsForMessage(sent.encoded.clone()).call().await;
        let demanded = demanded.map_err(EvmError::contract("OffRamp.getCCVsForMessage"))?;
        let ours = self.stack.committee;
        match demanded.requiredCCVs.into_iter().find(|verifier| *verifier != ours) {
            Some(verifier) => Err(Refusal::Verifier { id: sent.id, verifier }.into()),
            None => Ok(ours),
        }
    }
}
