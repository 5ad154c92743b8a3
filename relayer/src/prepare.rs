//! The prepare queue. Its objective: whatever can be known before money is spent is known, at the earliest place.
//! What needs no chain is checked at the door ([`door`]), before the request is stored; the rest here.

pub mod door;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use crate::{
    bridge::{BridgeAdapter, Message},
    hub::{Hub, Verdict},
    progress::{Interrupt, Progress},
    reason::{FailReason, HoldReason},
    status::Status,
    store::{Facts, Record},
};

/// The worker of the prepare queue.
#[derive(Debug)]
pub struct Preparer {
    pub(crate) hub: Hub,
    pub(crate) bridges: BTreeMap<String, Arc<dyn BridgeAdapter>>,
}

impl Preparer {
    /// Asks the destination and the bridge whether the message would settle now.
    ///
    /// # Errors
    /// [`Interrupt`] with the reason for which it would not.
    pub async fn advance(&self, record: &Record) -> Result<Progress, Interrupt> {
        let message = Message::of(record);
        let bridge = self.bridges.get(&record.bridge).ok_or_else(|| {
            let problem = "it was accepted for this message but is no longer configured".to_owned();
            HoldReason::BridgeUnavailable { bridge: record.bridge.clone(), problem }
        })?;
        let scan_from = Some(self.hub.chain().head().await?.number);
        let facts = Facts { scan_from, ..Facts::default() };
        let to = |status| Progress::To { status, delay: Duration::ZERO, facts };
        match self.hub.dry_run(&message).await? {
            Verdict::WouldPay => {}
            Verdict::AlreadySettled => return Ok(to(Status::Delivered)),
            Verdict::Hold(reason) => return Err(reason.into()),
            Verdict::Fail(reason) => return Err(reason.into()),
        }
        fits(bridge.as_ref(), &message).await?;
        Ok(to(Status::Prepared))
    }
}

async fn fits(bridge: &dyn BridgeAdapter, message: &Message) -> Result<(), Interrupt> {
    let size = bridge.message_size(message);
    let max = bridge
        .max_message_size()
        .await
        .map_err(|error| Interrupt::of_bridge(bridge.name(), error))?;
    if size > max {
        return Err(
            FailReason::MessageTooLarge { bridge: bridge.name().to_owned(), size, max }.into()
        );
    }
    Ok(())
}
