//! The life of a job: funded, drawn, and served, missed or forged.

use super::World;
use crate::error::{Error, Result};
use crate::simulate::ledger::{Kind, Purse};
use crate::simulate::rules::DEADLINE_S;
use crate::simulate::strategies::Conduct;
use proofrail_near_interface::NearToken;
use proofrail_near_interface::rules::bonus::reserve_for;
use proofrail_near_interface::rules::bps::bps_of;
use proofrail_near_interface::rules::draw::{
    DrawRecord, MAX_ATTEMPTS, SkipReason, SkippedSeat, draw_digest_input, replay, ticket,
    verify_selection,
};
use proofrail_near_interface::rules::fees::split_fee;
use proofrail_near_interface::rules::reputation::DAY_S;
use proofrail_near_interface::rules::slashing::{DELAY_LOSS_BPS, Fault};
use rand::RngExt;
use sha2::{Digest, Sha256};

/// The market's account, part of every draw.
const MARKET: &str = "market.proofrail.near";
/// One draw in so many is replayed on the whole set by the rules' own replay.
const REPLAY_EVERY: u64 = 1_000;
/// Outside jobs whose fee is on a ramp.
const URGENT_PERCENT: u32 = 10;
/// Clients that check a proof themselves, and so find an invalid one.
const CHECKING_PERCENT: u32 = 50;
/// What a client that colludes would say it lost.
const CLAIMED_LOSS: NearToken = NearToken::from_near(10_000);

/// An open job.
#[derive(Debug)]
struct Job {
    id: u64,
    /// The actor that funded it; `None` for an outside client.
    owner: Option<usize>,
    client: Purse,
    /// What a proof pays.
    price: NearToken,
    /// What the client funded, at least `price`.
    funded: NearToken,
    /// Waiting in escrow for whoever serves what others missed.
    reward: NearToken,
    /// What slashes on its account brought the insurance pool.
    harm: NearToken,
    /// An invalid proof was signed for it, and came out.
    forged: bool,
    /// Who failed it already.
    excluded: Vec<usize>,
    now_s: u64,
}

impl World {
    /// Runs one job from its funding to its end; `owner` is the actor that funds it for itself.
    pub(super) fn job(&mut self, owner: Option<usize>) -> Result<()> {
        let Some(mut job) = self.fund(owner)? else { return Ok(()) };
        for round in 0..self.rules.params.max_rounds {
            let Some(seat) = self.draw(&job, round)? else { continue };
            match self.conduct(seat, &job) {
                Conduct::Serve { latency_s } => return self.serve(&job, seat, latency_s, true),
                Conduct::Forge if !self.is_checked(&job) => {
                    return self.serve(&job, seat, 0, false);
                }
                Conduct::Forge => self.expose(&mut job, seat)?,
                Conduct::Miss => self.miss(&mut job, seat)?,
            }
            self.reweigh(seat);
            job.excluded.push(seat);
            job.now_s += DEADLINE_S;
        }
        self.refund(&job)
    }

    fn fund(&mut self, owner: Option<usize>) -> Result<Option<Job>> {
        let mut price = self.rules.base_fee;
        let mut funded = price;
        if owner.is_none() && self.rng.random_ratio(URGENT_PERCENT, 100) {
            let ramp = self.rules.urgent;
            price = ramp.price_at(self.rng.random_range(0..=ramp.ramp_s));
            funded = ramp.max;
        }
        let client = owner.map_or(Purse::Clients, Purse::Wallet);
        if self.ledger.balance(client) < funded {
            return Ok(None);
        }
        self.ledger.transfer(client, Purse::Escrow, funded, Kind::Client)?;
        let now_s = u64::from(self.day) * DAY_S + self.rng.random_range(0..DAY_S);
        let id = self.next_job_id;
        self.next_job_id += 1;
        let (reward, harm) = (NearToken::ZERO, NearToken::ZERO);
        let excluded = Vec::new();
        let job =
            Job { id, owner, client, price, funded, reward, harm, forged: false, excluded, now_s };
        Ok(Some(job))
    }

    /// Draws as the contract does; `None` when no attempt falls on a seat that can serve.
    fn draw(&mut self, job: &Job, round: u8) -> Result<Option<usize>> {
        let market = MARKET.parse().map_err(|_| Error::Books(format!("{MARKET} is no account")))?;
        let market: &proofrail_near_interface::AccountId = &market;
        let seed: [u8; 32] = self.rng.random();
        let mut skipped = Vec::new();
        let mut drawn = None;
        for attempt in 0..MAX_ATTEMPTS {
            let input = draw_digest_input(market, job.id, round, &seed, attempt);
            let Some(ticket) = ticket(&sha256(&input), self.weights.total()) else { break };
            let selection = self.weights.select(ticket).filter(|s| verify_selection(ticket, s));
            let selection = selection.ok_or_else(|| {
                Error::Books(format!("no seat holds ticket {ticket} of job {}", job.id))
            })?;
            let seat = selection.seat;
            match self.skip_reason(job, seat as usize) {
                Some(reason) => skipped.push(SkippedSeat { seat, reason }),
                None => {
                    drawn = Some(seat);
                    break;
                }
            }
        }
        if job.id.is_multiple_of(REPLAY_EVERY) && self.weights.total() > 0 {
            let record =
                DrawRecord { market, job_id: job.id, round, seed: &seed, skipped: &skipped, drawn };
            replay(sha256, &self.weights.seats(), &record)
                .map_err(|error| Error::Books(format!("job {}: {error}", job.id)))?;
        }
        Ok(drawn.map(|seat| seat as usize))
    }

    fn skip_reason(&self, job: &Job, seat: usize) -> Option<SkipReason> {
        let (entry, params) = (&self.seats[seat], &self.rules.params);
        let in_probation = entry.proofs < params.probation_proofs;
        if job.excluded.contains(&seat) {
            Some(SkipReason::Excluded)
        } else if entry.outage.is_known(job.now_s, params.heartbeat_gap_s) {
            Some(SkipReason::Offline)
        } else if self.ledger.balance(Purse::Stake(seat)) < params.min_stake {
            Some(SkipReason::UnderStake)
        } else if in_probation && job.price > params.probation_fee_cap {
            Some(SkipReason::FeeCap)
        } else {
            None
        }
    }

    fn conduct(&mut self, seat: usize, job: &Job) -> Conduct {
        let entry = &self.seats[seat];
        let strategy = self.actors[entry.actor].strategy;
        let conduct = Conduct::choose(strategy, job.owner == Some(entry.actor), &mut self.rng);
        match conduct {
            Conduct::Serve { latency_s } if entry.outage.hits(job.now_s, latency_s) => {
                Conduct::Miss
            }
            other => other,
        }
    }

    /// Whether an invalid proof for this job is found: a prover that funds its own jobs reports itself.
    fn is_checked(&mut self, job: &Job) -> bool {
        job.owner.is_some() || self.rng.random_ratio(CHECKING_PERCENT, 100)
    }

    /// A proof is taken and paid; a forged one that nobody checks costs nothing to make.
    fn serve(&mut self, job: &Job, seat: usize, latency_s: u64, proved: bool) -> Result<()> {
        let day = self.day;
        let actor = self.seats[seat].actor;
        let (wallet, escrow) = (Purse::Wallet(actor), Purse::Escrow);
        let split = split_fee(job.price);
        self.ledger.transfer(escrow, wallet, split.prover, Kind::Fees)?;
        self.ledger.transfer(escrow, Purse::Treasury, split.treasury, Kind::Internal)?;
        self.ledger.transfer(escrow, Purse::Insurance, split.insurance, Kind::Internal)?;
        self.ledger.transfer(escrow, wallet, job.reward, Kind::NextProver)?;
        let unused = job.funded.saturating_sub(job.price);
        self.ledger.transfer(escrow, job.client, unused, Kind::Client)?;
        let reserve = reserve_for(split.prover, &self.rules.params.bonus);
        let aside = Purse::BonusReserve;
        self.ledger.transfer(Purse::Treasury, aside, reserve, Kind::Internal)?;
        if proved {
            let percent = self.actors[actor].strategy.habits().cost_percent;
            let cost = self.rules.proving_cost.saturating_mul(percent.into()).saturating_div(100);
            self.ledger.transfer(wallet, Purse::Suppliers, cost, Kind::Proving)?;
        }
        let entry = &mut self.seats[seat];
        entry.proofs += 1;
        entry.earned = entry.earned.saturating_add(split.prover);
        entry.track = entry.track.success(day, latency_s, DEADLINE_S);
        self.top.record(u32::try_from(seat).unwrap_or(u32::MAX), entry.earned);
        self.reweigh(seat);
        self.insure(job, false)
    }

    /// The deadline passes: the collateral is slashed, and somebody pokes the market.
    fn miss(&mut self, job: &mut Job, seat: usize) -> Result<()> {
        let entry = &mut self.seats[seat];
        entry.track = entry.track.miss(self.day);
        entry.missed += 1;
        let actor = entry.actor;
        let poker = match job.owner {
            Some(owner) if owner == actor => Purse::Wallet(owner),
            _ => self.passer_by(),
        };
        let stake = self.ledger.balance(Purse::Stake(seat));
        let collateral = self.rules.collateral(job.price);
        let amount = self.rules.params.slashing.amount(Fault::MissedDeadline, stake, collateral);
        let (reward, insured) = self.slash(seat, amount, Fault::MissedDeadline, poker)?;
        job.reward = job.reward.saturating_add(reward);
        job.harm = job.harm.saturating_add(insured);
        Ok(())
    }

    /// The client shows that the proof is invalid.
    fn expose(&mut self, job: &mut Job, seat: usize) -> Result<()> {
        let entry = &mut self.seats[seat];
        entry.track = entry.track.invalid(self.day);
        entry.invalid += 1;
        let stake = self.ledger.balance(Purse::Stake(seat));
        let amount = self.rules.params.slashing.amount(Fault::InvalidProof, stake, NearToken::ZERO);
        let (_, insured) = self.slash(seat, amount, Fault::InvalidProof, job.client)?;
        job.harm = job.harm.saturating_add(insured);
        job.forged = true;
        Ok(())
    }

    /// The insurance pool pays the client once, when the job has ended: an exposed forgery costs it the fee, a
    /// refund a share of that.
    fn insure(&mut self, job: &Job, refunded: bool) -> Result<()> {
        let lost = match (job.forged, refunded) {
            (true, _) => job.price,
            (false, true) => bps_of(job.price, DELAY_LOSS_BPS),
            (false, false) => NearToken::ZERO,
        };
        let claimed = if job.owner.is_some() { CLAIMED_LOSS } else { lost };
        let pool = self.ledger.balance(Purse::Insurance);
        let paid = self.rules.payout(lost, claimed, job.harm, pool);
        self.ledger.transfer(Purse::Insurance, job.client, paid, Kind::Insurance)
    }

    /// Nobody served it: the client has everything back, and what waited for the next prover insures others.
    fn refund(&mut self, job: &Job) -> Result<()> {
        self.ledger.transfer(Purse::Escrow, job.client, job.funded, Kind::Client)?;
        self.ledger.transfer(Purse::Escrow, Purse::Insurance, job.reward, Kind::Internal)?;
        self.insure(job, true)
    }
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
