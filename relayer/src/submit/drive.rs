//! From a written intent to its end at finality.

use std::time::Duration;

use alloy::{eips::BlockId, primitives::U256, rpc::types::TransactionReceipt};

use super::{Account, Submitter};
use crate::{
    bridge::Message,
    chain::{BroadcastError, Fees},
    clock::{after, now_ms},
    progress::{Interrupt, Progress, hold_state, step_to},
    reason::{FailReason, HoldReason, Reason},
    signer::Unsigned,
    status::{State, Status},
    store::{Facts, Intent, Kind, Outcome, Purpose, Record, Signed, Step},
};

/// Gas of a transfer without data.
const TRANSFER_GAS: u64 = 21_000;

impl Submitter {
    /// Compares the intent with the chain and takes the next step.
    pub(super) async fn drive(
        &self,
        record: &Record,
        intent: &Intent,
    ) -> Result<Progress, Interrupt> {
        let account = self.account(intent.draft.chain_id)?;
        if account.signer.address() != intent.draft.signer {
            let problem = format!(
                "nonce {} belongs to {}; configure that key again until this message is final",
                intent.nonce, intent.draft.signer
            );
            return Err(HoldReason::SignerUnavailable { problem }.into());
        }
        let forms = self.store.signed_forms(intent).await?;
        if let Some((form, receipt)) = mined(account, &forms).await? {
            return self.on_mined(record, intent, account, form, &receipt).await;
        }
        if account.nonce_is_taken_for_good(intent).await? {
            // The receipt may have appeared between the two reads.
            if mined(account, &forms).await?.is_some() {
                return Ok(Progress::wait(Status::Submitted, Duration::ZERO));
            }
            return self.without_effect(record, intent, Outcome::Superseded, taken(intent)).await;
        }
        if account.chain.nonce(intent.draft.signer, BlockId::latest()).await? > intent.nonce {
            if mined(account, &forms).await?.is_some() {
                return Ok(Progress::wait(Status::Submitted, Duration::ZERO));
            }
            return Err(taken(intent).into());
        }
        self.push(record, intent, account, forms).await
    }

    /// Nothing is mined: sign, replace or broadcast, whichever comes next.
    async fn push(
        &self,
        record: &Record,
        intent: &Intent,
        account: &Account,
        forms: Vec<Signed>,
    ) -> Result<Progress, Interrupt> {
        let again = Ok(Progress::wait(Status::Submitted, Duration::ZERO));
        let wanted = self.still_wanted(record).await?;
        let Some(newest) = forms.last() else {
            let purpose = if wanted { Purpose::Payload } else { Purpose::Cancel };
            let fees = Fees { max: intent.draft.max_fee, priority: intent.draft.priority_fee };
            self.sign(intent, account, 0, purpose, fees).await?;
            return again;
        };
        if !wanted && newest.purpose == Purpose::Payload {
            let fees = account.raised_fees(newest.fees()).await?;
            self.sign(intent, account, newest.form + 1, Purpose::Cancel, fees).await?;
            return again;
        }
        if !account.chain.knows(newest.hash).await? {
            return self.broadcast(intent, account, newest).await;
        }
        if self.is_blocking(intent).await? {
            self.close_gap(intent, account).await?;
            if now_ms() >= newest.created_at.saturating_add(millis(self.policy.bump_after)) {
                let fees = account.raised_fees(newest.fees()).await?;
                self.sign(intent, account, newest.form + 1, newest.purpose, fees).await?;
                return again;
            }
        }
        Ok(Progress::wait(Status::Submitted, self.policy.poll))
    }

    /// Whether the message still needs to be sent: nobody settled it meanwhile and its deadline has not passed.
    async fn still_wanted(&self, record: &Record) -> Result<bool, Interrupt> {
        if now_ms() / 1000 > record.settlement.deadline {
            return Ok(false);
        }
        Ok(!self.hub.is_settled(record.id, BlockId::latest()).await?)
    }

    /// Whether later nonces wait behind this one; fees of those behind are not raised.
    async fn is_blocking(&self, intent: &Intent) -> Result<bool, Interrupt> {
        let lowest =
            self.store.lowest_open_nonce(intent.draft.chain_id, intent.draft.signer).await?;
        Ok(lowest == Some(intent.nonce))
    }

    /// Signs a form and writes it down. Broadcasting is the next look's work.
    async fn sign(
        &self,
        intent: &Intent,
        account: &Account,
        form: u32,
        purpose: Purpose,
        fees: Fees,
    ) -> Result<(), Interrupt> {
        let (hash, raw) = account.signer.sign(&unsigned(intent, purpose, fees)).await?;
        let (max_fee, priority_fee) = (fees.max, fees.priority);
        let form = Signed { hash, form, purpose, raw, max_fee, priority_fee, created_at: now_ms() };
        self.store.record_signed(intent, &form).await?;
        tracing::info!(
            settlement = %intent.settlement_id, transaction = %hash, nonce = intent.nonce,
            purpose = %purpose, form = form.form, "signed and written down"
        );
        Ok(())
    }

    /// Hands the newest form to the endpoint. Whatever it answers, the chain is asked next.
    async fn broadcast(
        &self,
        intent: &Intent,
        account: &Account,
        form: &Signed,
    ) -> Result<Progress, Interrupt> {
        let soon = Ok(Progress::wait(Status::Submitted, self.policy.poll));
        match account.chain.broadcast(&form.raw).await {
            Ok(()) => {
                tracing::info!(settlement = %intent.settlement_id, transaction = %form.hash, "broadcast");
                soon
            }
            Err(BroadcastError::NonceUsed) => soon,
            Err(BroadcastError::Underpriced) => {
                let fees = account.raised_fees(form.fees()).await?;
                self.sign(intent, account, form.form + 1, form.purpose, fees).await?;
                Ok(Progress::wait(Status::Submitted, Duration::ZERO))
            }
            Err(BroadcastError::Underfunded) => {
                let signer = account.signer.address();
                let chain_id = account.chain.id();
                let have = account.chain.balance(signer).await?;
                let gas =
                    U256::from(intent.draft.gas_limit).saturating_mul(U256::from(form.max_fee));
                let need = gas.saturating_add(intent.draft.value);
                Err(HoldReason::SignerUnderfunded { chain_id, signer, have, need }.into())
            }
            Err(BroadcastError::Refused(problem)) => {
                Err(HoldReason::RpcUnavailable { chain_id: account.chain.id(), problem }.into())
            }
            Err(BroadcastError::Chain(error)) => Err(error.into()),
        }
    }

    /// One of our forms is in the chain: wait for finality, then close the intent with what happened.
    async fn on_mined(
        &self,
        record: &Record,
        intent: &Intent,
        account: &Account,
        form: &Signed,
        receipt: &TransactionReceipt,
    ) -> Result<Progress, Interrupt> {
        if !account.chain.is_final(receipt).await? {
            return Ok(Progress::wait(Status::Submitted, self.policy.poll));
        }
        match (form.purpose, intent.draft.kind, receipt.status()) {
            (Purpose::Payload, Kind::Send, true) => {
                let bridge = self.router.bridge(&record.bridge)?;
                let message_id = bridge
                    .message_id(&Message::of(record), receipt)
                    .map_err(|error| Interrupt::of_bridge(bridge.name(), error))?;
                let facts = Facts {
                    message_id: Some(message_id),
                    sent_at: Some(now_ms()),
                    sent_block: receipt.block_number,
                    ..Facts::default()
                };
                self.close(record, intent, Outcome::Executed, Status::Sent, facts).await
            }
            // Whether it delivered is for the destination's state to say.
            (Purpose::Payload, Kind::Deliver, true) => {
                let facts = Facts::default();
                self.close(record, intent, Outcome::Executed, home(record), facts).await
            }
            (Purpose::Payload, _, false) => {
                let reason = HoldReason::SourceReverted { transaction: form.hash };
                self.without_effect(record, intent, Outcome::Reverted, reason).await
            }
            (Purpose::Cancel, kind, _) => {
                let status = match kind {
                    Kind::Send => Status::Prepared,
                    Kind::Deliver => home(record),
                };
                self.close(record, intent, Outcome::Cancelled, status, Facts::default()).await
            }
        }
    }

    async fn close(
        &self,
        record: &Record,
        intent: &Intent,
        outcome: Outcome,
        status: Status,
        facts: Facts,
    ) -> Result<Progress, Interrupt> {
        let step = step_to(status, now_ms(), facts)
            .ok_or_else(|| HoldReason::internal(format!("{status} is no running status")))?;
        self.store.close_intent(record, intent, outcome, &step).await?;
        Ok(Progress::Stepped)
    }

    /// The attempt ended without effect: another follows after a back-off, unless there were enough. After a delivery the
    /// confirm queue looks first: somebody else may have delivered.
    async fn without_effect(
        &self,
        record: &Record,
        intent: &Intent,
        outcome: Outcome,
        reason: HoldReason,
    ) -> Result<Progress, Interrupt> {
        if intent.draft.kind == Kind::Deliver {
            tracing::warn!(settlement = %record.id, %outcome, %reason, "a delivery had no effect");
            return self.close(record, intent, outcome, home(record), Facts::default()).await;
        }
        let attempts = self.store.failed_attempts(record.id).await?.saturating_add(1);
        // What an earlier bridge has may still settle: it is tried again, seldom, until its deadline.
        let (to, reason, delay) = if attempts >= self.policy.max_attempts && record.leg == 0 {
            let fail = FailReason::AttemptsExhausted { attempts, last: reason.to_string() };
            let to = State::running(Status::Failed)
                .ok_or_else(|| HoldReason::internal("failed is no terminal status"))?;
            (to, Reason::Fail(fail), Duration::ZERO)
        } else {
            (hold_state(record), Reason::Hold(reason), crate::backoff::delay(attempts))
        };
        let step = Step {
            to,
            reason: Some(reason),
            next_attempt_at: after(delay),
            facts: Facts::default(),
        };
        self.store.close_intent(record, intent, outcome, &step).await?;
        Ok(Progress::Stepped)
    }
}

impl Account {
    /// Whether a final block counts the nonce as used.
    async fn nonce_is_taken_for_good(&self, intent: &Intent) -> Result<bool, Interrupt> {
        let Some(head) = self.chain.final_head().await? else { return Ok(false) };
        let used = self.chain.nonce(intent.draft.signer, BlockId::number(head.number)).await?;
        Ok(used > intent.nonce)
    }
}

impl Signed {
    const fn fees(&self) -> Fees {
        Fees { max: self.max_fee, priority: self.priority_fee }
    }
}

/// Where a message goes back to from a delivery: an announcement may come before a bridge has it.
const fn home(record: &Record) -> Status {
    if record.message_id.is_some() { Status::Sent } else { Status::Prepared }
}

/// The form that is in the chain, if one is; at most one can be, since they share a nonce.
async fn mined<'a>(
    account: &Account,
    forms: &'a [Signed],
) -> Result<Option<(&'a Signed, TransactionReceipt)>, Interrupt> {
    for form in forms.iter().rev() {
        if let Some(receipt) = account.chain.receipt(form.hash).await? {
            return Ok(Some((form, receipt)));
        }
    }
    Ok(None)
}

fn unsigned(intent: &Intent, purpose: Purpose, fees: Fees) -> Unsigned {
    let draft = &intent.draft;
    let (chain_id, nonce) = (draft.chain_id, intent.nonce);
    match purpose {
        Purpose::Payload => Unsigned {
            chain_id,
            nonce,
            fees,
            gas_limit: draft.gas_limit,
            to: draft.to,
            value: draft.value,
            data: draft.data.clone(),
        },
        Purpose::Cancel => no_op(chain_id, nonce, fees, draft.signer),
    }
}

/// A transfer of nothing to oneself: it fills a nonce.
pub(super) fn no_op(
    chain_id: u64,
    nonce: u64,
    fees: Fees,
    signer: alloy::primitives::Address,
) -> Unsigned {
    Unsigned {
        chain_id,
        nonce,
        fees,
        gas_limit: TRANSFER_GAS,
        to: signer,
        value: U256::ZERO,
        data: Default::default(),
    }
}

const fn taken(intent: &Intent) -> HoldReason {
    HoldReason::NonceTaken { signer: intent.draft.signer, nonce: intent.nonce }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
