//! Another bridge for a message that has one: since that does not bring it, or since the payer's policy wants several.

use super::Confirmer;
use crate::{
    bridge::{Delivery, Sent},
    clock::now_ms,
    hub::Verdict,
    progress::{Interrupt, Progress, step_to},
    reason::HoldReason,
    status::Status,
    store::{Facts, Record},
};

impl Confirmer {
    /// Gives the message to another bridge too, where one is wanted and can take it. The ones that have it keep it, and
    /// whichever arrives first settles it.
    pub(super) async fn another(
        &self,
        record: &Record,
        sent: &Sent,
        delivery: &Delivery,
        verdict: &Verdict,
    ) -> Result<Option<Progress>, Interrupt> {
        let routing = &self.router.policy;
        let late = sent.waiting >= routing.failover_after;
        let bridges = u64::from(record.leg).saturating_add(1);
        let wanted = match verdict {
            Verdict::Awaiting { required, .. } => bridges < *required || late,
            Verdict::WouldPay => {
                let stuck = !matches!(delivery, Delivery::Stored { .. });
                late && stuck && !record.pinned && bridges < u64::from(routing.max_bridges)
            }
            _ => false,
        };
        if !wanted || !self.leaves_time(record) {
            return Ok(None);
        }
        let mut used: Vec<_> = self.store.legs(record.id).await?;
        used.extend(record.current_leg());
        let used: Vec<_> = used.into_iter().map(|leg| leg.bridge).collect();
        let best = match self.router.candidates(record, &sent.message, verdict, &used).await {
            Ok(candidates) => candidates.into_iter().next(),
            Err(Interrupt::Store(error)) => return Err(error.into()),
            Err(problem) => return self.nobody_else(delivery, verdict, &problem),
        };
        let Some(best) = best else { return Ok(None) };
        let step = step_to(Status::Prepared, now_ms(), Facts::default())
            .ok_or_else(|| HoldReason::internal("prepared is no running status"))?;
        let name = best.bridge.name();
        self.store.open_leg(record, name, &step).await?;
        tracing::warn!(
            settlement = %record.id, bridge = record.bridge, waiting_s = sent.waiting.as_secs(), to = name,
            "given to another bridge too"
        );
        Ok(Some(Progress::Stepped))
    }

    /// What the message waits for when no other bridge takes it.
    fn nobody_else(
        &self,
        delivery: &Delivery,
        verdict: &Verdict,
        problem: &Interrupt,
    ) -> Result<Option<Progress>, Interrupt> {
        match (delivery, verdict) {
            (Delivery::Stored { .. }, &Verdict::Awaiting { policy, agreed, required }) => {
                let problem = problem.to_string();
                Err(HoldReason::AwaitingAgreement { policy, agreed, required, problem }.into())
            }
            _ => Ok(None),
        }
    }
}
