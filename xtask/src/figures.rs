//! `cargo xtask figures`: what the committed snapshots hold, as tables or as JSON.
//!
//! The snapshots are written and checked by the tests beside the code that they measure; this
//! command only reads them, so that documentation and tools quote one source.

use crate::error::{Error, Result};
use crate::process::root;
use crate::table::aligned;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

/// Marks in a page between which its figures stand.
const MARKS: (&str, &str) = ("<!-- figures: begin -->\n", "<!-- figures: end -->");
/// What the market's methods cost. A call that is in two of them is shown as the first has it.
const NEAR_SNAPSHOTS: [&str; 3] = [
    "contracts-near/snapshots/gas.json",
    "contracts-near/snapshots/governance-gas.json",
    "contracts-near/snapshots/policy-gas.json",
];
/// The calls that the README shows: the life of a job, and the dearest of each kind.
const README_CALLS: [&str; 14] = [
    "register_prover",
    "update_attestation tdx_quote",
    "fund_job",
    "draw",
    "draw at 10000 provers",
    "submit_proof",
    "submit_commitment",
    "challenge_commitment",
    "reveal_proof",
    "settle_commitment",
    "poke",
    "claim",
    "schedule_change add_circuit",
    "deploy_upgrade",
];

/// Options of the figures.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Print one JSON object.
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
    /// Print Markdown of every table.
    #[arg(long)]
    markdown: bool,
    /// Print nothing, and write them into the pages that show some.
    #[arg(long, conflicts_with_all = ["json", "markdown"])]
    write: bool,
}

/// One table of figures.
#[derive(Debug)]
struct Table {
    key: &'static str,
    title: &'static str,
    columns: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    /// Below the table where it is Markdown.
    note: &'static str,
    json: Value,
}

/// Prints the figures.
pub(crate) fn run(options: &Options) -> Result<()> {
    if options.write {
        return write_readme();
    }
    let tables = tables(&root())?;
    if options.json {
        let object: Map<_, _> = tables.into_iter().map(|t| (t.key.to_owned(), t.json)).collect();
        println!("{:#}", Value::Object(object));
    } else if options.markdown {
        print!("{}", markdown(&tables));
    } else {
        print!("{}", text(&tables));
    }
    Ok(())
}

/// Writes the figures between the marks of each README that shows some.
pub(crate) fn write_readme() -> Result<()> {
    for (path, tables) in pages(&root())? {
        let page = std::fs::read_to_string(&path).map_err(Error::file(&path))?;
        let updated = with_figures(&path, &page, &markdown(&tables))?;
        std::fs::write(&path, updated).map_err(Error::file(path))?;
    }
    Ok(())
}

/// The pages that show figures: the README, and all of the market's methods beside the contracts.
fn pages(root: &Path) -> Result<[(PathBuf, Vec<Table>); 2]> {
    let near = near(root)?;
    let brief = vec![circuits(root)?, evm_gas(root)?, shortened(root, &near)?, sizes(root)?];
    Ok([(root.join("README.md"), brief), (root.join("contracts-near/README.md"), vec![near])])
}

/// The calls of the market that the README shows.
fn shortened(root: &Path, near: &Table) -> Result<Table> {
    let row = |call: &&str| {
        let row = near.rows.iter().find(|row| row[0] == **call);
        row.cloned().ok_or_else(|| lacks(&root.join(NEAR_SNAPSHOTS[0]), call))
    };
    let rows = README_CALLS.iter().map(row).collect::<Result<_>>()?;
    let note =
        "Every method of the market: [contracts-near/README.md](contracts-near/README.md#gas).";
    Ok(Table { columns: near.columns.clone(), rows, note, json: Value::Null, ..*near })
}

fn with_figures(path: &Path, page: &str, figures: &str) -> Result<String> {
    let (begin, end) = MARKS;
    let parts = page.split_once(begin).and_then(|(before, rest)| {
        rest.split_once(end).map(|(_, after)| format!("{before}{begin}{figures}{end}{after}"))
    });
    parts.ok_or_else(|| Error::Content {
        path: path.to_owned(),
        reason: format!("the marks {begin:?} and {end:?} are not there"),
        cure: Some("put the two marks back where the figures belong".to_owned()),
    })
}

fn tables(root: &Path) -> Result<Vec<Table>> {
    Ok(vec![circuits(root)?, evm_gas(root)?, near(root)?, sizes(root)?])
}

fn circuits(root: &Path) -> Result<Table> {
    let (path, json) = snapshot(root, "circuits/snapshots/constraints.json")?;
    let rows = entries(&path, &json)?
        .iter()
        .map(|(name, circuit)| {
            Ok(vec![
                name.clone(),
                number(&path, circuit, "constraints")?,
                number(&path, circuit, "public_inputs")?,
            ])
        })
        .collect::<Result<_>>()?;
    let columns = vec!["Circuit", "Constraints", "Public inputs"];
    Ok(Table { key: "circuits", title: "Circuits", columns, rows, note: "", json })
}

fn evm_gas(root: &Path) -> Result<Table> {
    let dir = root.join("contracts-evm/snapshots");
    // Sorted, whatever order this build of serde_json keeps.
    let mut merged = std::collections::BTreeMap::new();
    let mut files: Vec<_> = std::fs::read_dir(&dir)
        .map_err(Error::file(&dir))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.extension().is_some_and(|e| e == "json") && !path.ends_with("sizes.json")
        })
        .collect();
    files.sort();
    for path in files {
        let value = read_json(&path)?;
        for (name, gas) in entries(&path, &value)? {
            if merged.insert(name.clone(), gas.clone()).is_some() {
                let reason = format!("another snapshot has {name:?} too");
                let cure = Some("name the call in its test by what it is a call of".to_owned());
                return Err(Error::Content { path, reason, cure });
            }
        }
    }
    let rows = merged.iter().map(|(name, gas)| vec![name.clone(), plain(gas)]).collect();
    let columns = vec!["EVM call", "Gas"];
    Ok(Table {
        key: "evm_gas",
        title: "EVM gas",
        columns,
        rows,
        note: "",
        json: Value::Object(merged.into_iter().collect()),
    })
}

fn near(root: &Path) -> Result<Table> {
    let mut calls = Map::new();
    let mut rows = std::collections::BTreeMap::new();
    for file in NEAR_SNAPSHOTS {
        let (path, json) = snapshot(root, file)?;
        let methods = json.get("methods").ok_or_else(|| lacks(&path, "methods"))?;
        for (call, figures) in entries(&path, methods)? {
            if calls.contains_key(call) {
                continue;
            }
            let mut row = vec![call.clone()];
            for field in ["tgas", "storage_bytes", "deposit_near"] {
                row.push(number(&path, figures, field)?);
            }
            rows.insert(call.clone(), row);
            calls.insert(call.clone(), figures.clone());
        }
    }
    let columns = vec!["NEAR method", "Tgas", "Storage bytes", "Deposit, NEAR"];
    let (title, rows) = ("NEAR gas and storage", rows.into_values().collect());
    Ok(Table { key: "near", title, columns, rows, note: "", json: json!({ "methods": calls }) })
}

fn sizes(root: &Path) -> Result<Table> {
    let (path, evm) = snapshot(root, "contracts-evm/snapshots/sizes.json")?;
    let (near_path, near) = snapshot(root, NEAR_SNAPSHOTS[0])?;
    let wasm = near.get("wasm_bytes").ok_or_else(|| lacks(&near_path, "wasm_bytes"))?;
    let mut all = entries(&path, &evm)?.clone();
    all.insert("prover_market.wasm".to_owned(), wasm.clone());
    let rows = all.iter().map(|(name, size)| vec![name.clone(), plain(size)]).collect();
    let columns = vec!["Contract", "Bytes on chain"];
    Ok(Table { key: "sizes", title: "Sizes", columns, rows, note: "", json: json!(all) })
}

fn snapshot(root: &Path, relative: &str) -> Result<(PathBuf, Value)> {
    let path = root.join(relative);
    let value = read_json(&path)?;
    Ok((path, value))
}

fn read_json(path: &Path) -> Result<Value> {
    let bytes = std::fs::read(path).map_err(Error::file(path))?;
    serde_json::from_slice(&bytes).map_err(|error| Error::Content {
        path: path.to_owned(),
        reason: error.to_string(),
        cure: Some("run `cargo xtask snapshots`".to_owned()),
    })
}

fn entries<'a>(path: &Path, value: &'a Value) -> Result<&'a Map<String, Value>> {
    value.as_object().ok_or_else(|| lacks(path, "an object"))
}

fn number(path: &Path, value: &Value, field: &str) -> Result<String> {
    value.get(field).map(plain).ok_or_else(|| lacks(path, field))
}

fn lacks(path: &Path, what: &str) -> Error {
    Error::Content {
        path: path.to_owned(),
        reason: format!("{what} is missing"),
        cure: Some("run `cargo xtask snapshots`".to_owned()),
    }
}

/// Forge writes numbers as strings; both read alike, integers in groups of three digits.
fn plain(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let text = text.strip_suffix(".0").unwrap_or(&text);
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        format!("{sign}{}", grouped(digits))
    } else {
        text.to_owned()
    }
}

fn grouped(digits: &str) -> String {
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn markdown(tables: &[Table]) -> String {
    let mut out = String::new();
    for table in tables {
        let rule: Vec<_> =
            (0..table.columns.len()).map(|i| if i == 0 { "---" } else { "---:" }).collect();
        out += &format!("\n| {} |\n| {} |\n", table.columns.join(" | "), rule.join(" | "));
        for row in &table.rows {
            out += &format!("| {} |\n", row.join(" | "));
        }
        if !table.note.is_empty() {
            out += &format!("\n{}\n", table.note);
        }
    }
    out + "\n"
}

fn text(tables: &[Table]) -> String {
    let mut out = String::new();
    for table in tables {
        let mut rows = vec![table.columns.iter().map(|column| (*column).to_owned()).collect()];
        rows.extend(table.rows.iter().cloned());
        out += &format!("{}\n{}", table.title, aligned(&rows));
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_every_page_are_those_of_the_snapshots() {
        for (path, tables) in pages(&root()).unwrap() {
            let page = std::fs::read_to_string(&path).unwrap();
            let wanted = with_figures(&path, &page, &markdown(&tables)).unwrap();
            let shown = path.display();
            assert!(page == wanted, "{shown}: the figures are stale: run `cargo xtask snapshots`");
        }
    }

    #[test]
    fn a_call_is_shown_once_and_the_readme_names_none_that_is_not_measured() {
        let dir = tempfile::tempdir().unwrap();
        let call = |tgas: f64| json!({"tgas": tgas, "storage_bytes": -1234, "deposit_near": 0.0});
        let snapshots = dir.path().join("contracts-near/snapshots");
        std::fs::create_dir_all(&snapshots).unwrap();
        let files = [("claim", 1.5), ("claim", 2.5), ("accuse", 3.5)];
        for (file, (name, tgas)) in NEAR_SNAPSHOTS.iter().zip(files) {
            let text = json!({"methods": {name: call(tgas)}}).to_string();
            std::fs::write(dir.path().join(file), text).unwrap();
        }
        let table = near(dir.path()).unwrap();
        let row = |name: &str, tgas: &str| [name, tgas, "-1,234", "0"].map(str::to_owned).to_vec();
        assert_eq!(table.rows, [row("accuse", "3.5"), row("claim", "1.5")]);
        let error = shortened(dir.path(), &table).unwrap_err();
        assert!(error.to_string().contains("register_prover is missing"), "{error}");
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(plain(&json!("1234567")), "1,234,567");
        assert_eq!(plain(&json!(123)), "123");
        assert_eq!(plain(&json!(-1_186_486)), "-1,186,486");
        assert_eq!(plain(&json!(31.87)), "31.87");
        assert_eq!(plain(&json!(2_000.0)), "2,000");
    }

    #[test]
    fn a_missing_figure_names_the_file_and_the_cure() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("circuits/snapshots")).unwrap();
        let file = dir.path().join("circuits/snapshots/constraints.json");
        std::fs::write(&file, r#"{"receipt":{"constraints":1}}"#).unwrap();
        let error = circuits(dir.path()).unwrap_err();
        assert!(error.to_string().contains("public_inputs is missing"), "{error}");
        assert!(error.cure().is_some_and(|cure| cure.contains("snapshots")));
    }
}
