//! The coordinator: a key and the fee rule it works under.

use std::{fmt, sync::LazyLock};

use super::{error::ReceiptError, signed::SignedReceipt, terms::Receipt};
use crate::{
    eddsa::{PublicKey, SecretKey, Signature},
    field::{Fr, keccak_mod_r},
    poseidon,
    receipt::BPS_DENOMINATOR,
};

static DOMAIN: LazyLock<Fr> = LazyLock::new(|| keccak_mod_r(b"proofrail.coordinator.v1"));

/// The domain of a coordinator's id: `keccak256("proofrail.coordinator.v1") mod r`.
pub(super) fn domain() -> Fr {
    *DOMAIN
}

/// What payers authorise: a commitment to the key and the agreed basis points.
pub fn coordinator_id(key: &PublicKey, fee_bps: u16) -> Fr {
    poseidon::hash(&[domain(), key.x, key.y, fee_bps.into()])
}

/// A coordinator's signing key with its fee rule. The secret is wiped when dropped.
#[derive(Clone)]
pub struct CoordinatorKey {
    secret: SecretKey,
    public: PublicKey,
    fee_bps: u16,
}

impl fmt::Debug for CoordinatorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CoordinatorKey")
            .field("public", &self.public)
            .field("fee_bps", &self.fee_bps)
            .finish_non_exhaustive()
    }
}

impl CoordinatorKey {
    /// A coordinator that takes `fee_bps` basis points of every amount.
    ///
    /// # Errors
    /// [`ReceiptError::FeeBpsTooLarge`] above 10000.
    pub fn new(secret: SecretKey, fee_bps: u16) -> Result<Self, ReceiptError> {
        if fee_bps > BPS_DENOMINATOR {
            return Err(ReceiptError::FeeBpsTooLarge(fee_bps));
        }
        let public = secret.public_key();
        Ok(Self { secret, public, fee_bps })
    }

    /// The verifying key.
    pub const fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// The basis points that this coordinator takes.
    pub const fn fee_bps(&self) -> u16 {
        self.fee_bps
    }

    /// The id that payers authorise.
    pub fn id(&self) -> Fr {
        coordinator_id(&self.public, self.fee_bps)
    }

    /// Signs a receipt that keeps all rules.
    ///
    /// # Errors
    /// [`ReceiptError`] naming the field that breaks a rule.
    pub fn sign(&self, receipt: Receipt) -> Result<SignedReceipt, ReceiptError> {
        self.require_own_rule(&receipt)?;
        let signature = self.sign_message(&receipt.message());
        Ok(SignedReceipt { receipt, coordinator: self.public, signature })
    }

    /// Refuses a receipt that breaks a rule or is under another fee rule.
    pub(super) fn require_own_rule(&self, receipt: &Receipt) -> Result<(), ReceiptError> {
        if receipt.fee_bps != self.fee_bps {
            let (got, expected) = (receipt.fee_bps, self.fee_bps);
            return Err(ReceiptError::ForeignFeeBps { got, expected });
        }
        receipt.check()
    }

    /// Signs what the caller has checked.
    pub(crate) fn sign_message(&self, message: &Fr) -> Signature {
        self.secret.sign(message)
    }
}
