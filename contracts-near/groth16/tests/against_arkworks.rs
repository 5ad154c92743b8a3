//! The crate against arkworks: real proofs, the same curve operations, every malformed input.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use ark_bn254::{Bn254, Fq, Fq2, Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::pairing::{Pairing, PairingOutput};
use ark_ec::{AffineRepr, CurveGroup, PrimeGroup};
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField, Zero};
use ark_groth16::Groth16;
use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystemRef, LinearCombination, SynthesisError, Variable,
};
use ark_snark::SNARK;
use ark_std::rand::SeedableRng;
use ark_std::rand::rngs::StdRng;
use proofrail_near_groth16::{
    AltBn128, Element, KeyError, KeyPoints, Malformed, NotReduced, PointError, Proof, Scalar,
    Verdict, VerifyingKey, WrongInputCount, verify,
};
use proptest::prelude::*;

/// The host functions by arkworks: reads the host's encoding strictly, as nearcore does.
struct Ark;

impl AltBn128 for Ark {
    fn g1_multiexp(&self, elements: &[u8]) -> [u8; 64] {
        assert_eq!(elements.len() % 96, 0);
        let sum: G1Projective = elements
            .chunks_exact(96)
            .map(|element| {
                let scalar = Fr::from_le_bytes_mod_order(&element[64..]);
                assert_eq!(scalar.into_bigint().to_bytes_le(), element[64..], "scalar not reduced");
                host_g1(&element[..64]) * scalar
            })
            .sum();
        let sum = sum.into_affine();
        let mut bytes = [0; 64];
        if !sum.is_zero() {
            bytes[..32].copy_from_slice(&sum.x.into_bigint().to_bytes_le());
            bytes[32..].copy_from_slice(&sum.y.into_bigint().to_bytes_le());
        }
        bytes
    }

    fn pairing_check(&self, elements: &[u8]) -> bool {
        assert_eq!(elements.len() % 192, 0);
        let (g1, g2): (Vec<_>, Vec<_>) = elements
            .chunks_exact(192)
            .map(|pair| (host_g1(&pair[..64]), host_g2(&pair[64..])))
            .unzip();
        Bn254::multi_pairing(g1, g2) == PairingOutput::ZERO
    }
}

fn host_fq(bytes: &[u8]) -> Fq {
    let element = Fq::from_le_bytes_mod_order(bytes);
    assert_eq!(element.into_bigint().to_bytes_le(), bytes, "coordinate not reduced");
    element
}

fn host_g1(bytes: &[u8]) -> G1Affine {
    if bytes.iter().all(|byte| *byte == 0) {
        return G1Affine::identity();
    }
    G1Affine::new(host_fq(&bytes[..32]), host_fq(&bytes[32..]))
}

fn host_g2(bytes: &[u8]) -> G2Affine {
    let [x0, x1, y0, y1] = [0, 32, 64, 96].map(|at| host_fq(&bytes[at..at + 32]));
    G2Affine::new(Fq2::new(x0, x1), Fq2::new(y0, y1))
}

fn be(element: impl PrimeField) -> [u8; 32] {
    element.into_bigint().to_bytes_be().try_into().unwrap()
}

fn eip197_g1(point: &G1Affine) -> [u8; 64] {
    [be(point.x), be(point.y)].concat().try_into().unwrap()
}

fn eip197_g2(point: &G2Affine) -> [u8; 128] {
    [be(point.x.c1), be(point.x.c0), be(point.y.c1), be(point.y.c0)].concat().try_into().unwrap()
}

/// `w_i * w_i = x_i` for each public input.
#[derive(Clone)]
struct Squares(Vec<Fr>);

impl ConstraintSynthesizer<Fr> for Squares {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        for root in self.0 {
            let witness = cs.new_witness_variable(|| Ok(root))?;
            let square = cs.new_input_variable(|| Ok(root.square()))?;
            let lc = |variable: Variable| LinearCombination::from(variable);
            cs.enforce_r1cs_constraint(|| lc(witness), || lc(witness), || lc(square))?;
        }
        Ok(())
    }
}

struct Case {
    points: KeyPoints,
    proof: [u8; 256],
    inputs: Vec<[u8; 32]>,
}

fn case(inputs: usize, seed: u64) -> Case {
    let mut rng = StdRng::seed_from_u64(seed);
    let circuit = Squares((0..inputs as u64).map(|i| Fr::from(seed + 3 + i)).collect());
    let (pk, vk) = Groth16::<Bn254>::circuit_specific_setup(circuit.clone(), &mut rng).unwrap();
    let proof = Groth16::<Bn254>::prove(&pk, circuit.clone(), &mut rng).unwrap();
    let parts = [&eip197_g1(&proof.a)[..], &eip197_g2(&proof.b), &eip197_g1(&proof.c)];
    Case {
        points: KeyPoints {
            alpha: eip197_g1(&vk.alpha_g1),
            beta: eip197_g2(&vk.beta_g2),
            gamma: eip197_g2(&vk.gamma_g2),
            delta: eip197_g2(&vk.delta_g2),
            ic: vk.gamma_abc_g1.iter().map(eip197_g1).collect(),
        },
        proof: parts.concat().try_into().unwrap(),
        inputs: circuit.0.iter().map(|root| be(root.square())).collect(),
    }
}

impl Case {
    fn key(&self) -> VerifyingKey {
        VerifyingKey::new(&self.points, self.inputs.len()).unwrap()
    }

    fn scalars(&self) -> Vec<Scalar> {
        self.inputs.iter().map(|input| Scalar::from_be_bytes(input).unwrap()).collect()
    }

    fn verdict(&self) -> Verdict {
        let proof = Proof::from_eip197(&self.proof).unwrap();
        verify(&Ark, &self.key(), &proof, &self.scalars()).unwrap()
    }
}

#[test]
fn verify_should_accept_real_proofs_of_any_input_count() {
    for inputs in [1, 2, 3, 8] {
        assert_eq!(case(inputs, 7).verdict(), Verdict::Valid, "{inputs} inputs");
    }
}

#[test]
fn verify_should_reject_each_changed_input_and_a_foreign_proof() {
    for changed in 0..3 {
        let mut case = case(3, 7);
        case.inputs[changed] = be(Fr::from(1_u64));
        assert_eq!(case.verdict(), Verdict::Invalid, "input {changed}");
    }
    let mut swapped = case(3, 7);
    swapped.inputs.swap(0, 1);
    assert_eq!(swapped.verdict(), Verdict::Invalid);
    let foreign = Case { proof: case(3, 8).proof, ..case(3, 7) };
    assert_eq!(foreign.verdict(), Verdict::Invalid);
}

#[test]
fn verify_should_refuse_another_number_of_inputs() {
    let case = case(3, 7);
    let proof = Proof::from_eip197(&case.proof).unwrap();
    assert_eq!(
        verify(&Ark, &case.key(), &proof, &case.scalars()[..2]),
        Err(WrongInputCount { expected: 3, got: 2 })
    );
}

#[test]
fn key_should_give_back_the_points_it_was_made_of() {
    let case = case(3, 7);
    assert_eq!(case.key().points(), case.points);
    assert_eq!(case.key().public_inputs(), 3);
}

/// `bytes` with the word at `word` replaced.
fn with_word<const N: usize>(bytes: &[u8; N], word: usize, value: [u8; 32]) -> [u8; N] {
    let mut bytes = *bytes;
    bytes[word * 32..(word + 1) * 32].copy_from_slice(&value);
    bytes
}

/// `word + q`, the other text of the same field element.
fn plus_order(word: &[u8]) -> [u8; 32] {
    let mut sum = Fq::from_be_bytes_mod_order(word).into_bigint();
    assert!(!sum.add_with_carry(&Fq::MODULUS), "q has 254 bits");
    sum.to_bytes_be().try_into().unwrap()
}

#[test]
fn proof_should_name_an_unreduced_coordinate_in_every_place() {
    let good = case(1, 7).proof;
    let elements = [Element::A, Element::B, Element::C];
    for (word, element) in [0, 0, 1, 1, 1, 1, 2, 2].into_iter().enumerate() {
        let bytes = with_word(&good, word, plus_order(&good[word * 32..(word + 1) * 32]));
        let expected = Malformed { element: elements[element], error: PointError::NotReduced };
        assert_eq!(Proof::from_eip197(&bytes), Err(expected), "word {word}");
        let bytes = with_word(&good, word, be(Fq::from(5_u64)));
        let expected = Malformed { element: elements[element], error: PointError::NotOnCurve };
        assert_eq!(Proof::from_eip197(&bytes), Err(expected), "word {word}");
    }
}

#[test]
fn proof_should_refuse_infinity_in_every_place() {
    let good = case(1, 7).proof;
    for (element, range) in [(Element::A, 0..64), (Element::B, 64..192), (Element::C, 192..256)] {
        let mut bytes = good;
        bytes[range].fill(0);
        assert_eq!(
            Proof::from_eip197(&bytes),
            Err(Malformed { element, error: PointError::Infinity })
        );
    }
}

/// A point on the twist and out of the subgroup: the first that solves the equation from `x`.
fn outside_the_subgroup(mut x: u64) -> G2Affine {
    loop {
        if let Some(point) = G2Affine::get_point_from_x_unchecked(Fq2::from(x), false) {
            // Multiplying by the group order, not the endomorphism that the crate uses.
            assert!(point.is_on_curve());
            if !point.mul_bigint(Fr::MODULUS).is_zero() {
                return point;
            }
        }
        x += 1;
    }
}

#[test]
fn proof_and_key_should_refuse_a_twist_point_out_of_the_subgroup() {
    let outside = eip197_g2(&outside_the_subgroup(2));
    let case = case(1, 7);
    let mut proof = case.proof;
    proof[64..192].copy_from_slice(&outside);
    let error = PointError::NotInSubgroup;
    assert_eq!(Proof::from_eip197(&proof), Err(Malformed { element: Element::B, error }));
    for element in [Element::Beta, Element::Gamma, Element::Delta] {
        let mut points = case.points.clone();
        match element {
            Element::Beta => points.beta = outside,
            Element::Gamma => points.gamma = outside,
            _ => points.delta = outside,
        }
        let expected = KeyError::Malformed(Malformed { element, error });
        assert_eq!(VerifyingKey::new(&points, 1), Err(expected));
    }
}

#[test]
fn key_should_refuse_what_a_finished_setup_cannot_make() {
    let good = case(2, 7).points;
    let refusal = |change: &dyn Fn(&mut KeyPoints)| {
        let mut points = good.clone();
        change(&mut points);
        VerifyingKey::new(&points, 2).unwrap_err()
    };
    let infinite =
        |element| KeyError::Malformed(Malformed { element, error: PointError::Infinity });
    assert_eq!(refusal(&|key| key.alpha = [0; 64]), infinite(Element::Alpha));
    assert_eq!(refusal(&|key| key.gamma = [0; 128]), infinite(Element::Gamma));
    assert_eq!(refusal(&|key| key.ic[1] = [0; 64]), infinite(Element::Ic(1)));
    assert_eq!(refusal(&|key| key.delta = key.gamma), KeyError::GammaIsDelta);
    let generator = eip197_g2(&G2Affine::generator());
    assert_eq!(refusal(&|key| key.delta = generator), KeyError::DeltaIsGenerator);
    assert_eq!(refusal(&|key| _ = key.ic.pop()), KeyError::IcLength { expected: 3, got: 2 });
    assert_eq!(VerifyingKey::new(&good, 33), Err(KeyError::TooManyInputs(33)));
    // A ceremony's key has gamma at the generator.
    let ceremony = KeyPoints { gamma: generator, ..good };
    assert!(VerifyingKey::new(&ceremony, 2).is_ok());
}

#[test]
fn scalar_should_stop_at_the_order() {
    let order: [u8; 32] = Fr::MODULUS.to_bytes_be().try_into().unwrap();
    assert_eq!(Scalar::from_be_bytes(&order), Err(NotReduced));
    assert_eq!(Scalar::from_be_bytes(&[0xff; 32]), Err(NotReduced));
    assert_eq!(
        Scalar::from_be_bytes(&be(-Fr::from(1_u64))).unwrap().to_be_bytes(),
        be(-Fr::from(1_u64))
    );
}

proptest! {
    #[test]
    fn points_should_be_taken_exactly_when_arkworks_takes_them(scalar: u64, flip in 0..128_usize) {
        let point = (G2Projective::generator() * Fr::from(scalar.max(2))).into_affine();
        let mut proof = case_free_proof(scalar);
        proof[64..192].copy_from_slice(&eip197_g2(&point));
        prop_assert!(Proof::from_eip197(&proof).is_ok());
        proof[64 + flip] ^= 1;
        prop_assert!(Proof::from_eip197(&proof).is_err());
    }

    #[test]
    fn proof_should_never_panic_on_any_bytes(head: [u8; 32], tail: [u8; 32], at in 0..7_usize) {
        let mut bytes = case_free_proof(3);
        bytes[at * 32..at * 32 + 32].copy_from_slice(&head);
        bytes[224..].copy_from_slice(&tail);
        prop_assert!(Proof::from_eip197(&bytes).is_err());
    }
}

/// Valid points that prove nothing.
fn case_free_proof(scalar: u64) -> [u8; 256] {
    let g1 = (G1Projective::generator() * Fr::from(scalar.max(1))).into_affine();
    let g2 = eip197_g2(&G2Affine::generator());
    [&eip197_g1(&g1)[..], &g2, &eip197_g1(&g1)].concat().try_into().unwrap()
}
