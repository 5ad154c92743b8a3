//! Attestation: what a prover shows of its TEE, what the `attestation-verifier` makes of it, and what the
//! market binds a quote to. Arguments and verdicts travel as borsh.

mod binding;
#[cfg(feature = "dev-attestation")]
mod dev;
mod evidence;
mod hex_text;
mod report;
mod snp;
mod verdict;

pub use binding::{Binding, REPORT_DATA_VERSION, nonce_bytes, report_data};
#[cfg(feature = "dev-attestation")]
pub use dev::{
    DEV_DOMAIN, DEV_ROOT_PUBLIC_KEY, DevBody, DevCertificate, DevQuote, METHOD_VERIFY_DEV,
};
pub use evidence::{DcapCollateral, DcapEvidence, Evidence, MAX_EVIDENCE_BYTES};
pub use report::{
    MAX_ADVISORIES, MAX_ADVISORY_BYTES, Platform, Report, TcbStatus, bounded_advisories,
};
pub use snp::{SnpChainArgs, SnpProduct, SnpReportArgs, SnpTcb, SnpVcek};
pub use verdict::{
    MAX_REASON_BYTES, Rejection, RejectionCode, SnpChainVerdict, Verdict, truncated,
};

/// Method of the verifier: judges an Intel DCAP quote; borsh [`DcapEvidence`] to borsh [`Verdict`].
pub const METHOD_VERIFY_DCAP: &str = "verify_dcap";
/// The same with JSON arguments and JSON result, for people.
pub const METHOD_VERIFY_DCAP_JSON: &str = "verify_dcap_json";
/// Method of the verifier: judges a VCEK; borsh [`SnpChainArgs`] to borsh [`SnpChainVerdict`].
pub const METHOD_VERIFY_SNP_CHAIN: &str = "verify_snp_chain";
/// Method of the verifier: judges an SEV-SNP report; borsh [`SnpReportArgs`] to borsh [`Verdict`].
pub const METHOD_VERIFY_SNP_REPORT: &str = "verify_snp_report";
