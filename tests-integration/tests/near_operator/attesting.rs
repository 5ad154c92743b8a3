//! Quotes that a running prover shows by itself.

use std::{fs, time::Duration};

use proofrail_deploy::contracts::near::DEVELOPMENT_MEASUREMENT;
use proofrail_near_interface::{AttestationView, Hex};

use crate::world::World;

const DAY: u64 = 24 * 3_600;

/// A registered prover whose machine says that it runs code of this measurement.
async fn on_a_machine(measurement: Hex<32>) -> World {
    let world = World::registered("").await;
    let section = format!(
        "\n[attestation]\nsource = \"development\"\n\
         development = {{ platform = \"a machine\", measurement = \"{measurement}\" }}\n"
    );
    let file = world.folder().join("prover.toml");
    fs::write(&file, fs::read_to_string(&file).unwrap() + &section).unwrap();
    world
}

async fn attested(world: &World, since: u64) -> AttestationView {
    for _ in 0..150 {
        let view = world.prover().await.unwrap().attestation;
        if let Some(view) = view.filter(|view| view.verified_at > since) {
            return view;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("no attestation after {since}: {:?}", world.prover().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attestation_should_be_renewed_before_it_lapses() {
    let world = on_a_machine(DEVELOPMENT_MEASUREMENT).await;
    let running = world.operator.spawn(&["run"]);
    let first = attested(&world, 0).await;
    assert_eq!(first.measurement, DEVELOPMENT_MEASUREMENT);
    assert!(first.expires_at >= first.verified_at + 29 * DAY, "{first:?}");

    world.advance(25 * DAY).await;
    let second = attested(&world, first.verified_at).await;
    assert!(second.verified_at < first.expires_at, "it lapsed in between");
    assert!(second.expires_at > first.expires_at && second.quote_hash != first.quote_hash);
    running.terminate();
    running.ended().await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_of_unknown_code_should_be_refused_and_not_shown_again_at_once() {
    let world = on_a_machine(Hex([0x13; 32])).await;
    let refused = world.operator.run(&["attest"]).await;
    assert_eq!(refused.code, Some(6), "{refused:?}");
    assert!(refused.json["error"].as_str().unwrap().contains("refuses the attestation"));

    let running = world.operator.spawn(&["run"]);
    while !running.log().contains("could not attest") {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // Twenty rounds of looking at the chain.
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!(running.log().matches("could not attest").count(), 1, "{}", running.log());
    assert_eq!(world.prover().await.unwrap().attestation, None);
    running.terminate();
    running.ended().await.ok();
}
