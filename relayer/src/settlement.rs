//! The request to settle, and the form in which it travels and is kept.

use alloy::primitives::{Address, B256, Bytes, U256};
use serde::{Deserialize, Serialize};

/// Bytes of a Groth16 proof: eight big-endian words in EIP-197 order.
pub const PROOF_BYTES: usize = 256;

/// `ISettlementHub.Settlement` in JSON: hashes and addresses in hex, the amount in decimal text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settlement {
    /// keccak256 of the circuit's name, version and ordered public inputs.
    pub circuit_id: B256,
    /// keccak256 of the CAIP-2 id of the chain that the job lives on.
    pub source_chain: B256,
    /// The contract that the job lives in.
    pub source_contract: B256,
    /// The job.
    pub job_id: B256,
    /// Whose escrow pays.
    pub payer: Address,
    /// Who is paid.
    pub recipient: Address,
    /// The ERC-20.
    pub token: Address,
    /// Base units of the token, below 2^128.
    #[serde(with = "amount")]
    pub amount: u128,
    /// Unix seconds; a block with a later timestamp refuses the settlement.
    pub deadline: u64,
    /// Commitment to the coordinator's key and fee rule.
    pub coordinator: B256,
}

impl From<&Settlement> for proofrail_evm::Settlement {
    fn from(settlement: &Settlement) -> Self {
        Self {
            circuitId: settlement.circuit_id,
            sourceChain: settlement.source_chain,
            sourceContract: settlement.source_contract,
            jobId: settlement.job_id,
            payer: settlement.payer,
            recipient: settlement.recipient,
            token: settlement.token,
            amount: settlement.amount,
            deadline: settlement.deadline,
            coordinator: settlement.coordinator,
        }
    }
}

/// A proof's 256 bytes, written as one "0x" hex string.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Bytes", into = "Bytes")]
pub struct ProofBytes([u8; PROOF_BYTES]);

impl ProofBytes {
    /// The bytes as they are.
    pub const fn as_bytes(&self) -> &[u8; PROOF_BYTES] {
        &self.0
    }

    /// The eight words that the contracts take.
    pub fn words(&self) -> [U256; 8] {
        std::array::from_fn(|i| U256::from_be_slice(&self.0[i * 32..(i + 1) * 32]))
    }
}

impl std::fmt::Debug for ProofBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ProofBytes({})", Bytes::copy_from_slice(&self.0))
    }
}

impl From<[u8; PROOF_BYTES]> for ProofBytes {
    fn from(bytes: [u8; PROOF_BYTES]) -> Self {
        Self(bytes)
    }
}

/// A proof of the wrong length.
#[derive(Debug, thiserror::Error)]
#[error("a proof has {PROOF_BYTES} bytes (\"0x\" and 512 hex digits), found {0}")]
pub struct ProofLength(usize);

impl TryFrom<Bytes> for ProofBytes {
    type Error = ProofLength;

    fn try_from(bytes: Bytes) -> Result<Self, ProofLength> {
        <[u8; PROOF_BYTES]>::try_from(bytes.as_ref())
            .map(Self)
            .map_err(|_| ProofLength(bytes.len()))
    }
}

impl From<ProofBytes> for Bytes {
    fn from(proof: ProofBytes) -> Self {
        Self::copy_from_slice(&proof.0)
    }
}

/// A token amount below 2^128 as decimal text.
mod amount {
    use alloy::primitives::U128;
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(amount: &u128, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(amount)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u128, D::Error> {
        let text = String::deserialize(from)?;
        crate::decimal::parse::<128, 2>(&text).map(|amount: U128| amount.to()).ok_or_else(|| {
            de::Error::custom(format!(
                "{text:?} is not a decimal amount below 2^128, such as \"1500000\""
            ))
        })
    }
}
