//! The attestation report (AMD 56860, table "ATTESTATION_REPORT"), versions 2 to 5, which differ only in
//! signed bytes that are not read here.

use p384::ecdsa::signature::hazmat::PrehashVerifier;
use p384::ecdsa::{Signature, VerifyingKey};
use proofrail_near_interface::Hex;
use proofrail_near_interface::attestation::{
    Platform, Report, SnpProduct, SnpReportArgs, SnpTcb, TcbStatus,
};
use sha2::{Digest, Sha384};

use crate::Refusal;
use crate::digest::{measurement, platform_id};
use crate::host::Host;
use crate::validity::in_force;

/// The whole report, bytes.
const LENGTH: usize = 0x4a0;
/// Bytes before this are signed.
const SIGNED: usize = 0x2a0;
/// r, then s, little-endian in 72 bytes each; zeros to the end.
const NUMBER: usize = 72;
const SCALAR: usize = 48;
/// ECDSA on P-384 with SHA-384.
const ECDSA_P384: u32 = 1;
/// Guest policy, bit 19: the host may read the guest's memory.
const POLICY_DEBUG: u64 = 1 << 19;

/// Judges a report at `now`, unix seconds, under a key that [`verify_chain`](super::verify_chain) returned.
///
/// # Errors
/// The report is not by this key, chip and firmware, or the key is out of its time; [`Refusal`] says which.
pub fn verify_report<H: Host>(args: &SnpReportArgs, now: u64) -> Result<Report, Refusal> {
    let report = Fields::new(&args.report)?;
    let vcek = &args.vcek;
    in_force(vcek.valid_from, vcek.expires_at, now)?;
    if !(2..=5).contains(&report.u32(0)) {
        return Err(Refusal::Unsupported("the report's version"));
    }
    if report.u32(0x34) != ECDSA_P384 {
        return Err(Refusal::Unsupported("the report's signature algorithm"));
    }
    // Bits 4:2 are the kind of key: 0 is the VCEK.
    if report.u32(0x48) >> 2 & 0b111 != 0 {
        return Err(Refusal::Unsupported("a report that no VCEK signed"));
    }
    if report.bytes::<64>(0x1a0) != vcek.chip_id.0 {
        return Err(Refusal::Mismatch("chip id"));
    }
    let reported = tcb(report.bytes(0x180), vcek.product);
    if reported != vcek.tcb {
        return Err(Refusal::Mismatch("reported TCB"));
    }
    check_signature(&args.report, &vcek.public_key.0)?;
    let policy = u64::from_le_bytes(report.bytes(0x08));
    Ok(Report {
        platform: Platform::SevSnp,
        platform_id: platform_id::<H>(line_tag(vcek.product), &vcek.chip_id.0),
        measurement: launch::<H>(&report),
        report_data: Hex(report.bytes(0x50)),
        tcb_status: TcbStatus::Snp(reported),
        tcb_date: None,
        tcb_evaluation: None,
        advisory_ids: Vec::new(),
        advisories_truncated: false,
        debug: policy & POLICY_DEBUG != 0,
        expires_at: vcek.expires_at,
    })
}

/// MEASUREMENT is the guest's first memory. The rest is what its owner or host chose at launch: policy, guest SVN,
/// family and image id, HOST_DATA (workloads read their configuration from there), the keys of the ID block, and
/// the privilege level that asked.
fn launch<H: Host>(report: &Fields<'_>) -> Hex<32> {
    let registers: [&[u8]; 9] = [
        &report.bytes::<48>(0x90),
        &report.bytes::<8>(0x08),
        &report.bytes::<4>(0x04),
        &report.bytes::<16>(0x10),
        &report.bytes::<16>(0x20),
        &report.bytes::<4>(0x30),
        &report.bytes::<32>(0xc0),
        &report.bytes::<48>(0xe0),
        &report.bytes::<48>(0x110),
    ];
    measurement::<H>(b"sev-snp", &registers)
}

/// Turin's chip ids have 8 bytes and could meet another line's.
const fn line_tag(product: SnpProduct) -> &'static [u8] {
    match product {
        SnpProduct::Milan => b"amd-milan",
        SnpProduct::Genoa => b"amd-genoa",
        SnpProduct::Turin => b"amd-turin",
    }
}

/// TCB_VERSION (AMD 56860, tables 3 and 4).
const fn tcb(bytes: [u8; 8], product: SnpProduct) -> SnpTcb {
    let [first, second, third, fourth, .., seventh, eighth] = bytes;
    match product {
        SnpProduct::Milan | SnpProduct::Genoa => {
            SnpTcb { fmc: 0, bootloader: first, tee: second, snp: seventh, microcode: eighth }
        }
        SnpProduct::Turin => {
            SnpTcb { fmc: first, bootloader: second, tee: third, snp: fourth, microcode: eighth }
        }
    }
}

fn check_signature(report: &[u8], public_key: &[u8; 96]) -> Result<(), Refusal> {
    let (signed, signature) = report.split_at(SIGNED);
    let (r, rest) = signature.split_at(NUMBER);
    let (s, reserved) = rest.split_at(NUMBER);
    let mut scalars = [0; 2 * SCALAR];
    for (number, scalar) in [r, s].into_iter().zip(scalars.chunks_exact_mut(SCALAR)) {
        let (low, high) = number.split_at(SCALAR);
        if high.iter().any(|byte| *byte != 0) {
            return Err(Refusal::NotCanonical("the report's signature"));
        }
        scalar.copy_from_slice(low);
        scalar.reverse();
    }
    if reserved.iter().any(|byte| *byte != 0) {
        return Err(Refusal::NotCanonical("the end of the report"));
    }
    let refused = |_| Refusal::Signature("the report");
    let mut point = [4; 97];
    point[1..].copy_from_slice(public_key);
    let key = VerifyingKey::from_sec1_bytes(&point).map_err(|_| Refusal::Malformed("the key"))?;
    let signature = Signature::from_slice(&scalars).map_err(refused)?;
    key.verify_prehash(&Sha384::digest(signed), &signature).map_err(refused)
}

/// Fixed offsets of a report whose length has been checked.
struct Fields<'a>(&'a [u8; LENGTH]);

impl<'a> Fields<'a> {
    fn new(report: &'a [u8]) -> Result<Self, Refusal> {
        report.try_into().map(Self).map_err(|_| Refusal::Malformed("the report (1,184 bytes)"))
    }

    fn bytes<const N: usize>(&self, offset: usize) -> [u8; N] {
        let mut bytes = [0; N];
        bytes.copy_from_slice(&self.0[offset..offset + N]);
        bytes
    }

    fn u32(&self, offset: usize) -> u32 {
        u32::from_le_bytes(self.bytes(offset))
    }
}
