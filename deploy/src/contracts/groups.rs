//! Payments on several chains that are all made or none, beside each chain's hub, and how the chains tell each other.

use alloy::primitives::Address;
use proofrail_evm::{
    contracts::{
        IPeers,
        groups::{SettlementGroups, WormholeGroupReceiver, WormholeGroupSender},
    },
    deployment::EvmChain,
};

use super::{builder::Builder, evm::ContractsError, governance::manager_of, handover::execute};

/// The groups of a chain, and their ends over Wormhole. The receiver is the access manager's from the beginning.
///
/// # Errors
/// [`ContractsError`].
pub(super) async fn place(
    build: Builder<'_>,
    chain: &mut EvmChain,
    hub: Address,
) -> Result<(), ContractsError> {
    let provider = build.provider;
    let manager = *manager_of(build, &chain.contracts)?.address();
    let core = chain.wormhole()?.core_bridge;
    let contracts = &mut chain.contracts;
    let code = SettlementGroups::deploy_builder(provider, hub);
    let slot = &mut contracts.settlement_groups;
    let groups = build.contract(slot, "SettlementGroups", code.calldata()).await?.address;
    let found = SettlementGroups::new(groups, provider);
    build.fixed("the hub of the groups", hub, found.hub().call()).await?;

    let code = WormholeGroupSender::deploy_builder(provider, core, groups);
    let slot = &mut contracts.wormhole_group_sender;
    let sender = build.contract(slot, "WormholeGroupSender", code.calldata()).await?.address;
    let sender = WormholeGroupSender::new(sender, provider);
    build.fixed("the groups of their sender", groups, sender.groups().call()).await?;

    let code = WormholeGroupReceiver::deploy_builder(provider, core, groups, manager);
    let slot = &mut contracts.wormhole_group_receiver;
    let receiver = build.contract(slot, "WormholeGroupReceiver", code.calldata()).await?.address;
    let receiver = WormholeGroupReceiver::new(receiver, provider);
    build.fixed("the groups of their receiver", groups, receiver.groups().call()).await?;
    build.fixed("the owner of the groups' receiver", manager, receiver.owner().call()).await
}

/// Makes `far`'s sender the one that `near` believes.
///
/// # Errors
/// [`ContractsError`].
pub(super) async fn connect(
    build: Builder<'_>,
    near: &EvmChain,
    far: &EvmChain,
) -> Result<(), ContractsError> {
    let (chain, peer) = (far.wormhole()?.chain_id.into(), far.wormhole_group_sender()?.into_word());
    let manager = manager_of(build, &near.contracts)?;
    let receiver = near.wormhole_group_receiver()?;
    let peers = IPeers::new(receiver, build.provider);
    let read = || async { peers.peers(chain).call().await };
    let call = execute(&manager, receiver, &IPeers::setPeerCall { chain, peer });
    build.value("the peer of the groups' receiver", peer, read, call).await
}
