//! snarkjs and circom judge the readers and writers: files that they wrote come out of ours as the same
//! bytes, and they take files that are ours.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

#[path = "support/node.rs"]
mod node;

use std::path::Path;

use ark_bn254::{Bn254, Fr};
use ark_groth16::{Groth16, Proof, VerifyingKey};
use node::Node;
use proofrail_formats::{
    json::{self, ProofJson, PublicJson, VerificationKeyJson},
    points::{FilePoint, Points},
    r1cs::{Constraint, LinearCombination, R1cs, R1csWriter, Term},
    wtns::{Wtns, WtnsWriter},
    zkey::{self, Zkey, ZkeyWriter},
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
const CIRCUITS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/circuits");
const INPUTS: &str = r#"{"x": "3", "key": "17"}"#;

fn evaluate(sum: &LinearCombination<'_>, witness: &[Fr]) -> Fr {
    sum.iter().map(|term| term.coefficient * witness[term.signal as usize]).sum()
}

fn rewrite_r1cs(from: &Path, to: &Path) {
    let r1cs = R1cs::open(from).unwrap();
    let mut writer = R1csWriter::create(to).unwrap();
    for constraint in r1cs.constraints().unwrap() {
        let Constraint { a, b, c } = constraint.unwrap();
        let [a, b, c] = [a, b, c].map(|sum| sum.iter().collect::<Vec<Term>>());
        writer.constraint([&a, &b, &c]).unwrap();
    }
    writer.finish(r1cs.header(), r1cs.labels().unwrap()).unwrap();
}

#[test]
fn circuits_of_circom_should_be_read_and_written() {
    let node = Node::new();
    for (circuit, inputs) in [("chain", INPUTS), ("bits", r#"{"value": "12345678901234567890"}"#)] {
        let path = node.compile(circuit);
        let witness = Wtns::open(&node.witness(circuit, inputs)).unwrap().values().unwrap();
        let r1cs = R1cs::open(&path).unwrap();
        assert_eq!(r1cs.header().variables as usize, witness.len());
        let mut count = 0;
        for constraint in r1cs.constraints().unwrap() {
            let Constraint { a, b, c } = constraint.unwrap();
            let [a, b, c] = [a, b, c].map(|sum| evaluate(&sum, &witness));
            assert_eq!(a * b, c, "constraint {count}");
            count += 1;
        }
        assert_eq!(count, r1cs.header().constraints);
        rewrite_r1cs(&path, &node.path("ours.r1cs"));
        assert_eq!(node.read("ours.r1cs"), node.read(&format!("{circuit}.r1cs")));
    }
}

#[test]
fn witnesses_should_be_read_and_written() {
    let node = Node::new();
    node.compile("chain");
    let theirs = Wtns::open(&node.witness("chain", INPUTS)).unwrap();
    let mut writer = WtnsWriter::create(&node.path("ours.wtns"), theirs.len() as u32).unwrap();
    theirs.values().unwrap().iter().for_each(|value| writer.push(value).unwrap());
    writer.finish().unwrap();
    assert_eq!(node.read("ours.wtns"), node.read("chain.wtns"));
    assert_eq!(theirs.get(0).unwrap(), Fr::from(1));
    assert_eq!(theirs.get(2).unwrap(), Fr::from(17));

    let wrong = node.path("wrong.wtns");
    let mut writer = WtnsWriter::create(&wrong, theirs.len() as u32).unwrap();
    for signal in 0..theirs.len() {
        let shift = if signal == 5 { Fr::from(1) } else { Fr::from(0) };
        writer.push(&(theirs.get(signal).unwrap() + shift)).unwrap();
    }
    writer.finish().unwrap();
    let says = |file: &str| node.try_snarkjs(&format!("wtns check chain.r1cs {file}")).1;
    assert!(says("ours.wtns").contains("WITNESS IS CORRECT"));
    assert!(says("wrong.wtns").contains("WITNESS IS NOT CORRECT"));
}

/// Every section through its typed view and writer, in the order of the file.
fn rewrite_zkey(from: &Zkey, to: &Path) {
    let mut writer = ZkeyWriter::create(to, from.header()).unwrap();
    for section in from.order() {
        match section {
            zkey::PROTOCOL | zkey::HEADER => {}
            zkey::COEFFICIENTS => {
                let entries = from.coefficients().unwrap();
                writer.begin_coefficients(entries.len() as u32).unwrap();
                entries.iter().for_each(|entry| writer.coefficient(entry.unwrap()).unwrap());
                writer.end().unwrap();
            }
            zkey::CONTRIBUTIONS => writer.mpc_params(&from.mpc_params().unwrap()).unwrap(),
            zkey::B2 => writer.section(section, &all(from.b2().unwrap())).unwrap(),
            zkey::IC => writer.section(section, &all(from.ic().unwrap())).unwrap(),
            zkey::A => writer.section(section, &all(from.a().unwrap())).unwrap(),
            zkey::B1 => writer.section(section, &all(from.b1().unwrap())).unwrap(),
            zkey::L => writer.section(section, &all(from.l().unwrap())).unwrap(),
            zkey::H => writer.section(section, &all(from.h().unwrap())).unwrap(),
            other => panic!("{other} is unknown"),
        }
    }
    writer.finish().unwrap();
}

fn all<P: FilePoint>(points: Points<'_, P>) -> Vec<P> {
    let checked: Vec<P> = points.iter().map(Result::unwrap).collect();
    assert!(points.iter_unchecked().eq(checked.iter().copied()));
    checked
}

#[test]
fn keys_should_be_read_and_written() {
    let node = Node::new();
    node.compile("chain");
    node.witness("chain", INPUTS);
    node.powers_of_tau(8);
    node.snarkjs("groth16 setup chain.r1cs pot.ptau 0.zkey");
    node.snarkjs("zkey contribute 0.zkey 1.zkey --name=Zoë -e=test");
    node.snarkjs("zkey beacon 1.zkey 2.zkey 0102030405060708090a0b0c0d0e0f10 10 --name=beacon");
    for key in ["0.zkey", "1.zkey", "2.zkey"] {
        rewrite_zkey(&Zkey::open(&node.path(key)).unwrap(), &node.path("ours.zkey"));
        assert!(node.read("ours.zkey") == node.read(key), "{key}");
    }
    let key = Zkey::open(&node.path("2.zkey")).unwrap();
    assert_eq!(key.mpc_params().unwrap().contributions[0].name.as_deref(), Some("Zoë"));

    // Through arkworks and back, in our order of sections.
    let entries: Vec<_> = key.coefficients().unwrap().iter().map(Result::unwrap).collect();
    let mpc = key.mpc_params().unwrap();
    ZkeyWriter::write_key(&node.path("ark.zkey"), &key.proving_key().unwrap(), &entries, &mpc)
        .unwrap();
    assert!(node.read("ark.zkey") == node.read("2.zkey"));
    let says = node.snarkjs("zkey verify chain.r1cs pot.ptau ark.zkey");
    assert!(says.contains("ZKey Ok!"), "{says}");
    node.snarkjs("groth16 prove ark.zkey chain.wtns proof.json public.json");
    node.snarkjs("zkey export verificationkey ark.zkey vk.json");
    let says = node.snarkjs("groth16 verify vk.json public.json proof.json");
    assert!(says.contains("OK!"), "{says}");
    json_should_be_read_and_written(&node, &key);
}

/// The same bytes for each file, and arkworks takes the proof.
fn json_should_be_read_and_written(node: &Node, key: &Zkey) {
    let ours = node.path("ours.json");
    let same = |theirs: &str| assert!(node.read("ours.json") == node.read(theirs), "{theirs}");

    let vk = key.verifying_key().unwrap();
    json::write(&ours, &VerificationKeyJson::from(&vk)).unwrap();
    same("vk.json");
    let read: VerificationKeyJson = json::read(&ours).unwrap();
    assert_eq!(VerifyingKey::try_from(&read).unwrap(), vk);

    let proof =
        Proof::try_from(&json::read::<ProofJson>(&node.path("proof.json")).unwrap()).unwrap();
    json::write(&ours, &ProofJson::from(&proof)).unwrap();
    same("proof.json");
    let read: PublicJson = json::read(&node.path("public.json")).unwrap();
    let public: Vec<Fr> = (&read).try_into().unwrap();
    json::write(&ours, &PublicJson::from(public.as_slice())).unwrap();
    same("public.json");

    let prepared = ark_groth16::prepare_verifying_key(&vk);
    let holds = |inputs: &[Fr]| Groth16::<Bn254>::verify_proof(&prepared, &proof, inputs).unwrap();
    assert!(holds(&public));
    assert!(!holds(&[public[0], public[1] + Fr::from(1)]));
}
