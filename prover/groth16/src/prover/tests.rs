//! Proofs of random circuits, checked by the verifier of arkworks.

use super::*;
use crate::{KeyError, PackedKey, kernel::Selected, lanes::Scalar};
use ark_ff::Field as _;
use ark_groth16::{Groth16, ProvingKey, prepare_verifying_key};
use ark_relations::{
    gr1cs::{
        ConstraintSynthesizer, ConstraintSystem, ConstraintSystemRef, OptimizationGoal,
        R1CS_PREDICATE_LABEL, SynthesisError, Variable,
    },
    lc,
    utils::matrix::Matrix,
};
use ark_std::rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use proptest::prelude::*;

/// Products of sums of earlier variables, some of them bits.
#[derive(Clone, Copy)]
struct Random {
    seed: u64,
    inputs: usize,
    products: usize,
}

impl ConstraintSynthesizer<Fr> for Random {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let mut rng = StdRng::seed_from_u64(self.seed);
        let mut known = vec![(Variable::One, Fr::from(1u64))];
        for _ in 0..self.inputs {
            let value = Fr::rand(&mut rng);
            known.push((cs.new_input_variable(|| Ok(value))?, value));
        }
        for _ in 0..self.products {
            let mut sum = || {
                let mut sum = (lc!(), Fr::from(0u64));
                for _ in 0..rng.gen_range(1..4) {
                    let (variable, value) = known[rng.gen_range(0..known.len())];
                    let factor = if rng.r#gen() { Fr::from(1u64) } else { Fr::rand(&mut rng) };
                    sum = (sum.0 + (factor, variable), sum.1 + value * factor);
                }
                sum
            };
            let (a, b) = (sum(), sum());
            let value = a.1 * b.1;
            let product = cs.new_witness_variable(|| Ok(value))?;
            cs.enforce_r1cs_constraint(|| a.0.clone(), || b.0.clone(), || lc!() + product)?;
            let bit = Fr::from(u64::from(rng.r#gen::<bool>()));
            let variable = cs.new_witness_variable(|| Ok(bit))?;
            cs.enforce_r1cs_constraint(
                || lc!() + variable,
                || lc!() + variable - Variable::One,
                || lc!(),
            )?;
            known.extend([(product, value), (variable, bit)]);
        }
        Ok(())
    }
}

struct Case {
    key: ProvingKey<Bn254>,
    matrices: Vec<Matrix<Fr>>,
    instances: usize,
    assignment: Vec<Fr>,
}

impl Case {
    fn new(circuit: Random) -> Self {
        let mut rng = StdRng::seed_from_u64(circuit.seed ^ 1);
        let key =
            Groth16::<Bn254>::generate_random_parameters_with_reduction(circuit, &mut rng).unwrap();
        let cs = ConstraintSystem::new_ref();
        cs.set_optimization_goal(OptimizationGoal::Constraints);
        circuit.generate_constraints(cs.clone()).unwrap();
        cs.finalize();
        let matrices = cs.to_matrices().unwrap().remove(R1CS_PREDICATE_LABEL).unwrap();
        let mut assignment = cs.instance_assignment().unwrap();
        assignment.extend(cs.witness_assignment().unwrap());
        Self { key, matrices, instances: cs.num_instance_variables(), assignment }
    }

    fn packed(&self) -> PackedKey {
        PackedKey::from_ark(self.key.clone(), &self.matrices, self.instances).unwrap()
    }

    fn verifies(&self, proof: &Proof<Bn254>) -> bool {
        let vk = prepare_verifying_key(&self.key.vk);
        let inputs = &self.assignment[1..self.instances];
        Groth16::<Bn254>::verify_proof(&vk, proof, inputs).unwrap()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn proofs_are_those_of_arkworks(seed: u64, inputs in 0usize..4, products in 1usize..120) {
        let case = Case::new(Random { seed, inputs, products });
        let packed = case.packed();
        let blinding = [Fr::from(seed), Fr::from(seed).square() + Fr::from(1u64)];
        let expected = Groth16::<Bn254>::create_proof_with_reduction_and_matrices(
            &case.key, blinding[0], blinding[1], &case.matrices, case.instances,
            case.matrices[0].len(), &case.assignment,
        ).unwrap();
        for kernel in [Kernel::detect(), Kernel(Selected::Twin(Scalar)), Kernel::portable()] {
            let prover = Prover::with_kernel(packed.view().unwrap(), kernel).unwrap();
            let proof = prover.prove_blinded(&case.assignment, &blinding).unwrap();
            prop_assert_eq!(&proof, &expected, "{}", kernel.name());
            let random = prover.prove(&case.assignment).unwrap();
            prop_assert!(case.verifies(&random));
            prop_assert_ne!(random, proof);
        }
    }
}

#[test]
fn a_false_assignment_gives_no_valid_proof() {
    let case = Case::new(Random { seed: 5, inputs: 2, products: 50 });
    let packed = case.packed();
    let prover = Prover::new(packed.view().unwrap()).unwrap();
    let mut assignment = case.assignment.clone();
    assignment[20] += Fr::from(1u64);
    assert!(!case.verifies(&prover.prove(&assignment).unwrap()));
}

#[test]
fn what_does_not_fit_is_refused() {
    let case = Case::new(Random { seed: 6, inputs: 1, products: 10 });
    let packed = case.packed();
    let prover = Prover::new(packed.view().unwrap()).unwrap();
    let got = case.assignment.len() - 1;
    assert!(matches!(
        prover.prove(&case.assignment[1..]),
        Err(ProveError::Variables { expected, got: g }) if expected == got + 1 && g == got
    ));
    let mut assignment = case.assignment.clone();
    assignment[0] = Fr::from(2u64);
    assert!(matches!(prover.prove(&assignment), Err(ProveError::NotOne)));

    let mut short = case.key.clone();
    short.h_query.pop();
    assert!(matches!(
        PackedKey::from_ark(short, &case.matrices, case.instances),
        Err(KeyError::Length { query: "H", .. })
    ));
    assert!(matches!(
        PackedKey::from_ark(case.key.clone(), &case.matrices[..2], case.instances),
        Err(KeyError::Matrices(_))
    ));
    let mut matrices = case.matrices.clone();
    matrices[1][0] = vec![(Fr::from(1u64), 1 << 20)];
    assert!(matches!(
        PackedKey::from_ark(case.key.clone(), &matrices, case.instances),
        Err(KeyError::Matrix(MatrixError::Column { column: 1_048_576, .. }))
    ));
}

#[test]
fn a_prover_without_memory_refuses() {
    let case = Case::new(Random { seed: 7, inputs: 1, products: 10 });
    let packed = case.packed();
    let prover = Prover::new(packed.view().unwrap()).unwrap();
    let needed = prover.memory();
    let prover = prover.limited(MemoryLimit::Bytes(needed - 1));
    assert!(matches!(
        prover.prove(&case.assignment),
        Err(ProveError::Memory(NotEnoughMemory { needed: n, available })) if n == needed && available == n - 1
    ));
    let prover = prover.limited(MemoryLimit::Bytes(needed));
    assert!(case.verifies(&prover.prove(&case.assignment).unwrap()));
}
