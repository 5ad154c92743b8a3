//! Storage balances, NEP-145.

use near_account_id::AccountId;
use near_token::NearToken;
use serde::{Deserialize, Serialize};

/// Arguments of `storage_deposit`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageDepositArgs {
    /// Whose balance; the caller's by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// Take only what opens the account, return the rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration_only: Option<bool>,
}

/// Arguments of `storage_withdraw`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageWithdrawArgs {
    /// How much; all that is free by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<NearToken>,
}

/// Arguments of `storage_unregister`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageUnregisterArgs {
    /// Not supported: an account with money or records in it is never closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force: Option<bool>,
}

/// An account's storage balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageBalance {
    /// Deposited.
    pub total: NearToken,
    /// The part of it that no record holds.
    pub available: NearToken,
}

/// What a storage balance may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageBalanceBounds {
    /// Opens an account, whatever its id.
    pub min: NearToken,
    /// None: more can always be deposited.
    pub max: Option<NearToken>,
}
