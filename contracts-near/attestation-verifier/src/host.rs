//! The two primitives that are borrowed from the chain, behind a trait: everything else is pure and runs
//! the same on a developer's machine.

/// What the judge needs from where it runs.
pub trait Host: Send + Sync + 'static {
    /// SHA-256 of `data`.
    fn sha256(data: &[u8]) -> [u8; 32];
    /// Whether `signature` (r, s) over the SHA-256 digest verifies under the compressed P-256 key. False, never a
    /// trap, for a signature or key that is no such thing.
    fn p256_verify(signature: &[u8; 64], digest: &[u8; 32], public_key: &[u8; 33]) -> bool;
}

/// The host functions of NEAR (`p256_verify` exists from protocol version 85 on).
#[derive(Debug)]
pub struct NearHost;

impl Host for NearHost {
    fn sha256(data: &[u8]) -> [u8; 32] {
        near_sdk::env::sha256_array(data)
    }

    fn p256_verify(signature: &[u8; 64], digest: &[u8; 32], public_key: &[u8; 33]) -> bool {
        near_sdk::env::p256_verify(signature, digest, public_key)
    }
}
