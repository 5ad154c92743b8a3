//! Field elements as the files hold them: 32 bytes, little-endian, some in Montgomery form with
//! R = 2^256, which is arkworks's own representation.

use ark_bn254::{Fq, Fr};
use ark_ff::{BigInt, PrimeField};

/// Bytes of an element of either field.
pub const FIELD_BYTES: usize = 32;

/// The prime of the base field, little-endian.
pub fn q_bytes() -> [u8; FIELD_BYTES] {
    to_le(&Fq::MODULUS)
}

/// The prime of the scalars, little-endian.
pub fn r_bytes() -> [u8; FIELD_BYTES] {
    to_le(&Fr::MODULUS)
}

/// A 256-bit integer from little-endian bytes.
pub fn from_le(bytes: &[u8; FIELD_BYTES]) -> BigInt<4> {
    let mut limbs = [0u64; 4];
    for (limb, chunk) in limbs.iter_mut().zip(bytes.as_chunks::<8>().0) {
        *limb = u64::from_le_bytes(*chunk);
    }
    BigInt(limbs)
}

/// Little-endian bytes of a 256-bit integer.
pub fn to_le(value: &BigInt<4>) -> [u8; FIELD_BYTES] {
    let mut bytes = [0; FIELD_BYTES];
    for (chunk, limb) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(value.0) {
        *chunk = limb.to_le_bytes();
    }
    bytes
}

/// A base field element from Montgomery bytes, without the check that they are below the prime.
pub fn fq_from_montgomery(bytes: &[u8; FIELD_BYTES]) -> Fq {
    Fq::new_unchecked(from_le(bytes))
}

/// The Montgomery bytes of a base field element.
pub fn fq_to_montgomery(value: &Fq) -> [u8; FIELD_BYTES] {
    to_le(&value.0)
}

/// A scalar from plain little-endian bytes; nothing where they are not below the prime.
pub fn fr_from_le(bytes: &[u8; FIELD_BYTES]) -> Option<Fr> {
    Fr::from_bigint(from_le(bytes))
}

/// The plain little-endian bytes of a scalar.
pub fn fr_to_le(value: &Fr) -> [u8; FIELD_BYTES] {
    to_le(&value.into_bigint())
}
