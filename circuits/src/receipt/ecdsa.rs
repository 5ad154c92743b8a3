//! The `receipt_ecdsa` circuit: a receipt that a coordinator signs with an Ethereum key.

mod circuit;
mod signed;

pub use self::{
    circuit::{
        EcdsaReceiptCircuit, EcdsaReceiptPublicInputs, EcdsaReceiptPublicInputsVar,
        EcdsaReceiptWitness,
    },
    signed::{SignedEcdsaReceipt, ecdsa_coordinator_id, sign_ecdsa},
};
