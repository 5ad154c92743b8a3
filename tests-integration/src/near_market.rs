//! A chain with a market on it: calls that check the market's books and note what they cost.
//!
//! What a market is for differs from test to test; each wraps [`Market`] in a world of its own.
#![allow(clippy::unwrap_used, reason = "only tests call this, and they fail by panicking")]

pub mod costs;
pub mod exports;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use near_devnode::{AccountId, Balance, CallArgs, Chain, ChainConfig, Gas, Outcome};
use proofrail_near_interface::{AccountingView, EVENT_PREFIX, ErrorCode, EventLog, MarketEvent};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use costs::Cost;

/// The main network's version, and the newest that the VM knows.
pub const PROTOCOL_VERSIONS: [u32; 2] = [86, 88];
/// The market's code, as main networks run it.
pub const PRODUCTION: &str = "prover_market.wasm";
/// What the market's account has at first, NEAR: its code takes 12 of them.
const MARKET_NEAR: u128 = 30;

/// Code that `cargo xtask build` made.
///
/// # Panics
/// Where it is not there; the message says what to do.
pub fn wasm(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../contracts-near/target/wasm32-unknown-unknown/release")
        .join(name);
    std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask build`", path.display()))
}

/// The account as the chain's crates write it.
pub fn account(name: &str) -> AccountId {
    format!("{name}.test.near").parse().unwrap()
}

/// The account as the market's interface writes it.
pub fn id(name: &str) -> proofrail_near_interface::AccountId {
    format!("{name}.test.near").parse().unwrap()
}

/// `whole - part`, in yoctoNEAR.
///
/// # Panics
/// Where the part is more than the whole.
pub fn minus(whole: Balance, part: Balance) -> Balance {
    whole.checked_sub(part).unwrap_or_else(|| panic!("{whole} - {part}"))
}

/// Sum of amounts.
pub fn sum(amounts: impl IntoIterator<Item = Balance>) -> Balance {
    amounts.into_iter().fold(Balance::ZERO, |sum, amount| sum.checked_add(amount).unwrap())
}

/// The market's own events in an outcome, each checked to be well-formed NEP-297. near-plugins log theirs under other
/// standards.
///
/// # Panics
/// Where a log is no event.
pub fn events(outcome: &Outcome) -> Vec<MarketEvent> {
    let logs = outcome.logs().filter_map(|log| {
        let json = log.strip_prefix(EVENT_PREFIX).expect("every log is an event");
        let value: Value = serde_json::from_str(json).unwrap();
        if ["AccessControllable", "Pausable"].iter().any(|plugin| value["standard"] == *plugin) {
            return None;
        }
        let log: EventLog = serde_json::from_value(value).unwrap();
        assert_eq!((log.standard.as_str(), log.version.as_str()), ("proofrail", "1.0.0"));
        Some(log.event)
    });
    logs.collect()
}

/// A chain with a market on it, at the account `market.test.near`. Accounts are named without `.test.near`.
#[allow(missing_debug_implementations, reason = "a chain has none")]
pub struct Market {
    /// The chain.
    pub chain: Chain,
    /// Gas, storage and deposit of the last successful call of each method.
    pub costs: BTreeMap<String, Cost>,
    /// Attached to every call.
    pub gas: Gas,
}

impl Market {
    /// Accounts with so many NEAR, and `code` that is not initialised.
    pub fn deployed<'a>(
        config: ChainConfig,
        accounts: impl IntoIterator<Item = (&'a str, u128)>,
        code: &[u8],
        gas: Gas,
    ) -> Self {
        let mut chain = Chain::new(config).unwrap();
        for (name, near) in accounts {
            chain.create_account(&account(name), Balance::from_near(near)).unwrap();
        }
        let market = chain.create_account(&account("market"), Balance::from_near(MARKET_NEAR));
        chain.deploy(&market.unwrap(), code).unwrap();
        Self { chain, costs: BTreeMap::new(), gas }
    }

    /// A call of which anything may come.
    pub fn raw(
        &mut self,
        who: &str,
        method: &str,
        args: &impl Serialize,
        deposit: Balance,
    ) -> Outcome {
        self.raw_bytes(who, method, serde_json::to_vec(args).unwrap(), deposit)
    }

    /// As [`Market::raw`], with the bytes that the method reads.
    pub fn raw_bytes(
        &mut self,
        who: &str,
        method: &str,
        args: Vec<u8>,
        deposit: Balance,
    ) -> Outcome {
        let signer = self.chain.signer(&account(who)).unwrap();
        let (args, gas) = (CallArgs::from(args), self.gas);
        self.chain.call(&signer, &account("market"), method, args, deposit, gas).unwrap()
    }

    /// Makes a call that `payer` pays for, and notes its cost as `name` if it succeeds.
    pub fn measured(
        &mut self,
        name: &str,
        payer: &str,
        call: impl FnOnce(&mut Self) -> Outcome,
    ) -> Outcome {
        let (storage, balance) = (self.storage_usage(), self.balance(payer));
        let outcome = call(self);
        if outcome.is_success() {
            let kept = sum([self.balance(payer), outcome.tokens_burnt()]);
            let cost = Cost {
                tgas: outcome.gas_burnt().as_gas() as f64 / 1e12,
                storage_bytes: self.storage_usage() as i64 - storage as i64,
                deposit_near: balance.saturating_sub(kept).as_yoctonear() as f64 / 1e24,
            };
            self.costs.insert(name.to_owned(), cost);
        }
        outcome
    }

    /// Notes what `method` cost last once more, as `<method> <which>`.
    pub fn name_cost(&mut self, method: &str, which: &str) {
        let cost = self.costs[method];
        self.costs.insert(format!("{method} {which}"), cost);
    }

    /// A call that must succeed, although receipts on other accounts may fail.
    pub fn answered(
        &mut self,
        who: &str,
        method: &str,
        args: Vec<u8>,
        deposit: Balance,
    ) -> Outcome {
        let call = |market: &mut Self| market.raw_bytes(who, method, args, deposit);
        let outcome = self.measured(method, who, call);
        assert!(outcome.is_success(), "{who}.{method}: {:?}", outcome.failure());
        self.check_books();
        outcome
    }

    /// A call that must succeed, in every receipt.
    pub fn ok(
        &mut self,
        who: &str,
        method: &str,
        args: &impl Serialize,
        deposit: Balance,
    ) -> Outcome {
        self.ok_bytes(who, method, serde_json::to_vec(args).unwrap(), deposit)
    }

    /// As [`Market::ok`], with the bytes that the method reads.
    pub fn ok_bytes(
        &mut self,
        who: &str,
        method: &str,
        args: Vec<u8>,
        deposit: Balance,
    ) -> Outcome {
        let outcome = self.answered(who, method, args, deposit);
        assert_eq!(outcome.failed_receipts().count(), 0, "{who}.{method}: {outcome:?}");
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
        let text = self.refuse_text(who, method, args, deposit);
        assert_eq!(ErrorCode::find(&text), Some(code), "{who}.{method}: {text}");
        text
    }

    /// As [`Market::refuse`], for refusals by near-sdk and near-plugins, which have no code of ours.
    pub fn refuse_text(
        &mut self,
        who: &str,
        method: &str,
        args: &impl Serialize,
        deposit: Balance,
    ) -> String {
        self.refuse_bytes(who, method, serde_json::to_vec(args).unwrap(), deposit)
    }

    /// As [`Market::refuse_text`], with the bytes that the method reads.
    pub fn refuse_bytes(
        &mut self,
        who: &str,
        method: &str,
        args: Vec<u8>,
        deposit: Balance,
    ) -> String {
        let (before, storage) = (self.balance(who), self.storage_usage());
        let books = self.books();
        let outcome = self.raw_bytes(who, method, args, deposit);
        let Some(failure) = outcome.failure() else {
            panic!("{who}.{method} was not refused: {outcome:?}")
        };
        let text = format!("{failure:?}");
        assert_eq!(self.storage_usage(), storage, "{who}.{method} kept storage");
        let after = self.books();
        assert_eq!(after.is_some(), books.is_some(), "{who}.{method}");
        if let (Some(before), Some(after)) = (books, after) {
            // Its share of the gas is the market's up to protocol version 86.
            let after = AccountingView { balance: before.balance, ..after };
            assert_eq!(after, before, "{who}.{method} moved money");
        }
        if who != "market" {
            let after = minus(before, outcome.tokens_burnt());
            assert_eq!(self.balance(who), after, "{who}.{method} kept the deposit");
        }
        text
    }

    /// What a view returns.
    pub fn view<T: DeserializeOwned>(&self, method: &str, args: &impl Serialize) -> T {
        let args = CallArgs::from(serde_json::to_vec(args).unwrap());
        self.chain.view(&account("market"), method, args).unwrap().json().unwrap()
    }

    /// What an account has.
    pub fn balance(&self, who: &str) -> Balance {
        self.chain.balance(&account(who)).unwrap()
    }

    /// Bytes that the market takes, its code included.
    pub fn storage_usage(&self) -> u64 {
        self.chain.storage_usage(&account("market")).unwrap()
    }

    /// The chain's time, unix seconds.
    pub fn now(&self) -> u64 {
        self.chain.time_ns() / 1_000_000_000
    }

    /// Lets time pass.
    pub fn pass(&mut self, seconds: u64) {
        self.chain.advance_time(Duration::from_secs(seconds)).unwrap();
    }

    /// Lets time pass until then, unix seconds.
    pub fn pass_until(&mut self, second: u64) {
        self.pass(second.saturating_sub(self.now()));
    }

    /// The market's books.
    pub fn accounting(&self) -> AccountingView {
        self.books().expect("the market is initialised")
    }

    /// None before the market is initialised.
    fn books(&self) -> Option<AccountingView> {
        let args = CallArgs::from(json!({}).to_string().into_bytes());
        let method = proofrail_near_interface::method_names::ACCOUNTING;
        self.chain.view(&account("market"), method, args).ok()?.json().ok()
    }

    /// The market never owes more than it holds.
    ///
    /// # Panics
    /// Where it does.
    pub fn check_books(&self) {
        let books = self.accounting();
        let owed = books.liabilities().unwrap();
        assert!(owed <= books.balance, "insolvent: {books:?}");
        assert_eq!(books.balance, self.balance("market"));
    }
}
