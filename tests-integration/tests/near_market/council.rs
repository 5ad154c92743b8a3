//! Cases of the council: delay, appeal, cancellation, execution and the ban.

use near_devnode::Balance;
use proofrail_near_interface::rules::slashing::{Fault, SlashSplit};
use proofrail_near_interface::{
    AuctionArgs, CaseArgs, CaseKind, CaseOutcome, CaseStage, CaseView, ErrorCode, FundJobArgs, Hex,
    MarketEvent, Params, ProposeSlashArgs, ProverState, RegisterProverArgs, StorageBalance,
    method_names,
};
use serde_json::json;

use crate::at_each_version;
use crate::world::{World, events, id, sum};

const NONE: Balance = Balance::ZERO;
const NEAR: fn(u128) -> Balance = Balance::from_near;
const DAY: u64 = 24 * 3_600;
/// The account that holds every office.
const COUNCIL: &str = "owner";

fn accusation(who: &str) -> ProposeSlashArgs {
    ProposeSlashArgs {
        prover_id: id(who),
        kind: CaseKind::DataLeak,
        evidence: Hex([5; 32]),
        jobs: Vec::new(),
        reporter_id: None,
    }
}

fn propose(world: &mut World, args: &ProposeSlashArgs) -> u64 {
    let outcome = world.ok(COUNCIL, method_names::PROPOSE_SLASH, args, NEAR(1));
    outcome.json().unwrap()
}

fn case(world: &World, case_id: u64) -> Option<CaseView> {
    world.view(method_names::CASE, &CaseArgs { case_id })
}

fn banned(world: &World, who: &str) -> bool {
    world.view(method_names::BANNED, &json!({"account_id": id(who)}))
}

fn free_storage(world: &World, who: &str) -> Balance {
    let args = json!({"account_id": id(who)});
    world.view::<StorageBalance>(method_names::STORAGE_BALANCE_OF, &args).available
}

fn refuse(world: &mut World, who: &str, method: &str, case_id: u64, code: ErrorCode) {
    world.refuse(who, method, &CaseArgs { case_id }, NONE, code);
}

fn act(world: &mut World, who: &str, method: &str, case_id: u64) -> Vec<MarketEvent> {
    events(&world.call(who, method, &CaseArgs { case_id }))
}

#[test]
fn a_case_should_take_everything_after_its_delay_and_ban() {
    at_each_version(|world| {
        world.register("alice", 2_000);
        world.call("alice", method_names::REQUEST_UNSTAKE, &json!({"amount": NEAR(500)}));
        world.open("stranger");
        world.open(COUNCIL);
        let (held, storage) = (free_storage(world, COUNCIL), world.storage_usage());
        let reporter_id = Some(id("stranger"));
        let args = ProposeSlashArgs { reporter_id: reporter_id.clone(), ..accusation("alice") };
        let case_id = propose(world, &args);
        let Some(CaseView { stage: CaseStage::Proposed { execute_after, lapses_at }, .. }) =
            case(world, case_id)
        else {
            panic!("no case")
        };
        assert_eq!(lapses_at - execute_after, 14 * DAY);
        let alice = world.prover("alice").unwrap();
        assert_eq!((alice.state, alice.weight), (ProverState::Accused, 0));

        // Too early for anybody; and nothing leaves meanwhile.
        refuse(world, "stranger", method_names::EXECUTE_SLASH, case_id, ErrorCode::CaseStage);
        refuse(world, "stranger", method_names::CLOSE_CASE, case_id, ErrorCode::CaseStage);
        refuse(world, COUNCIL, method_names::CONFIRM_SLASH, case_id, ErrorCode::CaseStage);
        world.pass_until(execute_after);
        refuse(world, "alice", method_names::APPEAL_SLASH, case_id, ErrorCode::CaseStage);
        let mut told = Vec::new();
        let reward = world.credited("stranger", |world| {
            told = act(world, "client", method_names::EXECUTE_SLASH, case_id);
        });
        assert_eq!(reward, NEAR(5), "5 % of 2,000 NEAR, capped");
        let split = SlashSplit { reporter: NEAR(5), next_prover: NONE, insurance: NEAR(1_995) };
        let prover_id = id("alice");
        assert_eq!(
            told,
            [
                MarketEvent::ProverBanned { prover_id: prover_id.clone(), case_id },
                MarketEvent::ProverSlashed {
                    prover_id,
                    fault: Fault::DataLeak,
                    amount: NEAR(2_000),
                    split,
                    reporter_id,
                },
            ]
        );
        let alice = world.prover("alice").unwrap();
        assert_eq!((alice.state, alice.stake), (ProverState::Banned, NONE));
        assert!(alice.unstaking.is_empty() && banned(world, "alice"));
        assert_eq!(world.accounting().stakes, NONE);

        // The record of the case is gone, and what it cost is the proposer's again.
        assert_eq!(case(world, case_id), None);
        assert!(free_storage(world, COUNCIL) >= held);
        assert!(world.storage_usage() <= storage, "{} {storage}", world.storage_usage());
        refuse(world, "client", method_names::EXECUTE_SLASH, case_id, ErrorCode::CaseUnknown);

        // For ever.
        let none = json!({});
        for method in
            [method_names::GO_ONLINE, method_names::HEARTBEAT, method_names::UNREGISTER_PROVER]
        {
            world.refuse("alice", method, &none, NONE, ErrorCode::ProverBanned);
        }
        let code = ErrorCode::ProverBanned;
        world.refuse("alice", method_names::ADD_STAKE, &none, NEAR(1_000), code);
        let again = RegisterProverArgs {
            statement_key: Hex([3; 32]),
            ..world.registration("alice", NEAR(1_000))
        };
        let code = ErrorCode::ProverExists;
        world.refuse("alice", method_names::REGISTER_PROVER, &again, NEAR(1_100), code);
        let code = ErrorCode::ProverBanned;
        world.refuse(COUNCIL, method_names::PROPOSE_SLASH, &accusation("alice"), NEAR(1), code);
    });
}

#[test]
fn an_appeal_should_leave_the_word_to_the_arbiter() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let case_id = propose(world, &accusation("alice"));
        refuse(world, "stranger", method_names::APPEAL_SLASH, case_id, ErrorCode::NotAccused);
        let asked = world.now();
        let told = act(world, "alice", method_names::APPEAL_SLASH, case_id);
        let [MarketEvent::SlashAppealed { case_id: appealed, confirm_before }] = told.as_slice()
        else {
            panic!("{told:?}")
        };
        assert_eq!(*appealed, case_id);
        assert!((asked + 7 * DAY..=world.now() + 7 * DAY).contains(confirm_before));
        refuse(world, "alice", method_names::APPEAL_SLASH, case_id, ErrorCode::CaseStage);
        world.pass(4 * DAY);
        refuse(world, "stranger", method_names::EXECUTE_SLASH, case_id, ErrorCode::CaseStage);
        refuse(world, "alice", method_names::CONFIRM_SLASH, case_id, ErrorCode::NotPermitted);
        act(world, COUNCIL, method_names::CONFIRM_SLASH, case_id);
        let CaseStage::Confirmed { lapses_at } = case(world, case_id).unwrap().stage else {
            panic!("the case is not confirmed")
        };
        assert!((world.now() - 10 + 14 * DAY..=world.now() + 14 * DAY).contains(&lapses_at));
        act(world, "stranger", method_names::EXECUTE_SLASH, case_id);
        assert!(banned(world, "alice"));
        assert_eq!(world.accounting().insurance, NEAR(1_000), "nobody reported it");
    });
}

#[test]
fn a_case_should_lapse_and_let_the_accused_go() {
    at_each_version(|world| {
        world.register("alice", 2_000);
        world.call("alice", method_names::REQUEST_UNSTAKE, &json!({"amount": NEAR(500)}));
        let appealed = propose(world, &accusation("alice"));
        let forgotten = propose(world, &accusation("alice"));
        act(world, "alice", method_names::APPEAL_SLASH, appealed);
        world.pass(7 * DAY + 60);
        // The arbiter is too late.
        refuse(world, COUNCIL, method_names::CONFIRM_SLASH, appealed, ErrorCode::CaseStage);
        let prover_id = id("alice");
        let outcome = CaseOutcome::Lapsed;
        let told = act(world, "stranger", method_names::CLOSE_CASE, appealed);
        let closed = |case_id, prover_id| MarketEvent::CaseClosed { case_id, prover_id, outcome };
        assert_eq!(told, [closed(appealed, prover_id.clone())]);
        assert_eq!(world.prover("alice").unwrap().state, ProverState::Accused, "one is open");

        // The delay of the queue is over before the case is.
        world.pass(8 * DAY);
        let (withdraw, none) = (method_names::WITHDRAW_STAKE, json!({}));
        world.refuse("alice", withdraw, &none, NONE, ErrorCode::CaseOpen);
        world.pass(3 * DAY);
        refuse(world, "stranger", method_names::EXECUTE_SLASH, forgotten, ErrorCode::CaseStage);
        act(world, "alice", method_names::CLOSE_CASE, forgotten);
        let alice = world.prover("alice").unwrap();
        assert_eq!((alice.state, alice.open_cases), (ProverState::Probation, 0));
        assert_eq!(alice.weight, 3_750, "in the draw again");
        world.call("alice", withdraw, &none);
        assert_eq!(world.accounting().stakes, NEAR(1_500));
    });
}

#[test]
fn a_case_should_be_cancelled_by_office_only() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let case_id = propose(world, &accusation("alice"));
        refuse(world, "alice", method_names::CANCEL_SLASH, case_id, ErrorCode::NotPermitted);
        let told = act(world, COUNCIL, method_names::CANCEL_SLASH, case_id);
        let (prover_id, outcome) = (id("alice"), CaseOutcome::Cancelled);
        assert_eq!(told, [MarketEvent::CaseClosed { case_id, prover_id, outcome }]);
        assert_eq!(world.prover("alice").unwrap().weight, 2_500);
        assert_eq!(world.accounting().stakes, NEAR(1_000));
    });
}

#[test]
fn a_case_should_name_what_there_is() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let (method, one) = (method_names::PROPOSE_SLASH, NEAR(1));
        let alice = accusation("alice");
        let code = ErrorCode::NotPermitted;
        world.refuse("stranger", method, &alice, one, code);
        world.refuse(COUNCIL, method, &accusation("bob"), one, ErrorCode::ProverUnknown);
        let naming = |jobs: &[u64]| ProposeSlashArgs { jobs: jobs.to_vec(), ..alice.clone() };
        world.refuse(COUNCIL, method, &naming(&[1]), one, ErrorCode::JobUnknown);
        let job_id = world.fund(&world.circuit.prove(3));
        world.refuse(COUNCIL, method, &naming(&[job_id, job_id]), one, ErrorCode::BadCase);
        let many: Vec<u64> = (1..=17).collect();
        world.refuse(COUNCIL, method, &naming(&many), one, ErrorCode::BadCase);
        let forged = ProposeSlashArgs { kind: CaseKind::ForgedAttestation, ..naming(&[job_id]) };
        world.refuse(COUNCIL, method, &forged, one, ErrorCode::BadCase);
        let market = ProposeSlashArgs { reporter_id: Some(id("market")), ..alice.clone() };
        world.refuse(COUNCIL, method, &market, one, ErrorCode::ReservedAccount);
        for expected in 1..=4 {
            assert_eq!(propose(world, &alice), expected);
        }
        world.refuse(COUNCIL, method, &alice, one, ErrorCode::BadCase);
        let listed: Vec<CaseView> =
            world.view(method_names::CASES, &json!({"from": 2, "limit": 2}));
        assert_eq!(listed.iter().map(|case| case.case_id).collect::<Vec<_>>(), [2, 3]);
    });
}

#[test]
fn a_banned_prover_should_keep_and_withdraw_what_slashing_left() {
    let mut params = Params::default();
    params.slashing.forged_attestation_bps = 2_500;
    let mut world = World::with_params(86, params);
    world.register("alice", 2_000);
    let args = ProposeSlashArgs { kind: CaseKind::ForgedAttestation, ..accusation("alice") };
    let case_id = propose(&mut world, &args);
    world.pass(3 * DAY + 1);
    act(&mut world, "stranger", method_names::EXECUTE_SLASH, case_id);
    let left = world.prover("alice").unwrap().stake;
    assert_eq!(left, NEAR(1_500));
    world.call("alice", method_names::REQUEST_UNSTAKE, &json!({"amount": left}));
    world.pass(14 * DAY);
    let outcome = world.call("alice", method_names::WITHDRAW_STAKE, &json!({}));
    assert_eq!(outcome.json::<Balance>().unwrap(), left);
    assert_eq!(world.accounting().stakes, NONE);
    assert!(banned(&world, "alice"));
}

#[test]
fn a_banned_prover_should_take_no_job_with_the_stake_that_is_left() {
    let mut params = Params::default();
    params.slashing.forged_attestation_bps = 2_500;
    let mut world = World::with_params(86, params);
    world.register("alice", 2_000);
    let args = ProposeSlashArgs { kind: CaseKind::ForgedAttestation, ..accusation("alice") };
    let case_id = propose(&mut world, &args);
    world.pass(3 * DAY + 1);
    // Until the ban it is heard, and nothing but the ban stands against it afterwards.
    world.call("alice", method_names::HEARTBEAT, &json!({}));
    act(&mut world, "stranger", method_names::EXECUTE_SLASH, case_id);
    let auction = Some(AuctionArgs { max_fee: Balance::from_millinear(200), ramp_s: 60 });
    let args = FundJobArgs { auction, ..world.fund_args(&world.circuit.prove(3)) };
    let job_id = world.fund_with(&args);
    let text = world.refuse_job("alice", method_names::TAKE_JOB, job_id, ErrorCode::ProverUnfit);
    assert!(text.contains("banned"), "{text}");
}

#[test]
fn a_leak_should_be_shared_by_the_clients_it_harmed() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let roots = [3, 7];
        let mut jobs = Vec::new();
        for root in roots {
            let proved = world.circuit.prove(root);
            let (job_id, _) = world.assigned(&proved);
            world.submit("alice", job_id, &proved);
            jobs.push(job_id);
        }
        world.refuse_job("client", method_names::CLAIM_INSURANCE, jobs[0], ErrorCode::NotInsured);
        let case_id =
            propose(world, &ProposeSlashArgs { jobs: jobs.clone(), ..accusation("alice") });
        world.pass(3 * DAY + 1);
        act(world, "stranger", method_names::EXECUTE_SLASH, case_id);
        for job_id in jobs {
            assert_eq!(world.job(job_id).unwrap().harm, NEAR(500));
            let pool = world.accounting().insurance;
            let paid = world.credited("client", |world| {
                world.job_call("client", method_names::CLAIM_INSURANCE, job_id);
            });
            // The whole fee: far below a share of the pool and half of what the event brought.
            assert_eq!(paid, Balance::from_millinear(100));
            assert_eq!(sum([world.accounting().insurance, paid]), pool);
            let code = ErrorCode::NotInsured;
            world.refuse_job("client", method_names::CLAIM_INSURANCE, job_id, code);
        }
    });
}

#[test]
fn a_leak_should_be_claimed_for_a_window_that_begins_with_its_case() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let proved = world.circuit.prove(3);
        let mut jobs = Vec::new();
        for _ in 0..2 {
            let (job_id, _) = world.assigned(&proved);
            world.submit("alice", job_id, &proved);
            jobs.push(job_id);
        }
        let [first, second] = jobs[..] else { panic!() };
        // Nobody knows of it until the jobs' own windows are over.
        world.pass(31 * DAY);
        let case_id = propose(world, &ProposeSlashArgs { jobs, ..accusation("alice") });
        world.pass(3 * DAY + 1);
        act(world, "stranger", method_names::EXECUTE_SLASH, case_id);
        world.pass(29 * DAY);
        let paid = world.credited("client", |world| {
            world.job_call("client", method_names::CLAIM_INSURANCE, first);
        });
        assert_eq!(paid, Balance::from_millinear(100));
        world.pass(2 * DAY);
        let code = ErrorCode::NotInsured;
        world.refuse_job("client", method_names::CLAIM_INSURANCE, second, code);
    });
}
