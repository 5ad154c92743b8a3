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
        let epochs = self.epochs.get().latest();
        let (this, last) = (Span::of(&epochs.this), Span::of(&epochs.last));
        let grace = self.params.heartbeat_gap_s;
        if let Some(prover) = self.prover_at_mut(seat) {
            prover.count_time(this, last, grace, now);
        }
    }
}

impl Prover {
    fn count_time(&mut self, this: Span, last: Span, grace: u64, now: u64) {
        let down = (self.down_from(grace), now);
        self.enter_epoch(this.number);
        for (record, span) in self.epochs.iter_mut().zip([this, last]) {
            record.down_s = record.down_s.saturating_add(span.overlap(down));
        }
        self.counted_until = self.counted_until.max(now);
    }

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
    use proptest::prelude::*;

    use super::super::new_prover;
    use super::*;

    const GRACE: u64 = 10;
    const LAST: Span = Span { number: 6, from: 600, to: 700 };
    const THIS: Span = Span { number: 7, from: 700, to: 800 };

    #[test]
    fn overlap_should_cut_time_at_both_ends_of_the_epoch() {
        let span = Span { number: 1, from: 100, to: 200 };
        let cuts = [(0, 100), (50, 150), (120, 130), (150, 999), (0, 999), (200, 300), (150, 120)];
        assert_eq!(cuts.map(|cut| span.overlap(cut)), [0, 50, 10, 50, 100, 0, 0]);
    }

    #[test]
    fn time_before_registration_should_be_down() {
        let mut prover = new_prover(&"prover.near".parse().unwrap(), [1; 32], 750);
        prover.count_time(THIS, LAST, GRACE, 750);
        assert_eq!(prover.epochs.map(|record| (record.epoch, record.down_s)), [(7, 50), (6, 100)]);
    }

    /// What happens to a prover.
    #[derive(Clone, Copy, Debug)]
    enum Step {
        Beat,
        GoOffline,
        GoOnline,
        /// Somebody else has its time counted.
        Count,
    }

    fn steps() -> impl Strategy<Value = Vec<(u64, Step)>> {
        let step = prop_oneof![
            4 => Just(Step::Beat),
            1 => Just(Step::GoOffline),
            2 => Just(Step::GoOnline),
            2 => Just(Step::Count),
        ];
        proptest::collection::vec((0..40_u64, step), 0..30)
    }

    proptest! {
        /// Against a count of every single second.
        #[test]
        fn count_time_should_be_that_of_every_second(steps in steps(), counted: bool) {
            let mut prover = new_prover(&"prover.near".parse().unwrap(), [1; 32], 600);
            prover.count_time(THIS, LAST, GRACE, 600);
            (prover.presence, prover.last_heartbeat) = (Presence::Online, 600);
            let (mut now, mut down) = (600, [0, 0]);
            for (wait, step) in steps {
                for second in now..(now + wait).min(800) {
                    let silent = second >= prover.last_heartbeat + GRACE;
                    let is_down = prover.presence != Presence::Online || silent;
                    down[usize::from(second < THIS.from)] += u64::from(is_down);
                }
                now = (now + wait).min(800);
                // Only the count itself may be left out.
                if counted || !matches!(step, Step::Count) {
                    prover.count_time(THIS, LAST, GRACE, now);
                }
                match step {
                    Step::Count => continue,
                    Step::GoOffline => prover.presence = Presence::Offline,
                    Step::GoOnline => prover.presence = Presence::Online,
                    Step::Beat if prover.presence != Presence::Online => continue,
                    Step::Beat => {}
                }
                prover.last_heartbeat = now;
            }
            prover.count_time(THIS, LAST, GRACE, now);
            prop_assert_eq!(prover.epochs.map(|record| record.down_s), down);
        }
    }
}
