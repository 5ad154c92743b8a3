//! The checks that every verifying key passes before anything uses it.

use ark_bn254::Bn254;
use ark_groth16::VerifyingKey;
use proofrail_ceremony::check::check_verifying_key;
use proofrail_circuits::registry::RegisteredCircuit;

use super::{KeyOrigin, KeyPolicy, dev::ToxicWaste, error::KeyError};

/// Refuses a key that the policy does not admit or that would let false statements pass.
pub(super) fn check(
    circuit: &dyn RegisteredCircuit,
    origin: KeyOrigin,
    vk: &VerifyingKey<Bn254>,
    policy: KeyPolicy,
) -> Result<KeyOrigin, KeyError> {
    let origin = if ToxicWaste::of_circuit(&circuit.id()).is_in(vk) {
        KeyOrigin::InsecureDev
    } else {
        origin
    };
    if !policy.admits(origin) {
        return Err(KeyError::InsecureDev);
    }
    check_verifying_key(vk)?;
    let expected = circuit.input_names().len() + 1;
    if vk.gamma_abc_g1.len() != expected {
        return Err(KeyError::IcCount { expected, got: vk.gamma_abc_g1.len() });
    }
    Ok(origin)
}
