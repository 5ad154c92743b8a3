//! A user of the pool: the notes that they hold, and the proofs that spend them.

use std::sync::LazyLock;

use alloy::{
    primitives::{Address, Bytes, U256},
    providers::DynProvider,
    sol_types::SolValue,
};
use proofrail_circuits::{
    circuit::Circuit,
    field::{self, Fr, keccak_mod_r},
    membership::{MEMBERSHIP_DEPTH, Membership, MembershipCircuit, member},
    merkle::{Path, Tree},
    public_inputs::PublicInputs as _,
    registry,
    secret::Secret,
    shielded::{Note, POOL_DEPTH, ShieldedCircuit, Spend, Transfer, owner},
};
use proofrail_evm::contracts::pool::ShieldedPool::{ShieldedPoolInstance, ShieldedTransfer};
use proofrail_prover::{key::ProvingKey, proof::ProofFile, setup::setup_dev};

static SHIELDED: LazyLock<ProvingKey> = LazyLock::new(keys::<ShieldedCircuit>);
static MEMBERSHIP: LazyLock<ProvingKey> = LazyLock::new(keys::<MembershipCircuit>);

fn keys<C: Circuit>() -> ProvingKey {
    setup_dev(registry::by_name(C::NAME).unwrap()).unwrap()
}

/// A proof in EIP-197 order.
pub(crate) type Proof = [U256; 8];

/// A note that its owner can spend once it is in the tree.
#[derive(Clone)]
pub(crate) struct Held {
    note: Note,
    index: u64,
}

/// One user of a pool that nobody else uses.
pub(crate) struct Wallet {
    pub(crate) pool: ShieldedPoolInstance<DynProvider>,
    secret: Secret,
    tree: Tree,
    blindings: u32,
}

impl Wallet {
    pub(crate) fn new(pool: ShieldedPoolInstance<DynProvider>) -> Self {
        Self { pool, secret: secret("owner"), tree: Tree::new(POOL_DEPTH), blindings: 0 }
    }

    /// The root that the pool must have.
    pub(crate) fn root(&self) -> U256 {
        word(&self.tree.root())
    }

    /// A transfer with its proof: `spent` and what is deposited become a note and whatever leaves. `terms` says who and
    /// how much; the rest of it is filled in here.
    pub(crate) async fn prove(
        &mut self,
        terms: ShieldedTransfer,
        spent: Option<&Held>,
        kept: u128,
    ) -> (ShieldedTransfer, Proof, Held) {
        let first = match spent {
            Some(held) => self.spend(held),
            None => self.spend_nothing(),
        };
        let spends = [first, self.spend_nothing()];
        let notes = [kept, 0].map(|value| Note {
            value,
            owner: owner(&self.secret),
            blinding: self.blinding(),
        });
        let mut terms = ShieldedTransfer {
            root: self.root(),
            leaves: self.pool.leaves().call().await.unwrap(),
            nullifiers: spends.each_ref().map(|spend| word(&spend.nullifier())),
            notes: notes.each_ref().map(|note| word(&note.commitment())),
            deadline: u64::MAX,
            payloads: [Bytes::from_static(b"one"), Bytes::from_static(b"two")],
            ..terms
        };
        if terms.closing {
            terms.payloads = [Bytes::new(), Bytes::new()];
        }
        let context = self.pool.contextOf(terms.clone(), U256::ZERO).call().await.unwrap();
        let transfer = Transfer {
            root: self.tree.root(),
            spends,
            notes: notes.clone(),
            deposit: terms.deposit,
            withdrawal: terms.withdrawal,
            fee: terms.fee,
            context: field_of(context),
            receipt: None,
        };
        transfer.check().unwrap();
        let proof = SHIELDED.prove(&transfer.to_circuit().unwrap()).unwrap();
        let [note, _] = notes;
        (terms, words(&proof), Held { note, index: 0 })
    }

    /// Writes the notes of a transfer down, once the pool has them.
    pub(crate) fn keep(&mut self, terms: &ShieldedTransfer, held: Held) -> Held {
        let [index, _] = terms.notes.map(|note| self.tree.push(field_of(note)).unwrap());
        Held { index, ..held }
    }

    fn spend(&self, held: &Held) -> Spend {
        let path = self.tree.path(held.index).unwrap();
        let (secret, blinding) = (self.secret.clone(), held.note.blinding.clone());
        Spend { value: held.note.value, secret, blinding, path }
    }

    fn spend_nothing(&mut self) -> Spend {
        let path = Path::empty(POOL_DEPTH);
        Spend { value: 0, secret: self.blinding(), blinding: self.blinding(), path }
    }

    fn blinding(&mut self) -> Secret {
        self.blindings += 1;
        secret(&format!("blinding {}", self.blindings))
    }
}

/// The set that the association provider vouches for.
pub(crate) struct Association {
    tree: Tree,
}

impl Association {
    pub(crate) fn new() -> Self {
        let mut tree = Tree::new(MEMBERSHIP_DEPTH);
        for name in ["somebody else", "member"] {
            tree.push(member(&secret(name))).unwrap();
        }
        Self { tree }
    }

    pub(crate) fn root(&self) -> U256 {
        word(&self.tree.root())
    }

    /// What a withdrawal shows the policy: `abi.encode(Association)`.
    pub(crate) fn vouch(&self, context: U256) -> Bytes {
        let context = field_of(context);
        let membership = Membership {
            secret: secret("member"),
            path: self.tree.path(1).unwrap(),
            root: self.tree.root(),
            scope: context,
            context,
        };
        membership.check().unwrap();
        let proof = MEMBERSHIP.prove(&membership.to_circuit().unwrap()).unwrap();
        let inputs = membership.public_inputs().to_vec();
        let nullifier = word(&inputs[NULLIFIER]);
        (self.root(), nullifier, words(&proof)).abi_encode().into()
    }
}

/// `MembershipInputs.NULLIFIER`.
const NULLIFIER: usize = 2;

/// Nothing enters or leaves.
pub(crate) fn terms() -> ShieldedTransfer {
    ShieldedTransfer {
        root: U256::ZERO,
        leaves: 0,
        nullifiers: [U256::ZERO; 2],
        notes: [U256::ZERO; 2],
        depositor: Address::ZERO,
        deposit: 0,
        recipient: Address::ZERO,
        withdrawal: 0,
        relayer: Address::ZERO,
        fee: 0,
        deadline: 0,
        delayed: false,
        closing: false,
        payloads: [Bytes::new(), Bytes::new()],
    }
}

fn secret(name: &str) -> Secret {
    Secret::new(keccak_mod_r(format!("proofrail test {name}").as_bytes()))
}

fn word(value: &Fr) -> U256 {
    U256::from_be_bytes(field::to_be_bytes(value))
}

fn field_of(word: U256) -> Fr {
    field::from_be_bytes(&word.to_be_bytes()).unwrap()
}

fn words(file: &ProofFile) -> Proof {
    let bytes = file.proof().to_bytes();
    std::array::from_fn(|i| U256::from_be_slice(&bytes[32 * i..32 * (i + 1)]))
}
