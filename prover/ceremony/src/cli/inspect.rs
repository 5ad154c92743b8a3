//! `inspect`.

use std::{fs::File, io::Read as _, path::Path};

use proofrail_formats::{ptau::Ptau, r1cs::R1cs, zkey::Zkey};
use serde_json::{Value, json};

use super::{Report, args::InspectArgs};
use crate::{
    error::CeremonyError,
    snarkjs::contribution_hash,
    transcript::{Transcript, sha256},
};

pub(super) fn run(args: &InspectArgs) -> Result<Report, CeremonyError> {
    let path = &args.file;
    let mut head = [0; 4];
    File::open(path)
        .and_then(|mut file| file.read(&mut head))
        .map_err(|source| CeremonyError::Io { path: path.clone(), source })?;
    let json = match &head {
        b"r1cs" => r1cs(path)?,
        b"ptau" => ptau(path)?,
        b"zkey" => zkey(path)?,
        _ => transcript(path)?,
    };
    Ok(Report { text: format!("{json:#}"), json })
}

fn r1cs(path: &Path) -> Result<Value, CeremonyError> {
    let file = R1cs::open(path)?;
    let header = file.header();
    Ok(json!({
        "kind": "r1cs",
        "sha256": sha256(file.file_bytes()),
        "constraints": header.constraints,
        "variables": header.variables,
        "outputs": header.outputs,
        "public_inputs": header.public_inputs,
        "private_inputs": header.private_inputs,
    }))
}

fn ptau(path: &Path) -> Result<Value, CeremonyError> {
    let file = Ptau::open(path)?;
    Ok(json!({
        "kind": "ptau",
        "sha256": sha256(file.file_bytes()),
        "power": file.header().power,
        "ceremony_power": file.header().ceremony_power,
        "prepared": file.is_prepared(),
    }))
}

fn zkey(path: &Path) -> Result<Value, CeremonyError> {
    let file = Zkey::open(path)?;
    let (header, mpc) = (file.header(), file.mpc_params()?);
    let contributions: Vec<Value> = mpc
        .contributions
        .iter()
        .map(|one| json!({ "name": one.name, "hash": hex::encode(contribution_hash(one)) }))
        .collect();
    Ok(json!({
        "kind": "zkey",
        "sha256": sha256(file.file_bytes()),
        "variables": header.variables,
        "public": header.public,
        "domain_size": header.domain_size,
        "circuit_hash": hex::encode(mpc.circuit_hash),
        "contributions": contributions,
    }))
}

fn transcript(path: &Path) -> Result<Value, CeremonyError> {
    let transcript = Transcript::read(path)?;
    Ok(json!({
        "kind": "transcript",
        "head": transcript.head(),
        "entries": transcript.entries(),
    }))
}
