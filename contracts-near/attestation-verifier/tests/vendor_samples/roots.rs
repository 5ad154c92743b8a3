//! The pinned roots are those that the vendors publish.

use attestation_verifier::dcap::INTEL_ROOT_DER;
use attestation_verifier::host::Host;
use attestation_verifier::snp::{ARK_GENOA_DER, ARK_MILAN_DER, ARK_TURIN_DER};

use crate::host::Native;

fn fingerprint(der: &[u8]) -> String {
    Native::sha256(der).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn roots_should_have_the_published_fingerprints() {
    let pinned = [
        (INTEL_ROOT_DER, "44a0196b2b99f889b8e149e95b807a350e7424964399e885a7cbb8ccfab674d3"),
        (ARK_MILAN_DER, "69d063b45344d26a2e94e1f4210de49ef555308287d4c174445c95639a540bcd"),
        (ARK_GENOA_DER, "4c6598d19c18719c5dfd4a7d335f674e5bfe1d8f800cea2cf270c10d103db2f1"),
        (ARK_TURIN_DER, "1f084161a44bb6d93778a904877d4819cafa5d05ef4193b2ded9dd9c73dd3f6a"),
    ];
    for (der, expected) in pinned {
        assert_eq!(fingerprint(der), expected);
    }
}

#[test]
fn intel_root_should_be_the_same_as_text() {
    let text = include_str!("../../roots/intel_sgx_root.pem");
    assert_eq!(pem::parse(text).unwrap().contents(), INTEL_ROOT_DER);
}
