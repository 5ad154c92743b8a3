//! secp256k1 and ECDSA: natives that agree with the k256 crate, and a gadget that agrees with the natives.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::sync::{Arc, LazyLock};

use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, UniformRand};
use ark_relations::gr1cs::ConstraintSystem;
use ark_std::rand::{Rng, SeedableRng, rngs::StdRng};
use k256::ecdsa::{
    Signature as TheirSignature, SigningKey, VerifyingKey,
    signature::hazmat::{PrehashSigner, PrehashVerifier},
};
use proofrail_circuits::{
    circuit::Circuit,
    ecdsa::{KeyTable, PublicKey, Signature, Word, sign},
    field::{Fr, to_be_bytes},
    receipt::{EcdsaReceiptCircuit, Receipt, SignedEcdsaReceipt, sign_ecdsa},
    secp256k1::{Affine, Scalar},
};

fn satisfied(circuit: &EcdsaReceiptCircuit) -> bool {
    let cs = ConstraintSystem::new_ref();
    circuit.synthesize(cs.clone()).unwrap();
    cs.is_satisfied().unwrap()
}

fn receipt(context: u8) -> Receipt {
    Receipt::new(Fr::from(context), Fr::from(22u8), 1_000_003, 987_654_321, 250).unwrap()
}

static SIGNED: LazyLock<SignedEcdsaReceipt> =
    LazyLock::new(|| sign_ecdsa(&[7; 32], receipt(11)).unwrap());
static TABLE: LazyLock<Arc<KeyTable>> =
    LazyLock::new(|| Arc::new(KeyTable::new(&SIGNED.coordinator).unwrap()));

#[test]
fn points_should_be_those_of_k256() {
    let mut rng = StdRng::seed_from_u64(1);
    for _ in 0..16 {
        let secret: [u8; 32] = rng.r#gen();
        let theirs = SigningKey::from_slice(&secret).unwrap();
        let theirs = theirs.verifying_key().to_encoded_point(false);
        let ours = Affine::generator() * Word(secret).to_field::<Scalar>().unwrap();
        let ours = ours.into_affine();
        assert!(ours.is_on_curve());
        assert_eq!(&Word::of(&ours.x).0[..], &theirs.x().unwrap()[..]);
        assert_eq!(&Word::of(&ours.y).0[..], &theirs.y().unwrap()[..]);
    }
}

#[test]
fn signatures_should_hold_here_exactly_where_they_hold_in_k256() {
    let mut rng = StdRng::seed_from_u64(2);
    for case in 0..16 {
        let (secret, message): ([u8; 32], Fr) = (rng.r#gen(), Fr::rand(&mut rng));
        let (public, ours) = sign(&secret, &message).unwrap();
        let other = message + Fr::from((case % 2) as u8);
        let their_key = SigningKey::from_slice(&secret).unwrap();
        let verifying = VerifyingKey::from(&their_key);
        let in_theirs = TheirSignature::from_scalars(ours.r.0, ours.s.0).unwrap();
        // k256 takes the smaller of the two scalars only.
        let in_theirs = in_theirs.normalize_s().unwrap_or(in_theirs);
        let verdict = verifying.verify_prehash(&to_be_bytes(&other), &in_theirs).is_ok();
        assert_eq!(public.verify(&other, &ours).is_ok(), verdict);
        assert_eq!(verdict, other == message);

        let theirs: TheirSignature = their_key.sign_prehash(&to_be_bytes(&message)).unwrap();
        let (r, s) = (theirs.r().to_bytes().into(), theirs.s().to_bytes().into());
        assert_eq!(public.verify(&message, &Signature { r: Word(r), s: Word(s) }), Ok(()));
    }
}

#[test]
fn malformed_keys_and_signatures_should_be_refused_by_name() {
    let refusal = |change: &dyn Fn(&mut SignedEcdsaReceipt)| {
        let mut signed = *SIGNED;
        change(&mut signed);
        signed.check().unwrap_err().field()
    };
    assert_eq!(refusal(&|s| s.coordinator.y.0[31] ^= 1), "coordinator");
    assert_eq!(refusal(&|s| s.coordinator.x = Word([0xff; 32])), "coordinator");
    assert_eq!(refusal(&|s| s.signature.r = Word([0; 32])), "signature");
    assert_eq!(refusal(&|s| s.signature.s = Word([0xff; 32])), "signature");
    assert_eq!(refusal(&|s| s.signature.s.0[31] ^= 1), "signature");
    assert_eq!(refusal(&|s| s.receipt.details += Fr::from(1u8)), "signature");
    assert_eq!(refusal(&|s| s.receipt.amount += 1), "amount");
}

#[test]
fn an_address_should_be_ethereums() {
    // The first account of the phrase "test test … junk", as every Ethereum tool derives it.
    let mut secret = [0; 32];
    let digits = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
    hex::decode_to_slice(digits, &mut secret).unwrap();
    let (public, _) = sign(&secret, &Fr::ZERO).unwrap();
    assert_eq!(hex::encode(public.address()), "f39fd6e51aad88f6f4ce6ab8827279cfffb92266");
}

#[test]
fn a_signed_receipt_should_satisfy_the_circuit_whichever_signature_it_has() {
    assert!(satisfied(&SIGNED.to_circuit_with(TABLE.clone()).unwrap()));
    // The other signature of the same nonce.
    let s = -SIGNED.signature.s.to_field::<Scalar>().unwrap();
    let signature = Signature { s: Word::of(&s), ..SIGNED.signature };
    let other = SignedEcdsaReceipt { signature, ..*SIGNED };
    assert!(satisfied(&other.to_circuit_with(TABLE.clone()).unwrap()));
}

/// The circuit of the receipt with one thing exchanged after everything was computed.
#[test]
fn a_receipt_should_not_pass_under_another_statement_key_or_term() {
    let circuit = || SIGNED.to_circuit_with(TABLE.clone()).unwrap().into_assigned().unwrap();
    let one = Fr::from(1u8);
    let (mut public, witness) = circuit();
    public.context += one;
    assert!(!satisfied(&EcdsaReceiptCircuit::assigned(public, witness)));
    let (mut public, witness) = circuit();
    public.coordinator += one;
    assert!(!satisfied(&EcdsaReceiptCircuit::assigned(public, witness)));
    let (public, mut witness) = circuit();
    witness.terms_mut().details += one;
    assert!(!satisfied(&EcdsaReceiptCircuit::assigned(public, witness)));

    // Signed by somebody else, and shown as the coordinator's.
    let foreign = sign_ecdsa(&[8; 32], receipt(11)).unwrap();
    let table = Arc::new(KeyTable::new(&foreign.coordinator).unwrap());
    let (_, witness) = foreign.to_circuit_with(table).unwrap().into_assigned().unwrap();
    let (public, _) = circuit();
    assert!(!satisfied(&EcdsaReceiptCircuit::assigned(public, witness)));
    // Signed by somebody else, with the coordinator's table.
    let (public, witness) =
        foreign.to_circuit_with(TABLE.clone()).unwrap().into_assigned().unwrap();
    assert!(!satisfied(&EcdsaReceiptCircuit::assigned(public, witness)));
}

#[test]
fn a_key_should_have_one_id() {
    let key: PublicKey = SIGNED.coordinator;
    assert_eq!(KeyTable::new(&key).unwrap().root(), TABLE.root());
}
