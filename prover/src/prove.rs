//! Proving.

use ark_bn254::Bn254;
use ark_ff::UniformRand;
use ark_groth16::Groth16;
use ark_relations::gr1cs::SynthesisError;
use ark_std::rand::rngs::OsRng;
use proofrail_circuits::{
    circuit::{CircuitId, InputError, Synthesize},
    field::Fr,
};
use zeroize::Zeroizing;

use crate::{
    constraints::{assign, untraced},
    key::{ProvingKey, VerifyError},
    proof::{Proof, ProofFile},
};

/// Why no proof was made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProveError {
    /// The input is refused before any proving.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The key belongs to another circuit.
    #[error("circuit_id: the input is for {got}, the key for {expected}")]
    Circuit {
        /// The key's.
        expected: CircuitId,
        /// The input's.
        got: CircuitId,
    },
    /// The assignment breaks a constraint: the statement is false.
    #[error("the input does not satisfy constraint {0} of the circuit")]
    Unsatisfied(usize),
    /// The circuit itself failed.
    #[error("the circuit's constraints: {0}")]
    Synthesis(#[from] SynthesisError),
    /// The proof does not verify under its own key: the key is damaged.
    #[error("the new proof does not verify, so the proving key is damaged: {0}")]
    SelfCheck(#[source] VerifyError),
}

impl ProvingKey {
    /// Proves one instance given as JSON, such as a signed receipt.
    ///
    /// # Errors
    /// [`ProveError::Input`] naming the wrong field, before any proving; otherwise as
    /// [`Self::prove`].
    pub fn prove_json(&self, input: &str) -> Result<ProofFile, ProveError> {
        self.prove(self.circuit().assign(input)?.as_ref())
    }

    /// Proves an assigned circuit. Every proof that is returned verifies.
    ///
    /// # Errors
    /// [`ProveError`]: another circuit's key, a false statement, or a damaged key.
    pub fn prove(&self, circuit: &dyn Synthesize) -> Result<ProofFile, ProveError> {
        let assignment = self.witness(circuit)?;
        let constraints = self.constraints();
        let proof = untraced(|| {
            Groth16::<Bn254>::create_proof_with_reduction_and_matrices(
                self.inner(),
                Fr::rand(&mut OsRng),
                Fr::rand(&mut OsRng),
                constraints.matrices(),
                constraints.instances(),
                constraints.count(),
                &assignment,
            )
        })?;
        let proof = Proof(proof);
        let inputs = circuit.input_values();
        self.verifying_key()
            .verify_values(&circuit.circuit_id(), &inputs, &proof)
            .map_err(ProveError::SelfCheck)?;
        Ok(ProofFile::new(self.circuit(), inputs, proof))
    }

    /// Every variable of an assigned circuit, checked against every constraint; wiped when dropped.
    ///
    /// # Errors
    /// [`ProveError`]: another circuit's key or a false statement.
    pub fn witness(&self, circuit: &dyn Synthesize) -> Result<Zeroizing<Vec<Fr>>, ProveError> {
        let (expected, got) = (self.verifying_key().circuit_id(), circuit.circuit_id());
        if got != expected {
            return Err(ProveError::Circuit { expected, got });
        }
        let assignment = assign(circuit)?;
        match self.constraints().first_unsatisfied(&assignment) {
            Some(row) => Err(ProveError::Unsatisfied(row)),
            None => Ok(assignment),
        }
    }
}
