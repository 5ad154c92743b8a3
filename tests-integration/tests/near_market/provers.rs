//! Presence, heartbeats and weight.

use near_devnode::Balance;
use proofrail_near_interface::{
    ErrorCode, FrozenSetArgs, FrozenSetView, JobStatus, MarketEvent, Params, ProverState, Seat,
    method_names,
};
use serde_json::json;

use crate::at_each_version;
use crate::proofs::circuit_id;
use crate::world::{CIRCUIT, OTHER_CIRCUIT, SET_INTERVAL_S, World, events, id};

const NONE: Balance = Balance::ZERO;

/// The seats of a circuit in the set that a job funded now is drawn from.
fn frozen(world: &mut World, circuit: &str) -> Vec<Seat> {
    world.pass(SET_INTERVAL_S + 1);
    let job_id = world.fund(&world.circuit.prove(3));
    let JobStatus::Funded { set, .. } = world.status(job_id) else { panic!("not funded") };
    let args = FrozenSetArgs { circuit_id: circuit_id(circuit), set, from: 0 };
    world.view::<FrozenSetView>(method_names::FROZEN_SET, &args).seats
}

#[test]
fn a_prover_should_be_out_of_the_draw_while_it_is_offline() {
    at_each_version(|world| {
        let none = json!({});
        world.register("alice", 1_000);
        world.register("bob", 1_000);
        let outcome = world.call("alice", method_names::GO_OFFLINE, &none);
        let prover_id = id("alice");
        let changed = MarketEvent::PresenceChanged { prover_id, online: false };
        assert_eq!(events(&outcome), [changed]);
        let alice = world.prover("alice").unwrap();
        assert_eq!((alice.weight, alice.state), (0, ProverState::Offline));
        assert_eq!(frozen(world, CIRCUIT), [Seat { seat: 1, weight: 2_500 }]);
        let code = ErrorCode::ProverOffline;
        world.refuse("alice", method_names::HEARTBEAT, &none, NONE, code);
        assert_eq!(events(&world.call("alice", method_names::GO_OFFLINE, &none)), []);

        world.call("alice", method_names::GO_ONLINE, &none);
        let both = [0, 1].map(|seat| Seat { seat, weight: 2_500 });
        assert_eq!(frozen(world, CIRCUIT), both);
        assert_eq!(events(&world.call("alice", method_names::GO_ONLINE, &none)), []);
        let stranger = ErrorCode::ProverUnknown;
        for method in [method_names::GO_ONLINE, method_names::GO_OFFLINE, method_names::HEARTBEAT] {
            world.refuse("carol", method, &none, NONE, stranger);
        }
    });
}

#[test]
fn a_prover_should_weigh_in_the_trees_of_the_circuits_that_it_serves() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        world.register("bob", 1_000);
        let mut offer = World::capacity();
        offer.circuits.push(circuit_id(OTHER_CIRCUIT));
        let set = method_names::SET_CAPACITY;
        world.ok("alice", set, &offer, Balance::from_near(1));
        assert_eq!(world.prover("alice").unwrap().capacity, offer);
        let alice = Seat { seat: 0, weight: 2_500 };
        let bob = Seat { seat: 1, ..alice };
        assert_eq!(frozen(world, CIRCUIT), [alice, bob]);
        assert_eq!(frozen(world, OTHER_CIRCUIT), [alice]);

        offer.circuits.remove(0);
        let outcome = world.call("alice", set, &offer);
        let prover_id = id("alice");
        assert_eq!(events(&outcome), [MarketEvent::CapacityChanged { prover_id }]);
        assert_eq!(frozen(world, CIRCUIT), [bob]);
        assert_eq!(frozen(world, OTHER_CIRCUIT), [alice]);
    });
}

#[test]
fn proofs_should_earn_weight_and_end_probation() {
    let params = Params { probation_proofs: 2, ..Params::default() };
    let mut world = World::with_params(86, params);
    world.register("alice", 1_000);
    let expected = [
        // One credit of 11 is 909 basis points, and a factor of 1,818; a quarter of it on probation.
        (909, 4_545, ProverState::Probation),
        (1_666, 24_990, ProverState::Active),
    ];
    for (root, (score, weight, state)) in (3..).zip(expected) {
        let proved = world.circuit.prove(root);
        let (job_id, _) = world.assigned(&proved);
        world.submit("alice", job_id, &proved);
        let alice = world.prover("alice").unwrap();
        assert_eq!((alice.reputation_bps, alice.weight, alice.state), (score, weight, state));
        world.pass(SET_INTERVAL_S + 1);
    }
    assert_eq!(world.prover("alice").unwrap().proofs_accepted, 2);
    // A month without a job halves credit and weight of the record: 10,000 * 1 / 11, seen before any call.
    world.pass(30 * 24 * 3_600);
    let alice = world.prover("alice").unwrap();
    assert_eq!((alice.reputation_bps, alice.weight), (909, 24_990));
    world.call("alice", method_names::HEARTBEAT, &json!({}));
    assert_eq!(world.prover("alice").unwrap().weight, 18_180);
}

#[test]
fn a_silent_prover_should_be_skipped_before_anybody_reports_it() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        world.pass(Params::default().downtime_s);
        let job_id = world.fund(&world.circuit.prove(3));
        world.pass(1);
        let drawn = world.job_call("stranger", method_names::DRAW, job_id);
        let void = events(&drawn);
        assert_eq!(drawn.json::<serde_json::Value>().unwrap(), json!(null));
        assert!(void.iter().any(|event| matches!(event, MarketEvent::DrawVoid { .. })), "{void:?}");
        world.call("alice", method_names::HEARTBEAT, &json!({}));
        assert_eq!(world.draw(job_id).prover_id, id("alice"));
    });
}
