//! What a process of one prover takes.

use crate::{Contender, Files, Result, report::Row};
use ark_bn254::{Bn254, Fr};
use ark_groth16::{Groth16, Proof, prepare_verifying_key};
use proofrail_formats::{
    json::{self, ProofJson},
    wtns::Wtns,
    zkey::Zkey,
};
use std::{
    env, fs,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const SNARKJS: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../node_modules/snarkjs/build/cli.cjs");
/// How often a process is asked for its peak of memory.
const INTERVAL: Duration = Duration::from_millis(5);

/// Runs a prover and checks its proof.
pub(crate) fn prove(prover: Contender, files: &Files, folder: &Path) -> Result<Row> {
    let proof = folder.join("proof.json");
    if proof.exists() {
        fs::remove_file(&proof)?;
    }
    let mut command = command(prover, files, &proof, folder)?;
    let (before, start) = (children_cpu()?, Instant::now());
    let mut child = command.stdout(Stdio::null()).spawn()?;
    let peak = watch(&mut child)?;
    let wall = start.elapsed();
    if !child.wait()?.success() {
        return Err(format!("{prover} failed").into());
    }
    let cpu = children_cpu()? - before;
    verify(files, &proof).map_err(|error| format!("{prover}: {error}"))?;
    Ok(Row {
        circuit: files.name.clone(),
        constraints: files.constraints,
        prover: prover.to_string(),
        cpu_seconds: cpu,
        wall_seconds: wall.as_secs_f64(),
        peak_bytes: peak,
    })
}

fn command(prover: Contender, files: &Files, proof: &Path, folder: &Path) -> Result<Command> {
    if prover == Contender::Snarkjs {
        let mut command = Command::new("node");
        command.arg(SNARKJS).args(["groth16", "prove"]);
        command.args([&files.zkey, &files.wtns]).arg(proof).arg(folder.join("public.json"));
        return Ok(command);
    }
    let mut command = Command::new(env::current_exe()?);
    command.arg("--child").arg(prover.to_string());
    command.args([&files.zkey, &files.wtns]).arg(proof);
    Ok(command)
}

/// Waits for the end, and gives the peak of resident memory in bytes, mapped files included.
fn watch(child: &mut Child) -> Result<u64> {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait()?.is_none() {
        let now = fs::read_to_string(&status).ok().and_then(|status| {
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
            line.trim().strip_suffix(" kB")?.parse::<u64>().ok()
        });
        peak = peak.max(now.unwrap_or(0) << 10);
        thread::sleep(INTERVAL);
    }
    Ok(peak)
}

/// Processor seconds of all processes that have ended below this one (`proc_pid_stat(5)`, fields 16 and 17).
fn children_cpu() -> Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let (_, fields) = stat.rsplit_once(") ").ok_or("/proc/self/stat has no name")?;
    let ticks: u64 = fields
        .split(' ')
        .skip(13)
        .take(2)
        .map(str::parse::<u64>)
        .sum::<std::result::Result<u64, _>>()?;
    Ok(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
}

fn verify(files: &Files, proof: &Path) -> Result<()> {
    let zkey = Zkey::open(&files.zkey)?;
    let inputs: Vec<Fr> = {
        let values = Wtns::open(&files.wtns)?.values()?;
        values[1..=zkey.header().public as usize].to_vec()
    };
    let proof = Proof::<Bn254>::try_from(&json::read::<ProofJson>(proof)?)?;
    let key = prepare_verifying_key(&zkey.verifying_key()?);
    match Groth16::<Bn254>::verify_proof(&key, &proof, &inputs)? {
        true => Ok(()),
        false => Err("the proof does not verify".into()),
    }
}
