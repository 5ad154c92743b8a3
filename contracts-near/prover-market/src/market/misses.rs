//! Missed deadlines: whoever pokes the market about one is paid for it.

use proofrail_near_interface::MarketEvent;

use crate::MarketError;
use crate::events::emit;
use crate::host::Call;
use crate::market::Market;
use crate::market::records::{Assignment, Status};

impl Market {
    /// Ends an assignment whose deadline was missed: the collateral is slashed and the job drawn anew or
    /// refunded. A challenged prover that did not reveal its proof in time is taken to have none.
    pub(crate) fn poke(&mut self, call: &Call, job_id: u64) -> Result<(), MarketError> {
        let job = self.job(job_id)?;
        // Nobody can submit for a stopped circuit: refund_job frees the prover.
        self.running_circuit(&job.circuit_id)?;
        match job.status.clone() {
            Status::Assigned(assignment) => {
                require_missed(call, job_id, assignment.deadline)?;
                self.miss(call, job_id, &assignment)
            }
            Status::Committed { assignment, challenge: Some(challenge), .. } => {
                require_missed(call, job_id, challenge.reveal_before)?;
                self.condemn(call, job_id, &assignment, &challenge.challenger_id)
            }
            other => Err(MarketError::JobState { job_id, state: other.name() }),
        }
    }

    fn miss(
        &mut self,
        call: &Call,
        job_id: u64,
        assignment: &Assignment,
    ) -> Result<(), MarketError> {
        self.forfeit(call, job_id, assignment.seat, assignment.collateral, true)?;
        self.dismiss(job_id, assignment)?;
        let prover_id = assignment.prover_id.clone();
        emit(MarketEvent::DeadlineMissed { job_id, prover_id });
        self.reopen(call, job_id)
    }
}

fn require_missed(call: &Call, job_id: u64, until: u64) -> Result<(), MarketError> {
    match call.now > until {
        true => Ok(()),
        false => Err(MarketError::NotMissed { job_id, until }),
    }
}
