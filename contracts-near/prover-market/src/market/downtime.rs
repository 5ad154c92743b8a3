//! Outages: a prover that may be drawn owes a heartbeat every `downtime_s`.
//!
//! One that is silent for longer is taken offline and slashed, once an outage: it owes no heartbeats until it comes
//! back. A silence is reported while it lasts or not at all. When nobody was heard, the chain or the market stood
//! still, and everybody's silence is counted from the first sign of life after it.

use near_sdk::AccountId;
use near_sdk::NearToken;
use proofrail_near_interface::MarketEvent;
use proofrail_near_interface::rules::slashing::{Fault, SlashSplit};

use crate::MarketError;
use crate::events::emit;
use crate::host::Call;
use crate::market::Market;
use crate::market::records::{Presence, Prover};

impl Market {
    /// Slashes a prover whose heartbeat is overdue; the caller is the reporter.
    pub(crate) fn report_downtime(
        &mut self,
        call: &Call,
        prover_id: &AccountId,
    ) -> Result<SlashSplit, MarketError> {
        let seat = self.seat_of(prover_id)?;
        let prover = self.known_mut(seat)?;
        if !prover.owes_heartbeats() {
            let why = "it is not drawn and owes no heartbeats".to_owned();
            return Err(MarketError::NotDown { prover_id: prover_id.clone(), why });
        }
        self.check_silence(seat, prover_id, call.now)?;
        // The gap is counted while it is still a gap of a prover that was online.
        self.count_time(seat, call.now);
        let prover = self.known_mut(seat)?;
        prover.presence = Presence::Offline;
        prover.outage_slashed = true;
        emit(MarketEvent::PresenceChanged { prover_id: prover_id.clone(), online: false });
        self.slash(call, seat, Fault::Downtime, NearToken::ZERO, Some(&call.caller))
    }

    fn check_silence(
        &mut self,
        seat: u32,
        prover_id: &AccountId,
        now: u64,
    ) -> Result<(), MarketError> {
        let not_down = |why| Err(MarketError::NotDown { prover_id: prover_id.clone(), why });
        if now.saturating_sub(self.pulse.last) > self.params.heartbeat_gap_s {
            let last = self.pulse.last;
            return not_down(format!(
                "nobody was heard since unix time {last}: the market stood still"
            ));
        }
        let heard = self.known_mut(seat)?.last_heartbeat.max(self.pulse.resumed_at);
        let due = heard.saturating_add(self.params.downtime_s);
        if now <= due {
            return not_down(format!("its next heartbeat is due by unix time {due}"));
        }
        Ok(())
    }
}

impl Prover {
    /// Only who may be drawn does; the weight is 0 for everybody else.
    const fn owes_heartbeats(&self) -> bool {
        self.weight > 0
    }
}
