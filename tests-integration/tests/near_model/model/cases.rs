//! Cases of the council.

use proofrail_near_interface::rules::slashing::Fault;
use proofrail_near_interface::{CaseKind, ErrorCode as E};

use super::{Case, Model, Presence, Stage, Told, Verdict, reasons};
use crate::op::{ARBITER, COUNCIL, GUARDIAN, Op, Who};

/// Most open cases against a prover, and jobs of a case.
const OPEN: u32 = 4;
const JOBS: usize = 16;

impl Model {
    pub(super) fn propose(&mut self, op: &Op, told: &Told) -> Verdict {
        let Op::Propose { who, prover, kind, jobs, reporter, attached } = op else {
            return Err(Vec::new());
        };
        let known = self.provers.get(prover);
        let bad_jobs = jobs.len() > JOBS
            || !jobs.is_sorted_by(|a, b| a < b)
            || (!jobs.is_empty() && *kind != CaseKind::DataLeak);
        reasons([
            (*who != COUNCIL, E::NotPermitted),
            (known.is_none(), E::ProverUnknown),
            (known.is_some_and(|p| p.presence == Presence::Banned), E::ProverBanned),
            (known.is_some_and(|p| p.cases >= OPEN) || bad_jobs, E::BadCase),
            (jobs.iter().any(|job| !self.jobs.contains_key(job)), E::JobUnknown),
            (*attached == 0, E::DepositTooSmall),
        ])?;
        let execute_after = told.now + self.params.council_delay_s;
        let lapses_at = execute_after + self.params.change_window_s;
        let (left, storage) = self.charge(*who, *attached, 0, told);
        let case = Case {
            prover: *prover,
            kind: *kind,
            jobs: jobs.clone(),
            reporter: *reporter,
            proposer: *who,
            stage: Stage::Proposed { execute_after, lapses_at },
            storage,
        };
        self.cases.insert(self.next_case, case);
        self.next_case += 1;
        self.known(*prover).cases += 1;
        self.refresh_weight(*prover, told.now);
        Ok(vec![(*who, left)])
    }

    pub(super) fn appeal(&mut self, who: Who, case_id: u64, told: &Told) -> Verdict {
        let window = self.params.appeal_window_s;
        let Some(case) = self.cases.get_mut(&case_id) else { return Err(vec![E::CaseUnknown]) };
        let open = matches!(case.stage, Stage::Proposed { execute_after, .. }
            if told.now < execute_after);
        reasons([(who != case.prover, E::NotAccused), (!open, E::CaseStage)])?;
        case.stage = Stage::Appealed { confirm_before: told.now + window };
        Ok(Vec::new())
    }

    pub(super) fn confirm(&mut self, who: Who, case_id: u64, told: &Told) -> Verdict {
        let window = self.params.change_window_s;
        let permitted = (who != ARBITER, E::NotPermitted);
        let Some(case) = self.cases.get_mut(&case_id) else {
            return reasons([permitted, (true, E::CaseUnknown)]).map(|()| Vec::new());
        };
        let open = matches!(case.stage, Stage::Appealed { confirm_before }
            if told.now <= confirm_before);
        reasons([permitted, (!open, E::CaseStage)])?;
        case.stage = Stage::Confirmed { lapses_at: told.now + window };
        Ok(Vec::new())
    }

    pub(super) fn cancel_case(&mut self, who: Who, case_id: u64, told: &Told) -> Verdict {
        reasons([
            (![COUNCIL, ARBITER, GUARDIAN].contains(&who), E::NotPermitted),
            (!self.cases.contains_key(&case_id), E::CaseUnknown),
        ])?;
        self.remove_case(case_id, told);
        Ok(Vec::new())
    }

    pub(super) fn close_case(&mut self, case_id: u64, told: &Told) -> Verdict {
        let Some(case) = self.cases.get(&case_id) else { return Err(vec![E::CaseUnknown]) };
        reasons([(told.now <= case.stage.lapses_at(), E::CaseStage)])?;
        self.remove_case(case_id, told);
        Ok(Vec::new())
    }

    pub(super) fn execute(&mut self, case_id: u64, told: &Told) -> Verdict {
        let Some(case) = self.cases.get(&case_id) else { return Err(vec![E::CaseUnknown]) };
        let due = match case.stage {
            Stage::Proposed { execute_after, .. } => told.now >= execute_after,
            Stage::Appealed { .. } => false,
            Stage::Confirmed { .. } => true,
        };
        let lapsed = told.now > case.stage.lapses_at();
        reasons([(!due || lapsed, E::CaseStage)])?;
        let Some(Case { prover, kind, jobs, reporter, .. }) = self.remove_case(case_id, told)
        else {
            return Err(vec![E::CaseUnknown]);
        };
        self.count_time(prover, told.now);
        self.known(prover).presence = Presence::Banned;
        self.refresh_weight(prover, told.now);
        let fault = match kind {
            CaseKind::DataLeak => Fault::DataLeak,
            CaseKind::ForgedAttestation => Fault::ForgedAttestation,
        };
        let split = self.slash(prover, fault, 0, reporter, told.now);
        let share = split.insurance.as_yoctonear() / (jobs.len().max(1) as u128);
        for job in jobs {
            if let Some(job) = self.jobs.get_mut(&job) {
                job.leaked_at = Some(told.now);
                job.harm += share;
            }
        }
        Ok(Vec::new())
    }

    fn remove_case(&mut self, case_id: u64, told: &Told) -> Option<Case> {
        let case = self.cases.remove(&case_id)?;
        self.release_storage(case.proposer, case.storage);
        self.known(case.prover).cases -= 1;
        self.refresh_weight(case.prover, told.now);
        Some(case)
    }
}
