//! The verification gadget.

use ark_ec::CurveGroup;
use ark_ff::{Field, PrimeField};
use ark_r1cs_std::{boolean::Boolean, eq::EqGadget, fields::fp::FpVar};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};
use num_bigint::BigUint;

use super::challenge::reduce_var;
use crate::{
    audit,
    babyjubjub::{Affine, PointVar, SCALAR_BITS, Scalar, fixed_base},
    field::Fr,
    poseidon, range,
};

/// A key proven to be a point of the prime subgroup other than the neutral element.
#[derive(Debug, Clone)]
pub struct PublicKeyVar {
    /// The point.
    pub point: PointVar,
}

impl PublicKeyVar {
    /// Allocates a key as coordinates and proves it usable: it is eight times a curve point, so
    /// it lies in the prime subgroup, and it is not neutral. 21 constraints.
    ///
    /// # Errors
    /// Those of the constraint system.
    pub fn new_witness(
        cs: ConstraintSystemRef<Fr>,
        coordinates: impl FnOnce() -> Result<(Fr, Fr), SynthesisError>,
    ) -> Result<Self, SynthesisError> {
        let point = PointVar::private(&cs, coordinates)?;
        let eighth = PointVar::new_witness(cs, || {
            let (x, y) = point.value()?;
            let point = Affine::new_unchecked(x, y);
            let eighth = (point * Scalar::from(8u8).inverse().unwrap_or_default()).into_affine();
            Ok((eighth.x, eighth.y))
        })?;
        enforce_usable(&point, &eighth)?;
        Ok(Self { point })
    }
}

/// `point` is eight times `eighth`, a point of the curve, and not neutral.
fn enforce_usable(point: &PointVar, eighth: &PointVar) -> Result<(), SynthesisError> {
    eighth.enforce_on_curve()?;
    eighth.double()?.double()?.double()?.enforce_equal(point)?;
    // Of the subgroup's points only the neutral element has x = 0.
    point.x.enforce_not_equal(&FpVar::Constant(Fr::from(0u8)))
}

/// A signature as the gadget takes it.
#[derive(Debug, Clone)]
pub struct SignatureVar {
    /// The nonce point.
    pub r8: PointVar,
    /// The scalar, as an integer in the field.
    pub s: FpVar<Fr>,
}

impl SignatureVar {
    /// Allocates what the prover shows as the signature, not yet constrained: the nonce point and the
    /// scalar.
    ///
    /// # Errors
    /// Those of `values` and of the constraint system.
    pub fn private(
        cs: &ConstraintSystemRef<Fr>,
        values: impl FnOnce() -> Result<((Fr, Fr), Fr), SynthesisError>,
    ) -> Result<Self, SynthesisError> {
        let values = values();
        Ok(Self {
            r8: PointVar::private(cs, || values.map(|(r8, _)| r8))?,
            s: audit::private(cs, || values.map(|(_, s)| s))?,
        })
    }
}

/// The gadget twin of [`super::PublicKey::verify`]: `R8` is on the curve, `S` is below the
/// subgroup order, and `S·B8 = R8 + h·(8·A)`.
///
/// # Errors
/// Those of the constraint system.
pub fn verify_var(
    key: &PublicKeyVar,
    message: &FpVar<Fr>,
    signature: &SignatureVar,
) -> Result<(), SynthesisError> {
    let SignatureVar { r8, s } = signature;
    let a = &key.point;
    r8.enforce_on_curve()?;
    let s_bits = scalar_bits(s)?;
    let h = poseidon::hash_var(&[
        r8.x.clone(),
        r8.y.clone(),
        a.x.clone(),
        a.y.clone(),
        message.clone(),
    ])?;
    let h_bits = reduce_var(&h)?;
    let right = a.double()?.double()?.double()?.mul_bits(&h_bits)?.add(r8)?;
    fixed_base::mul_base8(&s_bits)?.enforce_equal(&right)
}

/// The bits of a scalar below the subgroup order.
fn scalar_bits(s: &FpVar<Fr>) -> Result<Vec<Boolean<Fr>>, SynthesisError> {
    let bits = range::to_bits(s, SCALAR_BITS)?;
    let largest = BigUint::from(Scalar::MODULUS) - 1u8;
    range::enforce_bits_at_most(&bits, &largest)?;
    Ok(bits)
}

#[cfg(test)]
mod tests {
    use ark_ec::AffineRepr;
    use ark_relations::gr1cs::ConstraintSystem;

    use super::*;

    /// Whether the key that is eight times these coordinates, by the formulas of the curve, passes.
    fn eight_times_passes(x: Fr, y: Fr) -> bool {
        let cs = ConstraintSystem::new_ref();
        let eighth = PointVar::new_witness(cs.clone(), || Ok((x, y))).unwrap();
        let eight_times = eighth.double().unwrap().double().unwrap().double().unwrap().value();
        let point = PointVar::new_witness(cs.clone(), || eight_times).unwrap();
        enforce_usable(&point, &eighth).unwrap();
        cs.is_satisfied().unwrap()
    }

    #[test]
    fn a_key_should_be_eight_times_a_point_of_the_curve() {
        let base = Affine::generator();
        assert!(eight_times_passes(base.x, base.y));
        // The formulas have an answer off the curve too.
        assert!(!eight_times_passes(base.x, base.y + Fr::from(1u8)));
        assert!(!eight_times_passes(Fr::from(5u8), Fr::from(7u8)));
        // The neutral element, and a point of order two.
        assert!(!eight_times_passes(Fr::from(0u8), Fr::from(1u8)));
        assert!(!eight_times_passes(Fr::from(0u8), -Fr::from(1u8)));
    }
}
