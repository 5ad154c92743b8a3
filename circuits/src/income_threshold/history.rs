//! Payment histories, their commitment, and what is claimed of them.

use std::sync::LazyLock;

use ark_ff::AdditiveGroup;
use num_bigint::BigUint;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::circuit::{IncomeThresholdCircuit, IncomeThresholdPublicInputs, IncomeThresholdWitness};
use crate::{
    field::{self, Fr, keccak_mod_r, serde_decimal},
    poseidon,
    secret::Secret,
};

/// Five years of monthly payments.
pub const MAX_PAYMENTS: usize = 60;
/// A payment is below `2^PAYMENT_BITS`.
pub const PAYMENT_BITS: usize = 96;
/// Payments absorbed by one permutation, beside the running hash.
pub(super) const CHUNK: usize = 15;
/// Bits of the threshold in a packed claim; the count and then the result stand above.
pub(super) const THRESHOLD_BITS: usize = 128;
/// Bits of the count in a packed claim.
pub(super) const COUNT_BITS: usize = 16;

static DOMAIN: LazyLock<Fr> = LazyLock::new(|| keccak_mod_r(b"proofrail.payment_history.v1"));

pub(super) fn domain() -> Fr {
    *DOMAIN
}

/// The commitment to a history: `h ← Poseidon(h, 15 payments)` over 60 places, from
/// `h = Poseidon(domain, salt)`. Places behind the last payment hold zero.
pub fn history_commitment(payments: &[u128], salt: &Secret) -> Fr {
    let mut places = vec![Fr::ZERO; MAX_PAYMENTS];
    for (place, payment) in places.iter_mut().zip(payments) {
        *place = (*payment).into();
    }
    places.chunks_exact(CHUNK).fold(poseidon::hash(&[domain(), *salt.expose()]), |hash, chunk| {
        let input: [Fr; CHUNK + 1] =
            std::array::from_fn(|i| if i == 0 { hash } else { chunk[i - 1] });
        poseidon::hash(&input)
    })
}

/// What is claimed of a history, as one public input: `threshold + 2^128 · count + 2^144 · result`.
pub fn pack_claim(claim: &IncomeClaim) -> Fr {
    let above = BigUint::from(claim.count) + (BigUint::from(u8::from(claim.met)) << COUNT_BITS);
    Fr::from(BigUint::from(claim.threshold) + (above << THRESHOLD_BITS))
}

/// What is public of a payment history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IncomeClaim {
    /// The sum that is asked for, in the payments' unit.
    pub threshold: u128,
    /// How many payments there are.
    pub count: u16,
    /// Whether the sum is the threshold or more.
    pub met: bool,
}

/// A payment history and the sum that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentHistory {
    /// The payments, in one unit; each below `2^96` and not zero.
    pub payments: Vec<Payment>,
    /// Hides the payments in their commitment.
    pub salt: Secret,
    /// The sum that is asked for.
    #[serde(with = "serde_decimal")]
    #[schemars(with = "field::DecimalText")]
    pub threshold: u128,
    /// The commitment that the payments were made known under.
    #[serde(with = "field::serde_hex")]
    #[schemars(with = "field::HexText")]
    pub history: Fr,
}

/// One payment, in decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Payment(
    #[serde(with = "serde_decimal")]
    #[schemars(with = "field::DecimalText")]
    pub u128,
);

/// A payment history that no proof exists for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IncomeError {
    /// More payments than the circuit has places.
    #[error("payments: {0} are more than {MAX_PAYMENTS}")]
    TooMany(usize),
    /// A payment is out of range.
    #[error("payments[{index}]: {payment} is zero or not below 2^96")]
    Payment {
        /// Its place.
        index: usize,
        /// The payment.
        payment: u128,
    },
    /// The payments and the salt are not those of the commitment.
    #[error("history: these payments and this salt commit to {}", field::to_hex(.0))]
    Commitment(Fr),
}

impl IncomeError {
    /// The field that is wrong, as in the JSON.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::TooMany(_) | Self::Payment { .. } => "payments",
            Self::Commitment(_) => "history",
        }
    }
}

impl PaymentHistory {
    /// A history with its commitment.
    pub fn new(payments: &[u128], salt: Secret, threshold: u128) -> Self {
        let history = history_commitment(payments, &salt);
        let payments = payments.iter().copied().map(Payment).collect();
        Self { payments, salt, threshold, history }
    }

    /// Checks every rule that the circuit proves.
    ///
    /// # Errors
    /// [`IncomeError`] naming the field that is wrong.
    pub fn check(&self) -> Result<(), IncomeError> {
        if self.payments.len() > MAX_PAYMENTS {
            return Err(IncomeError::TooMany(self.payments.len()));
        }
        let amounts = self.amounts();
        let out_of_range = |payment: &u128| *payment == 0 || payment >> PAYMENT_BITS != 0;
        if let Some(index) = amounts.iter().position(out_of_range) {
            return Err(IncomeError::Payment { index, payment: amounts[index] });
        }
        match history_commitment(&amounts, &self.salt) {
            commitment if commitment == self.history => Ok(()),
            commitment => Err(IncomeError::Commitment(commitment)),
        }
    }

    /// What is claimed: at most 60 payments below `2^96` cannot overflow the sum.
    pub fn claim(&self) -> IncomeClaim {
        let sum = self.amounts().iter().fold(0u128, |sum, payment| sum.saturating_add(*payment));
        let count = u16::try_from(self.payments.len()).unwrap_or(u16::MAX);
        IncomeClaim { threshold: self.threshold, count, met: sum >= self.threshold }
    }

    /// What a verifier sees.
    pub fn public_inputs(&self) -> IncomeThresholdPublicInputs {
        let claim = pack_claim(&self.claim());
        IncomeThresholdPublicInputs { history: self.history, claim }
    }

    /// The circuit assigned with this history, after [`Self::check`].
    ///
    /// # Errors
    /// [`IncomeError`] naming the field that is wrong.
    pub fn to_circuit(&self) -> Result<IncomeThresholdCircuit, IncomeError> {
        self.check()?;
        let mut payments = [Fr::ZERO; MAX_PAYMENTS];
        for (place, payment) in payments.iter_mut().zip(self.amounts()) {
            *place = payment.into();
        }
        let IncomeClaim { threshold, met, .. } = self.claim();
        let witness = IncomeThresholdWitness {
            payments: Box::new(payments),
            salt: self.salt.clone(),
            threshold: threshold.into(),
            met: met.into(),
        };
        Ok(IncomeThresholdCircuit::assigned(self.public_inputs(), witness))
    }

    fn amounts(&self) -> Vec<u128> {
        self.payments.iter().map(|payment| payment.0).collect()
    }
}
