//! The NEAR side: a prover is registered and drawn, proves, and is paid.

use std::time::Duration;

use ark_std::rand::{RngCore, rngs::OsRng};
use proofrail_deploy::{
    contracts::near::DEVELOPMENT_MEASUREMENT,
    devnet::Devnet,
    near::{Call, CallOutcome, NearAccount, NearClient, NearToken},
};
use proofrail_near_interface::{
    AccountArgs, AccountingView, AssignmentView, AttestationOutcome, Capacity, CostView, FeeSplit,
    FundCostArgs, FundJobArgs, Hex, JobArgs, JobStatus, JobView, ProverView, RegisterCostArgs,
    RegisterProverArgs, SubmitProofArgs, UpdateAttestationArgs,
    attestation::{Binding, nonce_bytes},
    method_names,
};
use proofrail_prover::{
    key::ProvingKey,
    operator::{
        attestation::{development::Development, evidence},
        keystore::StatementKey,
    },
    proof::ProofFile,
};
use serde::Serialize;

use super::{
    agreement::Agreement,
    error::{DemoError, at},
    report::{Cost, Ledger, Recorder},
};

/// Looks for a later block at this pace, and so many times.
const DRAW_POLL: Duration = Duration::from_millis(500);
const DRAW_ATTEMPTS: u32 = 40;

/// The market with the accounts that use it.
#[derive(Debug)]
pub(super) struct Market<'a> {
    devnet: &'a Devnet,
}

impl<'a> Market<'a> {
    pub(super) const fn new(devnet: &'a Devnet) -> Self {
        Self { devnet }
    }

    fn near(&self) -> &NearClient {
        self.devnet.near()
    }

    async fn call(
        &self,
        signer: &NearAccount,
        method: &'static str,
        args: impl Serialize,
        deposit: NearToken,
    ) -> Result<CallOutcome, DemoError> {
        let contract = self.devnet.market().market.id();
        self.near().call(signer, Call { contract, method, args, deposit }).await.map_err(at(method))
    }

    async fn view<R: serde::de::DeserializeOwned + Send + Sync>(
        &self,
        method: &'static str,
        args: impl Serialize,
    ) -> Result<R, DemoError> {
        let contract = self.devnet.market().market.id();
        self.near().view(contract, method, args).await.map_err(at(method))
    }

    pub(super) async fn register_prover(
        &self,
        recorder: &mut Recorder,
        circuit_id: Hex<32>,
    ) -> Result<(), DemoError> {
        let step = recorder.begin("NEAR: the prover registers");
        let prover = &self.devnet.market().prover;
        let capacity = Capacity {
            parallel_jobs: 4,
            circuits: vec![circuit_id],
            endpoint: "https://prover.example".to_owned(),
            x25519_key: Hex(enclave_key()),
        };
        let key = StatementKey::generate().map_err(at("make the prover's statement key"))?;
        let wanted = RegisterCostArgs { account_id: prover.id().clone(), circuits: Some(1) };
        let cost: CostView = self.view(method_names::REGISTER_COST, wanted).await?;
        let args = RegisterProverArgs {
            statement_key: key.public_key(),
            capacity,
            stake: Some(cost.amount),
            attestation: None,
        };
        let outcome = self.call(prover, method_names::REGISTER_PROVER, args, cost.total).await?;
        let note = format!("stakes {}", near(cost.amount));
        recorder.done(step, Cost::tgas(outcome.tgas()), &note);
        Ok(())
    }

    /// The prover shows a quote of a pretended TEE, under the root that only development builds of the contracts
    /// believe.
    pub(super) async fn attest(&self, recorder: &mut Recorder) -> Result<(), DemoError> {
        let step = recorder.begin("NEAR: the prover shows a quote of its (pretended) TEE");
        let id = self.devnet.market().prover.id();
        let args = AccountArgs { account_id: id.clone() };
        let prover: Option<ProverView> = self.view(method_names::PROVER, args).await?;
        let prover =
            prover.ok_or_else(|| DemoError::unexpected("find the prover", "it is not there"))?;
        let binding = Binding {
            network: self.devnet.deployment().near.network_id.clone(),
            contract: self.devnet.market().market.id().clone(),
            account: id.clone(),
            account_key: prover.statement_key,
            enclave_key: prover.capacity.x25519_key,
            nonce: nonce_bytes(prover.attestation_nonce),
        };
        let machine = Development::new("demo".to_owned(), DEVELOPMENT_MEASUREMENT);
        let evidence = evidence(&machine, None, &binding).await.map_err(at("make a quote"))?;
        let (method, nothing) = (method_names::UPDATE_ATTESTATION, NearToken::from_near(0));
        let signer = &self.devnet.market().prover;
        let outcome =
            self.call(signer, method, UpdateAttestationArgs { evidence }, nothing).await?;
        match outcome.json().map_err(at(method))? {
            AttestationOutcome::Accepted { expires_at } => {
                let note = format!("accepted until unix second {expires_at}");
                recorder.done(step, Cost::tgas(outcome.tgas()), &note);
                Ok(())
            }
            other => Err(DemoError::unexpected("attest the prover", format!("{other:?}"))),
        }
    }

    /// The client pays for a proof of the receipt's statement.
    pub(super) async fn fund_job(
        &self,
        recorder: &mut Recorder,
        agreement: &Agreement,
    ) -> Result<u64, DemoError> {
        let step = recorder.begin("NEAR: the client funds a proof job");
        let client = &self.devnet.market().client;
        let circuit_id = Hex(agreement.settlement.circuitId.0);
        let args = FundJobArgs {
            circuit_id,
            public_inputs: agreement.public_inputs().into_iter().map(Hex).collect(),
            fee: None,
            auction: None,
            commitment_allowed: false,
        };
        let wanted = FundCostArgs { client_id: client.id().clone(), job: args.clone() };
        let cost: CostView = self.view(method_names::FUND_COST, wanted).await?;
        let outcome = self.call(client, method_names::FUND_JOB, args, cost.total).await?;
        let job = outcome.json().map_err(at(method_names::FUND_JOB))?;
        let note = format!("job {job}, fee {}", near(cost.amount));
        recorder.done(step, Cost::tgas(outcome.tgas()), &note);
        Ok(job)
    }

    /// Asks for the draw until a block after the funding gives the seed.
    pub(super) async fn draw(&self, recorder: &mut Recorder, job: u64) -> Result<(), DemoError> {
        let step = recorder.begin("NEAR: the prover is drawn by a later block's seed");
        for _ in 0..DRAW_ATTEMPTS {
            let asked = self
                .call(
                    &self.devnet.market().client,
                    method_names::DRAW,
                    JobArgs { job_id: job },
                    NearToken::from_near(0),
                )
                .await?;
            if let Some(assigned) = self.assigned(job).await? {
                let height = assigned.draw.map_or(0, |draw| draw.block_height);
                let note = format!("{} at block {height}", assigned.prover_id);
                recorder.done(step, Cost::tgas(asked.tgas()), &note);
                return Ok(());
            }
            tokio::time::sleep(DRAW_POLL).await;
        }
        Err(DemoError::unexpected("draw a prover", "the job is still not assigned"))
    }

    async fn assigned(&self, job: u64) -> Result<Option<AssignmentView>, DemoError> {
        let view: Option<JobView> = self.view(method_names::JOB, JobArgs { job_id: job }).await?;
        Ok(match view.map(|view| view.status) {
            Some(JobStatus::Assigned { assignment }) => Some(assignment),
            _ => None,
        })
    }

    /// The prover makes the proof, off chain.
    pub(super) fn prove(
        &self,
        recorder: &mut Recorder,
        key: &ProvingKey,
        agreement: &Agreement,
    ) -> Result<ProofFile, DemoError> {
        let step = recorder.begin("the prover makes the Groth16 proof");
        let circuit = agreement.receipt.to_circuit().map_err(at("read the receipt"))?;
        let proof = key.prove(&circuit).map_err(at("make the proof"))?;
        recorder.done(step, Cost::NONE, &format!("circuit `{}`", agreement.circuit()));
        Ok(proof)
    }

    /// The market verifies the proof on chain and splits the fee.
    pub(super) async fn submit_proof(
        &self,
        recorder: &mut Recorder,
        job: u64,
        proof: &ProofFile,
    ) -> Result<(), DemoError> {
        let step = recorder.begin("NEAR: the market verifies the proof and splits the fee");
        let args = SubmitProofArgs { job_id: job, proof: Hex(proof.proof().to_bytes()) };
        let prover = &self.devnet.market().prover;
        let nothing = NearToken::from_near(0);
        let outcome = self.call(prover, method_names::SUBMIT_PROOF, args, nothing).await?;
        let split: FeeSplit = outcome.json().map_err(at(method_names::SUBMIT_PROOF))?;
        let note = format!(
            "prover {}, treasury {}, insurance {}",
            near(split.prover),
            near(split.treasury),
            near(split.insurance)
        );
        recorder.done(step, Cost::tgas(outcome.tgas()), &note);
        Ok(())
    }

    /// What everybody has on NEAR: in the account, or credited by the market and not yet claimed.
    pub(super) async fn balances(&self) -> Result<Ledger, DemoError> {
        let accounts = self.devnet.market();
        let args = AccountArgs { account_id: accounts.prover.id().clone() };
        let credit: NearToken = self.view(method_names::CLAIMABLE, args).await?;
        let books: AccountingView = self.view(method_names::ACCOUNTING, ()).await?;
        let mut ledger = Ledger::new();
        for (purse, amount) in [
            ("prover, credit in the market", credit),
            ("market, treasury", books.treasury),
            ("market, reserve for bonuses", books.bonus_reserve),
            ("market, insurance pool", books.insurance),
        ] {
            ledger.insert(format!("NEAR {purse}"), near(amount));
        }
        let client = self.near().balance(accounts.client.id()).await;
        let client = client.map_err(at("read the client's balance"))?;
        ledger.insert("NEAR client, account".to_owned(), near(client));
        Ok(ledger)
    }
}

/// A key for clients to seal private inputs for. The demo's receipt reaches its prover in memory, so that nobody
/// needs its secret half; any 32 bytes are a public key (RFC 7748 §5).
fn enclave_key() -> [u8; 32] {
    let mut key = [0; 32];
    OsRng.fill_bytes(&mut key);
    key
}

/// An amount with at most five decimals, rounded down.
fn near(amount: NearToken) -> String {
    const UNIT: u128 = 10_u128.pow(19);
    let units = amount.as_yoctonear() / UNIT;
    let text = format!("{}.{:05}", units / 100_000, units % 100_000);
    format!("{} NEAR", text.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_amounts_are_written_without_trailing_zeros() {
        assert_eq!(near(NearToken::from_millinear(70)), "0.07 NEAR");
        assert_eq!(near(NearToken::from_near(1_000)), "1000 NEAR");
        assert_eq!(near(NearToken::from_yoctonear(1)), "0 NEAR");
    }
}
