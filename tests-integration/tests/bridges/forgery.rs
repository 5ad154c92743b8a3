//! Messages of strangers, and messages that were changed on the way, pay nothing.

use alloy::{
    primitives::{Address, Bytes, U256},
    sol,
    sol_types::SolError,
};
use proofrail_deploy::{
    accounts::Role,
    ccip,
    layerzero::{
        abi::{EndpointV2, MessagingParams, Origin},
        options::LzReceive,
        workers::Goal,
    },
    workers::{Conduct, WorkerEvent},
    wormhole::abi::CoreBridge,
};
use proofrail_evm::{
    ccip::{STATE_FAILURE, extra_args_v2},
    contracts::WormholeReceiver,
    vaa::Vaa,
};

use crate::world::{World, eventually, wire};

sol! {
    /// CCIP's router, as any application calls it.
    #[sol(rpc)]
    interface RouterClient {
        struct EVMTokenAmount { address token; uint256 amount; }
        struct EVM2AnyMessage {
            bytes receiver;
            bytes data;
            EVMTokenAmount[] tokenAmounts;
            address feeToken;
            bytes extraArgs;
        }
        function getFee(uint64 destination, EVM2AnyMessage memory message) external view returns (uint256 fee);
        function ccipSend(uint64 destination, EVM2AnyMessage calldata message) external payable returns (bytes32);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_of_a_stranger_is_refused_over_each_bridge() {
    let world = World::start().await;
    let message = Bytes::from(wire(&world.request("layerzero")));
    let (near, far) = (&world.net.source_chain, &world.net.destination_chain);
    let stranger = Role::Stranger.address().unwrap();

    // LayerZero: the receiver takes no path but its peer's, so that nothing is ever committed.
    let endpoint = EndpointV2::new(near.layerzero().unwrap().endpoint, &world.source);
    let params = MessagingParams {
        dstEid: far.layerzero().unwrap().eid,
        receiver: world.receiver("layerzero").into_word(),
        message: message.clone(),
        options: LzReceive { gas: 700_000, value: 0 }.encode(),
        payInLzToken: false,
    };
    let fee = endpoint.quote(params.clone(), stranger).call().await.unwrap();
    let send = endpoint.send(params, stranger).value(fee.nativeFee);
    let receipt = world.pay_on_source(Role::Stranger, send.into_transaction_request()).await;
    let sent = receipt.logs().iter().find_map(|log| {
        let event = log.log_decode::<EndpointV2::PacketSent>().ok()?.inner.data;
        proofrail_deploy::layerzero::packet::Packet::decode(event.encodedPayload).ok()
    });
    let refused = world.net.workers.layerzero.carry(sent.unwrap().guid, Goal::Delivered).await;
    assert!(refused.unwrap_err().to_string().contains("does not accept packets"));

    // Wormhole: the guardians sign for everybody, and the receiver knows its emitter.
    let core = CoreBridge::new(near.wormhole().unwrap().core_bridge, &world.source);
    let fee = core.messageFee().call().await.unwrap();
    let publish = core.publishMessage(0, message.clone(), 1).value(fee);
    world.pay_on_source(Role::Stranger, publish.into_transaction_request()).await;
    let refused = world.deliver_vaa(world.vaa(stranger, 0).await).await.unwrap_err();
    assert_eq!(refused[..4], WormholeReceiver::OnlyPeer::SELECTOR);

    // CCIP: the committee signs for everybody; the execution fails, and stays failed.
    let router = RouterClient::new(near.ccip().unwrap().router, &world.source);
    let envelope = RouterClient::EVM2AnyMessage {
        receiver: world.receiver("ccip").into_word().into(),
        data: message,
        tokenAmounts: Vec::new(),
        feeToken: Address::ZERO,
        extraArgs: extra_args_v2(600_000),
    };
    let chain = far.ccip().unwrap().chain_selector;
    let fee = router.getFee(chain, envelope.clone()).call().await.unwrap();
    let mut events = world.net.workers.ccip.subscribe();
    let send = router.ccipSend(chain, envelope).value(fee).into_transaction_request();
    world.pay_on_source(Role::Stranger, send).await;
    let failed = loop {
        match events.recv().await.unwrap() {
            WorkerEvent::Failed(step) => break step,
            WorkerEvent::Signed { .. } => {}
            other => panic!("{other:?}"),
        }
    };
    let off_ramp = ccip::abi::OffRamp::new(far.ccip().unwrap().off_ramp, &world.destination);
    let state = off_ramp.getExecutionState(failed.guid).call().await.unwrap();
    assert_eq!(state, STATE_FAILURE);
    world.assert_paid(0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_was_changed_on_the_way_is_refused_over_each_bridge() {
    let world = World::start().await;
    let (near, far) = (&world.net.source_chain, &world.net.destination_chain);
    world.net.workers.ccip.behave(Conduct::stopped()).await;
    let honest = world.request("layerzero");
    let mut greedy = honest.clone();
    greedy.settlement.recipient = Role::Stranger.address().unwrap();
    for bridge in ["layerzero", "wormhole", "ccip"] {
        world.send_as(Role::Stranger, bridge, wire(&honest)).await;
    }

    // Wormhole: one changed byte, and no guardian has signed it.
    let emitter = near.wormhole_sender().unwrap();
    let mut vaa = Vaa::decode(&world.vaa(emitter, 0).await).unwrap();
    vaa.body.payload = wire(&greedy).into();
    let refused = world.deliver_vaa(vaa.encode()).await.unwrap_err();
    assert_eq!(refused[..4], WormholeReceiver::InvalidVaa::SELECTOR);

    // LayerZero: the endpoint knows the hash of what DVNs have verified.
    let endpoint = EndpointV2::new(far.layerzero().unwrap().endpoint, &world.destination);
    let sender = near.layerzero_sender().unwrap().into_word();
    let origin = Origin { srcEid: near.layerzero().unwrap().eid, sender, nonce: 1 };
    let call = endpoint.lzReceive(
        origin,
        world.receiver("layerzero"),
        Default::default(),
        wire(&greedy).into(),
        Bytes::new(),
    );
    let refused = call.call().await.unwrap_err();
    let error = refused.as_decoded_error::<EndpointV2::LZ_PayloadHashNotFound>();
    assert!(error.is_some(), "{refused}");

    // CCIP: a changed message has another id, for which nobody has signed.
    let source = &near.ccip().unwrap().on_ramp;
    let filter = alloy::rpc::types::Filter::new()
        .address(*source)
        .event_signature(
            <ccip::abi::OnRamp::CCIPMessageSent as alloy::sol_types::SolEvent>::SIGNATURE_HASH,
        )
        .from_block(0);
    let logs = alloy::providers::Provider::get_logs(&world.source, &filter).await.unwrap();
    let sent = logs[0].log_decode::<ccip::abi::OnRamp::CCIPMessageSent>().unwrap().inner.data;
    world.net.workers.ccip.behave(Conduct::honest()).await;
    let id = sent.messageId;
    let url = format!("{}/v1/verifierresults/{id}", world.net.workers.ccip.indexer());
    let result: Bytes = eventually("a verifier's result", || async {
        let body: serde_json::Value = reqwest::get(&url).await.unwrap().json().await.unwrap();
        body["results"][0]["verifierResult"]["ccv_data"].as_str()?.parse().ok()
    })
    .await;
    let (from, to) = (Role::Recipient.address().unwrap(), Role::Stranger.address().unwrap());
    let changed = replace(&sent.encodedMessage, from.as_slice(), to.as_slice());
    let off_ramp = ccip::abi::OffRamp::new(far.ccip().unwrap().off_ramp, &world.destination);
    let committee = far.ccip().unwrap().committee;
    let call = off_ramp.execute(changed.clone(), vec![committee], vec![result], 0).gas(2_000_000);
    world.pay(Role::Stranger, call.into_transaction_request()).await;
    let changed = proofrail_evm::ccip::message_id(&changed);
    let state = off_ramp.getExecutionState(changed).call().await.unwrap();
    assert_eq!(state, STATE_FAILURE);

    // What nobody changed is paid, once over all three.
    let settlement = proofrail_evm::Settlement::from(&honest.settlement).id();
    world.deliver_vaa(world.vaa(emitter, 0).await).await.unwrap();
    for bridge in ["layerzero", "wormhole", "ccip"] {
        assert_eq!(world.arrived(bridge, settlement, 1).await.len(), 1);
    }
    world.assert_paid(1).await;
    let stranger = proofrail_evm::contracts::DevToken::new(world.token(), &world.destination);
    let got = stranger.balanceOf(to).call().await.unwrap();
    assert_eq!(got, U256::ZERO);
}

/// The message with one address for another.
fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Bytes {
    let at = bytes.windows(from.len()).position(|window| window == from).unwrap();
    [&bytes[..at], to, &bytes[at + from.len()..]].concat().into()
}
