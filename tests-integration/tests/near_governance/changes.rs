//! The timelock.

use near_devnode::Balance;
use proofrail_near_interface::{
    Change, ChangeArgs, ChangeView, ErrorCode, MAX_PENDING_CHANGES, MarketEvent, Params,
    ScheduleChangeArgs, method_names,
};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::at_each_version;
use crate::world::{HOUR, TIMELOCK_S, UPGRADE_DELAY_S, World, constitution, events, id, minus};

fn params() -> Params {
    constitution().params.unwrap()
}

fn new_params() -> Change {
    Change::Params(Params { min_stake: Balance::from_near(2_000), ..params() })
}

fn schedule_refused(world: &mut World, change: Change, code: ErrorCode) -> String {
    let args = ScheduleChangeArgs { change };
    world.refuse("dao", method_names::SCHEDULE_CHANGE, &args, Balance::from_near(1), code)
}

#[test]
fn a_change_should_wait_and_then_be_made_by_anyone() {
    at_each_version(|world| {
        let (change, now) = (new_params(), world.now());
        let args = ScheduleChangeArgs { change: change.clone() };
        let before = world.balance("dao");
        let outcome = world.ok("dao", method_names::SCHEDULE_CHANGE, &args, Balance::from_near(1));
        let change_id: u64 = outcome.clone().json().unwrap();
        let view: ChangeView = world.view::<Vec<_>>(method_names::CHANGES, &json!({})).remove(0);
        assert_eq!((view.change_id, &view.change, &view.proposer_id), (1, &change, &id("dao")));
        assert!((now + TIMELOCK_S..=now + TIMELOCK_S + 10).contains(&view.execute_after));
        assert_eq!(view.execute_before, view.execute_after + params().change_window_s);
        let hash: [u8; 32] = Sha256::digest(serde_json::to_vec(&change).unwrap()).into();
        let scheduled = MarketEvent::ChangeScheduled {
            change_id,
            kind: "params".to_owned(),
            change_hash: proofrail_near_interface::Hex(hash),
            proposer_id: id("dao"),
            execute_after: view.execute_after,
            execute_before: view.execute_before,
        };
        assert_eq!(events(&outcome), [scheduled]);

        let held = world.storage_balance("dao").unwrap();
        let paid = minus(minus(before, world.balance("dao")), outcome.tokens_burnt());
        assert_eq!(paid, held.total, "the deposit pays for storage and the rest comes back");
        assert!(held.available.is_zero());

        let args = ChangeArgs { change_id };
        let early = ErrorCode::ChangeTooEarly;
        world.refuse("dao", method_names::EXECUTE_CHANGE, &args, Balance::ZERO, early);
        assert_ne!(world.config().params.min_stake, Balance::from_near(2_000));
        world.pass(TIMELOCK_S);
        let outcome = world.execute(change_id);
        assert_eq!(
            events(&outcome),
            [MarketEvent::ChangeExecuted { change_id, kind: "params".to_owned() }]
        );
        assert_eq!(world.config().params.min_stake, Balance::from_near(2_000));
        let unknown = ErrorCode::ChangeUnknown;
        world.refuse("dao", method_names::EXECUTE_CHANGE, &args, Balance::ZERO, unknown);
        let free = world.storage_balance("dao").unwrap();
        assert_eq!(free.total, held.total);
        assert!(!free.available.is_zero(), "what the change held is free again");
        // The next change needs no deposit: its storage is taken from the free balance.
        let args = ScheduleChangeArgs { change };
        world.ok("dao", method_names::SCHEDULE_CHANGE, &args, Balance::ZERO);
        assert_eq!(world.storage_balance("dao").unwrap(), held);
    });
}

#[test]
fn only_the_dao_should_schedule() {
    at_each_version(|world| {
        for who in ["guardian", "council", "arbiter", "treasurer", "stager", "deployer", "stranger"]
        {
            let args = ScheduleChangeArgs { change: new_params() };
            let (deposit, code) = (Balance::from_near(1), ErrorCode::NotPermitted);
            world.refuse(who, method_names::SCHEDULE_CHANGE, &args, deposit, code);
        }
        let args = ScheduleChangeArgs { change: new_params() };
        let code = ErrorCode::DepositTooSmall;
        world.refuse("dao", method_names::SCHEDULE_CHANGE, &args, Balance::ZERO, code);
    });
}

#[test]
fn a_change_should_be_checked_when_it_is_scheduled() {
    at_each_version(|world| {
        let bad = |params: Params| Change::Params(params);
        let text = schedule_refused(
            world,
            bad(Params { max_rounds: 0, ..params() }),
            ErrorCode::BadParams,
        );
        assert!(text.contains("max_rounds"), "{text}");
        let short = Params { timelock_s: HOUR - 1, ..params() };
        let text = schedule_refused(world, bad(short), ErrorCode::BadChange);
        assert!(text.contains("floor"), "{text}");
        let other_epochs = Params { epoch_s: 7 * 24 * HOUR, ..params() };
        schedule_refused(world, bad(other_epochs), ErrorCode::BadChange);
        let short = Change::UpgradeDelay { delay_s: HOUR - 1 };
        schedule_refused(world, short, ErrorCode::BadChange);
        let unknown = Change::RetireCircuit { circuit_id: proofrail_near_interface::Hex([1; 32]) };
        schedule_refused(world, unknown, ErrorCode::CircuitUnknown);

        for args in [
            json!({ "change": { "no_such_change": {} } }),
            json!({ "change": { "upgrade_delay": {} } }),
            json!({ "change": { "upgrade_delay": { "delay_s": 7200, "more": 1 } } }),
            json!({ "change": "params" }),
        ] {
            let deposit = Balance::from_near(1);
            let code = ErrorCode::BadChange;
            world.refuse("dao", method_names::SCHEDULE_CHANGE, &args, deposit, code);
        }
    });
}

#[test]
fn a_change_should_expire() {
    at_each_version(|world| {
        let change_id = world.schedule(new_params());
        let args = ChangeArgs { change_id };
        let view: ChangeView =
            world.view::<Option<_>>(method_names::CHANGE, &args).expect("it waits");
        world.pass_until(view.execute_before);
        world.pass(2);
        let code = ErrorCode::ChangeExpired;
        world.refuse("dao", method_names::EXECUTE_CHANGE, &args, Balance::ZERO, code);
        let held = world.storage_balance("dao").unwrap();
        let outcome = world.ok("stranger", method_names::CANCEL_CHANGE, &args, Balance::ZERO);
        let by = id("stranger");
        assert_eq!(events(&outcome), [MarketEvent::ChangeCancelled { change_id, by }]);
        assert!(world.storage_balance("dao").unwrap().available > held.available);
        assert_eq!(world.view::<Option<ChangeView>>(method_names::CHANGE, &args), None);
    });
}

#[test]
fn dao_and_guardian_should_cancel() {
    at_each_version(|world| {
        for who in ["dao", "guardian"] {
            let change_id = world.schedule(new_params());
            let args = ChangeArgs { change_id };
            for stranger in ["stranger", "council", "deployer"] {
                let code = ErrorCode::NotPermitted;
                world.refuse(stranger, method_names::CANCEL_CHANGE, &args, Balance::ZERO, code);
            }
            let outcome = world.ok(who, method_names::CANCEL_CHANGE, &args, Balance::ZERO);
            let by = id(who);
            assert_eq!(events(&outcome), [MarketEvent::ChangeCancelled { change_id, by }]);
            world.pass(TIMELOCK_S);
            let code = ErrorCode::ChangeUnknown;
            world.refuse(who, method_names::EXECUTE_CHANGE, &args, Balance::ZERO, code);
            let free = world.storage_balance("dao").unwrap();
            assert!(!free.available.is_zero());
        }
    });
}

#[test]
fn the_timelock_should_be_bounded() {
    at_each_version(|world| {
        for _ in 0..MAX_PENDING_CHANGES {
            world.schedule(Change::SetVerifier { verifier_id: None });
        }
        let change = Change::SetVerifier { verifier_id: None };
        schedule_refused(world, change.clone(), ErrorCode::ChangesFull);
        let all: Vec<ChangeView> = world.view(method_names::CHANGES, &json!({}));
        assert_eq!(all.len(), MAX_PENDING_CHANGES);
        world.ok("dao", method_names::CANCEL_CHANGE, &json!({ "change_id": 5 }), Balance::ZERO);
        world.schedule(change);
    });
}

#[test]
fn each_simple_change_should_take_effect() {
    at_each_version(|world| {
        world.make(Change::SetVerifier { verifier_id: Some(id("verifier")) });
        assert_eq!(world.config().verifier_id, Some(id("verifier")));
        world.make(Change::SetTreasury { treasury_id: id("vault") });
        assert_eq!(world.config().treasury_id, id("vault"));
        let longer = Params { timelock_s: 2 * TIMELOCK_S, ..params() };
        world.make(Change::Params(longer));
        let change_id = world.schedule(Change::SetVerifier { verifier_id: None });
        world.pass(TIMELOCK_S);
        let (args, code) = (ChangeArgs { change_id }, ErrorCode::ChangeTooEarly);
        world.refuse("dao", method_names::EXECUTE_CHANGE, &args, Balance::ZERO, code);
        world.pass(TIMELOCK_S);
        world.execute(change_id);
    });
}

#[test]
fn the_upgrade_delay_should_not_be_shortened_faster_than_it_is() {
    at_each_version(|world| {
        assert_eq!(world.config().upgrade_delay_s, UPGRADE_DELAY_S);
        let change_id = world.schedule(Change::UpgradeDelay { delay_s: HOUR });
        world.pass(TIMELOCK_S);
        let (args, code) = (ChangeArgs { change_id }, ErrorCode::ChangeTooEarly);
        world.refuse("dao", method_names::EXECUTE_CHANGE, &args, Balance::ZERO, code);
        world.pass(UPGRADE_DELAY_S - TIMELOCK_S);
        world.execute(change_id);
        assert_eq!(world.config().upgrade_delay_s, HOUR);
    });
}
