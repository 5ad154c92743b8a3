//! anvil, the EVM development chain of Foundry, as installed by npm.

use std::{path::Path, process::Command, time::Duration};

use alloy::providers::Provider;

use crate::{
    process::{ManagedProcess, ProcessError},
    project::{Project, ProjectError},
    rpc::{EvmError, reader},
};

/// How long anvil may take to listen; a loaded machine is slow to start anything.
const START_LIMIT: Duration = Duration::from_secs(60);

/// When a chain makes blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mining {
    /// One block for each transaction, and none otherwise.
    OnTransaction,
    /// One block at every interval, and none otherwise.
    Interval(Duration),
    /// One block for each transaction and one at every interval, so that transactions are quick
    /// and finality still advances.
    Mixed(Duration),
    /// Only when asked by `evm_mine` or `anvil_mine`.
    OnRequest,
}

/// How a chain is started.
#[derive(Clone, Debug)]
pub struct AnvilOptions {
    /// EIP-155 chain id.
    pub chain_id: u64,
    /// When blocks are made.
    pub mining: Mining,
    /// Blocks in an epoch: the `safe` block is one epoch behind the latest, `finalized` two.
    pub slots_in_an_epoch: u64,
    /// TCP port; `None` takes a free one.
    pub port: Option<u16>,
}

/// Why a chain did not start.
#[derive(Debug, thiserror::Error)]
pub enum AnvilError {
    /// anvil is not installed.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// It could not be started.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// It does not answer.
    #[error(transparent)]
    Evm(#[from] EvmError),
    /// Something else listens there.
    #[error("the chain at {url} says its id is {found}, not {wanted}")]
    WrongChain {
        /// Where it listens.
        url: String,
        /// The id that it was started with.
        wanted: u64,
        /// The id that it answers.
        found: u64,
    },
}

/// A running chain; dropping it stops it.
#[derive(Debug)]
pub struct Anvil {
    process: ManagedProcess,
    rpc_url: String,
    chain_id: u64,
}

impl Anvil {
    /// Starts a chain and waits until it answers.
    ///
    /// # Errors
    /// [`AnvilError`], with the cure or the end of anvil's log.
    pub async fn start(
        project: &Project,
        log: &Path,
        options: &AnvilOptions,
    ) -> Result<Self, AnvilError> {
        let mut command = Command::new(project.foundry_tool("anvil")?);
        command.args(arguments(options));
        let mut process = ManagedProcess::spawn("anvil", command, log)?;
        let address = process.wait_for(START_LIMIT, listening_address).await?;
        let rpc_url = format!("http://{address}");
        let found = reader(&rpc_url)?.get_chain_id().await.map_err(EvmError::rpc("eth_chainId"))?;
        if found != options.chain_id {
            return Err(AnvilError::WrongChain { url: rpc_url, wanted: options.chain_id, found });
        }
        tracing::debug!(chain_id = found, %rpc_url, pid = process.pid(), "anvil is up");
        Ok(Self { process, rpc_url, chain_id: found })
    }

    /// Where it listens.
    #[must_use]
    pub fn rpc_url(&self) -> &str {
        &self.rpc_url
    }

    /// EIP-155 chain id.
    #[must_use]
    pub const fn chain_id(&self) -> u64 {
        self.chain_id
    }

    /// The process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// Leaves it running after our process ends, and returns its process id.
    #[must_use]
    pub fn detach(self) -> u32 {
        self.process.detach()
    }
}

fn arguments(options: &AnvilOptions) -> Vec<String> {
    let mut arguments = vec![
        // Port 0 lets the system choose, so that parallel tests never race for one.
        "--port".to_owned(),
        options.port.unwrap_or(0).to_string(),
        "--chain-id".to_owned(),
        options.chain_id.to_string(),
        "--slots-in-an-epoch".to_owned(),
        options.slots_in_an_epoch.to_string(),
        "--color".to_owned(),
        "never".to_owned(),
    ];
    match options.mining {
        Mining::OnTransaction => {}
        Mining::Interval(every) => arguments.extend(block_time(every)),
        Mining::Mixed(every) => {
            arguments.extend(block_time(every));
            arguments.push("--mixed-mining".to_owned());
        }
        Mining::OnRequest => arguments.push("--no-mining".to_owned()),
    }
    arguments
}

fn block_time(every: Duration) -> [String; 2] {
    ["--block-time".to_owned(), every.as_secs_f64().to_string()]
}

/// The address in anvil's line `Listening on 127.0.0.1:8545`.
fn listening_address(log: &str) -> Option<String> {
    let (_, rest) = log.split_once("Listening on ")?;
    let (address, _) = rest.split_once('\n')?;
    Some(address.trim().to_owned())
}
