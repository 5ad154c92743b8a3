use std::time::Duration;

/// How workers behave. Those that are started behave well; everything here is what a bridge may do to us on a bad day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conduct {
    /// Nothing is carried.
    pub stopped: bool,
    /// How long each message waits from when it was first seen.
    pub delay: Duration,
    /// How many messages must wait before any is carried, and then the newest first; below 2 each is carried at once.
    pub reorder: usize,
    /// Every step is taken twice.
    pub duplicate: bool,
    /// Signatures are made with keys that nobody trusts.
    pub garbage: bool,
}

impl Conduct {
    /// As it should be.
    #[must_use]
    pub fn honest() -> Self {
        Self::default()
    }

    /// Nothing is carried.
    #[must_use]
    pub fn stopped() -> Self {
        Self { stopped: true, ..Self::default() }
    }

    /// Each message waits for `delay`.
    #[must_use]
    pub fn delaying(delay: Duration) -> Self {
        Self { delay, ..Self::default() }
    }

    /// `count` messages are gathered and carried in the reverse order.
    #[must_use]
    pub fn reordering(count: usize) -> Self {
        Self { reorder: count, ..Self::default() }
    }

    /// Every step is taken twice.
    #[must_use]
    pub fn duplicating() -> Self {
        Self { duplicate: true, ..Self::default() }
    }

    /// Signatures are worthless.
    #[must_use]
    pub fn signing_garbage() -> Self {
        Self { garbage: true, ..Self::default() }
    }

    /// Honest, or stopped from the start.
    #[must_use]
    pub fn paused(paused: bool) -> Self {
        Self { stopped: paused, ..Self::default() }
    }
}
