//! Everything beside the path of single settlements, on two chains that have that path: routes, groups, governance over
//! bridges and the shielded pool, under offices that own what has an owner.

use alloy::primitives::Address;
use proofrail_evm::{
    contracts::{
        CcipReceiver, CcipSender, LayerZeroReceiver, LayerZeroSender, RoutePolicy, WormholeReceiver,
    },
    deployment::EvmChain,
};

use super::{
    builder::Builder,
    evm::{ContractsError, place_hub},
    governance::{self, Offices, manager_of},
    groups, handover, pool, remote,
};
use crate::{circuit::CircuitDeployment, project::Project};

/// One chain of the network, and how it is worked on.
#[derive(Debug)]
pub struct Site<'a> {
    /// How.
    pub build: Builder<'a>,
    /// What is deployed there; what is added is written down here.
    pub chain: &'a mut EvmChain,
}

/// Deploys and configures what the two chains lack, or with builders that verify reports the first thing that is
/// missing or different. What stands already is left alone, so that a broken run can be repeated.
///
/// # Errors
/// [`ContractsError`]; what was deployed until then is in the chains' records.
pub async fn complete(
    source: Site<'_>,
    destination: Site<'_>,
    project: &Project,
    receipt: &CircuitDeployment,
) -> Result<(), ContractsError> {
    check_ends(&source, &destination).await?;
    let near_side = async {
        let hub = place_hub(source.build, &mut source.chain.contracts, project, receipt).await?;
        groups::place(source.build, source.chain, hub).await?;
        remote::place_senders(source.build, source.chain).await
    };
    let far_side = async {
        let (build, chain) = (destination.build, &mut *destination.chain);
        let hub = place_hub(build, &mut chain.contracts, project, receipt).await?;
        place_route_policy(build, chain, hub).await?;
        groups::place(build, chain, hub).await?;
        remote::place_receivers(build, chain).await?;
        pool::place(build, &mut chain.contracts).await
    };
    tokio::try_join!(near_side, far_side)?;

    let (near, far) = (&*source.chain, &*destination.chain);
    let (here, there) = (source.build, destination.build);
    remote::connect((here, near), (there, far)).await?;
    let near_side = async {
        groups::connect(here, near, far).await?;
        governance::appoint(here, &near.contracts, &Offices::all_of(here.owner)).await?;
        handover::hand_over(here, near).await
    };
    let far_side = async {
        groups::connect(there, far, near).await?;
        governance::appoint(there, &far.contracts, &Offices::all_of(there.owner)).await?;
        handover::hand_over(there, far).await
    };
    tokio::try_join!(near_side, far_side)?;
    Ok(())
}

/// What payers may put their settlements under; its routes are governance's to set.
async fn place_route_policy(
    build: Builder<'_>,
    chain: &mut EvmChain,
    hub: Address,
) -> Result<(), ContractsError> {
    let manager = *manager_of(build, &chain.contracts)?.address();
    let code = RoutePolicy::deploy_builder(build.provider, hub, manager);
    let slot = &mut chain.contracts.route_policy;
    let policy = build.contract(slot, "RoutePolicy", code.calldata()).await?.address;
    let policy = RoutePolicy::new(policy, build.provider);
    build.fixed("the hub of the route policy", hub, policy.hub().call()).await?;
    build.fixed("the authority of the route policy", manager, policy.authority().call()).await
}

/// The ends of single settlements, which stand already: each names the other, and every receiver the hub.
async fn check_ends(source: &Site<'_>, destination: &Site<'_>) -> Result<(), ContractsError> {
    let (near, far) = (&*source.chain, &*destination.chain);
    let (here, there) = (source.build, destination.build);
    let hub = far.hub()?;

    let sender = LayerZeroSender::new(near.layerzero_sender()?, here.provider);
    let receiver = LayerZeroReceiver::new(far.layerzero_receiver()?, there.provider);
    let peer = sender.peers(far.layerzero()?.eid);
    here.fixed("the sender's peer over LayerZero", receiver.address().into_word(), peer.call())
        .await?;
    let peer = receiver.peers(near.layerzero()?.eid);
    there
        .fixed("the receiver's peer over LayerZero", sender.address().into_word(), peer.call())
        .await?;
    there.fixed("the hub of the receiver over LayerZero", hub, receiver.hub().call()).await?;

    let receiver = WormholeReceiver::new(far.wormhole_receiver()?, there.provider);
    let peer = receiver.peers(near.wormhole()?.chain_id.into());
    let sender = near.wormhole_sender()?.into_word();
    there.fixed("the receiver's peer over Wormhole", sender, peer.call()).await?;
    there.fixed("the hub of the receiver over Wormhole", hub, receiver.hub().call()).await?;

    let sender = CcipSender::new(near.ccip_sender()?, here.provider);
    let receiver = CcipReceiver::new(far.ccip_receiver()?, there.provider);
    let peer = sender.peers(far.ccip()?.chain_selector);
    here.fixed("the sender's peer over CCIP", receiver.address().into_word(), peer.call()).await?;
    let peer = receiver.peers(near.ccip()?.chain_selector);
    there.fixed("the receiver's peer over CCIP", sender.address().into_word(), peer.call()).await?;
    there.fixed("the hub of the receiver over CCIP", hub, receiver.hub().call()).await
}
