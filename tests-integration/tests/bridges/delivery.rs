//! A settlement takes a bridge and is paid once, with every balance as it must be.

use std::time::Instant;

use alloy::{primitives::U256, providers::Provider};
use proofrail_deploy::{
    accounts::Role,
    workers::{Conduct, Goal},
};
use proofrail_evm::{ccip::STATE_FAILURE, contracts::DevToken};

use crate::world::{BRIDGES, Sections, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_settlement_is_paid_once_over_each_bridge() {
    let world = World::start().await;
    let relayer = Role::Relayer.address().unwrap();
    for (count, bridge) in (1..).zip(BRIDGES) {
        let health = world.monitor.look().await;
        assert!(health.bridges[bridge].ok, "{bridge}: {:?}", health.bridges[bridge]);
        let before = world.source.get_balance(relayer).await.unwrap();
        let start = Instant::now();
        let id = world.accept(&world.request(bridge)).await;
        let view = world.settled(id).await;

        let sent = &view.transactions[0];
        assert_eq!((sent.kind.as_str(), sent.outcome.as_str()), ("send", "executed"));
        let after = world.source.get_balance(relayer).await.unwrap();
        let receipt = world.source.get_transaction_receipt(sent.hashes[0]).await.unwrap().unwrap();
        let gas = U256::from(receipt.gas_used) * U256::from(receipt.effective_gas_price);
        let fee: U256 = sent.value.parse().unwrap();
        assert!(fee > U256::ZERO, "{bridge} charges a fee");
        assert_eq!(before - after, fee + gas, "{bridge} takes its fee to the last wei");

        let delivery = world
            .destination
            .get_transaction_receipt(view.settled.unwrap().transaction)
            .await
            .unwrap()
            .unwrap();
        // Guardians deliver nothing, so that the relayer does; DVNs' and committees' executors are paid for it.
        let own = view.transactions.iter().filter(|sent| sent.kind == "deliver").count();
        assert_eq!(own, usize::from(bridge == "wormhole"), "{view:#?}");
        println!(
            "{bridge}: {:.1} s, fee {fee} wei, send {} gas, deliver {} gas",
            start.elapsed().as_secs_f64(),
            receipt.gas_used,
            delivery.gas_used
        );
        world.assert_paid(count).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_delivers_the_relayer_delivers_itself() {
    let own = || "execute_after_s = 1".to_owned();
    let world =
        World::configured(|_| Sections { layerzero: own(), ccip: own(), ..Sections::default() })
            .await;
    let workers = &world.net.workers;
    workers.layerzero.behave(Conduct::stopped()).await;
    workers.ccip.behave(Conduct::stopped()).await;
    for (count, bridge) in (1..).zip(["layerzero", "ccip"]) {
        let id = world.accept(&world.request(bridge)).await;
        let sent = world.until(id, |view| view.message_id.is_some()).await;
        let guid = sent.message_id.unwrap();
        // Attested, and then everybody who could deliver it is gone.
        match bridge {
            "layerzero" => workers.layerzero.carry(guid, Goal::Attested).await.unwrap(),
            _ => workers.ccip.carry(guid, Goal::Attested).await.unwrap(),
        }
        let view = world.settled(id).await;
        let own = view.transactions.last().unwrap();
        assert_eq!((own.kind.as_str(), own.outcome.as_str()), ("deliver", "executed"), "{bridge}");
        assert_eq!(world.arrivals(bridge, id).await, [true]);
        world.assert_paid(count).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_execution_that_failed_for_want_of_gas_is_repeated_with_more() {
    let little = "receive_gas = 200000".to_owned();
    let world = World::configured(|_| Sections { ccip: little, ..Sections::default() }).await;
    let id = world.accept(&world.request("ccip")).await;
    let view = world.settled(id).await;

    let own = view.transactions.last().unwrap();
    assert_eq!((own.kind.as_str(), own.outcome.as_str()), ("deliver", "executed"), "{view:#?}");
    let states = world.execution_states(view.message_id.unwrap()).await;
    assert_eq!(states, [STATE_FAILURE, proofrail_evm::ccip::STATE_SUCCESS]);
    world.assert_paid(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ccips_fee_can_be_paid_in_a_token() {
    let section = |net: &proofrail_deploy::devnet::EvmNetwork| {
        let link = net.source_chain.ccip().unwrap().link.unwrap();
        let ccip =
            format!("fee_token = {{ address = \"{link}\", max_fee = \"1000000000000000000\" }}");
        Sections { ccip, ..Sections::default() }
    };
    let world = World::configured(section).await;
    let relayer = Role::Relayer.address().unwrap();
    let link = world.net.source_chain.ccip().unwrap().link.unwrap();
    let link = DevToken::new(link, &world.source);
    let id = world.accept(&world.request("ccip")).await;
    // Nobody has given it any, and it says so before anything is spent.
    let view = world.held(id, "source_refuses").await;
    let reason = view.reason.unwrap().message;
    assert!(reason.contains("ERC20Insufficient"), "{reason}");

    let plenty = U256::from(10_u128.pow(18));
    let mint = link.mint(relayer, plenty).into_transaction_request();
    world.pay_on_source(Role::Deployer, mint).await;
    let sender = world.net.source_chain.ccip_sender().unwrap();
    let approve = link.approve(sender, plenty).into_transaction_request();
    world.pay_on_source(Role::Relayer, approve).await;
    let view = world.settled(id).await;
    assert_eq!(view.transactions[0].value, "0");
    let left = link.balanceOf(relayer).call().await.unwrap();
    let kept = link.balanceOf(sender).call().await.unwrap();
    assert!(left < plenty, "a fee was paid");
    assert_eq!(kept, U256::ZERO, "the sender keeps nothing");
    world.assert_paid(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relayer_that_crashes_while_it_delivers_delivers_once() {
    let mut world = World::start().await;
    for count in 1..=3 {
        let id = world.accept(&world.request("wormhole")).await;
        let delivering = |view: &proofrail_relayer::api::SettlementView| {
            view.transactions.iter().any(|sent| sent.kind == "deliver" && sent.outcome == "open")
        };
        world.until(id, delivering).await;
        world = world.restart_relayer().await;
        let view = world.settled(id).await;
        let own: Vec<_> = view.transactions.iter().filter(|sent| sent.kind == "deliver").collect();
        assert_eq!(own.len(), 1, "{view:#?}");
        assert_eq!(own[0].outcome, "executed");
        assert_eq!(world.arrivals("wormhole", id).await, [true]);
        world.assert_paid(count).await;
    }
}
