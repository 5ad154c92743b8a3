//! A chain with the verifier on it.

use std::path::Path;

use borsh::{BorshDeserialize, BorshSerialize};
use near_devnode::{AccountId, Balance, Chain, ChainConfig, Clock, Gas, View};
use proofrail_near_interface::attestation::{Rejection, Report, Verdict};

/// The most that one transaction may burn.
const GAS: Gas = Gas::from_teragas(1_000);

/// Code that `cargo xtask build` made.
pub fn wasm(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../contracts-near/target/wasm32-unknown-unknown/release")
        .join(name);
    std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask build`", path.display()))
}

/// The wasm of main networks.
pub const PRODUCTION: &str = "attestation_verifier.wasm";
/// The wasm that believes the development root.
pub const DEVELOPMENT: &str = "attestation_verifier_dev.wasm";

pub struct World {
    pub chain: Chain,
    verifier: AccountId,
}

impl World {
    /// The verifier `code` on a chain whose clock starts at `now`, unix seconds.
    pub fn new(protocol_version: u32, now: u64, code: &str) -> Self {
        let clock = Clock::Manual { genesis_ns: now * 1_000_000_000 };
        let config = ChainConfig { protocol_version, clock, ..ChainConfig::default() };
        let mut chain = Chain::new(config).unwrap();
        let verifier: AccountId = "verifier.test.near".parse().unwrap();
        let signer = chain.create_account(&verifier, Balance::from_near(20)).unwrap();
        chain.deploy(&signer, &wasm(code)).unwrap();
        Self { chain, verifier }
    }

    /// A view with raw arguments; it never fails.
    pub fn raw(&self, method: &str, args: Vec<u8>) -> View {
        let view = self.chain.view(&self.verifier, method, args);
        view.unwrap_or_else(|error| panic!("{method} trapped: {error}"))
    }

    pub fn view<T: BorshDeserialize>(&self, method: &str, args: &impl BorshSerialize) -> T {
        T::try_from_slice(&self.raw(method, borsh::to_vec(args).unwrap()).value).unwrap()
    }

    /// A transaction; returns the value and the gas that all of it burnt, in Tgas.
    pub fn call<T: BorshDeserialize>(
        &mut self,
        method: &str,
        args: &impl BorshSerialize,
    ) -> (T, f64) {
        let signer = self.chain.signer(&self.verifier).unwrap();
        let (args, none) = (borsh::to_vec(args).unwrap(), Balance::ZERO);
        let before = self.chain.storage_usage(&self.verifier).unwrap();
        let outcome = self.chain.call(&signer, &self.verifier, method, args, none, GAS).unwrap();
        assert!(outcome.is_success(), "{method}: {:?}", outcome.failure());
        assert_eq!(
            self.chain.storage_usage(&self.verifier).unwrap(),
            before,
            "{method} kept state"
        );
        let tgas = outcome.gas_burnt().as_gas() as f64 / 1e12;
        (T::try_from_slice(outcome.value().unwrap()).unwrap(), tgas)
    }
}

pub fn verified(verdict: Verdict) -> Report {
    match verdict {
        Verdict::Verified(report) => report,
        Verdict::Rejected(rejection) => panic!("{rejection:?}"),
    }
}

pub fn rejected(verdict: Verdict) -> Option<Rejection> {
    match verdict {
        Verdict::Verified(_) => None,
        Verdict::Rejected(rejection) => Some(rejection),
    }
}
