//! EdDSA on Baby Jubjub with Poseidon, as circomlib and circomlibjs define it.
//!
//! [`SecretKey::sign`] and [`PublicKey::verify`] are native, [`verify_var`] is the gadget.

mod challenge;
mod gadget;
mod key;
mod signature;

pub use self::{
    gadget::{PublicKeyVar, SignatureVar, verify_var},
    key::{PublicKey, PublicKeyError, SecretKey},
    signature::{Signature, SignatureError},
};
