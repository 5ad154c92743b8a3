//! Receipts with parties, their signature and their commitment.

use std::sync::LazyLock;

use ark_ff::AdditiveGroup;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::circuit::{PrivateReceiptCircuit, PrivateReceiptPublicInputs, PrivateReceiptWitness};
use crate::{
    eddsa::{PublicKey, Signature, SignatureError},
    field::{self, Fr, keccak_mod_r},
    poseidon,
    receipt::{CoordinatorKey, Receipt, ReceiptError, SignedReceipt, coordinator_id},
    secret::Secret,
};

static MESSAGE: LazyLock<Fr> = LazyLock::new(|| keccak_mod_r(b"proofrail.private_receipt.v1"));
static COMMITMENT: LazyLock<Fr> =
    LazyLock::new(|| keccak_mod_r(b"proofrail.receipt_commitment.v1"));

pub(super) fn message_domain() -> Fr {
    *MESSAGE
}

pub(super) fn commitment_domain() -> Fr {
    *COMMITMENT
}

/// What is public of a receipt's amount and parties:
/// `Poseidon(domain, amount, payer, recipient, blinding)`.
pub fn receipt_commitment(amount: u128, payer: Fr, recipient: Fr, blinding: &Secret) -> Fr {
    poseidon::hash(&[commitment_domain(), amount.into(), payer, recipient, *blinding.expose()])
}

/// A receipt that names who pays and who is paid, as owners of shielded notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PrivateReceipt {
    /// Work done and its price. The context binds neither the amount nor the parties.
    pub terms: Receipt,
    /// Who pays: the owner of the notes that are spent.
    #[serde(with = "field::serde_hex")]
    #[schemars(with = "field::HexText")]
    pub payer: Fr,
    /// Who is paid: the owner of the note that is made.
    #[serde(with = "field::serde_hex")]
    #[schemars(with = "field::HexText")]
    pub recipient: Fr,
}

impl PrivateReceipt {
    /// Checks every rule that the circuit proves but the signature.
    ///
    /// # Errors
    /// [`ReceiptError`] naming the first field that breaks a rule.
    pub fn check(&self) -> Result<(), ReceiptError> {
        if self.terms.context == Fr::ZERO {
            return Err(ReceiptError::NoContext);
        }
        self.terms.check()
    }

    /// What the coordinator signs: as for a receipt, under another domain, and the parties.
    pub fn message(&self) -> Fr {
        let [context, details, units, rate, amount, reward, fee, bps] = self.terms.fields();
        poseidon::hash(&[
            message_domain(),
            context,
            details,
            units,
            rate,
            amount,
            reward,
            fee,
            bps,
            self.payer,
            self.recipient,
        ])
    }
}

impl CoordinatorKey {
    /// Signs a private receipt that keeps all rules; `blinding` is for the prover to hide it with.
    ///
    /// # Errors
    /// [`ReceiptError`] naming the field that breaks a rule.
    pub fn sign_private(
        &self,
        receipt: PrivateReceipt,
        blinding: Secret,
    ) -> Result<SignedPrivateReceipt, ReceiptError> {
        self.require_own_rule(&receipt.terms)?;
        receipt.check()?;
        let signature = self.sign_message(&receipt.message());
        Ok(SignedPrivateReceipt { receipt, blinding, coordinator: *self.public_key(), signature })
    }
}

/// A signed private receipt. Holds what stays private: treat it as the client's data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignedPrivateReceipt {
    /// The receipt.
    pub receipt: PrivateReceipt,
    /// Hides amount and parties in their commitment.
    pub blinding: Secret,
    /// The coordinator's verifying key.
    pub coordinator: PublicKey,
    /// The coordinator's signature on the receipt's message.
    pub signature: Signature,
}

impl SignedPrivateReceipt {
    /// Checks every rule that the circuit proves.
    ///
    /// # Errors
    /// [`ReceiptError`] naming the field that is wrong.
    pub fn check(&self) -> Result<(), ReceiptError> {
        self.receipt.check()?;
        self.coordinator.verify(&self.receipt.message(), &self.signature).map_err(|e| match e {
            SignatureError::PublicKey(e) => ReceiptError::Coordinator(e),
            e => ReceiptError::Signature(e),
        })
    }

    /// What `shielded` pays the receipt under.
    pub fn commitment(&self) -> Fr {
        let PrivateReceipt { terms, payer, recipient } = self.receipt;
        receipt_commitment(terms.amount, payer, recipient, &self.blinding)
    }

    /// What a verifier sees.
    pub fn public_inputs(&self) -> PrivateReceiptPublicInputs {
        let terms = &self.receipt.terms;
        PrivateReceiptPublicInputs {
            context: terms.context,
            commitment: self.commitment(),
            coordinator: coordinator_id(&self.coordinator, terms.fee_bps),
        }
    }

    /// The circuit assigned with this receipt, after [`Self::check`].
    ///
    /// # Errors
    /// [`ReceiptError`] naming the field that is wrong.
    pub fn to_circuit(&self) -> Result<PrivateReceiptCircuit, ReceiptError> {
        self.check()?;
        let PrivateReceipt { terms, payer, recipient } = self.receipt;
        let (coordinator, signature) = (self.coordinator, self.signature);
        let witness = PrivateReceiptWitness {
            receipt: SignedReceipt { receipt: terms, coordinator, signature }.witness(),
            amount: terms.amount.into(),
            payer,
            recipient,
            blinding: self.blinding.clone(),
        };
        Ok(PrivateReceiptCircuit::assigned(self.public_inputs(), witness))
    }
}
