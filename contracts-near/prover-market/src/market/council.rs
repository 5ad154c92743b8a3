//! Cases of the council: what no contract can judge, with a delay, an appeal and a way back.
//!
//! ```text
//! proposed ──(execute_after)──▶ execute          by anyone, until it lapses
//!     └─ appeal ─▶ appealed ─ confirm ─▶ execute by anyone, until it lapses
//! ```
//! While a case is open the accused is not drawn and no stake of it leaves. Council, arbiter or guardian may cancel at
//! any time before execution; a case that has lapsed is closed by anyone. Who may do what is checked by the entry
//! points. A council that proposes again and again can keep a prover out, but never takes its stake against the
//! arbiter.

use near_sdk::{AccountId, NearToken};
use proofrail_near_interface::rules::slashing::{Fault, SlashSplit};
use proofrail_near_interface::{CaseKind, CaseOutcome, CaseView, Hex, MarketEvent};

use crate::MarketError;
use crate::events::emit;
use crate::host::Call;
use crate::market::Market;
use crate::market::records::{Case, CaseRecord, CaseStage, Presence};
use crate::market::storage::record_bytes;

/// Most open cases against one prover.
const MAX_OPEN_CASES: u32 = 4;
/// Most jobs that a case names.
const MAX_JOBS: usize = 16;
/// Length of the largest record of a case, less its account ids and jobs.
const LARGEST_CASE: u64 = 68;

/// A case as it is proposed.
#[derive(Clone, Debug)]
pub(crate) struct Accusation {
    pub(crate) prover_id: AccountId,
    pub(crate) kind: CaseKind,
    pub(crate) evidence: [u8; 32],
    pub(crate) jobs: Vec<u64>,
    pub(crate) reporter_id: Option<AccountId>,
}

impl Market {
    /// Opens a case; returns its id and what is left of the deposit.
    pub(crate) fn propose_slash(
        &mut self,
        call: &Call,
        accusation: Accusation,
    ) -> Result<(u64, NearToken), MarketError> {
        let seat = self.seat_of(&accusation.prover_id)?;
        self.check_accusation(seat, &accusation)?;
        let execute_after = call.now.saturating_add(self.params.council_delay_s);
        let lapses_at = execute_after.saturating_add(self.params.change_window_s);
        let Accusation { prover_id, kind, evidence, jobs, reporter_id } = accusation;
        let case = Case {
            seat,
            prover_id: prover_id.clone(),
            kind,
            evidence,
            jobs,
            reporter_id,
            proposer_id: call.caller.clone(),
            stage: CaseStage::Proposed { execute_after, lapses_at },
        };
        let left = self.charge(call, NearToken::ZERO, case_bytes(&case))?;
        let case_id = self.next_case_id;
        self.next_case_id = case_id.saturating_add(1);
        self.cases.insert(case_id, case.into());
        self.count_cases(call, seat, u32::saturating_add)?;
        let evidence = Hex(evidence);
        emit(MarketEvent::SlashProposed { case_id, prover_id, kind, evidence, execute_after });
        Ok((case_id, left))
    }

    fn check_accusation(&self, seat: u32, accusation: &Accusation) -> Result<(), MarketError> {
        let bad = |problem: &str| Err(MarketError::BadCase(problem.to_owned()));
        let prover = self.prover_at(seat).ok_or(MarketError::SeatEmpty(seat))?;
        if prover.presence == Presence::Banned {
            return Err(MarketError::ProverBanned(accusation.prover_id.clone()));
        }
        if prover.open_cases >= MAX_OPEN_CASES {
            return bad("4 cases against the prover are open: close or cancel one first");
        }
        if let Some(reporter) = &accusation.reporter_id {
            self.require_unreserved(reporter)?;
        }
        let jobs = &accusation.jobs;
        if jobs.len() > MAX_JOBS || !jobs.is_sorted_by(|a, b| a < b) {
            return bad("`jobs` must name at most 16 jobs, in ascending order");
        }
        if !jobs.is_empty() && accusation.kind != CaseKind::DataLeak {
            return bad("`jobs` are named where data got out, and nowhere else");
        }
        jobs.iter().try_for_each(|job_id| self.job(*job_id).map(|_| ()))
    }

    /// The accused asks the arbiter to judge.
    pub(crate) fn appeal_slash(&mut self, call: &Call, case_id: u64) -> Result<(), MarketError> {
        let confirm_before = call.now.saturating_add(self.params.appeal_window_s);
        let case = self.case_mut(case_id)?;
        if case.prover_id != call.caller {
            return Err(MarketError::NotAccused(case.prover_id.clone()));
        }
        match case.stage {
            CaseStage::Proposed { execute_after, .. } if call.now < execute_after => {}
            stage => return Err(stage.refuse(case_id, "appealed", call.now)),
        }
        case.stage = CaseStage::Appealed { confirm_before };
        emit(MarketEvent::SlashAppealed { case_id, confirm_before });
        Ok(())
    }

    /// The arbiter judges against the accused.
    pub(crate) fn confirm_slash(&mut self, call: &Call, case_id: u64) -> Result<(), MarketError> {
        let lapses_at = call.now.saturating_add(self.params.change_window_s);
        let case = self.case_mut(case_id)?;
        match case.stage {
            CaseStage::Appealed { confirm_before } if call.now <= confirm_before => {}
            stage => return Err(stage.refuse(case_id, "confirmed", call.now)),
        }
        case.stage = CaseStage::Confirmed { lapses_at };
        emit(MarketEvent::SlashConfirmed { case_id, lapses_at });
        Ok(())
    }

    /// Takes a case back.
    pub(crate) fn cancel_slash(&mut self, call: &Call, case_id: u64) -> Result<(), MarketError> {
        self.close(call, case_id, CaseOutcome::Cancelled)
    }

    /// Closes a case that has lapsed.
    pub(crate) fn close_case(&mut self, call: &Call, case_id: u64) -> Result<(), MarketError> {
        let stage = self.case(case_id)?.stage;
        if call.now <= stage.lapses_at() {
            return Err(stage.refuse(case_id, "closed", call.now));
        }
        self.close(call, case_id, CaseOutcome::Lapsed)
    }

    fn close(
        &mut self,
        call: &Call,
        case_id: u64,
        outcome: CaseOutcome,
    ) -> Result<(), MarketError> {
        let case = self.remove_case(call, case_id)?;
        emit(MarketEvent::CaseClosed { case_id, prover_id: case.prover_id, outcome });
        Ok(())
    }

    /// Slashes and bans the accused. The ban comes first: nothing that follows gives it weight again.
    pub(crate) fn execute_slash(
        &mut self,
        call: &Call,
        case_id: u64,
    ) -> Result<SlashSplit, MarketError> {
        let stage = self.case(case_id)?.stage;
        let due = match stage {
            CaseStage::Proposed { execute_after, .. } => call.now >= execute_after,
            CaseStage::Appealed { .. } => false,
            CaseStage::Confirmed { .. } => true,
        };
        if !due || call.now > stage.lapses_at() {
            return Err(stage.refuse(case_id, "executed", call.now));
        }
        let case = self.remove_case(call, case_id)?;
        self.ban(call, case.seat, case_id)?;
        let fault = match case.kind {
            CaseKind::DataLeak => Fault::DataLeak,
            CaseKind::ForgedAttestation => Fault::ForgedAttestation,
        };
        let reporter = case.reporter_id.as_ref();
        let split = self.slash(call, case.seat, fault, NearToken::ZERO, reporter)?;
        self.note_leak(call, &case.jobs, split.insurance)?;
        Ok(split)
    }

    fn ban(&mut self, call: &Call, seat: u32, case_id: u64) -> Result<(), MarketError> {
        // Time until now counts by what the prover was until now.
        self.count_time(seat, call.now);
        let prover = self.known_mut(seat)?;
        if prover.presence == Presence::Banned {
            return Ok(());
        }
        prover.presence = Presence::Banned;
        let prover_id = prover.account_id.clone();
        let platform = prover.attestation.as_ref().map(|known| known.view.platform_id);
        // The machine too: under another account it would go on.
        if let Some(platform_id) = platform {
            self.ban_platform(platform_id);
        }
        // Its record stays, but it takes nobody's place.
        self.prover_count = self.prover_count.saturating_sub(1);
        self.refresh_weight(seat, call.now);
        emit(MarketEvent::ProverBanned { prover_id, case_id });
        Ok(())
    }

    /// Removes a case: its storage is the proposer's again, and the accused may be drawn if nothing else is open.
    fn remove_case(&mut self, call: &Call, case_id: u64) -> Result<Case, MarketError> {
        let Some(CaseRecord::V1(case)) = self.cases.remove(&case_id) else {
            return Err(MarketError::CaseUnknown(case_id));
        };
        self.release_storage(&case.proposer_id, case_bytes(&case))?;
        self.count_cases(call, case.seat, u32::saturating_sub)?;
        Ok(case)
    }

    fn count_cases(
        &mut self,
        call: &Call,
        seat: u32,
        count: impl FnOnce(u32, u32) -> u32,
    ) -> Result<(), MarketError> {
        let prover = self.known_mut(seat)?;
        prover.open_cases = count(prover.open_cases, 1);
        self.refresh_weight(seat, call.now);
        Ok(())
    }

    fn case(&self, case_id: u64) -> Result<&Case, MarketError> {
        let case = self.cases.get(&case_id).map(CaseRecord::latest);
        case.ok_or(MarketError::CaseUnknown(case_id))
    }

    fn case_mut(&mut self, case_id: u64) -> Result<&mut Case, MarketError> {
        let case = self.cases.get_mut(&case_id).map(CaseRecord::latest_mut);
        case.ok_or(MarketError::CaseUnknown(case_id))
    }

    pub(crate) fn case_view(&self, case_id: u64) -> Option<CaseView> {
        let case = self.case(case_id).ok()?;
        Some(CaseView {
            case_id,
            prover_id: case.prover_id.clone(),
            kind: case.kind,
            evidence: Hex(case.evidence),
            jobs: case.jobs.clone(),
            reporter_id: case.reporter_id.clone(),
            proposer_id: case.proposer_id.clone(),
            stage: case.stage.view(),
        })
    }

    /// Open cases from id `from` on, out of the next `limit` ids.
    pub(crate) fn case_views(&self, from: u64, limit: u64) -> Vec<CaseView> {
        let from = from.max(1);
        let end = from.saturating_add(limit).min(self.next_case_id);
        (from..end).filter_map(|case_id| self.case_view(case_id)).collect()
    }
}

impl CaseStage {
    /// The last second before anyone may close the case.
    const fn lapses_at(self) -> u64 {
        match self {
            Self::Proposed { lapses_at, .. } | Self::Confirmed { lapses_at } => lapses_at,
            Self::Appealed { confirm_before } => confirm_before,
        }
    }

    fn refuse(self, case_id: u64, action: &'static str, now: u64) -> MarketError {
        let stage = match self {
            Self::Proposed { execute_after, lapses_at } => {
                format!(
                    "proposed, to be appealed before {execute_after} or executed from then to {lapses_at}"
                )
            }
            Self::Appealed { confirm_before } => {
                format!("appealed, to be confirmed by {confirm_before} or closed after it")
            }
            Self::Confirmed { lapses_at } => format!("confirmed, to be executed by {lapses_at}"),
        };
        MarketError::CaseStage { case_id, action, now, stage }
    }

    const fn view(self) -> proofrail_near_interface::CaseStage {
        use proofrail_near_interface::CaseStage as View;
        match self {
            Self::Proposed { execute_after, lapses_at } => {
                View::Proposed { execute_after, lapses_at }
            }
            Self::Appealed { confirm_before } => View::Appealed { confirm_before },
            Self::Confirmed { lapses_at } => View::Confirmed { lapses_at },
        }
    }
}

/// The most storage that a case can take: its stage changes, its lists do not.
fn case_bytes(case: &Case) -> u64 {
    let reporter = case.reporter_id.as_ref().map_or(0, |account| 4 + account.len() as u64);
    let accounts = case.prover_id.len() as u64 + case.proposer_id.len() as u64 + reporter;
    record_bytes(&0_u64, LARGEST_CASE + accounts + 8 * case.jobs.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::storage::borsh_len;

    #[test]
    fn case_growth_should_be_paid_for_by_the_proposer() {
        let account: AccountId = "prover.test.near".parse().unwrap();
        for (jobs, reporter_id) in [(0, None), (16, Some(account.clone()))] {
            let case = Case {
                seat: 0,
                prover_id: account.clone(),
                kind: CaseKind::DataLeak,
                evidence: [0; 32],
                jobs: vec![1; jobs],
                reporter_id,
                proposer_id: "council".parse().unwrap(),
                stage: CaseStage::Proposed { execute_after: 0, lapses_at: 0 },
            };
            let stages =
                [CaseStage::Appealed { confirm_before: 1 }, CaseStage::Confirmed { lapses_at: 1 }];
            let grown = stages.map(|stage| {
                record_bytes(&7_u64, borsh_len(&CaseRecord::from(Case { stage, ..case.clone() })))
            });
            assert!(grown.into_iter().all(|bytes| bytes <= case_bytes(&case)));
            let first = record_bytes(&7_u64, borsh_len(&CaseRecord::from(case.clone())));
            assert_eq!(first, case_bytes(&case));
        }
    }
}
