//! What the destination would refuse is found before money is spent, named, and cured without a restart.

use alloy::primitives::B256;
use proofrail_evm::contracts::{
    Limits,
    RoutePolicy::{self, Route, Tier},
    SettlementHub, VerifierRouter,
};
use proofrail_relayer::status::Status;

use crate::world::{AMOUNT, Options, World, sent};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unfunded_escrow_holds_the_message_until_the_payer_deposits() {
    let world = World::new(&Options { escrow: 0, ..Options::default() }).await;
    let request = world.request(0);
    let relayer = world.relayer().await;
    let id = relayer.accept(&request).await.id;
    let held = relayer.until(id, |view| view.status == Status::Held).await;
    let reason = held.reason.expect("a reason");
    assert_eq!(
        (reason.code.as_str(), reason.field.as_deref()),
        ("escrow_insufficient", Some("settlement.payer"))
    );
    assert!(reason.message.contains(&AMOUNT.to_string()), "{}", reason.message);
    assert!(held.transactions.is_empty() && world.sent().await == 0);
    world.deposit(AMOUNT).await;
    relayer.settled(id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unauthorised_coordinator_holds_the_message_and_spends_nothing() {
    let world = World::new(&Options::default()).await;
    let request = world.request(0);
    let hub = SettlementHub::new(world.hub, &world.chain);
    let coordinator: B256 = request.settlement.coordinator;
    for limit in [0, AMOUNT - 1] {
        let call = hub.authorizeCoordinator(coordinator, world.token, limit).from(world.payer);
        call.send().await.expect("sent").watch().await.expect("mined");
        world.forget_database();
        let relayer = world.relayer().await;
        let id = relayer.accept(&request).await.id;
        let held = relayer.until(id, |view| view.status == Status::Held).await;
        let reason = held.reason.expect("a reason");
        assert_eq!(reason.code, "coordinator_not_authorized");
        assert!(
            reason.message.contains(&format!("for {limit} per settlement")),
            "{}",
            reason.message
        );
        assert_eq!(world.sent().await, 0);
        relayer.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_spent_daily_limit_holds_the_message_until_the_payer_raises_it() {
    let world = World::new(&Options { escrow: 2 * AMOUNT, ..Options::default() }).await;
    let hub = SettlementHub::new(world.hub, &world.chain);
    let requests = [world.request(0), world.request(1)];
    let limit = |daily| {
        let coordinator = requests[0].settlement.coordinator;
        hub.authorizeCoordinatorDaily(coordinator, world.token, AMOUNT, daily).from(world.payer)
    };
    sent(limit(AMOUNT + 1)).await;
    let relayer = world.relayer().await;
    relayer.settled(relayer.accept(&requests[0]).await.id).await;
    let id = relayer.accept(&requests[1]).await.id;
    let held = relayer.until(id, |view| view.status == Status::Held).await;
    let reason = held.reason.expect("a reason");
    assert_eq!(
        (reason.code.as_str(), reason.field.as_deref()),
        ("daily_limit_reached", Some("settlement.coordinator"))
    );
    assert!(reason.message.contains("and 1 is left today"), "{}", reason.message);
    assert!(held.transactions.is_empty());
    sent(limit(2 * AMOUNT)).await;
    relayer.settled(id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paused_circuit_holds_the_message_until_the_pause_ends() {
    let world = World::new(&Options::default()).await;
    let request = world.request(0);
    let circuit = request.settlement.circuit_id;
    let router = VerifierRouter::new(world.router, &world.chain);
    sent(router.pause(circuit).from(world.deployer)).await;
    let relayer = world.relayer().await;
    let id = relayer.accept(&request).await.id;
    let held = relayer.until(id, |view| view.status == Status::Held).await;
    let reason = held.reason.expect("a reason");
    assert_eq!(
        (reason.code.as_str(), reason.field.as_deref()),
        ("circuit_paused", Some("settlement.circuit_id"))
    );
    assert_eq!(world.sent().await, 0);
    sent(router.unpause(circuit).from(world.deployer)).await;
    relayer.settled(id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_policy_holds_the_message_until_it_admits_it() {
    let world = World::new(&Options::default()).await;
    let request = world.request(0);
    let settlement = &request.settlement;
    let hub = SettlementHub::new(world.hub, &world.chain);
    let policy = RoutePolicy::deploy_builder(&world.chain, world.hub, world.manager);
    let policy = policy.from(world.deployer).deploy().await.expect("a policy");
    let limits = Limits { maxPerSettlement: AMOUNT, maxPerDay: AMOUNT };
    let under = hub.authorizeCoordinatorUnder(settlement.coordinator, world.token, limits, policy);
    sent(under.from(world.payer)).await;

    let relayer = world.relayer().await;
    let id = relayer.accept(&request).await.id;
    let held = relayer.until(id, |view| view.status == Status::Held).await;
    let reason = held.reason.expect("a reason");
    assert_eq!(
        (reason.code.as_str(), reason.field.as_deref()),
        ("policy_refuses", Some("settlement.coordinator"))
    );
    assert!(reason.message.contains("NoRoute"), "{}", reason.message);
    assert_eq!(world.sent().await, 0);

    let tier = Tier { upTo: AMOUNT, required: 0, delay: 0 };
    let unlimited = alloy::primitives::Uint::MAX;
    let route = Route { receivers: Vec::new(), maxPerDay: unlimited, tiers: vec![tier] };
    let policy = RoutePolicy::new(policy, &world.chain);
    let route = policy.setRoute(settlement.source_chain, world.token, route);
    sent(route.from(world.deployer)).await;
    relayer.settled(id).await;
}
