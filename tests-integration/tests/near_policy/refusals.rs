//! Authentic quotes that the policy refuses, and evidence that is none.

use near_devnode::Balance;
use proofrail_near_interface::attestation::{Binding, Evidence, TcbStatus, nonce_bytes};
use proofrail_near_interface::{AttestationOutcome, Change, ErrorCode, Hex, method_names};

use crate::PROTOCOL_VERSIONS;
use crate::market::{Attested, encode, refused};
use crate::world::id;

#[test]
fn a_quote_bound_to_anything_else_should_be_refused() {
    for version in PROTOCOL_VERSIONS {
        let mut attested = Attested::new(version);
        let own = attested.binding("alice");
        let others = [
            Binding { network: "mainnet".to_owned(), ..own.clone() },
            Binding { contract: id("verifier"), ..own.clone() },
            Binding { account: id("bob"), ..own.clone() },
            Binding { account_key: Hex([9; 32]), ..own.clone() },
            Binding { enclave_key: Hex([9; 32]), ..own.clone() },
            Binding { nonce: nonce_bytes(1), ..own.clone() },
        ];
        for other in others {
            let evidence = attested.quote(&other, |_| {});
            let reason = refused(attested.update("alice", &evidence));
            assert!(reason.contains("report_data"), "{other:?}: {reason}");
        }
        assert_eq!(attested.prover("alice").attestation, None);
        assert_eq!(attested.prover("alice").attestation_nonce, 0);
    }
}

#[test]
fn a_quote_should_be_used_once_and_by_its_owner() {
    for version in PROTOCOL_VERSIONS {
        let mut attested = Attested::new(version);
        attested.register("bob", [0x52; 32]);
        let evidence = attested.evidence();
        let reason = refused(attested.update("bob", &evidence));
        assert!(reason.contains("report_data"), "{reason}");
        assert!(matches!(attested.update("alice", &evidence), AttestationOutcome::Accepted { .. }));
        // The number has moved on; the same quote shown again is bound to an old one.
        let reason = refused(attested.update("alice", &evidence));
        assert!(reason.contains("report_data"), "{reason}");
    }
}

#[test]
fn debug_mode_unknown_code_and_old_firmware_should_be_refused() {
    for version in PROTOCOL_VERSIONS {
        let mut attested = Attested::new(version);
        let own = attested.binding("alice");
        let debug = attested.quote(&own, |body| body.debug = true);
        assert!(refused(attested.update("alice", &debug)).contains("debug"));
        let unknown = attested.quote(&own, |body| body.measurement = [1; 32]);
        assert!(refused(attested.update("alice", &unknown)).contains("measurement"));
        let old = attested.quote(&own, |body| body.tcb_status = TcbStatus::OutOfDate);
        assert!(refused(attested.update("alice", &old)).contains("TCB"));
        assert_eq!(attested.prover("alice").attestation, None);
    }
}

#[test]
fn a_forged_quote_should_change_nothing() {
    for version in PROTOCOL_VERSIONS {
        let mut attested = Attested::new(version);
        let Evidence::Dev { mut quote } = attested.evidence() else {
            panic!("no development quote")
        };
        let last = quote.len() - 1;
        quote[last] ^= 1;
        refused(attested.update("alice", &Evidence::Dev { quote }));
        let evidence = attested.evidence();
        assert!(matches!(attested.update("alice", &evidence), AttestationOutcome::Accepted { .. }));
        let before = attested.prover("alice").attestation;
        let Evidence::Dev { mut quote } = evidence else { panic!("no development quote") };
        quote[last] ^= 1;
        let args = serde_json::json!({
            "prover_id": "alice.test.near",
            "evidence": encode(&Evidence::Dev { quote }),
        });
        let method = method_names::REVERIFY_ATTESTATION;
        attested.world.refuse("stranger", method, &args, Balance::ZERO, ErrorCode::NotTheQuote);
        assert_eq!(attested.prover("alice").attestation, before);
    }
}

#[test]
fn unreadable_evidence_should_be_refused_by_name() {
    let mut attested = Attested::new(PROTOCOL_VERSIONS[0]);
    let method = method_names::UPDATE_ATTESTATION;
    for evidence in ["", "no base64!", "AAAA", "/////w=="] {
        let args = serde_json::json!({ "evidence": evidence });
        attested.world.refuse("alice", method, &args, Balance::ZERO, ErrorCode::BadEvidence);
    }
    let args = serde_json::json!({ "evidence": encode(&attested.evidence()) });
    attested.world.refuse("client", method, &args, Balance::ZERO, ErrorCode::ProverUnknown);
}

#[test]
fn a_verifier_that_does_not_answer_should_change_nothing() {
    for version in PROTOCOL_VERSIONS {
        let mut attested = Attested::new(version);
        let verifier_id = Some(id("stranger"));
        attested.world.make(Change::SetVerifier { verifier_id });
        let evidence = attested.evidence();
        assert_eq!(attested.update("alice", &evidence), AttestationOutcome::Unreachable);
        assert_eq!(attested.prover("alice").attestation, None);
        attested.world.make(Change::SetVerifier { verifier_id: None });
        let args = serde_json::json!({ "evidence": encode(&attested.evidence()) });
        let method = method_names::UPDATE_ATTESTATION;
        attested.world.refuse("alice", method, &args, Balance::ZERO, ErrorCode::NoVerifier);
    }
}
