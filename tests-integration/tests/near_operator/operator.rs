//! The program `proofrail-prover`, as an operator runs it.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// How long a command may take on a loaded machine.
const LIMIT: Duration = Duration::from_secs(180);

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code; none after a signal.
    pub code: Option<i32>,
    /// What it printed.
    pub json: Value,
    /// Its log.
    pub log: String,
}

impl Ended {
    /// The report of a command that succeeded.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert_eq!(self.code, Some(0), "{}\n{}", self.json, self.log);
        self.json
    }
}

/// One operator's folder.
#[derive(Debug)]
pub struct Operator {
    folder: PathBuf,
}

impl Operator {
    /// The operator whose configuration is `folder/prover.toml`.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Runs a command to its end.
    pub async fn run(&self, args: &[&str]) -> Ended {
        self.spawn(args).ended().await
    }

    /// Starts a command.
    pub fn spawn(&self, args: &[&str]) -> Running {
        let name = format!("{}.{}", args[0], fs::read_dir(&self.folder).unwrap().count());
        let file = |suffix: &str| self.folder.join(format!("{name}.{suffix}"));
        let (out, log) = (file("json"), file("log"));
        let child = Command::new(binary())
            .current_dir(&self.folder)
            .args(args)
            .arg("--json")
            .env("RUST_LOG", "info,proofrail_prover=debug,proofrail_near_client=debug")
            .stdin(Stdio::null())
            .stdout(fs::File::create(&out).unwrap())
            .stderr(fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        Running { child, out, log }
    }
}

/// A command at work; killed when dropped.
#[derive(Debug)]
pub struct Running {
    child: Child,
    out: PathBuf,
    log: PathBuf,
}

impl Running {
    /// Waits for its end.
    pub async fn ended(mut self) -> Ended {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(start.elapsed() < LIMIT, "did not end; its log:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        let out = fs::read_to_string(&self.out).unwrap();
        let json = serde_json::from_str(&out).unwrap_or(Value::Null);
        Ended { code: status.code(), json, log: self.log() }
    }

    /// Asks it to stop.
    pub fn terminate(&self) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
    }

    /// As a power cut does.
    pub async fn kill(mut self) {
        self.child.kill().unwrap();
        self.ended().await;
    }

    /// What it logged so far.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Built by `cargo build --workspace --bins`, beside this test.
fn binary() -> PathBuf {
    let test = env::current_exe().unwrap();
    let folder = test.ancestors().skip(1).find(|folder| !folder.ends_with("deps")).unwrap();
    let path = folder.join("proofrail-prover");
    assert!(
        path.is_file(),
        "{} is not there: run `cargo build --workspace --bins`",
        path.display()
    );
    path
}
