//! `inspect`.

use std::fs;

use proofrail_circuits::{circuit::CircuitId, field, registry};
use proofrail_prover::{
    key::{self, KeyError, KeyOrigin},
    proof::ProofFile,
};
use serde_json::json;

use super::{Report, args::InspectArgs, error::CliError};

pub(super) fn run(args: &InspectArgs) -> Result<Report, CliError> {
    let bytes =
        fs::read(&args.file).map_err(|source| CliError::Io { path: args.file.clone(), source })?;
    match key::inspect(&bytes) {
        // Not a key: JSON, then.
        Err(KeyError::Magic) => proof(&String::from_utf8_lossy(&bytes)),
        summary => Ok(key_file(&summary?)),
    }
}

fn key_file(summary: &key::KeySummary) -> Report {
    let insecure = summary.origin == KeyOrigin::InsecureDev;
    let circuit = signature(&summary.circuit_id);
    let origin = if insecure { "INSECURE development setup" } else { "ceremony, by its mark" };
    Report {
        text: format!(
            "{}\ncircuit    {circuit}\ncircuit id {}\norigin     {origin}\nbytes      {}",
            summary.kind, summary.circuit_id, summary.payload_bytes,
        ),
        json: json!({
            "kind": summary.kind.to_string(),
            "circuit": circuit,
            "circuit_id": summary.circuit_id,
            "insecure_dev": insecure,
            "payload_bytes": summary.payload_bytes,
        }),
    }
}

fn proof(text: &str) -> Result<Report, CliError> {
    let file = ProofFile::from_json(text)?;
    let circuit = file.circuit();
    let mut lines = format!(
        "proof, not verified here\ncircuit    {}\ncircuit id {}",
        circuit.signature(),
        circuit.id(),
    );
    let mut inputs = serde_json::Map::new();
    for (name, value) in circuit.input_names().iter().zip(file.inputs()) {
        let value = field::to_hex(value);
        lines += &format!("\n{name:<10} {value}");
        inputs.insert((*name).to_owned(), value.into());
    }
    Ok(Report {
        text: lines,
        json: json!({
            "kind": "proof",
            "circuit": circuit.signature(),
            "circuit_id": circuit.id(),
            "public_inputs": inputs,
        }),
    })
}

fn signature(id: &CircuitId) -> String {
    registry::by_id(id).map_or_else(|| "unknown to this program".to_owned(), |c| c.signature())
}
