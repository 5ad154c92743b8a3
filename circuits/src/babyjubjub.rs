//! Baby Jubjub in circomlib's form (ERC-2494): `168700·x² + y² = 1 + 168696·x²·y²` over BN254's
//! scalar field, cofactor 8.

mod curve;
pub mod fixed_base;
mod gadget;

pub use self::{
    curve::{Affine, BabyJubjub, Projective, Scalar},
    gadget::PointVar,
};

/// Bits of a scalar.
pub const SCALAR_BITS: usize = 251;
