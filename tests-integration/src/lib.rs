//! Whole-system tests and the demo, on real chains' software.

pub mod demo;
pub mod near_market;
pub mod readme;
pub mod replay;
pub mod snapshot;
