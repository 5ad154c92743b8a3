//! The `receipt_private` circuit: a receipt whose amount and parties are shown as a commitment only.
//! `shielded` pays it from notes under the same commitment.

mod circuit;
mod signed;

pub use self::{
    circuit::{
        PrivateReceiptCircuit, PrivateReceiptPublicInputs, PrivateReceiptPublicInputsVar,
        PrivateReceiptWitness, receipt_commitment_var,
    },
    signed::{PrivateReceipt, SignedPrivateReceipt, receipt_commitment},
};
