//! The domains of arkworks judge the transforms.

use super::*;
use crate::lanes::Scalar;
use ark_ff::{FftField as _, UniformRand as _};
use ark_poly::{EvaluationDomain as _, Radix2EvaluationDomain};
use ark_std::rand::{SeedableRng as _, rngs::StdRng};

fn check<L: Lanes>(lanes: L, log: u32) {
    let size = 1 << log;
    let mut rng = StdRng::seed_from_u64(u64::from(log));
    let mut values: Vec<Fr> = (0..size).map(|_| Fr::rand(&mut rng)).collect();
    // Extremes of the field, where bounds would give way first.
    values[1] = Fr::from(0u64);
    values[2] = -Fr::from(1u64);
    values[size - 1] = -Fr::from(1u64);
    let domain = Radix2EvaluationDomain::<Fr>::new(size).unwrap();
    let root = domain.group_gen();
    let inverse = Twiddles::new(size, domain.group_gen_inv(), Fr::from(1u64));
    let n = Fr::from(size as u64);

    let coefficients = domain.ifft(&values);
    let ours = Blocks::interpolate(lanes, &values, &inverse).into_reversed();
    assert!(ours.iter().zip(&coefficients).all(|(ours, c)| *ours == *c * n), "in, 2^{log}");

    let shift = Fr::GENERATOR;
    let expected = domain.get_coset(shift).unwrap().fft(&coefficients);
    let mut blocks = Blocks::interpolate(lanes, &values, &inverse);
    blocks.evaluate(&Twiddles::new(size, root, shift));
    let there: Vec<Fr> = expected.iter().map(|value| *value * n).collect();
    let back = Twiddles::new(size, domain.group_gen_inv(), shift.inverse().unwrap());
    let mut again = Blocks { lanes, blocks: blocks.blocks.clone() };
    assert_eq!(blocks.into_values(), there, "out, 2^{log}");
    again.interpolate_again(&back);
    let ours = again.into_reversed();
    assert!(ours.iter().zip(&coefficients).all(|(ours, c)| *ours == *c * n * n), "back, 2^{log}");
}

#[test]
fn transforms_agree_with_arkworks() {
    for log in 6..=15 {
        #[cfg(target_arch = "x86_64")]
        if let Some(lanes) = crate::lanes::Ifma::detect() {
            check(lanes, log);
        }
        check(Scalar, log);
    }
}

#[test]
fn quotients_agree_with_arkworks() {
    let mut rng = StdRng::seed_from_u64(3);
    let mut random = || -> Vec<Fr> { (0..64).map(|_| Fr::rand(&mut rng)).collect() };
    let (a, b, c) = (random(), random(), random());
    let n = Fr::from(64u64);
    let domain = Radix2EvaluationDomain::<Fr>::new(64).unwrap();
    let inverse = Twiddles::new(64, domain.group_gen_inv(), Fr::from(1u64));
    let forward = Twiddles::new(64, domain.group_gen(), Fr::from(1u64));
    let blocks = |values: &[Fr]| {
        let mut blocks = Blocks::interpolate(Scalar, values, &inverse);
        blocks.evaluate(&forward);
        blocks
    };
    let mut quotient = blocks(&a);
    quotient.quotient(&blocks(&b), &blocks(&c), n);
    let expected: Vec<Fr> = (0..64).map(|i| (a[i] * b[i] - c[i]) * n).collect();
    assert_eq!(quotient.into_values(), expected);
}
