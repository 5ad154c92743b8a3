//! Stake: in, queued, out; and the seat and storage that come with it.

use near_devnode::Balance;
use proofrail_near_interface::{
    ErrorCode, Hex, Params, ProverState, RegisterProverArgs, ReportInvalidProofArgs,
    StorageBalance, method_names,
};
use serde_json::{Value, json};

use crate::at_each_version;
use crate::proofs::circuit_id;
use crate::world::{CIRCUIT, OTHER_CIRCUIT, World, id, minus, sum};

const DAY: u64 = 24 * 3_600;
const DELAY: u64 = 14 * DAY;
const NEAR: fn(u128) -> Balance = Balance::from_near;
const NONE: Balance = Balance::ZERO;
/// Price of a byte.
const BYTE: u128 = 10_u128.pow(19);
/// What the entry of a free seat takes: 40 for a record, 1 + 4 of key, 8 of value.
const RETIRED_BYTES: u128 = 53;

fn unstake(amount: Balance) -> Value {
    json!({"amount": amount})
}

fn storage(world: &World, who: &str) -> StorageBalance {
    let args = json!({"account_id": id(who)});
    world.view::<Option<_>>(method_names::STORAGE_BALANCE_OF, &args).unwrap()
}

/// Takes all of a prover's stake out.
fn leave(world: &mut World, who: &str) {
    let all = world.prover(who).unwrap().stake;
    world.call(who, method_names::REQUEST_UNSTAKE, &unstake(all));
    world.pass(DELAY);
    world.call(who, method_names::WITHDRAW_STAKE, &json!({}));
}

#[test]
fn registration_should_stake_what_is_asked_or_all_but_storage() {
    at_each_version(|world| {
        let storage = world.register_cost("alice").storage;
        let all = RegisterProverArgs { stake: None, ..world.registration("alice", NONE) };
        world.ok("alice", method_names::REGISTER_PROVER, &all, NEAR(1_200));
        let alice = world.prover("alice").unwrap();
        assert_eq!(alice.stake, minus(NEAR(1_200), storage));
        assert_eq!((alice.seat, alice.state), (0, ProverState::Probation));

        let storage = world.register_cost("bob").storage;
        let before = world.balance("bob");
        let exact = world.registration("bob", NEAR(1_000));
        let outcome = world.ok("bob", method_names::REGISTER_PROVER, &exact, NEAR(1_200));
        let paid = minus(before, sum([world.balance("bob"), outcome.tokens_burnt()]));
        assert_eq!(outcome.json::<Balance>().unwrap(), NEAR(1_000));
        assert_eq!(paid, sum([NEAR(1_000), storage]), "the rest came back");
        let bob = world.prover("bob").unwrap();
        // On probation a whole NEAR weighs 10/4 without a score.
        assert_eq!((bob.seat, bob.weight), (1, 2_500));
        assert_eq!(bob.capacity, World::capacity());

        world.ok("bob", method_names::ADD_STAKE, &json!({}), NEAR(500));
        assert_eq!(world.prover("bob").unwrap().weight, 3_750);
        let stakes = ["alice", "bob"].map(|who| world.prover(who).unwrap().stake);
        assert_eq!(world.accounting().stakes, sum(stakes));
    });
}

#[test]
fn registration_should_refuse_too_little_and_the_wrong_people() {
    at_each_version(|world| {
        let (method, min) = (method_names::REGISTER_PROVER, NEAR(1_000));
        let asked = |world: &World, stake| RegisterProverArgs {
            stake,
            ..world.registration("alice", NONE)
        };
        // Exactly the minimum leaves nothing for storage.
        let all = asked(world, None);
        world.refuse("alice", method, &all, min, ErrorCode::StakeTooSmall);
        world.refuse("alice", method, &all, NONE, ErrorCode::DepositTooSmall);
        let exact = asked(world, Some(min));
        world.refuse("alice", method, &exact, min, ErrorCode::DepositTooSmall);
        let less = asked(world, Some(minus(min, Balance::from_yoctonear(1))));
        world.refuse("alice", method, &less, NEAR(2_000), ErrorCode::StakeTooSmall);
        let huge = asked(world, Some(Balance::MAX));
        world.refuse("alice", method, &huge, NEAR(2_000), ErrorCode::AmountOverflow);

        world.register("alice", 1_000);
        world.refuse("alice", method, &exact, NEAR(1_100), ErrorCode::ProverExists);
        let bob = world.registration("bob", min);
        let taken = RegisterProverArgs { statement_key: exact.statement_key, ..bob.clone() };
        world.refuse("bob", method, &taken, NEAR(1_100), ErrorCode::BadStatementKey);
        let zero = RegisterProverArgs { statement_key: Hex([0; 32]), ..bob.clone() };
        world.refuse("bob", method, &zero, NEAR(1_100), ErrorCode::BadStatementKey);
        // One that could not be judged: no evidence, and no verifier.
        let quoted = RegisterProverArgs { attestation: Some("!".to_owned()), ..bob };
        world.refuse("bob", method, &quoted, NEAR(1_100), ErrorCode::BadEvidence);

        let none = json!({});
        let add = method_names::ADD_STAKE;
        world.refuse("bob", add, &none, NEAR(1_100), ErrorCode::ProverUnknown);
        world.refuse("alice", add, &none, NONE, ErrorCode::DepositTooSmall);
        assert_eq!(world.prover("bob"), None);
    });
}

#[test]
fn an_offer_out_of_range_should_be_refused() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let offer = World::capacity();
        let circuits = |ids: Vec<Hex<32>>| {
            let mut changed = serde_json::to_value(&offer).unwrap();
            changed["circuits"] = json!(ids);
            changed
        };
        let known = circuit_id(CIRCUIT);
        let set = method_names::SET_CAPACITY;
        let mut refuse = |offer: &Value, code| world.refuse("alice", set, offer, NONE, code);
        refuse(&circuits(vec![]), ErrorCode::BadCapacity);
        refuse(&circuits(vec![known, known]), ErrorCode::BadCapacity);
        refuse(&circuits(vec![Hex([7; 32])]), ErrorCode::CircuitUnknown);
        for (field, value, code) in [
            ("parallel_jobs", json!(0), ErrorCode::BadCapacity),
            ("parallel_jobs", json!(1_001), ErrorCode::BadCapacity),
            ("endpoint", json!("http://prover.example"), ErrorCode::BadCapacity),
            ("x25519_key", json!(Hex([0; 32])), ErrorCode::BadCapacity),
            ("x25519_key", json!("0x12"), ErrorCode::BadHex),
        ] {
            let mut changed = serde_json::to_value(&offer).unwrap();
            changed[field] = value;
            refuse(&changed, code);
        }
    });
}

#[test]
fn stake_should_leave_only_through_the_queue_and_after_the_delay() {
    at_each_version(|world| {
        world.register("alice", 3_000);
        let (request, withdraw) = (method_names::REQUEST_UNSTAKE, method_names::WITHDRAW_STAKE);
        let none = json!({});
        for amount in [NONE, NEAR(2_001), NEAR(3_001), Balance::MAX] {
            let code = ErrorCode::BadUnstakeAmount;
            world.refuse("alice", request, &unstake(amount), NONE, code);
        }
        world.refuse("alice", withdraw, &none, NONE, ErrorCode::NothingReleased);
        world.call("alice", request, &unstake(NEAR(500)));
        world.pass(DELAY / 2);
        world.call("alice", request, &unstake(NEAR(2_500)));
        let alice = world.prover("alice").unwrap();
        assert_eq!((alice.weight, alice.state), (0, ProverState::Leaving));
        // Out of the draw, but still the market's to slash.
        assert_eq!(world.accounting().stakes, NEAR(3_000));
        let text = world.refuse("alice", withdraw, &none, NONE, ErrorCode::NothingReleased);
        let first = alice.unstaking[0].available_at;
        assert!(text.contains(&first.to_string()), "{text} names {first}");

        world.pass_until(first);
        let before = world.balance("alice");
        let outcome = world.call("alice", withdraw, &none);
        assert_eq!(minus(sum([world.balance("alice"), outcome.tokens_burnt()]), before), NEAR(500));
        assert_eq!(world.accounting().stakes, NEAR(2_500));
        let code = ErrorCode::ProverBusy;
        world.refuse("alice", method_names::UNREGISTER_PROVER, &none, NONE, code);
        world.pass(DELAY);
        world.call("alice", withdraw, &none);
        world.call("alice", method_names::UNREGISTER_PROVER, &none);
        assert_eq!(world.prover("alice"), None);
        assert_eq!(world.accounting().stakes, NONE);
    });
}

#[test]
fn stake_should_not_leave_a_second_early() {
    at_each_version(|world| {
        world.register("alice", 2_000);
        let (withdraw, none) = (method_names::WITHDRAW_STAKE, json!({}));
        world.call("alice", method_names::REQUEST_UNSTAKE, &unstake(NEAR(500)));
        let [released] = queue_times(world)[..] else { panic!() };
        world.pass_to_a_call_at(released - 1);
        world.refuse("alice", withdraw, &none, NONE, ErrorCode::NothingReleased);
        world.call("alice", withdraw, &none);
    });
}

#[test]
fn the_queue_should_be_bounded_and_keep_each_entry_s_time() {
    at_each_version(|world| {
        world.register("alice", 2_000);
        let one = unstake(NEAR(1));
        for _ in 0..8 {
            world.call("alice", method_names::REQUEST_UNSTAKE, &one);
            world.pass(10);
        }
        let code = ErrorCode::UnstakeQueueFull;
        world.refuse("alice", method_names::REQUEST_UNSTAKE, &one, NONE, code);
        let times = queue_times(world);
        assert!(times.is_sorted() && times[7] - times[0] >= 70, "{times:?}");
        world.pass_until(times[3]);
        let outcome = world.call("alice", method_names::WITHDRAW_STAKE, &json!({}));
        assert_eq!(outcome.json::<Balance>().unwrap(), NEAR(4));
        assert_eq!(queue_times(world), times[4..]);
    });
}

fn queue_times(world: &World) -> Vec<u64> {
    let queue = world.prover("alice").unwrap().unstaking;
    queue.iter().map(|entry| entry.available_at).collect()
}

#[test]
fn collateral_should_neither_be_unstaked_nor_left_behind() {
    at_each_version(|world| {
        world.register("alice", 2_000);
        let (job_id, _) = world.assigned(&world.circuit.prove(3));
        let collateral = world.assignment(job_id).collateral;
        assert_eq!(world.prover("alice").unwrap().locked, collateral);
        let request = method_names::REQUEST_UNSTAKE;
        let text = world.refuse(
            "alice",
            request,
            &unstake(NEAR(2_000)),
            NONE,
            ErrorCode::BadUnstakeAmount,
        );
        assert!(text.contains(&collateral.as_yoctonear().to_string()), "{text}");
        world.call("alice", request, &unstake(NEAR(1_000)));
        let code = ErrorCode::ProverBusy;
        world.refuse("alice", method_names::UNREGISTER_PROVER, &json!({}), NONE, code);
        world.submit("alice", job_id, &world.circuit.prove(3));
        assert_eq!(world.prover("alice").unwrap().locked, NONE);
        world.call("alice", request, &unstake(NEAR(1_000)));
    });
}

#[test]
fn a_prover_that_was_slashed_to_nothing_should_not_leave_its_jobs_behind() {
    let mut params = Params::default();
    params.slashing.invalid_proof_bps = 10_000;
    let mut world = World::with_params(86, params);
    world.register("alice", 1_000);
    let proved = world.circuit.prove(3);
    let [first, second] = [0; 2].map(|_| world.assigned(&proved).0);
    let nonsense = [7_u8; 256];
    let report = ReportInvalidProofArgs {
        job_id: first,
        prover_id: id("alice"),
        proof: format!("0x{}", "07".repeat(256)),
        signature: Some(world.sign("alice", first, &nonsense)),
    };
    world.call("stranger", method_names::REPORT_INVALID_PROOF, &report);
    let alice = world.prover("alice").unwrap();
    assert_eq!((alice.stake, alice.open_jobs), (NONE, 1));
    let (leave, none) = (method_names::UNREGISTER_PROVER, json!({}));
    world.refuse("alice", leave, &none, NONE, ErrorCode::ProverBusy);
    // Its other job still ends, and the client has its fee again.
    world.pass_after(world.assignment(second).deadline);
    let refunded = world.credited("client", |world| {
        world.job_call("stranger", method_names::POKE, second);
    });
    assert_eq!(refunded, Balance::from_millinear(100));
    world.call("alice", leave, &none);
}

#[test]
fn storage_should_be_charged_for_the_worst_and_released() {
    at_each_version(|world| {
        world.open("alice");
        let (held, used) = (storage(world, "alice"), world.storage_usage());
        world.register("alice", 2_000);
        let charged = minus(storage(world, "alice").total, held.total);
        let taken = world.storage_usage() - used;
        assert!(u128::from(taken) * BYTE <= charged.as_yoctonear(), "{taken} bytes, {charged}");

        // The queue, a second circuit and a longer endpoint fit into what is charged for them.
        let mut offer = World::capacity();
        offer.circuits.push(circuit_id(OTHER_CIRCUIT));
        offer.endpoint = format!("https://{}", "a".repeat(120));
        let set = method_names::SET_CAPACITY;
        world.refuse("alice", set, &offer, NONE, ErrorCode::DepositTooSmall);
        world.ok("alice", set, &offer, NEAR(1));
        for _ in 0..8 {
            world.call("alice", method_names::REQUEST_UNSTAKE, &unstake(NEAR(1)));
        }
        let grown = minus(storage(world, "alice").total, held.total);
        let taken = world.storage_usage() - used;
        assert!(u128::from(taken) * BYTE <= grown.as_yoctonear(), "{taken} bytes, {grown}");
        world.call("alice", set, &World::capacity());
        let freed = storage(world, "alice").available;
        assert_eq!(freed, minus(grown, charged), "the second circuit's");

        world.pass(DELAY);
        world.call("alice", method_names::WITHDRAW_STAKE, &json!({}));
        leave(world, "alice");
        world.call("alice", method_names::UNREGISTER_PROVER, &json!({}));
        let after = storage(world, "alice");
        let left_behind = Balance::from_yoctonear(RETIRED_BYTES * BYTE);
        assert_eq!(after.total, minus(sum([held.total, grown]), left_behind));
        assert_eq!(minus(after.total, after.available), minus(held.total, held.available));
    });
}

#[test]
fn a_seat_should_be_given_again_when_no_live_set_knows_it() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        world.register("bob", 1_000);
        leave(world, "alice");
        world.call("bob", method_names::HEARTBEAT, &json!({}));
        // A job keeps a set alive for a draw window; the set was frozen before alice's seat was free.
        world.fund(&world.circuit.prove(3));
        world.call("alice", method_names::UNREGISTER_PROVER, &json!({}));
        world.register("carol", 1_000);
        assert_eq!(world.prover("carol").unwrap().seat, 2);
        world.pass(Params::default().draw_window_s + 1);
        world.register("alice", 1_000);
        assert_eq!(world.prover("alice").unwrap().seat, 0);
    });
}

#[test]
fn a_full_market_should_take_nobody() {
    let params = Params { max_provers: 1, ..Params::default() };
    let mut world = World::with_params(86, params);
    world.register("alice", 1_000);
    let bob = world.registration("bob", NEAR(1_000));
    let code = ErrorCode::ProversFull;
    world.refuse("bob", method_names::REGISTER_PROVER, &bob, NEAR(1_100), code);
}
