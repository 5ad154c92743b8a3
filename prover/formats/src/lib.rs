#![doc = include_str!("../README.md")]

pub mod container;
pub mod error;
pub mod field;
pub mod json;
pub mod points;
pub mod ptau;
pub mod r1cs;
pub mod wtns;
pub mod zkey;

pub use self::error::{FormatError, PointFault, Section};
