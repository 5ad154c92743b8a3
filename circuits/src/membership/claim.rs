//! What a member is, and a membership to prove.

use std::sync::LazyLock;

use ark_ff::AdditiveGroup;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::circuit::{
    MEMBERSHIP_DEPTH, MembershipCircuit, MembershipPublicInputs, MembershipWitness,
};
use crate::{
    field::{self, Fr, keccak_mod_r},
    merkle::Path,
    poseidon,
    secret::Secret,
};

static MEMBER: LazyLock<Fr> = LazyLock::new(|| keccak_mod_r(b"proofrail.member.v1"));
static NULLIFIER: LazyLock<Fr> = LazyLock::new(|| keccak_mod_r(b"proofrail.member_nullifier.v1"));

pub(super) fn member_domain() -> Fr {
    *MEMBER
}

pub(super) fn nullifier_domain() -> Fr {
    *NULLIFIER
}

/// The leaf that stands for a secret in the tree of members: its public key.
pub fn member(secret: &Secret) -> Fr {
    poseidon::hash(&[member_domain(), *secret.expose()])
}

/// What the holder of a secret is recognised by within `scope`, and nowhere else.
pub fn nullifier(secret: &Secret, scope: Fr) -> Fr {
    poseidon::hash(&[nullifier_domain(), *secret.expose(), scope])
}

/// A membership to prove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Membership {
    /// The member's secret.
    pub secret: Secret,
    /// The way from the member's leaf to the root.
    pub path: Path,
    /// The root of the set.
    #[serde(with = "field::serde_hex")]
    #[schemars(with = "field::HexText")]
    pub root: Fr,
    /// Where the member is counted: a vote, a round, an allowance.
    #[serde(with = "field::serde_hex")]
    #[schemars(with = "field::HexText")]
    pub scope: Fr,
    /// What the proof is shown for, such as a hash of the transaction; not zero.
    #[serde(with = "field::serde_hex")]
    #[schemars(with = "field::HexText")]
    pub context: Fr,
}

/// A membership that no proof exists for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MembershipError {
    /// The path is not one of the set's tree.
    #[error("path: a path has {MEMBERSHIP_DEPTH} siblings and an index below 2^{MEMBERSHIP_DEPTH}")]
    PathLength,
    /// The secret's leaf and the path do not lead to the root.
    #[error("path: from this secret's leaf it leads to {}, not to the root", field::to_hex(.0))]
    Root(Fr),
    /// A proof for nothing could be used for anything.
    #[error("context: zero binds the proof to nothing")]
    NoContext,
}

impl MembershipError {
    /// The field that is wrong, as in the JSON.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::PathLength | Self::Root(_) => "path",
            Self::NoContext => "context",
        }
    }
}

impl Membership {
    /// Checks every rule that the circuit proves.
    ///
    /// # Errors
    /// [`MembershipError`] naming the field that is wrong.
    pub fn check(&self) -> Result<(), MembershipError> {
        if !self.path.is_of_depth(MEMBERSHIP_DEPTH) {
            return Err(MembershipError::PathLength);
        }
        if self.context == Fr::ZERO {
            return Err(MembershipError::NoContext);
        }
        match self.path.root(member(&self.secret)) {
            root if root == self.root => Ok(()),
            root => Err(MembershipError::Root(root)),
        }
    }

    /// What a verifier sees.
    pub fn public_inputs(&self) -> MembershipPublicInputs {
        let Self { root, scope, context, .. } = *self;
        MembershipPublicInputs { root, scope, nullifier: nullifier(&self.secret, scope), context }
    }

    /// The circuit assigned with this membership, after [`Self::check`].
    ///
    /// # Errors
    /// [`MembershipError`] naming the field that is wrong.
    pub fn to_circuit(&self) -> Result<MembershipCircuit, MembershipError> {
        self.check()?;
        let witness = MembershipWitness { secret: self.secret.clone(), path: self.path.clone() };
        Ok(MembershipCircuit::assigned(self.public_inputs(), witness))
    }
}
