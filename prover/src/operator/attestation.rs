//! Quotes of the prover's TEE, and what the market wants to see with them.

mod attestor;
mod collateral;
pub mod configfs_tsm;
#[cfg(feature = "dev-attestation")]
pub mod development;
pub mod gramine;

use std::{fmt, io, path::PathBuf};

use base64::{Engine, prelude::BASE64_STANDARD};
use proofrail_near_interface::attestation::{
    Binding, DcapEvidence, Evidence, MAX_EVIDENCE_BYTES, report_data,
};
use sha2::{Digest, Sha256};

pub use self::{
    attestor::{AttestError, Attested, Attestor},
    collateral::{CollateralError, CollateralSource},
    configfs_tsm::ConfigfsTsm,
    gramine::Gramine,
};

/// What a TEE says of itself, in the vendor's bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quote {
    /// Intel SGX or TDX; it is judged with Intel's collateral.
    Dcap(Vec<u8>),
    /// AMD SEV-SNP: the firmware's report.
    SevSnp(Vec<u8>),
    /// Under the development root.
    #[cfg(feature = "dev-attestation")]
    Dev(Vec<u8>),
}

/// Why there is no quote.
#[derive(Debug, thiserror::Error)]
pub enum QuoteError {
    /// The interface is not there.
    #[error("{path} is not there: {cure}")]
    Absent {
        /// What was looked for.
        path: PathBuf,
        /// What to do.
        cure: &'static str,
    },
    /// The interface gave an error.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The kernel's provider is of no kind that the market judges.
    #[error("the kernel's quotes come from {0:?}; the market judges tdx_guest and sev_guest")]
    Provider(String),
    /// Something else used the entry meanwhile.
    #[error("another process asked for a quote through the same entry; try again")]
    Disturbed,
    /// An empty quote, or a longer one than any.
    #[error("{path} gave {bytes} bytes, which is no quote")]
    Length {
        /// The file.
        path: PathBuf,
        /// How many.
        bytes: usize,
    },
    /// A development quote could not be encoded.
    #[cfg(feature = "dev-attestation")]
    #[error("encode a development quote: {0}")]
    Encode(io::Error),
    /// The quote does not carry the data that it was asked for.
    #[error(
        "the quote does not carry the report data that it was asked for: the interface cannot be trusted"
    )]
    OtherData,
}

/// Where quotes come from.
pub trait QuoteSource: Send + fmt::Debug {
    /// A fresh quote that carries `report_data`.
    ///
    /// # Errors
    /// [`QuoteError`].
    fn quote(&self, report_data: &[u8; 64]) -> Result<Quote, QuoteError>;
}

/// Why there is no evidence to show.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// No quote.
    #[error(transparent)]
    Quote(#[from] QuoteError),
    /// No collateral.
    #[error(transparent)]
    Collateral(#[from] CollateralError),
    /// More than the verifier reads.
    #[error("the evidence has {0} bytes; the verifier reads at most {MAX_EVIDENCE_BYTES}")]
    TooLong(usize),
    /// It could not be encoded.
    #[error("encode the evidence: {0}")]
    Encode(#[from] io::Error),
}

/// The longest quote that is read: real ones have at most 8 KiB.
const MAX_QUOTE: usize = 64 * 1024;

/// Makes a quote bound to `binding`, with what is needed to judge it; base64 of borsh, as the market takes it.
///
/// # Errors
/// [`EvidenceError`].
pub async fn evidence(
    source: &dyn QuoteSource,
    collateral: Option<&CollateralSource>,
    binding: &Binding,
) -> Result<String, EvidenceError> {
    let data = report_data(binding, |bytes| Sha256::digest(bytes).into());
    let evidence = match source.quote(&data)? {
        Quote::Dcap(quote) => {
            let collateral = collateral.ok_or(CollateralError::None)?.fetch(&quote).await?;
            Evidence::Dcap(Box::new(DcapEvidence { quote, collateral }))
        }
        Quote::SevSnp(report) => Evidence::SevSnp { report },
        #[cfg(feature = "dev-attestation")]
        Quote::Dev(quote) => Evidence::Dev { quote },
    };
    let bytes = borsh::to_vec(&evidence)?;
    if bytes.len() > MAX_EVIDENCE_BYTES {
        return Err(EvidenceError::TooLong(bytes.len()));
    }
    Ok(BASE64_STANDARD.encode(bytes))
}

/// Where report data lies in each kind of quote: a quote for other data must not be shown, and costs gas.
fn check_carries(quote: &Quote, report_data: &[u8; 64]) -> Result<(), QuoteError> {
    let (bytes, start) = match quote {
        Quote::Dcap(bytes) => (bytes, dcap_report_data(bytes)),
        // REPORT_DATA in AMD's ATTESTATION_REPORT (SEV-SNP firmware ABI, 56860).
        Quote::SevSnp(bytes) => (bytes, 0x50),
        #[cfg(feature = "dev-attestation")]
        Quote::Dev(_) => return Ok(()),
    };
    match bytes.get(start..start + 64) {
        Some(found) if found == report_data => Ok(()),
        _ => Err(QuoteError::OtherData),
    }
}

/// A header of 48 bytes, then the report's body; byte 4 begins the TEE's type (0 SGX, 0x81 TDX), and version 5
/// has 6 bytes between header and body.
fn dcap_report_data(quote: &[u8]) -> usize {
    let byte = |at: usize| quote.get(at).copied().unwrap_or(0);
    let body = if byte(0) == 5 { 54 } else { 48 };
    if byte(4) == 0x81 { body + 520 } else { body + 320 }
}

#[cfg(test)]
mod fake_kernel;
#[cfg(test)]
mod tests;
