//! Our senders and receivers over Wormhole and CCIP; LayerZero's are deployed with the hub.

use alloy::{
    primitives::{Address, B256},
    providers::DynProvider,
};
use proofrail_evm::{
    contracts::{CcipReceiver, CcipSender, WormholeReceiver, WormholeSender},
    deployment::{Ccip, Wormhole},
};

use super::evm::{ContractsError, expect};
use crate::rpc::{EvmError, deploy, transact};

/// A sender and the receiver at the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    /// On the source chain.
    pub sender: Address,
    /// On the destination.
    pub receiver: Address,
}

/// The chain that a bridge's ends are deployed on.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a, B> {
    /// Signs as the owner.
    pub provider: &'a DynProvider,
    /// Owns what is deployed.
    pub owner: Address,
    /// The bridge there.
    pub bridge: &'a B,
}

/// Deploys both ends over Wormhole; the receiver trusts the sender. The sender has nothing to set.
///
/// # Errors
/// [`ContractsError`].
pub async fn deploy_wormhole(
    source: Side<'_, Wormhole>,
    destination: Side<'_, Wormhole>,
    hub: Address,
) -> Result<Ends, ContractsError> {
    let sender = WormholeSender::deploy_builder(source.provider, source.bridge.core_bridge);
    let sender = deploy(source.provider, "WormholeSender", sender.calldata().to_vec()).await?;
    let Side { provider, owner, bridge } = destination;
    let receiver = WormholeReceiver::deploy_builder(provider, bridge.core_bridge, hub, owner);
    let receiver = deploy(provider, "WormholeReceiver", receiver.calldata().to_vec()).await?;
    let contract = WormholeReceiver::new(receiver, provider);
    let chain = u64::from(source.bridge.chain_id);
    let call = contract.setPeer(chain, sender.into_word()).into_transaction_request();
    transact(provider, "WormholeReceiver.setPeer", call).await?;
    let found = contract.peers(chain).call().await;
    let found = found.map_err(EvmError::contract("WormholeReceiver.peers"))?;
    expect::<B256>("the receiver's peer over Wormhole", sender.into_word(), found)?;
    let found = contract.hub().call().await.map_err(EvmError::contract("WormholeReceiver.hub"))?;
    expect("the hub of the receiver over Wormhole", hub, found)?;
    Ok(Ends { sender, receiver })
}

/// Deploys both ends over CCIP, each the other's peer.
///
/// # Errors
/// [`ContractsError`].
pub async fn deploy_ccip(
    source: Side<'_, Ccip>,
    destination: Side<'_, Ccip>,
    hub: Address,
) -> Result<Ends, ContractsError> {
    let sender = CcipSender::deploy_builder(source.provider, source.bridge.router, source.owner);
    let sender = deploy(source.provider, "CcipSender", sender.calldata().to_vec()).await?;
    let Side { provider, owner, bridge } = destination;
    let receiver = CcipReceiver::deploy_builder(provider, bridge.router, hub, owner);
    let receiver = deploy(provider, "CcipReceiver", receiver.calldata().to_vec()).await?;

    let near_end = CcipSender::new(sender, source.provider);
    let chain = bridge.chain_selector;
    let call = near_end.setPeer(chain, receiver.into_word()).into_transaction_request();
    transact(source.provider, "CcipSender.setPeer", call).await?;
    let found = near_end.peers(chain).call().await;
    let found = found.map_err(EvmError::contract("CcipSender.peers"))?;
    expect("the sender's peer over CCIP", receiver.into_word(), found)?;

    let far_end = CcipReceiver::new(receiver, provider);
    let chain = source.bridge.chain_selector;
    let call = far_end.setPeer(chain, sender.into_word()).into_transaction_request();
    transact(provider, "CcipReceiver.setPeer", call).await?;
    let found = far_end.peers(chain).call().await;
    let found = found.map_err(EvmError::contract("CcipReceiver.peers"))?;
    expect("the receiver's peer over CCIP", sender.into_word(), found)?;
    let found = far_end.hub().call().await.map_err(EvmError::contract("CcipReceiver.hub"))?;
    expect("the hub of the receiver over CCIP", hub, found)?;
    Ok(Ends { sender, receiver })
}
