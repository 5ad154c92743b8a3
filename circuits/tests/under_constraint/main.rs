//! The hunt for what circuits forget to constrain, over every circuit of the registry.
//!
//! Three searches, each with its own reach: (a) `perturbation` moves witness variables, (b) `jacobian`
//! looks for directions that a witness can move in, (c) `ranges` pushes edge values through range
//! checks. `broken` shows circuits that each of them catches.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod broken;
mod circuits;
mod jacobian;
mod perturbation;
mod ranges;
mod subjects;
mod system;
