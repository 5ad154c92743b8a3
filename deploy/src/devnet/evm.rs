//! The EVM half of a network: two chains, three bridges between them, our contracts, and the bridges' workers.

use std::path::{Path, PathBuf};

use alloy::{
    primitives::{Address, U256},
    providers::DynProvider,
};
use proofrail_evm::deployment::{Contracts, Deployment, EvmChain, LayerZero, Wormhole};

use super::{DevnetError, DevnetOptions, Extent, Stage, options::timed, workers::BridgeWorkers};
use crate::{
    accounts::Role,
    anvil::{Anvil, AnvilOptions, Mining},
    artifacts::Artifacts,
    ccip,
    circuit::CircuitDeployment,
    contracts::{
        bridges::{self, deploy_ccip, deploy_wormhole},
        builder::Builder,
        evm::{ContractsError, Site, connect_peers, deploy_destination, deploy_source},
        system,
    },
    layerzero,
    project::Project,
    rpc::{EvmError, reader, signing},
    wormhole,
};

/// Longest message of LayerZero's default configuration, in bytes.
const MAX_MESSAGE_SIZE: u32 = 10_000;
/// What Wormhole charges for a message, wei; nothing on most public chains, but then nobody sees that it is paid.
const WORMHOLE_FEE: u64 = 1_000_000_000_000;

/// The side of the network that a chain is on, and the bridges' ids of it.
#[derive(Clone, Copy, Debug)]
struct Side {
    name: &'static str,
    chain_id: u64,
    eid: u32,
    wormhole: u16,
    selector: u64,
    stage: Stage,
    layerzero: Stage,
}

const SOURCE: Side = Side {
    name: "source",
    chain_id: 31_337,
    eid: 40_001,
    wormhole: 2,
    selector: 1_111,
    stage: Stage::SourceChain,
    layerzero: Stage::SourceLayerZero,
};

const DESTINATION: Side = Side {
    name: "destination",
    chain_id: 31_338,
    eid: 40_002,
    wormhole: 4,
    selector: 2_222,
    stage: Stage::DestinationChain,
    layerzero: Stage::DestinationLayerZero,
};

/// Two running EVM chains with everything on them; dropping it stops their processes.
#[derive(Debug)]
pub struct EvmNetwork {
    // Fields are dropped in this order: the workers before the chains that they talk to.
    /// The bridges' workers.
    pub workers: BridgeWorkers,
    /// The chain that messages are sent from.
    pub source: Anvil,
    /// The chain that pays.
    pub destination: Anvil,
    /// What is deployed on the source.
    pub source_chain: EvmChain,
    /// What is deployed on the destination.
    pub destination_chain: EvmChain,
}

impl EvmNetwork {
    /// Brings both chains up, deploys bridges and contracts, and starts the workers. Logs go below `logs`.
    ///
    /// # Errors
    /// [`DevnetError`], each naming what failed and the cure; what was started is stopped.
    pub async fn start(
        project: &Project,
        options: &DevnetOptions,
        logs: &Path,
    ) -> Result<Self, DevnetError> {
        let start = Start { project, options, logs: logs.to_owned() };
        let (source, destination) = tokio::try_join!(
            start.chain(&SOURCE, &DESTINATION),
            start.chain(&DESTINATION, &SOURCE)
        )?;
        let (mut source_chain, destination_chain) = start.contracts(&source, &destination).await?;
        let workers =
            BridgeWorkers::start(&source_chain, &destination_chain, options.workers_paused);
        let workers = timed(options, Stage::Workers, workers).await?;
        if let Some(wormhole) = &mut source_chain.wormhole {
            wormhole.guardian_api = Some(workers.wormhole.api().to_owned());
        }
        if let Some(ccip) = &mut source_chain.ccip {
            ccip.indexer = Some(workers.ccip.indexer().to_owned());
        }
        let (source, destination) = (source.anvil, destination.anvil);
        let mut network = Self { workers, source, destination, source_chain, destination_chain };
        if options.extent == Extent::Everything {
            let rest = network.complete(project, &options.circuit);
            timed(options, Stage::Everything, rest).await?;
        }
        Ok(network)
    }

    /// Deploys what [`Extent::Settlements`] leaves out, and starts the guardians of the way back, which groups need.
    /// What stands already is left alone.
    ///
    /// # Errors
    /// [`DevnetError`].
    pub async fn complete(
        &mut self,
        project: &Project,
        circuit: &CircuitDeployment,
    ) -> Result<(), DevnetError> {
        let owner = address(Role::Deployer)?;
        let near = self.source_provider(Role::Deployer)?;
        let far = self.destination_provider(Role::Deployer)?;
        let source =
            system::Site { build: Builder::new(&near, owner), chain: &mut self.source_chain };
        let destination =
            system::Site { build: Builder::new(&far, owner), chain: &mut self.destination_chain };
        system::complete(source, destination, project, circuit).await?;
        self.workers.start_way_back(&self.source_chain, &self.destination_chain).await?;
        if let Some(wormhole) = &mut self.destination_chain.wormhole {
            let guardians = self.workers.way_back.as_ref();
            wormhole.guardian_api = guardians.map(|guardians| guardians.api().to_owned());
        }
        Ok(())
    }

    /// A connection to the source chain that signs as `role`.
    ///
    /// # Errors
    /// [`EvmError`].
    pub fn source_provider(&self, role: Role) -> Result<DynProvider, EvmError> {
        signing(self.source.rpc_url(), role.signer()?)
    }

    /// A connection to the destination chain that signs as `role`.
    ///
    /// # Errors
    /// [`EvmError`].
    pub fn destination_provider(&self, role: Role) -> Result<DynProvider, EvmError> {
        signing(self.destination.rpc_url(), role.signer()?)
    }

    /// A connection to the source chain that only reads.
    ///
    /// # Errors
    /// [`EvmError`].
    pub fn source_reader(&self) -> Result<DynProvider, EvmError> {
        reader(self.source.rpc_url())
    }

    /// A connection to the destination chain that only reads.
    ///
    /// # Errors
    /// [`EvmError`].
    pub fn destination_reader(&self) -> Result<DynProvider, EvmError> {
        reader(self.destination.rpc_url())
    }
}

/// Compares what stands on a network's EVM chains with its deployment, without a transaction.
///
/// # Errors
/// [`DevnetError`], naming the first thing that is missing or different.
pub async fn verify(
    deployment: &Deployment,
    project: &Project,
    circuit: &CircuitDeployment,
) -> Result<(), DevnetError> {
    let owner = address(Role::Deployer)?;
    let Deployment { mut source, mut destination, .. } = deployment.clone();
    let (near, far) = (reader(&source.rpc_url)?, reader(&destination.rpc_url)?);
    let source = system::Site { build: Builder::verifying(&near, owner), chain: &mut source };
    let destination =
        system::Site { build: Builder::verifying(&far, owner), chain: &mut destination };
    Ok(system::complete(source, destination, project, circuit).await?)
}

/// A chain with the bridges' own contracts on it.
struct Bridged {
    anvil: Anvil,
    provider: DynProvider,
    owner: Address,
    layerzero: LayerZero,
    wormhole: Wormhole,
    ccip: ccip::stack::Stack,
}

impl Bridged {
    const fn site(&self) -> Site<'_> {
        Site { provider: &self.provider, owner: self.owner, layerzero: &self.layerzero }
    }

    const fn end<'a, B>(&'a self, bridge: &'a B) -> bridges::Side<'a, B> {
        bridges::Side { provider: &self.provider, owner: self.owner, bridge }
    }

    fn deployed(&self, contracts: Contracts) -> EvmChain {
        EvmChain {
            chain_id: self.anvil.chain_id(),
            rpc_url: self.anvil.rpc_url().to_owned(),
            layerzero: Some(self.layerzero.clone()),
            wormhole: Some(self.wormhole.clone()),
            ccip: Some(self.ccip.ccip().clone()),
            contracts,
        }
    }
}

/// What every stage of a start needs.
struct Start<'a> {
    project: &'a Project,
    options: &'a DevnetOptions,
    logs: PathBuf,
}

impl Start<'_> {
    async fn chain(&self, side: &Side, remote: &Side) -> Result<Bridged, DevnetError> {
        let options = AnvilOptions {
            chain_id: side.chain_id,
            mining: Mining::Mixed(self.options.block_time),
            slots_in_an_epoch: self.options.slots_in_an_epoch,
            port: None,
        };
        let log = self.logs.join(format!("{}.log", side.name));
        let anvil = async { Ok(Anvil::start(self.project, &log, &options).await?) };
        let anvil = timed(self.options, side.stage, anvil).await?;
        let signer = Role::Deployer.signer().map_err(EvmError::from)?;
        let owner = signer.address();
        let provider = signing(anvil.rpc_url(), signer)?;
        let artifacts = Artifacts::of(self.project.clone());

        let layerzero = self.layerzero(&provider, owner, &artifacts, side, remote);
        let layerzero = timed(self.options, side.layerzero, layerzero).await?;
        let options = wormhole::stack::StackOptions {
            chain_id: side.wormhole,
            message_fee: U256::from(WORMHOLE_FEE),
        };
        let wormhole = wormhole::stack::deploy_stack(&provider, &artifacts, &options).await?;
        let ccip =
            ccip::stack::deploy_stack(&provider, owner, &artifacts, &lanes(side, remote)).await?;
        Ok(Bridged { anvil, provider, owner, layerzero, wormhole, ccip })
    }

    async fn layerzero(
        &self,
        provider: &DynProvider,
        owner: Address,
        artifacts: &Artifacts,
        side: &Side,
        remote: &Side,
    ) -> Result<LayerZero, DevnetError> {
        let options = layerzero::stack::StackOptions {
            local_eid: side.eid,
            remote_eid: remote.eid,
            confirmations: self.options.confirmations,
            max_message_size: MAX_MESSAGE_SIZE,
            dvn_signer: address(Role::DvnSigner)?,
            dvn_admin: address(Role::DvnAdmin)?,
            executor_admin: address(Role::ExecutorAdmin)?,
        };
        Ok(layerzero::stack::deploy_stack(provider, owner, artifacts, &options).await?)
    }

    /// Our contracts on both chains, each end the other's peer.
    async fn contracts(
        &self,
        source: &Bridged,
        destination: &Bridged,
    ) -> Result<(EvmChain, EvmChain), DevnetError> {
        let options = self.options;
        let near_side = async { Ok(deploy_source(source.site()).await?) };
        let far_side = deploy_destination(destination.site(), self.project, &options.circuit);
        let far_side = async { Ok(far_side.await?) };
        let (sender, far_side) = tokio::try_join!(
            timed(options, Stage::SourceContracts, near_side),
            timed(options, Stage::DestinationContracts, far_side),
        )?;
        let far_end = deployed(far_side.layerzero_receiver, "LayerZeroReceiver")?;
        let peers = connect_peers(source.site(), sender, destination.site(), far_end);
        timed(options, Stage::Peers, async { Ok(peers.await?) }).await?;

        let hub = deployed(far_side.hub, "SettlementHub")?;
        let (from, to) = (source.end(&source.wormhole), destination.end(&destination.wormhole));
        let wormhole = async { Ok(deploy_wormhole(from, to, hub).await?) };
        let wormhole = timed(options, Stage::Wormhole, wormhole).await?;
        let ccip = timed(options, Stage::Ccip, self.ccip(source, destination, hub)).await?;
        let near_side = Contracts {
            layerzero_sender: Some(sender),
            wormhole_sender: Some(wormhole.sender),
            ccip_sender: Some(ccip.sender),
            ..Contracts::default()
        };
        let far_side = Contracts {
            wormhole_receiver: Some(wormhole.receiver),
            ccip_receiver: Some(ccip.receiver),
            ..far_side
        };
        Ok((source.deployed(near_side), destination.deployed(far_side)))
    }

    /// Opens CCIP's lanes and puts our ends on them.
    async fn ccip(
        &self,
        source: &Bridged,
        destination: &Bridged,
        hub: Address,
    ) -> Result<bridges::Ends, DevnetError> {
        let artifacts = Artifacts::of(self.project.clone());
        let open = |at: &Bridged, far: &Bridged, side: &Side, remote: &Side| {
            let (provider, owner, stack) = (at.provider.clone(), at.owner, at.ccip.clone());
            let (far, options, artifacts) =
                (ccip::stack::Remote::from(&far.ccip), lanes(side, remote), artifacts.clone());
            async move {
                ccip::stack::open_lanes(&provider, owner, &artifacts, &options, &stack, far).await
            }
        };
        tokio::try_join!(
            open(source, destination, &SOURCE, &DESTINATION),
            open(destination, source, &DESTINATION, &SOURCE),
        )?;
        let (from, to) = (source.end(source.ccip.ccip()), destination.end(destination.ccip.ccip()));
        Ok(deploy_ccip(from, to, hub).await?)
    }
}

fn deployed(address: Option<Address>, name: &'static str) -> Result<Address, DevnetError> {
    Ok(address.ok_or(ContractsError::NotDeployed { name })?)
}

const fn lanes(side: &Side, remote: &Side) -> ccip::stack::StackOptions {
    ccip::stack::StackOptions { local: side.selector, remote: remote.selector }
}

fn address(role: Role) -> Result<Address, DevnetError> {
    Ok(role.address().map_err(EvmError::from)?)
}
