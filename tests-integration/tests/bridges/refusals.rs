//! What must not be sent is refused before anything is spent, and what must not be paid arrives in vain, over every
//! bridge.

use std::time::{SystemTime, UNIX_EPOCH};

use alloy::{
    primitives::{Address, B256, Bytes, U256, keccak256},
    providers::Provider,
    rpc::types::Filter,
    sol_types::{SolError, SolEvent},
};
use proofrail_deploy::{
    accounts::Role,
    ccip::abi::{FeeQuoter, OnRamp},
    layerzero::{
        abi::{ExecutorConfig, SendUln302, SetDefaultExecutorConfigParam},
        options::LzReceive,
    },
    workers::Conduct,
};
use proofrail_evm::{
    ccip::extra_args_v2,
    contracts::{CcipSender, ISettlementReceiver, LayerZeroSender, SettlementHub, WormholeSender},
};
use proofrail_relayer::{api::SettlementView, prepare::door::SettleRequest, status::Status};

use crate::{
    conduct::behave,
    world::{AMOUNT, BRIDGES, Sections, World, eventually, wire},
};

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs()
}

/// Waits until the receiver over a bridge keeps a message of the settlement; its name and the hub's refusal.
async fn kept(world: &World, bridge: &str, id: B256) -> (B256, Bytes) {
    let filter = Filter::new()
        .address(world.receiver(bridge))
        .event_signature(ISettlementReceiver::MessageStored::SIGNATURE_HASH)
        .from_block(0);
    eventually(bridge, || async {
        let logs = world.destination.get_logs(&filter).await.unwrap();
        let mut stored = logs
            .iter()
            .map(|log| log.log_decode::<ISettlementReceiver::MessageStored>().unwrap().inner.data);
        let ours = stored.find(|event| {
            let message = proofrail_evm::Settlement::decode_message(&event.message);
            message.is_ok_and(|(settlement, _)| settlement.id() == id)
        });
        ours.map(|event| (event.guid, event.reason))
    })
    .await
}

fn id_of(request: &SettleRequest) -> B256 {
    proofrail_evm::Settlement::from(&request.settlement).id()
}

/// A stranger sends it over the bridge, and anybody delivers it.
async fn carry(
    world: &World,
    bridge: &str,
    request: &SettleRequest,
    sequence: u64,
) -> (B256, Bytes) {
    world.send_as(Role::Stranger, bridge, wire(request)).await;
    if bridge == "wormhole" {
        let emitter = world.net.source_chain.wormhole_sender().unwrap();
        world.deliver_vaa(world.vaa(emitter, sequence).await).await.unwrap();
    }
    kept(world, bridge, id_of(request)).await
}

async fn retry(world: &World, bridge: &str, guid: B256, request: &SettleRequest) -> bool {
    let receiver = ISettlementReceiver::new(world.receiver(bridge), &world.destination);
    let call = receiver.retry(guid, wire(request).into());
    if call.call().await.is_err() {
        return false;
    }
    world.pay(Role::Stranger, call.into_transaction_request()).await;
    true
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_proven_for_another_chain_or_is_too_late_is_kept_and_never_paid() {
    let world = World::start().await;
    let here = world.net.destination_chain.chain_id;
    for bridge in BRIDGES {
        let elsewhere = world.request_for(bridge, now() + 7200, here + 1);
        let (guid, reason) = carry(&world, bridge, &elsewhere, 0).await;
        assert_eq!(reason[..4], SettlementHub::InvalidProof::SELECTOR, "{bridge}");
        assert!(!retry(&world, bridge, guid, &elsewhere).await, "{bridge}");
        let refused = world.relayer.accept(elsewhere).await.unwrap_err().to_string();
        assert!(refused.contains("receipt.receipt.context"), "{refused}");

        let late = world.request_for(bridge, now() - 60, here);
        let (guid, reason) = carry(&world, bridge, &late, 1).await;
        assert_eq!(reason[..4], SettlementHub::Expired::SELECTOR, "{bridge}");
        assert!(!retry(&world, bridge, guid, &late).await, "{bridge}");
        let refused = world.relayer.accept(late).await.unwrap_err().to_string();
        assert!(refused.contains("settlement.deadline"), "{refused}");
        world.assert_paid(0).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadline_that_passes_on_the_way_fails_the_message_and_nothing_is_paid_later() {
    let more = "min_time_left_s = 1".to_owned();
    let world = World::configured(|_| Sections { policy: more, ..Sections::default() }).await;
    let here = world.net.destination_chain.chain_id;
    for bridge in BRIDGES {
        behave(&world, bridge, Conduct::stopped()).await;
    }
    let mut sent = Vec::new();
    for bridge in BRIDGES {
        let clock = world.clock().await;
        let request = world.request_for(bridge, clock.max(now()) + 15, here);
        let id = world.accept(&request).await;
        world.until(id, |view| view.message_id.is_some()).await;
        sent.push((bridge, id));
    }
    for (bridge, id) in sent {
        let view = world.ended(id).await;
        assert_eq!((view.status, view.reason.unwrap().code.as_str()), (Status::Failed, "expired"));
        behave(&world, bridge, Conduct::honest()).await;
        if bridge == "wormhole" {
            let emitter = world.net.source_chain.wormhole_sender().unwrap();
            world.deliver_vaa(world.vaa(emitter, 0).await).await.unwrap();
        }
        let (_, reason) = kept(&world, bridge, id).await;
        assert_eq!(reason[..4], SettlementHub::Expired::SELECTOR, "{bridge}");
    }
    world.assert_paid(0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_escrow_nothing_is_sent_and_what_arrives_waits_for_the_deposit() {
    let world = World::with(AMOUNT, 1, |_| Sections::default()).await;
    let first = world.accept(&world.request("layerzero")).await;
    world.settled(first).await;
    world.assert_paid(1).await;

    let mut waiting = Vec::new();
    for bridge in BRIDGES {
        let ours = world.accept(&world.request(bridge)).await;
        let view = world.held(ours, "escrow_insufficient").await;
        assert!(view.transactions.is_empty(), "{bridge}: nothing was spent");
        let request = world.request(bridge);
        let (guid, reason) = carry(&world, bridge, &request, 0).await;
        assert_eq!(reason[..4], SettlementHub::InsufficientEscrow::SELECTOR, "{bridge}");
        assert!(!retry(&world, bridge, guid, &request).await, "{bridge}");
        waiting.push((bridge, ours, guid, request));
    }
    world.assert_paid(1).await;

    let plenty = 6 * AMOUNT;
    world.deposit(plenty).await;
    for (bridge, ours, guid, request) in &waiting {
        assert!(retry(&world, bridge, *guid, request).await, "{bridge}");
        world.settled(*ours).await;
        assert_eq!(world.arrivals(bridge, id_of(request)).await, [true]);
    }
    world.assert_paid_of(AMOUNT + plenty, 7).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fee_that_is_short_by_one_wei_sends_nothing() {
    let world = World::start().await;
    let message = Bytes::from(wire(&world.request("direct")));
    let (near, far) = (&world.net.source_chain, &world.net.destination_chain);
    let refund = Role::Stranger.address().unwrap();
    let one = U256::ONE;
    let short = |fee: U256| fee.checked_sub(one).expect("a fee");
    for bridge in BRIDGES {
        let (full, refused) = match bridge {
            "layerzero" => {
                let sender = LayerZeroSender::new(near.layerzero_sender().unwrap(), &world.source);
                let eid = far.layerzero().unwrap().eid;
                let options = LzReceive { gas: 700_000, value: 0 }.encode();
                let fee = sender.quote(eid, message.clone(), options.clone()).call().await.unwrap();
                let send = |wei| {
                    sender
                        .send(eid, message.clone(), options.clone(), refund)
                        .value(wei)
                        .from(refund)
                };
                (send(fee).call().await.is_ok(), send(short(fee)).call().await.unwrap_err())
            }
            "wormhole" => {
                let sender = WormholeSender::new(near.wormhole_sender().unwrap(), &world.source);
                let fee = sender.quote(message.clone()).call().await.unwrap();
                let send = |wei| sender.send(message.clone(), refund).value(wei).from(refund);
                (send(fee).call().await.is_ok(), send(short(fee)).call().await.unwrap_err())
            }
            _ => {
                let sender = CcipSender::new(near.ccip_sender().unwrap(), &world.source);
                let (chain, gas) = (far.ccip().unwrap().chain_selector, extra_args_v2(600_000));
                let quote = sender.quote(chain, message.clone(), gas.clone(), Address::ZERO);
                let fee = quote.call().await.unwrap();
                let send = |wei| {
                    sender.send(chain, message.clone(), gas.clone(), refund).value(wei).from(refund)
                };
                (send(fee).call().await.is_ok(), send(short(fee)).call().await.unwrap_err())
            }
        };
        assert!(full, "{bridge} takes its whole fee");
        let data = refused.as_revert_data().unwrap();
        // LayerZero's endpoint says it first.
        let named = match bridge {
            "layerzero" => {
                keccak256("LZ_InsufficientFee(uint256,uint256,uint256,uint256)")[..4].to_vec()
            }
            _ => WormholeSender::InsufficientFee::SELECTOR.to_vec(),
        };
        assert_eq!(data[..4], named, "{bridge}: {data}");
    }
    world.assert_paid(0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_a_bridge_does_not_carry_fails_there_and_takes_another_where_it_may() {
    let world = World::start().await;
    let (near, far) = (&world.net.source_chain, &world.net.destination_chain);
    let small = 500;

    let library = SendUln302::new(near.layerzero().unwrap().send_uln302, &world.source);
    let eid = far.layerzero().unwrap().eid;
    let sender = near.layerzero_sender().unwrap();
    let ExecutorConfig { executor, .. } =
        library.getExecutorConfig(sender, eid).call().await.unwrap();
    let config = ExecutorConfig { maxMessageSize: small, executor };
    let set =
        library.setDefaultExecutorConfigs(vec![SetDefaultExecutorConfigParam { eid, config }]);
    world.pay_on_source(Role::Deployer, set.into_transaction_request()).await;

    let on_ramp = OnRamp::new(near.ccip().unwrap().on_ramp, &world.source);
    let quoter = on_ramp.getDynamicConfig().call().await.unwrap().feeQuoter;
    let quoter = FeeQuoter::new(quoter, &world.source);
    let selector = far.ccip().unwrap().chain_selector;
    let lane = quoter.getDestChainConfig(selector).call().await.unwrap();
    let lane = FeeQuoter::DestChainConfig { maxDataBytes: small, ..lane };
    let lane =
        FeeQuoter::DestChainConfigArgs { destChainSelector: selector, destChainConfig: lane };
    let set = quoter.applyDestChainConfigUpdates(vec![lane]);
    world.pay_on_source(Role::Deployer, set.into_transaction_request()).await;

    for bridge in ["layerzero", "ccip"] {
        let id = world.accept(&world.request(bridge)).await;
        let view = world.ended(id).await;
        let reason = view.reason.clone().unwrap();
        assert_eq!((view.status, reason.code.as_str()), (Status::Failed, "message_too_large"));
        assert!(reason.message.contains(bridge) && reason.message.contains("500"), "{reason:?}");
        assert!(view.transactions.is_empty(), "nothing was spent");
    }
    // Guardians sign whatever fits a transaction; what is no settlement our sender does not take.
    let padded: Bytes = [wire(&world.request("direct")), vec![0; 32]].concat().into();
    let sender = WormholeSender::new(near.wormhole_sender().unwrap(), &world.source);
    let refused = sender.send(padded, Role::Stranger.address().unwrap()).call().await.unwrap_err();
    let data = refused.as_revert_data().unwrap();
    assert_eq!(data[..4], WormholeSender::InvalidMessageLength::SELECTOR, "{data}");
    world.assert_paid(0).await;

    // LayerZero stands first in the configuration.
    let id = world.accept(&world.unpinned()).await;
    let view: SettlementView = world.settled(id).await;
    assert!(["wormhole", "direct"].contains(&view.bridge.as_str()), "{view:#?}");
    world.assert_paid(1).await;
}
