//! Receipts under an ECDSA signature.

use std::sync::{Arc, LazyLock};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::circuit::{EcdsaReceiptCircuit, EcdsaReceiptPublicInputs, EcdsaReceiptWitness};
use crate::{
    ecdsa::{self, EcdsaError, KeyTable, PublicKey, Signature},
    field::{Fr, keccak_mod_r},
    poseidon,
    receipt::{Receipt, ReceiptError},
};

static DOMAIN: LazyLock<Fr> = LazyLock::new(|| keccak_mod_r(b"proofrail.ecdsa_coordinator.v1"));

pub(super) fn domain() -> Fr {
    *DOMAIN
}

/// What payers authorise: a commitment to the key's table and the agreed basis points.
pub fn ecdsa_coordinator_id(table: &KeyTable, fee_bps: u16) -> Fr {
    let [low, high] = table.root();
    poseidon::hash(&[domain(), low, high, fee_bps.into()])
}

/// A receipt signed by a secp256k1 key. Holds what stays private: treat it as the client's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignedEcdsaReceipt {
    /// The receipt.
    pub receipt: Receipt,
    /// The coordinator's verifying key.
    pub coordinator: PublicKey,
    /// The coordinator's signature on the receipt's message as a digest of 32 bytes, big-endian.
    pub signature: Signature,
}

/// Signs a receipt that keeps all rules.
///
/// # Errors
/// [`ReceiptError`] naming the field that breaks a rule, or the secret that is none.
pub fn sign_ecdsa(secret: &[u8; 32], receipt: Receipt) -> Result<SignedEcdsaReceipt, ReceiptError> {
    receipt.check()?;
    let signed = ecdsa::sign(secret, &receipt.message());
    let (coordinator, signature) = signed.map_err(ReceiptError::EcdsaCoordinator)?;
    Ok(SignedEcdsaReceipt { receipt, coordinator, signature })
}

impl SignedEcdsaReceipt {
    /// Checks every rule that the circuit proves.
    ///
    /// # Errors
    /// [`ReceiptError`] naming the field that is wrong.
    pub fn check(&self) -> Result<(), ReceiptError> {
        self.receipt.check()?;
        self.coordinator.verify(&self.receipt.message(), &self.signature).map_err(named)
    }

    /// What a verifier sees, with the coordinator's table at hand.
    pub fn public_inputs(&self, table: &KeyTable) -> EcdsaReceiptPublicInputs {
        EcdsaReceiptPublicInputs {
            context: self.receipt.context,
            amount: self.receipt.amount.into(),
            coordinator: ecdsa_coordinator_id(table, self.receipt.fee_bps),
        }
    }

    /// The circuit assigned with this receipt, after [`Self::check`]. Computes the key's table: where one
    /// key signs many receipts, keep the table and use [`Self::to_circuit_with`].
    ///
    /// # Errors
    /// [`ReceiptError`] naming the field that is wrong.
    pub fn to_circuit(&self) -> Result<EcdsaReceiptCircuit, ReceiptError> {
        self.check()?;
        self.to_circuit_with(Arc::new(KeyTable::new(&self.coordinator).map_err(named)?))
    }

    /// The circuit assigned with this receipt and the table of its coordinator.
    ///
    /// # Errors
    /// [`ReceiptError`] naming the field that is wrong.
    pub fn to_circuit_with(
        &self,
        table: Arc<KeyTable>,
    ) -> Result<EcdsaReceiptCircuit, ReceiptError> {
        self.receipt.check()?;
        let opening = self.coordinator.open(&self.receipt.message(), &self.signature);
        let public = self.public_inputs(&table);
        let opening = opening.map_err(named)?;
        let witness = EcdsaReceiptWitness::new(&self.receipt, table, opening);
        Ok(EcdsaReceiptCircuit::assigned(public, witness))
    }
}

fn named(error: EcdsaError) -> ReceiptError {
    match error {
        EcdsaError::NotOnCurve => ReceiptError::EcdsaCoordinator(error),
        error => ReceiptError::EcdsaSignature(error),
    }
}
