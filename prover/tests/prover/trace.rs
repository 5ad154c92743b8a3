//! What a subscriber hears of setup and proving: nothing of arkworks, whose spans hold witnesses.

use std::sync::{Arc, Mutex};

use proofrail_circuits::registry;
use proofrail_prover::{
    key::{KeyPolicy, ProvingKey},
    setup::setup_dev,
};
use tracing::Subscriber;
use tracing_subscriber::{Layer, Registry, layer::Context, layer::SubscriberExt};

use crate::support;

/// The targets of all spans and events.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    fn note(&self, metadata: &tracing::Metadata<'_>) {
        self.0.lock().unwrap().push(metadata.target().to_owned());
    }
}

impl<S: Subscriber> Layer<S> for Heard {
    fn on_new_span(
        &self,
        attributes: &tracing::span::Attributes<'_>,
        _: &tracing::span::Id,
        _: Context<'_, S>,
    ) {
        self.note(attributes.metadata());
    }

    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        self.note(event.metadata());
    }
}

#[test]
fn a_witness_should_never_reach_a_subscriber() {
    let heard = Heard::default();
    let subscriber = Registry::default().with(heard.clone());
    tracing::subscriber::with_default(subscriber, || {
        tracing::info!(target: "the test itself", "heard");
        let key = setup_dev(registry::by_name("receipt").unwrap()).unwrap();
        let key = ProvingKey::from_bytes(&key.to_bytes().unwrap(), KeyPolicy::AllowInsecureDev);
        key.unwrap().prove_json(&support::receipt_json()).unwrap();
    });
    assert_eq!(*heard.0.lock().unwrap(), ["the test itself"]);
}
