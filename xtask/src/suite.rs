//! `cargo xtask test`: every check and every test, the test runner's summary last.

use crate::build::{self, npm_bin};
use crate::error::Result;
use crate::forge::{self, Gas};
use crate::process::{Step, cargo, root, target_dir};
use crate::{figures, tools};

/// The tests that write what they compare with when `UPDATE_SNAPSHOTS=1`.
const SNAPSHOT_TESTS: &str =
    "(test(snapshot) - package(xtask)) | (package(proofrail-prover) & test(solidity))";

/// Options of the suite.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Only the tests whose names match this nextest filter; formats and lints are left out.
    #[arg(long, value_name = "FILTERSET")]
    only: Option<String>,
}

/// Runs the suite, or the named tests of it.
pub(crate) fn run(options: &Options) -> Result<()> {
    tools::rust_components()?;
    let nextest = tools::nextest()?;
    if options.only.is_none() {
        formats()?;
    }
    build::contracts()?;
    if options.only.is_none() {
        forge::test(Gas::Compared)?;
        lints()?;
        near_host_tests(&nextest)?;
        documentation()?;
        licences()?;
    }
    cargo()
        .args(["build", "--workspace", "--bins", "--locked"])
        .run("Building the Rust programs")?;
    host_tests(&nextest, options.only.as_deref())
}

fn formats() -> Result<()> {
    let cure = "run `cargo fmt`";
    cargo()
        .args(["fmt", "--all", "--check"])
        .cure(cure)
        .run("Checking the format of the Rust code")?;
    cargo()
        .args(["fmt", "--all", "--check"])
        .dir(root().join("contracts-near"))
        .cure("run `cargo fmt` in contracts-near")
        .run("Checking the format of the NEAR contracts")?;
    tools::npm_packages()?;
    Step::new(npm_bin("forge"))
        .args(["fmt", "--check"])
        .cure("run `node_modules/.bin/forge fmt`")
        .run("Checking the format of the Solidity code")
}

fn lints() -> Result<()> {
    let clippy = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
    cargo().args(clippy).run("Linting the Rust code")?;
    cargo().args(clippy).dir(root().join("contracts-near")).run("Linting the NEAR contracts")
}

fn near_host_tests(nextest: &std::path::Path) -> Result<()> {
    Step::new(nextest)
        .args(["nextest", "run", "--workspace", "--locked"])
        .dir(root().join("contracts-near"))
        .run("Running the NEAR contracts' unit tests on the host")
}

fn documentation() -> Result<()> {
    cargo()
        .args(["doc", "--workspace", "--no-deps", "--locked"])
        .env("RUSTDOCFLAGS", "-D warnings")
        .run("Building the documentation")
}

fn licences() -> Result<()> {
    let deny = tools::deny()?;
    for manifest in ["Cargo.toml", "contracts-near/Cargo.toml"] {
        Step::new(&deny)
            .args(["--locked", "--manifest-path", manifest, "--config"])
            .arg(root().join("deny.toml"))
            .args(["check", "bans", "licenses", "sources"])
            .run(&format!("Checking licences, sources and versions of {manifest}"))?;
    }
    Ok(())
}

fn host_tests(nextest: &std::path::Path, only: Option<&str>) -> Result<()> {
    let mut step = Step::new(nextest).args(["nextest", "run", "--workspace", "--locked"]);
    if let Some(filter) = only {
        step = step.args(["-E", filter]);
    }
    step.run_in_front(
        "Running every Rust test, the NEAR contracts in the real VM and the whole path",
    )
}

/// Writes anew whatever a test compares with: after a change that is meant to move it.
pub(crate) fn write_snapshots() -> Result<()> {
    let nextest = tools::nextest()?;
    build::all()?;
    Step::new(target_dir().join("debug/evm-fixtures"))
        .run("Writing the verifiers and the proofs that the Solidity tests use")?;
    build::solidity()?;
    forge::test(Gas::Written)?;
    Step::new(nextest)
        .args(["nextest", "run", "--workspace", "--locked", "-E", SNAPSHOT_TESTS])
        .env("UPDATE_SNAPSHOTS", "1")
        .run("Writing the snapshots of the Rust tests")?;
    cargo()
        .dir(root().join("contracts-near"))
        .args(["test", "--locked", "--package", "proofrail-near-interface", "--test", "events"])
        .env("UPDATE_SNAPSHOTS", "1")
        .run("Writing the documentation of the market's events")?;
    figures::write_readme()
}
