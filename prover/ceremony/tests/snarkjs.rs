//! snarkjs judges: initial keys are the same bytes, each program verifies what both contributed to, and
//! finished keys prove.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

#[path = "../../formats/tests/support/node.rs"]
mod node;
#[path = "support/powers.rs"]
mod powers;

use std::{fs, path::Path};

use ark_bn254::Fr;
use ark_ff::Field as _;
use node::Node;
use proofrail_ceremony::{
    CeremonyError, contribute,
    contribute::Entropy,
    setup,
    verify::{self, Verified},
};
use proofrail_formats::{
    ptau::Ptau,
    r1cs::{R1cs, R1csHeader, R1csWriter, Term},
    zkey::Zkey,
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
const CIRCUITS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../formats/tests/circuits");
const INPUTS: &str = r#"{"x": "3", "key": "17"}"#;
const BEACON: &[u8] = b"the randomness of a round that was announced";

fn init(node: &Node, circuit: &str, key: &str) {
    let r1cs = R1cs::open(&node.path(&format!("{circuit}.r1cs"))).unwrap();
    let powers = Ptau::open(&node.path("pot.ptau")).unwrap();
    setup::check_bases(&r1cs, &powers).unwrap();
    setup::initial_key(&r1cs, &powers, &node.path(key), &()).unwrap();
}

fn contribute(node: &Node, from: &str, to: &str, name: &str) {
    let key = Zkey::open(&node.path(from)).unwrap();
    let entropy = Entropy::new(name.into());
    contribute::contribute(&key, &node.path(to), name, entropy, &()).unwrap();
}

fn verify(node: &Node, circuit: &str, key: &str) -> Result<Verified, CeremonyError> {
    let r1cs = R1cs::open(&node.path(&format!("{circuit}.r1cs")))?;
    let powers = Ptau::open(&node.path("pot.ptau"))?;
    verify::verify(&r1cs, &powers, &Zkey::open(&node.path(key))?, &node.path(""), &())
}

/// A circuit with a signal in no constraint, signals on one side only, and coefficients of all sizes.
fn uneven(path: &Path) {
    let term = |signal, coefficient: Fr| Term { signal, coefficient };
    let large = Fr::from(7).inverse().unwrap();
    let mut writer = R1csWriter::create(path).unwrap();
    writer
        .constraint([&[term(1, Fr::from(3))], &[term(2, large)], &[term(3, -Fr::from(1))]])
        .unwrap();
    let many: Vec<Term> = (0..40).map(|i| term(i % 4, large * Fr::from(i + 1))).collect();
    writer.constraint([&many, &[term(5, -Fr::from(1u64 << 40))], &[]]).unwrap();
    writer.constraint([&[term(0, large)], &[], &[term(5, large), term(1, Fr::from(9))]]).unwrap();
    let header = R1csHeader {
        variables: 7,
        outputs: 1,
        public_inputs: 1,
        private_inputs: 2,
        labels: 7,
        constraints: 3,
    };
    writer.finish(&header, 0..7).unwrap();
}

#[test]
fn initial_keys_should_be_snarkjs_s_bytes() {
    let node = Node::new();
    node.powers_of_tau(9);
    uneven(&node.path("uneven.r1cs"));
    for circuit in ["chain", "bits"] {
        node.compile(circuit);
    }
    for circuit in ["chain", "bits", "uneven"] {
        init(&node, circuit, "ours.zkey");
        node.snarkjs(&format!("groth16 setup {circuit}.r1cs pot.ptau theirs.zkey"));
        assert!(node.read("ours.zkey") == node.read("theirs.zkey"), "{circuit}");
    }
}

#[test]
fn a_ceremony_should_be_verified_by_snarkjs_and_its_key_should_prove() {
    let node = Node::new();
    node.powers_of_tau(8);
    node.compile("chain");
    node.witness("chain", INPUTS);
    init(&node, "chain", "0.zkey");
    // Ours on ours, snarkjs's on ours, ours on snarkjs's, then a beacon.
    contribute(&node, "0.zkey", "1.zkey", "Alice");
    node.snarkjs("zkey contribute 1.zkey 2.zkey --name=Bob -e=test");
    contribute(&node, "2.zkey", "3.zkey", "Carol of Zürich");
    let third = Zkey::open(&node.path("3.zkey")).unwrap();
    contribute::beacon(&third, &node.path("4.zkey"), "drand", BEACON, 10, &()).unwrap();
    let hex = hex::encode(BEACON);
    node.snarkjs(&format!("zkey beacon 3.zkey theirs.zkey {hex} 10 --name=drand"));
    assert!(node.read("4.zkey") == node.read("theirs.zkey"), "a beacon leaves no choice");

    let verified = verify(&node, "chain", "4.zkey").unwrap();
    let names: Vec<_> = verified.contributions.iter().map(|one| one.name.as_deref()).collect();
    assert_eq!(names, [Some("Alice"), Some("Bob"), Some("Carol of Zürich"), Some("drand")]);
    let says = node.snarkjs("zkey verify chain.r1cs pot.ptau 4.zkey");
    assert!(says.contains("ZKey Ok!"), "{says}");

    node.snarkjs("groth16 prove 4.zkey chain.wtns proof.json public.json");
    node.snarkjs("zkey export verificationkey 4.zkey vk.json");
    let says = node.snarkjs("groth16 verify vk.json public.json proof.json");
    assert!(says.contains("OK!"), "{says}");
}

#[test]
fn keys_of_another_circuit_or_phase_1_should_be_refused() {
    let node = Node::new();
    node.powers_of_tau(8);
    node.compile("chain");
    node.compile("bits");
    init(&node, "chain", "0.zkey");
    assert!(matches!(verify(&node, "chain", "0.zkey"), Err(CeremonyError::NoContributions)));
    contribute(&node, "0.zkey", "1.zkey", "Alice");
    verify(&node, "chain", "1.zkey").unwrap();
    assert!(matches!(verify(&node, "bits", "1.zkey"), Err(CeremonyError::CircuitHash)));
    fs::rename(node.path("pot.ptau"), node.path("first.ptau")).unwrap();
    node.powers_of_tau(8);
    assert!(matches!(verify(&node, "chain", "1.zkey"), Err(CeremonyError::CircuitHash)));
}

/// From 2^15 points on snarkjs hashes one difference too many, here of bytes that are no point.
#[test]
fn the_circuit_hash_should_be_snarkjs_s_where_it_reads_past_the_powers() {
    let node = Node::new();
    powers::write(&node.path("pot.ptau"), 15);
    powers::chain(&node.path("chain.r1cs"), (1 << 15) - 4);
    init(&node, "chain", "ours.zkey");
    node.snarkjs("groth16 setup chain.r1cs pot.ptau theirs.zkey");
    let [ours, theirs] =
        ["ours.zkey", "theirs.zkey"].map(|key| Zkey::open(&node.path(key)).unwrap());
    for section in ours.order() {
        assert!(ours.section(section).unwrap() == theirs.section(section).unwrap(), "{section}");
    }
    assert!(node.read("ours.zkey") == node.read("theirs.zkey"));
}
