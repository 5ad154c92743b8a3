//! A receipt with the coordinator's signature: what a prover is given.

use ark_ff::PrimeField;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    circuit::{ReceiptCircuit, ReceiptPublicInputs, ReceiptWitness},
    coordinator::coordinator_id,
    error::ReceiptError,
    terms::Receipt,
};
use crate::{
    eddsa::{PublicKey, Signature, SignatureError},
    field::Fr,
};

/// A signed receipt. Holds what stays private: treat it as the client's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignedReceipt {
    /// The receipt.
    pub receipt: Receipt,
    /// The coordinator's verifying key.
    pub coordinator: PublicKey,
    /// The coordinator's signature on the receipt's message.
    pub signature: Signature,
}

impl SignedReceipt {
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

    /// What a verifier sees.
    pub fn public_inputs(&self) -> ReceiptPublicInputs {
        ReceiptPublicInputs {
            context: self.receipt.context,
            amount: self.receipt.amount.into(),
            coordinator: coordinator_id(&self.coordinator, self.receipt.fee_bps),
        }
    }

    /// The circuit assigned with this receipt, after [`Self::check`].
    ///
    /// # Errors
    /// [`ReceiptError`] naming the field that is wrong.
    pub fn to_circuit(&self) -> Result<ReceiptCircuit, ReceiptError> {
        self.check()?;
        Ok(ReceiptCircuit::assigned(self.public_inputs(), self.witness()))
    }

    /// The private values as field elements, unchecked.
    pub fn witness(&self) -> ReceiptWitness {
        ReceiptWitness {
            key: (self.coordinator.x, self.coordinator.y),
            r8: (self.signature.r8x, self.signature.r8y),
            s: Fr::from(self.signature.s.into_bigint()),
            ..ReceiptWitness::of_terms(&self.receipt)
        }
    }
}
