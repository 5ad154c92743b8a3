//! `membership`.

use ark_ff::AdditiveGroup;
use proofrail_circuits::{
    circuit::Circuit,
    field::Fr,
    membership::{
        MEMBERSHIP_DEPTH, Membership, MembershipCircuit, MembershipWitness, member, nullifier,
    },
    merkle::Tree,
};

use crate::{ONE, satisfied, secret};

fn membership() -> Membership {
    let mut tree = Tree::new(MEMBERSHIP_DEPTH);
    for value in 0..5 {
        tree.push(member(&secret(value))).unwrap();
    }
    let (path, root) = (tree.path(3).unwrap(), tree.root());
    Membership { secret: secret(3), path, root, scope: Fr::from(8u8), context: Fr::from(9u8) }
}

fn accepted(claim: &Membership) -> bool {
    let witness = MembershipWitness { secret: claim.secret.clone(), path: claim.path.clone() };
    satisfied(&MembershipCircuit::assigned(claim.public_inputs(), witness))
}

#[test]
fn a_member_should_be_accepted_at_every_place() {
    let mut tree = Tree::new(MEMBERSHIP_DEPTH);
    let places: Vec<u64> = (0..4).map(|v| tree.push(member(&secret(v))).unwrap()).collect();
    for (value, place) in places.into_iter().enumerate() {
        let (path, root) = (tree.path(place).unwrap(), tree.root());
        let claim = Membership { secret: secret(value as u64), path, root, ..membership() };
        assert_eq!(claim.check(), Ok(()));
        assert!(accepted(&claim));
    }
}

#[test]
fn who_is_no_member_should_be_refused() {
    let stranger = Membership { secret: secret(77), ..membership() };
    assert_eq!(stranger.check().unwrap_err().field(), "path");
    assert!(!accepted(&stranger));

    let mut elsewhere = membership();
    elsewhere.path.index = 2;
    assert!(elsewhere.check().is_err() && !accepted(&elsewhere));
    elsewhere.path.siblings.pop();
    assert_eq!(elsewhere.check().unwrap_err().field(), "path");
}

#[test]
fn a_nullifier_should_follow_from_secret_and_scope() {
    let claim = membership();
    let witness = MembershipWitness { secret: claim.secret.clone(), path: claim.path.clone() };
    let mut public = claim.public_inputs();
    assert_eq!(public.nullifier, nullifier(&claim.secret, claim.scope));
    public.nullifier += Fr::from(ONE);
    assert!(!satisfied(&MembershipCircuit::assigned(public, witness.clone())));
    let mut public = claim.public_inputs();
    public.scope += Fr::from(ONE);
    assert!(!satisfied(&MembershipCircuit::assigned(public, witness)));
}

#[test]
fn a_proof_for_nothing_should_be_refused() {
    let claim = Membership { context: Fr::ZERO, ..membership() };
    assert_eq!(claim.check().unwrap_err().field(), "context");
    assert!(!accepted(&claim));
    assert_eq!(MembershipCircuit::impossible_inputs().context, Fr::ZERO);
}
