//! Batches, their root and their signature.

use std::sync::LazyLock;

use ark_ff::{AdditiveGroup, PrimeField};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::circuit::{
    BATCH_SIZE, BatchReceiptWitness, ReceiptBatchCircuit, ReceiptBatchPublicInputs,
    ReceiptBatchWitness,
};
use crate::{
    eddsa::{PublicKey, PublicKeyError, Signature, SignatureError},
    field::{self, Fr, keccak_mod_r},
    merkle::root_of_leaves,
    poseidon,
    receipt::{CoordinatorKey, Receipt, ReceiptError, coordinator_id},
};

static DOMAIN: LazyLock<Fr> = LazyLock::new(|| keccak_mod_r(b"proofrail.receipt_batch.v1"));

pub(super) fn domain() -> Fr {
    *DOMAIN
}

/// Receipts that are paid together, to one recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiptBatch {
    /// Binds the batch to one settlement: chain, hub, id, payer, recipient, token, deadline.
    #[serde(with = "field::serde_hex")]
    #[schemars(with = "field::HexText")]
    pub context: Fr,
    /// One to 64 receipts of one coordinator, under one fee rule.
    pub receipts: Vec<Receipt>,
}

/// A batch that no proof exists for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BatchError {
    /// No receipt, or more than the circuit has places.
    #[error("receipts: there are {0}, and a batch has 1 to {BATCH_SIZE}")]
    Count(usize),
    /// A receipt breaks a rule.
    #[error("receipts[{index}].{source}")]
    Receipt {
        /// Its place.
        index: usize,
        /// What is wrong with it.
        source: ReceiptError,
    },
    /// The amounts come to too much.
    #[error("receipts: the amounts do not sum up to less than 2^128")]
    TotalTooLarge,
    /// The coordinator's key cannot be used.
    #[error("coordinator: {0}")]
    Coordinator(#[source] PublicKeyError),
    /// The signature does not hold.
    #[error("signature: {0}")]
    Signature(#[source] SignatureError),
}

impl BatchError {
    /// The field that is wrong, as in the JSON.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Count(_) | Self::Receipt { .. } | Self::TotalTooLarge => "receipts",
            Self::Coordinator(_) => "coordinator",
            Self::Signature(_) => "signature",
        }
    }
}

impl ReceiptBatch {
    /// Checks every rule that the circuit proves but the signature.
    ///
    /// # Errors
    /// [`BatchError`] naming the receipt that is wrong.
    pub fn check(&self) -> Result<(), BatchError> {
        let first = match self.receipts.first() {
            Some(first) if self.receipts.len() <= BATCH_SIZE => first,
            _ => return Err(BatchError::Count(self.receipts.len())),
        };
        for (index, receipt) in self.receipts.iter().enumerate() {
            let (got, expected) = (receipt.fee_bps, first.fee_bps);
            let rule = if got == expected {
                receipt.check()
            } else {
                Err(ReceiptError::ForeignFeeBps { got, expected })
            };
            rule.map_err(|source| BatchError::Receipt { index, source })?;
        }
        self.total().map(|_| ())
    }

    /// What the receipts come to.
    ///
    /// # Errors
    /// [`BatchError::TotalTooLarge`] from `2^128`.
    pub fn total(&self) -> Result<u128, BatchError> {
        let amounts = self.receipts.iter().map(|receipt| receipt.amount);
        amounts.into_iter().try_fold(0u128, u128::checked_add).ok_or(BatchError::TotalTooLarge)
    }

    /// The Merkle root over the receipts' messages. The places behind the last one hold receipts over
    /// nothing, under the same fee rule.
    pub fn root(&self) -> Fr {
        let messages: Vec<Fr> = self.padded().iter().map(Receipt::message).collect();
        root_of_leaves(&messages)
    }

    /// What the coordinator signs: `Poseidon(domain, context, root)`.
    pub fn message(&self) -> Fr {
        poseidon::hash(&[domain(), self.context, self.root()])
    }

    fn fee_bps(&self) -> u16 {
        self.receipts.first().map_or(0, |receipt| receipt.fee_bps)
    }

    fn padded(&self) -> Vec<Receipt> {
        let nothing = Receipt {
            context: Fr::ZERO,
            details: Fr::ZERO,
            units: 0,
            rate: 0,
            amount: 0,
            prover_reward: 0,
            coordinator_fee: 0,
            fee_bps: self.fee_bps(),
        };
        let mut receipts = self.receipts.clone();
        receipts.resize(BATCH_SIZE, nothing);
        receipts
    }
}

impl CoordinatorKey {
    /// Signs a batch of receipts that keep all rules.
    ///
    /// # Errors
    /// [`BatchError`] naming the receipt that is wrong.
    pub fn sign_batch(&self, batch: ReceiptBatch) -> Result<SignedReceiptBatch, BatchError> {
        batch.check()?;
        let (got, expected) = (batch.fee_bps(), self.fee_bps());
        if got != expected {
            let source = ReceiptError::ForeignFeeBps { got, expected };
            return Err(BatchError::Receipt { index: 0, source });
        }
        let signature = self.sign_message(&batch.message());
        Ok(SignedReceiptBatch { batch, coordinator: *self.public_key(), signature })
    }
}

/// A signed batch. Holds what stays private: treat it as the client's data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignedReceiptBatch {
    /// The batch.
    pub batch: ReceiptBatch,
    /// The coordinator's verifying key.
    pub coordinator: PublicKey,
    /// The coordinator's signature on the batch's message.
    pub signature: Signature,
}

impl SignedReceiptBatch {
    /// Checks every rule that the circuit proves.
    ///
    /// # Errors
    /// [`BatchError`] naming the field that is wrong.
    pub fn check(&self) -> Result<(), BatchError> {
        self.batch.check()?;
        self.coordinator.verify(&self.batch.message(), &self.signature).map_err(|e| match e {
            SignatureError::PublicKey(e) => BatchError::Coordinator(e),
            e => BatchError::Signature(e),
        })
    }

    /// What a verifier sees.
    ///
    /// # Errors
    /// [`BatchError::TotalTooLarge`] when the amounts come to `2^128` or more.
    pub fn public_inputs(&self) -> Result<ReceiptBatchPublicInputs, BatchError> {
        Ok(ReceiptBatchPublicInputs {
            context: self.batch.context,
            root: self.batch.root(),
            total: self.batch.total()?.into(),
            coordinator: coordinator_id(&self.coordinator, self.batch.fee_bps()),
        })
    }

    /// The circuit assigned with this batch, after [`Self::check`].
    ///
    /// # Errors
    /// [`BatchError`] naming the field that is wrong.
    pub fn to_circuit(&self) -> Result<ReceiptBatchCircuit, BatchError> {
        self.check()?;
        let receipts = self.batch.padded();
        let witness = ReceiptBatchWitness {
            receipts: receipts.iter().map(BatchReceiptWitness::of).collect(),
            fee_bps: self.batch.fee_bps().into(),
            key: (self.coordinator.x, self.coordinator.y),
            r8: (self.signature.r8x, self.signature.r8y),
            s: Fr::from(self.signature.s.into_bigint()),
        };
        Ok(ReceiptBatchCircuit::assigned(self.public_inputs()?, witness))
    }
}
