//! A whole development network: two EVM chains with LayerZero and its workers, a NEAR chain with
//! the prover market, our contracts on all of them, and one deployment file.

mod error;
mod options;
mod state;

use std::{
    future::Future,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use alloy::{primitives::Address, providers::DynProvider};
use proofrail_evm::deployment::{Contracts, Deployment, EvmChain, LayerZero, Near};
use tempfile::TempDir;

pub use self::{
    error::DevnetError,
    options::{DevnetOptions, Directories, Stage, StageListener},
    state::{KeptNetwork, down},
};
use crate::{
    accounts::Role,
    anvil::{Anvil, AnvilOptions, Mining},
    contracts::{
        evm::{Site, connect_peers, deploy_destination, deploy_source},
        near::{MarketAccounts, deploy_market},
    },
    layerzero::{
        Artifacts,
        stack::{StackOptions, deploy_stack},
        workers::{Keys, Pathway, Workers},
    },
    near::{NearAccount, NearClient},
    near_node::NearNode,
    project::Project,
    rpc::{EvmError, reader, signing},
};

/// EIP-155 id of the source chain.
const SOURCE_CHAIN_ID: u64 = 31_337;
/// EIP-155 id of the destination chain.
const DESTINATION_CHAIN_ID: u64 = 31_338;
/// LayerZero's id of the source chain.
const SOURCE_EID: u32 = 40_001;
/// LayerZero's id of the destination chain.
const DESTINATION_EID: u32 = 40_002;
/// Longest message of LayerZero's default configuration, in bytes.
const MAX_MESSAGE_SIZE: u32 = 10_000;
/// Pause between two looks of the workers at the source chain.
const WORKERS_POLL: Duration = Duration::from_millis(100);

/// A running development network; dropping it stops every process.
#[derive(Debug)]
pub struct Devnet {
    // Fields are dropped in this order: the workers before the chains that they talk to.
    workers: Workers,
    source: Anvil,
    destination: Anvil,
    near_node: NearNode,
    near: NearClient,
    market: MarketAccounts,
    deployment: Deployment,
    deployment_file: PathBuf,
    state_directory: PathBuf,
    temporary: Option<TempDir>,
}

impl Devnet {
    /// Brings a network up, deploys everything, and writes the deployment file.
    ///
    /// # Errors
    /// [`DevnetError`], each naming what failed and the cure; what was started is stopped.
    pub async fn start(options: DevnetOptions) -> Result<Self, DevnetError> {
        let project = Project::discover()?;
        let (directories, temporary) = directories(&options)?;
        state::require_stopped(&directories.state, &options.network)?;
        let start = Start { project: &project, options: &options, directories: &directories };

        let ((source, source_lz), (destination, destination_lz), near_node) = tokio::try_join!(
            start.evm_chain(&SOURCE),
            start.evm_chain(&DESTINATION),
            start.timed(Stage::NearChain, start.near_chain()),
        )?;
        let (near, circuit) = (near_node.client()?, options.circuit.registration());
        let sites = Sites::new(&source, source_lz, &destination, destination_lz)?;
        let ((source_contracts, destination_contracts), market) = tokio::try_join!(
            start.evm_contracts(&sites),
            start.timed(
                Stage::ProverMarket,
                into(deploy_market(
                    &near,
                    &project,
                    near_node.root(),
                    near_node.network_id(),
                    circuit,
                )),
            ),
        )?;
        let deployment = Deployment {
            network: options.network.clone(),
            source: evm_chain(&source, &sites.source_lz, source_contracts),
            destination: evm_chain(&destination, &sites.destination_lz, destination_contracts),
            near: Near {
                rpc_url: near_node.rpc_url().to_owned(),
                network_id: near_node.network_id().to_owned(),
                market: market.market.id().to_string(),
                treasury: market.treasury.id().to_string(),
            },
        };
        let workers = start_workers(&deployment, options.workers_paused);
        let workers = start.timed(Stage::Workers, workers).await?;
        let deployment_file = directories.deployments.join(format!("{}.json", options.network));
        deployment.save(&deployment_file)?;
        Ok(Self {
            workers,
            source,
            destination,
            near_node,
            near,
            market,
            deployment,
            deployment_file,
            state_directory: directories.state,
            temporary,
        })
    }

    /// Every address of the network.
    #[must_use]
    pub const fn deployment(&self) -> &Deployment {
        &self.deployment
    }

    /// The file that holds [`Devnet::deployment`].
    #[must_use]
    pub fn deployment_file(&self) -> &Path {
        &self.deployment_file
    }

    /// LayerZero's DVN and executor.
    #[must_use]
    pub const fn workers(&self) -> &Workers {
        &self.workers
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

    /// The NEAR chain.
    #[must_use]
    pub const fn near(&self) -> &NearClient {
        &self.near
    }

    /// The account that everything on NEAR was paid from.
    #[must_use]
    pub const fn near_root(&self) -> &NearAccount {
        self.near_node.root()
    }

    /// The market's accounts, with their keys.
    #[must_use]
    pub const fn market(&self) -> &MarketAccounts {
        &self.market
    }

    /// The process ids of the chains: source, destination, and NEAR unless it ran already.
    #[must_use]
    pub fn pids(&self) -> Vec<u32> {
        let evm = [self.source.pid(), self.destination.pid()];
        evm.into_iter().chain(self.near_node.pid()).collect()
    }

    /// Leaves the chains and a process with the workers running after ours ends. `down` stops
    /// them by the state file that this writes.
    ///
    /// # Errors
    /// [`DevnetError`]; then everything is stopped.
    pub fn detach(self) -> Result<KeptNetwork, DevnetError> {
        let Self { workers, source, destination, near_node, deployment, .. } = self;
        drop(workers);
        if let Some(temporary) = self.temporary {
            // The kept processes write their logs there.
            let _path = temporary.keep();
        }
        let worker = state::start_worker_process(&self.state_directory, &self.deployment_file)?;
        let mut pids = vec![source.pid(), destination.pid(), worker.pid()];
        pids.extend(near_node.pid());
        let kept =
            KeptNetwork { network: deployment.network, deployment: self.deployment_file, pids };
        kept.save(&self.state_directory)?;
        // Only now: until the state is written, a failure still stops everything.
        let _ids = (source.detach(), destination.detach(), near_node.detach(), worker.detach());
        Ok(kept)
    }
}

/// The side of the network that a chain is on.
struct Side {
    name: &'static str,
    chain_id: u64,
    eid: u32,
    remote_eid: u32,
    chain: Stage,
    layerzero: Stage,
}

const SOURCE: Side = Side {
    name: "source",
    chain_id: SOURCE_CHAIN_ID,
    eid: SOURCE_EID,
    remote_eid: DESTINATION_EID,
    chain: Stage::SourceChain,
    layerzero: Stage::SourceLayerZero,
};

const DESTINATION: Side = Side {
    name: "destination",
    chain_id: DESTINATION_CHAIN_ID,
    eid: DESTINATION_EID,
    remote_eid: SOURCE_EID,
    chain: Stage::DestinationChain,
    layerzero: Stage::DestinationLayerZero,
};

/// What every stage of a start needs.
struct Start<'a> {
    project: &'a Project,
    options: &'a DevnetOptions,
    directories: &'a Directories,
}

impl Start<'_> {
    async fn timed<T>(
        &self,
        stage: Stage,
        work: impl Future<Output = Result<T, DevnetError>>,
    ) -> Result<T, DevnetError> {
        let start = Instant::now();
        let done = work.await?;
        let elapsed = start.elapsed();
        tracing::info!(%stage, ?elapsed, "ready");
        if let Some(listener) = &self.options.on_stage {
            listener(stage, elapsed);
        }
        Ok(done)
    }

    fn log(&self, name: &str) -> PathBuf {
        self.directories.state.join("logs").join(format!("{name}.log"))
    }

    async fn evm_chain(&self, side: &Side) -> Result<(Anvil, LayerZero), DevnetError> {
        let options = AnvilOptions {
            chain_id: side.chain_id,
            mining: Mining::Mixed(self.options.block_time),
            slots_in_an_epoch: self.options.slots_in_an_epoch,
            port: None,
        };
        let log = self.log(side.name);
        let chain = into(Anvil::start(self.project, &log, &options));
        let chain = self.timed(side.chain, chain).await?;
        let layerzero = self.timed(side.layerzero, self.layerzero(&chain, side)).await?;
        Ok((chain, layerzero))
    }

    async fn layerzero(&self, chain: &Anvil, side: &Side) -> Result<LayerZero, DevnetError> {
        let options = StackOptions {
            local_eid: side.eid,
            remote_eid: side.remote_eid,
            confirmations: self.options.confirmations,
            max_message_size: MAX_MESSAGE_SIZE,
            dvn_signer: address(Role::DvnSigner)?,
            dvn_admin: address(Role::DvnAdmin)?,
            executor_admin: address(Role::ExecutorAdmin)?,
        };
        let owner = address(Role::Deployer)?;
        let provider = deployer(chain)?;
        let artifacts = Artifacts::of(self.project.clone());
        Ok(deploy_stack(&provider, owner, &artifacts, &options).await?)
    }

    async fn near_chain(&self) -> Result<NearNode, DevnetError> {
        Ok(NearNode::start(&self.directories.state.join("near")).await?)
    }

    async fn evm_contracts(&self, sites: &Sites) -> Result<(Contracts, Contracts), DevnetError> {
        let circuit = &self.options.circuit;
        let (source, destination) = (sites.source(), sites.destination());
        let (sender, far_side) = tokio::try_join!(
            self.timed(Stage::SourceContracts, into(deploy_source(source))),
            self.timed(
                Stage::DestinationContracts,
                into(deploy_destination(destination, self.project, circuit)),
            ),
        )?;
        let peers = connect_peers(source, sender, destination, far_side.receiver);
        self.timed(Stage::Peers, into(peers)).await?;
        let near_side = Contracts { layerzero_sender: Some(sender), ..Contracts::default() };
        Ok((near_side, far_side.into()))
    }
}

/// Both EVM chains with LayerZero on them, signed for by their deployer.
struct Sites {
    owner: Address,
    source: DynProvider,
    source_lz: LayerZero,
    destination: DynProvider,
    destination_lz: LayerZero,
}

impl Sites {
    fn new(
        source: &Anvil,
        source_lz: LayerZero,
        destination: &Anvil,
        destination_lz: LayerZero,
    ) -> Result<Self, DevnetError> {
        let owner = address(Role::Deployer)?;
        let (source, destination) = (deployer(source)?, deployer(destination)?);
        Ok(Self { owner, source, source_lz, destination, destination_lz })
    }

    const fn source(&self) -> Site<'_> {
        Site { provider: &self.source, owner: self.owner, layerzero: &self.source_lz }
    }

    const fn destination(&self) -> Site<'_> {
        Site { provider: &self.destination, owner: self.owner, layerzero: &self.destination_lz }
    }
}

/// Starts the workers that serve a deployment from its source to its destination.
///
/// # Errors
/// [`DevnetError`].
pub async fn start_workers(deployment: &Deployment, paused: bool) -> Result<Workers, DevnetError> {
    let pathway = Pathway {
        source_rpc: deployment.source.rpc_url.clone(),
        source: deployment.source.layerzero.clone(),
        destination_rpc: deployment.destination.rpc_url.clone(),
        destination: deployment.destination.layerzero.clone(),
        first_block: 0,
        poll_every: WORKERS_POLL,
    };
    Ok(Workers::start(pathway, Keys::development()?, paused).await?)
}

fn directories(options: &DevnetOptions) -> Result<(Directories, Option<TempDir>), DevnetError> {
    if let Some(directories) = &options.directories {
        return Ok((directories.clone(), None));
    }
    let temporary = tempfile::tempdir().map_err(|source| DevnetError::File {
        action: "create a directory in",
        path: std::env::temp_dir(),
        source,
    })?;
    let path = temporary.path().to_path_buf();
    Ok((Directories { deployments: path.clone(), state: path }, Some(temporary)))
}

fn evm_chain(chain: &Anvil, layerzero: &LayerZero, contracts: Contracts) -> EvmChain {
    EvmChain {
        chain_id: chain.chain_id(),
        rpc_url: chain.rpc_url().to_owned(),
        layerzero: layerzero.clone(),
        contracts,
    }
}

fn deployer(chain: &Anvil) -> Result<DynProvider, DevnetError> {
    let signer = Role::Deployer.signer().map_err(EvmError::from)?;
    Ok(signing(chain.rpc_url(), signer)?)
}

fn address(role: Role) -> Result<Address, DevnetError> {
    Ok(role.address().map_err(EvmError::from)?)
}

async fn into<T, E: Into<DevnetError>>(
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, DevnetError> {
    work.await.map_err(Into::into)
}
