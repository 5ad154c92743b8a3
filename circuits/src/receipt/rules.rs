//! The rules of a receipt in constraints, for every circuit that proves receipts.

use ark_r1cs_std::{
    eq::EqGadget,
    fields::{FieldVar, fp::FpVar},
};
use ark_relations::gr1cs::SynthesisError;

use super::{
    coordinator,
    terms::{self, BPS_DENOMINATOR, RATE_BITS},
};
use crate::{eddsa::PublicKeyVar, field::Fr, poseidon, range};

pub(crate) const UNITS_BITS: usize = 64;
pub(crate) const AMOUNT_BITS: usize = 128;

/// A receipt's fields in constraints.
#[derive(Debug, Clone)]
pub(crate) struct TermsVar {
    pub(crate) context: FpVar<Fr>,
    pub(crate) details: FpVar<Fr>,
    pub(crate) units: FpVar<Fr>,
    pub(crate) rate: FpVar<Fr>,
    pub(crate) amount: FpVar<Fr>,
    pub(crate) prover_reward: FpVar<Fr>,
    pub(crate) coordinator_fee: FpVar<Fr>,
    pub(crate) fee_bps: FpVar<Fr>,
    /// `amount × fee_bps − coordinator_fee × 10000`.
    pub(crate) fee_remainder: FpVar<Fr>,
}

impl TermsVar {
    /// All rules of a receipt.
    ///
    /// # Errors
    /// Those of the constraint system.
    pub(crate) fn enforce_receipt(&self) -> Result<(), SynthesisError> {
        self.enforce_amount_range()?;
        enforce_fee_bps(&self.fee_bps)?;
        self.enforce_rules()?;
        self.enforce_reward()
    }

    /// `amount = units × rate`, and the fee is the agreed share of it, rounded down; over the integers.
    /// The amount and the basis points must have been checked to be in range.
    ///
    /// Every factor is so small that no product or sum reaches the field order: the largest are
    /// `units × rate < 2^160` and `amount × fee_bps < 2^142`.
    ///
    /// # Errors
    /// Those of the constraint system.
    pub(crate) fn enforce_rules(&self) -> Result<(), SynthesisError> {
        let Self { units, rate, amount, coordinator_fee, fee_remainder, .. } = self;
        range::to_bits(units, UNITS_BITS)?;
        range::to_bits(rate, RATE_BITS)?;
        range::to_bits(coordinator_fee, AMOUNT_BITS)?;
        range::enforce_at_most(fee_remainder, u64::from(BPS_DENOMINATOR) - 1)?;
        units.mul_equals(rate, amount)?;
        // The remainder is below 10000, so the fee is the quotient, rounded down.
        let product = coordinator_fee * Fr::from(BPS_DENOMINATOR) + fee_remainder;
        amount.mul_equals(&self.fee_bps, &product)
    }

    /// The reward is what the fee leaves. It needs no range check: `amount − coordinator_fee` lies in
    /// `0..=amount` by the fee rule.
    ///
    /// # Errors
    /// Those of the constraint system.
    fn enforce_reward(&self) -> Result<(), SynthesisError> {
        (&self.prover_reward + &self.coordinator_fee).enforce_equal(&self.amount)
    }

    /// The amount is below `2^128`.
    ///
    /// # Errors
    /// Those of the constraint system.
    fn enforce_amount_range(&self) -> Result<(), SynthesisError> {
        range::to_bits(&self.amount, AMOUNT_BITS).map(|_| ())
    }

    /// The gadget twin of [`super::Receipt::message`].
    ///
    /// # Errors
    /// Those of the constraint system.
    pub(crate) fn message(&self) -> Result<FpVar<Fr>, SynthesisError> {
        poseidon::hash_var(&self.fields(terms::domain()))
    }

    /// A domain and the fields in the order that messages have them in.
    pub(crate) fn fields(&self, domain: Fr) -> [FpVar<Fr>; 9] {
        [
            FpVar::Constant(domain),
            self.context.clone(),
            self.details.clone(),
            self.units.clone(),
            self.rate.clone(),
            self.amount.clone(),
            self.prover_reward.clone(),
            self.coordinator_fee.clone(),
            self.fee_bps.clone(),
        ]
    }
}

/// The basis points are at most the whole.
///
/// # Errors
/// Those of the constraint system.
pub(crate) fn enforce_fee_bps(fee_bps: &FpVar<Fr>) -> Result<(), SynthesisError> {
    range::enforce_at_most(fee_bps, BPS_DENOMINATOR.into())
}

/// The gadget twin of [`super::coordinator_id`].
///
/// # Errors
/// Those of the constraint system.
pub(crate) fn coordinator_id_var(
    key: &PublicKeyVar,
    fee_bps: &FpVar<Fr>,
) -> Result<FpVar<Fr>, SynthesisError> {
    poseidon::hash_var(&[
        FpVar::Constant(coordinator::domain()),
        key.point.x.clone(),
        key.point.y.clone(),
        fee_bps.clone(),
    ])
}
