//! The draw.
//!
//! Set and weights are frozen at the funding. The seed is read in a receipt of the market's own, in a
//! block after the one in which the draw was asked for. Were it read in the request itself, a caller
//! could put the request and a call that fails unless the outcome suits it into one transaction: both
//! roll back together, and the caller tries again next block. As it is, a request that rolls back has
//! seen no seed, and a seed that was seen can no longer be rolled back. What remains is the producer of
//! the seed's block, who knows its own randomness early and could withhold the block at the price of
//! its reward.
//!
//! Whether a seat can serve is judged at the draw: a seat that cannot is skipped, at most
//! [`MAX_ATTEMPTS`] times, and capacity and collateral of the first that can are reserved at once.

use near_sdk::env;
use proofrail_near_interface::rules::draw::{MAX_ATTEMPTS, draw_preimage, ticket};
use proofrail_near_interface::rules::slashing::collateral;
use proofrail_near_interface::{
    AssignmentView, Hex, MarketEvent, Selection, SkipReason, SkippedSeat,
};

use crate::MarketError;
use crate::events::emit;
use crate::host::Call;
use crate::market::Market;
use crate::market::records::{Assignment, Circuit, Job, Origin, Status};

/// A request is answered in the next block or two. Should its receipt ever be lost to a failure that
/// nobody can bring about at will, the draw may be asked for again after so many blocks.
const RETRY_AFTER_BLOCKS: u64 = 100;

/// What one block's seed gives: the seats that could not serve, and the one that can.
struct Outcome {
    skipped: Vec<SkippedSeat>,
    drawn: Option<Selection>,
}

impl Market {
    /// Notes that the draw was asked for.
    pub(crate) fn request_draw(&mut self, call: &Call, job_id: u64) -> Result<(), MarketError> {
        let job = self.job(job_id)?;
        let (set, draw_before) = check_drawable(job, job_id, call)?;
        self.running_circuit(&job.circuit_id)?;
        let requested_height = call.height;
        self.job_mut(job_id)?.status = Status::Drawing { set, draw_before, requested_height };
        emit(MarketEvent::DrawRequested { job_id, requested_height });
        Ok(())
    }

    /// Draws with this block's seed. A job that no draw is due for (refunded meanwhile, or drawn by an
    /// earlier request) is left as it is. Where nobody could serve, another block's draw may be asked for.
    pub(crate) fn complete_draw(
        &mut self,
        call: &Call,
        job_id: u64,
    ) -> Result<Option<AssignmentView>, MarketError> {
        let job = self.job(job_id)?;
        let Status::Drawing { set, draw_before, requested_height } = job.status else {
            return Ok(None);
        };
        let circuit = self.registered_circuit(&job.circuit_id)?;
        if call.height <= requested_height || circuit.stopped {
            return Ok(None);
        }
        let deadline_s = circuit.deadline_s;
        let round = job.rounds;
        let seed = env::random_seed_array();
        let Outcome { skipped, drawn } = self.draw_seat(call, job_id, job, circuit, set, &seed);
        let Some(Selection { seat, weight, before, total }) = drawn else {
            let frozen_height = call.height;
            self.job_mut(job_id)?.status = Status::Funded { set, draw_before, frozen_height };
            let block_height = call.height;
            let seed = Hex(seed);
            emit(MarketEvent::DrawVoid { job_id, round, set, seed, block_height, skipped });
            return Ok(None);
        };
        let block_height = call.height;
        let origin = Origin::Draw { seed, block_height, set, before, weight, total, skipped };
        self.assign(call, job_id, seat, deadline_s, origin).map(Some)
    }

    fn draw_seat(
        &self,
        call: &Call,
        job_id: u64,
        job: &Job,
        circuit: &Circuit,
        set: u32,
        seed: &[u8; 32],
    ) -> Outcome {
        let mut skipped = Vec::new();
        // A set that a change of parameters has cut off is no longer complete.
        let total = match self.tree.is_live(set) {
            true => self.tree.total(circuit.index, set),
            false => 0,
        };
        let mut preimage = draw_preimage(&env::current_account_id(), job_id, job.rounds, seed);
        for attempt in 0..MAX_ATTEMPTS {
            preimage.push(attempt);
            let offset = ticket(&env::sha256_array(&preimage), total);
            preimage.pop();
            let selection =
                offset.and_then(|offset| self.tree.select(circuit.index, set, total, offset));
            let Some(selection) = selection else { break };
            let seat = selection.seat;
            match self.job_fitness(call, seat, job, circuit) {
                Ok(()) => return Outcome { skipped, drawn: Some(selection) },
                Err(reason) => skipped.push(SkippedSeat { seat, reason }),
            }
        }
        Outcome { skipped, drawn: None }
    }

    /// Whether the prover on a seat could take the job now, for the fee that the job has.
    pub(crate) fn job_fitness(
        &self,
        call: &Call,
        seat: u32,
        job: &Job,
        circuit: &Circuit,
    ) -> Result<(), SkipReason> {
        if job.excluded.contains(&seat) {
            return Err(SkipReason::Excluded);
        }
        let collateral = collateral(job.fee, &self.params.collateral);
        self.fitness(seat, circuit, job.fee, collateral, call.now).map(|_| ())
    }

    /// Gives the job to the prover on a seat: reserves capacity and collateral, and starts the deadline.
    pub(crate) fn assign(
        &mut self,
        call: &Call,
        job_id: u64,
        seat: u32,
        deadline_s: u64,
        origin: Origin,
    ) -> Result<AssignmentView, MarketError> {
        let collateral = collateral(self.job(job_id)?.fee, &self.params.collateral);
        let prover_id = self.reserve(seat, collateral)?;
        let assignment = Assignment {
            prover_id,
            seat,
            assigned_at: call.now,
            deadline: call.now.saturating_add(deadline_s),
            collateral,
            origin,
        };
        let job = self.job_mut(job_id)?;
        job.rounds = job.rounds.saturating_add(1);
        let view = assignment.view(job.round());
        job.status = Status::Assigned(assignment);
        emit(MarketEvent::JobAssigned { job_id, assignment: view.clone() });
        Ok(view)
    }
}

/// The set and the end of its window, if a draw may be asked for now.
fn check_drawable(job: &Job, job_id: u64, call: &Call) -> Result<(u32, u64), MarketError> {
    let (set, draw_before) = match job.status {
        Status::Funded { frozen_height, .. } if call.height <= frozen_height => {
            return Err(MarketError::DrawTooEarly(frozen_height));
        }
        Status::Funded { set, draw_before, .. } => (set, draw_before),
        Status::Drawing { requested_height: requested, set, draw_before } => {
            let retry_after = requested.saturating_add(RETRY_AFTER_BLOCKS);
            if call.height <= retry_after {
                return Err(MarketError::DrawPending { requested, retry_after });
            }
            (set, draw_before)
        }
        _ => return Err(MarketError::JobState { job_id, state: job.status.name() }),
    };
    if call.now > draw_before {
        return Err(MarketError::DrawTooLate(draw_before));
    }
    Ok((set, draw_before))
}
