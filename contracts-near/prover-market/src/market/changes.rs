//! The timelock: every change of a parameter, a circuit or an office waits here, where everybody can see it, before
//! anyone may execute it.

use near_sdk::AccountId;
use near_sdk::{NearToken, env, near, serde_json};
use proofrail_near_interface::{
    Change, ChangeView, CircuitTerms, Hex, MAX_PENDING_CHANGES, MarketEvent, NewCircuit, Params,
};

use crate::MarketError;
use crate::events::emit;
use crate::host::Call;
use crate::market::Market;
use crate::market::circuits::CircuitToAdd;
use crate::market::storage::{borsh_len, record_bytes};

/// A change that waits, with who paid for its storage.
#[near(serializers = [borsh])]
#[derive(Clone, Debug)]
pub(crate) struct PendingChange {
    /// The change as JSON: later code reads what earlier code scheduled, or refuses it by name.
    json: Vec<u8>,
    pub(crate) proposer_id: AccountId,
    pub(crate) execute_after: u64,
    pub(crate) execute_before: u64,
    /// Bytes that its own record takes, released when it leaves.
    record_bytes: u64,
    /// Bytes that its effect will take for good, released only if it is cancelled.
    effect_bytes: u64,
}

/// A stored [`PendingChange`].
#[near(serializers = [borsh])]
#[derive(Clone, Debug)]
pub(crate) enum ChangeRecord {
    V1(PendingChange),
}

impl ChangeRecord {
    const fn latest(&self) -> &PendingChange {
        match self {
            Self::V1(change) => change,
        }
    }
}

impl PendingChange {
    pub(crate) fn change(&self) -> Result<Change, MarketError> {
        serde_json::from_slice(&self.json)
            .map_err(|error| MarketError::BadChange(format!("this code cannot read it: {error}")))
    }
}

impl Market {
    /// Puts a checked change into the timelock for `delay_s`; returns its id and what is left of the deposit.
    pub(crate) fn schedule_change(
        &mut self,
        call: &Call,
        change: &Change,
        delay_s: u64,
    ) -> Result<(u64, NearToken), MarketError> {
        if self.governance.pending.len() >= MAX_PENDING_CHANGES {
            return Err(MarketError::ChangesFull(MAX_PENDING_CHANGES));
        }
        let change_id = self.governance.next_change_id;
        let json = serde_json::to_vec(change)
            .map_err(|error| MarketError::BadChange(format!("it cannot be written: {error}")))?;
        let change_hash = Hex(env::sha256_array(&json));
        let execute_after = call.now.saturating_add(delay_s);
        let mut pending = PendingChange {
            json,
            proposer_id: call.caller.clone(),
            execute_after,
            execute_before: execute_after.saturating_add(self.params.change_window_s),
            record_bytes: 0,
            effect_bytes: self.effect_bytes(change)?,
        };
        // Its number stands in the list of ids too.
        pending.record_bytes =
            record_bytes(&change_id, 1 + borsh_len(&pending)) + borsh_len(&change_id);
        let bytes = pending.record_bytes + pending.effect_bytes;
        let left = self.charge(call, NearToken::ZERO, bytes)?;
        emit(MarketEvent::ChangeScheduled {
            change_id,
            kind: change.kind().to_owned(),
            change_hash,
            proposer_id: pending.proposer_id.clone(),
            execute_after,
            execute_before: pending.execute_before,
        });
        self.changes.insert(change_id, ChangeRecord::V1(pending));
        self.governance.pending.push(change_id);
        self.governance.next_change_id += 1;
        Ok((change_id, left))
    }

    /// Takes a change whose time has come out of the timelock; the caller makes it.
    pub(crate) fn take_due_change(
        &mut self,
        call: &Call,
        change_id: u64,
    ) -> Result<Change, MarketError> {
        let pending = self.pending_change(change_id)?.clone();
        let PendingChange { execute_after, execute_before, .. } = pending;
        if call.now < execute_after {
            let now = call.now;
            return Err(MarketError::ChangeTooEarly { change_id, execute_after, now });
        }
        if call.now > execute_before {
            return Err(MarketError::ChangeExpired { change_id, execute_before });
        }
        let change = pending.change()?;
        self.forget_change(change_id, &pending.proposer_id, pending.record_bytes)?;
        emit(MarketEvent::ChangeExecuted { change_id, kind: change.kind().to_owned() });
        Ok(change)
    }

    /// Removes a change that shall not be made.
    pub(crate) fn cancel_change(&mut self, call: &Call, change_id: u64) -> Result<(), MarketError> {
        let pending = self.pending_change(change_id)?.clone();
        let bytes = pending.record_bytes + pending.effect_bytes;
        self.forget_change(change_id, &pending.proposer_id, bytes)?;
        emit(MarketEvent::ChangeCancelled { change_id, by: call.caller.clone() });
        Ok(())
    }

    pub(crate) fn pending_change(&self, change_id: u64) -> Result<&PendingChange, MarketError> {
        let record = self.changes.get(&change_id).map(ChangeRecord::latest);
        record.ok_or(MarketError::ChangeUnknown(change_id))
    }

    fn forget_change(
        &mut self,
        change_id: u64,
        proposer_id: &AccountId,
        bytes: u64,
    ) -> Result<(), MarketError> {
        self.changes.remove(&change_id);
        self.governance.pending.retain(|id| *id != change_id);
        self.release_storage(proposer_id, bytes)
    }

    /// Refuses a change of the market's own state that could not be made now.
    pub(crate) fn check_change(&self, change: &Change) -> Result<(), MarketError> {
        match change {
            Change::Params(params) => self.check_params(params),
            Change::AddCircuit(circuit) => self.check_circuit(&CircuitToAdd::read(circuit)?),
            Change::CircuitTerms(terms) => self.check_terms(terms).map(|_| ()),
            Change::RetireCircuit { circuit_id } => self.running_circuit(circuit_id).map(|_| ()),
            Change::ApproveMeasurement(code) => self.check_approval(&code.measurement),
            Change::SupersedeMeasurement { measurement, grace_s } => {
                self.check_supersession(measurement, *grace_s)
            }
            Change::AttestationPolicy(policy) => policy.check().map_err(MarketError::BadPolicy),
            Change::UpgradeDelay { delay_s } => self.check_delay("an upgrade delay", *delay_s),
            Change::SetVerifier { .. }
            | Change::SetTreasury { .. }
            | Change::GrantOffice { .. }
            | Change::RevokeOffice { .. } => Ok(()),
        }
    }

    /// Makes a change of the market's own state, checked anew: what was right when it was scheduled may be so no more.
    pub(crate) fn make_change(&mut self, call: &Call, change: Change) -> Result<(), MarketError> {
        self.check_change(&change)?;
        match change {
            Change::Params(params) => self.params = params,
            Change::AddCircuit(circuit) => self.add_circuit(CircuitToAdd::read(&circuit)?)?,
            Change::CircuitTerms(terms) => self.set_circuit_terms(&terms)?,
            Change::RetireCircuit { circuit_id } => {
                self.stop_circuit(circuit_id, &call.caller, false)?;
            }
            Change::ApproveMeasurement(code) => {
                self.approve_measurement(code.platform, code.measurement)?;
            }
            Change::SupersedeMeasurement { measurement, grace_s } => {
                self.supersede_measurement(measurement, call.now.saturating_add(grace_s))?;
            }
            Change::AttestationPolicy(policy) => self.set_attestation_policy(policy)?,
            Change::SetVerifier { verifier_id } => self.verifier_id = verifier_id,
            Change::SetTreasury { treasury_id } => self.treasury_id = treasury_id,
            // Near-plugins keeps these; the contract makes them.
            Change::UpgradeDelay { .. }
            | Change::GrantOffice { .. }
            | Change::RevokeOffice { .. } => {}
        }
        Ok(())
    }

    fn check_params(&self, params: &Params) -> Result<(), MarketError> {
        params.check().map_err(MarketError::BadParams)?;
        self.check_delay("a timelock", params.timelock_s)?;
        if params.epoch_s != self.params.epoch_s {
            return Err(MarketError::BadChange(format!(
                "`epoch_s` must stay {}: epochs are counted by it",
                self.params.epoch_s
            )));
        }
        // Stake must outlive every job that was funded while it counted.
        let (longest, needed) = (params.longest_deadline_s(), self.longest_running_deadline_s());
        if longest < needed {
            return Err(MarketError::BadChange(format!(
                "a running circuit has a deadline of {needed} seconds, these parameters allow {longest}"
            )));
        }
        Ok(())
    }

    /// Storage that a change will take when it is made, found by making it and taking it back.
    fn effect_bytes(&mut self, change: &Change) -> Result<u64, MarketError> {
        match change {
            Change::AddCircuit(circuit) => self.circuit_bytes(CircuitToAdd::read(circuit)?),
            Change::CircuitTerms(CircuitTerms { impossible_inputs, .. }) => {
                Ok(impossible_inputs.as_ref().map_or(0, |inputs| inputs.len() as u64 * 32))
            }
            _ => Ok(0),
        }
    }

    /// The changes that wait, oldest first.
    pub(crate) fn change_views(&self) -> Vec<ChangeView> {
        self.governance.pending.iter().filter_map(|id| self.change_view(*id)).collect()
    }

    pub(crate) fn change_view(&self, change_id: u64) -> Option<ChangeView> {
        let pending = self.pending_change(change_id).ok()?;
        Some(ChangeView {
            change_id,
            change: pending.change().ok()?,
            proposer_id: pending.proposer_id.clone(),
            execute_after: pending.execute_after,
            execute_before: pending.execute_before,
        })
    }
}

impl CircuitToAdd {
    /// Reads a circuit out of a change.
    pub(crate) fn read(circuit: &NewCircuit) -> Result<Self, MarketError> {
        let NewCircuit { circuit_id, name, public_inputs, vk, base_fee, deadline_s, tee, .. } =
            circuit;
        Ok(Self {
            circuit_id: *circuit_id,
            name: name.clone(),
            public_inputs: public_inputs.clone(),
            vk: super::circuits::key_points(vk),
            base_fee: *base_fee,
            deadline_s: *deadline_s,
            tee: *tee,
            impossible: super::circuits::read_statement(&circuit.impossible_inputs)?,
        })
    }
}
