//! What the destination would refuse is found before money is spent, named, and cured without a restart.

use alloy::primitives::B256;
use proofrail_evm::contracts::SettlementHub;
use proofrail_relayer::status::Status;

use crate::world::{AMOUNT, Options, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unfunded_escrow_holds_the_message_until_the_payer_deposits() {
    let world = World::new(&Options { escrow: 0, ..Options::default() }).await;
    let request = world.request(0);
    let relayer = world.relayer().await;
    let id = relayer.accept(&request).await.id;
    let held = relayer.until(id, |view| view.status == Status::Held).await;
    let reason = held.reason.expect("a reason");
    assert_eq!(
        (reason.code.as_str(), reason.field.as_deref()),
        ("escrow_insufficient", Some("settlement.payer"))
    );
    assert!(reason.message.contains(&AMOUNT.to_string()), "{}", reason.message);
    assert!(held.transactions.is_empty() && world.sent().await == 0);
    world.deposit(AMOUNT).await;
    relayer.settled(id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unauthorised_coordinator_holds_the_message_and_spends_nothing() {
    let world = World::new(&Options::default()).await;
    let request = world.request(0);
    let hub = SettlementHub::new(world.hub, &world.chain);
    let coordinator: B256 = request.settlement.coordinator;
    for limit in [0, AMOUNT - 1] {
        let call = hub.authorizeCoordinator(coordinator, world.token, limit).from(world.payer);
        call.send().await.expect("sent").watch().await.expect("mined");
        world.forget_database();
        let relayer = world.relayer().await;
        let id = relayer.accept(&request).await.id;
        let held = relayer.until(id, |view| view.status == Status::Held).await;
        let reason = held.reason.expect("a reason");
        assert_eq!(reason.code, "coordinator_not_authorized");
        assert!(
            reason.message.contains(&format!("for {limit} per settlement")),
            "{}",
            reason.message
        );
        assert_eq!(world.sent().await, 0);
        relayer.stop().await;
    }
}
