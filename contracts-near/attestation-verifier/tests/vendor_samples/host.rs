//! The chain's two primitives, on this machine.

use attestation_verifier::host::Host;
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use p256::ecdsa::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

pub struct Native;

impl Host for Native {
    fn sha256(data: &[u8]) -> [u8; 32] {
        Sha256::digest(data).into()
    }

    fn p256_verify(signature: &[u8; 64], digest: &[u8; 32], public_key: &[u8; 33]) -> bool {
        let key = VerifyingKey::from_sec1_bytes(public_key);
        let signature = Signature::from_slice(signature);
        match (key, signature) {
            (Ok(key), Ok(signature)) => key.verify_prehash(digest, &signature).is_ok(),
            _ => false,
        }
    }
}
