//! The kernels beside those of arkworks and TACEO.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use ark_bn254::{Fr, G1Projective, G2Projective};
use ark_ec::{CurveGroup, VariableBaseMSM};
use ark_ff::{PrimeField, UniformRand};
use ark_std::rand::{SeedableRng, rngs::StdRng};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use proofrail_groth16::{
    G1, G2, Group, Kernel,
    msm::{Bases, msm},
};
use std::{hint::black_box, time::Duration};

/// Processor time of the process: what compares on a machine that others use, too.
struct CpuTime;

impl criterion::measurement::Measurement for CpuTime {
    type Intermediate = Duration;
    type Value = Duration;

    fn start(&self) -> Duration {
        now()
    }
    fn end(&self, start: Duration) -> Duration {
        now() - start
    }
    fn add(&self, a: &Duration, b: &Duration) -> Duration {
        *a + *b
    }
    fn zero(&self) -> Duration {
        Duration::ZERO
    }
    fn to_f64(&self, value: &Duration) -> f64 {
        value.as_nanos() as f64
    }
    fn formatter(&self) -> &dyn criterion::measurement::ValueFormatter {
        criterion::measurement::WallTime.formatter()
    }
}

fn now() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

fn points<G: Group>(count: usize, rng: &mut StdRng) -> (Vec<G::Affine>, Vec<u8>) {
    let (mut point, step) = (G::Projective::rand(rng), G::Projective::rand(rng));
    let points: Vec<_> = (0..count)
        .map(|_| {
            point += step;
            point
        })
        .collect();
    let points = G::Projective::normalize_batch(&points);
    let mut records = vec![[0; 64]; count * G::CHUNKS];
    for (point, record) in points.iter().zip(records.chunks_mut(G::CHUNKS)) {
        G::encode(point, record);
    }
    (points, records.into_flattened())
}

fn multiply(c: &mut Criterion<CpuTime>) {
    let mut rng = StdRng::seed_from_u64(1);
    for log in [14, 18] {
        let count = 1 << log;
        let (g1, g1_bytes) = points::<G1>(count, &mut rng);
        let (g2, g2_bytes) = points::<G2>(count, &mut rng);
        let full: Vec<Fr> = (0..count).map(|_| Fr::rand(&mut rng)).collect();
        let bytes: Vec<Fr> = (0..count).map(|i| Fr::from((i * 7919 % 256) as i64 - 128)).collect();
        let bits: Vec<Fr> =
            (0..count).map(|i| Fr::from(u64::from((i * 7919) >> 3 & 1 == 1))).collect();
        for (kind, scalars) in [("full", &full), ("int8", &bytes), ("bits", &bits)] {
            let mut group = c.benchmark_group(format!("msm/2^{log}/{kind}"));
            group.sample_size(10).warm_up_time(Duration::from_millis(300));
            group.measurement_time(Duration::from_secs(2));
            let big: Vec<_> = scalars.iter().map(|s| s.into_bigint()).collect();
            for kernel in [Kernel::detect(), Kernel::portable()] {
                group.bench_function(BenchmarkId::new("g1", kernel.name()), |b| {
                    b.iter(|| {
                        msm(kernel, Bases::<G1>::new(&g1_bytes).unwrap(), black_box(scalars))
                    });
                });
                group.bench_function(BenchmarkId::new("g2", kernel.name()), |b| {
                    b.iter(|| {
                        msm(kernel, Bases::<G2>::new(&g2_bytes).unwrap(), black_box(scalars))
                    });
                });
            }
            group.bench_function(BenchmarkId::new("g1", "ark"), |b| {
                b.iter(|| G1Projective::msm_bigint(&g1, black_box(&big)));
            });
            group.bench_function(BenchmarkId::new("g2", "ark"), |b| {
                b.iter(|| G2Projective::msm_bigint(&g2, black_box(&big)));
            });
            group.bench_function(BenchmarkId::new("g1", "taceo"), |b| {
                b.iter(|| taceo_ark_algebra::msm::msm_bigint(&g1, black_box(&big)));
            });
            group.finish();
        }
    }
}

criterion_group! {
    name = kernels;
    config = Criterion::default().with_measurement(CpuTime);
    targets = multiply
}
criterion_main!(kernels);
