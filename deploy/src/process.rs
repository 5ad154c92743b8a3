//! Child processes that never outlive the process that started them, unless they are told to.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process_group, test_kill_process};

/// How long a process may take to end by itself before it is killed.
const GRACE: Duration = Duration::from_secs(2);
/// How much of a log an error message quotes, in bytes.
const LOG_TAIL: usize = 2_000;
/// Waits for its standard input to close, which the kernel does when our process ends in any way,
/// and then kills the group whose id it was given.
const WATCHDOG: &str = r#"cat >/dev/null; kill -s KILL -- "-$1""#;

/// Why a child process could not be started or watched.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// The log file could not be created.
    #[error("cannot write the log of {name} at {path}: {source}")]
    Log {
        /// The process.
        name: String,
        /// The log file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The program could not be started.
    #[error("cannot start {name}: {source}")]
    Spawn {
        /// The process.
        name: String,
        /// What the system said.
        source: io::Error,
    },
    /// Its state could not be read.
    #[error("cannot read the state of {name}: {source}")]
    Wait {
        /// The process.
        name: String,
        /// What the system said.
        source: io::Error,
    },
    /// It ended before it was ready.
    #[error("{name} ended with {status} before it was ready; its log ends:\n{log}")]
    Ended {
        /// The process.
        name: String,
        /// How it ended.
        status: ExitStatus,
        /// The end of its log.
        log: String,
    },
    /// It did not become ready in time.
    #[error("{name} was not ready after {waited:?}; its log ends:\n{log}")]
    NotReady {
        /// The process.
        name: String,
        /// How long it was waited for.
        waited: Duration,
        /// The end of its log.
        log: String,
    },
}

/// A child in a process group of its own, whose output goes to a file.
///
/// Dropping it stops the whole group. When our process dies without dropping (a signal, an abort),
/// a watchdog shell that holds the other end of a pipe kills the group.
#[derive(Debug)]
pub struct ManagedProcess {
    name: String,
    child: Child,
    group: Pid,
    watchdog: Option<Child>,
    log: PathBuf,
}

impl ManagedProcess {
    /// Starts `command` with its output in `log`.
    ///
    /// # Errors
    /// [`ProcessError`] when the log cannot be written or the program not started.
    pub fn spawn(name: &str, mut command: Command, log: &Path) -> Result<Self, ProcessError> {
        let (output, errors) = open_log(log).map_err(|source| ProcessError::Log {
            name: name.to_owned(),
            path: log.to_path_buf(),
            source,
        })?;
        let spawn_error = |source| ProcessError::Spawn { name: name.to_owned(), source };
        let mut child = command
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .process_group(0)
            .spawn()
            .map_err(spawn_error)?;
        let group = Pid::from_child(&child);
        match watch(group) {
            Ok(watchdog) => Ok(Self {
                name: name.to_owned(),
                child,
                group,
                watchdog: Some(watchdog),
                log: log.to_path_buf(),
            }),
            Err(source) => {
                stop_group(group, &mut child);
                Err(spawn_error(source))
            }
        }
    }

    /// The process id, which is also the id of its group.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The file that holds its output.
    #[must_use]
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// Waits until `ready` finds what it needs in the log, and returns it.
    ///
    /// # Errors
    /// [`ProcessError::Ended`] or [`ProcessError::NotReady`], with the end of the log.
    pub async fn wait_for<T>(
        &mut self,
        limit: Duration,
        mut ready: impl FnMut(&str) -> Option<T>,
    ) -> Result<T, ProcessError> {
        let start = Instant::now();
        loop {
            let log = fs::read_to_string(&self.log).unwrap_or_default();
            if let Some(found) = ready(&log) {
                return Ok(found);
            }
            let name = self.name.clone();
            match self.child.try_wait() {
                Ok(Some(status)) => {
                    return Err(ProcessError::Ended { name, status, log: tail(&log) });
                }
                Ok(None) if start.elapsed() >= limit => {
                    return Err(ProcessError::NotReady { name, waited: limit, log: tail(&log) });
                }
                Ok(None) => tokio::time::sleep(Duration::from_millis(20)).await,
                Err(source) => return Err(ProcessError::Wait { name, source }),
            }
        }
    }

    /// Leaves the process running after ours ends, and returns its id.
    #[must_use]
    pub fn detach(mut self) -> u32 {
        self.dismiss_watchdog();
        // A dropped `Child` is neither killed nor waited for; without a watchdog, `Drop` leaves it.
        self.child.id()
    }

    fn dismiss_watchdog(&mut self) -> bool {
        let Some(mut watchdog) = self.watchdog.take() else { return false };
        // Kill it before its pipe closes, or it would take the group with it.
        let group = Pid::from_child(&watchdog);
        let _gone_already = kill_process_group(group, Signal::KILL);
        let _reaped = watchdog.wait();
        true
    }
}

impl Drop for ManagedProcess {
    fn drop(&mut self) {
        if self.watchdog.is_some() {
            stop_group(self.group, &mut self.child);
            self.dismiss_watchdog();
        }
    }
}

/// Whether a process with this id exists and has not ended.
#[must_use]
pub fn is_running(pid: u32) -> bool {
    raw(pid).is_some_and(|pid| test_kill_process(pid).is_ok()) && !is_zombie(pid)
}

/// Whether the process has ended and only waits for its parent to notice; in a container nobody
/// may ever do.
fn is_zombie(pid: u32) -> bool {
    // proc_pid_stat(5): the state follows the name, which is in parentheses and may hold any byte.
    let Ok(stat) = fs::read(format!("/proc/{pid}/stat")) else { return false };
    let state = stat.iter().rposition(|&byte| byte == b')').and_then(|end| stat.get(end + 2));
    state == Some(&b'Z')
}

/// Stops the process group that a detached process leads; false when there is none.
#[must_use]
pub fn stop_detached(pid: u32) -> bool {
    let Some(group) = raw(pid) else { return false };
    if kill_process_group(group, Signal::TERM).is_err() {
        return false;
    }
    let start = Instant::now();
    while start.elapsed() < GRACE {
        if !is_running(pid) {
            return true;
        }
        thread::sleep(Duration::from_millis(20));
    }
    kill_process_group(group, Signal::KILL).is_ok()
}

fn raw(pid: u32) -> Option<Pid> {
    i32::try_from(pid).ok().and_then(Pid::from_raw)
}

fn watch(group: Pid) -> io::Result<Child> {
    Command::new("sh")
        .args(["-c", WATCHDOG, "watchdog", &group.as_raw_nonzero().to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
}

fn stop_group(group: Pid, leader: &mut Child) {
    let _gone_already = kill_process_group(group, Signal::TERM);
    let start = Instant::now();
    while start.elapsed() < GRACE && matches!(leader.try_wait(), Ok(None)) {
        thread::sleep(Duration::from_millis(5));
    }
    // The leader may have left children behind.
    let _gone_already = kill_process_group(group, Signal::KILL);
    let _reaped = leader.wait();
}

fn open_log(path: &Path) -> io::Result<(File, File)> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    let file = OpenOptions::new().create(true).write(true).truncate(true).open(path)?;
    let copy = file.try_clone()?;
    Ok((file, copy))
}

fn tail(log: &str) -> String {
    let mut start = log.len().saturating_sub(LOG_TAIL);
    while !log.is_char_boundary(start) {
        start += 1;
    }
    log[start..].trim_end().to_owned()
}
