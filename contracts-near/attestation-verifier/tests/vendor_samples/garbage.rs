//! No bytes make the verifier trap.

use attestation_verifier::{dcap, snp};
use borsh::BorshDeserialize;
use proofrail_near_interface::attestation::{DcapEvidence, SnpChainArgs, SnpReportArgs};
use proptest::prelude::*;

use crate::host::Native;
use crate::samples::{DCAP, DOCUMENTS, REPORT_MILAN, SEV_NOW, chain, change_document};

fn judge_all(bytes: &[u8]) {
    if let Ok(evidence) = DcapEvidence::try_from_slice(bytes) {
        assert!(dcap::verify::<Native>(evidence, SEV_NOW).is_err());
    }
    if let Ok(args) = SnpChainArgs::try_from_slice(bytes) {
        assert!(snp::verify_chain(&args, SEV_NOW).is_err());
    }
    if let Ok(args) = SnpReportArgs::try_from_slice(bytes) {
        assert!(snp::verify_report::<Native>(&args, SEV_NOW).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn arguments_should_never_trap(bytes in prop::collection::vec(any::<u8>(), 0..3_000)) {
        judge_all(&bytes);
    }

    /// Garbage where each part is expected, so that its parser is reached.
    #[test]
    fn parts_should_never_trap(
        garbage in prop::collection::vec(any::<u8>(), 0..2_000),
        sample in 0_usize..3,
        part in 0_usize..DOCUMENTS.len() + 1,
    ) {
        let sample = &DCAP[sample];
        let mut evidence = sample.evidence();
        match DOCUMENTS.get(part) {
            Some(document) => {
                change_document(&mut evidence.collateral, document, |bytes| *bytes = garbage.clone());
            }
            None => evidence.quote = garbage.clone(),
        }
        prop_assert!(dcap::verify::<Native>(evidence, sample.now).is_err());
        let mut args = chain(proofrail_near_interface::attestation::SnpProduct::Milan);
        args.vcek = garbage;
        prop_assert!(snp::verify_chain(&args, SEV_NOW).is_err());
    }

    /// A sample's beginning with another's end, and pieces overwritten.
    #[test]
    fn spliced_quotes_should_never_trap(
        first in 0_usize..3, second in 0_usize..3, cut: prop::sample::Index,
        patch in prop::collection::vec(any::<u8>(), 1..40), at: prop::sample::Index,
    ) {
        let sample = &DCAP[first];
        let mut evidence = sample.evidence();
        let cut = cut.index(sample.quote.len());
        evidence.quote.truncate(cut);
        evidence.quote.extend_from_slice(DCAP[second].quote.get(cut..).unwrap_or_default());
        let at = at.index(evidence.quote.len());
        for (byte, patch) in evidence.quote[at..].iter_mut().zip(&patch) {
            *byte ^= patch | 1;
        }
        prop_assert!(dcap::verify::<Native>(evidence, sample.now).is_err());
    }

    #[test]
    fn reports_should_never_trap(
        bytes in prop::collection::vec(any::<u8>(), 1..64), at: prop::sample::Index,
    ) {
        let vcek = proofrail_near_interface::attestation::SnpVcek {
            product: proofrail_near_interface::attestation::SnpProduct::Milan,
            public_key: proofrail_near_interface::Hex([7; 96]),
            chip_id: proofrail_near_interface::Hex(REPORT_MILAN[0x1a0..0x1e0].try_into().unwrap()),
            tcb: Default::default(),
            valid_from: 0,
            expires_at: u64::MAX,
        };
        let mut report = REPORT_MILAN.to_vec();
        let at = at.index(report.len());
        for (byte, patch) in report[at..].iter_mut().zip(&bytes) {
            *byte = *patch;
        }
        let args = SnpReportArgs { report, vcek };
        prop_assert!(snp::verify_report::<Native>(&args, SEV_NOW).is_err());
    }
}
