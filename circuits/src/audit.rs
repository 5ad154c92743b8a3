//! What a circuit declares about itself while it is synthesised: the witness variables that the prover
//! chooses, and the range checks it makes. The under-constraint harness holds the circuit to it.

use std::{cell::RefCell, ops::Range};

use ark_r1cs_std::{alloc::AllocVar, boolean::Boolean, fields::fp::FpVar};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError, Variable};
use num_bigint::BigUint;

use crate::field::Fr;

/// What was declared, in the order of synthesis.
#[derive(Debug, Clone, Default)]
pub struct Audit {
    /// The variables that the prover chooses. Every other witness variable follows from these and the
    /// public inputs.
    pub private: Vec<Variable>,
    /// The range checks. Several on the same bits hold together.
    pub ranges: Vec<RangeCheck>,
}

/// One range check: the integer of `bits` is at most `bound`.
#[derive(Debug, Clone)]
pub struct RangeCheck {
    /// The bits, least significant first.
    pub bits: Vec<Variable>,
    /// The largest integer that is let through.
    pub bound: BigUint,
    /// What the bits are the integer of.
    pub of: Checked,
    /// The constraints that the check consists of, by index.
    pub rows: Range<usize>,
}

/// What a range check is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// A field element: one of the constraints sums the bits up to it.
    Element,
    /// The bits themselves, which may be more than the field holds.
    Bits,
}

thread_local! {
    static AUDIT: RefCell<Option<Audit>> = const { RefCell::new(None) };
}

/// What is declared on this thread while `synthesis` runs, beside its result. Not re-entrant: an inner
/// call takes what the outer one has collected.
pub fn audited<T>(synthesis: impl FnOnce() -> T) -> (T, Audit) {
    AUDIT.set(Some(Audit::default()));
    let result = synthesis();
    (result, AUDIT.take().unwrap_or_default())
}

fn note(declare: impl FnOnce(&mut Audit)) {
    AUDIT.with_borrow_mut(|audit| audit.as_mut().map(declare));
}

/// Allocates a witness variable that the prover chooses.
///
/// # Errors
/// Those of `value` and of the constraint system.
pub(crate) fn private(
    cs: &ConstraintSystemRef<Fr>,
    value: impl FnOnce() -> Result<Fr, SynthesisError>,
) -> Result<FpVar<Fr>, SynthesisError> {
    let allocated = FpVar::new_witness(cs.clone(), value)?;
    if let FpVar::Var(variable) = &allocated {
        note(|audit| audit.private.push(variable.variable));
    }
    Ok(allocated)
}

/// Declares the range check that `rows` make up. Bits that are part of the circuit declare nothing.
pub(crate) fn range_check(
    bits: &[Boolean<Fr>],
    of: Checked,
    bound: impl FnOnce() -> BigUint,
    rows: Range<usize>,
) {
    let variables = || bits.iter().map(Boolean::variable).collect();
    if bits.iter().all(|bit| matches!(bit, Boolean::Var(_))) {
        note(|audit| audit.ranges.push(RangeCheck { bits: variables(), bound: bound(), of, rows }));
    }
}
