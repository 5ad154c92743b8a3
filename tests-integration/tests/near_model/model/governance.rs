//! Timelocked parameters, the treasury, circuits, statements proved by oneself.

use proofrail_near_interface::{ErrorCode as E, HALT_AGAIN_S, HALT_S, Params};

use super::{Change, Model, Told, Verdict, deadline_s, near, reasons};
use crate::op::{
    BREAKABLE, CIRCUITS, DAO, GUARDIAN, NEAR, Op, Proof, TREASURER, TREASURY, Tuning, Who, Yocto,
};

/// Most changes waiting.
const PENDING: usize = 32;
/// The bounty for showing a circuit broken: 1 % of the pool, at most 50 NEAR.
const BOUNTY_CAP: Yocto = 50 * NEAR;

impl Tuning {
    /// The parameters with this change.
    pub fn of(self, params: &Params) -> Params {
        let mut params = *params;
        match self {
            Self::MinStake(stake) => params.min_stake = near(stake),
            Self::WeightCap(cap) => params.weight_cap = near(cap),
            Self::ProbationProofs(proofs) => params.probation_proofs = proofs,
            Self::MaxRounds(rounds) => params.max_rounds = rounds,
            Self::ChallengeBond(bond) => params.challenge_bond = near(bond),
            Self::DrawWindow(window) => params.draw_window_s = window,
            Self::InvalidProofBps(bps) => params.slashing.invalid_proof_bps = bps,
            Self::CollateralBps(bps) => params.collateral.collateral_bps = bps,
            Self::BonusBps(bps) => params.bonus.volume_bps = bps,
            Self::PoolShareBps(bps) => params.insurance.pool_share_bps = bps,
            Self::MaxProvers(most) => params.max_provers = most,
            Self::Absurd => params.slashing.reporter_bps = 9_999,
        }
        params
    }
}

impl Model {
    /// Why these parameters cannot be set now.
    fn bad_params(&self, params: &Params) -> Result<(), Vec<E>> {
        let running = (0..CIRCUITS).filter(|circuit| !self.stopped[*circuit]).map(deadline_s);
        let longest = running.max().unwrap_or(0);
        reasons([
            (params.check().is_err(), E::BadParams),
            (params.longest_deadline_s() < longest, E::BadChange),
        ])
    }

    pub(super) fn schedule(
        &mut self,
        who: Who,
        tuning: Tuning,
        attached: Yocto,
        told: &Told,
    ) -> Verdict {
        let params = tuning.of(&self.params);
        let mut codes = self.bad_params(&params).err().unwrap_or_default();
        let others = reasons([
            (who != DAO, E::NotPermitted),
            (self.changes.len() >= PENDING, E::ChangesFull),
            (attached == 0, E::DepositTooSmall),
        ]);
        codes.extend(others.err().unwrap_or_default());
        if !codes.is_empty() {
            return Err(codes);
        }
        let execute_after = told.now + self.params.timelock_s;
        let execute_before = execute_after + self.params.change_window_s;
        let (left, storage) = self.charge(who, attached, 0, told);
        let change = Change { params, proposer: who, execute_after, execute_before, storage };
        self.changes.insert(self.next_change, change);
        self.next_change += 1;
        Ok(vec![(who, left)])
    }

    pub(super) fn execute_change(&mut self, change_id: u64, told: &Told) -> Verdict {
        let Some(change) = self.changes.get(&change_id) else {
            return Err(vec![E::ChangeUnknown]);
        };
        let mut codes = self.bad_params(&change.params).err().unwrap_or_default();
        let others = reasons([
            (told.now < change.execute_after, E::ChangeTooEarly),
            (told.now > change.execute_before, E::ChangeExpired),
        ]);
        codes.extend(others.err().unwrap_or_default());
        if !codes.is_empty() {
            return Err(codes);
        }
        self.params = change.params;
        self.forget_change(change_id);
        Ok(Vec::new())
    }

    pub(super) fn cancel_change(&mut self, who: Who, change_id: u64, told: &Told) -> Verdict {
        let Some(change) = self.changes.get(&change_id) else {
            return Err([E::ChangeUnknown, E::NotPermitted].to_vec());
        };
        let expired = told.now > change.execute_before;
        reasons([(![DAO, GUARDIAN].contains(&who) && !expired, E::NotPermitted)])?;
        self.forget_change(change_id);
        Ok(Vec::new())
    }

    fn forget_change(&mut self, change_id: u64) {
        if let Some(change) = self.changes.remove(&change_id) {
            self.release_storage(change.proposer, change.storage);
        }
    }

    pub(super) fn withdraw_treasury(&mut self, who: Who, amount: Yocto) -> Verdict {
        reasons([
            (who != TREASURER, E::NotPermitted),
            (amount == 0 || amount > self.purses.treasury, E::TreasuryTooSmall),
        ])?;
        self.purses.treasury -= amount;
        Ok(vec![(TREASURY, amount)])
    }

    pub(super) fn verify_local(&mut self, op: &Op, told: &Told) -> Verdict {
        let Op::VerifyLocal { who, circuit, statement, proof, attached } = op else {
            return Err(Vec::new());
        };
        reasons([
            (self.stopped[*circuit], E::CircuitStopped),
            (self.statements.contains(&(*circuit, *statement)), E::StatementKnown),
            (*proof == Proof::Other, E::ProofInvalid),
            (*proof == Proof::Malformed, E::ProofMalformed),
            (*attached == 0, E::DepositTooSmall),
        ])?;
        let (left, _) = self.charge(*who, *attached, 0, told);
        self.statements.insert((*circuit, *statement));
        self.accounts.entry(*who).or_default().privacy_score += 1;
        Ok(vec![(*who, left)])
    }

    pub(super) fn stop_circuit(&mut self, who: Who, circuit: usize) -> Verdict {
        reasons([(who != GUARDIAN, E::NotPermitted), (self.stopped[circuit], E::CircuitStopped)])?;
        self.stopped[circuit] = true;
        Ok(Vec::new())
    }

    pub(super) fn halt(&mut self, who: Who, told: &Told) -> Verdict {
        reasons([(who != GUARDIAN, E::NotPermitted), (told.now < self.halt.1, E::HaltTooSoon)])?;
        self.halt = (told.now + HALT_S, told.now + HALT_AGAIN_S);
        Ok(Vec::new())
    }

    pub(super) fn resume(&mut self, who: Who, told: &Told) -> Verdict {
        reasons([(who != DAO, E::NotPermitted), (told.now > self.halt.0, E::NotHalted)])?;
        self.halt.0 = told.now - 1;
        Ok(Vec::new())
    }

    /// The proof is one of the statement that is impossible in one circuit only.
    pub(super) fn stop_by_proof(&mut self, who: Who, circuit: usize, proof: Proof) -> Verdict {
        let holds = circuit == BREAKABLE && proof == Proof::True;
        reasons([
            (self.stopped[circuit], E::CircuitStopped),
            (proof == Proof::Malformed, E::ProofMalformed),
            (!holds && proof != Proof::Malformed, E::ProofInvalid),
        ])?;
        self.stopped[circuit] = true;
        let bounty = (self.purses.insurance / 100).min(BOUNTY_CAP);
        self.purses.insurance -= bounty;
        self.credit(who, bounty);
        Ok(Vec::new())
    }
}
