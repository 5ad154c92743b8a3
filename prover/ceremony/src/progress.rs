//! How far a long step is.

/// Is told of the progress of long steps, from any thread.
pub trait Progress: Sync {
    /// A step begins that has `total` units.
    fn begin(&self, step: &str, total: u64);
    /// More units are done.
    fn advance(&self, units: u64);
}

/// Nobody watches.
impl Progress for () {
    fn begin(&self, _step: &str, _total: u64) {}
    fn advance(&self, _units: u64) {}
}
