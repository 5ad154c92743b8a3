//! Notes, their owners, commitments and nullifiers.

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    field::{self, Fr, keccak_mod_r, serde_decimal},
    poseidon,
    secret::Secret,
};

static OWNER: LazyLock<Fr> = LazyLock::new(|| keccak_mod_r(b"proofrail.note_owner.v1"));
static NOTE: LazyLock<Fr> = LazyLock::new(|| keccak_mod_r(b"proofrail.note.v1"));
static NULLIFIER: LazyLock<Fr> = LazyLock::new(|| keccak_mod_r(b"proofrail.note_nullifier.v1"));

pub(super) fn owner_domain() -> Fr {
    *OWNER
}

pub(super) fn note_domain() -> Fr {
    *NOTE
}

pub(super) fn nullifier_domain() -> Fr {
    *NULLIFIER
}

/// Who a spending secret makes the owner of notes: what a payer is told.
pub fn owner(secret: &Secret) -> Fr {
    poseidon::hash(&[owner_domain(), *secret.expose()])
}

/// Value in the pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// What it is worth, in the token's smallest unit.
    #[serde(with = "serde_decimal")]
    #[schemars(with = "field::DecimalText")]
    pub value: u128,
    /// Whose it is.
    #[serde(with = "field::serde_hex")]
    #[schemars(with = "field::HexText")]
    pub owner: Fr,
    /// Hides the note in its commitment; fresh for every note.
    pub blinding: Secret,
}

impl Note {
    /// The leaf that stands for the note in the pool's tree: `Poseidon(domain, value, owner, blinding)`.
    pub fn commitment(&self) -> Fr {
        poseidon::hash(&[note_domain(), self.value.into(), self.owner, *self.blinding.expose()])
    }
}

/// What marks the note at `index` of the tree as spent. The index keeps two equal notes apart.
pub fn note_nullifier(secret: &Secret, commitment: Fr, index: u64) -> Fr {
    poseidon::hash(&[nullifier_domain(), *secret.expose(), commitment, index.into()])
}
