//! `proofrail-devnet`: starts, serves and stops development networks.

use std::{
    fs,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use clap::{Parser, Subcommand};
use proofrail_deploy::{
    circuit::{CircuitDeployment, CircuitError},
    devnet::{
        BridgeWorkers, Devnet, DevnetError, DevnetOptions, Directories, Extent, KeptNetwork, Stage,
        down, verify,
    },
    project::{Project, ProjectError},
};
use proofrail_evm::deployment::{Deployment, DeploymentError};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// Development networks: two EVM chains with the real LayerZero V2, Wormhole and CCIP, a NEAR chain, and our contracts.
///
/// Needs the npm packages (`npm ci`) and the built contracts (`cargo xtask build`). The accounts of
/// the EVM chains are those of anvil's public test phrase; nothing here may ever hold value.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start a network, write deployments/NETWORK.json, and run until Ctrl-C.
    Up {
        /// Name of the network and of its deployment file.
        #[arg(long, default_value = "devnet")]
        network: String,
        /// Milliseconds between blocks of the EVM chains; a transaction gets a block at once.
        #[arg(long, value_name = "MS", default_value_t = 1_000)]
        block_time: u64,
        /// Source blocks that the DVN waits for before it attests a packet.
        #[arg(long, value_name = "BLOCKS", default_value_t = 1)]
        confirmations: u64,
        /// Leave everything running and return; `down` stops it.
        #[arg(long)]
        keep: bool,
        /// Print the deployment as JSON on standard output instead of a summary.
        #[arg(long)]
        json: bool,
    },
    /// Run the bridges' off-chain workers for a deployed network until Ctrl-C.
    Workers {
        /// The deployment file of the network.
        #[arg(long, value_name = "FILE")]
        deployment: PathBuf,
    },
    /// Compare what stands on the EVM chains of a network with its deployment file, without a transaction.
    Verify {
        /// The deployment file of the network.
        #[arg(long, value_name = "FILE")]
        deployment: PathBuf,
    },
    /// Stop a network that `up --keep` left running.
    Down {
        /// Name of the network.
        #[arg(long, default_value = "devnet")]
        network: String,
    },
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error(transparent)]
    Circuit(#[from] CircuitError),
    #[error(transparent)]
    Devnet(#[from] DevnetError),
    #[error(transparent)]
    Deployment(#[from] DeploymentError),
    #[error("no network {0} is kept running")]
    NotKept(String),
    #[error("cannot listen for signals: {0}")]
    Signals(#[source] io::Error),
    #[error("cannot print: {0}")]
    Print(#[from] io::Error),
    #[error("cannot print the deployment: {0}")]
    Json(#[from] serde_json::Error),
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
    match run(Arguments::parse().command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("proofrail-devnet: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Up { network, block_time, confirmations, keep, json } => {
            let options = DevnetOptions {
                directories: Some(directories(&network)?),
                network,
                block_time: Duration::from_millis(block_time),
                confirmations,
                extent: Extent::Everything,
                on_stage: Some(Arc::new(report)),
                ..DevnetOptions::new(CircuitDeployment::development_receipt()?)
            };
            up(options, keep, json).await
        }
        Command::Workers { deployment } => {
            let Deployment { source, destination, .. } = Deployment::load(deployment)?;
            let workers = BridgeWorkers::start(&source, &destination, false).await?;
            interrupted().await?;
            drop(workers);
            Ok(())
        }
        Command::Verify { deployment } => {
            let deployment = Deployment::load(deployment)?;
            let circuit = CircuitDeployment::development_receipt()?;
            verify(&deployment, &Project::discover()?, &circuit).await?;
            println!("{} is as its deployment says", deployment.network);
            Ok(())
        }
        Command::Down { network } => {
            let directory = directories(&network)?.state;
            let Some(stopped) = down(&directory)? else { return Err(Failure::NotKept(network)) };
            println!("stopped {} ({} processes)", stopped.network, stopped.pids.len());
            Ok(())
        }
    }
}

async fn up(options: DevnetOptions, keep: bool, json: bool) -> Result<(), Failure> {
    let devnet = Devnet::start(options).await?;
    print(devnet.deployment(), json)?;
    eprintln!("written to {}", devnet.deployment_file().display());
    if keep {
        let KeptNetwork { network, pids, .. } = devnet.detach()?;
        eprintln!("processes {pids:?}; stop them with `proofrail-devnet down --network {network}`");
        return Ok(());
    }
    eprintln!("running until Ctrl-C");
    interrupted().await
}

fn report(stage: Stage, elapsed: Duration) {
    eprintln!("{:>6.2} s  {stage}", elapsed.as_secs_f64());
}

fn print(deployment: &Deployment, json: bool) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    if json {
        serde_json::to_writer_pretty(&mut out, deployment)?;
        writeln!(out)?;
        return Ok(());
    }
    for (name, chain) in [("source", &deployment.source), ("destination", &deployment.destination)]
    {
        writeln!(out, "{name:<12} {} (chain id {})", chain.rpc_url, chain.chain_id)?;
        let contracts = &chain.contracts;
        // A chain has the senders of governance or the receivers.
        let governance = [
            contracts.layerzero_governance_sender.or(contracts.layerzero_governance_receiver),
            contracts.wormhole_governance_sender.or(contracts.wormhole_governance_receiver),
            contracts.ccip_governance_sender.or(contracts.ccip_governance_receiver),
        ];
        for (name, address) in [
            ("sender over LayerZero", contracts.layerzero_sender),
            ("receiver over LayerZero", contracts.layerzero_receiver),
            ("sender over Wormhole", contracts.wormhole_sender),
            ("receiver over Wormhole", contracts.wormhole_receiver),
            ("sender over CCIP", contracts.ccip_sender),
            ("receiver over CCIP", contracts.ccip_receiver),
            ("hub", contracts.hub),
            ("token", contracts.token),
            ("access manager", contracts.access_manager),
            ("route policy", contracts.route_policy),
            ("groups", contracts.settlement_groups),
            ("shielded pool", contracts.shielded_pool),
            ("governance over LayerZero", governance[0]),
            ("governance over Wormhole", governance[1]),
            ("governance over CCIP", governance[2]),
        ] {
            if let Some(address) = address {
                writeln!(out, "  {name:<25} {address}")?;
            }
        }
    }
    writeln!(
        out,
        "{:<12} {} (market {})",
        "near", deployment.near.rpc_url, deployment.near.market
    )?;
    Ok(())
}

fn directories(network: &str) -> Result<Directories, Failure> {
    let root = Project::discover()?.root().to_path_buf();
    let state = root.join(".proofrail").join(network);
    fs::create_dir_all(&state)?;
    Ok(Directories { deployments: root.join("deployments"), state })
}

/// Waits for Ctrl-C or a request to terminate, so that what was started is dropped.
async fn interrupted() -> Result<(), Failure> {
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::Signals)?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed.map_err(Failure::Signals),
        _ = terminate.recv() => Ok(()),
    }
}
