//! The registry of circuits.

use near_sdk::{NearToken, env};
use proofrail_near_groth16::{KeyPoints, MAX_PUBLIC_INPUTS, VerifyingKey};
use proofrail_near_interface::{self as interface, CircuitView, Hex, MarketEvent};

use crate::MarketError;
use crate::error::sub;
use crate::events::emit;
use crate::host::Call;
use crate::market::Market;
use crate::market::records::{Circuit, CircuitRecord};
use crate::market::storage::storage_cost;

/// keccak256 of a circuit's name, version and ordered public inputs.
pub(crate) type CircuitId = Hex<32>;

/// Longest name of a circuit or of one of its inputs.
const MAX_NAME: usize = 64;

/// A circuit to be registered.
pub(crate) struct NewCircuit {
    pub(crate) circuit_id: CircuitId,
    pub(crate) name: String,
    pub(crate) public_inputs: Vec<String>,
    pub(crate) vk: KeyPoints,
    pub(crate) base_fee: NearToken,
    pub(crate) deadline_s: u64,
}

impl Market {
    /// Registers a circuit; returns what is left of the deposit.
    pub(crate) fn register_circuit(
        &mut self,
        call: &Call,
        new: NewCircuit,
    ) -> Result<NearToken, MarketError> {
        self.require_owner(&call.caller)?;
        self.check_new_circuit(&new)?;
        let key = VerifyingKey::new(&new.vk, new.public_inputs.len())?;
        let circuit = Circuit {
            name: new.name.clone(),
            public_inputs: new.public_inputs,
            base_fee: new.base_fee,
            deadline_s: new.deadline_s,
            stopped: false,
        };
        let ((), bytes) = self.measured(|market| {
            market.circuits.insert(new.circuit_id, circuit.into());
            market.keys.insert(new.circuit_id, key);
        });
        let cost = storage_cost(bytes)?;
        if call.deposit < cost {
            return Err(MarketError::DepositTooSmall {
                attached: call.deposit.as_yoctonear(),
                need: cost.as_yoctonear(),
            });
        }
        emit(MarketEvent::CircuitRegistered { circuit_id: new.circuit_id, name: new.name });
        sub(call.deposit, cost)
    }

    fn check_new_circuit(&self, new: &NewCircuit) -> Result<(), MarketError> {
        if self.circuits.contains_key(&new.circuit_id) {
            return Err(MarketError::CircuitExists(new.circuit_id.to_string()));
        }
        check_names(&new.name, &new.public_inputs)?;
        let signature = format!("{}({})", new.name, new.public_inputs.join(","));
        let expected = Hex(env::keccak256_array(&signature));
        if expected != new.circuit_id {
            let expected = expected.to_string();
            return Err(MarketError::CircuitIdMismatch { signature, expected });
        }
        if new.base_fee.is_zero() {
            return Err(MarketError::BadCircuit("`base_fee` must be above 0".to_owned()));
        }
        // Stake must outlive every job that was funded while it counted.
        let longest = self.params.unstake_delay_s - self.params.draw_window_s;
        if !(1..=longest).contains(&new.deadline_s) {
            return Err(MarketError::BadCircuit(format!(
                "`deadline_s` must be 1 to {longest}: unstake_delay_s less draw_window_s"
            )));
        }
        Ok(())
    }

    /// Closes a circuit for good.
    pub(crate) fn stop_circuit(
        &mut self,
        call: &Call,
        circuit_id: CircuitId,
    ) -> Result<(), MarketError> {
        self.require_owner(&call.caller)?;
        self.running_circuit(&circuit_id)?;
        if let Some(record) = self.circuits.get_mut(&circuit_id) {
            record.latest_mut().stopped = true;
        }
        emit(MarketEvent::CircuitStopped { circuit_id });
        Ok(())
    }

    /// The circuit, if it is registered and not stopped.
    pub(crate) fn running_circuit(&self, circuit_id: &CircuitId) -> Result<&Circuit, MarketError> {
        let circuit = self.registered_circuit(circuit_id)?;
        if circuit.stopped {
            return Err(MarketError::CircuitStopped(circuit_id.to_string()));
        }
        Ok(circuit)
    }

    pub(crate) fn registered_circuit(
        &self,
        circuit_id: &CircuitId,
    ) -> Result<&Circuit, MarketError> {
        self.circuits
            .get(circuit_id)
            .map(CircuitRecord::latest)
            .ok_or_else(|| MarketError::CircuitUnknown(circuit_id.to_string()))
    }

    pub(crate) fn circuit_view(&self, circuit_id: &CircuitId) -> Option<CircuitView> {
        let circuit = self.circuits.get(circuit_id)?.latest();
        let points = self.keys.get(circuit_id)?.points();
        Some(CircuitView {
            circuit_id: *circuit_id,
            name: circuit.name.clone(),
            public_inputs: circuit.public_inputs.clone(),
            vk: interface::VerifyingKey {
                alpha: Hex(points.alpha),
                beta: Hex(points.beta),
                gamma: Hex(points.gamma),
                delta: Hex(points.delta),
                ic: points.ic.into_iter().map(Hex).collect(),
            },
            base_fee: circuit.base_fee,
            deadline_s: circuit.deadline_s,
            stopped: circuit.stopped,
        })
    }

    pub(crate) fn circuit_views(&self, from: usize, limit: usize) -> Vec<CircuitView> {
        let ids = self.circuits.keys().skip(from).take(limit);
        ids.filter_map(|circuit_id| self.circuit_view(circuit_id)).collect()
    }
}

/// Names are kept to a charset without the punctuation of the signature that is hashed.
fn check_names(name: &str, public_inputs: &[String]) -> Result<(), MarketError> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let fits = |text: &str| (1..=MAX_NAME).contains(&text.len());
    if !fits(name) || !name.chars().all(|c| plain(c) || "/-.".contains(c)) {
        return Err(MarketError::BadCircuit(
            "`name` must have 1 to 64 characters of a-z, 0-9, _, /, - and .".to_owned(),
        ));
    }
    if !(1..=MAX_PUBLIC_INPUTS).contains(&public_inputs.len()) {
        return Err(MarketError::BadCircuit(format!(
            "`public_inputs` must have 1 to {MAX_PUBLIC_INPUTS} names"
        )));
    }
    match public_inputs.iter().position(|input| !fits(input) || !input.chars().all(plain)) {
        Some(index) => Err(MarketError::BadCircuit(format!(
            "`public_inputs[{index}]` must have 1 to 64 characters of a-z, 0-9 and _"
        ))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, inputs: &[&str]) -> bool {
        let inputs: Vec<String> = inputs.iter().map(|input| (*input).to_owned()).collect();
        check_names(name, &inputs).is_ok()
    }

    #[test]
    fn check_names_should_refuse_what_could_forge_a_signature() {
        assert!(check("receipt/1", &["context", "amount", "coordinator"]));
        assert!(!check("receipt/1(a", &["b"]));
        assert!(!check("receipt/1", &["a,b"]));
        assert!(!check("receipt/1", &["a)"]));
        assert!(!check("receipt/1", &[""]));
        assert!(!check("receipt/1", &[]));
        assert!(!check("", &["a"]));
        assert!(!check(&"n".repeat(65), &["a"]));
        assert!(!check("receipt/1", &["a"; 33]));
    }
}
