//! The constraints of a receipt.

use ark_r1cs_std::{alloc::AllocVar, eq::EqGadget, fields::fp::FpVar};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

use super::{
    rules::{self, TermsVar},
    signed::SignedReceipt,
    terms::Receipt,
};
use crate::{
    audit,
    circuit::{self, Circuit, InputError},
    eddsa::{PublicKeyVar, SignatureVar, verify_var},
    field::Fr,
    public_inputs::{PublicInputs, public_inputs},
};

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

impl ReceiptWitness {
    /// The values of a receipt without a key and a signature.
    pub(super) fn of_terms(receipt: &Receipt) -> Self {
        let Receipt { details, units, rate, prover_reward, coordinator_fee, fee_bps, .. } =
            *receipt;
        let zero = Fr::from(0u8);
        Self {
            details,
            units: units.into(),
            rate: rate.into(),
            prover_reward: prover_reward.into(),
            coordinator_fee: coordinator_fee.into(),
            fee_bps: fee_bps.into(),
            fee_remainder: receipt.fee_remainder().into(),
            key: (zero, zero),
            r8: (zero, zero),
            s: zero,
        }
    }
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
    type Input = SignedReceipt;

    fn blank() -> Self {
        Self(None)
    }

    fn from_json(input: &str) -> Result<Self, InputError> {
        Ok(circuit::parse::<SignedReceipt>(input)?.to_circuit()?)
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
        let terms = terms_var(&cs, public.context, public.amount, || self.witness())?;
        terms.enforce_receipt()?;

        let key = PublicKeyVar::new_witness(cs.clone(), || Ok(self.witness()?.key))?;
        let signature =
            SignatureVar::private(&cs, || self.witness().map(|witness| (witness.r8, witness.s)))?;
        rules::coordinator_id_var(&key, &terms.fee_bps)?.enforce_equal(&public.coordinator)?;
        verify_var(&key, &terms.message()?, &signature)
    }
}

impl ReceiptCircuit {
    fn witness(&self) -> Result<&ReceiptWitness, SynthesisError> {
        self.0.as_ref().map(|(_, witness)| witness).ok_or(SynthesisError::AssignmentMissing)
    }
}

/// Allocates what a receipt has beside its context and its amount.
pub(super) fn terms_var<'a>(
    cs: &ConstraintSystemRef<Fr>,
    context: FpVar<Fr>,
    amount: FpVar<Fr>,
    witness: impl Fn() -> Result<&'a ReceiptWitness, SynthesisError>,
) -> Result<TermsVar, SynthesisError> {
    let choose = |select: fn(&ReceiptWitness) -> Fr| audit::private(cs, || witness().map(select));
    Ok(TermsVar {
        context,
        details: choose(|w| w.details)?,
        units: choose(|w| w.units)?,
        rate: choose(|w| w.rate)?,
        amount,
        prover_reward: choose(|w| w.prover_reward)?,
        coordinator_fee: choose(|w| w.coordinator_fee)?,
        fee_bps: choose(|w| w.fee_bps)?,
        fee_remainder: FpVar::new_witness(cs.clone(), || Ok(witness()?.fee_remainder))?,
    })
}
