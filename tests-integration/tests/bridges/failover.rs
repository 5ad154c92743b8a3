//! What one bridge does not bring another does, and it is paid once, however many arrive.

use std::time::Duration;

use proofrail_deploy::workers::Conduct;
use proofrail_relayer::api::SettlementView;

use crate::{
    conduct::behave,
    world::{Sections, World},
};

/// Two seconds for the first bridge; then the one that is worth waiting for.
fn failing_over(first: &'static str, second: &str) -> Sections {
    let all = ["layerzero", "wormhole", "ccip", "direct"];
    let typical = all.map(|name| format!("{name} = {}", if name == second { 1 } else { 5000 }));
    let more = format!(
        "[routing]\nfailover_after_s = 2\n[routing.prices]\nsecond = 1_000_000_000_000\n\
         [routing.typical_s]\n{}",
        typical.join("\n")
    );
    Sections { first: Some(first), more, ..Sections::default() }
}

/// Brings what a bridge still has, as its workers or anybody would.
async fn bring(world: &World, bridge: &str) {
    behave(world, bridge, Conduct::honest()).await;
    if bridge == "wormhole" {
        let emitter = world.net.source_chain.wormhole_sender().unwrap();
        world.deliver_vaa(world.vaa(emitter, 0).await).await.unwrap();
    }
}

fn names(view: &SettlementView) -> Vec<&str> {
    view.earlier.iter().map(|leg| leg.bridge.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bridge_that_is_down_is_replaced_and_what_it_brings_later_pays_nothing() {
    for (first, second) in [
        ("layerzero", "wormhole"),
        ("wormhole", "ccip"),
        ("ccip", "layerzero"),
        ("layerzero", "direct"),
    ] {
        let world = World::configured(|_| failing_over(first, second)).await;
        behave(&world, first, Conduct::stopped()).await;
        let id = world.accept(&world.unpinned()).await;
        let view = world.settled(id).await;
        assert_eq!((names(&view), view.bridge.as_str()), (vec![first], second), "{view:#?}");
        assert_eq!(world.arrivals(first, id).await, Vec::<bool>::new());
        world.assert_paid(1).await;

        bring(&world, first).await;
        assert_eq!(world.arrived(first, id, 1).await, [false], "{first} came second");
        world.assert_paid(1).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_bridges_that_come_back_together_pay_once() {
    let world = World::configured(|_| failing_over("ccip", "layerzero")).await;
    let both = ["ccip", "layerzero"];
    for bridge in both {
        behave(&world, bridge, Conduct::stopped()).await;
    }
    let id = world.accept(&world.unpinned()).await;
    let has_both = |view: &SettlementView| view.earlier.len() == 1 && view.message_id.is_some();
    world.until(id, has_both).await;
    world.assert_paid(0).await;

    tokio::join!(
        behave(&world, "ccip", Conduct::honest()),
        behave(&world, "layerzero", Conduct::honest())
    );
    let view = world.settled(id).await;
    assert_eq!((names(&view), view.bridge.as_str()), (vec!["ccip"], "layerzero"));
    let mut arrivals = Vec::new();
    for bridge in both {
        arrivals.extend(world.arrived(bridge, id, 1).await);
    }
    arrivals.sort_unstable();
    assert_eq!(arrivals, [false, true], "both arrived, one paid");
    world.assert_paid(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_earlier_bridge_is_still_delivered_over_when_it_is_back_first() {
    // Guardians deliver nothing: the relayer itself must not forget what they have.
    let world = World::configured(|_| failing_over("wormhole", "layerzero")).await;
    for bridge in ["wormhole", "layerzero"] {
        behave(&world, bridge, Conduct::stopped()).await;
    }
    let id = world.accept(&world.unpinned()).await;
    world.until(id, |view| view.earlier.len() == 1 && view.message_id.is_some()).await;
    behave(&world, "wormhole", Conduct::honest()).await;
    let view = world.settled(id).await;
    assert_eq!((names(&view), view.bridge.as_str()), (vec!["wormhole"], "layerzero"));
    let own = view.transactions.last().unwrap();
    assert_eq!((own.kind.as_str(), own.outcome.as_str()), ("deliver", "executed"));
    assert_eq!(world.arrivals("wormhole", id).await, [true]);
    world.assert_paid(1).await;

    behave(&world, "layerzero", Conduct::honest()).await;
    assert_eq!(world.arrived("layerzero", id, 1).await, [false]);
    world.assert_paid(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bridge_that_the_request_names_is_waited_for() {
    let world = World::configured(|_| failing_over("layerzero", "direct")).await;
    behave(&world, "wormhole", Conduct::stopped()).await;
    let id = world.accept(&world.request("wormhole")).await;
    world.until(id, |view| view.message_id.is_some()).await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    let view = world.until(id, |_| true).await;
    assert_eq!((names(&view), view.bridge.as_str()), (Vec::<&str>::new(), "wormhole"));
    world.assert_paid(0).await;

    behave(&world, "wormhole", Conduct::honest()).await;
    world.settled(id).await;
    world.assert_paid(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relayer_that_crashes_between_two_bridges_pays_once() {
    let mut world = World::configured(|_| failing_over("ccip", "wormhole")).await;
    behave(&world, "ccip", Conduct::stopped()).await;
    let id = world.accept(&world.unpinned()).await;
    world.until(id, |view| !view.earlier.is_empty()).await;
    world = world.restart_relayer().await;
    let view = world.settled(id).await;
    let sends = view.transactions.iter().filter(|sent| sent.kind == "send").count();
    assert_eq!(sends, 2, "{view:#?}");
    bring(&world, "ccip").await;
    assert_eq!(world.arrived("ccip", id, 1).await, [false]);
    world.assert_paid(1).await;
}
