//! A prover whose work fails takes no more of it.

use proofrail_near_interface::{JobStatus, ProverState};

use crate::world::{World, receipt};

const DEADLINE: u64 = 600;

#[tokio::test(flavor = "multi_thread")]
async fn a_prover_that_misses_deadlines_should_drain_itself() {
    let world = World::registered("max_failures = 1\n").await;
    let running = world.operator.spawn(&["run"]);
    let job_id = world.fund_and_draw(&receipt(1), false).await;
    world.advance(DEADLINE + 1).await;
    let ended = running.ended().await;
    assert_eq!(ended.code, Some(8), "{}", ended.log);
    assert!(ended.json["error"].as_str().unwrap().contains("drained after 1 failure"));
    assert_eq!(world.prover().await.unwrap().state, ProverState::Offline);
    assert!(matches!(world.job(job_id).await.status, JobStatus::Assigned { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_input_for_another_statement_should_be_reported() {
    let world = World::registered("max_failures = 1\n").await;
    let running = world.operator.spawn(&["run"]);
    let job_id = world.fund_and_draw(&receipt(1), false).await;
    world.deliver(job_id, &receipt(2)).await;
    // There is time for the right input first.
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert_eq!(world.job(job_id).await.doubted_by, None);
    world.advance(DEADLINE / 2 + 10).await;
    let job = world.until(job_id, |status| !matches!(status, JobStatus::Assigned { .. })).await;
    let seat = world.prover().await.unwrap().seat;
    assert_eq!((job.doubted_by, job.excluded.contains(&seat)), (Some(seat), true), "{job:?}");
    running.terminate();
    // Saying that an input is bad is no failure of the prover.
    assert_eq!(running.ended().await.ok()["ended"], "stopped");
    assert_eq!(world.prover().await.unwrap().deadlines_missed, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_input_should_be_proved_after_a_wrong_one() {
    let world = World::registered("").await;
    let running = world.operator.spawn(&["run"]);
    let job_id = world.fund_and_draw(&receipt(1), false).await;
    world.deliver(job_id, &receipt(2)).await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    world.deliver(job_id, &receipt(1)).await;
    world.until(job_id, |status| matches!(status, JobStatus::Proved { .. })).await;
    running.terminate();
    running.ended().await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_runs_of_one_prover_should_not_be_possible() {
    let world = World::registered("").await;
    let first = world.operator.spawn(&["run"]);
    while !first.log().contains("running") {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let second = world.operator.run(&["run"]).await;
    assert_eq!(second.code, Some(1), "{}", second.log);
    assert!(second.json["error"].as_str().unwrap().contains("one at a time"), "{}", second.json);
    first.terminate();
    first.ended().await.ok();
}
