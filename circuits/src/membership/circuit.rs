//! The constraints of a membership.

use ark_ff::AdditiveGroup;
use ark_r1cs_std::{eq::EqGadget, fields::fp::FpVar};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

use super::claim::{Membership, member_domain, nullifier_domain};
use crate::{
    audit,
    circuit::{self, Circuit, InputError},
    field::Fr,
    merkle::{Path, PathVar},
    poseidon,
    public_inputs::{PublicInputs, public_inputs},
    secret::Secret,
};

/// A set has room for `2^20` members.
pub const MEMBERSHIP_DEPTH: usize = 20;

public_inputs! {
    /// What a verifier of a membership sees.
    pub struct MembershipPublicInputs / MembershipPublicInputsVar {
        /// The root of the set.
        root,
        /// Where the member is counted.
        scope,
        /// Tells within the scope whether a member was there before.
        nullifier,
        /// What the proof is shown for; not zero.
        context,
    }
}

/// The private values, as a prover may choose them: nothing is checked here.
#[derive(Debug, Clone)]
pub struct MembershipWitness {
    /// The member's secret.
    pub secret: Secret,
    /// The way from the leaf to the root.
    pub path: Path,
}

/// The circuit `membership`, assigned or blank.
#[derive(Debug, Clone)]
pub struct MembershipCircuit(Option<(MembershipPublicInputs, MembershipWitness)>);

impl MembershipCircuit {
    /// The circuit with values that nothing has checked. A prover uses [`Membership::to_circuit`], which
    /// refuses what cannot be proven.
    pub const fn assigned(public: MembershipPublicInputs, witness: MembershipWitness) -> Self {
        Self(Some((public, witness)))
    }

    fn witness(&self) -> Result<&MembershipWitness, SynthesisError> {
        self.0.as_ref().map(|(_, witness)| witness).ok_or(SynthesisError::AssignmentMissing)
    }
}

impl Circuit for MembershipCircuit {
    const NAME: &'static str = "membership";
    const VERSION: u16 = 1;
    type PublicInputs = MembershipPublicInputs;
    type Input = Membership;

    fn blank() -> Self {
        Self(None)
    }

    fn from_json(input: &str) -> Result<Self, InputError> {
        Ok(circuit::parse::<Membership>(input)?.to_circuit()?)
    }

    /// Nothing satisfies the constraints for the context zero.
    fn impossible_inputs() -> MembershipPublicInputs {
        let [root, scope, nullifier, context] = [Fr::ZERO; 4];
        MembershipPublicInputs { root, scope, nullifier, context }
    }

    fn public_inputs(&self) -> Option<&MembershipPublicInputs> {
        self.0.as_ref().map(|(public, _)| public)
    }

    fn synthesize(&self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let public = MembershipPublicInputs::allocate(&cs, self.public_inputs())?;
        let secret = audit::private(&cs, || Ok(*self.witness()?.secret.expose()))?;
        let path = PathVar::private(&cs, MEMBERSHIP_DEPTH, || Ok(&self.witness()?.path))?;

        public.context.enforce_not_equal(&FpVar::Constant(Fr::ZERO))?;
        let leaf = poseidon::hash_var(&[FpVar::Constant(member_domain()), secret.clone()])?;
        path.root(&leaf)?.enforce_equal(&public.root)?;
        let domain = FpVar::Constant(nullifier_domain());
        poseidon::hash_var(&[domain, secret, public.scope])?.enforce_equal(&public.nullifier)
    }
}
