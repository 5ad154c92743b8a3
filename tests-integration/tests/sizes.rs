//! What the contracts take on chain.
#![allow(clippy::unwrap_used, missing_docs)]

use proofrail_tests_integration::snapshot;
use serde_json::{Map, Value};
use std::path::Path;

/// EIP-170: a larger contract cannot be deployed.
const LIMIT: usize = 24_576;
/// Every contract that is deployed somewhere.
const CONTRACTS: [&str; 33] = [
    "AssociationPolicy",
    "BatchReceiptVerifierInsecureDev",
    "CcipGovernanceReceiver",
    "CcipGovernanceSender",
    "CcipGroupReceiver",
    "CcipGroupSender",
    "CcipReceiver",
    "CcipSender",
    "DevToken",
    "LayerZeroGovernanceReceiver",
    "LayerZeroGovernanceSender",
    "LayerZeroGroupReceiver",
    "LayerZeroGroupSender",
    "LayerZeroReceiver",
    "LayerZeroSender",
    "MembershipVerifierInsecureDev",
    "PoseidonT3",
    "PrivateSettlements",
    "ReceiptBatchVerifierInsecureDev",
    "ReceiptPrivateVerifierInsecureDev",
    "ReceiptVerifierInsecureDev",
    "RoutePolicy",
    "SettlementGroups",
    "SettlementHub",
    "ShieldedPool",
    "ShieldedVerifierInsecureDev",
    "VerifierRouter",
    "WormholeGovernanceReceiver",
    "WormholeGovernanceSender",
    "WormholeGroupReceiver",
    "WormholeGroupSender",
    "WormholeReceiver",
    "WormholeSender",
];

#[test]
fn bytecode_sizes_are_those_of_the_snapshot_and_deployable() {
    let contracts = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("contracts-evm");
    let mut sizes = Map::new();
    for name in CONTRACTS {
        let path = contracts.join(format!("out/{name}.sol/{name}.json"));
        let artifact = std::fs::read_to_string(&path)
            .unwrap_or_else(|e| panic!("{}: {e}; run `cargo xtask build`", path.display()));
        let artifact: Value = serde_json::from_str(&artifact).unwrap();
        let code = artifact["deployedBytecode"]["object"].as_str().unwrap();
        let size = (code.len() - "0x".len()) / 2;
        assert!(size > 0 && size <= LIMIT, "{name} has {size} bytes; EIP-170 allows {LIMIT}");
        sizes.insert(name.to_owned(), size.into());
    }
    snapshot::assert_current(&contracts.join("snapshots/sizes.json"), &sizes);
}
