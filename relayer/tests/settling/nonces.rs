//! Lost, stuck and stolen nonces.

use alloy::{
    consensus::{SignableTransaction, TxEip1559, TxEnvelope},
    eips::eip2718::Encodable2718,
    network::TxSignerSync,
    primitives::{Address, TxKind, U256},
    providers::Provider,
};
use proofrail_relayer::status::Status;
use serde_json::json;

use crate::{
    anvil::{fund, mine, rpc, waiting},
    world::{AMOUNT, Options, World, eventually},
};

async fn unmined(world: &World) {
    rpc(&world.chain, "evm_setAutomine", json!([false])).await;
}

async fn first_waiting(world: &World) -> String {
    eventually("a transaction in the pool", || async { waiting(&world.chain).await.pop() }).await
}

/// A transfer with the relayer's own key, as an operator's script might send it.
async fn use_key_elsewhere(world: &World, nonce: u64, max_fee_per_gas: u128) {
    let mut transaction = TxEip1559 {
        chain_id: 31_337,
        nonce,
        gas_limit: 21_000,
        max_fee_per_gas,
        max_priority_fee_per_gas: max_fee_per_gas / 2,
        to: TxKind::Call(Address::repeat_byte(0x55)),
        value: U256::from(1),
        ..TxEip1559::default()
    };
    let signature = world.key.sign_transaction_sync(&mut transaction).expect("signed");
    let raw = TxEnvelope::from(transaction.into_signed(signature)).encoded_2718();
    let _ = world.chain.send_raw_transaction(&raw).await.expect("taken");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dropped_pool_gets_the_very_same_transaction_again() {
    let world = World::new(&Options::default()).await;
    let request = world.request(0);
    unmined(&world).await;
    let relayer = world.relayer().await;
    let id = relayer.accept(&request).await.id;
    let before = first_waiting(&world).await;
    rpc(&world.chain, "anvil_dropAllTransactions", json!([])).await;
    assert_eq!(first_waiting(&world).await, before);
    mine(&world.chain, 1).await;
    let view = relayer.settled(id).await;
    assert_eq!(view.transactions[0].hashes.len(), 1);
    assert_eq!((world.paid().await, world.sent().await), (U256::from(AMOUNT), 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stuck_transaction_is_replaced_at_its_own_nonce() {
    let world = World::new(&Options { bump_after_s: 0, ..Options::default() }).await;
    let request = world.request(0);
    unmined(&world).await;
    let relayer = world.relayer().await;
    let id = relayer.accept(&request).await.id;
    let first = first_waiting(&world).await;
    eventually("a replacement", || async {
        let waiting = waiting(&world.chain).await;
        assert!(waiting.len() <= 1, "a replacement must not be a second transaction");
        (waiting.first().is_some_and(|hash| *hash != first)).then_some(())
    })
    .await;
    mine(&world.chain, 1).await;
    let view = relayer.settled(id).await;
    assert!(view.transactions.len() == 1 && view.transactions[0].hashes.len() > 1, "{view:#?}");
    assert_eq!((world.paid().await, world.sent().await), (U256::from(AMOUNT), 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_nonce_that_others_took_is_given_up_at_finality_and_the_message_sent_again() {
    let world = World::new(&Options { depth: 2, ..Options::default() }).await;
    let request = world.request(0);
    unmined(&world).await;
    let relayer = world.relayer().await;
    let id = relayer.accept(&request).await.id;
    first_waiting(&world).await;
    use_key_elsewhere(&world, 0, 500_000_000_000).await;
    mine(&world.chain, 1).await;
    let held = relayer.until(id, |view| view.status == Status::Held).await;
    assert_eq!(held.reason.expect("a reason").code, "nonce_taken");
    // Not final yet: a reorganisation could still give the nonce back, so nothing is sent.
    assert_eq!(held.transactions.len(), 1);
    assert!(waiting(&world.chain).await.is_empty());
    mine(&world.chain, 3).await;
    rpc(&world.chain, "evm_setAutomine", json!([true])).await;
    let sent = relayer.until(id, |view| view.transactions.len() == 2).await;
    let nonces: Vec<_> = sent.transactions.iter().map(|sent| sent.nonce).collect();
    assert_eq!((nonces, sent.transactions[0].outcome.as_str()), (vec![0, 1], "superseded"));
    eventually("the second attempt", || async { (world.sent().await == 2).then_some(()) }).await;
    mine(&world.chain, 3).await;
    relayer.settled(id).await;
    assert_eq!(world.paid().await, U256::from(AMOUNT));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gap_below_our_nonce_is_filled() {
    let world = World::new(&Options::default()).await;
    // The database has handed out nonces that the chain has not seen: here, the chain forgets a block.
    let (first, second) = (world.request(0), world.request(1));
    world.deposit(AMOUNT).await;
    let clean = rpc(&world.chain, "evm_snapshot", json!([])).await;
    let relayer = world.relayer().await;
    let first = relayer.accept(&first).await.id;
    relayer.settled(first).await;
    assert_eq!(rpc(&world.chain, "evm_revert", json!([clean])).await, json!(true));
    assert_eq!(world.sent().await, 0);

    let second = relayer.accept(&second).await.id;
    let view = relayer.settled(second).await;
    assert_eq!(view.transactions[0].nonce, 1);
    // The gap was filled with the first message's own bytes, so that it is paid again on the new chain too.
    assert_eq!((world.paid().await, world.sent().await), (U256::from(2 * AMOUNT), 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_account_holds_the_message_before_a_nonce_is_reserved() {
    let world = World::new(&Options::default()).await;
    let request = world.request(0);
    fund(&world.chain, world.key.address(), U256::from(1)).await;
    let relayer = world.relayer().await;
    let id = relayer.accept(&request).await.id;
    let held = relayer.until(id, |view| view.status == Status::Held).await;
    assert_eq!(held.reason.expect("a reason").code, "signer_underfunded");
    assert!(held.transactions.is_empty());
    fund(&world.chain, world.key.address(), U256::from(10_u128.pow(18))).await;
    relayer.settled(id).await;
}
