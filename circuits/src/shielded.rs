//! The `shielded` circuit: two notes are spent, two are made, and the difference leaves the pool.

mod circuit;
mod note;
mod transfer;

pub use self::{
    circuit::{
        POOL_DEPTH, ShieldedCircuit, ShieldedPublicInputs, ShieldedPublicInputsVar,
        ShieldedWitness, SpendWitness,
    },
    note::{Note, note_nullifier, owner},
    transfer::{PaidReceipt, Spend, Transfer, TransferError},
};
