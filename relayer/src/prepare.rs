//! The prepare queue. Its objective: whatever can be known before money is spent is known, at the earliest place.
//! What needs no chain is checked at the door ([`door`]), before the request is stored; the rest here.

pub mod door;

use std::{sync::Arc, time::Duration};

use crate::{
    bridge::Message,
    hub::{Hub, Verdict},
    progress::{Interrupt, Progress},
    routing::Router,
    status::Status,
    store::{Facts, Record},
};

/// The worker of the prepare queue.
#[derive(Debug)]
pub struct Preparer {
    pub(crate) hub: Hub,
    pub(crate) router: Arc<Router>,
}

impl Preparer {
    /// Asks the destination and the bridge whether the message would settle now.
    ///
    /// # Errors
    /// [`Interrupt`] with the reason for which it would not.
    pub async fn advance(&self, record: &Record) -> Result<Progress, Interrupt> {
        let message = Message::of(record);
        let scan_from = Some(self.hub.chain().head().await?.number);
        let facts = Facts { scan_from, ..Facts::default() };
        let to = |status| Progress::To { status, delay: Duration::ZERO, facts };
        let verdict = self.hub.dry_run(&message, None).await?;
        match verdict {
            Verdict::WouldPay | Verdict::Awaiting { .. } | Verdict::Unannounced { .. } => {}
            Verdict::AlreadySettled => return Ok(to(Status::Delivered)),
            Verdict::Hold(reason) => return Err(reason.into()),
            Verdict::Fail(reason) => return Err(reason.into()),
        }
        if record.pinned {
            self.router.fits(self.router.bridge(&record.bridge)?, &message).await?;
        } else {
            self.router.candidates(record, &message, &verdict, &[]).await?;
        }
        Ok(to(Status::Prepared))
    }
}
