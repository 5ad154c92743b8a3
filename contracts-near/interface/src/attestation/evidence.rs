//! What a prover shows.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use super::hex_text;

/// Longest arguments that the verifier reads, in bytes. Real evidence has 15,000 to 25,000.
pub const MAX_EVIDENCE_BYTES: usize = 256 * 1024;

/// A quote of the prover's TEE with what is needed to judge it.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// Intel SGX or TDX.
    Dcap(DcapEvidence),
    /// AMD SEV-SNP: the report of 1,184 bytes. The key that signed it is in the market's record of the
    /// platform, which `verify_snp_chain` made.
    SevSnp {
        /// The report as the firmware gave it.
        #[serde(with = "hex_text")]
        report: Vec<u8>,
    },
    /// A quote under the development root; no production build can read it.
    #[cfg(feature = "dev-attestation")]
    Dev {
        /// Borsh of [`DevQuote`](super::DevQuote).
        #[serde(with = "hex_text")]
        quote: Vec<u8>,
    },
}

/// An Intel DCAP quote with its collateral. In JSON, bytes are hex without a prefix, as collateral services
/// write them.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
pub struct DcapEvidence {
    /// The quote: version 3 (SGX), 4 or 5 (TDX), with the PCK certificate chain in it.
    #[serde(with = "hex_text")]
    pub quote: Vec<u8>,
    /// What Intel says about the platform.
    pub collateral: DcapCollateral,
}

/// What Intel's provisioning service publishes about a platform. Names, order and encodings are those of
/// `dcap_qvl::QuoteCollateralV3`, so that its JSON and its borsh are read as they are.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
pub struct DcapCollateral {
    /// PEM: the certificate that signs the PCK revocation list, then the root.
    pub pck_crl_issuer_chain: String,
    /// DER: the root's revocation list.
    #[serde(with = "hex_text")]
    pub root_ca_crl: Vec<u8>,
    /// DER: the revocation list of the platform's PCK authority.
    #[serde(with = "hex_text")]
    pub pck_crl: Vec<u8>,
    /// PEM: the certificate that signs `tcb_info`, then the root.
    pub tcb_info_issuer_chain: String,
    /// JSON, byte for byte as it was signed.
    pub tcb_info: String,
    /// r and s of the ECDSA signature, 32 bytes each.
    #[serde(with = "hex_text")]
    pub tcb_info_signature: Vec<u8>,
    /// PEM: the certificate that signs `qe_identity`, then the root.
    pub qe_identity_issuer_chain: String,
    /// JSON, byte for byte as it was signed.
    pub qe_identity: String,
    /// r and s of the ECDSA signature, 32 bytes each.
    #[serde(with = "hex_text")]
    pub qe_identity_signature: Vec<u8>,
    /// Absent, or the very chain that the quote carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pck_certificate_chain: Option<String>,
}
