//! The tools that the build needs: found, installed where a registry has them, or named.

use crate::error::{Error, Result};
use crate::process::{Step, announce, cargo, root, target_dir};
use std::path::{Path, PathBuf};

/// Oldest Node.js that the npm packages run on.
const NODE_MAJOR: u32 = 20;
/// Released versions, so that a run today and a run next year use the same tools.
const NEXTEST: (&str, &str) = ("cargo-nextest", "0.9.143");
const DENY: (&str, &str) = ("cargo-deny", "0.20.2");

/// Node.js and npm, which we do not install.
pub(crate) fn require_node() -> Result<()> {
    let purpose = "install and run the EVM tool-chain";
    let cure = format!(
        "install Node.js {NODE_MAJOR} or newer with npm (https://nodejs.org, or your system's \
         packages `nodejs` and `npm`)"
    );
    let missing = |tool| Error::MissingTool { tool, purpose, cure: cure.clone() };
    let found = Step::new("node").arg("--version").output().ok_or_else(|| missing("node"))?;
    Step::new("npm").arg("--version").output().ok_or_else(|| missing("npm"))?;
    match major(&found) {
        Some(version) if version >= NODE_MAJOR => Ok(()),
        _ => Err(Error::OldTool { tool: "node", found, wanted: NODE_MAJOR.to_string(), cure }),
    }
}

fn major(version: &str) -> Option<u32> {
    version.trim_start_matches('v').split('.').next()?.parse().ok()
}

/// The npm packages of the lockfile: anvil, forge, solc, the bridges' contracts, near-api-js.
pub(crate) fn npm_packages() -> Result<()> {
    require_node()?;
    let lock = root().join("package-lock.json");
    let stamp = root().join("node_modules/.proofrail-lock");
    let wanted = std::fs::read(&lock).map_err(Error::file(&lock))?;
    if std::fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    Step::new("npm")
        .arg("ci")
        .cure("check that the npm registry can be reached (`npm ping`), then run this again")
        .run("Installing the npm packages of package-lock.json: forge, anvil, solc, LayerZero's and OpenZeppelin's contracts, near-api-js")?;
    require_foundry()?;
    std::fs::write(&stamp, wanted).map_err(Error::file(stamp))
}

/// npm leaves out, without a word, packages that are not for this machine.
fn require_foundry() -> Result<()> {
    if root().join("node_modules/.bin/forge").exists() {
        return Ok(());
    }
    Err(Error::MissingTool {
        tool: "forge",
        purpose: "compile and test the Solidity contracts",
        cure: format!(
            "package.json names Foundry's native packages for Linux on x86-64, and this is {} on \
             {}: work on such a machine, or add the packages of yours to package.json",
            std::env::consts::OS,
            std::env::consts::ARCH
        ),
    })
}

/// The test runner: from the PATH, else installed under the target folder.
pub(crate) fn nextest() -> Result<PathBuf> {
    cargo_tool(NEXTEST, "the test runner")
}

/// The checker of licences and sources: from the PATH, else installed under the target folder.
pub(crate) fn deny() -> Result<PathBuf> {
    cargo_tool(DENY, "the checker of licences and duplicate versions")
}

fn cargo_tool((name, version): (&str, &str), purpose: &str) -> Result<PathBuf> {
    let ours = target_dir().join("tools/bin").join(name);
    for candidate in [Path::new(name), &ours] {
        if Step::new(candidate).arg("--version").output().is_some() {
            return Ok(candidate.to_owned());
        }
    }
    // Its own target folder would compile again what a later run could reuse.
    cargo()
        .args(["install", "--locked", "--version", version, "--root"])
        .arg(target_dir().join("tools"))
        .arg("--target-dir")
        .arg(target_dir().join("tools/build"))
        .arg(name)
        .cure(format!("install it yourself: cargo install --locked {name}@{version}"))
        .run(&format!("Installing {name} {version}, {purpose} (once, some minutes)"))?;
    let build = target_dir().join("tools/build");
    std::fs::remove_dir_all(&build).map_err(Error::file(build))?;
    Ok(ours)
}

/// The packages that a requirements file names, from PyPI, in an environment of their own.
/// Returns the folder of their programs.
pub(crate) fn python_packages(requirements: &str) -> Result<PathBuf> {
    let (environment, wanted) = (target_dir().join("tools/python"), root().join(requirements));
    let wanted = std::fs::read(&wanted).map_err(Error::file(&wanted))?;
    let (programs, stamp) = (environment.join("bin"), environment.join(".requirements"));
    if std::fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(programs);
    }
    require_python()?;
    Step::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(&environment)
        .cure("install Python's venv, e.g. `sudo apt-get install python3-venv`")
        .run("Making a Python environment")?;
    Step::new(programs.join("pip"))
        .args(["install", "--quiet", "--disable-pip-version-check", "--requirement", requirements])
        .cure("check that PyPI can be reached (`pip download pip`), then run this again")
        .run(&format!("Installing the Python packages of {requirements}"))?;
    std::fs::write(&stamp, wanted).map_err(Error::file(stamp))?;
    Ok(programs)
}

fn require_python() -> Result<()> {
    let has_venv =
        || Step::new("python3").args(["-c", "import venv, ensurepip"]).output().is_some();
    if has_venv() {
        return Ok(());
    }
    if is_root() && Step::new("apt-get").arg("--version").output().is_some() {
        return Step::new("apt-get")
            .args(["install", "-y", "--no-install-recommends", "python3-venv"])
            .cure("run `apt-get update`, then this command again")
            .run("Python's venv is missing; installing Debian's python3-venv");
    }
    Err(Error::MissingTool {
        tool: "python3",
        purpose: "run slither and halmos",
        cure: "install Python 3.10 or newer with venv, e.g. `sudo apt-get install python3-venv`"
            .to_owned(),
    })
}

/// rustfmt and clippy, which minimal toolchains lack.
pub(crate) fn rust_components() -> Result<()> {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if cargo().args([subcommand, "--version"]).output().is_some() {
            continue;
        }
        Step::new("rustup")
            .args(["component", "add", component])
            .cure(format!("run `rustup component add {component}`"))
            .run(&format!("Adding {component} to the Rust toolchain"))?;
    }
    Ok(())
}

/// A C compiler, which some crates' build scripts need.
pub(crate) fn require_c_compiler() -> Result<()> {
    if Step::new("cc").arg("--version").output().is_some() {
        return Ok(());
    }
    if is_root() && Step::new("apt-get").arg("--version").output().is_some() {
        announce("A C compiler is missing; installing Debian's build-essential");
        return Step::new("apt-get")
            .args(["install", "-y", "--no-install-recommends", "build-essential"])
            .cure("run `apt-get update`, then this command again")
            .run("Installing build-essential");
    }
    Err(Error::MissingTool {
        tool: "cc",
        purpose: "compile SQLite and the cryptographic crates' C parts",
        cure: "install a C compiler, e.g. `sudo apt-get install build-essential`".to_owned(),
    })
}

/// Whether system packages may be installed.
pub(crate) fn is_root() -> bool {
    Step::new("id").arg("-u").output().as_deref() == Some("0")
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn node_versions_are_read() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("24.1.0"), Some(24));
        assert_eq!(major("nonsense"), None);
    }
}
