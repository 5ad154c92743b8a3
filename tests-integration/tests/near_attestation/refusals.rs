//! Every section of every sample with a bit flipped, and garbage: rejected, never trapped.

use proofrail_near_interface::attestation::{
    MAX_EVIDENCE_BYTES, METHOD_VERIFY_DCAP, METHOD_VERIFY_DCAP_JSON, METHOD_VERIFY_SNP_CHAIN,
    METHOD_VERIFY_SNP_REPORT, RejectionCode, SnpChainVerdict, SnpProduct, SnpReportArgs, Verdict,
};

use crate::PROTOCOL_VERSIONS;
use crate::samples::{
    DCAP, DOCUMENTS, REPORT_MILAN, SEV_NOW, SGX, chain, change_document, quote_sections,
};
use crate::verdicts::vcek;
use crate::world::{PRODUCTION, World, rejected};

#[test]
fn verify_dcap_should_reject_a_flip_in_every_section() {
    for version in PROTOCOL_VERSIONS {
        for sample in DCAP {
            let world = World::new(version, sample.now, PRODUCTION);
            for (name, section) in quote_sections(sample.quote) {
                let mut evidence = sample.evidence();
                evidence.quote[section.start + section.len() / 2] ^= 4;
                let verdict = rejected(world.view(METHOD_VERIFY_DCAP, &evidence));
                assert!(verdict.is_some(), "{}: {name} was accepted", sample.name);
            }
            for document in DOCUMENTS {
                let mut evidence = sample.evidence();
                assert!(change_document(&mut evidence.collateral, document, |bytes| {
                    let middle = bytes.len() / 2;
                    bytes[middle] ^= 1;
                }));
                let verdict = rejected(world.view(METHOD_VERIFY_DCAP, &evidence));
                assert!(verdict.is_some(), "{}: {document} was accepted", sample.name);
            }
        }
    }
}

#[test]
fn verify_snp_should_reject_a_flip_in_every_section() {
    for version in PROTOCOL_VERSIONS {
        let world = World::new(version, SEV_NOW, PRODUCTION);
        let vcek = vcek(&world, SnpProduct::Milan);
        // Version, policy, report data, measurement, reported TCB, chip id, then r, s and the end.
        for at in
            [0, 8, 0x50, 0x90, 0x180, 0x1a0, 0x2a0, 0x2a0 + 60, 0x2e8, 0x2e8 + 60, 0x330, 0x49f]
        {
            let mut report = REPORT_MILAN.to_vec();
            report[at] ^= 1;
            let verdict = world.view(METHOD_VERIFY_SNP_REPORT, &SnpReportArgs { report, vcek });
            assert!(rejected(verdict).is_some(), "byte {at} was accepted");
        }
        for product in [SnpProduct::Milan, SnpProduct::Turin] {
            // Header, body, public key, extensions and signature of each certificate.
            for place in [0.0, 0.1, 0.3, 0.5, 0.6, 0.9, 1.0] {
                for of_ask in [true, false] {
                    let mut args = chain(product);
                    let bytes = if of_ask { &mut args.ask } else { &mut args.vcek };
                    let at = ((bytes.len() - 1) as f64 * place) as usize;
                    bytes[at] ^= 1;
                    let verdict = world.view(METHOD_VERIFY_SNP_CHAIN, &args);
                    assert!(matches!(verdict, SnpChainVerdict::Rejected(_)), "byte {at}");
                }
            }
        }
    }
}

/// A small generator with a fixed seed (SplitMix64).
fn garbage(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        ((mixed ^ (mixed >> 27)) >> 32) as u8
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn methods_should_reject_garbage_as_a_value() {
    let world = World::new(86, SGX.now, PRODUCTION);
    for length in (0..70).chain([600, 1_184, 5_000, 20_000, MAX_EVIDENCE_BYTES + 1]) {
        let bytes = garbage(length as u64, length);
        for method in [METHOD_VERIFY_DCAP, METHOD_VERIFY_SNP_REPORT] {
            let answer = world.raw(method, bytes.clone()).value;
            let rejection = rejected(borsh::from_slice(&answer).unwrap()).unwrap();
            assert_eq!(rejection.code, RejectionCode::Malformed, "{method}, {length} bytes");
        }
        let answer = world.raw(METHOD_VERIFY_SNP_CHAIN, bytes.clone()).value;
        let verdict: SnpChainVerdict = borsh::from_slice(&answer).unwrap();
        assert!(matches!(verdict, SnpChainVerdict::Rejected(_)));
        let answer = world.raw(METHOD_VERIFY_DCAP_JSON, bytes).json::<Verdict>().unwrap();
        assert_eq!(rejected(answer).unwrap().code, RejectionCode::Malformed);
    }
}

/// Garbage in each part of otherwise good arguments, so that every parser is reached in the VM.
#[test]
fn methods_should_reject_garbage_in_each_part() {
    let world = World::new(88, SGX.now, PRODUCTION);
    for (seed, length) in [(1, 0), (2, 1), (3, 64), (4, 700), (5, 5_000)] {
        let bytes = garbage(seed, length);
        for document in DOCUMENTS {
            let mut evidence = SGX.evidence();
            if change_document(&mut evidence.collateral, document, |part| *part = bytes.clone()) {
                let verdict = rejected(world.view(METHOD_VERIFY_DCAP, &evidence));
                assert!(verdict.is_some(), "{document}, {length} bytes");
            }
        }
        let mut evidence = SGX.evidence();
        evidence.quote.truncate(400);
        evidence.quote.extend_from_slice(&bytes);
        assert!(rejected(world.view(METHOD_VERIFY_DCAP, &evidence)).is_some());
        let mut args = chain(SnpProduct::Milan);
        args.vcek.truncate(100);
        args.vcek.extend_from_slice(&bytes);
        let verdict = world.view(METHOD_VERIFY_SNP_CHAIN, &args);
        assert!(matches!(verdict, SnpChainVerdict::Rejected(_)));
    }
}
