//! The `receipt` circuit: a coordinator's signed statement of work done and its price.

mod circuit;
mod coordinator;
mod ecdsa;
mod error;
mod private;
pub(crate) mod rules;
mod signed;
mod terms;

pub use self::{
    circuit::{ReceiptCircuit, ReceiptPublicInputs, ReceiptPublicInputsVar, ReceiptWitness},
    coordinator::{CoordinatorKey, coordinator_id},
    ecdsa::{
        EcdsaReceiptCircuit, EcdsaReceiptPublicInputs, EcdsaReceiptPublicInputsVar,
        EcdsaReceiptWitness, SignedEcdsaReceipt, ecdsa_coordinator_id, sign_ecdsa,
    },
    error::ReceiptError,
    private::{
        PrivateReceipt, PrivateReceiptCircuit, PrivateReceiptPublicInputs,
        PrivateReceiptPublicInputsVar, PrivateReceiptWitness, SignedPrivateReceipt,
        receipt_commitment, receipt_commitment_var,
    },
    signed::SignedReceipt,
    terms::{BPS_DENOMINATOR, RATE_BITS, Receipt, coordinator_fee},
};
