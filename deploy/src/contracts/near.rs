//! The prover market on a NEAR development chain, with the accounts that use it.

use std::{fs, io, path::PathBuf};

use proofrail_near_interface::{
    ApprovedCode, CircuitArgs, CircuitView, ConfigView, Constitution, Hex, NewArgs, NewCircuit,
    Offices, Params, Platform, method_names,
};
use serde_json::json;

use crate::{
    near::{AccountId, NearAccount, NearClient, NearError, NearToken},
    project::{Project, ProjectError},
};

/// Where `cargo xtask build` puts the contracts.
const WASM_FOLDER: &str = "contracts-near/target/wasm32-unknown-unknown/release";
/// The market and the attestation verifier in the builds that believe the development root: nobody's laptop has a
/// TEE of each kind, and a development chain has nothing to lose.
const MARKET_WASM: &str = "prover_market_dev.wasm";
const VERIFIER_WASM: &str = "attestation_verifier_dev.wasm";
/// What the machines of the development root must say they run to be accepted.
pub const DEVELOPMENT_MEASUREMENT: Hex<32> = Hex(*b"proofrail development provers..!");
/// For the market's code and its first entries.
const MARKET_BALANCE: NearToken = NearToken::from_near(20);
/// For an account that only pays gas.
const SMALL_BALANCE: NearToken = NearToken::from_near(10);
/// For a prover: the smallest stake of 1,000 NEAR, its storage and gas.
const PROVER_BALANCE: NearToken = NearToken::from_near(1_100);
/// How long a job may be drawn, seconds: frozen sets then follow changes within five seconds.
const DRAW_WINDOW_S: u64 = 60;
/// Delays of changes and upgrades, seconds.
const DELAY_S: u64 = 60;

/// Why the market could not be deployed.
#[derive(Debug, thiserror::Error)]
pub enum MarketError {
    /// The contract was not built.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// The contract could not be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// The wasm file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The chain refused.
    #[error(transparent)]
    Near(#[from] NearError),
    /// What was written is not what is read back.
    #[error("the market's {0} does not read back as written")]
    NotAsWritten(&'static str),
}

/// The accounts of a development market; all are named below one root account.
#[derive(Clone, Debug)]
pub struct MarketAccounts {
    /// Holds the contract.
    pub market: NearAccount,
    /// Holds the attestation verifier.
    pub verifier: NearAccount,
    /// Holds every office.
    pub owner: NearAccount,
    /// Paid what is withdrawn from the market's treasury.
    pub treasury: NearAccount,
    /// Owns enough to become a prover.
    pub prover: NearAccount,
    /// Owns enough to fund jobs.
    pub client: NearAccount,
}

impl MarketAccounts {
    async fn create(near: &NearClient, root: &NearAccount) -> Result<Self, NearError> {
        Ok(Self {
            market: near.create_account(root, "market", MARKET_BALANCE).await?,
            verifier: near.create_account(root, "verifier", MARKET_BALANCE).await?,
            owner: near.create_account(root, "owner", SMALL_BALANCE).await?,
            treasury: near.create_account(root, "treasury", SMALL_BALANCE).await?,
            prover: near.create_account(root, "prover", PROVER_BALANCE).await?,
            client: near.create_account(root, "client", SMALL_BALANCE).await?,
        })
    }
}

/// Creates the accounts below `root`; deploys the attestation verifier and the market with `circuit`.
///
/// # Errors
/// [`MarketError`].
pub async fn deploy_market(
    near: &NearClient,
    project: &Project,
    root: &NearAccount,
    network: &str,
    circuit: &NewCircuit,
) -> Result<MarketAccounts, MarketError> {
    let (verifier, wasm) = (read(project, VERIFIER_WASM)?, read(project, MARKET_WASM)?);
    let accounts = MarketAccounts::create(near, root).await?;
    let new = new_args(&accounts, network, circuit);
    near.deploy_code(&accounts.verifier, verifier).await?;
    near.deploy(&accounts.market, wasm, method_names::NEW, &new).await?;
    check(near, accounts.market.id(), &new, circuit).await?;
    Ok(accounts)
}

fn read(project: &Project, name: &str) -> Result<Vec<u8>, MarketError> {
    let path = project.built_file(&format!("{WASM_FOLDER}/{name}"))?;
    fs::read(&path).map_err(|source| MarketError::Read { path, source })
}

fn new_args(accounts: &MarketAccounts, network: &str, circuit: &NewCircuit) -> NewArgs {
    let params = Params { draw_window_s: DRAW_WINDOW_S, timelock_s: DELAY_S, ..Params::default() };
    NewArgs {
        treasury_id: accounts.treasury.id().clone(),
        constitution: Constitution {
            offices: Offices::all_held_by(accounts.owner.id()),
            network: network.to_owned(),
            attestation: None,
            measurements: vec![ApprovedCode {
                platform: Platform::Dev,
                measurement: DEVELOPMENT_MEASUREMENT,
            }],
            circuits: vec![circuit.clone()],
            verifier_id: Some(accounts.verifier.id().clone()),
            params: Some(params),
            upgrade_delay_s: Some(DELAY_S),
            delay_floor_s: Some(1),
        },
    }
}

/// Reads back what was written.
async fn check(
    near: &NearClient,
    market: &AccountId,
    new: &NewArgs,
    circuit: &NewCircuit,
) -> Result<(), MarketError> {
    let config: ConfigView = near.view(market, method_names::CONFIG, json!({})).await?;
    let as_written =
        config.treasury_id == new.treasury_id && Some(config.params) == new.constitution.params;
    require(as_written, "configuration")?;
    let wanted = CircuitArgs { circuit_id: circuit.circuit_id };
    let found: Option<CircuitView> = near.view(market, method_names::CIRCUIT, wanted).await?;
    let as_written = found.is_some_and(|found| {
        found.vk == circuit.vk && found.public_inputs == circuit.public_inputs && !found.stopped
    });
    require(as_written, "circuit")
}

fn require(holds: bool, what: &'static str) -> Result<(), MarketError> {
    if holds { Ok(()) } else { Err(MarketError::NotAsWritten(what)) }
}
