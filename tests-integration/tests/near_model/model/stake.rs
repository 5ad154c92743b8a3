//! Joining, stake, slashes, leaving.

use proofrail_near_interface::ErrorCode as E;
use proofrail_near_interface::rules::reputation::{Track, day_of};
use proofrail_near_interface::rules::slashing::{Fault, SlashSplit};

use super::ledger::BYTE;
use super::{FrozenSet, Model, Presence, Prover, Told, Verdict, near, reasons};
use crate::op::{Op, Who, Yocto};

/// Most entries of a queue.
const QUEUE: usize = 8;
/// What a free seat's entry keeps of the storage deposit of who left it.
const FREE_SEAT: Yocto = 53 * BYTE;

/// How an assignment ended.
pub enum Ending {
    Success { latency_s: u64, deadline_s: u64 },
    Miss,
    Invalid,
}

impl Model {
    pub(super) fn register(&mut self, op: &Op, told: &Told) -> Result<Verdict, String> {
        let Op::Register { who, key, stake, jobs, circuits, attached } = op else {
            return Err("no registration".to_owned());
        };
        let (who, attached) = (*who, *attached);
        if let Err(codes) = self.may_register(who, *key, *stake, *jobs, circuits, attached) {
            return Ok(Err(codes));
        }
        let (left, storage) = self.charge(who, attached, stake.unwrap_or(0), told);
        let (stake, left) = stake.map_or((left, 0), |stake| (stake, left));
        self.purses.stakes += stake;
        let seat = told.seat.ok_or("a prover was registered without a seat")?;
        self.take_seat(seat, told.now)?;
        let now = told.now;
        self.provers.insert(
            who,
            Prover {
                seat,
                key: *key,
                presence: Presence::Offline,
                stake,
                locked: 0,
                queue: Vec::new(),
                open_jobs: 0,
                capacity: *jobs,
                circuits: circuits.iter().copied().collect(),
                track: Track::new(day_of(now)),
                successes: 0,
                misses: 0,
                invalid: 0,
                last_heartbeat: now,
                counted_until: now,
                outage_slashed: false,
                up: Default::default(),
                volume: Default::default(),
                bonus_claimed: Default::default(),
                cases: 0,
                weight: 0,
                storage,
            },
        );
        Ok(self.go_online(who, told).map(|_| vec![(who, left)]))
    }

    fn may_register(
        &self,
        who: Who,
        key: u8,
        stake: Option<Yocto>,
        jobs: u32,
        circuits: &[usize],
        attached: Yocto,
    ) -> Result<(), Vec<E>> {
        let active = self.provers.values().filter(|p| p.presence != Presence::Banned).count();
        let min = self.params.min_stake.as_yoctonear();
        let mut codes = self.check_offer(jobs, circuits).err().unwrap_or_default();
        let others = reasons([
            (self.provers.contains_key(&who), E::ProverExists),
            (active >= self.params.max_provers as usize, E::ProversFull),
            (self.provers.values().any(|prover| prover.key == key), E::BadStatementKey),
            (stake.unwrap_or(attached) < min, E::StakeTooSmall),
            (attached < stake.unwrap_or(1), E::DepositTooSmall),
        ]);
        codes.extend(others.err().unwrap_or_default());
        if codes.is_empty() { Ok(()) } else { Err(codes) }
    }

    /// A seat is given again only when no job can be drawn any more that knew its last prover.
    fn take_seat(&mut self, seat: u32, now: u64) -> Result<(), String> {
        self.expire(now);
        if self.at_seat(seat).is_some() {
            return Err(format!("seat {seat} is taken"));
        }
        let knows = |set: &FrozenSet| set.seats.iter().flatten().any(|known| known.seat == seat);
        match self.sets.iter().find(|set| knows(set)) {
            Some(set) => {
                Err(format!("seat {seat} was given again while set {} knows it", set.number))
            }
            None => Ok(()),
        }
    }

    pub(super) fn add_stake(&mut self, who: Who, amount: Yocto, told: &Told) -> Verdict {
        reasons([(amount == 0, E::DepositTooSmall)])?;
        self.standing(who)?;
        let min = self.params.min_stake.as_yoctonear();
        reasons([(self.provers[&who].stake + amount < min, E::StakeTooSmall)])?;
        self.known(who).stake += amount;
        self.purses.stakes += amount;
        self.refresh_weight(who, told.now);
        Ok(Vec::new())
    }

    pub(super) fn unstake(&mut self, who: Who, amount: Yocto, told: &Told) -> Verdict {
        let Some(prover) = self.provers.get(&who) else { return Err(vec![E::ProverUnknown]) };
        let free = prover.stake.saturating_sub(prover.locked);
        let left = prover.stake.saturating_sub(amount);
        let fits = amount > 0
            && amount <= free
            && (left == 0 || left >= self.params.min_stake.as_yoctonear());
        reasons([
            (prover.queue.len() >= QUEUE, E::UnstakeQueueFull),
            (!fits, E::BadUnstakeAmount),
        ])?;
        let available_at = told.now + self.params.unstake_delay_s;
        let prover = self.known(who);
        prover.stake = left;
        prover.queue.push((amount, available_at));
        self.refresh_weight(who, told.now);
        Ok(Vec::new())
    }

    pub(super) fn withdraw_stake(&mut self, who: Who, told: &Told) -> Verdict {
        let Some(prover) = self.provers.get_mut(&who) else { return Err(vec![E::ProverUnknown]) };
        let released = |entry: &&(Yocto, u64)| entry.1 <= told.now;
        let amount: Yocto = prover.queue.iter().filter(released).map(|entry| entry.0).sum();
        reasons([(prover.cases > 0, E::CaseOpen), (amount == 0, E::NothingReleased)])?;
        prover.queue.retain(|entry| entry.1 > told.now);
        self.purses.stakes -= amount;
        Ok(vec![(who, amount)])
    }

    pub(super) fn unregister(&mut self, who: Who) -> Verdict {
        self.standing(who)?;
        let prover = &self.provers[&who];
        let busy = prover.stake > 0
            || !prover.queue.is_empty()
            || prover.open_jobs > 0
            || prover.cases > 0;
        reasons([(busy, E::ProverBusy)])?;
        let storage = prover.storage;
        self.provers.remove(&who);
        self.release_storage(who, storage);
        if let Some(account) = self.accounts.get_mut(&who) {
            account.total -= FREE_SEAT;
        }
        self.purses.storage -= FREE_SEAT;
        self.left_behind += FREE_SEAT;
        Ok(Vec::new())
    }

    pub(super) fn report_downtime(&mut self, who: Who, accused: Who, told: &Told) -> Verdict {
        let Some(prover) = self.provers.get(&accused) else { return Err(vec![E::ProverUnknown]) };
        let heard = prover.last_heartbeat.max(self.pulse.1);
        let still = told.now.saturating_sub(self.pulse.0) > self.params.heartbeat_gap_s;
        let down = prover.weight > 0 && !still && told.now > heard + self.params.downtime_s;
        reasons([(!down, E::NotDown)])?;
        self.count_time(accused, told.now);
        let prover = self.known(accused);
        prover.presence = Presence::Offline;
        prover.outage_slashed = true;
        self.slash(accused, Fault::Downtime, 0, Some(who), told.now);
        Ok(Vec::new())
    }

    /// Takes what a fault costs: of the free stake, then of the queue from its newest entry on, then of
    /// what other jobs lock; and hands it on.
    pub(super) fn slash(
        &mut self,
        who: Who,
        fault: Fault,
        collateral: Yocto,
        reporter: Option<Who>,
        now: u64,
    ) -> SlashSplit {
        let rules = self.params.slashing;
        let prover = self.known(who);
        let queued: Yocto = prover.queue.iter().map(|entry| entry.0).sum();
        let amount = rules.amount(fault, near(prover.stake + queued), near(collateral));
        let mut due = amount.as_yoctonear();
        let others = prover.locked.saturating_sub(collateral);
        let free = due.min(prover.stake.saturating_sub(others));
        prover.stake -= free;
        due -= free;
        for entry in prover.queue.iter_mut().rev() {
            let part = due.min(entry.0);
            entry.0 -= part;
            due -= part;
        }
        prover.queue.retain(|entry| entry.0 > 0);
        prover.stake -= due;

        let reporter = reporter.filter(|reporter| *reporter != who);
        let split = rules.split(amount, fault, reporter.is_some());
        self.purses.stakes -= amount.as_yoctonear();
        self.purses.fees += split.next_prover.as_yoctonear();
        self.purses.insurance += split.insurance.as_yoctonear();
        self.slashed += amount.as_yoctonear();
        if let Some(reporter) = reporter {
            self.credit(reporter, split.reporter.as_yoctonear());
        }
        self.refresh_weight(who, now);
        split
    }

    pub(super) fn note(&mut self, who: Who, ending: &Ending, now: u64) {
        let day = day_of(now);
        let prover = self.known(who);
        match *ending {
            Ending::Success { latency_s, deadline_s } => {
                prover.track = prover.track.success(day, latency_s, deadline_s);
                prover.successes += 1;
            }
            Ending::Miss => {
                prover.track = prover.track.miss(day);
                prover.misses += 1;
            }
            Ending::Invalid => {
                prover.track = prover.track.invalid(day);
                prover.invalid += 1;
            }
        }
        self.refresh_weight(who, now);
    }

    pub(super) fn reserve(&mut self, who: Who, collateral: Yocto) {
        let prover = self.known(who);
        prover.locked += collateral;
        prover.open_jobs += 1;
    }

    pub(super) fn release(&mut self, who: Who, collateral: Yocto) {
        let prover = self.known(who);
        prover.locked -= collateral;
        prover.open_jobs -= 1;
    }
}
