//! What arrives while a receiver is paused is kept, and applied by the relayer once it may be.

use crate::world::{BRIDGES, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_kept_by_a_paused_receiver_is_retried_once_it_resumes() {
    let world = World::start().await;
    for (count, bridge) in (1..).zip(BRIDGES) {
        world.pause(bridge, true).await;
        assert!(!world.monitor.look().await.bridges[bridge].ok, "{bridge} is paused");
        let id = world.accept(&world.request(bridge)).await;
        let view = world.held(id, "stored_at_receiver").await;
        let reason = view.reason.unwrap().message;
        assert!(reason.contains("EnforcedPause"), "{bridge}: {reason}");
        world.assert_paid(count - 1).await;
        assert_eq!(world.arrivals(bridge, id).await, Vec::<bool>::new());

        world.pause(bridge, false).await;
        let view = world.settled(id).await;
        let retried = view.transactions.last().unwrap();
        assert_eq!((retried.kind.as_str(), retried.outcome.as_str()), ("deliver", "executed"));
        assert_eq!(world.arrivals(bridge, id).await, [true]);
        world.assert_paid(count).await;
    }
}
