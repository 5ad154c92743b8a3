//! circom and snarkjs in processes of their own, in a folder that goes away.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

use crate::{CIRCUITS, ROOT};

/// A folder in which circom and snarkjs work.
pub(crate) struct Node {
    folder: TempDir,
}

impl Node {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// Runs a command of snarkjs that must succeed, and gives what it printed.
    pub(crate) fn snarkjs(&self, command: &str) -> String {
        let (success, text) = self.try_snarkjs(command);
        assert!(success, "snarkjs {command}: {text}");
        text
    }

    /// Runs a command of snarkjs and says whether it succeeded, with what it printed.
    pub(crate) fn try_snarkjs(&self, command: &str) -> (bool, String) {
        let output = self.run("snarkjs/cli.js", command.split(' '));
        let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        (output.status.success(), text)
    }

    /// Compiles `NAME.circom` to `NAME.r1cs`, and gives its path.
    pub(crate) fn compile(&self, circuit: &str) -> PathBuf {
        let source = Path::new(CIRCUITS).join(format!("{circuit}.circom"));
        fs::copy(source, self.path(&format!("{circuit}.circom"))).unwrap();
        let command = format!("{circuit}.circom --r1cs --wasm -o .");
        let output = self.run("circom2/cli.js", command.split(' '));
        assert!(output.status.success(), "circom: {}", String::from_utf8_lossy(&output.stderr));
        self.path(&format!("{circuit}.r1cs"))
    }

    /// Calculates `NAME.wtns` of a compiled circuit.
    pub(crate) fn witness(&self, circuit: &str, inputs: &str) -> PathBuf {
        fs::write(self.path("inputs.json"), inputs).unwrap();
        let wasm = format!("{circuit}_js/{circuit}.wasm");
        self.snarkjs(&format!("wtns calculate {wasm} inputs.json {circuit}.wtns"));
        self.path(&format!("{circuit}.wtns"))
    }

    /// Makes `pot.ptau`, prepared for phase 2, with one contribution.
    pub(crate) fn powers_of_tau(&self, power: u32) -> PathBuf {
        self.snarkjs(&format!("powersoftau new bn128 {power} new.ptau"));
        self.snarkjs("powersoftau contribute new.ptau one.ptau --name=one -e=test");
        self.snarkjs("powersoftau prepare phase2 one.ptau pot.ptau");
        self.path("pot.ptau")
    }

    fn run<'a>(&self, script: &str, arguments: impl Iterator<Item = &'a str>) -> Output {
        let script = Path::new(ROOT).join("node_modules").join(script);
        assert!(script.is_file(), "{} is missing: run `npm ci`", script.display());
        Command::new("node")
            .arg(script)
            .args(arguments)
            .current_dir(self.folder.path())
            .output()
            .expect("node is missing: install version 20 or newer")
    }
}
