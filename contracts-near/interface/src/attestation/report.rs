//! What an authentic quote says.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use super::SnpTcb;
use crate::Hex;

/// Most advisory ids in a [`Report`].
pub const MAX_ADVISORIES: usize = 64;
/// Longest advisory id in bytes; Intel's have 14.
pub const MAX_ADVISORY_BYTES: usize = 32;

/// The kind of TEE.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    BorshSerialize,
    BorshDeserialize,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// Intel SGX: an enclave.
    Sgx,
    /// Intel TDX: a virtual machine.
    Tdx,
    /// AMD SEV-SNP: a virtual machine.
    SevSnp,
    /// The development root; unknown to production builds.
    #[cfg(feature = "dev-attestation")]
    Dev,
}

/// How current the platform's microcode and firmware are. The names of the DCAP statuses are Intel's. A
/// revoked platform has no report: it is rejected.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
pub enum TcbStatus {
    /// Nothing is to be done.
    UpToDate,
    /// Updates are missing, and the configuration needs a change.
    OutOfDateConfigurationNeeded,
    /// Updates are missing.
    OutOfDate,
    /// The configuration needs a change, and software in the enclave must mitigate.
    ConfigurationAndSWHardeningNeeded,
    /// The configuration of the platform needs a change.
    ConfigurationNeeded,
    /// Software in the enclave must mitigate.
    SWHardeningNeeded,
    /// The machine is up to date, but the TD was launched before the update.
    TDRelaunchAdvised,
    /// As [`TcbStatus::TDRelaunchAdvised`], and the configuration needs a change.
    TDRelaunchAdvisedConfigurationNeeded,
    /// AMD publishes no judgement, only numbers: the policy compares them with its minimum.
    Snp(SnpTcb),
}

/// What an authentic quote says. Authentic is not acceptable: status, advisories, debug mode, measurement,
/// expiry and `report_data` are for the caller's policy to judge.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
pub struct Report {
    /// The kind of TEE.
    pub platform: Platform,
    /// SHA-256 that stands for the machine: Intel's PPID or AMD's chip id, under a domain. SGX and TDX on one
    /// machine have one id.
    pub platform_id: Hex<32>,
    /// SHA-256 over the registers that fix what runs, under a domain; which ones: see the verifier's README.
    pub measurement: Hex<32>,
    /// What the enclave put into the quote.
    pub report_data: Hex<64>,
    /// How current the platform is.
    pub tcb_status: TcbStatus,
    /// Date of the platform's TCB level, unix seconds; DCAP only.
    pub tcb_date: Option<u64>,
    /// The lower of the collateral's two evaluation numbers; DCAP only. Intel raises it with each TCB recovery.
    pub tcb_evaluation: Option<u32>,
    /// Advisories that apply to the platform, at most [`MAX_ADVISORIES`].
    pub advisory_ids: Vec<String>,
    /// Some advisory did not fit: a policy that reads them must refuse.
    pub advisories_truncated: bool,
    /// The TEE's memory can be read from outside (debug or profiling): a policy must refuse it.
    pub debug: bool,
    /// Earliest expiry of every certificate, revocation list and collateral document: from this unix second on
    /// the quote is worth nothing.
    pub expires_at: u64,
}

/// The advisories that fit the bounds, and whether some did not.
pub fn bounded_advisories(ids: Vec<String>) -> (Vec<String>, bool) {
    let count = ids.len();
    let fitting = ids.into_iter().filter(|id| id.len() <= MAX_ADVISORY_BYTES);
    let kept: Vec<String> = fitting.take(MAX_ADVISORIES).collect();
    let truncated = kept.len() < count;
    (kept, truncated)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounded_advisories_should_say_what_was_left_out() {
        let ids = |count: usize| (0..count).map(|id| format!("INTEL-SA-{id:05}")).collect();
        let (kept, truncated) = bounded_advisories(ids(MAX_ADVISORIES));
        assert_eq!((kept.len(), truncated), (MAX_ADVISORIES, false));
        let (kept, truncated) = bounded_advisories(ids(MAX_ADVISORIES + 1));
        assert_eq!((kept.len(), truncated), (MAX_ADVISORIES, true));
        let long = "x".repeat(MAX_ADVISORY_BYTES + 1);
        assert_eq!(bounded_advisories(vec![long]), (Vec::new(), true));
    }
}
