//! Whatever instruction the relayer dies at, the message is sent once and settles.

use std::sync::atomic::Ordering;

use alloy::primitives::U256;
use proofrail_relayer::{api::SettlementView, status::Status};
use serde_json::json;

use crate::{
    anvil::rpc,
    proxy::Lost,
    world::{AMOUNT, Options, World},
};

fn statuses(view: &SettlementView) -> Vec<Status> {
    view.history.iter().map(|line| line.status).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_settlement_goes_its_way_and_pays_once() {
    let world = World::new(&Options::default()).await;
    let request = world.request(0);
    let relayer = world.relayer().await;
    let id = relayer.accept(&request).await.id;
    let view = relayer.settled(id).await;
    assert_eq!(
        statuses(&view),
        [Status::Accepted, Status::Prepared, Status::Submitted, Status::Sent, Status::Settled]
    );
    let transaction = &view.transactions[0];
    assert_eq!((transaction.nonce, transaction.outcome.as_str()), (0, "executed"));
    assert_eq!(view.settled.expect("a payment").transaction, transaction.hashes[0]);
    assert_eq!((world.paid().await, world.sent().await), (U256::from(AMOUNT), 1));

    // Taken in again after it has settled: the same answer, and nothing is done.
    let again = relayer.accept(&request).await;
    assert_eq!((again.id, again.state.status), (id, Status::Settled));
    relayer.stop().await;
    assert_eq!(world.sent().await, 1);
}

/// Every request to the chain is a place to die at, before it reaches the chain and after; between two of them lie the
/// writes to the database, so that each of these is cut off from the next as well.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_at_any_request_neither_loses_nor_repeats_the_message() {
    let world = World::new(&Options::default()).await;
    let request = world.request(1);
    for lost in [Lost::Request, Lost::Answer] {
        let mut crashes = 0;
        loop {
            let clean = rpc(&world.chain, "evm_snapshot", json!([])).await;
            let crashed = settle_with_crash(&world, &request, crashes + 1, lost).await;
            assert_eq!(world.sent().await, 1, "{lost:?} {crashes}");
            assert_eq!(world.paid().await, U256::from(AMOUNT), "{lost:?} {crashes}");
            assert_eq!(rpc(&world.chain, "evm_revert", json!([clean])).await, json!(true));
            if !crashed {
                break;
            }
            crashes += 1;
        }
        println!("{crashes} crash points, {lost:?} lost");
        assert!(crashes >= 12, "only {crashes} requests: the path is longer than that");
    }
}

/// Settles from an empty database with a crash at the given request; false where the path has no such request.
async fn settle_with_crash(
    world: &World,
    request: &proofrail_relayer::prepare::door::SettleRequest,
    number: u64,
    lost: Lost,
) -> bool {
    world.forget_database();
    world.proxy.hang_at(number, lost);
    let relayer = world.relayer().await;
    let id = relayer.accept(request).await.id;
    let crashed = tokio::select! {
        () = world.proxy.hung.notified() => true,
        _ = relayer.settled(id) => false,
    };
    drop(relayer);
    world.proxy.heal();
    let relayer = world.relayer().await;
    let view = relayer.settled(id).await;
    assert_eq!(view.transactions.len(), 1, "{view:#?}");
    relayer.stop().await;
    crashed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_believed_failed_that_landed_is_not_sent_again() {
    let world = World::new(&Options::default()).await;
    let request = world.request(2);
    world.proxy.deny_broadcasts.store(true, Ordering::SeqCst);
    let relayer = world.relayer().await;
    let id = relayer.accept(&request).await.id;
    let view = relayer.settled(id).await;
    assert_eq!(view.transactions.len(), 1);
    assert_eq!(view.transactions[0].hashes.len(), 1);
    let held = view.history.iter().find_map(|line| line.reason.as_ref());
    assert_eq!(held.map(|reason| reason.code.as_str()), Some("rpc_unavailable"));
    assert_eq!((world.paid().await, world.sent().await), (U256::from(AMOUNT), 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_stuck_message_does_not_hold_up_another() {
    let world = World::new(&Options { escrow: AMOUNT, ..Options::default() }).await;
    // Both need the whole escrow; whichever comes second waits for the payer and does not stop the relayer.
    let (first, second) = (world.request(3), world.request(4));
    let relayer = world.relayer().await;
    let ids = [relayer.accept(&first).await.id, relayer.accept(&second).await.id];
    let ended = tokio::select! {
        view = relayer.settled(ids[0]) => view.id,
        view = relayer.settled(ids[1]) => view.id,
    };
    let waiting = if ended == ids[0] { ids[1] } else { ids[0] };
    let code = |view: &SettlementView| view.reason.as_ref().map(|reason| reason.code.clone());
    let held = relayer.until(waiting, |view| view.status == Status::Held).await;
    // Which it is depends on whether the first was paid before the second was sent.
    let known = ["escrow_insufficient", "source_refuses", "source_reverted"];
    assert!(known.contains(&code(&held).expect("a reason").as_str()), "{held:#?}");
    world.deposit(AMOUNT).await;
    relayer.settled(waiting).await;
    assert_eq!(world.paid().await, U256::from(2 * AMOUNT));
}
