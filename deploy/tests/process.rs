//! Children end with their parent, however it ends.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    env,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use proofrail_deploy::process::{ManagedProcess, is_running, stop_detached};

/// Set to the log file for the run of this program that is a parent.
const PARENT: &str = "PROOFRAIL_TEST_PARENT_LOG";

/// A child that has a child of its own.
fn family(log: &Path) -> ManagedProcess {
    let mut command = Command::new("sh");
    command.args(["-c", "sleep 600 & echo $!; wait"]);
    ManagedProcess::spawn("family", command, log).unwrap()
}

async fn grandchild(family: &mut ManagedProcess) -> u32 {
    let first_line = |log: &str| log.split_once('\n').and_then(|(line, _)| line.parse().ok());
    family.wait_for(Duration::from_secs(30), first_line).await.unwrap()
}

fn ends_soon(pid: u32) -> bool {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(30) {
        if !is_running(pid) {
            return true;
        }
        thread::sleep(Duration::from_millis(10));
    }
    false
}

#[tokio::test]
async fn dropping_stops_the_whole_group() {
    let logs = tempfile::tempdir().unwrap();
    let mut family = family(&logs.path().join("log"));
    let (child, grandchild) = (family.pid(), grandchild(&mut family).await);
    assert!(is_running(child) && is_running(grandchild));

    drop(family);

    assert!(!is_running(child));
    assert!(ends_soon(grandchild));
}

#[tokio::test]
async fn a_detached_group_survives_until_it_is_stopped() {
    let logs = tempfile::tempdir().unwrap();
    let mut family = family(&logs.path().join("log"));
    let grandchild = grandchild(&mut family).await;

    let leader = family.detach();

    // The watchdog would act as soon as its pipe closes, which `detach` has done.
    thread::sleep(Duration::from_millis(200));
    assert!(is_running(leader) && is_running(grandchild));
    assert!(stop_detached(leader));
    assert!(ends_soon(grandchild));
}

#[tokio::test]
async fn a_parent_that_is_killed_takes_its_children_along() {
    let logs = tempfile::tempdir().unwrap();
    let log = logs.path().join("log");
    let mut parent = Command::new(env::current_exe().unwrap())
        .args(["--ignored", "--exact", "run_as_parent"])
        .env(PARENT, &log)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let grandchild = loop {
        let text = std::fs::read_to_string(&log).unwrap_or_default();
        if let Some((pid, _)) = text.split_once('\n') {
            break pid.parse().unwrap();
        }
        assert!(parent.try_wait().unwrap().is_none(), "the parent ended before it began");
        thread::sleep(Duration::from_millis(10));
    };
    assert!(is_running(grandchild));

    parent.kill().unwrap();
    parent.wait().unwrap();

    assert!(ends_soon(grandchild));
}

#[test]
#[ignore = "the parent of a_parent_that_is_killed_takes_its_children_along"]
fn run_as_parent() {
    let Some(log) = env::var_os(PARENT) else { return };
    let _family = family(Path::new(&log));
    thread::sleep(Duration::from_secs(600));
}

#[tokio::test]
async fn a_program_that_ends_too_early_is_quoted() {
    let logs = tempfile::tempdir().unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", "echo the port is taken >&2; exit 3"]);
    let mut process = ManagedProcess::spawn("node", command, &logs.path().join("log")).unwrap();

    let never = |_: &str| None::<()>;
    let error = process.wait_for(Duration::from_secs(30), never).await.unwrap_err();

    let message = error.to_string();
    assert!(message.contains("node ended with exit status: 3"), "{message}");
    assert!(message.contains("the port is taken"), "{message}");
}
