//! All of our contracts on two chains: what is deployed is what was wanted, a second run changes nothing, whatever is
//! changed behind the deployment's back is found, and the pool takes and pays under real proofs.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test fails by panicking")]

mod deployed;
mod notes;
mod pool;

use proofrail_deploy::{
    circuit::CircuitDeployment,
    devnet::{DevnetOptions, EvmNetwork, Extent},
    project::Project,
};
use tempfile::TempDir;

/// A network with everything on it, whose workers hold every message.
async fn network() -> (EvmNetwork, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let circuit = CircuitDeployment::development_receipt().unwrap();
    let options = DevnetOptions {
        extent: Extent::Everything,
        workers_paused: true,
        ..DevnetOptions::new(circuit)
    };
    let project = Project::discover().unwrap();
    let logs = folder.path().join("logs");
    (EvmNetwork::start(&project, &options, &logs).await.unwrap(), folder)
}
