use std::{io, path::PathBuf};

use proofrail_evm::deployment::DeploymentError;

use crate::{
    anvil::AnvilError,
    ccip,
    contracts::{evm::ContractsError, near::MarketError},
    layerzero,
    near::NearError,
    near_node::NearNodeError,
    process::ProcessError,
    project::ProjectError,
    rpc::EvmError,
    wormhole,
};

/// Why a development network did not come up, or could not be kept or stopped.
#[derive(Debug, thiserror::Error)]
pub enum DevnetError {
    /// A part of the project is missing.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// An EVM chain did not start.
    #[error(transparent)]
    Anvil(#[from] AnvilError),
    /// The NEAR chain did not start.
    #[error(transparent)]
    NearNode(#[from] NearNodeError),
    /// A call to an EVM chain failed.
    #[error(transparent)]
    Evm(#[from] EvmError),
    /// A call to the NEAR chain failed.
    #[error(transparent)]
    Near(#[from] NearError),
    /// LayerZero could not be deployed.
    #[error(transparent)]
    LayerZero(#[from] layerzero::stack::StackError),
    /// LayerZero's workers could not start.
    #[error(transparent)]
    Workers(#[from] layerzero::workers::WorkerError),
    /// Wormhole could not be deployed.
    #[error(transparent)]
    Wormhole(#[from] wormhole::stack::StackError),
    /// Wormhole's guardians could not start.
    #[error(transparent)]
    Guardians(#[from] wormhole::workers::WorkerError),
    /// CCIP could not be deployed.
    #[error(transparent)]
    Ccip(#[from] ccip::stack::StackError),
    /// CCIP's workers could not start.
    #[error(transparent)]
    Committee(#[from] ccip::workers::WorkerError),
    /// A service of a bridge cannot listen where the deployment says.
    #[error(
        "{url} is not http://ADDRESS:PORT: correct `guardian_api` and `indexer` of the source in the deployment"
    )]
    ServiceUrl {
        /// As written.
        url: String,
    },
    /// Our Solidity contracts could not be deployed.
    #[error(transparent)]
    Contracts(#[from] ContractsError),
    /// The prover market could not be deployed.
    #[error(transparent)]
    Market(#[from] MarketError),
    /// The deployment file could not be read or written, or lacks a contract.
    #[error(transparent)]
    Deployment(#[from] DeploymentError),
    /// A process could not be started.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// A file of the network could not be read or written.
    #[error("cannot {action} {path}: {source}")]
    File {
        /// What was being done.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The state of a kept network is not one.
    #[error("{path} is not the state of a kept network: {source}; stop its processes by hand")]
    State {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A network of this name is already kept.
    #[error("the network {network} is still running: stop it with `proofrail-devnet down`")]
    Running {
        /// The network.
        network: String,
    },
    /// The program that serves the workers of a kept network is missing.
    #[error("no proofrail-devnet beside {exe}: build it with `cargo build -p proofrail-deploy`")]
    NoProgram {
        /// Our own program.
        exe: PathBuf,
    },
}
