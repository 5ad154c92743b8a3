use alloy::{
    hex,
    primitives::{Address, B256, Bytes},
};

use crate::{
    layerzero::{options::OptionsError, packet::PacketError},
    rpc::EvmError,
};

/// Why a packet is never carried.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is not a packet.
    #[error(transparent)]
    Packet(#[from] PacketError),
    /// The executor cannot do what its options ask for.
    #[error(transparent)]
    Options(#[from] OptionsError),
    /// It was sent through another library than ours.
    #[error("packet {guid} went through the library {library}, which these workers do not serve")]
    Library {
        /// The packet.
        guid: B256,
        /// Its send library.
        library: Address,
    },
    /// Our DVN was not paid for it.
    #[error("the DVN was not paid for packet {guid}: is it in the sender's configuration?")]
    DvnNotPaid {
        /// The packet.
        guid: B256,
    },
    /// Our executor was not paid for it.
    #[error("the executor was not paid for packet {guid}: is it in the sender's configuration?")]
    ExecutorNotPaid {
        /// The packet.
        guid: B256,
    },
}

/// Why a packet could not be carried now.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// A chain refused or could not be reached.
    #[error(transparent)]
    Evm(#[from] EvmError),
    /// It will never be carried.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// No such packet was sent.
    #[error("no packet {guid} was sent from the source endpoint since block {since}")]
    UnknownPacket {
        /// What was asked for.
        guid: B256,
        /// The first block that was searched.
        since: u64,
    },
    /// The DVN contract does not accept the signature.
    #[error("the DVN contract refused the signature of {signer}: is it one of its signers?")]
    SignatureRefused {
        /// Who signed.
        signer: Address,
    },
    /// The DVN contract accepted the signature but its call of the receive library failed.
    #[error("the DVN's call of the receive library failed with 0x{}", hex::encode(.data))]
    VerifyFailed {
        /// What the library returned.
        data: Bytes,
    },
    /// The DVN contract passed the instruction over.
    #[error("the DVN contract ignored the attestation: it expired or carries another DVN's id")]
    AttestationIgnored,
    /// The attestation could not be signed.
    #[error("cannot sign an attestation: {0}")]
    Sign(#[from] alloy::signers::Error),
    /// The receiver does not accept messages from this sender.
    #[error("{receiver} does not accept packets from {sender} on {src_eid}: set its peer")]
    PathNotInitializable {
        /// The receiving application.
        receiver: Address,
        /// The sending application.
        sender: B256,
        /// Endpoint id of the source.
        src_eid: u32,
    },
    /// The endpoint did not record the commitment.
    #[error("the verification of packet {guid} was not recorded by the endpoint")]
    NotCommitted {
        /// The packet.
        guid: B256,
    },
    /// An earlier packet of the same path is not verified yet.
    #[error("packet {nonce} must wait until packet {missing} of its path is verified")]
    NonceGap {
        /// The packet's nonce.
        nonce: u64,
        /// The first nonce that is missing.
        missing: u64,
    },
    /// The receiver has forbidden this packet's execution.
    #[error("the receiver has nilified packet {guid}")]
    Nilified {
        /// The packet.
        guid: B256,
    },
    /// The receiver reverted; the packet stays deliverable.
    #[error("the receiver reverted on packet {guid} with 0x{}", hex::encode(.reason))]
    Alert {
        /// The packet.
        guid: B256,
        /// What the receiver returned.
        reason: Bytes,
    },
    /// A transaction succeeded and neither delivered nor alerted.
    #[error("transaction {transaction} left no trace of packet {guid}")]
    NoTrace {
        /// The packet.
        guid: B256,
        /// The transaction.
        transaction: B256,
    },
}
