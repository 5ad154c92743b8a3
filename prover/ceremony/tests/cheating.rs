//! Every way to cheat has an error of its own.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

#[path = "support/powers.rs"]
mod powers;

use std::{path::PathBuf, sync::LazyLock};

use ark_bn254::{G1Affine, G2Affine};
use ark_ec::AffineRepr;
use proofrail_ceremony::{
    CeremonyError,
    contribute::{self, Entropy},
    setup,
    verify::verify_from_initial,
};
use proofrail_formats::{
    FormatError, PointFault, Section,
    ptau::Ptau,
    r1cs::R1cs,
    zkey::{self, ContributionKind, MpcParams, Zkey, ZkeyHeader, ZkeyWriter},
};
use tempfile::TempDir;

/// The keys of an honest ceremony: initial, Alice, Bob, and a beacon.
struct Honest {
    folder: TempDir,
}

static HONEST: LazyLock<Honest> = LazyLock::new(|| {
    let honest = Honest { folder: tempfile::tempdir().unwrap() };
    powers::write(&honest.path("pot.ptau"), 4);
    powers::chain(&honest.path("chain.r1cs"), 9);
    let r1cs = R1cs::open(&honest.path("chain.r1cs")).unwrap();
    let ptau = Ptau::open(&honest.path("pot.ptau")).unwrap();
    setup::check_bases(&r1cs, &ptau).unwrap();
    setup::initial_key(&r1cs, &ptau, &honest.path("0.zkey"), &()).unwrap();
    for (index, name) in ["Alice", "Bob"].iter().enumerate() {
        let from = honest.open(&format!("{index}.zkey"));
        let to = honest.path(&format!("{}.zkey", index + 1));
        contribute::contribute(&from, &to, name, Entropy::default(), &()).unwrap();
    }
    let beacon = honest.path("3.zkey");
    contribute::beacon(&honest.open("2.zkey"), &beacon, "round 7", &[1, 2, 3], 10, &()).unwrap();
    honest
});

impl Honest {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn open(&self, name: &str) -> Zkey {
        Zkey::open(&self.path(name)).unwrap()
    }
}

/// A key in parts that a cheat changes.
struct Parts {
    header: ZkeyHeader,
    mpc: MpcParams,
    ic: Vec<G1Affine>,
    a: Vec<G1Affine>,
    b2: Vec<G2Affine>,
    l: Vec<G1Affine>,
    h: Vec<G1Affine>,
}

/// What is said of the beacon's key after a change.
fn verdict(change: impl FnOnce(&mut Parts)) -> Result<(), CeremonyError> {
    verdict_of("3.zkey", change)
}

fn verdict_of(name: &str, change: impl FnOnce(&mut Parts)) -> Result<(), CeremonyError> {
    let key = HONEST.open(name);
    let mut parts = Parts {
        header: *key.header(),
        mpc: key.mpc_params().unwrap(),
        ic: key.ic().unwrap().iter_unchecked().collect(),
        a: key.a().unwrap().iter_unchecked().collect(),
        b2: key.b2().unwrap().iter_unchecked().collect(),
        l: key.l().unwrap().iter_unchecked().collect(),
        h: key.h().unwrap().iter_unchecked().collect(),
    };
    change(&mut parts);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cheat.zkey");
    let mut writer = ZkeyWriter::create(&path, &parts.header).unwrap();
    writer.section(zkey::IC, &parts.ic).unwrap();
    writer.copy(&key, zkey::COEFFICIENTS).unwrap();
    writer.section(zkey::A, &parts.a).unwrap();
    writer.copy(&key, zkey::B1).unwrap();
    writer.section(zkey::B2, &parts.b2).unwrap();
    writer.section(zkey::L, &parts.l).unwrap();
    writer.section(zkey::H, &parts.h).unwrap();
    writer.mpc_params(&parts.mpc).unwrap();
    writer.finish().unwrap();
    verify_from_initial(&HONEST.open("0.zkey"), &Zkey::open(&path)?, &()).map(drop)
}

fn twice<P: AffineRepr>(point: P) -> P {
    (point.into_group() + point).into()
}

fn off_curve() -> G1Affine {
    G1Affine::new_unchecked(1.into(), 3.into())
}

fn off_subgroup() -> G2Affine {
    (1u64..).find_map(|x| G2Affine::get_point_from_x_unchecked(x.into(), true)).unwrap()
}

fn is_ratio(verdict: Result<(), CeremonyError>, section: Section) -> bool {
    matches!(verdict, Err(CeremonyError::Ratio(found)) if found == section)
}

#[test]
fn an_honest_key_should_be_accepted() {
    verdict(|_| {}).unwrap();
    verdict_of("1.zkey", |_| {}).unwrap();
}

#[test]
fn changed_points_should_be_refused_by_their_section() {
    // The last points, and two that cancel without weights.
    assert!(is_ratio(verdict(|key| key.h[15] = twice(key.h[15])), zkey::H));
    assert!(is_ratio(verdict(|key| key.l.swap(0, 1)), zkey::L));
    let changed = |verdict| match verdict {
        Err(CeremonyError::ChangedSection(section)) => section,
        other => panic!("{other:?}"),
    };
    assert_eq!(changed(verdict(|key| key.ic[0] = twice(key.ic[0]))), zkey::IC);
    assert_eq!(changed(verdict(|key| key.a.swap(1, 2))), zkey::A);
    assert_eq!(changed(verdict(|key| key.b2.swap(1, 2))), zkey::B2);
}

#[test]
fn changed_headers_should_be_refused_by_their_part() {
    let part = |verdict| match verdict {
        Err(CeremonyError::Changed(part)) => part,
        other => panic!("{other:?}"),
    };
    type Change = fn(&mut ZkeyHeader);
    let changes: [(&str, Change); 4] = [
        ("alpha in G1", |header| header.alpha_g1 = twice(header.alpha_g1)),
        ("beta in G1", |header| header.beta_g1 = twice(header.beta_g1)),
        ("beta in G2", |header| header.beta_g2 = twice(header.beta_g2)),
        ("gamma in G2", |header| header.gamma_g2 = twice(header.gamma_g2)),
    ];
    for (expected, change) in changes {
        assert_eq!(part(verdict(|key| change(&mut key.header))), expected);
    }
    let refused = verdict(|key| key.header.delta_g1 = twice(key.header.delta_g1));
    assert!(matches!(refused, Err(CeremonyError::DeltaG1)));
    let refused = verdict(|key| key.header.delta_g2 = twice(key.header.delta_g2));
    assert!(matches!(refused, Err(CeremonyError::DeltaG2)));
    let refused = verdict(|key| key.header.delta_g2 = key.header.gamma_g2);
    assert!(matches!(refused, Err(CeremonyError::DeltaG2)));
}

#[test]
fn false_contributions_should_be_refused_by_their_number() {
    let refused =
        verdict(|key| key.mpc.contributions[1].g2_spx = twice(key.mpc.contributions[1].g2_spx));
    // Later transcripts contain it.
    assert!(matches!(refused, Err(CeremonyError::Transcript { index: 3 })));
    let last = |change: fn(&mut zkey::Contribution)| {
        verdict_of("2.zkey", |key| change(key.mpc.contributions.last_mut().unwrap()))
    };
    let refused = last(|bob| bob.g2_spx = twice(bob.g2_spx));
    assert!(matches!(refused, Err(CeremonyError::ProofOfKnowledge { index: 2 })));
    let refused = last(|bob| bob.delta_after = twice(bob.delta_after));
    assert!(matches!(refused, Err(CeremonyError::Delta { index: 2 })));
    let refused = last(|bob| bob.g1_sx = twice(bob.g1_sx));
    assert!(matches!(refused, Err(CeremonyError::Transcript { index: 2 })));
    let refused = last(|bob| bob.delta_after = G1Affine::zero());
    assert!(matches!(refused, Err(CeremonyError::Infinity { index: 2, point: "delta" })));
    let refused = last(|bob| bob.g2_spx = G2Affine::zero());
    assert!(matches!(refused, Err(CeremonyError::Infinity { index: 2, point: "g2_spx" })));
}

#[test]
fn removed_replayed_and_reordered_contributions_should_be_refused() {
    let refused = verdict(|key| drop(key.mpc.contributions.remove(0)));
    assert!(matches!(refused, Err(CeremonyError::Transcript { index: 1 })));
    let refused = verdict(|key| drop(key.mpc.contributions.pop()));
    assert!(matches!(refused, Err(CeremonyError::DeltaG1)));
    let refused = verdict(|key| key.mpc.contributions.swap(0, 1));
    assert!(matches!(refused, Err(CeremonyError::Transcript { index: 1 })));
    let refused = verdict_of("2.zkey", |key| {
        let again = key.mpc.contributions[1].clone();
        key.mpc.contributions.push(again);
    });
    assert!(matches!(refused, Err(CeremonyError::Transcript { index: 3 })));
    let refused = verdict(|key| key.mpc.contributions.clear());
    assert!(matches!(refused, Err(CeremonyError::NoContributions)));
    let refused = verdict(|key| key.mpc.circuit_hash[0] ^= 1);
    assert!(matches!(refused, Err(CeremonyError::CircuitHash)));
}

#[test]
fn false_beacons_should_be_refused() {
    let with = |value: Vec<u8>, iterations_exp| {
        verdict(|key| {
            key.mpc.contributions[2].kind = ContributionKind::Beacon { value, iterations_exp };
        })
    };
    assert!(matches!(with(vec![1, 2, 4], 10), Err(CeremonyError::BeaconSecret { index: 3 })));
    assert!(matches!(with(vec![1, 2, 3], 11), Err(CeremonyError::BeaconSecret { index: 3 })));
    // A verifier would be busy for ever.
    assert!(matches!(with(vec![1, 2, 3], 63), Err(CeremonyError::Beacon { exponent: 63, .. })));
    // A person's contribution that is called a beacon.
    let refused = verdict_of("1.zkey", |key| {
        let kind = ContributionKind::Beacon { value: vec![1], iterations_exp: 10 };
        key.mpc.contributions[0].kind = kind;
    });
    assert!(matches!(refused, Err(CeremonyError::BeaconSecret { index: 1 })));
}

#[test]
fn points_outside_the_groups_should_be_refused() {
    let fault = |verdict| match verdict {
        Err(CeremonyError::Format(FormatError::Point { section, fault, .. })) => (section, fault),
        other => panic!("{other:?}"),
    };
    let refused = verdict(|key| key.h[3] = off_curve());
    assert_eq!(fault(refused), (zkey::H, PointFault::OffCurve));
    let refused = verdict(|key| key.l[3] = off_curve());
    assert_eq!(fault(refused), (zkey::L, PointFault::OffCurve));
    let refused = verdict(|key| key.header.delta_g2 = off_subgroup());
    assert_eq!(fault(refused), (zkey::HEADER, PointFault::OffSubgroup));
    let refused = verdict(|key| key.mpc.contributions[0].g2_spx = off_subgroup());
    assert_eq!(fault(refused), (zkey::CONTRIBUTIONS, PointFault::OffSubgroup));
}

/// A contributor's secret meets no point of another curve.
#[test]
fn contributors_should_refuse_crafted_keys() {
    let key = HONEST.open("1.zkey");
    let folder = tempfile::tempdir().unwrap();
    let (crafted, out) = (folder.path().join("crafted.zkey"), folder.path().join("out.zkey"));
    let mut writer = ZkeyWriter::create(&crafted, key.header()).unwrap();
    for section in [zkey::IC, zkey::COEFFICIENTS, zkey::A, zkey::B1, zkey::B2, zkey::L] {
        writer.copy(&key, section).unwrap();
    }
    let mut h: Vec<G1Affine> = key.h().unwrap().iter_unchecked().collect();
    h[7] = off_curve();
    writer.section(zkey::H, &h).unwrap();
    writer.mpc_params(&key.mpc_params().unwrap()).unwrap();
    writer.finish().unwrap();
    let key = Zkey::open(&crafted).unwrap();
    let refused = contribute::contribute(&key, &out, "Carol", Entropy::default(), &());
    assert!(matches!(refused, Err(CeremonyError::Format(FormatError::Point { index: 7, .. }))));
    assert!(!out.exists());
}

#[test]
fn contributions_should_be_refused_after_a_beacon_over_a_file_and_without_a_name() {
    let to = HONEST.path("4.zkey");
    let try_it = |from: &str, name: &str, to: &PathBuf| {
        contribute::contribute(&HONEST.open(from), to, name, Entropy::default(), &())
    };
    assert!(matches!(try_it("3.zkey", "Carol", &to), Err(CeremonyError::AfterBeacon)));
    let there = HONEST.path("2.zkey");
    assert!(matches!(try_it("1.zkey", "Carol", &there), Err(CeremonyError::OutputExists(_))));
    for name in ["", "a\u{1b}[2J", &"x".repeat(65)] {
        assert!(matches!(try_it("1.zkey", name, &to), Err(CeremonyError::Name(_))), "{name:?}");
    }
    let beacon = |value: &[u8], exponent| {
        contribute::beacon(&HONEST.open("2.zkey"), &to, "round", value, exponent, &())
    };
    assert!(matches!(beacon(&[], 10), Err(CeremonyError::Beacon { .. })));
    assert!(matches!(beacon(&[1], 9), Err(CeremonyError::Beacon { .. })));
}

#[test]
fn contributions_should_be_fresh() {
    let folder = tempfile::tempdir().unwrap();
    let again = folder.path().join("again.zkey");
    contribute::contribute(&HONEST.open("0.zkey"), &again, "Alice", Entropy::new(vec![1]), &())
        .unwrap();
    let again = Zkey::open(&again).unwrap();
    assert_ne!(again.header().delta_g1, HONEST.open("1.zkey").header().delta_g1);
    assert_ne!(again.header().delta_g1, G1Affine::generator());
}

#[test]
fn powers_that_are_not_those_of_their_bases_should_be_refused() {
    use proofrail_formats::{points::FilePoint as _, ptau};
    let r1cs = R1cs::open(&HONEST.path("chain.r1cs")).unwrap();
    let bytes = std::fs::read(HONEST.path("pot.ptau")).unwrap();
    let honest = Ptau::open(&HONEST.path("pot.ptau")).unwrap();
    for section in [ptau::LAGRANGE_TAU_G1, ptau::LAGRANGE_ALPHA_TAU_G1, ptau::LAGRANGE_BETA_TAU_G1]
    {
        let point = honest.lagrange_g1(section, 4).unwrap().get(3).unwrap();
        let (from, to) = (point.to_montgomery(), twice(point).to_montgomery());
        let base = honest.section(section).unwrap().as_ptr() as usize;
        let at = base - honest.file_bytes().as_ptr() as usize + 64 * (15 + 3);
        let mut changed = bytes.clone();
        assert_eq!(changed[at..at + 64], from);
        changed[at..at + 64].copy_from_slice(&to);
        let changed = Ptau::from_bytes("changed".as_ref(), changed).unwrap();
        let refused = setup::check_bases(&r1cs, &changed);
        assert!(matches!(refused, Err(CeremonyError::PtauBasis(found)) if found == section));
    }
    powers::write(&HONEST.path("small.ptau"), 3);
    let small = Ptau::open(&HONEST.path("small.ptau")).unwrap();
    let refused = setup::initial_key(&r1cs, &small, &HONEST.path("none.zkey"), &());
    assert!(matches!(refused, Err(CeremonyError::TooFewPowers { needed: 4, got: 3 })));
}
