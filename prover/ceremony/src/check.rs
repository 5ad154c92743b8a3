//! The checks that every verifying key passes before anything uses it.

use ark_bn254::{Bn254, G2Affine};
use ark_ec::AffineRepr;
use ark_groth16::VerifyingKey;

/// A key that would let false statements pass.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFault {
    /// A point at infinity drops out of the verification equation.
    #[error("verifying key {0}: the point is at infinity")]
    Infinity(String),
    /// With gamma equal to delta, proofs of any statement can be made from one.
    #[error("verifying key: gamma equals delta, so any statement can be proven; run phase 2")]
    GammaIsDelta,
    /// Delta has its initial value.
    #[error("verifying key: delta is the generator, so nobody contributed to phase 2")]
    DeltaIsGenerator,
}

/// Refuses a key that would let false statements pass.
///
/// Two deployed verifiers lost their funds in 2026 with gamma equal to delta: phase 2 had been
/// skipped. That gamma is the generator is sound: BGM17 sets it so.
///
/// # Errors
/// [`KeyFault`].
pub fn check_verifying_key(vk: &VerifyingKey<Bn254>) -> Result<(), KeyFault> {
    no_point_at_infinity(vk)?;
    if vk.gamma_g2 == vk.delta_g2 {
        return Err(KeyFault::GammaIsDelta);
    }
    if vk.delta_g2 == G2Affine::generator() {
        return Err(KeyFault::DeltaIsGenerator);
    }
    Ok(())
}

fn no_point_at_infinity(vk: &VerifyingKey<Bn254>) -> Result<(), KeyFault> {
    let fixed = [
        ("alpha", vk.alpha_g1.is_zero()),
        ("beta", vk.beta_g2.is_zero()),
        ("gamma", vk.gamma_g2.is_zero()),
        ("delta", vk.delta_g2.is_zero()),
    ];
    if let Some((name, _)) = fixed.into_iter().find(|(_, infinite)| *infinite) {
        return Err(KeyFault::Infinity(name.to_owned()));
    }
    match vk.gamma_abc_g1.iter().position(AffineRepr::is_zero) {
        Some(index) => Err(KeyFault::Infinity(format!("ic[{index}]"))),
        None => Ok(()),
    }
}
