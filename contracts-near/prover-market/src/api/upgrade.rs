//! Upgrades of the contract's code, over near-plugins' staging.
//!
//! The plugin's own methods answer nobody but the market itself. Called by an office directly, `up_deploy_code` would
//! take any method and deposit for the call that follows the deployment, in the market's name and out of its balance;
//! `up_stage_code` would let the market pay for the code's storage.

use near_plugins::upgradable::FunctionCallArgs;
use near_sdk::serde_json::json;
use near_sdk::{Gas, NearToken, Promise, bs58, env, near, serde_json};
use proofrail_near_interface::{Hex, MarketEvent, MigrateArgs, UpgradeView, method_names};

use crate::api::parse_hex;
use crate::events::emit;
use crate::host::Call;
use crate::market::StagedUpgrade;
use crate::{
    __UpgradableStorageKey as PluginKey, MarketError, ProverMarket, ProverMarketExt, Role,
};

/// What every wasm module begins with.
const WASM_MAGIC: &[u8] = b"\0asm";
/// Enough for `migrate` where the state stays as it is.
const MIGRATE_TGAS: u64 = 100;
/// Enough to read, check and send the code.
const DEPLOY_GAS: Gas = Gas::from_tgas(40);
const NANOS: u64 = 1_000_000_000;

#[near]
impl ProverMarket {
    /// Stages new code, which is the call's whole input. Replaces what was staged. The deposit pays for the
    /// code's storage, which the stager gets back; more than that is returned.
    #[payable]
    #[handle_result]
    pub fn stage_upgrade(&mut self) -> Result<(), MarketError> {
        let call = Call::current();
        self.require_role(Role::CodeStager, &call.caller)?;
        let code = env::input().unwrap_or_default();
        if !code.starts_with(WASM_MAGIC) {
            return Err(MarketError::BadUpgrade("the input is no wasm module".to_owned()));
        }
        self.unstage()?;
        let deploy_after = call.now.saturating_add(self.upgrade_delay_s());
        let before = env::storage_usage();
        self.up_storage_write(PluginKey::Code, &code);
        self.up_set_timestamp(PluginKey::StagingTimestamp, deploy_after.saturating_mul(NANOS));
        let storage_bytes = env::storage_usage().saturating_sub(before);
        let left = self.market_mut().charge(&call, NearToken::ZERO, storage_bytes)?;
        let code_hash = env::sha256_array(&code);
        let stager_id = call.caller.clone();
        emit(MarketEvent::UpgradeStaged {
            code_hash: Hex(code_hash),
            stager_id: stager_id.clone(),
            deploy_after,
        });
        self.market_mut().governance_mut().upgrade =
            Some(StagedUpgrade { code_hash, stager_id, deploy_after, storage_bytes });
        self.pay(&call.caller, left)
    }

    /// Removes staged code.
    #[handle_result]
    pub fn cancel_upgrade(&mut self) -> Result<(), MarketError> {
        let call = Call::current();
        self.require_any_role(&[Role::CodeStager, Role::Dao, Role::Guardian], &call.caller)?;
        let upgrade = self.unstage()?.ok_or_else(nothing_staged)?;
        emit(MarketEvent::UpgradeCancelled { code_hash: Hex(upgrade.code_hash), by: call.caller });
        Ok(())
    }

    /// Deploys staged code and calls its `migrate` in the same receipt: should that fail, the old code stays.
    #[handle_result]
    pub fn deploy_upgrade(
        &mut self,
        code_hash: String,
        migrate: Option<MigrateArgs>,
        migrate_tgas: Option<u64>,
    ) -> Result<Promise, MarketError> {
        let call = Call::current();
        self.require_role(Role::CodeDeployer, &call.caller)?;
        let code_hash = parse_hex("code_hash", &code_hash)?;
        let upgrade = self.market().governance().upgrade.as_ref().ok_or_else(nothing_staged)?;
        if upgrade.code_hash != code_hash {
            let staged = Hex(upgrade.code_hash);
            return Err(MarketError::BadUpgrade(format!("the staged code has the hash {staged}")));
        }
        let deploy_after = upgrade.deploy_after;
        if call.now < deploy_after {
            return Err(MarketError::UpgradeTooEarly { deploy_after, now: call.now });
        }
        let arguments = serde_json::to_vec(&migrate.unwrap_or_default())
            .map_err(|error| MarketError::BadUpgrade(error.to_string()))?;
        let then = FunctionCallArgs {
            function_name: method_names::MIGRATE.to_owned(),
            arguments,
            amount: NearToken::ZERO,
            gas: Gas::from_tgas(migrate_tgas.unwrap_or(MIGRATE_TGAS)),
        };
        let hash = bs58::encode(code_hash).into_string();
        let args = json!({ "hash": hash, "function_call_args": then }).to_string();
        // All gas that is left goes with it: the deployment's price grows with the code.
        Ok(Promise::new(env::current_account_id()).function_call_weight(
            "up_deploy_code",
            args,
            NearToken::ZERO,
            DEPLOY_GAS,
            near_sdk::GasWeight(1),
        ))
    }

    /// The code that waits to be deployed.
    pub fn upgrade(&self) -> Option<UpgradeView> {
        self.market().governance().upgrade.as_ref().map(StagedUpgrade::view)
    }
}

impl ProverMarket {
    /// Removes staged code and frees its storage; returns what was staged.
    pub(crate) fn unstage(&mut self) -> Result<Option<StagedUpgrade>, MarketError> {
        let Some(upgrade) = self.market_mut().governance_mut().upgrade.take() else {
            return Ok(None);
        };
        for key in [PluginKey::Code, PluginKey::StagingTimestamp] {
            env::storage_remove(&self.up_storage_key(key));
        }
        self.market_mut().release_storage(&upgrade.stager_id, upgrade.storage_bytes)?;
        Ok(Some(upgrade))
    }

    /// How long staged code waits.
    pub(crate) fn upgrade_delay_s(&self) -> u64 {
        self.up_get_duration(PluginKey::StagingDuration).map_or(0, |nanos| nanos.div_ceil(NANOS))
    }

    pub(crate) fn set_upgrade_delay_s(&self, delay_s: u64) {
        self.up_set_staging_duration_unchecked(delay_s.saturating_mul(NANOS));
    }
}

fn nothing_staged() -> MarketError {
    MarketError::BadUpgrade("no code is staged".to_owned())
}
