//! The simulated market: its provers, its days and its epochs.

mod jobs;

use super::ledger::{Kind, Ledger, Purse};
use super::outages::Outage;
use super::rules::Rules;
use super::strategies::{Group, population};
use super::weights::Weights;
use crate::error::{Error, Result};
use proofrail_near_interface::NearToken;
use proofrail_near_interface::rules::bonus::{Leaderboard, meets_uptime};
use proofrail_near_interface::rules::reputation::{DAY_S, Track};
use proofrail_near_interface::rules::slashing::Fault;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

/// One registered prover.
#[derive(Debug)]
pub(crate) struct Seat {
    /// Whose it is.
    pub(crate) actor: usize,
    /// Proofs that were accepted.
    pub(crate) proofs: u32,
    /// Deadlines it missed.
    pub(crate) missed: u32,
    /// Invalid proofs that came out.
    pub(crate) invalid: u32,
    track: Track,
    outage: Outage,
    /// Earned in this epoch.
    earned: NearToken,
    /// Away in this epoch.
    down_s: u64,
}

/// The market, its provers and everybody's money.
#[derive(Debug)]
pub(crate) struct World {
    /// Who is there.
    pub(crate) actors: Vec<Group>,
    /// All provers, by seat number.
    pub(crate) seats: Vec<Seat>,
    /// Everybody's money.
    pub(crate) ledger: Ledger,
    rules: Rules,
    rng: ChaCha8Rng,
    weights: Weights,
    top: Leaderboard,
    /// Days that have begun.
    day: u32,
    next_job_id: u64,
}

impl World {
    /// A market in which everybody has just registered.
    pub(crate) fn new(rules: Rules, seed: u64, provers: u32) -> Result<Self> {
        let actors: Vec<Group> = population(provers)
            .into_iter()
            .flat_map(|(group, actors)| std::iter::repeat_n(group, actors as usize))
            .collect();
        let seats: Vec<Seat> = actors
            .iter()
            .enumerate()
            .flat_map(|(actor, group)| std::iter::repeat_n(actor, group.seats as usize))
            .map(Seat::new)
            .collect();
        Ok(Self {
            // More than all clients together ever spend.
            ledger: Ledger::new(NearToken::from_near(1_000_000_000), &actors)?,
            weights: Weights::new(seats.len()),
            actors,
            seats,
            rules,
            rng: ChaCha8Rng::seed_from_u64(seed),
            top: Leaderboard::default(),
            day: 0,
            next_job_id: 1,
        })
    }

    /// One day with so many jobs of outside clients; fails when the books do not balance.
    pub(crate) fn day(&mut self, jobs: u32) -> Result<()> {
        self.day += 1;
        for seat in 0..self.seats.len() {
            self.restock(seat)?;
            self.suffer(seat)?;
            self.reweigh(seat);
        }
        for _ in 0..jobs {
            self.job(None)?;
        }
        for actor in 0..self.actors.len() {
            for _ in 0..self.actors[actor].strategy.habits().own_jobs_per_day {
                self.job(Some(actor))?;
            }
        }
        if self.day.is_multiple_of(self.rules.epoch_days()) {
            self.pay_bonuses()?;
        }
        let stuck = self.ledger.balance(Purse::Escrow);
        if !stuck.is_zero() {
            return Err(Error::Books(format!("{stuck} are in escrow though every job is closed")));
        }
        self.ledger.check()
    }

    /// Restores a stake that was slashed, while its owner can.
    fn restock(&mut self, seat: usize) -> Result<()> {
        let actor = self.seats[seat].actor;
        let stake = self.ledger.balance(Purse::Stake(seat));
        let lacking = self.actors[actor].seat_stake().saturating_sub(stake);
        if lacking > self.ledger.balance(Purse::Wallet(actor)) {
            return Ok(());
        }
        self.ledger.transfer(Purse::Wallet(actor), Purse::Stake(seat), lacking, Kind::Internal)
    }

    /// Lets a seat fail today, by its owner's habits; a long outage is slashed once.
    fn suffer(&mut self, seat: usize) -> Result<()> {
        let start = u64::from(self.day) * DAY_S;
        let actor = self.seats[seat].actor;
        if !self.seats[seat].outage.is_over(start) {
            return Ok(());
        }
        let habits = self.actors[actor].strategy.habits();
        let Some(outage) = Outage::plan(&habits, start, &mut self.rng) else { return Ok(()) };
        self.seats[seat].outage = outage;
        self.seats[seat].down_s += outage.length_s();
        if outage.length_s() > self.rules.params.downtime_s {
            let stake = self.ledger.balance(Purse::Stake(seat));
            let amount = self.rules.params.slashing.amount(Fault::Downtime, stake, NearToken::ZERO);
            let reporter = self.passer_by();
            self.slash(seat, amount, Fault::Downtime, reporter)?;
        }
        Ok(())
    }

    /// Takes `amount` from a seat's stake and gives reporter and insurance pool their shares; the next prover's waits
    /// in escrow. Returns what escrow and pool got.
    fn slash(
        &mut self,
        seat: usize,
        amount: NearToken,
        fault: Fault,
        reporter: Purse,
    ) -> Result<(NearToken, NearToken)> {
        let split = self.rules.params.slashing.split(amount, fault, true);
        let stake = Purse::Stake(seat);
        // A reporter that is the prover itself is paid in two steps, so that the books show the loss and the reward.
        self.ledger.transfer(stake, Purse::Escrow, amount, Kind::Slashed)?;
        self.ledger.transfer(Purse::Escrow, reporter, split.reporter, Kind::Reporting)?;
        let pool = Purse::Insurance;
        self.ledger.transfer(Purse::Escrow, pool, split.insurance, Kind::Internal)?;
        Ok((split.next_prover, split.insurance))
    }

    /// Whoever happens to report first.
    fn passer_by(&mut self) -> Purse {
        Purse::Wallet(self.rng.random_range(0..self.actors.len()))
    }

    /// Puts a seat's present weight into the draw.
    fn reweigh(&mut self, seat: usize) {
        let day = self.day;
        let entry = &mut self.seats[seat];
        entry.track = entry.track.at(day);
        let stake = self.ledger.balance(Purse::Stake(seat));
        self.weights.set(seat, self.rules.weight(stake, &entry.track, entry.proofs));
    }

    /// Ends the epoch: pays its bonuses and gives the treasury back what is left of the reserve.
    fn pay_bonuses(&mut self) -> Result<()> {
        let epoch_s = u64::from(self.rules.epoch_days()) * DAY_S;
        for seat in 0..self.seats.len() {
            let number = u32::try_from(seat).unwrap_or(u32::MAX);
            let entry = &mut self.seats[seat];
            let up = meets_uptime(std::mem::take(&mut entry.down_s), epoch_s);
            let earned = std::mem::replace(&mut entry.earned, NearToken::ZERO);
            let bonus = self.rules.params.bonus.bonus(earned, self.top.contains(number), up);
            let wallet = Purse::Wallet(entry.actor);
            self.ledger.transfer(Purse::BonusReserve, wallet, bonus, Kind::Bonuses)?;
        }
        self.top = Leaderboard::default();
        let left = self.ledger.balance(Purse::BonusReserve);
        self.ledger.transfer(Purse::BonusReserve, Purse::Treasury, left, Kind::Internal)
    }
}

impl Seat {
    fn new(actor: usize) -> Self {
        Self {
            actor,
            proofs: 0,
            missed: 0,
            invalid: 0,
            track: Track::new(0),
            outage: Outage::default(),
            earned: NearToken::ZERO,
            down_s: 0,
        }
    }
}
