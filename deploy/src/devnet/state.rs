use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use serde::{Deserialize, Serialize};

use super::DevnetError;
use crate::process::{ManagedProcess, is_running, stop_detached};

/// The program that serves workers in a process of their own.
const PROGRAM: &str = "proofrail-devnet";

/// A network that was left running.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptNetwork {
    /// Its name.
    pub network: String,
    /// Its deployment file.
    pub deployment: PathBuf,
    /// The processes of the chains and of the workers.
    pub pids: Vec<u32>,
}

impl KeptNetwork {
    pub(super) fn save(&self, directory: &Path) -> Result<(), DevnetError> {
        let path = file(directory);
        let failed = |source| DevnetError::File { action: "write", path: path.clone(), source };
        fs::create_dir_all(directory).map_err(failed)?;
        let text = serde_json::to_vec_pretty(self).map_err(|error| failed(error.into()))?;
        fs::write(&path, text).map_err(failed)
    }

    fn load(directory: &Path) -> Result<Option<Self>, DevnetError> {
        let path = file(directory);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(DevnetError::File { action: "read", path, source }),
        };
        serde_json::from_str(&text).map(Some).map_err(|source| DevnetError::State { path, source })
    }
}

/// Stops the network that was kept in `directory`; `None` when there is none.
///
/// # Errors
/// [`DevnetError`] when its state cannot be read or removed.
pub fn down(directory: &Path) -> Result<Option<KeptNetwork>, DevnetError> {
    let Some(kept) = KeptNetwork::load(directory)? else { return Ok(None) };
    for &pid in &kept.pids {
        if is_ours(pid) {
            let _gone_already = stop_detached(pid);
        }
    }
    let path = file(directory);
    fs::remove_file(&path).map_err(|source| DevnetError::File {
        action: "remove",
        path,
        source,
    })?;
    Ok(Some(kept))
}

/// Refuses to start over a network that was kept and still runs.
pub(super) fn require_stopped(directory: &Path, network: &str) -> Result<(), DevnetError> {
    match KeptNetwork::load(directory)? {
        Some(kept) if kept.pids.iter().any(|&pid| is_ours(pid)) => {
            Err(DevnetError::Running { network: network.to_owned() })
        }
        _ => Ok(()),
    }
}

pub(super) fn start_worker_process(
    directory: &Path,
    deployment: &Path,
) -> Result<ManagedProcess, DevnetError> {
    let mut command = Command::new(program()?);
    command.arg("workers").arg("--deployment").arg(deployment);
    let log = directory.join("logs").join("workers.log");
    Ok(ManagedProcess::spawn("workers", command, &log)?)
}

/// Our program, beside the running one or (for tests) in the directory above it.
fn program() -> Result<PathBuf, DevnetError> {
    let action = "find";
    let exe = env::current_exe().map_err(|source| DevnetError::File {
        action,
        path: PROGRAM.into(),
        source,
    })?;
    exe.ancestors()
        .skip(1)
        .take(2)
        .map(|directory| directory.join(PROGRAM))
        .find(|program| program.is_file())
        .ok_or(DevnetError::NoProgram { exe })
}

/// Whether a process of a kept network still has its id, and not a stranger after a restart.
fn is_ours(pid: u32) -> bool {
    let output = Command::new("ps").args(["-o", "comm=", "-p", &pid.to_string()]).output();
    match output {
        Ok(output) => {
            let name = String::from_utf8_lossy(&output.stdout);
            let name = name.trim().rsplit('/').next().unwrap_or_default();
            ["anvil", "near", "proofrail"].iter().any(|ours| name.starts_with(ours))
        }
        // Without `ps` the id alone must do.
        Err(_) => is_running(pid),
    }
}

fn file(directory: &Path) -> PathBuf {
    directory.join("kept.json")
}
