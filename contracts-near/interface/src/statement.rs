//! The statement by which a prover stands for a proof.

use near_account_id::AccountIdRef;

use crate::Hex;

/// Separates a proof statement from every other message that the key signs.
const STATEMENT_DOMAIN: &[u8] = b"proofrail.proof-statement.v1";

/// "This proof holds for this job": signed with the prover's statement key (Ed25519, RFC 8032), it may
/// cost stake if it is false.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProofStatement<'a> {
    /// The market.
    pub market_id: &'a AccountIdRef,
    /// The job.
    pub job_id: u64,
    /// The circuit.
    pub circuit_id: Hex<32>,
    /// SHA-256 of the public inputs, each 32 bytes big-endian, in order.
    pub inputs_hash: [u8; 32],
    /// SHA-256 of the proof's bytes.
    pub proof_hash: [u8; 32],
}

impl ProofStatement<'_> {
    /// The bytes that are signed.
    pub fn message(&self) -> Vec<u8> {
        let market = self.market_id.as_bytes();
        let mut bytes = Vec::with_capacity(STATEMENT_DOMAIN.len() + 1 + market.len() + 8 + 96);
        bytes.extend_from_slice(STATEMENT_DOMAIN);
        // An account id has at most 64 bytes.
        bytes.push(market.len() as u8);
        bytes.extend_from_slice(market);
        bytes.extend_from_slice(&self.job_id.to_be_bytes());
        bytes.extend_from_slice(&self.circuit_id.0);
        bytes.extend_from_slice(&self.inputs_hash);
        bytes.extend_from_slice(&self.proof_hash);
        bytes
    }
}
