//! A whole development network: two EVM chains with three bridges and their workers, a NEAR chain with
//! the prover market, our contracts on all of them, and one deployment file.

mod error;
mod evm;
mod options;
mod state;
mod workers;

use std::path::{Path, PathBuf};

use alloy::providers::DynProvider;
use proofrail_evm::deployment::{Deployment, Near};
use tempfile::TempDir;

use self::options::timed;
pub use self::{
    error::DevnetError,
    evm::{EvmNetwork, verify},
    options::{DevnetOptions, Directories, Extent, Stage, StageListener},
    state::{KeptNetwork, down},
    workers::{BridgeWorkers, start_layerzero},
};
use crate::{
    accounts::Role,
    ccip,
    contracts::near::{MarketAccounts, deploy_market},
    layerzero,
    near::{NearAccount, NearClient},
    near_node::NearNode,
    project::Project,
    rpc::EvmError,
    wormhole,
};

/// A running development network; dropping it stops every process.
#[derive(Debug)]
pub struct Devnet {
    evm: EvmNetwork,
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
        let logs = directories.state.join("logs");
        let near_chain = near_chain(&project, &options, &directories);
        let (evm, (near_node, near, market)) =
            tokio::try_join!(EvmNetwork::start(&project, &options, &logs), near_chain)?;
        let deployment = Deployment {
            network: options.network.clone(),
            source: evm.source_chain.clone(),
            destination: evm.destination_chain.clone(),
            near: Near {
                rpc_url: near_node.rpc_url().to_owned(),
                network_id: near_node.network_id().to_owned(),
                market: market.market.id().to_string(),
                treasury: market.treasury.id().to_string(),
            },
        };
        let deployment_file = directories.deployments.join(format!("{}.json", options.network));
        deployment.save(&deployment_file)?;
        Ok(Self {
            evm,
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

    /// Both EVM chains.
    #[must_use]
    pub const fn evm(&self) -> &EvmNetwork {
        &self.evm
    }

    /// LayerZero's DVN and executor.
    #[must_use]
    pub const fn workers(&self) -> &layerzero::workers::Workers {
        &self.evm.workers.layerzero
    }

    /// Wormhole's guardians.
    #[must_use]
    pub const fn guardians(&self) -> &wormhole::workers::Workers {
        &self.evm.workers.wormhole
    }

    /// CCIP's committee and executor.
    #[must_use]
    pub const fn ccip(&self) -> &ccip::workers::Workers {
        &self.evm.workers.ccip
    }

    /// A connection to the source chain that signs as `role`.
    ///
    /// # Errors
    /// [`EvmError`].
    pub fn source_provider(&self, role: Role) -> Result<DynProvider, EvmError> {
        self.evm.source_provider(role)
    }

    /// A connection to the destination chain that signs as `role`.
    ///
    /// # Errors
    /// [`EvmError`].
    pub fn destination_provider(&self, role: Role) -> Result<DynProvider, EvmError> {
        self.evm.destination_provider(role)
    }

    /// A connection to the source chain that only reads.
    ///
    /// # Errors
    /// [`EvmError`].
    pub fn source_reader(&self) -> Result<DynProvider, EvmError> {
        self.evm.source_reader()
    }

    /// A connection to the destination chain that only reads.
    ///
    /// # Errors
    /// [`EvmError`].
    pub fn destination_reader(&self) -> Result<DynProvider, EvmError> {
        self.evm.destination_reader()
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
        let evm = [self.evm.source.pid(), self.evm.destination.pid()];
        evm.into_iter().chain(self.near_node.pid()).collect()
    }

    /// Leaves the chains and a process with the workers running after ours ends. `down` stops
    /// them by the state file that this writes.
    ///
    /// # Errors
    /// [`DevnetError`]; then everything is stopped.
    pub fn detach(self) -> Result<KeptNetwork, DevnetError> {
        let Self { evm, near_node, deployment, .. } = self;
        let EvmNetwork { workers, source, destination, .. } = evm;
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

async fn near_chain(
    project: &Project,
    options: &DevnetOptions,
    directories: &Directories,
) -> Result<(NearNode, NearClient, MarketAccounts), DevnetError> {
    let node = async { Ok(NearNode::start(&directories.state.join("near")).await?) };
    let node = timed(options, Stage::NearChain, node).await?;
    let near = node.client()?;
    let circuit = options.circuit.registration();
    let market = deploy_market(&near, project, node.root(), node.network_id(), circuit);
    let market = timed(options, Stage::ProverMarket, async { Ok(market.await?) }).await?;
    Ok((node, near, market))
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
