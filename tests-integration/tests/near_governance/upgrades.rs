//! Upgrades: staged, delayed, migrated in the receipt that deploys, rolled back when that fails.

use near_devnode::{Balance, Outcome};
use proofrail_near_interface::{
    Change, DeployUpgradeArgs, ErrorCode, Hex, MarketEvent, MigrateArgs, UpgradeView, method_names,
};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::at_each_version;
use crate::world::{
    OFFICES, UPGRADE_DELAY_S, World, account, constitution, events, id, minus, wasm, wasm_0_1_0,
};

fn hash(code: &[u8]) -> Hex<32> {
    Hex(Sha256::digest(code).into())
}

/// Other code with the same behaviour: a custom section is added, which runs nothing.
fn newer() -> Vec<u8> {
    let mut code = wasm();
    code.extend_from_slice(&[0, 6, 5, b'n', b'e', b'w', b'e', b'r']);
    code
}

fn stage(world: &mut World, code: &[u8]) -> Outcome {
    let deposit = Balance::from_near(20);
    world.ok_bytes("stager", method_names::STAGE_UPGRADE, code.to_vec(), deposit)
}

fn deploy_args(code: &[u8]) -> DeployUpgradeArgs {
    DeployUpgradeArgs { code_hash: hash(code), migrate: MigrateArgs::default(), migrate_tgas: None }
}

fn code_hash(world: &World) -> [u8; 32] {
    world.chain.account(&account("market")).unwrap().local_contract_hash().unwrap().0
}

/// A deployment that is asked for and then rolled back as a whole.
fn deploy_fails(world: &mut World, args: &DeployUpgradeArgs, reason: &str) {
    let (before, code) = (world.storage_usage(), code_hash(world));
    let outcome = world.raw("deployer", method_names::DEPLOY_UPGRADE, args, Balance::ZERO);
    let failure = format!("{:?}", outcome.failure().expect("the deployment fails"));
    assert!(failure.contains(reason), "{failure}");
    assert_eq!((world.storage_usage(), code_hash(world)), (before, code));
    assert!(world.view::<Option<UpgradeView>>(method_names::UPGRADE, &json!({})).is_some());
    world.check_books();
}

#[test]
fn staged_code_should_wait_and_then_replace_the_old() {
    at_each_version(|world| {
        let old = code_hash(world);
        let change_id = world.schedule(Change::SetVerifier { verifier_id: Some(id("verifier")) });
        let (code, before) = (newer(), world.balance("stager"));
        let outcome = stage(world, &code);
        let view: UpgradeView =
            world.view::<Option<_>>(method_names::UPGRADE, &json!({})).expect("it is staged");
        let UpgradeView { code_hash: staged, stager_id, deploy_after } = view;
        assert_eq!((staged, &stager_id), (hash(&code), &id("stager")));
        let due = world.now() + UPGRADE_DELAY_S;
        assert!((due - 10..=due).contains(&deploy_after));
        assert_eq!(
            events(&outcome),
            [MarketEvent::UpgradeStaged { code_hash: staged, stager_id, deploy_after }]
        );
        let held = world.storage_balance("stager").unwrap();
        let paid = minus(minus(before, world.balance("stager")), outcome.tokens_burnt());
        assert_eq!(paid, held.total, "the stager pays for the code's storage, no more");
        let of_the_code = Balance::from_yoctonear(code.len() as u128 * 10_u128.pow(19));
        assert!(held.total > of_the_code);

        let args = deploy_args(&code);
        let (method, early) = (method_names::DEPLOY_UPGRADE, ErrorCode::UpgradeTooEarly);
        world.refuse("deployer", method, &args, Balance::ZERO, early);
        world.pass(UPGRADE_DELAY_S);
        for who in OFFICES.into_iter().filter(|who| *who != "deployer") {
            world.refuse(who, method, &args, Balance::ZERO, ErrorCode::NotPermitted);
        }
        let other = deploy_args(&wasm());
        world.refuse("deployer", method, &other, Balance::ZERO, ErrorCode::BadUpgrade);

        let outcome = world.ok("deployer", method, &args, Balance::ZERO);
        eprintln!("deploy_upgrade: {}", outcome.gas_burnt());
        assert_eq!(events(&outcome), [MarketEvent::Migrated { from: 2, to: 2 }]);
        assert_ne!(code_hash(world), old);
        assert_eq!(code_hash(world), hash(&code).0);
        assert_eq!(world.view::<Option<UpgradeView>>(method_names::UPGRADE, &json!({})), None);
        let free = world.storage_balance("stager").unwrap();
        assert!(free.available > of_the_code, "what the code held is free again");
        world.refuse("deployer", method, &args, Balance::ZERO, ErrorCode::BadUpgrade);
        world.execute(change_id);
        assert_eq!(world.config().verifier_id, Some(id("verifier")), "the state lives on");
    });
}

#[test]
fn a_failed_migration_should_bring_the_old_code_back() {
    at_each_version(|world| {
        let code = newer();
        stage(world, &code);
        world.pass(UPGRADE_DELAY_S);
        let migrate = MigrateArgs { constitution: Some(constitution()) };
        let twice = DeployUpgradeArgs { migrate, ..deploy_args(&code) };
        deploy_fails(world, &twice, "E_BAD_MIGRATION");
        let short = DeployUpgradeArgs { migrate_tgas: Some(1), ..deploy_args(&code) };
        deploy_fails(world, &short, "Exceeded the prepaid gas");
        world.ok("deployer", method_names::DEPLOY_UPGRADE, &deploy_args(&code), Balance::ZERO);

        for (code, reason) in [
            (wasm_0_1_0(), "MethodNotFound"),
            (b"\0asm and then no module".to_vec(), "CompilationError"),
        ] {
            stage(world, &code);
            world.pass(UPGRADE_DELAY_S);
            deploy_fails(world, &deploy_args(&code), reason);
        }
    });
}

#[test]
fn staged_code_should_be_replaced_and_cancelled() {
    at_each_version(|world| {
        stage(world, &newer());
        let once = world.storage_balance("stager").unwrap();
        world.pass(UPGRADE_DELAY_S);
        // The new code waits anew, and the old one's storage serves it.
        stage(world, &wasm());
        let twice = world.storage_balance("stager").unwrap();
        assert_eq!(once.total, twice.total);
        let (method, code) = (method_names::DEPLOY_UPGRADE, ErrorCode::UpgradeTooEarly);
        world.refuse("deployer", method, &deploy_args(&wasm()), Balance::ZERO, code);

        let method = method_names::CANCEL_UPGRADE;
        for who in ["deployer", "council", "stranger"] {
            world.refuse(who, method, &json!({}), Balance::ZERO, ErrorCode::NotPermitted);
        }
        for who in ["guardian", "dao", "stager"] {
            stage(world, &wasm());
            let outcome = world.ok(who, method, &json!({}), Balance::ZERO);
            let cancelled = MarketEvent::UpgradeCancelled { code_hash: hash(&wasm()), by: id(who) };
            assert_eq!(events(&outcome), [cancelled]);
            world.refuse(who, method, &json!({}), Balance::ZERO, ErrorCode::BadUpgrade);
        }
    });
}

#[test]
fn staging_should_be_the_stager_s_and_paid_by_it() {
    at_each_version(|world| {
        let method = method_names::STAGE_UPGRADE;
        for who in OFFICES.into_iter().filter(|who| *who != "stager") {
            let text = world.refuse_bytes(who, method, wasm(), Balance::from_near(20));
            assert_eq!(ErrorCode::find(&text), Some(ErrorCode::NotPermitted), "{who}: {text}");
        }
        let text = world.refuse_bytes("stager", method, wasm(), Balance::from_near(1));
        assert_eq!(ErrorCode::find(&text), Some(ErrorCode::DepositTooSmall), "{text}");
        for input in [Vec::new(), b"{}".to_vec()] {
            let text = world.refuse_bytes("stager", method, input, Balance::from_near(1));
            assert_eq!(ErrorCode::find(&text), Some(ErrorCode::BadUpgrade), "{text}");
        }
    });
}

/// The plugin's own methods would let a deployer call any private method in the market's name, with its money.
#[test]
fn the_plugin_s_own_upgrade_methods_should_answer_nobody() {
    at_each_version(|world| {
        stage(world, &newer());
        world.pass(UPGRADE_DELAY_S);
        let hash = "11111111111111111111111111111111";
        for who in OFFICES.into_iter().chain(["stranger"]) {
            for (method, args) in [
                ("up_stage_code", wasm()),
                ("up_stage_code", Vec::new()),
                ("up_deploy_code", json!({ "hash": hash }).to_string().into_bytes()),
                (
                    "up_init_staging_duration",
                    json!({ "staging_duration": 0 }).to_string().into_bytes(),
                ),
                (
                    "up_stage_update_staging_duration",
                    json!({ "staging_duration": 0 }).to_string().into_bytes(),
                ),
                ("up_apply_update_staging_duration", Vec::new()),
            ] {
                let text = world.refuse_bytes(who, method, args, Balance::ZERO);
                assert!(text.contains("Insufficient permissions"), "{who}.{method}: {text}");
            }
        }
    });
}

#[test]
fn migrate_should_answer_the_market_alone() {
    at_each_version(|world| {
        for who in OFFICES.into_iter().chain(["stranger"]) {
            let text = world.refuse_text(who, method_names::MIGRATE, &json!({}), Balance::ZERO);
            assert!(text.contains("private"), "{who}: {text}");
        }
        // The state is the present one: nothing changes.
        world.ok("market", method_names::MIGRATE, &json!({}), Balance::ZERO);
    });
}
