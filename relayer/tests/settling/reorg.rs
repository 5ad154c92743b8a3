//! Nothing is believed before it is final.

use alloy::{
    primitives::{B256, U256},
    providers::Provider,
};
use proofrail_evm::contracts::SettlementHub;
use proofrail_relayer::{prepare::door::SettleRequest, status::Status};
use serde_json::json;

use crate::{
    anvil::{mine, rpc},
    world::{AMOUNT, Options, World, eventually},
};

/// Settles as any stranger may.
async fn settle_as_stranger(world: &World, request: &SettleRequest) -> B256 {
    let stranger = world.chain.get_accounts().await.expect("accounts")[2];
    let hub = SettlementHub::new(world.hub, &world.chain);
    let call = hub.settle((&request.settlement).into(), request.proof.words()).from(stranger);
    call.send().await.expect("sent").watch().await.expect("mined")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reorganised_transaction_is_sent_again_and_pays_once() {
    let world = World::new(&Options { depth: 5, ..Options::default() }).await;
    let request = world.request(0);
    let relayer = world.relayer().await;
    let id = relayer.accept(&request).await.id;
    eventually("a mined transaction", || async { (world.sent().await == 1).then_some(()) }).await;
    mine(&world.chain, 2).await;
    let seen = relayer.until(id, |view| !view.transactions.is_empty()).await;
    assert_eq!(seen.status, Status::Submitted, "three blocks are not final at depth five");
    rpc(&world.chain, "anvil_reorg", json!([3, []])).await;
    eventually("the transaction again", || async { (world.sent().await == 1).then_some(()) }).await;
    mine(&world.chain, 6).await;
    let view = relayer.settled(id).await;
    assert_eq!((view.transactions.len(), view.transactions[0].hashes.len()), (1, 1));
    assert_eq!((world.paid().await, world.sent().await), (U256::from(AMOUNT), 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_settlement_by_somebody_else_is_success_and_costs_nothing() {
    let world = World::new(&Options::default()).await;
    let request = world.request(0);
    let stranger = settle_as_stranger(&world, &request).await;
    let relayer = world.relayer().await;
    let id = relayer.accept(&request).await.id;
    let view = relayer.settled(id).await;
    assert_eq!(view.settled.expect("a payment").transaction, stranger);
    assert!(view.transactions.is_empty());
    assert_eq!((world.paid().await, world.sent().await), (U256::from(AMOUNT), 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_strangers_settlement_that_a_reorganisation_undoes_is_made_good() {
    let world = World::new(&Options { depth: 5, ..Options::default() }).await;
    let request = world.request(0);
    settle_as_stranger(&world, &request).await;
    let relayer = world.relayer().await;
    let id = relayer.accept(&request).await.id;
    let seen = relayer.until(id, |view| view.status == Status::Delivered).await;
    assert!(seen.settled.is_none(), "delivered is not settled");
    // anvil_reorg drops the transactions of the blocks that it replaces.
    rpc(&world.chain, "anvil_reorg", json!([1, []])).await;
    eventually("our own transaction", || async { (world.sent().await == 1).then_some(()) }).await;
    mine(&world.chain, 6).await;
    let view = relayer.settled(id).await;
    assert_eq!(view.transactions.len(), 1);
    assert_eq!(world.paid().await, U256::from(AMOUNT));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_payment_under_the_same_id_is_no_success() {
    let world = World::new(&Options::default()).await;
    let request = world.request(0);
    let mut other = request.clone();
    other.settlement.recipient = alloy::primitives::Address::repeat_byte(0x66);
    other = world.prove(other.settlement);
    settle_as_stranger(&world, &other).await;
    let relayer = world.relayer().await;
    let id = relayer.accept(&request).await.id;
    let view = relayer.until(id, |view| view.status == Status::Failed).await;
    assert_eq!(view.reason.expect("a reason").code, "settled_otherwise");
    assert_eq!((world.paid().await, world.sent().await), (U256::ZERO, 0));
}
