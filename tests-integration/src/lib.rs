//! Whole-system tests and the demo, on real chains' software.
