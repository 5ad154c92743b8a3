//! A market, a verifier, and a prover with a machine of its own.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use near_devnode::{Balance, ChainConfig, Clock, Gas, Outcome};
use proofrail_near_dev_attestation::DevPlatform;
use proofrail_near_interface::attestation::{
    Binding, DevBody, Evidence, TcbStatus, nonce_bytes, report_data,
};
use proofrail_near_interface::{
    AccountArgs, ApprovedCode, AttestationOutcome, Capacity, Constitution, Hex, NewArgs,
    NewCircuit, Platform, ProverView, RegisterProverArgs, ReverifyAttestationArgs,
    UpdateAttestationArgs, method_names,
};
use proofrail_tests_integration::near_market::{Market, wasm};
use sha2::{Digest, Sha256};

use crate::forgery::Broken;
use crate::world::{OFFICES, World, account, constitution, id};

/// What runs in an approved enclave.
pub const CODE: [u8; 32] = [0xc0; 32];
/// The prover's keys.
pub const STATEMENT_KEY: [u8; 32] = [0x51; 32];
pub const X25519_KEY: [u8; 32] = [0x25; 32];
/// Attached to every call: the most that a transaction may carry at any version. A verdict and what follows it must do
/// with it.
const GAS: Gas = Gas::from_teragas(300);

pub struct Attested {
    pub world: World,
    pub circuit: Hex<32>,
}

impl Attested {
    /// A development market with a circuit that demands a TEE, a verifier, and alice, who serves it.
    pub fn new(protocol_version: u32) -> Self {
        let mut attested = Self::with_code(protocol_version, "_dev", 1_800_000_000);
        attested.register("alice", STATEMENT_KEY);
        attested
    }

    pub fn with_code(protocol_version: u32, suffix: &str, now: u64) -> Self {
        let clock = Clock::Manual { genesis_ns: now * 1_000_000_000 };
        let config = ChainConfig { protocol_version, clock, ..ChainConfig::default() };
        let officers = OFFICES.into_iter().chain(["treasury", "stranger", "client"]);
        let provers = ["alice", "bob"].map(|name| (name, 3_000));
        let accounts = officers.map(|name| (name, 100)).chain(provers);
        let code = wasm(&format!("prover_market{suffix}.wasm"));
        let mut market = Market::deployed(config, accounts, &code, GAS);
        let verifier = market.chain.create_account(&account("verifier"), Balance::from_near(30));
        let code = wasm(&format!("attestation_verifier{suffix}.wasm"));
        market.chain.deploy(&verifier.unwrap(), &code).unwrap();
        let mut world = World { market };
        let circuit = tee_circuit();
        let circuit_id = circuit.circuit_id;
        let platform = if suffix.is_empty() { Platform::Tdx } else { Platform::Dev };
        let constitution = Constitution {
            verifier_id: Some(id("verifier")),
            circuits: vec![circuit],
            measurements: vec![ApprovedCode { platform, measurement: measurement_of(CODE) }],
            ..constitution()
        };
        let new = NewArgs { treasury_id: id("treasury"), constitution };
        world.ok("market", method_names::NEW, &new, Balance::ZERO);
        Self { world, circuit: circuit_id }
    }

    pub fn register(&mut self, who: &str, statement_key: [u8; 32]) {
        let args = RegisterProverArgs {
            statement_key: Hex(statement_key),
            capacity: self.capacity(X25519_KEY),
            stake: Some(Balance::from_near(1_000)),
            attestation: None,
        };
        self.world.ok(who, method_names::REGISTER_PROVER, &args, Balance::from_near(1_001));
    }

    pub fn capacity(&self, x25519_key: [u8; 32]) -> Capacity {
        Capacity {
            parallel_jobs: 2,
            circuits: vec![self.circuit],
            endpoint: "https://alice.example".to_owned(),
            x25519_key: Hex(x25519_key),
        }
    }

    pub fn prover(&self, who: &str) -> ProverView {
        let args = AccountArgs { account_id: id(who) };
        self.world.view::<Option<ProverView>>(method_names::PROVER, &args).unwrap()
    }

    /// What a quote of the prover's must be bound to now.
    pub fn binding(&self, who: &str) -> Binding {
        let prover = self.prover(who);
        Binding {
            network: "devnet".to_owned(),
            contract: id("market"),
            account: id(who),
            account_key: prover.statement_key,
            enclave_key: prover.capacity.x25519_key,
            nonce: nonce_bytes(prover.attestation_nonce),
        }
    }

    /// A quote of alice's machine that the policy accepts.
    pub fn evidence(&self) -> Evidence {
        self.quote(&self.binding("alice"), |_| {})
    }

    /// A quote of alice's machine, bound to `binding`, after `change`.
    pub fn quote(&self, binding: &Binding, change: impl FnOnce(&mut DevBody)) -> Evidence {
        let mut body = DevBody {
            measurement: CODE,
            report_data: report_data(binding, |bytes| Sha256::digest(bytes).into()),
            tcb_status: TcbStatus::UpToDate,
            debug: false,
        };
        change(&mut body);
        let now = self.world.now();
        let platform = DevPlatform::new("machine of alice", now - 100, now + 10_000_000);
        Evidence::Dev { quote: borsh::to_vec(&platform.quote_of(body)).unwrap() }
    }

    /// Shows a quote; returns what became of it.
    pub fn update(&mut self, who: &str, evidence: &Evidence) -> AttestationOutcome {
        let args = UpdateAttestationArgs { evidence: encode(evidence) };
        self.call(who, method_names::UPDATE_ATTESTATION, &args).json().unwrap()
    }

    pub fn reverify(&mut self, who: &str, prover: &str, evidence: &Evidence) -> AttestationOutcome {
        let args = ReverifyAttestationArgs { prover_id: id(prover), evidence: encode(evidence) };
        self.call(who, method_names::REVERIFY_ATTESTATION, &args).json().unwrap()
    }

    fn call(&mut self, who: &str, method: &str, args: &impl serde::Serialize) -> Outcome {
        self.world.answered(who, method, serde_json::to_vec(args).unwrap(), Balance::ZERO)
    }
}

pub fn encode(evidence: &Evidence) -> String {
    encode_borsh(evidence)
}

pub fn encode_borsh(value: &impl borsh::BorshSerialize) -> String {
    STANDARD.encode(borsh::to_vec(value).unwrap())
}

/// What the verifier makes of a development measurement.
pub fn measurement_of(code: [u8; 32]) -> Hex<32> {
    Hex(code)
}

pub fn refused(outcome: AttestationOutcome) -> String {
    match outcome {
        AttestationOutcome::Refused { reason } => reason,
        other => panic!("not refused: {other:?}"),
    }
}

fn tee_circuit() -> NewCircuit {
    NewCircuit { tee: true, ..Broken::new("sealed/1").circuit() }
}
