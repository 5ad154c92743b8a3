use alloy::{primitives::Bytes, providers::ext::AnvilApi, rpc::types::anvil::ReorgOptions};
use proofrail_deploy::{
    accounts::Role,
    layerzero::{
        abi::{EndpointV2, ReceiveUln302},
        options::{LzReceive, OptionsError},
        workers::{Goal, Keys, Refusal, WorkerError, WorkerEvent, Workers},
    },
};

use crate::bridge::Bridge;

#[tokio::test]
async fn a_signature_of_another_key_attests_nothing() {
    let bridge = Bridge::start().await;
    let receiver = bridge.accepting_receiver().await;
    let packet = bridge.send(receiver, b"forged").await;
    bridge.confirm().await;
    let forger = Role::Stranger.signer().unwrap();
    let keys = Keys { dvn_signer: forger.clone(), ..Keys::development().unwrap() };
    let workers = Workers::start(bridge.pathway.clone(), keys, true).await.unwrap();

    let error = workers.carry(packet.guid, Goal::Delivered).await.unwrap_err();

    assert!(
        matches!(error, WorkerError::SignatureRefused { signer } if signer == forger.address()),
        "{error}"
    );
    let library = bridge.pathway.destination.receive_uln302;
    assert_eq!(bridge.count::<ReceiveUln302::PayloadVerified>(library).await, 0);
    drop(workers);
    let honest = bridge.workers(true).await;
    honest.carry(packet.guid, Goal::Delivered).await.unwrap();
}

#[tokio::test]
async fn a_reverting_receiver_is_an_alert_and_the_message_stays() {
    let bridge = Bridge::start().await;
    let receiver = bridge.reverting_receiver().await;
    let packet = bridge.send(receiver, b"unwelcome").await;
    bridge.confirm().await;
    let workers = bridge.workers(true).await;

    let error = workers.carry(packet.guid, Goal::Delivered).await.unwrap_err();

    let WorkerError::Alert { guid, reason } = error else { panic!("{error}") };
    assert_eq!((guid, reason), (packet.guid, Bytes::from_static(&[0x2a])));
    assert_eq!(bridge.committed_hash(&packet).await, packet.payload_hash());
    let endpoint = bridge.pathway.destination.endpoint;
    assert_eq!(bridge.count::<EndpointV2::PacketDelivered>(endpoint).await, 0);
}

#[tokio::test]
async fn an_unpaid_packet_is_refused_and_does_not_block_the_next() {
    let bridge = Bridge::start().await;
    let receiver = bridge.accepting_receiver().await;
    let foreign = bridge.foreign_dvn().await;
    bridge.use_dvn(foreign).await;
    let unpaid = bridge.send(receiver, b"unpaid").await;
    bridge.use_dvn(bridge.pathway.source.dvn).await;
    let other = bridge.accepting_receiver().await;
    let paid = bridge.send(other, b"paid").await;
    let workers = bridge.workers(true).await;
    let mut events = workers.subscribe();
    bridge.confirm().await;
    workers.resume();

    let first = bridge.soon(events.recv()).await.unwrap();
    let WorkerEvent::Refused { refusal, .. } = first else { panic!("{first:?}") };
    assert_eq!(refusal, Refusal::DvnNotPaid { guid: unpaid.guid });
    loop {
        match bridge.soon(events.recv()).await.unwrap() {
            WorkerEvent::Delivered(step) => {
                assert_eq!(step.guid, paid.guid);
                break;
            }
            WorkerEvent::Refused { refusal, .. } => panic!("{refusal}"),
            _ => {}
        }
    }
}

#[tokio::test]
async fn options_that_cannot_be_served_are_refused() {
    let bridge = Bridge::start().await;
    let receiver = bridge.accepting_receiver().await;
    let ordered = [&LzReceive { gas: 50_000, value: 0 }.encode()[..], &[1, 0, 1, 4]].concat();
    let packet = bridge.send_with(receiver, b"ordered", ordered.into()).await;
    bridge.confirm().await;
    let workers = bridge.workers(true).await;

    let error = workers.carry(packet.guid, Goal::Delivered).await.unwrap_err();

    let unsupported = Refusal::Options(OptionsError::Unsupported(4));
    assert!(matches!(&error, WorkerError::Refused(refusal) if *refusal == unsupported), "{error}");
}

#[tokio::test]
async fn a_packet_waits_for_the_one_before_it() {
    let bridge = Bridge::start().await;
    let receiver = bridge.accepting_receiver().await;
    let first = bridge.send(receiver, b"first").await;
    let second = bridge.send(receiver, b"second").await;
    bridge.confirm().await;
    let workers = bridge.workers(true).await;

    let error = workers.carry(second.guid, Goal::Delivered).await.unwrap_err();

    assert!(matches!(error, WorkerError::NonceGap { nonce: 2, missing: 1 }), "{error}");
    workers.carry(first.guid, Goal::Committed).await.unwrap();
    workers.carry(second.guid, Goal::Delivered).await.unwrap();
    workers.carry(first.guid, Goal::Delivered).await.unwrap();
}

#[tokio::test]
async fn a_packet_that_a_reorganisation_removed_is_not_attested() {
    let bridge = Bridge::start().await;
    let receiver = bridge.accepting_receiver().await;
    let packet = bridge.send(receiver, b"gone").await;
    bridge.pay_stranger_nothing().await;
    bridge.sender.anvil_reorg(ReorgOptions { depth: 2, tx_block_pairs: vec![] }).await.unwrap();
    bridge.confirm().await;
    let workers = bridge.workers(true).await;

    let error = workers.carry(packet.guid, Goal::Attested).await.unwrap_err();

    assert!(matches!(error, WorkerError::UnknownPacket { .. }), "{error}");
}
