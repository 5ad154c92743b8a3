//! The `income_threshold` circuit: whether a committed payment history sums up to a threshold.

mod circuit;
mod history;

pub use self::{
    circuit::{
        IncomeThresholdCircuit, IncomeThresholdPublicInputs, IncomeThresholdPublicInputsVar,
        IncomeThresholdWitness,
    },
    history::{
        IncomeClaim, IncomeError, MAX_PAYMENTS, PAYMENT_BITS, PaymentHistory, history_commitment,
        pack_claim,
    },
};
