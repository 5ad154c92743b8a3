//! `attestation-verifier`: judges quotes of Intel SGX, Intel TDX and AMD SEV-SNP against pinned vendor
//! roots. It keeps no state and no key, and returns its verdict as a value.
//!
//! It judges whether a quote is authentic. Whether an authentic quote is acceptable (TCB status, debug mode,
//! measurement, expiry, `report_data`) is for the caller's policy.

#[allow(missing_docs, reason = "near-sdk generates an undocumented function")]
mod api;
pub mod dcap;
#[cfg(feature = "dev-attestation")]
pub mod dev;
mod digest;
pub mod host;
mod integers;
mod refusal;
pub mod snp;
mod validity;

pub use api::AttestationVerifier;
pub use refusal::Refusal;
