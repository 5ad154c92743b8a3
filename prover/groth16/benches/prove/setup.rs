//! A setup whose secrets this process knows, which is all that a measurement needs and far faster than snarkjs's.

use crate::{Result, circuit::Circuit};
use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Projective};
use ark_ec::{CurveGroup as _, PrimeGroup as _, scalar_mul::BatchMulPreprocessing};
use ark_ff::{Field as _, UniformRand as _};
use ark_groth16::{ProvingKey, VerifyingKey};
use ark_poly::{EvaluationDomain as _, Radix2EvaluationDomain};
use ark_std::rand::{SeedableRng as _, rngs::StdRng};
use proofrail_formats::{
    wtns::WtnsWriter,
    zkey::{Coefficient, Matrix, MpcParams, ZkeyWriter},
};
use std::path::Path;

struct Secrets {
    tau: Fr,
    alpha: Fr,
    beta: Fr,
    gamma: Fr,
    delta: Fr,
}

/// Writes a key for the circuit, as snarkjs orders and defines it, and the circuit's assignment.
pub(crate) fn write(circuit: &Circuit, zkey: &Path, wtns: &Path) -> Result<()> {
    let mut rng = StdRng::seed_from_u64(11);
    let mut random = || Fr::rand(&mut rng);
    let secrets = Secrets {
        tau: random(),
        alpha: random(),
        beta: random(),
        gamma: random(),
        delta: random(),
    };
    let key = key(circuit, &secrets)?;
    let none = MpcParams { circuit_hash: [0; 64], contributions: Vec::new() };
    ZkeyWriter::write_key(zkey, &key, &coefficients(circuit), &none)?;
    let mut writer = WtnsWriter::create(wtns, u32::try_from(circuit.assignment.len())?)?;
    for value in &circuit.assignment {
        writer.push(value)?;
    }
    Ok(writer.finish()?)
}

/// The entries of A and B row by row, then the rows of A that keep public inputs apart.
fn coefficients(circuit: &Circuit) -> Vec<Coefficient> {
    let mut out = Vec::new();
    for (constraint, row) in circuit.rows.iter().enumerate() {
        for (matrix, sum) in [Matrix::A, Matrix::B].into_iter().zip(row) {
            out.extend(sum.iter().map(|(signal, value)| Coefficient {
                matrix,
                constraint: constraint as u32,
                signal: *signal,
                value: *value,
            }));
        }
    }
    out.extend((0..Circuit::INSTANCES as u32).map(|signal| Coefficient {
        matrix: Matrix::A,
        constraint: circuit.rows.len() as u32 + signal,
        signal,
        value: Fr::ONE,
    }));
    out
}

fn key(circuit: &Circuit, secrets: &Secrets) -> Result<ProvingKey<Bn254>> {
    let Secrets { tau, alpha, beta, gamma, delta } = *secrets;
    let instances = Circuit::INSTANCES;
    let rows = circuit.rows.len() + instances;
    let domain = Radix2EvaluationDomain::<Fr>::new(rows).ok_or("too many constraints")?;
    let lagrange = domain.evaluate_all_lagrange_coefficients(tau);
    let mut columns = [(); 3].map(|()| vec![Fr::from(0u64); circuit.assignment.len()]);
    for (row, weight) in circuit.rows.iter().zip(&lagrange) {
        for (column, sum) in columns.iter_mut().zip(row) {
            for (variable, value) in sum {
                column[*variable as usize] += *weight * value;
            }
        }
    }
    for (input, weight) in lagrange[circuit.rows.len()..rows].iter().enumerate() {
        columns[0][input] += weight;
    }
    let [a, b, c] = columns;
    let over = |divisor: Fr, range: std::ops::Range<usize>| -> Result<Vec<Fr>> {
        let inverse = divisor.inverse().ok_or("a secret is zero")?;
        Ok(range.map(|i| (beta * a[i] + alpha * b[i] + c[i]) * inverse).collect())
    };
    let double =
        Radix2EvaluationDomain::<Fr>::new(2 * domain.size()).ok_or("too many constraints")?;
    let delta_inverse = delta.inverse().ok_or("a secret is zero")?;
    let odd = double.evaluate_all_lagrange_coefficients(tau).into_iter().skip(1).step_by(2);
    let h: Vec<Fr> = odd.map(|value| value * delta_inverse).collect();

    let (g1, g2) = (G1Projective::generator(), G2Projective::generator());
    let table = BatchMulPreprocessing::new(g1, a.len());
    let points = |scalars: &[Fr]| -> Vec<G1Affine> { table.batch_mul(scalars) };
    let b_g2_query = BatchMulPreprocessing::new(g2, b.len()).batch_mul(&b);
    Ok(ProvingKey {
        vk: VerifyingKey {
            alpha_g1: (g1 * alpha).into_affine(),
            beta_g2: (g2 * beta).into_affine(),
            gamma_g2: (g2 * gamma).into_affine(),
            delta_g2: (g2 * delta).into_affine(),
            gamma_abc_g1: points(&over(gamma, 0..instances)?),
        },
        beta_g1: (g1 * beta).into_affine(),
        delta_g1: (g1 * delta).into_affine(),
        a_query: points(&a),
        b_g1_query: points(&b),
        b_g2_query,
        h_query: points(&h),
        l_query: points(&over(delta, instances..a.len())?),
    })
}
