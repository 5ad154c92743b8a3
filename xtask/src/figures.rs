//! `cargo xtask figures`: what the committed snapshots hold, as tables or as JSON.
//!
//! The snapshots are written and checked by the tests beside the code that they measure; this
//! command only reads them, so that documentation and tools quote one source.

use crate::error::{Error, Result};
use crate::process::root;
use crate::table::aligned;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

/// Marks in the README between which the figures stand.
const README_MARKS: (&str, &str) = ("<!-- figures: begin -->\n", "<!-- figures: end -->");

/// Options of the figures.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Print one JSON object.
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
    /// Print Markdown, as it stands in the README.
    #[arg(long)]
    markdown: bool,
}

/// One table of figures.
#[derive(Debug)]
struct Table {
    key: &'static str,
    title: &'static str,
    columns: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    json: Value,
}

/// Prints the figures.
pub(crate) fn run(options: &Options) -> Result<()> {
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

/// Writes the figures between the README's marks.
pub(crate) fn write_readme() -> Result<()> {
    let path = root().join("README.md");
    let readme = std::fs::read_to_string(&path).map_err(Error::file(&path))?;
    let updated = with_figures(&path, &readme, &markdown(&tables(&root())?))?;
    std::fs::write(&path, updated).map_err(Error::file(path))
}

fn with_figures(path: &Path, readme: &str, figures: &str) -> Result<String> {
    let (begin, end) = README_MARKS;
    let parts = readme.split_once(begin).and_then(|(before, rest)| {
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
    Ok(Table { key: "circuits", title: "Circuits", columns, rows, json })
}

fn evm_gas(root: &Path) -> Result<Table> {
    let dir = root.join("contracts-evm/snapshots");
    let mut merged = Map::new();
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
        merged.extend(entries(&path, &value)?.clone());
    }
    let rows = merged.iter().map(|(name, gas)| vec![name.clone(), plain(gas)]).collect();
    let columns = vec!["EVM call", "Gas"];
    Ok(Table { key: "evm_gas", title: "EVM gas", columns, rows, json: Value::Object(merged) })
}

fn near(root: &Path) -> Result<Table> {
    let (path, json) = snapshot(root, "contracts-near/snapshots/gas.json")?;
    let methods = json.get("methods").ok_or_else(|| lacks(&path, "methods"))?;
    let rows = entries(&path, methods)?
        .iter()
        .map(|(method, figures)| {
            Ok(vec![
                method.clone(),
                number(&path, figures, "tgas")?,
                number(&path, figures, "storage_bytes")?,
            ])
        })
        .collect::<Result<_>>()?;
    let columns = vec!["NEAR method", "Tgas", "Storage bytes"];
    Ok(Table { key: "near", title: "NEAR gas and storage", columns, rows, json })
}

fn sizes(root: &Path) -> Result<Table> {
    let (path, evm) = snapshot(root, "contracts-evm/snapshots/sizes.json")?;
    let (near_path, near) = snapshot(root, "contracts-near/snapshots/gas.json")?;
    let wasm = near.get("wasm_bytes").ok_or_else(|| lacks(&near_path, "wasm_bytes"))?;
    let mut all = entries(&path, &evm)?.clone();
    all.insert("prover_market.wasm".to_owned(), wasm.clone());
    let rows = all.iter().map(|(name, size)| vec![name.clone(), plain(size)]).collect();
    let columns = vec!["Contract", "Bytes on chain"];
    Ok(Table { key: "sizes", title: "Sizes", columns, rows, json: json!(all) })
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
    if text.bytes().all(|b| b.is_ascii_digit()) { grouped(&text) } else { text }
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
    fn readme_figures_are_those_of_the_snapshots() {
        let path = root().join("README.md");
        let readme = std::fs::read_to_string(&path).unwrap();
        let wanted = with_figures(&path, &readme, &markdown(&tables(&root()).unwrap())).unwrap();
        assert!(readme == wanted, "README.md's figures are stale: run `cargo xtask snapshots`");
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(plain(&json!("1234567")), "1,234,567");
        assert_eq!(plain(&json!(123)), "123");
        assert_eq!(plain(&json!(31.87)), "31.87");
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
