//! What a chain is started with.

use near_crypto::{InMemorySigner as Signer, KeyType, SecretKey};
use near_primitives::types::{AccountId, Balance};
use std::time::Duration;

/// 2025-01-01T00:00:00Z, where deterministic chains begin.
const DEFAULT_GENESIS_NS: u64 = 1_735_689_600_000_000_000;

/// Where block times come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// Blocks are one block interval apart, whatever the wall clock says: runs are reproducible.
    Manual {
        /// Time of the first block, in nanoseconds since the Unix epoch.
        genesis_ns: u64,
    },
    /// The wall clock, plus what tests added to it.
    System,
}

/// An account that exists from the first block on.
#[derive(Debug, Clone)]
pub struct GenesisAccount {
    /// The account's name.
    pub account_id: AccountId,
    /// Its one full-access key.
    pub signer: Signer,
    /// Its liquid balance.
    pub balance: Balance,
    /// Its locked stake; accounts with stake are the chain's validators.
    pub stake: Balance,
}

/// The signer of an account with this key.
pub(crate) fn signer_from(account_id: AccountId, secret_key: SecretKey) -> Signer {
    Signer { account_id, public_key: secret_key.public_key(), secret_key }
}

/// What a chain is started with.
#[derive(Debug, Clone)]
pub struct ChainConfig {
    /// Identifier of the chain, as contracts and clients see it.
    pub chain_id: String,
    /// Protocol version, [`crate::MIN_PROTOCOL_VERSION`] to [`crate::MAX_PROTOCOL_VERSION`].
    pub protocol_version: u32,
    /// Where block times come from.
    pub clock: Clock,
    /// Time between blocks that are made without waiting, and of one fast-forwarded block.
    pub block_interval: Duration,
    /// Seed of the blocks' random values: equal seeds and transactions give equal chains.
    pub random_seed: [u8; 32],
    /// The genesis accounts.
    pub accounts: Vec<GenesisAccount>,
}

impl Default for ChainConfig {
    /// A reproducible chain for tests, with the accounts of [`ChainConfig::root_accounts`].
    fn default() -> Self {
        let derive =
            |name: &str| SecretKey::from_seed(KeyType::ED25519, &format!("near-devnode {name}"));
        Self {
            chain_id: "devnet".to_owned(),
            protocol_version: crate::DEFAULT_PROTOCOL_VERSION,
            clock: Clock::Manual { genesis_ns: DEFAULT_GENESIS_NS },
            block_interval: Duration::from_secs(1),
            random_seed: [0; 32],
            accounts: Self::root_accounts(derive),
        }
    }
}

impl ChainConfig {
    /// Name of the account that launchers give out as the root: it creates `*.test.near`.
    pub const ROOT_ACCOUNT: &'static str = "test.near";

    /// The usual genesis: `test.near` (root and validator), `near` and `registrar` (which alone
    /// creates short top-level names), with keys made by `key`.
    pub fn root_accounts(key: impl Fn(&str) -> SecretKey) -> Vec<GenesisAccount> {
        [(Self::ROOT_ACCOUNT, 50_000_000), ("near", 0), ("registrar", 0)]
            .into_iter()
            .filter_map(|(name, stake)| {
                let account_id: AccountId = name.parse().ok()?;
                Some(GenesisAccount {
                    signer: signer_from(account_id.clone(), key(name)),
                    account_id,
                    balance: Balance::from_near(1_000_000_000),
                    stake: Balance::from_near(stake),
                })
            })
            .collect()
    }
}
