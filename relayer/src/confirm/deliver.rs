//! Deliveries of the relayer's own: written down with their nonce before they are signed, as everything that it sends.

use super::Confirmer;
use crate::{
    bridge::{BridgeAdapter, Delivery, Sent},
    clock::now_ms,
    progress::{Interrupt, Progress, step_to},
    reason::HoldReason,
    status::Status,
    store::{Facts, Kind, Record},
};

impl Confirmer {
    /// Opens the intent of a delivery, where the bridge has one to make and somebody pays for it.
    pub(super) async fn deliver(
        &self,
        record: &Record,
        bridge: &dyn BridgeAdapter,
        sent: &Sent,
        delivery: &Delivery,
    ) -> Result<Option<Progress>, Interrupt> {
        let Some(account) = self.accounts.get(&self.hub.chain().id()) else { return Ok(None) };
        if self.store.deliveries(record.id).await? >= u64::from(self.policy.max_deliveries) {
            return Ok(None);
        }
        let call = bridge.deliver(sent, delivery).await;
        let call = call.map_err(|error| Interrupt::of_bridge(bridge.name(), error))?;
        let Some(call) = call else { return Ok(None) };
        let (draft, nonce) = account.draft(Kind::Deliver, call).await.map_err(of_delivery)?;
        let step = step_to(Status::Submitted, now_ms(), Facts::default())
            .ok_or_else(|| HoldReason::internal("submitted is no running status"))?;
        self.store.open_intent(record, &draft, nonce, &step).await?;
        tracing::info!(settlement = %record.id, bridge = bridge.name(), nonce, "delivering");
        Ok(Some(Progress::Stepped))
    }
}

/// A dry run on the destination is not one on the source.
fn of_delivery(interrupt: Interrupt) -> Interrupt {
    match interrupt {
        Interrupt::Hold(HoldReason::SourceRefuses { error }) => {
            HoldReason::DeliveryRefused { error }.into()
        }
        other => other,
    }
}
