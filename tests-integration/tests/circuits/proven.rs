//! A circuit's keys, its proof and its Solidity, made by the program that users have.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use alloy::primitives::U256;
use proofrail_circuits::{field, registry::RegisteredCircuit};
use proofrail_deploy::project::Project;
use proofrail_prover::{
    key::{KeyPolicy, VerifyingKey},
    proof::ProofFile,
};

/// A circuit with a proof of its sample.
pub(crate) struct Proven {
    pub(crate) circuit: &'static dyn RegisteredCircuit,
    pub(crate) key: VerifyingKey,
    pub(crate) proof: ProofFile,
    /// The generated verifier.
    pub(crate) solidity: PathBuf,
}

impl Proven {
    /// Makes keys, proves the sample, verifies it and exports the verifier.
    pub(crate) fn by_command_line(
        project: &Project,
        folder: &Path,
        circuit: &'static dyn RegisteredCircuit,
    ) -> Self {
        let name = circuit.name();
        let sample = project.root().join(format!("circuits/examples/{name}.json"));
        let [vk, proof] = ["vk", "proof.json"].map(|kind| format!("{name}.{kind}"));
        let sample = sample.to_str().unwrap();
        run(folder, &["setup-dev", name, "--out", "."]);
        run(folder, &["prove", name, sample]);
        run(folder, &["verify", &proof]);
        run(folder, &["export", "solidity", "--vk", &vk, "--out", "src"]);

        let key = VerifyingKey::load(&folder.join(vk), KeyPolicy::AllowInsecureDev).unwrap();
        let text = std::fs::read_to_string(folder.join(proof)).unwrap();
        let contract = proofrail_prover::solidity::verifier(&key).name;
        let solidity = folder.join(format!("src/{contract}.sol"));
        assert!(solidity.is_file(), "{}", solidity.display());
        Self { circuit, key, proof: ProofFile::from_json(&text).unwrap(), solidity }
    }

    /// The public inputs as EVM words.
    pub(crate) fn inputs(&self) -> Vec<U256> {
        self.proof.inputs().iter().map(|x| U256::from_be_bytes(field::to_be_bytes(x))).collect()
    }

    /// The words of a statement that nobody can prove.
    pub(crate) fn impossible(&self) -> Vec<U256> {
        let inputs = self.circuit.impossible_inputs();
        inputs.iter().map(|x| U256::from_be_bytes(field::to_be_bytes(x))).collect()
    }
}

/// Runs `proofrail-prover` with development keys allowed; `cargo xtask test` builds it first.
fn run(folder: &Path, arguments: &[&str]) {
    // This test lies in the target folder's `deps`, the programs beside that.
    let program =
        std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("proofrail-prover");
    assert!(program.is_file(), "{}: run `cargo build --workspace --bins`", program.display());
    let output = Command::new(program)
        .current_dir(folder)
        .arg("--allow-insecure-dev")
        .args(arguments)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {text}");
}
