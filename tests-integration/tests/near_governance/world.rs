//! A market under its offices, and calls that check its books each time.

use std::path::Path;
use std::time::Duration;

use near_devnode::{AccountId, Balance, CallArgs, Chain, ChainConfig, Gas, Outcome};
use proofrail_near_interface::{
    AccountArgs, AccountingView, Change, ConfigView, Constitution, EVENT_PREFIX, ErrorCode,
    EventLog, MarketEvent, NewArgs, Offices, Params, ScheduleChangeArgs, StorageBalance,
    method_names,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

/// Attached to every call.
const GAS: Gas = Gas::from_teragas(300);
/// Where `cargo xtask build` puts the contract.
const WASM: &str = "../contracts-near/target/wasm32-unknown-unknown/release/prover_market.wasm";

pub const HOUR: u64 = 3_600;
/// Delays of the market under test.
pub const TIMELOCK_S: u64 = 2 * HOUR;
pub const UPGRADE_DELAY_S: u64 = 5 * HOUR;
pub const FLOOR_S: u64 = HOUR;

pub const OFFICES: [&str; 7] =
    ["dao", "guardian", "council", "arbiter", "treasurer", "stager", "deployer"];

/// The contract's code.
pub fn wasm() -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(WASM);
    std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask build`", path.display()))
}

/// The code of release 0.1.0.
pub fn wasm_0_1_0() -> Vec<u8> {
    let path = "../contracts-near/releases/prover_market-0.1.0.wasm";
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The account as the chain's crates write it.
pub fn account(name: &str) -> AccountId {
    format!("{name}.test.near").parse().unwrap()
}

/// The account as the market's interface writes it.
pub fn id(name: &str) -> proofrail_near_interface::AccountId {
    format!("{name}.test.near").parse().unwrap()
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
    pub chain: Chain,
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
        let mut chain = Chain::new(config).unwrap();
        for name in OFFICES.into_iter().chain(["treasury", "stranger", "alice"]) {
            chain.create_account(&account(name), Balance::from_near(100)).unwrap();
        }
        let market = chain.create_account(&account("market"), Balance::from_near(20)).unwrap();
        chain.deploy(&market, code).unwrap();
        Self { chain }
    }

    pub fn raw(&mut self, who: &str, method: &str, args: Vec<u8>, deposit: Balance) -> Outcome {
        self.raw_with_gas(who, method, args, deposit, GAS)
    }

    pub fn raw_with_gas(
        &mut self,
        who: &str,
        method: &str,
        args: Vec<u8>,
        deposit: Balance,
        gas: Gas,
    ) -> Outcome {
        let signer = self.chain.signer(&account(who)).unwrap();
        let args = CallArgs::from(args);
        self.chain.call(&signer, &account("market"), method, args, deposit, gas).unwrap()
    }

    /// A call that must succeed, in every receipt.
    pub fn ok(
        &mut self,
        who: &str,
        method: &str,
        args: &impl Serialize,
        deposit: Balance,
    ) -> Outcome {
        let outcome = self.raw(who, method, serde_json::to_vec(args).unwrap(), deposit);
        assert!(outcome.is_success(), "{who}.{method}: {:?}", outcome.failure());
        assert_eq!(outcome.failed_receipts().count(), 0, "{who}.{method}: {outcome:?}");
        self.check_books();
        outcome
    }

    /// A call that must be refused with `code`, change nothing and return the deposit.
    pub fn refuse(
        &mut self,
        who: &str,
        method: &str,
        args: &impl Serialize,
        deposit: Balance,
        code: ErrorCode,
    ) -> String {
        let text = self.refuse_text(who, method, serde_json::to_vec(args).unwrap(), deposit);
        assert_eq!(ErrorCode::find(&text), Some(code), "{who}.{method}: {text}");
        text
    }

    /// As [`World::refuse`], for refusals by near-sdk and near-plugins, which have no code of ours.
    pub fn refuse_text(
        &mut self,
        who: &str,
        method: &str,
        args: Vec<u8>,
        deposit: Balance,
    ) -> String {
        let (before, storage) = (self.balance(who), self.storage_usage());
        let outcome = self.raw(who, method, args, deposit);
        let Some(failure) = outcome.failure() else {
            panic!("{who}.{method} was not refused: {outcome:?}")
        };
        let text = format!("{failure:?}");
        assert_eq!(self.storage_usage(), storage, "{who}.{method} kept storage");
        // A contract is paid a part of the gas that is burnt in it, its own calls' too.
        if who != "market" {
            let after = minus(before, outcome.tokens_burnt());
            assert_eq!(self.balance(who), after, "{who}.{method} kept the deposit");
        }
        text
    }

    pub fn view<T: DeserializeOwned>(&self, method: &str, args: &impl Serialize) -> T {
        let args = CallArgs::from(serde_json::to_vec(args).unwrap());
        self.chain.view(&account("market"), method, args).unwrap().json().unwrap()
    }

    pub fn balance(&self, who: &str) -> Balance {
        self.chain.balance(&account(who)).unwrap()
    }

    pub fn storage_usage(&self) -> u64 {
        self.chain.storage_usage(&account("market")).unwrap()
    }

    pub fn now(&self) -> u64 {
        self.chain.time_ns() / 1_000_000_000
    }

    pub fn pass(&mut self, seconds: u64) {
        self.chain.advance_time(Duration::from_secs(seconds)).unwrap();
    }

    pub fn config(&self) -> ConfigView {
        self.view(method_names::CONFIG, &json!({}))
    }

    pub fn storage_balance(&self, who: &str) -> Option<StorageBalance> {
        let args = AccountArgs { account_id: id(who) };
        self.view(method_names::STORAGE_BALANCE_OF, &args)
    }

    /// The market never owes more than it holds.
    pub fn check_books(&self) {
        let books: AccountingView = self.view(method_names::ACCOUNTING, &json!({}));
        let owed = books.liabilities().unwrap();
        assert!(owed <= books.balance, "insolvent: {books:?}");
        assert_eq!(books.balance, self.balance("market"));
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

/// The market's own events in an outcome; near-plugins log theirs under other standards.
pub fn events(outcome: &Outcome) -> Vec<MarketEvent> {
    let logs = outcome.logs().filter_map(|log| {
        let json = log.strip_prefix(EVENT_PREFIX).expect("every log is an event");
        let value: serde_json::Value = serde_json::from_str(json).unwrap();
        (value["standard"] == "proofrail")
            .then(|| serde_json::from_value::<EventLog>(value).unwrap().event)
    });
    logs.collect()
}

/// `whole - part`, in yoctoNEAR.
pub fn minus(whole: Balance, part: Balance) -> Balance {
    whole.checked_sub(part).unwrap_or_else(|| panic!("{whole} - {part}"))
}
