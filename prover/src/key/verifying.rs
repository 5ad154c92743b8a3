//! The verifying key, and verification.

use std::{fmt, path::Path};

use ark_bn254::Bn254;
use ark_groth16::{Groth16, PreparedVerifyingKey, prepare_verifying_key};
use proofrail_circuits::{
    circuit::{Circuit, CircuitId},
    field::Fr,
    public_inputs::PublicInputs,
    registry::{self, RegisteredCircuit},
};

use super::{
    KeyOrigin, KeyPolicy,
    check::check,
    error::KeyError,
    file::{self, Envelope, KeyFileKind},
    vk_json::VerifyingKeyJson,
};
use crate::{
    encoding::{G1_BYTES, G2_BYTES, encode_g1, encode_g2},
    proof::{Proof, ProofFile},
};

/// A verifying key that passed every check.
#[derive(Clone)]
pub struct VerifyingKey {
    circuit: &'static dyn RegisteredCircuit,
    origin: KeyOrigin,
    prepared: PreparedVerifyingKey<Bn254>,
}

/// Why a proof is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The key belongs to another circuit.
    #[error("circuit_id: the proof is for {got}, the key for {expected}")]
    Circuit {
        /// The key's.
        expected: CircuitId,
        /// The proof's.
        got: CircuitId,
    },
    /// Another number of public inputs than the circuit has.
    #[error("public_inputs: expected {expected}, got {got}")]
    InputCount {
        /// The circuit's.
        expected: usize,
        /// As given.
        got: usize,
    },
    /// The proof does not show this statement.
    #[error("proof: it does not hold for these public inputs under this key")]
    Invalid,
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey")
            .field("circuit", &self.circuit)
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

impl VerifyingKey {
    pub(super) fn new(
        circuit: &'static dyn RegisteredCircuit,
        origin: KeyOrigin,
        key: &ark_groth16::VerifyingKey<Bn254>,
        policy: KeyPolicy,
    ) -> Result<Self, KeyError> {
        let origin = check(circuit, origin, key, policy)?;
        Ok(Self { circuit, origin, prepared: prepare_verifying_key(key) })
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// [`KeyError`] when the file is damaged, of another circuit, or refused by the policy.
    pub fn load(path: &Path, policy: KeyPolicy) -> Result<Self, KeyError> {
        Self::from_bytes(&file::read(path)?, policy)
    }

    /// Writes a key file.
    ///
    /// # Errors
    /// [`KeyError::Io`].
    pub fn save(&self, path: &Path) -> Result<(), KeyError> {
        file::write(path, &self.to_bytes())
    }

    /// Reads the bytes of a key file.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn from_bytes(bytes: &[u8], policy: KeyPolicy) -> Result<Self, KeyError> {
        let envelope = Envelope::from_bytes(bytes, KeyFileKind::Verifying)?;
        let circuit = registry::by_id(&envelope.circuit_id)
            .ok_or(KeyError::UnknownCircuit(envelope.circuit_id))?;
        let json: VerifyingKeyJson = serde_json::from_slice(envelope.payload)?;
        Self::new(circuit, envelope.origin, &json.decode()?, policy)
    }

    /// The bytes of a key file.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Strings under string keys always serialize.
        let payload = serde_json::to_vec(&self.to_json()).unwrap_or_default();
        Envelope { origin: self.origin, circuit_id: self.circuit_id(), payload: &payload }
            .to_bytes(KeyFileKind::Verifying)
    }

    /// The key as contracts take it.
    pub fn to_json(&self) -> VerifyingKeyJson {
        VerifyingKeyJson::encode(self)
    }

    /// The circuit.
    pub const fn circuit(&self) -> &'static dyn RegisteredCircuit {
        self.circuit
    }

    /// The circuit's id.
    pub fn circuit_id(&self) -> CircuitId {
        self.circuit.id()
    }

    /// Where the key comes from.
    pub const fn origin(&self) -> KeyOrigin {
        self.origin
    }

    /// Checks a proof of a circuit that is known by type.
    ///
    /// # Errors
    /// [`VerifyError`]: another circuit's key, or a proof that does not hold.
    pub fn verify<C: Circuit>(
        &self,
        inputs: &C::PublicInputs,
        proof: &Proof,
    ) -> Result<(), VerifyError> {
        self.verify_values(&proofrail_circuits::circuit::id::<C>(), &inputs.to_vec(), proof)
    }

    /// Checks a proof together with the statement that its file gives.
    ///
    /// # Errors
    /// [`VerifyError`]: another circuit's key, or a proof that does not hold.
    pub fn verify_file(&self, file: &ProofFile) -> Result<(), VerifyError> {
        self.verify_values(&file.circuit_id(), file.inputs(), file.proof())
    }

    pub(crate) fn verify_values(
        &self,
        circuit_id: &CircuitId,
        inputs: &[Fr],
        proof: &Proof,
    ) -> Result<(), VerifyError> {
        if *circuit_id != self.circuit_id() {
            return Err(VerifyError::Circuit { expected: self.circuit_id(), got: *circuit_id });
        }
        // arkworks ignores missing and surplus inputs.
        let expected = self.circuit.input_names().len();
        if inputs.len() != expected {
            return Err(VerifyError::InputCount { expected, got: inputs.len() });
        }
        match Groth16::<Bn254>::verify_proof(&self.prepared, &proof.0, inputs) {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(VerifyError::Invalid),
        }
    }

    pub(crate) const fn key(&self) -> &ark_groth16::VerifyingKey<Bn254> {
        &self.prepared.vk
    }

    /// alpha in EIP-197 words.
    pub fn alpha(&self) -> [u8; G1_BYTES] {
        encode_g1(&self.key().alpha_g1)
    }

    /// beta in EIP-197 words.
    pub fn beta(&self) -> [u8; G2_BYTES] {
        encode_g2(&self.key().beta_g2)
    }

    /// gamma in EIP-197 words.
    pub fn gamma(&self) -> [u8; G2_BYTES] {
        encode_g2(&self.key().gamma_g2)
    }

    /// delta in EIP-197 words.
    pub fn delta(&self) -> [u8; G2_BYTES] {
        encode_g2(&self.key().delta_g2)
    }

    /// The constant's point and one for each public input, in EIP-197 words.
    pub fn ic(&self) -> impl ExactSizeIterator<Item = [u8; G1_BYTES]> {
        self.key().gamma_abc_g1.iter().map(encode_g1)
    }
}
