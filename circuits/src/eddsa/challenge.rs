//! Reduction of the challenge modulo the subgroup order `l`.
//!
//! A field element `h` is taken as the integer in `0..r`, as circomlib's `Num2Bits_strict` does;
//! `h + r` would be another multiple of the key.

use ark_ff::PrimeField;
use ark_r1cs_std::{GR1CSVar, alloc::AllocVar, boolean::Boolean, eq::EqGadget, fields::fp::FpVar};
use ark_relations::gr1cs::SynthesisError;
use num_bigint::BigUint;

use crate::{
    babyjubjub::{SCALAR_BITS, Scalar},
    field::Fr,
    range,
};

/// `h = quotient·l + remainder`.
struct Division {
    quotient: BigUint,
    remainder: BigUint,
}

fn divide(h: &Fr) -> Division {
    let (h, l) = (BigUint::from(*h), order());
    Division { quotient: &h / &l, remainder: h % l }
}

/// The largest remainder that the gadget admits: `l` with its low 128 bits cleared, less one.
/// The low bits of this bound are ones, which makes the comparison half as long.
fn remainder_bound() -> BigUint {
    ((order() >> 128) << 128) - 1u8
}

fn order() -> BigUint {
    Scalar::MODULUS.into()
}

/// The bits of `h mod l`, least significant first: the gadget twin of the native reduction.
///
/// Proves `h = q·l + ρ` with `q < 8` and `ρ` at most [`remainder_bound`]. The right side is then
/// below `r`, so the equation holds over the integers and `ρ` is unique. The bound leaves out
/// fewer than `2^128` of the `2^250.6` remainders: a signature whose challenge falls there
/// (probability below `2^-122`) cannot be proven.
///
/// # Errors
/// Those of the constraint system.
pub(super) fn reduce_var(h: &FpVar<Fr>) -> Result<Vec<Boolean<Fr>>, SynthesisError> {
    let division = h.value().map(|h| divide(&h));
    let part = |select: fn(&Division) -> &BigUint| {
        let value = division.as_ref().map(|d| Fr::from(select(d).clone())).map_err(|e| *e);
        FpVar::new_witness(h.cs(), || value)
    };
    enforce_division(h, &part(|d| &d.quotient)?, &part(|d| &d.remainder)?)
}

fn enforce_division(
    h: &FpVar<Fr>,
    quotient: &FpVar<Fr>,
    remainder: &FpVar<Fr>,
) -> Result<Vec<Boolean<Fr>>, SynthesisError> {
    range::to_bits(quotient, 3)?;
    let bits = range::to_bits(remainder, SCALAR_BITS)?;
    range::enforce_bits_at_most(&bits, &remainder_bound())?;
    (quotient * Fr::from(order()) + remainder).enforce_equal(h)?;
    Ok(bits)
}

#[cfg(test)]
mod tests {
    use ark_relations::gr1cs::ConstraintSystem;

    use super::*;

    /// Whether `h = quotient·l + remainder` is admitted.
    fn admitted(h: Fr, quotient: &BigUint, remainder: &BigUint) -> bool {
        let cs = ConstraintSystem::new_ref();
        let witness = |value: Fr| FpVar::new_witness(cs.clone(), || Ok(value)).unwrap();
        let [h, q, rho] = [h, quotient.clone().into(), remainder.clone().into()].map(witness);
        enforce_division(&h, &q, &rho).unwrap();
        cs.is_satisfied().unwrap()
    }

    #[test]
    fn the_one_decomposition_is_admitted_and_no_other() {
        for h in [Fr::from(0u8), Fr::from(5u8), Fr::from(order()), -Fr::from(1u8) / Fr::from(3u8)] {
            let Division { quotient, remainder } = divide(&h);
            assert!(admitted(h, &quotient, &remainder));
            // One multiple of l moved from the quotient to the remainder.
            if quotient > BigUint::ZERO {
                assert!(!admitted(h, &(&quotient - 1u8), &(&remainder + order())));
            }
            assert!(!admitted(h, &(&quotient + 1u8), &remainder));
            assert!(!admitted(h, &quotient, &(&remainder + 1u8)));
        }
    }

    #[test]
    fn a_challenge_aliased_by_the_field_order_is_rejected() {
        // 5 + r has a quotient below 8 too, and its remainder differs: only the bound tells.
        let alias = BigUint::from(Fr::MODULUS) + 5u8;
        let (quotient, remainder) = (&alias / order(), &alias % order());
        assert!(quotient < BigUint::from(8u8) && remainder > remainder_bound());
        assert!(!admitted(Fr::from(5u8), &quotient, &remainder));
    }

    #[test]
    fn a_quotient_that_divides_in_the_field_alone_is_rejected() {
        // Any remainder has one.
        let (h, remainder) = (Fr::from(12_345u64), BigUint::from(5u8));
        let quotient = (h - Fr::from(remainder.clone())) / Fr::from(order());
        assert!(!admitted(h, &quotient.into(), &remainder));
    }

    #[test]
    fn the_largest_decomposition_is_below_the_field_order() {
        let largest = order() * 7u8 + remainder_bound();
        assert!(largest < BigUint::from(Fr::MODULUS));
        // Nearly all of the field is covered: what is left out is below 2^131.
        assert!(BigUint::from(Fr::MODULUS) - largest < BigUint::from(1u8) << 131);
    }
}
