//! The contract's methods. They take no state and can be called as views and as promises alike. Attach no
//! deposit: the contract has nobody to return it to.

use borsh::BorshDeserialize;
use near_sdk::{env, near};
use proofrail_near_interface::attestation::{
    DcapEvidence, MAX_EVIDENCE_BYTES, SnpChainArgs, SnpChainVerdict, SnpReportArgs, Verdict,
};

use crate::host::NearHost;
use crate::{Refusal, dcap, snp};

/// Stateless: there is nothing to initialise, and no method reads or writes storage.
#[near(contract_state)]
#[derive(Debug, Default)]
pub struct AttestationVerifier {}

// Arguments are read by hand: the generated code would panic on malformed ones, where a verdict is due.
#[near]
impl AttestationVerifier {
    /// Judges an Intel SGX or TDX quote: borsh `DcapEvidence` in, borsh `Verdict` out.
    #[result_serializer(borsh)]
    pub fn verify_dcap() -> Verdict {
        verdict(borsh_input::<DcapEvidence>().and_then(judge_dcap))
    }

    /// [`Self::verify_dcap`] for people: JSON in and out.
    pub fn verify_dcap_json() -> Verdict {
        let evidence = input().and_then(|bytes| {
            serde_json::from_slice(&bytes).map_err(|error| Refusal::Arguments(error.to_string()))
        });
        verdict(evidence.and_then(judge_dcap))
    }

    /// Judges the chain of an AMD chip's key: borsh `SnpChainArgs` in, borsh `SnpChainVerdict` out.
    #[result_serializer(borsh)]
    pub fn verify_snp_chain() -> SnpChainVerdict {
        let vcek = borsh_input::<SnpChainArgs>().and_then(|args| snp::verify_chain(&args, now()));
        match vcek {
            Ok(vcek) => SnpChainVerdict::Verified(vcek),
            Err(refusal) => SnpChainVerdict::Rejected(refusal.into()),
        }
    }

    /// Judges an SEV-SNP report under a key that the caller had judged before: borsh `SnpReportArgs` in, borsh
    /// `Verdict` out.
    #[result_serializer(borsh)]
    pub fn verify_snp_report() -> Verdict {
        let args = borsh_input::<SnpReportArgs>();
        verdict(args.and_then(|args| snp::verify_report::<NearHost>(&args, now())))
    }
}

#[cfg(feature = "dev-attestation")]
#[near]
impl AttestationVerifier {
    /// Judges a quote under the development root: borsh `DevQuote` in, borsh `Verdict` out.
    #[result_serializer(borsh)]
    pub fn verify_dev() -> Verdict {
        verdict(borsh_input().and_then(|quote| crate::dev::verify::<NearHost>(&quote, now())))
    }
}

fn judge_dcap(
    evidence: DcapEvidence,
) -> Result<proofrail_near_interface::attestation::Report, Refusal> {
    dcap::verify::<NearHost>(evidence, now())
}

fn verdict(report: Result<proofrail_near_interface::attestation::Report, Refusal>) -> Verdict {
    match report {
        Ok(report) => Verdict::Verified(report),
        Err(refusal) => Verdict::Rejected(refusal.into()),
    }
}

/// The block's time in unix seconds.
fn now() -> u64 {
    env::block_timestamp() / 1_000_000_000
}

fn input() -> Result<Vec<u8>, Refusal> {
    let bytes = env::input().unwrap_or_default();
    if bytes.len() > MAX_EVIDENCE_BYTES {
        return Err(Refusal::TooLong(bytes.len()));
    }
    Ok(bytes)
}

fn borsh_input<T: BorshDeserialize>() -> Result<T, Refusal> {
    T::try_from_slice(&input()?).map_err(|error| Refusal::Arguments(error.to_string()))
}
