//! A payer puts a coordinator under the route policy: two bridges must have carried a settlement before it is paid.

use alloy::{
    primitives::{Address, B256, U256, aliases::U96},
    providers::Provider,
    rpc::types::Filter,
    sol_types::SolEvent,
};
use proofrail_deploy::{accounts::Role, circuit::CircuitDeployment, project::Project};
use proofrail_evm::contracts::{
    DevToken, ISettlementReceiver, Limits, RoutePolicy,
    RoutePolicy::{Route, Tier},
    SettlementHub,
};
use proofrail_relayer::prepare::door::SettleRequest;

use crate::world::{AMOUNT, BRIDGES, ESCROW, World, eventually, wire};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_settlement_under_a_route_waits_for_its_second_bridge() {
    let mut world = World::start().await;
    let circuit = CircuitDeployment::development_receipt().unwrap();
    world.net.complete(&Project::discover().unwrap(), &circuit).await.unwrap();
    let request = world.request("layerzero");
    demand_two_bridges(&world, &request).await;

    let settlement = proofrail_evm::Settlement::from(&request.settlement);
    let id = settlement.id();
    world.send_as(Role::Stranger, "layerzero", wire(&request)).await;
    assert!(told(&world, "layerzero").await, "the policy heard the first bridge");
    assert!(!settled(&world, id).await);
    assert_eq!(balance(&world).await, 0);
    // Shown the proof without a bridge, the hub waits too.
    let hub = SettlementHub::new(world.hub(), &world.destination);
    let direct = hub.settleWithProof(settlement, request.proof.words());
    let refused = direct.call().await.unwrap_err();
    let refused = refused.as_decoded_error::<SettlementHub::PolicyRefused>().unwrap();
    assert_eq!(refused.policy, policy(&world));

    // The same settlement over another bridge.
    world.send_as(Role::Stranger, "wormhole", wire(&request)).await;
    let sender = world.net.source_chain.wormhole_sender().unwrap();
    let vaa = world.vaa(sender, 0).await;
    world.deliver_vaa(vaa).await.unwrap();
    assert_eq!(world.arrived("wormhole", id, 1).await, [true]);
    assert!(settled(&world, id).await);
    assert_eq!(balance(&world).await, AMOUNT);
    let escrow = hub.escrowOf(Role::Payer.address().unwrap(), world.token()).call().await.unwrap();
    assert_eq!(escrow, U256::from(ESCROW - AMOUNT));
}

fn policy(world: &World) -> Address {
    world.net.destination_chain.route_policy().unwrap()
}

/// Governance demands two of the three bridges, and the payer puts the coordinator under that.
async fn demand_two_bridges(world: &World, request: &SettleRequest) {
    let contract = RoutePolicy::new(policy(world), &world.destination);
    let route = Route {
        receivers: BRIDGES.map(|bridge| world.receiver(bridge)).to_vec(),
        maxPerDay: U96::MAX,
        tiers: vec![Tier { upTo: u128::MAX, required: 2, delay: 0 }],
    };
    let set = contract.setRoute(request.settlement.source_chain, world.token(), route);
    world.pay(Role::Deployer, set.into_transaction_request()).await;

    let hub = SettlementHub::new(world.hub(), &world.destination);
    let limits = Limits { maxPerSettlement: u128::MAX, maxPerDay: u128::MAX };
    let coordinator: B256 = request.settlement.coordinator;
    let under = hub.authorizeCoordinatorUnder(coordinator, world.token(), limits, policy(world));
    world.pay(Role::Payer, under.into_transaction_request()).await;
}

/// Waits until a receiver has told the policy that its bridge carried something, and says whether it was heard.
async fn told(world: &World, bridge: &str) -> bool {
    let filter = Filter::new()
        .address(world.receiver(bridge))
        .event_signature(ISettlementReceiver::AgreementTold::SIGNATURE_HASH)
        .from_block(0);
    eventually("an agreement", || async {
        let logs = world.destination.get_logs(&filter).await.unwrap();
        let event = logs.first()?.log_decode::<ISettlementReceiver::AgreementTold>().unwrap();
        Some(event.inner.data.accepted)
    })
    .await
}

async fn settled(world: &World, id: B256) -> bool {
    SettlementHub::new(world.hub(), &world.destination).isSettled(id).call().await.unwrap()
}

async fn balance(world: &World) -> u128 {
    let token = DevToken::new(world.token(), &world.destination);
    token.balanceOf(Role::Recipient.address().unwrap()).call().await.unwrap().to()
}
