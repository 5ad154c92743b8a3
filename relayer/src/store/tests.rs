use std::{os::unix::fs::PermissionsExt, path::PathBuf};

use alloy::primitives::{Address, B256, Bytes, U256};
use tempfile::TempDir;

use super::*;
use crate::{
    clock::now_ms,
    reason::{FailReason, HoldReason, Reason},
    settlement::Settlement,
    status::{Stage, State, Status},
};

struct Fixture {
    _folder: TempDir,
    path: PathBuf,
    store: Store,
}

async fn fixture() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("relayer.db");
    let store = Store::open(&path).await.unwrap();
    Fixture { _folder: folder, path, store }
}

fn new(seed: u8) -> NewSettlement {
    NewSettlement {
        id: B256::repeat_byte(seed),
        request_hash: B256::repeat_byte(seed),
        settlement: Settlement {
            circuit_id: B256::repeat_byte(1),
            source_chain: B256::repeat_byte(2),
            source_contract: B256::repeat_byte(3),
            job_id: B256::repeat_byte(seed),
            payer: Address::repeat_byte(4),
            recipient: Address::repeat_byte(5),
            token: Address::repeat_byte(6),
            amount: u128::MAX,
            deadline: u64::MAX,
            coordinator: B256::repeat_byte(7),
        },
        proof: [seed; 256].into(),
        bridge: "direct".to_owned(),
        pinned: true,
    }
}

fn draft() -> Draft {
    Draft {
        kind: Kind::Send,
        chain_id: 31_337,
        signer: Address::repeat_byte(9),
        to: Address::repeat_byte(8),
        value: U256::MAX,
        data: Bytes::from_static(&[1, 2, 3]),
        gas_limit: 21_000,
        max_fee: u128::MAX,
        priority_fee: 7,
    }
}

fn step(status: Status) -> Step {
    let to = State::running(status).unwrap();
    Step { to, reason: None, next_attempt_at: now_ms(), facts: Facts::default() }
}

fn hold(stage: Stage, reason: HoldReason) -> Step {
    let reason = Some(Reason::Hold(reason));
    Step { to: State::held(stage), reason, next_attempt_at: now_ms(), facts: Facts::default() }
}

async fn prepared(store: &Store, seed: u8) -> Record {
    let record = store.accept(&new(seed)).await.unwrap().record;
    store.step(&record, &step(Status::Prepared)).await.unwrap()
}

#[tokio::test]
async fn a_delivery_follows_the_sending_with_a_nonce_of_its_own() {
    let Fixture { store, .. } = &fixture().await;
    let (sending, record) = opened(store, 1, 0).await;
    assert_eq!(store.deliveries(record.id).await.unwrap(), 0);
    let mut sent = step(Status::Sent);
    sent.facts.sent_block = Some(7);
    let record = store.close_intent(&record, &sending, Outcome::Executed, &sent).await.unwrap();
    assert_eq!(record.sent_block, Some(7));

    let delivery = Draft { kind: Kind::Deliver, ..draft() };
    let submitted = step(Status::Submitted);
    let (intent, record) = store.open_intent(&record, &delivery, 0, &submitted).await.unwrap();
    assert_eq!((intent.draft.kind, intent.attempt, intent.nonce), (Kind::Deliver, 1, 1));
    assert_eq!(store.deliveries(record.id).await.unwrap(), 1);
    let back = step(Status::Sent);
    let record = store.close_intent(&record, &intent, Outcome::Reverted, &back).await.unwrap();
    assert_eq!(record.state.status, Status::Sent);
    assert_eq!(store.deliveries(record.id).await.unwrap(), 1);
}

async fn opened(store: &Store, seed: u8, chain_nonce: u64) -> (Intent, Record) {
    let record = prepared(store, seed).await;
    store.open_intent(&record, &draft(), chain_nonce, &step(Status::Submitted)).await.unwrap()
}

fn form(seed: u8) -> Signed {
    Signed {
        hash: B256::repeat_byte(seed),
        form: 0,
        purpose: Purpose::Payload,
        raw: Bytes::from_static(&[2, 3]),
        max_fee: u128::MAX,
        priority_fee: 1,
        created_at: 5,
    }
}

#[tokio::test]
async fn what_is_written_is_read_back_after_a_restart() {
    let Fixture { _folder, path, store } = fixture().await;
    let (intent, _) = opened(&store, 1, 0).await;
    store.record_signed(&intent, &form(1)).await.unwrap();
    store.close().await;
    drop(store);

    let store = Store::open(&path).await.unwrap();
    let record = store.get(B256::repeat_byte(1)).await.unwrap().unwrap();
    assert_eq!(record.settlement, new(1).settlement);
    assert_eq!(record.proof, new(1).proof);
    assert_eq!(record.state.status, Status::Submitted);
    let again = store.pending_intent(record.id).await.unwrap().unwrap();
    assert_eq!((again.nonce, &again.draft), (0, &draft()));
    assert_eq!(again, intent);
    assert_eq!(store.signed_forms(&again).await.unwrap(), [form(1)]);
}

#[tokio::test]
async fn the_database_is_private_and_held_by_one_process() {
    let Fixture { _folder, path, store } = fixture().await;
    let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    assert!(matches!(Store::open(&path).await, Err(StoreError::InUse(_))));
    drop(store);
    Store::open(&path).await.unwrap();
}

#[tokio::test]
async fn a_settlement_is_accepted_once() {
    let Fixture { store, .. } = &fixture().await;
    let first = store.accept(&new(1)).await.unwrap();
    let mut other = new(1);
    other.settlement.amount = 1;
    other.request_hash = B256::ZERO;
    let second = store.accept(&other).await.unwrap();
    assert!(first.created && !second.created);
    assert_eq!(second.record.settlement, new(1).settlement);
    assert_eq!(second.record.request_hash, first.record.request_hash);
    assert_eq!(store.history(first.record.id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn two_workers_cannot_both_take_a_step() {
    let Fixture { store, .. } = &fixture().await;
    let record = store.accept(&new(1)).await.unwrap().record;
    store.step(&record, &step(Status::Prepared)).await.unwrap();
    let again = store.step(&record, &step(Status::Prepared)).await;
    assert!(matches!(again, Err(StoreError::Stale(id)) if id == record.id));
    assert!(matches!(store.reschedule(&record, 1).await, Err(StoreError::Stale(_))));
}

#[tokio::test]
async fn a_message_has_at_most_one_open_intent() {
    let Fixture { store, .. } = &fixture().await;
    let (_, record) = opened(store, 1, 0).await;
    let second = store.open_intent(&record, &draft(), 0, &step(Status::Submitted)).await;
    assert!(matches!(second, Err(StoreError::Database(_))), "{second:?}");
    // The refused transaction must not have kept its nonce.
    let (next, _) = opened(store, 2, 0).await;
    assert_eq!(next.nonce, 1);
}

#[tokio::test]
async fn an_open_intent_cannot_be_abandoned() {
    let Fixture { store, .. } = &fixture().await;
    let (intent, record) = opened(store, 1, 0).await;
    for status in [Status::Delivered, Status::Failed, Status::Sent] {
        let mut step = step(status);
        if status == Status::Failed {
            step.reason = Some(Reason::Fail(FailReason::Expired { deadline: 1 }));
        }
        let left = store.step(&record, &step).await;
        assert!(matches!(left, Err(StoreError::IllegalStep { .. })), "{status}: {left:?}");
    }
    let sent = store.close_intent(&record, &intent, Outcome::Executed, &step(Status::Sent)).await;
    assert_eq!(sent.unwrap().state.status, Status::Sent);
    assert_eq!(store.pending_intent(record.id).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nonces_of_concurrent_messages_are_distinct_and_gapless() {
    let Fixture { _folder, store, .. } = fixture().await;
    let store = std::sync::Arc::new(store);
    let mut records = Vec::new();
    for seed in 1..=24 {
        records.push(prepared(&store, seed).await);
    }
    let mut tasks = tokio::task::JoinSet::new();
    for record in records {
        let store = std::sync::Arc::clone(&store);
        tasks.spawn(async move {
            store.open_intent(&record, &draft(), 3, &step(Status::Submitted)).await.unwrap().0.nonce
        });
    }
    let mut nonces = tasks.join_all().await;
    nonces.sort_unstable();
    assert_eq!(nonces, (3..27).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_nonce_is_the_larger_of_the_chains_and_ours() {
    let Fixture { store, .. } = &fixture().await;
    assert_eq!(opened(store, 1, 5).await.0.nonce, 5);
    assert_eq!(opened(store, 2, 0).await.0.nonce, 6, "a lagging endpoint must not repeat a nonce");
    assert_eq!(opened(store, 3, 9).await.0.nonce, 9, "others have used the key");
    assert_eq!(store.lowest_open_nonce(31_337, draft().signer).await.unwrap(), Some(5));
    assert_eq!(store.lowest_open_nonce(1, draft().signer).await.unwrap(), None);
}

#[tokio::test]
async fn a_nonce_lost_to_others_can_be_followed_by_another_attempt() {
    let Fixture { store, .. } = &fixture().await;
    let (intent, record) = opened(store, 1, 3).await;
    let reason = HoldReason::NonceTaken { signer: draft().signer, nonce: 3 };
    let held = hold(Stage::Submit, reason);
    let record = store.close_intent(&record, &intent, Outcome::Superseded, &held).await.unwrap();
    let again = store.open_intent(&record, &draft(), 4, &step(Status::Submitted)).await.unwrap();
    assert_eq!((again.0.attempt, again.0.nonce), (1, 4));
    let closed =
        store.close_intent(&again.1, &intent, Outcome::Executed, &step(Status::Sent)).await;
    assert!(matches!(closed, Err(StoreError::Stale(_))), "an outcome is written once");
}

#[tokio::test]
async fn history_is_append_only_and_has_a_repeated_hold_once() {
    let Fixture { store, .. } = &fixture().await;
    let mut record = store.accept(&new(1)).await.unwrap().record;
    let reason = HoldReason::CoordinatorNotAuthorized { limit: U256::ZERO, need: U256::MAX };
    for _ in 0..3 {
        record = store.step(&record, &hold(Stage::Prepare, reason.clone())).await.unwrap();
    }
    assert_eq!(record.holds, 3);
    assert_eq!(record.reason, Some(Reason::Hold(reason)));
    record = store.step(&record, &step(Status::Prepared)).await.unwrap();
    assert_eq!((record.holds, &record.reason), (0, &None));
    let history = store.history(record.id).await.unwrap();
    let seen: Vec<_> = history.iter().map(|entry| (entry.seq, entry.state.status)).collect();
    assert_eq!(seen, [(0, Status::Accepted), (1, Status::Held), (2, Status::Prepared)]);
    for sql in ["UPDATE status_history SET at = 0", "DELETE FROM status_history"] {
        let error = sqlx::query(sql).execute(&store.pool).await.unwrap_err();
        assert!(error.to_string().contains("append-only"), "{error}");
    }
}

#[tokio::test]
async fn due_messages_come_in_the_order_of_their_time() {
    let Fixture { store, .. } = &fixture().await;
    for (seed, at) in [(1, 30), (2, 10), (3, 20), (4, u64::try_from(i64::MAX).unwrap())] {
        let record = store.accept(&new(seed)).await.unwrap().record;
        store.reschedule(&record, at).await.unwrap();
    }
    let due = store.due(Stage::Prepare, 25, 10).await.unwrap();
    let ids: Vec<_> = due.iter().map(|record| record.id).collect();
    assert_eq!(ids, [B256::repeat_byte(2), B256::repeat_byte(3)]);
    assert_eq!(store.due(Stage::Submit, u64::MAX >> 1, 10).await.unwrap().len(), 0);
}

#[tokio::test]
async fn every_reason_survives_the_database() {
    let Fixture { store, .. } = &fixture().await;
    let reasons = [
        HoldReason::EscrowInsufficient {
            token: Address::repeat_byte(1),
            have: U256::ZERO,
            need: U256::MAX,
        },
        HoldReason::NonceTaken { signer: Address::ZERO, nonce: 0 },
        HoldReason::StoredAtReceiver { message_id: B256::ZERO, error: "\"quoted\"".into() },
        HoldReason::internal("x"),
    ];
    let mut record = store.accept(&new(1)).await.unwrap().record;
    for reason in reasons {
        record = store.step(&record, &hold(Stage::Prepare, reason.clone())).await.unwrap();
        assert_eq!(store.get(record.id).await.unwrap().unwrap().reason, Some(Reason::Hold(reason)));
    }
}

#[tokio::test]
async fn an_earlier_bridge_is_kept_when_another_is_given_the_message_too() {
    let Fixture { store, .. } = &fixture().await;
    let (sending, record) = opened(store, 1, 0).await;
    assert_eq!((record.leg, record.current_leg()), (0, None));
    let nothing_sent = store.open_leg(&record, "ccip", &step(Status::Prepared)).await;
    assert!(matches!(nothing_sent, Err(StoreError::Stale(_))), "{nothing_sent:?}");

    let mut sent = step(Status::Sent);
    sent.facts.message_id = Some(B256::repeat_byte(0xaa));
    sent.facts.sent_at = Some(5);
    sent.facts.sent_block = Some(7);
    let record = store.close_intent(&record, &sending, Outcome::Executed, &sent).await.unwrap();
    let leg = record.current_leg().unwrap();
    assert_eq!((leg.bridge.as_str(), leg.sent_at, leg.sent_block), ("direct", 5, 7));

    let next = store.open_leg(&record, "ccip", &step(Status::Prepared)).await.unwrap();
    assert_eq!((next.bridge.as_str(), next.leg, next.current_leg()), ("ccip", 1, None));
    assert_eq!((next.sent_at, next.sent_block), (None, None));
    assert_eq!(store.legs(record.id).await.unwrap(), [leg]);
    let stale = store.open_leg(&record, "wormhole", &step(Status::Prepared)).await;
    assert!(stale.is_err(), "the message went on meanwhile");
    assert_eq!(store.legs(record.id).await.unwrap().len(), 1, "and nothing of it was written");

    let mut chosen = step(Status::Submitted);
    chosen.facts.bridge = Some("wormhole");
    let (_, next) = store.open_intent(&next, &draft(), 1, &chosen).await.unwrap();
    assert_eq!(next.bridge, "wormhole");
}

#[tokio::test]
async fn only_attempts_to_send_that_failed_count_against_a_message() {
    let Fixture { store, .. } = &fixture().await;
    let (intent, record) = opened(store, 1, 0).await;
    let id = record.id;
    assert_eq!(store.failed_attempts(id).await.unwrap(), 0);
    let reverted = hold(Stage::Submit, HoldReason::internal("reverted"));
    let record = store.close_intent(&record, &intent, Outcome::Reverted, &reverted).await.unwrap();
    assert_eq!(store.failed_attempts(id).await.unwrap(), 1);
    let submitted = step(Status::Submitted);
    let (intent, record) = store.open_intent(&record, &draft(), 1, &submitted).await.unwrap();
    let sent = step(Status::Sent);
    let record = store.close_intent(&record, &intent, Outcome::Executed, &sent).await.unwrap();
    let delivery = Draft { kind: Kind::Deliver, ..draft() };
    let (intent, record) = store.open_intent(&record, &delivery, 2, &submitted).await.unwrap();
    store.close_intent(&record, &intent, Outcome::Reverted, &sent).await.unwrap();
    assert_eq!(store.failed_attempts(id).await.unwrap(), 1, "deliveries are counted apart");
}

#[tokio::test]
async fn how_long_a_bridge_takes_is_read_from_what_it_carried_alone() {
    let Fixture { store, .. } = &fixture().await;
    assert!(store.deliveries_of("direct", 9).await.unwrap().is_empty());
    for seed in 1..=3 {
        let (intent, record) = opened(store, seed, u64::from(seed)).await;
        let mut sent = step(Status::Sent);
        sent.facts.message_id = Some(B256::repeat_byte(seed));
        let mut record =
            store.close_intent(&record, &intent, Outcome::Executed, &sent).await.unwrap();
        if seed == 3 {
            record = store.open_leg(&record, "direct", &step(Status::Prepared)).await.unwrap();
            let submitted = step(Status::Submitted);
            let (intent, opened) =
                store.open_intent(&record, &draft(), 9, &submitted).await.unwrap();
            record = store.close_intent(&opened, &intent, Outcome::Executed, &sent).await.unwrap();
        }
        store.step(&record, &step(Status::Settled)).await.unwrap();
    }
    assert_eq!(store.deliveries_of("direct", 9).await.unwrap().len(), 2, "not what two had");
    assert_eq!(store.deliveries_of("direct", 1).await.unwrap().len(), 1);
    assert!(store.deliveries_of("ccip", 9).await.unwrap().is_empty());
}
