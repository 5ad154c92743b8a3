//! The generated verifiers on anvil.

use std::{collections::BTreeMap, path::Path, process::Command};

use alloy::{
    network::TransactionBuilder,
    primitives::{Address, U256, keccak256},
    providers::{DynProvider, Provider},
    rpc::types::TransactionRequest,
};
use proofrail_circuits::field::Fr;
use proofrail_deploy::{
    accounts::Role,
    anvil::{Anvil, AnvilOptions, Mining},
    project::Project,
    rpc,
};
use serde_json::Value;

use crate::proven::Proven;

const CHAIN_ID: u64 = 31_337;
/// Twice what the dearest verifier takes. An estimate would be of a call that says no for lack of gas.
const GAS_LIMIT: u64 = 600_000;

/// A chain with every circuit's verifier.
pub(crate) struct Verifiers {
    _anvil: Anvil,
    provider: DynProvider,
    addresses: BTreeMap<&'static str, Address>,
}

impl Verifiers {
    pub(crate) async fn deploy(project: &Project, folder: &Path, proven: &[Proven]) -> Self {
        compile(project, folder);
        let options = AnvilOptions {
            chain_id: CHAIN_ID,
            mining: Mining::OnTransaction,
            slots_in_an_epoch: 32,
            port: None,
        };
        let anvil = Anvil::start(project, &folder.join("anvil.log"), &options).await.unwrap();
        let signer = Role::Deployer.signer().unwrap();
        let provider = rpc::signing(anvil.rpc_url(), signer).unwrap();
        let mut addresses = BTreeMap::new();
        for proven in proven {
            let name = proven.solidity.file_stem().unwrap().to_str().unwrap();
            let artifact = folder.join(format!("out/{name}.sol/{name}.json"));
            let artifact: Value =
                serde_json::from_str(&std::fs::read_to_string(artifact).unwrap()).unwrap();
            let code = artifact["bytecode"]["object"]
                .as_str()
                .unwrap()
                .parse::<alloy::primitives::Bytes>();
            let address = rpc::deploy(&provider, name, code.unwrap().to_vec()).await.unwrap();
            addresses.insert(proven.circuit.name(), address);
        }
        Self { _anvil: anvil, provider, addresses }
    }

    /// Checks that the verifier takes the proof for its statement and for no other; returns the gas of
    /// a transaction that asks it.
    pub(crate) async fn check(&self, proven: &Proven) -> u64 {
        let (name, inputs) = (proven.circuit.name(), proven.inputs());
        let proof = proof_words(proven);
        assert!(self.verify(name, &proof, &inputs).await, "{name}");
        for index in 0..inputs.len() {
            let mut other = inputs.clone();
            other[index] ^= U256::from(1);
            assert!(!self.verify(name, &proof, &other).await, "{name}: input {index}");
            // The same residue as another word.
            other[index] = inputs[index] + U256::from_limbs(<Fr as ark_ff::PrimeField>::MODULUS.0);
            assert!(!self.verify(name, &proof, &other).await, "{name}: alias of input {index}");
        }
        assert!(!self.verify(name, &proof, &proven.impossible()).await, "{name}: impossible");
        let request = self.request(name, &proof, &inputs).with_gas_limit(GAS_LIMIT);
        let sent = self.provider.send_transaction(request).await.unwrap();
        sent.get_receipt().await.unwrap().gas_used
    }

    async fn verify(&self, circuit: &str, proof: &[U256], inputs: &[U256]) -> bool {
        let answer = self.provider.call(self.request(circuit, proof, inputs)).await.unwrap();
        match U256::try_from_be_slice(&answer).unwrap() {
            U256::ZERO => false,
            answer => answer == U256::from(1),
        }
    }

    fn request(&self, circuit: &str, proof: &[U256], inputs: &[U256]) -> TransactionRequest {
        let signature = format!("verifyProof(uint256[8],uint256[{}])", inputs.len());
        let mut data = keccak256(signature)[..4].to_vec();
        data.extend(proof.iter().chain(inputs).flat_map(U256::to_be_bytes::<32>));
        TransactionRequest::default().with_to(self.addresses[circuit]).with_input(data)
    }
}

fn proof_words(proven: &Proven) -> Vec<U256> {
    proven.proof.proof().to_bytes().chunks_exact(32).map(U256::from_be_slice).collect()
}

/// Compiles what was exported with the compiler and the settings of the house.
fn compile(project: &Project, folder: &Path) {
    let settings = std::fs::read_to_string(project.root().join("foundry.toml")).unwrap();
    let solc = project.root().join("contracts-evm/tools/solc");
    let kept = ["evm_version", "optimizer", "bytecode_hash", "cbor_metadata"];
    let kept = settings.lines().filter(|line| kept.iter().any(|key| line.starts_with(key)));
    let head = format!("[profile.default]\nsolc = {solc:?}\noffline = true\n");
    let settings = [head.as_str()].into_iter().chain(kept).collect::<Vec<_>>().join("\n");
    std::fs::write(folder.join("foundry.toml"), settings).unwrap();
    let forge = project.foundry_tool("forge").unwrap();
    let output = Command::new(forge).arg("build").arg("--root").arg(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
