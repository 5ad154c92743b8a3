//! The market's policy over attestations.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::attestation::{Platform, Report, SnpProduct, SnpTcb, TcbStatus};
use crate::rules::param_error::{ParamError, demand};
use crate::{Hex, MAX_DURATION_S};

/// Most entries in each list of the policy.
pub const MAX_POLICY_ENTRIES: usize = 32;

/// What the market accepts beyond "authentic".
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttestationPolicy {
    /// The network's name, which every quote is bound to.
    pub network: String,
    /// Longest time from a verdict until a new one is needed, seconds.
    pub max_age_s: u64,
    /// Statuses of Intel platforms that are accepted.
    pub intel_statuses: Vec<TcbStatus>,
    /// Oldest collateral that is accepted, by Intel's evaluation number.
    pub intel_min_evaluation: u32,
    /// Advisories that a platform must not have open.
    pub refused_advisories: Vec<String>,
    /// Lowest firmware versions of AMD platforms; a line that is not named is refused.
    pub amd_minimums: Vec<AmdMinimum>,
}

/// Lowest firmware versions of one processor line.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct AmdMinimum {
    /// The line.
    pub product: SnpProduct,
    /// The versions.
    pub tcb: SnpTcb,
}

impl AttestationPolicy {
    /// The policy of a new market: Intel platforms that are up to date, no AMD line yet, verdicts for 30 days.
    pub fn of_network(network: &str) -> Self {
        Self {
            network: network.to_owned(),
            max_age_s: 30 * 24 * 3_600,
            intel_statuses: vec![TcbStatus::UpToDate],
            intel_min_evaluation: 0,
            refused_advisories: Vec::new(),
            amd_minimums: Vec::new(),
        }
    }

    /// Says what is out of range.
    ///
    /// # Errors
    /// The first entry found wrong, and the values it may have.
    pub fn check(&self) -> Result<(), ParamError> {
        let age = self.max_age_s;
        demand((1..=MAX_DURATION_S).contains(&age), "max_age_s", age.into(), "1 s to 366 days")?;
        let name = self.network.len();
        demand((1..=64).contains(&name), "length of network", name as u128, "1 to 64 bytes")?;
        for (list, length) in [
            ("length of intel_statuses", self.intel_statuses.len()),
            ("length of refused_advisories", self.refused_advisories.len()),
            ("length of amd_minimums", self.amd_minimums.len()),
        ] {
            demand(length <= MAX_POLICY_ENTRIES, list, length as u128, "at most 32")?;
        }
        let longest = self.refused_advisories.iter().map(String::len).max().unwrap_or(0);
        demand(
            longest <= crate::attestation::MAX_ADVISORY_BYTES,
            "length of an advisory",
            longest as u128,
            "at most 32 bytes",
        )
    }

    /// Judges what an authentic quote says of its platform. `product` is the line of the AMD chip whose key
    /// the quote was judged with.
    ///
    /// # Errors
    /// The rule that the platform does not meet.
    pub fn judge(
        &self,
        report: &Report,
        product: Option<SnpProduct>,
    ) -> Result<(), AttestationRefusal> {
        if report.advisories_truncated {
            return Err(AttestationRefusal::AdvisoriesTruncated);
        }
        if report.advisory_ids.iter().any(|id| self.refused_advisories.contains(id)) {
            return Err(AttestationRefusal::Advisory);
        }
        match (report.platform, report.tcb_status) {
            (Platform::Sgx | Platform::Tdx, TcbStatus::Snp(_))
            | (Platform::SevSnp, TcbStatus::UpToDate) => Err(AttestationRefusal::TcbStatus),
            (Platform::SevSnp, TcbStatus::Snp(tcb)) => {
                let meets = |minimum: &AmdMinimum| {
                    product == Some(minimum.product) && tcb.at_least(&minimum.tcb)
                };
                let fits = self.amd_minimums.iter().any(meets);
                fits.then_some(()).ok_or(AttestationRefusal::TcbStatus)
            }
            (Platform::Sgx | Platform::Tdx, status) => {
                if !self.intel_statuses.contains(&status) {
                    return Err(AttestationRefusal::TcbStatus);
                }
                let evaluation = report.tcb_evaluation.unwrap_or(0);
                let fits = evaluation >= self.intel_min_evaluation;
                fits.then_some(()).ok_or(AttestationRefusal::CollateralTooOld)
            }
            (Platform::SevSnp, _) => Err(AttestationRefusal::TcbStatus),
            #[cfg(feature = "dev-attestation")]
            (Platform::Dev, status) => {
                let fits = self.intel_statuses.contains(&status);
                fits.then_some(()).ok_or(AttestationRefusal::TcbStatus)
            }
        }
    }
}

/// Whether code may run in a prover's TEE.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum MeasurementState {
    /// Yes.
    Approved,
    /// There is newer code; this one counts until then.
    Superseded {
        /// Unix seconds.
        until: u64,
    },
    /// Not any more, at once and for ever.
    Revoked,
}

/// A measurement that the market knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasurementView {
    /// Hash of the code and its configuration.
    pub measurement: Hex<32>,
    /// The kind of TEE it was measured in.
    pub platform: Platform,
    /// Whether it may run.
    pub state: MeasurementState,
}

/// Arguments of `revoke_measurement`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasurementArgs {
    /// The measurement meant.
    pub measurement: Hex<32>,
}

/// Arguments of `update_attestation`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateAttestationArgs {
    /// Borsh of [`crate::attestation::Evidence`], base64.
    pub evidence: String,
}

/// Arguments of `reverify_attestation`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReverifyAttestationArgs {
    /// Whose accepted quote is judged anew.
    pub prover_id: near_account_id::AccountId,
    /// The same quote with other collateral, as in [`UpdateAttestationArgs`].
    pub evidence: String,
}

/// Arguments of `register_vcek`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterVcekArgs {
    /// Borsh of [`crate::attestation::SnpChainArgs`], base64.
    pub chain: String,
}

/// Arguments of `platform_banned`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlatformArgs {
    /// Hash of the machine's identity.
    pub platform_id: Hex<32>,
}

/// What became of an attestation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttestationOutcome {
    /// It counts.
    Accepted {
        /// Until then, unix seconds.
        expires_at: u64,
    },
    /// It does not.
    Refused {
        /// Why.
        reason: String,
    },
    /// The verifier did not answer; nothing changed.
    Unreachable,
}

/// Why the policy refuses an authentic quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttestationRefusal {
    /// The prover left meanwhile.
    #[error("the prover is not registered any more")]
    ProverGone,
    /// The quote answers an earlier question.
    #[error("the quote is bound to a nonce that was used; attest anew with the present one")]
    NonceUsed,
    /// Memory can be read from outside.
    #[error("the TEE runs in debug mode")]
    Debug,
    /// report_data is another's.
    #[error(
        "report_data is not that of this network, market, account, statement key, X25519 key and nonce"
    )]
    NotBound,
    /// The machine is banned.
    #[error("the platform is banned")]
    PlatformBanned,
    /// Nobody approved the code.
    #[error("the measurement is not approved for this kind of TEE")]
    MeasurementUnknown,
    /// The grace period is over.
    #[error("the measurement was superseded and its grace period is over: upgrade the prover")]
    MeasurementSuperseded,
    /// The code was revoked.
    #[error("the measurement is revoked")]
    MeasurementRevoked,
    /// Firmware or configuration is too old.
    #[error("the platform's TCB status is not accepted: update its firmware")]
    TcbStatus,
    /// An advisory is open.
    #[error("a security advisory that the market refuses is open on the platform")]
    Advisory,
    /// More advisories than can be read.
    #[error("the platform has more open advisories than a verdict can carry")]
    AdvisoriesTruncated,
    /// The collateral is from before a TCB recovery.
    #[error("the collateral is older than the market accepts: fetch it anew")]
    CollateralTooOld,
    /// Its time is over.
    #[error("certificates or collateral have expired")]
    Expired,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(platform: Platform, tcb_status: TcbStatus) -> Report {
        Report {
            platform,
            platform_id: Hex([1; 32]),
            measurement: Hex([2; 32]),
            report_data: Hex([3; 64]),
            tcb_status,
            tcb_date: None,
            tcb_evaluation: Some(17),
            advisory_ids: vec!["INTEL-SA-00615".to_owned()],
            advisories_truncated: false,
            debug: false,
            expires_at: u64::MAX,
        }
    }

    fn policy() -> AttestationPolicy {
        let tcb = SnpTcb { snp: 8, microcode: 200, ..SnpTcb::default() };
        AttestationPolicy {
            intel_min_evaluation: 17,
            refused_advisories: vec!["INTEL-SA-01000".to_owned()],
            amd_minimums: vec![AmdMinimum { product: SnpProduct::Milan, tcb }],
            ..AttestationPolicy::of_network("testnet")
        }
    }

    #[test]
    fn judge_should_take_only_named_statuses() {
        let judged = |status| policy().judge(&report(Platform::Tdx, status), None);
        assert_eq!(judged(TcbStatus::UpToDate), Ok(()));
        for status in [
            TcbStatus::OutOfDate,
            TcbStatus::OutOfDateConfigurationNeeded,
            TcbStatus::ConfigurationNeeded,
            TcbStatus::ConfigurationAndSWHardeningNeeded,
            TcbStatus::SWHardeningNeeded,
            TcbStatus::TDRelaunchAdvised,
            TcbStatus::TDRelaunchAdvisedConfigurationNeeded,
            TcbStatus::Snp(SnpTcb { snp: 255, microcode: 255, ..SnpTcb::default() }),
        ] {
            assert_eq!(judged(status), Err(AttestationRefusal::TcbStatus), "{status:?}");
        }
    }

    #[test]
    fn judge_should_refuse_open_advisories_and_lists_cut_short() {
        let mut report = report(Platform::Sgx, TcbStatus::UpToDate);
        report.advisories_truncated = true;
        assert_eq!(policy().judge(&report, None), Err(AttestationRefusal::AdvisoriesTruncated));
        report.advisories_truncated = false;
        report.advisory_ids.push("INTEL-SA-01000".to_owned());
        assert_eq!(policy().judge(&report, None), Err(AttestationRefusal::Advisory));
    }

    #[test]
    fn judge_should_refuse_collateral_from_before_a_recovery() {
        let mut report = report(Platform::Sgx, TcbStatus::UpToDate);
        report.tcb_evaluation = Some(16);
        assert_eq!(policy().judge(&report, None), Err(AttestationRefusal::CollateralTooOld));
        report.tcb_evaluation = None;
        assert_eq!(policy().judge(&report, None), Err(AttestationRefusal::CollateralTooOld));
    }

    #[test]
    fn judge_should_compare_every_amd_version_with_its_own_line() {
        let judged =
            |tcb, product| policy().judge(&report(Platform::SevSnp, TcbStatus::Snp(tcb)), product);
        let enough = SnpTcb { snp: 8, microcode: 200, ..SnpTcb::default() };
        assert_eq!(judged(enough, Some(SnpProduct::Milan)), Ok(()));
        let refused = Err(AttestationRefusal::TcbStatus);
        assert_eq!(judged(enough, Some(SnpProduct::Genoa)), refused);
        assert_eq!(judged(enough, None), refused);
        assert_eq!(judged(SnpTcb { snp: 7, ..enough }, Some(SnpProduct::Milan)), refused);
        assert_eq!(judged(SnpTcb { microcode: 199, ..enough }, Some(SnpProduct::Milan)), refused);
    }

    #[test]
    fn check_should_bound_every_list() {
        let long = AttestationPolicy { refused_advisories: vec!["x".repeat(33)], ..policy() };
        assert!(long.check().is_err());
        let many = AttestationPolicy { intel_statuses: vec![TcbStatus::UpToDate; 33], ..policy() };
        assert!(many.check().is_err());
        assert_eq!(policy().check(), Ok(()));
    }
}
