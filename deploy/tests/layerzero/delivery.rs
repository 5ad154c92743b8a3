use std::time::Duration;

use alloy::primitives::Bytes;
use proofrail_deploy::{
    layerzero::{
        abi::{EndpointV2, ReceiveUln302},
        workers::{Goal, WorkerEvent},
    },
    process::is_running,
};

use crate::bridge::{Bridge, CONFIRMATIONS};

#[tokio::test]
async fn a_packet_is_attested_committed_and_delivered_once() {
    let bridge = Bridge::start().await;
    let receiver = bridge.accepting_receiver().await;
    let workers = bridge.workers(false).await;
    let mut events = workers.subscribe();

    let first = bridge.send(receiver, b"first").await;
    let second = bridge.send(receiver, b"second").await;
    bridge.confirm().await;

    let mut seen = Vec::new();
    while seen.len() < 6 {
        let event = bridge.soon(events.recv()).await.unwrap();
        let (kind, step) = match event {
            WorkerEvent::Attested(step) => ("attested", step),
            WorkerEvent::Committed(step) => ("committed", step),
            WorkerEvent::Delivered(step) => ("delivered", step),
            other => panic!("{other:?}"),
        };
        assert!(step.gas_used > 21_000);
        seen.push((kind, step.guid));
    }
    let expected = [first.guid, second.guid]
        .into_iter()
        .flat_map(|guid| [("attested", guid), ("committed", guid), ("delivered", guid)]);
    assert_eq!(seen, expected.collect::<Vec<_>>());

    // Whoever replays it is refused by the endpoint, and our executor has nothing to do.
    let (origin, message) = (second.origin(), second.message.clone());
    let replay = bridge.far_endpoint();
    let replay = replay.lzReceive(origin, receiver, second.guid, message, Bytes::new());
    let refused = replay.call().await.unwrap_err();
    let error = refused.as_decoded_error::<EndpointV2::LZ_PayloadHashNotFound>();
    assert_eq!(error.unwrap().actual, second.payload_hash());
    workers.carry(second.guid, Goal::Delivered).await.unwrap();
    let endpoint = bridge.pathway.destination.endpoint;
    assert_eq!(bridge.count::<EndpointV2::PacketDelivered>(endpoint).await, 2);
}

#[tokio::test]
async fn workers_restarted_between_any_two_steps_deliver_exactly_once() {
    let bridge = Bridge::start().await;
    let receiver = bridge.accepting_receiver().await;
    let packet = bridge.send(receiver, b"once").await;
    bridge.confirm().await;

    for goal in [Goal::Attested, Goal::Committed, Goal::Delivered, Goal::Delivered] {
        let workers = bridge.workers(true).await;
        bridge.soon(workers.carry(packet.guid, goal)).await.unwrap();
        let committed = bridge.committed_hash(&packet).await;
        match goal {
            Goal::Committed => assert_eq!(committed, packet.payload_hash()),
            Goal::Attested | Goal::Delivered => assert!(committed.is_zero()),
        }
    }

    let stack = &bridge.pathway.destination;
    assert_eq!(bridge.count::<ReceiveUln302::PayloadVerified>(stack.receive_uln302).await, 1);
    assert_eq!(bridge.count::<EndpointV2::PacketVerified>(stack.endpoint).await, 1);
    assert_eq!(bridge.count::<EndpointV2::PacketDelivered>(stack.endpoint).await, 1);
    assert_eq!(bridge.count::<EndpointV2::LzReceiveAlert>(stack.endpoint).await, 0);
}

#[tokio::test]
async fn nothing_is_attested_before_the_sender_s_confirmations() {
    let bridge = Bridge::start().await;
    let receiver = bridge.accepting_receiver().await;
    let packet = bridge.send(receiver, b"unconfirmed").await;
    bridge.mine(CONFIRMATIONS - 1).await;
    let workers = bridge.workers(true).await;
    let library = bridge.pathway.destination.receive_uln302;

    let mut carrying = Box::pin(workers.carry(packet.guid, Goal::Delivered));
    // Long enough for workers that do not wait to be found out; right ones never end here.
    let early = tokio::time::timeout(Duration::from_millis(500), &mut carrying).await;
    assert!(early.is_err(), "{early:?}");
    assert_eq!(bridge.count::<ReceiveUln302::PayloadVerified>(library).await, 0);

    bridge.mine(1).await;
    bridge.soon(carrying).await.unwrap();
    assert_eq!(bridge.count::<ReceiveUln302::PayloadVerified>(library).await, 1);
}

#[tokio::test]
async fn paused_workers_hold_what_they_have_and_resume() {
    let bridge = Bridge::start().await;
    let receiver = bridge.accepting_receiver().await;
    let workers = bridge.workers(false).await;
    workers.pause().await;
    let packet = bridge.send(receiver, b"held").await;
    bridge.confirm().await;

    workers.carry(packet.guid, Goal::Attested).await.unwrap();
    let mut events = workers.subscribe();
    assert!(bridge.committed_hash(&packet).await.is_zero());
    workers.resume();

    let next = bridge.soon(events.recv()).await.unwrap();
    assert!(matches!(next, WorkerEvent::Committed(step) if step.guid == packet.guid), "{next:?}");
    let next = bridge.soon(events.recv()).await.unwrap();
    assert!(matches!(next, WorkerEvent::Delivered(step) if step.guid == packet.guid), "{next:?}");
}

#[tokio::test]
async fn both_chains_are_gone_after_drop() {
    let bridge = Bridge::start().await;
    let chains = [bridge.source.pid(), bridge.destination.pid()];
    assert!(chains.into_iter().all(is_running));

    drop(bridge);

    assert!(!chains.into_iter().any(is_running));
}
