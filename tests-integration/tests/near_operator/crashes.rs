//! Lost answers and power cuts: nothing is lost, nothing runs twice.

use proofrail_near_interface::NearToken;

use crate::{faulty_network::Fault, world::World};

const BASE: u128 = 1_000;

async fn stake(world: &World) -> u128 {
    world.prover().await.unwrap().stake.as_yoctonear() / NearToken::from_near(1).as_yoctonear()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_whose_answers_are_lost_should_run_once() {
    let world = World::registered("").await;
    let before = world.network.sent();
    world.network.plan("send_tx", &[Fault::DropAnswer; 3]);
    world.operator.run(&["stake", "5"]).await.ok();
    assert_eq!(stake(&world).await, BASE + 5);
    assert!(world.network.sent() > before, "it was sent");
    let status = world.operator.run(&["status"]).await.ok();
    assert!(status["under_way"].is_null(), "{status}");
}

/// Kills `stake 5` where `fault` strikes a request of `method`, then stakes 7.
async fn crash_at(method: &'static str, fault: Fault, under_way: bool) -> u128 {
    let world = World::registered("").await;
    world.network.plan(method, &[fault]);
    let running = world.operator.spawn(&["stake", "5"]);
    world.network.struck().await;
    running.kill().await;
    let status = world.operator.run(&["status"]).await.ok();
    assert_eq!(status["under_way"].is_object(), under_way, "{status}");
    if under_way {
        assert_eq!(status["under_way"]["method"], "add_stake");
    }
    world.operator.run(&["stake", "7"]).await.ok();
    let status = world.operator.run(&["status"]).await.ok();
    assert!(status["under_way"].is_null(), "{status}");
    stake(&world).await - BASE
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_before_signing_should_leave_nothing_under_way() {
    // The state is read first; there is no transaction yet that could run.
    assert_eq!(crash_at("query", Fault::HoldRequest, false).await, 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_before_the_node_has_it_should_lose_nothing() {
    assert_eq!(crash_at("send_tx", Fault::HoldRequest, true).await, 5 + 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_after_the_node_has_it_should_repeat_nothing() {
    assert_eq!(crash_at("send_tx", Fault::HoldAnswer, true).await, 5 + 7);
}
