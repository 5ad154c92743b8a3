//! From the configuration file to the parts of a prover.

mod error;
mod file;

use std::path::{Path, PathBuf};

use proofrail_near_client::{AccountId, NearAccount, NearClient, Patience};
use proofrail_near_interface::{Capacity, Hex, NearToken};

pub use self::{
    error::ConfigError,
    file::{
        AttestationSection, File, OfferSection, ProvingSection, QuoteSourceKind, RunSection,
        parse_near,
    },
};
#[cfg(feature = "dev-attestation")]
use super::attestation::development::Development;
use super::{
    attestation::{
        Attestor, CollateralSource, ConfigfsTsm, Gramine, QuoteSource, configfs_tsm, gramine,
    },
    inbox::Inbox,
    keystore::{self, StatementKey},
    market::Market,
    proving::{Circuits, circuit_ids},
    runner::{MIN_POLL, Policy},
    sender::Sender,
    state::StateFolder,
};
use crate::key::KeyPolicy;

/// The commented template, which is itself a valid configuration.
pub const TEMPLATE: &str = include_str!("../../operator.template.toml");

/// A configuration that was read and understood. Keys are read when they are asked for.
#[derive(Clone, Debug)]
pub struct Config {
    file: File,
    /// The folder that its paths are relative to.
    folder: PathBuf,
    market: AccountId,
    near: NearClient,
}

impl Config {
    /// Reads a configuration file.
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
        let market = file.market.parse().map_err(|_| ConfigError::Value {
            key: "market",
            problem: format!("{:?} is no NEAR account id", file.market),
        })?;
        let near =
            NearClient::new(&file.network, &rpc_url(&file)?).map_err(|_| ConfigError::Url)?;
        Ok(Self { file, folder, market, near })
    }

    /// The file.
    pub const fn file(&self) -> &File {
        &self.file
    }

    /// Reads of the market.
    pub fn market(&self) -> Market {
        Market::new(self.near.clone(), self.market.clone())
    }

    /// The account that signs.
    ///
    /// # Errors
    /// [`ConfigError::Key`].
    pub fn account(&self) -> Result<NearAccount, ConfigError> {
        let source = &self.file.account;
        keystore::load_account(source, &self.file.network, &self.folder)
            .map_err(|source| ConfigError::Key { key: "account", source })
    }

    /// Where the statement key lies.
    pub fn statement_key_path(&self) -> PathBuf {
        self.folder.join(&self.file.statement_key)
    }

    /// The key of the prover's statements.
    ///
    /// # Errors
    /// [`ConfigError::Key`].
    pub fn statement_key(&self) -> Result<StatementKey, ConfigError> {
        StatementKey::load(&self.statement_key_path())
            .map_err(|source| ConfigError::Key { key: "statement_key", source })
    }

    /// The state folder.
    ///
    /// # Errors
    /// [`ConfigError::State`].
    pub fn state(&self) -> Result<StateFolder, ConfigError> {
        Ok(StateFolder::open(&self.folder.join(&self.file.state))?)
    }

    /// Transactions to the market.
    ///
    /// # Errors
    /// [`ConfigError`] when the account's key or the state cannot be used.
    pub fn sender(&self) -> Result<Sender, ConfigError> {
        let (near, market) = (self.near.clone(), self.market.clone());
        Ok(Sender::new(near, self.account()?, market, self.state()?, Patience::default()))
    }

    /// The inbox of private inputs.
    ///
    /// # Errors
    /// [`ConfigError::Inbox`].
    pub fn inbox(&self) -> Result<Inbox, ConfigError> {
        Ok(Inbox::open(&self.folder.join(&self.file.inbox))?)
    }

    /// The proving keys of the circuits offered, compared with the market's.
    ///
    /// # Errors
    /// [`ConfigError::Circuit`].
    pub async fn circuits(&self) -> Result<Circuits, ConfigError> {
        let keys = self.folder.join(&self.file.proving.keys);
        let policy = self.key_policy()?;
        Ok(Circuits::load(&keys, &self.file.offer.circuits, policy, &self.market()).await?)
    }

    /// Which proving and verifying keys are taken.
    ///
    /// # Errors
    /// [`ConfigError::Value`] where this build takes no development keys.
    pub fn key_policy(&self) -> Result<KeyPolicy, ConfigError> {
        key_policy(&self.file.proving)
    }

    /// What the prover offers, as the market takes it.
    ///
    /// # Errors
    /// [`ConfigError::Circuit`] for a circuit that the program does not know.
    pub fn capacity(&self) -> Result<Capacity, ConfigError> {
        let offer = &self.file.offer;
        Ok(Capacity {
            parallel_jobs: offer.parallel_jobs,
            circuits: circuit_ids(&offer.circuits)?,
            endpoint: offer.endpoint.clone(),
            x25519_key: offer.x25519_key()?,
        })
    }

    /// Where quotes come from.
    fn quote_source(&self) -> Result<Box<dyn QuoteSource>, ConfigError> {
        let section = self.attestation()?;
        let root = |default: &str| {
            section.root.as_ref().map_or_else(|| default.into(), |root| self.folder.join(root))
        };
        Ok(match section.source {
            QuoteSourceKind::ConfigfsTsm => {
                Box::new(ConfigfsTsm::new(root(configfs_tsm::DEFAULT_ROOT)))
            }
            QuoteSourceKind::Gramine => Box::new(Gramine::new(root(gramine::DEFAULT_ROOT))),
            #[cfg(feature = "dev-attestation")]
            QuoteSourceKind::Development => {
                let machine = section.development.clone().ok_or_else(|| ConfigError::Value {
                    key: "attestation.development",
                    problem: "the development root needs { platform, measurement }".to_owned(),
                })?;
                Box::new(Development::new(machine.platform, machine.measurement))
            }
        })
    }

    /// What shows quotes to the market.
    ///
    /// # Errors
    /// [`ConfigError::Value`] for a section that cannot be used, or for none.
    pub fn attestor(&self) -> Result<Attestor, ConfigError> {
        Ok(Attestor::new(self.quote_source()?, self.collateral()?))
    }

    /// The same for a prover that runs: without a section `[attestation]` it shows no quotes.
    ///
    /// # Errors
    /// [`ConfigError::Value`] for a section that cannot be used.
    pub fn running_attestor(&self) -> Result<Option<Attestor>, ConfigError> {
        self.file.attestation.is_some().then(|| self.attestor()).transpose()
    }

    /// Where Intel's collateral comes from, if that is said.
    fn collateral(&self) -> Result<Option<CollateralSource>, ConfigError> {
        let section = self.attestation()?;
        let wrong = |problem: &str| ConfigError::Value {
            key: "attestation.pccs_url",
            problem: problem.to_owned(),
        };
        match (&section.pccs_url, &section.collateral_file) {
            (None, None) => Ok(None),
            (None, Some(file)) => Ok(Some(CollateralSource::File(self.folder.join(file)))),
            (Some(_), Some(_)) => Err(wrong("write either pccs_url or collateral_file")),
            #[cfg(feature = "pccs")]
            (Some(url), None) => Ok(Some(CollateralSource::Pccs(url.clone()))),
            #[cfg(not(feature = "pccs"))]
            (Some(_), None) => Err(wrong("this build lacks the feature pccs: use collateral_file")),
        }
    }

    fn attestation(&self) -> Result<&AttestationSection, ConfigError> {
        self.file.attestation.as_ref().ok_or_else(|| ConfigError::Value {
            key: "attestation",
            problem: "the section is missing: it says where quotes come from".to_owned(),
        })
    }

    /// The prover's public X25519 key.
    ///
    /// # Errors
    /// [`ConfigError::Value`].
    pub fn x25519_key(&self) -> Result<Hex<32>, ConfigError> {
        self.file.offer.x25519_key()
    }

    /// How the prover runs.
    ///
    /// # Errors
    /// [`ConfigError::Value`].
    pub fn policy(&self) -> Result<Policy, ConfigError> {
        let run = &self.file.run;
        Ok(Policy {
            poll: std::time::Duration::from_millis(run.poll_interval_ms).max(MIN_POLL),
            heartbeat_s: run.heartbeat_s,
            claim_above: run.claim_above()?.unwrap_or(NearToken::from_yoctonear(u128::MAX)),
            max_failures: run.max_failures,
            parallel: self.file.proving.parallel,
            commitments: run.commitments,
            poke: run.poke,
            report_input_after_percent: run.report_input_after_percent,
        })
    }

    /// A path of the file, taken from its folder.
    pub fn path(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }
}

fn rpc_url(file: &File) -> Result<String, ConfigError> {
    match (&file.rpc_url, &file.rpc_url_env) {
        (Some(url), None) => Ok(url.clone()),
        (None, Some(variable)) => {
            std::env::var(variable).map_err(|_| ConfigError::UnsetUrl(variable.clone()))
        }
        _ => Err(ConfigError::Value {
            key: "rpc_url",
            problem: "write either rpc_url or rpc_url_env".to_owned(),
        }),
    }
}

fn key_policy(proving: &ProvingSection) -> Result<KeyPolicy, ConfigError> {
    if !proving.allow_insecure_dev_keys {
        return Ok(KeyPolicy::Production);
    }
    #[cfg(feature = "insecure-dev-setup")]
    return Ok(KeyPolicy::AllowInsecureDev);
    #[cfg(not(feature = "insecure-dev-setup"))]
    Err(ConfigError::Value {
        key: "proving.allow_insecure_dev_keys",
        problem: "this build takes no development keys; build with the feature \
                  insecure-dev-setup for a development chain"
            .to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_should_be_a_configuration() {
        let config = Config::parse(TEMPLATE, PathBuf::new()).unwrap();
        let file = config.file();
        assert_eq!(file.run, RunSection::default(), "the template states the defaults");
        assert_eq!(file.proving, ProvingSection::default(), "the template states the defaults");
        config.policy().unwrap();
        config.capacity().unwrap();
    }

    #[test]
    fn mistakes_should_be_named() {
        for (from, to, named) in [
            ("market = \"", "market = \"NOT AN ACCOUNT", "market"),
            ("poll_interval_ms = 2000", "poll_interval_ms = 0", "run.poll_interval_ms"),
            ("claim_above_near = \"1\"", "claim_above_near = \"one\"", "run.claim_above_near"),
            ("parallel = 1", "parallel = 0", "proving.parallel"),
            ("endpoint = \"https://", "endpoint = \"http://", "offer.endpoint"),
            ("x25519_key = \"0x", "x25519_key = \"0", "offer.x25519_key"),
            ("state = ", "stat = ", "stat"),
        ] {
            let text = TEMPLATE.replacen(from, to, 1);
            assert_ne!(text, TEMPLATE, "{from} is not in the template");
            let parsed = Config::parse(&text, PathBuf::new());
            let used = parsed.and_then(|config| config.policy().and(config.capacity()));
            let error = used.unwrap_err();
            assert!(error.to_string().contains(named), "{to}: {error}");
        }
    }

    #[test]
    fn an_endpoint_should_be_named_once() {
        let text = TEMPLATE.replacen("# rpc_url_env", "rpc_url_env", 1);
        let error = Config::parse(&text, PathBuf::new()).unwrap_err();
        assert!(error.to_string().contains("rpc_url"), "{error}");
    }
}
