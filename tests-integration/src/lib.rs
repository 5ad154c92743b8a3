//! Whole-system tests and the demo, on real chains' software.

pub mod demo;
pub mod readme;
pub mod replay;
pub mod snapshot;
