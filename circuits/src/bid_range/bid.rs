//! Bids, their commitment and their bounds.

use std::sync::LazyLock;

use num_bigint::BigUint;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::circuit::{BidRangeCircuit, BidRangePublicInputs, BidRangeWitness};
use crate::{
    field::{self, Fr, keccak_mod_r, serde_decimal},
    poseidon,
    secret::Secret,
};

/// A bid and its bounds are below `2^BID_BITS`: two of them fit one public input.
pub const BID_BITS: usize = 120;

static DOMAIN: LazyLock<Fr> = LazyLock::new(|| keccak_mod_r(b"proofrail.bid.v1"));

pub(super) fn domain() -> Fr {
    *DOMAIN
}

/// The commitment to a bid in one auction: `Poseidon(domain, auction, bid, salt)`.
pub fn bid_commitment(auction: Fr, bid: u128, salt: &Secret) -> Fr {
    poseidon::hash(&[domain(), auction, bid.into(), *salt.expose()])
}

/// The bounds as one public input: `min + 2^120 · max`. Bounds of more bits are no bounds.
pub fn pack_bounds(min: u128, max: u128) -> Fr {
    Fr::from(BigUint::from(min) + (BigUint::from(max) << BID_BITS))
}

/// A bid to prove in range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bid {
    /// What the bid is for, and by whom: a hash of chain, auction and bidder, so that a commitment is
    /// worth nothing to another bidder or elsewhere.
    #[serde(with = "field::serde_hex")]
    #[schemars(with = "field::HexText")]
    pub auction: Fr,
    /// The bid.
    #[serde(with = "serde_decimal")]
    #[schemars(with = "field::DecimalText")]
    pub bid: u128,
    /// Hides the bid in its commitment.
    pub salt: Secret,
    /// The least that is admitted.
    #[serde(with = "serde_decimal")]
    #[schemars(with = "field::DecimalText")]
    pub min: u128,
    /// The most that is admitted; below `2^120`.
    #[serde(with = "serde_decimal")]
    #[schemars(with = "field::DecimalText")]
    pub max: u128,
}

/// A bid that no proof exists for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BidError {
    /// The upper bound is out of range.
    #[error("max: {0} is not below 2^120")]
    MaxTooLarge(u128),
    /// The bid lies outside of its bounds.
    #[error("bid: {bid} is not within {min}..={max}")]
    OutOfBounds {
        /// The bid.
        bid: u128,
        /// The least.
        min: u128,
        /// The most.
        max: u128,
    },
}

impl BidError {
    /// The field that is wrong, as in the JSON.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::MaxTooLarge(_) => "max",
            Self::OutOfBounds { .. } => "bid",
        }
    }
}

impl Bid {
    /// Checks every rule that the circuit proves.
    ///
    /// # Errors
    /// [`BidError`] naming the field that is wrong.
    pub const fn check(&self) -> Result<(), BidError> {
        let Self { bid, min, max, .. } = *self;
        if max >> BID_BITS != 0 {
            return Err(BidError::MaxTooLarge(max));
        }
        if bid < min || bid > max {
            return Err(BidError::OutOfBounds { bid, min, max });
        }
        Ok(())
    }

    /// What a verifier sees.
    pub fn public_inputs(&self) -> BidRangePublicInputs {
        BidRangePublicInputs {
            auction: self.auction,
            commitment: bid_commitment(self.auction, self.bid, &self.salt),
            bounds: pack_bounds(self.min, self.max),
        }
    }

    /// The circuit assigned with this bid, after [`Self::check`].
    ///
    /// # Errors
    /// [`BidError`] naming the field that is wrong.
    pub fn to_circuit(&self) -> Result<BidRangeCircuit, BidError> {
        self.check()?;
        let witness = BidRangeWitness {
            bid: self.bid.into(),
            salt: self.salt.clone(),
            min: self.min.into(),
            max: self.max.into(),
        };
        Ok(BidRangeCircuit::assigned(self.public_inputs(), witness))
    }
}
