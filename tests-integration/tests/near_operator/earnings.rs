//! Work that a prover chooses itself, and what is paid besides fees.

use std::time::Duration;

use proofrail_near_interface::{
    AuctionArgs, Capacity, Hex, JobStatus, NearToken, RegisterCostArgs, RegisterProverArgs,
    method_names,
};
use serde_json::json;

use crate::world::{World, receipt};

/// An epoch of the market's default parameters.
const EPOCH: u64 = 30 * 24 * 3_600;

fn yocto(json: &serde_json::Value) -> u128 {
    json.as_str().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_job_should_be_proved_and_its_bonus_paid_once() {
    let world = World::registered("claim_above_near = \"never\"\n").await;
    let operator = &world.operator;
    let receipt = receipt(3);
    let auction = AuctionArgs { max_fee: NearToken::from_millinear(200), ramp_s: 600 };
    let job_id = world.fund(&receipt, false, Some(auction)).await;
    let taken = operator.run(&["take", &job_id.to_string()]).await.ok();
    assert_eq!(taken["assignment"]["prover_id"], world.worker.id().to_string());
    let again = operator.run(&["take", &job_id.to_string()]).await;
    assert_eq!(again.code, Some(6), "{again:?}");

    let running = operator.spawn(&["run"]);
    world.deliver(job_id, &receipt).await;
    let job = world.until(job_id, |status| matches!(status, JobStatus::Proved { .. })).await;
    let JobStatus::Proved { split, .. } = job.status else { unreachable!() };
    running.terminate();
    running.ended().await.ok();

    let early = operator.run(&["bonus"]).await;
    assert_eq!((early.code, &early.json["code"]), (Some(6), &"E_NO_BONUS".into()), "{early:?}");
    world.advance(EPOCH).await;
    // The only prover is among the ten largest: ten percent of what it earned.
    let bonus = operator.run(&["bonus"]).await.ok();
    assert_eq!(yocto(&bonus["bonus"]), split.prover.as_yoctonear() / 10);
    let again = operator.run(&["bonus"]).await;
    assert_eq!((again.code, &again.json["code"]), (Some(6), &"E_NO_BONUS".into()));
    let claimed = operator.run(&["claim"]).await.ok();
    let earned = split.prover.as_yoctonear();
    assert_eq!(yocto(&claimed["claimed"]), earned + earned / 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_prover_should_claim_its_bonus_by_itself() {
    let world = World::registered("claim_above_near = \"never\"\n").await;
    let running = world.operator.spawn(&["run"]);
    let receipt = receipt(4);
    let job_id = world.fund_and_draw(&receipt, false).await;
    world.deliver(job_id, &receipt).await;
    world.until(job_id, |status| matches!(status, JobStatus::Proved { .. })).await;
    let earned = world.prover().await.unwrap().claimable.as_yoctonear();
    world.advance(EPOCH).await;
    for _ in 0..150 {
        if world.prover().await.unwrap().claimable.as_yoctonear() > earned {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(world.prover().await.unwrap().claimable.as_yoctonear(), earned + earned / 10);
    running.terminate();
    running.ended().await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_prover_should_be_reported_for_a_share() {
    let world = World::registered("").await;
    let silent = &world.market.prover;
    let unknown = world.operator.run(&["report-downtime", silent.id().as_str()]).await;
    assert_eq!(unknown.code, Some(6), "{unknown:?}");

    let wanted = RegisterCostArgs { account_id: silent.id().clone(), circuits: Some(1) };
    let market = world.market.market.id();
    let cost: proofrail_near_interface::CostView =
        world.near.view(market, method_names::REGISTER_COST, wanted).await.unwrap();
    let args = RegisterProverArgs {
        statement_key: Hex([5; 32]),
        capacity: Capacity {
            parallel_jobs: 1,
            circuits: vec![world.circuit_id()],
            endpoint: "https://silent.example".to_owned(),
            x25519_key: Hex([6; 32]),
        },
        stake: Some(cost.amount),
        attestation: None,
    };
    world.call(silent, method_names::REGISTER_PROVER, args, cost.total).await;
    let early = world.operator.run(&["report-downtime", silent.id().as_str()]).await;
    assert_eq!(early.code, Some(6), "{early:?}");
    // The market hears of the reporter all along, so that it is the other that is silent.
    for _ in 0..9 {
        world.advance(500).await;
        world.call(&world.worker, method_names::HEARTBEAT, json!({}), NearToken::ZERO).await;
    }
    let reported = world.operator.run(&["report-downtime", silent.id().as_str()]).await.ok();
    let share = yocto(&reported["split"]["reporter"]);
    assert!(share > 0, "{reported}");
    assert_eq!(world.prover().await.unwrap().claimable.as_yoctonear(), share);
}
