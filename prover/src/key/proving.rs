//! The proving key, held with the circuit's constraints so that neither is rebuilt per proof.

use std::{fmt, path::Path};

use ark_bn254::Bn254;
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use proofrail_circuits::registry::{self, RegisteredCircuit};

use super::{
    KeyOrigin, KeyPolicy,
    error::KeyError,
    file::{self, Envelope, KeyFileKind},
    verifying::VerifyingKey,
};
use crate::constraints::Constraints;

/// A proving key that fits its circuit, with its verifying key.
#[derive(Clone)]
pub struct ProvingKey {
    verifying: VerifyingKey,
    constraints: Constraints,
    inner: ark_groth16::ProvingKey<Bn254>,
}

impl fmt::Debug for ProvingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProvingKey").field("verifying", &self.verifying).finish_non_exhaustive()
    }
}

impl ProvingKey {
    pub(crate) fn new(
        circuit: &'static dyn RegisteredCircuit,
        origin: KeyOrigin,
        inner: ark_groth16::ProvingKey<Bn254>,
        policy: KeyPolicy,
    ) -> Result<Self, KeyError> {
        let verifying = VerifyingKey::new(circuit, origin, &inner.vk, policy)?;
        let constraints = Constraints::of_circuit(circuit)?;
        check_shape(&constraints, &inner)?;
        Ok(Self { verifying, constraints, inner })
    }

    /// Reads a key file. Takes a moment: every point is checked and the circuit is synthesised.
    ///
    /// # Errors
    /// [`KeyError`] when the file is damaged, of another circuit, or refused by the policy.
    pub fn load(path: &Path, policy: KeyPolicy) -> Result<Self, KeyError> {
        Self::from_bytes(&file::read(path)?, policy)
    }

    /// Writes a key file.
    ///
    /// # Errors
    /// [`KeyError`] when the key cannot be serialized or the file not written.
    pub fn save(&self, path: &Path) -> Result<(), KeyError> {
        file::write(path, &self.to_bytes()?)
    }

    /// Reads the bytes of a key file.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn from_bytes(bytes: &[u8], policy: KeyPolicy) -> Result<Self, KeyError> {
        let envelope = Envelope::from_bytes(bytes, KeyFileKind::Proving)?;
        let circuit = registry::by_id(&envelope.circuit_id)
            .ok_or(KeyError::UnknownCircuit(envelope.circuit_id))?;
        if !policy.admits(envelope.origin) {
            return Err(KeyError::InsecureDev);
        }
        let inner = ark_groth16::ProvingKey::deserialize_uncompressed(envelope.payload)?;
        Self::new(circuit, envelope.origin, inner, policy)
    }

    /// The bytes of a key file.
    ///
    /// # Errors
    /// [`KeyError::Payload`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, KeyError> {
        let mut payload = Vec::with_capacity(self.inner.uncompressed_size());
        self.inner.serialize_uncompressed(&mut payload)?;
        let circuit_id = self.verifying.circuit_id();
        let envelope = Envelope { origin: self.verifying.origin(), circuit_id, payload: &payload };
        Ok(envelope.to_bytes(KeyFileKind::Proving))
    }

    /// The key that verifies what this one proves.
    pub const fn verifying_key(&self) -> &VerifyingKey {
        &self.verifying
    }

    /// The circuit.
    pub const fn circuit(&self) -> &'static dyn RegisteredCircuit {
        self.verifying.circuit()
    }

    /// How many constraints a proof covers.
    pub const fn constraint_count(&self) -> usize {
        self.constraints.count()
    }

    pub(crate) const fn constraints(&self) -> &Constraints {
        &self.constraints
    }

    pub(crate) const fn inner(&self) -> &ark_groth16::ProvingKey<Bn254> {
        &self.inner
    }
}

/// A key of a circuit whose constraints changed has the same id only if its version was forgotten.
fn check_shape(
    constraints: &Constraints,
    key: &ark_groth16::ProvingKey<Bn254>,
) -> Result<(), KeyError> {
    let variables = constraints.variables();
    let shape = [
        ("a_query", variables, key.a_query.len()),
        ("b_g1_query", variables, key.b_g1_query.len()),
        ("b_g2_query", variables, key.b_g2_query.len()),
        ("l_query", constraints.witnesses(), key.l_query.len()),
    ];
    match shape.into_iter().find(|(_, expected, got)| expected != got) {
        Some((query, expected, got)) => Err(KeyError::Shape { query, expected, got }),
        None => Ok(()),
    }
}
