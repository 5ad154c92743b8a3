//! The constraints of a batch.

use ark_ff::{AdditiveGroup, Field};
use ark_r1cs_std::{alloc::AllocVar, eq::EqGadget, fields::fp::FpVar};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

use super::batch::{SignedReceiptBatch, domain};
use crate::{
    audit,
    circuit::{self, Circuit, InputError},
    eddsa::{PublicKeyVar, SignatureVar, verify_var},
    field::Fr,
    merkle::root_of_leaves_var,
    poseidon,
    public_inputs::{PublicInputs, public_inputs},
    range,
    receipt::{
        Receipt,
        rules::{self, AMOUNT_BITS, TermsVar},
    },
};

/// The receipts of a batch; a power of two.
pub const BATCH_SIZE: usize = 64;

public_inputs! {
    /// What a verifier of a batch sees.
    pub struct ReceiptBatchPublicInputs / ReceiptBatchPublicInputsVar {
        /// Binds the proof to one settlement.
        context,
        /// The Merkle root over the receipts.
        root,
        /// What the receipts come to, in the token's smallest unit.
        total,
        /// The coordinator's id: its key and its fee rule.
        coordinator,
    }
}

/// One receipt's private values as field elements, unchecked.
#[derive(Debug, Clone, Copy)]
pub struct BatchReceiptWitness {
    /// The receipt's own context.
    pub context: Fr,
    /// Digest of the job's details.
    pub details: Fr,
    /// Units of work.
    pub units: Fr,
    /// Price of a unit.
    pub rate: Fr,
    /// The coordinator's part.
    pub coordinator_fee: Fr,
    /// `amount × fee_bps − coordinator_fee × 10000`.
    pub fee_remainder: Fr,
}

impl BatchReceiptWitness {
    /// The values of a receipt.
    pub fn of(receipt: &Receipt) -> Self {
        Self {
            context: receipt.context,
            details: receipt.details,
            units: receipt.units.into(),
            rate: receipt.rate.into(),
            coordinator_fee: receipt.coordinator_fee.into(),
            fee_remainder: receipt.fee_remainder().into(),
        }
    }
}

/// The private values of a batch as field elements, as a prover may choose them: nothing is checked here.
#[derive(Debug, Clone)]
pub struct ReceiptBatchWitness {
    /// As many receipts as a batch has places.
    pub receipts: Vec<BatchReceiptWitness>,
    /// The agreed basis points of all receipts.
    pub fee_bps: Fr,
    /// The coordinator's key.
    pub key: (Fr, Fr),
    /// The signature's nonce point.
    pub r8: (Fr, Fr),
    /// The signature's scalar, as an integer.
    pub s: Fr,
}

/// The circuit `receipt_batch`, assigned or blank.
#[derive(Debug, Clone)]
pub struct ReceiptBatchCircuit(Option<(ReceiptBatchPublicInputs, ReceiptBatchWitness)>);

impl ReceiptBatchCircuit {
    /// The circuit with values that nothing has checked. A prover uses
    /// [`SignedReceiptBatch::to_circuit`], which refuses what cannot be proven.
    pub const fn assigned(public: ReceiptBatchPublicInputs, witness: ReceiptBatchWitness) -> Self {
        Self(Some((public, witness)))
    }

    fn witness(&self) -> Result<&ReceiptBatchWitness, SynthesisError> {
        self.0.as_ref().map(|(_, witness)| witness).ok_or(SynthesisError::AssignmentMissing)
    }

    fn receipt(&self, index: usize) -> Result<&BatchReceiptWitness, SynthesisError> {
        self.witness()?.receipts.get(index).ok_or(SynthesisError::Unsatisfiable)
    }

    /// The receipt at `index`, under rules that hold once its amount is known to be in range.
    fn receipt_var(
        &self,
        cs: &ConstraintSystemRef<Fr>,
        index: usize,
        fee_bps: &FpVar<Fr>,
    ) -> Result<TermsVar, SynthesisError> {
        let choose = |select: fn(&BatchReceiptWitness) -> Fr| {
            audit::private(cs, || self.receipt(index).map(select))
        };
        let hint = |select: fn(&BatchReceiptWitness) -> Fr| {
            FpVar::new_witness(cs.clone(), || self.receipt(index).map(select))
        };
        let (context, details) = (choose(|w| w.context)?, choose(|w| w.details)?);
        let (units, rate) = (choose(|w| w.units)?, choose(|w| w.rate)?);
        let amount = hint(|w| w.units * w.rate)?;
        let coordinator_fee = hint(|w| w.coordinator_fee)?;
        let terms = TermsVar {
            context,
            details,
            units,
            rate,
            prover_reward: &amount - &coordinator_fee,
            amount,
            coordinator_fee,
            fee_bps: fee_bps.clone(),
            fee_remainder: hint(|w| w.fee_remainder)?,
        };
        terms.enforce_rules()?;
        Ok(terms)
    }
}

impl Circuit for ReceiptBatchCircuit {
    const NAME: &'static str = "receipt_batch";
    const VERSION: u16 = 1;
    type PublicInputs = ReceiptBatchPublicInputs;
    type Input = SignedReceiptBatch;

    fn blank() -> Self {
        Self(None)
    }

    fn from_json(input: &str) -> Result<Self, InputError> {
        Ok(circuit::parse::<SignedReceiptBatch>(input)?.to_circuit()?)
    }

    /// A total far above 128 bits: every total that the constraints let through is below.
    fn impossible_inputs() -> ReceiptBatchPublicInputs {
        let [context, root, coordinator] = [Fr::ZERO; 3];
        ReceiptBatchPublicInputs { context, root, total: -Fr::ONE, coordinator }
    }

    fn public_inputs(&self) -> Option<&ReceiptBatchPublicInputs> {
        self.0.as_ref().map(|(public, _)| public)
    }

    fn synthesize(&self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let public = ReceiptBatchPublicInputs::allocate(&cs, self.public_inputs())?;
        let fee_bps = audit::private(&cs, || Ok(self.witness()?.fee_bps))?;
        rules::enforce_fee_bps(&fee_bps)?;
        let receipts = (0..BATCH_SIZE)
            .map(|index| self.receipt_var(&cs, index, &fee_bps))
            .collect::<Result<Vec<_>, _>>()?;

        // Units below 2^64 and rates below 2^96 keep the sum of 64 amounts far from the field order. So
        // it is the total over the integers, and no amount exceeds a total below 2^128.
        range::to_bits(&public.total, AMOUNT_BITS)?;
        let total: FpVar<Fr> = receipts.iter().map(|receipt| receipt.amount.clone()).sum();
        total.enforce_equal(&public.total)?;
        let leaves =
            receipts.iter().map(TermsVar::message).collect::<Result<Vec<_>, SynthesisError>>()?;
        root_of_leaves_var(&leaves)?.enforce_equal(&public.root)?;

        let key = PublicKeyVar::new_witness(cs.clone(), || Ok(self.witness()?.key))?;
        let signature = SignatureVar::private(&cs, || self.witness().map(|w| (w.r8, w.s)))?;
        rules::coordinator_id_var(&key, &fee_bps)?.enforce_equal(&public.coordinator)?;
        let message =
            poseidon::hash_var(&[FpVar::Constant(domain()), public.context, public.root])?;
        verify_var(&key, &message, &signature)
    }
}
