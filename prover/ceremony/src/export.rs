//! What contracts need of a key: a Solidity verifier, or what the prover market on NEAR registers.

mod circuit;
pub mod solidity;

pub use self::circuit::Circuit;

use ark_bn254::Bn254;
use ark_groth16::VerifyingKey;
use proofrail_formats::{points::FilePoint, zkey::Zkey};
use serde_json::{Value, json};

use crate::{check::check_verifying_key, error::CeremonyError};

/// Refuses a key that nobody contributed to or that would let false statements pass. That it came
/// about as it says is for [`crate::verify`].
///
/// # Errors
/// [`CeremonyError::NoContributions`] or [`CeremonyError::Key`].
pub fn check(key: &Zkey, vk: &VerifyingKey<Bn254>) -> Result<(), CeremonyError> {
    check_verifying_key(vk)?;
    if key.mpc_params()?.contributions.is_empty() {
        return Err(CeremonyError::NoContributions);
    }
    Ok(())
}

/// The circuit's id, name, public inputs and key, points in EIP-197 words.
///
/// # Errors
/// [`CeremonyError::Inputs`] for another number of names than the key has inputs.
pub fn near(circuit: &Circuit, vk: &VerifyingKey<Bn254>) -> Result<Value, CeremonyError> {
    circuit.check_inputs(vk)?;
    Ok(json!({
        "circuit_id": circuit.id(),
        "name": circuit.versioned_name(),
        "public_inputs": circuit.inputs(),
        "vk": {
            "alpha": words(&vk.alpha_g1),
            "beta": words(&vk.beta_g2),
            "gamma": words(&vk.gamma_g2),
            "delta": words(&vk.delta_g2),
            "ic": vk.gamma_abc_g1.iter().map(words).collect::<Vec<_>>(),
        },
    }))
}

fn words<P: FilePoint>(point: &P) -> String {
    format!("0x{}", hex::encode(point.to_uncompressed()))
}
