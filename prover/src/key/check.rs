//! The checks that every verifying key passes before anything uses it.

use ark_bn254::{Bn254, G2Affine};
use ark_ec::AffineRepr;
use ark_groth16::VerifyingKey;
use proofrail_circuits::registry::RegisteredCircuit;

use super::{KeyOrigin, KeyPolicy, dev::ToxicWaste, error::KeyError};

/// Refuses a key that the policy does not admit or that would let false statements pass.
///
/// Two deployed verifiers lost their funds in 2026 with gamma equal to delta: phase 2 had been
/// skipped.
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
    no_point_at_infinity(vk)?;
    if vk.gamma_g2 == vk.delta_g2 {
        return Err(KeyError::GammaIsDelta);
    }
    if vk.delta_g2 == G2Affine::generator() {
        return Err(KeyError::DeltaIsGenerator);
    }
    let expected = circuit.input_names().len() + 1;
    if vk.gamma_abc_g1.len() != expected {
        return Err(KeyError::IcCount { expected, got: vk.gamma_abc_g1.len() });
    }
    Ok(origin)
}

fn no_point_at_infinity(vk: &VerifyingKey<Bn254>) -> Result<(), KeyError> {
    let fixed = [
        ("alpha", vk.alpha_g1.is_zero()),
        ("beta", vk.beta_g2.is_zero()),
        ("gamma", vk.gamma_g2.is_zero()),
        ("delta", vk.delta_g2.is_zero()),
    ];
    if let Some((name, _)) = fixed.into_iter().find(|(_, infinite)| *infinite) {
        return Err(KeyError::Infinity(name.to_owned()));
    }
    match vk.gamma_abc_g1.iter().position(AffineRepr::is_zero) {
        Some(index) => Err(KeyError::Infinity(format!("ic[{index}]"))),
        None => Ok(()),
    }
}
