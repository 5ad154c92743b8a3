//! Governance that stands on the source chain and reaches the destination over every bridge, each call after a delay.

use alloy::primitives::{Address, B256};
use proofrail_evm::{
    contracts::{
        IPeers, OAppCore, Ownable2Step,
        governance::{
            CcipGovernanceReceiver, CcipGovernanceSender, IGovernanceReceiver,
            LayerZeroGovernanceReceiver, LayerZeroGovernanceSender, WormholeGovernanceReceiver,
            WormholeGovernanceSender,
        },
    },
    deployment::EvmChain,
};

use super::{builder::Builder, evm::ContractsError, governance::manager_of, handover::execute};
use crate::layerzero::abi::EndpointV2;

const AUTHORITY: &str = "the authority of a sender of governance";

/// A sender for each bridge. They obey the chain's access manager, which also owns the one over LayerZero.
///
/// # Errors
/// [`ContractsError`].
pub(super) async fn place_senders(
    build: Builder<'_>,
    chain: &mut EvmChain,
) -> Result<(), ContractsError> {
    let provider = build.provider;
    let manager = *manager_of(build, &chain.contracts)?.address();
    let endpoint = chain.layerzero()?.endpoint;
    let core = chain.wormhole()?.core_bridge;
    let router = chain.ccip()?.router;
    let contracts = &mut chain.contracts;

    let code = LayerZeroGovernanceSender::deploy_builder(provider, endpoint, manager);
    let slot = &mut contracts.layerzero_governance_sender;
    let code = code.calldata();
    let sender = build.contract(slot, "LayerZeroGovernanceSender", code).await?.address;
    check_delegate(build, endpoint, sender, manager).await?;
    let sender = LayerZeroGovernanceSender::new(sender, provider);
    build.fixed(AUTHORITY, manager, sender.authority().call()).await?;

    let code = WormholeGovernanceSender::deploy_builder(provider, core, manager);
    let slot = &mut contracts.wormhole_governance_sender;
    let code = code.calldata();
    let sender = build.contract(slot, "WormholeGovernanceSender", code).await?.address;
    let sender = WormholeGovernanceSender::new(sender, provider);
    build.fixed(AUTHORITY, manager, sender.authority().call()).await?;

    let code = CcipGovernanceSender::deploy_builder(provider, router, manager);
    let slot = &mut contracts.ccip_governance_sender;
    let sender = build.contract(slot, "CcipGovernanceSender", code.calldata()).await?.address;
    let sender = CcipGovernanceSender::new(sender, provider);
    build.fixed(AUTHORITY, manager, sender.authority().call()).await
}

/// A receiver for each bridge, which the chain's access manager owns.
///
/// # Errors
/// [`ContractsError`].
pub(super) async fn place_receivers(
    build: Builder<'_>,
    chain: &mut EvmChain,
) -> Result<(), ContractsError> {
    let provider = build.provider;
    let manager = *manager_of(build, &chain.contracts)?.address();
    let endpoint = chain.layerzero()?.endpoint;
    let core = chain.wormhole()?.core_bridge;
    let router = chain.ccip()?.router;
    let contracts = &mut chain.contracts;

    let code = LayerZeroGovernanceReceiver::deploy_builder(provider, endpoint, manager);
    let slot = &mut contracts.layerzero_governance_receiver;
    let code = code.calldata();
    let over_layerzero = build.contract(slot, "LayerZeroGovernanceReceiver", code).await?.address;
    let code = WormholeGovernanceReceiver::deploy_builder(provider, core, manager);
    let slot = &mut contracts.wormhole_governance_receiver;
    let code = code.calldata();
    let over_wormhole = build.contract(slot, "WormholeGovernanceReceiver", code).await?.address;
    let code = CcipGovernanceReceiver::deploy_builder(provider, router, manager);
    let slot = &mut contracts.ccip_governance_receiver;
    let code = code.calldata();
    let over_ccip = build.contract(slot, "CcipGovernanceReceiver", code).await?.address;

    for address in [over_layerzero, over_wormhole, over_ccip] {
        let receiver = IGovernanceReceiver::new(address, provider);
        let what = "the access manager of a receiver of governance";
        build.fixed(what, manager, receiver.manager().call()).await?;
        let owned = Ownable2Step::new(address, provider);
        build.fixed("the owner of a receiver of governance", manager, owned.owner().call()).await?;
    }
    check_delegate(build, endpoint, over_layerzero, manager).await
}

/// Who may choose LayerZero's verifiers of an end.
async fn check_delegate(
    build: Builder<'_>,
    endpoint: Address,
    end: Address,
    manager: Address,
) -> Result<(), ContractsError> {
    let endpoint = EndpointV2::new(endpoint, build.provider);
    let found = endpoint.delegates(end);
    build.fixed("LayerZero's delegate of an end of governance", manager, found.call()).await
}

/// Names to each receiver its sender, and to the sender over LayerZero its receiver.
///
/// # Errors
/// [`ContractsError`].
pub(super) async fn connect(
    near: (Builder<'_>, &EvmChain),
    far: (Builder<'_>, &EvmChain),
) -> Result<(), ContractsError> {
    let (source, destination) = (near.1, far.1);
    let chain = source.wormhole()?.chain_id.into();
    let sender = source.wormhole_governance_sender()?.into_word();
    name_peer(far, destination.wormhole_governance_receiver()?, chain, sender).await?;
    let chain = source.ccip()?.chain_selector;
    let sender = source.ccip_governance_sender()?.into_word();
    name_peer(far, destination.ccip_governance_receiver()?, chain, sender).await?;

    let (sender, receiver) =
        (source.layerzero_governance_sender()?, destination.layerzero_governance_receiver()?);
    let (here, there) = (source.layerzero()?.eid, destination.layerzero()?.eid);
    name_layerzero_peer(far, receiver, here, sender.into_word()).await?;
    name_layerzero_peer(near, sender, there, receiver.into_word()).await
}

async fn name_peer(
    (build, on): (Builder<'_>, &EvmChain),
    end: Address,
    chain: u64,
    peer: B256,
) -> Result<(), ContractsError> {
    let peers = IPeers::new(end, build.provider);
    let read = || async { peers.peers(chain).call().await };
    let manager = manager_of(build, &on.contracts)?;
    let call = execute(&manager, end, &IPeers::setPeerCall { chain, peer });
    build.value("the peer of a receiver of governance", peer, read, call).await
}

async fn name_layerzero_peer(
    (build, on): (Builder<'_>, &EvmChain),
    end: Address,
    eid: u32,
    peer: B256,
) -> Result<(), ContractsError> {
    let app = OAppCore::new(end, build.provider);
    let read = || async { app.peers(eid).call().await };
    let manager = manager_of(build, &on.contracts)?;
    let call = execute(&manager, end, &OAppCore::setPeerCall { _eid: eid, _peer: peer });
    build.value("the peer of an end of governance over LayerZero", peer, read, call).await
}
