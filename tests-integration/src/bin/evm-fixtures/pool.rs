//! A life of the shielded pool in proofs: deposits, the private payment of a receipt, a withdrawal, and an
//! attempt to withdraw again. Their public inputs are the same in every run; their proofs are not.

use std::path::Path as FilePath;

use alloy::{
    primitives::{Address, B256, U256, keccak256},
    sol_types::SolValue,
};
use proofrail_circuits::{
    eddsa::SecretKey,
    field::{self, FieldError, Fr, keccak_mod_r},
    merkle::{Path, Tree},
    public_inputs::PublicInputs,
    receipt::{
        CoordinatorKey, PrivateReceipt, PrivateReceiptCircuit, Receipt, ReceiptError,
        SignedPrivateReceipt,
    },
    secret::Secret,
    shielded::{
        Note, POOL_DEPTH, PaidReceipt, ShieldedCircuit, Spend, Transfer, TransferError, owner,
    },
};
use proofrail_evm::settlement::{SCALAR_FIELD, market_job, near_contract, source_chain};
use proofrail_prover::{
    key::{ProvingKey, VerifyError},
    proof::{Proof, ProofDecodeError, ProofFile},
    prove::ProveError,
};
use serde::{Deserialize, Serialize};

use super::{CHAIN_ID, DEADLINE, Error, Options, party, read, word_of, words_of, write_json};

/// A proof in EIP-197 order.
type ProofWords = [B256; 8];

/// The keys of both circuits that the pool verifies.
pub(super) struct Keys {
    pub(super) shielded: ProvingKey,
    pub(super) receipt: ProvingKey,
}

/// The file that the forge tests read.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Fixtures {
    chain_id: u64,
    pool: Address,
    empty_root: B256,
    transfers: Vec<ProvenTransfer>,
}

/// A transfer in the order in which the pool sees them.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ProvenTransfer {
    name: String,
    terms: Terms,
    public_inputs: Vec<B256>,
    proof: ProofWords,
    /// The pool's root once the notes made are in the tree.
    root_after: B256,
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<ProvenReceipt>,
}

/// The Solidity struct `ShieldedTransfer`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Terms {
    token: Address,
    depositor: Address,
    deposit: U256,
    recipient: Address,
    withdrawal: U256,
    relayer: Address,
    fee: U256,
    deadline: u64,
    memo: B256,
    receipt_context: U256,
}

/// The private receipt that a transfer pays.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ProvenReceipt {
    source_chain: B256,
    source_contract: B256,
    job_id: B256,
    public_inputs: Vec<B256>,
    proof: ProofWords,
}

/// Why the pool's transfers could not be proven.
#[derive(Debug, thiserror::Error)]
pub(super) enum PoolError {
    #[error(transparent)]
    Field(#[from] FieldError),
    #[error(transparent)]
    Receipt(#[from] ReceiptError),
    #[error(transparent)]
    Transfer(#[from] TransferError),
    #[error(transparent)]
    Prove(#[from] Box<ProveError>),
    #[error("the pool's tree is full")]
    Full,
}

/// What is wrong with a committed transfer.
#[derive(Debug, thiserror::Error)]
enum Mismatch {
    #[error("its terms or public inputs are others")]
    Statement,
    #[error(transparent)]
    Proof(#[from] ProofDecodeError),
    #[error(transparent)]
    Verify(#[from] VerifyError),
}

/// Writes the file, or leaves it as it is where its proofs still hold, or only checks it.
pub(super) fn write(options: &Options, path: &FilePath, keys: &Keys) -> Result<(), Error> {
    let steps = Pool::new().life()?;
    let current = check(path, &steps, keys);
    if options.check || current.is_ok() {
        return current;
    }
    let transfers =
        steps.iter().map(|step| step.prove(keys)).collect::<Result<Vec<_>, PoolError>>()?;
    write_json(path, &fixtures(transfers))
}

fn fixtures(transfers: Vec<ProvenTransfer>) -> Fixtures {
    let empty_root = word_of(&Tree::new(POOL_DEPTH).root());
    Fixtures { chain_id: CHAIN_ID, pool: party("pool"), empty_root, transfers }
}

fn check(path: &FilePath, steps: &[Step], keys: &Keys) -> Result<(), Error> {
    let stale = |reason: String| Error::Stale { path: path.to_owned(), reason };
    let mut committed: Fixtures = serde_json::from_str(&read(path)?)
        .map_err(|source| Error::Json { path: path.to_owned(), source })?;
    let transfers = std::mem::take(&mut committed.transfers);
    if committed != fixtures(Vec::new()) || transfers.len() != steps.len() {
        return Err(stale("it is of another pool or another life".to_owned()));
    }
    for (transfer, step) in transfers.into_iter().zip(steps) {
        let name = step.name;
        step.holds(transfer, keys).map_err(|reason| stale(format!("{name:?}: {reason}")))?;
    }
    Ok(())
}

/// A transfer with all that is known of it but its proofs.
struct Step {
    name: &'static str,
    terms: Terms,
    transfer: Transfer,
    receipt: Option<(SignedPrivateReceipt, u64)>,
    root_after: Fr,
}

impl Step {
    fn prove(&self, keys: &Keys) -> Result<ProvenTransfer, PoolError> {
        let proof = keys.shielded.prove(&self.transfer.to_circuit()?).map_err(Box::new)?;
        let receipt = self.receipt.as_ref().map(|(signed, _)| {
            let circuit = signed.to_circuit()?;
            Ok::<_, PoolError>(keys.receipt.prove(&circuit).map_err(Box::new)?)
        });
        let receipt = receipt.transpose()?;
        Ok(self.with_proofs(proof_words(&proof), receipt.as_ref().map(proof_words)))
    }

    fn with_proofs(&self, proof: ProofWords, receipt: Option<ProofWords>) -> ProvenTransfer {
        let receipt = self.receipt.as_ref().zip(receipt).map(|((signed, job), proof)| {
            let (source_chain, source_contract, job_id) = source(*job);
            let public_inputs = words_of(&signed.public_inputs().to_vec());
            ProvenReceipt { source_chain, source_contract, job_id, public_inputs, proof }
        });
        ProvenTransfer {
            name: self.name.to_owned(),
            terms: self.terms.clone(),
            public_inputs: words_of(&self.transfer.public_inputs().to_vec()),
            proof,
            root_after: word_of(&self.root_after),
            receipt,
        }
    }

    /// Whether a committed transfer is this one, under proofs that hold.
    fn holds(&self, committed: ProvenTransfer, keys: &Keys) -> Result<(), Mismatch> {
        let receipt = committed.receipt.as_ref().map(|receipt| receipt.proof);
        let proof = committed.proof;
        if committed != self.with_proofs(proof, receipt) {
            return Err(Mismatch::Statement);
        }
        let (shielded, of_receipt) = (keys.shielded.verifying_key(), keys.receipt.verifying_key());
        let inputs = self.transfer.public_inputs();
        shielded.verify::<ShieldedCircuit>(&inputs, &proof_of(&proof)?)?;
        if let Some((proof, (signed, _))) = receipt.zip(self.receipt.as_ref()) {
            let inputs = signed.public_inputs();
            of_receipt.verify::<PrivateReceiptCircuit>(&inputs, &proof_of(&proof)?)?;
        }
        Ok(())
    }
}

fn proof_words(file: &ProofFile) -> ProofWords {
    let bytes = file.proof().to_bytes();
    std::array::from_fn(|i| B256::from_slice(&bytes[32 * i..32 * (i + 1)]))
}

fn proof_of(words: &ProofWords) -> Result<Proof, ProofDecodeError> {
    let mut bytes = [0; 256];
    for (to, word) in bytes.chunks_exact_mut(32).zip(words) {
        to.copy_from_slice(word.as_slice());
    }
    Proof::from_bytes(&bytes)
}

fn source(job: u64) -> (B256, B256, B256) {
    (source_chain("near:devnet"), near_contract("market.near"), market_job(job))
}

fn secret(name: &str) -> Secret {
    Secret::new(keccak_mod_r(format!("proofrail test {name}").as_bytes()))
}

/// The pool as its users know it.
struct Pool {
    tree: Tree,
    /// Blindings are numbered, since each must be fresh.
    blindings: u32,
}

/// A note that its owner can spend once it is in the tree.
struct Held {
    note: Note,
    secret: Secret,
    index: u64,
}

impl Pool {
    fn new() -> Self {
        Self { tree: Tree::new(POOL_DEPTH), blindings: 0 }
    }

    /// The transfers, in order.
    fn life(mut self) -> Result<Vec<Step>, PoolError> {
        let [payer, other, recipient] =
            ["payer", "other payer", "recipient"].map(|name| secret(&format!("{name}'s notes")));
        let nothing = [None, None];
        let made = [(100_000, &payer), (0, &payer)];
        let (first, [held, _]) =
            self.step("deposit", Terms::deposit("payer", 100_000), nothing, made, None)?;
        let made = [(25_000, &other), (15_000, &other)];
        let (second, [left, right]) = self.step(
            "another deposit",
            Terms::deposit("other payer", 40_000),
            nothing,
            made,
            None,
        )?;

        let signed = self.sign(60_000, &payer, &recipient)?;
        let terms = Terms::relayed(0, 100).paying(&signed);
        let made = [(60_000, &recipient), (39_900, &payer)];
        let spent = [Some(&held), None];
        let (third, [paid, _]) =
            self.step("private settlement", terms, spent, made, Some((signed, 0)))?;

        let made = [(0, &recipient), (0, &recipient)];
        let spent = [Some(&paid), None];
        let (fourth, _) =
            self.step("withdrawal", Terms::relayed(59_000, 1_000), spent, made, None)?;
        let joined = [(39_500, &other), (0, &other)];
        let both = [Some(&left), Some(&right)];
        let (fifth, _) =
            self.step("withdrawal of two notes", Terms::relayed(400, 100), both, joined, None)?;
        // The note is spent: the proof holds, and the pool knows the nullifier.
        let (sixth, _) =
            self.step("withdrawal again", Terms::relayed(60_000, 0), spent, made, None)?;
        Ok(vec![first, second, third, fourth, fifth, sixth])
    }

    /// A transfer against the root of now, whose notes are then in the tree.
    fn step(
        &mut self,
        name: &'static str,
        terms: Terms,
        spends: [Option<&Held>; 2],
        notes: [(u128, &Secret); 2],
        receipt: Option<(SignedPrivateReceipt, u64)>,
    ) -> Result<(Step, [Held; 2]), PoolError> {
        let [first, second] = spends.map(|held| match held {
            Some(held) => self.spend(held),
            None => Ok(self.spend_nothing()),
        });
        let spends = [first?, second?];
        let [first, second] = notes.map(|(value, secret)| {
            let note = Note { value, owner: owner(secret), blinding: self.blinding() };
            Held { note, secret: secret.clone(), index: 0 }
        });
        let transfer = Transfer {
            root: self.tree.root(),
            spends,
            notes: [first.note.clone(), second.note.clone()],
            deposit: terms.deposit.to(),
            withdrawal: terms.withdrawal.to(),
            fee: terms.fee.to(),
            context: terms.context()?,
            receipt: receipt
                .as_ref()
                .map(|(signed, _)| PaidReceipt { blinding: signed.blinding.clone() }),
        };
        transfer.check()?;
        let held = [self.insert(first)?, self.insert(second)?];
        let root_after = self.tree.root();
        Ok((Step { name, terms, transfer, receipt, root_after }, held))
    }

    fn insert(&mut self, held: Held) -> Result<Held, PoolError> {
        let index = self.tree.push(held.note.commitment()).ok_or(PoolError::Full)?;
        Ok(Held { index, ..held })
    }

    fn spend(&self, held: &Held) -> Result<Spend, PoolError> {
        let Held { note, secret, index } = held;
        let path = self.tree.path(*index).ok_or(PoolError::Full)?;
        let (secret, blinding) = (secret.clone(), note.blinding.clone());
        Ok(Spend { value: note.value, secret, blinding, path })
    }

    fn spend_nothing(&mut self) -> Spend {
        let path = Path::empty(POOL_DEPTH);
        Spend { value: 0, secret: self.blinding(), blinding: self.blinding(), path }
    }

    fn blinding(&mut self) -> Secret {
        self.blindings += 1;
        secret(&format!("blinding {}", self.blindings))
    }

    /// The receipt of the first job, from one owner of notes to another.
    fn sign(
        &mut self,
        amount: u64,
        payer: &Secret,
        recipient: &Secret,
    ) -> Result<SignedPrivateReceipt, PoolError> {
        let key = SecretKey::from_bytes(keccak256("proofrail test coordinator").0);
        let coordinator = CoordinatorKey::new(key, 250)?;
        let context = receipt_context(0, word_of(&coordinator.id()))?;
        let details = keccak_mod_r(b"a private job");
        let terms = Receipt::new(context, details, amount / 100, 100, coordinator.fee_bps())?;
        let receipt = PrivateReceipt { terms, payer: owner(payer), recipient: owner(recipient) };
        Ok(coordinator.sign_private(receipt, self.blinding())?)
    }
}

impl Terms {
    /// Nothing enters or leaves.
    fn empty() -> Self {
        Self {
            token: party("token"),
            depositor: Address::ZERO,
            deposit: U256::ZERO,
            recipient: Address::ZERO,
            withdrawal: U256::ZERO,
            relayer: Address::ZERO,
            fee: U256::ZERO,
            deadline: DEADLINE,
            memo: keccak256("what the notes' owners need to find them, encrypted"),
            receipt_context: U256::ZERO,
        }
    }

    fn deposit(depositor: &str, amount: u64) -> Self {
        Self { depositor: party(depositor), deposit: U256::from(amount), ..Self::empty() }
    }

    /// Submitted by the relayer for a fee.
    fn relayed(withdrawal: u64, fee: u64) -> Self {
        let recipient = if withdrawal == 0 { Address::ZERO } else { party("fresh account") };
        let (withdrawal, fee) = (U256::from(withdrawal), U256::from(fee));
        Self { recipient, withdrawal, relayer: party("relayer"), fee, ..Self::empty() }
    }

    fn paying(self, signed: &SignedPrivateReceipt) -> Self {
        let context = word_of(&signed.receipt.terms.context);
        Self { receipt_context: U256::from_be_bytes(context.0), ..self }
    }

    /// `ShieldedTransfers.context`.
    fn context(&self) -> Result<Fr, FieldError> {
        let encoded = (
            keccak256("proofrail.shielded_transfer.v1"),
            U256::from(CHAIN_ID),
            party("pool"),
            (self.token, self.depositor, self.deposit, self.recipient, self.withdrawal),
            (self.relayer, self.fee, self.deadline, self.memo, self.receipt_context),
        );
        reduced(encoded.abi_encode())
    }
}

/// `ShieldedTransfers.receiptContext` of a job under a coordinator.
fn receipt_context(job: u64, coordinator: B256) -> Result<Fr, FieldError> {
    let (chain, contract, job_id) = source(job);
    let domain = keccak256("proofrail.private_settlement.v1");
    let settlement = keccak256((domain, chain, contract, job_id, coordinator).abi_encode());
    let domain = keccak256("proofrail.private_context.v1");
    let terms = (domain, U256::from(CHAIN_ID), party("pool"), settlement, party("token"), DEADLINE);
    reduced(terms.abi_encode())
}

fn reduced(encoded: Vec<u8>) -> Result<Fr, FieldError> {
    let word = U256::from_be_bytes(keccak256(encoded).0) % SCALAR_FIELD;
    field::from_be_bytes(&word.to_be_bytes())
}
