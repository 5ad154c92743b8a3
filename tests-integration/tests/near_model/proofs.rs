//! A real Groth16 circuit of one public input, with proofs made once: by arkworks, which shares no code with the
//! contract.

use ark_bn254::{Bn254, Fr, G1Affine, G2Affine};
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};
use ark_groth16::Groth16;
use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystemRef, LinearCombination, SynthesisError, Variable,
};
use ark_snark::SNARK;
use ark_std::rand::SeedableRng;
use ark_std::rand::rngs::StdRng;
use proofrail_near_interface::{Hex, NearToken, NewCircuit, VerifyingKey};
use sha3::{Digest, Keccak256};

use crate::op::{BREAKABLE, CIRCUITS, IMPOSSIBLE, Proof, STATEMENTS};

/// Knows a square root of the public input.
#[derive(Clone)]
struct Square(Fr);

impl ConstraintSynthesizer<Fr> for Square {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let witness = cs.new_witness_variable(|| Ok(self.0))?;
        let square = cs.new_input_variable(|| Ok(self.0.square()))?;
        let lc = |variable: Variable| LinearCombination::from(variable);
        cs.enforce_r1cs_constraint(|| lc(witness), || lc(witness), || lc(square))
    }
}

/// The circuits and the proofs of their statements.
pub struct Proofs {
    circuits: Vec<NewCircuit>,
    inputs: Vec<Hex<32>>,
    proofs: Vec<[u8; 256]>,
}

impl Proofs {
    pub fn new() -> Self {
        let mut rng = StdRng::seed_from_u64(1);
        let (pk, vk) =
            Groth16::<Bn254>::circuit_specific_setup(Square(Fr::ZERO), &mut rng).unwrap();
        let vk = VerifyingKey {
            alpha: g1(&vk.alpha_g1),
            beta: g2(&vk.beta_g2),
            gamma: g2(&vk.gamma_g2),
            delta: g2(&vk.delta_g2),
            ic: vk.gamma_abc_g1.iter().map(g1).collect(),
        };
        let roots: Vec<Fr> = (0..STATEMENTS as u64).map(|root| Fr::from(root + 2)).collect();
        let prove = |root: &Fr| {
            let proof = Groth16::<Bn254>::prove(&pk, Square(*root), &mut rng).unwrap();
            let parts = [&g1(&proof.a).0[..], &g2(&proof.b).0, &g1(&proof.c).0];
            parts.concat().try_into().unwrap()
        };
        let inputs: Vec<_> = roots.iter().map(|root| Hex(be(root.square()))).collect();
        let proofs = roots.iter().map(prove).collect();
        // 5 is no square in the field: nobody can prove it.
        let no_square = Hex(be(Fr::from(5_u64)));
        let circuit = |index: usize| NewCircuit {
            circuit_id: circuit_id(index),
            name: name(index),
            public_inputs: vec!["square".to_owned()],
            vk: vk.clone(),
            base_fee: NearToken::from_millinear(100),
            deadline_s: crate::model::deadline_s(index),
            tee: false,
            impossible_inputs: vec![if index == BREAKABLE {
                inputs[IMPOSSIBLE]
            } else {
                no_square
            }],
        };
        let circuits = (0..CIRCUITS).map(circuit).collect();
        Self { circuits, inputs, proofs }
    }

    pub fn circuit(&self, index: usize) -> &NewCircuit {
        &self.circuits[index]
    }

    /// The public input of a statement.
    pub fn input(&self, statement: usize) -> Hex<32> {
        self.inputs[statement]
    }

    /// What is submitted as the proof of a statement.
    pub fn bytes(&self, statement: usize, proof: Proof) -> Vec<u8> {
        match proof {
            Proof::True => self.proofs[statement].to_vec(),
            Proof::Other => self.proofs[(statement + 1) % STATEMENTS].to_vec(),
            Proof::Malformed => vec![0xff; 256],
            Proof::Bytes(length) => vec![7; usize::from(length)],
        }
    }
}

/// The id of the circuit with this index.
pub fn circuit_id(index: usize) -> Hex<32> {
    Hex(Keccak256::digest(format!("{}(square)", name(index))).into())
}

fn name(index: usize) -> String {
    format!("square-{index}/1")
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
