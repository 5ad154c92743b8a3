//! Offices and pauses, over near-plugins' records of them.

use near_plugins::{AccessControllable, Pausable};
use near_sdk::{AccountId, env};
use proofrail_near_interface::{Office, Offices};

use crate::{MarketError, ProverMarket, Role};

/// A part of the market that the guardian may pause with `pa_pause_feature`, by its key or all with "ALL". Nothing that
/// gives people their own back, and nothing that a deadline waits for, can be paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Feature {
    /// New provers and more stake.
    Registration,
    /// New jobs.
    Funding,
    /// Draws and auctions: jobs that wait for them run out and are refunded.
    Draws,
}

impl Feature {
    /// The key under which the plugin pauses it.
    const fn key(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::Funding => "funding",
            Self::Draws => "draws",
        }
    }
}

impl From<Office> for Role {
    fn from(office: Office) -> Self {
        match office {
            Office::Dao => Self::Dao,
            Office::Guardian => Self::Guardian,
            Office::Council => Self::Council,
            Office::Arbiter => Self::Arbiter,
            Office::Treasurer => Self::Treasurer,
            Office::CodeStager => Self::CodeStager,
            Office::CodeDeployer => Self::CodeDeployer,
        }
    }
}

impl ProverMarket {
    /// Refuses a caller without the role.
    pub(crate) fn require_role(&self, role: Role, caller: &AccountId) -> Result<(), MarketError> {
        self.require_any_role(&[role], caller)
    }

    /// Refuses a caller with none of the roles.
    pub(crate) fn require_any_role(
        &self,
        roles: &[Role],
        caller: &AccountId,
    ) -> Result<(), MarketError> {
        if self.acl_get_storage().is_some_and(|acl| acl.has_any_role(roles.to_vec(), caller)) {
            return Ok(());
        }
        let names: Vec<&str> = roles.iter().copied().map(<&str>::from).collect();
        Err(MarketError::NotPermitted { caller: caller.clone(), roles: names.join(" or ") })
    }

    /// Whether an account holds a role.
    pub(crate) fn has_role(&self, role: Role, account: &AccountId) -> bool {
        self.acl_get_storage().is_some_and(|acl| acl.has_role(role, account))
    }

    /// Gives an account a role; nothing changes where it has it.
    pub(crate) fn grant(&mut self, role: Role, account: &AccountId) {
        self.acl_get_or_init().grant_role_unchecked(role, account);
    }

    /// Takes a role from an account; nothing changes where it has none.
    pub(crate) fn revoke(&mut self, role: Role, account: &AccountId) {
        self.acl_get_or_init().revoke_role_unchecked(role, account);
    }

    /// Whether somebody besides `account` holds a role.
    pub(crate) fn is_held_by_another(&self, role: Role, account: &AccountId) -> bool {
        let holders = self.acl_get_grantees(String::from(role), 0, 2);
        holders.iter().any(|holder| holder != account)
    }

    /// Fills the offices at the beginning.
    pub(crate) fn fill_offices(&mut self, offices: &Offices) {
        self.grant(Role::Market, &env::current_account_id());
        for (role, account) in [
            (Role::Dao, &offices.dao),
            (Role::Guardian, &offices.guardian),
            (Role::Council, &offices.council),
            (Role::Arbiter, &offices.arbiter),
            (Role::Treasurer, &offices.treasurer),
            (Role::CodeStager, &offices.code_stager),
            (Role::CodeDeployer, &offices.code_deployer),
        ] {
            self.grant(role, account);
        }
    }

    /// Refuses what the guardian paused.
    pub(crate) fn require_running(&self, feature: Feature) -> Result<(), MarketError> {
        if self.pa_is_paused(feature.key().to_owned()) {
            return Err(MarketError::Paused(feature.key()));
        }
        Ok(())
    }
}
