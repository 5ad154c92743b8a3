//! Real Groth16 keys and proofs of a small circuit, made by arkworks: judges that share no code with
//! the contract.

use ark_bn254::{Bn254, Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};
use ark_groth16::{Groth16, ProvingKey};
use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystemRef, LinearCombination, SynthesisError, Variable,
};
use ark_snark::SNARK;
use ark_std::rand::SeedableRng;
use ark_std::rand::rngs::StdRng;
use near_devnode::Balance;
use proofrail_near_interface::{Hex, NewCircuit, VerifyingKey};
use sha3::{Digest, Keccak256};

/// Order of the scalar field.
pub const SCALAR_ORDER: ark_ff::BigInt<4> = Fr::MODULUS;

/// Knows a square root of each of three public inputs.
#[derive(Clone)]
struct Squares([Fr; 3]);

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

/// The circuit with its keys.
pub struct Circuit {
    pk: ProvingKey<Bn254>,
    vk: VerifyingKey,
}

/// A statement and a proof of it.
pub struct Proved {
    pub inputs: Vec<Hex<32>>,
    pub proof: Hex<256>,
}

impl Circuit {
    pub fn new() -> Self {
        let mut rng = StdRng::seed_from_u64(1);
        let circuit = Squares([Fr::ZERO; 3]);
        let (pk, vk) = Groth16::<Bn254>::circuit_specific_setup(circuit, &mut rng).unwrap();
        let vk = VerifyingKey {
            alpha: g1(&vk.alpha_g1),
            beta: g2(&vk.beta_g2),
            gamma: g2(&vk.gamma_g2),
            delta: g2(&vk.delta_g2),
            ic: vk.gamma_abc_g1.iter().map(g1).collect(),
        };
        Self { pk, vk }
    }

    /// The circuit as `name`, whose provers have `deadline_s` seconds.
    pub fn named(&self, name: &str, deadline_s: u64) -> NewCircuit {
        // The smallest integer without a square root.
        let mut integers = (2_u64..).map(Fr::from);
        let no_square = integers.find(|x| x.legendre().is_qnr()).unwrap();
        NewCircuit {
            circuit_id: circuit_id(name),
            name: name.to_owned(),
            public_inputs: ["first", "second", "third"].map(str::to_owned).to_vec(),
            vk: self.vk.clone(),
            base_fee: Balance::from_millinear(100),
            deadline_s,
            tee: false,
            impossible_inputs: vec![Hex(be(no_square)); 3],
        }
    }

    /// A proof of the squares of `root`, `root + 1` and `root + 2`.
    pub fn prove(&self, root: u64) -> Proved {
        let mut rng = StdRng::seed_from_u64(root);
        let roots = [root, root + 1, root + 2].map(Fr::from);
        let proof = Groth16::<Bn254>::prove(&self.pk, Squares(roots), &mut rng).unwrap();
        let parts = [&g1(&proof.a).0[..], &g2(&proof.b).0, &g1(&proof.c).0];
        Proved {
            inputs: roots.iter().map(|root| Hex(be(root.square()))).collect(),
            proof: Hex(parts.concat().try_into().unwrap()),
        }
    }
}

/// The id of the circuit of that name.
pub fn circuit_id(name: &str) -> Hex<32> {
    Hex(Keccak256::digest(format!("{name}(first,second,third)")).into())
}

/// A G2 point on the twist and out of the prime-order subgroup.
pub fn outside_the_subgroup() -> Hex<128> {
    let point = (2_u64..)
        .filter_map(|x| G2Affine::get_point_from_x_unchecked(Fq2::from(x), false))
        .find(|point| point.is_on_curve() && !point.is_in_correct_subgroup_assuming_on_curve());
    g2(&point.unwrap())
}

/// `word + q`: another text of the same coordinate.
pub fn plus_field_order(word: &[u8]) -> [u8; 32] {
    let mut sum = Fq::from_be_bytes_mod_order(word).into_bigint();
    assert!(!sum.add_with_carry(&Fq::MODULUS));
    sum.to_bytes_be().try_into().unwrap()
}

/// `input + r`: another text of the same public input.
pub fn plus_scalar_order(input: &[u8; 32]) -> [u8; 32] {
    let mut sum = Fr::from_be_bytes_mod_order(input).into_bigint();
    assert!(!sum.add_with_carry(&SCALAR_ORDER));
    sum.to_bytes_be().try_into().unwrap()
}

fn be(element: impl PrimeField) -> [u8; 32] {
    element.into_bigint().to_bytes_be().try_into().unwrap()
}

fn g1(point: &G1Affine) -> Hex<64> {
    Hex([be(point.x), be(point.y)].concat().try_into().unwrap())
}

fn g2(point: &G2Affine) -> Hex<128> {
    let words = [point.x.c1, point.x.c0, point.y.c1, point.y.c0].map(be);
    Hex(words.concat().try_into().unwrap())
}
