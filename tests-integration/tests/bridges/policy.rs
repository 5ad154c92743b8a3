//! Settlements of payers whose route wants bridges to agree, or time to pass in which a guardian can veto.

use alloy::primitives::{Address, aliases::U96};
use proofrail_deploy::accounts::Role;
use proofrail_evm::contracts::{
    ICoordinators::Limits,
    RoutePolicy::{self, Route, Tier},
    SettlementHub,
};
use proofrail_relayer::api::SettlementView;

use crate::world::{BRIDGES, World};

/// Puts the payer's coordinator under a route that wants `required` of all bridges, and `delay` seconds.
async fn under_a_route(world: &World, required: u8, delay: u32) -> Address {
    let manager = world.net.destination_chain.contracts.access_manager.unwrap();
    let deploy = RoutePolicy::deploy_builder(&world.destination, world.hub(), manager);
    let receipt = world.pay(Role::Deployer, deploy.into_transaction_request()).await;
    let policy = receipt.contract_address.unwrap();
    let route = Route {
        receivers: BRIDGES.map(|bridge| world.receiver(bridge)).to_vec(),
        maxPerDay: U96::MAX,
        tiers: vec![Tier { upTo: u128::MAX, required, delay }],
    };
    let source = world.request("direct").settlement.source_chain;
    let contract = RoutePolicy::new(policy, &world.destination);
    let set = contract.setRoute(source, world.token(), route).into_transaction_request();
    world.pay(Role::Deployer, set).await;
    let hub = SettlementHub::new(world.hub(), &world.destination);
    let limits = Limits { maxPerSettlement: u128::MAX, maxPerDay: u128::MAX };
    let coordinator = world.coordinator_id();
    let authorize = hub.authorizeCoordinatorUnder(coordinator, world.token(), limits, policy);
    world.pay(Role::Payer, authorize.into_transaction_request()).await;
    policy
}

fn kinds(view: &SettlementView) -> Vec<&str> {
    view.transactions.iter().map(|sent| sent.kind.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_route_that_wants_a_bridge_is_paid_over_any_and_not_directly() {
    let world = World::start().await;
    under_a_route(&world, 1, 0).await;
    for (count, bridge) in (1..).zip(BRIDGES) {
        let id = world.accept(&world.request(bridge)).await;
        let view = world.settled(id).await;
        assert!(view.earlier.is_empty(), "{view:#?}");
        assert_eq!(world.arrivals(bridge, id).await, [true]);
        world.assert_paid(count).await;
    }
    let id = world.accept(&world.request("direct")).await;
    let view = world.held(id, "awaiting_agreement").await;
    assert!(view.transactions.is_empty(), "nothing was spent");
    let id = world.accept(&world.unpinned()).await;
    let view = world.settled(id).await;
    assert_eq!(view.bridge, "layerzero");
    world.assert_paid(4).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_route_that_wants_two_bridges_gets_two_and_pays_once() {
    let world = World::start().await;
    under_a_route(&world, 2, 0).await;
    for (count, bridge) in (1..).zip(BRIDGES) {
        let id = world.accept(&world.request(bridge)).await;
        let view = world.settled(id).await;
        assert_eq!(view.earlier.len(), 1, "{view:#?}");
        assert_eq!(view.earlier[0].bridge, bridge, "the one that the request names goes first");
        assert!(BRIDGES.contains(&view.bridge.as_str()) && view.bridge != bridge);
        world.assert_paid(count).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delay_begins_with_the_bridge_and_is_waited_for() {
    let world = World::start().await;
    under_a_route(&world, 1, 30).await;
    let id = world.accept(&world.request("ccip")).await;
    let view = world.held(id, "policy_delays").await;
    assert_eq!(kinds(&view), ["send"], "the delay begins with the arrival");
    world.assert_paid(0).await;
    let view = world.settled(id).await;
    assert_eq!(kinds(&view), ["send", "deliver"], "what the receiver kept is retried");
    assert_eq!(world.arrivals("ccip", id).await, [true]);
    world.assert_paid(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delay_without_a_bridge_begins_with_an_announcement() {
    let world = World::start().await;
    under_a_route(&world, 0, 30).await;
    let id = world.accept(&world.request("direct")).await;
    let view = world.held(id, "policy_delays").await;
    assert_eq!(kinds(&view), ["deliver"]);
    world.assert_paid(0).await;
    let view = world.settled(id).await;
    assert_eq!(kinds(&view), ["deliver", "send"]);
    world.assert_paid(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn vetoed_terms_wait_until_the_veto_is_lifted() {
    let world = World::start().await;
    let policy = under_a_route(&world, 1, 0).await;
    let contract = RoutePolicy::new(policy, &world.destination);
    let request = world.request("wormhole");
    let terms = proofrail_evm::Settlement::from(&request.settlement).into();
    let terms = contract.termsOf(terms).call().await.unwrap();
    world.pay(Role::Deployer, contract.veto(terms).into_transaction_request()).await;
    let id = world.accept(&request).await;
    let view = world.held(id, "policy_refuses").await;
    let reason = view.reason.unwrap().message;
    assert!(reason.contains("TermsVetoed"), "{reason}");
    assert!(view.transactions.is_empty(), "nothing was spent");
    world.pay(Role::Deployer, contract.liftVeto(terms).into_transaction_request()).await;
    world.settled(id).await;
    assert_eq!(world.arrivals("wormhole", id).await, [true]);
    world.assert_paid(1).await;
}
