//! One settlement, many ways, one payment.

use proofrail_deploy::{accounts::Role, workers::Conduct};
use proofrail_evm::contracts::SettlementHub;

use crate::world::{BRIDGES, World, wire};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_settlement_that_was_paid_over_one_bridge_is_not_paid_over_another_or_directly() {
    let world = World::start().await;
    let emitter = world.net.source_chain.wormhole_sender().unwrap();
    let request = world.request("layerzero");
    let id = world.accept(&request).await;
    world.settled(id).await;
    world.assert_paid(1).await;

    for bridge in BRIDGES {
        world.send_as(Role::Stranger, bridge, wire(&request)).await;
    }
    world.deliver_vaa(world.vaa(emitter, 0).await).await.unwrap();
    assert_eq!(world.arrived("layerzero", id, 2).await, [true, false]);
    assert_eq!(world.arrived("wormhole", id, 1).await, [false]);
    assert_eq!(world.arrived("ccip", id, 1).await, [false]);

    let hub = SettlementHub::new(world.hub(), &world.destination);
    let settlement = proofrail_evm::Settlement::from(&request.settlement);
    let again = hub.settle(settlement, request.proof.words()).call().await.unwrap();
    assert!(!again.paid);
    world.assert_paid(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bridge_that_comes_back_after_somebody_settled_directly_pays_nothing_more() {
    let world = World::start().await;
    let workers = &world.net.workers;
    workers.layerzero.behave(Conduct::stopped()).await;
    workers.wormhole.behave(Conduct::stopped()).await;
    workers.ccip.behave(Conduct::stopped()).await;
    for (count, bridge) in (1..).zip(BRIDGES) {
        let request = world.request(bridge);
        let id = world.accept(&request).await;
        world.until(id, |view| view.message_id.is_some()).await;
        world.assert_paid(count - 1).await;

        let hub = SettlementHub::new(world.hub(), &world.destination);
        let settlement = proofrail_evm::Settlement::from(&request.settlement);
        let direct = hub.settle(settlement, request.proof.words()).into_transaction_request();
        world.pay(Role::Stranger, direct).await;
        let view = world.settled(id).await;
        assert!(view.transactions.iter().all(|sent| sent.kind == "send"), "{view:#?}");

        match bridge {
            "layerzero" => workers.layerzero.behave(Conduct::honest()).await,
            "wormhole" => {
                workers.wormhole.behave(Conduct::honest()).await;
                let emitter = world.net.source_chain.wormhole_sender().unwrap();
                world.deliver_vaa(world.vaa(emitter, 0).await).await.unwrap();
            }
            _ => workers.ccip.behave(Conduct::honest()).await,
        }
        assert_eq!(world.arrived(bridge, id, 1).await, [false]);
        world.assert_paid(count).await;
    }
}
