//! The sizes and single points of a key.

use ark_bn254::{G1Affine, G2Affine};

use super::{A, B1, B2, H, HEADER, IC, L, MAX_POWER, PROTOCOL};
use crate::{
    container::{Container, ContainerWriter},
    error::{FormatError, Section},
    field::{FIELD_BYTES, q_bytes, r_bytes},
    points::{FilePoint, G1_BYTES, G2_BYTES},
};

/// The sizes and single points of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ZkeyHeader {
    /// Signals, with the constant 1: snarkjs's `nVars`.
    pub variables: u32,
    /// Public signals without the constant: `nPublic`.
    pub public: u32,
    /// Points of the evaluation domain, a power of two: `domainSize`.
    pub domain_size: u32,
    /// alpha in G1.
    pub alpha_g1: G1Affine,
    /// beta in G1.
    pub beta_g1: G1Affine,
    /// beta in G2.
    pub beta_g2: G2Affine,
    /// gamma in G2.
    pub gamma_g2: G2Affine,
    /// delta in G1.
    pub delta_g1: G1Affine,
    /// delta in G2.
    pub delta_g2: G2Affine,
}

impl ZkeyHeader {
    /// The exponent of the domain's size.
    pub const fn power(&self) -> u32 {
        self.domain_size.trailing_zeros()
    }

    /// Signals that are not public.
    pub const fn private(&self) -> u32 {
        // Every reader and writer refuses a header with fewer signals than public ones.
        self.variables.saturating_sub(self.public).saturating_sub(1)
    }

    /// The bytes of each section of points.
    pub(super) fn lengths(&self) -> [(Section, u64); 6] {
        let g1 = |points: u32| u64::from(points) * G1_BYTES as u64;
        [
            (IC, g1(self.public) + G1_BYTES as u64),
            (A, g1(self.variables)),
            (B1, g1(self.variables)),
            (B2, u64::from(self.variables) * G2_BYTES as u64),
            (L, g1(self.private())),
            (H, g1(self.domain_size)),
        ]
    }

    /// Why the sizes cannot be, if they cannot.
    pub(super) fn size_fault(&self) -> Option<&'static str> {
        if self.public >= self.variables {
            return Some("more public signals than signals");
        }
        let possible = self.domain_size.is_power_of_two() && self.power() <= MAX_POWER;
        (!possible).then_some("the domain's size is no power of two up to 2^28")
    }

    pub(super) fn read(container: &Container) -> Result<Self, FormatError> {
        let mut protocol = container.cursor(PROTOCOL)?;
        let got = protocol.u32()?;
        if got != super::GROTH16 {
            return Err(FormatError::Protocol { path: container.path().to_owned(), got });
        }
        protocol.finish()?;
        let mut cursor = container.cursor(HEADER)?;
        cursor.prime("q", &q_bytes())?;
        cursor.prime("r", &r_bytes())?;
        let header = Self {
            variables: cursor.u32()?,
            public: cursor.u32()?,
            domain_size: cursor.u32()?,
            alpha_g1: cursor.point()?,
            beta_g1: cursor.point()?,
            beta_g2: cursor.point()?,
            gamma_g2: cursor.point()?,
            delta_g1: cursor.point()?,
            delta_g2: cursor.point()?,
        };
        if let Some(fault) = header.size_fault() {
            return Err(cursor.content(fault));
        }
        cursor.finish()?;
        Ok(header)
    }

    pub(super) fn write(&self, container: &mut ContainerWriter) -> Result<(), FormatError> {
        if let Some(fault) = self.size_fault() {
            return Err(container.misuse(fault));
        }
        container.section(PROTOCOL.id, &super::GROTH16.to_le_bytes())?;
        container.begin(HEADER.id)?;
        for prime in [q_bytes(), r_bytes()] {
            container.write(&(FIELD_BYTES as u32).to_le_bytes())?;
            container.write(&prime)?;
        }
        for size in [self.variables, self.public, self.domain_size] {
            container.write(&size.to_le_bytes())?;
        }
        container.write(&self.alpha_g1.to_montgomery())?;
        container.write(&self.beta_g1.to_montgomery())?;
        container.write(&self.beta_g2.to_montgomery())?;
        container.write(&self.gamma_g2.to_montgomery())?;
        container.write(&self.delta_g1.to_montgomery())?;
        container.write(&self.delta_g2.to_montgomery())?;
        container.end().map(drop)
    }
}
