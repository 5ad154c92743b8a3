//! Bridges whose workers misbehave delay, and never pay wrongly.

use std::time::{Duration, Instant};

use proofrail_deploy::workers::Conduct;

use crate::world::{BRIDGES, World};

pub(crate) async fn behave(world: &World, bridge: &str, conduct: Conduct) {
    let workers = &world.net.workers;
    match bridge {
        "layerzero" => workers.layerzero.behave(conduct).await,
        "wormhole" => workers.wormhole.behave(conduct).await,
        _ => workers.ccip.behave(conduct).await,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_wait_for_workers_that_are_stopped_or_late() {
    let world = World::start().await;
    for (count, bridge) in (0..).zip(BRIDGES) {
        behave(&world, bridge, Conduct::stopped()).await;
        let stopped = world.accept(&world.request(bridge)).await;
        world.until(stopped, |view| view.message_id.is_some()).await;
        // Long enough for workers that are not stopped to be found out.
        tokio::time::sleep(Duration::from_secs(2)).await;
        world.assert_paid(2 * count).await;
        behave(&world, bridge, Conduct::honest()).await;
        world.settled(stopped).await;

        let delay = Duration::from_secs(3);
        behave(&world, bridge, Conduct::delaying(delay)).await;
        let late = world.accept(&world.request(bridge)).await;
        let start = Instant::now();
        world.settled(late).await;
        assert!(start.elapsed() >= delay, "{bridge} took {:?}", start.elapsed());
        behave(&world, bridge, Conduct::honest()).await;
        world.assert_paid(2 * count + 2).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_that_are_carried_twice_or_in_another_order_are_paid_once_each() {
    let world = World::start().await;
    for (count, bridge) in (0..).zip(BRIDGES) {
        behave(&world, bridge, Conduct::duplicating()).await;
        let twice = world.accept(&world.request(bridge)).await;
        world.settled(twice).await;
        assert_eq!(world.arrivals(bridge, twice).await, [true], "{bridge}");

        behave(&world, bridge, Conduct::reordering(2)).await;
        let first = world.accept(&world.request(bridge)).await;
        world.until(first, |view| view.message_id.is_some()).await;
        world.assert_paid(3 * count + 1).await;
        let second = world.accept(&world.request(bridge)).await;
        world.settled(second).await;
        world.settled(first).await;
        behave(&world, bridge, Conduct::honest()).await;
        world.assert_paid(3 * count + 3).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn worthless_signatures_pay_nothing_and_honest_ones_still_do() {
    let world = World::start().await;
    for (count, bridge) in (0..).zip(BRIDGES) {
        behave(&world, bridge, Conduct::signing_garbage()).await;
        let id = world.accept(&world.request(bridge)).await;
        match bridge {
            // The DVN contract refuses them, and the packet stays where it is.
            "layerzero" => {
                world.until(id, |view| view.message_id.is_some()).await;
                tokio::time::sleep(Duration::from_secs(2)).await;
            }
            // The relayer checks them itself, and pays for no transaction.
            "wormhole" => {
                let view = world.held(id, "bridge_unavailable").await;
                let reason = view.reason.unwrap().message;
                assert!(reason.contains("is not that guardian's"), "{reason}");
            }
            // The execution fails in a transaction that succeeds.
            _ => {
                world.held(id, "delivery_reverted").await;
            }
        }
        world.assert_paid(count).await;
        assert_eq!(world.arrivals(bridge, id).await, Vec::<bool>::new());

        behave(&world, bridge, Conduct::honest()).await;
        world.settled(id).await;
        assert_eq!(world.arrivals(bridge, id).await, [true]);
        world.assert_paid(count + 1).await;
    }
}
