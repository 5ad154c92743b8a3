//! `near-devnode`: serves a fresh NEAR development chain until it is told to stop.

use clap::Parser;
use near_crypto::KeyType;
use near_devnode::home::{self, NodeFile};
use near_devnode::server::{self, ServerError};
use near_devnode::{
    Chain, ChainConfig, ChainError, Clock, DEFAULT_PROTOCOL_VERSION, MAX_PROTOCOL_VERSION,
    MIN_PROTOCOL_VERSION, Node, NodeOptions, SecretKey,
};
use near_primitives::utils::generate_random_string;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// A NEAR development chain in one process: real contract gas and limits, NEAR's JSON-RPC.
///
/// Each start is a fresh chain with the accounts test.near (root), near and registrar, whose new
/// keys are written to HOME/<account>.json (near-cli's credentials format) and, for the root,
/// HOME/validator_key.json. Once the node answers it writes HOME/node.json and prints one line.
///
/// Besides NEAR's methods it answers sandbox_patch_state, sandbox_fast_forward {delta_height} and
/// devnode_set_time {timestamp_nanosec}. Set RUST_LOG=debug to see requests.
#[derive(Debug, Parser)]
#[command(version, args_override_self = true)]
struct Arguments {
    /// Port of the JSON-RPC; 0 lets the system choose.
    #[arg(long, default_value_t = 3030)]
    port: u16,
    /// Address to listen on.
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    host: IpAddr,
    /// Rules to follow: gas, limits, host functions. Mainnet runs 86.
    #[arg(
        long,
        value_name = "VERSION",
        default_value_t = DEFAULT_PROTOCOL_VERSION,
        value_parser = clap::value_parser!(u32)
            .range(i64::from(MIN_PROTOCOL_VERSION)..=i64::from(MAX_PROTOCOL_VERSION)),
    )]
    protocol_version: u32,
    /// Name of the chain.
    #[arg(long, default_value = "devnet")]
    chain_id: String,
    /// Directory for keys and node.json; it is created when missing.
    #[arg(long, value_name = "DIR", default_value = ".proofrail/near-devnode")]
    home: PathBuf,
    /// Milliseconds between blocks. Without it transactions are executed at once, and an empty
    /// block follows every second.
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(1..=3_600_000))]
    block_time: Option<u64>,
}

/// Why the node did not run.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Chain(#[from] ChainError),
    #[error(transparent)]
    Server(#[from] ServerError),
    #[error("cannot listen for signals: {0}")]
    Signals(#[source] std::io::Error),
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("near-devnode: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Failure> {
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::Signals)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::Signals)?;
    let listener = server::bind(SocketAddr::new(arguments.host, arguments.port)).await?;
    let address = listener.local_addr().map_err(ServerError::Serve)?;

    let block_time = arguments.block_time.map(Duration::from_millis);
    let config = fresh_chain(&arguments, block_time);
    home::write_keys(&arguments.home, &config.accounts)?;
    let chain = Chain::new(config)?;
    let file = NodeFile {
        rpc_url: format!("http://{address}"),
        chain_id: arguments.chain_id,
        protocol_version: arguments.protocol_version,
        pid: std::process::id(),
    };
    let node = Node::new(chain, NodeOptions { block_time, ..NodeOptions::default() });
    home::write_node(&arguments.home, &file)?;
    println!(
        "near-devnode: {} (protocol {}) at {}, keys in {}",
        file.chain_id,
        file.protocol_version,
        file.rpc_url,
        arguments.home.display()
    );
    let stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    let result = server::serve(node, listener, stop).await;
    // Nobody should find a node that is gone.
    if let Err(error) = std::fs::remove_file(home::node_file(&arguments.home)) {
        tracing::warn!(%error, "node.json could not be removed");
    }
    Ok(result?)
}

/// A chain on the wall clock, with new keys and its own randomness.
fn fresh_chain(arguments: &Arguments, block_time: Option<Duration>) -> ChainConfig {
    let defaults = ChainConfig::default();
    ChainConfig {
        chain_id: arguments.chain_id.clone(),
        protocol_version: arguments.protocol_version,
        clock: Clock::System,
        block_interval: block_time.unwrap_or(defaults.block_interval),
        random_seed: near_primitives::hash::hash(generate_random_string(32).as_bytes()).0,
        accounts: ChainConfig::root_accounts(|_| SecretKey::from_random(KeyType::ED25519)),
    }
}
