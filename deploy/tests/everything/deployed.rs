use alloy::{
    primitives::{Address, B256},
    providers::{DynProvider, Provider},
    rpc::types::TransactionRequest,
    sol_types::SolCall,
};
use proofrail_deploy::{
    accounts::Role,
    circuit::CircuitDeployment,
    devnet::{DevnetError, EvmNetwork, verify},
    layerzero::abi::EndpointV2,
    project::Project,
    rpc::transact,
};
use proofrail_evm::{
    Deployment,
    contracts::{AccessManager, IPeers, Ownable2Step, RoutePolicy, pool::ShieldedPool},
    deployment::{EvmChain, Near},
};

use super::network;

fn deployment(network: &EvmNetwork) -> Deployment {
    let near = Near {
        rpc_url: "http://127.0.0.1:1".into(),
        network_id: "devnet".into(),
        market: "market.near".into(),
        treasury: "treasury.near".into(),
    };
    let (source, destination) = (network.source_chain.clone(), network.destination_chain.clone());
    Deployment { network: "devnet".into(), source, destination, near }
}

async fn check(deployment: &Deployment) -> Result<(), DevnetError> {
    let circuit = CircuitDeployment::development_receipt().unwrap();
    verify(deployment, &Project::discover().unwrap(), &circuit).await
}

async fn sent(provider: &DynProvider) -> u64 {
    provider.get_transaction_count(Role::Deployer.address().unwrap()).await.unwrap()
}

#[tokio::test]
async fn what_stands_is_what_was_wanted_and_a_second_run_changes_nothing() {
    let (mut network, _folder) = network().await;
    let first = deployment(&network);
    check(&first).await.unwrap();
    let (near, far) = (network.source_reader().unwrap(), network.destination_reader().unwrap());
    the_access_manager_owns_every_end(&first.source, &near).await;
    the_access_manager_owns_every_end(&first.destination, &far).await;
    the_offices_have_their_delays(&first.destination, &far).await;

    let before = (sent(&near).await, sent(&far).await);
    let circuit = CircuitDeployment::development_receipt().unwrap();
    network.complete(&Project::discover().unwrap(), &circuit).await.unwrap();
    assert_eq!((sent(&near).await, sent(&far).await), before);
    assert_eq!(deployment(&network), first);

    what_is_changed_is_found(&network, &first).await;
}

async fn the_access_manager_owns_every_end(chain: &EvmChain, provider: &DynProvider) {
    let contracts = &chain.contracts;
    let manager = chain.access_manager().unwrap();
    let ends = [
        contracts.layerzero_sender,
        contracts.layerzero_receiver,
        contracts.wormhole_receiver,
        contracts.wormhole_group_receiver,
        contracts.ccip_sender,
        contracts.ccip_receiver,
        contracts.layerzero_governance_receiver,
        contracts.wormhole_governance_receiver,
        contracts.ccip_governance_receiver,
        contracts.layerzero_governance_sender,
    ];
    for end in ends.into_iter().flatten() {
        let owner = Ownable2Step::new(end, provider).owner().call().await.unwrap();
        assert_eq!(owner, manager, "the owner of {end}");
    }
    let endpoint = EndpointV2::new(chain.layerzero().unwrap().endpoint, provider);
    for end in [
        contracts.layerzero_sender,
        contracts.layerzero_receiver,
        contracts.layerzero_governance_sender,
        contracts.layerzero_governance_receiver,
    ] {
        let Some(end) = end else { continue };
        assert_eq!(endpoint.delegates(end).call().await.unwrap(), manager, "who configures {end}");
    }
    // Who deployed them is nobody to them any more.
    let deployer = Role::Deployer.address().unwrap();
    for end in [contracts.ccip_sender, contracts.ccip_receiver].into_iter().flatten() {
        let call = IPeers::new(end, provider).setPeer(1, B256::ZERO).from(deployer).call().await;
        let refused = call.unwrap_err();
        let refused = refused.as_decoded_error::<Ownable2Step::OwnableUnauthorizedAccount>();
        assert_eq!(refused.unwrap().account, deployer);
    }
}

async fn the_offices_have_their_delays(chain: &EvmChain, provider: &DynProvider) {
    let manager = AccessManager::new(chain.access_manager().unwrap(), provider);
    let policy = chain.route_policy().unwrap();
    let setting = RoutePolicy::setRouteCall::SELECTOR.into();
    for receiver in [
        chain.layerzero_governance_receiver(),
        chain.wormhole_governance_receiver(),
        chain.ccip_governance_receiver(),
    ] {
        let receiver = receiver.unwrap();
        let may = manager.canCall(receiver, policy, setting).call().await.unwrap();
        assert!(!may.immediate, "{receiver} makes nothing at once");
        assert_eq!(may.delay, proofrail_deploy::contracts::governance::DEVELOPMENT_REMOTE_DELAY);
        let veto = RoutePolicy::vetoCall::SELECTOR.into();
        let may = manager.canCall(receiver, policy, veto).call().await.unwrap();
        assert_eq!((may.immediate, may.delay), (false, 0), "vetoes are the guardian's");
    }
    let stranger = Role::Stranger.address().unwrap();
    let may = manager.canCall(stranger, policy, setting).call().await.unwrap();
    assert_eq!((may.immediate, may.delay), (false, 0));
}

/// Each change is the administrator's own, and undone before the next.
async fn what_is_changed_is_found(network: &EvmNetwork, deployment: &Deployment) {
    let provider = network.destination_provider(Role::Deployer).unwrap();
    let chain = &deployment.destination;
    let manager = AccessManager::new(chain.access_manager().unwrap(), &provider);
    let execute = |target: Address, call: Vec<u8>| {
        manager.execute(target, call.into()).into_transaction_request()
    };

    let end = chain.wormhole_group_receiver().unwrap();
    let from = u64::from(deployment.source.wormhole().unwrap().chain_id);
    let peer = |peer| execute(end, IPeers::setPeerCall { chain: from, peer }.abi_encode());
    let was = deployment.source.wormhole_group_sender().unwrap().into_word();
    let message = "the peer of the groups' receiver";
    found(&provider, deployment, peer(B256::repeat_byte(7)), message, peer(was)).await;

    let role = |role| {
        let functions = vec![RoutePolicy::vetoCall::SELECTOR.into()];
        let policy = chain.route_policy().unwrap();
        manager.setTargetFunctionRole(policy, functions, role).into_transaction_request()
    };
    found(&provider, deployment, role(0), "the office of a function", role(2)).await;

    let receiver = chain.ccip_governance_receiver().unwrap();
    let revoke = manager.revokeRole(3, receiver).into_transaction_request();
    let grant = manager.grantRole(3, receiver, 300).into_transaction_request();
    found(&provider, deployment, revoke, "the holder of an office", grant).await;

    let pool = ShieldedPool::new(chain.shielded_pool().unwrap(), &provider);
    let policy = |policy| pool.setPolicy(policy).into_transaction_request();
    let was = chain.association_policy().unwrap();
    found(&provider, deployment, policy(Address::ZERO), "the pool's policy", policy(was)).await;

    let mut elsewhere = deployment.clone();
    elsewhere.destination.contracts.settlement_groups = Some(Address::repeat_byte(9));
    let reason = check(&elsewhere).await.unwrap_err().to_string();
    assert!(reason.contains("SettlementGroups"), "{reason}");
}

async fn found(
    provider: &DynProvider,
    deployment: &Deployment,
    change: TransactionRequest,
    message: &str,
    undo: TransactionRequest,
) {
    transact(provider, "change something", change).await.unwrap();
    let reason = check(deployment).await.unwrap_err().to_string();
    assert!(reason.starts_with(message), "{reason}");
    transact(provider, "undo it", undo).await.unwrap();
    if let Err(reason) = check(deployment).await {
        panic!("after {message} was undone: {reason}");
    }
}
