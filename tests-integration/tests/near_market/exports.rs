//! The contract's whole surface: nothing is exported that is not measured, viewed here or refused here.

use std::collections::BTreeSet;

use near_devnode::{Balance, CallArgs};
use proofrail_near_interface::{
    Change, FundCostArgs, Hex, Params, ScheduleChangeArgs, method_names,
};
use proofrail_tests_integration::near_market::costs::{Snapshot, method_of};
use proofrail_tests_integration::near_market::{PRODUCTION, exports, wasm};
use serde_json::{Value, json};

use crate::at_each_version;
use crate::proofs::circuit_id;
use crate::world::{CIRCUIT, World, account, id};

/// Where each method that changes something is measured.
const SNAPSHOTS: [&str; 3] = ["gas.json", "governance-gas.json", "policy-gas.json"];
/// The market's callbacks, which answer nobody else; their gas is in that of the calls that lead to them. And the
/// plugin's first administrator, whom only the market could name.
const PRIVATE: [&str; 5] =
    ["acl_init_super_admin", "complete_draw", "on_paid", "on_vcek", "on_verdict"];
/// The plugin's own upgrades, past our delay: roles for them are held by nobody.
const CLOSED: [&str; 5] = [
    "up_apply_update_staging_duration",
    "up_deploy_code",
    "up_init_staging_duration",
    "up_stage_code",
    "up_stage_update_staging_duration",
];
/// More code would fit on NEAR, but not in a transaction of 1.5 MiB with room to spare.
const CEILING: usize = 1_300_000;
const NEAR: Balance = Balance::from_near(1);

fn exported() -> BTreeSet<String> {
    let functions = exports::functions(&wasm(PRODUCTION)).expect("it is a wasm module");
    functions.into_iter().collect()
}

/// Every view with arguments for which a market of [`populated`] has an answer, whose job is drawn from `set`.
fn views(world: &World, set: u32) -> Vec<(&'static str, Value)> {
    let none = json!({});
    let alice = json!({"account_id": id("alice")});
    let job = json!({"job_id": 1});
    let page = json!({"from": 0, "limit": 10});
    let role = json!({"role": "Dao", "skip": 0, "limit": 10});
    let dao = json!({"role": "Dao", "account_id": id("owner")});
    let proved = world.circuit.prove(3);
    let fund = FundCostArgs { client_id: id("client"), job: world.fund_args(&proved) };
    vec![
        ("acl_get_admins", role.clone()),
        ("acl_get_grantees", role.clone()),
        ("acl_get_permissioned_accounts", none.clone()),
        ("acl_get_super_admins", json!({"skip": 0, "limit": 10})),
        ("acl_has_any_role", json!({"roles": ["Dao"], "account_id": id("owner")})),
        ("acl_has_role", dao.clone()),
        ("acl_is_admin", dao),
        ("acl_is_super_admin", alice.clone()),
        ("acl_role_variants", none.clone()),
        ("acl_storage_prefix", none.clone()),
        (method_names::ACCOUNTING, none.clone()),
        (method_names::ATTESTATION_POLICY, none.clone()),
        (method_names::BANNED, alice.clone()),
        (method_names::CASE, json!({"case_id": 1})),
        (method_names::CASES, page.clone()),
        (method_names::CHANGE, json!({"change_id": 1})),
        (method_names::CHANGES, none.clone()),
        (method_names::CIRCUIT, json!({"circuit_id": circuit_id(CIRCUIT)})),
        (method_names::CIRCUITS, page.clone()),
        (method_names::CLAIMABLE, alice.clone()),
        (method_names::CONFIG, none.clone()),
        ("contract_source_metadata", none.clone()),
        (method_names::DRAW_REPLAY, job.clone()),
        (method_names::EPOCHS, none.clone()),
        (
            method_names::FROZEN_SET,
            json!({"circuit_id": circuit_id(CIRCUIT), "set": set, "from": 0}),
        ),
        (method_names::FUND_COST, json!(fund)),
        (method_names::JOB, job),
        (method_names::JOBS, page.clone()),
        (method_names::MEASUREMENTS, none.clone()),
        (method_names::NEXT_JOB_ID, none.clone()),
        ("pa_all_paused", none.clone()),
        ("pa_is_paused", json!({"key": "draws"})),
        ("pa_storage_key", none.clone()),
        (method_names::PLATFORM_BANNED, json!({"platform_id": Hex([1; 32])})),
        (method_names::PRIVACY_SCORE, alice.clone()),
        (method_names::PROVER, alice.clone()),
        (method_names::PROVERS, page),
        (method_names::REGISTER_COST, json!({"account_id": id("bob"), "circuits": 1})),
        (method_names::STORAGE_BALANCE_BOUNDS, none.clone()),
        (method_names::STORAGE_BALANCE_OF, alice),
        ("up_get_delay_status", none.clone()),
        ("up_staged_code_hash", none.clone()),
        ("up_storage_prefix", none.clone()),
        (method_names::UPGRADE, none),
    ]
}

/// Views that answer no JSON: the staged code in borsh, and nothing at all.
const RAW_VIEWS: [&str; 2] = ["up_staged_code", "up_verify_state"];

/// Fills a market so that every view has something to say.
fn populated(world: &mut World) {
    world.register("alice", 1_000);
    let proved = world.circuit.prove(3);
    assert_eq!(world.assigned(&proved).0, 1);
    let change = Change::Params(Params::default());
    world.ok("owner", method_names::SCHEDULE_CHANGE, &ScheduleChangeArgs { change }, NEAR);
    let code = wasm(PRODUCTION);
    world.ok_bytes("owner", method_names::STAGE_UPGRADE, code, Balance::from_near(20));
    world.call("owner", "pa_pause_feature", &json!({"key": "draws"}));
    let args = json!({
        "prover_id": id("alice"),
        "kind": "data_leak",
        "evidence": Hex([7; 32]),
    });
    world.ok("owner", method_names::PROPOSE_SLASH, &args, NEAR);
}

#[test]
fn every_exported_method_should_be_measured_viewed_or_closed() {
    let measured = SNAPSHOTS.into_iter().flat_map(|file| Snapshot::committed(file).methods);
    let mut known: BTreeSet<String> =
        measured.map(|(call, _)| method_of(&call).to_owned()).collect();
    let world = World::new(86);
    let views: Vec<&str> = views(&world, 0).into_iter().map(|(method, _)| method).collect();
    for method in views.iter().chain(&RAW_VIEWS).chain(&PRIVATE).chain(&CLOSED) {
        assert!(known.insert((*method).to_owned()), "{method} is in two lists");
    }
    let exported = exported();
    let unknown: Vec<&String> = exported.difference(&known).collect();
    assert!(
        unknown.is_empty(),
        "exported, but neither measured in contracts-near/snapshots nor in a list here: {unknown:?}"
    );
    let gone: Vec<&String> = known.difference(&exported).collect();
    assert!(gone.is_empty(), "listed, but not exported: {gone:?}");
}

#[test]
fn every_view_should_answer() {
    at_each_version(|world| {
        populated(world);
        let set = world.assignment(1).draw.expect("it was drawn").set;
        for (method, args) in views(world, set) {
            let answer: Value = world.view(method, &args);
            assert!(!answer.is_null(), "{method} answers nothing");
        }
        for method in RAW_VIEWS {
            let none = CallArgs::from(b"{}".to_vec());
            let view = world.chain.view(&account("market"), method, none).unwrap();
            let expected = if method == "up_staged_code" { wasm(PRODUCTION).len() + 5 } else { 0 };
            assert_eq!(view.value.len(), expected, "{method}");
        }
    });
}

#[test]
fn what_is_closed_should_refuse_everybody() {
    at_each_version(|world| {
        for who in ["owner", "stranger"] {
            for (methods, reason) in [(PRIVATE, "is private"), (CLOSED, "Insufficient permissions")]
            {
                for method in methods {
                    let args = json!({
                        "account_id": id(who),
                        "amount": "1",
                        "hash": "11111111111111111111111111111111",
                        "job_id": 1,
                        "payer_id": id(who),
                        "staging_duration": 0,
                    });
                    let text = world.refuse_text(who, method, &args, Balance::ZERO);
                    assert!(text.contains(reason), "{who}.{method}: {text}");
                }
            }
        }
    });
}

#[test]
fn the_code_should_leave_room_in_a_transaction() {
    let bytes = wasm(PRODUCTION).len();
    assert!(bytes <= CEILING, "{bytes} bytes, at most {CEILING}");
}
