//! A second implementation judges ours: snarkjs, in JavaScript and in the Solidity that it exports, says of every
//! proof what our verifiers in Rust and Solidity say. Proofs are new in every run.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

#[path = "snarkjs/cases.rs"]
mod cases;
#[path = "snarkjs/peers.rs"]
mod peers;

use std::collections::BTreeMap;

use proofrail_circuits::registry;
use proofrail_prover::setup::setup_dev;

use crate::{
    cases::{Case, Kind},
    peers::{Peers, Verdicts},
};

/// Receipts that are proven; each gives one proof as it is and one that was tampered with.
const RECEIPTS: usize = 128;

#[tokio::test]
async fn snarkjs_should_judge_every_proof_as_our_verifiers_do() {
    let key = setup_dev(registry::by_name("receipt").unwrap()).unwrap();
    let cases = cases::make(&key, RECEIPTS);
    let peers = Peers::ask(key.verifying_key(), &cases).await;

    let mut judged: BTreeMap<Kind, usize> = BTreeMap::new();
    for (case, verdicts) in cases.iter().zip(peers.verdicts().await) {
        let valid = case.kind == Kind::Genuine;
        let wanted = Verdicts {
            rust: cases::holds(key.verifying_key(), case),
            solidity: valid,
            // snarkjs reduces coordinates before it looks at them; the precompiles refuse them.
            snarkjs: valid || case.kind == Kind::CoordinateAlias,
            snarkjs_solidity: valid,
        };
        assert_eq!(wanted.rust, valid, "{:?}", case.kind);
        assert_eq!(verdicts, wanted, "{:?}: {case:?}", case.kind);
        *judged.entry(case.kind).or_default() += 1;
    }
    println!("{judged:?}");
    assert_eq!(judged.len(), Kind::ALL.len() + 1, "a kind was never made");
}

/// Of one committed proof, since a proof's zero bytes are cheaper than others.
#[tokio::test]
async fn gas_snapshot_beside_snarkjs_is_current() {
    let key = setup_dev(registry::by_name("receipt").unwrap()).unwrap();
    let case = Case::committed();
    let peers = Peers::ask(key.verifying_key(), std::slice::from_ref(&case)).await;
    peers.assert_gas(&case).await;
}
