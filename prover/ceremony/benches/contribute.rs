//! CPU seconds of a contribution beside snarkjs's, on the same key. Arguments: powers of two of
//! constraints, 16 and 18 where none are given.

#![allow(clippy::unwrap_used, reason = "a measurement that fails has no figure")]

#[path = "../tests/support/powers.rs"]
mod powers;

use std::{path::Path, process::Command};

use proofrail_ceremony::{
    contribute::{self, Entropy},
    setup,
    verify::verify_from_initial,
};
use proofrail_formats::{ptau::Ptau, r1cs::R1cs, zkey::Zkey};

const SNARKJS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../node_modules/snarkjs/cli.js");
/// USER_HZ, in which Linux counts.
const TICKS_PER_SECOND: f64 = 100.0;

/// CPU seconds of this process and of its children that ended.
fn cpu_seconds() -> [f64; 2] {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    let ticks = |at: usize| fields[at].parse::<f64>().unwrap() / TICKS_PER_SECOND;
    [ticks(11) + ticks(12), ticks(13) + ticks(14)]
}

fn measure(what: &str, who: usize, step: impl FnOnce()) {
    let before = cpu_seconds()[who];
    step();
    println!("  {what}: {:.2} CPU s", cpu_seconds()[who] - before);
}

fn bench(folder: &Path, power: u32) {
    // As many constraints as fit the domain beside the rows of three public signals.
    let constraints = (1u32 << power) - 4;
    println!("{constraints} constraints");
    let path = |name: &str| folder.join(format!("{power}.{name}"));
    powers::write(&path("ptau"), power);
    powers::chain(&path("r1cs"), constraints);
    let (r1cs, ptau) = (R1cs::open(&path("r1cs")).unwrap(), Ptau::open(&path("ptau")).unwrap());
    measure("init", 0, || {
        setup::initial_key(&r1cs, &ptau, &path("0.zkey"), &()).unwrap();
    });
    measure("check of the bases", 0, || setup::check_bases(&r1cs, &ptau).unwrap());
    let initial = Zkey::open(&path("0.zkey")).unwrap();
    measure("contribute", 0, || {
        let out = path("1.zkey");
        contribute::contribute(&initial, &out, "bench", Entropy::default(), &()).unwrap();
    });
    let key = Zkey::open(&path("1.zkey")).unwrap();
    measure("verify, from the initial key", 0, || {
        verify_from_initial(&initial, &key, &()).unwrap();
    });
    measure("snarkjs zkey contribute", 1, || {
        let mut node = Command::new("node");
        node.arg(SNARKJS).args(["zkey", "contribute"]).arg(path("0.zkey")).arg(path("s.zkey"));
        assert!(node.args(["--name=bench", "-e=bench"]).output().unwrap().status.success());
    });
}

fn main() {
    let given: Vec<u32> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let folder = tempfile::tempdir().unwrap();
    let powers = if given.is_empty() { vec![16, 18] } else { given };
    powers.into_iter().for_each(|power| bench(folder.path(), power));
}
