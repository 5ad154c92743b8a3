//! AMD SEV-SNP: the chain of the chip's key, judged once, and reports under that key.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use super::hex_text;
use crate::Hex;

/// A line of processors; each has a root of its own (ARK).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum SnpProduct {
    /// EPYC 7003.
    Milan,
    /// EPYC 9004 and its relatives.
    Genoa,
    /// EPYC 9005.
    Turin,
}

/// Security version numbers of the platform's firmware.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    BorshSerialize,
    BorshDeserialize,
    Serialize,
    Deserialize,
)]
pub struct SnpTcb {
    /// The firmware's management component; Turin only, else 0.
    pub fmc: u8,
    /// Boot loader of the secure processor.
    pub bootloader: u8,
    /// Operating system of the secure processor.
    pub tee: u8,
    /// SNP firmware.
    pub snp: u8,
    /// Microcode.
    pub microcode: u8,
}

impl SnpTcb {
    /// Whether no number is below `minimum`'s.
    pub const fn at_least(&self, minimum: &Self) -> bool {
        self.fmc >= minimum.fmc
            && self.bootloader >= minimum.bootloader
            && self.tee >= minimum.tee
            && self.snp >= minimum.snp
            && self.microcode >= minimum.microcode
    }
}

/// Arguments of `verify_snp_chain`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
pub struct SnpChainArgs {
    /// Selects the pinned ARK.
    pub product: SnpProduct,
    /// DER of the ASK, which the ARK signed.
    #[serde(with = "hex_text")]
    pub ask: Vec<u8>,
    /// DER of the VCEK, which the ASK signed.
    #[serde(with = "hex_text")]
    pub vcek: Vec<u8>,
}

/// A chip's key, as AMD certified it: the market stores what `verify_snp_chain` returned and shows it with
/// each report.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
pub struct SnpVcek {
    /// The processor line.
    pub product: SnpProduct,
    /// The P-384 public key: x, then y, big-endian.
    pub public_key: Hex<96>,
    /// The chip, as its reports name it.
    pub chip_id: Hex<64>,
    /// The firmware versions that the key is for; it changes with each of them.
    pub tcb: SnpTcb,
    /// From when the whole chain is valid, unix seconds.
    pub valid_from: u64,
    /// When the first certificate of the chain expires: worth nothing from this unix second on.
    pub expires_at: u64,
}

/// Arguments of `verify_snp_report`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
pub struct SnpReportArgs {
    /// The report of 1,184 bytes.
    #[serde(with = "hex_text")]
    pub report: Vec<u8>,
    /// The key to judge it under. The verifier believes it: it must come from a `verify_snp_chain` that the
    /// caller itself asked for, never from who shows the report.
    pub vcek: SnpVcek,
}
