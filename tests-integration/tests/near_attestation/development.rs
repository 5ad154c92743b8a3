//! The development root: believed by the development wasm, absent from the production wasm.

use proofrail_near_dev_attestation::DevPlatform;
use proofrail_near_interface::attestation::{
    DEV_DOMAIN, DEV_ROOT_PUBLIC_KEY, DevBody, DevQuote, METHOD_VERIFY_DCAP, METHOD_VERIFY_DEV,
    Platform, RejectionCode, TcbStatus,
};

use crate::PROTOCOL_VERSIONS;
use crate::samples::{SEV_NOW, SGX};
use crate::world::{DEVELOPMENT, PRODUCTION, World, rejected, verified, wasm};

/// What must not be in the wasm of a main network: the method, the domain, the root.
fn marks() -> [&'static [u8]; 3] {
    [METHOD_VERIFY_DEV.as_bytes(), DEV_DOMAIN, &DEV_ROOT_PUBLIC_KEY[1..]]
}

fn contains(code: &[u8], mark: &[u8]) -> bool {
    code.windows(mark.len()).any(|window| window == mark)
}

#[test]
fn production_wasm_should_not_know_the_development_root() {
    let (production, development) = (wasm(PRODUCTION), wasm(DEVELOPMENT));
    for mark in marks() {
        let text = String::from_utf8_lossy(mark);
        assert!(!contains(&production, mark), "the production wasm contains {text}");
        // Else the search itself would be blind.
        assert!(contains(&development, mark), "the development wasm lacks {text}");
    }
}

#[test]
fn production_wasm_should_export_only_the_production_methods() {
    let exports = |name| {
        let mut methods = exported_functions(&wasm(name));
        methods.sort();
        methods
    };
    let production = ["verify_dcap", "verify_dcap_json", "verify_snp_chain", "verify_snp_report"];
    let own = |name| -> Vec<String> {
        exports(name).into_iter().filter(|method| method != "contract_source_metadata").collect()
    };
    assert_eq!(own(PRODUCTION), production);
    assert!(own(DEVELOPMENT).contains(&METHOD_VERIFY_DEV.to_owned()));
}

/// Names in the export section (id 7) whose kind is a function (0).
fn exported_functions(code: &[u8]) -> Vec<String> {
    fn leb(bytes: &mut &[u8]) -> usize {
        let mut value = 0;
        for shift in (0..).step_by(7) {
            let (byte, rest) = bytes.split_first().unwrap();
            *bytes = rest;
            value |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        value
    }
    let mut rest = code.strip_prefix(b"\0asm\x01\0\0\0").expect("a wasm module");
    while let Some((id, mut after)) = rest.split_first() {
        let length = leb(&mut after);
        let (mut section, next) = after.split_at(length);
        if *id == 7 {
            let count = leb(&mut section);
            let mut names = Vec::new();
            for _ in 0..count {
                let length = leb(&mut section);
                let (name, after) = section.split_at(length);
                let (kind, mut after) = after.split_first().unwrap();
                leb(&mut after);
                if *kind == 0 {
                    names.push(String::from_utf8(name.to_vec()).unwrap());
                }
                section = after;
            }
            return names;
        }
        rest = next;
    }
    panic!("no export section")
}

fn platform() -> DevPlatform {
    DevPlatform::new("machine-1", SEV_NOW - 1_000, SEV_NOW + 1_000)
}

#[test]
fn verify_dev_should_verify_quotes_of_development_platforms() {
    for version in PROTOCOL_VERSIONS {
        let world = World::new(version, SEV_NOW, DEVELOPMENT);
        let report = verified(world.view(METHOD_VERIFY_DEV, &platform().quote([7; 32], [9; 64])));
        assert_eq!((report.platform, report.debug), (Platform::Dev, false));
        assert_eq!((report.measurement.0, report.report_data.0), ([7; 32], [9; 64]));
        assert_eq!((report.tcb_status, report.expires_at), (TcbStatus::UpToDate, SEV_NOW + 1_000));
        let other = DevPlatform::new("machine-2", SEV_NOW - 1, SEV_NOW + 1_000);
        let other = verified(world.view(METHOD_VERIFY_DEV, &other.quote([7; 32], [9; 64])));
        assert_ne!(other.platform_id, report.platform_id);
        let body = DevBody {
            measurement: [7; 32],
            report_data: [9; 64],
            tcb_status: TcbStatus::OutOfDate,
            debug: true,
        };
        let debug = verified(world.view(METHOD_VERIFY_DEV, &platform().quote_of(body)));
        assert!(debug.debug && debug.tcb_status == TcbStatus::OutOfDate);
        assert_eq!(debug.platform_id, report.platform_id);
    }
}

#[test]
fn verify_dev_should_reject_every_flipped_byte_and_another_time() {
    let world = World::new(86, SEV_NOW, DEVELOPMENT);
    let quote = borsh::to_vec(&platform().quote([7; 32], [9; 64])).unwrap();
    for at in 0..quote.len() {
        let mut changed = quote.clone();
        changed[at] ^= 1;
        let verdict = world.raw(METHOD_VERIFY_DEV, changed).value;
        let verdict = rejected(borsh::from_slice(&verdict).unwrap());
        assert!(verdict.is_some(), "byte {at} was accepted");
    }
    let quote: DevQuote = borsh::from_slice(&quote).unwrap();
    for now in [SEV_NOW - 2_000, SEV_NOW + 1_000] {
        let world = World::new(86, now, DEVELOPMENT);
        let rejection = rejected(world.view(METHOD_VERIFY_DEV, &quote)).unwrap();
        assert_eq!(rejection.code, RejectionCode::NotInForce);
    }
}

#[test]
fn development_wasm_should_judge_vendors_quotes_alike() {
    let world = World::new(86, SGX.now, DEVELOPMENT);
    let production = World::new(86, SGX.now, PRODUCTION);
    let judge = |world: &World| verified(world.view(METHOD_VERIFY_DCAP, &SGX.evidence()));
    assert_eq!(judge(&world), judge(&production));
}
