//! Proofs.

use crate::error::{Element, Malformed};
use crate::point::{HostG1, HostG2, g1_to_host, g2_to_host};

/// Length of an encoded proof: A (64), B (128) and C (64).
pub const PROOF_BYTES: usize = 256;

/// A proof whose three points are valid, in the host's encoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    pub(crate) a: HostG1,
    pub(crate) b: HostG2,
    pub(crate) c: HostG1,
}

impl Proof {
    /// Reads `A | B | C` in EIP-197's encoding.
    ///
    /// # Errors
    /// [`Malformed`] names the element and what is wrong with it.
    pub fn from_eip197(bytes: &[u8; PROOF_BYTES]) -> Result<Self, Malformed> {
        let malformed = |element| move |error| Malformed { element, error };
        let (mut a, mut b, mut c) = ([0; 64], [0; 128], [0; 64]);
        a.copy_from_slice(&bytes[..64]);
        b.copy_from_slice(&bytes[64..192]);
        c.copy_from_slice(&bytes[192..]);
        Ok(Self {
            a: g1_to_host(&a).map_err(malformed(Element::A))?,
            c: g1_to_host(&c).map_err(malformed(Element::C))?,
            b: g2_to_host(&b).map_err(malformed(Element::B))?,
        })
    }
}
