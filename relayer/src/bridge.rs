//! Bridges: what carries a message from the source chain to the destination's hub.
//!
//! A bridge only carries: the proof authorises. Whether a message settled is decided by the hub alone; an adapter
//! explains what happens on the way.

mod direct;
mod layerzero;

use std::{fmt, sync::Arc};

use alloy::{
    primitives::{Address, B256, Bytes, U256},
    rpc::types::TransactionReceipt,
};
use async_trait::async_trait;
use serde::Serialize;

pub use self::{direct::DirectAdapter, layerzero::LayerZeroAdapter};
use crate::{
    chain::{CallError, ChainError},
    config::Route,
    settlement::{ProofBytes, Settlement},
    store::Record,
};

/// What travels: the settlement and the proof that authorises it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The settlement id.
    pub id: B256,
    /// What is to be settled.
    pub settlement: Settlement,
    /// Why it may be.
    pub proof: ProofBytes,
}

impl Message {
    /// The message of a stored record.
    pub fn of(record: &Record) -> Self {
        Self { id: record.id, settlement: record.settlement.clone(), proof: record.proof }
    }
}

/// What carrying one message costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The bridge's fee: wei of the chain that the transaction goes to. Gas comes on top.
    pub fee: U256,
}

/// The call that hands a message to the bridge. Nonce, gas, fees, signature and broadcast are the submitter's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// EIP-155 id of the chain that it goes to.
    pub chain_id: u64,
    /// The contract.
    pub to: Address,
    /// Wei.
    pub value: U256,
    /// Calldata.
    pub data: Bytes,
}

/// What the bridge knows of a sent message, as read from the destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Not there yet.
    InFlight,
    /// The receiver keeps it until it can be applied and somebody calls `retry`.
    Stored {
        /// The hub's refusal, decoded where it is known.
        error: String,
    },
    /// The bridge's executor tried and the receiver reverted.
    Reverted {
        /// The revert, decoded where it is known.
        error: String,
    },
}

/// The state of a bridge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BridgeHealth {
    /// Whether a message sent now is expected to arrive.
    pub ok: bool,
    /// What is wrong, or what was looked at.
    pub detail: String,
}

/// An error of a bridge.
#[derive(Debug, thiserror::Error)]
pub enum BridgeError {
    /// A chain gave no usable answer.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// One of the bridge's contracts refused.
    #[error("{contract} refused: {error}")]
    Refused {
        /// Which contract and function.
        contract: &'static str,
        /// The decoded error.
        error: String,
    },
    /// The deployment lacks a contract that this bridge needs.
    #[error("{0}; or remove the bridge from the configuration")]
    NotDeployed(#[from] proofrail_evm::deployment::DeploymentError),
    /// A final, successful source transaction does not hold the message.
    #[error("source transaction {transaction} succeeded but holds no {event}")]
    NotInReceipt {
        /// Its hash.
        transaction: B256,
        /// What was looked for.
        event: &'static str,
    },
    /// The configuration has no section of the bridge.
    #[error("the configuration has no section [bridges.{0}]")]
    NoSection(&'static str),
    /// No bridge of this name was built in.
    #[error("bridge {name:?} is unknown; known: {known}")]
    Unknown {
        /// As configured.
        name: String,
        /// Comma-separated names.
        known: String,
    },
}

impl BridgeError {
    fn from_call(contract: &'static str) -> impl FnOnce(CallError) -> Self {
        move |error| match error {
            CallError::Chain(chain) => Self::Chain(chain),
            CallError::Reverted(data) => {
                Self::Refused { contract, error: crate::hub::describe(&data) }
            }
        }
    }
}

/// A bridge. Implementations hold no state of their own: everything is in the database or on a chain, so that any
/// method may be called again after a crash.
#[async_trait]
pub trait BridgeAdapter: fmt::Debug + Send + Sync {
    /// The word used in requests, configuration and the database.
    fn name(&self) -> &'static str;

    /// Whether it carries messages from one chain to the other (EIP-155 ids).
    fn supports(&self, source: u64, destination: u64) -> bool;

    /// EIP-155 id of the chain on which the relayer pays for it.
    fn pays_on(&self) -> u64;

    /// The largest message it takes now, bytes.
    ///
    /// # Errors
    /// When the bridge's contracts cannot be read.
    async fn max_message_size(&self) -> Result<usize, BridgeError>;

    /// Bytes of this message as it would travel.
    fn message_size(&self, message: &Message) -> usize;

    /// What carrying this message costs now.
    ///
    /// # Errors
    /// When the bridge's contracts refuse or cannot be read.
    async fn quote(&self, message: &Message) -> Result<Quote, BridgeError>;

    /// The call that hands the message over for the quoted fee; the bridge returns what is left over to `refund_to`.
    /// Sends nothing.
    fn send(&self, message: &Message, quote: Quote, refund_to: Address) -> Call;

    /// The bridge's name of the message, read from the final receipt of the transaction that handed it over.
    ///
    /// # Errors
    /// [`BridgeError::NotInReceipt`] when the receipt holds no such message.
    fn message_id(
        &self,
        message: &Message,
        receipt: &TransactionReceipt,
    ) -> Result<B256, BridgeError>;

    /// What became of a sent message, from destination state and events from block `from` on at finality.
    ///
    /// # Errors
    /// When the destination cannot be read.
    async fn verify_delivery(&self, message_id: B256, from: u64) -> Result<Delivery, BridgeError>;

    /// Whether a message sent now is expected to arrive.
    async fn health(&self) -> BridgeHealth;
}

type Build = fn(&Route) -> Result<Arc<dyn BridgeAdapter>, BridgeError>;

/// Every bridge of this build: adding one is a line here and a folder beside.
const REGISTRY: &[(&str, Build)] =
    &[(layerzero::NAME, LayerZeroAdapter::build), (direct::NAME, DirectAdapter::build)];

/// Builds a bridge by name.
///
/// # Errors
/// [`BridgeError::Unknown`], or [`BridgeError::NotDeployed`] when the route lacks its contracts.
pub fn build(name: &str, route: &Route) -> Result<Arc<dyn BridgeAdapter>, BridgeError> {
    let found = REGISTRY.iter().find(|(known, _)| *known == name);
    let (_, build) = found.ok_or_else(|| BridgeError::Unknown {
        name: name.to_owned(),
        known: REGISTRY.iter().map(|(known, _)| *known).collect::<Vec<_>>().join(", "),
    })?;
    build(route)
}
