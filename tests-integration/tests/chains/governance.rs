//! Governance stands on the source chain and changes the destination, over each bridge, after a delay.

use alloy::{
    primitives::{Address, Bytes, U256},
    sol_types::SolCall,
};
use proofrail_deploy::{
    accounts::Role, contracts::governance::DEVELOPMENT_REMOTE_DELAY, layerzero::options::LzReceive,
};
use proofrail_evm::{
    ccip::extra_args_v2,
    contracts::{
        AccessManager,
        AccessManager::AccessManagerNotReady,
        ISettlementReceiver,
        governance::{
            CcipGovernanceSender, IGovernanceReceiver, LayerZeroGovernanceSender,
            WormholeGovernanceReceiver, WormholeGovernanceSender,
        },
    },
};

use crate::{
    network::Network,
    world::{BRIDGES, eventually},
};

/// Gas for a call to be scheduled.
const GAS: u64 = 500_000;
/// Gas for the guardians' signatures to be verified as well.
const DELIVERY_GAS: u64 = 1_000_000;
/// More than any bridge asks; what is left over comes back.
const ETHER: u64 = 1_000_000_000_000_000_000;
const WINDOW: u32 = 3_600;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_over_each_bridge_is_made_after_its_delay_and_not_before() {
    let world = Governance { network: Network::start().await };
    for (number, bridge) in BRIDGES.iter().enumerate() {
        world.send(bridge, world.limit(capacity(number))).await;
        world.scheduled(bridge, 0).await;
    }
    for (number, bridge) in BRIDGES.iter().enumerate() {
        let (receiver, limit) = (world.receiver(bridge), world.limit(capacity(number)));
        let early = receiver.execute(0, world.target(), limit).call().await.unwrap_err();
        assert!(early.as_decoded_error::<AccessManagerNotReady>().is_some(), "{bridge}: {early}");
    }
    assert_eq!(world.capacity().await, 0);

    world.network.destination.wait(DEVELOPMENT_REMOTE_DELAY.into()).await;
    for (number, bridge) in BRIDGES.iter().enumerate() {
        world.execute(bridge, 0, world.limit(capacity(number))).await;
        assert_eq!(world.capacity().await, capacity(number), "over {bridge}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guardian_cancels_a_call_and_the_next_one_is_made() {
    let world = Governance { network: Network::start().await };
    let destination = &world.network.destination;
    let (wrong, right) = (world.limit(1), world.limit(2));
    world.send("wormhole", wrong.clone()).await;
    world.send("wormhole", right.clone()).await;
    world.scheduled("wormhole", 0).await;
    world.scheduled("wormhole", 1).await;

    let receiver = world.receiver("wormhole");
    let manager = destination.deployed.access_manager().unwrap();
    let manager = AccessManager::new(manager, &destination.reader);
    let cancel = manager.cancel(*receiver.address(), world.target(), wrong.clone());
    // Nobody but a guardian may.
    assert!(cancel.clone().from(Role::Stranger.address().unwrap()).call().await.is_err());
    destination.send(Role::Deployer, cancel.into_transaction_request()).await;

    destination.wait(DEVELOPMENT_REMOTE_DELAY.into()).await;
    let over = receiver.execute(0, world.target(), wrong).call().await.unwrap_err();
    assert!(over.as_decoded_error::<IGovernanceReceiver::CallIsOver>().is_some(), "{over}");
    world.execute("wormhole", 1, right).await;
    assert_eq!(world.capacity().await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_but_the_governor_sends() {
    let world = Governance { network: Network::start().await };
    let source = &world.network.source;
    let sender = source.deployed.wormhole_governance_sender().unwrap();
    let sender = WormholeGovernanceSender::new(sender, &source.reader);
    let receiver = *world.receiver("wormhole").address();
    let call = sender.send(world.chain_id(), receiver, world.target(), world.limit(1));
    let refused = call.from(Role::Stranger.address().unwrap()).call().await.unwrap_err();
    let refused = refused.as_decoded_error::<WormholeGovernanceSender::AccessManagedUnauthorized>();
    assert_eq!(refused.unwrap().caller, Role::Stranger.address().unwrap());
}

/// What each bridge's call sets.
fn capacity(number: usize) -> u128 {
    1_000 + number as u128
}

struct Governance {
    network: Network,
}

impl Governance {
    fn chain_id(&self) -> U256 {
        U256::from(self.network.destination.deployed.chain_id)
    }

    /// Whose rate limit is set.
    fn target(&self) -> Address {
        self.network.destination.deployed.ccip_receiver().unwrap()
    }

    fn limit(&self, capacity: u128) -> Bytes {
        let token = self.network.destination.deployed.token().unwrap();
        let capacity = capacity.try_into().unwrap();
        ISettlementReceiver::setRateLimitCall { token, capacity, window: WINDOW }
            .abi_encode()
            .into()
    }

    async fn capacity(&self) -> u128 {
        let destination = &self.network.destination;
        let receiver = ISettlementReceiver::new(self.target(), &destination.reader);
        let limit = receiver.rateLimitOf(destination.deployed.token().unwrap()).call().await;
        limit.unwrap().capacity.to()
    }

    fn receiver(
        &self,
        bridge: &str,
    ) -> IGovernanceReceiver::IGovernanceReceiverInstance<&alloy::providers::DynProvider> {
        let deployed = &self.network.destination.deployed;
        let receiver = match bridge {
            "layerzero" => deployed.layerzero_governance_receiver(),
            "wormhole" => deployed.wormhole_governance_receiver(),
            _ => deployed.ccip_governance_receiver(),
        };
        IGovernanceReceiver::new(receiver.unwrap(), &self.network.destination.reader)
    }

    /// The governor sends a call; over Wormhole anybody brings it.
    async fn send(&self, bridge: &str, data: Bytes) {
        let (source, far) = (&self.network.source, &self.network.destination.deployed);
        let (receiver, target) = (*self.receiver(bridge).address(), self.target());
        let chain_id = self.chain_id();
        let request = match bridge {
            "layerzero" => {
                let sender = source.deployed.layerzero_governance_sender().unwrap();
                let sender = LayerZeroGovernanceSender::new(sender, &source.reader);
                let (eid, options) =
                    (far.layerzero().unwrap().eid, LzReceive { gas: GAS.into(), value: 0 });
                let send = sender.send(eid, chain_id, receiver, target, data, options.encode());
                send.value(U256::from(ETHER)).into_transaction_request()
            }
            "wormhole" => return self.send_over_wormhole(receiver, target, data).await,
            _ => {
                let sender = source.deployed.ccip_governance_sender().unwrap();
                let sender = CcipGovernanceSender::new(sender, &source.reader);
                let chain = far.ccip().unwrap().chain_selector;
                let arguments = extra_args_v2(GAS);
                let send = sender.send(chain, chain_id, receiver, target, data, arguments);
                send.value(U256::from(ETHER)).into_transaction_request()
            }
        };
        source.send(Role::Deployer, request).await;
    }

    async fn send_over_wormhole(&self, receiver: Address, target: Address, data: Bytes) {
        let (source, destination) = (&self.network.source, &self.network.destination);
        let address = source.deployed.wormhole_governance_sender().unwrap();
        let sender = WormholeGovernanceSender::new(address, &source.reader);
        let sequence = sender.nextNumber(self.chain_id(), receiver).call().await.unwrap();
        let core = source.deployed.wormhole().unwrap().core_bridge;
        let core = proofrail_deploy::wormhole::abi::CoreBridge::new(core, &source.reader);
        let fee = core.messageFee().call().await.unwrap();
        let send = sender.send(self.chain_id(), receiver, target, data).value(fee);
        source.send(Role::Deployer, send.into_transaction_request()).await;

        let vaa = source.vaa(address, sequence).await;
        let receiver = WormholeGovernanceReceiver::new(receiver, &destination.reader);
        // An estimate would find the least gas with which the delivery succeeds, and that keeps the message for a retry.
        let deliver = receiver.executeVAAv1(vaa.into()).gas(DELIVERY_GAS);
        let deliver = deliver.into_transaction_request();
        destination.send(Role::Stranger, deliver).await;
    }

    /// Waits until a call stands at the access manager.
    async fn scheduled(&self, bridge: &str, number: u64) {
        let receiver = self.receiver(bridge);
        let what = format!("call {number} over {bridge}");
        eventually(&what, || async {
            let call = receiver.callOf(number).call().await.unwrap();
            (!call.operationId.is_zero()).then_some(())
        })
        .await;
    }

    async fn execute(&self, bridge: &str, number: u64, data: Bytes) {
        let receiver = self.receiver(bridge);
        let execute = receiver.execute(number, self.target(), data);
        let destination = &self.network.destination;
        destination.send(Role::Stranger, execute.into_transaction_request()).await;
    }
}
