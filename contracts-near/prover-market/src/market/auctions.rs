//! Fee auctions: a job's fee rises on the client's ramp until a prover takes it.

use near_sdk::NearToken;
use proofrail_near_interface::{AssignmentView, Ramp};

use crate::MarketError;
use crate::error::sub;
use crate::host::Call;
use crate::market::Market;
use crate::market::records::{Origin, Status};

impl Market {
    /// The state of a job whose auction opens now. The highest fee stands for as long as a draw would.
    pub(crate) const fn open_auction(&self, call: &Call, ramp: Ramp) -> Status {
        let stands_s = ramp.ramp_s.saturating_add(self.params.draw_window_s);
        Status::Auction { opened_at: call.now, close_at: call.now.saturating_add(stands_s), ramp }
    }

    /// Gives the job to the caller, who must be fit for it, at the fee of this moment. What the client
    /// attached above it is credited to the client at once.
    pub(crate) fn take_job(
        &mut self,
        call: &Call,
        job_id: u64,
    ) -> Result<AssignmentView, MarketError> {
        let job = self.job(job_id)?;
        let Status::Auction { opened_at, close_at, ramp } = job.status else {
            return Err(MarketError::JobState { job_id, state: job.status.name() });
        };
        if call.now > close_at {
            return Err(MarketError::AuctionClosed { job_id, close_at });
        }
        let deadline_s = self.running_circuit(&job.circuit_id)?.deadline_s;
        let (client_id, circuit_id, held) = (job.client_id.clone(), job.circuit_id, job.fee);
        let fee = ramp.price_at(call.now.saturating_sub(opened_at));
        self.job_mut(job_id)?.fee = fee;
        let seat = self.seat_of(&call.caller)?;
        let (job, circuit) = (self.job(job_id)?, self.registered_circuit(&circuit_id)?);
        self.job_fitness(call, seat, job, circuit)
            .map_err(|reason| MarketError::ProverUnfit { job_id, reason })?;
        let rest: NearToken = sub(held, fee)?;
        self.purses.fees = sub(self.purses.fees, rest)?;
        self.credit(&client_id, rest)?;
        self.assign(call, job_id, seat, deadline_s, Origin::Auction)
    }
}
