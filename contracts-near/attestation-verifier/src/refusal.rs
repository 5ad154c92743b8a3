//! Why something is not believed.

use proofrail_near_interface::attestation::{
    MAX_EVIDENCE_BYTES, Rejection, RejectionCode, SnpProduct,
};

/// Why something is not believed; becomes the [`Rejection`] that is returned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The arguments are longer than any evidence.
    #[error("arguments have {0} bytes, at most {MAX_EVIDENCE_BYTES} are read")]
    TooLong(usize),
    /// The arguments are no encoding of what the method takes.
    #[error("arguments cannot be read: {0}")]
    Arguments(String),
    /// A part cannot be read.
    #[error("{0} cannot be read")]
    Malformed(&'static str),
    /// A version or algorithm that is not judged.
    #[error("{0} is not supported")]
    Unsupported(&'static str),
    /// Bytes that no signature covers differ from their one allowed form.
    #[error("{0} is not in its one allowed form")]
    NotCanonical(&'static str),
    /// Intel's rules, as `dcap-qvl` applies them, refuse the quote.
    #[error("DCAP: {0}")]
    Dcap(String),
    /// A signature does not verify.
    #[error("the signature of {0} does not verify")]
    Signature(&'static str),
    /// A certificate has another role or issuer than its place in the chain asks for.
    #[error("{0} is not the certificate that belongs there")]
    Role(&'static str),
    /// The chip's certificate is of another processor line.
    #[error("the certificate is not of a {0:?} processor")]
    Product(SnpProduct),
    /// Now is outside the validity of a certificate or document.
    #[error("valid from {from} until {expires_at}, now is {now} (unix seconds)")]
    NotInForce {
        /// First second.
        from: u64,
        /// First second after it.
        expires_at: u64,
        /// The block's time.
        now: u64,
    },
    /// The report names another chip or firmware than the key.
    #[error("the report's {0} is not the key's")]
    Mismatch(&'static str),
}

impl Refusal {
    /// The code for programs.
    pub const fn code(&self) -> RejectionCode {
        match self {
            Self::TooLong(_) | Self::Arguments(_) | Self::Malformed(_) => RejectionCode::Malformed,
            Self::Unsupported(_) => RejectionCode::Unsupported,
            Self::NotCanonical(_) => RejectionCode::NotCanonical,
            Self::Dcap(_) | Self::Signature(_) | Self::Role(_) | Self::Product(_) => {
                RejectionCode::Untrusted
            }
            Self::NotInForce { .. } => RejectionCode::NotInForce,
            Self::Mismatch(_) => RejectionCode::Mismatch,
        }
    }
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        Self::new(refusal.code(), &refusal.to_string())
    }
}
