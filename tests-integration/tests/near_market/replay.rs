//! The tool that replays draws, against a node.

use std::path::Path;
use std::process::{Command, Output};

use near_devnode::{Node, NodeOptions, server};
use proofrail_near_interface::{DrawReplayView, JobArgs, method_names};
use proofrail_tests_integration::replay::{Report, Views};
use serde_json::json;

use crate::world::World;

fn tool(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_proofrail-replay-draw")).args(args).output().unwrap()
}

fn report(output: &Output) -> Report {
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// Two drawn jobs, the first of a set that the market has forgotten, and an undrawn one.
fn world() -> (World, [DrawReplayView; 2]) {
    let mut world = World::new(86);
    for (who, stake) in [("alice", 1_000), ("bob", 3_000)] {
        world.register(who, stake);
    }
    let proved = world.circuit.prove(3);
    let old = world.fund(&proved);
    world.draw(old);
    world.register("carol", 5_000);
    world.pass(901);
    let new = world.fund(&proved);
    world.draw(new);
    world.fund(&proved);
    let views = [old, new].map(|job_id| {
        world
            .view::<Option<DrawReplayView>>(method_names::DRAW_REPLAY, &JobArgs { job_id })
            .unwrap()
    });
    (world, views)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tool_should_replay_live_and_forgotten_sets_and_see_a_forgery() {
    let (world, views) = world();
    assert_eq!(views.clone().map(|view| view.set_is_live), [false, true]);
    let node = Node::new(world.market.chain, NodeOptions::default());
    let listener = server::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let stopped = async move { _ = stopped.await };
    let served = tokio::spawn(server::serve(node, listener, stopped));

    let checked = tokio::task::spawn_blocking(move || check_node(&url, &views)).await;
    stop.send(()).unwrap();
    served.await.unwrap().unwrap();
    checked.unwrap();
}

fn check_node(url: &str, views: &[DrawReplayView; 2]) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("draw.json");
    let path = file.to_str().unwrap();
    let market = views[0].market_id.to_string();
    let node = ["--node", url, "--market", &market];
    for view in views {
        let job = view.job_id.to_string();
        let output = tool(&[&node[..], &["--job", &job, "--json", "--save", path]].concat());
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let report = report(&output);
        assert!(report.follows);
        assert_eq!((report.seat, report.weight), (view.seat, view.draw.weight));
        assert_eq!(report.seats, if view.set_is_live { 3 } else { 2 });
        check_file(&file, view);
    }
    // The third job is not drawn, the fourth is none.
    for job in ["3", "4"] {
        let output = tool(&[&node[..], &["--job", job]].concat());
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("no draw to replay"));
    }
    let output = tool(&["--node", url, "--market", "nobody.test.near", "--job", "1"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}

fn check_file(file: &Path, view: &DrawReplayView) {
    let path = file.to_str().unwrap();
    let output = tool(&["--file", path]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("follows from its seed"));
    let mut views: Views = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    assert_eq!(views.replay, *view);
    // Whoever was drawn, the record now says another.
    let other = views.seats.iter().find(|seat| seat.seat != view.seat).unwrap().seat;
    views.replay.seat = other;
    std::fs::write(file, json!(views).to_string()).unwrap();
    let output = tool(&["--file", path, "--json"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let report = report(&output);
    assert!(!report.follows && report.departure.is_some(), "{report:?}");
    let output = tool(&["--file", path, "--job", "77"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}
