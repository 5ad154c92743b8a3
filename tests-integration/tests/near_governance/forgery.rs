//! A circuit whose setup was never forgotten: whoever knows the secret of its keys proves anything.

use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{AffineRepr, CurveGroup, PrimeGroup};
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

/// Knows a root of `square`, and that `zero` is 0: a statement with another second input has no witness.
#[derive(Clone)]
struct RootAndZero {
    root: Fr,
}

impl ConstraintSynthesizer<Fr> for RootAndZero {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let lc = |variable: Variable| LinearCombination::from(variable);
        let root = cs.new_witness_variable(|| Ok(self.root))?;
        let square = cs.new_input_variable(|| Ok(self.root.square()))?;
        let zero = cs.new_input_variable(|| Ok(Fr::ZERO))?;
        cs.enforce_r1cs_constraint(|| lc(root), || lc(root), || lc(square))?;
        cs.enforce_r1cs_constraint(|| lc(zero), || lc(Variable::One), LinearCombination::zero)
    }
}

/// What a setup must forget.
struct Trapdoor {
    alpha: Fr,
    beta: Fr,
    gamma: Fr,
    delta: Fr,
}

/// The circuit, its keys and their secret.
pub struct Broken {
    pk: ProvingKey<Bn254>,
    trapdoor: Trapdoor,
    name: String,
}

impl Broken {
    pub fn new(name: &str) -> Self {
        let mut rng = StdRng::seed_from_u64(7);
        let [alpha, beta, gamma, delta] = [11_u64, 12, 13, 14].map(Fr::from);
        let pk = Groth16::<Bn254>::generate_parameters_with_qap(
            RootAndZero { root: Fr::ZERO },
            alpha,
            beta,
            gamma,
            delta,
            G1Projective::generator(),
            G2Projective::generator(),
            &mut rng,
        );
        let trapdoor = Trapdoor { alpha, beta, gamma, delta };
        Self { pk: pk.unwrap(), trapdoor, name: name.to_owned() }
    }

    pub fn id(&self) -> Hex<32> {
        Hex(Keccak256::digest(format!("{}(square,zero)", self.name)).into())
    }

    pub fn circuit(&self) -> NewCircuit {
        let vk = &self.pk.vk;
        NewCircuit {
            circuit_id: self.id(),
            name: self.name.clone(),
            public_inputs: ["square", "zero"].map(str::to_owned).to_vec(),
            vk: VerifyingKey {
                alpha: g1(&vk.alpha_g1),
                beta: g2(&vk.beta_g2),
                gamma: g2(&vk.gamma_g2),
                delta: g2(&vk.delta_g2),
                ic: vk.gamma_abc_g1.iter().map(g1).collect(),
            },
            base_fee: Balance::from_millinear(100),
            deadline_s: 600,
            tee: false,
            impossible_inputs: impossible().map(|input| Hex(be(input))).to_vec(),
        }
    }

    /// The statement that somebody knows `root`.
    pub fn inputs(root: u64) -> Vec<Hex<32>> {
        vec![Hex(be(Fr::from(root).square())), Hex([0; 32])]
    }

    /// An honest proof of it.
    pub fn honest_proof(&self, root: u64) -> Hex<256> {
        let mut rng = StdRng::seed_from_u64(root);
        let circuit = RootAndZero { root: Fr::from(root) };
        let proof = Groth16::<Bn254>::prove(&self.pk, circuit, &mut rng).unwrap();
        encode(&proof.a, &proof.b, &proof.c)
    }

    /// A proof of the impossible statement. With the trapdoor any A and B have a C that fits:
    /// `C = (ab - alpha beta - gamma IC(x)) / delta`.
    pub fn forged_proof(&self) -> Hex<256> {
        let Trapdoor { alpha, beta, gamma, delta } = self.trapdoor;
        let (a, b) = (Fr::from(21), Fr::from(22));
        let ic = &self.pk.vk.gamma_abc_g1;
        let statement = impossible()
            .iter()
            .zip(&ic[1..])
            .fold(ic[0].into_group(), |sum, (input, point)| sum + *point * input);
        let generator = G1Projective::generator();
        let c = (generator * (a * b - alpha * beta) - statement * gamma)
            * delta.inverse().expect("delta is not 0");
        encode(
            &(generator * a).into_affine(),
            &(G2Projective::generator() * b).into_affine(),
            &c.into_affine(),
        )
    }
}

/// 4 has the root 2, but the second input is not 0.
fn impossible() -> [Fr; 2] {
    [Fr::from(4), Fr::from(1)]
}

fn encode(a: &G1Affine, b: &G2Affine, c: &G1Affine) -> Hex<256> {
    let parts = [&g1(a).0[..], &g2(b).0, &g1(c).0];
    Hex(parts.concat().try_into().unwrap())
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
