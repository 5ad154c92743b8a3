//! A whole ceremony through its commands, and what they and the transcript refuse.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

#[path = "support/powers.rs"]
mod powers;

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use clap::Parser;
use proofrail_ceremony::{
    CeremonyError,
    check::KeyFault,
    cli::{self, Command, Report},
    export,
    transcript::{Transcript, TranscriptError, sha256},
};
use proofrail_formats::{
    json::{self, VerificationKeyJson},
    zkey::Zkey,
};
use serde_json::Value;
use tempfile::TempDir;

#[derive(Parser)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

/// A folder with a circuit, powers of tau and the keys of a coordinator and three contributors.
struct Place(TempDir);

const PEOPLE: [&str; 4] = ["coordinator", "alice", "bob", "carol"];

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        powers::write(&place.path("pot.ptau"), 4);
        powers::chain(&place.path("chain.r1cs"), 9);
        for person in PEOPLE {
            place.run(&format!("keygen --out {person}.key")).unwrap();
        }
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn sha256(&self, name: &str) -> String {
        sha256(&fs::read(self.path(name)).unwrap())
    }

    /// Runs a command whose file names are in the folder.
    fn run(&self, command: &str) -> Result<Report, CeremonyError> {
        let file = |word: &str| Path::new(word).extension().is_some() && !word.starts_with('-');
        let words = command.split(' ').map(|word| match file(word) {
            true => self.path(word).display().to_string(),
            false => word.to_owned(),
        });
        let program = Program::try_parse_from(["ceremony".to_owned()].into_iter().chain(words));
        cli::run(&program.unwrap_or_else(|error| panic!("{error}")).command)
    }

    fn init(&self) -> Result<Report, CeremonyError> {
        self.run(&format!("init {ORIGIN} {} --out 0.zkey", record("coordinator")))
    }

    fn contribute(&self, index: usize, person: &str) -> Result<Report, CeremonyError> {
        let between = format!("--from {}.zkey --out {index}.zkey --name {person}", index - 1);
        self.run(&format!("contribute {between} {}", record(person)))
    }

    fn beacon(&self, index: usize) -> Result<Report, CeremonyError> {
        let between = format!("--from {}.zkey --out {index}.zkey --name round-7", index - 1);
        self.run(&format!("beacon {between} {} --value 0a0b0c", record("coordinator")))
    }

    fn verify(&self, key: &str, more: &str) -> Result<Report, CeremonyError> {
        self.run(&format!("verify {ORIGIN} --key {key} --transcript t.jsonl{more}"))
    }

    /// Three contributors and a beacon.
    fn ceremony() -> Self {
        let place = Self::new();
        place.init().unwrap();
        for (index, person) in (1..).zip(&PEOPLE[1..]) {
            place.contribute(index, person).unwrap();
        }
        place.beacon(4).unwrap();
        place
    }

    fn finalize(&self) -> Result<Report, CeremonyError> {
        let out = "--key 4.zkey --min-contributors 3 --out vk.json";
        self.run(&format!("finalize {ORIGIN} {} {out}", record("coordinator")))
    }

    /// Rewrites the transcript, and says what reading it gives.
    fn transcript(
        &self,
        change: impl FnOnce(&mut Vec<String>),
    ) -> Result<Transcript, TranscriptError> {
        let text = fs::read_to_string(self.path("t.jsonl")).unwrap();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        change(&mut lines);
        Transcript::parse(&lines.join("\n"))
    }
}

const ORIGIN: &str = "--r1cs chain.r1cs --ptau pot.ptau";

fn record(person: &str) -> String {
    format!("--transcript t.jsonl --signing-key {person}.key")
}

const EXPORT: &str = "--key 4.zkey --name square_chain --input last --input first";

#[test]
fn a_ceremony_should_go_from_circuit_to_verifiers() {
    let place = Place::ceremony();
    let report = place.verify("4.zkey", " --min-contributors 3").unwrap();
    assert_eq!(report.json["distinct_signers"].as_array().unwrap().len(), 3);
    assert_eq!(report.json["unsigned"], Value::Array(Vec::new()));
    // From an initial key that one made oneself, too.
    place.verify("4.zkey", " --initial 0.zkey").unwrap();

    assert!(matches!(
        place.run(&format!("export json {EXPORT} --transcript t.jsonl")),
        Err(CeremonyError::Unfinished)
    ));
    let report = place.finalize().unwrap();
    assert_eq!(report.json["verification_key_sha256"], place.sha256("vk.json"));
    for target in ["json", "solidity", "near"] {
        let out = place.path("out").display().to_string();
        let command = format!("export {target} {EXPORT} --transcript t.jsonl --out {out}");
        place.run(&command).unwrap();
    }
    let vk: VerificationKeyJson = json::read(&place.path("out/verification_key.json")).unwrap();
    let key = Zkey::open(&place.path("4.zkey")).unwrap().verifying_key().unwrap();
    assert_eq!(ark_groth16::VerifyingKey::try_from(&vk).unwrap(), key);
    let near: Value = json::read(&place.path("out/square_chain.near.json")).unwrap();
    assert_eq!(near["name"], "square_chain/1");
    assert_eq!(near["vk"]["ic"].as_array().unwrap().len(), 3);
    let solidity = fs::read_to_string(place.path("out/SquareChainVerifier.sol")).unwrap();
    assert!(!solidity.contains("{{"), "{solidity}");
    assert!(solidity.contains("IC_2_X") && !solidity.contains("INSECURE"));
}

#[test]
fn unfinished_keys_should_be_exported_only_on_demand_and_marked() {
    let place = Place::ceremony();
    assert!(matches!(place.run(&format!("export json {EXPORT}")), Err(CeremonyError::Unfinished)));
    let out = place.path("out").display().to_string();
    let solidity = format!("export solidity {EXPORT} --allow-insecure-dev --out {out}");
    place.run(&solidity).unwrap();
    let text = fs::read_to_string(place.path("out/SquareChainVerifierInsecureDev.sol")).unwrap();
    assert!(text.contains("INSECURE") && text.contains("contract SquareChainVerifierInsecureDev"));
    // Demanded or not: without a contribution anybody forges.
    let initial = solidity.replace("4.zkey", "0.zkey");
    assert!(matches!(place.run(&initial), Err(CeremonyError::Key(KeyFault::GammaIsDelta))));
    let few = solidity.replace(" --input first", "");
    assert!(matches!(place.run(&few), Err(CeremonyError::Inputs { names: 1, key: 2 })));
    let name = solidity.replace("square_chain", "a;selfdestruct()");
    assert!(matches!(place.run(&name), Err(CeremonyError::CircuitName(_))));
}

#[test]
fn dangerous_keys_should_not_be_exported() {
    use ark_bn254::{G1Affine, G2Affine};
    use ark_ec::AffineRepr;
    let place = Place::ceremony();
    let key = Zkey::open(&place.path("4.zkey")).unwrap();
    let vk = key.verifying_key().unwrap();
    export::check(&key, &vk).unwrap();
    let fault = |change: fn(&mut ark_groth16::VerifyingKey<ark_bn254::Bn254>)| {
        let mut vk = vk.clone();
        change(&mut vk);
        match export::check(&key, &vk) {
            Err(CeremonyError::Key(fault)) => fault,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(fault(|vk| vk.delta_g2 = vk.gamma_g2), KeyFault::GammaIsDelta);
    let generator = fault(|vk| {
        vk.gamma_g2 = vk.beta_g2;
        vk.delta_g2 = G2Affine::generator();
    });
    assert_eq!(generator, KeyFault::DeltaIsGenerator);
    let infinite = |name: &str| KeyFault::Infinity(name.to_owned());
    assert_eq!(fault(|vk| vk.alpha_g1 = G1Affine::zero()), infinite("alpha"));
    assert_eq!(fault(|vk| vk.delta_g2 = G2Affine::zero()), infinite("delta"));
    assert_eq!(fault(|vk| vk.gamma_abc_g1[1] = G1Affine::zero()), infinite("ic[1]"));
}

#[test]
fn altered_transcripts_should_be_refused_by_their_line() {
    let place = Place::ceremony();
    place.transcript(|_| {}).unwrap();
    let replace = |line: usize, from: &str, to: &str| {
        place.transcript(|lines| {
            assert!(lines[line].contains(from), "{}", lines[line]);
            lines[line] = lines[line].replacen(from, to, 1);
        })
    };
    let refused = replace(2, "\"bob\"", "\"eve\"");
    assert!(matches!(refused, Err(TranscriptError::Signature { line: 3 })));
    let refused = replace(2, "\"step\":", "\"step\": ");
    assert!(matches!(refused, Err(TranscriptError::NotCanonical { line: 3 })));
    let refused = place.transcript(|lines| drop(lines.remove(1)));
    assert!(matches!(refused, Err(TranscriptError::Chain { line: 2 })));
    let refused = place.transcript(|lines| lines.push(lines[4].clone()));
    assert!(matches!(refused, Err(TranscriptError::Chain { line: 6 })));
    let refused = place.transcript(|lines| lines.swap(1, 2));
    assert!(matches!(refused, Err(TranscriptError::Chain { line: 2 })));
    let refused = place.transcript(|lines| drop(lines.remove(0)));
    assert!(matches!(refused, Err(TranscriptError::Chain { line: 1 })));
    assert!(matches!(place.transcript(Vec::clear), Err(TranscriptError::NotInit)));
    let refused = place.transcript(|lines| lines[3].truncate(40));
    assert!(matches!(refused, Err(TranscriptError::Json { line: 4, .. })));
    // Somebody else's signature under the same step.
    let refused = place.transcript(|lines| {
        let signature = |line: &str| line.rsplit_once("\"public_key\"").unwrap().1.to_owned();
        let head = lines[2].rsplit_once("\"public_key\"").unwrap().0.to_owned();
        lines[2] = format!("{head}\"public_key\"{}", signature(&lines[3]));
    });
    assert!(matches!(refused, Err(TranscriptError::Signature { line: 3 })));
}

#[test]
fn transcripts_of_other_keys_and_files_should_be_refused() {
    let place = Place::ceremony();
    let log = |verdict| match verdict {
        Err(CeremonyError::Log(error)) => error,
        other => panic!("{other:?}"),
    };
    // A key that the record does not reach, and one that it goes beyond.
    let refused = log(place.verify("3.zkey", ""));
    assert!(matches!(refused, TranscriptError::NoSuchContribution { line: 5, index: 4 }));
    powers::chain(&place.path("other.r1cs"), 8);
    let other = "verify --r1cs other.r1cs --ptau pot.ptau --key 4.zkey --initial 0.zkey";
    let refused = log(place.run(&format!("{other} --transcript t.jsonl")));
    assert!(matches!(refused, TranscriptError::OtherCeremony("circuit")));
    let refused = place.verify("4.zkey", " --min-contributors 4");
    assert!(matches!(refused, Err(CeremonyError::TooFewContributors { needed: 4, got: 3 })));
    let refused = place.verify("4.zkey", &format!(" --ptau-sha256 {}", "0".repeat(64)));
    assert!(matches!(refused, Err(CeremonyError::Pin { .. })));
    place.verify("4.zkey", &format!(" --ptau-sha256 {}", place.sha256("pot.ptau"))).unwrap();
}

#[test]
fn one_person_should_count_once_and_unsigned_contributions_not_at_all() {
    let place = Place::new();
    place.init().unwrap();
    place.contribute(1, "alice").unwrap();
    place.contribute(2, "alice").unwrap();
    // Made without the record, as by snarkjs.
    let key = Zkey::open(&place.path("2.zkey")).unwrap();
    let entropy = proofrail_ceremony::contribute::Entropy::default();
    let third = place.path("3.zkey");
    proofrail_ceremony::contribute::contribute(&key, &third, "dan", entropy, &()).unwrap();
    place.contribute(4, "bob").unwrap();
    let report = place.verify("4.zkey", "").unwrap();
    assert_eq!(report.json["distinct_signers"].as_array().unwrap().len(), 2);
    assert_eq!(report.json["unsigned"], serde_json::json!([3]));
}

#[test]
fn steps_should_be_refused_on_the_wrong_key_and_after_the_end() {
    let place = Place::ceremony();
    let refused = place.beacon(5);
    assert!(matches!(refused, Err(CeremonyError::AfterBeacon)), "{refused:?}");
    // A key of the same length that is not the recorded one.
    fs::copy(place.path("4.zkey"), place.path("kept.zkey")).unwrap();
    fs::remove_file(place.path("4.zkey")).unwrap();
    let third = Zkey::open(&place.path("3.zkey")).unwrap();
    let entropy = proofrail_ceremony::contribute::Entropy::default();
    let fourth = place.path("4.zkey");
    proofrail_ceremony::contribute::contribute(&third, &fourth, "eve", entropy, &()).unwrap();
    let refused = place.contribute(5, "bob");
    assert!(matches!(refused, Err(CeremonyError::Log(TranscriptError::Key { .. }))), "{refused:?}");
    fs::rename(place.path("kept.zkey"), place.path("4.zkey")).unwrap();
    place.finalize().unwrap();
    let refused = place.finalize();
    assert!(matches!(refused, Err(CeremonyError::Log(TranscriptError::Finalized))), "{refused:?}");
    // Nothing is begun over what is there.
    assert!(matches!(place.init(), Err(CeremonyError::OutputExists(_))));
}

#[test]
fn signing_keys_should_be_private_and_never_overwritten() {
    let place = Place::new();
    let path = place.path("alice.key");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(matches!(place.run("keygen --out alice.key"), Err(CeremonyError::Io { .. })));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    place.init().unwrap();
    assert!(matches!(place.contribute(1, "alice"), Err(CeremonyError::SigningKey { .. })));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(&path, "no key").unwrap();
    assert!(matches!(place.contribute(1, "alice"), Err(CeremonyError::SigningKey { .. })));
    // A refused step leaves no key behind.
    assert!(!place.path("1.zkey").exists());
}

#[test]
fn every_kind_of_file_should_be_inspected() {
    let place = Place::ceremony();
    let kind = |file: &str| place.run(&format!("inspect {file}")).unwrap().json["kind"].clone();
    assert_eq!(kind("chain.r1cs"), "r1cs");
    assert_eq!(kind("pot.ptau"), "ptau");
    assert_eq!(kind("4.zkey"), "zkey");
    assert_eq!(kind("t.jsonl"), "transcript");
}
