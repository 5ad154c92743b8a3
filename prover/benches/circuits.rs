//! Every circuit in one table: its size, what a witness takes, and what a proof takes. CPU time is that of all
//! threads, so that the figures of a busy machine and of one with more cores can be compared.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::{
    fs,
    time::{Duration, Instant},
};

use proofrail_circuits::registry::{self, RegisteredCircuit};
use proofrail_prover::setup::setup_dev;

/// Proofs of a circuit are repeated until they have taken this long.
const SPAN: Duration = Duration::from_secs(3);
const WITNESSES: usize = 11;
/// Of `/proc/self/stat`: Linux counts in hundredths of a second on every machine that we run on.
const TICK: Duration = Duration::from_millis(10);

/// The CPU time of all threads of this process.
fn cpu_time() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    // The name before the last parenthesis may hold spaces; utime and stime are the 12th and 13th behind it.
    let fields = stat.rsplit_once(')').unwrap().1.split_whitespace();
    let ticks: u32 = fields.skip(11).take(2).map(|field| field.parse::<u32>().unwrap()).sum();
    TICK * ticks
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    let result = work();
    let time = start.elapsed();
    drop(result);
    time
}

fn row(circuit: &'static dyn RegisteredCircuit) -> Vec<String> {
    let name = circuit.name();
    let path = format!("{}/../circuits/examples/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let sample = fs::read_to_string(path).unwrap();
    let key = setup_dev(circuit).unwrap();
    let assigned = circuit.assign(&sample).unwrap();

    let check = median((0..WITNESSES).map(|_| timed(|| circuit.assign(&sample))).collect());
    let witness =
        median((0..WITNESSES).map(|_| timed(|| key.witness(assigned.as_ref()))).collect());
    let (start, cpu, mut proofs) = (Instant::now(), cpu_time(), 0);
    while start.elapsed() < SPAN {
        key.prove(assigned.as_ref()).unwrap();
        proofs += 1;
    }
    let (wall, cpu) = (start.elapsed() / proofs, (cpu_time() - cpu) / proofs);
    vec![
        name.to_owned(),
        key.constraint_count().to_string(),
        circuit.input_names().len().to_string(),
        format!("{:.1}", check.as_secs_f64() * 1e3),
        format!("{:.1}", witness.as_secs_f64() * 1e3),
        format!("{:.2}", cpu.as_secs_f64()),
        format!("{:.2}", wall.as_secs_f64()),
    ]
}

fn main() {
    println!(
        "| circuit | constraints | public inputs | input ms | witness ms | proving CPU s | wall s |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    for circuit in registry::CIRCUITS {
        println!("| {} |", row(*circuit).join(" | "));
    }
}
