//! Fee auctions: the fee rises until a fit prover takes the job.

use near_devnode::Balance;
use proofrail_near_interface::{
    AssignmentView, AuctionArgs, Capacity, CostView, ErrorCode, FundCostArgs, FundJobArgs,
    JobStatus, MarketEvent, Ramp, method_names,
};
use serde_json::json;

use crate::at_each_version;
use crate::proofs::{Proved, circuit_id};
use crate::world::{DEADLINE_S, OTHER_CIRCUIT, World, events, id, minus, part, sum};

const TAKE: &str = method_names::TAKE_JOB;
const START: Balance = Balance::from_millinear(100);
const MAX: Balance = Balance::from_millinear(500);
const RAMP_S: u64 = 400;

fn auction(world: &World, proved: &Proved) -> FundJobArgs {
    let auction = Some(AuctionArgs { max_fee: MAX, ramp_s: RAMP_S });
    FundJobArgs { auction, ..world.fund_args(proved) }
}

#[test]
fn a_job_should_be_taken_at_the_fee_of_the_moment_and_the_rest_go_back() {
    at_each_version(|world| {
        let proved = world.circuit.prove(3);
        let args = auction(world, &proved);
        // An auction needs no prover yet; all of the highest fee is held.
        let cost = FundCostArgs { client_id: id("client"), job: args.clone() };
        let cost: CostView = world.view(method_names::FUND_COST, &cost);
        assert_eq!(cost.amount, MAX);
        let job_id = world.fund_with(&args);
        assert_eq!(world.accounting().fees, MAX);
        let JobStatus::Auction { opened_at, close_at, ramp } = world.status(job_id) else {
            panic!("{:?}", world.status(job_id))
        };
        assert_eq!(ramp, Ramp { start: START, max: MAX, ramp_s: RAMP_S });
        assert_eq!(close_at, opened_at + RAMP_S + 900);
        world.register("alice", 1_000);
        world.refuse_job("stranger", method_names::DRAW, job_id, ErrorCode::JobState);

        world.pass(100);
        let before = world.claimable("client");
        let outcome = world.job_call("alice", TAKE, job_id);
        let told = events(&outcome);
        let taken: AssignmentView = outcome.json().unwrap();
        let fee = ramp.price_at(taken.assigned_at - opened_at);
        assert!(START < fee && fee < MAX);
        assert_eq!(world.job(job_id).unwrap().fee, fee);
        assert_eq!(minus(world.claimable("client"), before), minus(MAX, fee));
        assert_eq!(world.accounting().fees, fee);
        assert_eq!((taken.prover_id.clone(), taken.draw.clone()), (id("alice"), None));
        assert!(told.contains(&MarketEvent::JobAssigned { job_id, assignment: taken }));
        let earned = world.credited("alice", |world| {
            world.submit("alice", job_id, &proved);
        });
        let shares = sum([part(fee, 2_000), part(fee, 1_000)]);
        assert_eq!(earned, minus(fee, shares));
    });
}

#[test]
fn only_a_fit_prover_should_take_a_job() {
    at_each_version(|world| {
        let proved = world.circuit.prove(3);
        let args = auction(world, &proved);
        let job_id = world.fund_with(&args);
        world.refuse_job("stranger", TAKE, job_id, ErrorCode::ProverUnknown);
        world.register("alice", 1_000);
        world.call("alice", method_names::GO_OFFLINE, &json!({}));
        let text = world.refuse_job("alice", TAKE, job_id, ErrorCode::ProverUnfit);
        assert!(text.contains("offline"), "{text}");
        world.call("alice", method_names::GO_ONLINE, &json!({}));
        let capacity = Capacity { circuits: vec![circuit_id(OTHER_CIRCUIT)], ..World::capacity() };
        let deposit = Balance::from_millinear(100);
        world.ok("alice", method_names::SET_CAPACITY, &capacity, deposit);
        let text = world.refuse_job("alice", TAKE, job_id, ErrorCode::ProverUnfit);
        assert!(text.contains("do not serve"), "{text}");
        // Nothing of the client's came back by all this.
        assert_eq!((world.accounting().fees, world.claimable("client")), (MAX, Balance::ZERO));
    });
}

#[test]
fn an_auction_should_close_and_refund_and_a_missed_one_be_drawn() {
    at_each_version(|world| {
        world.register("alice", 1_010);
        let proved = world.circuit.prove(3);
        let args = auction(world, &proved);
        let (untaken, missed) = (world.fund_with(&args), world.fund_with(&args));
        let JobStatus::Auction { close_at, .. } = world.status(untaken) else { panic!() };
        world.refuse_job("client", method_names::REFUND_JOB, untaken, ErrorCode::NotRefundable);
        world.job_call("alice", TAKE, missed);
        let fee = world.job(missed).unwrap().fee;
        world.refuse_job("alice", TAKE, missed, ErrorCode::JobState);
        world.pass(DEADLINE_S + 1);
        world.register("bob", 1_000);
        world.job_call("stranger", method_names::POKE, missed);
        let again = world.draw(missed);
        assert_eq!((again.prover_id, again.draw.unwrap().round), (id("bob"), 1));
        assert_eq!(world.job(missed).unwrap().fee, fee, "the fee stays what it was taken at");
        world.pass_after(close_at);
        world.refuse_job("alice", TAKE, untaken, ErrorCode::AuctionClosed);
        let refunded = world.credited("client", |world| {
            world.job_call("stranger", method_names::REFUND_JOB, untaken);
        });
        assert_eq!(refunded, MAX);
    });
}

#[test]
fn a_ramp_should_not_fall_or_last_for_ever() {
    at_each_version(|world| {
        let good = auction(world, &world.circuit.prove(3));
        let near = Balance::from_near(1);
        let ramp = |max_fee, ramp_s| Some(AuctionArgs { max_fee, ramp_s });
        let code = ErrorCode::BadAuction;
        for auction in [ramp(Balance::from_millinear(99), 1), ramp(MAX, 366 * 24 * 3_600 + 1)] {
            let bad = FundJobArgs { auction, ..good.clone() };
            world.refuse("client", method_names::FUND_JOB, &bad, near, code);
        }
        let cheap = FundJobArgs { fee: Some(Balance::from_millinear(99)), ..good };
        world.refuse("client", method_names::FUND_JOB, &cheap, near, ErrorCode::FeeTooSmall);
    });
}
