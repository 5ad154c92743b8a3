//! The registry of circuits.

use near_sdk::{NearToken, env};
use proofrail_near_groth16::{
    KeyPoints, MAX_PUBLIC_INPUTS, Proof, Scalar, Verdict, VerifyingKey, verify,
};
use proofrail_near_interface::{self as interface, CircuitView, Hex, MarketEvent};

use crate::MarketError;
use crate::events::emit;
use crate::host::HostCurve;
use crate::market::Market;
use crate::market::records::{Circuit, CircuitRecord};

/// keccak256 of a circuit's name, version and ordered public inputs.
pub(crate) type CircuitId = Hex<32>;

/// Longest name of a circuit or of one of its inputs.
const MAX_NAME: usize = 64;

/// A circuit to be added.
#[derive(Debug)]
pub(crate) struct CircuitToAdd {
    pub(crate) circuit_id: CircuitId,
    pub(crate) name: String,
    pub(crate) public_inputs: Vec<String>,
    pub(crate) vk: KeyPoints,
    pub(crate) base_fee: NearToken,
    pub(crate) deadline_s: u64,
    pub(crate) tee: bool,
    pub(crate) impossible: Vec<Scalar>,
}

impl Market {
    /// Adds a circuit whose time in the timelock is over.
    pub(crate) fn add_circuit(&mut self, new: CircuitToAdd) -> Result<(), MarketError> {
        self.check_circuit(&new)?;
        let key = VerifyingKey::new(&new.vk, new.public_inputs.len())?;
        let index = u16::try_from(self.circuit_ids.len()).map_err(|_| MarketError::CircuitsFull)?;
        let circuit = Circuit {
            index,
            name: new.name.clone(),
            public_inputs: new.public_inputs,
            base_fee: new.base_fee,
            deadline_s: new.deadline_s,
            tee: new.tee,
            impossible: new.impossible,
            stopped: false,
        };
        self.circuits.insert(new.circuit_id, circuit.into());
        self.circuit_ids.push(new.circuit_id);
        self.keys.insert(new.circuit_id, key);
        emit(MarketEvent::CircuitRegistered { circuit_id: new.circuit_id, name: new.name });
        Ok(())
    }

    /// Refuses a circuit that could not be added now.
    pub(crate) fn check_circuit(&self, new: &CircuitToAdd) -> Result<(), MarketError> {
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
        if new.impossible.len() != new.public_inputs.len() {
            return Err(MarketError::InputCount {
                expected: new.public_inputs.len(),
                got: new.impossible.len(),
            });
        }
        // Stake must outlive every job that was funded while it counted.
        let longest = self.params.longest_deadline_s();
        if !(1..=longest).contains(&new.deadline_s) {
            return Err(MarketError::BadCircuit(format!(
                "`deadline_s` must be 1 to {longest}, what the unstaking delay leaves"
            )));
        }
        Ok(())
    }

    /// Closes a circuit for good.
    pub(crate) fn stop_circuit(&mut self, circuit_id: CircuitId) -> Result<(), MarketError> {
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

    /// Whether a proof holds for a statement of a circuit.
    pub(crate) fn judge(
        &self,
        circuit_id: &CircuitId,
        inputs: &[Scalar],
        proof: &Proof,
    ) -> Result<Verdict, MarketError> {
        let key = self.keys.get(circuit_id);
        let key = key.ok_or_else(|| MarketError::CircuitUnknown(circuit_id.to_string()))?;
        verify(&HostCurve, key, proof, inputs)
            .map_err(|count| MarketError::InputCount { expected: count.expected, got: count.got })
    }

    pub(crate) fn circuit_view(&self, circuit_id: &CircuitId) -> Option<CircuitView> {
        let circuit = self.circuits.get(circuit_id)?.latest();
        let points = self.keys.get(circuit_id)?.points();
        Some(CircuitView {
            circuit_id: *circuit_id,
            index: circuit.index,
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
            tee: circuit.tee,
            impossible_inputs: circuit
                .impossible
                .iter()
                .map(|input| Hex(input.to_be_bytes()))
                .collect(),
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
