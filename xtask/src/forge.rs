//! The Solidity tests, and that forge ran all of them: with a stale cache it compiles and runs a part, and succeeds.

use crate::build::npm_bin;
use crate::error::{Error, Result};
use crate::process::{Step, root};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What forge prints before the results of a suite.
const RAN: &str = "Ran ";

/// `FILE:CONTRACT`, as forge names a suite.
type Suite = String;

/// How the tests are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gas {
    /// Gas is compared with the snapshots.
    Compared,
    /// The snapshots are written.
    Written,
}

/// Runs every Solidity test.
pub(crate) fn test(gas: Gas) -> Result<()> {
    let step = Step::new(npm_bin("forge")).arg("test");
    let (step, what) = match gas {
        Gas::Compared => {
            let cure =
                "where only a gas figure moved and was meant to, run `cargo xtask snapshots`";
            let what = "Running the Solidity tests, with gas compared to the snapshots";
            (step.env("FORGE_SNAPSHOT_CHECK", "true").cure(cure), what)
        }
        Gas::Written => (step, "Writing the gas snapshots"),
    };
    let folder = root().join("contracts-evm/test");
    let wanted = suites_in(&folder)?;
    let ran = step.run_read(what)?.lines().filter_map(suite_of).collect();
    all_ran(&folder, &wanted, &ran)
}

fn all_ran(folder: &Path, wanted: &BTreeSet<Suite>, ran: &BTreeSet<Suite>) -> Result<()> {
    let missing: Vec<_> = wanted.difference(ran).map(String::as_str).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let (count, all) = (missing.len(), wanted.len());
    Err(Error::Content {
        path: folder.to_owned(),
        reason: format!("forge ran no test of {count} of {all} suites: {}", missing.join(", ")),
        cure: Some(
            "forge's cache is stale: run `node_modules/.bin/forge build --force`, then this again"
                .to_owned(),
        ),
    })
}

/// The suite of a line such as `Ran 7 tests for contracts-evm/test/CcipSender.t.sol:CcipSenderTest`.
fn suite_of(line: &str) -> Option<Suite> {
    let (count, suite) = line.strip_prefix(RAN)?.split_once(" for ")?;
    let tests = count.split_once(' ')?.1;
    (matches!(tests, "test" | "tests") && suite.contains(".sol:")).then(|| suite.to_owned())
}

/// Every contract with tests in a file below `folder` that forge takes for one of tests.
fn suites_in(folder: &Path) -> Result<BTreeSet<Suite>> {
    let mut suites = BTreeSet::new();
    for file in test_files(folder)? {
        let text = std::fs::read_to_string(&file).map_err(Error::file(&file))?;
        let name = file.strip_prefix(root()).unwrap_or(&file).display();
        suites.extend(contracts_with_tests(&text).map(|contract| format!("{name}:{contract}")));
    }
    Ok(suites)
}

fn test_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(Error::file(folder))? {
        let path = entry.map_err(Error::file(folder))?.path();
        if path.is_dir() {
            files.extend(test_files(&path)?);
        } else if path.to_string_lossy().ends_with(".t.sol") {
            files.push(path);
        }
    }
    Ok(files)
}

/// The names of the contracts of a file, formatted as `forge fmt` does, whose own functions are tests. Those that halmos
/// proves are called otherwise.
fn contracts_with_tests(text: &str) -> impl Iterator<Item = &str> {
    let contracts = text.split("\ncontract ").skip(1);
    contracts.filter_map(|contract| {
        let body = contract.split("\n}").next()?;
        let tests = ["    function test", "    function invariant"];
        let tested = tests.iter().any(|test| body.contains(test));
        let name = contract.split(|c: char| !c.is_alphanumeric() && c != '_').next()?;
        tested.then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "pragma solidity ^0.8.30;\n\nabstract contract Base {\n    function test_base() public {}\n}\n
contract ATest is Base {\n    function setUp() public {}\n\n    function testFuzz_a() public {}\n}\n
contract Helper {\n    function help() public {}\n}\n
contract BTest is Test {\n    function invariant_b() public {}\n}\n";

    #[test]
    fn contracts_with_tests_are_found() {
        assert_eq!(contracts_with_tests(FILE).collect::<Vec<_>>(), ["ATest", "BTest"]);
    }

    #[test]
    fn suites_are_read_from_what_forge_prints() {
        let line = "Ran 1 test for contracts-evm/test/A.t.sol:ATest";
        assert_eq!(suite_of(line).unwrap(), "contracts-evm/test/A.t.sol:ATest");
        let line = "Ran 12 tests for contracts-evm/test/B.t.sol:BTest";
        assert_eq!(suite_of(line).unwrap(), "contracts-evm/test/B.t.sol:BTest");
        for line in [
            "Ran 60 test suites in 9.11s (12.3s CPU time): 512 tests passed, 0 failed",
            "[PASS] test_ran() (gas: 1) Ran 1 test for x.sol:X",
            "",
        ] {
            assert_eq!(suite_of(line), None, "{line}");
        }
    }

    #[test]
    fn a_suite_that_did_not_run_is_named_with_its_cure() {
        let suites = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let (wanted, ran) = (suites(&["a.sol:A", "b.sol:B"]), suites(&["a.sol:A", "c.sol:C"]));
        let error = all_ran(Path::new("tests"), &wanted, &ran).unwrap_err();
        assert_eq!(error.to_string(), "tests: forge ran no test of 1 of 2 suites: b.sol:B");
        assert!(error.cure().unwrap().contains("forge build --force"));
        all_ran(Path::new("tests"), &wanted, &wanted).unwrap();
    }

    #[test]
    fn the_suites_of_the_house_are_found() {
        let suites = suites_in(&root().join("contracts-evm/test")).unwrap();
        let hub = "contracts-evm/test/SettlementHub.replay.t.sol:SettlementHubReplayTest";
        assert!(suites.contains(hub), "{suites:?}");
        assert!(suites.iter().all(|suite| !suite.contains("/symbolic/")), "{suites:?}");
    }
}
