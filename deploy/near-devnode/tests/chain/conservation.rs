//! No sequence of transactions creates or loses a token.

use crate::support::{Fixture, GAS, VERSIONS, id};
use near_crypto::{KeyType, SecretKey};
use near_devnode::{Balance, Chain, ChainError, Gas, Signer};
use near_primitives::account::AccessKey;
use near_primitives::action::{
    AddKeyAction, CreateAccountAction, DeleteAccountAction, DeleteKeyAction, StakeAction,
    TransferAction,
};
use near_primitives::transaction::Action;
use proptest::prelude::*;

/// One step of a random history. Many of them fail, at every stage: that is the point.
#[derive(Debug, Clone)]
enum Step {
    Call { method: &'static str, deposit: u128, gas: u64 },
    PayBack { amount: u128 },
    Transfer { to: u8, amount: u128 },
    Create { name: u8, balance: u128 },
    Delete { name: u8, beneficiary: u8 },
    AddKey { seed: u8 },
    DeleteKey { seed: u8 },
    Stake { amount: u128 },
    FastForward { blocks: u64 },
}

fn amounts() -> impl Strategy<Value = u128> {
    let near = 10u128.pow(24);
    prop_oneof![Just(0), Just(1), 0..near, 0..12 * near, Just(u128::MAX)]
}

fn steps() -> impl Strategy<Value = Step> {
    let methods = prop::sample::select(vec![
        "ok",
        "fail",
        "panic",
        "spin",
        "both",
        "yield",
        "resume",
        "weighted",
        "use_global",
        "nope",
    ]);
    let gas = prop_oneof![1..10_000_000_000u64, 1..300_000_000_000_000u64];
    prop_oneof![
        5 => (methods, amounts(), gas).prop_map(|(method, deposit, gas)| Step::Call {
            method,
            deposit: deposit % 10u128.pow(24),
            gas
        }),
        2 => amounts().prop_map(|amount| Step::PayBack { amount }),
        2 => (0..6u8, amounts()).prop_map(|(to, amount)| Step::Transfer { to, amount }),
        2 => (0..3u8, amounts()).prop_map(|(name, balance)| Step::Create { name, balance }),
        1 => (0..3u8, 0..6u8).prop_map(|(name, beneficiary)| Step::Delete { name, beneficiary }),
        1 => (0..3u8).prop_map(|seed| Step::AddKey { seed }),
        1 => (0..3u8).prop_map(|seed| Step::DeleteKey { seed }),
        1 => amounts().prop_map(|amount| Step::Stake { amount }),
        1 => (0..250u64).prop_map(|blocks| Step::FastForward { blocks }),
    ]
}

fn account(index: u8) -> near_devnode::AccountId {
    match index {
        0..=2 => id(&format!("x{index}.alice.near")),
        3 => id("contract.test.near"),
        4 => id(&"b".repeat(64)),
        _ => id("nobody.near"),
    }
}

fn run(fixture: &mut Fixture, step: Step) -> Result<(), ChainError> {
    let alice = fixture.alice.clone();
    let contract = fixture.contract.account_id.clone();
    let tokens = Balance::from_yoctonear;
    let chain: &mut Chain = &mut fixture.chain;
    let key = |seed: u8| SecretKey::from_seed(KeyType::ED25519, &format!("k{seed}")).public_key();
    let own = |chain: &mut Chain, signer: &Signer, action: Action| {
        chain.transact(signer, &signer.account_id, vec![action]).map(drop)
    };
    match step {
        Step::Call { method, deposit, gas } => chain
            .call(&alice, &contract, method, Vec::new(), tokens(deposit), Gas::from_gas(gas))
            .map(drop),
        Step::PayBack { amount } => {
            let args = amount.to_le_bytes().to_vec();
            chain.call(&alice, &contract, "pay_back", args, Balance::ZERO, GAS).map(drop)
        }
        Step::Transfer { to, amount } => {
            chain.transfer(&alice, &account(to), tokens(amount)).map(drop)
        }
        Step::Create { name, balance } => {
            let access_key = AccessKey::full_access();
            let actions = vec![
                CreateAccountAction {}.into(),
                TransferAction { deposit: tokens(balance) }.into(),
                AddKeyAction { public_key: alice.public_key.clone(), access_key }.into(),
            ];
            chain.transact(&alice, &account(name), actions).map(drop)
        }
        Step::Delete { name, beneficiary } => {
            let signer = Signer { account_id: account(name), ..alice };
            let beneficiary_id = account(beneficiary);
            own(chain, &signer, DeleteAccountAction { beneficiary_id }.into())
        }
        Step::AddKey { seed } => {
            let access_key = AccessKey::full_access();
            own(chain, &alice, AddKeyAction { public_key: key(seed), access_key }.into())
        }
        Step::DeleteKey { seed } => {
            own(chain, &alice, DeleteKeyAction { public_key: key(seed) }.into())
        }
        Step::Stake { amount } => {
            let public_key = alice.public_key.clone();
            own(chain, &alice, StakeAction { stake: tokens(amount), public_key }.into())
        }
        Step::FastForward { blocks } => chain.fast_forward(blocks),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn tokens_are_neither_created_nor_lost(
        version in prop::sample::select(VERSIONS.to_vec()),
        history in prop::collection::vec(steps(), 1..25),
    ) {
        let mut fixture = Fixture::new(version);
        for step in history {
            match run(&mut fixture, step.clone()) {
                Ok(()) | Err(ChainError::InvalidTransaction(_)) => {}
                Err(error) => prop_assert!(false, "{step:?}: {error}"),
            }
            prop_assert_eq!(fixture.chain.conservation(), Ok(()), "after {:?}", step);
        }
    }
}

#[test]
fn refund_to_an_account_that_deleted_itself_is_burnt() {
    let mut fixture = Fixture::new(86);
    let alice = fixture.alice.clone();
    let delete = DeleteAccountAction { beneficiary_id: id("nobody.near") };
    let outcome = fixture.chain.transact(&alice, &alice.account_id, vec![delete.into()]).unwrap();
    assert!(outcome.is_success());
    let lost = outcome.failed_receipts().filter(|receipt| receipt.is_refund()).count();
    assert_eq!(lost, 2, "the balance and the gas refund both miss their account: {outcome:?}");
    assert_eq!(fixture.chain.conservation(), Ok(()));
}
