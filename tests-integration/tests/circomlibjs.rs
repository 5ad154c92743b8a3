//! Poseidon, EdDSA and Merkle roots are those of circomlibjs, on inputs that are new in every run.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::{
    io::Write,
    process::{Command, Stdio},
};

use ark_ff::{PrimeField, UniformRand};
use ark_std::rand::{Rng, RngCore, SeedableRng, rngs::StdRng};
use proofrail_circuits::{eddsa::SecretKey, field::Fr, merkle, poseidon};
use proofrail_deploy::project::Project;
use serde_json::{Value, json};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/circomlibjs/answers.mjs");
/// Questions of each kind.
const CASES: usize = 24;

fn decimal(element: Fr) -> String {
    element.into_bigint().to_string()
}

fn decimals(elements: &[Fr]) -> Vec<String> {
    elements.iter().copied().map(decimal).collect()
}

/// Elements of which some are at the edges of the field.
fn elements(rng: &mut StdRng, count: usize) -> Vec<Fr> {
    let element = |rng: &mut StdRng| match rng.gen_range(0..8) {
        0 => Fr::from(0u8),
        1 => -Fr::from(1u8),
        _ => Fr::rand(rng),
    };
    (0..count).map(|_| element(rng)).collect()
}

fn our_hash(inputs: &[Fr]) -> Fr {
    macro_rules! by_length {
        ($($n:literal)+) => {
            match inputs.len() {
                $($n => poseidon::hash::<$n>(inputs.try_into().unwrap()),)+
                n => panic!("no hash of {n} inputs"),
            }
        };
    }
    by_length!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16)
}

fn ask(questions: &Value) -> Value {
    let project = Project::discover().unwrap();
    project.npm_file("circomlibjs/package.json").unwrap();
    let mut node = Command::new("node")
        .arg(SCRIPT)
        .current_dir(project.root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    node.stdin.take().unwrap().write_all(questions.to_string().as_bytes()).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn natives_should_agree_with_circomlibjs_on_random_inputs() {
    let seed = rand_seed();
    println!("seed {seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let inputs: Vec<Vec<Fr>> =
        (0..CASES).map(|i| elements(&mut rng, 1 + i % poseidon::MAX_INPUTS)).collect();
    let leaves: Vec<Vec<Fr>> = (0..CASES / 4).map(|i| elements(&mut rng, 1 << (i % 6))).collect();
    let signed: Vec<([u8; 32], Fr)> =
        (0..CASES).map(|_| (rng.r#gen(), Fr::rand(&mut rng))).collect();
    let ours: Vec<_> = signed
        .iter()
        .map(|(secret, message)| {
            let key = SecretKey::from_bytes(*secret);
            (key.public_key(), key.sign(message))
        })
        .collect();

    let answers = ask(&json!({
        "hashes": inputs.iter().map(|x| json!({ "inputs": decimals(x) })).collect::<Vec<_>>(),
        "roots": leaves.iter().map(|x| json!({ "leaves": decimals(x) })).collect::<Vec<_>>(),
        "signatures": signed.iter().map(|(secret, message)| json!({
            "secret": secret.iter().map(|byte| format!("{byte:02x}")).collect::<String>(),
            "message": decimal(*message),
        })).collect::<Vec<_>>(),
        "verdicts": signed.iter().zip(&ours).enumerate().map(|(i, ((_, message), (key, signature)))| json!({
            "publicKey": decimals(&[key.x, key.y]),
            // Every third is on another message.
            "message": decimal(*message + Fr::from((i % 3 == 0) as u8)),
            "r8": decimals(&[signature.r8x, signature.r8y]),
            "s": signature.s.into_bigint().to_string(),
        })).collect::<Vec<_>>(),
    }));

    let hashes: Vec<_> = inputs.iter().map(|x| decimal(our_hash(x))).collect();
    assert_eq!(answers["hashes"], json!(hashes));
    let roots: Vec<_> = leaves.iter().map(|x| decimal(merkle::root_of_leaves(x))).collect();
    assert_eq!(answers["roots"], json!(roots));
    for (ours, theirs) in ours.iter().zip(answers["signatures"].as_array().unwrap()) {
        let (key, signature) = ours;
        let mut ours = decimals(&[key.x, key.y, signature.r8x, signature.r8y]);
        ours.push(signature.s.into_bigint().to_string());
        assert_eq!(theirs, &json!(ours));
    }
    let verdicts: Vec<_> = (0..CASES).map(|i| i % 3 != 0).collect();
    assert_eq!(answers["verdicts"], json!(verdicts));
}

fn rand_seed() -> u64 {
    ark_std::rand::rngs::OsRng.next_u64()
}
