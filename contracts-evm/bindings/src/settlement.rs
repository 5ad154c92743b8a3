//! The values derived from a settlement, as the Solidity libraries `Settlements` and `SettlementMessage` compute them.

use alloy::{
    primitives::{Address, B256, U256, keccak256, uint},
    sol_types::SolValue,
};

use crate::contracts::RoutePolicy;

pub use crate::contracts::SettlementHub::Settlement;

/// The order of BN254's groups, which a context is reduced by (EIP-197).
pub const SCALAR_FIELD: U256 =
    uint!(21888242871839275222246405745257275088548364400416034343698204186575808495617_U256);

/// The version byte that begins every bridge message.
pub const MESSAGE_VERSION: u8 = 1;

/// A Groth16 proof as eight words in EIP-197 order: A.x A.y B.x.c1 B.x.c0 B.y.c1 B.y.c0 C.x C.y.
pub type Proof = [U256; 8];

/// Words of an encoded settlement: one a field.
const SETTLEMENT_WORDS: usize = 10;

/// The length of every bridge message of this version, in bytes.
pub const MESSAGE_BYTES: usize = 1 + 32 * (SETTLEMENT_WORDS + 8);

/// Fields narrower than a word, in the order of the struct: their index, name and width in bits.
const NARROW_FIELDS: [(usize, &str, usize); 5] = [
    (4, "payer", 160),
    (5, "recipient", 160),
    (6, "token", 160),
    (7, "amount", 128),
    (8, "deadline", 64),
];

/// Why bytes are no bridge message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// The length is not the one that the version demands.
    #[error(
        "a settlement message has {MESSAGE_BYTES} bytes and this has {0}: was it cut or padded on the way?"
    )]
    Length(usize),
    /// The version byte names a format that this build does not read.
    #[error(
        "the settlement message is of version {0}, and this build reads version {MESSAGE_VERSION}"
    )]
    Version(u8),
    /// A field has bits beyond its type.
    #[error(
        "`{field}` of the settlement message does not fit {bits} bits: the sender encoded it wrongly"
    )]
    FieldTooWide {
        /// The field of the settlement.
        field: &'static str,
        /// What its type holds.
        bits: usize,
    },
}

// Bindings are made of one contract at a time, so that each has the struct anew.
impl From<Settlement> for RoutePolicy::Settlement {
    fn from(settlement: Settlement) -> Self {
        Self {
            circuitId: settlement.circuitId,
            sourceChain: settlement.sourceChain,
            sourceContract: settlement.sourceContract,
            jobId: settlement.jobId,
            payer: settlement.payer,
            recipient: settlement.recipient,
            token: settlement.token,
            amount: settlement.amount,
            deadline: settlement.deadline,
            coordinator: settlement.coordinator,
        }
    }
}

impl Settlement {
    /// The id under which this settlement is paid once, whatever path it takes. Its last byte is the job id's, and
    /// what is before it is the hash of the rest, so that 256 jobs in a row share a word of the hub's bitmap.
    pub fn id(&self) -> B256 {
        let domain = keccak256("proofrail.settlement.v2");
        let row = U256::from_be_bytes(self.jobId.0) >> 8;
        let mut id = keccak256(
            (domain, self.sourceChain, self.sourceContract, row, self.payer).abi_encode(),
        );
        id[31] = self.jobId[31];
        id
    }

    /// The public input that binds a proof to this settlement on the chain with `chain_id`, paid by `hub`.
    pub fn context(&self, chain_id: u64, hub: Address) -> U256 {
        let terms = (
            keccak256("proofrail.context.v1"),
            U256::from(chain_id),
            hub,
            self.id(),
            self.payer,
            self.recipient,
            self.token,
            self.deadline,
        );
        U256::from_be_bytes(keccak256(terms.abi_encode()).0) % SCALAR_FIELD
    }

    /// The bridge message that carries this settlement and its proof.
    pub fn encode_message(&self, proof: &Proof) -> Vec<u8> {
        let mut message = Vec::with_capacity(MESSAGE_BYTES);
        message.push(MESSAGE_VERSION);
        message.extend((self.clone(), *proof).abi_encode_params());
        message
    }

    /// Reads a bridge message. What it accepts is exactly what [`Settlement::encode_message`] writes.
    ///
    /// # Errors
    /// Names the length, the version or the field that is wrong, as the receiver's contract would.
    pub fn decode_message(message: &[u8]) -> Result<(Self, Proof), MessageError> {
        let Some((&version, body)) = message.split_first() else {
            return Err(MessageError::Length(0));
        };
        if version != MESSAGE_VERSION {
            return Err(MessageError::Version(version));
        }
        if message.len() != MESSAGE_BYTES {
            return Err(MessageError::Length(message.len()));
        }
        let words: Vec<B256> = body.chunks_exact(32).map(B256::from_slice).collect();
        for (index, field, bits) in NARROW_FIELDS {
            if U256::from_be_bytes(words[index].0).bit_len() > bits {
                return Err(MessageError::FieldTooWide { field, bits });
            }
        }

        let settlement = Self {
            circuitId: words[0],
            sourceChain: words[1],
            sourceContract: words[2],
            jobId: words[3],
            payer: Address::from_word(words[4]),
            recipient: Address::from_word(words[5]),
            token: Address::from_word(words[6]),
            amount: U256::from_be_bytes(words[7].0).to(),
            deadline: U256::from_be_bytes(words[8].0).to(),
            coordinator: words[9],
        };
        let proof = std::array::from_fn(|i| U256::from_be_bytes(words[SETTLEMENT_WORDS + i].0));
        Ok((settlement, proof))
    }
}

/// `sourceChain` of a settlement: the hash of a CAIP-2 chain id, such as `near:mainnet` or `eip155:1`.
pub fn source_chain(caip2: &str) -> B256 {
    keccak256(caip2)
}

/// `sourceContract` of a job that lives in a NEAR contract.
pub fn near_contract(account_id: &str) -> B256 {
    keccak256(account_id)
}

/// `sourceContract` of a job that lives in an EVM contract.
pub fn evm_contract(contract: Address) -> B256 {
    contract.into_word()
}

/// `jobId` of a job in the prover market.
pub fn market_job(job_id: u64) -> B256 {
    U256::from(job_id).into()
}

#[cfg(test)]
mod tests;
