//! Presence, weights, frozen sets, and who may be drawn.

use std::collections::BTreeSet;

use proofrail_near_interface::rules::reputation::day_of;
use proofrail_near_interface::rules::weight::draw_weight;
use proofrail_near_interface::{ErrorCode as E, LIVE_SETS, Seat, SkipReason};

use super::{FrozenSet, Model, Presence, Prover, Told, Verdict, near, reasons};
use crate::op::{CIRCUITS, Who, Yocto};

impl Model {
    pub(super) fn on_probation(&self, prover: &Prover) -> bool {
        prover.successes < u64::from(self.params.probation_proofs)
    }

    fn deserved_weight(&self, prover: &Prover, now: u64) -> u32 {
        let drawable = prover.presence == Presence::Online
            && prover.cases == 0
            && prover.stake >= self.params.min_stake.as_yoctonear();
        if !drawable {
            return 0;
        }
        let score = prover.track.score_bps_at(day_of(now));
        let stake = near(prover.stake);
        draw_weight(stake, self.params.weight_cap, score, self.on_probation(prover))
    }

    /// The trees follow where the weight moved by a sixteenth, or to or from nothing.
    pub(super) fn refresh_weight(&mut self, who: Who, now: u64) {
        let Some(prover) = self.provers.get(&who) else { return };
        let (known, deserved) = (prover.weight, self.deserved_weight(prover, now));
        let moved = u64::from(known.abs_diff(deserved)) * 16 >= u64::from(known);
        let follows = known == 0 || deserved == 0 || moved;
        if !follows || known == deserved {
            return;
        }
        if known == 0 {
            self.beat(who, now);
        }
        let prover = self.known(who);
        prover.weight = deserved;
        let (seat, circuits) = (prover.seat, prover.circuits.clone());
        for circuit in circuits {
            self.weigh(circuit, seat, deserved);
        }
    }

    fn weigh(&mut self, circuit: usize, seat: u32, weight: u32) {
        self.weights_changed = true;
        match weight {
            0 => self.weights[circuit].remove(&seat),
            weight => self.weights[circuit].insert(seat, weight),
        };
    }

    /// Serves other circuits from now on.
    pub(super) fn serve(&mut self, who: Who, circuits: &BTreeSet<usize>) {
        let prover = self.known(who);
        let (seat, weight) = (prover.seat, prover.weight);
        let before = std::mem::replace(&mut prover.circuits, circuits.clone());
        for circuit in before.symmetric_difference(circuits) {
            let weight = if circuits.contains(circuit) { weight } else { 0 };
            if self.weights[*circuit].get(&seat).copied().unwrap_or(0) != weight {
                self.weigh(*circuit, seat, weight);
            }
        }
    }

    /// The set that serves again at `now`, by its place: the last one, where it is young or nothing
    /// changed since, or where no more sets can live.
    fn serves_again(&self, now: u64) -> Option<&FrozenSet> {
        let window = self.params.draw_window_s;
        let living = self.sets.iter().filter(|set| set.used_at + window >= now).count();
        let last = self.sets.last().filter(|_| living > 0)?;
        let young = now < last.at + self.params.set_interval_s();
        let full = living as u64 >= LIVE_SETS;
        (young || full || !self.weights_changed).then_some(last)
    }

    /// The set that the contract froze or gave again.
    pub(super) fn freeze(&mut self, number: u32, now: u64) -> Result<(), String> {
        if let Some(again) = self.serves_again(now).map(|set| set.number) {
            self.expire(now);
            return match self.sets.last_mut() {
                Some(last) if again == number => {
                    last.used_at = now;
                    Ok(())
                }
                _ => Err(format!("set {number} was frozen where {again} serves again")),
            };
        }
        if self.newest_set.is_some_and(|newest| number != newest + 1) {
            return Err(format!("set {number} does not follow {:?}", self.newest_set));
        }
        self.expire(now);
        let seats = self.weights.each_ref().map(|weights| {
            weights.iter().map(|(seat, weight)| Seat { seat: *seat, weight: *weight }).collect()
        });
        self.sets.push(FrozenSet { number, at: now, used_at: now, seats });
        self.newest_set = Some(number);
        self.weights_changed = false;
        Ok(())
    }

    /// A set that no job was given, because nobody in it serves the job's circuit.
    pub(super) fn freeze_unseen(&mut self, now: u64) -> Result<(), String> {
        let again = self.serves_again(now).map(|set| set.number);
        let next = self.newest_set.map_or(0, |newest| newest + 1);
        self.freeze(again.unwrap_or(next), now)
    }

    /// Forgets the sets that no job can be drawn from any more.
    pub(super) fn expire(&mut self, now: u64) {
        let window = self.params.draw_window_s;
        let dead = self.sets.iter().take_while(|set| set.used_at + window < now).count();
        self.sets.drain(..dead);
    }

    /// The set that would be frozen now has weight in the circuit.
    pub(super) fn would_find_provers(&self, circuit: usize, now: u64) -> bool {
        match self.serves_again(now) {
            Some(last) => !last.seats[circuit].is_empty(),
            None => !self.weights[circuit].is_empty(),
        }
    }

    pub(super) fn frozen(&self, set: u32, circuit: usize) -> &[Seat] {
        let set = self.sets.iter().find(|frozen| frozen.number == set);
        set.map_or(&[], |frozen| &frozen.seats[circuit])
    }

    /// Why the prover on a seat cannot take a job, if it cannot.
    pub(super) fn unfit(
        &self,
        seat: u32,
        circuit: usize,
        fee: Yocto,
        collateral: Yocto,
        now: u64,
    ) -> Option<SkipReason> {
        let Some(prover) = self.at_seat(seat).and_then(|who| self.provers.get(&who)) else {
            return Some(SkipReason::Left);
        };
        let silent = prover.last_heartbeat + self.params.downtime_s < now;
        let away = prover.presence == Presence::Offline || silent || prover.cases > 0;
        let min = self.params.min_stake.as_yoctonear();
        let free = prover.stake.saturating_sub(prover.locked);
        let capped =
            self.on_probation(prover) && fee > self.params.probation_fee_cap.as_yoctonear();
        let reasons = [
            (prover.presence == Presence::Banned, SkipReason::Banned),
            (away, SkipReason::Offline),
            (!prover.circuits.contains(&circuit), SkipReason::NotServing),
            (prover.open_jobs >= prover.capacity, SkipReason::Busy),
            (prover.stake < min || free < collateral, SkipReason::UnderStake),
            (capped, SkipReason::FeeCap),
        ];
        reasons.into_iter().find(|(holds, _)| *holds).map(|(_, reason)| reason)
    }

    /// A sign of life; the time before it is counted.
    pub(super) fn beat(&mut self, who: Who, now: u64) {
        if now.saturating_sub(self.pulse.0) > self.params.heartbeat_gap_s {
            self.pulse.1 = now;
        }
        self.pulse.0 = now;
        self.count_time(who, now);
        let prover = self.known(who);
        prover.last_heartbeat = now;
        prover.outage_slashed = false;
    }

    /// Time is up while the prover is online and not silent for longer than the gap.
    pub(super) fn count_time(&mut self, who: Who, now: u64) {
        self.roll_epochs(now);
        let (gap, length) = (self.params.heartbeat_gap_s, self.params.epoch_s);
        let prover = self.known(who);
        if prover.presence == Presence::Online {
            let until = now.min(prover.last_heartbeat + gap);
            let mut from = prover.counted_until;
            while from < until {
                let epoch = from / length;
                let end = until.min((epoch + 1) * length);
                *prover.up.entry(epoch as u32).or_default() += end - from;
                from = end;
            }
        }
        prover.counted_until = prover.counted_until.max(now);
    }

    fn require_in_good_standing(&self, who: Who) -> Result<(), Vec<E>> {
        let Some(prover) = self.provers.get(&who) else { return Err(vec![E::ProverUnknown]) };
        reasons([(prover.presence == Presence::Banned, E::ProverBanned)])
    }

    pub(super) fn standing(&self, who: Who) -> Result<(), Vec<E>> {
        self.require_in_good_standing(who)
    }

    pub(super) fn heartbeat(&mut self, who: Who, told: &Told) -> Verdict {
        self.require_in_good_standing(who)?;
        let prover = &self.provers[&who];
        if prover.outage_slashed {
            return self.go_online(who, told);
        }
        reasons([(prover.presence != Presence::Online, E::ProverOffline)])?;
        self.beat(who, told.now);
        self.refresh_weight(who, told.now);
        Ok(Vec::new())
    }

    pub(super) fn go_online(&mut self, who: Who, told: &Told) -> Verdict {
        self.set_presence(who, Presence::Online, told)
    }

    pub(super) fn go_offline(&mut self, who: Who, told: &Told) -> Verdict {
        self.set_presence(who, Presence::Offline, told)
    }

    fn set_presence(&mut self, who: Who, presence: Presence, told: &Told) -> Verdict {
        self.require_in_good_standing(who)?;
        self.beat(who, told.now);
        self.known(who).presence = presence;
        self.refresh_weight(who, told.now);
        Ok(Vec::new())
    }

    pub(super) fn set_capacity(
        &mut self,
        who: Who,
        jobs: u32,
        circuits: &[usize],
        attached: Yocto,
        told: &Told,
    ) -> Verdict {
        self.require_in_good_standing(who)?;
        self.check_offer(jobs, circuits)?;
        let held = self.provers[&who].storage;
        let account = self.accounts.entry(who).or_default();
        account.used -= held;
        let (left, storage) = self.charge(who, attached, 0, told);
        let prover = self.known(who);
        prover.storage = storage;
        prover.capacity = jobs;
        self.serve(who, &circuits.iter().copied().collect());
        self.refresh_weight(who, told.now);
        Ok(vec![(who, left)])
    }

    pub(super) fn check_offer(&self, jobs: u32, circuits: &[usize]) -> Result<(), Vec<E>> {
        let distinct: BTreeSet<_> = circuits.iter().collect();
        let bad = !(1..=1_000).contains(&jobs)
            || !(1..=8).contains(&circuits.len())
            || distinct.len() != circuits.len();
        let stopped = circuits.iter().any(|circuit| *circuit < CIRCUITS && self.stopped[*circuit]);
        let unknown = circuits.iter().any(|circuit| *circuit >= CIRCUITS);
        reasons([(bad, E::BadCapacity), (stopped, E::CircuitStopped), (unknown, E::CircuitUnknown)])
    }

    /// Seconds up in an epoch.
    pub(super) fn up_in(&self, who: Who, epoch: u32) -> u64 {
        self.provers.get(&who).and_then(|prover| prover.up.get(&epoch)).copied().unwrap_or(0)
    }
}
