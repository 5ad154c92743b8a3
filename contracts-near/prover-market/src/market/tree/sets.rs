//! Frozen sets: which ones jobs may still be drawn from.

use near_sdk::near;
use proofrail_near_interface::LIVE_SETS;

/// A set that jobs may be drawn from.
#[near(serializers = [borsh])]
#[derive(Clone, Copy, Debug)]
struct FrozenSet {
    number: u32,
    frozen_at: u64,
    /// When it was last given to a job.
    used_at: u64,
}

/// The frozen sets that live, and the open one.
#[near(serializers = [borsh])]
#[derive(Clone, Debug, Default)]
pub(crate) struct Sets {
    /// Ascending, without gaps; at most [`LIVE_SETS`].
    live: Vec<FrozenSet>,
    /// The set that changes go to.
    open: u32,
    /// The open set differs from the last frozen one.
    changed: bool,
}

impl Sets {
    /// The number of the set that changes go to, which is noted to differ from the last frozen one.
    pub(super) const fn touch(&mut self) -> u32 {
        self.changed = true;
        self.open
    }

    /// The number of the set that the next change goes to.
    pub(crate) const fn open(&self) -> u32 {
        self.open
    }

    /// The oldest set that anything may still be read of.
    pub(crate) fn oldest(&self) -> u32 {
        self.live.first().map_or(self.open, |set| set.number)
    }

    /// Freezes the open set for a job and returns its number. Within `interval` of the last time, and
    /// where nothing changed, the last frozen set serves again. The job may be drawn for `window` seconds.
    pub(super) fn freeze(&mut self, now: u64, interval: u64, window: u64) -> u32 {
        self.expire(now, window);
        let full = self.live.len() as u64 >= LIVE_SETS;
        match self.live.last_mut() {
            Some(last)
                if !self.changed || now < last.frozen_at.saturating_add(interval) || full =>
            {
                last.used_at = now;
                last.number
            }
            _ => {
                let number = self.open;
                self.live.push(FrozenSet { number, frozen_at: now, used_at: now });
                self.open += 1;
                self.changed = false;
                number
            }
        }
    }

    /// Forgets sets that no job can be drawn from any more: those last given to one more than `window`
    /// ago. Sets are given in order, so that they die in order.
    pub(crate) fn expire(&mut self, now: u64, window: u64) {
        let lives = |set: &FrozenSet| set.used_at.saturating_add(window) >= now;
        let dead = self.live.iter().take_while(|set| !lives(set)).count();
        self.live.drain(..dead);
    }

    /// Whether jobs may be drawn from the set.
    pub(super) fn is_live(&self, set: u32) -> bool {
        self.live.iter().any(|live| live.number == set)
    }
}
