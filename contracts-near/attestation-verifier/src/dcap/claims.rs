//! From what `dcap-qvl` read to what the market judges.

use dcap_qvl::quote::{EnclaveReport, Report as Body, TDReport10};
use dcap_qvl::{QuoteClaims, TcbStatus as Claimed};
use proofrail_near_interface::Hex;
use proofrail_near_interface::attestation::{Platform, Report, TcbStatus, bounded_advisories};

use crate::Refusal;
use crate::digest::{measurement, platform_id};
use crate::host::Host;

/// SGX attributes: the enclave is in debug mode.
const SGX_DEBUG: u8 = 0x02;
/// TD attributes, first byte: the TD is under debug or profiled; Intel calls it untrusted then.
const TD_UNDER_DEBUG: u8 = 0xff;

pub(super) fn report<H: Host>(claims: QuoteClaims) -> Result<Report, Refusal> {
    let ppid = &claims.platform.pck.ppid;
    if ppid.len() != 16 || ppid.iter().all(|byte| *byte == 0) {
        return Err(Refusal::Unsupported("a platform without a PPID"));
    }
    let body = match &claims.report {
        Body::SgxEnclave(enclave) => sgx::<H>(enclave),
        Body::TD10(td) => tdx::<H>(td),
        Body::TD15(td) => tdx::<H>(&td.base),
        Body::TD15Ex(td) => tdx::<H>(&td.base.base),
    };
    let (advisory_ids, advisories_truncated) = bounded_advisories(claims.tcb.advisory_ids);
    Ok(Report {
        platform: body.platform,
        platform_id: platform_id::<H>(b"intel-ppid", ppid),
        measurement: body.measurement,
        report_data: Hex(body.report_data),
        tcb_status: status(claims.tcb.status)?,
        tcb_date: Some(claims.platform.tcb_date_tag),
        tcb_evaluation: Some(claims.tcb.eval_data_number),
        advisory_ids,
        advisories_truncated,
        debug: body.debug,
        expires_at: claims.earliest_expiration_date,
    })
}

struct Stated {
    platform: Platform,
    measurement: Hex<32>,
    report_data: [u8; 64],
    debug: bool,
}

/// MRENCLAVE is the code. The rest is what its signer or loader chose about it: flags, MISCSELECT, MRSIGNER,
/// product and version, and the four fields of key separation and sharing (KSS), which lie in the reserved areas
/// 1, 3 and 4. Left out are CPUSVN, which the TCB judges, and XFRM, which follows the processor.
fn sgx<H: Host>(enclave: &EnclaveReport) -> Stated {
    let (flags, _xfrm) = enclave.attributes.split_at(8);
    let registers: [&[u8]; 9] = [
        &enclave.mr_enclave,
        &enclave.mr_signer,
        &enclave.isv_prod_id.to_le_bytes(),
        &enclave.isv_svn.to_le_bytes(),
        flags,
        &enclave.misc_select.to_le_bytes(),
        &enclave.reserved1,
        &enclave.reserved3,
        &enclave.reserved4,
    ];
    Stated {
        platform: Platform::Sgx,
        measurement: measurement::<H>(b"sgx", &registers),
        report_data: enclave.report_data,
        debug: enclave.attributes[0] & SGX_DEBUG != 0,
    }
}

/// MRTD and RTMR0..3 are the code: firmware, kernel, command line, root file system. MRCONFIGID, MROWNER and
/// MROWNERCONFIG are what the machine's owner chose at launch (workloads read their configuration from there), so
/// they count as code, as do the TD's attributes. Left out are MRSEAM and the SVNs, which the TCB judges, and
/// XFAM, which follows the processor.
fn tdx<H: Host>(td: &TDReport10) -> Stated {
    let registers: [&[u8]; 9] = [
        &td.mr_td,
        &td.rt_mr0,
        &td.rt_mr1,
        &td.rt_mr2,
        &td.rt_mr3,
        &td.mr_config_id,
        &td.mr_owner,
        &td.mr_owner_config,
        &td.td_attributes,
    ];
    Stated {
        platform: Platform::Tdx,
        measurement: measurement::<H>(b"tdx", &registers),
        report_data: td.report_data,
        debug: td.td_attributes[0] & TD_UNDER_DEBUG != 0,
    }
}

fn status(claimed: Claimed) -> Result<TcbStatus, Refusal> {
    Ok(match claimed {
        Claimed::UpToDate => TcbStatus::UpToDate,
        Claimed::OutOfDateConfigurationNeeded => TcbStatus::OutOfDateConfigurationNeeded,
        Claimed::OutOfDate => TcbStatus::OutOfDate,
        Claimed::ConfigurationAndSWHardeningNeeded => TcbStatus::ConfigurationAndSWHardeningNeeded,
        Claimed::ConfigurationNeeded => TcbStatus::ConfigurationNeeded,
        Claimed::SWHardeningNeeded => TcbStatus::SWHardeningNeeded,
        Claimed::TDRelaunchAdvised => TcbStatus::TDRelaunchAdvised,
        Claimed::TDRelaunchAdvisedConfigurationNeeded => {
            TcbStatus::TDRelaunchAdvisedConfigurationNeeded
        }
        // The library refuses it before; said again so that no release of it can change that.
        Claimed::Revoked => return Err(Refusal::Dcap("the TCB is revoked".to_owned())),
    })
}
