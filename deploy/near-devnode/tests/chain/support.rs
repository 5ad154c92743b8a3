//! A chain with the test contract, and short names for what the tests do all the time.

#![allow(clippy::unwrap_used, reason = "a test that cannot set up its chain should stop there")]

use near_devnode::{AccountId, Balance, Chain, ChainConfig, Gas, Outcome, Signer};

/// The protocol versions whose economics differ: before the account cost increase, with it, and
/// without contract rewards.
pub(crate) const VERSIONS: [u32; 3] = [84, 86, 88];

pub(crate) const GAS: Gas = Gas::from_teragas(100);

pub(crate) fn contract_wasm() -> Vec<u8> {
    wat::parse_str(include_str!("../contract.wat")).unwrap()
}

pub(crate) fn id(name: &str) -> AccountId {
    name.parse().unwrap()
}

pub(crate) struct Fixture {
    pub(crate) chain: Chain,
    pub(crate) root: Signer,
    pub(crate) contract: Signer,
    pub(crate) alice: Signer,
}

impl Fixture {
    pub(crate) fn new(protocol_version: u32) -> Self {
        let config = ChainConfig { protocol_version, ..ChainConfig::default() };
        let mut chain = Chain::new(config).unwrap();
        let root = chain.signer(&id("test.near")).unwrap();
        let contract =
            chain.create_account(&id("contract.test.near"), Balance::from_near(10)).unwrap();
        let alice = chain.create_account(&id("alice.near"), Balance::from_near(10)).unwrap();
        chain.deploy(&contract, &contract_wasm()).unwrap();
        Self { chain, root, contract, alice }
    }

    /// Alice calls the contract without a deposit.
    pub(crate) fn call(&mut self, method: &str, args: impl Into<Vec<u8>>) -> Outcome {
        let contract = self.contract.account_id.clone();
        let alice = self.alice.clone();
        self.chain.call(&alice, &contract, method, args.into(), Balance::ZERO, GAS).unwrap()
    }

    pub(crate) fn view(&self, method: &str) -> Vec<u8> {
        self.chain.view(&self.contract.account_id, method, Vec::new()).unwrap().value
    }

    pub(crate) fn u64_of(&self, method: &str) -> u64 {
        u64::from_le_bytes(self.view(method).try_into().unwrap())
    }
}

/// The text of a failed outcome's error.
pub(crate) fn failure(outcome: &Outcome) -> String {
    format!("{:?}", outcome.failure().expect("the outcome should be a failure"))
}
