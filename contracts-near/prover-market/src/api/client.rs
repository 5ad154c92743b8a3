//! For clients, and for anyone who keeps a job moving.

use near_sdk::{AccountId, Gas, NearToken, Promise, env, near};
use proofrail_near_interface::{AssignmentView, AuctionArgs, FeeSplit, Hex, RevealView};
use proofrail_near_interface::{HexError, parse_hex_bytes};

use crate::api::{parse_hex, parse_hex_list};
use crate::host::Call;
use crate::market::{Evidence, JobRequest};
use crate::roles::Feature;
use crate::{MarketError, ProverMarket, ProverMarketExt};

/// Enough for the most attempts over the largest tree.
const COMPLETE_DRAW_GAS: Gas = Gas::from_tgas(40);

#[near]
impl ProverMarket {
    /// Pays for a proof of `public_inputs` and freezes the set of provers, or opens a fee auction; returns
    /// the job id. The deposit covers the fee and the job's storage; more is returned.
    #[payable]
    #[handle_result]
    pub fn fund_job(
        &mut self,
        circuit_id: String,
        public_inputs: Vec<String>,
        fee: Option<NearToken>,
        auction: Option<AuctionArgs>,
        commitment_allowed: Option<bool>,
    ) -> Result<u64, MarketError> {
        self.require_running(Feature::Funding)?;
        let call = Call::current();
        let request = JobRequest {
            circuit_id: Hex(parse_hex("circuit_id", &circuit_id)?),
            public_inputs: parse_hex_list("public_inputs", &public_inputs)?,
            fee,
            auction,
            commitment_allowed: commitment_allowed.unwrap_or(false),
        };
        let (job_id, left) = self.market_mut().fund_job(&call, request)?;
        self.pay(&call.caller, left)?;
        Ok(job_id)
    }

    /// Asks for the draw, in a later block than the funding. The seed is that of a still later block;
    /// the call returns the assignment made with it, or nothing where none was due or nobody could serve.
    #[handle_result]
    pub fn draw(&mut self, job_id: u64) -> Result<Promise, MarketError> {
        self.require_running(Feature::Draws)?;
        self.market_mut().request_draw(&Call::current(), job_id)?;
        Ok(Self::ext(env::current_account_id())
            .with_static_gas(COMPLETE_DRAW_GAS)
            .with_unused_gas_weight(0)
            .complete_draw(job_id))
    }

    /// Draws with this block's seed.
    #[private]
    #[handle_result]
    pub fn complete_draw(&mut self, job_id: u64) -> Result<Option<AssignmentView>, MarketError> {
        self.market_mut().complete_draw(&Call::current(), job_id)
    }

    /// Demands the proof behind a commitment. The deposit is the bond; more is returned. Returns the last
    /// second in which the proof may be revealed.
    #[payable]
    #[handle_result]
    pub fn challenge_commitment(&mut self, job_id: u64) -> Result<u64, MarketError> {
        let call = Call::current();
        let (reveal_before, left) = self.market_mut().challenge_commitment(&call, job_id)?;
        self.pay(&call.caller, left)?;
        Ok(reveal_before)
    }

    /// Brings the proof behind a commitment: the prover is paid for a true one at once and slashed for a
    /// false one.
    #[handle_result]
    pub fn reveal_proof(&mut self, job_id: u64, proof: String) -> Result<RevealView, MarketError> {
        let proof = parse_hex("proof", &proof)?;
        self.market_mut().reveal_proof(&Call::current(), job_id, &proof)
    }

    /// Pays a commitment whose window for challenges is over.
    #[handle_result]
    pub fn settle_commitment(&mut self, job_id: u64) -> Result<FeeSplit, MarketError> {
        self.market_mut().settle_commitment(&Call::current(), job_id)
    }

    /// Reports a false proof that a prover stood for; the caller is credited a share of what is slashed.
    #[handle_result]
    pub fn report_invalid_proof(
        &mut self,
        job_id: u64,
        prover_id: AccountId,
        proof: String,
        signature: Option<String>,
    ) -> Result<(), MarketError> {
        let bad_proof = |error: HexError| MarketError::BadHex { field: "proof".to_owned(), error };
        let proof = parse_hex_bytes(&proof).map_err(bad_proof)?;
        let signature = signature.map(|text| parse_hex("signature", &text)).transpose()?;
        let evidence = Evidence { prover_id, proof, signature };
        self.market_mut().report_invalid_proof(&Call::current(), job_id, &evidence)
    }

    /// Agrees with the prover that called the input of the caller's job invalid: it is paid, and the job
    /// is closed.
    #[handle_result]
    pub fn accept_invalid_input(&mut self, job_id: u64) -> Result<(), MarketError> {
        self.market_mut().accept_invalid_input(&Call::current(), job_id)
    }

    /// Ends an assignment whose deadline was missed; the caller is credited a share of what is slashed.
    #[handle_result]
    pub fn poke(&mut self, job_id: u64) -> Result<(), MarketError> {
        self.market_mut().poke(&Call::current(), job_id)
    }

    /// Credits the fee to the client of a job that was not drawn or taken in time, or whose circuit was
    /// stopped; returns the fee.
    #[handle_result]
    pub fn refund_job(&mut self, job_id: u64) -> Result<NearToken, MarketError> {
        self.market_mut().refund_job(&Call::current(), job_id)
    }

    /// Removes the caller's closed job once nobody can judge it any more; returns what its storage cost,
    /// which is free in the caller's storage balance.
    #[handle_result]
    pub fn prune_job(&mut self, job_id: u64) -> Result<NearToken, MarketError> {
        self.market_mut().prune_job(&Call::current(), job_id)
    }

    /// Verifies the caller's own proof without a fee; returns its privacy score. The deposit covers the
    /// storage of the statement's hash; more is returned.
    #[payable]
    #[handle_result]
    pub fn verify_local(
        &mut self,
        circuit_id: String,
        public_inputs: Vec<String>,
        proof: String,
    ) -> Result<u32, MarketError> {
        let call = Call::current();
        let circuit_id = Hex(parse_hex("circuit_id", &circuit_id)?);
        let inputs = parse_hex_list("public_inputs", &public_inputs)?;
        let proof = parse_hex("proof", &proof)?;
        let (score, left) = self.market_mut().verify_local(&call, circuit_id, &inputs, &proof)?;
        self.pay(&call.caller, left)?;
        Ok(score)
    }
}
