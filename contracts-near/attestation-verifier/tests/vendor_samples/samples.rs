//! The samples, and where their sections lie.

use std::ops::Range;

use proofrail_near_interface::attestation::{
    DcapCollateral, DcapEvidence, SnpChainArgs, SnpProduct,
};

/// A DCAP sample with a time at which its collateral is in force, unix seconds.
pub struct Dcap {
    pub name: &'static str,
    pub quote: &'static [u8],
    collateral: &'static str,
    pub now: u64,
}

macro_rules! dcap {
    ($name:literal, $now:literal) => {
        Dcap {
            name: $name,
            quote: include_bytes!(concat!("../../samples/dcap/", $name)),
            collateral: include_str!(concat!("../../samples/dcap/", $name, "_collateral.json")),
            now: $now,
        }
    };
}

pub const SGX: Dcap = dcap!("sgx_quote", 1_751_241_600);
pub const TDX: Dcap = dcap!("tdx_quote", 1_751_241_600);
/// Authentic, but of a platform below every TCB level that Intel lists: never accepted.
pub const TDX_OUTDATED: Dcap = dcap!("tdx_quote_outdated", 1_772_000_000);
pub const TDX_15EX: Dcap = dcap!("tdx_quote_td15ex", 1_792_000_000);
/// SGX of version 3; TDX of version 4 with a report of 1.0 and of version 5 with one of 1.5 extended.
pub const DCAP: [Dcap; 3] = [SGX, TDX, TDX_15EX];

impl Dcap {
    pub fn evidence(&self) -> DcapEvidence {
        let collateral: DcapCollateral = serde_json::from_str(self.collateral).unwrap();
        DcapEvidence { quote: self.quote.to_vec(), collateral }
    }
}

/// Sections of a quote, which together are all of it.
pub fn quote_sections(quote: &[u8]) -> Vec<(&'static str, Range<usize>)> {
    let version = u16::from_le_bytes([quote[0], quote[1]]);
    let u32_at = |at: usize| u32::from_le_bytes(quote[at..at + 4].try_into().unwrap()) as usize;
    let body = match version {
        3 => 384,
        4 => 584,
        _ => 6 + u32_at(50),
    };
    let mut cuts = vec![("header", 48), ("body", body), ("signature length", 4)];
    cuts.extend([("quote signature", 64), ("attestation key", 64)]);
    if version > 3 {
        cuts.push(("certification data", 6));
    }
    cuts.extend([("QE report", 384), ("QE report signature", 64)]);
    let authentication = 48 + cuts.iter().skip(1).map(|cut| cut.1).sum::<usize>();
    let length = u16::from_le_bytes([quote[authentication], quote[authentication + 1]]);
    cuts.extend([("QE authentication data", 2 + usize::from(length)), ("PCK kind and length", 6)]);
    let mut at = 0;
    let mut sections: Vec<_> = cuts
        .into_iter()
        .map(|(name, length)| {
            at += length;
            (name, at - length..at)
        })
        .collect();
    let text = String::from_utf8_lossy(&quote[at..]).into_owned();
    let end = "-----END CERTIFICATE-----\n";
    for name in ["PCK certificate", "PCK CA certificate", "root certificate"] {
        let begin = sections.last().unwrap().1.end;
        let length = text[begin - at..].find(end).unwrap() + end.len();
        sections.push((name, begin..begin + length));
    }
    let begin = sections.last().unwrap().1.end;
    sections.push(("padding", begin..quote.len()));
    sections
}

/// The collateral's documents by name.
pub const DOCUMENTS: [&str; 9] = [
    "PCK CRL issuer chain",
    "root CRL",
    "PCK CRL",
    "TCB info issuer chain",
    "TCB info",
    "TCB info signature",
    "QE identity issuer chain",
    "QE identity",
    "QE identity signature",
];

/// Changes one document; false when the change makes no text, which the argument decoder refuses.
pub fn change_document(
    collateral: &mut DcapCollateral,
    document: &str,
    change: impl FnOnce(&mut Vec<u8>),
) -> bool {
    let bytes = |field: &mut Vec<u8>, change: Box<dyn FnOnce(&mut Vec<u8>) + '_>| {
        change(field);
        true
    };
    let text = |field: &mut String, change: Box<dyn FnOnce(&mut Vec<u8>) + '_>| {
        let mut raw = std::mem::take(field).into_bytes();
        change(&mut raw);
        String::from_utf8(raw).map(|changed| *field = changed).is_ok()
    };
    let change = Box::new(change);
    match document {
        "PCK CRL issuer chain" => text(&mut collateral.pck_crl_issuer_chain, change),
        "root CRL" => bytes(&mut collateral.root_ca_crl, change),
        "PCK CRL" => bytes(&mut collateral.pck_crl, change),
        "TCB info issuer chain" => text(&mut collateral.tcb_info_issuer_chain, change),
        "TCB info" => text(&mut collateral.tcb_info, change),
        "TCB info signature" => bytes(&mut collateral.tcb_info_signature, change),
        "QE identity issuer chain" => text(&mut collateral.qe_identity_issuer_chain, change),
        "QE identity" => text(&mut collateral.qe_identity, change),
        "QE identity signature" => bytes(&mut collateral.qe_identity_signature, change),
        other => panic!("no document {other}"),
    }
}

pub const ASK_MILAN: &[u8] = include_bytes!("../../samples/sev/ask_milan.der");
pub const ASK_GENOA: &[u8] = include_bytes!("../../samples/sev/ask_genoa.der");
pub const ASK_TURIN: &[u8] = include_bytes!("../../samples/sev/ask_turin.der");
pub const VCEK_MILAN: &[u8] = include_bytes!("../../samples/sev/vcek_milan.der");
pub const VCEK_TURIN: &[u8] = include_bytes!("../../samples/sev/vcek_turin.der");
pub const REPORT_MILAN: &[u8] = include_bytes!("../../samples/sev/report_milan");
/// Inside the validity of both chips' certificates.
pub const SEV_NOW: u64 = 1_772_000_000;

pub fn chain(product: SnpProduct) -> SnpChainArgs {
    let (ask, vcek) = match product {
        SnpProduct::Milan => (ASK_MILAN, VCEK_MILAN),
        SnpProduct::Turin => (ASK_TURIN, VCEK_TURIN),
        SnpProduct::Genoa => panic!("no chip's sample of Genoa"),
    };
    SnpChainArgs { product, ask: ask.to_vec(), vcek: vcek.to_vec() }
}
