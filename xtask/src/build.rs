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
        .args(["build", "--sizes"])
        .cure("fix the Solidity error above; `node_modules/.bin/forge build` shows it alone")
        .run("Compiling the Solidity contracts")
}

/// The contracts of both worlds, then every binary of the host workspace.
pub(crate) fn all() -> Result<()> {
    contracts()?;
    cargo().args(["build", "--workspace", "--bins", "--locked"]).run("Building the Rust programs")
}

/// The contracts of both worlds.
pub(crate) fn contracts() -> Result<()> {
    tools::require_c_compiler()?;
    solidity()?;
    wasm::build()
}
