//! The constraints of a bid.

use ark_ff::{AdditiveGroup, Field};
use ark_r1cs_std::{alloc::AllocVar, eq::EqGadget, fields::fp::FpVar};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

use super::bid::{BID_BITS, Bid, domain};
use crate::{
    audit,
    circuit::{self, Circuit, InputError},
    field::Fr,
    poseidon,
    public_inputs::{PublicInputs, public_inputs},
    range,
    secret::Secret,
};

public_inputs! {
    /// What a verifier of a bid sees.
    pub struct BidRangePublicInputs / BidRangePublicInputsVar {
        /// What the bid is for, and by whom.
        auction,
        /// The commitment to the bid.
        commitment,
        /// The least and the most, packed as `pack_bounds` does.
        bounds,
    }
}

/// The private values as field elements, as a prover may choose them: nothing is checked here.
#[derive(Debug, Clone)]
pub struct BidRangeWitness {
    /// The bid.
    pub bid: Fr,
    /// Hides the bid in its commitment.
    pub salt: Secret,
    /// The least: the low half of the bounds.
    pub min: Fr,
    /// The most: the high half of the bounds.
    pub max: Fr,
}

/// The circuit `bid_range`, assigned or blank.
#[derive(Debug, Clone)]
pub struct BidRangeCircuit(Option<(BidRangePublicInputs, BidRangeWitness)>);

impl BidRangeCircuit {
    /// The circuit with values that nothing has checked. A prover uses [`Bid::to_circuit`], which refuses
    /// what cannot be proven.
    pub const fn assigned(public: BidRangePublicInputs, witness: BidRangeWitness) -> Self {
        Self(Some((public, witness)))
    }

    fn witness(&self) -> Result<&BidRangeWitness, SynthesisError> {
        self.0.as_ref().map(|(_, witness)| witness).ok_or(SynthesisError::AssignmentMissing)
    }
}

impl Circuit for BidRangeCircuit {
    const NAME: &'static str = "bid_range";
    const VERSION: u16 = 1;
    type PublicInputs = BidRangePublicInputs;
    type Input = Bid;

    fn blank() -> Self {
        Self(None)
    }

    fn from_json(input: &str) -> Result<Self, InputError> {
        Ok(circuit::parse::<Bid>(input)?.to_circuit()?)
    }

    /// Bounds are below `2^240`, so these are none.
    fn impossible_inputs() -> BidRangePublicInputs {
        BidRangePublicInputs { auction: Fr::ZERO, commitment: Fr::ZERO, bounds: -Fr::ONE }
    }

    fn public_inputs(&self) -> Option<&BidRangePublicInputs> {
        self.0.as_ref().map(|(public, _)| public)
    }

    fn synthesize(&self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let public = BidRangePublicInputs::allocate(&cs, self.public_inputs())?;
        let bid = audit::private(&cs, || Ok(self.witness()?.bid))?;
        let salt = audit::private(&cs, || Ok(*self.witness()?.salt.expose()))?;
        let min = FpVar::new_witness(cs.clone(), || Ok(self.witness()?.min))?;
        let max = FpVar::new_witness(cs, || Ok(self.witness()?.max))?;

        // All four are below 2^120, so that the halves of the bounds are the only ones, and neither
        // difference wraps around the field: min ≤ bid ≤ max.
        for part in [&min, &max, &(&bid - &min), &(&max - &bid)] {
            range::to_bits(part, BID_BITS)?;
        }
        (min + max * Fr::from(2u8).pow([BID_BITS as u64])).enforce_equal(&public.bounds)?;
        poseidon::hash_var(&[FpVar::Constant(domain()), public.auction, bid, salt])?
            .enforce_equal(&public.commitment)
    }
}
