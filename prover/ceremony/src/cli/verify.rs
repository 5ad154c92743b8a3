//! `verify`.

use std::path::Path;

use proofrail_formats::zkey::{ContributionKind, Zkey};
use serde_json::{Value, json};

use super::{Report, args::VerifyArgs, files::Origin};
use crate::{
    error::CeremonyError,
    progress::Progress,
    transcript::{Signatures, Transcript, sha256, verify_against},
    verify::{Verified, VerifiedContribution, verify, verify_from_initial},
};

pub(super) fn run(args: &VerifyArgs, progress: &dyn Progress) -> Result<Report, CeremonyError> {
    let origin = Origin::open(&args.origin)?;
    let key = Zkey::open(&args.key)?;
    let verified = match &args.initial {
        Some(initial) => verify_from_initial(&Zkey::open(initial)?, &key, progress)?,
        None => verify(&origin.r1cs, &origin.ptau, &key, folder(&args.key), progress)?,
    };
    let transcript = args.transcript.as_deref().map(Transcript::read).transpose()?;
    let signatures = transcript
        .as_ref()
        .map(|transcript| {
            signatures(&origin, transcript, &verified, &key, args.min_contributors.unwrap_or(0))
        })
        .transpose()?;
    Ok(report(&verified, signatures.as_ref()))
}

/// The initial key is made beside the key, where there is room for one of its size.
pub(super) fn folder(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Compares the record with the key, and counts who signed.
pub(super) fn signatures(
    origin: &Origin,
    transcript: &Transcript,
    verified: &Verified,
    key: &Zkey,
    needed: usize,
) -> Result<Signatures, CeremonyError> {
    origin.is_of(transcript)?;
    let signatures = verify_against(transcript, verified, &sha256(key.file_bytes()))?;
    let got = signatures.contributors.len();
    if got < needed {
        return Err(CeremonyError::TooFewContributors { needed, got });
    }
    Ok(signatures)
}

pub(super) fn report(verified: &Verified, signatures: Option<&Signatures>) -> Report {
    let mut lines = vec![format!("circuit hash {}", hex::encode(verified.circuit_hash))];
    for (index, contribution) in (1..).zip(&verified.contributions) {
        let signed = signatures.is_some_and(|signatures| !signatures.unsigned.contains(&index));
        lines.push(line(index, contribution, signed));
    }
    lines.push(match signatures {
        Some(signatures) => {
            format!("The key holds. {} distinct keys signed.", signatures.contributors.len())
        }
        None => "The key holds. Without a transcript nobody stands for its names.".to_owned(),
    });
    let contributions: Vec<Value> = verified.contributions.iter().map(entry).collect();
    Report {
        text: lines.join("\n"),
        json: json!({
            "valid": true,
            "circuit_hash": hex::encode(verified.circuit_hash),
            "contributions": contributions,
            "distinct_signers": signatures.map(|signatures| &signatures.contributors),
            "unsigned": signatures.map(|signatures| &signatures.unsigned),
        }),
    }
}

fn line(index: usize, contribution: &VerifiedContribution, signed: bool) -> String {
    let name = contribution.name.as_deref().unwrap_or("(no name)");
    let kind = match &contribution.kind {
        ContributionKind::Random => String::new(),
        ContributionKind::Beacon { value, iterations_exp } => {
            format!(", beacon {} hashed 2^{iterations_exp} times", hex::encode(value))
        }
    };
    let signed = if signed { ", signed" } else { "" };
    // A name from elsewhere could hold a terminal's control sequences.
    format!("{index} {}{kind}{signed}\n  {}", name.escape_debug(), hex::encode(contribution.hash))
}

fn entry(contribution: &VerifiedContribution) -> Value {
    let beacon = matches!(contribution.kind, ContributionKind::Beacon { .. });
    json!({ "name": contribution.name, "hash": hex::encode(contribution.hash), "beacon": beacon })
}
