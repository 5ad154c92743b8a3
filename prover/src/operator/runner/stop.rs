use std::{io, time::Duration};

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

/// Whether and how to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Go on.
    No,
    /// Take no more work, finish what is assigned.
    WhenDone,
    /// Stop now; what is under way is on disk.
    AtOnce,
}

/// Tells a run to stop.
#[derive(Clone, Debug)]
pub struct StopSignal(watch::Receiver<Stop>);

impl StopSignal {
    /// A signal and the end that gives it.
    pub fn channel() -> (watch::Sender<Stop>, Self) {
        let (sender, receiver) = watch::channel(Stop::No);
        (sender, Self(receiver))
    }

    /// SIGTERM or SIGINT: the first asks to stop when done, the second to stop at once.
    ///
    /// # Errors
    /// When signals cannot be received.
    pub fn of_process() -> io::Result<Self> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let (sender, receiver) = Self::channel();
        tokio::spawn(async move {
            for stop in [Stop::WhenDone, Stop::AtOnce] {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
                tracing::info!(
                    ?stop,
                    "told to stop; jobs that are assigned are finished first, a second signal stops at once"
                );
                // The run may be over already.
                let _ = sender.send(stop);
            }
        });
        Ok(receiver)
    }

    pub(super) fn now(&self) -> Stop {
        *self.0.borrow()
    }

    /// Waits, unless it is told to stop meanwhile.
    pub(super) async fn pause(&mut self, time: Duration) {
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            changed = self.0.changed() => {
                if changed.is_err() {
                    tokio::time::sleep(time).await;
                }
            }
        }
    }
}
