//! snarkjs in a process of its own, and both Solidity verifiers on one chain.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use alloy::{
    network::TransactionBuilder,
    primitives::{Address, U256, hex, keccak256},
    providers::{DynProvider, Provider},
    rpc::types::TransactionRequest,
};
use proofrail_deploy::{
    accounts::Role,
    anvil::{Anvil, AnvilOptions, Mining},
    project::Project,
    rpc,
};
use proofrail_evm::contracts::ReceiptVerifierInsecureDev;
use proofrail_prover::key::VerifyingKey;
use proofrail_tests_integration::snapshot;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::cases::Case;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snarkjs/judge.mjs");
const OURS: &str = "verifyProof(uint256[8],uint256[3])";
const AMPLE_GAS: u64 = 1_000_000;
/// A check of four pairings (EIP-1108), and for every public input a multiplication and an addition.
const PAIRINGS_GAS: u64 = 181_000;
const INPUT_GAS: u64 = 6_150;
const THEIRS: &str = "verifyProof(uint256[2],uint256[2][2],uint256[2],uint256[3])";

/// What each implementation says of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verdicts {
    pub(crate) rust: bool,
    pub(crate) solidity: bool,
    pub(crate) snarkjs: bool,
    pub(crate) snarkjs_solidity: bool,
}

/// snarkjs's verdicts, and a chain with both verifiers.
pub(crate) struct Peers {
    cases: Vec<Case>,
    rust: Vec<bool>,
    snarkjs: Vec<bool>,
    provider: DynProvider,
    ours: Address,
    theirs: Address,
    _anvil: Anvil,
    _folder: TempDir,
}

impl Peers {
    pub(crate) async fn ask(key: &VerifyingKey, cases: &[Case]) -> Self {
        let project = Project::discover().unwrap();
        let answer = judge(&project, key, cases);
        let folder = tempfile::tempdir().unwrap();
        let options = AnvilOptions {
            chain_id: 31_337,
            mining: Mining::OnTransaction,
            slots_in_an_epoch: 32,
            port: None,
        };
        let log = folder.path().join("anvil.log");
        let anvil = Anvil::start(&project, &log, &options).await.unwrap();
        let signer = Role::Deployer.signer().unwrap();
        let provider = rpc::signing(anvil.rpc_url(), signer).unwrap();
        let ours = ReceiptVerifierInsecureDev::BYTECODE.to_vec();
        let theirs = hex::decode(answer["verifier"].as_str().unwrap()).unwrap();
        Self {
            cases: cases.to_vec(),
            rust: cases.iter().map(|case| crate::cases::holds(key, case)).collect(),
            snarkjs: serde_json::from_value(answer["verdicts"].clone()).unwrap(),
            ours: rpc::deploy(&provider, "our verifier", ours).await.unwrap(),
            theirs: rpc::deploy(&provider, "snarkjs's verifier", theirs).await.unwrap(),
            provider,
            _anvil: anvil,
            _folder: folder,
        }
    }

    pub(crate) async fn verdicts(&self) -> Vec<Verdicts> {
        let mut verdicts = Vec::new();
        for (index, case) in self.cases.iter().enumerate() {
            verdicts.push(Verdicts {
                rust: self.rust[index],
                solidity: self.accepts(call(self.ours, OURS, case)).await,
                snarkjs: self.snarkjs[index],
                snarkjs_solidity: self.accepts(call(self.theirs, THEIRS, case)).await,
            });
        }
        verdicts
    }

    /// Compares what a proof costs with the committed figures, and ours with what no verifier can go below.
    pub(crate) async fn assert_gas(&self, case: &Case) {
        let ours = self.gas(call(self.ours, OURS, case)).await;
        let theirs = self.gas(call(self.theirs, THEIRS, case)).await;
        let floor = PAIRINGS_GAS + INPUT_GAS * case.inputs.len() as u64;
        assert!(ours * 100 <= floor * 102, "{ours} is more than 2 % above {floor}");
        let rows = [
            ("verifyProof, execution", ours),
            ("verifyProof of snarkjs's verifier, execution", theirs),
        ];
        let gas: Map<_, _> =
            rows.map(|(name, gas)| (name.to_owned(), gas.to_string().into())).into_iter().collect();
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts-evm/snapshots/peers.json");
        snapshot::assert_current(&path, &gas);
    }

    /// Without what the transaction costs before it executes (EIP-2028).
    async fn gas(&self, request: TransactionRequest) -> u64 {
        assert!(self.accepts(request.clone()).await);
        let data = request.input.input().unwrap().clone();
        let intrinsic: u64 = data.iter().map(|&byte| if byte == 0 { 4 } else { 16 }).sum();
        // With too little gas a verifier says no and succeeds, and an estimate finds the least of that.
        let request = request.with_gas_limit(AMPLE_GAS);
        let receipt = rpc::transact(&self.provider, "verify", request).await.unwrap();
        receipt.gas_used - 21_000 - intrinsic
    }

    async fn accepts(&self, request: TransactionRequest) -> bool {
        let answer = self.provider.call(request).await.unwrap();
        match U256::try_from_be_slice(&answer).unwrap() {
            U256::ZERO => false,
            answer => answer == U256::from(1),
        }
    }
}

/// Both take eleven words in the same order.
fn call(verifier: Address, signature: &str, case: &Case) -> TransactionRequest {
    let mut data = keccak256(signature)[..4].to_vec();
    data.extend(case.proof.iter().chain(&case.inputs).flat_map(U256::to_be_bytes::<32>));
    TransactionRequest::default().with_to(verifier).with_input(data)
}

fn judge(project: &Project, key: &VerifyingKey, cases: &[Case]) -> Value {
    project.npm_file("snarkjs/package.json").unwrap();
    let cases: Vec<Value> = cases
        .iter()
        .map(|case| json!({ "proof": proof(&case.proof), "inputs": case.inputs.map(|x| x.to_string()) }))
        .collect();
    let question = json!({ "key": verification_key(key), "cases": cases, "compiler": {
        "evmVersion": "cancun", "optimizerRuns": 1_000_000,
    } });
    let mut node = Command::new("node")
        .arg(SCRIPT)
        .current_dir(project.root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    node.stdin.take().unwrap().write_all(question.to_string().as_bytes()).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// snarkjs's `verification_key.json`.
fn verification_key(key: &VerifyingKey) -> Value {
    let ic: Vec<Value> = key.ic().map(|point| g1(&words(&point))).collect();
    json!({
        "protocol": "groth16", "curve": "bn128", "nPublic": ic.len() - 1,
        "vk_alpha_1": g1(&words(&key.alpha())), "vk_beta_2": g2(&words(&key.beta())),
        "vk_gamma_2": g2(&words(&key.gamma())), "vk_delta_2": g2(&words(&key.delta())), "IC": ic,
    })
}

/// snarkjs's `proof.json`.
fn proof(words: &[U256; 8]) -> Value {
    json!({
        "protocol": "groth16", "curve": "bn128",
        "pi_a": g1(&words[..2]), "pi_b": g2(&words[2..6]), "pi_c": g1(&words[6..]),
    })
}

fn words(bytes: &[u8]) -> Vec<U256> {
    bytes.chunks_exact(32).map(U256::from_be_slice).collect()
}

/// Projective, in decimal.
fn g1(words: &[U256]) -> Value {
    if words.iter().all(U256::is_zero) {
        return json!(["0", "1", "0"]);
    }
    json!([words[0].to_string(), words[1].to_string(), "1"])
}

/// As [`g1`], the real part first.
fn g2(words: &[U256]) -> Value {
    if words.iter().all(U256::is_zero) {
        return json!([["0", "0"], ["1", "0"], ["0", "0"]]);
    }
    let [x1, x0, y1, y0] = std::array::from_fn(|i| words[i].to_string());
    json!([[x0, x1], [y0, y1], ["1", "0"]])
}
