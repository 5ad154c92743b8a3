//! Earnings, epochs and bonuses, the insurance pool.

use proofrail_near_interface::rules::bonus::{Leaderboard, meets_uptime, reserve_for};
use proofrail_near_interface::rules::bps::bps_of;
use proofrail_near_interface::rules::slashing::{DELAY_LOSS_BPS, insurance_payout};
use proofrail_near_interface::{ErrorCode as E, split_fee};

use super::{Model, Presence, Status, Told, Verdict, near, reasons};
use crate::op::{Who, Yocto};

impl Model {
    /// Reserves of epochs that can be claimed no more go to the treasury.
    pub(super) fn roll_epochs(&mut self, now: u64) {
        let epoch = (now / self.params.epoch_s) as u32;
        let passed = epoch.saturating_sub(self.epoch);
        if passed == 0 {
            return;
        }
        let [this, last] = self.purses.reserve;
        let (kept, back) = if passed == 1 { (this, last) } else { (0, this + last) };
        self.purses.reserve = [0, kept];
        self.purses.treasury += back;
        // Nobody looked at the epochs in between: they had the terms of the one before.
        let terms = self.boards.get(&self.epoch).map_or(self.params.bonus, |(_, terms)| *terms);
        for unseen in self.epoch + 1..epoch {
            self.boards.insert(unseen, (Leaderboard::default(), terms));
            self.boards.remove(&unseen.saturating_sub(2));
        }
        self.boards.insert(epoch, (Leaderboard::default(), self.params.bonus));
        self.boards.retain(|known, _| known + 2 > epoch);
        self.epoch = epoch;
    }

    /// Splits the fee of a job that was proved.
    pub(super) fn pay_fee(&mut self, who: Who, fee: Yocto, now: u64) {
        self.roll_epochs(now);
        let split = split_fee(near(fee));
        let treasury = split.treasury.as_yoctonear();
        let terms = self.boards[&self.epoch].1;
        let reserve = reserve_for(split.prover, &terms).as_yoctonear().min(treasury);
        self.purses.fees -= fee;
        self.purses.reserve[0] += reserve;
        self.purses.treasury += treasury - reserve;
        self.purses.insurance += split.insurance.as_yoctonear();
        self.earn(who, split.prover.as_yoctonear());
    }

    fn earn(&mut self, who: Who, amount: Yocto) {
        let epoch = self.epoch;
        let prover = self.known(who);
        let volume = prover.volume.entry(epoch).or_default();
        *volume += amount;
        let (seat, volume) = (prover.seat, *volume);
        if let Some((board, _)) = self.boards.get_mut(&epoch) {
            board.record(seat, near(volume));
        }
        self.credit(who, amount);
    }

    pub(super) fn claim_bonus(&mut self, who: Who, epoch: u32, told: &Told) -> Verdict {
        match self.provers.get(&who) {
            None => return Err(vec![E::ProverUnknown]),
            Some(prover) if prover.presence == Presence::Banned => {
                return Err(vec![E::ProverBanned]);
            }
            Some(_) => {}
        }
        // A refused claim changes nothing, not even what has been counted.
        let before = self.clone();
        self.count_time(who, told.now);
        let last = self.epoch.saturating_sub(1);
        let (board, terms) = self.boards.get(&last).cloned().unwrap_or_default();
        let prover = &self.provers[&who];
        let earned = prover.volume.get(&last).copied().unwrap_or(0);
        let seat = prover.seat;
        let place = board.entries().iter().find(|entry| entry.seat == seat);
        let top = place.is_some_and(|entry| entry.volume == near(earned));
        let length = self.params.epoch_s;
        let down = length - self.up_in(who, last).min(length);
        let amount = terms.bonus(near(earned), top, meets_uptime(down, length)).as_yoctonear();
        let claimed = prover.bonus_claimed.contains(&last);
        let checked =
            reasons([(epoch != last, E::EpochNotClaimable), (claimed || amount == 0, E::NoBonus)]);
        if let Err(codes) = checked {
            *self = before;
            return Err(codes);
        }
        self.known(who).bonus_claimed.insert(last);
        self.purses.reserve[1] -= amount;
        self.credit(who, amount);
        Ok(Vec::new())
    }

    pub(super) fn claim_insurance(&mut self, who: Who, job_id: u64, told: &Told) -> Verdict {
        let Some(job) = self.jobs.get(&job_id) else { return Err(vec![E::JobUnknown]) };
        let judged_false = matches!(&job.status, Status::Proved { assignment, .. }
            if job.invalid_by.contains(&assignment.seat));
        let fee = near(job.fee);
        let loss = match &job.status {
            _ if job.leaked_at.is_some() || judged_false => fee,
            Status::Refunded { .. } => bps_of(fee, DELAY_LOSS_BPS),
            _ => near(0),
        };
        let pool = near(self.purses.insurance);
        let amount = insurance_payout(loss, near(job.harm), pool, &self.params.insurance);
        let until = job
            .status
            .closed_at()
            .map(|closed| closed.max(job.leaked_at.unwrap_or(0)) + self.params.insurance_window_s);
        let insured = until.is_some_and(|until| told.now <= until) && !job.insured;
        reasons([
            (job.client != who, E::NotClient),
            (!insured || amount.is_zero(), E::NotInsured),
        ])?;
        if let Some(job) = self.jobs.get_mut(&job_id) {
            job.insured = true;
        }
        self.purses.insurance -= amount.as_yoctonear();
        self.credit(who, amount.as_yoctonear());
        Ok(Vec::new())
    }
}
