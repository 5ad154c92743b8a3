//! The constraints of an income check.

use ark_ff::{AdditiveGroup, Field};
use ark_r1cs_std::{
    GR1CSVar,
    alloc::AllocVar,
    boolean::Boolean,
    eq::EqGadget,
    fields::{FieldVar, fp::FpVar},
};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

use super::history::{
    CHUNK, COUNT_BITS, MAX_PAYMENTS, PAYMENT_BITS, PaymentHistory, THRESHOLD_BITS, domain,
};
use crate::{
    audit,
    circuit::{self, Circuit, InputError},
    field::Fr,
    poseidon,
    public_inputs::{PublicInputs, public_inputs},
    range,
    secret::Secret,
};

/// Sum and threshold are below this power of two, and so is the distance of either from the other.
const DIFFERENCE_BITS: usize = THRESHOLD_BITS;

public_inputs! {
    /// What a verifier of an income check sees.
    pub struct IncomeThresholdPublicInputs / IncomeThresholdPublicInputsVar {
        /// The commitment to the payments.
        history,
        /// The threshold, the count and the result, packed as `pack_claim` does.
        claim,
    }
}

/// The private values as field elements, as a prover may choose them: nothing is checked here.
#[derive(Debug, Clone)]
pub struct IncomeThresholdWitness {
    /// The payments; zero behind the last one.
    pub payments: Box<[Fr; MAX_PAYMENTS]>,
    /// Hides the payments in their commitment.
    pub salt: Secret,
    /// The sum that is asked for.
    pub threshold: Fr,
    /// One when the sum is the threshold or more, else zero.
    pub met: Fr,
}

/// The circuit `income_threshold`, assigned or blank.
#[derive(Debug, Clone)]
pub struct IncomeThresholdCircuit(Option<(IncomeThresholdPublicInputs, IncomeThresholdWitness)>);

impl IncomeThresholdCircuit {
    /// The circuit with values that nothing has checked. A prover uses [`PaymentHistory::to_circuit`],
    /// which refuses what cannot be proven.
    pub const fn assigned(
        public: IncomeThresholdPublicInputs,
        witness: IncomeThresholdWitness,
    ) -> Self {
        Self(Some((public, witness)))
    }

    fn witness(&self) -> Result<&IncomeThresholdWitness, SynthesisError> {
        self.0.as_ref().map(|(_, witness)| witness).ok_or(SynthesisError::AssignmentMissing)
    }
}

impl Circuit for IncomeThresholdCircuit {
    const NAME: &'static str = "income_threshold";
    const VERSION: u16 = 1;
    type PublicInputs = IncomeThresholdPublicInputs;
    type Input = PaymentHistory;

    fn blank() -> Self {
        Self(None)
    }

    fn from_json(input: &str) -> Result<Self, InputError> {
        Ok(circuit::parse::<PaymentHistory>(input)?.to_circuit()?)
    }

    /// A claim is below `2^145`, so this one is none.
    fn impossible_inputs() -> IncomeThresholdPublicInputs {
        IncomeThresholdPublicInputs { history: Fr::ZERO, claim: -Fr::ONE }
    }

    fn public_inputs(&self) -> Option<&IncomeThresholdPublicInputs> {
        self.0.as_ref().map(|(public, _)| public)
    }

    fn synthesize(&self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let public = IncomeThresholdPublicInputs::allocate(&cs, self.public_inputs())?;
        let payments = (0..MAX_PAYMENTS)
            .map(|i| audit::private(&cs, || Ok(self.witness()?.payments[i])))
            .collect::<Result<Vec<_>, _>>()?;
        let salt = audit::private(&cs, || Ok(*self.witness()?.salt.expose()))?;
        let threshold = audit::private(&cs, || Ok(self.witness()?.threshold))?;
        let met = FpVar::new_witness(cs, || Ok(self.witness()?.met))?;

        commitment(&payments, salt)?.enforce_equal(&public.history)?;
        for payment in &payments {
            range::to_bits(payment, PAYMENT_BITS)?;
        }
        let count = enforce_count(&payments)?;
        enforce_result(&payments.iter().cloned().sum(), &threshold, &met)?;
        let count_unit = Fr::from(2u8).pow([THRESHOLD_BITS as u64]);
        let met_unit = Fr::from(2u8).pow([(THRESHOLD_BITS + COUNT_BITS) as u64]);
        (threshold + count * count_unit + met * met_unit).enforce_equal(&public.claim)
    }
}

/// The gadget twin of [`super::history_commitment`].
fn commitment(payments: &[FpVar<Fr>], salt: FpVar<Fr>) -> Result<FpVar<Fr>, SynthesisError> {
    let start = poseidon::hash_var(&[FpVar::Constant(domain()), salt])?;
    payments.chunks_exact(CHUNK).try_fold(start, |hash, chunk| {
        let input: [FpVar<Fr>; CHUNK + 1] =
            std::array::from_fn(|i| if i == 0 { hash.clone() } else { chunk[i - 1].clone() });
        poseidon::hash_var(&input)
    })
}

/// The number of payments: places that are not zero, with no zero before them.
fn enforce_count(payments: &[FpVar<Fr>]) -> Result<FpVar<Fr>, SynthesisError> {
    let mut count = FpVar::zero();
    let mut previous = FpVar::one();
    for payment in payments {
        let taken = is_not_zero(payment)?;
        (FpVar::one() - &previous).mul_equals(&taken, &FpVar::zero())?;
        count += &taken;
        previous = taken;
    }
    Ok(count)
}

/// One where `value` is not zero, else zero.
fn is_not_zero(value: &FpVar<Fr>) -> Result<FpVar<Fr>, SynthesisError> {
    let inverse =
        FpVar::new_witness(value.cs(), || Ok(value.value()?.inverse().unwrap_or(Fr::ZERO)))?;
    is_not_zero_by(value, &inverse)
}

/// The inverse is held to zero where there is none, so that no hint is free.
fn is_not_zero_by(value: &FpVar<Fr>, inverse: &FpVar<Fr>) -> Result<FpVar<Fr>, SynthesisError> {
    let taken = value * inverse;
    let free = FpVar::one() - &taken;
    value.mul_equals(&free, &FpVar::zero())?;
    inverse.mul_equals(&free, &FpVar::zero())?;
    Ok(taken)
}

/// `met` says whether `sum ≥ threshold`: the distance from the smaller one, less one where the
/// threshold is the larger, is not negative. Sum and threshold are below `2^128`.
fn enforce_result(
    sum: &FpVar<Fr>,
    threshold: &FpVar<Fr>,
    met: &FpVar<Fr>,
) -> Result<(), SynthesisError> {
    range::to_bits(threshold, THRESHOLD_BITS)?;
    met.square_equals(met)?;
    // met: sum − threshold. Not met: threshold − sum − 1.
    let surplus = sum - threshold;
    let distance = (&surplus * Fr::from(2u8) + Fr::ONE) * met - surplus - Fr::ONE;
    range::to_bits(&distance, DIFFERENCE_BITS).map(|_: Vec<Boolean<Fr>>| ())
}

#[cfg(test)]
mod tests {
    use ark_relations::gr1cs::ConstraintSystem;

    use super::*;

    #[test]
    fn only_the_inverse_should_say_that_a_place_is_taken() {
        let passes = |value: Fr, inverse: Fr| {
            let cs = ConstraintSystem::new_ref();
            let [value, inverse] =
                [value, inverse].map(|v| FpVar::new_witness(cs.clone(), || Ok(v)).unwrap());
            let _ = is_not_zero_by(&value, &inverse).unwrap();
            cs.is_satisfied().unwrap()
        };
        let five = Fr::from(5u8);
        assert!(passes(five, five.inverse().unwrap()) && passes(Fr::ZERO, Fr::ZERO));
        // A payment shown as none, half of one, and a place that is empty by more than one hint.
        assert!(!passes(five, Fr::ZERO));
        assert!(!passes(five, Fr::from(10u8).inverse().unwrap()));
        assert!(!passes(Fr::ZERO, Fr::ONE));
    }
}
