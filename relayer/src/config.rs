//! From the configuration file to a running service.

mod error;
mod file;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use alloy::primitives::U256;
use proofrail_evm::Deployment;

pub use self::{
    error::ConfigError,
    file::{
        ApiSection, Bridges, CcipFinality, CcipSection, ChainSection, DirectSection, FeeToken,
        File, LayerZeroSection, Policy, PricesSection, RoutingSection, WormholeSection,
    },
};
use crate::{
    bridge::{self, BridgeAdapter},
    chain::{Chain, ChainError, ChainOptions, RpcUrl},
    circuits::Circuits,
    confirm::{ConfirmPolicy, Confirmer},
    health::{Monitor, Watched},
    hub::Hub,
    prepare::{Preparer, door::Door},
    routing::{AUTO, Prices, Router, RoutingPolicy},
    service::Relayer,
    signer::Signer,
    store::Store,
    submit::{Account, SubmitPolicy, Submitter},
};

/// The commented template, which is itself a valid configuration.
pub const TEMPLATE: &str = include_str!("../config.template.toml");

const GWEI: u128 = 1_000_000_000;

/// Seconds that a bridge is thought to take when nobody says: about Ethereum's finality.
const TYPICAL_S: u64 = 900;

/// What a bridge is built from.
#[derive(Clone, Debug)]
pub struct Route {
    /// Addresses of everything that is deployed.
    pub deployment: Deployment,
    /// The chain that messages are sent from.
    pub source: Arc<Chain>,
    /// The chain that settles.
    pub destination: Arc<Chain>,
    /// The hub that settles.
    pub hub: Hub,
    /// The file's sections of bridges.
    pub sections: Bridges,
}

/// A configuration whose every part was read and understood. Nothing was written and no chain was asked.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file.
    pub file: File,
    /// The folder that its paths are relative to.
    folder: PathBuf,
    route: Route,
    bridges: BTreeMap<String, Arc<dyn BridgeAdapter>>,
    accounts: BTreeMap<u64, Account>,
    circuits: Circuits,
}

impl Config {
    /// Reads a configuration and everything that it names.
    ///
    /// # Errors
    /// [`ConfigError`] with the key that is at fault.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::File { path: path.to_owned(), source })?;
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        Self::parse(&text, folder)
    }

    /// The same from a text whose paths are relative to `folder`.
    ///
    /// # Errors
    /// [`ConfigError`] with the key that is at fault.
    pub fn parse(text: &str, folder: PathBuf) -> Result<Self, ConfigError> {
        let file: File = toml::from_str(text).map_err(|error| ConfigError::syntax(text, &error))?;
        file.check()?;
        let deployment = Deployment::load(folder.join(&file.deployment))?;
        let route = route(&file, deployment)?;
        let circuits = Circuits::load(&file.verifying_keys, &folder, file.allow_insecure_dev_keys)?;
        let bridges = bridges(&file, &route)?;
        let accounts = accounts(&file, &route, &folder)?;
        check_payers(&bridges, &accounts)?;
        Ok(Self { file, folder, route, bridges, accounts, circuits })
    }

    /// The chains and the hub.
    pub const fn route(&self) -> &Route {
        &self.route
    }

    /// Asks both endpoints which chain they serve.
    ///
    /// # Errors
    /// When one does not answer, or serves another chain.
    pub async fn check_chains(&self) -> Result<(), ConfigError> {
        self.route.source.check_id().await?;
        self.route.destination.check_id().await?;
        Ok(())
    }

    /// The same, but an endpoint that does not answer is let pass: it may be back before it is needed.
    ///
    /// # Errors
    /// When one serves another chain.
    pub async fn refuse_wrong_chains(&self) -> Result<(), ConfigError> {
        for chain in [&self.route.source, &self.route.destination] {
            match chain.check_id().await {
                Err(error @ ChainError::WrongChain { .. }) => return Err(error.into()),
                Err(error) => {
                    tracing::warn!(chain = chain.id(), %error, "the endpoint does not answer")
                }
                Ok(()) => {}
            }
        }
        Ok(())
    }

    /// Opens the database and puts the service together.
    ///
    /// # Errors
    /// When the database cannot be opened.
    pub async fn build(&self) -> Result<(Relayer, Monitor), ConfigError> {
        let store = Arc::new(Store::open(&self.folder.join(&self.file.database)).await?);
        let policy = &self.file.policy;
        let poll = Duration::from_millis(policy.poll_interval_ms);
        let hub = &self.route.hub;
        let (source, destination) = (self.route.source.id(), self.route.destination.id());
        let serves = |bridge: &Arc<dyn BridgeAdapter>| bridge.supports(source, destination);
        let door = Door {
            source,
            destination,
            hub: hub.address(),
            circuits: self.circuits.clone(),
            bridges: self
                .bridges
                .iter()
                .map(|(name, bridge)| (name.clone(), serves(bridge)))
                .collect(),
            default_bridge: self.file.default_bridge.clone(),
            min_time_left: policy.min_time_left_s,
        };
        let router = Arc::new(Router {
            store: Arc::clone(&store),
            hub: hub.clone(),
            bridges: self.bridges.clone(),
            accounts: self.accounts.clone(),
            source,
            policy: self.file.routing.policy(),
        });
        let preparer = Preparer { hub: hub.clone(), router: Arc::clone(&router) };
        let submitter = Submitter {
            store: Arc::clone(&store),
            hub: hub.clone(),
            router: Arc::clone(&router),
            accounts: self.accounts.clone(),
            policy: SubmitPolicy {
                poll,
                bump_after: Duration::from_secs(policy.bump_after_s),
                max_attempts: policy.max_attempts,
                min_time_left: policy.min_time_left_s,
            },
        };
        let confirmer = Confirmer {
            store: Arc::clone(&store),
            hub: hub.clone(),
            router,
            accounts: self.accounts.clone(),
            policy: ConfirmPolicy {
                poll,
                overdue_after: Duration::from_secs(policy.overdue_after_s),
                max_deliveries: policy.max_attempts,
                min_time_left: policy.min_time_left_s,
            },
        };
        let concurrency = usize::try_from(policy.concurrency).unwrap_or(usize::MAX);
        let monitor = self.monitor(Arc::clone(&store));
        let relayer = Relayer::new(store, door, preparer, submitter, confirmer, concurrency);
        Ok((relayer, monitor))
    }

    fn monitor(&self, store: Arc<Store>) -> Monitor {
        let watched = |chain: &Arc<Chain>, minimum| Watched {
            chain: Arc::clone(chain),
            account: self
                .accounts
                .get(&chain.id())
                .map(|account| (account.signer.address(), minimum)),
        };
        let source = watched(&self.route.source, self.file.source.min_balance_wei);
        let destination = watched(&self.route.destination, self.file.destination.min_balance_wei);
        Monitor {
            store,
            chains: BTreeMap::from([("source", source), ("destination", destination)]),
            bridges: self.bridges.clone(),
        }
    }
}

fn route(file: &File, deployment: Deployment) -> Result<Route, ConfigError> {
    let source = chain("source", &file.source, &deployment.source)?;
    let destination = chain("destination", &file.destination, &deployment.destination)?;
    let address = deployment.destination.hub()?;
    let hub = Hub::new(Arc::clone(&destination), address, file.destination.start_block);
    let sections = file.bridges.clone();
    Ok(Route { deployment, source, destination, hub, sections })
}

fn chain(
    role: &'static str,
    section: &ChainSection,
    deployed: &proofrail_evm::deployment::EvmChain,
) -> Result<Arc<Chain>, ConfigError> {
    let text = match &section.rpc_url_env {
        None => deployed.rpc_url.clone(),
        Some(name) => std::env::var(name)
            .map_err(|_| ConfigError::UnsetUrl { role, variable: name.clone() })?,
    };
    let rpc_url = RpcUrl::parse(&text).ok_or(ConfigError::Url { role })?;
    let options = ChainOptions {
        chain_id: deployed.chain_id,
        rpc_url,
        finality: section.finality,
        max_log_range: section.max_log_range,
    };
    Ok(Arc::new(Chain::new(options)?))
}

fn bridges(
    file: &File,
    route: &Route,
) -> Result<BTreeMap<String, Arc<dyn BridgeAdapter>>, ConfigError> {
    let mut built = BTreeMap::new();
    for (name, _) in file.bridges.caps() {
        built.insert(name.to_owned(), bridge::build(name, route)?);
    }
    if file.default_bridge != AUTO && !built.contains_key(&file.default_bridge) {
        return Err(ConfigError::DefaultBridge(file.default_bridge.clone()));
    }
    if let Some(name) = file.routing.typical_s.keys().find(|name| !built.contains_key(*name)) {
        return Err(ConfigError::TypicalOfNone(name.clone()));
    }
    Ok(built)
}

fn accounts(
    file: &File,
    route: &Route,
    folder: &Path,
) -> Result<BTreeMap<u64, Account>, ConfigError> {
    let mut accounts = BTreeMap::new();
    let roles = [
        ("source", &file.source, &route.source),
        ("destination", &file.destination, &route.destination),
    ];
    for (role, section, chain) in roles {
        let Some(source) = &section.signer else { continue };
        let signer = Signer::load(&source.relative_to(folder))
            .map_err(|source| ConfigError::Key { role, source })?;
        let account = Account {
            chain: Arc::clone(chain),
            signer,
            max_fee_per_gas: u128::from(section.max_fee_per_gas_gwei).saturating_mul(GWEI),
            max_bridge_fees: bridge_caps(file),
        };
        accounts.insert(chain.id(), account);
    }
    Ok(accounts)
}

impl RoutingSection {
    fn policy(&self) -> RoutingPolicy {
        let typical = self.typical_s.iter();
        RoutingPolicy {
            failover_after: Duration::from_secs(self.failover_after_s),
            max_bridges: self.max_bridges,
            prices: Prices {
                source_coin: self.prices.source_coin,
                destination_coin: self.prices.destination_coin,
                fee_token: self.prices.fee_token,
                second: self.prices.second,
            },
            typical: typical.map(|(name, s)| (name.clone(), Duration::from_secs(*s))).collect(),
            typical_otherwise: Duration::from_secs(TYPICAL_S),
        }
    }
}

fn bridge_caps(file: &File) -> BTreeMap<String, U256> {
    file.bridges.caps().into_iter().map(|(name, cap)| (name.to_owned(), cap)).collect()
}

/// Every bridge in use needs somebody who pays for it.
fn check_payers(
    bridges: &BTreeMap<String, Arc<dyn BridgeAdapter>>,
    accounts: &BTreeMap<u64, Account>,
) -> Result<(), ConfigError> {
    for (name, bridge) in bridges {
        for chain_id in std::iter::once(bridge.pays_on()).chain(bridge.delivers_on()) {
            if !accounts.contains_key(&chain_id) {
                return Err(ConfigError::NoSigner { bridge: name.clone(), chain_id });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
