//! Stake: in, queued, out.

use near_devnode::Balance;
use proofrail_near_interface::{ErrorCode, RegisterProverArgs, method_names};
use serde_json::json;

use crate::at_each_version;
use crate::world::{World, account, minus, sum};

const DELAY: u64 = 7 * 24 * 3_600;

fn unstake(amount: Balance) -> serde_json::Value {
    json!({"amount": amount})
}

#[test]
fn registration_should_stake_what_is_asked_or_all_but_storage() {
    at_each_version(|world| {
        let cost = world.register_cost("alice");
        let deposit = Balance::from_near(1_200);
        world.ok("alice", method_names::REGISTER_PROVER, &json!({}), deposit);
        assert_eq!(world.prover("alice").unwrap().stake, minus(deposit, cost.storage));

        let before = world.balance("bob");
        let stake = RegisterProverArgs { stake: Some(Balance::from_near(1_000)) };
        let outcome = world.ok("bob", method_names::REGISTER_PROVER, &stake, deposit);
        let bob = world.prover("bob").unwrap();
        assert_eq!(bob.stake, Balance::from_near(1_000));
        let paid = minus(before, sum([world.balance("bob"), outcome.tokens_burnt()]));
        assert_eq!(paid, sum([bob.stake, bob.storage_deposit]));
        assert_eq!((bob.seat, bob.weight), (1, 1_000));

        world.ok("bob", method_names::ADD_STAKE, &json!({}), Balance::from_near(500));
        assert_eq!(world.prover("bob").unwrap().weight, 1_500);
        assert_eq!(
            world.accounting().stakes,
            sum(["alice", "bob"].map(|who| world.prover(who).unwrap().stake))
        );
    });
}

#[test]
fn registration_should_refuse_too_little_and_the_wrong_people() {
    at_each_version(|world| {
        let (method, min) = (method_names::REGISTER_PROVER, Balance::from_near(1_000));
        let all = json!({});
        // Exactly the minimum leaves nothing for storage.
        world.refuse("alice", method, &all, min, ErrorCode::StakeTooSmall);
        world.refuse("alice", method, &all, Balance::ZERO, ErrorCode::StakeTooSmall);
        let asked = |stake| RegisterProverArgs { stake: Some(stake) };
        world.refuse("alice", method, &asked(min), min, ErrorCode::DepositTooSmall);
        let less = minus(min, Balance::from_yoctonear(1));
        world.refuse(
            "alice",
            method,
            &asked(less),
            Balance::from_near(2_000),
            ErrorCode::StakeTooSmall,
        );
        let huge = asked(Balance::from_yoctonear(u128::MAX));
        world.refuse("alice", method, &huge, Balance::from_near(2_000), ErrorCode::AmountOverflow);

        world.register("alice", 1_000);
        let deposit = Balance::from_near(1_100);
        world.refuse("alice", method, &all, deposit, ErrorCode::ProverExists);
        world.refuse("treasury", method, &all, Balance::from_near(50), ErrorCode::ReservedAccount);
        world.refuse("bob", method_names::ADD_STAKE, &all, deposit, ErrorCode::ProverUnknown);
        world.refuse(
            "alice",
            method_names::ADD_STAKE,
            &all,
            Balance::ZERO,
            ErrorCode::DepositTooSmall,
        );
        assert_eq!(world.prover("bob"), None);
    });
}

#[test]
fn stake_should_leave_only_through_the_queue_and_after_the_delay() {
    at_each_version(|world| {
        world.register("alice", 3_000);
        let near = Balance::from_near;
        let (request, withdraw) = (method_names::REQUEST_UNSTAKE, method_names::WITHDRAW_STAKE);
        let none = json!({});
        for amount in [Balance::ZERO, near(2_001), near(3_001), Balance::from_yoctonear(u128::MAX)]
        {
            world.refuse(
                "alice",
                request,
                &unstake(amount),
                Balance::ZERO,
                ErrorCode::BadUnstakeAmount,
            );
        }
        world.refuse("alice", withdraw, &none, Balance::ZERO, ErrorCode::NothingReleased);
        world.ok("alice", request, &unstake(near(500)), Balance::ZERO);
        world.pass(DELAY / 2);
        world.ok("alice", request, &unstake(near(2_500)), Balance::ZERO);
        assert_eq!(world.prover("alice").unwrap().weight, 0);
        // Out of the draw, but still the market's to slash.
        assert_eq!(world.accounting().stakes, near(3_000));
        let text =
            world.refuse("alice", withdraw, &none, Balance::ZERO, ErrorCode::NothingReleased);
        let first = world.prover("alice").unwrap().unstaking[0].available_at;
        assert!(text.contains(&first.to_string()), "{text} names {first}");

        world.pass(first - world.now());
        let before = world.balance("alice");
        let outcome = world.ok("alice", withdraw, &none, Balance::ZERO);
        assert_eq!(minus(sum([world.balance("alice"), outcome.tokens_burnt()]), before), near(500));
        assert_eq!(world.accounting().stakes, near(2_500));
        let code = ErrorCode::ProverBusy;
        world.refuse("alice", method_names::UNREGISTER_PROVER, &none, Balance::ZERO, code);
        world.pass(DELAY);
        world.ok("alice", withdraw, &none, Balance::ZERO);
        world.ok("alice", method_names::UNREGISTER_PROVER, &none, Balance::ZERO);
        assert_eq!(world.prover("alice"), None);
        // A seat number is never given again.
        world.register("alice", 1_000);
        assert_eq!(world.prover("alice").unwrap().seat, 1);
    });
}

#[test]
fn the_queue_should_be_bounded_and_keep_each_entry_s_time() {
    at_each_version(|world| {
        world.register("alice", 2_000);
        let one = unstake(Balance::from_near(1));
        for _ in 0..8 {
            world.ok("alice", method_names::REQUEST_UNSTAKE, &one, Balance::ZERO);
            world.pass(10);
        }
        let code = ErrorCode::UnstakeQueueFull;
        world.refuse("alice", method_names::REQUEST_UNSTAKE, &one, Balance::ZERO, code);
        let times: Vec<u64> = times(world);
        assert!(times.is_sorted() && times[7] - times[0] >= 70, "{times:?}");
        world.pass(times[3] - world.now());
        let paid: Balance = world
            .ok("alice", method_names::WITHDRAW_STAKE, &json!({}), Balance::ZERO)
            .json()
            .unwrap();
        assert_eq!(paid, Balance::from_near(4));
        assert_eq!(self::times(world), times[4..]);
    });
}

fn times(world: &World) -> Vec<u64> {
    let queue = world.prover("alice").unwrap().unstaking;
    queue.iter().map(|entry| entry.available_at).collect()
}

#[test]
fn a_prover_with_an_open_job_should_not_unregister() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let (job_id, _) = world.assigned(&world.circuit.prove(3));
        world.ok(
            "alice",
            method_names::REQUEST_UNSTAKE,
            &unstake(Balance::from_near(1_000)),
            Balance::ZERO,
        );
        world.pass(DELAY + 1);
        world.ok("alice", method_names::WITHDRAW_STAKE, &json!({}), Balance::ZERO);
        let (leave, none) = (method_names::UNREGISTER_PROVER, json!({}));
        world.refuse("alice", leave, &none, Balance::ZERO, ErrorCode::ProverBusy);
        world.ok("alice", method_names::REFUND_JOB, &json!({"job_id": job_id}), Balance::ZERO);
        world.ok("alice", leave, &none, Balance::ZERO);
        assert_eq!(world.claimable("alice"), Balance::ZERO);
        assert!(world.chain.account(&account("alice")).is_some());
    });
}
