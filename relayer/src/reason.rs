//! Why a request is refused, a message is held, or a message has failed: typed, stored, and shown alike everywhere.

use alloy::primitives::{Address, B256, U256};
use serde::{Deserialize, Serialize};

/// A request that is refused at the door: nothing is stored and no chain is written to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A field that cannot be read.
    #[error("{field}: {problem}")]
    Malformed {
        /// Path of the field in the request.
        field: String,
        /// What is wrong with it and what is expected.
        problem: String,
    },
    /// The circuit id is none of those that this relayer has a verifying key for.
    #[error(
        "circuit {0} is unknown here; configure its verifying key or correct settlement.circuit_id"
    )]
    UnknownCircuit(B256),
    /// The receipt breaks one of its own rules.
    #[error("{field}: {problem}")]
    ReceiptRule {
        /// Path of the field in the request.
        field: String,
        /// The rule and the values.
        problem: String,
    },
    /// The coordinator's signature does not hold.
    #[error("the coordinator's signature does not match the receipt: {0}")]
    ReceiptSignature(String),
    /// The receipt is bound to another chain, hub, settlement, payer, recipient, token or deadline.
    #[error("receipt.receipt.context is {found}, but this settlement on this route has {expected}")]
    ContextMismatch {
        /// Computed from the settlement and the route.
        expected: B256,
        /// Found in the receipt.
        found: B256,
    },
    /// The settlement pays another amount than the receipt.
    #[error("settlement.amount is {settlement}, but the receipt is over {receipt}")]
    AmountMismatch {
        /// Base units of the token in the settlement.
        settlement: u128,
        /// Base units of the token in the receipt.
        receipt: u128,
    },
    /// The settlement names another coordinator than the receipt's signer and fee rule.
    #[error(
        "settlement.coordinator is {settlement}, but the receipt's key and fee rule give {receipt}"
    )]
    CoordinatorMismatch {
        /// Named in the settlement.
        settlement: B256,
        /// Computed from the receipt's key and fee_bps.
        receipt: B256,
    },
    /// The proof's bytes are no points.
    #[error("{0}")]
    ProofMalformed(String),
    /// The proof does not verify for these public inputs.
    #[error(
        "the proof does not verify for this settlement's public inputs; prove the receipt again"
    )]
    ProofInvalid,
    /// The deadline leaves no time to get there.
    #[error(
        "settlement.deadline is {deadline}, {left} s from now; this route needs at least {needed} s"
    )]
    DeadlineTooNear {
        /// Unix seconds.
        deadline: u64,
        /// Seconds that are left; 0 when it has passed.
        left: u64,
        /// Seconds that the route's policy asks for.
        needed: u64,
    },
    /// No bridge of this name is configured.
    #[error("bridge {name:?} is not configured; known: {known}")]
    UnknownBridge {
        /// As requested.
        name: String,
        /// Comma-separated names.
        known: String,
    },
    /// The bridge does not serve this pair of chains.
    #[error(
        "bridge {bridge} does not carry messages from chain {source_chain} to chain {destination}"
    )]
    UnsupportedRoute {
        /// Name of the bridge.
        bridge: String,
        /// EIP-155 chain id.
        source_chain: u64,
        /// EIP-155 chain id.
        destination: u64,
    },
    /// The same settlement id was accepted with other content.
    #[error("settlement {0} was accepted with another body; a settlement id is used once")]
    Conflict(B256),
    /// The body is larger than the limit.
    #[error("the body is larger than {0} bytes")]
    BodyTooLarge(usize),
}

impl Refusal {
    /// The stable code that clients match on.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "malformed",
            Self::UnknownCircuit(_) => "unknown_circuit",
            Self::ReceiptRule { .. } => "receipt_rule",
            Self::ReceiptSignature(_) => "receipt_signature",
            Self::ContextMismatch { .. } => "context_mismatch",
            Self::AmountMismatch { .. } => "amount_mismatch",
            Self::CoordinatorMismatch { .. } => "coordinator_mismatch",
            Self::ProofMalformed(_) => "proof_malformed",
            Self::ProofInvalid => "proof_invalid",
            Self::DeadlineTooNear { .. } => "deadline_too_near",
            Self::UnknownBridge { .. } => "unknown_bridge",
            Self::UnsupportedRoute { .. } => "unsupported_route",
            Self::Conflict(_) => "conflict",
            Self::BodyTooLarge(_) => "body_too_large",
        }
    }

    /// The request field that is at fault.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Malformed { field, .. } | Self::ReceiptRule { field, .. } => Some(field),
            Self::UnknownCircuit(_) => Some("settlement.circuit_id"),
            Self::ReceiptSignature(_) => Some("receipt.signature"),
            Self::ContextMismatch { .. } => Some("receipt.receipt.context"),
            Self::AmountMismatch { .. } => Some("settlement.amount"),
            Self::CoordinatorMismatch { .. } => Some("settlement.coordinator"),
            Self::ProofMalformed(_) | Self::ProofInvalid => Some("proof"),
            Self::DeadlineTooNear { .. } => Some("settlement.deadline"),
            Self::UnknownBridge { .. } | Self::UnsupportedRoute { .. } => Some("bridge"),
            Self::Conflict(_) => Some("settlement"),
            Self::BodyTooLarge(_) => None,
        }
    }
}

/// Why a message waits. Each of these can be cured by somebody, so it is tried again until its deadline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum HoldReason {
    /// A chain's RPC endpoint gave no usable answer.
    #[error("chain {chain_id} gave no usable answer: {problem}")]
    RpcUnavailable {
        /// EIP-155 chain id.
        chain_id: u64,
        /// What went wrong, without the endpoint's address.
        problem: String,
    },
    /// The payer's escrow does not cover the amount.
    #[error(
        "the payer's escrow holds {have} of token {token}, the settlement needs {need}; the payer must deposit"
    )]
    EscrowInsufficient {
        /// The ERC-20.
        token: Address,
        /// Base units in escrow.
        #[serde(with = "crate::decimal")]
        have: U256,
        /// Base units needed.
        #[serde(with = "crate::decimal")]
        need: U256,
    },
    /// The payer has not authorised the coordinator for this amount.
    #[error(
        "the payer authorises this coordinator for {limit} per settlement, the settlement needs {need}; the payer must call authorizeCoordinator"
    )]
    CoordinatorNotAuthorized {
        /// Base units per settlement; 0 when not authorised at all.
        #[serde(with = "crate::decimal")]
        limit: U256,
        /// Base units needed.
        #[serde(with = "crate::decimal")]
        need: U256,
    },
    /// What the coordinator may settle in a day is used up.
    #[error(
        "the payer lets this coordinator settle {limit} a day and {left} is left today, the settlement needs {need}; it is tried again tomorrow (UTC), or once the payer calls authorizeCoordinatorDaily"
    )]
    DailyLimitReached {
        /// Base units a day.
        #[serde(with = "crate::decimal")]
        limit: U256,
        /// Base units that are left today.
        #[serde(with = "crate::decimal")]
        left: U256,
        /// Base units needed.
        #[serde(with = "crate::decimal")]
        need: U256,
    },
    /// The circuit is paused on the destination.
    #[error(
        "circuit {circuit_id} is paused on the destination until unix second {until}; the pause ends by itself, unless its guardians stop the circuit"
    )]
    CircuitPaused {
        /// The circuit id.
        circuit_id: B256,
        /// Unix seconds.
        until: u64,
    },
    /// The payer's policy refuses the settlement.
    #[error(
        "the payer's policy {policy} refuses: {error}; a route may want other bridges to deliver too, or time to pass"
    )]
    PolicyRefuses {
        /// The contract that the payer chose.
        policy: Address,
        /// The decoded error.
        error: String,
    },
    /// The payer's policy waits for more bridges to carry the settlement, and none is left that could.
    #[error(
        "the payer's policy {policy} wants {required} bridges to carry the settlement, {agreed} have: {problem}; configure another bridge of its route"
    )]
    AwaitingAgreement {
        /// The contract that the payer chose.
        policy: Address,
        /// How many bridges count so far.
        agreed: u64,
        /// How many must.
        required: u64,
        /// Why no other bridge is taken.
        problem: String,
    },
    /// The payer's policy lets time pass in which its guardians can veto.
    #[error(
        "the payer's policy {policy} lets nothing be paid before unix second {until}; it is tried again then"
    )]
    PolicyDelays {
        /// The contract that the payer chose.
        policy: Address,
        /// Unix seconds.
        until: u64,
    },
    /// No bridge takes the message now.
    #[error("no bridge takes the message now: {problems}")]
    NoBridge {
        /// What each said.
        problems: String,
    },
    /// The destination's router has no verifier for the circuit.
    #[error(
        "the destination has no verifier for circuit {circuit_id}; its owner must register one"
    )]
    CircuitUnregistered {
        /// The circuit id.
        circuit_id: B256,
    },
    /// The destination refuses for a reason that may pass.
    #[error("a dry run on the destination was refused: {error}")]
    DestinationRefuses {
        /// The decoded error.
        error: String,
    },
    /// A dry run of the source transaction was refused.
    #[error("a dry run on the source was refused: {error}")]
    SourceRefuses {
        /// The decoded error.
        error: String,
    },
    /// The bridge asks for more than the operator allows.
    #[error(
        "the bridge asks for {quote} wei, the cap is {cap} wei (or as many units of the fee's token); raise bridges.<name>.max_fee_wei or wait"
    )]
    QuoteAboveCap {
        /// Wei of the source chain's coin, or units of the token that the fee is paid in.
        #[serde(with = "crate::decimal")]
        quote: U256,
        /// The same.
        #[serde(with = "crate::decimal")]
        cap: U256,
    },
    /// The bridge cannot be used now.
    #[error("bridge {bridge} cannot take the message: {problem}")]
    BridgeUnavailable {
        /// Name of the bridge.
        bridge: String,
        /// What the bridge said.
        problem: String,
    },
    /// The signer cannot pay value and gas.
    #[error(
        "signer {signer} holds {have} wei on chain {chain_id}, the transaction needs up to {need} wei; fund it"
    )]
    SignerUnderfunded {
        /// EIP-155 chain id.
        chain_id: u64,
        /// The account.
        signer: Address,
        /// Wei held.
        #[serde(with = "crate::decimal")]
        have: U256,
        /// Wei needed.
        #[serde(with = "crate::decimal")]
        need: U256,
    },
    /// The signer did not sign, or none is configured.
    #[error("the signer cannot be used: {problem}")]
    SignerUnavailable {
        /// What went wrong.
        problem: String,
    },
    /// Gas costs more than the operator allows.
    #[error(
        "gas on chain {chain_id} costs {needed} wei, the cap is {cap} wei; raise max_fee_per_gas_gwei or wait"
    )]
    GasAboveCap {
        /// EIP-155 chain id.
        chain_id: u64,
        /// Wei per gas that inclusion needs now.
        #[serde(with = "crate::decimal")]
        needed: U256,
        /// Wei per gas allowed.
        #[serde(with = "crate::decimal")]
        cap: U256,
    },
    /// Somebody else used the signer's nonce; the intent is dead once that is final.
    #[error(
        "nonce {nonce} of signer {signer} was used by a transaction that is not ours; stop using this key elsewhere"
    )]
    NonceTaken {
        /// The account.
        signer: Address,
        /// The nonce.
        nonce: u64,
    },
    /// The source transaction was mined and reverted.
    #[error("transaction {transaction} reverted; a new attempt follows")]
    SourceReverted {
        /// Its hash.
        transaction: B256,
    },
    /// The message arrived, could not be applied, and waits in the receiver.
    #[error(
        "message {message_id} waits in the receiver: {error}; once cured, anyone may call retry"
    )]
    StoredAtReceiver {
        /// The bridge's name of the message.
        message_id: B256,
        /// The hub's reason, decoded where it is known.
        error: String,
    },
    /// The bridge's executor tried to deliver and the receiver reverted.
    #[error("delivery of message {message_id} reverted in the receiver: {error}")]
    DeliveryReverted {
        /// The bridge's name of the message.
        message_id: B256,
        /// The revert reason, decoded where it is known.
        error: String,
    },
    /// A dry run of the relayer's own delivery was refused.
    #[error("a dry run of the delivery on the destination was refused: {error}")]
    DeliveryRefused {
        /// The decoded error.
        error: String,
    },
    /// The bridge has had the message for longer than its deadline for delivery.
    #[error(
        "message {message_id} was sent long ago and has not arrived; ask the bridge's operators"
    )]
    DeliveryOverdue {
        /// The bridge's name of the message.
        message_id: B256,
    },
    /// Transactions below ours are missing from the chain; they are being filled in.
    #[error(
        "signer {signer} is at nonce {chain_nonce} on chain {chain_id}, ours is {nonce}; the gap is being filled"
    )]
    NonceGap {
        /// EIP-155 chain id.
        chain_id: u64,
        /// The account.
        signer: Address,
        /// The next nonce as the chain has it.
        chain_nonce: u64,
        /// The nonce that waits.
        nonce: u64,
    },
    /// The hub says settled, but no event says what was paid.
    #[error(
        "the hub counts the settlement as settled, but its Settled event was not found from block {start_block}; use an RPC endpoint that serves those logs"
    )]
    SettledEventMissing {
        /// First block searched.
        start_block: u64,
    },
    /// The relayer met a state that it has no answer for.
    #[error("internal: {problem}; please report this with the message's history")]
    Internal {
        /// What was found.
        problem: String,
    },
}

/// Why a message can never settle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum FailReason {
    /// The deadline passed without settlement, or is too near to be met.
    #[error(
        "the deadline {deadline} has passed, or is too near for this route, without settlement"
    )]
    Expired {
        /// Unix seconds.
        deadline: u64,
    },
    /// The message is larger than the bridge carries.
    #[error("the message has {size} bytes, bridge {bridge} carries {max}")]
    MessageTooLarge {
        /// Name of the bridge.
        bridge: String,
        /// Bytes.
        size: usize,
        /// Bytes.
        max: usize,
    },
    /// The destination's verifier refuses the proof.
    #[error(
        "the destination's verifier refuses the proof ({error}); its verifying key differs from the configured one"
    )]
    ProofRefused {
        /// The decoded error.
        error: String,
    },
    /// The hub refuses whatever changes around it.
    #[error("the hub will never pay this settlement: {error}")]
    Unpayable {
        /// The decoded error.
        error: String,
    },
    /// The circuit was stopped for good on the destination.
    #[error("circuit {circuit_id} was stopped for good on the destination")]
    CircuitStopped {
        /// The circuit id.
        circuit_id: B256,
    },
    /// The settlement id was consumed by a different payment.
    #[error(
        "the settlement id was used to pay {amount} of {token} to {recipient}, which is not this settlement"
    )]
    SettledOtherwise {
        /// Who was paid.
        recipient: Address,
        /// The ERC-20.
        token: Address,
        /// Base units.
        #[serde(with = "crate::decimal")]
        amount: U256,
    },
    /// Too many source transactions reverted or lost their nonce.
    #[error("{attempts} attempts to send failed; the last: {last}")]
    AttemptsExhausted {
        /// How many.
        attempts: u32,
        /// The last reason.
        last: String,
    },
}

/// The reason of a held or failed message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It may pass.
    #[error(transparent)]
    Hold(HoldReason),
    /// It is final.
    #[error(transparent)]
    Fail(FailReason),
}

impl Reason {
    /// The stable code that clients and alerts match on.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Hold(hold) => hold.code(),
            Self::Fail(fail) => fail.code(),
        }
    }

    /// The request field that is at fault, where there is one.
    pub const fn field(&self) -> Option<&'static str> {
        match self {
            Self::Hold(HoldReason::EscrowInsufficient { .. }) => Some("settlement.payer"),
            Self::Hold(
                HoldReason::CoordinatorNotAuthorized { .. }
                | HoldReason::DailyLimitReached { .. }
                | HoldReason::PolicyRefuses { .. }
                | HoldReason::PolicyDelays { .. }
                | HoldReason::AwaitingAgreement { .. },
            ) => Some("settlement.coordinator"),
            Self::Hold(
                HoldReason::CircuitUnregistered { .. } | HoldReason::CircuitPaused { .. },
            )
            | Self::Fail(FailReason::CircuitStopped { .. }) => Some("settlement.circuit_id"),
            Self::Fail(FailReason::Expired { .. }) => Some("settlement.deadline"),
            Self::Fail(FailReason::ProofRefused { .. }) => Some("proof"),
            Self::Fail(FailReason::MessageTooLarge { .. }) => Some("bridge"),
            Self::Fail(FailReason::SettledOtherwise { .. } | FailReason::Unpayable { .. }) => {
                Some("settlement")
            }
            _ => None,
        }
    }
}

impl HoldReason {
    /// A state that cannot be; the message waits for a person.
    pub fn internal(problem: impl Into<String>) -> Self {
        Self::Internal { problem: problem.into() }
    }

    /// Whether it passes by itself, so that trying again soon is right however often it was tried.
    pub const fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::RpcUnavailable { .. }
                | Self::BridgeUnavailable { .. }
                | Self::NoBridge { .. }
                | Self::PolicyDelays { .. }
                | Self::NonceTaken { .. }
                | Self::NonceGap { .. }
        )
    }

    /// Unix seconds at which it passes, where that is known.
    pub const fn not_before(&self) -> Option<u64> {
        match self {
            Self::PolicyDelays { until, .. } => Some(*until),
            _ => None,
        }
    }

    /// The stable code that clients and alerts match on; the serialised tag.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::RpcUnavailable { .. } => "rpc_unavailable",
            Self::EscrowInsufficient { .. } => "escrow_insufficient",
            Self::CoordinatorNotAuthorized { .. } => "coordinator_not_authorized",
            Self::DailyLimitReached { .. } => "daily_limit_reached",
            Self::CircuitPaused { .. } => "circuit_paused",
            Self::PolicyRefuses { .. } => "policy_refuses",
            Self::AwaitingAgreement { .. } => "awaiting_agreement",
            Self::PolicyDelays { .. } => "policy_delays",
            Self::NoBridge { .. } => "no_bridge",
            Self::CircuitUnregistered { .. } => "circuit_unregistered",
            Self::DestinationRefuses { .. } => "destination_refuses",
            Self::SourceRefuses { .. } => "source_refuses",
            Self::QuoteAboveCap { .. } => "quote_above_cap",
            Self::BridgeUnavailable { .. } => "bridge_unavailable",
            Self::SignerUnderfunded { .. } => "signer_underfunded",
            Self::SignerUnavailable { .. } => "signer_unavailable",
            Self::GasAboveCap { .. } => "gas_above_cap",
            Self::NonceTaken { .. } => "nonce_taken",
            Self::SourceReverted { .. } => "source_reverted",
            Self::StoredAtReceiver { .. } => "stored_at_receiver",
            Self::DeliveryReverted { .. } => "delivery_reverted",
            Self::DeliveryRefused { .. } => "delivery_refused",
            Self::DeliveryOverdue { .. } => "delivery_overdue",
            Self::NonceGap { .. } => "nonce_gap",
            Self::SettledEventMissing { .. } => "settled_event_missing",
            Self::Internal { .. } => "internal",
        }
    }
}

impl FailReason {
    /// The stable code that clients and alerts match on; the serialised tag.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Expired { .. } => "expired",
            Self::MessageTooLarge { .. } => "message_too_large",
            Self::ProofRefused { .. } => "proof_refused",
            Self::Unpayable { .. } => "unpayable",
            Self::CircuitStopped { .. } => "circuit_stopped",
            Self::SettledOtherwise { .. } => "settled_otherwise",
            Self::AttemptsExhausted { .. } => "attempts_exhausted",
        }
    }
}
