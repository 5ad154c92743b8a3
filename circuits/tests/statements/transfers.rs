//! `shielded`.

use ark_ff::{AdditiveGroup, Field};
use proofrail_circuits::{
    circuit::Circuit,
    field::{Fr, keccak_mod_r},
    merkle::{Path, Tree},
    poseidon::hash,
    receipt::receipt_commitment,
    shielded::{
        Note, POOL_DEPTH, PaidReceipt, ShieldedCircuit, ShieldedPublicInputs, ShieldedWitness,
        Spend, SpendWitness, Transfer, owner,
    },
};

use crate::{ONE, satisfied, secret};

/// Spends 70 and 50, makes 100 and 15, withdraws 4 and leaves a fee of 1.
fn transfer() -> Transfer {
    let mut tree = Tree::new(POOL_DEPTH);
    let spend = |value: u128, index: u64| {
        let path = Path { index, siblings: vec![] };
        Spend { value, secret: secret(1), blinding: secret(value as u64), path }
    };
    let mut spends = [spend(70, 0), spend(50, 1)];
    for spend in &spends {
        tree.push(spend.note().commitment()).unwrap();
    }
    for spend in &mut spends {
        spend.path = tree.path(spend.path.index).unwrap();
    }
    let note = |value, owner, blinding| Note { value, owner, blinding: secret(blinding) };
    Transfer {
        root: tree.root(),
        spends,
        notes: [note(100, owner(&secret(2)), 41), note(15, owner(&secret(1)), 42)],
        deposit: 0,
        withdrawal: 4,
        fee: 1,
        context: Fr::from(5u8),
        receipt: Some(PaidReceipt { blinding: secret(43) }),
    }
}

fn parts(transfer: &Transfer) -> (ShieldedPublicInputs, ShieldedWitness) {
    let spend = |spend: &Spend| SpendWitness {
        value: spend.value.into(),
        secret: spend.secret.clone(),
        blinding: spend.blinding.clone(),
        path: spend.path.clone(),
    };
    let witness = ShieldedWitness {
        spends: transfer.spends.each_ref().map(spend),
        values: transfer.notes.each_ref().map(|note| note.value.into()),
        owners: transfer.notes.each_ref().map(|note| note.owner),
        blindings: transfer.notes.each_ref().map(|note| note.blinding.clone()),
        receipt_blinding: secret(43),
    };
    (transfer.public_inputs(), witness)
}

/// Whether natives and constraints agree that `change` makes no difference to validity, or does.
fn verdict(change: impl Fn(&mut Transfer)) -> Result<(), &'static str> {
    let mut changed = transfer();
    change(&mut changed);
    let native = changed.check().map_err(|error| error.field());
    let (public, witness) = parts(&changed);
    let accepted = satisfied(&ShieldedCircuit::assigned(public, witness));
    assert_eq!(accepted, native.is_ok(), "{native:?}");
    native
}

#[test]
fn transfers_that_keep_value_should_be_accepted() {
    assert_eq!(verdict(|_| ()), Ok(()));
    assert_eq!(verdict(|t| t.receipt = None), Ok(()));
    // A deposit from outside into two new notes.
    let nothing = Spend { value: 0, path: Path::empty(POOL_DEPTH), ..transfer().spends[0].clone() };
    let other = Spend { blinding: secret(9), ..nothing.clone() };
    let spends = [nothing, other];
    assert_eq!(
        verdict(|t| {
            t.spends = spends.clone();
            t.deposit = 120;
        }),
        Ok(())
    );
}

#[test]
fn value_should_not_come_from_nowhere() {
    assert_eq!(verdict(|t| t.notes[1].value += 1), Err("notes"));
    assert_eq!(verdict(|t| t.withdrawal += 1), Err("notes"));
    assert_eq!(verdict(|t| t.fee = 0), Err("notes"));
    assert_eq!(verdict(|t| t.deposit += 1), Err("notes"));
    // A negative value balances a large one.
    let (mut public, mut witness) = parts(&transfer());
    witness.values = [Fr::from(2u8).pow([100]), Fr::from(115u8) - Fr::from(2u8).pow([100])];
    let note = |i: usize| {
        let owner = transfer().notes[i].owner;
        let blinding = *transfer().notes[i].blinding.expose();
        hash(&[keccak_mod_r(b"proofrail.note.v1"), witness.values[i], owner, blinding])
    };
    (public.note_0, public.note_1, public.receipt) = (note(0), note(1), Fr::ZERO);
    assert!(!satisfied(&ShieldedCircuit::assigned(public, witness)));
}

#[test]
fn notes_should_be_spent_by_their_owner_once_and_from_the_tree() {
    assert_eq!(verdict(|t| t.spends[0].secret = secret(3)), Err("spends"));
    assert_eq!(verdict(|t| t.spends[0].path.index = 3), Err("spends"));
    assert_eq!(verdict(|t| t.spends[1].value = 51), Err("spends"));
    assert_eq!(verdict(|t| t.root += Fr::from(ONE)), Err("spends"));
    assert_eq!(
        verdict(|t| {
            t.spends[1] = t.spends[0].clone();
            t.notes[1].value += 20;
        }),
        Err("spends")
    );
    // An index beyond the tree would lead to the same leaf under another nullifier.
    assert_eq!(verdict(|t| t.spends[0].path.index += 1 << POOL_DEPTH), Err("spends"));
    // The nullifiers are those of the notes' places.
    let changes: [fn(&mut ShieldedPublicInputs); 2] =
        [|p| p.nullifier_0 += Fr::from(ONE), |p| p.nullifier_1 += Fr::from(ONE)];
    changes.into_iter().for_each(refused);
}

#[test]
fn what_is_made_should_be_what_is_shown() {
    let changes: [fn(&mut ShieldedPublicInputs); 2] =
        [|p| p.note_0 += Fr::from(ONE), |p| p.note_1 += Fr::from(ONE)];
    changes.into_iter().for_each(refused);
}

/// A changed statement under the witness of an honest one.
fn refused(change: fn(&mut ShieldedPublicInputs)) {
    let (mut public, witness) = parts(&transfer());
    change(&mut public);
    assert!(!satisfied(&ShieldedCircuit::assigned(public, witness)));
}

/// A tree that was filled by other means than this circuit, which makes no such note.
#[test]
fn a_note_beyond_the_range_should_not_be_spent() {
    let accepts = |value: Fr| {
        let (mut public, mut witness) = parts(&Transfer { receipt: None, ..transfer() });
        let domain = |name: &str| keccak_mod_r(format!("proofrail.{name}.v1").as_bytes());
        let (secret, blinding) = (secret(1), *witness.spends[0].blinding.expose());
        let leaf = hash(&[domain("note"), value, owner(&secret), blinding]);
        let mut tree = Tree::new(POOL_DEPTH);
        tree.push(leaf).unwrap();
        tree.push(transfer().spends[1].note().commitment()).unwrap();
        for (place, spend) in witness.spends.iter_mut().enumerate() {
            spend.path = tree.path(place as u64).unwrap();
        }
        witness.spends[0].value = value;
        public.root = tree.root();
        public.nullifier_0 =
            hash(&[domain("note_nullifier"), *secret.expose(), leaf, Fr::from(0u8)]);
        public.outflow = value + Fr::from(50u8) - Fr::from(115u8);
        satisfied(&ShieldedCircuit::assigned(public, witness))
    };
    assert!(accepts(Fr::from(70u8)));
    assert!(accepts(Fr::from(u128::MAX)));
    assert!(!accepts(Fr::from(2u8).pow([128])));
    assert!(!accepts(-Fr::from(1u8)));
}

#[test]
fn a_receipt_should_be_paid_by_the_first_owner_to_the_first_note() {
    let honest = transfer();
    let (payer, recipient) = (owner(&secret(1)), owner(&secret(2)));
    let accepts = |amount, payer, recipient, blinding| {
        let (mut public, witness) = parts(&honest);
        public.receipt = receipt_commitment(amount, payer, recipient, &secret(blinding));
        satisfied(&ShieldedCircuit::assigned(public, witness))
    };
    assert!(accepts(100, payer, recipient, 43));
    assert!(!accepts(99, payer, recipient, 43));
    assert!(!accepts(100, recipient, recipient, 43));
    assert!(!accepts(100, payer, payer, 43));
    assert!(!accepts(100, payer, recipient, 44));
}

#[test]
fn a_transfer_for_nothing_should_be_refused() {
    assert_eq!(verdict(|t| t.context = Fr::ZERO), Err("context"));
    // The impossible outflow with everything else as good as it can be.
    let (mut public, witness) = parts(&transfer());
    public.outflow = ShieldedCircuit::impossible_inputs().outflow;
    assert!(!satisfied(&ShieldedCircuit::assigned(public, witness)));
}
