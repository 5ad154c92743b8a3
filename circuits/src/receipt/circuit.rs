//! The constraints of a receipt.

use ark_r1cs_std::{
    alloc::AllocVar,
    eq::EqGadget,
    fields::{FieldVar, fp::FpVar},
};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

use super::{
    coordinator,
    signed::SignedReceipt,
    terms::{self, BPS_DENOMINATOR, RATE_BITS},
};
use crate::{
    babyjubjub::PointVar,
    circuit::{Circuit, InputError},
    eddsa::{PublicKeyVar, SignatureVar, verify_var},
    field::Fr,
    poseidon,
    public_inputs::{PublicInputs, public_inputs},
    range,
};

const UNITS_BITS: usize = 64;
const AMOUNT_BITS: usize = 128;

public_inputs! {
    /// What a verifier of a receipt sees.
    pub struct ReceiptPublicInputs / ReceiptPublicInputsVar {
        /// Binds the proof to one settlement.
        context,
        /// What is paid, in the token's smallest unit.
        amount,
        /// The coordinator's id: its key and its fee rule.
        coordinator,
    }
}

/// The private values as field elements, as a prover may choose them: nothing is checked here.
#[derive(Debug, Clone, Copy)]
pub struct ReceiptWitness {
    /// Digest of the job's details.
    pub details: Fr,
    /// Units of work.
    pub units: Fr,
    /// Price of a unit.
    pub rate: Fr,
    /// The prover's part.
    pub prover_reward: Fr,
    /// The coordinator's part.
    pub coordinator_fee: Fr,
    /// The agreed basis points.
    pub fee_bps: Fr,
    /// `amount × fee_bps − coordinator_fee × 10000`.
    pub fee_remainder: Fr,
    /// The coordinator's key.
    pub key: (Fr, Fr),
    /// The signature's nonce point.
    pub r8: (Fr, Fr),
    /// The signature's scalar, as an integer.
    pub s: Fr,
}

/// The circuit `receipt`, assigned or blank.
#[derive(Debug, Clone)]
pub struct ReceiptCircuit(Option<(ReceiptPublicInputs, ReceiptWitness)>);

impl ReceiptCircuit {
    /// The circuit with values that nothing has checked. A prover uses
    /// [`SignedReceipt::to_circuit`], which refuses what cannot be proven.
    pub const fn assigned(public: ReceiptPublicInputs, witness: ReceiptWitness) -> Self {
        Self(Some((public, witness)))
    }
}

impl Circuit for ReceiptCircuit {
    const NAME: &'static str = "receipt";
    const VERSION: u16 = 1;
    type PublicInputs = ReceiptPublicInputs;

    fn blank() -> Self {
        Self(None)
    }

    fn from_json(input: &str) -> Result<Self, InputError> {
        Ok(serde_json::from_str::<SignedReceipt>(input)?.to_circuit()?)
    }

    /// An amount far above 128 bits: every amount that the constraints let through is below.
    fn impossible_inputs() -> ReceiptPublicInputs {
        let amount = -Fr::from(1u8);
        ReceiptPublicInputs { context: Fr::from(0u8), amount, coordinator: Fr::from(0u8) }
    }

    fn public_inputs(&self) -> Option<&ReceiptPublicInputs> {
        self.0.as_ref().map(|(public, _)| public)
    }

    fn synthesize(&self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let public = ReceiptPublicInputs::allocate(&cs, self.public_inputs())?;
        let private = self.allocate_private(&cs)?;
        enforce_ranges(&public, &private)?;
        enforce_amounts(&public, &private)?;

        let key = PublicKeyVar::new_witness(cs.clone(), || Ok(self.witness()?.key))?;
        let signature = SignatureVar {
            r8: PointVar::new_witness(cs.clone(), || Ok(self.witness()?.r8))?,
            s: FpVar::new_witness(cs, || Ok(self.witness()?.s))?,
        };
        enforce_coordinator(&public, &private, &key)?;
        verify_var(&key, &message(&public, &private)?, &signature)
    }
}

impl ReceiptCircuit {
    fn witness(&self) -> Result<&ReceiptWitness, SynthesisError> {
        self.0.as_ref().map(|(_, witness)| witness).ok_or(SynthesisError::AssignmentMissing)
    }

    fn allocate_private(&self, cs: &ConstraintSystemRef<Fr>) -> Result<Private, SynthesisError> {
        let allocate = |select: fn(&ReceiptWitness) -> Fr| {
            FpVar::new_witness(cs.clone(), || self.witness().map(select))
        };
        Ok(Private {
            details: allocate(|w| w.details)?,
            units: allocate(|w| w.units)?,
            rate: allocate(|w| w.rate)?,
            prover_reward: allocate(|w| w.prover_reward)?,
            coordinator_fee: allocate(|w| w.coordinator_fee)?,
            fee_bps: allocate(|w| w.fee_bps)?,
            fee_remainder: allocate(|w| w.fee_remainder)?,
        })
    }
}

struct Private {
    details: FpVar<Fr>,
    units: FpVar<Fr>,
    rate: FpVar<Fr>,
    prover_reward: FpVar<Fr>,
    coordinator_fee: FpVar<Fr>,
    fee_bps: FpVar<Fr>,
    fee_remainder: FpVar<Fr>,
}

/// Every factor is so small that no product or sum of [`enforce_amounts`] reaches the field
/// order: the largest are `units × rate < 2^160` and `amount × fee_bps < 2^142`. The reward needs
/// no check of its own: `amount − coordinator_fee` lies in `0..=amount` by the fee rule.
fn enforce_ranges(
    public: &ReceiptPublicInputsVar,
    private: &Private,
) -> Result<(), SynthesisError> {
    range::to_bits(&private.units, UNITS_BITS)?;
    range::to_bits(&private.rate, RATE_BITS)?;
    range::to_bits(&public.amount, AMOUNT_BITS)?;
    range::to_bits(&private.coordinator_fee, AMOUNT_BITS)?;
    range::enforce_at_most(&private.fee_bps, BPS_DENOMINATOR.into())?;
    range::enforce_at_most(&private.fee_remainder, u64::from(BPS_DENOMINATOR) - 1)
}

fn enforce_amounts(
    public: &ReceiptPublicInputsVar,
    private: &Private,
) -> Result<(), SynthesisError> {
    let amount = &public.amount;
    private.units.mul_equals(&private.rate, amount)?;
    (&private.prover_reward + &private.coordinator_fee).enforce_equal(amount)?;
    // The remainder is below 10000, so the fee is the quotient, rounded down.
    let product = &private.coordinator_fee * Fr::from(BPS_DENOMINATOR) + &private.fee_remainder;
    amount.mul_equals(&private.fee_bps, &product)
}

/// The public coordinator id is that of this key under these basis points.
fn enforce_coordinator(
    public: &ReceiptPublicInputsVar,
    private: &Private,
    key: &PublicKeyVar,
) -> Result<(), SynthesisError> {
    let id = poseidon::hash_var(&[
        FpVar::Constant(coordinator::domain()),
        key.point.x.clone(),
        key.point.y.clone(),
        private.fee_bps.clone(),
    ])?;
    id.enforce_equal(&public.coordinator)
}

/// The gadget twin of [`super::Receipt::message`].
fn message(
    public: &ReceiptPublicInputsVar,
    private: &Private,
) -> Result<FpVar<Fr>, SynthesisError> {
    poseidon::hash_var(&[
        FpVar::Constant(terms::domain()),
        public.context.clone(),
        private.details.clone(),
        private.units.clone(),
        private.rate.clone(),
        public.amount.clone(),
        private.prover_reward.clone(),
        private.coordinator_fee.clone(),
        private.fee_bps.clone(),
    ])
}
