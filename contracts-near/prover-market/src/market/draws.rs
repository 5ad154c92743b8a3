//! The draw.
//!
//! Set and weights are frozen at the funding. The seed is read in a receipt of the market's own, in a
//! block after the one in which the draw was asked for. Were it read in the request itself, a caller
//! could put the request and a call that fails unless the outcome suits it into one transaction: both
//! roll back together, and the caller tries again next block. As it is, a request that rolls back has
//! seen no seed, and a seed that was seen can no longer be rolled back. What remains is the producer of
//! the seed's block, who knows its own randomness early and could withhold the block at the price of
//! its reward.

use near_sdk::env;
use proofrail_near_interface::{
    DrawView, MarketEvent, draw_digest_input, select_seat, ticket, total_weight,
};

use crate::MarketError;
use crate::events::emit;
use crate::host::Call;
use crate::market::Market;
use crate::market::records::{Draw, Job, ProverRecord, Status};

/// A request is answered in the next block or two. Should its receipt ever be lost to a failure that
/// nobody can bring about at will, the draw may be asked for again after so many blocks.
const RETRY_AFTER_BLOCKS: u64 = 100;

impl Market {
    /// Notes that the draw was asked for.
    pub(crate) fn request_draw(&mut self, call: &Call, job_id: u64) -> Result<(), MarketError> {
        let job = self.job(job_id)?;
        check_drawable(job, job_id, call)?;
        self.running_circuit(&job.circuit_id)?;
        self.job_mut(job_id)?.status = Status::Drawing { requested_height: call.height };
        emit(MarketEvent::DrawRequested { job_id, requested_height: call.height });
        Ok(())
    }

    /// Draws with this block's seed. A job that no draw is due for (refunded meanwhile, or drawn by an
    /// earlier request) is left as it is.
    pub(crate) fn complete_draw(&mut self, call: &Call, job_id: u64) -> Option<DrawView> {
        let job = self.job(job_id).ok()?;
        let Status::Drawing { requested_height } = job.status else { return None };
        if call.height <= requested_height {
            return None;
        }
        let deadline = call.now + self.registered_circuit(&job.circuit_id).ok()?.deadline_s;
        let seed = env::random_seed_array();
        let input = draw_digest_input(&env::current_account_id(), job_id, 0, &seed, 0);
        let ticket = ticket(&env::sha256_array(input), total_weight(&job.seats))?;
        let seat = select_seat(ticket, &job.seats)?.seat;
        let Some(prover) = self.provers.get_mut(&seat).map(ProverRecord::latest_mut) else {
            self.job_mut(job_id).ok()?.status = Status::Funded;
            emit(MarketEvent::DrawVoid { job_id, seat });
            return None;
        };
        prover.open_jobs += 1;
        let prover_id = prover.account_id.clone();
        let draw = Draw { prover_id, seat, seed, block_height: call.height, deadline };
        let view = draw.view();
        self.job_mut(job_id).ok()?.status = Status::Assigned(draw);
        emit(MarketEvent::JobAssigned { job_id, draw: view.clone() });
        Some(view)
    }
}

fn check_drawable(job: &Job, job_id: u64, call: &Call) -> Result<(), MarketError> {
    match job.status {
        Status::Funded if call.height <= job.funded_height => {
            return Err(MarketError::DrawTooEarly(job.funded_height));
        }
        Status::Funded => {}
        Status::Drawing { requested_height: requested } => {
            let retry_after = requested + RETRY_AFTER_BLOCKS;
            if call.height <= retry_after {
                return Err(MarketError::DrawPending { requested, retry_after });
            }
        }
        _ => return Err(MarketError::JobState { job_id, state: job.status.name() }),
    }
    if call.now > job.draw_before {
        return Err(MarketError::DrawTooLate(job.draw_before));
    }
    Ok(())
}
