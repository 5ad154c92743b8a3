//! Proofs that users make by themselves: verified without a fee, counted in a privacy score.

use near_sdk::{NearToken, env};
use proofrail_near_groth16::{Proof, Verdict};
use proofrail_near_interface::MarketEvent;

use crate::MarketError;
use crate::events::emit;
use crate::host::Call;
use crate::market::jobs::read_inputs;
use crate::market::storage::record_bytes;
use crate::market::{CircuitId, Market};

impl Market {
    /// Verifies the caller's own proof and raises its privacy score by one. A statement counts once in
    /// the whole market; the caller pays for the record that says so. Returns the score and what is left
    /// of the deposit.
    pub(crate) fn verify_local(
        &mut self,
        call: &Call,
        circuit_id: CircuitId,
        public_inputs: &[[u8; 32]],
        proof: &[u8; 256],
    ) -> Result<(u32, NearToken), MarketError> {
        let inputs = read_inputs(self.running_circuit(&circuit_id)?, public_inputs)?;
        let statement = statement(&circuit_id, public_inputs);
        if self.statements.contains_key(&statement) {
            return Err(MarketError::StatementKnown);
        }
        match self.judge(&circuit_id, &inputs, &Proof::from_eip197(proof)?)? {
            Verdict::Valid => {}
            Verdict::Invalid => return Err(MarketError::ProofInvalid),
        }
        self.statements.insert(statement, ());
        let left = self.charge(call, NearToken::ZERO, record_bytes(&statement, 0))?;
        let account = self.account_mut(&call.caller)?;
        account.privacy_score = account.privacy_score.saturating_add(1);
        let (account_id, score) = (call.caller.clone(), account.privacy_score);
        emit(MarketEvent::LocalProof { account_id, circuit_id, score });
        Ok((score, left))
    }
}

/// SHA-256 of circuit id and inputs: the inputs are reduced, so that a statement has one hash.
fn statement(circuit_id: &CircuitId, public_inputs: &[[u8; 32]]) -> [u8; 32] {
    let mut bytes = circuit_id.0.to_vec();
    bytes.extend(public_inputs.iter().flatten());
    env::sha256_array(bytes)
}
