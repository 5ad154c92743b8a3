//! The production contracts: a vendor's real quote travels the whole way and is refused for its binding alone, and
//! nothing of the development root is in them.

use proofrail_near_interface::attestation::{
    DEV_DOMAIN, DEV_ROOT_PUBLIC_KEY, Evidence, METHOD_VERIFY_DEV,
};
use proofrail_tests_integration::near_market::{PRODUCTION, wasm};

use crate::PROTOCOL_VERSIONS;
use crate::market::{Attested, STATEMENT_KEY, refused};
use crate::samples;

#[test]
fn a_real_quote_should_be_authentic_and_refused_for_its_binding() {
    for version in PROTOCOL_VERSIONS {
        let mut attested = Attested::with_code(version, "", samples::TDX.now);
        attested.register("alice", STATEMENT_KEY);
        let evidence = Evidence::Dcap(Box::new(samples::TDX.evidence()));
        let reason = refused(attested.update("alice", &evidence));
        assert!(reason.contains("report_data is not that of"), "{reason}");
    }
}

#[test]
fn production_market_should_not_know_the_development_root() {
    let contains = |code: &[u8], mark: &[u8]| code.windows(mark.len()).any(|at| at == mark);
    let (production, development) = (wasm(PRODUCTION), wasm("prover_market_dev.wasm"));
    let mark = METHOD_VERIFY_DEV.as_bytes();
    assert!(!contains(&production, mark), "the production wasm calls verify_dev");
    assert!(contains(&development, mark), "else the search itself would be blind");
    for mark in [DEV_DOMAIN, &DEV_ROOT_PUBLIC_KEY[1..]] {
        assert!(!contains(&production, mark));
    }
}
