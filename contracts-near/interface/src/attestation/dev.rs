//! Quotes under the development root: root key, platform certificate, quote, as vendors do it, but with keys
//! that anyone can derive. Worth nothing, and absent from production builds.

use borsh::{BorshDeserialize, BorshSerialize};

use super::TcbStatus;

/// Method of a development verifier: borsh [`DevQuote`] to borsh [`Verdict`](super::Verdict).
pub const METHOD_VERIFY_DEV: &str = "verify_dev";
/// Begins every message that is signed; a production wasm that contains it was built wrongly.
pub const DEV_DOMAIN: &[u8] = b"proofrail.dev-attestation.v1";
/// The root's P-256 key, compressed; it follows from a public seed (crate `proofrail-near-dev-attestation`).
pub const DEV_ROOT_PUBLIC_KEY: [u8; 33] = [
    0x03, 0x39, 0xc6, 0x66, 0x48, 0x1e, 0x97, 0xf1, 0x92, 0x8c, 0x68, 0x04, 0x8b, 0xf9, 0xb3, 0x7a,
    0x82, 0xd2, 0x9f, 0x18, 0x3b, 0x0c, 0xab, 0x01, 0x6a, 0x23, 0xd7, 0xa0, 0x6d, 0xe0, 0x7d, 0xc9,
    0xc1,
];

/// A platform's key, signed by the root.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct DevCertificate {
    /// Stands for the machine.
    pub platform: [u8; 32],
    /// P-256, compressed.
    pub public_key: [u8; 33],
    /// First second of validity, unix time.
    pub not_before: u64,
    /// First second after it.
    pub expires_at: u64,
    /// r and s by the root, over [`DevCertificate::signed_bytes`].
    pub signature: [u8; 64],
}

/// What the platform states.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct DevBody {
    /// Stands for what runs.
    pub measurement: [u8; 32],
    /// What the enclave put in.
    pub report_data: [u8; 64],
    /// How current the platform is.
    pub tcb_status: TcbStatus,
    /// Whether it runs in debug mode.
    pub debug: bool,
}

/// A quote.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct DevQuote {
    /// Layout, 1.
    pub version: u16,
    /// The statement.
    pub body: DevBody,
    /// Whose statement it is.
    pub certificate: DevCertificate,
    /// r and s by the platform's key, over [`DevQuote::signed_bytes`].
    pub signature: [u8; 64],
}

fn message(kind: u8, parts: &impl BorshSerialize) -> Vec<u8> {
    let mut bytes = DEV_DOMAIN.to_vec();
    bytes.push(kind);
    // Writing to memory cannot fail.
    parts.serialize(&mut bytes).unwrap_or_default();
    bytes
}

impl DevCertificate {
    /// What the root signs.
    pub fn signed_bytes(&self) -> Vec<u8> {
        message(1, &(self.platform, self.public_key, self.not_before, self.expires_at))
    }
}

impl DevQuote {
    /// What the platform signs.
    pub fn signed_bytes(&self) -> Vec<u8> {
        message(2, &(self.version, &self.body, &self.certificate))
    }
}
