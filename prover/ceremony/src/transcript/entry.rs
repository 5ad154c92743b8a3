//! A step of a ceremony and its signature.

use ed25519_dalek::{Signature, VerifyingKey};
use serde::{Deserialize, Serialize};

/// Keeps signatures of this record apart from all others.
const DOMAIN: &[u8] = b"proofrail ceremony transcript v1\n";

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// The initial key was computed.
    Init {
        /// The hash of the circuit, as section 10 has it.
        circuit_hash: String,
        /// SHA-256 of the circuit's file.
        r1cs_sha256: String,
        /// SHA-256 of the powers of tau.
        ptau_sha256: String,
    },
    /// Somebody contributed.
    Contribution {
        /// The contribution's position in the key, from 1.
        index: usize,
        /// The contributor's name.
        name: String,
        /// The contribution's hash, BLAKE2b-512 of its public part.
        hash: String,
        /// SHA-256 of the key that was contributed to.
        input_sha256: String,
    },
    /// A beacon was contributed.
    Beacon {
        /// The contribution's position in the key, from 1.
        index: usize,
        /// The beacon's name, such as its source and round.
        name: String,
        /// The contribution's hash.
        hash: String,
        /// SHA-256 of the key that was contributed to.
        input_sha256: String,
    },
    /// The key was verified and declared the ceremony's result.
    Finalize {
        /// How many contributions the key has.
        contributions: usize,
        /// SHA-256 of the exported `verification_key.json`.
        verification_key_sha256: String,
    },
}

/// A step and what it stands on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The line, from 1.
    pub number: u64,
    /// SHA-256 of the line before, without its end; of nothing for the first.
    pub previous: String,
    /// The program and its version.
    pub tool: String,
    /// SHA-256 of the key after the step.
    pub key_sha256: String,
    /// What was done.
    pub action: Action,
}

/// A signed step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What is signed.
    pub step: Step,
    /// The signer's public key in hex.
    pub public_key: String,
    /// The signature in hex.
    pub signature: String,
}

/// The bytes that are signed.
pub(super) fn message(step: &Step) -> Result<Vec<u8>, serde_json::Error> {
    Ok([DOMAIN, &serde_json::to_vec(step)?].concat())
}

impl Entry {
    /// Whether the signature is the signer's, by the strict rules that leave one signature valid.
    pub(super) fn verify_signature(&self) -> Result<(), ()> {
        let (mut key, mut signature) = ([0; 32], [0; 64]);
        hex::decode_to_slice(&self.public_key, &mut key).map_err(drop)?;
        hex::decode_to_slice(&self.signature, &mut signature).map_err(drop)?;
        let message = message(&self.step).map_err(drop)?;
        let key = VerifyingKey::from_bytes(&key).map_err(drop)?;
        key.verify_strict(&message, &Signature::from_bytes(&signature)).map_err(drop)
    }
}
