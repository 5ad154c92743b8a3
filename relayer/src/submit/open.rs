//! From a prepared message to a written intent: the last look before money is committed.

use alloy::{
    eips::BlockId,
    network::TransactionBuilder,
    primitives::{Address, U256},
    rpc::types::TransactionRequest,
};

use super::{Account, Submitter};
use crate::{
    bridge::{Call, Message},
    chain::{CallError, Fees},
    clock::now_ms,
    hub::{Verdict, describe},
    progress::{Interrupt, Progress, step_to},
    reason::{FailReason, HoldReason},
    status::Status,
    store::{Draft, Facts, Kind, Record},
};

/// Room for state that changes between the estimate and inclusion, percent.
const GAS_MARGIN: u64 = 25;

impl Submitter {
    pub(super) async fn open(&self, record: &Record) -> Result<Progress, Interrupt> {
        let message = Message::of(record);
        let settlement = &record.settlement;
        let soonest = (now_ms() / 1000).saturating_add(self.policy.min_time_left);
        if settlement.deadline < soonest {
            let expired = FailReason::Expired { deadline: settlement.deadline };
            return self.unless_under_way(record, expired);
        }
        let verdict = self.hub.dry_run(&message, None).await?;
        match verdict {
            Verdict::WouldPay | Verdict::Awaiting { .. } => {}
            Verdict::Unannounced { policy } => {
                return self.announce(record, &message, policy).await;
            }
            Verdict::AlreadySettled => return Ok(Progress::to(Status::Delivered)),
            Verdict::Hold(reason) => return Err(reason.into()),
            Verdict::Fail(reason @ FailReason::Expired { .. }) => {
                return self.unless_under_way(record, reason);
            }
            Verdict::Fail(reason) => return Err(reason.into()),
        }
        let (bridge, draft, nonce) = match self.draft(record, &message, &verdict).await {
            Err(Interrupt::Fail(reason)) if record.leg != 0 => {
                return Err(HoldReason::NoBridge { problems: reason.to_string() }.into());
            }
            drafted => drafted?,
        };
        let facts = Facts { bridge: Some(bridge), ..Facts::default() };
        self.reserve(record, &draft, nonce, facts).await
    }

    /// Everything that reserving a nonce needs, of the best bridge that has it: once it is reserved, nothing may be left
    /// that could refuse.
    async fn draft(
        &self,
        record: &Record,
        message: &Message,
        verdict: &Verdict,
    ) -> Result<(&'static str, Draft, u64), Interrupt> {
        let used: Vec<_> = self.store.legs(record.id).await?;
        let used: Vec<_> = used.into_iter().map(|leg| leg.bridge).collect();
        let mut refused = None;
        for candidate in self.router.candidates(record, message, verdict, &used).await? {
            let bridge = candidate.bridge;
            let account = self.account(bridge.pays_on())?;
            let call = bridge.send(message, candidate.quote, account.signer.address());
            match account.draft(Kind::Send, call).await {
                Ok((draft, nonce)) => return Ok((bridge.name(), draft, nonce)),
                Err(problem) => {
                    tracing::debug!(settlement = %record.id, bridge = bridge.name(), %problem, "passed over");
                    refused.get_or_insert(problem);
                }
            }
        }
        Err(refused.unwrap_or_else(|| HoldReason::internal("no bridge was asked").into()))
    }

    /// Begins the delay that the payer's policy wants.
    async fn announce(
        &self,
        record: &Record,
        message: &Message,
        policy: Address,
    ) -> Result<Progress, Interrupt> {
        let announced = self.store.deliveries(record.id).await?;
        if announced >= u64::from(self.policy.max_attempts) {
            let error = format!("{announced} announcements had no effect");
            return Err(HoldReason::PolicyRefuses { policy, error }.into());
        }
        let account = self.account(self.hub.chain().id())?;
        let call = self.hub.announcement(message, policy).await?;
        let (draft, nonce) = account.draft(Kind::Deliver, call).await.map_err(on_destination)?;
        tracing::info!(settlement = %record.id, %policy, nonce, "announcing");
        self.reserve(record, &draft, nonce, Facts::default()).await
    }

    /// A message that an earlier bridge has may still settle, and is not given up before a final block says that it is too
    /// late.
    fn unless_under_way(&self, record: &Record, reason: FailReason) -> Result<Progress, Interrupt> {
        if record.leg == 0 {
            return Err(reason.into());
        }
        Ok(Progress::wait(Status::Sent, self.policy.poll))
    }

    async fn reserve(
        &self,
        record: &Record,
        draft: &Draft,
        nonce: u64,
        facts: Facts,
    ) -> Result<Progress, Interrupt> {
        let step = step_to(Status::Submitted, now_ms(), facts)
            .ok_or_else(|| HoldReason::internal("submitted is no running status"))?;
        self.store.open_intent(record, draft, nonce, &step).await?;
        Ok(Progress::Stepped)
    }
}

/// A dry run on the destination is not one on the source.
pub(crate) fn on_destination(interrupt: Interrupt) -> Interrupt {
    match interrupt {
        Interrupt::Hold(HoldReason::SourceRefuses { error }) => {
            HoldReason::DeliveryRefused { error }.into()
        }
        other => other,
    }
}

impl Account {
    /// The transaction of a call, and the nonce that the chain gives it.
    pub(crate) async fn draft(&self, kind: Kind, call: Call) -> Result<(Draft, u64), Interrupt> {
        let signer = self.signer.address();
        let fees = self.opening_fees().await?;
        let gas_limit = self.gas_limit(&call, fees).await?;
        let nonce = self.chain.nonce(signer, BlockId::latest()).await?;
        let Call { chain_id, to, value, data, .. } = call;
        let (max_fee, priority_fee) = (fees.max, fees.priority);
        let draft =
            Draft { kind, chain_id, signer, to, value, data, gas_limit, max_fee, priority_fee };
        Ok((draft, nonce))
    }

    /// Gas for the call, after checking that the account can pay for it and that it would succeed.
    async fn gas_limit(&self, call: &Call, fees: Fees) -> Result<u64, Interrupt> {
        let signer = self.signer.address();
        let have = self.chain.balance(signer).await?;
        let affordable = |need: U256| {
            let chain_id = self.chain.id();
            let poor = HoldReason::SignerUnderfunded { chain_id, signer, have, need };
            if have >= need { Ok(()) } else { Err(Interrupt::from(poor)) }
        };
        // Endpoints answer an estimate that cannot be paid in many ways; ask only for one that can.
        affordable(call.value)?;
        let request = TransactionRequest::default()
            .with_from(signer)
            .with_to(call.to)
            .with_value(call.value)
            .with_input(call.data.clone());
        let gas = match self.chain.estimate_gas(&request).await {
            Ok(gas) => {
                let gas = gas.saturating_add(gas / 100 * GAS_MARGIN).saturating_add(GAS_MARGIN);
                gas.max(call.min_gas)
            }
            Err(CallError::Chain(error)) => return Err(error.into()),
            Err(CallError::Reverted(data)) => {
                return Err(HoldReason::SourceRefuses { error: describe(&data) }.into());
            }
        };
        affordable(
            call.value.saturating_add(U256::from(gas).saturating_mul(U256::from(fees.max))),
        )?;
        Ok(gas)
    }
}
