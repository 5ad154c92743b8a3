//! Groth16 proofs and the file that carries one with its statement.

use std::fmt;

use ark_bn254::Bn254;
use proofrail_circuits::{
    circuit::CircuitId,
    field::{self, Fr},
    public_inputs::{PublicInputs, PublicInputsError, from_named},
    registry::{self, RegisteredCircuit},
};
use serde::{Deserialize, Serialize};

use crate::{
    encoding::{EncodingError, G1_BYTES, G2_BYTES, decode_g1, decode_g2, encode_g1, encode_g2},
    named_values::NamedValues,
};

/// Bytes of an encoded proof: A, B and C in EIP-197 words.
pub const PROOF_BYTES: usize = 2 * G1_BYTES + G2_BYTES;
/// The version of proof files that this crate writes and reads.
pub const PROOF_FILE_VERSION: u16 = 1;

/// A proof. Malleable: many proofs show one statement, so its hash identifies nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Proof(pub(crate) ark_groth16::Proof<Bn254>);

/// Why bytes are no proof.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofDecodeError {
    /// Not `0x` and 512 hex digits.
    #[error("a proof is \"0x\" and 512 hex digits")]
    Format,
    /// A point is malformed.
    #[error("proof point {point}: {source}")]
    Point {
        /// `A`, `B` or `C`.
        point: char,
        /// What is wrong with it.
        source: EncodingError,
    },
}

impl Proof {
    /// The words `A.x A.y B.x.c1 B.x.c0 B.y.c1 B.y.c0 C.x C.y`, big-endian.
    pub fn to_bytes(&self) -> [u8; PROOF_BYTES] {
        let mut bytes = [0; PROOF_BYTES];
        bytes[..64].copy_from_slice(&encode_g1(&self.0.a));
        bytes[64..192].copy_from_slice(&encode_g2(&self.0.b));
        bytes[192..].copy_from_slice(&encode_g1(&self.0.c));
        bytes
    }

    /// Reads the words, checking every point.
    ///
    /// # Errors
    /// [`ProofDecodeError::Point`] naming the point that is malformed.
    pub fn from_bytes(bytes: &[u8; PROOF_BYTES]) -> Result<Self, ProofDecodeError> {
        let at = |point| move |source| ProofDecodeError::Point { point, source };
        let [a, c] = [0, 192].map(|start| array::<G1_BYTES>(&bytes[start..]));
        let b = array::<G2_BYTES>(&bytes[64..]);
        Ok(Self(ark_groth16::Proof {
            a: decode_g1(&a).map_err(at('A'))?,
            b: decode_g2(&b).map_err(at('B'))?,
            c: decode_g1(&c).map_err(at('C'))?,
        }))
    }
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    std::array::from_fn(|i| bytes[i])
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{}", hex::encode(self.to_bytes()))
    }
}

impl std::str::FromStr for Proof {
    type Err = ProofDecodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; PROOF_BYTES];
        text.strip_prefix("0x")
            .and_then(|digits| hex::decode_to_slice(digits, &mut bytes).ok())
            .ok_or(ProofDecodeError::Format)?;
        Self::from_bytes(&bytes)
    }
}

/// A proof with the statement that it shows, as one JSON file.
#[derive(Debug, Clone)]
pub struct ProofFile {
    circuit: &'static dyn RegisteredCircuit,
    inputs: Vec<Fr>,
    proof: Proof,
}

/// Why a text is no proof file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProofFileError {
    /// The text is not the JSON of a proof file.
    #[error("proof file: {0}")]
    Json(#[from] serde_json::Error),
    /// Written by another version of this program.
    #[error(
        "version: proof file version {0} is not {PROOF_FILE_VERSION}; use the program that wrote it"
    )]
    Version(u16),
    /// No circuit of this house has the id.
    #[error("circuit_id: {0} is unknown to this program")]
    UnknownCircuit(CircuitId),
    /// The id belongs to a circuit of another name.
    #[error("circuit: {got:?} has not the given circuit_id, which is that of {expected:?}")]
    Name {
        /// The file's.
        got: String,
        /// The id's.
        expected: &'static str,
    },
    /// The public inputs are not the circuit's.
    #[error("public_inputs: {0}")]
    Inputs(#[from] PublicInputsError),
    /// The proof is malformed.
    #[error("proof: {0}")]
    Proof(#[from] ProofDecodeError),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Json {
    version: u16,
    circuit: String,
    circuit_id: CircuitId,
    public_inputs: NamedValues,
    proof: String,
}

impl ProofFile {
    pub(crate) const fn new(
        circuit: &'static dyn RegisteredCircuit,
        inputs: Vec<Fr>,
        proof: Proof,
    ) -> Self {
        Self { circuit, inputs, proof }
    }

    /// The circuit.
    pub const fn circuit(&self) -> &'static dyn RegisteredCircuit {
        self.circuit
    }

    /// The circuit's id.
    pub fn circuit_id(&self) -> CircuitId {
        self.circuit.id()
    }

    /// The public inputs, in the circuit's order.
    pub fn inputs(&self) -> &[Fr] {
        &self.inputs
    }

    /// The public inputs of a circuit that is known by type.
    ///
    /// # Errors
    /// [`PublicInputsError::Count`] when they are another circuit's.
    pub fn typed_inputs<P: PublicInputs>(&self) -> Result<P, PublicInputsError> {
        P::from_slice(&self.inputs)
    }

    /// The proof.
    pub const fn proof(&self) -> &Proof {
        &self.proof
    }

    /// The JSON text.
    pub fn to_json(&self) -> String {
        let names = self.circuit.input_names().iter().map(|name| (*name).to_owned());
        let json = Json {
            version: PROOF_FILE_VERSION,
            circuit: self.circuit.name().to_owned(),
            circuit_id: self.circuit.id(),
            public_inputs: NamedValues(names.zip(self.inputs.iter().map(field::to_hex)).collect()),
            proof: self.proof.to_string(),
        };
        // Strings and integers under string keys always serialize.
        serde_json::to_string_pretty(&json).unwrap_or_default()
    }

    /// Reads the JSON text. The points are checked; whether the proof holds is for
    /// [`VerifyingKey::verify`](crate::key::VerifyingKey::verify).
    ///
    /// # Errors
    /// [`ProofFileError`] naming the field that is wrong.
    pub fn from_json(text: &str) -> Result<Self, ProofFileError> {
        let json: Json = serde_json::from_str(text)?;
        if json.version != PROOF_FILE_VERSION {
            return Err(ProofFileError::Version(json.version));
        }
        let circuit = registry::by_id(&json.circuit_id)
            .ok_or(ProofFileError::UnknownCircuit(json.circuit_id))?;
        if circuit.name() != json.circuit {
            return Err(ProofFileError::Name { got: json.circuit, expected: circuit.name() });
        }
        let inputs = from_named(circuit.input_names(), json.public_inputs.iter())?;
        Ok(Self { circuit, inputs, proof: json.proof.parse()? })
    }
}
