//! Writes what the Solidity tests take from Rust: the generated verifiers, and settlements and transfers of
//! the shielded pool with real proofs.

#[path = "evm-fixtures/pool.rs"]
mod pool;

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use alloy::primitives::{Address, B256, Bytes, U256, keccak256};
use clap::Parser;
use proofrail_circuits::{
    circuit::{Circuit, CircuitId},
    eddsa::SecretKey,
    field::{self, FieldError, Fr},
    membership::MembershipCircuit,
    public_inputs::PublicInputs,
    receipt::{
        CoordinatorKey, PrivateReceiptCircuit, Receipt, ReceiptCircuit, ReceiptError, SignedReceipt,
    },
    receipt_batch::ReceiptBatchCircuit,
    registry,
    shielded::ShieldedCircuit,
};
use proofrail_evm::{
    MessageError, Settlement,
    settlement::{Proof as ProofWords, evm_contract, market_job, near_contract, source_chain},
};
use proofrail_prover::{
    key::{KeyError, ProvingKey, VerifyError},
    proof::{Proof, ProofDecodeError},
    prove::ProveError,
    setup::setup_dev,
    solidity::{self, SoliditySource},
};
use serde::{Deserialize, Serialize};

/// Writes the generated Solidity and the proven settlements of the forge tests.
#[derive(Debug, Parser)]
#[command(name = "evm-fixtures", version)]
struct Options {
    /// Write nothing, and fail where a committed file is not what would be written.
    #[arg(long)]
    check: bool,
}

/// Why the files could not be written, or are stale.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("the registry has no circuit {0}")]
    Circuit(&'static str),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("the receipt {name:?}: {source}")]
    Receipt { name: &'static str, source: SignError },
    #[error("the receipt {name:?}: {source}")]
    Prove { name: &'static str, source: Box<ProveError> },
    #[error("the pool's transfers: {0}")]
    Pool(#[from] pool::PoolError),
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("{}: {source}", path.display())]
    Json { path: PathBuf, source: serde_json::Error },
    #[error("{} is stale ({reason}): run `cargo xtask snapshots`", path.display())]
    Stale { path: PathBuf, reason: String },
}

/// Why a receipt could not be signed.
#[derive(Debug, thiserror::Error)]
enum SignError {
    #[error(transparent)]
    Field(#[from] FieldError),
    #[error(transparent)]
    Receipt(#[from] ReceiptError),
}

/// The file that the forge tests read.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Fixtures {
    chain_id: u64,
    hub: Address,
    token: Address,
    hostile_token: Address,
    payer: Address,
    other_payer: Address,
    coordinator: B256,
    other_coordinator: B256,
    receipts: Vec<ProvenReceipt>,
}

/// A settlement as the message that carries it, and the public inputs of its proof.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ProvenReceipt {
    name: String,
    public_inputs: Vec<B256>,
    message: Bytes,
}

/// The coordinators, of keys that everybody knows.
struct Parties {
    coordinator: CoordinatorKey,
    other_coordinator: CoordinatorKey,
}

/// A settlement, and the receipt that pays it.
struct Case {
    name: &'static str,
    settlement: Settlement,
    units: u64,
    rate: u128,
    by_other_coordinator: bool,
}

const CHAIN_ID: u64 = 31_337;
/// 2100-01-01, beyond the tests' clock.
const DEADLINE: u64 = 4_102_444_800;

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), Error> {
    let contracts = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("contracts-evm");
    let sources = contracts.join("src/generated");
    let key = key_of::<ReceiptCircuit>(options, &sources)?;
    generated(options, &sources, &solidity::batch_verifier(key.verifying_key()))?;
    key_of::<ReceiptBatchCircuit>(options, &sources)?;
    let pool_keys = pool::Keys {
        receipt: key_of::<PrivateReceiptCircuit>(options, &sources)?,
        shielded: key_of::<ShieldedCircuit>(options, &sources)?,
        membership: key_of::<MembershipCircuit>(options, &sources)?,
    };
    let folder = contracts.join("test/fixtures");
    pool::write(options, &folder.join("shielded.json"), &pool_keys)?;
    receipts(options, &folder.join("receipts.json"), &key)
}

/// Writes the settlements, or compares them.
fn receipts(options: &Options, path: &Path, key: &ProvingKey) -> Result<(), Error> {
    let parties = Parties::derive()?;
    let current = check_fixtures(path, &parties, key);
    // Every proof of a statement is another one, so that a file that still holds is left as it is.
    if options.check || current.is_ok() {
        return current;
    }
    write_json(path, &fixtures(&parties, key)?)
}

/// The development key of a circuit whose verifier the contracts call; writes or compares its Solidity.
fn key_of<C: Circuit>(options: &Options, folder: &Path) -> Result<ProvingKey, Error> {
    let circuit = registry::by_name(C::NAME).ok_or(Error::Circuit(C::NAME))?;
    let key = setup_dev(circuit)?;
    for source in [solidity::verifier(key.verifying_key()), solidity::inputs_library(circuit)] {
        generated(options, folder, &source)?;
    }
    Ok(key)
}

/// Writes a generated source, or compares it.
fn generated(options: &Options, folder: &Path, source: &SoliditySource) -> Result<(), Error> {
    let path = folder.join(format!("{}.sol", source.name));
    if !options.check {
        return fs::write(&path, &source.text).map_err(|source| Error::File { path, source });
    }
    if read(&path)? == source.text {
        return Ok(());
    }
    Err(Error::Stale { path, reason: "it differs from what the verifying key gives".to_owned() })
}

fn fixtures(parties: &Parties, key: &ProvingKey) -> Result<Fixtures, Error> {
    let receipts = cases(parties, key.verifying_key().circuit_id())
        .into_iter()
        .map(|case| prove(&case, parties, key))
        .collect::<Result<_, _>>()?;
    Ok(Fixtures { receipts, ..parties.fixtures() })
}

/// Proofs are random, so that they are not compared but verified: for the settlements that would be written now,
/// under the key of now.
fn check_fixtures(path: &Path, parties: &Parties, key: &ProvingKey) -> Result<(), Error> {
    let stale = |reason: String| Error::Stale { path: path.to_owned(), reason };
    let mut committed: Fixtures = serde_json::from_str(&read(path)?)
        .map_err(|source| Error::Json { path: path.to_owned(), source })?;
    let receipts = std::mem::take(&mut committed.receipts);
    if committed != parties.fixtures() {
        return Err(stale("the parties differ".to_owned()));
    }
    let cases = cases(parties, key.verifying_key().circuit_id());
    if receipts.len() != cases.len() {
        return Err(stale(format!("{} receipts instead of {}", receipts.len(), cases.len())));
    }
    for (receipt, case) in receipts.iter().zip(cases) {
        check_receipt(receipt, &case, parties, key)
            .map_err(|reason| stale(format!("the receipt {:?}: {reason}", receipt.name)))?;
    }
    Ok(())
}

/// What is wrong with a committed receipt.
#[derive(Debug, thiserror::Error)]
enum Mismatch {
    #[error("its place is {0:?}'s")]
    Name(&'static str),
    #[error("its settlement is another")]
    Settlement,
    #[error("its public inputs are others")]
    PublicInputs,
    #[error(transparent)]
    Message(#[from] MessageError),
    #[error(transparent)]
    Sign(#[from] SignError),
    #[error(transparent)]
    Proof(#[from] ProofDecodeError),
    #[error(transparent)]
    Verify(#[from] VerifyError),
}

fn check_receipt(
    committed: &ProvenReceipt,
    case: &Case,
    parties: &Parties,
    key: &ProvingKey,
) -> Result<(), Mismatch> {
    if committed.name != case.name {
        return Err(Mismatch::Name(case.name));
    }
    let (settlement, words) = Settlement::decode_message(&committed.message)?;
    if settlement != case.settlement {
        return Err(Mismatch::Settlement);
    }
    let inputs = case.sign(parties)?.public_inputs();
    if committed.public_inputs != words_of(&inputs.to_vec()) {
        return Err(Mismatch::PublicInputs);
    }
    let mut bytes = [0; 256];
    for (to, word) in bytes.chunks_exact_mut(32).zip(words) {
        to.copy_from_slice(&word.to_be_bytes::<32>());
    }
    key.verifying_key().verify::<ReceiptCircuit>(&inputs, &Proof::from_bytes(&bytes)?)?;
    Ok(())
}

fn prove(case: &Case, parties: &Parties, key: &ProvingKey) -> Result<ProvenReceipt, Error> {
    let name = case.name;
    let circuit = case
        .sign(parties)
        .and_then(|signed| Ok(signed.to_circuit()?))
        .map_err(|source| Error::Receipt { name, source })?;
    let proven =
        key.prove(&circuit).map_err(|source| Error::Prove { name, source: Box::new(source) })?;

    let bytes = proven.proof().to_bytes();
    let words: ProofWords =
        std::array::from_fn(|i| U256::from_be_slice(&bytes[32 * i..32 * (i + 1)]));
    Ok(ProvenReceipt {
        name: name.to_owned(),
        public_inputs: words_of(proven.inputs()),
        message: case.settlement.encode_message(&words).into(),
    })
}

impl Parties {
    fn derive() -> Result<Self, Error> {
        let key = |name: &str, fee_bps| {
            let secret = SecretKey::from_bytes(keccak256(name).0);
            CoordinatorKey::new(secret, fee_bps)
                .map_err(|source| Error::Receipt { name: "coordinator", source: source.into() })
        };
        Ok(Self {
            coordinator: key("proofrail test coordinator", 250)?,
            other_coordinator: key("proofrail test coordinator, another", 0)?,
        })
    }

    fn fixtures(&self) -> Fixtures {
        Fixtures {
            chain_id: CHAIN_ID,
            hub: party("hub"),
            token: party("token"),
            hostile_token: party("hostile token"),
            payer: party("payer"),
            other_payer: party("other payer"),
            coordinator: word_of(&self.coordinator.id()),
            other_coordinator: word_of(&self.other_coordinator.id()),
            receipts: Vec::new(),
        }
    }
}

impl Case {
    /// The first payer's job with this number, for the first recipient, in the test token.
    fn new(name: &'static str, circuit: CircuitId, job: u64, units: u64, rate: u128) -> Self {
        let settlement = Settlement {
            circuitId: B256::from(*circuit.as_bytes()),
            sourceChain: source_chain("near:devnet"),
            sourceContract: near_contract("market.near"),
            jobId: market_job(job),
            payer: party("payer"),
            recipient: party("recipient"),
            token: party("token"),
            amount: u128::from(units).saturating_mul(rate),
            deadline: DEADLINE,
            coordinator: B256::ZERO,
        };
        Self { name, settlement, units, rate, by_other_coordinator: false }
    }

    /// The same with some terms changed.
    fn with(mut self, change: impl FnOnce(&mut Settlement)) -> Self {
        change(&mut self.settlement);
        self
    }

    /// The receipt that the coordinator signs for this settlement on the test chain and hub.
    fn sign(&self, parties: &Parties) -> Result<SignedReceipt, SignError> {
        let coordinator = parties.coordinator_of(self);
        let context = self.settlement.context(CHAIN_ID, party("hub"));
        let context = field::from_be_bytes(&context.to_be_bytes())?;
        let details = field::keccak_mod_r(self.name.as_bytes());
        let fee_bps = coordinator.fee_bps();
        let receipt = Receipt::new(context, details, self.units, self.rate, fee_bps)?;
        Ok(coordinator.sign(receipt)?)
    }
}

fn cases(parties: &Parties, circuit: CircuitId) -> Vec<Case> {
    let first = |name, units| Case::new(name, circuit, 0, units, 100_000);
    let job = |name, job| Case::new(name, circuit, job, 10 + job, 70_000);
    let hostile = |name, number| job(name, number).with(|s| s.token = party("hostile token"));
    let mut cases = vec![
        first("first job", 25),
        job("second job", 1).with(|s| s.recipient = party("other recipient")),
        job("third job", 2),
        Case { by_other_coordinator: true, ..job("another coordinator", 3) },
        // (2^64 - 1)(2^64 + 1) = 2^128 - 1
        Case::new("largest amount", circuit, 4, u64::MAX, (1 << 64) + 1),
        hostile("hostile token", 5),
        hostile("hostile token, another job", 6),
        job("due early", 7).with(|s| s.deadline = 1_700_003_600),
        job("another payer's job", 8).with(|s| s.payer = party("other payer")),
        first("first job, another recipient", 25).with(|s| s.recipient = party("other recipient")),
        first("first job, another amount", 26),
        first("first job, another payer", 25).with(|s| s.payer = party("other payer")),
        first("first job, another contract", 25)
            .with(|s| s.sourceContract = evm_contract(party("market"))),
        first("first job, another chain", 25).with(|s| s.sourceChain = source_chain("eip155:1")),
    ];
    for case in &mut cases {
        case.settlement.coordinator = word_of(&parties.coordinator_of(case).id());
    }
    cases
}

impl Parties {
    const fn coordinator_of(&self, case: &Case) -> &CoordinatorKey {
        if case.by_other_coordinator { &self.other_coordinator } else { &self.coordinator }
    }
}

/// The address of a party, which nobody has a key for. The forge tests deploy contracts to some of them.
fn party(name: &str) -> Address {
    Address::from_word(keccak256(format!("proofrail test {name}")))
}

fn word_of(value: &Fr) -> B256 {
    field::to_be_bytes(value).into()
}

fn words_of(values: &[Fr]) -> Vec<B256> {
    values.iter().map(word_of).collect()
}

fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|source| Error::File { path: path.to_owned(), source })
}

fn write_json(path: &Path, fixtures: &impl Serialize) -> Result<(), Error> {
    let mut text = serde_json::to_string_pretty(fixtures)
        .map_err(|source| Error::Json { path: path.to_owned(), source })?;
    text.push('\n');
    fs::write(path, text).map_err(|source| Error::File { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::{Options, run};

    #[test]
    fn the_committed_files_are_current() {
        run(&Options { check: true }).unwrap();
    }
}
