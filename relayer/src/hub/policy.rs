//! What a payer's policy says, and what the relayer can do about it.

use alloy::{
    eips::BlockId,
    network::TransactionBuilder,
    primitives::{Address, Bytes},
    rpc::types::TransactionRequest,
    sol_types::{SolCall, SolInterface},
};
use proofrail_evm::contracts::RoutePolicy::{RoutePolicyErrors, announceCall};

use super::{Hub, Verdict, describe};
use crate::{
    bridge::{Call, Message},
    chain::CallError,
    progress::Interrupt,
    reason::HoldReason,
};

/// Tells a refusal that more bridges, an announcement or time cures from the others.
pub(super) fn judge(policy: Address, reason: &Bytes) -> Verdict {
    match RoutePolicyErrors::abi_decode(reason) {
        Ok(RoutePolicyErrors::AwaitingAgreement(error)) => Verdict::Awaiting {
            policy,
            agreed: error.agreed.saturating_to(),
            required: error.required.saturating_to(),
        },
        Ok(RoutePolicyErrors::DelayNotBegun(_)) => Verdict::Unannounced { policy },
        Ok(RoutePolicyErrors::Delayed(error)) => {
            Verdict::Hold(HoldReason::PolicyDelays { policy, until: error.readyAt })
        }
        _ => Verdict::Hold(HoldReason::PolicyRefuses { policy, error: describe(reason) }),
    }
}

impl Hub {
    /// The call that begins a policy's delay, where it would.
    ///
    /// # Errors
    /// [`HoldReason::PolicyRefuses`] where the policy refuses, or when the chain gives no usable answer.
    pub async fn announcement(
        &self,
        message: &Message,
        policy: Address,
    ) -> Result<Call, Interrupt> {
        let evidence = Bytes::copy_from_slice(message.proof.as_bytes());
        let settlement = proofrail_evm::Settlement::from(&message.settlement).into();
        let data = announceCall { settlement, evidence }.abi_encode();
        let request = TransactionRequest::default().with_to(policy).with_input(data.clone());
        match self.chain.simulate(&request, BlockId::latest()).await {
            Ok(_) => Ok(Call::plain(self.chain.id(), policy, data)),
            Err(CallError::Chain(error)) => Err(error.into()),
            Err(CallError::Reverted(data)) => {
                Err(HoldReason::PolicyRefuses { policy, error: describe(&data) }.into())
            }
        }
    }
}
