//! Points as EIP-197 words: big-endian coordinates, G2 as `x.c1 | x.c0 | y.c1 | y.c0`, infinity as
//! zeros. Decoding admits canonical coordinates of points in the subgroup of order `r` only.

use ark_bn254::{Fq, Fq2, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{BigInteger, PrimeField, Zero};

/// Bytes of a G1 point.
pub const G1_BYTES: usize = 64;
/// Bytes of a G2 point.
pub const G2_BYTES: usize = 128;
const WORD: usize = 32;

/// Why bytes are no point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodingError {
    /// A coordinate is not below the base field's order `q`.
    #[error("coordinate {0} is not below the BN254 base field order")]
    Coordinate(usize),
    /// The coordinates satisfy no curve equation.
    #[error("the point is not on the curve")]
    NotOnCurve,
    /// The point's order is not `r`.
    #[error("the point is outside the subgroup of order r")]
    NotInSubgroup,
}

/// The words of a G1 point.
pub fn encode_g1(point: &G1Affine) -> [u8; G1_BYTES] {
    let (x, y) = point.xy().unwrap_or((Fq::zero(), Fq::zero()));
    join([x, y])
}

/// The words of a G2 point.
pub fn encode_g2(point: &G2Affine) -> [u8; G2_BYTES] {
    let (x, y) = point.xy().unwrap_or((Fq2::zero(), Fq2::zero()));
    join([x.c1, x.c0, y.c1, y.c0])
}

/// Reads a G1 point.
///
/// # Errors
/// [`EncodingError`] naming the check that fails.
pub fn decode_g1(bytes: &[u8; G1_BYTES]) -> Result<G1Affine, EncodingError> {
    let [x, y] = split::<2>(bytes)?;
    if x.is_zero() && y.is_zero() {
        return Ok(G1Affine::identity());
    }
    let point = G1Affine::new_unchecked(x, y);
    // The cofactor of G1 is one: a point on the curve is in the group.
    if point.is_on_curve() { Ok(point) } else { Err(EncodingError::NotOnCurve) }
}

/// Reads a G2 point.
///
/// # Errors
/// [`EncodingError`] naming the check that fails.
pub fn decode_g2(bytes: &[u8; G2_BYTES]) -> Result<G2Affine, EncodingError> {
    let [x1, x0, y1, y0] = split::<4>(bytes)?;
    let (x, y) = (Fq2::new(x0, x1), Fq2::new(y0, y1));
    if x.is_zero() && y.is_zero() {
        return Ok(G2Affine::identity());
    }
    let point = G2Affine::new_unchecked(x, y);
    if !point.is_on_curve() {
        Err(EncodingError::NotOnCurve)
    } else if !point.is_in_correct_subgroup_assuming_on_curve() {
        Err(EncodingError::NotInSubgroup)
    } else {
        Ok(point)
    }
}

fn join<const N: usize, const BYTES: usize>(coordinates: [Fq; N]) -> [u8; BYTES] {
    const { assert!(N * WORD == BYTES) }
    let mut bytes = [0; BYTES];
    for (word, coordinate) in bytes.chunks_exact_mut(WORD).zip(coordinates) {
        word.copy_from_slice(&coordinate.into_bigint().to_bytes_be());
    }
    bytes
}

fn split<const N: usize>(bytes: &[u8]) -> Result<[Fq; N], EncodingError> {
    let mut coordinates = [Fq::zero(); N];
    for (index, word) in bytes.chunks_exact(WORD).enumerate() {
        let value = Fq::from_be_bytes_mod_order(word);
        if value.into_bigint().to_bytes_be() != word {
            return Err(EncodingError::Coordinate(index));
        }
        coordinates[index] = value;
    }
    Ok(coordinates)
}
