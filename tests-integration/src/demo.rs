//! The main job, end to end: a signed receipt becomes a proof, a market pays for the proof, and the
//! proof pays on another chain.

mod agreement;
mod bridge;
mod error;
mod evm;
mod market;
mod refusals;
mod relayer;
mod report;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use proofrail_circuits::{circuit::Circuit, receipt::ReceiptCircuit, registry};
use proofrail_deploy::{
    circuit::CircuitDeployment,
    devnet::{Devnet, DevnetOptions, Directories, KeptNetwork, Stage},
    project::Project,
};
use proofrail_prover::{key::ProvingKey, setup::setup_dev};

use self::{agreement::Agreement, error::at, evm::Destination, market::Market, relayer::Relayer};
pub use self::{
    bridge::{Bridge, UnknownBridge},
    error::DemoError,
    report::{Balances, Cost, Ledger, Recorder, Refusal, Report, Running, Step},
};

/// Where a kept network's files are, below the checkout.
const STATE_DIRECTORY: &str = ".proofrail/devnet";

/// What the demo leaves behind.
#[derive(Debug)]
pub struct Outcome {
    /// What happened.
    pub report: Report,
    /// The chains, where they were to be kept.
    pub kept: Option<KeptNetwork>,
}

/// Runs the whole demo over a bridge; with `keep` the chains go on running.
///
/// # Errors
/// [`DemoError`] naming the step; whatever was started is stopped.
pub async fn run(bridge: Bridge, keep: bool) -> Result<Outcome, DemoError> {
    let mut recorder = Recorder::default();
    let key = development_key(&mut recorder)?;
    let devnet = start_chains(&mut recorder, &key, keep).await?;
    settle(&mut recorder, &devnet, &key, bridge).await?;
    let kept = if keep { Some(devnet.detach().map_err(at("keep the chains"))?) } else { None };
    Ok(Outcome { report: recorder.finish(), kept })
}

fn development_key(recorder: &mut Recorder) -> Result<ProvingKey, DemoError> {
    let step = recorder.begin("make development keys of the circuit `receipt`");
    let circuit = registry::by_name(ReceiptCircuit::NAME)
        .ok_or_else(|| DemoError::unexpected("make development keys", "no such circuit"))?;
    let key = setup_dev(circuit).map_err(at("make development keys"))?;
    let note = format!("{} constraints", key.constraint_count());
    recorder.done(step, Cost::NONE, &note);
    Ok(key)
}

async fn start_chains(
    recorder: &mut Recorder,
    key: &ProvingKey,
    keep: bool,
) -> Result<Devnet, DemoError> {
    let circuit = CircuitDeployment::of(key.verifying_key()).map_err(at("encode the circuit"))?;
    let stages = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&stages);
    let mut options = DevnetOptions::new(circuit);
    options.on_stage = Some(Arc::new(move |stage: Stage, elapsed: Duration| {
        if let Ok(mut stages) = heard.lock() {
            stages.push((stage, elapsed));
        }
    }));
    if keep {
        options.directories = Some(kept_directories()?);
    }
    eprintln!("  … start three chains and deploy LayerZero V2, Wormhole, CCIP and our contracts");
    let devnet = Devnet::start(options).await.map_err(at("start the chains"))?;
    let stages = stages.lock().map(|stages| stages.clone()).unwrap_or_default();
    for (stage, elapsed) in stages {
        recorder.timed(&stage.to_string(), elapsed);
    }
    Ok(devnet)
}

fn kept_directories() -> Result<Directories, DemoError> {
    let project = Project::discover().map_err(at("find the checkout"))?;
    Ok(Directories {
        deployments: project.root().join("deployments"),
        state: project.root().join(STATE_DIRECTORY),
    })
}

/// One job: proved and paid for on NEAR, settled over the bridge, and then attacked.
async fn settle(
    recorder: &mut Recorder,
    devnet: &Devnet,
    key: &ProvingKey,
    bridge: Bridge,
) -> Result<(), DemoError> {
    let market = Market::new(devnet);
    let destination = Destination::new(devnet)?;
    let agreement = Agreement::new(devnet, destination.timestamp().await?)?;
    destination.fund_payer().await?;
    market.register_prover(recorder, agreement.circuit_id()).await?;
    market.attest(recorder).await?;
    recorder.balances_before(ledger(&market, &destination).await?);

    destination.open_escrow(recorder, &agreement).await?;
    let job = market.fund_job(recorder, &agreement).await?;
    market.draw(recorder, job).await?;
    let proof = market.prove(recorder, key, &agreement)?;
    market.submit_proof(recorder, job, &proof).await?;
    refusals::forged(recorder, &destination, &agreement, &proof).await?;

    let relayer = Relayer::start(devnet, key, bridge).await?;
    relayer.settle(recorder, devnet, &agreement, &proof).await?;
    destination.require_paid_once(&agreement).await?;
    refusals::replayed(recorder, devnet, &destination, &agreement, &proof).await?;
    recorder.balances_after(ledger(&market, &destination).await?);
    Ok(())
}

async fn ledger(market: &Market<'_>, destination: &Destination) -> Result<Ledger, DemoError> {
    let mut ledger = market.balances().await?;
    ledger.extend(destination.balances().await?);
    Ok(ledger)
}
