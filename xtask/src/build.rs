//! Building everything that the demo and the tests need, in the one order that works.

use crate::error::Result;
use crate::process::{Step, cargo, root};
use crate::{tools, wasm};
use std::path::PathBuf;

/// A program of the npm packages.
pub(crate) fn npm_bin(name: &str) -> PathBuf {
    root().join("node_modules/.bin").join(name)
}

/// Solidity first: the Rust bindings are read from its artifacts.
pub(crate) fn solidity() -> Result<()> {
    tools::npm_packages()?;
    Step::new(npm_bin("forge"))
        .arg("build")
        .cure("fix the Solidity error above; `node_modules/.bin/forge build` shows it alone")
        .run("Compiling the Solidity contracts")
}

/// The contracts of both worlds, then every binary of the host workspace.
///
/// Always the whole workspace: cargo unites the features of what it builds together, so building
/// a part would compile the dependencies a second time with other features.
pub(crate) fn all() -> Result<()> {
    contracts()?;
    programs()
}

/// Every binary of the host workspace.
pub(crate) fn programs() -> Result<()> {
    cargo()
        .args(["build", "--workspace", "--bins", "--locked"])
        .run("Building the chains, the prover and the relayer (some minutes the first time)")
}

/// The contracts of both worlds.
pub(crate) fn contracts() -> Result<()> {
    tools::require_c_compiler()?;
    solidity()?;
    wasm::build()
}
