//! Jobs: their funding. `draws`, `auctions` give them to provers, `settling`, `commitments`, `opinions`
//! and `misses` end an assignment, `jobs::closing` ends a job.

mod closing;
mod size;
mod status;
mod views;

use near_sdk::{AccountId, NearToken};
use proofrail_near_groth16::Scalar;
use proofrail_near_interface::{AuctionArgs, MAX_DURATION_S, MarketEvent, Ramp};

use crate::MarketError;
use crate::error::add;
use crate::events::emit;
use crate::host::Call;
use crate::market::jobs::size::job_bytes;
use crate::market::records::{Circuit, Job, JobRecord, Status};
use crate::market::{CircuitId, Market};

/// What a client asks for.
#[derive(Debug)]
pub(crate) struct JobRequest {
    pub(crate) circuit_id: CircuitId,
    pub(crate) public_inputs: Vec<[u8; 32]>,
    pub(crate) fee: Option<NearToken>,
    pub(crate) auction: Option<AuctionArgs>,
    pub(crate) commitment_allowed: bool,
}

impl Market {
    /// Opens a job: freezes its set of provers, or opens its auction. Returns its id and what is left of
    /// the deposit.
    pub(crate) fn fund_job(
        &mut self,
        call: &Call,
        request: JobRequest,
    ) -> Result<(u64, NearToken), MarketError> {
        let circuit_id = request.circuit_id;
        let circuit = self.running_circuit(&circuit_id)?;
        let index = circuit.index;
        let ramp = ramp(circuit, request.fee, request.auction)?;
        let public_inputs = read_inputs(circuit, &request.public_inputs)?;
        let status = match request.auction {
            None => self.freeze(call, index).ok_or(MarketError::NoProvers)?,
            Some(_) => self.open_auction(call, ramp),
        };
        let job_id = self.next_job_id;
        self.next_job_id += 1;
        let allowed = request.commitment_allowed;
        let job = new_job(&call.caller, circuit_id, public_inputs, ramp.max, allowed, status);
        let storage_bytes = job_bytes(&job);
        let left = self.charge(call, job.fee, storage_bytes)?;
        self.purses.fees = add(self.purses.fees, job.fee)?;
        announce(job_id, &job);
        self.jobs.insert(job_id, Job { storage_bytes, ..job }.into());
        Ok((job_id, left))
    }

    /// The state of a job to be drawn from the provers of now; `None` where there are none.
    pub(crate) fn freeze(&mut self, call: &Call, circuit: u16) -> Option<Status> {
        let window = self.params.draw_window_s;
        let set = self.tree.freeze(call.now, self.params.set_interval_s(), window);
        if self.tree.total(circuit, set) == 0 {
            return None;
        }
        let draw_before = call.now.saturating_add(window);
        Some(Status::Funded { set, draw_before, frozen_height: call.height })
    }

    pub(crate) fn job(&self, job_id: u64) -> Result<&Job, MarketError> {
        self.jobs.get(&job_id).map(JobRecord::latest).ok_or(MarketError::JobUnknown(job_id))
    }

    pub(crate) fn job_mut(&mut self, job_id: u64) -> Result<&mut Job, MarketError> {
        let record = self.jobs.get_mut(&job_id).map(JobRecord::latest_mut);
        record.ok_or(MarketError::JobUnknown(job_id))
    }
}

pub(crate) fn new_job(
    client_id: &AccountId,
    circuit_id: CircuitId,
    public_inputs: Vec<Scalar>,
    fee: NearToken,
    commitment_allowed: bool,
    status: Status,
) -> Job {
    Job {
        client_id: client_id.clone(),
        circuit_id,
        public_inputs,
        fee,
        commitment_allowed,
        storage_bytes: 0,
        rounds: 0,
        excluded: Vec::new(),
        invalid_by: Vec::new(),
        doubt: None,
        reward: NearToken::ZERO,
        harm: NearToken::ZERO,
        leaked_at: None,
        insured: false,
        status,
    }
}

fn announce(job_id: u64, job: &Job) {
    let (client_id, circuit_id, fee) = (job.client_id.clone(), job.circuit_id, job.fee);
    match job.status {
        Status::Auction { ramp, close_at, .. } => {
            emit(MarketEvent::AuctionOpened { job_id, client_id, circuit_id, ramp, close_at });
        }
        Status::Funded { set, draw_before, .. } => {
            emit(MarketEvent::JobFunded { job_id, client_id, circuit_id, fee, set, draw_before });
        }
        _ => {}
    }
}

/// The fee on offer; a flat one where there is no auction.
fn ramp(
    circuit: &Circuit,
    fee: Option<NearToken>,
    auction: Option<AuctionArgs>,
) -> Result<Ramp, MarketError> {
    let start = fee.unwrap_or(circuit.base_fee);
    if start < circuit.base_fee {
        return Err(MarketError::FeeTooSmall {
            fee: start.as_yoctonear(),
            base_fee: circuit.base_fee.as_yoctonear(),
        });
    }
    let Some(AuctionArgs { max_fee, ramp_s }) = auction else { return Ok(Ramp::flat(start)) };
    let ramp = Ramp { start, max: max_fee, ramp_s };
    ramp.check().map_err(MarketError::BadAuction)?;
    if ramp_s > MAX_DURATION_S {
        return Err(MarketError::AuctionTooLong { ramp_s, most: MAX_DURATION_S });
    }
    Ok(ramp)
}

/// Reads a statement of a circuit.
pub(crate) fn read_inputs(
    circuit: &Circuit,
    inputs: &[[u8; 32]],
) -> Result<Vec<Scalar>, MarketError> {
    let expected = circuit.public_inputs.len();
    if inputs.len() != expected {
        return Err(MarketError::InputCount { expected, got: inputs.len() });
    }
    (0..)
        .zip(inputs)
        .map(|(index, input)| {
            Scalar::from_be_bytes(input).map_err(|_| MarketError::InputNotReduced(index))
        })
        .collect()
}
