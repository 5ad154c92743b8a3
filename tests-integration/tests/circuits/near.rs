//! The proofs before the market's contract, in the NEAR VM.

use std::path::Path;

use alloy::primitives::U256;
use near_devnode::{AccountId, Balance, CallArgs, Chain, ChainConfig, Gas, Outcome};
use proofrail_deploy::circuit::CircuitDeployment;
use proofrail_near_interface::{
    Constitution, ErrorCode, Hex, NewArgs, Offices, VerifyLocalArgs, method_names,
};
use serde::Serialize;

use crate::proven::Proven;

/// Attached to every call.
const GAS: Gas = Gas::from_teragas(300);
/// Where `cargo xtask build` puts the contract.
const WASM: &str = "../contracts-near/target/wasm32-unknown-unknown/release/prover_market.wasm";

/// A chain on which every circuit has a market: checking the keys of all would exceed the gas of the call
/// that creates one.
pub(crate) struct Markets {
    chain: Chain,
    wasm: Vec<u8>,
}

impl Markets {
    pub(crate) fn new() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(WASM);
        let wasm = std::fs::read(&path)
            .unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask build`", path.display()));
        let mut chain = Chain::new(ChainConfig::default()).unwrap();
        chain.create_account(&account("client"), Balance::from_near(100)).unwrap();
        Self { chain, wasm }
    }

    fn create(&mut self, proven: &Proven) {
        let name = market(proven);
        let signer = self.chain.create_account(&account(&name), Balance::from_near(20)).unwrap();
        self.chain.deploy(&signer, &self.wasm).unwrap();
        let (args, nothing) = (new_args(proven), Balance::ZERO);
        let outcome = self.call([&name, &name], method_names::NEW, &args, nothing);
        assert!(outcome.is_success(), "{:?}", outcome.failure());
    }

    /// Checks that the market takes the proof for its statement and for no other; returns the Tgas that
    /// the call burnt.
    pub(crate) fn check(&mut self, proven: &Proven) -> f64 {
        self.create(proven);
        let (name, inputs) = (proven.circuit.name(), proven.inputs());
        for index in 0..inputs.len() {
            let mut other = inputs.clone();
            other[index] ^= U256::from(1);
            self.refuse(proven, &other, name);
        }
        self.refuse(proven, &proven.impossible(), name);
        let outcome = self.verify(proven, &inputs);
        assert!(outcome.is_success(), "{name}: {:?}", outcome.failure());
        outcome.gas_burnt().as_gas() as f64 / 1e12
    }

    fn refuse(&mut self, proven: &Proven, inputs: &[U256], name: &str) {
        let outcome = self.verify(proven, inputs);
        let failure = outcome.failure().unwrap_or_else(|| panic!("{name}: {inputs:?} passed"));
        let code = ErrorCode::find(&format!("{failure:?}"));
        assert_eq!(code, Some(ErrorCode::ProofInvalid), "{name}: {failure:?}");
    }

    fn verify(&mut self, proven: &Proven, inputs: &[U256]) -> Outcome {
        let args = VerifyLocalArgs {
            circuit_id: Hex(*proven.circuit.id().as_bytes()),
            public_inputs: inputs.iter().map(|word| Hex(word.to_be_bytes())).collect(),
            proof: Hex(proven.proof.proof().to_bytes()),
        };
        let deposit = Balance::from_near(1);
        self.call(["client", &market(proven)], method_names::VERIFY_LOCAL, &args, deposit)
    }

    fn call(
        &mut self,
        [who, market]: [&str; 2],
        method: &str,
        args: &impl Serialize,
        deposit: Balance,
    ) -> Outcome {
        let signer = self.chain.signer(&account(who)).unwrap();
        let args = CallArgs::from(serde_json::to_vec(args).unwrap());
        self.chain.call(&signer, &account(market), method, args, deposit, GAS).unwrap()
    }
}

/// The name of the account of a circuit's market.
fn market(proven: &Proven) -> String {
    format!("market-{}", proven.circuit.name().replace('_', "-"))
}

fn account(name: &str) -> AccountId {
    format!("{name}.test.near").parse().unwrap()
}

fn new_args(proven: &Proven) -> NewArgs {
    let id = |name: &str| format!("{name}.test.near").parse().unwrap();
    let registration = CircuitDeployment::of(&proven.key).unwrap().registration().clone();
    NewArgs {
        treasury_id: id("treasury"),
        constitution: Constitution {
            offices: Offices {
                dao: id("dao"),
                guardian: id("guardian"),
                council: id("council"),
                arbiter: id("arbiter"),
                treasurer: id("treasurer"),
                code_stager: id("stager"),
                code_deployer: id("deployer"),
            },
            network: "devnet".to_owned(),
            attestation: None,
            measurements: Vec::new(),
            circuits: vec![registration],
            verifier_id: None,
            params: None,
            upgrade_delay_s: None,
            delay_floor_s: None,
        },
    }
}
