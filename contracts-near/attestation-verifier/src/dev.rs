//! Quotes under the development root. Anyone can make them; no production build has this module.

use proofrail_near_interface::Hex;
use proofrail_near_interface::attestation::{DEV_ROOT_PUBLIC_KEY, DevQuote, Platform, Report};

use crate::Refusal;
use crate::digest::platform_id;
use crate::host::Host;
use crate::validity::in_force;

/// Judges a development quote at `now`, unix seconds: root, platform certificate, quote, validity.
///
/// # Errors
/// The quote does not lead to the development root; [`Refusal`] says why.
pub fn verify<H: Host>(quote: &DevQuote, now: u64) -> Result<Report, Refusal> {
    if quote.version != 1 {
        return Err(Refusal::Unsupported("the quote's version"));
    }
    let certificate = &quote.certificate;
    let signed = |signature, message: Vec<u8>, key, what| {
        if H::p256_verify(signature, &H::sha256(&message), key) {
            Ok(())
        } else {
            Err(Refusal::Signature(what))
        }
    };
    let root = &DEV_ROOT_PUBLIC_KEY;
    signed(&certificate.signature, certificate.signed_bytes(), root, "the platform certificate")?;
    signed(&quote.signature, quote.signed_bytes(), &certificate.public_key, "the quote")?;
    in_force(certificate.not_before, certificate.expires_at, now)?;
    Ok(Report {
        platform: Platform::Dev,
        platform_id: platform_id::<H>(b"dev", &certificate.platform),
        measurement: Hex(quote.body.measurement),
        report_data: Hex(quote.body.report_data),
        tcb_status: quote.body.tcb_status,
        tcb_date: None,
        tcb_evaluation: None,
        advisory_ids: Vec::new(),
        advisories_truncated: false,
        debug: quote.body.debug,
        expires_at: certificate.expires_at,
    })
}
