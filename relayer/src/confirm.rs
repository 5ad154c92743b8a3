//! The confirm queue. Its objective: a message is called settled when, and only when, a final destination block says
//! so, whoever delivered it; and what keeps it from settling is found out and named.

mod deliver;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use alloy::{eips::BlockId, primitives::B256};

use crate::{
    bridge::{BridgeAdapter, Delivery, Message, Sent},
    chain::Head,
    clock::now_ms,
    hub::{Hub, Payment},
    progress::{Interrupt, Progress},
    reason::{FailReason, HoldReason},
    status::Status,
    store::{Facts, Record, Store},
    submit::Account,
};

/// How the confirm queue behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConfirmPolicy {
    /// How often a message under way is looked at.
    pub poll: Duration,
    /// How long a bridge may take before an operator is told.
    pub overdue_after: Duration,
    /// Transactions with which the relayer tries to deliver one message itself.
    pub max_deliveries: u32,
}

/// The worker of the confirm queue.
#[derive(Debug)]
pub struct Confirmer {
    pub(crate) store: Arc<Store>,
    pub(crate) hub: Hub,
    pub(crate) bridges: BTreeMap<String, Arc<dyn BridgeAdapter>>,
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
        match record.message_id {
            Some(message_id) => self.in_flight(record, message_id).await,
            // Somebody else had settled it, a reorganisation undid that, and we have sent nothing.
            None => Ok(Progress::to(Status::Prepared)),
        }
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

    async fn in_flight(&self, record: &Record, message_id: B256) -> Result<Progress, Interrupt> {
        let bridge = self.bridges.get(&record.bridge).ok_or_else(|| {
            let problem = "it carries this message but is no longer configured".to_owned();
            HoldReason::BridgeUnavailable { bridge: record.bridge.clone(), problem }
        })?;
        let sent_at = record.sent_at.unwrap_or(record.updated_at);
        let waiting = Duration::from_millis(now_ms().saturating_sub(sent_at));
        let sent = Sent {
            message: Message::of(record),
            id: message_id,
            source_block: record.sent_block.unwrap_or_default(),
            from: record.scan_from.unwrap_or(self.hub.start_block()),
            waiting,
        };
        let delivery = bridge
            .verify_delivery(&sent)
            .await
            .map_err(|error| Interrupt::of_bridge(bridge.name(), error))?;
        if let Some(progress) = self.deliver(record, bridge.as_ref(), &sent, &delivery).await? {
            return Ok(progress);
        }
        match delivery {
            Delivery::Stored { error } => {
                Err(HoldReason::StoredAtReceiver { message_id, error }.into())
            }
            Delivery::Reverted { error } => {
                Err(HoldReason::DeliveryReverted { message_id, error }.into())
            }
            Delivery::InFlight => {
                if waiting >= self.policy.overdue_after {
                    return Err(HoldReason::DeliveryOverdue { message_id }.into());
                }
                Ok(Progress::wait(Status::Sent, self.policy.poll))
            }
        }
    }

    /// Keeps what is known while the destination has no final block yet.
    fn wait(&self, record: &Record) -> Progress {
        let status = if record.message_id.is_some() { Status::Sent } else { Status::Delivered };
        Progress::wait(status, self.policy.poll)
    }
}
