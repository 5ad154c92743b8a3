//! The constraints of a receipt under an ECDSA signature.

use std::sync::Arc;

use ark_ff::AdditiveGroup;
use ark_r1cs_std::{eq::EqGadget, fields::fp::FpVar};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

use super::signed::{SignedEcdsaReceipt, domain};
use crate::{
    circuit::{self, Circuit, InputError},
    ecdsa::{EcdsaVar, KeyTable, Opening, verify_var},
    field::Fr,
    poseidon,
    public_inputs::{PublicInputs, public_inputs},
    receipt::{Receipt, ReceiptWitness, circuit::terms_var},
};

public_inputs! {
    /// What a verifier of a receipt under an ECDSA signature sees.
    pub struct EcdsaReceiptPublicInputs / EcdsaReceiptPublicInputsVar {
        /// Binds the proof to one settlement.
        context,
        /// What is paid, in the token's smallest unit.
        amount,
        /// The coordinator's id: its key's table and its fee rule.
        coordinator,
    }
}

/// The private values, as a prover may choose them: nothing is checked here.
#[derive(Debug, Clone)]
pub struct EcdsaReceiptWitness {
    terms: ReceiptWitness,
    table: Arc<KeyTable>,
    opening: Opening,
}

impl EcdsaReceiptWitness {
    pub(super) fn new(receipt: &Receipt, table: Arc<KeyTable>, opening: Opening) -> Self {
        Self { terms: ReceiptWitness::of_terms(receipt), table, opening }
    }

    /// What a receipt has beside context and amount; its EdDSA parts are not used.
    pub const fn terms_mut(&mut self) -> &mut ReceiptWitness {
        &mut self.terms
    }
}

/// The circuit `receipt_ecdsa`, assigned or blank.
#[derive(Debug, Clone)]
pub struct EcdsaReceiptCircuit(Option<(EcdsaReceiptPublicInputs, EcdsaReceiptWitness)>);

impl EcdsaReceiptCircuit {
    /// The circuit with values that nothing has checked. A prover uses
    /// [`SignedEcdsaReceipt::to_circuit`], which refuses what cannot be proven.
    pub const fn assigned(public: EcdsaReceiptPublicInputs, witness: EcdsaReceiptWitness) -> Self {
        Self(Some((public, witness)))
    }

    /// What it was assigned with; `None` for a blank circuit.
    pub fn into_assigned(self) -> Option<(EcdsaReceiptPublicInputs, EcdsaReceiptWitness)> {
        self.0
    }

    fn witness(&self) -> Result<&EcdsaReceiptWitness, SynthesisError> {
        self.0.as_ref().map(|(_, witness)| witness).ok_or(SynthesisError::AssignmentMissing)
    }
}

impl Circuit for EcdsaReceiptCircuit {
    const NAME: &'static str = "receipt_ecdsa";
    const VERSION: u16 = 1;
    type PublicInputs = EcdsaReceiptPublicInputs;
    type Input = SignedEcdsaReceipt;

    fn blank() -> Self {
        Self(None)
    }

    fn from_json(input: &str) -> Result<Self, InputError> {
        Ok(circuit::parse::<SignedEcdsaReceipt>(input)?.to_circuit()?)
    }

    /// An amount far above 128 bits: every amount that the constraints let through is below.
    fn impossible_inputs() -> EcdsaReceiptPublicInputs {
        let amount = -Fr::from(1u8);
        EcdsaReceiptPublicInputs { context: Fr::ZERO, amount, coordinator: Fr::ZERO }
    }

    fn public_inputs(&self) -> Option<&EcdsaReceiptPublicInputs> {
        self.0.as_ref().map(|(public, _)| public)
    }

    fn synthesize(&self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let public = EcdsaReceiptPublicInputs::allocate(&cs, self.public_inputs())?;
        let terms = terms_var(&cs, public.context, public.amount, || Ok(&self.witness()?.terms))?;
        terms.enforce_receipt()?;

        let witness = self.witness().ok();
        let signature = EcdsaVar {
            table: witness.map(|witness| witness.table.as_ref()),
            opening: witness.map(|witness| &witness.opening),
        };
        let [low, high] = verify_var(&cs, &terms.message()?, signature)?;
        poseidon::hash_var(&[FpVar::Constant(domain()), low, high, terms.fee_bps])?
            .enforce_equal(&public.coordinator)
    }
}
