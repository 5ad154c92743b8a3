//! Reorganisations of either chain lose nothing and repeat nothing.

use alloy::{
    primitives::B256,
    providers::{DynProvider, Provider},
};
use proofrail_deploy::{accounts::Role, workers::Conduct};
use proofrail_relayer::status::Status;
use serde_json::json;

use crate::{
    conduct::behave,
    world::{BRIDGES, ESCROW, Sections, World, eventually},
};

/// Blocks that are final after two epochs of eight: four seconds in which a block can go.
async fn slowly_final() -> World {
    World::with(ESCROW, 8, |_| Sections::default()).await
}

/// Replaces the chain from `block` on by empty blocks; transactions are dropped, as by a pool that has forgotten them.
async fn replace_from(chain: &DynProvider, block: u64) {
    let head = chain.get_block_number().await.unwrap();
    let depth = head - block + 1;
    let params = json!([depth, []]);
    let _: serde_json::Value = chain.raw_request("anvil_reorg".into(), params).await.unwrap();
}

async fn mined(chain: &DynProvider, hash: B256) -> Option<u64> {
    chain.get_transaction_receipt(hash).await.unwrap()?.block_number
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_that_forgets_the_message_is_given_the_same_transaction_again() {
    let world = slowly_final().await;
    let relayer = Role::Relayer.address().unwrap();
    for (count, bridge) in (1..).zip(BRIDGES) {
        behave(&world, bridge, Conduct::stopped()).await;
        let nonce = world.source.get_transaction_count(relayer).await.unwrap();
        let id = world.accept(&world.request(bridge)).await;
        let view = world
            .until(id, |view| view.transactions.first().is_some_and(|sent| !sent.hashes.is_empty()))
            .await;
        let hash = view.transactions[0].hashes[0];
        let block = eventually("mined", || mined(&world.source, hash)).await;
        replace_from(&world.source, block).await;
        assert_eq!(mined(&world.source, hash).await, None, "{bridge}: it is gone");
        let view = world.until(id, |_| true).await;
        assert_eq!(view.status, Status::Submitted, "{bridge}: nothing was believed");

        behave(&world, bridge, Conduct::honest()).await;
        let view = world.settled(id).await;
        let sent = &view.transactions[0];
        assert_eq!(
            (sent.hashes.as_slice(), sent.outcome.as_str()),
            ([hash].as_slice(), "executed")
        );
        let spent = world.source.get_transaction_count(relayer).await.unwrap() - nonce;
        assert_eq!(spent, 1, "{bridge}: one transaction on the source");
        assert_eq!(world.arrivals(bridge, id).await, [true]);
        world.assert_paid(count).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_destination_that_forgets_the_payment_is_brought_it_again() {
    let world = slowly_final().await;
    for (count, bridge) in (1..).zip(BRIDGES) {
        let id = world.accept(&world.request(bridge)).await;
        let block = eventually(bridge, || world.applied_in(bridge, id)).await;
        world.assert_paid(count).await;
        replace_from(&world.destination, block).await;
        world.assert_paid(count - 1).await;
        let view = world.until(id, |_| true).await;
        assert_ne!(view.status, Status::Settled, "{bridge}: nothing was believed");

        world.settled(id).await;
        assert_eq!(world.arrivals(bridge, id).await, [true], "{bridge}");
        world.assert_paid(count).await;
    }
}
