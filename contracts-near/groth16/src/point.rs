//! Points between EIP-197's encoding (big-endian, G2 as `c1 | c0`) and that of NEAR's host functions
//! (little-endian, G2 as `c0 | c1`), fully checked.

use ark_bn254::{Fq, Fq2, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{BigInt, PrimeField};

use crate::PointError;

/// A G1 point as the host functions take it: `x | y`, little-endian.
pub(crate) type HostG1 = [u8; 64];
/// A G2 point as the host functions take it: `x.c0 | x.c1 | y.c0 | y.c1`, little-endian.
pub(crate) type HostG2 = [u8; 128];

/// Copies 32-byte words from `source`, each reversed, in the order of `words`.
fn reverse_words<const N: usize>(source: &[u8; N], words: &[usize]) -> [u8; N] {
    let mut out = [0; N];
    for (target, word) in out.chunks_exact_mut(32).zip(words) {
        target.copy_from_slice(&source[word * 32..(word + 1) * 32]);
        target.reverse();
    }
    out
}

/// Reads little-endian word `word` as a base field element; `None` at or above the field order.
fn coordinate(host: &[u8], word: usize) -> Option<Fq> {
    let mut limbs = [0; 4];
    for (limb, bytes) in limbs.iter_mut().zip(host[word * 32..].chunks_exact(8)) {
        *limb = bytes.iter().rev().fold(0, |limb, byte| limb << 8 | u64::from(*byte));
    }
    Fq::from_bigint(BigInt(limbs))
}

/// Turns an EIP-197 G1 point into the host's encoding, or says what is wrong with it.
pub(crate) fn g1_to_host(eip197: &[u8; 64]) -> Result<HostG1, PointError> {
    if eip197.iter().all(|byte| *byte == 0) {
        return Err(PointError::Infinity);
    }
    let host = reverse_words(eip197, &[0, 1]);
    let (Some(x), Some(y)) = (coordinate(&host, 0), coordinate(&host, 1)) else {
        return Err(PointError::NotReduced);
    };
    // G1's cofactor is 1: on the curve is in the group.
    if G1Affine::new_unchecked(x, y).is_on_curve() { Ok(host) } else { Err(PointError::NotOnCurve) }
}

/// Turns an EIP-197 G2 point into the host's encoding, or says what is wrong with it.
pub(crate) fn g2_to_host(eip197: &[u8; 128]) -> Result<HostG2, PointError> {
    if eip197.iter().all(|byte| *byte == 0) {
        return Err(PointError::Infinity);
    }
    let host = reverse_words(eip197, &G2_WORDS);
    let words = [0, 1, 2, 3].map(|word| coordinate(&host, word));
    let [Some(x0), Some(x1), Some(y0), Some(y1)] = words else {
        return Err(PointError::NotReduced);
    };
    let point = G2Affine::new_unchecked(Fq2::new(x0, x1), Fq2::new(y0, y1));
    if !point.is_on_curve() {
        Err(PointError::NotOnCurve)
    } else if !point.is_in_correct_subgroup_assuming_on_curve() {
        Err(PointError::NotInSubgroup)
    } else {
        Ok(host)
    }
}

/// Real and imaginary part change places in both coordinates; the same permutation leads back.
const G2_WORDS: [usize; 4] = [1, 0, 3, 2];

/// Back from the host's encoding to EIP-197's.
pub(crate) fn g1_to_eip197(host: &HostG1) -> [u8; 64] {
    reverse_words(host, &[0, 1])
}

/// Back from the host's encoding to EIP-197's.
pub(crate) fn g2_to_eip197(host: &HostG2) -> [u8; 128] {
    reverse_words(host, &G2_WORDS)
}

/// The generator of G2 in the host's encoding.
pub(crate) fn g2_generator() -> HostG2 {
    let generator = G2Affine::generator();
    let mut host = [0; 128];
    let coordinates = [generator.x.c0, generator.x.c1, generator.y.c0, generator.y.c1];
    for (target, coordinate) in host.chunks_exact_mut(32).zip(coordinates) {
        write_coordinate(target, coordinate);
    }
    host
}

/// `-P` for a checked, finite point: the same x, `q - y`.
pub(crate) fn negate_g1(point: &HostG1) -> HostG1 {
    let mut negated = *point;
    // A checked point's coordinate is reduced, so the default is never taken.
    let y = coordinate(point, 1).unwrap_or_default();
    write_coordinate(&mut negated[32..], -y);
    negated
}

/// Writes a base field element as 32 little-endian bytes.
fn write_coordinate(target: &mut [u8], coordinate: Fq) {
    for (bytes, limb) in target.chunks_exact_mut(8).zip(coordinate.into_bigint().0) {
        bytes.copy_from_slice(&limb.to_le_bytes());
    }
}
