//! Why a key is refused.

use std::{io, path::PathBuf};

use ark_serialize::SerializationError;
use proofrail_ceremony::check::KeyFault;
use proofrail_circuits::circuit::CircuitId;

use super::file::{KEY_FILE_VERSION, KeyFileKind};
use crate::encoding::EncodingError;

/// A key or key file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The bytes do not begin as a key file does.
    #[error("not a Proofrail key file")]
    Magic,
    /// A key of the other kind.
    #[error("expected a {expected}, got a {got}")]
    Kind {
        /// What the caller reads.
        expected: KeyFileKind,
        /// What the file is.
        got: KeyFileKind,
    },
    /// Written by another version of this program.
    #[error("key file version {0} is not {KEY_FILE_VERSION}; use the program that wrote it")]
    Version(u16),
    /// The file is shorter or longer than its header says.
    #[error("the key file has {got} bytes where its header says {expected}; copy it again")]
    Length {
        /// By the header.
        expected: u64,
        /// In fact.
        got: u64,
    },
    /// The content was altered after it was written.
    #[error("the key file's checksum does not match its content; copy it again")]
    Checksum,
    /// A flag that this version does not know.
    #[error("the key file has unknown flags {0:#06x}")]
    Flags(u16),
    /// No circuit of this house has the id.
    #[error("circuit_id {0} is unknown to this program; keys belong to one version of a circuit")]
    UnknownCircuit(CircuitId),
    /// A development key where only ceremony keys are taken.
    #[error("the key is from the insecure development setup: anybody can forge proofs for it")]
    InsecureDev,
    /// The bytes of the proving key are malformed.
    #[error("proving key: {0}")]
    Payload(#[from] SerializationError),
    /// A point of the verifying key is malformed.
    #[error("verifying key {name}: {source}")]
    Point {
        /// The point's name.
        name: String,
        /// What is wrong with it.
        source: EncodingError,
    },
    /// The JSON is no verifying key.
    #[error("verifying key: {0}")]
    Json(#[from] serde_json::Error),
    /// A text is not the hex of a point.
    #[error("verifying key {name}: expected \"0x\" and {digits} hex digits")]
    Hex {
        /// The point's name.
        name: String,
        /// How many digits it has.
        digits: usize,
    },
    /// The key would let false statements pass.
    #[error(transparent)]
    Fault(#[from] KeyFault),
    /// Another number of points than the circuit has public inputs, plus one.
    #[error("verifying key ic: expected {expected} points, got {got}")]
    IcCount {
        /// Inputs plus one.
        expected: usize,
        /// In the key.
        got: usize,
    },
    /// The key was made for other constraints.
    #[error("the proving key's {query} has {got} points where the circuit needs {expected}")]
    Shape {
        /// The query of the key.
        query: &'static str,
        /// By the circuit.
        expected: usize,
        /// In the key.
        got: usize,
    },
    /// The circuit itself cannot be synthesised.
    #[error("the circuit's constraints: {0}")]
    Synthesis(#[from] ark_relations::gr1cs::SynthesisError),
}
