//! What the samples are found to be.

use proofrail_near_interface::attestation::{
    METHOD_VERIFY_DCAP, METHOD_VERIFY_DCAP_JSON, METHOD_VERIFY_SNP_CHAIN, METHOD_VERIFY_SNP_REPORT,
    Platform, SnpChainVerdict, SnpProduct, SnpReportArgs, SnpVcek, TcbStatus, Verdict,
};

use crate::PROTOCOL_VERSIONS;
use crate::samples::{DCAP, REPORT_MILAN, SEV_NOW, SGX, TDX_OUTDATED, chain};
use crate::world::{PRODUCTION, World, rejected, verified};

pub fn vcek(world: &World, product: SnpProduct) -> SnpVcek {
    match world.view(METHOD_VERIFY_SNP_CHAIN, &chain(product)) {
        SnpChainVerdict::Verified(vcek) => vcek,
        SnpChainVerdict::Rejected(rejection) => panic!("{rejection:?}"),
    }
}

#[test]
fn verify_dcap_should_verify_each_sample_in_borsh_and_json() {
    for version in PROTOCOL_VERSIONS {
        for sample in DCAP {
            let world = World::new(version, sample.now, PRODUCTION);
            let report = verified(world.view(METHOD_VERIFY_DCAP, &sample.evidence()));
            let platform = if sample.name == SGX.name { Platform::Sgx } else { Platform::Tdx };
            assert_eq!(report.platform, platform);
            assert!(!report.debug && report.expires_at > sample.now);
            let json = serde_json::to_vec(&sample.evidence()).unwrap();
            let answer = world.raw(METHOD_VERIFY_DCAP_JSON, json);
            assert_eq!(answer.json::<Verdict>().unwrap(), Verdict::Verified(report));
        }
    }
}

#[test]
fn verify_dcap_should_reject_once_the_collateral_has_expired() {
    let now =
        verified(World::new(86, SGX.now, PRODUCTION).view(METHOD_VERIFY_DCAP, &SGX.evidence()))
            .expires_at;
    let late = World::new(86, now, PRODUCTION);
    assert!(rejected(late.view(METHOD_VERIFY_DCAP, &SGX.evidence())).is_some());
}

#[test]
fn verify_dcap_should_reject_a_platform_below_every_tcb_level() {
    let world = World::new(86, TDX_OUTDATED.now, PRODUCTION);
    let rejection = rejected(world.view(METHOD_VERIFY_DCAP, &TDX_OUTDATED.evidence())).unwrap();
    assert_eq!(rejection.reason, "DCAP: No matching TCB level found");
}

#[test]
fn verify_snp_should_verify_chains_and_the_report() {
    for version in PROTOCOL_VERSIONS {
        let world = World::new(version, SEV_NOW, PRODUCTION);
        assert_ne!(vcek(&world, SnpProduct::Turin).tcb.fmc, 0);
        let vcek = vcek(&world, SnpProduct::Milan);
        let args = SnpReportArgs { report: REPORT_MILAN.to_vec(), vcek };
        let report = verified(world.view(METHOD_VERIFY_SNP_REPORT, &args));
        assert_eq!(report.platform, Platform::SevSnp);
        assert_eq!(report.tcb_status, TcbStatus::Snp(vcek.tcb));
        assert_eq!(report.report_data.0, REPORT_MILAN[0x50..0x90]);
    }
}
