//! The signed statement by which a prover stands for a proof, for clients that carry the proof elsewhere.

use proofrail_near_interface::{AccountId, Hex, ProofStatement};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::keystore::StatementKey;
use crate::proof::ProofFile;

/// A statement with its signature, as it is handed to a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SignedStatement {
    /// The market.
    pub market_id: AccountId,
    /// The job.
    pub job_id: u64,
    /// The circuit.
    pub circuit_id: Hex<32>,
    /// SHA-256 of the public inputs, each 32 bytes big-endian.
    pub inputs_hash: Hex<32>,
    /// SHA-256 of the proof's 256 bytes.
    pub proof_hash: Hex<32>,
    /// The prover's Ed25519 key.
    pub statement_key: Hex<32>,
    /// Its signature of the statement (RFC 8032).
    pub signature: Hex<64>,
}

/// SHA-256 of a proof's bytes, as `submit_commitment` takes it.
pub fn proof_hash(proof: &ProofFile) -> Hex<32> {
    Hex(Sha256::digest(proof.proof().to_bytes()).into())
}

/// Signs that `proof` holds for the job. If it does not, the signature costs stake: check it first.
pub fn sign(
    key: &StatementKey,
    market: &AccountId,
    job_id: u64,
    proof: &ProofFile,
) -> SignedStatement {
    let mut inputs = Sha256::new();
    for input in proof.inputs() {
        inputs.update(proofrail_circuits::field::to_be_bytes(input));
    }
    let inputs_hash: [u8; 32] = inputs.finalize().into();
    let circuit_id = Hex(*proof.circuit_id().as_bytes());
    let proof_hash = proof_hash(proof);
    let statement = ProofStatement {
        market_id: market,
        job_id,
        circuit_id,
        inputs_hash,
        proof_hash: proof_hash.0,
    };
    SignedStatement {
        market_id: market.clone(),
        job_id,
        circuit_id,
        inputs_hash: Hex(inputs_hash),
        proof_hash,
        statement_key: key.public_key(),
        signature: key.sign(&statement),
    }
}
