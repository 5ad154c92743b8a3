//! The shape of a deployment file.

use alloy::primitives::Address;
use serde::{Deserialize, Serialize};

use super::DeploymentError;

/// One network: a source chain, a destination chain and the prover market.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deployment {
    /// The network's name, which is also the file's.
    pub network: String,
    /// The chain that settlement messages are sent from.
    pub source: EvmChain,
    /// The chain that pays.
    pub destination: EvmChain,
    /// The prover market.
    pub near: Near,
}

/// One EVM chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvmChain {
    /// The chain id of EIP-155.
    pub chain_id: u64,
    /// Where its JSON-RPC is served.
    pub rpc_url: String,
    /// LayerZero's contracts on it, where LayerZero serves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layerzero: Option<LayerZero>,
    /// Wormhole's contract on it, where Wormhole serves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wormhole: Option<Wormhole>,
    /// Chainlink CCIP's contracts on it, where CCIP serves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ccip: Option<Ccip>,
    /// Our contracts on it.
    pub contracts: Contracts,
}

/// LayerZero V2 on one chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerZero {
    /// LayerZero's id of the chain.
    pub eid: u32,
    /// EndpointV2.
    pub endpoint: Address,
    /// SendUln302.
    pub send_uln302: Address,
    /// ReceiveUln302.
    pub receive_uln302: Address,
    /// The executor that delivers to this chain and is paid on it.
    pub executor: Address,
    /// The verifier network's contract.
    pub dvn: Address,
    /// Where executor and DVN read prices; known on development networks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_feed: Option<Address>,
}

/// Wormhole on one chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wormhole {
    /// Wormhole's id of the chain.
    pub chain_id: u16,
    /// The core bridge.
    pub core_bridge: Address,
    /// Where the VAAs of its messages are served; known on development networks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guardian_api: Option<String>,
}

/// Chainlink CCIP 2.0 on one chain, with the ramps of the lane to the network's other chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ccip {
    /// CCIP's selector of the chain.
    pub chain_selector: u64,
    /// The router.
    pub router: Address,
    /// The contract that stops CCIP in an emergency, behind its proxy.
    pub rmn: Address,
    /// Where messages leave.
    pub on_ramp: Address,
    /// Where messages arrive.
    pub off_ramp: Address,
    /// The resolver by which CCIP knows the committee of default verifiers.
    pub committee: Address,
    /// The verifier that the resolver leads to; known on development networks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub committee_verifier: Option<Address>,
    /// The chain's coin as an ERC-20, which fees in coins are wrapped into; known on development networks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrapped_coin: Option<Address>,
    /// LINK, in which fees may be paid too; known on development networks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Address>,
    /// Where the results of verifiers are served for messages from this chain; known on development networks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub indexer: Option<String>,
}

/// Our contracts on one chain; a chain has those that its role needs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contracts {
    /// SettlementHub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hub: Option<Address>,
    /// AccessManager: who may change what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_manager: Option<Address>,
    /// VerifierRouter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verifier_router: Option<Address>,
    /// The verifier of the circuit `receipt`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt_verifier: Option<Address>,
    /// The ERC-20 of development networks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Address>,
    /// LayerZeroSender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layerzero_sender: Option<Address>,
    /// LayerZeroReceiver.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layerzero_receiver: Option<Address>,
    /// WormholeSender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wormhole_sender: Option<Address>,
    /// WormholeReceiver.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wormhole_receiver: Option<Address>,
    /// CcipSender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ccip_sender: Option<Address>,
    /// CcipReceiver.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ccip_receiver: Option<Address>,
    /// RoutePolicy: what a payer's settlements need beside the proof.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route_policy: Option<Address>,
    /// SettlementGroups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settlement_groups: Option<Address>,
    /// WormholeGroupSender: tells other chains of this one's legs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wormhole_group_sender: Option<Address>,
    /// WormholeGroupReceiver: which groups name as their bridge on this chain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wormhole_group_receiver: Option<Address>,
    /// LayerZeroGovernanceSender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layerzero_governance_sender: Option<Address>,
    /// LayerZeroGovernanceReceiver.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layerzero_governance_receiver: Option<Address>,
    /// WormholeGovernanceSender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wormhole_governance_sender: Option<Address>,
    /// WormholeGovernanceReceiver.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wormhole_governance_receiver: Option<Address>,
    /// CcipGovernanceSender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ccip_governance_sender: Option<Address>,
    /// CcipGovernanceReceiver.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ccip_governance_receiver: Option<Address>,
    /// poseidon-solidity's PoseidonT3, which the pool hashes with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poseidon: Option<Address>,
    /// PrivateSettlements: the receipts that pools have paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_settlements: Option<Address>,
    /// ShieldedPool of the development token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shielded_pool: Option<Address>,
    /// AssociationPolicy: whom the pool lets out at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub association_policy: Option<Address>,
}

/// The prover market on NEAR.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Near {
    /// Where NEAR's JSON-RPC is served.
    pub rpc_url: String,
    /// NEAR's name of the network, as in `mainnet`.
    pub network_id: String,
    /// The market contract's account.
    pub market: String,
    /// The account of the treasury's share.
    pub treasury: String,
}

impl EvmChain {
    /// LayerZero V2 on this chain.
    ///
    /// # Errors
    /// [`DeploymentError::NoBridge`] where the file says nothing of it.
    pub fn layerzero(&self) -> Result<&LayerZero, DeploymentError> {
        self.layerzero.as_ref().ok_or_else(|| self.no_bridge("layerzero"))
    }

    /// Wormhole on this chain.
    ///
    /// # Errors
    /// [`DeploymentError::NoBridge`] where the file says nothing of it.
    pub fn wormhole(&self) -> Result<&Wormhole, DeploymentError> {
        self.wormhole.as_ref().ok_or_else(|| self.no_bridge("wormhole"))
    }

    /// Chainlink CCIP on this chain.
    ///
    /// # Errors
    /// [`DeploymentError::NoBridge`] where the file says nothing of it.
    pub fn ccip(&self) -> Result<&Ccip, DeploymentError> {
        self.ccip.as_ref().ok_or_else(|| self.no_bridge("ccip"))
    }

    const fn no_bridge(&self, bridge: &'static str) -> DeploymentError {
        DeploymentError::NoBridge { chain_id: self.chain_id, bridge }
    }
}
