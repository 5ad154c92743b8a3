//! The constraints of a transfer.

use ark_ff::{AdditiveGroup, Field};
use ark_r1cs_std::{
    eq::EqGadget,
    fields::{FieldVar, fp::FpVar},
};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

use super::{
    note::{note_domain, nullifier_domain, owner_domain},
    transfer::Transfer,
};
use crate::{
    audit,
    circuit::{self, Circuit, InputError},
    field::Fr,
    merkle::{Path, PathVar},
    poseidon,
    public_inputs::{PublicInputs, public_inputs},
    range,
    receipt::receipt_commitment_var,
    secret::Secret,
};

/// The pool has room for `2^24` notes.
pub const POOL_DEPTH: usize = 24;
const VALUE_BITS: usize = 128;

public_inputs! {
    /// What a verifier of a transfer sees.
    pub struct ShieldedPublicInputs / ShieldedPublicInputsVar {
        /// The root of the pool's tree.
        root,
        /// Marks the first note as spent.
        nullifier_0,
        /// Marks the second note as spent.
        nullifier_1,
        /// The commitment of the first note made.
        note_0,
        /// The commitment of the second note made.
        note_1,
        /// What leaves the pool less what enters it: `withdrawal + fee − deposit`, modulo the order.
        outflow,
        /// What the proof is shown for; not zero.
        context,
        /// The commitment of the receipt that is paid; zero for none.
        receipt,
    }
}

/// A spent note's private values, unchecked.
#[derive(Debug, Clone)]
pub struct SpendWitness {
    /// What the note is worth.
    pub value: Fr,
    /// The owner's secret.
    pub secret: Secret,
    /// The note's blinding.
    pub blinding: Secret,
    /// The way from the note to the root.
    pub path: Path,
}

/// The private values, as a prover may choose them: nothing is checked here.
#[derive(Debug, Clone)]
pub struct ShieldedWitness {
    /// The notes that are spent.
    pub spends: [SpendWitness; 2],
    /// What the notes made are worth.
    pub values: [Fr; 2],
    /// Whose the notes made are.
    pub owners: [Fr; 2],
    /// The blindings of the notes made.
    pub blindings: [Secret; 2],
    /// The blinding of the receipt's commitment; any where no receipt is paid.
    pub receipt_blinding: Secret,
}

/// The circuit `shielded`, assigned or blank.
#[derive(Debug, Clone)]
pub struct ShieldedCircuit(Option<Box<(ShieldedPublicInputs, ShieldedWitness)>>);

impl ShieldedCircuit {
    /// The circuit with values that nothing has checked. A prover uses [`Transfer::to_circuit`], which
    /// refuses what cannot be proven.
    pub fn assigned(public: ShieldedPublicInputs, witness: ShieldedWitness) -> Self {
        Self(Some(Box::new((public, witness))))
    }

    fn witness(&self) -> Result<&ShieldedWitness, SynthesisError> {
        self.0.as_ref().map(|assigned| &assigned.1).ok_or(SynthesisError::AssignmentMissing)
    }

    /// Spends the note at `place`: its value, its owner, and its nullifier.
    fn spend(
        &self,
        cs: &ConstraintSystemRef<Fr>,
        place: usize,
        root: &FpVar<Fr>,
    ) -> Result<Spent, SynthesisError> {
        let witness = || Ok(&self.witness()?.spends[place]);
        let value = audit::private(cs, || Ok(witness()?.value))?;
        let secret = audit::private(cs, || Ok(*witness()?.secret.expose()))?;
        let blinding = audit::private(cs, || Ok(*witness()?.blinding.expose()))?;
        let path = PathVar::private(cs, POOL_DEPTH, || Ok(&witness()?.path))?;

        range::to_bits(&value, VALUE_BITS)?;
        let owner = poseidon::hash_var(&[FpVar::Constant(owner_domain()), secret.clone()])?;
        let commitment = note_commitment(&value, &owner, &blinding)?;
        // A note that is worth something is in the tree.
        (path.root(&commitment)? - root).mul_equals(&value, &FpVar::zero())?;
        let nullifier = poseidon::hash_var(&[
            FpVar::Constant(nullifier_domain()),
            secret,
            commitment,
            path.index().clone(),
        ])?;
        Ok(Spent { value, owner, nullifier })
    }

    /// Makes the note at `place`: its value, its owner, and its commitment.
    fn make(&self, cs: &ConstraintSystemRef<Fr>, place: usize) -> Result<Made, SynthesisError> {
        let value = audit::private(cs, || Ok(self.witness()?.values[place]))?;
        let owner = audit::private(cs, || Ok(self.witness()?.owners[place]))?;
        let blinding = audit::private(cs, || Ok(*self.witness()?.blindings[place].expose()))?;
        range::to_bits(&value, VALUE_BITS)?;
        let commitment = note_commitment(&value, &owner, &blinding)?;
        Ok(Made { value, owner, commitment })
    }
}

struct Spent {
    value: FpVar<Fr>,
    owner: FpVar<Fr>,
    nullifier: FpVar<Fr>,
}

struct Made {
    value: FpVar<Fr>,
    owner: FpVar<Fr>,
    commitment: FpVar<Fr>,
}

impl Circuit for ShieldedCircuit {
    const NAME: &'static str = "shielded";
    const VERSION: u16 = 1;
    type PublicInputs = ShieldedPublicInputs;
    type Input = Transfer;

    fn blank() -> Self {
        Self(None)
    }

    fn from_json(input: &str) -> Result<Self, InputError> {
        Ok(circuit::parse::<Transfer>(input)?.to_circuit()?)
    }

    /// Two notes are below `2^129`, so no transfer moves `2^200` out of the pool.
    fn impossible_inputs() -> ShieldedPublicInputs {
        let outflow = Fr::from(2u8).pow([200]);
        let [root, nullifier_0, nullifier_1, note_0, note_1, context, receipt] = [Fr::ZERO; 7];
        ShieldedPublicInputs {
            root,
            nullifier_0,
            nullifier_1,
            note_0,
            note_1,
            outflow,
            context,
            receipt,
        }
    }

    fn public_inputs(&self) -> Option<&ShieldedPublicInputs> {
        self.0.as_ref().map(|assigned| &assigned.0)
    }

    fn synthesize(&self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let public = ShieldedPublicInputs::allocate(&cs, self.public_inputs())?;
        let zero = FpVar::Constant(Fr::ZERO);
        public.context.enforce_not_equal(&zero)?;
        let [spent_0, spent_1] = [0, 1].map(|place| self.spend(&cs, place, &public.root));
        let (spent_0, spent_1) = (spent_0?, spent_1?);
        spent_0.nullifier.enforce_equal(&public.nullifier_0)?;
        spent_1.nullifier.enforce_equal(&public.nullifier_1)?;
        public.nullifier_0.enforce_not_equal(&public.nullifier_1)?;
        let [made_0, made_1] = [0, 1].map(|place| self.make(&cs, place));
        let (made_0, made_1) = (made_0?, made_1?);
        made_0.commitment.enforce_equal(&public.note_0)?;
        made_1.commitment.enforce_equal(&public.note_1)?;

        // All values are below 2^128: the sums do not reach the field order.
        (spent_0.value + spent_1.value - &made_0.value - made_1.value)
            .enforce_equal(&public.outflow)?;

        let blinding = audit::private(&cs, || Ok(*self.witness()?.receipt_blinding.expose()))?;
        let paid = receipt_commitment_var(&made_0.value, &spent_0.owner, &made_0.owner, &blinding)?;
        // Either no receipt is paid, or it is this one.
        (paid - &public.receipt).mul_equals(&public.receipt, &zero)
    }
}

fn note_commitment(
    value: &FpVar<Fr>,
    owner: &FpVar<Fr>,
    blinding: &FpVar<Fr>,
) -> Result<FpVar<Fr>, SynthesisError> {
    let domain = FpVar::Constant(note_domain());
    poseidon::hash_var(&[domain, value.clone(), owner.clone(), blinding.clone()])
}
