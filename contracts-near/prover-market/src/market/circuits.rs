//! The registry of circuits.

use near_sdk::{AccountId, NearToken, env};
use proofrail_near_groth16::{
    KeyPoints, MAX_PUBLIC_INPUTS, Proof, Scalar, Verdict, VerifyingKey, verify,
};
use proofrail_near_interface::rules::{bonus::MIN_FEE, bps::bps_of};
use proofrail_near_interface::{self as interface, CircuitTerms, CircuitView, Hex, MarketEvent};

use crate::MarketError;
use crate::error::sub;
use crate::events::emit;
use crate::host::{Call, HostCurve};
use crate::market::Market;
use crate::market::records::{Circuit, CircuitRecord};

/// keccak256 of a circuit's name, version and ordered public inputs.
pub(crate) type CircuitId = Hex<32>;

/// Longest name of a circuit or of one of its inputs.
const MAX_NAME: usize = 64;

/// Most circuits, stopped ones included: some changes look at all of them.
const MAX_CIRCUITS: u32 = 256;
/// The share of the insurance pool that is paid for showing a circuit broken, before its money is gone.
const STOP_BOUNTY_BPS: u32 = 100;
/// The most that is paid for it.
const STOP_BOUNTY_CAP: NearToken = NearToken::from_near(50);

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
        let (circuit_id, name) = (new.circuit_id, new.name.clone());
        self.insert_circuit(new)?;
        emit(MarketEvent::CircuitRegistered { circuit_id, name });
        Ok(())
    }

    fn insert_circuit(&mut self, new: CircuitToAdd) -> Result<(), MarketError> {
        let key = VerifyingKey::new(&new.vk, new.public_inputs.len())?;
        if self.circuit_ids.len() >= MAX_CIRCUITS {
            return Err(MarketError::CircuitsFull);
        }
        let circuit = Circuit {
            index: u16::try_from(self.circuit_ids.len()).map_err(|_| MarketError::CircuitsFull)?,
            name: new.name,
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
        Ok(())
    }

    /// Bytes that a circuit will take, measured by adding it and taking it back.
    pub(crate) fn circuit_bytes(&mut self, new: CircuitToAdd) -> Result<u64, MarketError> {
        let circuit_id = new.circuit_id;
        let (inserted, bytes) = self.measured(|market| market.insert_circuit(new));
        inserted?;
        self.circuits.remove(&circuit_id);
        self.circuit_ids.pop();
        self.keys.remove(&circuit_id);
        Ok(bytes)
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
        self.check_price(new.base_fee, new.deadline_s)?;
        if new.impossible.len() != new.public_inputs.len() {
            return Err(MarketError::InputCount {
                expected: new.public_inputs.len(),
                got: new.impossible.len(),
            });
        }
        Ok(())
    }

    fn check_price(&self, base_fee: NearToken, deadline_s: u64) -> Result<(), MarketError> {
        if base_fee < MIN_FEE {
            let found = base_fee.as_yoctonear();
            return Err(MarketError::BadCircuit(format!(
                "`base_fee` of {found} yoctoNEAR is below {}, the least that can be shared out",
                MIN_FEE.as_yoctonear()
            )));
        }
        // Stake must outlive every job that was funded while it counted.
        let longest = self.params.longest_deadline_s();
        if !(1..=longest).contains(&deadline_s) {
            return Err(MarketError::BadCircuit(format!(
                "`deadline_s` must be 1 to {longest}, what the unstaking delay leaves"
            )));
        }
        Ok(())
    }

    /// Refuses terms that a circuit cannot have; returns its new impossible statement, if there is one.
    pub(crate) fn check_terms(
        &self,
        terms: &CircuitTerms,
    ) -> Result<Option<Vec<Scalar>>, MarketError> {
        let circuit = self.running_circuit(&terms.circuit_id)?;
        self.check_price(terms.base_fee, terms.deadline_s)?;
        let Some(inputs) = &terms.impossible_inputs else { return Ok(None) };
        if !circuit.impossible.is_empty() {
            return Err(MarketError::BadCircuit(
                "`impossible_inputs` are fixed once a circuit has them".to_owned(),
            ));
        }
        let expected = circuit.public_inputs.len();
        if inputs.len() != expected {
            return Err(MarketError::InputCount { expected, got: inputs.len() });
        }
        read_statement(inputs).map(Some)
    }

    pub(crate) fn set_circuit_terms(&mut self, terms: &CircuitTerms) -> Result<(), MarketError> {
        let impossible = self.check_terms(terms)?;
        let &CircuitTerms { circuit_id, base_fee, deadline_s, .. } = terms;
        if let Some(circuit) = self.circuits.get_mut(&circuit_id).map(CircuitRecord::latest_mut) {
            circuit.base_fee = base_fee;
            circuit.deadline_s = deadline_s;
            circuit.impossible = impossible.unwrap_or_else(|| circuit.impossible.clone());
        }
        emit(MarketEvent::CircuitTermsSet { circuit_id, base_fee, deadline_s });
        Ok(())
    }

    /// The longest deadline of a running circuit.
    pub(crate) fn longest_running_deadline_s(&self) -> u64 {
        let running = self.circuits.values().map(CircuitRecord::latest);
        let deadlines =
            running.filter(|circuit| !circuit.stopped).map(|circuit| circuit.deadline_s);
        deadlines.max().unwrap_or(0)
    }

    /// Closes a circuit for good.
    pub(crate) fn stop_circuit(
        &mut self,
        circuit_id: CircuitId,
        by: &AccountId,
        by_proof: bool,
    ) -> Result<(), MarketError> {
        self.running_circuit(&circuit_id)?;
        if let Some(record) = self.circuits.get_mut(&circuit_id) {
            record.latest_mut().stopped = true;
        }
        emit(MarketEvent::CircuitStopped { circuit_id, by: by.clone(), by_proof });
        Ok(())
    }

    /// Closes a circuit whose impossible statement somebody proved; returns what the caller is credited for it.
    pub(crate) fn stop_circuit_by_proof(
        &mut self,
        call: &Call,
        circuit_id: CircuitId,
        proof: &[u8; 256],
    ) -> Result<NearToken, MarketError> {
        let circuit = self.running_circuit(&circuit_id)?;
        if circuit.impossible.is_empty() {
            return Err(MarketError::NoImpossibleStatement(circuit_id.to_string()));
        }
        match self.judge(&circuit_id, &circuit.impossible, &Proof::from_eip197(proof)?)? {
            Verdict::Valid => {}
            Verdict::Invalid => return Err(MarketError::ProofInvalid),
        }
        self.stop_circuit(circuit_id, &call.caller, true)?;
        let bounty = bps_of(self.purses.insurance, STOP_BOUNTY_BPS).min(STOP_BOUNTY_CAP);
        self.purses.insurance = sub(self.purses.insurance, bounty)?;
        self.credit(&call.caller, bounty)?;
        Ok(bounty)
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

/// A verifying key's points.
pub(crate) fn key_points(vk: &interface::VerifyingKey) -> KeyPoints {
    KeyPoints {
        alpha: vk.alpha.0,
        beta: vk.beta.0,
        gamma: vk.gamma.0,
        delta: vk.delta.0,
        ic: vk.ic.iter().map(|point| point.0).collect(),
    }
}

/// Reads public inputs, each below the scalar order.
pub(crate) fn read_statement(inputs: &[Hex<32>]) -> Result<Vec<Scalar>, MarketError> {
    let read = |(index, input): (usize, &Hex<32>)| {
        Scalar::from_be_bytes(&input.0).map_err(|_| MarketError::InputNotReduced(index))
    };
    inputs.iter().enumerate().map(read).collect()
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
