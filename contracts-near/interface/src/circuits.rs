//! Circuits: what the market knows of each.

use near_account_id::AccountId;
use near_token::NearToken;
use serde::{Deserialize, Serialize};

use crate::Hex;

/// A Groth16 verifying key over BN254, points encoded as in EIP-197 (big-endian, G2 as `c1 | c0`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifyingKey {
    /// alpha in G1.
    pub alpha: Hex<64>,
    /// beta in G2.
    pub beta: Hex<128>,
    /// gamma in G2.
    pub gamma: Hex<128>,
    /// delta in G2.
    pub delta: Hex<128>,
    /// One G1 point for the constant and one for each public input, in their order.
    pub ic: Vec<Hex<64>>,
}

/// A circuit to be added: an argument of the timelocked change that adds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewCircuit {
    /// keccak256 of `name(input,input,...)`; the contract recomputes it.
    pub circuit_id: Hex<32>,
    /// Name and version, such as `receipt/1`.
    pub name: String,
    /// Names of the public inputs, in order.
    pub public_inputs: Vec<String>,
    /// The key that proofs are verified with.
    pub vk: VerifyingKey,
    /// Smallest fee of a job.
    pub base_fee: NearToken,
    /// Seconds that a prover has to submit the proof.
    pub deadline_s: u64,
    /// Whether only attested provers may serve it.
    pub tee: bool,
    /// Public inputs that no honest witness satisfies: a proof of them shows that the key or the circuit
    /// is broken, and stops the circuit.
    pub impossible_inputs: Vec<Hex<32>>,
}

/// Arguments of `circuit` and `stop_circuit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CircuitArgs {
    /// The circuit meant.
    pub circuit_id: Hex<32>,
}

/// Arguments of `stop_circuit_by_proof`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopByProofArgs {
    /// The circuit that is broken.
    pub circuit_id: Hex<32>,
    /// A proof of its impossible statement, as in [`crate::SubmitProofArgs`].
    pub proof: Hex<256>,
}

/// A registered circuit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CircuitView {
    /// keccak256 of name and public inputs.
    pub circuit_id: Hex<32>,
    /// Its number in the draw tree.
    pub index: u16,
    /// Name and version.
    pub name: String,
    /// Names of the public inputs, in order.
    pub public_inputs: Vec<String>,
    /// The key that proofs are verified with, as it was registered.
    pub vk: VerifyingKey,
    /// Smallest fee of a job.
    pub base_fee: NearToken,
    /// Seconds that a prover has.
    pub deadline_s: u64,
    /// Only attested provers may serve it.
    pub tee: bool,
    /// The statement that nobody should be able to prove.
    pub impossible_inputs: Vec<Hex<32>>,
    /// A tombstone: no new jobs and no proofs are taken; open jobs are refunded.
    pub stopped: bool,
}

/// Arguments of `verify_local`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyLocalArgs {
    /// The circuit proved.
    pub circuit_id: Hex<32>,
    /// The statement proved, big-endian field elements in the circuit's order.
    pub public_inputs: Vec<Hex<32>>,
    /// The proof, as in [`crate::SubmitProofArgs`].
    pub proof: Hex<256>,
}

/// The accounts behind the market.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigView {
    /// Paid what is withdrawn from the treasury.
    pub treasury_id: AccountId,
    /// The attestation verifier that the market asks.
    pub verifier_id: Option<AccountId>,
    /// Parameters in force.
    pub params: crate::Params,
    /// From staging an upgrade until it may be deployed.
    pub upgrade_delay_s: u64,
    /// No delay of changes or upgrades is ever set below this.
    pub delay_floor_s: u64,
    /// All payments are halted until then, unless it is over.
    pub payments_halted_until: u64,
}
