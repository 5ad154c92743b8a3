//! `finalize` and `export`.

use std::{fs, path::PathBuf};

use proofrail_formats::{
    json::{self, VerificationKeyJson},
    zkey::Zkey,
};
use serde_json::json;

use super::{
    Report,
    args::{ExportArgs, FinalizeArgs, Target},
    files::{Origin, key_of},
    verify::{folder, report, signatures},
};
use crate::{
    error::CeremonyError,
    export::{self, Circuit},
    progress::Progress,
    transcript::{Action, Signer, Transcript, TranscriptError, sha256},
    verify::verify,
};

pub(super) fn finalize(
    args: &FinalizeArgs,
    progress: &dyn Progress,
) -> Result<Report, CeremonyError> {
    let signer = Signer::load(&args.record.signing_key)?;
    let mut transcript = Transcript::read(&args.record.transcript)?;
    let origin = Origin::open(&args.origin)?;
    let (key, key_sha256) = key_of(&args.key, &transcript)?;
    let verified = verify(&origin.r1cs, &origin.ptau, &key, folder(&args.key), progress)?;
    let signatures = signatures(&origin, &transcript, &verified, &key, args.min_contributors)?;
    json::write(&args.out, &VerificationKeyJson::from(&key.verifying_key()?))?;
    let written = fs::read(&args.out)
        .map_err(|source| CeremonyError::Io { path: args.out.clone(), source })?;
    let action = Action::Finalize {
        contributions: verified.contributions.len(),
        verification_key_sha256: sha256(&written),
    };
    transcript.append(action, key_sha256, &signer)?;
    transcript.write(&args.record.transcript)?;
    let Report { text, mut json } = report(&verified, Some(&signatures));
    json["transcript_head"] = transcript.head().into();
    json["verification_key_sha256"] = sha256(&written).into();
    let head = transcript.head();
    Ok(Report { text: format!("{text}\ntranscript {head}  publish this line"), json })
}

pub(super) fn export(args: &ExportArgs) -> Result<Report, CeremonyError> {
    let key = Zkey::open(&args.key)?;
    let finished = args.transcript.as_deref().map(Transcript::read).transpose()?;
    match finished {
        Some(transcript) => refuse_unfinished(&transcript, &key)?,
        None if args.allow_insecure_dev => {}
        None => return Err(CeremonyError::Unfinished),
    }
    let vk = key.verifying_key()?;
    export::check(&key, &vk)?;
    let inputs = args.inputs.clone();
    let circuit = Circuit::new(&args.name, args.circuit_version, inputs, args.allow_insecure_dev)?;
    let path = |name: String| args.out.join(name);
    let written: PathBuf = match args.target {
        Target::Json => {
            let path = path("verification_key.json".to_owned());
            json::write(&path, &VerificationKeyJson::from(&vk))?;
            path
        }
        Target::Near => {
            let path = path(format!("{}.near.json", circuit.file_name()));
            json::write(&path, &export::near(&circuit, &vk)?)?;
            path
        }
        Target::Solidity => {
            let path = path(format!("{}.sol", circuit.contract()));
            let text = export::solidity::verifier(&circuit, &vk)?;
            let write = |file: &mut fs::File| std::io::Write::write_all(file, text.as_bytes());
            proofrail_formats::container::replace(&path, write)
                .map_err(|source| CeremonyError::Io { path: path.clone(), source })?;
            path
        }
    };
    Ok(Report { text: written.display().to_string(), json: json!({ "files": [written] }) })
}

/// The record's last line declares this very file the result.
fn refuse_unfinished(transcript: &Transcript, key: &Zkey) -> Result<(), CeremonyError> {
    let last = transcript.entries().last().map(|entry| &entry.step);
    let Some(step) = last.filter(|step| matches!(step.action, Action::Finalize { .. })) else {
        return Err(CeremonyError::Unfinished);
    };
    let got = sha256(key.file_bytes());
    if step.key_sha256 == got {
        return Ok(());
    }
    Err(TranscriptError::Key { expected: step.key_sha256.clone(), got }.into())
}
