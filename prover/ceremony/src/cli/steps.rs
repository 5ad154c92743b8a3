//! `keygen`, `init`, `contribute` and `beacon`.

use proofrail_formats::zkey::Zkey;
use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
use serde_json::json;

use super::{
    Report,
    args::{BeaconArgs, BetweenArgs, ContributeArgs, InitArgs, KeygenArgs, RecordArgs},
    files::{Origin, entropy, hash_file, key_of},
};
use crate::{
    contribute::{self, Contributed},
    error::CeremonyError,
    progress::Progress,
    setup,
    transcript::{Action, Signer, Transcript},
};

pub(super) fn keygen(args: &KeygenArgs) -> Result<Report, CeremonyError> {
    let signer = Signer::generate()?;
    signer.save(&args.out)?;
    let public_key = signer.public_key();
    Ok(Report {
        text: format!("public key {public_key}\nThe key is in {}: keep it.", args.out.display()),
        json: json!({ "public_key": public_key, "file": args.out }),
    })
}

pub(super) fn init(args: &InitArgs, progress: &dyn Progress) -> Result<Report, CeremonyError> {
    let signer = Signer::load(&args.record.signing_key)?;
    for path in [&args.out, &args.record.transcript] {
        if path.exists() {
            return Err(CeremonyError::OutputExists(path.clone()));
        }
    }
    let origin = Origin::open(&args.origin)?;
    setup::check_bases(&origin.r1cs, &origin.ptau)?;
    let hash = setup::initial_key(&origin.r1cs, &origin.ptau, &args.out, progress)?;
    let circuit_hash = hex::encode(hash);
    let key = hash_file(&args.out)?;
    let action = Action::Init {
        circuit_hash: circuit_hash.clone(),
        r1cs_sha256: origin.r1cs_sha256,
        ptau_sha256: origin.ptau_sha256,
    };
    let transcript = Transcript::begin(action, key.clone(), &signer)?;
    transcript.write(&args.record.transcript)?;
    Ok(Report {
        text: format!("circuit hash {circuit_hash}\nsha256 {key}  {}", args.out.display()),
        json: json!({ "circuit_hash": circuit_hash, "key_sha256": key, "transcript_head": transcript.head() }),
    })
}

pub(super) fn contribute(
    args: &ContributeArgs,
    progress: &dyn Progress,
) -> Result<Report, CeremonyError> {
    keep_memory_off_disk();
    let step = Step::prepare(&args.between, &args.record)?;
    let entropy = entropy(args.entropy.as_deref())?;
    let BetweenArgs { out, name, .. } = &args.between;
    let done = contribute::contribute(&step.key, out, name, entropy, progress)?;
    step.record(done, |index, name, hash, input_sha256| Action::Contribution {
        index,
        name,
        hash,
        input_sha256,
    })
}

pub(super) fn beacon(args: &BeaconArgs, progress: &dyn Progress) -> Result<Report, CeremonyError> {
    let step = Step::prepare(&args.between, &args.record)?;
    let value = hex::decode(args.value.trim_start_matches("0x")).unwrap_or_default();
    let BetweenArgs { out, name, .. } = &args.between;
    let done = contribute::beacon(&step.key, out, name, &value, args.iterations, progress)?;
    step.record(done, |index, name, hash, input_sha256| Action::Beacon {
        index,
        name,
        hash,
        input_sha256,
    })
}

/// No core dump, and no other process of the user attaches. Either may fail in a sandbox that forbids
/// it; the contribution is sound without.
fn keep_memory_off_disk() {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    let _ = setrlimit(Resource::Core, none);
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

/// What is read before the contribution, so that nothing is refused after it.
struct Step<'a> {
    between: &'a BetweenArgs,
    record: &'a RecordArgs,
    signer: Signer,
    transcript: Transcript,
    key: Zkey,
    input: String,
}

impl<'a> Step<'a> {
    fn prepare(between: &'a BetweenArgs, record: &'a RecordArgs) -> Result<Self, CeremonyError> {
        let signer = Signer::load(&record.signing_key)?;
        let transcript = Transcript::read(&record.transcript)?;
        let (key, input) = key_of(&between.from, &transcript)?;
        Ok(Self { between, record, signer, transcript, key, input })
    }

    fn record(
        mut self,
        done: Contributed,
        action: impl FnOnce(usize, String, String, String) -> Action,
    ) -> Result<Report, CeremonyError> {
        let BetweenArgs { out, name, .. } = self.between;
        let (hash, key) = (hex::encode(done.hash), hash_file(out)?);
        let action = action(done.index, name.clone(), hash.clone(), self.input);
        self.transcript.append(action, key.clone(), &self.signer)?;
        self.transcript.write(&self.record.transcript)?;
        let (index, head) = (done.index, self.transcript.head());
        Ok(Report {
            text: format!(
                "contribution {index} by {name}\nhash {hash}\nsha256 {key}  {}\ntranscript {head}\n\
                 Publish these lines where people know you.",
                out.display()
            ),
            json: json!({
                "index": index,
                "name": name,
                "hash": hash,
                "key_sha256": key,
                "public_key": self.signer.public_key(),
                "transcript_head": head,
            }),
        })
    }
}
