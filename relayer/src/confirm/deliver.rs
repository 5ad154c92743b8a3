//! Deliveries of the relayer's own: written down with their nonce before they are signed, as everything that it sends.

use super::Confirmer;
use crate::{
    bridge::{BridgeAdapter, Call, Delivery, Sent},
    clock::now_ms,
    hub::Verdict,
    progress::{Interrupt, Progress, step_to},
    reason::HoldReason,
    status::Status,
    store::{Facts, Kind, Record},
    submit::on_destination,
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
        if !self.may_deliver(record).await? {
            return Ok(None);
        }
        let call = bridge.deliver(sent, delivery).await;
        let call = call.map_err(|error| Interrupt::of_bridge(bridge.name(), error))?;
        let Some(call) = call else { return Ok(None) };
        tracing::info!(settlement = %record.id, bridge = bridge.name(), "delivering");
        self.open(record, call).await
    }

    /// Begins the delay that the payer's policy wants, where nothing else has and somebody pays for it.
    pub(super) async fn announce(
        &self,
        record: &Record,
        sent: &Sent,
        verdict: &Verdict,
    ) -> Result<Option<Progress>, Interrupt> {
        let &Verdict::Unannounced { policy } = verdict else { return Ok(None) };
        if !self.may_deliver(record).await? {
            return Ok(None);
        }
        let call = self.hub.announcement(&sent.message, policy).await?;
        tracing::info!(settlement = %record.id, %policy, "announcing");
        self.open(record, call).await
    }

    /// Whether somebody pays on the destination, and fewer transactions there were made than are allowed.
    async fn may_deliver(&self, record: &Record) -> Result<bool, Interrupt> {
        let bridges = u64::from(record.leg).saturating_add(1);
        let most = u64::from(self.policy.max_deliveries).saturating_mul(bridges);
        let pays = self.accounts.contains_key(&self.hub.chain().id());
        Ok(pays && self.store.deliveries(record.id).await? < most)
    }

    async fn open(&self, record: &Record, call: Call) -> Result<Option<Progress>, Interrupt> {
        let Some(account) = self.accounts.get(&self.hub.chain().id()) else { return Ok(None) };
        let (draft, nonce) = account.draft(Kind::Deliver, call).await.map_err(on_destination)?;
        let step = step_to(Status::Submitted, now_ms(), Facts::default())
            .ok_or_else(|| HoldReason::internal("submitted is no running status"))?;
        self.store.open_intent(record, &draft, nonce, &step).await?;
        Ok(Some(Progress::Stepped))
    }
}
