//! Jobs: funding, draws, auctions, and their end without a proof.

use proofrail_near_interface::rules::draw::{
    MAX_ATTEMPTS, draw_digest_input, select_seat, ticket, total_weight,
};
use proofrail_near_interface::rules::slashing::collateral;
use proofrail_near_interface::{ErrorCode as E, MAX_DURATION_S, Ramp, SkipReason, SkippedSeat};
use sha2::{Digest, Sha256};

use super::{Assignment, BASE_FEE, Job, Model, Status, Told, Verdict, deadline_s, near, reasons};
use crate::op::{Op, Who, Yocto};

impl Model {
    pub(super) fn fund(&mut self, op: &Op, told: &Told) -> Result<Verdict, String> {
        let Op::Fund { who, circuit, statement, fee, auction, commitment, attached } = op else {
            return Err("no funding".to_owned());
        };
        let (who, circuit, now) = (*who, *circuit, told.now);
        let start = fee.unwrap_or(BASE_FEE);
        let max = auction.map_or(start, |(max, _)| max);
        let ramp_s = auction.map_or(0, |(_, ramp_s)| ramp_s);
        let bad_auction = max < start || ramp_s > MAX_DURATION_S;
        let checked = reasons([
            (self.stopped[circuit], E::CircuitStopped),
            (start < BASE_FEE, E::FeeTooSmall),
            (auction.is_some() && bad_auction, E::BadAuction),
            (auction.is_none() && !self.would_find_provers(circuit, now), E::NoProvers),
            (*attached < max, E::DepositTooSmall),
        ]);
        if let Err(codes) = checked {
            return Ok(Err(codes));
        }
        let window = self.params.draw_window_s;
        let status = match auction {
            None => self.funded(told)?,
            Some(_) => Status::Auction {
                opened_at: now,
                close_at: now + ramp_s + window,
                ramp: Ramp { start: near(start), max: near(max), ramp_s },
            },
        };
        let (left, storage) = self.charge(who, *attached, max, told);
        self.purses.fees += max;
        let job = Job {
            client: who,
            circuit,
            statement: *statement,
            fee: max,
            commitment: *commitment,
            storage,
            rounds: 0,
            excluded: Vec::new(),
            invalid_by: Vec::new(),
            doubt: None,
            reward: 0,
            harm: 0,
            insured: false,
            leaked_at: None,
            status,
        };
        self.jobs.insert(self.next_job, job);
        self.next_job += 1;
        Ok(Ok(vec![(who, left)]))
    }

    fn funded(&mut self, told: &Told) -> Result<Status, String> {
        let set = told.set.ok_or("no set was named")?;
        self.freeze(set, told.now)?;
        let draw_before = told.now + self.params.draw_window_s;
        Ok(Status::Funded { set, draw_before, frozen_height: told.height })
    }

    pub(super) fn job_mut(&mut self, job_id: u64) -> &mut Job {
        self.jobs.get_mut(&job_id).expect("the job is known")
    }

    /// Asks for a draw, which the block after completes.
    pub(super) fn draw(&mut self, job_id: u64, told: &Told) -> Result<Verdict, String> {
        let Some(job) = self.jobs.get(&job_id) else { return Ok(Err(vec![E::JobUnknown])) };
        let Status::Funded { set, draw_before, frozen_height } = job.status else {
            return Ok(Err(vec![E::JobState]));
        };
        let circuit = job.circuit;
        let checked = reasons([
            (told.height <= frozen_height, E::DrawTooEarly),
            (told.now > draw_before, E::DrawTooLate),
            (self.stopped[circuit], E::CircuitStopped),
        ]);
        if let Err(codes) = checked {
            return Ok(Err(codes));
        }
        let seed = told.seed.ok_or("no seed was recorded")?;
        let (now, height) = (told.now + 1, told.height + 1);
        let (drawn, skipped) = self.draw_seat(job_id, set, &seed, now);
        match drawn {
            Some(seat) => self.assign(job_id, seat, skipped, now),
            None => {
                self.job_mut(job_id).status =
                    Status::Funded { set, draw_before, frozen_height: height };
            }
        }
        Ok(Ok(Vec::new()))
    }

    /// The seat that the seed draws, and those that it fell on before.
    pub fn draw_seat(
        &self,
        job_id: u64,
        set: u32,
        seed: &[u8; 32],
        now: u64,
    ) -> (Option<u32>, Vec<SkippedSeat>) {
        let job = &self.jobs[&job_id];
        let seats = self.frozen(set, job.circuit);
        let total = total_weight(seats);
        let market = "market.test.near".parse::<proofrail_near_interface::AccountId>();
        let market = market.expect("a name of the test");
        let mut skipped = Vec::new();
        for attempt in 0..MAX_ATTEMPTS {
            let input = draw_digest_input(&market, job_id, job.rounds, seed, attempt);
            let ticket = ticket(&Sha256::digest(input).into(), total);
            let Some(drawn) = ticket.and_then(|ticket| select_seat(ticket, seats)) else { break };
            match self.unfit_for(job, drawn.seat, job.fee, now) {
                None => return (Some(drawn.seat), skipped),
                Some(reason) => skipped.push(SkippedSeat { seat: drawn.seat, reason }),
            }
        }
        (None, skipped)
    }

    fn unfit_for(&self, job: &Job, seat: u32, fee: Yocto, now: u64) -> Option<SkipReason> {
        if job.excluded.contains(&seat) {
            return Some(SkipReason::Excluded);
        }
        let collateral = collateral(near(fee), &self.params.collateral).as_yoctonear();
        self.unfit(seat, job.circuit, fee, collateral, now)
    }

    fn assign(&mut self, job_id: u64, seat: u32, skipped: Vec<SkippedSeat>, now: u64) {
        let Some(prover) = self.at_seat(seat) else { return };
        let fee = near(self.jobs[&job_id].fee);
        let collateral = collateral(fee, &self.params.collateral).as_yoctonear();
        self.reserve(prover, collateral);
        let job = self.job_mut(job_id);
        job.rounds += 1;
        let deadline = now + deadline_s(job.circuit);
        let assignment = Assignment { prover, seat, at: now, deadline, collateral, skipped };
        job.status = Status::Assigned(assignment);
    }

    pub(super) fn take(&mut self, who: Who, job_id: u64, told: &Told) -> Verdict {
        let Some(job) = self.jobs.get(&job_id) else { return Err(vec![E::JobUnknown]) };
        let Status::Auction { opened_at, close_at, ramp } = job.status else {
            return Err(vec![E::JobState]);
        };
        let fee = ramp.price_at(told.now - opened_at).as_yoctonear();
        let seat = self.provers.get(&who).map(|prover| prover.seat);
        let unfit = seat.and_then(|seat| self.unfit_for(job, seat, fee, told.now));
        reasons([
            (told.now > close_at, E::AuctionClosed),
            (self.stopped[job.circuit], E::CircuitStopped),
            (seat.is_none(), E::ProverUnknown),
            (unfit.is_some(), E::ProverUnfit),
        ])?;
        let (client, rest) = (job.client, job.fee - fee);
        self.purses.fees -= rest;
        self.credit(client, rest);
        self.job_mut(job_id).fee = fee;
        self.assign(job_id, seat.unwrap_or_default(), Vec::new(), told.now);
        Ok(Vec::new())
    }

    /// Draws the job anew, or refunds it where nobody is left to ask.
    pub(super) fn reopen(&mut self, job_id: u64, told: &Told) -> Result<(), String> {
        let job = &self.jobs[&job_id];
        let over = self.stopped[job.circuit]
            || job.rounds >= self.params.max_rounds
            || !self.would_find_provers(job.circuit, told.now);
        if over {
            // To look for provers freezes a set, even where it finds none in this circuit.
            if !self.stopped[job.circuit] && job.rounds < self.params.max_rounds {
                self.freeze_unseen(told.now)?;
            }
            self.close_refunded(job_id, told.now);
            return Ok(());
        }
        let status = self.funded(told)?;
        self.job_mut(job_id).status = status;
        Ok(())
    }

    pub(super) fn close_refunded(&mut self, job_id: u64, now: u64) {
        self.reward_to_insurance(job_id);
        let job = self.job_mut(job_id);
        job.status = Status::Refunded { at: now };
        let (client, fee, doubt) = (job.client, job.fee, job.doubt);
        if let Some((doubter, _, collateral)) = doubt {
            self.release(doubter, collateral);
        }
        self.purses.fees -= fee;
        self.credit(client, fee);
    }

    pub(super) fn reward_to_insurance(&mut self, job_id: u64) {
        let job = self.job_mut(job_id);
        let reward = std::mem::take(&mut job.reward);
        job.harm += reward;
        self.purses.fees -= reward;
        self.purses.insurance += reward;
    }

    /// The prover is free of the job and not drawn for it again.
    pub(super) fn dismiss(&mut self, job_id: u64, assignment: &Assignment) {
        self.release(assignment.prover, assignment.collateral);
        self.job_mut(job_id).excluded.push(assignment.seat);
    }

    pub(super) fn refund(&mut self, job_id: u64, told: &Told) -> Verdict {
        let Some(job) = self.jobs.get(&job_id) else { return Err(vec![E::JobUnknown]) };
        let stopped = self.stopped[job.circuit];
        match job.status.clone() {
            Status::Funded { draw_before: until, .. } | Status::Auction { close_at: until, .. } => {
                reasons([(!stopped && told.now <= until, E::NotRefundable)])?;
            }
            Status::Assigned(assignment) if stopped => self.dismiss(job_id, &assignment),
            Status::Committed { assignment, challenge, .. } if stopped => {
                self.dismiss(job_id, &assignment);
                if let Some(challenge) = challenge {
                    self.purses.bonds -= challenge.bond;
                    self.credit(challenge.by, challenge.bond);
                }
            }
            _ => return Err(vec![E::JobState]),
        }
        self.close_refunded(job_id, told.now);
        Ok(Vec::new())
    }

    pub(super) fn prune(&mut self, who: Who, job_id: u64, told: &Told) -> Verdict {
        let Some(job) = self.jobs.get(&job_id) else { return Err(vec![E::JobUnknown]) };
        let windows = self.params.challenge_window_s.max(self.params.insurance_window_s);
        let closed_at = job.status.closed_at();
        let early = closed_at.is_some_and(|closed| told.now <= closed + windows);
        reasons([
            (job.client != who, E::NotClient),
            (closed_at.is_none(), E::JobState),
            (early, E::NotPrunable),
        ])?;
        let storage = job.storage;
        self.jobs.remove(&job_id);
        self.release_storage(who, storage);
        Ok(Vec::new())
    }
}
