//! Paths and roots in constraints.

use ark_r1cs_std::{boolean::Boolean, fields::fp::FpVar};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

use super::native::Path;
use crate::{audit, field::Fr, linear::packed_bits, poseidon, range};

/// A path that the prover chooses.
#[derive(Debug, Clone)]
pub struct PathVar {
    index: FpVar<Fr>,
    bits: Vec<Boolean<Fr>>,
    siblings: Vec<FpVar<Fr>>,
}

impl PathVar {
    /// Allocates a path of `depth` levels.
    ///
    /// # Errors
    /// [`SynthesisError::Unsatisfiable`] for a path of another depth; those of `path` and of the
    /// constraint system.
    pub fn private<'a>(
        cs: &ConstraintSystemRef<Fr>,
        depth: usize,
        path: impl Fn() -> Result<&'a Path, SynthesisError>,
    ) -> Result<Self, SynthesisError> {
        let index = audit::private(cs, || Ok(path()?.index.into()))?;
        let bits = range::to_bits(&index, depth)?;
        let sibling = |level: usize| {
            audit::private(cs, || {
                path()?.siblings.get(level).copied().ok_or(SynthesisError::Unsatisfiable)
            })
        };
        let siblings = (0..depth).map(sibling).collect::<Result<_, _>>()?;
        Ok(Self { index, bits, siblings })
    }

    /// The leaf's position.
    pub const fn index(&self) -> &FpVar<Fr> {
        &self.index
    }

    /// The gadget twin of [`Path::root`].
    ///
    /// # Errors
    /// Those of the constraint system.
    pub fn root(&self, leaf: &FpVar<Fr>) -> Result<FpVar<Fr>, SynthesisError> {
        let mut current = leaf.clone();
        for (bit, sibling) in self.bits.iter().zip(&self.siblings) {
            // One product exchanges the sides.
            let shift = packed_bits(std::slice::from_ref(bit)) * (sibling - &current);
            current = poseidon::hash_var(&[&current + &shift, sibling - &shift])?;
        }
        Ok(current)
    }
}

/// The gadget twin of [`super::root_of_leaves`].
///
/// # Errors
/// [`SynthesisError::Unsatisfiable`] when the number of leaves is no power of two; those of the
/// constraint system.
pub fn root_of_leaves_var(leaves: &[FpVar<Fr>]) -> Result<FpVar<Fr>, SynthesisError> {
    if !leaves.len().is_power_of_two() {
        return Err(SynthesisError::Unsatisfiable);
    }
    let mut level = leaves.to_vec();
    while level.len() > 1 {
        let pairs = level.chunks_exact(2);
        level = pairs
            .map(|pair| poseidon::hash_var(&[pair[0].clone(), pair[1].clone()]))
            .collect::<Result<_, _>>()?;
    }
    Ok(level.swap_remove(0))
}
