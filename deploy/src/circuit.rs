//! What the chains must know of a circuit: the market its verifying key, the router its verifier.

use proofrail_circuits::{circuit::Circuit, field, receipt::ReceiptCircuit, registry};
use proofrail_near_interface::{Hex, NewCircuit, VerifyingKey as MarketKey};
use proofrail_prover::{
    key::{KeyError, VerifyingKey},
    setup::setup_dev,
    solidity,
};

use crate::near::NearToken;

/// What a proof of the circuit costs at least.
const BASE_FEE: NearToken = NearToken::from_millinear(100);
/// Seconds that a drawn prover has.
const DEADLINE_S: u64 = 600;

/// Why a circuit cannot be deployed.
#[derive(Debug, thiserror::Error)]
pub enum CircuitError {
    /// The circuit is not in the registry.
    #[error("no circuit is named {0}")]
    Unknown(&'static str),
    /// Its development keys could not be made.
    #[error("cannot make the development keys of the circuit: {0}")]
    Setup(#[from] KeyError),
    /// Its verifying key has another encoding than the market's.
    #[error("the market cannot read the circuit's verifying key: {0}")]
    Encoding(#[from] serde_json::Error),
}

/// A circuit ready to be deployed.
#[derive(Clone, Debug)]
pub struct CircuitDeployment {
    registration: NewCircuit,
    verifier: String,
    batch_verifier: String,
}

impl CircuitDeployment {
    /// The deployment of the circuit that `key` verifies.
    ///
    /// # Errors
    /// [`CircuitError::Encoding`].
    pub fn of(key: &VerifyingKey) -> Result<Self, CircuitError> {
        let circuit = key.circuit();
        let vk: MarketKey = serde_json::from_value(serde_json::to_value(key.to_json())?)?;
        let registration = NewCircuit {
            circuit_id: Hex(*circuit.id().as_bytes()),
            name: format!("{}/{}", circuit.name(), circuit.version()),
            public_inputs: circuit.input_names().iter().map(|&name| name.to_owned()).collect(),
            vk,
            base_fee: BASE_FEE,
            deadline_s: DEADLINE_S,
            tee: false,
            impossible_inputs: circuit
                .impossible_inputs()
                .iter()
                .map(|input| Hex(field::to_be_bytes(input)))
                .collect(),
        };
        let verifier = solidity::verifier(key).name;
        Ok(Self { registration, verifier, batch_verifier: solidity::batch_verifier(key).name })
    }

    /// The circuit `receipt` with the keys of the insecure development setup.
    ///
    /// # Errors
    /// [`CircuitError`].
    pub fn development_receipt() -> Result<Self, CircuitError> {
        let name = ReceiptCircuit::NAME;
        let circuit = registry::by_name(name).ok_or(CircuitError::Unknown(name))?;
        Self::of(setup_dev(circuit)?.verifying_key())
    }

    /// What the market registers.
    #[must_use]
    pub const fn registration(&self) -> &NewCircuit {
        &self.registration
    }

    /// The name of the generated Solidity verifier.
    #[must_use]
    pub fn verifier(&self) -> &str {
        &self.verifier
    }

    /// The name of the generated Solidity verifier of many proofs at once.
    #[must_use]
    pub fn batch_verifier(&self) -> &str {
        &self.batch_verifier
    }
}
