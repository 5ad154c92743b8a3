//! Sees that forge's artifacts are there before `sol!` reads them, and rebuilds when they change.

use std::{env, path::Path, process::ExitCode};

/// Every artifact that `src/contracts.rs` and its modules read.
const CONTRACTS: [&str; 34] = [
    "AccessManager",
    "AssociationPolicy",
    "BatchReceiptVerifierInsecureDev",
    "CcipGovernanceReceiver",
    "CcipGovernanceSender",
    "CcipReceiver",
    "CcipSender",
    "DevToken",
    "IGovernanceReceiver",
    "IPeers",
    "ISettlementReceiver",
    "LayerZeroGovernanceReceiver",
    "LayerZeroGovernanceSender",
    "LayerZeroReceiver",
    "LayerZeroSender",
    "MembershipVerifierInsecureDev",
    "OAppCore",
    "Ownable2Step",
    "PoseidonT3",
    "PrivateSettlements",
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

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    let Some(manifest) = env::var_os("CARGO_MANIFEST_DIR") else {
        println!("cargo::error=CARGO_MANIFEST_DIR is not set: build this crate with cargo");
        return ExitCode::FAILURE;
    };
    let out = Path::new(&manifest).with_file_name("out");

    let mut code = ExitCode::SUCCESS;
    for contract in CONTRACTS {
        let artifact = out.join(format!("{contract}.sol")).join(format!("{contract}.json"));
        println!("cargo::rerun-if-changed={}", artifact.display());
        if !artifact.is_file() {
            println!(
                "cargo::error=the compiled contract {} is missing: run `cargo xtask build`",
                artifact.display()
            );
            code = ExitCode::FAILURE;
        }
    }
    code
}
