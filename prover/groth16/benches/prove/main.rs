//! Provers side by side on the same `.zkey` and `.wtns`, each proof in a process of its own and verified.

mod child;
mod circuit;
mod measure;
mod report;
mod setup;

use circuit::Circuit;
use clap::{Parser, ValueEnum};
use report::Row;
use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Compares provers of Groth16 over BN254.
#[derive(Debug, Parser)]
struct Options {
    /// Constraints of the chain of Poseidon rounds, whose witness is as hard as can be.
    #[arg(long, value_delimiter = ',', default_values_t = [64_800, 261_600])]
    sizes: Vec<usize>,
    /// Constraints of the range checks, whose witness is nearly all bits.
    #[arg(long, value_delimiter = ',', default_values_t = [261_600])]
    range_checks: Vec<usize>,
    /// Also prove 1,046,400 constraints.
    #[arg(long)]
    large: bool,
    /// The provers.
    #[arg(long, value_delimiter = ',', default_values_t = Contender::ALL)]
    provers: Vec<Contender>,
    /// Print JSON in place of a table.
    #[arg(long)]
    json: bool,
    /// Write a chart, as SVG.
    #[arg(long)]
    plot: Option<PathBuf>,
    /// Where circuits, keys and proofs are kept between runs.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/bench-prove"))]
    folder: PathBuf,
    /// Be the process of one prover: its name, the key, the witness, and where to put the proof.
    #[arg(long, num_args = 4, hide = true)]
    child: Option<Vec<String>>,
    /// Cargo says this to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

/// A prover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Contender {
    /// This crate.
    Proofrail,
    /// This crate without vector instructions.
    ProofrailPortable,
    /// ark-groth16 with the witness map of snarkjs.
    Ark,
    /// taceo-groth16.
    Taceo,
    /// snarkjs in node.
    Snarkjs,
}

impl Contender {
    const ALL: [Self; 5] =
        [Self::Proofrail, Self::ProofrailPortable, Self::Taceo, Self::Ark, Self::Snarkjs];
}

impl std::fmt::Display for Contender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Proofrail => "proofrail",
            Self::ProofrailPortable => "proofrail-portable",
            Self::Ark => "ark",
            Self::Taceo => "taceo",
            Self::Snarkjs => "snarkjs",
        })
    }
}

/// A key and a witness on disk.
struct Files {
    name: String,
    constraints: usize,
    zkey: PathBuf,
    wtns: PathBuf,
}

fn main() -> Result<()> {
    let options = Options::parse();
    if let Some(child) = &options.child {
        return child::run(child);
    }
    let mut rows: Vec<Row> = Vec::new();
    for files in prepare(&options)? {
        for prover in &options.provers {
            eprintln!("{} with {} constraints: {prover}", files.name, files.constraints);
            rows.push(measure::prove(*prover, &files, &options.folder)?);
        }
    }
    if let Some(path) = &options.plot {
        report::plot(&rows, path)?;
    }
    if options.json {
        println!("{}", serde_json::to_string_pretty(&rows)?);
    } else {
        println!("{}", report::table(&rows));
    }
    Ok(())
}

fn prepare(options: &Options) -> Result<Vec<Files>> {
    fs::create_dir_all(&options.folder)?;
    let mut sizes = options.sizes.clone();
    if options.large {
        sizes.push(1_046_400);
    }
    let poseidon =
        sizes.iter().map(|size| ("poseidon", *size, Circuit::poseidon as fn(usize) -> Circuit));
    let checks = options
        .range_checks
        .iter()
        .map(|size| ("range checks", *size, Circuit::range_checks as fn(usize) -> Circuit));
    poseidon
        .chain(checks)
        .map(|(name, constraints, circuit)| files(&options.folder, name, constraints, circuit))
        .collect()
}

fn files(
    folder: &Path,
    name: &str,
    constraints: usize,
    circuit: fn(usize) -> Circuit,
) -> Result<Files> {
    let stem = format!("{}-{constraints}", name.replace(' ', "-"));
    let file = |extension| folder.join(format!("{stem}.{extension}"));
    let files =
        Files { name: name.to_owned(), constraints, zkey: file("zkey"), wtns: file("wtns") };
    // The witness is written last.
    if !files.wtns.exists() {
        eprintln!("{name} with {constraints} constraints: setup");
        let circuit = circuit(constraints);
        setup::write(&circuit, &files.zkey, &files.wtns)?;
    }
    Ok(files)
}
