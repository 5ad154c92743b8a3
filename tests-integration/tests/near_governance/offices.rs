//! Offices, pauses and halts.

use near_devnode::Balance;
use proofrail_near_interface::{
    Change, ChangeArgs, ErrorCode, HALT_AGAIN_S, HALT_S, MarketEvent, NewArgs, Office,
    RevokeOfficeArgs, ScheduleChangeArgs, WithdrawTreasuryArgs, method_names,
};
use serde_json::json;

use crate::at_each_version;
use crate::world::{OFFICES, TIMELOCK_S, World, constitution, events, id, new_args};

const ROLES: [&str; 7] =
    ["Dao", "Guardian", "Council", "Arbiter", "Treasurer", "CodeStager", "CodeDeployer"];

fn has_role(world: &World, role: &str, who: &str) -> bool {
    world.view("acl_has_role", &json!({ "role": role, "account_id": id(who) }))
}

#[test]
fn each_office_should_be_held_by_its_account_alone() {
    at_each_version(|world| {
        for role in ROLES {
            let holders: Vec<_> = OFFICES.iter().filter(|who| has_role(world, role, who)).collect();
            let place = ROLES.iter().position(|it| it == &role).unwrap();
            assert_eq!(holders, [&OFFICES[place]]);
        }
        assert!(has_role(world, "Market", "market"));
        let all: serde_json::Value = world.view("acl_get_permissioned_accounts", &json!({}));
        assert_eq!(all["super_admins"], json!([]), "nobody grants at once");
        for role in ROLES {
            assert_eq!(all["roles"][role]["admins"], json!([]));
        }
    });
}

#[test]
fn nobody_should_grant_an_office_past_the_timelock() {
    at_each_version(|world| {
        for who in OFFICES {
            for (method, args) in [
                ("acl_grant_role", json!({ "role": "Dao", "account_id": id("stranger") })),
                ("acl_add_admin", json!({ "role": "Dao", "account_id": id("stranger") })),
                ("acl_add_super_admin", json!({ "account_id": id("stranger") })),
                ("acl_transfer_super_admin", json!({ "account_id": id("stranger") })),
                ("acl_revoke_role", json!({ "role": "Guardian", "account_id": id("guardian") })),
            ] {
                let outcome = world.ok(who, method, &args, Balance::ZERO);
                assert_eq!(outcome.clone().json::<Option<bool>>().unwrap(), None, "{who}.{method}");
            }
            let args = json!({ "account_id": id(who) });
            let text = world.refuse_text(who, "acl_init_super_admin", &args, Balance::ZERO);
            assert!(text.contains("private"), "{text}");
        }
        assert!(!has_role(world, "Dao", "stranger") && has_role(world, "Guardian", "guardian"));
    });
}

#[test]
fn an_office_should_be_granted_through_the_timelock() {
    at_each_version(|world| {
        let (office, account_id) = (Office::Treasurer, id("alice"));
        world.make(Change::GrantOffice { office, account_id });
        assert!(has_role(world, "Treasurer", "alice"));
        assert!(has_role(world, "Treasurer", "treasurer"));
    });
}

#[test]
fn working_offices_should_be_revoked_at_once() {
    at_each_version(|world| {
        for (by, office, holder) in
            [("dao", Office::Council, "council"), ("guardian", Office::CodeStager, "stager")]
        {
            let args = RevokeOfficeArgs { office, account_id: id(holder) };
            for who in ["stranger", holder] {
                let code = ErrorCode::NotPermitted;
                world.refuse(who, method_names::REVOKE_OFFICE, &args, Balance::ZERO, code);
            }
            let outcome = world.ok(by, method_names::REVOKE_OFFICE, &args, Balance::ZERO);
            let revoked = MarketEvent::OfficeRevoked { office, account_id: id(holder), by: id(by) };
            assert_eq!(events(&outcome), [revoked]);
            let code = ErrorCode::OfficeProtected;
            world.refuse(by, method_names::REVOKE_OFFICE, &args, Balance::ZERO, code);
        }
        assert!(!has_role(world, "Council", "council"));
        assert!(!has_role(world, "CodeStager", "stager"));
        for (by, office, holder) in [
            ("guardian", Office::Dao, "dao"),
            ("dao", Office::Guardian, "guardian"),
            ("dao", Office::Dao, "dao"),
        ] {
            let args = RevokeOfficeArgs { office, account_id: id(holder) };
            let code = ErrorCode::OfficeProtected;
            world.refuse(by, method_names::REVOKE_OFFICE, &args, Balance::ZERO, code);
        }
    });
}

#[test]
fn the_guardian_should_not_keep_its_office_against_the_dao() {
    at_each_version(|world| {
        let revoke = Change::RevokeOffice { office: Office::Guardian, account_id: id("guardian") };
        let args = ScheduleChangeArgs { change: revoke.clone() };
        let (deposit, code) = (Balance::from_near(1), ErrorCode::BadChange);
        let text = world.refuse("dao", method_names::SCHEDULE_CHANGE, &args, deposit, code);
        assert!(text.contains("nobody else"), "{text}");
        world.make(Change::GrantOffice { office: Office::Guardian, account_id: id("alice") });

        let change_id = world.schedule(revoke);
        for guardian in ["guardian", "alice"] {
            let (args, code) = (ChangeArgs { change_id }, ErrorCode::NotPermitted);
            world.refuse(guardian, method_names::CANCEL_CHANGE, &args, Balance::ZERO, code);
        }
        world.pass(TIMELOCK_S);
        world.execute(change_id);
        assert!(!has_role(world, "Guardian", "guardian") && has_role(world, "Guardian", "alice"));

        let last = Change::RevokeOffice { office: Office::Dao, account_id: id("dao") };
        let args = ScheduleChangeArgs { change: last };
        world.refuse("dao", method_names::SCHEDULE_CHANGE, &args, deposit, code);
        let at_once = Change::RevokeOffice { office: Office::Council, account_id: id("council") };
        let args = ScheduleChangeArgs { change: at_once };
        world.refuse("dao", method_names::SCHEDULE_CHANGE, &args, deposit, code);
    });
}

#[test]
fn the_guardian_should_pause_and_the_dao_lift_it() {
    at_each_version(|world| {
        let args = json!({ "key": "funding" });
        for who in ["dao", "stranger"] {
            let text = world.refuse_text(who, "pa_pause_feature", &args, Balance::ZERO);
            assert!(text.contains("Insufficient permissions"), "{text}");
        }
        world.ok("guardian", "pa_pause_feature", &args, Balance::ZERO);
        assert!(world.view::<bool>("pa_is_paused", &args));
        let text = world.refuse_text("guardian", "pa_unpause_feature", &args, Balance::ZERO);
        assert!(text.contains("Insufficient permissions"), "{text}");
        world.ok("dao", "pa_unpause_feature", &args, Balance::ZERO);
        assert!(!world.view::<bool>("pa_is_paused", &args));
    });
}

#[test]
fn a_halt_should_stop_payments_and_end_by_itself() {
    at_each_version(|world| {
        world.ok("alice", method_names::STORAGE_DEPOSIT, &json!({}), Balance::from_near(1));
        let withdraw = json!({ "amount": "1000" });
        let (method, yocto) = (method_names::STORAGE_WITHDRAW, Balance::from_yoctonear(1));
        world.ok("alice", method, &withdraw, yocto);
        for who in ["dao", "stranger"] {
            let code = ErrorCode::NotPermitted;
            world.refuse(who, method_names::HALT_PAYMENTS, &json!({}), Balance::ZERO, code);
        }
        let outcome = world.ok("guardian", method_names::HALT_PAYMENTS, &json!({}), Balance::ZERO);
        let until: u64 = outcome.clone().json().unwrap();
        assert_eq!(events(&outcome), [MarketEvent::PaymentsHalted { by: id("guardian"), until }]);
        assert!((world.now() + HALT_S - 10..=world.now() + HALT_S).contains(&until));
        assert_eq!(world.config().payments_halted_until, until);
        let halted = ErrorCode::PaymentsHalted;
        world.refuse("alice", method, &withdraw, yocto, halted);
        let code = ErrorCode::HaltTooSoon;
        world.refuse("guardian", method_names::HALT_PAYMENTS, &json!({}), Balance::ZERO, code);
        world.pass(HALT_S + 1);
        world.ok("alice", method, &withdraw, yocto);
        world.refuse("guardian", method_names::HALT_PAYMENTS, &json!({}), Balance::ZERO, code);
        let code = ErrorCode::NotHalted;
        world.refuse("dao", method_names::RESUME_PAYMENTS, &json!({}), Balance::ZERO, code);

        world.pass(HALT_AGAIN_S - HALT_S);
        world.ok("guardian", method_names::HALT_PAYMENTS, &json!({}), Balance::ZERO);
        world.refuse("alice", method, &withdraw, yocto, halted);
        for who in ["guardian", "stranger"] {
            let code = ErrorCode::NotPermitted;
            world.refuse(who, method_names::RESUME_PAYMENTS, &json!({}), Balance::ZERO, code);
        }
        let outcome = world.ok("dao", method_names::RESUME_PAYMENTS, &json!({}), Balance::ZERO);
        assert_eq!(events(&outcome), [MarketEvent::PaymentsResumed { by: id("dao") }]);
        world.ok("alice", method, &withdraw, yocto);
    });
}

#[test]
fn the_treasury_should_pay_no_more_than_it_holds() {
    at_each_version(|world| {
        let args = WithdrawTreasuryArgs { amount: Balance::from_yoctonear(1) };
        for who in ["dao", "guardian", "treasury", "stranger"] {
            let code = ErrorCode::NotPermitted;
            world.refuse(who, method_names::WITHDRAW_TREASURY, &args, Balance::ZERO, code);
        }
        let code = ErrorCode::TreasuryTooSmall;
        world.refuse("treasurer", method_names::WITHDRAW_TREASURY, &args, Balance::ZERO, code);
        let nothing = WithdrawTreasuryArgs { amount: Balance::ZERO };
        world.refuse("treasurer", method_names::WITHDRAW_TREASURY, &nothing, Balance::ZERO, code);
    });
}

#[test]
fn new_should_refuse_delays_below_the_floor_and_other_callers() {
    for version in crate::PROTOCOL_VERSIONS {
        let mut world = World::bare(version);
        let with = |edit: &dyn Fn(&mut proofrail_near_interface::Constitution)| {
            let mut constitution = constitution();
            edit(&mut constitution);
            NewArgs { constitution, ..new_args() }
        };
        let method = method_names::NEW;
        let low = with(&|it| it.upgrade_delay_s = Some(60));
        world.refuse("market", method, &low, Balance::ZERO, ErrorCode::BadChange);
        // Without a word on the floor it is a day, more than the timelock asked for.
        let low = with(&|it| it.delay_floor_s = None);
        world.refuse("market", method, &low, Balance::ZERO, ErrorCode::BadChange);
        let text = world.refuse_text("stranger", method, &new_args(), Balance::ZERO);
        assert!(text.contains("private"), "{text}");
        world.ok("market", method, &new_args(), Balance::ZERO);
    }
}
