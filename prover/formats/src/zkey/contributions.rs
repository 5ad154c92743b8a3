//! Section 10: the circuit's hash and every contribution to phase 2, as snarkjs keeps them.

use ark_bn254::{G1Affine, G2Affine};

use super::CONTRIBUTIONS;
use crate::{
    container::{Container, ContainerWriter, Cursor},
    error::FormatError,
    points::{FilePoint, G1_BYTES, G2_BYTES},
};

/// Bytes of the hashes, which are BLAKE2b-512 (RFC 7693).
pub const HASH_BYTES: usize = 64;
/// The longest name in bytes that this program writes: snarkjs cuts at 64 characters.
pub const MAX_NAME_BYTES: usize = 64;

const PARAM_NAME: u8 = 1;
const PARAM_ITERATIONS: u8 = 2;
const PARAM_BEACON: u8 = 3;
/// A contribution without its parameters.
const CONTRIBUTION_BYTES: usize = 3 * G1_BYTES + G2_BYTES + HASH_BYTES + 8;

/// The record of a key's phase 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MpcParams {
    /// The hash of the initial key: snarkjs's `csHash`.
    pub circuit_hash: [u8; HASH_BYTES],
    /// The contributions, first to last.
    pub contributions: Vec<Contribution>,
}

/// One contribution: delta is multiplied by a secret s.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contribution {
    /// delta in G1 afterwards.
    pub delta_after: G1Affine,
    /// A random point.
    pub g1_s: G1Affine,
    /// s times that point.
    pub g1_sx: G1Affine,
    /// s times the point of G2 that the transcript hashes to.
    pub g2_spx: G2Affine,
    /// The hash of what came before and of both G1 points.
    pub transcript: [u8; HASH_BYTES],
    /// By a person or from a beacon.
    pub kind: ContributionKind,
    /// The contributor's name.
    pub name: Option<String>,
}

/// Where a contribution's secret is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContributionKind {
    /// A contributor's randomness.
    Random,
    /// A public beacon, hashed 2^`iterations_exp` times with SHA-256.
    Beacon {
        /// The beacon's value.
        value: Vec<u8>,
        /// The exponent of the number of iterations.
        iterations_exp: u8,
    },
}

impl MpcParams {
    pub(super) fn read(container: &Container) -> Result<Self, FormatError> {
        let mut cursor = container.cursor(CONTRIBUTIONS)?;
        let circuit_hash = cursor.array()?;
        let count = cursor.u32()? as usize;
        if count > cursor.remaining() / CONTRIBUTION_BYTES {
            return Err(cursor.content(format!("no room for {count} contributions")));
        }
        let contributions =
            (0..count).map(|_| Contribution::read(&mut cursor)).collect::<Result<_, _>>()?;
        cursor.finish()?;
        Ok(Self { circuit_hash, contributions })
    }

    pub(super) fn write(&self, container: &mut ContainerWriter) -> Result<(), FormatError> {
        let count = u32::try_from(self.contributions.len());
        let count = count.map_err(|_| container.misuse("too many contributions"))?;
        container.begin(CONTRIBUTIONS.id)?;
        container.write(&self.circuit_hash)?;
        container.write(&count.to_le_bytes())?;
        for contribution in &self.contributions {
            contribution.write(container)?;
        }
        container.end().map(drop)
    }
}

impl Contribution {
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, FormatError> {
        let delta_after = cursor.point()?;
        let g1_s = cursor.point()?;
        let g1_sx = cursor.point()?;
        let g2_spx = cursor.point()?;
        let transcript = cursor.array()?;
        let beacon = match cursor.u32()? {
            0 => false,
            1 => true,
            other => return Err(cursor.content(format!("contribution type {other} is unknown"))),
        };
        let Parameters { name, iterations_exp, value } = Parameters::read(cursor)?;
        let kind = match (beacon, iterations_exp, value) {
            (false, None, None) => ContributionKind::Random,
            (true, Some(iterations_exp), Some(value)) => {
                ContributionKind::Beacon { value, iterations_exp }
            }
            _ => return Err(cursor.content("a contribution's parameters are not of its type")),
        };
        Ok(Self { delta_after, g1_s, g1_sx, g2_spx, transcript, kind, name })
    }

    fn write(&self, container: &mut ContainerWriter) -> Result<(), FormatError> {
        container.write(&self.delta_after.to_montgomery())?;
        container.write(&self.g1_s.to_montgomery())?;
        container.write(&self.g1_sx.to_montgomery())?;
        container.write(&self.g2_spx.to_montgomery())?;
        container.write(&self.transcript)?;
        let beacon = matches!(self.kind, ContributionKind::Beacon { .. });
        container.write(&u32::from(beacon).to_le_bytes())?;
        let parameters = self.parameters().ok_or_else(|| {
            container.misuse("a contribution's name or beacon is longer than 255 bytes")
        })?;
        let length = u32::try_from(parameters.len()).map_err(|_| container.misuse("parameters"))?;
        container.write(&length.to_le_bytes())?;
        container.write(&parameters)
    }

    /// Nothing where a length does not fit a byte.
    fn parameters(&self) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let sized = |kind: u8, value: &[u8], bytes: &mut Vec<u8>| {
            bytes.extend([kind, u8::try_from(value.len()).ok()?]);
            bytes.extend(value);
            Some(())
        };
        if let Some(name) = &self.name {
            sized(PARAM_NAME, name.as_bytes(), &mut bytes)?;
        }
        if let ContributionKind::Beacon { value, iterations_exp } = &self.kind {
            bytes.extend([PARAM_ITERATIONS, *iterations_exp]);
            sized(PARAM_BEACON, value, &mut bytes)?;
        }
        Some(bytes)
    }
}

/// The optional parts, which come in ascending order of their kinds.
#[derive(Default)]
struct Parameters {
    name: Option<String>,
    iterations_exp: Option<u8>,
    value: Option<Vec<u8>>,
}

impl Parameters {
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, FormatError> {
        let length = cursor.u32()? as usize;
        let end = cursor.at().checked_add(length).filter(|_| length <= cursor.remaining());
        let end = end.ok_or_else(|| cursor.content("a contribution's parameters are cut"))?;
        let mut parameters = Self::default();
        let mut last = 0;
        while cursor.at() < end {
            let kind = cursor.u8()?;
            if kind <= last {
                return Err(cursor.content("a contribution's parameters are not in order"));
            }
            last = kind;
            parameters.read_one(kind, cursor)?;
        }
        if cursor.at() != end {
            return Err(cursor.content("a contribution's parameters are longer than they say"));
        }
        Ok(parameters)
    }

    fn read_one(&mut self, kind: u8, cursor: &mut Cursor<'_>) -> Result<(), FormatError> {
        let value = match kind {
            PARAM_ITERATIONS => {
                self.iterations_exp = Some(cursor.u8()?);
                return Ok(());
            }
            PARAM_NAME | PARAM_BEACON => {
                let length = usize::from(cursor.u8()?);
                cursor.take(length)?.to_vec()
            }
            other => return Err(cursor.content(format!("parameter {other} is unknown"))),
        };
        if kind == PARAM_BEACON {
            self.value = Some(value);
            return Ok(());
        }
        let name = String::from_utf8(value);
        self.name = Some(name.map_err(|_| cursor.content("a contributor's name is not UTF-8"))?);
        Ok(())
    }
}
