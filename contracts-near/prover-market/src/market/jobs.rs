//! Jobs: funding, refund, removal.

use near_sdk::{AccountId, NearToken, env};
use proofrail_near_groth16::Scalar;
use proofrail_near_interface::{CostView, DrawReplayView, Hex, JobView, MarketEvent};

use crate::MarketError;
use crate::error::{add, sub};
use crate::events::emit;
use crate::host::Call;
use crate::market::records::{Circuit, Draw, JOB_GROWTH, Job, JobRecord, Status};
use crate::market::storage::{job_bytes, storage_cost};
use crate::market::{CircuitId, Market};

impl Market {
    /// Opens a job and freezes its set of provers; returns its id and what is left of the deposit.
    pub(crate) fn fund_job(
        &mut self,
        call: &Call,
        circuit_id: CircuitId,
        public_inputs: &[[u8; 32]],
        fee: Option<NearToken>,
    ) -> Result<(u64, NearToken), MarketError> {
        let circuit = self.running_circuit(&circuit_id)?;
        let fee = job_fee(circuit, fee)?;
        let public_inputs = read_inputs(circuit, public_inputs)?;
        if self.roster.get().is_empty() {
            return Err(MarketError::NoProvers);
        }
        let job_id = self.next_job_id;
        let job = self.new_job(call, circuit_id, public_inputs, fee);
        let draw_before = job.draw_before;
        let (_, bytes) = self.measured(|market| market.jobs.insert(job_id, job.into()));
        let storage = storage_cost(bytes + JOB_GROWTH)?;
        let need = add(fee, storage)?;
        if call.deposit < need {
            return Err(MarketError::DepositTooSmall {
                attached: call.deposit.as_yoctonear(),
                need: need.as_yoctonear(),
            });
        }
        self.job_mut(job_id)?.storage_deposit = storage;
        self.next_job_id += 1;
        self.purses.fees = add(self.purses.fees, fee)?;
        self.purses.storage_deposits = add(self.purses.storage_deposits, storage)?;
        let client_id = call.caller.clone();
        emit(MarketEvent::JobFunded { job_id, client_id, circuit_id, fee, draw_before });
        Ok((job_id, sub(call.deposit, need)?))
    }

    fn new_job(
        &self,
        call: &Call,
        circuit_id: CircuitId,
        public_inputs: Vec<Scalar>,
        fee: NearToken,
    ) -> Job {
        Job {
            client_id: call.caller.clone(),
            circuit_id,
            public_inputs,
            fee,
            storage_deposit: NearToken::ZERO,
            funded_height: call.height,
            draw_before: call.now + self.params.draw_window_s,
            seats: self.roster.get().clone(),
            status: Status::Funded,
        }
    }

    /// Closes a job that nobody served in time; returns client and fee, to be paid.
    pub(crate) fn refund_job(
        &mut self,
        call: &Call,
        job_id: u64,
    ) -> Result<(AccountId, NearToken), MarketError> {
        let job = self.job(job_id)?;
        let stopped = self.registered_circuit(&job.circuit_id)?.stopped;
        let (until, draw) = match &job.status {
            Status::Funded | Status::Drawing { .. } => (job.draw_before, None),
            Status::Assigned(draw) => (draw.deadline, Some(draw.clone())),
            closed => return Err(MarketError::JobState { job_id, state: closed.name() }),
        };
        let late = call.now > until;
        if !late && !stopped {
            return Err(MarketError::NotRefundable { job_id, until });
        }
        let (client_id, fee) = (job.client_id.clone(), job.fee);
        if let Some(draw) = &draw {
            self.release_prover(job_id, draw, late)?;
        }
        self.job_mut(job_id)?.status = Status::Refunded { draw, refunded_at: call.now };
        self.purses.fees = sub(self.purses.fees, fee)?;
        emit(MarketEvent::JobRefunded { job_id, client_id: client_id.clone(), amount: fee });
        Ok((client_id, fee))
    }

    fn release_prover(&mut self, job_id: u64, draw: &Draw, late: bool) -> Result<(), MarketError> {
        let prover = self.prover_mut(&draw.prover_id)?;
        prover.open_jobs -= 1;
        if late {
            prover.deadlines_missed += 1;
            let prover_id = draw.prover_id.clone();
            emit(MarketEvent::DeadlineMissed { job_id, prover_id });
        }
        Ok(())
    }

    /// Removes a closed job; returns its storage deposit, to be paid to the client.
    pub(crate) fn prune_job(&mut self, call: &Call, job_id: u64) -> Result<NearToken, MarketError> {
        let job = self.job(job_id)?;
        if call.caller != job.client_id {
            return Err(MarketError::NotClient(job.client_id.clone()));
        }
        if !job.status.is_closed() {
            return Err(MarketError::JobState { job_id, state: job.status.name() });
        }
        let released = job.storage_deposit;
        self.jobs.remove(&job_id);
        self.purses.storage_deposits = sub(self.purses.storage_deposits, released)?;
        emit(MarketEvent::JobPruned { job_id, released });
        Ok(released)
    }

    pub(crate) fn job(&self, job_id: u64) -> Result<&Job, MarketError> {
        self.jobs.get(&job_id).map(JobRecord::latest).ok_or(MarketError::JobUnknown(job_id))
    }

    pub(crate) fn job_mut(&mut self, job_id: u64) -> Result<&mut Job, MarketError> {
        let record = self.jobs.get_mut(&job_id).map(JobRecord::latest_mut);
        record.ok_or(MarketError::JobUnknown(job_id))
    }

    pub(crate) const fn next_job_id(&self) -> u64 {
        self.next_job_id
    }

    pub(crate) fn job_view(&self, job_id: u64) -> Option<JobView> {
        let job = self.jobs.get(&job_id)?.latest();
        Some(JobView {
            job_id,
            client_id: job.client_id.clone(),
            circuit_id: job.circuit_id,
            public_inputs: job.public_inputs.iter().map(|x| Hex(x.to_be_bytes())).collect(),
            fee: job.fee,
            storage_deposit: job.storage_deposit,
            funded_height: job.funded_height,
            draw_before: job.draw_before,
            status: job.status_view(),
        })
    }

    /// Jobs from id `from` on.
    pub(crate) fn job_views(&self, from: u64, limit: usize) -> Vec<JobView> {
        (from..self.next_job_id).filter_map(|job_id| self.job_view(job_id)).take(limit).collect()
    }

    pub(crate) fn draw_replay(&self, job_id: u64) -> Option<DrawReplayView> {
        let job = self.jobs.get(&job_id)?.latest();
        Some(DrawReplayView {
            market_id: env::current_account_id(),
            job_id,
            seats: job.seats.clone(),
            draw: job.status.draw().map(Draw::view),
        })
    }

    /// What `fund_job` takes from `client`.
    pub(crate) fn fund_cost(
        &self,
        call: &Call,
        circuit_id: CircuitId,
        fee: Option<NearToken>,
    ) -> Result<CostView, MarketError> {
        let circuit = self.running_circuit(&circuit_id)?;
        let amount = job_fee(circuit, fee)?;
        let inputs = vec![Scalar::ZERO; circuit.public_inputs.len()];
        let record = self.new_job(call, circuit_id, inputs, amount).into();
        let storage = storage_cost(job_bytes(self.next_job_id, &record))?;
        Ok(CostView { amount, storage, total: add(amount, storage)? })
    }
}

fn job_fee(circuit: &Circuit, fee: Option<NearToken>) -> Result<NearToken, MarketError> {
    let fee = fee.unwrap_or(circuit.base_fee);
    if fee < circuit.base_fee {
        return Err(MarketError::FeeTooSmall {
            fee: fee.as_yoctonear(),
            base_fee: circuit.base_fee.as_yoctonear(),
        });
    }
    Ok(fee)
}

fn read_inputs(circuit: &Circuit, inputs: &[[u8; 32]]) -> Result<Vec<Scalar>, MarketError> {
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
