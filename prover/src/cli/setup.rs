//! `setup-dev`.

use proofrail_circuits::registry;
use proofrail_prover::setup::setup_dev;
use serde_json::json;

use super::{Report, args::SetupArgs, error::CliError};

pub(super) fn run(args: &SetupArgs) -> Result<Report, CliError> {
    let circuit = registry::by_name(&args.circuit).ok_or_else(|| CliError::UnknownCircuit {
        got: args.circuit.clone(),
        known: registry::CIRCUITS.iter().map(|c| c.name()).collect::<Vec<_>>().join(", "),
    })?;
    let key = setup_dev(circuit)?;
    let pk = args.out.join(format!("{}.pk", circuit.name()));
    let vk = args.out.join(format!("{}.vk", circuit.name()));
    key.save(&pk)?;
    key.verifying_key().save(&vk)?;
    Ok(Report {
        text: format!(
            "{} constraints of {}\nproving key   {}\nverifying key {}\n\
             INSECURE: anybody can forge proofs for these keys; use them with --allow-insecure-dev",
            key.constraint_count(),
            circuit.signature(),
            pk.display(),
            vk.display(),
        ),
        json: json!({
            "circuit": circuit.name(),
            "circuit_id": circuit.id(),
            "constraints": key.constraint_count(),
            "proving_key": pk,
            "verifying_key": vk,
            "insecure_dev": true,
        }),
    })
}
