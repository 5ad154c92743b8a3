use std::fs;

use proofrail_near_interface::{Hex, attestation::nonce_bytes};

use super::{
    fake_kernel::{pipe, serve, tsm_entry},
    *,
};

const DATA: [u8; 64] = [0x5a; 64];

fn snp_report(data: &[u8]) -> Vec<u8> {
    let mut report = vec![0; 1184];
    report[0x50..0x90].copy_from_slice(data);
    report
}

fn tdx_quote(data: &[u8]) -> Vec<u8> {
    let mut quote = vec![0; 700];
    (quote[0], quote[4]) = (4, 0x81);
    quote[568..632].copy_from_slice(data);
    quote
}

fn sgx_quote(data: &[u8]) -> Vec<u8> {
    let mut quote = vec![0; 500];
    quote[0] = 3;
    quote[368..432].copy_from_slice(data);
    quote
}

fn binding() -> Binding {
    Binding {
        network: "testnet".to_owned(),
        contract: "market.testnet".parse().unwrap(),
        account: "prover.testnet".parse().unwrap(),
        account_key: Hex([1; 32]),
        enclave_key: Hex([2; 32]),
        nonce: nonce_bytes(0),
    }
}

#[test]
fn configfs_should_give_the_quote_of_each_provider() {
    for (provider, quote) in
        [("sev_guest", snp_report as fn(&[u8]) -> Vec<u8>), ("tdx_guest", tdx_quote)]
    {
        let root = tempfile::tempdir().unwrap();
        let asked = tsm_entry(root.path(), provider, 0, quote);
        let got = ConfigfsTsm::new(root.path()).quote(&DATA).unwrap();
        assert_eq!(asked.recv().unwrap(), DATA);
        match got {
            Quote::SevSnp(bytes) => assert_eq!((provider, bytes), ("sev_guest", snp_report(&DATA))),
            Quote::Dcap(bytes) => assert_eq!((provider, bytes), ("tdx_guest", tdx_quote(&DATA))),
            #[cfg(feature = "dev-attestation")]
            Quote::Dev(_) => panic!("a development quote"),
        }
    }
}

#[test]
fn configfs_should_notice_that_somebody_else_wrote() {
    let root = tempfile::tempdir().unwrap();
    let _asked = tsm_entry(root.path(), "sev_guest", 1, snp_report);
    let error = ConfigfsTsm::new(root.path()).quote(&DATA).unwrap_err();
    assert!(matches!(error, QuoteError::Disturbed), "{error}");
}

#[test]
fn configfs_should_refuse_an_unknown_provider() {
    let root = tempfile::tempdir().unwrap();
    let _asked = tsm_entry(root.path(), "other_guest", 0, snp_report);
    let error = ConfigfsTsm::new(root.path()).quote(&DATA).unwrap_err();
    assert!(matches!(&error, QuoteError::Provider(name) if name == "other_guest"), "{error}");
}

#[test]
fn configfs_should_refuse_a_quote_of_other_data() {
    let root = tempfile::tempdir().unwrap();
    let _asked = tsm_entry(root.path(), "sev_guest", 0, |_| snp_report(&[1; 64]));
    let error = ConfigfsTsm::new(root.path()).quote(&DATA).unwrap_err();
    assert!(matches!(error, QuoteError::OtherData), "{error}");
}

#[test]
fn an_absent_interface_should_be_named_with_the_cure() {
    let root = tempfile::tempdir().unwrap();
    let error = ConfigfsTsm::new(root.path().join("none")).quote(&DATA).unwrap_err();
    assert!(error.to_string().contains("mount configfs"), "{error}");
    let error = Gramine::new(root.path()).quote(&DATA).unwrap_err();
    assert!(error.to_string().contains("gramine-sgx"), "{error}");
}

#[test]
fn gramine_should_give_the_quote_of_the_enclave() {
    let root = tempfile::tempdir().unwrap();
    let (input, output) = (root.path().join("user_report_data"), root.path().join("quote"));
    pipe(&input);
    pipe(&output);
    let asked = serve(input, output, sgx_quote);
    let quote = Gramine::new(root.path()).quote(&DATA).unwrap();
    assert_eq!(quote, Quote::Dcap(sgx_quote(&DATA)));
    assert_eq!(asked.recv().unwrap(), DATA);
}

#[tokio::test]
async fn evidence_should_be_bound_and_readable_by_the_verifier() {
    let root = tempfile::tempdir().unwrap();
    let asked = tsm_entry(root.path(), "sev_guest", 0, snp_report);
    let text = evidence(&ConfigfsTsm::new(root.path()), None, &binding()).await.unwrap();
    let expected = report_data(&binding(), |bytes| Sha256::digest(bytes).into());
    assert_eq!(asked.recv().unwrap(), expected);
    let bytes = BASE64_STANDARD.decode(text).unwrap();
    let evidence: Evidence = borsh::from_slice(&bytes).unwrap();
    assert_eq!(evidence, Evidence::SevSnp { report: snp_report(&expected) });
}

#[tokio::test]
async fn an_intel_quote_should_take_its_collateral_from_the_file() {
    let root = tempfile::tempdir().unwrap();
    let source = ConfigfsTsm::new(root.path());
    let _asked = tsm_entry(root.path(), "tdx_guest", 0, tdx_quote);
    let error = evidence(&source, None, &binding()).await.unwrap_err();
    assert!(matches!(error, EvidenceError::Collateral(CollateralError::None)), "{error}");

    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("collateral.json");
    let json = serde_json::json!({
        "pck_crl_issuer_chain": "", "root_ca_crl": "aa", "pck_crl": "bb",
        "tcb_info_issuer_chain": "", "tcb_info": "{}", "tcb_info_signature": "cc",
        "qe_identity_issuer_chain": "", "qe_identity": "{}", "qe_identity_signature": "dd",
    });
    fs::write(&path, json.to_string()).unwrap();
    let source = ConfigfsTsm::new(root.path());
    let _asked = tsm_entry(root.path(), "tdx_guest", 0, tdx_quote);
    let text = evidence(&source, Some(&CollateralSource::File(path)), &binding()).await.unwrap();
    let bytes = BASE64_STANDARD.decode(text).unwrap();
    let evidence: Evidence = borsh::from_slice(&bytes).unwrap();
    let Evidence::Dcap(dcap) = evidence else { panic!("{evidence:?}") };
    assert_eq!((dcap.collateral.root_ca_crl, dcap.collateral.pck_crl), (vec![0xaa], vec![0xbb]));
}
