//! The `receipt_batch` circuit: up to 64 receipts under one Merkle root and one signature, and what they
//! come to.

mod batch;
mod circuit;

pub use self::{
    batch::{BatchError, ReceiptBatch, SignedReceiptBatch},
    circuit::{
        BATCH_SIZE, BatchReceiptWitness, ReceiptBatchCircuit, ReceiptBatchPublicInputs,
        ReceiptBatchPublicInputsVar, ReceiptBatchWitness,
    },
};
