//! The `receipt` circuit: a coordinator's signed statement of work done and its price.

mod circuit;
mod coordinator;
mod error;
mod signed;
mod terms;

pub use self::{
    circuit::{ReceiptCircuit, ReceiptPublicInputs, ReceiptPublicInputsVar, ReceiptWitness},
    coordinator::{CoordinatorKey, coordinator_id},
    error::ReceiptError,
    signed::SignedReceipt,
    terms::{BPS_DENOMINATOR, RATE_BITS, Receipt, coordinator_fee},
};
