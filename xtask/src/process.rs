//! Starting other programs: announced, with their output on stderr, and with a clear failure.

use crate::error::{Error, Result};
use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};

/// The repository's root folder.
pub(crate) fn root() -> PathBuf {
    let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().map(PathBuf::from).unwrap_or(manifest)
}

/// Cargo's target folder for the host workspace.
pub(crate) fn target_dir() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The cargo that started us, so that a `+toolchain` stays in force.
pub(crate) fn cargo() -> Step {
    Step::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// One command to run in the repository's root.
#[derive(Debug)]
pub(crate) struct Step {
    command: Command,
    cure: Option<String>,
}

impl Step {
    /// Prepares `program`; nothing runs yet.
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program);
        command.current_dir(root());
        Self { command, cure: None }
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    pub(crate) fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    pub(crate) fn env(mut self, key: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(key, value);
        self
    }

    pub(crate) fn dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.command.current_dir(dir.into());
        self
    }

    /// What to tell the user when the command fails.
    pub(crate) fn cure(mut self, cure: impl Into<String>) -> Self {
        self.cure = Some(cure.into());
        self
    }

    /// Runs the command with its output on stderr, so that stdout stays free for `--json`.
    pub(crate) fn run(mut self, what: &str) -> Result<()> {
        announce(what);
        self.command.stdout(std::io::stderr()).stdin(Stdio::null());
        self.wait(what)
    }

    /// Runs the command with our own stdout: for the last step, whose output is the result.
    pub(crate) fn run_in_front(self, what: &str) -> Result<()> {
        announce(what);
        self.wait(what)
    }

    /// Runs the command with its output on stderr, line by line as it comes, and returns what was its stdout.
    pub(crate) fn run_read(mut self, what: &str) -> Result<String> {
        announce(what);
        let command = self.shown();
        let failed = |source| Error::Spawn { command: command.clone(), source };
        self.command.stdout(Stdio::piped()).stdin(Stdio::null());
        let mut child = self.command.spawn().map_err(failed)?;
        let mut text = String::new();
        for line in child.stdout.take().into_iter().flat_map(|out| BufReader::new(out).lines()) {
            let line = line.map_err(failed)?;
            eprintln!("{line}");
            text.push_str(&line);
            text.push('\n');
        }
        self.judge(what, child.wait().map_err(failed)?)?;
        Ok(text)
    }

    /// Runs quietly and returns stdout; `None` where the program is missing or fails.
    pub(crate) fn output(mut self) -> Option<String> {
        let output = self.command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        output.status.success().then_some(text)
    }

    /// Replaces this process, so that Ctrl-C and the exit status are the program's own.
    pub(crate) fn exec(mut self) -> Result<()> {
        use std::os::unix::process::CommandExt;
        let source = self.command.exec();
        Err(Error::Spawn { command: self.shown(), source })
    }

    fn wait(mut self, what: &str) -> Result<()> {
        let command = self.shown();
        let status = self.command.status().map_err(|source| Error::Spawn { command, source })?;
        self.judge(what, status)
    }

    fn judge(self, what: &str, status: ExitStatus) -> Result<()> {
        if status.success() {
            return Ok(());
        }
        Err(Error::Failed {
            what: what.to_owned(),
            command: self.shown(),
            status: status.to_string(),
            cure: self.cure,
        })
    }

    fn shown(&self) -> String {
        let words = std::iter::once(self.command.get_program()).chain(self.command.get_args());
        words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }
}

/// One line that says what happens next.
pub(crate) fn announce(what: &str) {
    eprintln!("==> {what}");
}
