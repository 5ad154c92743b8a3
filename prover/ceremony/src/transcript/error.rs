//! Why a record is refused.

/// A record that does not hold, or that is not of the key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TranscriptError {
    /// A line is no entry.
    #[error("transcript line {line}: {source}")]
    Json {
        /// From 1.
        line: usize,
        /// Where and why.
        source: serde_json::Error,
    },
    /// A line is longer than any entry.
    #[error("transcript line {line}: too long for an entry")]
    TooLong {
        /// From 1.
        line: usize,
    },
    /// A line has the same content in another spelling.
    #[error("transcript line {line}: not as this program writes it; fetch it again")]
    NotCanonical {
        /// From 1.
        line: usize,
    },
    /// A line does not follow from the one before.
    #[error("transcript line {line}: it does not follow from the line before it")]
    Chain {
        /// From 1.
        line: usize,
    },
    /// The record begins with something else than the initial key, or has several.
    #[error("the transcript must begin with one entry of kind init")]
    NotInit,
    /// A signature does not hold.
    #[error("transcript line {line}: the signature does not hold")]
    Signature {
        /// From 1.
        line: usize,
    },
    /// The record is of another ceremony.
    #[error("the transcript is of another ceremony: its {0} is not the key's")]
    OtherCeremony(&'static str),
    /// A contribution is recorded that the key does not have.
    #[error("transcript line {line}: the key has no such contribution {index}")]
    NoSuchContribution {
        /// From 1.
        line: usize,
        /// From 1.
        index: usize,
    },
    /// Contributions are recorded twice or not in order.
    #[error("transcript line {line}: contribution {index} is recorded before or out of order")]
    Order {
        /// From 1.
        line: usize,
        /// From 1.
        index: usize,
    },
    /// Adjacent contributions disagree on the file between them.
    #[error("transcript line {line}: its input is not the key of the line before it")]
    Input {
        /// From 1.
        line: usize,
    },
    /// The file is not the one that the last line records.
    #[error("the key's SHA-256 is {got}, and the transcript ends with {expected}")]
    Key {
        /// In the record.
        expected: String,
        /// In fact.
        got: String,
    },
    /// The record ended.
    #[error("the transcript is finalized: nothing is added to it")]
    Finalized,
}
