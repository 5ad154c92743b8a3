//! Transfers: what is spent, what is made, what is paid for.

use ark_ff::{AdditiveGroup, UniformRand};
use ark_std::rand::{CryptoRng, RngCore};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    circuit::{POOL_DEPTH, ShieldedCircuit, ShieldedPublicInputs, ShieldedWitness, SpendWitness},
    note::{Note, note_nullifier, owner},
};
use crate::{
    field::{self, Fr, serde_decimal},
    merkle::Path,
    receipt::receipt_commitment,
    secret::Secret,
};

/// A note that is spent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spend {
    /// What the note is worth; zero for a place that spends nothing.
    #[serde(with = "serde_decimal")]
    #[schemars(with = "field::DecimalText")]
    pub value: u128,
    /// The owner's secret.
    pub secret: Secret,
    /// The note's blinding.
    pub blinding: Secret,
    /// The way from the note to the root; any where the value is zero.
    pub path: Path,
}

impl Spend {
    /// A place that spends nothing.
    pub fn nothing(rng: &mut (impl CryptoRng + RngCore)) -> Self {
        let (secret, blinding) = (Secret::generate(rng), Secret::new(Fr::rand(rng)));
        Self { value: 0, secret, blinding, path: Path::empty(POOL_DEPTH) }
    }

    /// The note.
    pub fn note(&self) -> Note {
        Note { value: self.value, owner: owner(&self.secret), blinding: self.blinding.clone() }
    }

    /// What marks the note as spent.
    pub fn nullifier(&self) -> Fr {
        note_nullifier(&self.secret, self.note().commitment(), self.path.index)
    }
}

/// The private receipt that a transfer pays: from the owner of the first note spent, to the owner of
/// the first note made, with that note's value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PaidReceipt {
    /// The blinding of the receipt's commitment.
    pub blinding: Secret,
}

/// A transfer to prove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// The root of the pool's tree.
    #[serde(with = "field::serde_hex")]
    #[schemars(with = "field::HexText")]
    pub root: Fr,
    /// The notes that are spent.
    pub spends: [Spend; 2],
    /// The notes that are made.
    pub notes: [Note; 2],
    /// What enters the pool with the transfer.
    #[serde(with = "serde_decimal")]
    #[schemars(with = "field::DecimalText")]
    pub deposit: u128,
    /// What leaves the pool to a public account.
    #[serde(with = "serde_decimal")]
    #[schemars(with = "field::DecimalText")]
    pub withdrawal: u128,
    /// What leaves the pool to whoever submits the transfer.
    #[serde(with = "serde_decimal")]
    #[schemars(with = "field::DecimalText")]
    pub fee: u128,
    /// What the proof is shown for: a hash of chain, pool, deposit, withdrawal, fee and who gets them;
    /// not zero.
    #[serde(with = "field::serde_hex")]
    #[schemars(with = "field::HexText")]
    pub context: Fr,
    /// The receipt that is paid; none for a plain transfer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<PaidReceipt>,
}

/// A transfer that no proof exists for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransferError {
    /// A path is not one of the pool's tree.
    #[error("spends[{0}].path: a path has {POOL_DEPTH} siblings and an index below 2^{POOL_DEPTH}")]
    PathLength(usize),
    /// A note is not in the tree.
    #[error("spends[{index}].path: from this note it leads to {}, not to the root", field::to_hex(.root))]
    Root {
        /// Which spend.
        index: usize,
        /// Where the path leads to.
        root: Fr,
    },
    /// One note cannot be spent twice.
    #[error("spends: both are the same note")]
    SameNote,
    /// Value would be made or lost.
    #[error("notes: spent and deposited are {available}, made, withdrawn and fee are {used}")]
    Balance {
        /// What there is, decimal.
        available: String,
        /// What it is used for, decimal.
        used: String,
    },
    /// A proof for nothing could be used for anything.
    #[error("context: zero binds the proof to nothing")]
    NoContext,
}

impl TransferError {
    /// The field that is wrong, as in the JSON.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::PathLength(_) | Self::Root { .. } | Self::SameNote => "spends",
            Self::Balance { .. } => "notes",
            Self::NoContext => "context",
        }
    }
}

impl Transfer {
    /// Checks every rule that the circuit proves.
    ///
    /// # Errors
    /// [`TransferError`] naming the field that is wrong.
    pub fn check(&self) -> Result<(), TransferError> {
        for (index, spend) in self.spends.iter().enumerate() {
            if !spend.path.is_of_depth(POOL_DEPTH) {
                return Err(TransferError::PathLength(index));
            }
            let root = spend.path.root(spend.note().commitment());
            if spend.value != 0 && root != self.root {
                return Err(TransferError::Root { index, root });
            }
        }
        if self.spends[0].nullifier() == self.spends[1].nullifier() {
            return Err(TransferError::SameNote);
        }
        if self.context == Fr::ZERO {
            return Err(TransferError::NoContext);
        }
        self.check_balance()
    }

    fn check_balance(&self) -> Result<(), TransferError> {
        let sum = |values: &[u128]| values.iter().map(|v| num_bigint::BigUint::from(*v)).sum();
        let available: num_bigint::BigUint =
            sum(&[self.spends[0].value, self.spends[1].value, self.deposit]);
        let used: num_bigint::BigUint =
            sum(&[self.notes[0].value, self.notes[1].value, self.withdrawal, self.fee]);
        if available == used {
            return Ok(());
        }
        let (available, used) = (available.to_string(), used.to_string());
        Err(TransferError::Balance { available, used })
    }

    /// The public input `outflow`: what leaves the pool less what enters it, modulo the field order.
    pub fn outflow(&self) -> Fr {
        Fr::from(self.withdrawal) + Fr::from(self.fee) - Fr::from(self.deposit)
    }

    /// The commitment of the receipt that is paid; zero for a plain transfer.
    pub fn receipt_commitment(&self) -> Fr {
        self.receipt.as_ref().map_or(Fr::ZERO, |receipt| {
            let (payer, paid) = (owner(&self.spends[0].secret), &self.notes[0]);
            receipt_commitment(paid.value, payer, paid.owner, &receipt.blinding)
        })
    }

    /// What a verifier sees.
    pub fn public_inputs(&self) -> ShieldedPublicInputs {
        let [nullifier_0, nullifier_1] = self.spends.each_ref().map(Spend::nullifier);
        let [note_0, note_1] = self.notes.each_ref().map(Note::commitment);
        ShieldedPublicInputs {
            root: self.root,
            nullifier_0,
            nullifier_1,
            note_0,
            note_1,
            outflow: self.outflow(),
            context: self.context,
            receipt: self.receipt_commitment(),
        }
    }

    /// The circuit assigned with this transfer, after [`Self::check`].
    ///
    /// # Errors
    /// [`TransferError`] naming the field that is wrong.
    pub fn to_circuit(&self) -> Result<ShieldedCircuit, TransferError> {
        self.check()?;
        let spend = |spend: &Spend| SpendWitness {
            value: spend.value.into(),
            secret: spend.secret.clone(),
            blinding: spend.blinding.clone(),
            path: spend.path.clone(),
        };
        let receipt = self.receipt.as_ref();
        let witness = ShieldedWitness {
            spends: self.spends.each_ref().map(spend),
            values: self.notes.each_ref().map(|note| note.value.into()),
            owners: self.notes.each_ref().map(|note| note.owner),
            blindings: self.notes.each_ref().map(|note| note.blinding.clone()),
            receipt_blinding: receipt
                .map_or_else(|| Secret::new(Fr::ZERO), |receipt| receipt.blinding.clone()),
        };
        Ok(ShieldedCircuit::assigned(self.public_inputs(), witness))
    }
}
