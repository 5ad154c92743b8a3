//! Storage balances, NEP-145, and metadata, NEP-330.

use near_devnode::Balance;
use proofrail_near_interface::{
    Change, ErrorCode, MarketEvent, StorageBalance, StorageBalanceBounds, method_names,
};
use serde_json::json;

use crate::at_each_version;
use crate::world::{World, events, id, minus};

const YOCTO: Balance = Balance::from_yoctonear(1);

fn min(world: &World) -> Balance {
    let bounds: StorageBalanceBounds = world.view(method_names::STORAGE_BALANCE_BOUNDS, &json!({}));
    assert_eq!(bounds.max, None);
    bounds.min
}

/// What `who` pays in a call beyond the price of its gas.
fn payment(
    world: &mut World,
    who: &str,
    call: impl FnOnce(&mut World) -> near_devnode::Outcome,
) -> Balance {
    let before = world.balance(who);
    let outcome = call(world);
    minus(minus(before, world.balance(who)), outcome.tokens_burnt())
}

#[test]
fn a_deposit_should_open_an_account_for_oneself_or_another() {
    at_each_version(|world| {
        assert_eq!(world.storage_balance("alice"), None);
        let (method, none) = (method_names::STORAGE_DEPOSIT, json!({}));
        let least = min(world);
        let short = minus(least, YOCTO);
        world.refuse("alice", method, &none, short, ErrorCode::DepositTooSmall);
        let outcome = world.ok("alice", method, &none, least);
        let deposited = MarketEvent::StorageDeposited { account_id: id("alice"), amount: least };
        assert_eq!(events(&outcome), [deposited]);
        let balance: StorageBalance = outcome.clone().json().unwrap();
        assert_eq!(world.storage_balance("alice"), Some(balance));
        assert_eq!(balance.total, least);
        assert!(balance.available < least, "the account's own record takes a part");

        let args = json!({ "account_id": id("stranger") });
        let paid = payment(world, "alice", |world| world.ok("alice", method, &args, least));
        assert_eq!(paid, least);
        assert_eq!(world.storage_balance("stranger").unwrap().total, least);
        // Any amount goes on top of it, but nothing does not.
        world.ok("alice", method, &args, YOCTO);
        world.refuse("alice", method, &args, Balance::ZERO, ErrorCode::DepositTooSmall);
    });
}

#[test]
fn registration_only_should_return_what_is_not_needed() {
    at_each_version(|world| {
        let args = json!({ "registration_only": true });
        let (method, one) = (method_names::STORAGE_DEPOSIT, Balance::from_near(1));
        let paid = payment(world, "alice", |world| world.ok("alice", method, &args, one));
        assert_eq!(paid, min(world));
        let paid = payment(world, "alice", |world| world.ok("alice", method, &args, one));
        assert_eq!(paid, Balance::ZERO, "an open account takes nothing");
    });
}

#[test]
fn only_what_is_free_should_be_withdrawn() {
    at_each_version(|world| {
        let method = method_names::STORAGE_WITHDRAW;
        world.refuse("alice", method, &json!({}), YOCTO, ErrorCode::AccountUnknown);
        let one = Balance::from_near(1);
        world.ok("alice", method_names::STORAGE_DEPOSIT, &json!({}), one);
        for attached in [Balance::ZERO, Balance::from_yoctonear(2)] {
            world.refuse("alice", method, &json!({}), attached, ErrorCode::OneYocto);
        }
        let available = world.storage_balance("alice").unwrap().available;
        let too_much = json!({ "amount": (available.as_yoctonear() + 1).to_string() });
        world.refuse("alice", method, &too_much, YOCTO, ErrorCode::StorageTooSmall);
        let before = world.balance("alice");
        let some = json!({ "amount": "1000" });
        let outcome = world.ok("alice", method, &some, YOCTO);
        let amount = Balance::from_yoctonear(1_000);
        assert_eq!(
            events(&outcome),
            [MarketEvent::StorageWithdrawn { account_id: id("alice"), amount }]
        );
        let gained = world
            .balance("alice")
            .checked_add(outcome.tokens_burnt())
            .and_then(|sum| sum.checked_add(YOCTO))
            .unwrap();
        assert_eq!(minus(gained, before), amount);
        world.ok("alice", method, &json!({}), YOCTO);
        let left = world.storage_balance("alice").unwrap();
        assert!(left.available.is_zero() && !left.total.is_zero());
    });
}

#[test]
fn an_account_should_be_closed_when_it_is_empty() {
    at_each_version(|world| {
        let method = method_names::STORAGE_UNREGISTER;
        let outcome = world.ok("alice", method, &json!({}), YOCTO);
        assert!(!outcome.clone().json::<bool>().unwrap(), "there is none");
        let storage = world.storage_usage();
        world.ok("alice", method_names::STORAGE_DEPOSIT, &json!({}), Balance::from_near(1));
        world.refuse("alice", method, &json!({}), Balance::ZERO, ErrorCode::OneYocto);
        let before = world.balance("alice");
        let outcome = world.ok("alice", method, &json!({}), YOCTO);
        assert!(outcome.clone().json::<bool>().unwrap());
        let amount = Balance::from_near(1);
        let closed = MarketEvent::AccountClosed { account_id: id("alice"), amount };
        assert_eq!(events(&outcome), [closed]);
        assert_eq!(world.storage_balance("alice"), None);
        assert_eq!(world.storage_usage(), storage);
        let gained = world
            .balance("alice")
            .checked_add(outcome.tokens_burnt())
            .and_then(|sum| sum.checked_add(YOCTO))
            .unwrap();
        assert_eq!(minus(gained, before), amount);
    });
}

#[test]
fn an_account_with_records_should_not_be_closed_by_force_either() {
    at_each_version(|world| {
        world.schedule(Change::SetVerifier { verifier_id: None });
        for force in [false, true] {
            let args = json!({ "force": force });
            let (method, code) = (method_names::STORAGE_UNREGISTER, ErrorCode::AccountBusy);
            world.refuse("dao", method, &args, YOCTO, code);
        }
    });
}

#[test]
fn metadata_should_name_version_link_and_standards() {
    at_each_version(|world| {
        let metadata: serde_json::Value = world.view("contract_source_metadata", &json!({}));
        assert!(metadata["version"].as_str().is_some_and(|version| !version.is_empty()));
        assert!(metadata["link"].as_str().is_some_and(|link| link.starts_with("https://")));
        let standards = metadata["standards"].as_array().unwrap();
        for name in ["proofrail", "nep145", "nep297", "nep330"] {
            assert!(standards.iter().any(|it| it["standard"] == name), "{name}: {metadata}");
        }
    });
}
