//! BLAKE2b-512 over points.

use blake2::{Blake2b512, Digest as _};
use proofrail_formats::{
    points::FilePoint,
    zkey::{Contribution, HASH_BYTES},
};

/// Hashes points in their big-endian form.
#[derive(Clone)]
pub struct PointHasher(Blake2b512);

impl std::fmt::Debug for PointHasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PointHasher")
    }
}

impl Default for PointHasher {
    fn default() -> Self {
        Self(Blake2b512::new())
    }
}

impl PointHasher {
    /// The hasher of a key's transcript, which begins with the circuit's hash.
    pub fn of_circuit(circuit_hash: &[u8; HASH_BYTES]) -> Self {
        let mut hasher = Self::default();
        hasher.bytes(circuit_hash);
        hasher
    }

    /// Adds bytes as they are.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Adds a number of four bytes, big-endian.
    pub fn number(&mut self, number: u32) {
        self.0.update(number.to_be_bytes());
    }

    /// Adds a point.
    pub fn point<P: FilePoint>(&mut self, point: &P) {
        self.0.update(point.to_uncompressed());
    }

    /// Adds the public part of a contribution: snarkjs's `hashPubKey`.
    pub fn contribution(&mut self, contribution: &Contribution) {
        self.point(&contribution.delta_after);
        self.point(&contribution.g1_s);
        self.point(&contribution.g1_sx);
        self.point(&contribution.g2_spx);
        self.bytes(&contribution.transcript);
    }

    /// The hash of all that was added.
    pub fn finish(self) -> [u8; HASH_BYTES] {
        self.0.finalize().into()
    }
}

/// What a contributor publishes, and what snarkjs prints as the contribution's hash.
pub fn contribution_hash(contribution: &Contribution) -> [u8; HASH_BYTES] {
    let mut hasher = PointHasher::default();
    hasher.contribution(contribution);
    hasher.finish()
}
