//! The whole way of every circuit of the registry: its sample is proven and verified by the command line,
//! then by its Solidity verifier on anvil and by the market in the NEAR VM. False statements are refused
//! by each of them.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

#[path = "circuits/evm.rs"]
mod evm;
#[path = "circuits/near.rs"]
mod near;
#[path = "circuits/proven.rs"]
mod proven;

use proofrail_circuits::registry;
use proofrail_deploy::project::Project;
use proven::Proven;

#[tokio::test]
async fn every_circuit_should_go_the_whole_way() {
    let folder = tempfile::tempdir().unwrap();
    let project = Project::discover().unwrap();
    let proven: Vec<Proven> = registry::CIRCUITS
        .iter()
        .map(|circuit| Proven::by_command_line(&project, folder.path(), *circuit))
        .collect();
    assert!(!proven.is_empty());

    let evm = evm::Verifiers::deploy(&project, folder.path(), &proven).await;
    let mut near = near::Markets::new();
    for proven in &proven {
        let gas = evm.check(proven).await;
        let tgas = near.check(proven);
        println!("{:<18} {gas} gas, {tgas:.1} Tgas", proven.circuit.name());
    }
}
