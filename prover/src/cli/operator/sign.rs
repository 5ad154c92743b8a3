//! `sign-proof`.

use proofrail_prover::{
    key::{KeyPolicy, VerifyingKey},
    operator::{config::Config, statement},
    proof::ProofFile,
};
use serde_json::json;

use super::{
    super::{
        Report,
        error::{CliError, read_text},
    },
    SignProofArgs,
};

pub(super) fn run(args: &SignProofArgs) -> Result<Report, CliError> {
    let config = Config::load(&args.prover.config)?;
    let proof = ProofFile::from_json(&read_text(&args.proof)?)?;
    // A signature of a false proof costs stake.
    let policy: KeyPolicy = config.key_policy()?;
    VerifyingKey::load(&args.vk, policy)?.verify_file(&proof)?;
    let key = config.statement_key()?;
    let signed = statement::sign(&key, config.market().id(), args.job, &proof);
    let text = format!(
        "statement key  {}\nproof hash     {}\nsignature      {}",
        signed.statement_key, signed.proof_hash, signed.signature
    );
    Ok(Report { text, json: json!(signed) })
}
