//! Which operation comes next: mostly one that makes sense in the present state, sometimes one that does not.

use proofrail_near_interface::CaseKind;

use crate::dice::Dice;
use crate::model::{BASE_FEE, Job, Model, Presence, Stage, Status};
use crate::op::{
    ARBITER, BREAKABLE, CIRCUITS, CLIENTS, COUNCIL, DAO, Feature, GUARDIAN, MILLI, NAMES, NEAR, Op,
    PROVERS, Proof, STATEMENTS, STRANGERS, Signed, TREASURER, Tuning, Who, Yocto,
};

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;
/// Most jobs open at a time; beyond it, jobs are rather brought to an end.
const OPEN_JOBS: usize = 40;

/// Most provers that the council gets banned.
const MOST_BANNED: usize = 4;

/// Chooses operations.
pub struct Picker<'a> {
    pub dice: &'a mut Dice,
    pub model: &'a Model,
    pub now: u64,
    /// What is to come next, whatever comes by chance.
    pub follow: &'a mut Option<Op>,
}

impl Picker<'_> {
    pub fn pick(&mut self) -> Op {
        if let Some(op) = self.follow.take() {
            return op;
        }
        let op = match self.dice.weighted(&[14, 22, 34, 4, 5, 3, 3, 3]) {
            0 => self.time(),
            1 => self.prover(),
            2 => self.job(),
            3 => self.council(),
            4 => self.account(),
            5 => self.governance(),
            6 => self.local(),
            _ => self.heartbeats(),
        };
        let pays = matches!(
            op,
            Op::Claim { .. }
                | Op::WithdrawStake { .. }
                | Op::StorageWithdraw { .. }
                | Op::Fund { .. }
                | Op::StorageUnregister { .. }
        );
        if pays && self.dice.one_in(12) { Op::Vanish { op: Box::new(op) } } else { op }
    }

    fn time(&mut self) -> Op {
        if self.dice.one_in(3)
            && let Some(op) = self.edge()
        {
            return op;
        }
        let most = [30, 300, 900, 1_500, 8 * HOUR, 4 * DAY, 20 * DAY];
        let at = self.dice.weighted(&[40, 30, 20, 14, 2, 1, 1]);
        Op::Pass { seconds: 1 + self.dice.below(most[at]) }
    }

    fn anyone(&mut self) -> Who {
        self.dice.below(NAMES.len() as u64) as Who
    }

    fn client(&mut self) -> Who {
        CLIENTS.start + self.dice.below(4) as Who
    }

    /// `who`, or now and then somebody else.
    fn mostly(&mut self, who: Who) -> Who {
        if self.dice.one_in(15) { self.anyone() } else { who }
    }

    fn stranger(&mut self) -> Who {
        match self.dice.below(3) {
            0 => self.dice.below(PROVERS.into()) as Who,
            1 => self.client(),
            _ => STRANGERS.start + self.dice.below(2) as Who,
        }
    }

    fn some_prover(&mut self) -> Who {
        let known: Vec<Who> = self.model.provers.keys().copied().collect();
        let anyone = self.dice.below(PROVERS.into()) as Who;
        let known = self.dice.pick(&known).unwrap_or(anyone);
        if self.dice.one_in(12) { anyone } else { known }
    }

    /// The prover that has not been heard for longest.
    fn most_silent(&mut self) -> Who {
        let drawn = self.model.provers.iter().filter(|(_, prover)| prover.weight > 0);
        let silent = drawn.min_by_key(|(_, prover)| prover.last_heartbeat);
        silent.map_or_else(|| self.some_prover(), |(who, _)| *who)
    }

    /// Some prover says that it is there.
    fn heartbeats(&mut self) -> Op {
        let provers = self.model.provers.iter();
        let online = provers.filter(|(_, prover)| prover.presence == Presence::Online);
        let online: Vec<Who> = online.map(|(who, _)| *who).collect();
        match self.dice.pick(&online) {
            Some(who) => Op::Heartbeat { who },
            None => Op::GoOnline { who: self.some_prover() },
        }
    }

    fn circuits(&mut self) -> Vec<usize> {
        let mut circuits: Vec<usize> = (0..CIRCUITS).filter(|_| !self.dice.one_in(3)).collect();
        circuits.retain(|circuit| !self.model.stopped[*circuit] || self.dice.one_in(20));
        if circuits.is_empty() {
            circuits.push(self.dice.below(2) as usize);
        }
        if self.dice.one_in(30) {
            circuits.push(circuits[0]);
        }
        circuits
    }

    fn generous(&mut self, need: Yocto) -> Yocto {
        match self.dice.below(25) {
            0 => need.saturating_sub(1),
            _ => need + 2 * NEAR + u128::from(self.dice.below(1_000)),
        }
    }

    fn stake(&mut self) -> Yocto {
        let stakes = [1_000, 1_000, 1_500, 2_000, 5_000, 12_000, 999];
        let stake = self.dice.pick(&stakes).unwrap_or(1_000);
        stake * NEAR + u128::from(self.dice.below(3))
    }

    fn register(&mut self) -> Op {
        let who = self.dice.below(PROVERS.into()) as Who;
        let stake = self.stake();
        let key = if self.dice.one_in(20) { self.dice.below(16) as u8 } else { who };
        let stake_named = (!self.dice.one_in(4)).then_some(stake);
        let jobs = if self.dice.one_in(40) { 0 } else { 1 + self.dice.below(6) as u32 };
        let circuits = self.circuits();
        // Where no stake is named, what storage leaves of the deposit is staked: far from the minimum.
        let attached = match stake_named {
            Some(stake) => self.generous(stake),
            None if self.dice.one_in(20) => 400 * NEAR,
            None => stake + 2 * NEAR,
        };
        Op::Register { who, key, stake: stake_named, jobs, circuits, attached }
    }

    fn prover(&mut self) -> Op {
        let few = self.model.provers.len() < 12;
        if few && self.dice.one_in(6) {
            return self.register();
        }
        let who = self.some_prover();
        let prover = self.model.provers.get(&who);
        match self.dice.weighted(&[3, 3, 4, 6, 5, 40, 6, 6, 4, 8, 5, 1]) {
            0 => self.register(),
            1 => Op::AddStake { who, amount: u128::from(self.dice.below(500)) * NEAR },
            2 => {
                let jobs = 1 + self.dice.below(6) as u32;
                let circuits = self.circuits();
                let attached = self.generous(NEAR);
                Op::SetCapacity { who, jobs, circuits, attached }
            }
            3 => Op::GoOnline { who },
            4 if self.dice.one_in(4) => Op::GoOffline { who },
            6 => {
                let (stake, locked) = prover.map_or((0, 0), |p| (p.stake, p.locked));
                let amounts = [
                    stake,
                    stake.saturating_sub(locked),
                    stake.saturating_sub(1_000 * NEAR),
                    self.dice.below(800).into(),
                    u128::from(self.dice.below(400)) * NEAR,
                    0,
                ];
                Op::Unstake { who, amount: self.dice.pick(&amounts).unwrap_or(0) }
            }
            7 => Op::WithdrawStake { who },
            8 => Op::Unregister { who },
            9 => Op::ReportDowntime { who: self.stranger(), prover: self.most_silent() },
            10 => {
                let epoch = (self.now / self.model.params.epoch_s) as u32;
                let epoch = epoch.saturating_sub(1 + u32::from(self.dice.one_in(10)));
                Op::ClaimBonus { who, epoch }
            }
            _ => self.heartbeats(),
        }
    }

    fn fund(&mut self) -> Op {
        let who = self.client();
        let circuit = self.dice.weighted(&[10, 6, 3]);
        let fees = [None, Some(100), Some(350), Some(900), Some(1_700), Some(12_345), Some(99)];
        let at = self.dice.weighted(&[8, 4, 4, 4, 3, 2, 1]);
        let odd = u128::from(self.dice.below(97));
        let fee = fees[at].map(|fee| fee * MILLI + odd);
        let start = fee.unwrap_or(BASE_FEE);
        let auction = self.dice.one_in(5).then(|| {
            let max = match self.dice.below(12) {
                0 => start.saturating_sub(1),
                more => start + u128::from(more) * 100 * MILLI,
            };
            (max, self.dice.below(2_000))
        });
        let attached = self.generous(auction.map_or(start, |(max, _)| max));
        let statement = self.dice.below(STATEMENTS as u64) as usize;
        let commitment = self.dice.one_in(2);
        Op::Fund { who, circuit, statement, fee, auction, commitment, attached }
    }

    fn proof(&mut self) -> Proof {
        let proofs = [Proof::True, Proof::Other, Proof::Malformed];
        proofs[self.dice.weighted(&[12, 3, 1])]
    }

    fn job(&mut self) -> Op {
        let open = self.model.jobs.iter().filter(|(_, job)| job.status.closed_at().is_none());
        let open: Vec<u64> = open.map(|(job_id, _)| *job_id).collect();
        if open.is_empty() || (open.len() < OPEN_JOBS && self.dice.one_in(5)) {
            return self.fund();
        }
        let known: Vec<u64> = self.model.jobs.keys().copied().collect();
        let job = match self.dice.below(8) {
            0 => self.dice.pick(&known).unwrap_or(1),
            1 if self.dice.one_in(10) => self.dice.below(self.model.next_job + 2),
            _ => self.dice.pick(&open).unwrap_or(1),
        };
        match self.model.jobs.get(&job).cloned() {
            Some(known) if !self.dice.one_in(10) => self.next_of(job, &known),
            other => {
                let prover = other.and_then(|known| known.status.assignment().map(|a| a.prover));
                self.any_of(job, prover)
            }
        }
    }

    /// What brings the job on.
    fn next_of(&mut self, job: u64, known: &Job) -> Op {
        let client = self.mostly(known.client);
        let who = self.stranger();
        let harmed = known.harm > 0 && !known.insured && known.status.closed_at().is_some();
        if harmed && self.dice.one_in(2) {
            return Op::ClaimInsurance { who: client, job };
        }
        match &known.status {
            Status::Funded { draw_before, .. } if self.now > *draw_before => {
                Op::Refund { who, job }
            }
            Status::Funded { .. } if known.doubt.is_some() && self.dice.one_in(4) => {
                Op::AcceptInvalid { who: client, job }
            }
            Status::Funded { .. } => Op::Draw { who, job },
            Status::Auction { close_at, .. } if self.now > *close_at => Op::Refund { who, job },
            Status::Auction { .. } => Op::Take { who: self.some_prover(), job },
            Status::Assigned(assignment) if self.now > assignment.deadline => Op::Poke { who, job },
            Status::Assigned(assignment) => {
                let who = self.mostly(assignment.prover);
                let proof = self.proof();
                match self.dice.weighted(&[8, if known.commitment { 10 } else { 1 }, 3, 1]) {
                    0 => Op::Submit { who, job, proof },
                    1 => Op::Commit { who, job, proof },
                    2 => Op::DoubtInput { who, job },
                    _ => self.report(job, assignment.prover),
                }
            }
            Status::Committed { challenge: None, challenge_before, proof, assignment, .. } => {
                let over = self.now > *challenge_before;
                match self.dice.weighted(&[if over { 10 } else { 1 }, 4, 2, 2]) {
                    0 => Op::Settle { who, job },
                    1 => {
                        let bond = self.model.params.challenge_bond.as_yoctonear();
                        Op::Challenge { who, job, attached: self.generous(bond) }
                    }
                    2 => Op::Reveal { who: self.mostly(assignment.prover), job, proof: *proof },
                    _ => self.report(job, assignment.prover),
                }
            }
            Status::Committed { challenge: Some(challenge), proof, assignment, .. } => {
                if self.now > challenge.reveal_before {
                    return Op::Poke { who, job };
                }
                let shown = if self.dice.one_in(10) { self.proof() } else { *proof };
                Op::Reveal { who: self.mostly(assignment.prover), job, proof: shown }
            }
            Status::Proved { assignment, .. } => match self.dice.weighted(&[3, 4, 3]) {
                0 => self.report(job, assignment.prover),
                1 => Op::Prune { who: client, job },
                _ => Op::ClaimInsurance { who: client, job },
            },
            Status::InputInvalid { .. } | Status::Refunded { .. } => match self.dice.below(2) {
                0 => Op::Prune { who: client, job },
                _ => Op::ClaimInsurance { who: client, job },
            },
        }
    }

    fn report(&mut self, job: u64, prover: Who) -> Op {
        let prover = if self.dice.one_in(6) { self.some_prover() } else { prover };
        let proof = match self.dice.below(10) {
            0 => Proof::Bytes(self.dice.below(4_200) as u16),
            1 => Proof::True,
            2 => Proof::Malformed,
            _ => Proof::Other,
        };
        let signed = [Signed::Own, Signed::No, Signed::Other][self.dice.weighted(&[6, 3, 1])];
        Op::ReportProof { who: self.stranger(), job, prover, proof, signed }
    }

    /// Whatever the state of the job.
    fn any_of(&mut self, job: u64, prover: Option<Who>) -> Op {
        let someone = self.some_prover();
        let prover = prover.unwrap_or(someone);
        let (who, proof) = (self.mostly(prover), self.proof());
        match self.dice.below(14) {
            0 => Op::Draw { who, job },
            1 => Op::Take { who, job },
            2 => Op::Submit { who, job, proof },
            3 => Op::Commit { who, job, proof },
            4 => Op::Settle { who, job },
            5 => Op::Challenge { who, job, attached: 3 * NEAR },
            6 => Op::Reveal { who, job, proof },
            7 => self.report(job, prover),
            8 => Op::Poke { who, job },
            9 => Op::Refund { who, job },
            10 => Op::DoubtInput { who, job },
            11 => Op::AcceptInvalid { who: self.client(), job },
            12 => Op::Prune { who: self.client(), job },
            _ => Op::ClaimInsurance { who: self.client(), job },
        }
    }

    fn council(&mut self) -> Op {
        let cases: Vec<u64> = self.model.cases.keys().copied().collect();
        if cases.is_empty() || (cases.len() < 3 && self.dice.one_in(4)) {
            let prover = self.some_prover();
            let kind =
                if self.dice.one_in(2) { CaseKind::DataLeak } else { CaseKind::ForgedAttestation };
            let leak = kind == CaseKind::DataLeak || self.dice.one_in(10);
            let known: Vec<u64> = self.model.jobs.keys().copied().collect();
            let jobs = (0..self.dice.below(4)).filter_map(|_| self.dice.pick(&known));
            let mut jobs: Vec<u64> = if leak { jobs.collect() } else { Vec::new() };
            jobs.sort_unstable();
            jobs.dedup();
            let reporter = self.dice.one_in(2).then(|| self.anyone());
            let who = self.mostly(COUNCIL);
            return Op::Propose { who, prover, kind, jobs, reporter, attached: NEAR };
        }
        let case = self.dice.pick(&cases).unwrap_or(1) + u64::from(self.dice.one_in(40));
        let anyone = self.anyone();
        let Some(known) = self.model.cases.get(&case) else {
            return Op::Execute { who: anyone, case };
        };
        let accused = known.prover;
        // Most cases come to nothing, or nobody would be left.
        match (known.stage, self.dice.below(8)) {
            (_, 0) => Op::CloseCase { who: anyone, case },
            (_, 1) => Op::CancelCase { who: self.mostly(COUNCIL), case },
            (Stage::Proposed { .. }, 2..=4) => Op::Appeal { who: self.mostly(accused), case },
            (Stage::Appealed { .. }, 2..=3) => Op::Confirm { who: self.mostly(ARBITER), case },
            (Stage::Appealed { .. }, 4..=5) => Op::CancelCase { who: self.mostly(ARBITER), case },
            _ if self.spares() => Op::CancelCase { who: self.mostly(GUARDIAN), case },
            _ => Op::Execute { who: anyone, case },
        }
    }

    /// Bans are for ever: so many that enough provers are left for the rest of the run.
    fn spares(&mut self) -> bool {
        let provers = self.model.provers.values();
        let banned = provers.filter(|prover| prover.presence == Presence::Banned).count();
        banned >= MOST_BANNED || !self.dice.one_in(4)
    }

    fn account(&mut self) -> Op {
        let anyone = self.anyone();
        let credited: Vec<Who> = self
            .model
            .accounts
            .iter()
            .filter(|(_, account)| account.credit > 0)
            .map(|(who, _)| *who)
            .collect();
        match self.dice.weighted(&[10, 3, 3, 2]) {
            0 => {
                let who = self.dice.pick(&credited).unwrap_or(anyone);
                Op::Claim { who: self.mostly(who) }
            }
            1 => {
                let amounts = [0, 1, MILLI, 3 * NEAR];
                let amount = self.dice.pick(&amounts).unwrap_or(NEAR);
                let (of, registration_only) = (self.anyone(), self.dice.one_in(3));
                Op::StorageDeposit { who: anyone, of, amount, registration_only }
            }
            2 => {
                let amount = match self.dice.below(3) {
                    0 => Some(u128::from(self.dice.below(200)) * MILLI),
                    _ => None,
                };
                Op::StorageWithdraw { who: anyone, amount }
            }
            _ => Op::StorageUnregister { who: anyone },
        }
    }

    fn governance(&mut self) -> Op {
        let changes: Vec<u64> = self.model.changes.keys().copied().collect();
        let halted = self.now <= self.model.halt.0;
        match self.dice.weighted(&[6, 12, 2, 4, 1, 1, if halted { 12 } else { 1 }, 4]) {
            5 => Op::Halt { who: self.mostly(GUARDIAN) },
            6 => Op::Resume { who: self.mostly(DAO) },
            7 => self.pause(),
            0 if changes.len() < 6 => {
                let tuning = self.tuning();
                Op::Schedule { who: self.mostly(DAO), tuning, attached: NEAR }
            }
            1 | 0 => {
                let change = self.dice.pick(&changes).unwrap_or(1);
                Op::ExecuteChange { who: self.anyone(), change }
            }
            2 => {
                let change = self.dice.pick(&changes).unwrap_or(7);
                Op::CancelChange { who: self.mostly(GUARDIAN), change }
            }
            3 => {
                let amount = self.model.purses.treasury;
                let amount = [amount / 3, amount, amount + 1, 0][self.dice.weighted(&[6, 2, 1, 1])];
                Op::WithdrawTreasury { who: self.mostly(TREASURER), amount }
            }
            _ => self.stop(),
        }
    }

    /// Pauses are short: much else would be refused meanwhile.
    fn pause(&mut self) -> Op {
        match self.model.paused.first() {
            Some(feature) => Op::Unpause { feature: *feature },
            None if self.dice.one_in(4) => {
                let feature = self.dice.pick(&Feature::ALL).unwrap_or(Feature::Draws);
                Op::Pause { feature }
            }
            None => Op::Unpause { feature: Feature::Funding },
        }
    }

    /// Stopping is for ever: rarely, and never of the circuits that the rest of the run needs.
    fn stop(&mut self) -> Op {
        let (who, proof) = (self.stranger(), self.proof());
        if self.dice.one_in(12) && self.model.next_job > 400 {
            return match self.dice.below(3) {
                0 => Op::StopCircuit { who: GUARDIAN, circuit: 1 },
                _ => Op::StopByProof { who, circuit: BREAKABLE, proof },
            };
        }
        match self.dice.below(3) {
            0 => Op::StopCircuit { who, circuit: 0 },
            _ => Op::StopByProof { who, circuit: self.dice.below(2) as usize, proof },
        }
    }

    fn tuning(&mut self) -> Tuning {
        match self.dice.below(13) {
            0 => Tuning::MinStake([500, 1_000, 1_000, 1_100][self.dice.below(4) as usize] * NEAR),
            1 => Tuning::WeightCap((2_000 + u128::from(self.dice.below(9_000))) * NEAR),
            2 => Tuning::ProbationProofs(self.dice.below(6) as u32),
            3 => Tuning::MaxRounds(1 + self.dice.below(5) as u8),
            4 => Tuning::ChallengeBond((1 + u128::from(self.dice.below(3_000))) * MILLI),
            5 => Tuning::DrawWindow([900, 600, 1_800][self.dice.below(3) as usize]),
            6 => Tuning::InvalidProofBps(self.dice.below(3_000) as u32),
            7 => Tuning::CollateralBps(10_000 + self.dice.below(30_000) as u32),
            8 => Tuning::BonusBps(self.dice.below(2_000) as u32),
            9 => Tuning::PoolShareBps(self.dice.below(10_001) as u32),
            10 => Tuning::MaxProvers(10 + self.dice.below(10) as u32),
            _ => Tuning::Absurd,
        }
    }

    fn local(&mut self) -> Op {
        let statement = self.dice.below(STATEMENTS as u64) as usize;
        let circuit = self.dice.below(CIRCUITS as u64) as usize;
        let proof = self.proof();
        if !self.dice.one_in(6) {
            return self.heartbeats();
        }
        Op::VerifyLocal { who: self.anyone(), circuit, statement, proof, attached: NEAR }
    }
}
