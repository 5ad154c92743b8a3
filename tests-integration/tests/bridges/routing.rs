//! Which bridge is chosen where the request names none.

use proofrail_relayer::prepare::door::SettleRequest;

use crate::world::{Sections, World};

fn auto(world: &World) -> SettleRequest {
    SettleRequest { bridge: Some("auto".to_owned()), ..world.unpinned() }
}

async fn taken(world: &World) -> String {
    let id = world.accept(&auto(world)).await;
    world.settled(id).await.bridge
}

/// Where a second is worth more than any fee, the quickest bridge is taken.
fn by_time(seconds: [(&str, u64); 4]) -> String {
    let typical = seconds.map(|(name, s)| format!("{name} = {s}"));
    format!(
        "[routing.prices]\nsecond = 1_000_000_000_000\n[routing.typical_s]\n{}",
        typical.join("\n")
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_quickest_healthy_bridge_is_taken_where_time_is_dear() {
    let more = by_time([("wormhole", 10), ("ccip", 20), ("layerzero", 30), ("direct", 40)]);
    let world = World::configured(|_| Sections { more, ..Sections::default() }).await;
    assert_eq!(taken(&world).await, "wormhole");
    world.pause("wormhole", true).await;
    assert_eq!(taken(&world).await, "ccip");
    world.pause("ccip", true).await;
    assert_eq!(taken(&world).await, "layerzero");
    world.pause("layerzero", true).await;
    assert_eq!(taken(&world).await, "direct");
    world.pause("wormhole", false).await;
    assert_eq!(taken(&world).await, "wormhole");
    world.assert_paid(5).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bridge_that_takes_longer_than_the_deadline_leaves_is_not_taken() {
    // Requests leave two hours.
    let more = by_time([("wormhole", 7300), ("ccip", 20), ("layerzero", 7300), ("direct", 7300)]);
    let ccip =
        "fee_token = { address = \"0x0000000000000000000000000000000000000001\", max_fee = \"1\" }";
    let world =
        World::configured(|_| Sections { more, ccip: ccip.to_owned(), ..Sections::default() })
            .await;
    let id = world.accept(&auto(&world)).await;
    let view = world.held(id, "no_bridge").await;
    let reason = view.reason.unwrap().message;
    for (bridge, why) in
        [("wormhole", "takes about 7300 s"), ("direct", "takes about 7300 s"), ("ccip", "")]
    {
        assert!(reason.contains(&format!("{bridge}: ")) && reason.contains(why), "{reason}");
    }
    assert!(view.transactions.is_empty(), "nothing was spent");
    world.assert_paid(0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_cheapest_bridge_is_taken_by_the_prices_of_the_coins() {
    // Gas on the destination is nearly free: no bridge beats no bridge.
    let cheap_there = "[routing.prices]\ndestination_coin = 1".to_owned();
    let world = World::configured(|_| Sections { more: cheap_there, ..Sections::default() }).await;
    assert_eq!(taken(&world).await, "direct");
    world.assert_paid(1).await;

    // Gas on the destination is beyond price, and LayerZero's fee is not to be paid.
    let dear_there = "[routing.prices]\ndestination_coin = 1_000_000_000_000_000_000".to_owned();
    let sections = Sections {
        more: dear_there,
        layerzero: "execute_after_s = 9".to_owned(),
        ..Sections::default()
    };
    let world = World::configured(|_| sections).await;
    let chosen = taken(&world).await;
    assert!(
        ["layerzero", "ccip"].contains(&chosen.as_str()),
        "their executors pay there: {chosen}"
    );
    world.assert_paid(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bridge_above_its_cap_is_passed_over_and_named_where_it_was_asked_for() {
    let more = by_time([("ccip", 10), ("layerzero", 20), ("wormhole", 30), ("direct", 40)]);
    let world =
        World::configured(|_| Sections { more, cap: Some(("ccip", 1)), ..Sections::default() })
            .await;
    assert_eq!(taken(&world).await, "layerzero");
    let id = world.accept(&world.request("ccip")).await;
    let view = world.held(id, "quote_above_cap").await;
    assert!(view.transactions.is_empty());
    world.assert_paid(1).await;
}
