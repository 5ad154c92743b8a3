//! Executing a message ourselves, as anyone may.

use alloy::{
    eips::BlockId,
    network::TransactionBuilder,
    primitives::{Address, B256, Bytes},
    rpc::types::{Log, TransactionRequest},
    sol_types::SolCall,
};
use proofrail_evm::ccip::{
    STATE_SUCCESS,
    abi::{OffRamp as IOffRamp, OnRamp as IOnRamp},
    message_id,
};
use serde::Deserialize;

use super::CcipAdapter;
use crate::{
    bridge::{BridgeError, Call, Sent},
    chain::CallError,
};

/// Gas of `OffRamp.execute` beside the receiver's own: decoding, verifiers' signatures, and calldata. It succeeds even
/// where its inner call runs out of gas, so that no estimate would find this.
const EXECUTE_GAS: u64 = 600_000;
/// What a message that failed gets, in multiples of what it was sent with.
const MORE_GAS: u64 = 2;
/// What our receiver gets above the least that it asks for: what CCIP's router takes of it.
const RECEIVE_MARGIN: u64 = 100_000;

/// An indexer's answer.
#[derive(Deserialize)]
struct VerifierResults {
    results: Vec<Indexed>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Indexed {
    verifier_result: VerifierResult,
}

#[derive(Clone, Deserialize)]
struct VerifierResult {
    message_id: B256,
    verifier_dest_address: Address,
    ccv_data: Bytes,
}

/// Verifiers on the destination, and what each attests.
#[derive(Clone, Debug, Default)]
struct Attestations {
    verifiers: Vec<Address>,
    results: Vec<Bytes>,
}

impl CcipAdapter {
    /// The newest execution of the message that was written down as failed.
    pub(super) async fn failure(
        &self,
        sent: &Sent,
        to: u64,
    ) -> Result<Option<(IOffRamp::ExecutionStateChanged, Log)>, BridgeError> {
        let source = B256::left_padding_from(&self.near.chain_selector.to_be_bytes());
        let found = self
            .destination
            .newest_event::<IOffRamp::ExecutionStateChanged>(
                self.far.off_ramp,
                source,
                sent.from,
                to,
                |event| event.messageId == sent.id && event.state != STATE_SUCCESS,
            )
            .await?;
        Ok(found)
    }

    /// The execution of a message that nobody executed yet, once everything that it needs is attested.
    pub(super) async fn execute_first(&self, sent: &Sent) -> Result<Option<Call>, BridgeError> {
        if self.state(sent.id, BlockId::latest()).await? != 0 {
            return Ok(None);
        }
        let encoded = self.encoded(sent).await?;
        let Some(attestations) = self.indexed(sent.id, &encoded).await? else { return Ok(None) };
        self.execution(&encoded, attestations, 0).await
    }

    /// The execution of a failed message: with what the indexers say now or with what was shown before, and with more
    /// gas. The offramp reverts where it would fail again, so that nothing is spent in vain.
    pub(super) async fn execute_again(&self, sent: &Sent) -> Result<Option<Call>, BridgeError> {
        let encoded = self.encoded(sent).await?;
        let least = self.receiver.min_gas().await?.saturating_add(RECEIVE_MARGIN);
        let gas = u64::from(self.receive_gas).saturating_mul(MORE_GAS).max(least);
        let gas = u32::try_from(gas).unwrap_or(u32::MAX);
        // An indexer that is down must not keep what was shown before from being used.
        let indexed = self.indexed(sent.id, &encoded).await;
        if let Ok(Some(attestations)) = &indexed
            && let Some(call) = self.execution(&encoded, attestations.clone(), gas).await?
        {
            return Ok(Some(call));
        }
        if let Some(attestations) = self.shown_before(sent).await? {
            return self.execution(&encoded, attestations, gas).await;
        }
        indexed.map(|_| None)
    }

    /// The message as the onramp emitted it.
    async fn encoded(&self, sent: &Sent) -> Result<Bytes, BridgeError> {
        let block = sent.source_block;
        let destination = B256::left_padding_from(&self.far.chain_selector.to_be_bytes());
        let found = self
            .source
            .newest_event::<IOnRamp::CCIPMessageSent>(
                self.near.on_ramp,
                destination,
                block,
                block,
                |event| event.messageId == sent.id && message_id(&event.encodedMessage) == sent.id,
            )
            .await?;
        found
            .map(|(event, _)| event.encodedMessage)
            .ok_or(BridgeError::NotOnSource { block, event: "CCIPMessageSent" })
    }

    /// The results of every verifier that the message needs, from the indexers; `None` while one is missing.
    async fn indexed(
        &self,
        id: B256,
        encoded: &Bytes,
    ) -> Result<Option<Attestations>, BridgeError> {
        if self.indexers.is_empty() {
            return Ok(None);
        }
        let call = IOffRamp::getCCVsForMessageCall { encodedMessage: encoded.clone() };
        let needed = self.destination.call(self.far.off_ramp, &call, BlockId::latest()).await;
        let needed = needed.map_err(BridgeError::from_call("OffRamp.getCCVsForMessage"))?;
        let path = format!("/v1/verifierresults/{id}");
        let found = self.indexers.fetch(&path, |answer: VerifierResults| {
            let results = answer.results.into_iter().map(|indexed| indexed.verifier_result);
            let results: Vec<_> = results.collect();
            match results.iter().find(|result| result.message_id != id) {
                Some(other) => Err(format!("a result of another message: {}", other.message_id)),
                None => Ok(results),
            }
        });
        let Some(results) = found.await? else { return Ok(None) };
        let mut attestations = Attestations::default();
        let optional = usize::from(needed.threshold);
        let required = needed.requiredCCVs.len();
        for verifier in needed.requiredCCVs.into_iter().chain(needed.optionalCCVs) {
            let result = results.iter().find(|result| result.verifier_dest_address == verifier);
            if let Some(result) = result {
                attestations.verifiers.push(verifier);
                attestations.results.push(result.ccv_data.clone());
            } else if attestations.verifiers.len() < required {
                return Ok(None);
            }
        }
        Ok((attestations.verifiers.len() >= required + optional).then_some(attestations))
    }

    /// What whoever executed the message before showed the offramp.
    async fn shown_before(&self, sent: &Sent) -> Result<Option<Attestations>, BridgeError> {
        let head = self.destination.head().await?;
        let Some((_, log)) = self.failure(sent, head.number).await? else { return Ok(None) };
        let Some(transaction) = log.transaction_hash else { return Ok(None) };
        let Some(input) = self.destination.input_of(transaction).await? else { return Ok(None) };
        let call = IOffRamp::executeCall::abi_decode(&input).ok();
        Ok(call.map(|call| Attestations { verifiers: call.ccvs, results: call.verifierResults }))
    }

    /// The call, where the offramp takes it now.
    async fn execution(
        &self,
        encoded: &Bytes,
        attestations: Attestations,
        receive_gas: u32,
    ) -> Result<Option<Call>, BridgeError> {
        let call = IOffRamp::executeCall {
            encodedMessage: encoded.clone(),
            ccvs: attestations.verifiers,
            verifierResults: attestations.results,
            gasLimitOverride: receive_gas,
        };
        let receiver = u64::from(receive_gas.max(self.receive_gas));
        // A call gets at most 63/64 of the gas that is left (EIP-150), here through three calls.
        let min_gas = receiver + receiver / 16 + EXECUTE_GAS;
        let call = Call {
            min_gas,
            ..Call::plain(self.destination.id(), self.far.off_ramp, call.abi_encode())
        };
        let request = TransactionRequest::default()
            .with_to(call.to)
            .with_gas_limit(min_gas)
            .with_input(call.data.clone());
        match self.destination.simulate(&request, BlockId::latest()).await {
            Ok(_) => Ok(Some(call)),
            Err(CallError::Reverted(_)) => Ok(None),
            Err(CallError::Chain(error)) => Err(error.into()),
        }
    }
}
