use std::{
    fmt,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use super::DevnetError;
use crate::circuit::CircuitDeployment;

/// A step of bringing a network up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// The source chain answers.
    SourceChain,
    /// The destination chain answers.
    DestinationChain,
    /// The NEAR chain answers.
    NearChain,
    /// LayerZero is deployed on the source chain.
    SourceLayerZero,
    /// LayerZero is deployed on the destination chain.
    DestinationLayerZero,
    /// Our contracts are on the source chain.
    SourceContracts,
    /// Our contracts are on the destination chain.
    DestinationContracts,
    /// Sender and receiver are each other's peer.
    Peers,
    /// Our sender and receiver over Wormhole are deployed and peers.
    Wormhole,
    /// CCIP's lanes are open, and our sender and receiver are on them.
    Ccip,
    /// The prover market is deployed and knows the circuit.
    ProverMarket,
    /// The bridges' off-chain workers are at work.
    Workers,
    /// Routes, groups, governance over bridges and the pool are deployed, and the offices own what has an owner.
    Everything,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SourceChain => "source chain (anvil)",
            Self::DestinationChain => "destination chain (anvil)",
            Self::NearChain => "NEAR chain",
            Self::SourceLayerZero => "LayerZero V2 on the source chain",
            Self::DestinationLayerZero => "LayerZero V2 on the destination chain",
            Self::SourceContracts => "our contracts on the source chain",
            Self::DestinationContracts => "our contracts on the destination chain",
            Self::Peers => "peers",
            Self::ProverMarket => "prover market on NEAR",
            Self::Wormhole => "Wormhole: sender and receiver",
            Self::Ccip => "CCIP: lanes, sender and receiver",
            Self::Workers => "DVN, guardians, committee, executors",
            Self::Everything => "routes, groups, governance, pool",
        })
    }
}

/// Hears how long each stage took, in the order in which they end.
pub type StageListener = Arc<dyn Fn(Stage, Duration) + Send + Sync>;

/// How much of ours is deployed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The path of single settlements, whose bridge ends the deployer owns.
    Settlements,
    /// Routes, groups, governance over bridges and the shielded pool as well; the access managers own the bridge ends.
    Everything,
}

/// How a development network is brought up.
#[derive(Clone)]
pub struct DevnetOptions {
    /// The name in `deployments/<network>.json`.
    pub network: String,
    /// Where the deployment file, the logs and the state of a kept network go; a temporary
    /// directory without one.
    pub directories: Option<Directories>,
    /// How much of ours is deployed.
    pub extent: Extent,
    /// The circuit that provers serve and the hub settles.
    pub circuit: CircuitDeployment,
    /// Time between blocks of both EVM chains; a transaction gets a block at once.
    pub block_time: Duration,
    /// Blocks in an epoch of both EVM chains: `finalized` is two epochs behind the head.
    pub slots_in_an_epoch: u64,
    /// Source blocks that the DVN waits for.
    pub confirmations: u64,
    /// Whether the workers hold every packet until they are resumed.
    pub workers_paused: bool,
    /// Hears about progress.
    pub on_stage: Option<StageListener>,
}

impl DevnetOptions {
    /// A network named `devnet` in temporary directories for single settlements, with blocks every second and finality
    /// after two blocks.
    #[must_use]
    pub fn new(circuit: CircuitDeployment) -> Self {
        Self {
            network: "devnet".to_owned(),
            directories: None,
            extent: Extent::Settlements,
            circuit,
            block_time: Duration::from_secs(1),
            slots_in_an_epoch: 1,
            confirmations: 1,
            workers_paused: false,
            on_stage: None,
        }
    }
}

impl fmt::Debug for DevnetOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DevnetOptions")
            .field("network", &self.network)
            .field("directories", &self.directories)
            .field("extent", &self.extent)
            .field("block_time", &self.block_time)
            .field("slots_in_an_epoch", &self.slots_in_an_epoch)
            .field("confirmations", &self.confirmations)
            .field("workers_paused", &self.workers_paused)
            .finish_non_exhaustive()
    }
}

/// Where a network's files go.
#[derive(Clone, Debug)]
pub struct Directories {
    /// Holds `<network>.json`.
    pub deployments: PathBuf,
    /// Holds logs and the state of a kept network.
    pub state: PathBuf,
}

/// Does a stage of a start and tells how long it took.
pub(super) async fn timed<T>(
    options: &DevnetOptions,
    stage: Stage,
    work: impl Future<Output = Result<T, DevnetError>>,
) -> Result<T, DevnetError> {
    let start = Instant::now();
    let done = work.await?;
    let elapsed = start.elapsed();
    tracing::info!(%stage, ?elapsed, "ready");
    if let Some(listener) = &options.on_stage {
        listener(stage, elapsed);
    }
    Ok(done)
}
