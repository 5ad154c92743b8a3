//! Cross-contract calls: joint promises, callbacks, rollback, refunds, yields.

use crate::support::{Fixture, VERSIONS, failure, id};
use near_devnode::{Balance, Gas};
use near_primitives::transaction::ExecutionStatus;
use near_primitives::views::FinalExecutionStatus;

#[test]
fn callback_sees_the_results_of_joint_promises_in_order() {
    for version in VERSIONS {
        let mut fixture = Fixture::new(version);
        let outcome = fixture.call("both", []);
        assert_eq!(outcome.value(), Some(b"12".as_slice()), "protocol {version}");
        let failed: Vec<_> = outcome.failed_receipts().collect();
        assert_eq!(failed.len(), 1);
        assert_eq!(failed[0].logs, ["hello"], "logs of a failed receipt are kept");
    }
}

#[test]
fn failed_receipt_leaves_no_trace_in_the_state() {
    let mut fixture = Fixture::new(86);
    let before = fixture.chain.storage_usage(&fixture.contract.account_id).unwrap();
    let outcome = fixture.call("fail", []);
    assert!(failure(&outcome).contains("out of luck"), "{outcome:?}");
    let after = fixture.chain.storage_usage(&fixture.contract.account_id).unwrap();
    assert_eq!(before, after, "the write before the panic must be rolled back");

    fixture.call("set_greeting", *b"\"hi\"");
    assert!(fixture.chain.storage_usage(&fixture.contract.account_id).unwrap() > before);
    assert_eq!(fixture.view("get_greeting"), b"\"hi\"");
    fixture.call("remove_greeting", []);
    assert_eq!(fixture.chain.storage_usage(&fixture.contract.account_id).unwrap(), before);
}

#[test]
fn receipts_run_one_block_after_another() {
    let mut fixture = Fixture::new(86);
    let outcome = fixture.call("both", []);
    let heights: Vec<_> = outcome
        .receipts
        .iter()
        .filter(|receipt| !receipt.is_refund())
        .map(|receipt| receipt.block_height)
        .collect();
    // Depth first: the call, ok, fail, then the callback one block after its inputs.
    let first = heights[0];
    assert_eq!(heights, [first, first + 1, first + 1, first + 2]);
}

#[test]
fn failed_call_returns_deposit_and_unused_gas() {
    for version in VERSIONS {
        let mut fixture = Fixture::new(version);
        let (alice, contract) = (fixture.alice.clone(), fixture.contract.account_id.clone());
        let before = fixture.chain.balance(&alice.account_id).unwrap();
        let outcome = fixture
            .chain
            .call(&alice, &contract, "fail", Vec::new(), Balance::from_near(3), crate::support::GAS)
            .unwrap();
        assert!(!outcome.is_success());
        let after = fixture.chain.balance(&alice.account_id).unwrap();
        let spent = before.checked_sub(after).unwrap();
        assert_eq!(spent, outcome.tokens_burnt(), "protocol {version}: only burnt gas is paid");
        assert!(spent < Balance::from_near(1));
    }
}

#[test]
fn gas_beyond_what_was_attached_is_never_burnt() {
    let mut fixture = Fixture::new(86);
    let outcome = fixture.call("spin", []);
    assert!(failure(&outcome).contains("Exceeded the prepaid gas"), "{outcome:?}");
    let burnt = outcome.receipts[0].gas_burnt;
    assert!(burnt > crate::support::GAS && burnt < Gas::from_teragas(101), "{burnt:?}");
}

#[test]
fn contract_pays_its_caller() {
    let mut fixture = Fixture::new(86);
    let before = fixture.chain.balance(&fixture.contract.account_id).unwrap();
    let amount = Balance::from_near(2).as_yoctonear();
    let outcome = fixture.call("pay_back", amount.to_le_bytes());
    assert!(outcome.is_success(), "{outcome:?}");
    let after = fixture.chain.balance(&fixture.contract.account_id).unwrap();
    let paid = before.as_yoctonear() - after.as_yoctonear();
    // The contract's share of the burnt gas makes up for a little of it at this protocol.
    assert!(paid <= amount && paid > amount - 10u128.pow(21), "{paid}");

    let too_much = Balance::from_near(1_000).as_yoctonear();
    let outcome = fixture.call("pay_back", too_much.to_le_bytes());
    assert!(failure(&outcome).contains("Exceeded the account balance"), "{outcome:?}");
}

#[test]
fn unused_gas_goes_to_weighted_promises() {
    let mut fixture = Fixture::new(86);
    let outcome = fixture.call("weighted", []);
    let gas = u64::from_le_bytes(outcome.value().unwrap().try_into().unwrap());
    assert!(gas > Gas::from_teragas(90).as_gas(), "only {gas} gas was passed on");
}

#[test]
fn yield_is_resumed_once_with_its_data() {
    for version in VERSIONS {
        let mut fixture = Fixture::new(version);
        let yielded = fixture.call("yield", []);
        assert_eq!(yielded.status, FinalExecutionStatus::Started);
        assert_eq!(fixture.call("resume", []).value(), Some(b"1".as_slice()));
        assert_eq!(fixture.call("resume", []).value(), Some(b"0".as_slice()));
        let outcome = fixture.chain.outcome(&yielded.transaction_hash).unwrap();
        assert_eq!(outcome.value(), Some(b"1".as_slice()), "protocol {version}");
    }
}

#[test]
fn yield_times_out_after_its_blocks() {
    let mut fixture = Fixture::new(86);
    let yielded = fixture.call("yield", []);
    let status = |fixture: &Fixture| {
        fixture.chain.outcome(&yielded.transaction_hash).unwrap().status.clone()
    };
    fixture.chain.advance_blocks(150).unwrap();
    assert_eq!(status(&fixture), FinalExecutionStatus::Started, "200 blocks are not over");
    fixture.chain.fast_forward(60).unwrap();
    assert_eq!(status(&fixture), FinalExecutionStatus::SuccessValue(b"2".to_vec()));
    assert_eq!(fixture.call("resume", []).value(), Some(b"0".as_slice()), "too late");
}

#[test]
fn unsupported_action_fails_the_call_with_a_typed_error() {
    let mut fixture = Fixture::new(88);
    let outcome = fixture.call("use_global", []);
    let error = failure(&outcome);
    assert!(error.contains("NewReceiptValidationError"), "{error}");
    assert!(error.contains("global contracts (not supported by near-devnode)"), "{error}");
}

#[test]
fn call_of_an_account_without_code_or_method_is_a_typed_failure() {
    let mut fixture = Fixture::new(86);
    assert!(failure(&fixture.call("nope", [])).contains("MethodNotFound"));
    let (alice, root) = (fixture.alice.clone(), fixture.root.account_id.clone());
    let outcome = fixture
        .chain
        .call(&alice, &root, "x", Vec::new(), Balance::ZERO, crate::support::GAS)
        .unwrap();
    assert!(failure(&outcome).contains("CodeDoesNotExist"));
    let missing = fixture
        .chain
        .call(&alice, &id("nobody.near"), "x", Vec::new(), Balance::ZERO, crate::support::GAS)
        .unwrap();
    assert!(failure(&missing).contains("AccountDoesNotExist"));
    assert!(missing.receipts.iter().any(|r| matches!(r.status, ExecutionStatus::Failure(_))));
}
