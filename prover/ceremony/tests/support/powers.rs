//! Powers of a tau that is known, and circuits of any size, for tests and measurements that need no
//! real phase 1.

use std::path::Path;

use ark_bn254::{Fr, G1Projective, G2Projective, g1, g2};
use ark_ec::{PrimeGroup, ScalarMul};
use ark_ff::Field;
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use proofrail_formats::{
    Section,
    points::FilePoint,
    ptau::{self, PtauHeader, PtauWriter},
    r1cs::{R1csHeader, R1csWriter, Term},
};

/// A file of powers, prepared for phase 2, whose secrets are 5, 7 and 11 to some power.
pub(crate) fn write(path: &Path, power: u32) {
    let [tau, alpha, beta] = [5u64, 7, 11].map(|secret| Fr::from(secret).pow([77]));
    let header = PtauHeader { power, ceremony_power: power };
    let mut writer = PtauWriter::create(path, header, true).unwrap();
    let count = 1usize << power;
    let powers: Vec<Fr> = std::iter::successors(Some(Fr::ONE), |last| Some(*last * tau))
        .take(2 * count - 1)
        .collect();
    let bases = |power: u32| -> Vec<Fr> {
        (0..=power)
            .flat_map(|power| {
                let domain = Radix2EvaluationDomain::<Fr>::new(1 << power).unwrap();
                domain.evaluate_all_lagrange_coefficients(tau)
            })
            .collect()
    };
    let times = |values: &[Fr], factor: Fr| -> Vec<Fr> {
        values.iter().map(|value| *value * factor).collect()
    };
    let lagrange = bases(power);
    section(&mut writer, ptau::TAU_G1, in_g1(&powers));
    section(&mut writer, ptau::TAU_G2, in_g2(&powers[..count]));
    section(&mut writer, ptau::ALPHA_TAU_G1, in_g1(&times(&powers[..count], alpha)));
    section(&mut writer, ptau::BETA_TAU_G1, in_g1(&times(&powers[..count], beta)));
    section(&mut writer, ptau::BETA_G2, in_g2(&[beta]));
    writer.begin(ptau::CONTRIBUTIONS).unwrap();
    writer.bytes(&0u32.to_le_bytes()).unwrap();
    writer.end().unwrap();
    let mut widest = bases(power + 1);
    drop_last_power(&mut widest[2 * count - 1..], powers[2 * count - 2] * tau);
    section(&mut writer, ptau::LAGRANGE_TAU_G1, in_g1(&widest));
    section(&mut writer, ptau::LAGRANGE_TAU_G2, in_g2(&lagrange));
    section(&mut writer, ptau::LAGRANGE_ALPHA_TAU_G1, in_g1(&times(&lagrange, alpha)));
    section(&mut writer, ptau::LAGRANGE_BETA_TAU_G1, in_g1(&times(&lagrange, beta)));
    writer.finish().unwrap();
}

/// There is one power less than the widest domain has points, and snarkjs takes zero for it.
fn drop_last_power(basis: &mut [Fr], power: Fr) {
    let domain = Radix2EvaluationDomain::<Fr>::new(basis.len()).unwrap();
    let step = power * Fr::from(basis.len() as u64).inverse().unwrap();
    for (value, root) in basis.iter_mut().zip(domain.elements()) {
        *value -= root * step;
    }
}

fn in_g1(scalars: &[Fr]) -> Vec<g1::G1Affine> {
    G1Projective::generator().batch_mul(scalars)
}

fn in_g2(scalars: &[Fr]) -> Vec<g2::G2Affine> {
    G2Projective::generator().batch_mul(scalars)
}

fn section<P: FilePoint>(writer: &mut PtauWriter, section: Section, points: Vec<P>) {
    writer.begin(section).unwrap();
    writer.points(&points).unwrap();
    writer.end().unwrap();
}

/// A chain of squarings, (xᵢ + i)² = xᵢ₊₁, with two public signals and one in no constraint.
pub(crate) fn chain(path: &Path, constraints: u32) {
    let mut writer = R1csWriter::create(path).unwrap();
    let one = |signal| Term { signal, coefficient: Fr::ONE };
    for row in 0..constraints {
        let constant = Term { signal: 0, coefficient: Fr::from(row) };
        let sum = [constant, one(row + 1)];
        writer.constraint([&sum, &sum, &[one(row + 2)]]).unwrap();
    }
    let variables = constraints + 3;
    let header = R1csHeader {
        variables,
        outputs: 1,
        public_inputs: 1,
        private_inputs: 1,
        labels: variables.into(),
        constraints,
    };
    writer.finish(&header, 0..u64::from(variables)).unwrap();
}
