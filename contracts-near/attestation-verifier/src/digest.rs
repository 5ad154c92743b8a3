//! Ids and measurements: SHA-256 over a domain and fields, each behind its length.

use proofrail_near_interface::Hex;

use crate::host::Host;

const PLATFORM: &[u8] = b"proofrail.tee-platform.v1";
const MEASUREMENT: &[u8] = b"proofrail.tee-measurement.v1";

/// Stands for a machine.
pub(crate) fn platform_id<H: Host>(vendor: &[u8], id: &[u8]) -> Hex<32> {
    digest::<H>(PLATFORM, &[vendor, id])
}

/// Stands for what runs: the kind of TEE and its registers.
pub(crate) fn measurement<H: Host>(kind: &[u8], registers: &[&[u8]]) -> Hex<32> {
    let mut fields = vec![kind];
    fields.extend_from_slice(registers);
    digest::<H>(MEASUREMENT, &fields)
}

fn digest<H: Host>(domain: &[u8], fields: &[&[u8]]) -> Hex<32> {
    let mut bytes = Vec::new();
    for field in core::iter::once(&domain).chain(fields) {
        bytes.extend_from_slice(&(field.len() as u32).to_be_bytes());
        bytes.extend_from_slice(field);
    }
    Hex(H::sha256(&bytes))
}
