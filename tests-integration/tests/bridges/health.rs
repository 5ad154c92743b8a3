//! What keeps a bridge from carrying is seen before a message is given to it.

use alloy::{
    primitives::{B256, FixedBytes},
    sol,
};
use proofrail_deploy::{accounts::Role, ccip::abi::Rmn};
use proofrail_evm::contracts::LayerZeroReceiver;

use crate::world::{Sections, World};

sol! {
    /// CCIP's proxy of what curses lanes.
    #[sol(rpc)]
    interface RmnProxy {
        function getARM() external view returns (address);
    }
}

/// What the monitor says of a bridge that is ill.
async fn trouble(world: &World, bridge: &str) -> String {
    let health = world.monitor.look().await;
    let bridge = &health.bridges[bridge];
    assert!(!bridge.ok, "{bridge:?}");
    bridge.detail.clone()
}

async fn assert_well(world: &World, bridge: &str) {
    let health = world.monitor.look().await;
    assert!(health.bridges[bridge].ok, "{bridge}: {:?}", health.bridges[bridge]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bridge_that_is_ill_says_why_and_is_passed_over() {
    let nobody = "guardian_apis = [\"http://127.0.0.1:1\"]".to_owned();
    let sections = Sections { wormhole: nobody, ..Sections::default() };
    let world = World::configured(|_| sections).await;
    let (near, far) = (&world.net.source_chain, &world.net.destination_chain);

    let detail = trouble(&world, "wormhole").await;
    assert!(detail.contains("no service hands out VAAs"), "{detail}");

    assert_well(&world, "layerzero").await;
    let receiver = LayerZeroReceiver::new(world.receiver("layerzero"), &world.destination);
    let eid = near.layerzero().unwrap().eid;
    let stranger = receiver.setPeer(eid, B256::repeat_byte(1)).into_transaction_request();
    world.pay(Role::Deployer, stranger).await;
    let detail = trouble(&world, "layerzero").await;
    assert!(detail.contains("the receiver's peer") && detail.contains("0x0101"), "{detail}");

    assert_well(&world, "ccip").await;
    let proxy = RmnProxy::new(far.ccip().unwrap().rmn, &world.destination);
    let rmn = Rmn::new(proxy.getARM().call().await.unwrap(), &world.destination);
    let lane = FixedBytes(u128::from(near.ccip().unwrap().chain_selector).to_be_bytes());
    world.pay(Role::Deployer, rmn.curse(lane).into_transaction_request()).await;
    let detail = trouble(&world, "ccip").await;
    assert!(detail.contains("CCIP has stopped the lane"), "{detail}");

    // LayerZero stands first in the configuration, and nothing is well but the direct way.
    let id = world.accept(&world.unpinned()).await;
    assert_eq!(world.settled(id).await.bridge, "direct");
    world.assert_paid(1).await;

    world.pay(Role::Deployer, rmn.uncurse(lane).into_transaction_request()).await;
    assert_well(&world, "ccip").await;
    let id = world.accept(&world.request("ccip")).await;
    world.settled(id).await;
    world.assert_paid(2).await;
}
