//! Points and numbers in JSON.

use std::path::Path;

use ark_bn254::{Fq, Fq2, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{AdditiveGroup, Field, PrimeField};
use num_bigint::BigUint;

use crate::{error::FormatError, points::FilePoint};

/// A point of G1: x, y, z.
pub(super) type G1Json = [String; 3];
/// A number of the quadratic extension: real part, imaginary part.
pub(super) type Fq2Json = [String; 2];
/// A point of G2: x, y, z.
pub(super) type G2Json = [Fq2Json; 3];

/// A member of the JSON that is not what the format demands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {what}")]
pub struct JsonFault {
    /// The member, such as `vk_alpha_1`.
    pub field: String,
    /// What is wrong with it.
    pub what: String,
}

impl JsonFault {
    pub(super) fn new(field: impl Into<String>, what: impl Into<String>) -> Self {
        Self { field: field.into(), what: what.into() }
    }

    /// The same fault, of a file.
    pub fn of_file(self, path: &Path) -> FormatError {
        FormatError::Field { path: path.to_owned(), field: self.field, what: self.what }
    }
}

/// A number below the field's prime, in decimal without a sign.
pub(super) fn number<F: PrimeField>(field: &str, text: &str) -> Result<F, JsonFault> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let value = digits.then(|| BigUint::parse_bytes(text.as_bytes(), 10)).flatten();
    let value = value.ok_or_else(|| JsonFault::new(field, "expected a decimal number"))?;
    let below = value < F::MODULUS.into();
    if below {
        Ok(F::from(value))
    } else {
        Err(JsonFault::new(field, "not below the field's prime"))
    }
}

fn extension(field: &str, [c0, c1]: &Fq2Json) -> Result<Fq2, JsonFault> {
    Ok(Fq2::new(number(field, c0)?, number(field, c1)?))
}

fn point<F: Field, P: FilePoint>(
    field: &str,
    z: F,
    affine: impl FnOnce() -> P,
) -> Result<P, JsonFault> {
    if z == F::ZERO {
        return Ok(P::zero());
    }
    if z != F::ONE {
        return Err(JsonFault::new(field, "z must be 1, or 0 for the point at infinity"));
    }
    let point = affine();
    point.check_group().map_err(|fault| JsonFault::new(field, fault.to_string()))?;
    Ok(point)
}

pub(super) fn decode_g1(field: &str, [x, y, z]: &G1Json) -> Result<G1Affine, JsonFault> {
    let (x, y): (Fq, Fq) = (number(field, x)?, number(field, y)?);
    point(field, number::<Fq>(field, z)?, || G1Affine::new_unchecked(x, y))
}

pub(super) fn decode_g2(field: &str, [x, y, z]: &G2Json) -> Result<G2Affine, JsonFault> {
    let (x, y) = (extension(field, x)?, extension(field, y)?);
    point(field, extension(field, z)?, || G2Affine::new_unchecked(x, y))
}

pub(super) fn encode_fq2(value: &Fq2) -> Fq2Json {
    [value.c0.to_string(), value.c1.to_string()]
}

pub(super) fn encode_g1(point: &G1Affine) -> G1Json {
    let (x, y, z) = match point.xy() {
        Some((x, y)) => (x, y, Fq::ONE),
        None => (Fq::ZERO, Fq::ONE, Fq::ZERO),
    };
    [x, y, z].map(|value| value.to_string())
}

pub(super) fn encode_g2(point: &G2Affine) -> G2Json {
    let (x, y, z) = match point.xy() {
        Some((x, y)) => (x, y, Fq2::ONE),
        None => (Fq2::ZERO, Fq2::ONE, Fq2::ZERO),
    };
    [x, y, z].map(|value| encode_fq2(&value))
}
