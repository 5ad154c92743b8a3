//! Why a receipt is refused. Every message begins with the field that is wrong.

use crate::{
    ecdsa::EcdsaError,
    eddsa::{PublicKeyError, SignatureError},
};

/// A receipt that no proof exists for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReceiptError {
    /// The rate is out of range.
    #[error("rate: {0} is not below 2^96")]
    RateTooLarge(u128),
    /// The basis points exceed the whole.
    #[error("fee_bps: {0} exceeds 10000 basis points")]
    FeeBpsTooLarge(u16),
    /// `units × rate` is out of range.
    #[error("amount: units × rate = {units} × {rate} is not below 2^128")]
    AmountTooLarge {
        /// The units of work.
        units: u64,
        /// The price of a unit.
        rate: u128,
    },
    /// The amount is not `units × rate`.
    #[error("amount: {got} is not units × rate = {expected}")]
    Amount {
        /// The receipt's.
        got: u128,
        /// `units × rate`.
        expected: u128,
    },
    /// The fee is not the agreed share.
    #[error("coordinator_fee: {got} is not amount × fee_bps / 10000, rounded down = {expected}")]
    CoordinatorFee {
        /// The receipt's.
        got: u128,
        /// The agreed share.
        expected: u128,
    },
    /// The reward is not the rest.
    #[error("prover_reward: {got} is not amount − coordinator_fee = {expected}")]
    ProverReward {
        /// The receipt's.
        got: u128,
        /// The rest.
        expected: u128,
    },
    /// The coordinator's key cannot be used.
    #[error("coordinator: {0}")]
    Coordinator(#[source] PublicKeyError),
    /// The signature does not hold.
    #[error("signature: {0}")]
    Signature(#[source] SignatureError),
    /// The coordinator's secp256k1 key cannot be used.
    #[error("coordinator: {0}")]
    EcdsaCoordinator(#[source] EcdsaError),
    /// The ECDSA signature does not hold.
    #[error("signature: {0}")]
    EcdsaSignature(#[source] EcdsaError),
    /// A proof for nothing could be used for anything.
    #[error("context: zero binds the proof to nothing")]
    NoContext,
    /// A coordinator signs under its own fee rule only.
    #[error("fee_bps: {got} is not the {expected} that this coordinator's id commits to")]
    ForeignFeeBps {
        /// The receipt's.
        got: u16,
        /// The coordinator's.
        expected: u16,
    },
}

impl ReceiptError {
    /// The receipt's field that is wrong, as in its JSON.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::RateTooLarge(_) => "rate",
            Self::FeeBpsTooLarge(_) | Self::ForeignFeeBps { .. } => "fee_bps",
            Self::AmountTooLarge { .. } | Self::Amount { .. } => "amount",
            Self::CoordinatorFee { .. } => "coordinator_fee",
            Self::ProverReward { .. } => "prover_reward",
            Self::NoContext => "context",
            Self::Coordinator(_) | Self::EcdsaCoordinator(_) => "coordinator",
            Self::Signature(_) | Self::EcdsaSignature(_) => "signature",
        }
    }
}
