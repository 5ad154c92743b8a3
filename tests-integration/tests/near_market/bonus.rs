//! Bonuses of an epoch: who earned one, what pays it, and where the rest goes.

use near_devnode::Balance;
use proofrail_near_interface::rules::bonus::TOP;
use proofrail_near_interface::{
    AuctionArgs, ClaimBonusArgs, EpochsView, ErrorCode, FundJobArgs, MarketEvent, Params,
    method_names,
};
use serde_json::json;

use crate::world::{SET_INTERVAL_S, World, account, events, id, minus, part, short, sum};

const EPOCH_S: u64 = 6_000;
const NONE: Balance = Balance::ZERO;

fn market(protocol_version: u32) -> World {
    let params = Params { epoch_s: EPOCH_S, ..Params::default() };
    World::with_params(protocol_version, params)
}

fn epochs(world: &World) -> EpochsView {
    world.view(method_names::EPOCHS, &json!({}))
}

/// Passes time until the next epoch; those named are heard all the while.
fn pass_epoch(world: &mut World, heard: &[&str]) -> u32 {
    let before = epochs(world).this;
    while world.now() < before.ends_at {
        let left = before.ends_at - world.now();
        world.pass(left.min(500));
        for who in heard {
            world.call(who, method_names::HEARTBEAT, &json!({}));
        }
    }
    before.epoch
}

/// Has somebody serve a job of one NEAR; returns who.
fn serve(world: &mut World, root: u64) -> String {
    let proved = world.circuit.prove(root);
    let mut args = world.fund_args(&proved);
    args.fee = Some(Balance::from_near(1));
    let job_id = world.fund_with(&args);
    let prover = short(&world.draw(job_id).prover_id);
    world.submit(&prover, job_id, &proved);
    world.pass(SET_INTERVAL_S);
    prover
}

fn claim(world: &mut World, who: &str, epoch: u32) -> Balance {
    let outcome = world.call(who, method_names::CLAIM_BONUS, &ClaimBonusArgs { epoch });
    outcome.json().unwrap()
}

fn refuse(world: &mut World, who: &str, epoch: u32, code: ErrorCode) {
    world.refuse(who, method_names::CLAIM_BONUS, &ClaimBonusArgs { epoch }, NONE, code);
}

#[test]
fn earnings_should_set_both_bonuses_aside_out_of_the_treasury_s_share() {
    for version in crate::PROTOCOL_VERSIONS {
        let mut world = market(version);
        world.register("alice", 1_000);
        serve(&mut world, 3);
        let books = world.accounting();
        let earned = part(Balance::from_near(1), 7_000);
        assert_eq!(world.claimable("alice"), earned);
        assert_eq!(books.bonus_reserve, part(earned, 1_500));
        let share = part(Balance::from_near(1), 2_000);
        assert_eq!(sum([books.treasury, books.bonus_reserve]), share);
        assert_eq!(books.insurance, part(Balance::from_near(1), 1_000));
        let EpochsView { this, last } = epochs(&world);
        assert_eq!((this.reserve, last.reserve), (books.bonus_reserve, NONE));
        assert_eq!(this.leaderboard[0].volume, earned);
        assert_eq!(this.leaderboard[0].prover_id, Some(id("alice")));
        assert_eq!(world.prover("alice").unwrap().epoch_volume, earned);
    }
}

#[test]
fn a_prover_that_was_up_should_get_both_bonuses_once() {
    for version in crate::PROTOCOL_VERSIONS {
        let mut world = market(version);
        world.register("alice", 1_000);
        // An epoch counts from its first second.
        pass_epoch(&mut world, &["alice"]);
        serve(&mut world, 3);
        let epoch = pass_epoch(&mut world, &["alice"]);
        let earned = part(Balance::from_near(1), 7_000);
        let reserve = world.accounting();
        let bonus = part(earned, 1_500);
        let credited =
            world.credited("alice", |world| assert_eq!(claim(world, "alice", epoch), bonus));
        assert_eq!(credited, bonus);
        let books = world.accounting();
        let before = sum([reserve.bonus_reserve, reserve.last_bonus_reserve]);
        assert_eq!(minus(before, sum([books.bonus_reserve, books.last_bonus_reserve])), bonus);
        refuse(&mut world, "alice", epoch, ErrorCode::NoBonus);
        refuse(&mut world, "alice", epoch + 1, ErrorCode::EpochNotClaimable);
        refuse(&mut world, "bob", epoch, ErrorCode::ProverUnknown);
    }
}

#[test]
fn a_prover_that_was_away_should_get_the_bonus_for_volume_only() {
    let mut world = market(86);
    world.register("alice", 1_000);
    world.register("bob", 1_000);
    pass_epoch(&mut world, &["alice", "bob"]);
    serve(&mut world, 3);
    serve(&mut world, 7);
    // Ten minutes offline are more than a thousandth of the epoch; ten seconds would be, too.
    for who in ["alice", "bob"] {
        world.call(who, method_names::GO_OFFLINE, &json!({}));
    }
    world.pass(600);
    for who in ["alice", "bob"] {
        world.call(who, method_names::GO_ONLINE, &json!({}));
    }
    let epoch = pass_epoch(&mut world, &["alice", "bob"]);
    for who in ["alice", "bob"] {
        let earned: Balance = epochs(&world)
            .last
            .leaderboard
            .iter()
            .filter(|leader| leader.prover_id == Some(id(who)))
            .map(|leader| leader.volume)
            .fold(NONE, |a, b| sum([a, b]));
        if earned == NONE {
            refuse(&mut world, who, epoch, ErrorCode::NoBonus);
        } else {
            assert_eq!(claim(&mut world, who, epoch), part(earned, 1_000));
        }
    }
}

#[test]
fn only_the_ten_that_earned_most_should_get_the_bonus_for_volume() {
    let mut world = market(86);
    pass_epoch(&mut world, &[]);
    // Whoever registers now was not up all the time: the bonus for volume stands alone.
    world.pass(600);
    let provers: Vec<String> = (0..=TOP).map(|number| format!("prover{number}")).collect();
    let proved = world.circuit.prove(3);
    for (millinear, prover) in (200..).zip(&provers) {
        world.chain.create_account(&account(prover), Balance::from_near(1_100)).unwrap();
        world.register(prover, 1_000);
        let fee = Balance::from_millinear(millinear);
        let auction = Some(AuctionArgs { max_fee: fee, ramp_s: 0 });
        let args = FundJobArgs { fee: Some(fee), auction, ..world.fund_args(&proved) };
        let job_id = world.fund_with(&args);
        world.job_call(prover, method_names::TAKE_JOB, job_id);
        world.submit(prover, job_id, &proved);
    }
    let epoch = pass_epoch(&mut world, &[]);
    assert_eq!(epochs(&world).last.leaderboard.len(), TOP);
    refuse(&mut world, &provers[0], epoch, ErrorCode::NoBonus);
    for (millinear, prover) in (200..).zip(&provers).skip(1) {
        let earned = part(Balance::from_millinear(millinear), 7_000);
        assert_eq!(claim(&mut world, prover, epoch), part(earned, 1_000), "{prover}");
    }
}

#[test]
fn silence_at_the_end_of_the_epoch_should_count_though_nobody_saw_it() {
    let mut world = market(86);
    world.register("alice", 1_000);
    pass_epoch(&mut world, &["alice"]);
    serve(&mut world, 3);
    let epoch = pass_epoch(&mut world, &[]);
    assert_eq!(claim(&mut world, "alice", epoch), part(part(Balance::from_near(1), 7_000), 1_000));
}

#[test]
fn what_nobody_claimed_should_go_back_to_the_treasury() {
    let mut world = market(86);
    world.register("alice", 1_000);
    serve(&mut world, 3);
    let set_aside = world.accounting().bonus_reserve;
    let treasury = world.accounting().treasury;
    pass_epoch(&mut world, &["alice"]);
    assert_eq!(epochs(&world).last.reserve, set_aside, "to be claimed for another epoch");
    pass_epoch(&mut world, &["alice"]);
    world.call("alice", method_names::HEARTBEAT, &json!({}));
    let books = world.accounting();
    assert_eq!((books.bonus_reserve, books.last_bonus_reserve), (NONE, NONE));
    assert_eq!(minus(books.treasury, treasury), set_aside);
}

#[test]
fn the_first_call_of_an_epoch_should_begin_it() {
    let mut world = market(86);
    world.register("alice", 1_000);
    let next = epochs(&world).this;
    world.pass_until(next.ends_at);
    let outcome = world.call("alice", method_names::HEARTBEAT, &json!({}));
    let (epoch, returned) = (next.epoch + 1, NONE);
    assert_eq!(events(&outcome), [MarketEvent::EpochBegan { epoch, returned }]);
    let after = epochs(&world).this;
    assert_eq!((after.epoch, after.starts_at), (epoch, next.ends_at));
}
