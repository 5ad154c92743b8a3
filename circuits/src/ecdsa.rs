//! ECDSA over secp256k1, for coordinators whose key is an Ethereum key.
//!
//! [`PublicKey::verify`] and [`sign`] are native, `verify_var` is the gadget. A key is known in the circuit
//! by the root of a table of its multiples ([`KeyTable`]): both halves of `u₁·G + u₂·Q` are then sums of
//! table entries, without a doubling.

mod gadget;
mod signature;
mod table;
mod windows;

pub(crate) use self::gadget::{EcdsaVar, verify_var};
pub(crate) use self::signature::Opening;
pub use self::{
    signature::{EcdsaError, PublicKey, Signature, Word, sign},
    table::KeyTable,
};
