//! The curve's configuration for arkworks. `ark-ed-on-bn254` holds the isomorphic curve with
//! `a = 1`, whose coordinates other tools would not recognise.

#![allow(unexpected_cfgs, reason = "arkworks' derive asks for its own feature `asm`")]

use ark_ec::{
    CurveConfig,
    models::twisted_edwards::{self, MontCurveConfig, TECurveConfig},
};
use ark_ff::{Fp256, MontBackend, MontConfig, MontFp};

use crate::field::Fr;

/// Montgomery parameters of the scalar field.
#[derive(Debug, MontConfig)]
#[modulus = "2736030358979909402780800718157159386076813972158567259200215660948447373041"]
#[generator = "31"]
pub struct ScalarConfig;
/// A scalar: an integer modulo the order `l` of the prime subgroup.
pub type Scalar = Fp256<MontBackend<ScalarConfig, 4>>;

/// The curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BabyJubjub;
/// A point in affine coordinates. Points read from outside must be checked to be on the curve.
pub type Affine = twisted_edwards::Affine<BabyJubjub>;
/// A point in extended coordinates.
pub type Projective = twisted_edwards::Projective<BabyJubjub>;

impl CurveConfig for BabyJubjub {
    type BaseField = Fr;
    type ScalarField = Scalar;

    const COFACTOR: &'static [u64] = &[8];
    const COFACTOR_INV: Scalar =
        MontFp!("2394026564107420727433200628387514462817212225638746351800188703329891451411");
}

/// `a` is a square and `d` is none, so the addition law has no exception on curve points.
impl TECurveConfig for BabyJubjub {
    const COEFF_A: Fr = MontFp!("168700");
    const COEFF_D: Fr = MontFp!("168696");
    /// circomlib's `Base8`, a generator of the prime subgroup.
    const GENERATOR: Affine = Affine::new_unchecked(
        MontFp!("5299619240641551281634865583518297030282874472190772894086521144482721001553"),
        MontFp!("16950150798460657717958625567821834550301663161624707787222815936182638968203"),
    );

    type MontCurveConfig = Self;
}

impl MontCurveConfig for BabyJubjub {
    const COEFF_A: Fr = MontFp!("168698");
    const COEFF_B: Fr = MontFp!("1");

    type TECurveConfig = Self;
}

#[cfg(test)]
mod tests {
    #![allow(unexpected_cfgs, reason = "arkworks' derive asks for its own feature `asm`")]

    use ark_ec::{AffineRepr, CurveGroup};
    use ark_ff::{Field, LegendreSymbol, PrimeField};

    use super::*;

    #[test]
    fn parameters_are_consistent() {
        let base = Affine::generator();
        assert!(base.is_on_curve());
        assert!(base.is_in_correct_subgroup_assuming_on_curve());
        assert_eq!(BabyJubjub::COFACTOR_INV * Scalar::from(8u8), Scalar::from(1u8));
        assert_eq!(
            <BabyJubjub as TECurveConfig>::COEFF_A.legendre(),
            LegendreSymbol::QuadraticResidue
        );
        assert_eq!(BabyJubjub::COEFF_D.legendre(), LegendreSymbol::QuadraticNonResidue);
        assert!(base.mul_bigint(Scalar::MODULUS).into_affine().is_zero());
    }
}
