//! The sums of arkworks judge those of every kernel.

use super::*;
use crate::{G1, G2, lanes::Scalar};
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM};
use ark_ff::{PrimeField, UniformRand, Zero};
use ark_std::rand::{Rng, SeedableRng, rngs::StdRng};

fn kernels() -> Vec<Kernel> {
    vec![Kernel::detect(), Kernel(Selected::Twin(Scalar)), Kernel::portable()]
}

fn points<G: Group>(count: usize, rng: &mut StdRng) -> Vec<G::Affine> {
    let mut point = G::Projective::rand(rng);
    let step = G::Projective::rand(rng);
    let points: Vec<_> = (0..count)
        .map(|_| {
            point += step;
            point
        })
        .collect();
    G::Projective::normalize_batch(&points)
}

fn pack<G: Group>(points: &[G::Affine]) -> Vec<u8> {
    let mut records = vec![[0; 64]; points.len() * G::CHUNKS];
    for (point, record) in points.iter().zip(records.chunks_mut(G::CHUNKS)) {
        G::encode(point, record);
    }
    records.into_flattened()
}

fn check<G: Group>(points: &[G::Affine], scalars: &[Fr]) {
    let big: Vec<_> = scalars.iter().map(|s| s.into_bigint()).collect();
    let expected = G::Projective::msm_bigint(points, &big);
    let packed = pack::<G>(points);
    // An odd address, as sections of a mapped file have.
    let mut shifted = vec![0; packed.len() + 1];
    shifted[1..].copy_from_slice(&packed);
    let bases = Bases::<G>::new(&shifted[1..]).unwrap();
    for kernel in kernels() {
        assert_eq!(msm(kernel, bases, scalars), expected, "{} {}", G::NAME, kernel.name());
    }
}

fn both(test: impl Fn(&mut StdRng, bool)) {
    let mut rng = StdRng::seed_from_u64(7);
    test(&mut rng, false);
    test(&mut rng, true);
}

fn check_either(
    g2: bool,
    count: usize,
    rng: &mut StdRng,
    scalars: impl Fn(usize, &mut StdRng) -> Fr,
) {
    let s: Vec<Fr> = (0..count).map(|i| scalars(i, rng)).collect();
    if g2 {
        check::<G2>(&points::<G2>(count, rng), &s);
    } else {
        check::<G1>(&points::<G1>(count, rng), &s);
    }
}

#[test]
fn every_length_agrees_with_arkworks() {
    both(|rng, g2| {
        for count in [0, 1, 2, 7, 8, 9, 15, 16, 17, 63, 64, 65, 127, 128, 129, 1023, 1024, 1025] {
            check_either(g2, count, rng, |_, rng| Fr::rand(rng));
        }
    });
}

#[test]
fn every_size_of_scalar_agrees_with_arkworks() {
    both(|rng, g2| {
        for bits in [1u32, 2, 3, 7, 8, 15, 16, 17, 31, 32, 63, 64, 65, 128, 252, 253, 254] {
            check_either(g2, 130, rng, |i, rng| {
                let two = Fr::from(2u64);
                let top = ark_ff::Field::pow(&two, [u64::from(bits)]);
                match i % 5 {
                    0 => top - Fr::from(1u64),
                    1 => -(top - Fr::from(1u64)),
                    2 => top,
                    3 => Fr::from(rng.gen_range(0..1u64 << bits.min(63))),
                    _ => -Fr::from(rng.gen_range(0..1u64 << bits.min(63))),
                }
            });
        }
    });
}

#[test]
fn equal_and_opposite_points_agree_with_arkworks() {
    fn run<G: Group>(rng: &mut StdRng) {
        let p = points::<G>(3, rng);
        let zero = G::Affine::zero();
        let minus = |p: G::Affine| -> G::Affine { (-p.into_group()).into_affine() };
        let (one, two) = (Fr::from(1u64), Fr::from(2u64));
        let full = Fr::rand(rng);
        let lists: Vec<Vec<G::Affine>> = vec![
            vec![p[0]; 40],
            vec![p[0], minus(p[0])],
            vec![p[0], minus(p[0]), p[1], p[0], minus(p[0]), minus(p[1]), p[0]],
            (0..200).map(|i| if i % 2 == 0 { p[0] } else { minus(p[0]) }).collect(),
            (0..300).map(|i| [p[0], p[1], p[2], zero, minus(p[1])][i % 5]).collect(),
            vec![zero; 20],
            vec![zero, p[0], zero],
        ];
        for list in &lists {
            for scalar in [Fr::zero(), one, two, -one, full, -full] {
                check::<G>(list, &vec![scalar; list.len()]);
            }
            let alternating: Vec<Fr> =
                (0..list.len()).map(|i| if i % 2 == 0 { full } else { -full }).collect();
            check::<G>(list, &alternating);
        }
    }
    let mut rng = StdRng::seed_from_u64(8);
    run::<G1>(&mut rng);
    run::<G2>(&mut rng);
}

#[test]
fn a_bucket_much_fuller_than_the_others_agrees_with_arkworks() {
    both(|rng, g2| {
        check_either(g2, 3000, rng, |i, rng| match i % 4 {
            0 => Fr::rand(rng),
            3 => Fr::zero(),
            _ => Fr::from(1u64),
        });
    });
}

#[test]
fn every_width_of_digit_agrees_with_arkworks() {
    let mut rng = StdRng::seed_from_u64(9);
    let p = points::<G1>(200, &mut rng);
    let scalars: Vec<Fr> = (0..200).map(|_| Fr::rand(&mut rng)).collect();
    let expected = ark_bn254::G1Projective::msm_unchecked(&p, &scalars);
    let packed = pack::<G1>(&p);
    let bases = Bases::<G1>::new(&packed).unwrap();
    for width in 4..=16 {
        let digits = Digits::with_width(&scalars, width);
        assert_eq!(multiply(Kernel::detect(), bases, 0, &digits), expected, "{width}");
    }
}

#[test]
fn bases_may_begin_later_than_scalars() {
    let mut rng = StdRng::seed_from_u64(10);
    let p = points::<G1>(50, &mut rng);
    let scalars: Vec<Fr> = (0..60).map(|_| Fr::rand(&mut rng)).collect();
    let packed = pack::<G1>(&p);
    let bases = Bases::<G1>::new(&packed).unwrap();
    let digits = Digits::new(&scalars);
    for kernel in kernels() {
        for skip in [0, 3, 10] {
            let expected = ark_bn254::G1Projective::msm_unchecked(&p, &scalars[skip..skip + 50]);
            assert_eq!(multiply(kernel, bases, skip, &digits), expected);
        }
    }
}

#[test]
fn a_truncated_list_is_refused() {
    assert!(matches!(
        Bases::<G1>::new(&[0; 65]),
        Err(BasesError::Length { got: 65, record: 64, .. })
    ));
    assert!(matches!(
        Bases::<G2>::new(&[0; 64]),
        Err(BasesError::Length { got: 64, record: 128, .. })
    ));
}
