//! The confirm queue. Its objective: a message is called settled when, and only when, a final destination block says
//! so, whoever delivered it; and what keeps it from settling is found out and named.

mod another;
mod deliver;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use alloy::eips::BlockId;

use crate::{
    bridge::{Delivery, Message, Sent},
    chain::Head,
    clock::now_ms,
    hub::{Hub, Payment, Verdict},
    progress::{Interrupt, Progress},
    reason::{FailReason, HoldReason},
    routing::Router,
    status::Status,
    store::{Facts, Leg, Record, Store},
    submit::Account,
};

/// How the confirm queue behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConfirmPolicy {
    /// How often a message under way is looked at.
    pub poll: Duration,
    /// How long a bridge may take before an operator is told.
    pub overdue_after: Duration,
    /// Transactions with which the relayer tries to deliver one message itself, for each bridge that has it.
    pub max_deliveries: u32,
    /// Seconds before its deadline at which a message is no longer handed to another bridge.
    pub min_time_left: u64,
}

/// The worker of the confirm queue.
#[derive(Debug)]
pub struct Confirmer {
    pub(crate) store: Arc<Store>,
    pub(crate) hub: Hub,
    pub(crate) router: Arc<Router>,
    /// By EIP-155 chain id: who pays where the relayer delivers itself.
    pub(crate) accounts: BTreeMap<u64, Account>,
    pub(crate) policy: ConfirmPolicy,
}

impl Confirmer {
    /// Looks at one message of the queue once.
    ///
    /// # Errors
    /// [`Interrupt`] when the message is stuck or can never settle.
    pub async fn advance(&self, record: &Record) -> Result<Progress, Interrupt> {
        let chain = self.hub.chain();
        let Some(head) = chain.final_head().await? else {
            return Ok(self.wait(record));
        };
        if self.hub.is_settled(record.id, BlockId::number(head.number)).await? {
            return self.settled(record, head).await;
        }
        if head.timestamp > record.settlement.deadline {
            // Later blocks have later timestamps: no block after this one can settle it.
            return Err(FailReason::Expired { deadline: record.settlement.deadline }.into());
        }
        if self.hub.is_settled(record.id, BlockId::latest()).await? {
            return Ok(Progress::wait(Status::Delivered, self.policy.poll));
        }
        self.under_way(record).await
    }

    async fn settled(&self, record: &Record, head: Head) -> Result<Progress, Interrupt> {
        match self.hub.payment(record.id, head.number).await? {
            Some(payment) if payment.is_of(&record.settlement) => {
                let facts = Facts {
                    settled: Some((payment.transaction, payment.block)),
                    ..Facts::default()
                };
                Ok(Progress::To { status: Status::Settled, delay: Duration::ZERO, facts })
            }
            Some(Payment { recipient, token, amount, .. }) => {
                Err(FailReason::SettledOtherwise { recipient, token, amount }.into())
            }
            None => {
                let start_block = self.hub.start_block();
                Err(HoldReason::SettledEventMissing { start_block }.into())
            }
        }
    }

    async fn under_way(&self, record: &Record) -> Result<Progress, Interrupt> {
        for leg in self.store.legs(record.id).await? {
            if let Some(progress) = self.push_earlier(record, &leg).await? {
                return Ok(progress);
            }
        }
        let Some(leg) = record.current_leg() else {
            // Somebody else had settled it and a reorganisation undid that, or it was about to be given to another bridge.
            let wait = record.leg != 0 && !self.leaves_time(record);
            let poll = self.policy.poll;
            return Ok(if wait {
                Progress::wait(Status::Sent, poll)
            } else {
                Progress::to(Status::Prepared)
            });
        };
        let bridge = self.router.bridge(&leg.bridge)?;
        let sent = self.sent(record, &leg);
        let delivery = bridge.verify_delivery(&sent).await;
        let delivery = delivery.map_err(|error| Interrupt::of_bridge(bridge.name(), error))?;
        if let Some(progress) = self.deliver(record, bridge, &sent, &delivery).await? {
            return Ok(progress);
        }
        let verdict = self.hub.dry_run(&sent.message, None).await?;
        if let Some(progress) = self.announce(record, &sent, &verdict).await? {
            return Ok(progress);
        }
        if let Some(progress) = self.another(record, &sent, &delivery, &verdict).await? {
            return Ok(progress);
        }
        self.report(&sent, delivery, verdict)
    }

    /// Delivers what an earlier bridge has, where the relayer can. Its troubles are not the message's any more.
    async fn push_earlier(
        &self,
        record: &Record,
        leg: &Leg,
    ) -> Result<Option<Progress>, Interrupt> {
        let pushed = async {
            let bridge = self.router.bridge(&leg.bridge)?;
            let sent = self.sent(record, leg);
            let delivery = bridge.verify_delivery(&sent).await;
            let delivery = delivery.map_err(|error| Interrupt::of_bridge(bridge.name(), error))?;
            self.deliver(record, bridge, &sent, &delivery).await
        };
        match pushed.await {
            Err(Interrupt::Store(error)) => Err(error.into()),
            Err(problem) => {
                tracing::debug!(settlement = %record.id, bridge = leg.bridge, %problem, "not delivered");
                Ok(None)
            }
            Ok(progress) => Ok(progress),
        }
    }

    fn sent(&self, record: &Record, leg: &Leg) -> Sent {
        Sent {
            message: Message::of(record),
            id: leg.message_id,
            source_block: leg.sent_block,
            from: record.scan_from.unwrap_or(self.hub.start_block()),
            waiting: Duration::from_millis(now_ms().saturating_sub(leg.sent_at)),
        }
    }

    /// Why the message is not settled yet.
    fn report(
        &self,
        sent: &Sent,
        delivery: Delivery,
        verdict: Verdict,
    ) -> Result<Progress, Interrupt> {
        let message_id = sent.id;
        match (delivery, verdict) {
            (Delivery::Stored { .. }, Verdict::Hold(reason @ HoldReason::PolicyDelays { .. })) => {
                Err(reason.into())
            }
            (Delivery::Stored { error }, _) => {
                Err(HoldReason::StoredAtReceiver { message_id, error }.into())
            }
            (Delivery::Reverted { error }, _) => {
                Err(HoldReason::DeliveryReverted { message_id, error }.into())
            }
            (Delivery::InFlight, _) => {
                if sent.waiting >= self.policy.overdue_after {
                    return Err(HoldReason::DeliveryOverdue { message_id }.into());
                }
                Ok(Progress::wait(Status::Sent, self.policy.poll))
            }
        }
    }

    fn leaves_time(&self, record: &Record) -> bool {
        let soonest = (now_ms() / 1000).saturating_add(self.policy.min_time_left);
        record.settlement.deadline >= soonest
    }

    /// Keeps what is known while the destination has no final block yet.
    fn wait(&self, record: &Record) -> Progress {
        let sent = record.message_id.is_some() || record.leg != 0;
        let status = if sent { Status::Sent } else { Status::Delivered };
        Progress::wait(status, self.policy.poll)
    }
}
