//! Verifying keys.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::error::{Element, KeyError, Malformed};
use crate::point::{
    HostG1, HostG2, g1_to_eip197, g1_to_host, g2_generator, g2_to_eip197, g2_to_host,
};

/// Most public inputs of a key: each costs about 0.35 Tgas a verification.
pub const MAX_PUBLIC_INPUTS: usize = 32;

/// The points of a verifying key in EIP-197's encoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPoints {
    /// alpha in G1.
    pub alpha: [u8; 64],
    /// beta in G2.
    pub beta: [u8; 128],
    /// gamma in G2.
    pub gamma: [u8; 128],
    /// delta in G2.
    pub delta: [u8; 128],
    /// The constant's point and one for each public input.
    pub ic: Vec<[u8; 64]>,
}

/// A checked verifying key in the host's encoding, so that a verification converts nothing.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct VerifyingKey {
    pub(crate) alpha: HostG1,
    pub(crate) beta: HostG2,
    pub(crate) gamma: HostG2,
    pub(crate) delta: HostG2,
    pub(crate) ic: Vec<HostG1>,
}

impl VerifyingKey {
    /// Checks a key for `public_inputs` inputs.
    ///
    /// # Errors
    /// [`KeyError`]: a malformed or infinite point, a wrong number of input points, delta equal to
    /// gamma or to the generator of G2.
    pub fn new(points: &KeyPoints, public_inputs: usize) -> Result<Self, KeyError> {
        if public_inputs > MAX_PUBLIC_INPUTS {
            return Err(KeyError::TooManyInputs(public_inputs));
        }
        if points.ic.len() != public_inputs + 1 {
            return Err(KeyError::IcLength { expected: public_inputs + 1, got: points.ic.len() });
        }
        let key = Self {
            alpha: g1(&points.alpha, Element::Alpha)?,
            beta: g2(&points.beta, Element::Beta)?,
            gamma: g2(&points.gamma, Element::Gamma)?,
            delta: g2(&points.delta, Element::Delta)?,
            ic: (0..)
                .zip(&points.ic)
                .map(|(index, point)| g1(point, Element::Ic(index)))
                .collect::<Result<_, _>>()?,
        };
        key.refuse_forgeable()
    }

    /// Refuses keys of a setup that was skipped or left unfinished.
    fn refuse_forgeable(self) -> Result<Self, KeyError> {
        if self.gamma == self.delta {
            return Err(KeyError::GammaIsDelta);
        }
        if self.delta == g2_generator() {
            return Err(KeyError::DeltaIsGenerator);
        }
        Ok(self)
    }

    /// The key as it was given.
    pub fn points(&self) -> KeyPoints {
        KeyPoints {
            alpha: g1_to_eip197(&self.alpha),
            beta: g2_to_eip197(&self.beta),
            gamma: g2_to_eip197(&self.gamma),
            delta: g2_to_eip197(&self.delta),
            ic: self.ic.iter().map(g1_to_eip197).collect(),
        }
    }

    /// Number of public inputs.
    pub const fn public_inputs(&self) -> usize {
        self.ic.len().saturating_sub(1)
    }
}

fn g1(bytes: &[u8; 64], element: Element) -> Result<HostG1, Malformed> {
    g1_to_host(bytes).map_err(|error| Malformed { element, error })
}

fn g2(bytes: &[u8; 128], element: Element) -> Result<HostG2, Malformed> {
    g2_to_host(bytes).map_err(|error| Malformed { element, error })
}
