//! What is cut, altered or of another kind is refused with an error that names file and section, and
//! nothing panics.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::{fs, path::Path, sync::LazyLock};

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_std::{UniformRand, test_rng};
use proofrail_formats::{
    FormatError, PointFault,
    points::FilePoint,
    ptau::{self, Ptau, PtauHeader, PtauWriter},
    r1cs::{R1cs, R1csHeader, R1csWriter, Term},
    wtns::{Wtns, WtnsWriter},
    zkey::{
        self, Coefficient, Contribution, ContributionKind, Matrix, MpcParams, Zkey, ZkeyHeader,
        ZkeyWriter,
    },
};
use proptest::{prelude::*, sample::Index};

/// One intact file of every kind.
static FILES: LazyLock<[(&str, Vec<u8>); 4]> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let made = |make: fn(&Path)| {
        make(&path);
        fs::read(&path).unwrap()
    };
    [("r1cs", made(r1cs)), ("wtns", made(wtns)), ("zkey", made(zkey)), ("ptau", made(ptau))]
});

fn random<T: UniformRand>(count: usize) -> Vec<T> {
    let mut rng = test_rng();
    (0..count).map(|_| T::rand(&mut rng)).collect()
}

fn r1cs(path: &Path) {
    let mut writer = R1csWriter::create(path).unwrap();
    for row in 0..3 {
        let term = Term { signal: row, coefficient: Fr::from(row) - Fr::from(1) };
        writer.constraint([&[term], &[term, term], &[]]).unwrap();
    }
    let header = R1csHeader {
        variables: 4,
        outputs: 1,
        public_inputs: 1,
        private_inputs: 1,
        labels: 9,
        constraints: 3,
    };
    writer.finish(&header, [0, 3, 5, 8]).unwrap();
}

fn wtns(path: &Path) {
    let mut writer = WtnsWriter::create(path, 3).unwrap();
    random(3).iter().for_each(|value| writer.push(value).unwrap());
    writer.finish().unwrap();
}

fn zkey(path: &Path) {
    let (g1, g2) = (random::<G1Affine>(4), random::<G2Affine>(4));
    let header = ZkeyHeader {
        variables: 4,
        public: 1,
        domain_size: 4,
        alpha_g1: g1[0],
        beta_g1: g1[1],
        beta_g2: g2[1],
        gamma_g2: g2[2],
        delta_g1: g1[3],
        delta_g2: g2[3],
    };
    let mut writer = ZkeyWriter::create(path, &header).unwrap();
    writer.section(zkey::IC, &g1[..2]).unwrap();
    writer.begin_coefficients(1).unwrap();
    let value = Fr::from(5);
    let entry = Coefficient { matrix: Matrix::B, constraint: 3, signal: 2, value };
    writer.coefficient(entry).unwrap();
    writer.end().unwrap();
    writer.section(zkey::A, &g1).unwrap();
    writer.section(zkey::B1, &g1).unwrap();
    writer.section(zkey::B2, &g2).unwrap();
    writer.section(zkey::L, &[g1[0], G1Affine::zero()]).unwrap();
    writer.section(zkey::H, &g1).unwrap();
    let contribution = |kind| Contribution {
        delta_after: g1[0],
        g1_s: g1[1],
        g1_sx: g1[2],
        g2_spx: g2[0],
        transcript: [7; 64],
        kind,
        name: Some("a contributor".to_owned()),
    };
    let beacon = ContributionKind::Beacon { value: vec![1, 2, 3], iterations_exp: 10 };
    let contributions = vec![contribution(ContributionKind::Random), contribution(beacon)];
    writer.mpc_params(&MpcParams { circuit_hash: [9; 64], contributions }).unwrap();
    writer.finish().unwrap();
}

fn ptau(path: &Path) {
    let header = PtauHeader { power: 1, ceremony_power: 5 };
    let mut writer = PtauWriter::create(path, header, true).unwrap();
    let mut put = |section, g1: usize, g2: usize| {
        writer.begin(section).unwrap();
        writer.points(&random::<G1Affine>(g1)).unwrap();
        writer.points(&random::<G2Affine>(g2)).unwrap();
        writer.end().unwrap();
    };
    put(ptau::TAU_G1, 3, 0);
    put(ptau::TAU_G2, 0, 2);
    put(ptau::ALPHA_TAU_G1, 2, 0);
    put(ptau::BETA_TAU_G1, 2, 0);
    put(ptau::BETA_G2, 0, 1);
    put(ptau::CONTRIBUTIONS, 0, 0);
    put(ptau::LAGRANGE_TAU_G1, 7, 0);
    put(ptau::LAGRANGE_TAU_G2, 0, 3);
    put(ptau::LAGRANGE_ALPHA_TAU_G1, 3, 0);
    put(ptau::LAGRANGE_BETA_TAU_G1, 3, 0);
    writer.finish().unwrap();
}

/// Reads all that a file of the kind has.
fn read(kind: &str, bytes: Vec<u8>) -> Result<(), FormatError> {
    let name = Path::new(kind);
    match kind {
        "r1cs" => {
            let file = R1cs::from_bytes(name, bytes)?;
            for constraint in file.constraints()? {
                assert!(constraint?.a.iter().all(|term| term.signal < file.header().variables));
            }
            let labels = file.labels()?.count();
            assert_eq!(labels, file.header().variables as usize);
            Ok(())
        }
        "wtns" => Wtns::from_bytes(name, bytes)?.values().map(drop),
        "zkey" => {
            let file = Zkey::from_bytes(name, bytes)?;
            file.proving_key()?;
            file.coefficients()?.iter().try_for_each(|entry| entry.map(drop))?;
            file.mpc_params().map(drop)
        }
        "ptau" => {
            let file = Ptau::from_bytes(name, bytes)?;
            let power = file.header().power;
            file.g1(ptau::TAU_G1)?.iter().try_for_each(|point| point.map(drop))?;
            file.g2(ptau::TAU_G2)?.iter().try_for_each(|point| point.map(drop))?;
            if file.is_prepared() {
                let basis = file.lagrange_g1(ptau::LAGRANGE_TAU_G1, power + 1)?;
                basis.iter().try_for_each(|point| point.map(drop))?;
                let basis = file.lagrange_g2(ptau::LAGRANGE_TAU_G2, power)?;
                basis.iter().try_for_each(|point| point.map(drop))?;
            }
            Ok(())
        }
        other => panic!("{other}"),
    }
}

fn intact(kind: &str) -> Vec<u8> {
    FILES.iter().find(|(name, _)| *name == kind).unwrap().1.clone()
}

/// Where the bytes of a section begin.
fn section(bytes: &[u8], wanted: u32) -> usize {
    let mut at = 12;
    loop {
        let id = u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
        if id == wanted {
            return at + 12;
        }
        at += 12 + u64::from_le_bytes(bytes[at + 4..at + 12].try_into().unwrap()) as usize;
    }
}

/// What is said of a file with one change.
fn refusal(kind: &str, change: impl FnOnce(&mut Vec<u8>)) -> FormatError {
    let mut bytes = intact(kind);
    change(&mut bytes);
    read(kind, bytes).unwrap_err()
}

#[test]
fn intact_files_should_be_read() {
    FILES.iter().for_each(|(kind, bytes)| read(kind, bytes.clone()).unwrap());
}

#[test]
fn every_cut_should_be_refused() {
    for (kind, bytes) in FILES.iter() {
        for length in 0..bytes.len() {
            assert!(read(kind, bytes[..length].to_vec()).is_err(), "{kind} cut to {length}");
        }
        let error = refusal(kind, |bytes| bytes.push(0));
        assert!(matches!(error, FormatError::Surplus { surplus: 1, .. }), "{error}");
    }
}

#[test]
fn another_kind_version_or_prime_should_be_refused() {
    for (kind, _) in FILES.iter() {
        let error = refusal(kind, |bytes| bytes[0] ^= 1);
        assert!(matches!(error, FormatError::Magic { .. }), "{error}");
        let error = refusal(kind, |bytes| bytes[4] = 3);
        assert!(matches!(error, FormatError::Version { got: 3, .. }), "{error}");
        let header = if *kind == "zkey" { 2 } else { 1 };
        let error = refusal(kind, |bytes| {
            let at = section(bytes, header) + 5;
            bytes[at] ^= 1;
        });
        assert!(matches!(error, FormatError::Prime { .. }), "{error}");
    }
    let error = refusal("zkey", |bytes| {
        let at = section(bytes, 1);
        bytes[at] = 2;
    });
    assert!(matches!(error, FormatError::Protocol { got: 2, .. }), "{error}");
}

#[test]
fn missing_and_doubled_sections_should_be_named() {
    // A number that no format has, so that the section itself is gone.
    let error = refusal("wtns", |bytes| {
        let at = section(bytes, 2) - 12;
        bytes[at] = 99;
    });
    assert!(matches!(error, FormatError::MissingSection { section, .. } if section.id == 2));
    assert_eq!(error.to_string(), "wtns: section 2 (values) is missing");
    let error = refusal("zkey", |bytes| {
        let at = section(bytes, 6) - 12;
        bytes[at] = 5;
    });
    assert!(matches!(error, FormatError::DuplicateSection { section, .. } if section.id == 5));
}

#[test]
fn sections_of_another_length_should_be_named() {
    // One signal more than there are points.
    let error = refusal("zkey", |bytes| {
        let at = section(bytes, 2) + 72;
        bytes[at] += 1;
    });
    assert!(matches!(error, FormatError::SectionLength { section: zkey::A, .. }), "{error}");
    let error = refusal("wtns", |bytes| {
        let at = section(bytes, 1) + 36;
        bytes[at] += 1;
    });
    assert!(matches!(error, FormatError::SectionLength { .. }), "{error}");
}

#[test]
fn values_that_are_none_should_be_named() {
    let error = refusal("wtns", |bytes| {
        let at = section(bytes, 2);
        bytes[at + 32..at + 64].fill(0xff);
    });
    assert!(error.to_string().contains("signal 1 is not below the prime r"), "{error}");
    let error = refusal("r1cs", |bytes| {
        let at = section(bytes, 2);
        bytes[at + 4] = 4;
    });
    assert!(error.to_string().contains("no signal 4"), "{error}");
    let error = refusal("zkey", |bytes| {
        let at = section(bytes, 4);
        bytes[at + 4] = 2;
    });
    assert!(error.to_string().contains("entry 0: no such matrix"), "{error}");
}

#[test]
fn points_that_are_none_should_be_named() {
    let fault = |at: usize, change: fn(&mut [u8])| {
        let error = refusal("zkey", |bytes| {
            let at = section(bytes, 7) + at;
            change(&mut bytes[at..at + 128]);
        });
        match error {
            FormatError::Point { section: zkey::B2, index, fault, .. } => (index, fault),
            other => panic!("{other}"),
        }
    };
    assert_eq!(fault(128, |point| point[31] = 0xff), (1, PointFault::Coordinate));
    assert_eq!(fault(0, |point| point[0] ^= 1), (0, PointFault::OffCurve));
    // A point of the twist that the cofactor was not cleared of.
    let stray = (1u64..)
        .find_map(|x| G2Affine::get_point_from_x_unchecked(x.into(), true))
        .filter(|point| point.is_on_curve())
        .unwrap();
    assert_eq!(stray.check_group(), Err(PointFault::OffSubgroup));
    assert_eq!(G2Affine::from_montgomery(&stray.to_montgomery()), Err(PointFault::OffSubgroup));
}

#[test]
fn writers_should_refuse_what_the_header_does_not_announce() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let mut writer = WtnsWriter::create(&path, 1).unwrap();
    writer.push(&Fr::from(1)).unwrap();
    assert!(matches!(writer.push(&Fr::from(1)), Err(FormatError::Writer { .. })));
    drop(writer);
    let writer = WtnsWriter::create(&path, 1).unwrap();
    assert!(matches!(writer.finish(), Err(FormatError::Writer { .. })));
    // Neither left a file, nor a temporary one.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_alteration_should_panic(
        kind in 0usize..4,
        changes in prop::collection::vec((any::<Index>(), any::<u8>()), 1..4),
    ) {
        let (kind, bytes) = &FILES[kind];
        let mut bytes = bytes.clone();
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let _ = read(kind, bytes);
    }

    /// Heads and tables, where lengths are: most alterations above hit points.
    #[test]
    fn no_altered_length_should_panic(
        kind in 0usize..4,
        word in any::<Index>(),
        value in prop_oneof![Just(u32::MAX), Just(0x8000_0000), any::<u32>()],
    ) {
        let (kind, bytes) = &FILES[kind];
        let mut bytes = bytes.clone();
        let at = 4 * word.index(bytes.len() / 4);
        bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
        let _ = read(kind, bytes);
    }
}
