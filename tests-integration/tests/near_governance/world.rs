//! A market under its offices, and calls that check its books each time.

use std::ops::{Deref, DerefMut};

use near_devnode::{Balance, ChainConfig, Gas, Outcome};
use proofrail_near_interface::{
    AccountArgs, Change, ConfigView, Constitution, NewArgs, Offices, Params, ScheduleChangeArgs,
    StorageBalance, method_names,
};
use proofrail_tests_integration::near_market::{self, Market, PRODUCTION};
pub use proofrail_tests_integration::near_market::{account, events, id, minus, sum};
use serde_json::json;

/// Attached to every call.
const GAS: Gas = Gas::from_teragas(300);

pub const HOUR: u64 = 3_600;
/// Delays of the market under test.
pub const TIMELOCK_S: u64 = 2 * HOUR;
pub const UPGRADE_DELAY_S: u64 = 5 * HOUR;
pub const FLOOR_S: u64 = HOUR;

pub const OFFICES: [&str; 7] =
    ["dao", "guardian", "council", "arbiter", "treasurer", "stager", "deployer"];

/// The contract's code.
pub fn wasm() -> Vec<u8> {
    near_market::wasm(PRODUCTION)
}

/// The code of release 0.1.0.
pub fn wasm_0_1_0() -> Vec<u8> {
    let path = "../contracts-near/releases/prover_market-0.1.0.wasm";
    std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

pub fn offices() -> Offices {
    let [dao, guardian, council, arbiter, treasurer, code_stager, code_deployer] = OFFICES.map(id);
    Offices { dao, guardian, council, arbiter, treasurer, code_stager, code_deployer }
}

pub fn constitution() -> Constitution {
    Constitution {
        offices: offices(),
        network: "devnet".to_owned(),
        attestation: None,
        measurements: Vec::new(),
        circuits: Vec::new(),
        verifier_id: None,
        params: Some(Params { timelock_s: TIMELOCK_S, ..Params::default() }),
        upgrade_delay_s: Some(UPGRADE_DELAY_S),
        delay_floor_s: Some(FLOOR_S),
    }
}

pub fn new_args() -> NewArgs {
    NewArgs { treasury_id: id("treasury"), constitution: constitution() }
}

pub struct World {
    pub market: Market,
}

impl Deref for World {
    type Target = Market;

    fn deref(&self) -> &Market {
        &self.market
    }
}

impl DerefMut for World {
    fn deref_mut(&mut self) -> &mut Market {
        &mut self.market
    }
}

impl World {
    /// A market, and accounts that have done nothing yet.
    pub fn new(protocol_version: u32) -> Self {
        let mut world = Self::bare(protocol_version);
        world.ok("market", method_names::NEW, &new_args(), Balance::ZERO);
        world
    }

    /// A deployed market that is not initialised.
    pub fn bare(protocol_version: u32) -> Self {
        Self::with_code(protocol_version, &wasm())
    }

    /// Accounts, and a contract.
    pub fn with_code(protocol_version: u32, code: &[u8]) -> Self {
        let config = ChainConfig { protocol_version, ..ChainConfig::default() };
        let accounts = OFFICES.into_iter().chain(["treasury", "stranger", "alice"]);
        let accounts = accounts.map(|name| (name, 100));
        Self { market: Market::deployed(config, accounts, code, GAS) }
    }

    pub fn config(&self) -> ConfigView {
        self.view(method_names::CONFIG, &json!({}))
    }

    pub fn storage_balance(&self, who: &str) -> Option<StorageBalance> {
        let args = AccountArgs { account_id: id(who) };
        self.view(method_names::STORAGE_BALANCE_OF, &args)
    }

    /// Schedules a change as the Dao; returns its id.
    pub fn schedule(&mut self, change: Change) -> u64 {
        let args = ScheduleChangeArgs { change };
        let deposit = Balance::from_near(1);
        self.ok("dao", method_names::SCHEDULE_CHANGE, &args, deposit).json().unwrap()
    }

    pub fn execute(&mut self, change_id: u64) -> Outcome {
        let args = json!({ "change_id": change_id });
        self.ok("stranger", method_names::EXECUTE_CHANGE, &args, Balance::ZERO)
    }

    /// Schedules a change, waits and makes it.
    pub fn make(&mut self, change: Change) -> Outcome {
        let change_id = self.schedule(change);
        self.pass(TIMELOCK_S);
        self.execute(change_id)
    }
}
