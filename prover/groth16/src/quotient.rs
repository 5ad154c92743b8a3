//! The witness map: from an assignment to the scalars of the query H.
//!
//! Z is the domain's vanishing polynomial and g the coset. libsnark's map gives the coefficients of (A·B − C)/Z
//! ("Succinct Non-Interactive Zero Knowledge for a von Neumann Architecture", 2014). snarkjs's takes g as a root of
//! unity of twice the order and gives the values of A·B − C on g·D, where Z is constant; that constant and the way back
//! are in the key's bases.

use crate::{
    fft::{Blocks, SMALLEST, Twiddles},
    kernel::{Kernel, Selected},
    key::{Key, Reduction},
    lanes::Lanes,
    matrix::MatrixError,
};
use ark_bn254::Fr;
use ark_ff::{FftField as _, Field as _};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use rayon::prelude::*;
use zeroize::Zeroizing;

type Values = Zeroizing<Vec<Fr>>;

/// A key's domain with what transforms over it need.
#[derive(Debug)]
pub(crate) struct Domain {
    domain: Radix2EvaluationDomain<Fr>,
    shift: Fr,
    /// 1/Z on the coset; one where the bases have it.
    scale: Fr,
    /// For transforms on vectors.
    twiddles: Option<Tables>,
}

#[derive(Debug)]
struct Tables {
    inwards: Twiddles,
    outwards: Twiddles,
    /// From the coset back, for libsnark's map.
    back: Option<Twiddles>,
}

impl Domain {
    /// None where the field has no such domain.
    pub(crate) fn new(key: &Key<'_>, kernel: Kernel) -> Option<Self> {
        let size = key.domain;
        let domain = Radix2EvaluationDomain::<Fr>::new(size)?;
        let one = Fr::from(1u64);
        let (shift, scale, back) = match key.reduction {
            Reduction::Circom { .. } => (Fr::get_root_of_unity(2 * size as u64)?, one, false),
            Reduction::Libsnark { .. } => {
                let shift = Fr::GENERATOR;
                (shift, (shift.pow([size as u64]) - one).inverse()?, true)
            }
        };
        let inverse_shift = shift.inverse()?;
        let vectors = size >= SMALLEST && !matches!(kernel.0, Selected::Portable);
        let twiddles = vectors.then(|| Tables {
            inwards: Twiddles::new(size, domain.group_gen_inv, one),
            outwards: Twiddles::new(size, domain.group_gen, shift),
            back: back.then(|| Twiddles::new(size, domain.group_gen_inv, inverse_shift)),
        });
        Some(Self { domain, shift, scale, twiddles })
    }

    /// The scalars of H.
    pub(crate) fn quotient(
        &self,
        key: &Key<'_>,
        kernel: Kernel,
        assignment: &[Fr],
    ) -> Result<Values, MatrixError> {
        let [a, b, c] = self.rows(key, assignment)?;
        Ok(Zeroizing::new(match (&self.twiddles, kernel.0) {
            #[cfg(target_arch = "x86_64")]
            (Some(tables), Selected::Ifma(lanes)) => self.on_lanes(lanes, tables, [a, b, c]),
            #[cfg(test)]
            (Some(tables), Selected::Twin(lanes)) => self.on_lanes(lanes, tables, [a, b, c]),
            _ => self.portable(key, [a, b, c]),
        }))
    }

    /// A, B and C times the assignment, on the domain.
    fn rows(&self, key: &Key<'_>, assignment: &[Fr]) -> Result<[Values; 3], MatrixError> {
        let size = key.domain;
        let [a, b, c] = match key.reduction {
            Reduction::Circom { entries } => {
                let [a, b] = entries.times(assignment, size)?;
                let product = a.par_iter().zip(&b).with_min_len(1 << 10).map(|(a, b)| *a * b);
                let c = product.collect();
                [a, b, c]
            }
            Reduction::Libsnark { matrices: [a, b, c] } => {
                let constraints = a.rows();
                let mut values = [a, b, c].map(|rows| rows.times(assignment, size));
                // Each public input has a row of its own in A, which keeps the inputs' polynomials independent.
                values[0][constraints..constraints + key.instances]
                    .copy_from_slice(&assignment[..key.instances]);
                values
            }
        };
        Ok([a, b, c].map(Zeroizing::new))
    }

    fn on_lanes<L: Lanes>(&self, lanes: L, tables: &Tables, values: [Values; 3]) -> Vec<Fr> {
        let [mut a, b, c] = values.map(|values| {
            let mut blocks = Blocks::interpolate(lanes, &values, &tables.inwards);
            drop(values);
            blocks.evaluate(&tables.outwards);
            blocks
        });
        match &tables.back {
            None => {
                a.quotient(&b, &c, self.scale);
                a.into_values()
            }
            Some(back) => {
                // The way back multiplies by n.
                a.quotient(&b, &c, self.scale * self.domain.size_inv);
                a.interpolate_again(back);
                a.into_reversed()
            }
        }
    }

    fn portable(&self, key: &Key<'_>, values: [Values; 3]) -> Vec<Fr> {
        let domain = &self.domain;
        // The shift is a power of the generator, never zero.
        let Some(coset) = domain.get_coset(self.shift) else { return Vec::new() };
        let [mut a, b, c] = values.map(|mut values| {
            domain.ifft_in_place(&mut *values);
            coset.fft_in_place(&mut *values);
            values
        });
        a.par_iter_mut()
            .zip(b.par_iter().zip(c.par_iter()))
            .with_min_len(1 << 10)
            .for_each(|(a, (b, c))| *a = (*a * b - c) * self.scale);
        if let Reduction::Libsnark { .. } = key.reduction {
            coset.ifft_in_place(&mut *a);
        }
        std::mem::take(&mut *a)
    }
}
