//! Accounts: creation, storage stake, deletion, patches.

use crate::support::{Fixture, VERSIONS, contract_wasm, failure, id};
use near_crypto::{KeyType, SecretKey};
use near_devnode::{Balance, ChainError, Signer};
use near_primitives::action::{
    CreateAccountAction, DeleteAccountAction, StakeAction, TransferAction,
};
use near_primitives::state_record::StateRecord;
use near_primitives::transaction::Action;

#[test]
fn accounts_are_created_under_their_parent_only() {
    let mut fixture = Fixture::new(86);
    let alice = fixture.alice.clone();
    let mut create = |name: &str| {
        let actions = vec![CreateAccountAction {}.into()];
        fixture.chain.transact(&alice, &id(name), actions).unwrap()
    };
    assert!(create("sub.alice.near").is_success());
    assert!(failure(&create("sub.alice.near")).contains("AccountAlreadyExists"));
    assert!(failure(&create("other.near")).contains("CreateAccountNotAllowed"));
    assert!(failure(&create("short")).contains("CreateAccountOnlyByRegistrar"));
    let implicit = "a".repeat(64);
    assert!(failure(&create(&implicit)).contains("OnlyImplicitAccountCreationAllowed"));

    let top_level = fixture.chain.create_account(&id("company"), Balance::from_near(1)).unwrap();
    fixture.chain.create_account(&id("team.company"), Balance::from_millinear(500)).unwrap();
    assert_eq!(top_level.account_id, "company");
    let error = fixture.chain.create_account(&id("a.nobody.near"), Balance::ZERO).unwrap_err();
    assert!(matches!(error, ChainError::NoParentSigner { .. }), "{error}");
}

#[test]
fn creating_an_account_costs_its_charge_since_protocol_85() {
    let charge = |version| {
        let mut fixture = Fixture::new(version);
        let alice = fixture.alice.clone();
        let actions = vec![CreateAccountAction {}.into()];
        let outcome = fixture.chain.transact(&alice, &id("sub.alice.near"), actions).unwrap();
        assert!(outcome.is_success());
        outcome.receipts[0].tokens_burnt
    };
    assert!(charge(84) < Balance::from_millinear(1));
    for version in [86, 88] {
        assert!(charge(version) >= Balance::from_millinear(6), "protocol {version}");
    }
}

#[test]
fn implicit_account_is_created_by_a_transfer_and_can_spend() {
    for version in VERSIONS {
        let mut fixture = Fixture::new(version);
        let secret_key = SecretKey::from_seed(KeyType::ED25519, "implicit");
        let public_key = secret_key.public_key();
        let name: String = public_key.key_data().iter().map(|byte| format!("{byte:02x}")).collect();
        let implicit = Signer { account_id: id(&name), public_key, secret_key };
        let root = fixture.root.clone();
        let sent = fixture.chain.transfer(&root, &implicit.account_id, Balance::from_near(1));
        assert!(sent.unwrap().is_success());
        assert_eq!(fixture.chain.storage_usage(&implicit.account_id).unwrap(), 182);
        let spent =
            fixture.chain.transfer(&implicit, &root.account_id, Balance::from_millinear(500));
        assert!(spent.unwrap().is_success(), "protocol {version}");
    }
}

#[test]
fn unsupported_implicit_accounts_are_refused_and_the_money_comes_back() {
    let mut fixture = Fixture::new(88);
    let alice = fixture.alice.clone();
    let before = fixture.chain.balance(&alice.account_id).unwrap();
    let eth = id(&format!("0x{}", "1".repeat(40)));
    let outcome = fixture.chain.transfer(&alice, &eth, Balance::from_near(5)).unwrap();
    assert!(failure(&outcome).contains("ETH-implicit account (not supported by near-devnode)"));
    let spent = before.checked_sub(fixture.chain.balance(&alice.account_id).unwrap()).unwrap();
    assert_eq!(spent, outcome.tokens_burnt());
}

#[test]
fn storage_must_be_staked() {
    for version in VERSIONS {
        let mut fixture = Fixture::new(version);
        let wasm = contract_wasm();
        let poor = fixture
            .chain
            .create_account(&id("poor.test.near"), Balance::from_millinear(20))
            .unwrap();
        let error = fixture.chain.deploy(&poor, &wasm).unwrap_err();
        assert!(error.to_string().contains("enough balance to cover storage"), "{error}");
        assert!(fixture.chain.storage_usage(&poor.account_id).unwrap() < 770);

        let root = fixture.root.clone();
        fixture.chain.transfer(&root, &poor.account_id, Balance::from_near(1)).unwrap();
        let before = fixture.chain.storage_usage(&poor.account_id).unwrap();
        fixture.chain.deploy(&poor, &wasm).unwrap();
        let after = fixture.chain.storage_usage(&poor.account_id).unwrap();
        assert_eq!(after - before, wasm.len() as u64, "protocol {version}");
    }
}

#[test]
fn deleted_account_leaves_its_balance_to_the_beneficiary() {
    let mut fixture = Fixture::new(86);
    let (alice, root) = (fixture.alice.clone(), fixture.root.account_id.clone());
    let before = fixture.chain.balance(&root).unwrap();
    let action = DeleteAccountAction { beneficiary_id: root.clone() };
    let outcome = fixture.chain.transact(&alice, &alice.account_id, vec![action.into()]).unwrap();
    assert!(outcome.is_success(), "{outcome:?}");
    let gained = fixture.chain.balance(&root).unwrap().checked_sub(before).unwrap();
    assert!(gained > Balance::from_millinear(9_900) && gained < Balance::from_near(10));
    let error = fixture.chain.balance(&alice.account_id).unwrap_err();
    assert!(matches!(error, ChainError::UnknownAccount { .. }), "{error}");
}

#[test]
fn only_the_owner_changes_an_account() {
    let mut fixture = Fixture::new(86);
    let (alice, contract) = (fixture.alice.clone(), fixture.contract.account_id.clone());
    let action: Action = DeleteAccountAction { beneficiary_id: alice.account_id.clone() }.into();
    let outcome = fixture.chain.transact(&alice, &contract, vec![action]).unwrap();
    assert!(failure(&outcome).contains("ActorNoPermission"));
    assert!(fixture.chain.account(&contract).is_some());
}

#[test]
fn batches_are_all_or_nothing() {
    let mut fixture = Fixture::new(86);
    let alice = fixture.alice.clone();
    let actions = vec![
        CreateAccountAction {}.into(),
        TransferAction { deposit: Balance::from_near(1) }.into(),
        CreateAccountAction {}.into(),
    ];
    let outcome = fixture.chain.transact(&alice, &id("sub.alice.near"), actions).unwrap();
    assert!(failure(&outcome).contains("index: Some(2)"), "{outcome:?}");
    assert!(fixture.chain.account(&id("sub.alice.near")).is_none());
}

#[test]
fn stake_is_locked() {
    let mut fixture = Fixture::new(86);
    let alice = fixture.alice.clone();
    let mut stake = |amount| {
        let public_key = alice.public_key.clone();
        let action: Action = StakeAction { stake: amount, public_key }.into();
        fixture.chain.transact(&alice, &alice.account_id, vec![action]).unwrap()
    };
    assert!(failure(&stake(Balance::ZERO)).contains("TriesToUnstake"));
    assert!(failure(&stake(Balance::from_near(100))).contains("TriesToStake"));
    assert!(stake(Balance::from_near(5)).is_success());
    let account = fixture.chain.account(&alice.account_id).unwrap();
    assert_eq!(account.locked(), Balance::from_near(5));
    let delete = DeleteAccountAction { beneficiary_id: id("near") };
    let outcome = fixture.chain.transact(&alice, &alice.account_id, vec![delete.into()]).unwrap();
    assert!(failure(&outcome).contains("DeleteAccountStaking"));
}

#[test]
fn patches_are_written_or_refused_as_a_whole() {
    let mut fixture = Fixture::new(86);
    let contract = fixture.contract.account_id.clone();
    let data = |value: &[u8]| StateRecord::Data {
        account_id: contract.clone(),
        data_key: b"greeting".to_vec().into(),
        value: value.to_vec().into(),
    };
    fixture.chain.patch_state(vec![data(b"\"patched\"")]).unwrap();
    assert_eq!(fixture.view("get_greeting"), b"\"patched\"");

    let mut rich = fixture.chain.account(&contract).unwrap().clone();
    rich.set_amount(Balance::from_near(77));
    let account = StateRecord::Account { account_id: contract.clone(), account: rich.clone() };
    fixture.chain.patch_state(vec![account]).unwrap();
    assert_eq!(fixture.chain.balance(&contract).unwrap(), Balance::from_near(77));
    assert!(fixture.call("ok", []).is_success(), "patched tokens are accounted for");

    rich.set_amount(Balance::from_yoctonear(u128::MAX));
    let account = StateRecord::Account { account_id: contract.clone(), account: rich };
    let error = fixture.chain.patch_state(vec![data(b"\"lost\""), account]).unwrap_err();
    assert!(matches!(error, ChainError::SupplyOverflow), "{error}");
    assert_eq!(fixture.view("get_greeting"), b"\"patched\"");
}
