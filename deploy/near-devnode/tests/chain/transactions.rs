//! Which transactions may enter a block, and with which error the others are refused.

use crate::support::{Fixture, GAS, VERSIONS, id};
use near_crypto::{KeyType, SecretKey, Signature};
use near_devnode::{AccountId, Balance, ChainError, Gas, Signer};
use near_primitives::account::{AccessKey, AccessKeyPermission, FunctionCallPermission};
use near_primitives::action::delegate::{DelegateAction, SignedDelegateAction};
use near_primitives::action::{
    AddKeyAction, DeleteAccountAction, FunctionCallAction, TransferAction, UseGlobalContractAction,
};
use near_primitives::errors::{ActionsValidationError, InvalidAccessKeyError, InvalidTxError};
use near_primitives::hash::CryptoHash;
use near_primitives::transaction::{Action, SignedTransaction, Transaction, TransactionV0};

fn transfer(amount: Balance) -> Vec<Action> {
    vec![TransferAction { deposit: amount }.into()]
}

fn function_call(method: &str, deposit: Balance, gas: Gas) -> Action {
    FunctionCallAction { method_name: method.to_owned(), args: Vec::new(), gas, deposit }.into()
}

/// Signs with every field chosen by the test.
fn signed(
    signer: &Signer,
    receiver: &AccountId,
    nonce: u64,
    block_hash: CryptoHash,
    actions: Vec<Action>,
) -> SignedTransaction {
    let transaction = Transaction::V0(TransactionV0 {
        signer_id: signer.account_id.clone(),
        public_key: signer.public_key.clone(),
        nonce,
        receiver_id: receiver.clone(),
        block_hash,
        actions,
    });
    let (hash, _) = transaction.get_hash_and_size();
    SignedTransaction::new(signer.sign(hash.as_ref()), transaction)
}

fn refusal(error: ChainError) -> InvalidTxError {
    match error {
        ChainError::InvalidTransaction(error) => *error,
        other => panic!("expected an invalid transaction, got {other}"),
    }
}

#[test]
fn nonces_must_grow_and_stay_below_the_bound_of_the_block() {
    let mut fixture = Fixture::new(86);
    let (alice, root) = (fixture.alice.clone(), fixture.root.account_id.clone());
    let hash = fixture.chain.block_hash();
    let good = fixture.chain.sign(&alice, &root, transfer(Balance::from_yoctonear(1)));
    let nonce = good.transaction.nonce().nonce();
    fixture.chain.execute(good).unwrap();

    let again = signed(&alice, &root, nonce, hash, transfer(Balance::from_yoctonear(2)));
    let error = refusal(fixture.chain.execute(again).unwrap_err());
    assert_eq!(error, InvalidTxError::InvalidNonce { tx_nonce: nonce, ak_nonce: nonce });

    let bound = (fixture.chain.height() + 1) * 1_000_000;
    let far = signed(&alice, &root, bound, hash, transfer(Balance::from_yoctonear(2)));
    let error = refusal(fixture.chain.execute(far).unwrap_err());
    assert_eq!(error, InvalidTxError::NonceTooLarge { tx_nonce: bound, upper_bound: bound });
    let last = signed(&alice, &root, bound - 1, hash, transfer(Balance::from_yoctonear(2)));
    assert!(fixture.chain.execute(last).unwrap().is_success());
}

#[test]
fn same_transaction_twice_runs_once() {
    let mut fixture = Fixture::new(86);
    let root = fixture.root.account_id.clone();
    let transaction = fixture.chain.sign(&fixture.alice, &root, transfer(Balance::from_near(1)));
    let before = fixture.chain.balance(&root).unwrap();
    fixture.chain.execute(transaction.clone()).unwrap();
    fixture.chain.execute(transaction).unwrap();
    let gained = fixture.chain.balance(&root).unwrap().checked_sub(before).unwrap();
    assert_eq!(gained, Balance::from_near(1));
}

#[test]
fn transactions_expire_with_their_block() {
    let mut fixture = Fixture::new(86);
    let (alice, root) = (fixture.alice.clone(), fixture.root.account_id.clone());
    let unknown = signed(&alice, &root, 1, CryptoHash::default(), transfer(Balance::ZERO));
    let error = refusal(fixture.chain.execute(unknown).unwrap_err());
    assert_eq!(error, InvalidTxError::Expired);

    // 86,400 blocks later the block is still recent enough, one more and it is not.
    for (skipped, is_valid) in [(86_399, true), (86_400, false)] {
        let mut fixture = Fixture::new(86);
        let hash = fixture.chain.block_hash();
        fixture.chain.fast_forward(skipped).unwrap();
        let nonce = fixture.chain.height() * 1_000_000;
        let old = signed(&alice, &root, nonce, hash, transfer(Balance::ZERO));
        match fixture.chain.execute(old) {
            Ok(outcome) => assert!(is_valid && outcome.is_success(), "{skipped} heights skipped"),
            Err(error) => {
                assert!(!is_valid, "{skipped} heights skipped: {error}");
                assert_eq!(refusal(error), InvalidTxError::Expired);
            }
        }
    }
}

#[test]
fn signature_signer_and_key_must_fit() {
    let mut fixture = Fixture::new(86);
    let (alice, root) = (fixture.alice.clone(), fixture.root.account_id.clone());
    let mut forged = fixture.chain.sign(&alice, &root, transfer(Balance::from_near(1)));
    forged = SignedTransaction::new(Signature::empty(KeyType::ED25519), forged.transaction);
    let error = refusal(fixture.chain.execute(forged).unwrap_err());
    assert_eq!(error, InvalidTxError::InvalidSignature);

    let secret_key = SecretKey::from_seed(KeyType::ED25519, "stranger");
    let stranger = Signer { public_key: secret_key.public_key(), secret_key, ..alice.clone() };
    let error =
        refusal(fixture.chain.transfer(&stranger, &root, Balance::from_near(1)).unwrap_err());
    assert!(matches!(
        error,
        InvalidTxError::InvalidAccessKeyError(InvalidAccessKeyError::AccessKeyNotFound { .. })
    ));

    let ghost = Signer { account_id: id("ghost.near"), ..alice };
    let error = refusal(fixture.chain.transfer(&ghost, &root, Balance::from_near(1)).unwrap_err());
    assert_eq!(error, InvalidTxError::SignerDoesNotExist { signer_id: id("ghost.near") });
}

#[test]
fn signer_must_afford_gas_deposit_and_storage() {
    let mut fixture = Fixture::new(86);
    let (alice, root) = (fixture.alice.clone(), fixture.root.account_id.clone());
    let balance = fixture.chain.balance(&alice.account_id).unwrap();
    let error = refusal(fixture.chain.transfer(&alice, &root, balance).unwrap_err());
    assert!(matches!(error, InvalidTxError::NotEnoughBalance { balance: b, .. } if b == balance));

    // The contract's account holds code, so it must keep its storage stake.
    let contract = fixture.contract.clone();
    let balance = fixture.chain.balance(&contract.account_id).unwrap();
    let all_but_fees = balance.checked_sub(Balance::from_millinear(5)).unwrap();
    let error = refusal(fixture.chain.transfer(&contract, &root, all_but_fees).unwrap_err());
    assert!(matches!(error, InvalidTxError::LackBalanceForState { .. }), "{error}");
}

#[test]
fn function_call_key_calls_its_method_and_nothing_else() {
    for version in VERSIONS {
        let mut fixture = Fixture::new(version);
        let (alice, contract) = (fixture.alice.clone(), fixture.contract.account_id.clone());
        let secret_key = SecretKey::from_seed(KeyType::ED25519, "limited");
        let limited = Signer {
            account_id: alice.account_id.clone(),
            public_key: secret_key.public_key(),
            secret_key,
        };
        let permission = AccessKeyPermission::FunctionCall(FunctionCallPermission {
            allowance: Some(Balance::from_millinear(150)),
            receiver_id: contract.to_string(),
            method_names: vec!["ok".to_owned()],
        });
        let access_key = AccessKey { nonce: 0, permission };
        let add_key = AddKeyAction { public_key: limited.public_key.clone(), access_key };
        let added = fixture.chain.transact(&alice, &alice.account_id, vec![add_key.into()]);
        assert!(added.unwrap().is_success());

        let chain = &mut fixture.chain;
        let mut send = |receiver: &AccountId, actions: Vec<Action>| {
            chain.transact(&limited, receiver, actions)
        };
        let ok = function_call("ok", Balance::ZERO, Gas::from_teragas(10));
        // The gas of one call, or of 15 at protocol 84, exhausts the allowance: it only lasts
        // because refunds restore it.
        for _ in 0..20 {
            let call = function_call("ok", Balance::ZERO, GAS);
            assert!(send(&contract, vec![call]).unwrap().is_success());
        }
        let expect = [
            (
                contract.clone(),
                vec![function_call("fail", Balance::ZERO, GAS)],
                "MethodNameMismatch",
            ),
            (id("near"), vec![ok.clone()], "ReceiverMismatch"),
            (contract.clone(), transfer(Balance::from_yoctonear(1)), "RequiresFullAccess"),
            (contract.clone(), vec![ok.clone(), ok.clone()], "RequiresFullAccess"),
            (
                contract.clone(),
                vec![function_call("ok", Balance::from_yoctonear(1), GAS)],
                "DepositWithFunctionCall",
            ),
        ];
        for (receiver, actions, error) in expect {
            let refused = refusal(send(&receiver, actions).unwrap_err());
            assert!(format!("{refused:?}").contains(error), "protocol {version}: {refused:?}");
        }
    }
}

#[test]
fn allowance_bounds_what_a_function_call_key_spends() {
    let mut fixture = Fixture::new(86);
    let (alice, contract) = (fixture.alice.clone(), fixture.contract.account_id.clone());
    let secret_key = SecretKey::from_seed(KeyType::ED25519, "poor");
    let poor = Signer { public_key: secret_key.public_key(), secret_key, ..alice.clone() };
    let permission = AccessKeyPermission::FunctionCall(FunctionCallPermission {
        allowance: Some(Balance::from_millinear(20)),
        receiver_id: contract.to_string(),
        method_names: Vec::new(),
    });
    let access_key = AccessKey { nonce: 0, permission };
    let add_key = AddKeyAction { public_key: poor.public_key.clone(), access_key };
    fixture.chain.transact(&alice, &alice.account_id, vec![add_key.into()]).unwrap();
    let mut call = |gas| fixture.chain.call(&poor, &contract, "ok", Vec::new(), Balance::ZERO, gas);
    // Gas is bought at 10^9 yoctoNEAR: 10 TGas cost 0.01 NEAR up front, 100 TGas cost 0.1.
    assert!(call(Gas::from_teragas(10)).unwrap().is_success());
    let error = refusal(call(GAS).unwrap_err());
    assert!(matches!(
        error,
        InvalidTxError::InvalidAccessKeyError(InvalidAccessKeyError::NotEnoughAllowance { .. })
    ));
}

#[test]
fn malformed_and_unsupported_actions_are_refused() {
    let mut fixture = Fixture::new(88);
    let (alice, contract) = (fixture.alice.clone(), fixture.contract.account_id.clone());
    let global = UseGlobalContractAction {
        contract_identifier: near_primitives::action::GlobalContractIdentifier::CodeHash(
            CryptoHash::default(),
        ),
    };
    let delete = DeleteAccountAction { beneficiary_id: id("near") };
    let ok = |gas| function_call("ok", Balance::ZERO, gas);
    let cases: [(Vec<Action>, &str); 6] = [
        (vec![ok(Gas::ZERO)], "FunctionCallZeroAttachedGas"),
        (vec![function_call("", Balance::ZERO, GAS)], "FunctionCallEmptyMethodName"),
        (vec![ok(Gas::from_gas(u64::MAX)), ok(GAS)], "IntegerOverflow"),
        (vec![ok(Gas::from_teragas(900)), ok(GAS), ok(GAS)], "TotalPrepaidGasExceeded"),
        (vec![delete.into(), ok(GAS)], "DeleteActionMustBeFinal"),
        (
            vec![Action::UseGlobalContract(Box::new(global))],
            "global contracts (not supported by near-devnode)",
        ),
    ];
    for (actions, expected) in cases {
        let error = refusal(fixture.chain.transact(&alice, &contract, actions).unwrap_err());
        let InvalidTxError::ActionsValidation(error) = error else { panic!("{error:?}") };
        assert!(format!("{error:?}").contains(expected), "{error:?} instead of {expected}");
    }
    let many = vec![ok(Gas::from_gas(1)); 101];
    let error = refusal(fixture.chain.transact(&alice, &contract, many).unwrap_err());
    let expected = ActionsValidationError::TotalNumberOfActionsExceeded {
        total_number_of_actions: 101,
        limit: 100,
    };
    assert_eq!(error, InvalidTxError::ActionsValidation(expected));
}

#[test]
fn overflowing_deposits_are_refused() {
    let mut fixture = Fixture::new(86);
    let (alice, root) = (fixture.alice.clone(), fixture.root.account_id.clone());
    let huge = Balance::from_yoctonear(u128::MAX);
    let actions = [transfer(huge), transfer(huge)].concat();
    let error = refusal(fixture.chain.transact(&alice, &root, actions).unwrap_err());
    assert_eq!(error, InvalidTxError::CostOverflow);
}

#[test]
fn relayer_pays_gas_and_deposit_of_a_meta_transaction() {
    for version in VERSIONS {
        let mut fixture = Fixture::new(version);
        let (alice, root) = (fixture.alice.clone(), fixture.root.clone());
        let delegate = |nonce, max_block_height| {
            let inner: Action = TransferAction { deposit: Balance::from_near(1) }.into();
            let action = DelegateAction {
                sender_id: alice.account_id.clone(),
                receiver_id: id("near"),
                actions: vec![inner.try_into().unwrap()],
                nonce,
                max_block_height,
                public_key: alice.public_key.clone(),
            };
            let signature = alice.sign(action.get_nep461_hash().as_ref());
            let signed: Action = SignedDelegateAction { delegate_action: action, signature }.into();
            signed
        };
        let height = fixture.chain.height();
        let next = fixture.chain.sign(&alice, &id("near"), Vec::new()).transaction.nonce().nonce();
        let before = fixture.chain.balance(&alice.account_id).unwrap();
        let near = fixture.chain.balance(&id("near")).unwrap();
        let mut relay = |action: Action| {
            fixture.chain.transact(&root, &alice.account_id, vec![action]).unwrap()
        };
        let outcome = relay(delegate(next, height + 100));
        assert!(outcome.is_success(), "protocol {version}: {outcome:?}");
        let replay = relay(delegate(next, height + 100));
        assert!(format!("{:?}", replay.failure()).contains("DelegateActionInvalidNonce"));
        let expired = relay(delegate(next + 1, height));
        assert!(format!("{:?}", expired.failure()).contains("DelegateActionExpired"));
        // NEP-366: everything is bought by the transaction that the relayer signed.
        assert_eq!(fixture.chain.balance(&alice.account_id).unwrap(), before);
        let gained = fixture.chain.balance(&id("near")).unwrap().checked_sub(near).unwrap();
        assert_eq!(gained, Balance::from_near(1), "protocol {version}");
    }
}
