//! Public chains as data: the bridges' ids and contracts on each, with where they were read.
//!
//! A deployment file is compared with it, so that a mistyped endpoint or a selector of another chain is found before a
//! fee is paid for it.

use std::{collections::BTreeMap, sync::LazyLock};

use alloy::primitives::Address;
use proofrail_evm::{Deployment, deployment::EvmChain};
use serde::Deserialize;

/// The table's text.
const TABLE: &str = include_str!("../chains.toml");

static CHAINS: LazyLock<Result<Table, toml::de::Error>> = LazyLock::new(|| toml::from_str(TABLE));

/// Every public chain that is known.
///
/// # Errors
/// When the table of this build cannot be read; a test holds that it can.
pub fn table() -> Result<&'static Table, &'static toml::de::Error> {
    CHAINS.as_ref()
}

/// Every public chain that is known, and where that was read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// By bridge: packages with their versions, and addresses of files.
    pub sources: BTreeMap<String, String>,
    /// Main networks first.
    pub chains: Vec<PublicChain>,
}

/// One public chain.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicChain {
    /// A short name.
    pub name: String,
    /// CAIP-2 id, such as `eip155:1`.
    pub caip2: String,
    /// Whether nothing on it has value.
    pub testnet: bool,
    /// LayerZero V2, where it serves the chain.
    pub layerzero: Option<LayerZero>,
    /// Wormhole, where it serves the chain.
    pub wormhole: Option<Wormhole>,
    /// Chainlink CCIP, where it serves the chain.
    pub ccip: Option<Ccip>,
}

/// LayerZero V2 on a public chain.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerZero {
    /// LayerZero's id of the chain.
    pub eid: u32,
    /// EndpointV2.
    pub endpoint: Address,
    /// SendUln302.
    pub send_uln302: Address,
    /// ReceiveUln302.
    pub receive_uln302: Address,
    /// LayerZero Labs' executor.
    pub executor: Address,
    /// LayerZero Labs' DVN.
    pub dvn: Address,
}

/// Wormhole on a public chain.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wormhole {
    /// Wormhole's id of the chain; main and test networks share some.
    pub chain_id: u16,
    /// The core bridge: an address, or an account on NEAR.
    pub core_bridge: String,
}

/// Chainlink CCIP on a public chain.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ccip {
    /// CCIP's selector of the chain.
    #[serde(deserialize_with = "decimal")]
    pub chain_selector: u64,
    /// The router.
    pub router: Address,
    /// The contract that stops CCIP in an emergency, behind its proxy.
    pub rmn: Address,
}

/// A deployment that disagrees with the table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "chain {chain_id} is {name}, where {key} is {known}; the deployment has {found}: correct it, or make sure that the bridge has moved"
)]
pub struct Mismatch {
    /// EIP-155 chain id.
    pub chain_id: u64,
    /// The chain's short name.
    pub name: String,
    /// Key below the chain in the deployment file.
    pub key: &'static str,
    /// As the table has it.
    pub known: String,
    /// As the deployment has it.
    pub found: String,
}

/// The chain of an EIP-155 id.
pub fn by_id(chain_id: u64) -> Option<&'static PublicChain> {
    let caip2 = format!("eip155:{chain_id}");
    table().ok()?.chains.iter().find(|chain| chain.caip2 == caip2)
}

/// Where a deployment disagrees with the table on a public chain.
pub fn mismatches(deployment: &Deployment) -> Vec<Mismatch> {
    [&deployment.source, &deployment.destination].into_iter().flat_map(mismatches_of).collect()
}

fn mismatches_of(deployed: &EvmChain) -> Vec<Mismatch> {
    let Some(known) = by_id(deployed.chain_id) else { return Vec::new() };
    let mut pairs = Vec::new();
    if let (Some(known), Some(found)) = (&known.layerzero, &deployed.layerzero) {
        pairs.push(("layerzero.eid", known.eid.to_string(), found.eid.to_string()));
        let (known, found) = (known.endpoint, found.endpoint);
        pairs.push(("layerzero.endpoint", known.to_string(), found.to_string()));
    }
    if let (Some(known), Some(found)) = (&known.wormhole, &deployed.wormhole) {
        let (id, core) = (found.chain_id.to_string(), found.core_bridge.to_string());
        pairs.push(("wormhole.chain_id", known.chain_id.to_string(), id));
        pairs.push(("wormhole.core_bridge", known.core_bridge.clone(), core));
    }
    if let (Some(known), Some(found)) = (&known.ccip, &deployed.ccip) {
        let selector = (known.chain_selector.to_string(), found.chain_selector.to_string());
        pairs.push(("ccip.chain_selector", selector.0, selector.1));
        pairs.push(("ccip.router", known.router.to_string(), found.router.to_string()));
        pairs.push(("ccip.rmn", known.rmn.to_string(), found.rmn.to_string()));
    }
    let wrong = pairs.into_iter().filter(|(_, known, found)| !known.eq_ignore_ascii_case(found));
    let (chain_id, name) = (deployed.chain_id, &known.name);
    wrong
        .map(|(key, known, found)| Mismatch { chain_id, name: name.clone(), key, known, found })
        .collect()
}

/// Selectors do not fit TOML's integers.
fn decimal<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map_err(|_| serde::de::Error::custom(format!("{text:?} is no decimal number")))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::json;

    use super::*;

    #[test]
    fn the_table_holds_what_operators_need() {
        let table = table().unwrap();
        let named = |id| by_id(id).map(|chain| chain.name.as_str());
        for (id, name) in [
            (1, "ethereum"),
            (137, "polygon"),
            (56, "bnb"),
            (42_161, "arbitrum"),
            (11_155_111, "sepolia"),
            (80_002, "amoy"),
            (97, "bnb-testnet"),
            (421_614, "arbitrum-sepolia"),
        ] {
            assert_eq!(named(id), Some(name));
            let chain = by_id(id).unwrap();
            assert!(chain.layerzero.is_some() && chain.wormhole.is_some() && chain.ccip.is_some());
        }
        for bridge in ["layerzero", "wormhole", "ccip"] {
            assert!(!table.sources[bridge].is_empty(), "{bridge} has no source");
        }
    }

    /// Every address carries its checksum, so that no digit was lost on the way from its source.
    #[test]
    fn every_address_has_its_checksum() {
        let quoted = TABLE.split('"').filter(|word| word.starts_with("0x"));
        let mut count = 0;
        for address in quoted {
            Address::parse_checksummed(address, None).unwrap_or_else(|e| panic!("{address}: {e}"));
            count += 1;
        }
        assert_eq!(count, 10 * 5 + 10 + 8 * 2);
    }

    #[test]
    fn ids_are_distinct_among_networks_of_one_kind() {
        for testnet in [false, true] {
            let chains = || table().unwrap().chains.iter().filter(|chain| chain.testnet == testnet);
            let distinct =
                |ids: Vec<u64>| assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
            distinct(chains().filter_map(|c| Some(c.layerzero.as_ref()?.eid.into())).collect());
            distinct(chains().filter_map(|c| Some(c.wormhole.as_ref()?.chain_id.into())).collect());
            distinct(chains().filter_map(|c| Some(c.ccip.as_ref()?.chain_selector)).collect());
            // LayerZero V2's ids are 30,000 and more on main networks, 40,000 and more on test networks.
            let least = if testnet { 40_000 } else { 30_000 };
            let eids = chains().filter_map(|chain| Some(chain.layerzero.as_ref()?.eid));
            assert!(eids.into_iter().all(|eid| (least..least + 10_000).contains(&eid)));
        }
    }

    #[test]
    fn a_deployment_that_disagrees_is_found_out() {
        let ethereum = by_id(1).unwrap();
        let ccip = ethereum.ccip.as_ref().unwrap();
        let zero = Address::ZERO;
        let chain = json!({
            "chain_id": 1,
            "rpc_url": "http://127.0.0.1:1",
            "wormhole": { "chain_id": 2, "core_bridge": ethereum.wormhole.as_ref().unwrap().core_bridge },
            "ccip": {
                "chain_selector": ccip.chain_selector, "router": zero, "rmn": ccip.rmn, "on_ramp": zero,
                "off_ramp": zero, "committee": zero,
            },
            "contracts": {},
        });
        let found = mismatches_of(&serde_json::from_value(chain).unwrap());
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].key, &found[0].found), ("ccip.router", &zero.to_string()));
    }
}
