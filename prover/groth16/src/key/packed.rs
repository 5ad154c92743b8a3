//! Keys of arkworks, packed into records.

use super::{Key, KeyError, Reduction, bases, domain};
use crate::{G1, G2, Group, matrix::Rows};
use ark_bn254::{Bn254, Fr, G1Affine, G2Affine};
use ark_groth16::ProvingKey;
use ark_relations::utils::matrix::Matrix;
use rayon::prelude::*;

/// A key of arkworks with its circuit's matrices, in the form that is proved from.
#[derive(Debug)]
pub struct PackedKey {
    alpha_g1: G1Affine,
    beta_g1: G1Affine,
    beta_g2: G2Affine,
    delta_g1: G1Affine,
    delta_g2: G2Affine,
    instances: usize,
    variables: usize,
    domain: usize,
    a: Vec<u8>,
    b_g1: Vec<u8>,
    b_g2: Vec<u8>,
    l: Vec<u8>,
    h: Vec<u8>,
    matrices: [Rows; 3],
}

impl PackedKey {
    /// Packs a key list by list, giving back each list's memory, so that the points are there but once.
    ///
    /// `matrices` are A, B and C by rows, over `instances` public inputs (the constant one counted) and then the
    /// witnesses, as the key's setup had them.
    ///
    /// # Errors
    /// [`KeyError`]: the key and the matrices do not fit together.
    pub fn from_ark(
        key: ProvingKey<Bn254>,
        matrices: &[Matrix<Fr>],
        instances: usize,
    ) -> Result<Self, KeyError> {
        let counts: Vec<usize> = matrices.iter().map(Vec::len).collect();
        let [a, b, c] = matrices else { return Err(KeyError::Matrices(counts)) };
        if counts.iter().any(|count| *count != a.len()) {
            return Err(KeyError::Matrices(counts));
        }
        let variables = key.a_query.len();
        let rows = |matrix| Rows::new(matrix, variables);
        let packed = Self {
            alpha_g1: key.vk.alpha_g1,
            beta_g1: key.beta_g1,
            beta_g2: key.vk.beta_g2,
            delta_g1: key.delta_g1,
            delta_g2: key.vk.delta_g2,
            instances,
            variables,
            domain: domain(a.len().saturating_add(instances))?,
            matrices: [rows(a)?, rows(b)?, rows(c)?],
            a: pack::<G1>(key.a_query),
            b_g1: pack::<G1>(key.b_g1_query),
            b_g2: pack::<G2>(key.b_g2_query),
            l: pack::<G1>(key.l_query),
            h: pack::<G1>(key.h_query),
        };
        packed.view()?.checked()?;
        Ok(packed)
    }

    /// The key to prove with.
    ///
    /// # Errors
    /// None after [`Self::from_ark`]; the type is that of every look at a key.
    pub fn view(&self) -> Result<Key<'_>, KeyError> {
        Ok(Key {
            alpha_g1: self.alpha_g1,
            beta_g1: self.beta_g1,
            beta_g2: self.beta_g2,
            delta_g1: self.delta_g1,
            delta_g2: self.delta_g2,
            instances: self.instances,
            variables: self.variables,
            domain: self.domain,
            a: bases("A", &self.a)?,
            b_g1: bases("B in G1", &self.b_g1)?,
            b_g2: bases("B in G2", &self.b_g2)?,
            l: bases("L", &self.l)?,
            h: bases("H", &self.h)?,
            reduction: Reduction::Libsnark { matrices: &self.matrices },
        })
    }
}

fn pack<G: Group>(points: Vec<G::Affine>) -> Vec<u8> {
    let mut records = vec![[0; 64]; points.len() * G::CHUNKS];
    points
        .par_iter()
        .zip(records.par_chunks_mut(G::CHUNKS))
        .for_each(|(point, record)| G::encode(point, record));
    records.into_flattened()
}
