//! A life of the shielded pool in proofs: deposits, the private payment of a receipt, withdrawals, and an
//! attempt to withdraw again. Their public inputs are the same in every run; their proofs are not.

use std::path::Path as FilePath;

use alloy::{
    primitives::{Address, B256, Bytes, U256, keccak256},
    sol_types::SolValue,
};
use proofrail_circuits::{
    eddsa::SecretKey,
    field::{self, FieldError, Fr, keccak_mod_r},
    membership::{MEMBERSHIP_DEPTH, Membership, MembershipCircuit, MembershipError, member},
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
use proofrail_evm::{
    Settlement,
    settlement::{SCALAR_FIELD, market_job, near_contract, source_chain},
};
use proofrail_prover::{
    key::{ProvingKey, VerifyError, VerifyingKey},
    proof::{Proof, ProofDecodeError, ProofFile},
    prove::ProveError,
};
use serde::{Deserialize, Serialize};

use super::{CHAIN_ID, DEADLINE, Error, Options, party, read, word_of, words_of, write_json};

/// A proof in EIP-197 order.
type ProofWords = [B256; 8];

/// The keys of the circuits that the pool and its policy verify.
pub(super) struct Keys {
    pub(super) shielded: ProvingKey,
    pub(super) receipt: ProvingKey,
    pub(super) membership: ProvingKey,
}

/// The file that the forge tests read.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Fixtures {
    chain_id: u64,
    pool: Address,
    settlements: Address,
    token: Address,
    empty_root: B256,
    association_root: B256,
    keys: PublicKeys,
    transfers: Vec<ProvenTransfer>,
}

/// What proofs are forged with, beside the secrets of the development setup.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PublicKeys {
    shielded: PublicKey,
    receipt_private: PublicKey,
    membership: PublicKey,
}

/// The points of a verifying key, coordinate by coordinate.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PublicKey {
    beta: Vec<B256>,
    ic: Vec<B256>,
}

/// A transfer in the order in which the pool sees them.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ProvenTransfer {
    name: String,
    terms: Terms,
    /// How many notes the tree held under the root.
    leaves: u64,
    public_inputs: Vec<B256>,
    proof: ProofWords,
    /// The pool's root after the transfer.
    root_after: B256,
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<ProvenReceipt>,
    #[serde(skip_serializing_if = "Option::is_none")]
    membership: Option<ProvenMembership>,
}

/// What a withdrawal shows the policy.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ProvenMembership {
    public_inputs: Vec<B256>,
    proof: ProofWords,
}

/// What everybody sees of the Solidity struct `ShieldedTransfer`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Terms {
    depositor: Address,
    deposit: U256,
    recipient: Address,
    withdrawal: U256,
    relayer: Address,
    fee: U256,
    deadline: u64,
    delayed: bool,
    closing: bool,
    payloads: [Bytes; 2],
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
    Membership(#[from] MembershipError),
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
    write_json(path, &fixtures(keys, transfers)?)
}

fn fixtures(keys: &Keys, transfers: Vec<ProvenTransfer>) -> Result<Fixtures, PoolError> {
    Ok(Fixtures {
        chain_id: CHAIN_ID,
        pool: party("pool"),
        settlements: party("private settlements"),
        token: party("token"),
        empty_root: word_of(&Tree::new(POOL_DEPTH).root()),
        association_root: word_of(&association()?.root()),
        keys: PublicKeys {
            shielded: PublicKey::of(keys.shielded.verifying_key()),
            receipt_private: PublicKey::of(keys.receipt.verifying_key()),
            membership: PublicKey::of(keys.membership.verifying_key()),
        },
        transfers,
    })
}

impl PublicKey {
    fn of(key: &VerifyingKey) -> Self {
        let words = |bytes: &[u8]| bytes.chunks_exact(32).map(B256::from_slice).collect::<Vec<_>>();
        Self { beta: words(&key.beta()), ic: key.ic().flat_map(|point| words(&point)).collect() }
    }
}

/// The set that the association provider vouches for.
fn association() -> Result<Tree, PoolError> {
    let mut set = Tree::new(MEMBERSHIP_DEPTH);
    for name in ["somebody else", "member"] {
        set.push(member(&secret(name))).ok_or(PoolError::Full)?;
    }
    Ok(set)
}

fn check(path: &FilePath, steps: &[Step], keys: &Keys) -> Result<(), Error> {
    let stale = |reason: String| Error::Stale { path: path.to_owned(), reason };
    let mut committed: Fixtures = serde_json::from_str(&read(path)?)
        .map_err(|source| Error::Json { path: path.to_owned(), source })?;
    let transfers = std::mem::take(&mut committed.transfers);
    if committed != fixtures(keys, Vec::new())? || transfers.len() != steps.len() {
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
    leaves: u64,
    receipt: Option<(SignedPrivateReceipt, u64)>,
    membership: Option<Membership>,
    root_after: Fr,
}

/// The proofs of a step.
struct Proofs {
    transfer: ProofWords,
    receipt: Option<ProofWords>,
    membership: Option<ProofWords>,
}

impl Step {
    /// Shows the policy a membership of the association set, in the scope of this very transfer.
    fn by_a_member(mut self) -> Result<Self, PoolError> {
        let set = association()?;
        let context = self.transfer.context;
        let membership = Membership {
            secret: secret("member"),
            path: set.path(1).ok_or(PoolError::Full)?,
            root: set.root(),
            scope: context,
            context,
        };
        membership.check()?;
        self.membership = Some(membership);
        Ok(self)
    }

    fn prove(&self, keys: &Keys) -> Result<ProvenTransfer, PoolError> {
        let proof = keys.shielded.prove(&self.transfer.to_circuit()?).map_err(Box::new)?;
        let receipt = self.receipt.as_ref().map(|(signed, _)| {
            let circuit = signed.to_circuit()?;
            Ok::<_, PoolError>(keys.receipt.prove(&circuit).map_err(Box::new)?)
        });
        let membership = self.membership.as_ref().map(|membership| {
            let circuit = membership.to_circuit()?;
            Ok::<_, PoolError>(keys.membership.prove(&circuit).map_err(Box::new)?)
        });
        Ok(self.with_proofs(&Proofs {
            transfer: proof_words(&proof),
            receipt: receipt.transpose()?.as_ref().map(proof_words),
            membership: membership.transpose()?.as_ref().map(proof_words),
        }))
    }

    fn with_proofs(&self, proofs: &Proofs) -> ProvenTransfer {
        let receipt = self.receipt.as_ref().zip(proofs.receipt).map(|((signed, job), proof)| {
            let (source_chain, source_contract, job_id) = source(*job);
            let public_inputs = words_of(&signed.public_inputs().to_vec());
            ProvenReceipt { source_chain, source_contract, job_id, public_inputs, proof }
        });
        let membership = self.membership.as_ref().zip(proofs.membership);
        let membership = membership.map(|(membership, proof)| ProvenMembership {
            public_inputs: words_of(&membership.public_inputs().to_vec()),
            proof,
        });
        ProvenTransfer {
            name: self.name.to_owned(),
            terms: self.terms.clone(),
            leaves: self.leaves,
            public_inputs: words_of(&self.transfer.public_inputs().to_vec()),
            proof: proofs.transfer,
            root_after: word_of(&self.root_after),
            receipt,
            membership,
        }
    }

    /// Whether a committed transfer is this one, under proofs that hold.
    fn holds(&self, committed: ProvenTransfer, keys: &Keys) -> Result<(), Mismatch> {
        let proofs = Proofs {
            transfer: committed.proof,
            receipt: committed.receipt.as_ref().map(|receipt| receipt.proof),
            membership: committed.membership.as_ref().map(|membership| membership.proof),
        };
        if committed != self.with_proofs(&proofs) {
            return Err(Mismatch::Statement);
        }
        let inputs = self.transfer.public_inputs();
        let key = keys.shielded.verifying_key();
        key.verify::<ShieldedCircuit>(&inputs, &proof_of(&proofs.transfer)?)?;
        if let Some((proof, (signed, _))) = proofs.receipt.zip(self.receipt.as_ref()) {
            let key = keys.receipt.verifying_key();
            key.verify::<PrivateReceiptCircuit>(&signed.public_inputs(), &proof_of(&proof)?)?;
        }
        if let Some((proof, membership)) = proofs.membership.zip(self.membership.as_ref()) {
            let key = keys.membership.verifying_key();
            key.verify::<MembershipCircuit>(&membership.public_inputs(), &proof_of(&proof)?)?;
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
    leaves: u64,
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
        Self { tree: Tree::new(POOL_DEPTH), leaves: 0, blindings: 0 }
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
            self.step("withdrawal", Terms::relayed(59_000, 1_000).closing(), spent, made, None)?;
        let fourth = fourth.by_a_member()?;
        let joined = [(39_500, &other), (0, &other)];
        let both = [Some(&left), Some(&right)];
        let (fifth, _) = self.step(
            "withdrawal of two notes",
            Terms::relayed(400, 100).delayed(),
            both,
            joined,
            None,
        )?;
        // The note is spent: the proof holds, and the pool knows the nullifier.
        let (sixth, _) =
            self.step("withdrawal again", Terms::relayed(60_000, 0).delayed(), spent, made, None)?;
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
        let context = terms.context(spends.each_ref().map(Spend::nullifier))?;
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
            context,
            receipt: receipt
                .as_ref()
                .map(|(signed, _)| PaidReceipt { blinding: signed.blinding.clone() }),
        };
        transfer.check()?;
        let (leaves, closing) = (self.leaves, terms.closing);
        let held = [self.insert(first, closing)?, self.insert(second, closing)?];
        let root_after = self.tree.root();
        let membership = None;
        Ok((Step { name, terms, transfer, leaves, receipt, membership, root_after }, held))
    }

    /// A closing transfer leaves its notes out.
    fn insert(&mut self, held: Held, closing: bool) -> Result<Held, PoolError> {
        if closing {
            return Ok(held);
        }
        self.leaves += 1;
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
            depositor: Address::ZERO,
            deposit: U256::ZERO,
            recipient: Address::ZERO,
            withdrawal: U256::ZERO,
            relayer: Address::ZERO,
            fee: U256::ZERO,
            deadline: DEADLINE,
            delayed: false,
            closing: false,
            payloads: ["for the first note's owner", "for the second's"]
                .map(|text| Bytes::from_static(text.as_bytes())),
            receipt_context: U256::ZERO,
        }
    }

    fn deposit(depositor: &str, amount: u64) -> Self {
        Self { depositor: party(depositor), deposit: U256::from(amount), ..Self::empty() }
    }

    /// Submitted by the relayer for a fee.
    fn relayed(withdrawal: u64, fee: u64) -> Self {
        let named = |amount, name| if amount == 0 { Address::ZERO } else { party(name) };
        let (recipient, relayer) = (named(withdrawal, "fresh account"), named(fee, "relayer"));
        let (withdrawal, fee) = (U256::from(withdrawal), U256::from(fee));
        Self { recipient, withdrawal, relayer, fee, ..Self::empty() }
    }

    /// Not judged by the policy.
    fn delayed(self) -> Self {
        Self { delayed: true, ..self }
    }

    /// Nothing is left, so that nothing is written.
    fn closing(self) -> Self {
        Self { closing: true, payloads: [Bytes::new(), Bytes::new()], ..self }
    }

    fn paying(self, signed: &SignedPrivateReceipt) -> Self {
        let context = word_of(&signed.receipt.terms.context);
        Self { receipt_context: U256::from_be_bytes(context.0), ..self }
    }

    /// `ShieldedTransfers.context`.
    fn context(&self, nullifiers: [Fr; 2]) -> Result<Fr, FieldError> {
        let nullifiers = nullifiers.each_ref().map(word_of);
        let flags = U256::from(u8::from(self.delayed) + 2 * u8::from(self.closing));
        let [first, second] = self.payloads.each_ref().map(keccak256);
        let encoded = (
            keccak256("proofrail.shielded_transfer.v1"),
            U256::from(CHAIN_ID),
            party("pool"),
            nullifiers,
            (self.depositor, self.deposit, self.recipient, self.withdrawal, self.relayer, self.fee),
            (self.deadline, flags, first, second, self.receipt_context),
        );
        reduced(encoded.abi_encode())
    }
}

/// `PrivateSettlements.contextOf` a job under a coordinator.
fn receipt_context(job: u64, coordinator: B256) -> Result<Fr, FieldError> {
    let (source_chain, source_contract, job_id) = source(job);
    let settlement = Settlement {
        circuitId: B256::ZERO,
        sourceChain: source_chain,
        sourceContract: source_contract,
        jobId: job_id,
        payer: private_payer(coordinator),
        recipient: Address::ZERO,
        token: Address::ZERO,
        amount: 0,
        deadline: DEADLINE,
        coordinator,
    };
    let domain = keccak256("proofrail.private_context.v1");
    let (settlements, pool) = (party("private settlements"), party("pool"));
    let terms = (domain, U256::from(CHAIN_ID), settlements, pool, settlement.id(), DEADLINE);
    reduced(terms.abi_encode())
}

/// `PrivateSettlements.payerOf`.
fn private_payer(coordinator: B256) -> Address {
    let words = ("proofrail.private_payer.v1".to_owned(), coordinator);
    Address::from_word(keccak256(words.abi_encode_params()))
}

fn reduced(encoded: Vec<u8>) -> Result<Fr, FieldError> {
    let word = U256::from_be_bytes(keccak256(encoded).0) % SCALAR_FIELD;
    field::from_be_bytes(&word.to_be_bytes())
}
