//! `export`.

use proofrail_prover::{
    key::{KeyPolicy, VerifyingKey},
    solidity,
};
use serde_json::json;

use super::{
    Report,
    args::{ExportArgs, ExportTarget},
    error::{CliError, write_text},
};

pub(super) fn run(args: &ExportArgs, policy: KeyPolicy) -> Result<Report, CliError> {
    let key = VerifyingKey::load(&args.vk, policy)?;
    let mut written = Vec::new();
    for (name, text) in files(&key, args.target) {
        let path = args.out.join(name);
        write_text(&path, &text)?;
        written.push(path);
    }
    let lines: Vec<_> = written.iter().map(|path| path.display().to_string()).collect();
    Ok(Report { text: lines.join("\n"), json: json!({ "files": written }) })
}

/// Names and texts of the files for one target.
fn files(key: &VerifyingKey, target: ExportTarget) -> Vec<(String, String)> {
    let circuit = key.circuit();
    match target {
        ExportTarget::Solidity => [
            solidity::verifier(key),
            solidity::batch_verifier(key),
            solidity::inputs_library(circuit),
        ]
        .map(|source| (format!("{}.sol", source.name), source.text))
        .to_vec(),
        ExportTarget::Near => {
            let registration = json!({
                "circuit_id": circuit.id(),
                "name": format!("{}/{}", circuit.name(), circuit.version()),
                "public_inputs": circuit.input_names(),
                "vk": key.to_json(),
            });
            vec![(format!("{}.near.json", circuit.name()), format!("{registration:#}\n"))]
        }
        ExportTarget::Json => {
            let vk = json!(key.to_json());
            vec![(format!("{}.vk.json", circuit.name()), format!("{vk:#}\n"))]
        }
    }
}
