use attestation_verifier::{Refusal, dcap};
use proofrail_near_interface::attestation::{Platform, Report, TcbStatus};
use proptest::prelude::*;

use crate::host::Native;
use crate::samples::{
    DCAP, DOCUMENTS, Dcap, SGX, TDX, TDX_15EX, TDX_OUTDATED, change_document, quote_sections,
};

fn judge(sample: &Dcap) -> Result<Report, Refusal> {
    dcap::verify::<Native>(sample.evidence(), sample.now)
}

#[test]
fn verify_should_read_each_sample() {
    let sgx = judge(&SGX).unwrap();
    assert_eq!(sgx.platform, Platform::Sgx);
    assert_eq!(sgx.tcb_status, TcbStatus::ConfigurationAndSWHardeningNeeded);
    let tdx = judge(&TDX).unwrap();
    assert_eq!(tdx.platform, Platform::Tdx);
    assert_eq!(tdx.tcb_status, TcbStatus::UpToDate);
    assert_eq!(judge(&TDX_15EX).unwrap().platform, Platform::Tdx);
    let below = judge(&TDX_OUTDATED).unwrap_err();
    assert_eq!(below, Refusal::Dcap("No matching TCB level found".to_owned()));
    let reports = DCAP.map(|sample| judge(&sample).unwrap());
    for (sample, report) in DCAP.iter().zip(&reports) {
        eprintln!("{}: {report:?}", sample.name);
        assert!(!report.debug && !report.advisories_truncated);
        assert!(report.tcb_date.unwrap() < sample.now);
    }
    assert_eq!(reports[0].report_data.0, SGX.quote[48 + 320..48 + 384]);
    assert_eq!(reports[1].report_data.0, TDX.quote[48 + 520..48 + 584]);
    assert_eq!(reports[2].report_data.0, TDX_15EX.quote[54 + 520..54 + 584]);
    assert_ne!(reports[0].platform_id, reports[1].platform_id);
}

#[test]
fn verify_should_expire_with_the_first_document() {
    for sample in DCAP {
        let report = judge(&sample).unwrap();
        let at = |now| dcap::verify::<Native>(sample.evidence(), now);
        assert_eq!(at(report.expires_at - 1).unwrap(), report, "{}", sample.name);
        assert!(at(report.expires_at).is_err(), "{}", sample.name);
        assert!(at(sample.now - 365 * 24 * 3_600).is_err(), "{}", sample.name);
    }
}

#[test]
fn verify_should_refuse_foreign_collateral() {
    for sample in DCAP {
        for other in DCAP {
            if sample.name != other.name {
                let mut evidence = sample.evidence();
                evidence.collateral = other.evidence().collateral;
                assert!(dcap::verify::<Native>(evidence, sample.now).is_err());
            }
        }
    }
}

#[test]
fn verify_should_refuse_each_truncation() {
    for sample in DCAP {
        // Whole sections, and the ends where a length could be misread.
        let end = quote_sections(sample.quote).last().unwrap().1.start;
        for length in (0..end - 1).step_by(97).chain(end - 40..end) {
            let mut evidence = sample.evidence();
            evidence.quote.truncate(length);
            assert!(
                dcap::verify::<Native>(evidence, sample.now).is_err(),
                "{} cut to {length}",
                sample.name
            );
        }
    }
}

#[test]
fn verify_should_refuse_bytes_after_the_quote_and_between_certificates() {
    let mut trailing = TDX.evidence();
    trailing.quote.push(1);
    let refused = dcap::verify::<Native>(trailing, TDX.now).unwrap_err();
    assert_eq!(refused, Refusal::NotCanonical("the padding of the quote"));
    for text in ["\n", " ", "x", "\0"] {
        for document in
            ["PCK CRL issuer chain", "TCB info issuer chain", "QE identity issuer chain"]
        {
            let mut evidence = TDX.evidence();
            change_document(&mut evidence.collateral, document, |chain| {
                chain.extend_from_slice(text.as_bytes());
            });
            assert!(dcap::verify::<Native>(evidence, TDX.now).is_err(), "{document} + {text:?}");
        }
    }
    for field in [|e: &mut Vec<u8>| e.push(0), |e: &mut Vec<u8>| e.insert(32, 0)] {
        let mut evidence = TDX.evidence();
        field(&mut evidence.collateral.tcb_info_signature);
        assert!(dcap::verify::<Native>(evidence, TDX.now).is_err());
    }
}

#[test]
fn verify_should_accept_zero_padding() {
    let mut padded = SGX.evidence();
    padded.quote.extend_from_slice(&[0; 100]);
    assert_eq!(dcap::verify::<Native>(padded, SGX.now), judge(&SGX));
}

#[test]
fn sections_should_cover_the_quote() {
    for sample in DCAP {
        let sections = quote_sections(sample.quote);
        assert_eq!(sections[0].1.start, 0);
        assert_eq!(sections.last().unwrap().1.end, sample.quote.len());
        assert!(sections.windows(2).all(|pair| pair[0].1.end == pair[1].1.start));
    }
}

/// Every bit of the short sections, and bits all over the long ones.
#[test]
fn verify_should_refuse_flips_in_every_section_of_a_quote() {
    for sample in DCAP {
        for (name, section) in quote_sections(sample.quote) {
            let bits = section.len() * 8;
            let step = bits.div_ceil(96).max(1) | 1;
            for bit in (0..bits).step_by(step) {
                let mut evidence = sample.evidence();
                evidence.quote[section.start + bit / 8] ^= 1 << (bit % 8);
                assert!(
                    dcap::verify::<Native>(evidence, sample.now).is_err(),
                    "{}: {name}, bit {bit} was accepted",
                    sample.name
                );
            }
        }
    }
}

#[test]
fn verify_should_refuse_flips_in_every_document() {
    for sample in DCAP {
        for document in DOCUMENTS {
            let mut length = 0;
            change_document(&mut sample.evidence().collateral, document, |bytes| {
                length = bytes.len();
            });
            let step = (length * 8).div_ceil(160) | 1;
            let mut judged = 0;
            for bit in (0..length * 8).step_by(step) {
                let mut evidence = sample.evidence();
                let flip = |bytes: &mut Vec<u8>| bytes[bit / 8] ^= 1 << (bit % 8);
                if change_document(&mut evidence.collateral, document, flip) {
                    judged += 1;
                    assert!(
                        dcap::verify::<Native>(evidence, sample.now).is_err(),
                        "{}: {document}, bit {bit} was accepted",
                        sample.name
                    );
                }
            }
            assert!(judged > 100, "{document}: {judged}");
        }
    }
}

#[test]
fn verify_should_refuse_flips_in_the_repeated_pck_chain() {
    let length = TDX_15EX.evidence().collateral.pck_certificate_chain.unwrap().len();
    for at in (0..length).step_by(11).chain([length - 1]) {
        let mut evidence = TDX_15EX.evidence();
        let chain = evidence.collateral.pck_certificate_chain.as_mut().unwrap();
        let mut bytes = std::mem::take(chain).into_bytes();
        bytes[at] ^= 1;
        *chain = String::from_utf8(bytes).unwrap();
        assert!(dcap::verify::<Native>(evidence, TDX_15EX.now).is_err(), "byte {at}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn verify_should_refuse_any_flip(
        sample in 0_usize..3, place: prop::sample::Index, bit in 0_u8..8, document in 0_usize..18,
    ) {
        let sample = &DCAP[sample];
        let mut evidence = sample.evidence();
        let flip = |bytes: &mut Vec<u8>| {
            let at = place.index(bytes.len());
            bytes[at] ^= 1 << bit;
        };
        let text = match DOCUMENTS.get(document) {
            Some(document) => change_document(&mut evidence.collateral, document, flip),
            None => {
                flip(&mut evidence.quote);
                true
            }
        };
        prop_assert!(!text || dcap::verify::<Native>(evidence, sample.now).is_err());
    }
}
