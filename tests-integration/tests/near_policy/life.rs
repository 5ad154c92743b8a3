//! An attestation from its acceptance to its end.

use near_devnode::Balance;
use proofrail_near_interface::{
    AttestationOutcome, AttestationPolicy, Change, ErrorCode, FundJobArgs, Hex, JobArgs, JobStatus,
    JobView, MarketEvent, MeasurementArgs, SkipReason, method_names,
};

use crate::PROTOCOL_VERSIONS;
use crate::market::{Attested, CODE, X25519_KEY, encode, measurement_of, refused};
use crate::world::events;

const YEAR: u64 = 365 * 24 * 3_600;

fn at_each_version(test: impl Fn(Attested)) {
    for version in PROTOCOL_VERSIONS {
        eprintln!("protocol version {version}");
        test(Attested::new(version));
    }
}

fn accepted(outcome: &AttestationOutcome) -> u64 {
    match outcome {
        AttestationOutcome::Accepted { expires_at } => *expires_at,
        other => panic!("not accepted: {other:?}"),
    }
}

impl Attested {
    fn fund_args(&self) -> FundJobArgs {
        FundJobArgs {
            circuit_id: self.circuit,
            public_inputs: vec![Hex([0; 32]); 2],
            fee: None,
            auction: None,
            commitment_allowed: false,
        }
    }

    /// Funds a job and asks for its draw; returns where the job stands and why seats were skipped.
    fn draw(&mut self) -> (JobStatus, Vec<SkipReason>) {
        let deposit = Balance::from_near(1);
        let args = self.fund_args();
        let funded = self.world.ok("client", method_names::FUND_JOB, &args, deposit);
        let args = JobArgs { job_id: funded.json().unwrap() };
        let drawn = self.world.ok("stranger", method_names::DRAW, &args, Balance::ZERO);
        let skipped = events(&drawn).into_iter().flat_map(|event| match event {
            MarketEvent::DrawVoid { skipped, .. } => skipped,
            _ => Vec::new(),
        });
        let skipped = skipped.map(|skipped| skipped.reason).collect();
        let job: Option<JobView> = self.world.view(method_names::JOB, &args);
        (job.unwrap().status, skipped)
    }
}

#[test]
fn a_circuit_that_demands_a_tee_should_be_served_by_attested_provers_only() {
    at_each_version(|mut attested| {
        let (args, deposit) = (attested.fund_args(), Balance::from_near(1));
        let (fund, none) = (method_names::FUND_JOB, ErrorCode::NoProvers);
        attested.world.refuse("client", fund, &args, deposit, none);

        let evidence = attested.evidence();
        let expires_at = accepted(&attested.update("alice", &evidence));
        let view = attested.prover("alice").attestation.unwrap();
        assert_eq!(view.expires_at, expires_at);
        assert_eq!(view.measurement, measurement_of(CODE));
        // The cap of the policy, far before the certificate's end.
        let cap = AttestationPolicy::of_network("devnet").max_age_s;
        assert!(
            expires_at <= attested.world.now() + cap
                && expires_at + 60 > attested.world.now() + cap
        );

        attested.world.pass(120);
        assert!(matches!(attested.draw().0, JobStatus::Assigned { .. }));
    });
}

#[test]
fn a_lapsed_attestation_should_stop_draws_at_once() {
    at_each_version(|mut attested| {
        let evidence = attested.evidence();
        let expires_at = accepted(&attested.update("alice", &evidence));
        let beat = method_names::HEARTBEAT;
        let until = expires_at - attested.world.now();
        attested.world.pass(until - 10);
        attested.world.ok("alice", beat, &serde_json::json!({}), Balance::ZERO);
        attested.world.pass(20);
        let (status, skipped) = attested.draw();
        assert!(matches!(status, JobStatus::Funded { .. }), "{status:?}");
        assert!(!skipped.is_empty() && skipped.iter().all(|why| *why == SkipReason::Unattested));

        // Her next sign of life takes her out of the sets to come as well.
        attested.world.ok("alice", beat, &serde_json::json!({}), Balance::ZERO);
        attested.world.pass(60);
        let (args, deposit) = (attested.fund_args(), Balance::from_near(1));
        let (fund, none) = (method_names::FUND_JOB, ErrorCode::NoProvers);
        attested.world.refuse("client", fund, &args, deposit, none);
    });
}

#[test]
fn a_revoked_measurement_should_stop_draws_at_once_and_for_ever() {
    at_each_version(|mut attested| {
        let evidence = attested.evidence();
        accepted(&attested.update("alice", &evidence));
        let args = MeasurementArgs { measurement: measurement_of(CODE) };
        let revoke = method_names::REVOKE_MEASUREMENT;
        attested.world.refuse("dao", revoke, &args, Balance::ZERO, ErrorCode::NotPermitted);
        attested.world.ok("guardian", revoke, &args, Balance::ZERO);
        let (_, skipped) = attested.draw();
        assert!(skipped.iter().all(|why| *why == SkipReason::Unattested) && !skipped.is_empty());

        let evidence = attested.evidence();
        let reason = refused(attested.update("alice", &evidence));
        assert!(reason.contains("revoked"), "{reason}");
        attested.world.refuse(
            "guardian",
            revoke,
            &args,
            Balance::ZERO,
            ErrorCode::MeasurementRevoked,
        );
    });
}

#[test]
fn superseded_code_should_count_through_its_grace_period_only() {
    at_each_version(|mut attested| {
        let evidence = attested.evidence();
        accepted(&attested.update("alice", &evidence));
        let measurement = measurement_of(CODE);
        attested.world.make(Change::SupersedeMeasurement { measurement, grace_s: 1_000 });
        attested.world.ok("alice", method_names::HEARTBEAT, &serde_json::json!({}), Balance::ZERO);
        assert!(matches!(attested.draw().0, JobStatus::Assigned { .. }));
        attested.world.pass(1_001);
        let (_, skipped) = attested.draw();
        assert!(skipped.iter().all(|why| *why == SkipReason::Unattested) && !skipped.is_empty());
    });
}

#[test]
fn another_x25519_key_should_end_the_attestation() {
    at_each_version(|mut attested| {
        let evidence = attested.evidence();
        accepted(&attested.update("alice", &evidence));
        let mut other = X25519_KEY;
        other[0] ^= 1;
        let capacity = attested.capacity(other);
        let deposit = Balance::from_near(1);
        attested.world.ok("alice", method_names::SET_CAPACITY, &capacity, deposit);
        attested.world.pass(120);
        let fund = attested.fund_args();
        let funded =
            attested.world.raw("client", method_names::FUND_JOB, &fund, Balance::from_near(1));
        // Nobody is left to be drawn, or the one seat is skipped.
        if funded.is_success() {
            let (_, skipped) = attested.draw();
            assert!(
                skipped.iter().all(|why| *why == SkipReason::Unattested) && !skipped.is_empty()
            );
        }
        let old = attested.quote(&attested.binding("alice"), |_| {});
        accepted(&attested.update("alice", &old));
    });
}

#[test]
fn anyone_should_be_able_to_have_a_quote_judged_anew() {
    at_each_version(|mut attested| {
        let evidence = attested.evidence();
        let first = accepted(&attested.update("alice", &evidence));
        attested.world.pass(1_000);
        let later = accepted(&attested.reverify("stranger", "alice", &evidence));
        assert!(later >= first + 1_000, "the same quote counts from now");
        assert_eq!(attested.prover("alice").attestation_nonce, 1, "a second look uses no number");

        // Other evidence is not the accepted quote's.
        let other = attested.quote(&attested.binding("alice"), |body| body.measurement = [1; 32]);
        let args = serde_json::json!({
            "prover_id": "alice.test.near",
            "evidence": encode(&other),
        });
        let method = method_names::REVERIFY_ATTESTATION;
        attested.world.refuse("stranger", method, &args, Balance::ZERO, ErrorCode::NotTheQuote);

        // Under a policy that refuses the platform, another look ends the attestation.
        let policy = AttestationPolicy {
            intel_statuses: Vec::new(),
            ..AttestationPolicy::of_network("devnet")
        };
        attested.world.make(Change::AttestationPolicy(policy));
        assert!(attested.prover("alice").attestation.is_some());
        let reason = refused(attested.reverify("stranger", "alice", &evidence));
        assert!(reason.contains("TCB"), "{reason}");
        assert_eq!(attested.prover("alice").attestation, None);
    });
}

#[test]
fn a_policy_out_of_range_should_not_be_scheduled() {
    let mut attested = Attested::new(PROTOCOL_VERSIONS[0]);
    let policy =
        AttestationPolicy { max_age_s: 2 * YEAR, ..AttestationPolicy::of_network("devnet") };
    let args =
        proofrail_near_interface::ScheduleChangeArgs { change: Change::AttestationPolicy(policy) };
    let method = method_names::SCHEDULE_CHANGE;
    let (deposit, code) = (Balance::from_near(1), ErrorCode::BadPolicy);
    attested.world.refuse("dao", method, &args, deposit, code);
}
