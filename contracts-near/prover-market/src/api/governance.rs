//! For those who govern the market.

use near_sdk::{AccountId, NearToken, near, serde_json};
use proofrail_near_interface::{
    Change, ChangeView, Constitution, DEFAULT_UPGRADE_DELAY_S, Hex, Office,
};

use crate::api::parse_hex;
use crate::host::Call;
use crate::market::{CircuitToAdd, Market};
use crate::{MarketError, ProverMarket, ProverMarketExt, Role};

#[near]
impl ProverMarket {
    /// Initialises the market. Only the market's own account may, in the transaction that deploys it,
    /// so that nobody else gets in between.
    #[private]
    #[init]
    #[handle_result]
    #[allow(clippy::use_self, reason = "the macro's expansion names the type")]
    pub fn new(treasury_id: AccountId, constitution: Constitution) -> Result<Self, MarketError> {
        let params = constitution.params.unwrap_or_default();
        let market = Market::new(
            treasury_id,
            constitution.verifier_id.clone(),
            params,
            constitution.attestation_policy(),
            constitution.delay_floor_s,
        )?;
        let mut contract = Self::from(market);
        contract.constitute(&constitution)?;
        Ok(contract)
    }

    /// Puts a change into the timelock; the deposit pays for storage, more than that is returned. Returns
    /// the change's id.
    #[payable]
    #[handle_result]
    pub fn schedule_change(&mut self, change: serde_json::Value) -> Result<u64, MarketError> {
        let call = Call::current();
        self.require_role(Role::Dao, &call.caller)?;
        let change: Change = serde_json::from_value(change)
            .map_err(|error| MarketError::BadChange(error.to_string()))?;
        self.check_change(&change)?;
        let delay_s = self.delay_of(&change);
        let (change_id, left) = self.market_mut().schedule_change(&call, &change, delay_s)?;
        self.pay(&call.caller, left)?;
        Ok(change_id)
    }

    /// Makes a change whose time has come.
    #[handle_result]
    pub fn execute_change(&mut self, change_id: u64) -> Result<(), MarketError> {
        let call = Call::current();
        let change = self.market_mut().take_due_change(&call, change_id)?;
        self.check_change(&change)?;
        match &change {
            Change::UpgradeDelay { delay_s } => self.set_upgrade_delay_s(*delay_s),
            Change::GrantOffice { office, account_id } => self.grant((*office).into(), account_id),
            Change::RevokeOffice { office, account_id } => {
                self.revoke((*office).into(), account_id);
            }
            _ => {}
        }
        self.market_mut().make_change(&call, change)
    }

    /// Removes a change that waits. Anyone may remove one that expired. The guardian cannot keep its own office in this
    /// way.
    #[handle_result]
    pub fn cancel_change(&mut self, change_id: u64) -> Result<(), MarketError> {
        let call = Call::current();
        let pending = self.market().pending_change(change_id)?;
        if call.now <= pending.execute_before {
            let against_guardian = matches!(
                pending.change(),
                Ok(Change::RevokeOffice { office: Office::Guardian, .. })
            );
            let roles: &[Role] =
                if against_guardian { &[Role::Dao] } else { &[Role::Dao, Role::Guardian] };
            self.require_any_role(roles, &call.caller)?;
        }
        self.market_mut().cancel_change(&call, change_id)
    }

    /// Takes an office from an account at once. `Dao` and `Guardian` are only revoked through the timelock.
    #[handle_result]
    pub fn revoke_office(
        &mut self,
        office: Office,
        account_id: AccountId,
    ) -> Result<(), MarketError> {
        let call = Call::current();
        self.require_any_role(&[Role::Dao, Role::Guardian], &call.caller)?;
        if matches!(office, Office::Dao | Office::Guardian) {
            return Err(MarketError::OfficeProtected(
                "the offices of Dao and Guardian are revoked by a scheduled change, not at once",
            ));
        }
        if !self.has_role(office.into(), &account_id) {
            return Err(MarketError::OfficeProtected("the account does not hold that office"));
        }
        self.revoke(office.into(), &account_id);
        crate::events::emit(proofrail_near_interface::MarketEvent::OfficeRevoked {
            office,
            account_id,
            by: call.caller,
        });
        Ok(())
    }

    /// Stops a circuit for good: no jobs and no proofs are taken, open jobs are refunded.
    #[handle_result]
    pub fn stop_circuit(&mut self, circuit_id: String) -> Result<(), MarketError> {
        let call = Call::current();
        self.require_role(Role::Guardian, &call.caller)?;
        let circuit_id = Hex(parse_hex("circuit_id", &circuit_id)?);
        self.market_mut().stop_circuit(circuit_id, &call.caller, false)
    }

    /// Stops a circuit for good, by a proof of the statement that nobody should be able to prove. Returns what the
    /// caller is credited for it.
    #[handle_result]
    pub fn stop_circuit_by_proof(
        &mut self,
        circuit_id: String,
        proof: String,
    ) -> Result<NearToken, MarketError> {
        let circuit_id = Hex(parse_hex("circuit_id", &circuit_id)?);
        let proof = parse_hex("proof", &proof)?;
        self.market_mut().stop_circuit_by_proof(&Call::current(), circuit_id, &proof)
    }

    /// Revokes approved code at once and for ever: attestations of it count no more.
    #[handle_result]
    pub fn revoke_measurement(&mut self, measurement: String) -> Result<(), MarketError> {
        self.require_role(Role::Guardian, &Call::current().caller)?;
        let measurement = Hex(parse_hex("measurement", &measurement)?);
        self.market_mut().revoke_measurement(measurement)
    }

    /// Halts all payments for three days; returns the halt's last second.
    #[handle_result]
    pub fn halt_payments(&mut self) -> Result<u64, MarketError> {
        let call = Call::current();
        self.require_role(Role::Guardian, &call.caller)?;
        self.market_mut().halt_payments(&call)
    }

    /// Ends a halt early.
    #[handle_result]
    pub fn resume_payments(&mut self) -> Result<(), MarketError> {
        let call = Call::current();
        self.require_role(Role::Dao, &call.caller)?;
        self.market_mut().resume_payments(&call)
    }

    /// Pays `amount` of the treasury to the treasury's account.
    #[handle_result]
    pub fn withdraw_treasury(&mut self, amount: NearToken) -> Result<(), MarketError> {
        let call = Call::current();
        self.require_role(Role::Treasurer, &call.caller)?;
        let treasury_id = self.market_mut().withdraw_treasury(amount)?;
        self.pay(&treasury_id, amount)
    }

    /// A change that waits.
    pub fn change(&self, change_id: u64) -> Option<ChangeView> {
        self.market().change_view(change_id)
    }

    /// The changes that wait, oldest first.
    pub fn changes(&self) -> Vec<ChangeView> {
        self.market().change_views()
    }
}

impl ProverMarket {
    /// Fills the offices and sets the delays, once.
    pub(crate) fn constitute(&mut self, constitution: &Constitution) -> Result<(), MarketError> {
        let upgrade_delay_s = constitution.upgrade_delay_s.unwrap_or(DEFAULT_UPGRADE_DELAY_S);
        let market = self.market();
        market.check_delay("an upgrade delay", upgrade_delay_s)?;
        market.check_delay("a timelock", market.timelock_s())?;
        self.fill_offices(&constitution.offices);
        self.set_upgrade_delay_s(upgrade_delay_s);
        let market = self.market_mut();
        for code in &constitution.measurements {
            market.approve_measurement(code.platform, code.measurement)?;
        }
        for circuit in &constitution.circuits {
            market.add_circuit(CircuitToAdd::read(circuit)?)?;
        }
        Ok(())
    }

    /// How long a change waits. The delay of upgrades is never shortened faster than it is itself.
    fn delay_of(&self, change: &Change) -> u64 {
        let timelock_s = self.market().timelock_s();
        match change {
            Change::UpgradeDelay { .. } => timelock_s.max(self.upgrade_delay_s()),
            _ => timelock_s,
        }
    }

    /// Refuses a change that could not be made now.
    fn check_change(&self, change: &Change) -> Result<(), MarketError> {
        if let Change::RevokeOffice { office, account_id } = change {
            let role = Role::from(*office);
            if !matches!(office, Office::Dao | Office::Guardian) {
                return Err(MarketError::BadChange(
                    "this office is revoked at once by revoke_office".to_owned(),
                ));
            }
            if !self.has_role(role, account_id) {
                return Err(MarketError::BadChange(format!("{account_id} holds no such office")));
            }
            if !self.is_held_by_another(role, account_id) {
                return Err(MarketError::BadChange(
                    "nobody else holds this office: grant it to somebody first".to_owned(),
                ));
            }
        }
        self.market().check_change(change)
    }
}
