//! secp256k1 (SEC 2, §2.4.1): `y² = x³ + 7`, the curve of Ethereum's keys.

#![allow(unexpected_cfgs, reason = "arkworks' derive asks for its own feature `asm`")]

use ark_ec::{
    CurveConfig,
    short_weierstrass::{self, SWCurveConfig},
};
use ark_ff::{AdditiveGroup, Field, Fp256, MontBackend, MontConfig, MontFp};

/// Montgomery parameters of the base field.
#[derive(Debug, MontConfig)]
#[modulus = "115792089237316195423570985008687907853269984665640564039457584007908834671663"]
#[generator = "3"]
pub struct BaseConfig;
/// A coordinate.
pub type Base = Fp256<MontBackend<BaseConfig, 4>>;

/// Montgomery parameters of the scalar field.
#[derive(Debug, MontConfig)]
#[modulus = "115792089237316195423570985008687907852837564279074904382605163141518161494337"]
#[generator = "7"]
pub struct ScalarConfig;
/// A scalar: an integer modulo the group's order `n`.
pub type Scalar = Fp256<MontBackend<ScalarConfig, 4>>;

/// The curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Secp256k1;
/// A point in affine coordinates. Points read from outside must be checked to be on the curve.
pub type Affine = short_weierstrass::Affine<Secp256k1>;
/// A point in Jacobian coordinates.
pub type Projective = short_weierstrass::Projective<Secp256k1>;

impl CurveConfig for Secp256k1 {
    type BaseField = Base;
    type ScalarField = Scalar;

    const COFACTOR: &'static [u64] = &[1];
    const COFACTOR_INV: Scalar = Scalar::ONE;
}

impl SWCurveConfig for Secp256k1 {
    type ZeroFlag = bool;

    const COEFF_A: Base = Base::ZERO;
    const COEFF_B: Base = MontFp!("7");
    const GENERATOR: Affine = Affine::new_unchecked(
        MontFp!("55066263022277343669578718895168534326250603453777594175500187360389116729240"),
        MontFp!("32670510020758816978083085130507043184471273380659243275938904335757337482424"),
    );
}
