//! The door: every check that needs no chain, made before a request is stored.

use std::collections::BTreeMap;

use alloy::primitives::{Address, B256, keccak256};
use proofrail_circuits::{
    field::{self, Fr},
    receipt::{ReceiptError, SignedReceipt},
};
use serde::{Deserialize, Serialize};

use crate::{
    circuits::{self, Circuits},
    clock::now_ms,
    reason::Refusal,
    routing::AUTO,
    settlement::{ProofBytes, Settlement},
    store::NewSettlement,
};

/// A request to settle, as clients send it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettleRequest {
    /// What is to be settled.
    pub settlement: Settlement,
    /// The coordinator's signed receipt. Private: it is checked and then forgotten.
    pub receipt: SignedReceipt,
    /// Its proof.
    pub proof: ProofBytes,
    /// The bridge to take, or `auto` for any; the configured default without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bridge: Option<String>,
}

impl SettleRequest {
    /// Reads a request.
    ///
    /// # Errors
    /// [`Refusal::Malformed`] with the path of the field that cannot be read.
    pub fn from_json(body: &[u8]) -> Result<Self, Refusal> {
        let mut json = serde_json::Deserializer::from_slice(body);
        let malformed = |field: String, problem: String| Refusal::Malformed { field, problem };
        let request = serde_path_to_error::deserialize(&mut json)
            .map_err(|error| malformed(error.path().to_string(), error.inner().to_string()))?;
        json.end().map_err(|error| malformed("body".to_owned(), error.to_string()))?;
        Ok(request)
    }

    /// keccak256 of the request in one fixed form, by which a repeated request is recognised.
    fn hash(&self) -> Result<B256, Refusal> {
        let problem = |error: serde_json::Error| Refusal::Malformed {
            field: "body".to_owned(),
            problem: error.to_string(),
        };
        serde_json::to_vec(self).map(keccak256).map_err(problem)
    }
}

/// What the door knows of the route.
#[derive(Debug)]
pub struct Door {
    /// EIP-155 id of the chain that messages are sent from.
    pub source: u64,
    /// EIP-155 id of the chain that settles.
    pub destination: u64,
    /// The hub that settles.
    pub hub: Address,
    /// Verifying keys.
    pub circuits: Circuits,
    /// Bridges in use, and whether each serves the route.
    pub bridges: BTreeMap<String, bool>,
    /// The bridge that requests that name none take first, or [`AUTO`].
    pub default_bridge: String,
    /// Seconds that a deadline must leave.
    pub min_time_left: u64,
}

impl Door {
    /// Checks a request, cheapest first; the proof last.
    ///
    /// # Errors
    /// [`Refusal`] with the first field that is at fault.
    pub fn check(&self, request: &SettleRequest) -> Result<NewSettlement, Refusal> {
        let SettleRequest { settlement, receipt, proof, bridge } = request;
        let request_hash = request.hash()?;
        let (bridge, pinned) = self.bridge(bridge.as_deref())?;
        let key = self.circuits.get(settlement.circuit_id)?;
        self.check_deadline(settlement.deadline)?;
        receipt.check().map_err(|error| refusal(&error))?;
        self.check_inputs(settlement, receipt)?;
        circuits::verify(key, receipt, proof)?;
        let id = proofrail_evm::Settlement::from(settlement).id();
        Ok(NewSettlement {
            id,
            request_hash,
            settlement: settlement.clone(),
            proof: *proof,
            bridge,
            pinned,
        })
    }

    /// The bridge to begin with, and whether no other may be taken.
    fn bridge(&self, requested: Option<&str>) -> Result<(String, bool), Refusal> {
        let name = requested.unwrap_or(&self.default_bridge);
        if name == AUTO {
            return Ok((name.to_owned(), false));
        }
        match self.bridges.get(name) {
            Some(true) => Ok((name.to_owned(), requested.is_some())),
            Some(false) => Err(Refusal::UnsupportedRoute {
                bridge: name.to_owned(),
                source_chain: self.source,
                destination: self.destination,
            }),
            None => {
                let known = self.bridges.keys().cloned().collect::<Vec<_>>().join(", ");
                Err(Refusal::UnknownBridge { name: name.to_owned(), known })
            }
        }
    }

    fn check_deadline(&self, deadline: u64) -> Result<(), Refusal> {
        let left = deadline.saturating_sub(now_ms() / 1000);
        let needed = self.min_time_left;
        if left < needed {
            return Err(Refusal::DeadlineTooNear { deadline, left, needed });
        }
        Ok(())
    }

    /// The receipt must be about this settlement, on this chain, by this hub.
    fn check_inputs(
        &self,
        settlement: &Settlement,
        receipt: &SignedReceipt,
    ) -> Result<(), Refusal> {
        let inputs = receipt.public_inputs();
        if receipt.receipt.amount != settlement.amount {
            let (settlement, receipt) = (settlement.amount, receipt.receipt.amount);
            return Err(Refusal::AmountMismatch { settlement, receipt });
        }
        let coordinator = word(&inputs.coordinator);
        if coordinator != settlement.coordinator {
            let (settlement, receipt) = (settlement.coordinator, coordinator);
            return Err(Refusal::CoordinatorMismatch { settlement, receipt });
        }
        let expected: B256 =
            proofrail_evm::Settlement::from(settlement).context(self.destination, self.hub).into();
        let found = word(&inputs.context);
        if found != expected {
            return Err(Refusal::ContextMismatch { expected, found });
        }
        Ok(())
    }
}

fn word(value: &Fr) -> B256 {
    B256::from(field::to_be_bytes(value))
}

fn refusal(error: &ReceiptError) -> Refusal {
    match error {
        ReceiptError::Signature(_) => Refusal::ReceiptSignature(error.to_string()),
        ReceiptError::Coordinator(_) => Refusal::ReceiptRule {
            field: "receipt.coordinator".to_owned(),
            problem: error.to_string(),
        },
        _ => Refusal::ReceiptRule {
            field: format!("receipt.receipt.{}", error.field()),
            problem: error.to_string(),
        },
    }
}
