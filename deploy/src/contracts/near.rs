//! The prover market on a NEAR development chain, with the accounts that use it.

use std::{fs, io, path::PathBuf};

use proofrail_near_interface::{
    CircuitArgs, CircuitView, ConfigView, NewArgs, RegisterCircuitArgs, method_names,
};
use serde_json::json;

use crate::{
    near::{Call, NearAccount, NearClient, NearError, NearToken},
    project::{Project, ProjectError},
};

/// The market, as `cargo xtask build` compiles it.
const MARKET_WASM: &str = "contracts-near/target/wasm32-unknown-unknown/release/prover_market.wasm";
/// For the market's code and its first entries.
const MARKET_BALANCE: NearToken = NearToken::from_near(20);
/// For an account that only pays gas.
const SMALL_BALANCE: NearToken = NearToken::from_near(10);
/// For a prover: the smallest stake of 1,000 NEAR, its storage and gas.
const PROVER_BALANCE: NearToken = NearToken::from_near(1_100);
/// Attached to a circuit's registration for its storage; the rest is returned.
const CIRCUIT_DEPOSIT: NearToken = NearToken::from_near(1);

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
    /// Registers circuits.
    pub owner: NearAccount,
    /// Credited 20 % of each fee.
    pub treasury: NearAccount,
    /// Credited 10 % of each fee.
    pub insurance: NearAccount,
    /// Owns enough to become a prover.
    pub prover: NearAccount,
    /// Owns enough to fund jobs.
    pub client: NearAccount,
}

impl MarketAccounts {
    async fn create(near: &NearClient, root: &NearAccount) -> Result<Self, NearError> {
        Ok(Self {
            market: near.create_account(root, "market", MARKET_BALANCE).await?,
            owner: near.create_account(root, "owner", SMALL_BALANCE).await?,
            treasury: near.create_account(root, "treasury", SMALL_BALANCE).await?,
            insurance: near.create_account(root, "insurance", SMALL_BALANCE).await?,
            prover: near.create_account(root, "prover", PROVER_BALANCE).await?,
            client: near.create_account(root, "client", SMALL_BALANCE).await?,
        })
    }
}

/// Creates the accounts below `root`, deploys the market and registers `circuit`.
///
/// # Errors
/// [`MarketError`].
pub async fn deploy_market(
    near: &NearClient,
    project: &Project,
    root: &NearAccount,
    circuit: &RegisterCircuitArgs,
) -> Result<MarketAccounts, MarketError> {
    let path = project.built_file(MARKET_WASM)?;
    let wasm = fs::read(&path).map_err(|source| MarketError::Read { path, source })?;
    let accounts = MarketAccounts::create(near, root).await?;
    let market = accounts.market.id();
    let new = NewArgs {
        owner_id: accounts.owner.id().clone(),
        treasury_id: accounts.treasury.id().clone(),
        insurance_id: accounts.insurance.id().clone(),
        params: None,
    };
    near.deploy(&accounts.market, wasm, method_names::NEW, &new).await?;
    let register = Call {
        contract: market,
        method: method_names::REGISTER_CIRCUIT,
        args: circuit,
        deposit: CIRCUIT_DEPOSIT,
    };
    near.call(&accounts.owner, register).await?;

    let config: ConfigView = near.view(market, method_names::CONFIG, json!({})).await?;
    let as_written = config.owner_id == new.owner_id
        && config.treasury_id == new.treasury_id
        && config.insurance_id == new.insurance_id;
    require(as_written, "configuration")?;
    let wanted = CircuitArgs { circuit_id: circuit.circuit_id };
    let found: Option<CircuitView> = near.view(market, method_names::CIRCUIT, wanted).await?;
    let as_written = found.is_some_and(|found| {
        found.vk == circuit.vk && found.public_inputs == circuit.public_inputs && !found.stopped
    });
    require(as_written, "circuit")?;
    Ok(accounts)
}

fn require(holds: bool, what: &'static str) -> Result<(), MarketError> {
    if holds { Ok(()) } else { Err(MarketError::NotAsWritten(what)) }
}
