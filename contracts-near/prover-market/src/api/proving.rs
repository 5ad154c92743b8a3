//! For provers at work on a job.

use near_sdk::near;
use proofrail_near_interface::{AssignmentView, FeeSplit};

use crate::api::parse_hex;
use crate::host::Call;
use crate::roles::Feature;
use crate::{MarketError, ProverMarket, ProverMarketExt};

#[near]
impl ProverMarket {
    /// Takes a job that is in its fee auction, at the fee of this moment.
    #[handle_result]
    pub fn take_job(&mut self, job_id: u64) -> Result<AssignmentView, MarketError> {
        self.require_running(Feature::Draws)?;
        self.market_mut().take_job(&Call::current(), job_id)
    }

    /// Verifies the assigned prover's proof and credits the shares of the fee.
    #[handle_result]
    pub fn submit_proof(&mut self, job_id: u64, proof: String) -> Result<FeeSplit, MarketError> {
        let proof = parse_hex("proof", &proof)?;
        self.market_mut().submit_proof(&Call::current(), job_id, &proof)
    }

    /// Submits the hash of the proof, where the client takes one; returns the last second in which it may
    /// be challenged.
    #[handle_result]
    pub fn submit_commitment(
        &mut self,
        job_id: u64,
        proof_hash: String,
    ) -> Result<u64, MarketError> {
        let proof_hash = parse_hex("proof_hash", &proof_hash)?;
        self.market_mut().submit_commitment(&Call::current(), job_id, proof_hash)
    }

    /// Says that the job's input is invalid: a second prover is asked.
    #[handle_result]
    pub fn report_invalid_input(&mut self, job_id: u64) -> Result<(), MarketError> {
        self.market_mut().report_invalid_input(&Call::current(), job_id)
    }
}
