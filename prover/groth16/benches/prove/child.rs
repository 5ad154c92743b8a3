//! One prover, alone in its process.

use crate::Result;
use ark_bn254::{Bn254, Fr};
use ark_ff::{PrimeField, UniformRand as _};
use ark_groth16::{Groth16, Proof, ProvingKey, r1cs_to_qap::R1CSToQAP};
use ark_poly::EvaluationDomain;
use ark_relations::{
    gr1cs::{ConstraintSystemRef, SynthesisError},
    utils::matrix::Matrix as Rows,
};
use ark_std::rand::rngs::OsRng;
use proofrail_formats::{
    json::{self, ProofJson},
    wtns::Wtns,
    zkey::{Matrix, Zkey},
};
use proofrail_groth16::{Kernel, Key, Prover};
use rayon::prelude::*;
use std::path::Path;

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let [prover, zkey, wtns, out] = arguments else { return Err("four arguments".into()) };
    let zkey = Zkey::open(Path::new(zkey))?;
    let assignment = Wtns::open(Path::new(wtns))?.values()?;
    let proof = match prover.as_str() {
        "proofrail" => ours(&zkey, &assignment, Kernel::detect())?,
        "proofrail-portable" => ours(&zkey, &assignment, Kernel::portable())?,
        "ark" => ark(&zkey, &assignment)?,
        "taceo" => taceo(&zkey, &assignment)?,
        other => return Err(format!("no prover {other}").into()),
    };
    Ok(json::write(Path::new(out), &ProofJson::from(&proof))?)
}

fn ours(zkey: &Zkey, assignment: &[Fr], kernel: Kernel) -> Result<Proof<Bn254>> {
    Ok(Prover::with_kernel(Key::from_zkey(zkey)?, kernel)?.prove(assignment)?)
}

/// The key in memory, its points not checked, as no other prover checks them here.
fn load(zkey: &Zkey) -> Result<ProvingKey<Bn254>> {
    Ok(ProvingKey {
        vk: zkey.verifying_key()?,
        beta_g1: zkey.header().beta_g1,
        delta_g1: zkey.header().delta_g1,
        a_query: zkey.a()?.iter_unchecked().collect(),
        b_g1_query: zkey.b1()?.iter_unchecked().collect(),
        b_g2_query: zkey.b2()?.iter_unchecked().collect(),
        h_query: zkey.h()?.iter_unchecked().collect(),
        l_query: zkey.l()?.iter_unchecked().collect(),
    })
}

/// The matrices without the rows of public inputs, which these provers put there themselves.
fn matrices(zkey: &Zkey) -> Result<[Rows<Fr>; 2]> {
    let instances = zkey.header().public as usize + 1;
    let mut matrices = [Vec::new(), Vec::new()];
    let mut rows = 0;
    for entry in zkey.coefficients()?.iter() {
        let entry = entry?;
        rows = rows.max(entry.constraint as usize + 1);
        let matrix = &mut matrices[usize::from(entry.matrix == Matrix::B)];
        if matrix.len() <= entry.constraint as usize {
            matrix.resize(entry.constraint as usize + 1, Vec::new());
        }
        matrix[entry.constraint as usize].push((entry.value, entry.signal as usize));
    }
    for matrix in &mut matrices {
        matrix.resize(rows - instances, Vec::new());
    }
    Ok(matrices)
}

fn ark(zkey: &Zkey, assignment: &[Fr]) -> Result<Proof<Bn254>> {
    let key = load(zkey)?;
    let matrices = matrices(zkey)?;
    let instances = zkey.header().public as usize + 1;
    Ok(Groth16::<Bn254, CircomReduction>::create_proof_with_reduction_and_matrices(
        &key,
        Fr::rand(&mut OsRng),
        Fr::rand(&mut OsRng),
        &matrices,
        instances,
        matrices[0].len(),
        assignment,
    )?)
}

fn taceo(zkey: &Zkey, assignment: &[Fr]) -> Result<Proof<Bn254>> {
    let key = load(zkey)?;
    let [a, b] = matrices(zkey)?;
    let instances = zkey.header().public as usize + 1;
    let count = |matrix: &Rows<Fr>| matrix.iter().map(Vec::len).sum();
    let matrices = taceo_groth16::ConstraintMatrices {
        num_instance_variables: instances,
        num_witness_variables: assignment.len() - instances,
        num_constraints: a.len(),
        a_num_non_zero: count(&a),
        b_num_non_zero: count(&b),
        c_num_non_zero: 0,
        a,
        b,
        c: Vec::new(),
    };
    Ok(taceo_groth16::Groth16::<Bn254>::prove::<taceo_groth16::CircomReduction>(
        &key,
        Fr::rand(&mut OsRng),
        Fr::rand(&mut OsRng),
        &matrices,
        assignment,
    )?)
}

/// snarkjs's witness map for ark-groth16, as ark-circom has it.
struct CircomReduction;

impl R1CSToQAP for CircomReduction {
    #[allow(clippy::type_complexity)]
    fn instance_map_with_evaluation<F: PrimeField, D: EvaluationDomain<F>>(
        _: ConstraintSystemRef<F>,
        _: &F,
    ) -> std::result::Result<(Vec<F>, Vec<F>, Vec<F>, F, usize, usize), SynthesisError> {
        // Only a setup asks for this, and keys come from files.
        Err(SynthesisError::MissingCS)
    }

    fn witness_map_from_matrices<F: PrimeField, D: EvaluationDomain<F>>(
        matrices: &[Rows<F>],
        instances: usize,
        constraints: usize,
        assignment: &[F],
    ) -> std::result::Result<Vec<F>, SynthesisError> {
        let domain =
            D::new(constraints + instances).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        let size = domain.size();
        let rows = |matrix: &Rows<F>| {
            let mut out = vec![F::zero(); size];
            out[..constraints].par_iter_mut().zip(matrix).for_each(|(out, row)| {
                *out = row.iter().map(|(value, i)| *value * assignment[*i]).sum();
            });
            out
        };
        let (mut a, mut b) = (rows(&matrices[0]), rows(&matrices[1]));
        a[constraints..constraints + instances].copy_from_slice(&assignment[..instances]);
        let mut c: Vec<F> = a.par_iter().zip(&b).map(|(a, b)| *a * b).collect();
        let double = D::new(2 * size).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        let coset =
            domain.get_coset(double.element(1)).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        for values in [&mut a, &mut b, &mut c] {
            domain.ifft_in_place(values);
            coset.fft_in_place(values);
        }
        a.par_iter_mut().zip(b.par_iter().zip(&c)).for_each(|(a, (b, c))| *a = *a * b - c);
        Ok(a)
    }

    fn h_query_scalars<F: PrimeField, D: EvaluationDomain<F>>(
        _: usize,
        _: F,
        _: F,
        _: F,
    ) -> std::result::Result<Vec<F>, SynthesisError> {
        Err(SynthesisError::MissingCS)
    }
}
