//! Multi-scalar multiplication: `Σ sᵢ·Pᵢ` by buckets (Pippenger), with batched affine additions.

mod adder;
mod buckets;
pub(crate) mod coordinates;
pub(crate) mod digits;
mod reduce;

use crate::{
    group::{Chunk, Group, is_absent},
    kernel::{Kernel, Selected},
};
use ark_bn254::Fr;
use ark_ec::AffineRepr as _;
use ark_ff::AdditiveGroup as _;
use buckets::{References, Sorted, sum_buckets};
use coordinates::{Coordinates, Ref};
use digits::Digits;
use rayon::prelude::*;
use std::marker::PhantomData;

/// Bases cannot be read as points.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BasesError {
    /// The bytes are no whole number of records.
    #[error("{got} bytes of {group} points: expected a multiple of {record}; the key is truncated")]
    Length {
        /// The group's name.
        group: &'static str,
        /// Bytes there.
        got: usize,
        /// Bytes of one record.
        record: usize,
    },
    /// There are more points than an index of 31 bits counts.
    #[error("{got} points of {group}: at most 2^31 are supported")]
    TooMany {
        /// The group's name.
        group: &'static str,
        /// Points there.
        got: usize,
    },
}

/// A borrowed list of points, as records; see [`Group`].
#[derive(Debug, Clone, Copy)]
pub struct Bases<'a, G> {
    records: &'a [Chunk],
    group: PhantomData<G>,
}

impl<'a, G: Group> Bases<'a, G> {
    /// Points in place, such as a section of a memory-mapped file. They are not checked to lie on the curve.
    ///
    /// # Errors
    /// [`BasesError`]: a part of a record is missing, or there are too many.
    pub const fn new(bytes: &'a [u8]) -> Result<Self, BasesError> {
        let record = 64 * G::CHUNKS;
        if !bytes.len().is_multiple_of(record) {
            return Err(BasesError::Length { group: G::NAME, got: bytes.len(), record });
        }
        if bytes.len() / record > 1 << 31 {
            return Err(BasesError::TooMany { group: G::NAME, got: bytes.len() / record });
        }
        Ok(Self { records: bytes.as_chunks().0, group: PhantomData })
    }

    /// The number of points.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.records.len() / G::CHUNKS
    }

    /// Whether there is no point.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// One bit for each point, set where it is at infinity; nothing if none is.
    fn absent(&self) -> Option<Vec<u64>> {
        let bits: Vec<u64> = self
            .records
            .par_chunks(64 * G::CHUNKS)
            .with_min_len(64)
            .map(|points| {
                points
                    .chunks(G::CHUNKS)
                    .enumerate()
                    .fold(0, |bits, (i, record)| bits | (u64::from(is_absent(record)) << i))
            })
            .collect();
        bits.iter().any(|bits| *bits != 0).then_some(bits)
    }
}

/// `Σ scalars[i]·bases[i]`; what is longer than the other is cut.
///
/// Time depends on the scalars.
pub fn msm<G: Group>(kernel: Kernel, bases: Bases<'_, G>, scalars: &[Fr]) -> G::Projective {
    let scalars = &scalars[..scalars.len().min(bases.len())];
    multiply(kernel, bases, 0, &Digits::new(scalars))
}

/// `Σ scalars[skip + i]·bases[i]` for scalars that are digits already.
pub(crate) fn multiply<G: Group>(
    kernel: Kernel,
    bases: Bases<'_, G>,
    skip: usize,
    digits: &Digits,
) -> G::Projective {
    match kernel.0 {
        #[cfg(target_arch = "x86_64")]
        Selected::Ifma(lanes) => multiply_with(G::Vector::from(lanes), bases, skip, digits),
        #[cfg(test)]
        Selected::Twin(lanes) => multiply_with(G::Vector::from(lanes), bases, skip, digits),
        Selected::Portable => multiply_with(G::Scalar::default(), bases, skip, digits),
    }
}

fn multiply_with<C: Coordinates>(
    c: C,
    bases: Bases<'_, C::Group>,
    skip: usize,
    digits: &Digits,
) -> <C::Group as Group>::Projective {
    let selection = Selection {
        absent: bases.absent(),
        first: (skip as Ref) << 1,
        end: ((skip + bases.len()).min(1 << 31) as u64) << 1,
    };
    let buckets = 1 << (digits.width() - 1);
    let parts = parts(digits, buckets);
    let zero = <C::Group as Group>::Affine::zero().into_group();
    let values: Vec<_> = (0..digits.windows() * parts)
        .into_par_iter()
        .with_max_len(1)
        .map(|task| {
            let (window, part) = (task / parts, task % parts);
            let sorted = Sorted::new(
                buckets,
                &Window { digits, selection: &selection, window, part, parts },
            );
            if sorted.len() == 0 {
                return zero;
            }
            reduce::weigh(c, &sum_buckets(c, bases.records, sorted))
        })
        .collect();
    values.chunks(parts).rev().fold(zero, |mut total, parts| {
        for _ in 0..digits.width() {
            total.double_in_place();
        }
        total + parts.iter().sum::<<C::Group as Group>::Projective>()
    })
}

/// Into how many parts to cut each window, so that a machine of many cores has work for all even if there are few
/// windows; each part costs a reduction of its buckets.
fn parts(digits: &Digits, buckets: usize) -> usize {
    let wanted = rayon::current_num_threads().div_ceil(digits.windows().max(1));
    wanted.min(digits.scalars() / (8 * buckets)).max(1)
}

/// The digits of one window, or of a part of it, that have a base.
struct Window<'a> {
    digits: &'a Digits,
    selection: &'a Selection,
    window: usize,
    part: usize,
    parts: usize,
}

impl References for Window<'_> {
    fn each(&self, mut visit: impl FnMut(usize, Ref)) {
        self.digits.each(self.window, self.part, self.parts, |bucket, reference| {
            if let Some(reference) = self.selection.pick(reference) {
                visit(bucket, reference);
            }
        });
    }
}

/// Which of a list of scalars have a base.
struct Selection {
    absent: Option<Vec<u64>>,
    first: Ref,
    end: u64,
}

impl Selection {
    /// The reference to the base, if there is one that counts.
    #[inline]
    fn pick(&self, reference: Ref) -> Option<Ref> {
        if u64::from(reference) >= self.end {
            return None;
        }
        let reference = reference.checked_sub(self.first)?;
        match &self.absent {
            Some(bits) if bits[reference as usize >> 7] >> (reference >> 1 & 63) & 1 == 1 => None,
            _ => Some(reference),
        }
    }
}

#[cfg(test)]
mod tests;
