//! Arithmetic modulo primes that are not the field's, without lookups.
//!
//! An integer below `2^256` has six limbs of 45 bits. Of a product only the six low columns are
//! computed; with the value in the field itself they pin an integer down modulo `2^270 · r`, which is
//! more than anything computed here (Chinese remainders). A sum of products is held to be a multiple of
//! the modulus once, whatever its length; so terms are added up before they are reduced.

mod form;
mod integer;

pub(crate) use self::{form::Form, integer::Integer};

/// Bits of a limb.
pub(crate) const LIMB_BITS: usize = 45;
/// Limbs of an integer.
pub(crate) const LIMBS: usize = 6;
/// Bits of half of an integer: three limbs.
pub(crate) const HALF_BITS: usize = LIMB_BITS * LIMBS / 2;
/// Integers are below two to this power.
pub(crate) const INTEGER_BITS: usize = 256;
