//! What attestations cost, with the verifier's part: on vendors' own samples where the production contracts take them,
//! under the development root where no sample could be bound to this market.

use near_devnode::Balance;
use proofrail_near_interface::attestation::{Evidence, SnpProduct};
use proofrail_near_interface::{MeasurementArgs, RegisterVcekArgs, method_names};
use proofrail_tests_integration::near_market::costs::{self, Costs, Limits};
use proofrail_tests_integration::near_market::{PRODUCTION, wasm};

use crate::PROTOCOL_VERSIONS;
use crate::market::{Attested, CODE, STATEMENT_KEY, encode_borsh, measurement_of, refused};
use crate::samples::{self, DCAP, REPORT_MILAN, SEV_NOW};
use crate::world::World;

const UPDATE: &str = method_names::UPDATE_ATTESTATION;
/// The most that each method may burn, Tgas. AMD's chains and reports are signed with RSA and P-384, which no host
/// function verifies.
const LIMITS: Limits<'_> = Limits {
    of: &[
        (UPDATE, 90.0),
        (method_names::REVERIFY_ATTESTATION, 40.0),
        (method_names::REGISTER_VCEK, 70.0),
    ],
    others: 15.0,
};

/// Authentic quotes of vendors, which the market refuses after all it has to do: they are bound to nothing here.
fn measure_vendors(version: u32, costs: &mut Costs) {
    let mut show = |world: &mut Attested, evidence: &Evidence, name: &str| {
        let reason = refused(world.update("alice", evidence));
        assert!(reason.contains("report_data is not that of"), "{name}: {reason}");
        costs.insert(format!("{UPDATE} {name}"), world.world.costs[UPDATE]);
    };
    for sample in DCAP {
        let mut attested = Attested::with_code(version, "", sample.now);
        attested.register("alice", STATEMENT_KEY);
        let evidence = Evidence::Dcap(Box::new(sample.evidence()));
        show(&mut attested, &evidence, sample.name);
    }
    let mut attested = Attested::with_code(version, "", SEV_NOW);
    attested.register("alice", STATEMENT_KEY);
    let method = method_names::REGISTER_VCEK;
    // The one whose account is opened by it, and the one that has an account.
    for product in [SnpProduct::Turin, SnpProduct::Milan] {
        let args = RegisterVcekArgs { chain: encode_borsh(&samples::chain(product)) };
        let kept = attested.world.ok("stranger", method, &args, Balance::from_near(1));
        assert!(kept.json::<bool>().unwrap());
    }
    show(&mut attested, &Evidence::SevSnp { report: REPORT_MILAN.to_vec() }, "snp_report");
    costs.insert(method.to_owned(), attested.world.costs[method]);
}

/// An accepted quote of the development root, another look at it, and the end of its code.
fn measure_development(version: u32) -> Costs {
    let mut attested = Attested::new(version);
    let evidence = attested.evidence();
    attested.update("alice", &evidence);
    assert!(attested.prover("alice").attestation.is_some());
    attested.reverify("stranger", "alice", &evidence);
    let args = MeasurementArgs { measurement: measurement_of(CODE) };
    let revoke = method_names::REVOKE_MEASUREMENT;
    attested.world.ok("guardian", revoke, &args, Balance::ZERO);
    let World { market } = attested.world;
    let kept = [UPDATE, method_names::REVERIFY_ATTESTATION, revoke];
    market.costs.into_iter().filter(|(method, _)| kept.contains(&method.as_str())).collect()
}

fn measure(version: u32) -> Costs {
    let mut costs = measure_development(version);
    measure_vendors(version, &mut costs);
    costs
}

#[test]
fn costs_should_be_those_of_the_snapshot() {
    let measured = PROTOCOL_VERSIONS.map(|version| (version, measure(version)));
    costs::check("policy-gas.json", &measured, &LIMITS, wasm(PRODUCTION).len());
}
