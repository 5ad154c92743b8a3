//! Holds every byte that no signature covers to one allowed form, so that two encodings of a quote cannot
//! both pass:
//! - lengths and kinds in the quote's signature part (Intel's "DCAP ECDSA quote", appendix A): each part fills
//!   its place, and only zeros may follow the last one;
//! - PEM text: 64 columns, line feeds, nothing before, between or behind the certificates;
//! - certificates that the library never reads: the root at each chain's end must be the pinned one, and the
//!   revocation list's issuer chain must be the quote's own.

use proofrail_near_interface::attestation::DcapCollateral;

use super::INTEL_ROOT_PEM;
use crate::Refusal;

/// Header of a quote, bytes.
const HEADER: usize = 48;
/// The enclave report, of an enclave and of the quoting enclave, bytes.
const ENCLAVE_REPORT: usize = 384;
/// The TD report of TDX 1.0, bytes.
const TD_REPORT_10: usize = 584;
/// A quote's ECDSA signature or public key, bytes.
const SIGNATURE: usize = 64;
/// Certification data: a PEM chain of PCK certificates.
const PCK_CHAIN: u16 = 5;
/// Certification data: the quoting enclave's report with certification data of its own.
const QE_REPORT: u16 = 6;

pub(super) fn check(quote: &[u8], collateral: &DcapCollateral) -> Result<(), Refusal> {
    let pck_chain = pck_chain(quote)?;
    let intermediate = canonical_chain(pck_chain, 2).ok_or(chain("the PCK certificate chain"))?;
    if collateral.pck_crl_issuer_chain != intermediate {
        return Err(chain("the issuer chain of the PCK revocation list"));
    }
    if let Some(repeated) = &collateral.pck_certificate_chain
        && without_terminator(repeated) != pck_chain
    {
        return Err(chain("the collateral's PCK certificate chain"));
    }
    let (tcb, qe) = (&collateral.tcb_info_issuer_chain, &collateral.qe_identity_issuer_chain);
    canonical_chain(tcb, 1).ok_or(chain("the issuer chain of the TCB info"))?;
    if qe != tcb {
        canonical_chain(qe, 1).ok_or(chain("the issuer chain of the QE identity"))?;
    }
    for signature in [&collateral.tcb_info_signature, &collateral.qe_identity_signature] {
        if signature.len() != SIGNATURE {
            return Err(Refusal::Malformed("a signature of the collateral"));
        }
    }
    Ok(())
}

const fn chain(what: &'static str) -> Refusal {
    Refusal::NotCanonical(what)
}

/// The text of the PCK chain, once every length and padding around it is right.
fn pck_chain(quote: &[u8]) -> Result<&str, Refusal> {
    let mut quote = Bytes(quote);
    let header = Bytes(quote.take(HEADER)?).u16()?;
    let body = match header {
        3 => ENCLAVE_REPORT,
        4 => TD_REPORT_10,
        5 => {
            quote.u16()?;
            quote.u32()?
        }
        _ => return Err(Refusal::Unsupported("the quote's version")),
    };
    quote.take(body)?;
    let mut signed = Bytes(quote.sized()?);
    quote.zeros()?;
    signed.take(2 * SIGNATURE)?;
    if header == 3 {
        return certified(&mut signed);
    }
    if signed.u16()? != QE_REPORT {
        return Err(Refusal::Unsupported("the kind of certification data"));
    }
    let mut inner = Bytes(signed.sized()?);
    signed.end()?;
    certified(&mut inner)
}

/// Quoting enclave's report, signature, authentication data and certification data.
fn certified<'a>(bytes: &mut Bytes<'a>) -> Result<&'a str, Refusal> {
    bytes.take(ENCLAVE_REPORT + SIGNATURE)?;
    let authentication = bytes.u16()?;
    bytes.take(authentication.into())?;
    if bytes.u16()? != PCK_CHAIN {
        return Err(Refusal::Unsupported("certification data without a PCK chain"));
    }
    let text = bytes.sized()?;
    bytes.end()?;
    let text = core::str::from_utf8(text).map_err(|_| Refusal::Malformed("the PCK chain"))?;
    Ok(without_terminator(text))
}

/// Quoting libraries end the text like a C string.
fn without_terminator(text: &str) -> &str {
    text.strip_suffix('\0').unwrap_or(text)
}

/// Checks that `text` is `count` certificates and the pinned root; returns it without the first.
fn canonical_chain(text: &str, count: usize) -> Option<&str> {
    let before_root = text.strip_suffix(INTEL_ROOT_PEM)?;
    let certificates = pem::parse_many(before_root).ok()?;
    let config = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
    let encoded: Vec<String> =
        certificates.iter().map(|certificate| pem::encode_config(certificate, config)).collect();
    let right = certificates.len() == count
        && certificates.iter().all(|certificate| certificate.tag() == "CERTIFICATE")
        && encoded.concat() == before_root;
    if right { text.get(encoded.first()?.len()..) } else { None }
}

/// What is left to read of a part.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Refusal> {
        let (head, rest) =
            self.0.split_at_checked(count).ok_or(Refusal::Malformed("the quote (too short)"))?;
        self.0 = rest;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Refusal> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    fn u16(&mut self) -> Result<u16, Refusal> {
        self.array().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Result<usize, Refusal> {
        let number = self.array().map(u32::from_le_bytes)?;
        usize::try_from(number).map_err(|_| Refusal::Malformed("a length in the quote"))
    }

    /// A part behind its length.
    fn sized(&mut self) -> Result<&'a [u8], Refusal> {
        let length = self.u32()?;
        self.take(length)
    }

    /// The part is read to its end.
    const fn end(&self) -> Result<(), Refusal> {
        if self.0.is_empty() { Ok(()) } else { Err(Refusal::NotCanonical("a length in the quote")) }
    }

    /// Padding: guests hand out buffers that are longer than the quote.
    fn zeros(&self) -> Result<(), Refusal> {
        if self.0.iter().all(|byte| *byte == 0) {
            Ok(())
        } else {
            Err(Refusal::NotCanonical("the padding of the quote"))
        }
    }
}
