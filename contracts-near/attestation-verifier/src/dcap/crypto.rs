//! `dcap-qvl` over the host's P-256 and SHA-256: a verification in wasm would cost seven times the gas.

use core::fmt;
use core::marker::PhantomData;

use dcap_qvl::config::{Config, CryptoProvider};
use rustls_pki_types::{
    AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id,
};
use sha2::{Digest, Sha384};

use crate::host::Host;
use crate::integers::two_integers;

/// The library's parsers with the host's cryptography.
pub(super) struct HostConfig<H>(PhantomData<H>);

impl<H: Host> Config for HostConfig<H> {
    type X509 = dcap_qvl::x509::X509CertBackend;
    type SigEncoder = dcap_qvl::signature::DerSigEncoder;
    type Crypto = HostCrypto<H>;
}

pub(super) struct HostCrypto<H>(PhantomData<H>);

impl<H: Host> CryptoProvider for HostCrypto<H> {
    fn sig_algo() -> &'static dyn SignatureVerificationAlgorithm {
        &HostP256::<H>(PhantomData)
    }

    fn sha256(data: &[u8]) -> [u8; 32] {
        H::sha256(data)
    }

    fn sha384(data: &[u8]) -> [u8; 48] {
        Sha384::digest(data).into()
    }
}

/// ECDSA P-256 with SHA-256, signatures in DER, keys uncompressed.
struct HostP256<H>(PhantomData<H>);

impl<H> fmt::Debug for HostP256<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HostP256")
    }
}

impl<H: Host> SignatureVerificationAlgorithm for HostP256<H> {
    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let key = compressed(public_key).ok_or(InvalidSignature)?;
        let signature = raw_signature(signature).map_err(|_| InvalidSignature)?;
        if H::p256_verify(&signature, &H::sha256(message), &key) {
            Ok(())
        } else {
            Err(InvalidSignature)
        }
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_P256
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_SHA256
    }
}

/// SEC1 2.3.3. The dropped y is not believed unread: two keys share x, and the parity bit tells which. A point
/// off the curve may map to one on it, so a key must come from something that is signed or hashed, as all of
/// DCAP's do.
fn compressed(uncompressed: &[u8]) -> Option<[u8; 33]> {
    let (&4, xy) = uncompressed.split_first()? else { return None };
    let xy: &[u8; 64] = xy.try_into().ok()?;
    let mut key = [0; 33];
    key[0] = 2 | (xy[63] & 1);
    key[1..].copy_from_slice(&xy[..32]);
    Some(key)
}

/// `Ecdsa-Sig-Value` (RFC 3279 2.2.3) to r and s of 32 bytes each.
fn raw_signature(der: &[u8]) -> der::Result<[u8; 64]> {
    let (r, s) = two_integers(der)?;
    let mut raw = [0; 64];
    for (number, half) in [r, s].into_iter().zip(raw.chunks_exact_mut(32)) {
        let bytes = number.as_bytes();
        let start = half.len().checked_sub(bytes.len()).ok_or(der::ErrorKind::Overflow)?;
        half[start..].copy_from_slice(bytes);
    }
    Ok(raw)
}
