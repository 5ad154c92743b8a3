//! The front door: builds, tests and demonstrates Proofrail.
fn main() {}
