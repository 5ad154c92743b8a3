//! The constraints of a private receipt.

use ark_ff::AdditiveGroup;
use ark_r1cs_std::{eq::EqGadget, fields::fp::FpVar};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

use super::signed::{SignedPrivateReceipt, commitment_domain, message_domain};
use crate::{
    audit,
    circuit::{self, Circuit, InputError},
    eddsa::{PublicKeyVar, SignatureVar, verify_var},
    field::Fr,
    poseidon,
    public_inputs::{PublicInputs, public_inputs},
    receipt::{ReceiptWitness, circuit::terms_var, rules},
    secret::Secret,
};

public_inputs! {
    /// What a verifier of a private receipt sees.
    pub struct PrivateReceiptPublicInputs / PrivateReceiptPublicInputsVar {
        /// Binds the proof to one settlement; not zero.
        context,
        /// The commitment to amount, payer and recipient.
        commitment,
        /// The coordinator's id: its key and its fee rule.
        coordinator,
    }
}

/// The private values as field elements, as a prover may choose them: nothing is checked here.
#[derive(Debug, Clone)]
pub struct PrivateReceiptWitness {
    /// What a receipt has beside context and amount.
    pub receipt: ReceiptWitness,
    /// What is paid.
    pub amount: Fr,
    /// Who pays.
    pub payer: Fr,
    /// Who is paid.
    pub recipient: Fr,
    /// Hides amount and parties in their commitment.
    pub blinding: Secret,
}

/// The circuit `receipt_private`, assigned or blank.
#[derive(Debug, Clone)]
pub struct PrivateReceiptCircuit(Option<(PrivateReceiptPublicInputs, PrivateReceiptWitness)>);

impl PrivateReceiptCircuit {
    /// The circuit with values that nothing has checked. A prover uses
    /// [`SignedPrivateReceipt::to_circuit`], which refuses what cannot be proven.
    pub const fn assigned(
        public: PrivateReceiptPublicInputs,
        witness: PrivateReceiptWitness,
    ) -> Self {
        Self(Some((public, witness)))
    }

    fn witness(&self) -> Result<&PrivateReceiptWitness, SynthesisError> {
        self.0.as_ref().map(|(_, witness)| witness).ok_or(SynthesisError::AssignmentMissing)
    }
}

impl Circuit for PrivateReceiptCircuit {
    const NAME: &'static str = "receipt_private";
    const VERSION: u16 = 1;
    type PublicInputs = PrivateReceiptPublicInputs;
    type Input = SignedPrivateReceipt;

    fn blank() -> Self {
        Self(None)
    }

    fn from_json(input: &str) -> Result<Self, InputError> {
        Ok(circuit::parse::<SignedPrivateReceipt>(input)?.to_circuit()?)
    }

    /// Nothing satisfies the constraints for the context zero.
    fn impossible_inputs() -> PrivateReceiptPublicInputs {
        let [context, commitment, coordinator] = [Fr::ZERO; 3];
        PrivateReceiptPublicInputs { context, commitment, coordinator }
    }

    fn public_inputs(&self) -> Option<&PrivateReceiptPublicInputs> {
        self.0.as_ref().map(|(public, _)| public)
    }

    fn synthesize(&self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let public = PrivateReceiptPublicInputs::allocate(&cs, self.public_inputs())?;
        public.context.enforce_not_equal(&FpVar::Constant(Fr::ZERO))?;
        let amount = audit::private(&cs, || Ok(self.witness()?.amount))?;
        let payer = audit::private(&cs, || Ok(self.witness()?.payer))?;
        let recipient = audit::private(&cs, || Ok(self.witness()?.recipient))?;
        let blinding = audit::private(&cs, || Ok(*self.witness()?.blinding.expose()))?;
        let receipt = || Ok(&self.witness()?.receipt);
        let terms = terms_var(&cs, public.context, amount, receipt)?;
        terms.enforce_receipt()?;

        receipt_commitment_var(&terms.amount, &payer, &recipient, &blinding)?
            .enforce_equal(&public.commitment)?;
        let key = PublicKeyVar::new_witness(cs.clone(), || Ok(receipt()?.key))?;
        let signature = SignatureVar::private(&cs, || receipt().map(|w| (w.r8, w.s)))?;
        rules::coordinator_id_var(&key, &terms.fee_bps)?.enforce_equal(&public.coordinator)?;
        let [domain, context, details, units, rate, amount, reward, fee, bps] =
            terms.fields(message_domain());
        let message = poseidon::hash_var(&[
            domain, context, details, units, rate, amount, reward, fee, bps, payer, recipient,
        ])?;
        verify_var(&key, &message, &signature)
    }
}

/// The gadget twin of [`super::receipt_commitment`].
///
/// # Errors
/// Those of the constraint system.
pub fn receipt_commitment_var(
    amount: &FpVar<Fr>,
    payer: &FpVar<Fr>,
    recipient: &FpVar<Fr>,
    blinding: &FpVar<Fr>,
) -> Result<FpVar<Fr>, SynthesisError> {
    poseidon::hash_var(&[
        FpVar::Constant(commitment_domain()),
        amount.clone(),
        payer.clone(),
        recipient.clone(),
        blinding.clone(),
    ])
}
