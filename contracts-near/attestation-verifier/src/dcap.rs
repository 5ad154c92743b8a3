//! Intel SGX and TDX: DCAP quotes, judged by `dcap-qvl` under Intel's pinned root.
//!
//! `dcap-qvl` follows Intel's own library: chains, revocation lists, dates, quoting enclave, TCB levels. It
//! leaves some bytes unread that no signature covers; [`layout`] holds each of them to one allowed form.

mod claims;
mod crypto;
mod layout;

use dcap_qvl::verify::QuoteVerifier;
use dcap_qvl::{Policy, QuoteClaims, QuoteCollateralV3};
use proofrail_near_interface::attestation::{DcapCollateral, DcapEvidence, Report};

use crate::Refusal;
use crate::host::Host;
use crate::validity::in_force;

/// DER of Intel's root ("Intel SGX Root CA"), which also signs for TDX.
pub const INTEL_ROOT_DER: &[u8] = include_bytes!("../roots/intel_sgx_root.der");
/// The same as PEM, byte for byte as it ends every chain.
const INTEL_ROOT_PEM: &str = include_str!("../roots/intel_sgx_root.pem");

/// Judges a quote with its collateral at `now`, unix seconds.
///
/// # Errors
/// The quote is not authentic, or of a kind that is not judged; [`Refusal`] says which.
pub fn verify<H: Host>(evidence: DcapEvidence, now: u64) -> Result<Report, Refusal> {
    let DcapEvidence { quote, collateral } = evidence;
    layout::check(&quote, &collateral)?;
    let verifier = QuoteVerifier::<crypto::HostConfig<H>>::new_with_config(INTEL_ROOT_DER.to_vec())
        .allow_debug(true);
    let claims = verifier
        .verify_with_policy(&quote, library_collateral(collateral), now, &LeftToTheCaller)
        .map_err(|error| Refusal::Dcap(format!("{error:#}")))?;
    // The library lets some documents live one second longer than others.
    in_force(0, claims.earliest_expiration_date, now)?;
    claims::report::<H>(claims)
}

/// Acceptance is the caller's: the verifier only says what is authentic.
struct LeftToTheCaller;

impl Policy for LeftToTheCaller {
    fn validate(&self, _claims: &QuoteClaims) -> anyhow::Result<()> {
        Ok(())
    }
}

/// The library takes the PCK chain from the quote, where [`layout`] has checked it.
fn library_collateral(collateral: DcapCollateral) -> QuoteCollateralV3 {
    QuoteCollateralV3 {
        pck_crl_issuer_chain: collateral.pck_crl_issuer_chain,
        root_ca_crl: collateral.root_ca_crl,
        pck_crl: collateral.pck_crl,
        tcb_info_issuer_chain: collateral.tcb_info_issuer_chain,
        tcb_info: collateral.tcb_info,
        tcb_info_signature: collateral.tcb_info_signature,
        qe_identity_issuer_chain: collateral.qe_identity_issuer_chain,
        qe_identity: collateral.qe_identity,
        qe_identity_signature: collateral.qe_identity_signature,
        pck_certificate_chain: None,
    }
}
