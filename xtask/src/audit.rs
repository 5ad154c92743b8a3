//! `cargo xtask audit`: slither's and halmos's findings in the Solidity contracts, and RustSec's advisories.

use crate::build::npm_bin;
use crate::error::{Error, Result};
use crate::process::{Step, announce, root, target_dir};
use crate::tools;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Why each finding of slither that is left is none.
const JUSTIFIED: &str = "contracts-evm/audit/findings.json";
/// Of `where`: every place.
const ANYWHERE: &str = "*";

/// Runs all of them, the one that needs GitHub last.
pub(crate) fn run() -> Result<()> {
    tools::npm_packages()?;
    let python = tools::python_packages("contracts-evm/audit/requirements.txt")?;
    slither(&python)?;
    halmos(&python)?;
    advisories()
}

/// A finding, or the justification of one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    check: String,
    place: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Justification {
    check: String,
    #[serde(rename = "where")]
    place: String,
    why: String,
}

impl Justification {
    fn covers(&self, finding: &Finding) -> bool {
        self.check == finding.check && (self.place == ANYWHERE || self.place == finding.place)
    }
}

/// What is read of slither's report.
#[derive(Debug, Deserialize)]
struct Report {
    success: bool,
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    results: Results,
}

#[derive(Debug, Default, Deserialize)]
struct Results {
    #[serde(default)]
    detectors: Vec<Detection>,
}

#[derive(Debug, Deserialize)]
struct Detection {
    check: String,
    #[serde(default)]
    elements: Vec<Element>,
}

#[derive(Debug, Deserialize)]
struct Element {
    name: String,
    #[serde(default)]
    type_specific_fields: Fields,
}

#[derive(Debug, Default, Deserialize)]
struct Fields {
    #[serde(default)]
    parent: Option<Box<Element>>,
    #[serde(default)]
    signature: Option<String>,
}

impl Detection {
    /// Named by contract and signature, which stay when lines move.
    fn finding(&self) -> Finding {
        let place = self.elements.first().map_or_else(String::new, |element| {
            let fields = &element.type_specific_fields;
            let name = fields.signature.as_ref().unwrap_or(&element.name);
            fields.parent.as_ref().map_or_else(|| name.clone(), |of| format!("{}.{name}", of.name))
        });
        Finding { check: self.check.clone(), place }
    }
}

fn slither(python: &Path) -> Result<()> {
    let out = audit_dir("slither");
    forge_build(&out, &["--build-info", "--force", "--skip", "*/test/**", "--skip", "*.t.sol"])
        .run("Compiling the contracts for slither")?;
    let report = target_dir().join("audit/slither.json");
    remove(&report)?;
    announce("Looking for known mistakes with slither");
    // It fails where it finds anything; the report says whether it ran.
    let _findings = Step::new(python.join("slither"))
        .args([".", "--ignore-compile", "--filter-paths", "node_modules", "--json"])
        .arg(&report)
        .arg("--foundry-out-directory")
        .arg(&out)
        .env("PATH", path_with_npm())
        .output();
    let text = std::fs::read_to_string(&report).map_err(Error::file(&report))?;
    let read: Report = parse(&report, &text)?;
    if !read.success {
        let reason = read.error.unwrap_or_else(|| "it says no more".to_owned());
        return Err(Error::Content {
            path: report,
            reason: format!("slither failed: {reason}"),
            cure: None,
        });
    }
    let path = root().join(JUSTIFIED);
    let text = std::fs::read_to_string(&path).map_err(Error::file(&path))?;
    let justified: Vec<Justification> = parse(&path, &text)?;
    let found = read.results.detectors.iter().map(Detection::finding).collect();
    judge(&found, &justified).map_err(|reason| Error::Content {
        path,
        reason,
        cure: Some(SLITHER_CURE.to_owned()),
    })?;
    announce(&format!("{} findings, each of them justified in {JUSTIFIED}", found.len()));
    Ok(())
}

const SLITHER_CURE: &str = "fix what slither found (target/audit/slither.json has it in full), or \
                            say in this file why it is none; take out what is no longer found";

/// Every finding is justified, and every justification is of a finding.
fn judge(found: &BTreeSet<Finding>, justified: &[Justification]) -> Result<(), String> {
    let mut problems = Vec::new();
    for finding in found {
        if !justified.iter().any(|entry| entry.covers(finding)) {
            problems.push(format!("new: {} in {}", finding.check, finding.place));
        }
    }
    for entry in justified {
        if !found.iter().any(|finding| entry.covers(finding)) {
            problems.push(format!("no longer found: {} in {}", entry.check, entry.place));
        }
        if entry.why.trim().is_empty() {
            problems.push(format!("not justified: {} in {}", entry.check, entry.place));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems.join("; ")) }
}

fn halmos(python: &Path) -> Result<()> {
    let out = audit_dir("halmos");
    // halmos compiles by itself, with the same variables.
    Step::new(python.join("halmos"))
        .args(["--match-contract", "SymbolicTest$", "--loop", "20"])
        .args(["--solver-timeout-assertion", "120s", "--forge-build-out"])
        .arg(&out)
        .env("PATH", path_with_npm())
        .env("FOUNDRY_TEST", "contracts-evm/test/symbolic")
        .env("FOUNDRY_OUT", &out)
        .env("FOUNDRY_CACHE_PATH", cache_of(&out))
        .cure("a counterexample breaks the check named above; a timeout wants a smaller check")
        .run("Proving the symbolic checks with halmos")
}

/// RustSec's advisories, whose database is on GitHub.
fn advisories() -> Result<()> {
    let deny = tools::deny()?;
    Step::new(deny)
        .arg("--config")
        .arg(root().join("deny.toml"))
        .args(["check", "advisories"])
        .cure("the database is fetched from github.com/RustSec/advisory-db: allow that, or clone it and name it in deny.toml")
        .run("Checking for known advisories")
}

fn forge_build(out: &Path, args: &[&str]) -> Step {
    Step::new(npm_bin("forge"))
        .arg("build")
        .args(args)
        .env("FOUNDRY_OUT", out)
        .env("FOUNDRY_CACHE_PATH", cache_of(out))
}

/// A folder beside forge's own output, which these builds must not touch.
fn audit_dir(tool: &str) -> PathBuf {
    target_dir().join("audit").join(tool)
}

fn cache_of(out: &Path) -> PathBuf {
    out.with_extension("cache")
}

/// Both tools look for forge on the PATH.
fn path_with_npm() -> std::ffi::OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let ours = root().join("node_modules/.bin");
    std::env::join_paths(std::iter::once(ours).chain(std::env::split_paths(&path))).unwrap_or(path)
}

fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::File { path: path.to_owned(), source: error })
        }
        _ => Ok(()),
    }
}

fn parse<'a, T: Deserialize<'a>>(path: &Path, text: &'a str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| Error::Content {
        path: path.to_owned(),
        reason: error.to_string(),
        cure: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(check: &str, place: &str) -> Finding {
        Finding { check: check.to_owned(), place: place.to_owned() }
    }

    fn justification(check: &str, place: &str, why: &str) -> Justification {
        let [check, place, why] = [check, place, why].map(str::to_owned);
        Justification { check, place, why }
    }

    #[test]
    fn findings_and_justifications_cover_each_other() {
        let found = BTreeSet::from([finding("timestamp", "A.f()"), finding("assembly", "B.g()")]);
        let time = justification("timestamp", "A.f()", "days");
        let assembly = justification("assembly", ANYWHERE, "gas");
        let judged = |justified: &[Justification]| judge(&found, justified);

        assert_eq!(judged(&[]).unwrap_err(), "new: assembly in B.g(); new: timestamp in A.f()");
        let elsewhere = justification("timestamp", "A.h()", "days");
        let problems = judged(&[elsewhere, assembly]).unwrap_err();
        assert_eq!(problems, "new: timestamp in A.f(); no longer found: timestamp in A.h()");
        let empty = justification("assembly", ANYWHERE, " ");
        assert_eq!(judged(&[time, empty]).unwrap_err(), "not justified: assembly in *");
        let all = [
            justification("timestamp", ANYWHERE, "days"),
            justification("assembly", "B.g()", "gas"),
        ];
        assert_eq!(judged(&all), Ok(()));
    }

    #[test]
    fn findings_are_named_by_contract_and_signature() {
        let text = r#"{ "success": true, "error": null, "results": { "detectors": [
            { "check": "timestamp", "elements": [ { "name": "f", "type": "function",
                "type_specific_fields": { "parent": { "name": "A", "type": "contract" }, "signature": "f(uint256)" } } ] },
            { "check": "naming-convention", "elements": [ { "name": "A", "type": "contract" } ] },
            { "check": "pragma", "elements": [] } ] } }"#;
        let report: Report = serde_json::from_str(text).unwrap();
        let found: Vec<_> = report.results.detectors.iter().map(Detection::finding).collect();
        let wanted = [("timestamp", "A.f(uint256)"), ("naming-convention", "A"), ("pragma", "")];
        assert_eq!(found, wanted.map(|(check, place)| finding(check, place)));
    }
}
