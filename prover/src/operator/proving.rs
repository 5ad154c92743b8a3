//! The circuits that a prover serves, and proofs for jobs of the market.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use proofrail_circuits::{field, registry};
use proofrail_near_client::NearError;
use proofrail_near_interface::{CircuitView, Hex, JobView};

use super::market::Market;
use crate::{
    key::{KeyError, KeyPolicy, ProvingKey, VerifyError},
    proof::{ProofFile, ProofFileError},
    prove::ProveError,
};

/// Why a circuit cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum CircuitError {
    /// The program has no such circuit.
    #[error("offer.circuits: {name:?} is unknown to this program; it knows {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// Its proving key cannot be used.
    #[error("proving.keys: {name}.pk: {source}")]
    Key {
        /// The circuit.
        name: String,
        /// What is wrong.
        source: KeyError,
    },
    /// The market does not know it.
    #[error(
        "offer.circuits: {name} ({id}) is not in this market: program and market are of different releases"
    )]
    NotInMarket {
        /// The circuit.
        name: String,
        /// Its id.
        id: Hex<32>,
    },
    /// The market stopped it.
    #[error("offer.circuits: {name} was stopped for good in this market: remove it")]
    Stopped {
        /// The circuit.
        name: String,
    },
    /// Another setup's key: the market would refuse every proof.
    #[error(
        "proving.keys: {name}.pk does not belong to the verifying key of this market; proofs made with \
         it would be refused and cost stake: fetch the key of the market's setup"
    )]
    OtherSetup {
        /// The circuit.
        name: String,
    },
    /// The market could not be asked.
    #[error(transparent)]
    Market(#[from] NearError),
}

/// The ids of circuits by name.
///
/// # Errors
/// [`CircuitError::Unknown`].
pub fn circuit_ids(names: &[String]) -> Result<Vec<Hex<32>>, CircuitError> {
    let known = || registry::CIRCUITS.iter().map(|c| c.name()).collect::<Vec<_>>().join(", ");
    let id = |name: &String| {
        let circuit = registry::by_name(name);
        circuit
            .map(|circuit| Hex(*circuit.id().as_bytes()))
            .ok_or_else(|| CircuitError::Unknown { name: name.clone(), known: known() })
    };
    names.iter().map(id).collect()
}

/// Proving keys by circuit id, each of them known to be the market's.
#[derive(Clone, Debug)]
pub struct Circuits(BTreeMap<Hex<32>, Arc<ProvingKey>>);

impl Circuits {
    /// Loads `<keys>/<name>.pk` for each name and compares it with the market's key.
    ///
    /// # Errors
    /// [`CircuitError`].
    pub async fn load(
        keys: &Path,
        names: &[String],
        policy: KeyPolicy,
        market: &Market,
    ) -> Result<Self, CircuitError> {
        let ids = circuit_ids(names)?;
        let mut circuits = BTreeMap::new();
        for (name, id) in names.iter().zip(ids) {
            let view = market.circuit(id).await?;
            let view = view.ok_or_else(|| CircuitError::NotInMarket { name: name.clone(), id })?;
            if view.stopped {
                return Err(CircuitError::Stopped { name: name.clone() });
            }
            tracing::info!(circuit = name, "reading the proving key");
            let key = ProvingKey::load(&keys.join(format!("{name}.pk")), policy)
                .map_err(|source| CircuitError::Key { name: name.clone(), source })?;
            if !same_key(&key, &view) {
                return Err(CircuitError::OtherSetup { name: name.clone() });
            }
            circuits.insert(id, Arc::new(key));
        }
        Ok(Self(circuits))
    }

    /// The proving key of a circuit that is served.
    pub fn get(&self, circuit_id: &Hex<32>) -> Option<&Arc<ProvingKey>> {
        self.0.get(circuit_id)
    }
}

fn same_key(key: &ProvingKey, view: &CircuitView) -> bool {
    let (key, vk) = (key.verifying_key(), &view.vk);
    Hex(*key.circuit_id().as_bytes()) == view.circuit_id
        && key.alpha() == vk.alpha.0
        && key.beta() == vk.beta.0
        && key.gamma() == vk.gamma.0
        && key.delta() == vk.delta.0
        && key.ic().eq(vk.ic.iter().map(|point| point.0))
}

/// Why there is no proof for a job.
#[derive(Debug, thiserror::Error)]
pub enum JobProofError {
    /// The input is for the job's statement and breaks the circuit: no prover could do better.
    #[error("the input cannot satisfy the statement: {0}")]
    InputInvalid(ProveError),
    /// The circuit takes no such input; perhaps another one is still delivered.
    #[error("the circuit refuses the input: {0}")]
    InputRefused(ProveError),
    /// The input proves another statement than the client paid for.
    #[error("the input is for another statement than the job's")]
    OtherStatement,
    /// The prover itself failed.
    #[error("proving failed: {0}")]
    Proving(ProveError),
    /// A proof that does not hold; it is never submitted.
    #[error("the proof does not hold for the job: {0}")]
    DoesNotHold(#[from] VerifyError),
    /// A kept proof file cannot be read.
    #[error("the kept proof: {0}")]
    File(#[from] ProofFileError),
}

/// Proves a job from its private input. The statement is compared before the work.
///
/// # Errors
/// [`JobProofError`].
pub fn prove(key: &ProvingKey, job: &JobView, input: &str) -> Result<ProofFile, JobProofError> {
    let circuit = key
        .circuit()
        .assign(input)
        .map_err(|error| JobProofError::InputRefused(ProveError::Input(error)))?;
    if !is_statement(job, &circuit.input_values()) {
        return Err(JobProofError::OtherStatement);
    }
    let proof = key.prove(circuit.as_ref()).map_err(|error| match error {
        error @ ProveError::Unsatisfied(_) => JobProofError::InputInvalid(error),
        error => JobProofError::Proving(error),
    })?;
    check(key, job, &proof)?;
    Ok(proof)
}

impl JobProofError {
    /// The input is to blame, not the prover.
    pub const fn blames_input(&self) -> bool {
        matches!(self, Self::InputInvalid(_) | Self::InputRefused(_) | Self::OtherStatement)
    }
}

/// Checks that a proof shows the job's statement.
///
/// # Errors
/// [`JobProofError::OtherStatement`], [`JobProofError::DoesNotHold`].
pub fn check(key: &ProvingKey, job: &JobView, proof: &ProofFile) -> Result<(), JobProofError> {
    if !is_statement(job, proof.inputs()) {
        return Err(JobProofError::OtherStatement);
    }
    Ok(key.verifying_key().verify_file(proof)?)
}

fn is_statement(job: &JobView, inputs: &[field::Fr]) -> bool {
    let given = job.public_inputs.iter().map(|input| input.0);
    given.eq(inputs.iter().map(field::to_be_bytes))
}
