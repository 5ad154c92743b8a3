//! The initial key of a circuit from the powers of tau: with gamma = delta = 1, computed from public
//! files alone, and the same bytes as `snarkjs groth16 setup` writes (`snarkjs/src/zkey_new.js`).

mod differences;
mod matrices;
mod sums;
mod wasm;

use std::path::Path;

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use proofrail_formats::{
    Section,
    ptau::{self, Ptau},
    r1cs::R1cs,
    zkey::{self, Coefficient, HASH_BYTES, Matrix, MpcParams, ZkeyHeader, ZkeyWriter},
};

use self::{
    differences::hash_h,
    matrices::Matrices,
    sums::{Basis, SumPoint, Term, sum_terms},
};
use crate::{error::CeremonyError, progress::Progress, snarkjs::PointHasher};

/// Signals whose points are in memory at once.
const WINDOW: usize = 1 << 14;
/// The largest domain: H needs the basis of twice its points.
const MAX_POWER: u32 = zkey::MAX_POWER - 1;

/// Computes the initial key of a circuit, writes it to `to`, and gives the circuit's hash.
///
/// Points are written as they are computed; in memory are the bases of phase 1, of one domain, as
/// mapped bytes, and eight bytes for every entry of the circuit's matrices.
///
/// # Errors
/// [`CeremonyError`]; then there is no file at `to`.
pub fn initial_key(
    r1cs: &R1cs,
    powers: &Ptau,
    to: &Path,
    progress: &dyn Progress,
) -> Result<[u8; HASH_BYTES], CeremonyError> {
    if !powers.is_prepared() {
        return Err(CeremonyError::NotPrepared);
    }
    let power = circuit_power(r1cs)?;
    if power > powers.header().power {
        return Err(CeremonyError::TooFewPowers { needed: power, got: powers.header().power });
    }
    let bases = Bases::load(powers, power, progress)?;
    progress.begin("reading the constraints", r1cs.header().constraints.into());
    let matrices = Matrices::read(r1cs)?;
    let header = header(r1cs, powers, power)?;
    let mut setup = Setup {
        writer: ZkeyWriter::create(to, &header)?,
        hasher: hash_header(&header),
        queries: Queries { matrices, bases },
        progress,
    };
    setup.coefficients(r1cs)?;
    let (public, variables) = (header.public as usize + 1, header.variables as usize);
    setup.section(zkey::IC, 0..public, Queries::products)?;
    setup.h(powers, power)?;
    hash_h(powers, power, &mut setup.hasher)?;
    setup.section(zkey::L, public..variables, Queries::products)?;
    setup.section(zkey::A, 0..variables, Queries::a)?;
    setup.section(zkey::B1, 0..variables, Queries::b1)?;
    setup.section(zkey::B2, 0..variables, Queries::b2)?;
    let circuit_hash = setup.hasher.finish();
    setup.writer.mpc_params(&MpcParams { circuit_hash, contributions: Vec::new() })?;
    setup.writer.finish()?;
    Ok(circuit_hash)
}

/// The exponent of the domain: one row for each constraint and each public signal with the constant.
fn circuit_power(r1cs: &R1cs) -> Result<u32, CeremonyError> {
    let header = r1cs.header();
    let public = u64::from(header.outputs) + u64::from(header.public_inputs);
    // snarkjs rounds a power of two up to the next.
    let power = (u64::from(header.constraints) + public).checked_ilog2().unwrap_or(0) + 1;
    if power > MAX_POWER { Err(CeremonyError::TooLarge(power)) } else { Ok(power) }
}

fn header(r1cs: &R1cs, powers: &Ptau, power: u32) -> Result<ZkeyHeader, CeremonyError> {
    let circuit = r1cs.header();
    Ok(ZkeyHeader {
        variables: circuit.variables,
        // The reader refuses a file where this overflows.
        public: circuit.public().unwrap_or_default(),
        domain_size: 1 << power,
        alpha_g1: powers.g1(ptau::ALPHA_TAU_G1)?.get(0)?,
        beta_g1: powers.g1(ptau::BETA_TAU_G1)?.get(0)?,
        beta_g2: powers.g2(ptau::BETA_G2)?.get(0)?,
        gamma_g2: G2Affine::generator(),
        delta_g1: G1Affine::generator(),
        delta_g2: G2Affine::generator(),
    })
}

fn hash_header(header: &ZkeyHeader) -> PointHasher {
    let mut hasher = PointHasher::default();
    hasher.point(&header.alpha_g1);
    hasher.point(&header.beta_g1);
    hasher.point(&header.beta_g2);
    hasher.point(&header.gamma_g2);
    hasher.point(&header.delta_g1);
    hasher.point(&header.delta_g2);
    hasher
}

/// The Lagrange bases of the circuit's domain, every point checked.
struct Bases<'a> {
    tau_g1: Basis<'a, G1Affine>,
    tau_g2: Basis<'a, G2Affine>,
    alpha_tau_g1: Basis<'a, G1Affine>,
    beta_tau_g1: Basis<'a, G1Affine>,
}

impl<'a> Bases<'a> {
    fn load(powers: &'a Ptau, power: u32, progress: &dyn Progress) -> Result<Self, CeremonyError> {
        progress.begin("checking the powers of tau", 4 << power);
        let g1 = |section| -> Result<_, CeremonyError> {
            let basis = Basis::check(powers.lagrange_g1(section, power)?)?;
            progress.advance(1 << power);
            Ok(basis)
        };
        Ok(Self {
            tau_g1: g1(ptau::LAGRANGE_TAU_G1)?,
            alpha_tau_g1: g1(ptau::LAGRANGE_ALPHA_TAU_G1)?,
            beta_tau_g1: g1(ptau::LAGRANGE_BETA_TAU_G1)?,
            tau_g2: Basis::check(powers.lagrange_g2(ptau::LAGRANGE_TAU_G2, power)?)?,
        })
    }
}

/// What the points of a key are computed from.
struct Queries<'a> {
    matrices: Matrices,
    bases: Bases<'a>,
}

impl Queries<'_> {
    /// A signal's beta·A + alpha·B + C.
    fn products(&self, signal: usize) -> Vec<Term<'_, G1Affine>> {
        let (matrices, bases) = (&self.matrices, &self.bases);
        let a = matrices.terms(&matrices.a, signal, &bases.beta_tau_g1);
        let b = matrices.terms(&matrices.b, signal, &bases.alpha_tau_g1);
        a.chain(b).chain(matrices.terms(&matrices.c, signal, &bases.tau_g1)).collect()
    }

    fn a(&self, signal: usize) -> Vec<Term<'_, G1Affine>> {
        self.matrices.terms(&self.matrices.a, signal, &self.bases.tau_g1).collect()
    }

    fn b1(&self, signal: usize) -> Vec<Term<'_, G1Affine>> {
        self.matrices.terms(&self.matrices.b, signal, &self.bases.tau_g1).collect()
    }

    fn b2(&self, signal: usize) -> Vec<Term<'_, G2Affine>> {
        self.matrices.terms(&self.matrices.b, signal, &self.bases.tau_g2).collect()
    }
}

struct Setup<'a> {
    writer: ZkeyWriter,
    hasher: PointHasher,
    queries: Queries<'a>,
    progress: &'a dyn Progress,
}

impl<'a> Setup<'a> {
    /// The entries of A and B in the order of the constraints, then the rows that keep the public
    /// signals apart.
    fn coefficients(&mut self, r1cs: &R1cs) -> Result<(), CeremonyError> {
        let count = self.queries.matrices.a.len() + self.queries.matrices.b.len();
        self.writer.begin_coefficients(u32::try_from(count).unwrap_or(u32::MAX))?;
        for (row, constraint) in (0..).zip(r1cs.constraints()?) {
            let constraint = constraint?;
            for (matrix, sum) in [(Matrix::A, constraint.a), (Matrix::B, constraint.b)] {
                for term in sum.iter() {
                    let value = term.coefficient;
                    let entry = Coefficient { matrix, constraint: row, signal: term.signal, value };
                    self.writer.coefficient(entry)?;
                }
            }
        }
        for (row, signal) in (r1cs.header().constraints..).zip(0..=self.queries.matrices.public) {
            let value = Fr::from(1);
            let entry = Coefficient { matrix: Matrix::A, constraint: row, signal, value };
            self.writer.coefficient(entry)?;
        }
        Ok(self.writer.end()?)
    }

    /// Writes and hashes a point for each of the signals.
    fn section<P: SumPoint>(
        &mut self,
        section: Section,
        signals: std::ops::Range<usize>,
        terms: for<'s> fn(&'s Queries<'a>, usize) -> Vec<Term<'s, P>>,
    ) -> Result<(), CeremonyError> {
        self.progress.begin(&format!("computing {}", section.name), signals.len() as u64);
        self.hasher.number(u32::try_from(signals.len()).unwrap_or(u32::MAX));
        self.writer.begin(section)?;
        for start in signals.clone().step_by(WINDOW) {
            let window = start..signals.end.min(start + WINDOW);
            let points = sum_terms(window.clone(), |signal| terms(&self.queries, signal));
            points.iter().for_each(|point| self.hasher.point(point));
            self.writer.points(&points)?;
            self.progress.advance(window.len() as u64);
        }
        Ok(self.writer.end()?)
    }

    /// The odd points of the basis of twice the domain.
    fn h(&mut self, powers: &Ptau, power: u32) -> Result<(), CeremonyError> {
        let basis = powers.lagrange_g1(ptau::LAGRANGE_TAU_G1, power + 1)?;
        self.progress.begin("computing H", basis.len() as u64 / 2);
        self.writer.begin(zkey::H)?;
        for index in (1..basis.len()).step_by(2) {
            self.writer.points(&[basis.get(index)?])?;
        }
        Ok(self.writer.end()?)
    }
}

/// Checks that the prepared bases of the circuit's domain belong to the powers of tau in the same
/// file, with one random combination each: sum of rᵢ·Lᵢ(tau) on the one side and of the interpolated
/// coefficients times the powers on the other.
///
/// That the powers themselves are powers is for `snarkjs powersoftau verify`, or a pinned hash.
///
/// # Errors
/// [`CeremonyError::PtauBasis`] with the section that does not belong.
pub fn check_bases(r1cs: &R1cs, powers: &Ptau) -> Result<(), CeremonyError> {
    if !powers.is_prepared() {
        return Err(CeremonyError::NotPrepared);
    }
    let power = circuit_power(r1cs)?;
    if power > powers.header().power {
        return Err(CeremonyError::TooFewPowers { needed: power, got: powers.header().power });
    }
    differences::check_bases(powers, power)
}
