//! Makes quotes under the development root, so that tests and the demo can attest without hardware.
//!
//! All keys follow from public seeds: such a quote proves nothing. Only a verifier and a market built with the
//! feature `dev-attestation` believe it.

use p256::ecdsa::signature::hazmat::PrehashSigner;
use p256::ecdsa::{Signature, SigningKey};
use proofrail_near_interface::attestation::{DevBody, DevCertificate, DevQuote};
use sha2::{Digest, Sha256};

pub use proofrail_near_interface::attestation::{DEV_ROOT_PUBLIC_KEY, TcbStatus};

/// What the root's key follows from.
const ROOT_SEED: &[u8] = b"proofrail development root, for tests and demos: worth nothing";
/// What a platform's key follows from, before its name.
const PLATFORM_SEED: &[u8] = b"proofrail development platform: ";

/// A pretended machine that makes quotes.
#[derive(Debug)]
pub struct DevPlatform {
    key: SigningKey,
    certificate: DevCertificate,
}

impl DevPlatform {
    /// The machine called `name`, certified for `not_before..expires_at`, unix seconds. One name is one
    /// machine, whatever its validity.
    pub fn new(name: &str, not_before: u64, expires_at: u64) -> Self {
        let seed = [PLATFORM_SEED, name.as_bytes()].concat();
        let key = key_of(&seed);
        let mut certificate = DevCertificate {
            platform: Sha256::digest(&seed).into(),
            public_key: public_key(&key),
            not_before,
            expires_at,
            signature: [0; 64],
        };
        certificate.signature = sign(&key_of(ROOT_SEED), &certificate.signed_bytes());
        Self { key, certificate }
    }

    /// A quote of an up-to-date machine outside debug mode.
    pub fn quote(&self, measurement: [u8; 32], report_data: [u8; 64]) -> DevQuote {
        let tcb_status = TcbStatus::UpToDate;
        self.quote_of(DevBody { measurement, report_data, tcb_status, debug: false })
    }

    /// A quote of any statement.
    pub fn quote_of(&self, body: DevBody) -> DevQuote {
        let certificate = self.certificate.clone();
        let mut quote = DevQuote { version: 1, body, certificate, signature: [0; 64] };
        quote.signature = sign(&self.key, &quote.signed_bytes());
        quote
    }
}

fn key_of(seed: &[u8]) -> SigningKey {
    // A digest that is no scalar (chance 2^-32) is hashed again.
    let mut digest = Sha256::digest(seed);
    loop {
        match SigningKey::from_slice(&digest) {
            Ok(key) => return key,
            Err(_) => digest = Sha256::digest(digest),
        }
    }
}

fn public_key(key: &SigningKey) -> [u8; 33] {
    let mut bytes = [0; 33];
    bytes.copy_from_slice(key.verifying_key().to_sec1_point(true).as_bytes());
    bytes
}

fn sign(key: &SigningKey, message: &[u8]) -> [u8; 64] {
    // Deterministic (RFC 6979); fails only for a digest shorter than half the curve's order.
    let signature: Result<Signature, _> = key.sign_prehash(&Sha256::digest(message));
    signature.map_or([0; 64], |signature| signature.to_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_public_key_should_follow_from_the_seed() {
        assert_eq!(public_key(&key_of(ROOT_SEED)), DEV_ROOT_PUBLIC_KEY);
    }
}
