//! `.zkey`: a Groth16 proving key with the record of its phase 2 (`snarkjs/src/zkey_utils.js`).

mod coefficients;
mod contributions;
mod header;
mod keys;
mod reader;
mod writer;

pub use self::{
    coefficients::{COEFFICIENT_BYTES, Coefficient, Coefficients, Matrix},
    contributions::{Contribution, ContributionKind, HASH_BYTES, MAX_NAME_BYTES, MpcParams},
    header::ZkeyHeader,
    reader::Zkey,
    writer::ZkeyWriter,
};

use crate::{
    container::{Kind, section},
    error::Section,
};

/// Which proof system: 1 is Groth16.
pub const PROTOCOL: Section = section(1, "protocol");
/// Sizes and the points that are not queries.
pub const HEADER: Section = section(2, "header");
/// The points of the public inputs: (beta·A + alpha·B + C)/gamma, in G1.
pub const IC: Section = section(3, "IC");
/// The non-zero entries of the matrices A and B.
pub const COEFFICIENTS: Section = section(4, "coefficients");
/// A of every signal, in G1.
pub const A: Section = section(5, "A");
/// B of every signal, in G1.
pub const B1: Section = section(6, "B1");
/// B of every signal, in G2.
pub const B2: Section = section(7, "B2");
/// (beta·A + alpha·B + C)/delta of every private signal, in G1; snarkjs calls it C or L.
pub const L: Section = section(8, "L");
/// The quotient's basis over delta, in G1.
pub const H: Section = section(9, "H");
/// The circuit's hash and the contributions to phase 2.
pub const CONTRIBUTIONS: Section = section(10, "contributions");

/// How many sections a key has.
pub const SECTIONS: u32 = 10;

static KIND: Kind = Kind {
    magic: "zkey",
    newest: 2,
    written: 1,
    sections: &[PROTOCOL, HEADER, IC, COEFFICIENTS, A, B1, B2, L, H, CONTRIBUTIONS],
};

/// The protocol number of Groth16.
const GROTH16: u32 = 1;
/// The domain has at most this power of two points: r - 1 is divisible by no higher one.
pub const MAX_POWER: u32 = 28;
