//! Bridges: what carries a message from the source chain to the destination's hub.
//!
//! A bridge only carries: the proof authorises. Whether a message settled is decided by the hub alone; an adapter
//! explains what happens on the way.

mod attestation;
mod ccip;
mod direct;
mod layerzero;
mod receiver;
mod wormhole;

use std::{fmt, sync::Arc, time::Duration};

use alloy::{
    primitives::{Address, B256, Bytes, U256},
    rpc::types::TransactionReceipt,
};
use async_trait::async_trait;
use serde::Serialize;

pub use self::{
    ccip::CcipAdapter, direct::DirectAdapter, layerzero::LayerZeroAdapter,
    wormhole::WormholeAdapter,
};
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
    /// The bridge's fee: wei of the chain that the transaction goes to, or units of the token that the configuration
    /// pays it in. Gas comes on top.
    pub fee: U256,
    /// The token that the fee is paid in, where it is not the coin.
    pub token: Option<Address>,
}

impl Quote {
    /// A fee in the chain's own coin, wei.
    pub const fn coins(fee: U256) -> Self {
        Self { fee, token: None }
    }
}

/// Gas of the relayer's own transactions for one message, as measured on a development network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnGas {
    /// On the source.
    pub source: u64,
    /// On the destination.
    pub destination: u64,
}

/// A message that the bridge has, as the database knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// What was sent.
    pub message: Message,
    /// The bridge's name of it.
    pub id: B256,
    /// The final source block that holds it.
    pub source_block: u64,
    /// The first destination block that can hold anything of it.
    pub from: u64,
    /// How long the bridge has had it.
    pub waiting: Duration,
}

/// A call that hands a message to the bridge, or delivers it. Nonce, gas, fees, signature and broadcast are the submitter's.
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
    /// Gas that it takes at least, whatever the estimate says: some contracts succeed, in vain, with too little.
    pub min_gas: u64,
}

impl Call {
    /// A call without coins, of as much gas as the estimate says.
    pub(crate) fn plain(chain_id: u64, to: Address, data: Vec<u8>) -> Self {
        Self { chain_id, to, value: U256::ZERO, data: data.into(), min_gas: 0 }
    }
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
    /// A service of the bridge's operators gave no usable answer.
    #[error("{service} gave no usable answer: {problem}")]
    Service {
        /// Scheme, host and port.
        service: String,
        /// What went wrong.
        problem: String,
    },
    /// A final source block does not hold the message any more, or never did.
    #[error(
        "source block {block} holds no {event} of this message; is the source's `finality` too early?"
    )]
    NotOnSource {
        /// Its number.
        block: u64,
        /// What was looked for.
        event: &'static str,
    },
    /// A value of the bridge's section cannot work.
    #[error("bridges.{key}: {problem}")]
    Section {
        /// Path of the key.
        key: &'static str,
        /// What is wrong and what to do.
        problem: String,
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

    /// Gas that the relayer itself usually pays for one message, beside the fee.
    fn own_gas(&self) -> OwnGas;

    /// Who calls the hub for a message over this bridge: our receiver; `None` where the proof alone does.
    fn receiver(&self) -> Option<Address>;

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

    /// What became of a sent message, from destination state and events at finality.
    ///
    /// # Errors
    /// When the destination cannot be read.
    async fn verify_delivery(&self, sent: &Sent) -> Result<Delivery, BridgeError>;

    /// The call with which the relayer itself delivers a sent message now, where it can: what nobody else delivers, what
    /// failed and would not fail again, what the receiver keeps and would apply. Sends nothing.
    ///
    /// # Errors
    /// When a chain or a service of the bridge gives no usable answer.
    async fn deliver(&self, sent: &Sent, delivery: &Delivery) -> Result<Option<Call>, BridgeError> {
        let _nothing_to_do = (sent, delivery);
        Ok(None)
    }

    /// EIP-155 id of the chain on which no message arrives without a transaction of the relayer's own.
    fn delivers_on(&self) -> Option<u64> {
        None
    }

    /// Whether a message sent now is expected to arrive.
    async fn health(&self) -> BridgeHealth;
}

type Build = fn(&Route) -> Result<Arc<dyn BridgeAdapter>, BridgeError>;

/// Every bridge of this build: adding one is a line here and a folder beside.
const REGISTRY: &[(&str, Build)] = &[
    (layerzero::NAME, LayerZeroAdapter::build),
    (wormhole::NAME, WormholeAdapter::build),
    (ccip::NAME, CcipAdapter::build),
    (direct::NAME, DirectAdapter::build),
];

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
