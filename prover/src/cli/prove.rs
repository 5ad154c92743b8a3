//! `prove`.

use proofrail_prover::key::{KeyPolicy, ProvingKey};
use serde_json::json;

use super::{
    Report,
    args::ProveArgs,
    error::{CliError, read_text, write_text},
};

pub(super) fn run(args: &ProveArgs, policy: KeyPolicy) -> Result<Report, CliError> {
    let input = read_text(&args.input)?;
    let key = ProvingKey::load(&args.key(), policy)?;
    if key.circuit().name() != args.circuit {
        let asked = args.circuit.clone();
        return Err(CliError::OtherCircuit { key: key.circuit().name(), asked });
    }
    let proof = key.prove_json(&input)?;
    let out = args.out();
    write_text(&out, &proof.to_json())?;
    Ok(Report {
        text: format!("proof of {} in {}", key.circuit().signature(), out.display()),
        json: json!({
            "circuit": key.circuit().name(),
            "circuit_id": key.circuit().id(),
            "proof_file": out,
        }),
    })
}
