//! The binary as an operator runs it: exit codes, signals, and a process killed at its work.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use alloy::primitives::U256;
use proofrail_relayer::config::TEMPLATE;
use serde_json::Value;

use crate::world::{AMOUNT, Options, World};

fn relayer(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_proofrail-relayer"));
    command.args(arguments).stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> Output {
    relayer(arguments).output().expect("the binary runs")
}

/// A service in a process of its own; killed when dropped.
struct Service {
    child: Child,
    url: String,
}

impl Service {
    fn start(world: &World) -> Self {
        let config = world.config();
        let config = config.to_str().expect("a path");
        let mut command = relayer(&["--log-format", "json", "serve", "--config", config]);
        let mut child = command.stderr(Stdio::piped()).spawn().expect("the service starts");
        let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        let bound = lines.by_ref().map(|line| line.expect("a log line")).find_map(|line| {
            let line: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}"));
            line["fields"]["bound"].as_str().map(str::to_owned)
        });
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, url: format!("http://{}", bound.expect("the service says where it listens")) }
    }

    fn terminate(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill").success());
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_killed_at_its_work_settles_once_after_its_restart() {
    let world = World::new(&Options::default()).await;
    let file = world.folder.path().join("request.json");
    fs::write(&file, serde_json::to_string(&world.request(0)).expect("JSON")).expect("a file");
    let file = file.to_str().expect("a path");
    for pause in [0, 15, 40, 80, 150] {
        let service = Service::start(&world);
        let accepted = run(&["settle", file, "--json", "--url", &service.url]);
        assert_eq!(accepted.status.code(), Some(0), "{accepted:?}");
        tokio::time::sleep(Duration::from_millis(pause)).await;
        // Dropped without a word: SIGKILL.
    }
    let service = Service::start(&world);
    let settled = run(&["settle", file, "--wait", "--json", "--url", &service.url]);
    let view: Value = serde_json::from_slice(&settled.stdout).expect("JSON");
    assert_eq!((settled.status.code(), view["status"].as_str()), (Some(0), Some("settled")));
    assert_eq!((world.paid().await, world.sent().await), (U256::from(AMOUNT), 1));

    let id = view["id"].as_str().expect("an id");
    let shown = run(&["status", id, "--url", &service.url]);
    assert!(String::from_utf8_lossy(&shown.stdout).contains("settled by"), "{shown:?}");
    assert_eq!(service.terminate(), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exit_codes_tell_what_is_at_fault() {
    let world = World::new(&Options::default()).await;
    let config = world.config();
    let config = config.to_str().expect("a path");
    let template = run(&["config-template"]);
    assert_eq!(String::from_utf8_lossy(&template.stdout), TEMPLATE);
    assert_eq!(run(&["check-config", "--config", config]).status.code(), Some(0));
    let missing = run(&["check-config", "--config", "/nowhere.toml"]);
    assert_eq!(missing.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("/nowhere.toml"), "{missing:?}");
    assert_eq!(run(&["check-config"]).status.code(), Some(2));
    let id = format!("0x{:064x}", 1);
    let nobody = run(&["status", &id, "--url", "http://127.0.0.1:1"]);
    assert_eq!(nobody.status.code(), Some(5), "{nobody:?}");

    let service = Service::start(&world);
    let unknown = run(&["status", &id, "--url", &service.url]);
    assert_eq!(unknown.status.code(), Some(4), "{unknown:?}");
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("not_found"), "{unknown:?}");
    let second = run(&["serve", "--config", config]);
    assert_eq!(second.status.code(), Some(3), "a second process must not open the database");
}
