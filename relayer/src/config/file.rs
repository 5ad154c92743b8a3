//! The configuration file, as an operator writes it. Every key is explained in `config.template.toml`.

use std::{collections::BTreeMap, net::SocketAddr, num::NonZero, path::PathBuf};

use alloy::primitives::{Address, U256};
use serde::Deserialize;

use super::ConfigError;
use crate::{chain::Finality, signer::KeySource};

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// `deployments/<network>.json`.
    pub deployment: PathBuf,
    /// The SQLite file.
    pub database: PathBuf,
    /// Key files of the circuits whose proofs are taken.
    pub verifying_keys: Vec<PathBuf>,
    /// Takes keys of the development setup as well, with which anybody can forge proofs.
    #[serde(default)]
    pub allow_insecure_dev_keys: bool,
    /// The bridge that requests that name none take first, or `auto` for the best.
    pub default_bridge: String,
    /// The chain that messages are sent from.
    pub source: ChainSection,
    /// The chain that settles.
    pub destination: ChainSection,
    /// Bridges in use, with their options.
    pub bridges: Bridges,
    /// How bridges are chosen.
    #[serde(default)]
    pub routing: RoutingSection,
    /// The HTTP API.
    #[serde(default)]
    pub api: ApiSection,
    /// Time limits.
    #[serde(default)]
    pub policy: Policy,
}

/// One chain.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChainSection {
    /// Environment variable with the endpoint's URL; without it the deployment file's is used.
    pub rpc_url_env: Option<String>,
    /// From when on a block is believed.
    pub finality: Finality,
    /// The account that pays on this chain.
    pub signer: Option<KeySource>,
    /// The most that is paid per gas, gwei.
    #[serde(default = "defaults::max_fee_per_gas_gwei")]
    pub max_fee_per_gas_gwei: u64,
    /// Below this balance the service reports itself unready, wei.
    #[serde(default, with = "crate::decimal")]
    pub min_balance_wei: U256,
    /// Blocks per eth_getLogs request.
    #[serde(default = "defaults::max_log_range")]
    pub max_log_range: u64,
    /// The first block whose events matter: the hub's deployment or an earlier one.
    #[serde(default)]
    pub start_block: u64,
}

/// Bridges in use: a bridge is used if its section is there.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bridges {
    /// LayerZero V2.
    pub layerzero: Option<LayerZeroSection>,
    /// Wormhole.
    pub wormhole: Option<WormholeSection>,
    /// Chainlink CCIP.
    pub ccip: Option<CcipSection>,
    /// The relayer's own transaction on the destination.
    pub direct: Option<DirectSection>,
}

/// LayerZero V2.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerZeroSection {
    /// The most that is paid to LayerZero for one message, wei.
    #[serde(with = "crate::decimal")]
    pub max_fee_wei: U256,
    /// Gas that the executor gives the receiver on the destination.
    #[serde(default = "defaults::receive_gas")]
    pub receive_gas: u64,
    /// Seconds after which the relayer delivers an attested packet itself; never without it.
    pub execute_after_s: Option<u64>,
}

/// Wormhole.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WormholeSection {
    /// The most that is paid to Wormhole for one message, wei.
    #[serde(with = "crate::decimal")]
    pub max_fee_wei: U256,
    /// Services that hand out VAAs, in the order in which they are asked; the deployment's without any.
    #[serde(default)]
    pub guardian_apis: Vec<String>,
}

/// Chainlink CCIP.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CcipSection {
    /// The most that is paid to CCIP for one message, wei.
    #[serde(with = "crate::decimal")]
    pub max_fee_wei: U256,
    /// Pays the fee in a token instead.
    pub fee_token: Option<FeeToken>,
    /// Gas that the receiver gets on the destination.
    #[serde(default = "defaults::ccip_receive_gas")]
    pub receive_gas: u32,
    /// How final a message is when verifiers attest it.
    #[serde(default)]
    pub finality: CcipFinality,
    /// Seconds after which the relayer executes an attested message itself; never without it.
    pub execute_after_s: Option<u64>,
    /// Services that hand out verifiers' results, in the order in which they are asked; the deployment's without any.
    #[serde(default)]
    pub indexers: Vec<String>,
}

/// An ERC-20 that a fee is paid in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeeToken {
    /// The token.
    pub address: Address,
    /// The most that is paid for one message, in its smallest unit.
    #[serde(with = "crate::decimal")]
    pub max_fee: U256,
}

/// How final a message is when CCIP's verifiers attest it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CcipFinality {
    /// The source chain's own finality.
    #[default]
    Finalized,
    /// The source chain's `safe` block.
    Safe,
    /// This many blocks behind the head.
    Depth(NonZero<u16>),
}

/// The direct path.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectSection {}

/// How bridges are chosen for messages whose requests name none.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RoutingSection {
    /// Seconds that a bridge may have a message before another is given it too.
    pub failover_after_s: u64,
    /// The most bridges that one message takes because others did not bring it.
    pub max_bridges: u32,
    /// What coins and seconds are worth.
    pub prices: PricesSection,
    /// Seconds that a bridge takes, by name, until its own deliveries say so.
    pub typical_s: BTreeMap<String, u64>,
}

/// What things are worth, in millionths of any one currency.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PricesSection {
    /// One coin of the source.
    pub source_coin: u64,
    /// One coin of the destination.
    pub destination_coin: u64,
    /// 10^18 units of the token that CCIP's fee is paid in.
    pub fee_token: u64,
    /// A second in which a message is not settled.
    pub second: u64,
}

impl Default for RoutingSection {
    fn default() -> Self {
        Self {
            failover_after_s: 3000,
            max_bridges: 2,
            prices: PricesSection::default(),
            typical_s: BTreeMap::new(),
        }
    }
}

impl Default for PricesSection {
    fn default() -> Self {
        let one = 1_000_000;
        Self { source_coin: one, destination_coin: one, fee_token: one, second: 0 }
    }
}

/// The HTTP API.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ApiSection {
    /// Where it listens.
    pub listen: SocketAddr,
    /// The largest body that is read.
    pub max_body_bytes: usize,
}

impl Default for ApiSection {
    fn default() -> Self {
        Self { listen: SocketAddr::from(([127, 0, 0, 1], 7420)), max_body_bytes: 65_536 }
    }
}

/// Time limits, seconds unless the name says otherwise.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// A request whose deadline is nearer is refused.
    pub min_time_left_s: u64,
    /// How often transactions and messages under way are looked at, milliseconds.
    pub poll_interval_ms: u64,
    /// How long a transaction waits unmined before its fees are raised.
    pub bump_after_s: u64,
    /// How long a bridge may take before the message is held as overdue.
    pub overdue_after_s: u64,
    /// Source transactions that may revert or lose their nonce before the message fails.
    pub max_attempts: u32,
    /// Messages that each queue works on at a time.
    pub concurrency: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            min_time_left_s: 1800,
            poll_interval_ms: 2000,
            bump_after_s: 60,
            overdue_after_s: 3600,
            max_attempts: 5,
            concurrency: 16,
        }
    }
}

impl Bridges {
    /// Bridges in use and the most that each may cost per message, wei or units of the token that it is paid in.
    pub(super) fn caps(&self) -> Vec<(&'static str, U256)> {
        let layerzero = self.layerzero.map(|bridge| ("layerzero", bridge.max_fee_wei));
        let wormhole = self.wormhole.as_ref().map(|bridge| ("wormhole", bridge.max_fee_wei));
        let ccip = self.ccip.as_ref().map(|bridge| {
            ("ccip", bridge.fee_token.map_or(bridge.max_fee_wei, |token| token.max_fee))
        });
        let direct = self.direct.map(|_| ("direct", U256::ZERO));
        layerzero.into_iter().chain(wormhole).chain(ccip).chain(direct).collect()
    }
}

impl File {
    /// Values that parse but cannot work.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let positive = [
            ("policy.poll_interval_ms", self.policy.poll_interval_ms),
            ("policy.max_attempts", self.policy.max_attempts.into()),
            ("routing.max_bridges", self.routing.max_bridges.into()),
            ("policy.concurrency", self.policy.concurrency.into()),
            ("source.max_log_range", self.source.max_log_range),
            ("destination.max_log_range", self.destination.max_log_range),
            ("source.max_fee_per_gas_gwei", self.source.max_fee_per_gas_gwei),
            ("destination.max_fee_per_gas_gwei", self.destination.max_fee_per_gas_gwei),
        ];
        for (key, value) in positive {
            if value == 0 {
                return Err(ConfigError::Value { key, problem: "must be at least 1".to_owned() });
            }
        }
        Ok(())
    }
}

mod defaults {
    pub(super) const fn receive_gas() -> u64 {
        700_000
    }

    pub(super) const fn ccip_receive_gas() -> u32 {
        600_000
    }

    pub(super) const fn max_fee_per_gas_gwei() -> u64 {
        200
    }

    pub(super) const fn max_log_range() -> u64 {
        2000
    }
}
