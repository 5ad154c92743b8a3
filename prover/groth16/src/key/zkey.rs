//! Keys of snarkjs.

use super::{Key, KeyError, Reduction, bases};
use crate::matrix::Entries;
use proofrail_formats::zkey::Zkey;

impl<'a> Key<'a> {
    /// A memory-mapped `.zkey`. Constant time: pages are read as proving reaches them.
    ///
    /// # Errors
    /// [`KeyError`]: sections do not fit together.
    pub fn from_zkey(zkey: &'a Zkey) -> Result<Self, KeyError> {
        let header = zkey.header();
        Key {
            alpha_g1: header.alpha_g1,
            beta_g1: header.beta_g1,
            beta_g2: header.beta_g2,
            delta_g1: header.delta_g1,
            delta_g2: header.delta_g2,
            instances: header.public as usize + 1,
            variables: header.variables as usize,
            domain: header.domain_size as usize,
            a: bases("A", zkey.a()?.as_bytes())?,
            b_g1: bases("B in G1", zkey.b1()?.as_bytes())?,
            b_g2: bases("B in G2", zkey.b2()?.as_bytes())?,
            l: bases("L", zkey.l()?.as_bytes())?,
            h: bases("H", zkey.h()?.as_bytes())?,
            reduction: Reduction::Circom { entries: Entries(zkey.coefficients()?.as_bytes()) },
        }
        .checked()
    }
}
