//! The verification equation (Groth, <https://eprint.iacr.org/2016/260>, §3.2).

use crate::point::{HostG1, HostG2, negate_g1};
use crate::{Proof, Scalar, VerifyingKey, WrongInputCount};

/// NEAR's host functions for BN254, as a capability: the contract gives the host's own, a host-side
/// test gives another implementation.
pub trait AltBn128 {
    /// Sum of `scalar * point` over 96-byte elements `G1 | scalar`.
    fn g1_multiexp(&self, elements: &[u8]) -> [u8; 64];
    /// Whether the product of the pairings of 192-byte elements `G1 | G2` is one.
    fn pairing_check(&self, elements: &[u8]) -> bool;
}

/// What the pairing check says of a well-formed proof.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The proof holds for the inputs.
    Valid,
    /// It does not.
    Invalid,
}

/// Checks `e(-A, B) * e(alpha, beta) * e(ic(inputs), gamma) * e(C, delta) = 1`.
///
/// # Errors
/// [`WrongInputCount`] when the key takes another number of inputs.
pub fn verify(
    host: &impl AltBn128,
    key: &VerifyingKey,
    proof: &Proof,
    inputs: &[Scalar],
) -> Result<Verdict, WrongInputCount> {
    if inputs.len() != key.public_inputs() {
        return Err(WrongInputCount { expected: key.public_inputs(), got: inputs.len() });
    }
    let inputs_point = host.g1_multiexp(&multiexp_elements(key, inputs));
    let elements = pairing_elements([
        (&negate_g1(&proof.a), &proof.b),
        (&key.alpha, &key.beta),
        (&inputs_point, &key.gamma),
        (&proof.c, &key.delta),
    ]);
    Ok(if host.pairing_check(&elements) { Verdict::Valid } else { Verdict::Invalid })
}

fn multiexp_elements(key: &VerifyingKey, inputs: &[Scalar]) -> Vec<u8> {
    let scalars = core::iter::once(&Scalar::ONE).chain(inputs);
    let mut elements = Vec::with_capacity(key.ic.len() * 96);
    for (point, scalar) in key.ic.iter().zip(scalars) {
        elements.extend_from_slice(point);
        elements.extend_from_slice(scalar.as_host());
    }
    elements
}

fn pairing_elements(pairs: [(&HostG1, &HostG2); 4]) -> Vec<u8> {
    let mut elements = Vec::with_capacity(pairs.len() * 192);
    for (g1, g2) in pairs {
        elements.extend_from_slice(g1);
        elements.extend_from_slice(g2);
    }
    elements
}
