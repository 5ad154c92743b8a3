//! Why a ceremony does not go on, or is not what it says.

use std::{io, path::PathBuf};

use proofrail_formats::{FormatError, Section};

use crate::{check::KeyFault, transcript::TranscriptError};

/// A step of a ceremony that fails, or a key that is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CeremonyError {
    /// A file cannot be read or written, or is malformed.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The system does not give or take the bytes.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The system gives no randomness.
    #[error("the system gives no randomness: {0}")]
    Randomness(#[from] rand::rngs::SysError),
    /// The powers of tau are for smaller circuits.
    #[error(
        "the circuit needs powers of tau up to 2^{needed}, the file has 2^{got}; take a larger one"
    )]
    TooFewPowers {
        /// The circuit's power.
        needed: u32,
        /// The file's.
        got: u32,
    },
    /// The circuit is larger than the curve's scalars have roots of unity for.
    #[error("the circuit needs a domain of 2^{0} points, and setups go up to 2^27; split it")]
    TooLarge(u32),
    /// The file lacks the Lagrange bases.
    #[error("the powers of tau are not prepared: run `snarkjs powersoftau prepare phase2`")]
    NotPrepared,
    /// The bases of phase 1 do not belong to its powers of tau.
    #[error("the powers of tau's {0} is not the Lagrange basis of its powers; take another file")]
    PtauBasis(Section),
    /// A file is not the pinned one.
    #[error("{path}: its SHA-256 is {got}, not {expected}; fetch it again", path = path.display())]
    Pin {
        /// The file.
        path: PathBuf,
        /// As pinned.
        expected: String,
        /// In fact.
        got: String,
    },
    /// The output is there already.
    #[error("{0} exists; a contribution is never written over another: choose another name")]
    OutputExists(PathBuf),
    /// A contributor's or beacon's name that section 10 does not take.
    #[error("the name has {0} bytes; it takes 1 to 64 without control characters")]
    Name(usize),
    /// A beacon that no public source gives, or that is too cheap to predict.
    #[error(
        "the beacon takes 1 to 255 bytes and an exponent of 10 to 32, got {bytes} and {exponent}"
    )]
    Beacon {
        /// Length of the value.
        bytes: usize,
        /// The exponent of the number of iterations.
        exponent: u8,
    },
    /// After a beacon nobody contributes: the beacon is the last.
    #[error("the key ends with a beacon: nobody contributes after it")]
    AfterBeacon,
    /// Nobody contributed.
    #[error("nobody contributed to the key's phase 2: whoever ran phase 1 could forge proofs")]
    NoContributions,
    /// Fewer people signed than the caller demands.
    #[error("{got} distinct contributors signed, and {needed} are demanded")]
    TooFewContributors {
        /// By the caller.
        needed: usize,
        /// In the transcript.
        got: usize,
    },
    /// The key is of another circuit or phase 1.
    #[error("the key's circuit hash is not that of the circuit and the powers of tau")]
    CircuitHash,
    /// A point that must not be at infinity is.
    #[error("contribution {index}: {point} is at infinity")]
    Infinity {
        /// From 1.
        index: usize,
        /// Which point.
        point: &'static str,
    },
    /// A contribution is not bound to those before it.
    #[error("contribution {index}: it does not follow from the contributions before it")]
    Transcript {
        /// From 1.
        index: usize,
    },
    /// The contributor does not know the secret.
    #[error("contribution {index}: the proof of knowledge does not hold")]
    ProofOfKnowledge {
        /// From 1.
        index: usize,
    },
    /// delta was not multiplied by the secret.
    #[error("contribution {index}: delta was not multiplied by the secret of the proof")]
    Delta {
        /// From 1.
        index: usize,
    },
    /// The secret is not the beacon's.
    #[error("contribution {index}: the secret is not that of the beacon")]
    BeaconSecret {
        /// From 1.
        index: usize,
    },
    /// The key's delta in G1 is not the last contribution's.
    #[error("the key's delta in G1 is not that of its last contribution")]
    DeltaG1,
    /// The key's delta in G2 is another multiple than that in G1.
    #[error("the key's delta in G2 is not that in G1")]
    DeltaG2,
    /// A part of the key that phase 2 leaves alone was changed.
    #[error("the key's {0} differs from the initial key's, and phase 2 does not change it")]
    Changed(&'static str),
    /// As [`Self::Changed`], of a section.
    #[error("the key's {0} differs from the initial key's, and phase 2 does not change it")]
    ChangedSection(Section),
    /// A section is not the initial one divided by delta.
    #[error("the key's {0} is not the initial one divided by delta")]
    Ratio(Section),
    /// The key would let false statements pass.
    #[error(transparent)]
    Key(#[from] KeyFault),
    /// The signed transcript is not what it says.
    #[error(transparent)]
    Log(#[from] TranscriptError),
    /// The key is not declared the result of a ceremony.
    #[error(
        "the key is of no finished ceremony: name the transcript that ends with `finalize`, or say \
         --allow-insecure-dev where nothing has value"
    )]
    Unfinished,
    /// A name that cannot stand in source code.
    #[error("{0:?} is no name: letters, digits and underscores, a letter first, 64 at most")]
    CircuitName(String),
    /// Another number of names than the key has public inputs.
    #[error("{names} names of public inputs were given, and the key has {key}")]
    Inputs {
        /// As given.
        names: usize,
        /// In the key.
        key: usize,
    },
    /// A key file for signatures.
    #[error("{path}: {what}", path = path.display())]
    SigningKey {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        what: &'static str,
    },
}

impl CeremonyError {
    /// Whether the system failed, rather than the input.
    pub const fn is_system(&self) -> bool {
        matches!(self, Self::Io { .. } | Self::Format(FormatError::Io { .. }) | Self::Randomness(_))
    }

    /// Whether the key is refused, rather than another file or an argument.
    pub const fn is_of_key(&self) -> bool {
        matches!(
            self,
            Self::NoContributions
                | Self::TooFewContributors { .. }
                | Self::CircuitHash
                | Self::Infinity { .. }
                | Self::Transcript { .. }
                | Self::ProofOfKnowledge { .. }
                | Self::Delta { .. }
                | Self::BeaconSecret { .. }
                | Self::DeltaG1
                | Self::DeltaG2
                | Self::Changed(_)
                | Self::ChangedSection(_)
                | Self::Ratio(_)
                | Self::Key(_)
                | Self::Unfinished
        )
    }
}
