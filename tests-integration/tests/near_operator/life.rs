//! From the stake in to the stake out.

use std::fs;

use proofrail_near_interface::{JobStatus, NearToken, ProverState};

use crate::{
    faulty_network::Fault,
    world::{World, receipt},
};

const FORTNIGHT: u64 = 14 * 24 * 3_600;

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_should_earn_and_take_everything_out_again() {
    let world = World::new("claim_above_near = \"never\"\n").await;
    let operator = &world.operator;
    let before = operator.run(&["status"]).await.ok();
    assert_eq!(before["registered"], false);
    assert_eq!(operator.run(&["online"]).await.code, Some(6));

    let registered = operator.run(&["register"]).await.ok();
    assert_eq!(registered["stake"], NearToken::from_near(1_000).as_yoctonear().to_string());
    let key: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(world.folder().join("statement.json")).unwrap())
            .unwrap();
    assert_eq!(registered["statement_key"], key["public_key"]);
    let again = operator.run(&["register"]).await;
    assert_eq!(again.code, Some(6), "{again:?}");
    assert!(again.json["error"].as_str().unwrap().contains("already"), "{again:?}");

    let running = operator.spawn(&["run"]);
    let receipt = receipt(1);
    let job_id = world.fund_and_draw(&receipt, false).await;
    // The answer to the very submission is lost: the prover must find out by itself.
    world.network.plan("send_tx", &[Fault::DropAnswer]);
    world.deliver(job_id, &receipt).await;
    let job = world.until(job_id, |status| matches!(status, JobStatus::Proved { .. })).await;
    let JobStatus::Proved { split, assignment, .. } = job.status else { unreachable!() };
    assert_eq!(assignment.prover_id, *world.worker.id());

    running.terminate();
    let ended = running.ended().await;
    let log = ended.log.clone();
    assert_eq!(ended.ok()["ended"], "stopped");
    assert!(log.contains("paid"), "{log}");
    let prover = world.prover().await.unwrap();
    assert_eq!((prover.proofs_accepted, prover.deadlines_missed), (1, 0));
    assert_eq!(prover.state, ProverState::Offline);
    assert_eq!(prover.claimable, split.prover);
    assert!(!world.folder().join(format!("inbox/{job_id}.json")).exists(), "the input is kept");
    assert_eq!(fs::read_dir(world.folder().join("state/proofs")).unwrap().count(), 0);

    let claimed = operator.run(&["claim"]).await.ok();
    assert_eq!(claimed["claimed"], split.prover.as_yoctonear().to_string());
    operator.run(&["unstake", "--all"]).await.ok();
    let early = operator.run(&["withdraw"]).await;
    assert_eq!((early.code, &early.json["code"]), (Some(6), &"E_NOTHING_RELEASED".into()));
    world.advance(FORTNIGHT).await;
    let withdrawn = operator.run(&["withdraw"]).await.ok();
    assert_eq!(withdrawn["withdrawn"], NearToken::from_near(1_000).as_yoctonear().to_string());
    operator.run(&["leave"]).await.ok();
    assert!(world.prover().await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenged_commitment_should_be_revealed_after_a_restart() {
    let world = World::registered("commitments = true\n").await;
    let running = world.operator.spawn(&["run"]);
    let receipt = receipt(2);
    let job_id = world.fund_and_draw(&receipt, true).await;
    world.deliver(job_id, &receipt).await;
    world.until(job_id, |status| matches!(status, JobStatus::Committed { .. })).await;
    // A commitment may be challenged for days: stopping does not wait for that.
    running.terminate();
    assert_eq!(running.ended().await.ok()["ended"], "stopped");

    let job = proofrail_near_interface::JobArgs { job_id };
    let bond = NearToken::from_near(1);
    world.call(&world.market.client, "challenge_commitment", job, bond).await;
    let running = world.operator.spawn(&["run"]);
    world.until(job_id, |status| matches!(status, JobStatus::Proved { .. })).await;
    running.terminate();
    running.ended().await.ok();
    assert_eq!(world.prover().await.unwrap().proofs_accepted, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_should_say_what_is_wrong_before_money_moves() {
    let world = World::new("").await;
    let config = world.folder().join("prover.toml");
    let text = fs::read_to_string(&config).unwrap();
    let cases = [
        ("account = {", "acount = {", 3, "acount"),
        ("key_file = \"account.json\"", "key_file = \"none.json\"", 5, "none.json"),
        ("allow_insecure_dev_keys = true", "", 5, "insecure development setup"),
        ("circuits = [\"receipt\"]", "circuits = [\"recipe\"]", 3, "recipe"),
        ("rpc_url = \"http", "rpc_url = \"http://127.0.0.1:1/", 7, "nothing was sent"),
    ];
    for (from, to, code, named) in cases {
        fs::write(&config, text.replacen(from, to, 1)).unwrap();
        let command: &[&str] = if code == 7 { &["online"] } else { &["register"] };
        let ended = world.operator.run(command).await;
        let error = ended.json["error"].as_str().unwrap_or_default().to_owned();
        assert_eq!(ended.code, Some(code), "{to}: {error}");
        assert!(error.contains(named), "{to}: {error}");
    }
    fs::write(&config, text).unwrap();
    let poor = world.operator.run(&["register", "--stake", "5000"]).await;
    assert_eq!(poor.code, Some(6));
    assert!(poor.json["error"].as_str().unwrap().contains("send it the rest"));
    assert!(world.prover().await.is_none());
    assert_eq!(world.network.sent(), 0);
}
