//! A contribution's secret from a public beacon.

use ark_bn254::{Fr, G1Affine};
use sha2::{Digest as _, Sha256};

use super::chacha::Stream;

/// The least exponent that snarkjs takes.
pub const MIN_EXPONENT: u8 = 10;
/// The largest exponent taken here: every verifier iterates, too, and 2^32 takes minutes. snarkjs goes
/// on to 63.
pub const MAX_EXPONENT: u8 = 32;

/// The secret that everybody can compute from a beacon, and the point that goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BeaconKey {
    /// What delta is multiplied by.
    pub secret: Fr,
    /// The point of the contribution.
    pub g1_s: G1Affine,
}

impl BeaconKey {
    /// Hashes the beacon 2^`iterations_exp` times with SHA-256. `advance` is told the number of
    /// iterations done since it was last told.
    pub fn derive(beacon: &[u8], iterations_exp: u8, advance: impl Fn(u64)) -> Self {
        const STRIDE: u64 = 1 << 16;
        let iterations = 1u64.checked_shl(iterations_exp.into()).unwrap_or(u64::MAX);
        let mut hash: [u8; 32] = Sha256::digest(beacon).into();
        for done in 1..iterations {
            hash = Sha256::digest(hash).into();
            if done % STRIDE == 0 {
                advance(STRIDE);
            }
        }
        let mut stream = Stream::new(&hash);
        Self { secret: stream.fr(), g1_s: stream.g1() }
    }
}
