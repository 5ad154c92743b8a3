//! What the methods of the offices cost, those of upgrades, and those of near-plugins that anyone may call.

use near_devnode::Balance;
use proofrail_near_interface::{
    Change, ChangeArgs, CircuitArgs, DeployUpgradeArgs, HALT_AGAIN_S, Hex, MigrateArgs, Office,
    RevokeOfficeArgs, StopByProofArgs, method_names,
};
use proofrail_tests_integration::near_market::costs::{self, Costs, Limits};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::PROTOCOL_VERSIONS;
use crate::forgery::Broken;
use crate::from_0_1_0::live_through_the_upgrade;
use crate::world::{TIMELOCK_S, UPGRADE_DELAY_S, World, constitution, id, wasm};

/// The most that each method may burn, Tgas.
const LIMITS: Limits<'_> = Limits {
    of: &[
        // Adding a circuit decides whether its keys are points of the subgroup.
        (method_names::EXECUTE_CHANGE, 40.0),
        (method_names::SCHEDULE_CHANGE, 40.0),
        (method_names::STOP_CIRCUIT_BY_PROOF, 60.0),
        // The code itself: written when it is staged, read and compiled when it is deployed.
        (method_names::STAGE_UPGRADE, 170.0),
        (method_names::CANCEL_UPGRADE, 40.0),
        (method_names::DEPLOY_UPGRADE, 200.0),
        (method_names::MIGRATE, 130.0),
    ],
    others: 15.0,
};
/// What near-plugins' own methods answer whoever may not use them: nothing happens.
const NOTHING: Option<bool> = None;

fn run_changes(world: &mut World) {
    let params = constitution().params.unwrap();
    let change_id = world.schedule(Change::Params(params));
    world.name_cost(method_names::SCHEDULE_CHANGE, "params");
    world.ok("guardian", method_names::CANCEL_CHANGE, &ChangeArgs { change_id }, Balance::ZERO);
    world.make(Change::Params(params));
    world.name_cost(method_names::EXECUTE_CHANGE, "params");
    let broken = Broken::new("broken/1");
    let circuit_id = broken.id();
    world.make(Change::AddCircuit(broken.circuit()));
    let forged = StopByProofArgs { circuit_id, proof: broken.forged_proof() };
    world.ok("stranger", method_names::STOP_CIRCUIT_BY_PROOF, &forged, Balance::ZERO);
    let other = Broken::new("broken/2");
    world.make(Change::AddCircuit(other.circuit()));
    world.name_cost(method_names::SCHEDULE_CHANGE, "add_circuit");
    world.name_cost(method_names::EXECUTE_CHANGE, "add_circuit");
    let args = CircuitArgs { circuit_id: other.id() };
    world.ok("guardian", method_names::STOP_CIRCUIT, &args, Balance::ZERO);
    world.make(Change::GrantOffice { office: Office::Treasurer, account_id: id("alice") });
}

fn run_offices(world: &mut World) {
    let none = json!({});
    world.ok("guardian", method_names::HALT_PAYMENTS, &none, Balance::ZERO);
    world.ok("dao", method_names::RESUME_PAYMENTS, &none, Balance::ZERO);
    world.pass(HALT_AGAIN_S);
    let feature = json!({ "key": "funding" });
    world.ok("guardian", "pa_pause_feature", &feature, Balance::ZERO);
    world.ok("dao", "pa_unpause_feature", &feature, Balance::ZERO);
    let args = RevokeOfficeArgs { office: Office::Council, account_id: id("council") };
    world.ok("dao", method_names::REVOKE_OFFICE, &args, Balance::ZERO);
}

/// Nobody administers the offices but the timelock: these methods do nothing, for anyone.
fn run_plugins(world: &mut World) {
    let stranger = id("stranger");
    let of_role = json!({ "role": "Dao", "account_id": stranger });
    let of_account = json!({ "account_id": stranger });
    for (method, args) in [
        ("acl_add_admin", &of_role),
        ("acl_revoke_admin", &of_role),
        ("acl_grant_role", &of_role),
        ("acl_revoke_role", &of_role),
        ("acl_add_super_admin", &of_account),
        ("acl_revoke_super_admin", &of_account),
        ("acl_transfer_super_admin", &of_account),
    ] {
        let outcome = world.ok("dao", method, args, Balance::ZERO);
        assert_eq!(outcome.json::<Option<bool>>().unwrap(), NOTHING, "{method}");
    }
    let role = json!({ "role": "Arbiter" });
    for (method, renounced) in [("acl_renounce_admin", false), ("acl_renounce_role", true)] {
        let outcome = world.ok("arbiter", method, &role, Balance::ZERO);
        assert_eq!(outcome.json::<bool>().unwrap(), renounced, "{method}");
    }
}

fn run_upgrade(world: &mut World) {
    let (stage, code) = (method_names::STAGE_UPGRADE, wasm());
    world.ok_bytes("stager", stage, code.clone(), Balance::from_near(20));
    world.name_cost(stage, "first");
    world.ok("stager", method_names::CANCEL_UPGRADE, &json!({}), Balance::ZERO);
    world.ok_bytes("stager", stage, code.clone(), Balance::ZERO);
    world.pass(UPGRADE_DELAY_S);
    let code_hash = Hex(Sha256::digest(&code).into());
    let args = DeployUpgradeArgs { code_hash, migrate: MigrateArgs::default(), migrate_tgas: None };
    world.ok("deployer", method_names::DEPLOY_UPGRADE, &args, Balance::ZERO);
    world.ok("market", method_names::MIGRATE, &json!({}), Balance::ZERO);
}

fn measure(protocol_version: u32) -> Costs {
    let mut costs = live_through_the_upgrade(protocol_version);
    costs.retain(|call, _| {
        ["adopt_credit", "adopt_job", "migrate from_0.1.0", "set_statement_key"]
            .contains(&call.as_str())
    });
    assert_eq!(costs.len(), 4);
    let mut world = World::new(protocol_version);
    run_changes(&mut world);
    run_offices(&mut world);
    run_plugins(&mut world);
    run_upgrade(&mut world);
    world.pass(TIMELOCK_S);
    // As the market's own snapshot has it, of a market with circuits.
    world.costs.remove(method_names::NEW);
    costs.append(&mut world.costs);
    costs
}

#[test]
fn costs_should_be_those_of_the_snapshot() {
    let measured = PROTOCOL_VERSIONS.map(|version| (version, measure(version)));
    costs::check("governance-gas.json", &measured, &LIMITS, wasm().len());
}
