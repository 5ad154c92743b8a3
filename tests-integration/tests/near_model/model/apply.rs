//! One operation.

use proofrail_near_interface::ErrorCode as E;

use super::{Model, Told, Verdict};
use crate::op::{Feature, Op};

impl Model {
    /// What the operation does to the market: `Err` where what the contract told of it breaks a rule. While payments are
    /// halted, what would pay somebody is refused whole.
    pub fn apply(&mut self, op: &Op, told: &Told) -> Result<Verdict, String> {
        let paused = self.paused_feature(op).map_or(Ok(Vec::new()), |_| Err(vec![E::Paused]));
        if paused.is_err() {
            return Ok(paused);
        }
        if told.now > self.halt.0 {
            return self.rule(op, told);
        }
        let before = self.clone();
        let verdict = self.rule(op, told);
        let pays = match &verdict {
            Ok(Ok(paid)) => paid.iter().any(|(_, amount)| *amount > 0),
            Ok(Err(_)) => false,
            // Nothing was told of a call that was refused for what of its deposit would go back.
            Err(_) => op.attached() > 0,
        };
        if !pays {
            return verdict;
        }
        *self = before;
        Ok(Err(vec![E::PaymentsHalted]))
    }

    /// The paused feature that the operation would need.
    fn paused_feature(&self, op: &Op) -> Option<Feature> {
        let feature = match op {
            Op::Vanish { op } => return self.paused_feature(op),
            Op::Register { .. } | Op::AddStake { .. } => Feature::Registration,
            Op::Fund { .. } => Feature::Funding,
            Op::Draw { .. } | Op::Take { .. } => Feature::Draws,
            _ => return None,
        };
        self.paused.contains(&feature).then_some(feature)
    }

    fn rule(&mut self, op: &Op, told: &Told) -> Result<Verdict, String> {
        use Op::*;
        Ok(match op {
            Pass { .. } => Ok(Vec::new()),
            Vanish { op } => return self.apply(op, told),
            Register { .. } => return self.register(op, told),
            AddStake { who, amount } => self.add_stake(*who, *amount, told),
            SetCapacity { who, jobs, circuits, attached } => {
                self.set_capacity(*who, *jobs, circuits, *attached, told)
            }
            GoOnline { who } => self.go_online(*who, told),
            GoOffline { who } => self.go_offline(*who, told),
            Heartbeat { who } => self.heartbeat(*who, told),
            Unstake { who, amount } => self.unstake(*who, *amount, told),
            WithdrawStake { who } => self.withdraw_stake(*who, told),
            Unregister { who } => self.unregister(*who),
            ReportDowntime { who, prover } => self.report_downtime(*who, *prover, told),
            ClaimBonus { who, epoch } => self.claim_bonus(*who, *epoch, told),
            Fund { .. } => return self.fund(op, told),
            Draw { job, .. } => return self.draw(*job, told),
            Take { who, job } => self.take(*who, *job, told),
            Submit { who, job, proof } => self.submit(*who, *job, *proof, told),
            Commit { who, job, proof } => self.commit(*who, *job, *proof, told),
            Settle { job, .. } => self.settle_commitment(*job, told),
            Challenge { who, job, attached } => self.challenge(*who, *job, *attached, told),
            Reveal { who, job, proof } => return self.reveal(*who, *job, *proof, told),
            ReportProof { .. } => return self.report_proof(op, told),
            Poke { who, job } => return self.poke(*who, *job, told),
            Refund { job, .. } => self.refund(*job, told),
            DoubtInput { who, job } => return self.doubt_input(*who, *job, told),
            AcceptInvalid { who, job } => self.accept_invalid(*who, *job, told),
            Prune { who, job } => self.prune(*who, *job, told),
            ClaimInsurance { who, job } => self.claim_insurance(*who, *job, told),
            Propose { .. } => self.propose(op, told),
            Appeal { who, case } => self.appeal(*who, *case, told),
            Confirm { who, case } => self.confirm(*who, *case, told),
            CancelCase { who, case } => self.cancel_case(*who, *case, told),
            Execute { case, .. } => self.execute(*case, told),
            CloseCase { case, .. } => self.close_case(*case, told),
            Claim { who } => self.claim(*who),
            StorageDeposit { who, of, amount, registration_only } => {
                self.storage_deposit(*who, *of, *amount, *registration_only)
            }
            StorageWithdraw { who, amount } => self.storage_withdraw(*who, *amount),
            StorageUnregister { who } => self.storage_unregister(*who),
            Schedule { who, tuning, attached } => self.schedule(*who, *tuning, *attached, told),
            ExecuteChange { change, .. } => self.execute_change(*change, told),
            CancelChange { who, change } => self.cancel_change(*who, *change, told),
            WithdrawTreasury { who, amount } => self.withdraw_treasury(*who, *amount),
            VerifyLocal { .. } => self.verify_local(op, told),
            StopCircuit { who, circuit } => self.stop_circuit(*who, *circuit),
            StopByProof { who, circuit, proof } => self.stop_by_proof(*who, *circuit, *proof),
            Halt { who } => self.halt(*who, told),
            Resume { who } => self.resume(*who, told),
            Pause { feature } => {
                self.paused.insert(*feature);
                Ok(Vec::new())
            }
            Unpause { feature } => {
                self.paused.remove(feature);
                Ok(Vec::new())
            }
        })
    }
}
