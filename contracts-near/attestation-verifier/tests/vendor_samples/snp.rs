use attestation_verifier::{Refusal, snp};
use proofrail_near_interface::attestation::{
    Platform, RejectionCode, Report, SnpProduct, SnpReportArgs, SnpTcb, SnpVcek, TcbStatus,
};
use proptest::prelude::*;

use crate::host::Native;
use crate::samples::{ASK_GENOA, ASK_MILAN, ASK_TURIN, REPORT_MILAN, SEV_NOW, chain};

fn vcek(product: SnpProduct) -> SnpVcek {
    snp::verify_chain(&chain(product), SEV_NOW).unwrap()
}

fn judge(report: &[u8], vcek: SnpVcek) -> Result<Report, Refusal> {
    let args = SnpReportArgs { report: report.to_vec(), vcek };
    snp::verify_report::<Native>(&args, SEV_NOW)
}

#[test]
fn verify_chain_should_certify_the_samples_chips() {
    let milan = vcek(SnpProduct::Milan);
    assert_eq!(milan.chip_id.0, REPORT_MILAN[0x1a0..0x1e0]);
    assert_eq!(milan.tcb, SnpTcb { fmc: 0, bootloader: 3, tee: 0, snp: 8, microcode: 115 });
    // 3 April 2023 and 2030, 19:23:43 UTC.
    assert_eq!((milan.valid_from, milan.expires_at), (1_680_549_823, 1_901_474_623));
    let turin = vcek(SnpProduct::Turin);
    assert_eq!(turin.chip_id.0[8..], [0; 56]);
    assert_ne!(turin.chip_id.0[..8], [0; 8]);
}

#[test]
fn verify_report_should_read_the_sample() {
    let report = judge(REPORT_MILAN, vcek(SnpProduct::Milan)).unwrap();
    assert_eq!(report.platform, Platform::SevSnp);
    assert_eq!(report.report_data.0, REPORT_MILAN[0x50..0x90]);
    assert_eq!(report.tcb_status, TcbStatus::Snp(vcek(SnpProduct::Milan).tcb));
    assert_eq!(report.expires_at, vcek(SnpProduct::Milan).expires_at);
    assert!(!report.debug);
}

#[test]
fn verify_chain_should_refuse_another_line_s_certificates() {
    for product in [SnpProduct::Milan, SnpProduct::Genoa, SnpProduct::Turin] {
        for (line, ask) in [
            (SnpProduct::Milan, ASK_MILAN),
            (SnpProduct::Genoa, ASK_GENOA),
            (SnpProduct::Turin, ASK_TURIN),
        ] {
            for chip in [SnpProduct::Milan, SnpProduct::Turin] {
                let mut args = chain(chip);
                (args.product, args.ask) = (product, ask.to_vec());
                let right = product == line && line == chip;
                assert_eq!(
                    snp::verify_chain(&args, SEV_NOW).is_ok(),
                    right,
                    "{product:?} {line:?}"
                );
            }
        }
    }
    let mut root_as_ask = chain(SnpProduct::Milan);
    root_as_ask.ask = snp::ARK_MILAN_DER.to_vec();
    assert_eq!(snp::verify_chain(&root_as_ask, SEV_NOW), Err(Refusal::Role("the ASK")));
    let mut ask_as_vcek = chain(SnpProduct::Milan);
    ask_as_vcek.vcek = ASK_MILAN.to_vec();
    assert_eq!(snp::verify_chain(&ask_as_vcek, SEV_NOW), Err(Refusal::Role("the VCEK")));
}

#[test]
fn verify_should_keep_to_the_chain_s_validity() {
    let args = chain(SnpProduct::Milan);
    let key = vcek(SnpProduct::Milan);
    let report = SnpReportArgs { report: REPORT_MILAN.to_vec(), vcek: key };
    for (now, good) in [
        (key.valid_from - 1, false),
        (key.valid_from, true),
        (key.expires_at - 1, true),
        (key.expires_at, false),
    ] {
        assert_eq!(snp::verify_chain(&args, now).is_ok(), good, "{now}");
        assert_eq!(snp::verify_report::<Native>(&report, now).is_ok(), good, "{now}");
    }
    let late = snp::verify_chain(&args, key.expires_at + 1).unwrap_err();
    assert_eq!(late.code(), RejectionCode::NotInForce);
}

#[test]
fn verify_report_should_refuse_another_chip_firmware_or_key() {
    let key = vcek(SnpProduct::Milan);
    let mut chip = key;
    chip.chip_id.0[0] ^= 1;
    assert_eq!(judge(REPORT_MILAN, chip), Err(Refusal::Mismatch("chip id")));
    let mut firmware = key;
    firmware.tcb.snp += 1;
    assert_eq!(judge(REPORT_MILAN, firmware), Err(Refusal::Mismatch("reported TCB")));
    let other = SnpVcek { public_key: vcek(SnpProduct::Turin).public_key, ..key };
    assert_eq!(judge(REPORT_MILAN, other), Err(Refusal::Signature("the report")));
    let mut no_point = key;
    no_point.public_key.0[0] ^= 1;
    assert!(judge(REPORT_MILAN, no_point).is_err());
}

#[test]
fn verify_report_should_refuse_every_flipped_bit() {
    let key = vcek(SnpProduct::Milan);
    // The signed part costs a signature each: one bit in three. Of the rest, every bit.
    let (signed, all) = (0x2a0 * 8, REPORT_MILAN.len() * 8);
    for bit in (0..signed).step_by(3).chain(signed..all) {
        let mut report = REPORT_MILAN.to_vec();
        report[bit / 8] ^= 1 << (bit % 8);
        assert!(judge(&report, key).is_err(), "bit {bit} was accepted");
    }
}

#[test]
fn verify_report_should_refuse_another_length() {
    let key = vcek(SnpProduct::Milan);
    let mut long = REPORT_MILAN.to_vec();
    long.push(0);
    for report in [&long, &REPORT_MILAN[..1_183], &[]] {
        assert_eq!(judge(report, key).unwrap_err().code(), RejectionCode::Malformed);
    }
}

#[test]
fn verify_chain_should_refuse_flips_in_each_certificate() {
    for product in [SnpProduct::Milan, SnpProduct::Turin] {
        let whole = chain(product);
        for bit in (0..whole.ask.len() * 8).step_by(37) {
            let mut args = whole.clone();
            args.ask[bit / 8] ^= 1 << (bit % 8);
            assert!(snp::verify_chain(&args, SEV_NOW).is_err(), "{product:?}, ASK bit {bit}");
        }
        for bit in (0..whole.vcek.len() * 8).step_by(37) {
            let mut args = whole.clone();
            args.vcek[bit / 8] ^= 1 << (bit % 8);
            assert!(snp::verify_chain(&args, SEV_NOW).is_err(), "{product:?}, VCEK bit {bit}");
        }
    }
}

#[test]
fn verify_chain_should_refuse_truncated_and_longer_certificates() {
    let whole = chain(SnpProduct::Milan);
    for length in (0..whole.vcek.len()).step_by(13) {
        let mut args = whole.clone();
        args.vcek.truncate(length);
        assert!(snp::verify_chain(&args, SEV_NOW).is_err(), "{length}");
    }
    for ask in [true, false] {
        let mut args = whole.clone();
        if ask {
            args.ask.push(0)
        } else {
            args.vcek.push(0)
        }
        assert!(snp::verify_chain(&args, SEV_NOW).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn verify_chain_should_refuse_any_flip(place: prop::sample::Index, bit in 0_u8..8, ask: bool) {
        let mut args = chain(SnpProduct::Milan);
        let bytes = if ask { &mut args.ask } else { &mut args.vcek };
        let at = place.index(bytes.len());
        bytes[at] ^= 1 << bit;
        prop_assert!(snp::verify_chain(&args, SEV_NOW).is_err());
    }
}
