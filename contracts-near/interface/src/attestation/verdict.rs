//! Verdicts are values: a caller can tell "rejected" from "unreachable or out of gas".

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use super::{Report, SnpVcek};

/// Longest reason in bytes.
pub const MAX_REASON_BYTES: usize = 200;

/// What the verifier returns for a quote.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The quote is authentic; whether it is acceptable is the caller's policy.
    Verified(Report),
    /// The quote is worth nothing.
    Rejected(Rejection),
}

/// What the verifier returns for a VCEK.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SnpChainVerdict {
    /// The chip's key, certified by AMD.
    Verified(SnpVcek),
    /// The chain is worth nothing.
    Rejected(Rejection),
}

/// Why something was rejected.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
pub struct Rejection {
    /// For programs.
    pub code: RejectionCode,
    /// For people, at most [`MAX_REASON_BYTES`] bytes.
    pub reason: String,
}

/// Kinds of rejection.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum RejectionCode {
    /// The bytes cannot be read as what they should be.
    Malformed,
    /// A version, algorithm or kind of key that the verifier does not judge.
    Unsupported,
    /// Bytes that no signature covers are not in their one allowed form.
    NotCanonical,
    /// A signature, hash or chain does not lead to the vendor's pinned root, or something on it is revoked
    /// or out of its time.
    Untrusted,
    /// Now is outside the validity of a certificate or document.
    NotInForce,
    /// The report is of another chip or firmware than the key.
    Mismatch,
}

impl Rejection {
    /// A rejection whose reason is cut to its bound.
    pub fn new(code: RejectionCode, reason: &str) -> Self {
        Self { code, reason: truncated(reason).to_owned() }
    }
}

/// The longest prefix of `text` within [`MAX_REASON_BYTES`].
pub fn truncated(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_REASON_BYTES)]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn rejection_should_bound_its_reason(text in ".{0,400}") {
            let rejection = Rejection::new(RejectionCode::Malformed, &text);
            prop_assert!(rejection.reason.len() <= MAX_REASON_BYTES);
            prop_assert!(text.starts_with(&rejection.reason));
            prop_assert!(text.len() > MAX_REASON_BYTES - 4 || rejection.reason == text);
        }
    }
}
