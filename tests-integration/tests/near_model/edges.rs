//! Windows at their last second, and one second later: where a comparison is wrong by one, it shows there.

use crate::model::{Stage, Status};
use crate::op::{ARBITER, NEAR, Op, Proof, STRANGERS, Signed, Who};
use crate::pick::Picker;

/// A call runs two blocks after the block that a jump of time makes, and that is one block later than the jump says.
const BLOCKS: u64 = 3;

impl Picker<'_> {
    /// A jump to the edge of a window that is still open, to be followed by what the window is for.
    pub fn edge(&mut self) -> Option<Op> {
        let edges = self.edges();
        let (last, before, after) = edges.get(self.dice.below(edges.len() as u64) as usize)?;
        let late = self.dice.below(2);
        let seconds = (last + late).checked_sub(self.now + BLOCKS)?;
        *self.follow = Some(if self.dice.one_in(2) { before.clone() } else { after.clone() });
        Some(Op::Pass { seconds })
    }

    /// Last seconds, with what may be done by then, and what after it.
    fn edges(&self) -> Vec<(u64, Op, Op)> {
        let mut edges = Vec::new();
        self.edges_of_jobs(&mut edges);
        let who = STRANGERS.start;
        for (prover, known) in &self.model.provers {
            let down = known.last_heartbeat.max(self.model.pulse.1) + self.model.params.downtime_s;
            let report = Op::ReportDowntime { who, prover: *prover };
            edges.push((down, report.clone(), report));
            for (_, released) in &known.queue {
                let withdraw = Op::WithdrawStake { who: *prover };
                edges.push((released - 1, withdraw.clone(), withdraw));
            }
        }
        for (case, known) in &self.model.cases {
            let case = *case;
            let (execute, close) = (Op::Execute { who, case }, Op::CloseCase { who, case });
            let appeal = Op::Appeal { who: known.prover, case };
            match known.stage {
                Stage::Proposed { execute_after, lapses_at } => {
                    // To execute is the end of a prover: seldom.
                    edges.push((execute_after - 1, appeal.clone(), appeal));
                    edges.push((lapses_at, close.clone(), close));
                }
                Stage::Appealed { confirm_before } => {
                    edges.push((confirm_before, Op::Confirm { who: ARBITER, case }, close));
                }
                Stage::Confirmed { lapses_at } => edges.push((lapses_at, execute, close)),
            }
        }
        for (change, known) in &self.model.changes {
            let execute = Op::ExecuteChange { who, change: *change };
            let cancel = Op::CancelChange { who, change: *change };
            edges.push((known.execute_after - 1, execute.clone(), execute.clone()));
            edges.push((known.execute_before, execute, cancel));
        }
        edges
    }

    fn edges_of_jobs(&self, edges: &mut Vec<(u64, Op, Op)>) {
        let who: Who = STRANGERS.start;
        let windows =
            self.model.params.challenge_window_s.max(self.model.params.insurance_window_s);
        for (job, known) in &self.model.jobs {
            let job = *job;
            let (refund, poke) = (Op::Refund { who, job }, Op::Poke { who, job });
            match &known.status {
                Status::Funded { draw_before, .. } => {
                    edges.push((*draw_before, Op::Draw { who, job }, refund));
                }
                Status::Auction { close_at, .. } => {
                    let bidder = self.model.provers.keys().next().copied().unwrap_or(0);
                    edges.push((*close_at, Op::Take { who: bidder, job }, refund));
                }
                Status::Assigned(a) => {
                    let submit = Op::Submit { who: a.prover, job, proof: Proof::True };
                    edges.push((a.deadline, submit, poke));
                }
                Status::Committed { challenge: None, challenge_before, .. } => {
                    let challenge = Op::Challenge { who, job, attached: 5 * NEAR };
                    edges.push((*challenge_before, challenge, Op::Settle { who, job }));
                }
                Status::Committed { challenge: Some(challenge), proof, assignment, .. } => {
                    let reveal = Op::Reveal { who: assignment.prover, job, proof: *proof };
                    edges.push((challenge.reveal_before, reveal, poke));
                }
                closed => {
                    let Some(at) = closed.closed_at() else { continue };
                    let prune = Op::Prune { who: known.client, job };
                    let claim = Op::ClaimInsurance { who: known.client, job };
                    edges.push((at + windows, claim, prune));
                    let Some(a) = closed.assignment() else { continue };
                    let (prover, proof, signed) = (a.prover, Proof::Other, Signed::Own);
                    let report = Op::ReportProof { who, job, prover, proof, signed };
                    edges.push((at + self.model.params.challenge_window_s, report.clone(), report));
                }
            }
        }
    }
}
