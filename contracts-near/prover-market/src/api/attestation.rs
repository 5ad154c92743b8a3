//! Attestation: evidence goes to the verifier, its verdict comes back as a value.

use near_sdk::base64::Engine;
use near_sdk::base64::engine::general_purpose::STANDARD;
use near_sdk::borsh::{self, BorshDeserialize};
use near_sdk::{AccountId, Gas, NearToken, Promise, env, near};
use proofrail_near_interface::attestation::{
    Evidence, METHOD_VERIFY_DCAP, METHOD_VERIFY_SNP_CHAIN, METHOD_VERIFY_SNP_REPORT, SnpChainArgs,
    SnpReportArgs,
};
use proofrail_near_interface::{AttestationOutcome, AttestationPolicy, Hex, MeasurementView};

use crate::api::parse_hex;
use crate::host::Call;
use crate::market::Question;
use crate::{MarketError, ProverMarket, ProverMarketExt};

/// For a DCAP quote; it takes 16 Tgas.
const VERIFY_DCAP_GAS: Gas = Gas::from_tgas(40);
/// For an SEV-SNP report; it takes 60 Tgas.
const VERIFY_SNP_REPORT_GAS: Gas = Gas::from_tgas(120);
/// For the three RSA signatures of AMD's chain; it takes 40 Tgas. With the rest it must fit into a transaction's 300.
const VERIFY_SNP_CHAIN_GAS: Gas = Gas::from_tgas(100);
/// For the policy and the change of three tree nodes for each of eight circuits.
const ON_VERDICT_GAS: Gas = Gas::from_tgas(60);
/// Longest evidence, base64.
const MAX_EVIDENCE: usize = 256 * 1024;
/// Longest verdict that is read.
const MAX_VERDICT: usize = 16 * 1024;

#[near]
impl ProverMarket {
    /// Shows the caller's quote, bound to its present attestation nonce. The verdict decides in a later
    /// block; the call returns what became of it.
    #[handle_result]
    pub fn update_attestation(&mut self, evidence: String) -> Result<Promise, MarketError> {
        self.attest(&env::predecessor_account_id(), &evidence)
    }

    /// Has a prover's accepted quote judged anew, with other collateral. Anyone may.
    #[handle_result]
    pub fn reverify_attestation(
        &mut self,
        prover_id: AccountId,
        evidence: String,
    ) -> Result<Promise, MarketError> {
        let evidence = read(&evidence)?;
        let question = self.market().ask_again(&prover_id, quote_hash(&evidence))?;
        self.verify(evidence, question)
    }

    /// Takes the verifier's verdict.
    #[private]
    pub fn on_verdict(&mut self, question: Question) -> AttestationOutcome {
        let verdict = verdict();
        self.market_mut().take_verdict(&Call::current(), &question, verdict)
    }

    /// Has the certificate chain of an AMD chip's key judged and keeps the key, with which reports of
    /// the chip are judged then. The deposit covers its storage.
    #[payable]
    #[handle_result]
    pub fn register_vcek(&mut self, chain: String) -> Result<Promise, MarketError> {
        let call = Call::current();
        let chain = SnpChainArgs::try_from_slice(&decode(&chain)?)
            .map_err(|_| MarketError::BadEvidence("is no borsh of SnpChainArgs"))?;
        let left = self.market_mut().charge_vcek(&call)?;
        self.pay(&call.caller, left)?;
        Ok(self
            .verifier()?
            .function_call(
                METHOD_VERIFY_SNP_CHAIN.to_owned(),
                encode(&chain)?,
                NearToken::ZERO,
                VERIFY_SNP_CHAIN_GAS,
            )
            .then(
                Self::ext(env::current_account_id())
                    .with_static_gas(ON_VERDICT_GAS)
                    .with_unused_gas_weight(0)
                    .on_vcek(call.caller),
            ))
    }

    /// Takes the verifier's verdict over a chip's key; returns whether the key is kept.
    #[private]
    #[handle_result]
    pub fn on_vcek(&mut self, payer_id: AccountId) -> Result<bool, MarketError> {
        let verdict = verdict();
        self.market_mut().take_vcek(&payer_id, verdict)
    }

    /// The measurements that the market knows.
    pub fn measurements(&self) -> Vec<MeasurementView> {
        self.market().measurement_views()
    }

    /// The policy in force.
    pub fn attestation_policy(&self) -> AttestationPolicy {
        self.market().attestation_policy().clone()
    }

    /// Whether a platform is banned.
    #[handle_result]
    pub fn platform_banned(&self, platform_id: String) -> Result<bool, MarketError> {
        let platform_id = Hex(parse_hex("platform_id", &platform_id)?);
        Ok(self.market().is_banned_platform(&platform_id))
    }
}

impl ProverMarket {
    /// Sends a prover's evidence to the verifier.
    pub(crate) fn attest(
        &self,
        prover_id: &AccountId,
        evidence: &str,
    ) -> Result<Promise, MarketError> {
        let evidence = read(evidence)?;
        let question = self.market().ask(prover_id, quote_hash(&evidence))?;
        self.verify(evidence, question)
    }

    fn verify(&self, evidence: Evidence, mut question: Question) -> Result<Promise, MarketError> {
        let (method, args, gas) = match evidence {
            Evidence::Dcap(evidence) => (METHOD_VERIFY_DCAP, encode(&evidence)?, VERIFY_DCAP_GAS),
            Evidence::SevSnp { report } => {
                let vcek = self.market().vcek_of(&report)?;
                question.product = Some(vcek.product);
                let args = SnpReportArgs { report, vcek };
                (METHOD_VERIFY_SNP_REPORT, encode(&args)?, VERIFY_SNP_REPORT_GAS)
            }
            #[cfg(feature = "dev-attestation")]
            Evidence::Dev { quote } => {
                (proofrail_near_interface::attestation::METHOD_VERIFY_DEV, quote, VERIFY_DCAP_GAS)
            }
            // Where another crate of the same build knows the development root and this one does not.
            #[allow(unreachable_patterns)]
            _ => return Err(MarketError::BadEvidence("is of a kind that is not judged here")),
        };
        let judged = self.verifier()?.function_call(method.to_owned(), args, NearToken::ZERO, gas);
        Ok(judged.then(
            Self::ext(env::current_account_id())
                .with_static_gas(ON_VERDICT_GAS)
                .with_unused_gas_weight(0)
                .on_verdict(question),
        ))
    }

    fn verifier(&self) -> Result<Promise, MarketError> {
        let verifier = self.market().verifier_id().ok_or(MarketError::NoVerifier)?;
        Ok(Promise::new(verifier.clone()))
    }
}

/// The verdict that this callback was called with, if the verifier gave one.
fn verdict<T: BorshDeserialize>() -> Option<T> {
    match env::promise_result_checked(0, MAX_VERDICT) {
        Ok(bytes) => T::try_from_slice(&bytes).ok(),
        Err(_) => None,
    }
}

fn decode(text: &str) -> Result<Vec<u8>, MarketError> {
    if text.len() > MAX_EVIDENCE {
        return Err(MarketError::BadEvidence("is longer than 256 KiB"));
    }
    STANDARD.decode(text).map_err(|_| MarketError::BadEvidence("is no base64"))
}

fn read(text: &str) -> Result<Evidence, MarketError> {
    Evidence::try_from_slice(&decode(text)?)
        .map_err(|_| MarketError::BadEvidence("is no borsh of the interface's Evidence"))
}

fn encode(value: &impl borsh::BorshSerialize) -> Result<Vec<u8>, MarketError> {
    borsh::to_vec(value).map_err(|_| MarketError::BadEvidence("cannot be encoded"))
}

fn quote_hash(evidence: &Evidence) -> [u8; 32] {
    match evidence {
        Evidence::Dcap(evidence) => env::sha256_array(&evidence.quote),
        Evidence::SevSnp { report } => env::sha256_array(report),
        #[cfg(feature = "dev-attestation")]
        Evidence::Dev { quote } => env::sha256_array(quote),
        #[allow(unreachable_patterns)]
        _ => [0; 32],
    }
}
