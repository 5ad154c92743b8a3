//! Heartbeats, and the time that counts as up.
//!
//! Time is up while a prover is online and no more than `heartbeat_gap_s` from its last heartbeat; all other time of an
//! epoch is down, the time before it registered included.

use proofrail_near_interface::MarketEvent;

use crate::MarketError;
use crate::events::emit;
use crate::host::Call;
use crate::market::Market;
use crate::market::records::{Epoch, Presence, Prover};

impl Market {
    /// A sign of life. It ends an outage that was slashed; a prover that went offline by its own wish stays so.
    pub(crate) fn heartbeat(&mut self, call: &Call) -> Result<(), MarketError> {
        let seat = self.seat_in_good_standing(&call.caller)?;
        let prover = self.known(seat)?;
        if prover.outage_slashed {
            return self.go_online(call);
        }
        if prover.presence != Presence::Online {
            return Err(MarketError::ProverOffline(call.caller.clone()));
        }
        self.beat(seat, call.now);
        self.refresh_weight(seat, call.now);
        Ok(())
    }

    /// The caller wants work; for one that does already it is a heartbeat.
    pub(crate) fn go_online(&mut self, call: &Call) -> Result<(), MarketError> {
        let seat = self.seat_in_good_standing(&call.caller)?;
        self.beat(seat, call.now);
        self.set_presence(seat, Presence::Online)?;
        self.refresh_weight(seat, call.now);
        Ok(())
    }

    /// The caller is not drawn any more and owes no heartbeats; the jobs it has stay its own.
    pub(crate) fn go_offline(&mut self, call: &Call) -> Result<(), MarketError> {
        let seat = self.seat_in_good_standing(&call.caller)?;
        self.beat(seat, call.now);
        self.set_presence(seat, Presence::Offline)?;
        self.refresh_weight(seat, call.now);
        Ok(())
    }

    fn set_presence(&mut self, seat: u32, presence: Presence) -> Result<(), MarketError> {
        let prover = self.known_mut(seat)?;
        if prover.presence != presence {
            prover.presence = presence;
            let (prover_id, online) = (prover.account_id.clone(), presence == Presence::Online);
            emit(MarketEvent::PresenceChanged { prover_id, online });
        }
        Ok(())
    }

    /// Counts the time until now, and notes that prover and market were alive. A gap in which the market heard of
    /// nobody at all begins a new count of silence for everybody.
    pub(super) fn beat(&mut self, seat: u32, now: u64) {
        if now.saturating_sub(self.pulse.last) > self.params.heartbeat_gap_s {
            self.pulse.resumed_at = now;
        }
        self.pulse.last = now;
        self.count_time(seat, now);
        if let Some(prover) = self.prover_at_mut(seat) {
            prover.last_heartbeat = now;
            prover.outage_slashed = false;
        }
    }

    /// Counts the time since the last count as up or down. To count twice is the same as to count once, later.
    pub(in crate::market) fn count_time(&mut self, seat: u32, now: u64) {
        self.roll_epochs(now);
        let grace = self.params.heartbeat_gap_s;
        let (this, last) = {
            let epochs = self.epochs.get().latest();
            (Span::of(&epochs.this), Span::of(&epochs.last))
        };
        let Some(prover) = self.prover_at_mut(seat) else { return };
        prover.enter_epoch(this.number);
        let down = (prover.down_from(grace), now);
        let [in_this, in_last] = &mut prover.epochs;
        in_this.down_s = in_this.down_s.saturating_add(this.overlap(down));
        if in_last.epoch == last.number && last.number != this.number {
            in_last.down_s = in_last.down_s.saturating_add(last.overlap(down));
        }
        prover.counted_until = prover.counted_until.max(now);
    }
}

impl Prover {
    /// From when on uncounted time is down.
    fn down_from(&self, grace: u64) -> u64 {
        match self.presence {
            Presence::Online => self.counted_until.max(self.last_heartbeat.saturating_add(grace)),
            Presence::Offline | Presence::Banned => self.counted_until,
        }
    }
}

/// An epoch's place in time.
#[derive(Clone, Copy, Debug)]
struct Span {
    number: u32,
    from: u64,
    to: u64,
}

impl Span {
    fn of(epoch: &Epoch) -> Self {
        Self { number: epoch.number, from: epoch.starts_at, to: epoch.ends_at() }
    }

    /// Seconds of `[from, to)` in the epoch.
    fn overlap(&self, (from, to): (u64, u64)) -> u64 {
        to.min(self.to).saturating_sub(from.max(self.from))
    }
}

#[cfg(test)]
mod tests {
    use super::Span;

    #[test]
    fn overlap_should_cut_time_at_both_ends_of_the_epoch() {
        let span = Span { number: 1, from: 100, to: 200 };
        let cuts = [(0, 100), (50, 150), (120, 130), (150, 999), (0, 999), (200, 300), (150, 120)];
        assert_eq!(cuts.map(|cut| span.overlap(cut)), [0, 50, 10, 50, 100, 0, 0]);
    }
}
