//! `verify`.

use proofrail_prover::{
    key::{KeyPolicy, VerifyingKey},
    proof::ProofFile,
};
use serde_json::json;

use super::{
    Report,
    args::VerifyArgs,
    error::{CliError, read_text},
};

pub(super) fn run(args: &VerifyArgs, policy: KeyPolicy) -> Result<Report, CliError> {
    let proof = ProofFile::from_json(&read_text(&args.proof)?)?;
    VerifyingKey::load(&args.vk(proof.circuit().name()), policy)?.verify_file(&proof)?;
    Ok(Report {
        text: format!("the proof holds: {}", proof.circuit().signature()),
        json: json!({
            "valid": true,
            "circuit": proof.circuit().name(),
            "circuit_id": proof.circuit_id(),
        }),
    })
}
