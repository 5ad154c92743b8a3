//! Points as the files hold them: affine coordinates in Montgomery form, little-endian, and zeros
//! for the point at infinity. snarkjs calls this LEM. Views borrow the file's bytes.

use std::{fmt, marker::PhantomData, path::Path};

// Coherence sees that these two differ, unlike the aliases at the root of `ark_bn254`.
use ark_bn254::{Fq, Fq2, g1::G1Affine, g2::G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{BigInteger, PrimeField};

use crate::{
    error::{FormatError, PointFault, Section},
    field::{FIELD_BYTES, fq_from_montgomery, fq_to_montgomery},
};

/// Bytes of a G1 point.
pub const G1_BYTES: usize = 2 * FIELD_BYTES;
/// Bytes of a G2 point.
pub const G2_BYTES: usize = 4 * FIELD_BYTES;

/// Points of G1 in a file.
pub type PointsG1<'a> = Points<'a, G1Affine>;
/// Points of G2 in a file.
pub type PointsG2<'a> = Points<'a, G2Affine>;

mod sealed {
    pub trait Sealed {}
    impl Sealed for ark_bn254::g1::G1Affine {}
    impl Sealed for ark_bn254::g2::G2Affine {}
}

/// A point that the files hold: of G1 or of G2.
pub trait FilePoint: AffineRepr + sealed::Sealed {
    /// Bytes in a file, [`G1_BYTES`] or [`G2_BYTES`].
    const BYTES: usize;

    /// The point that `bytes` give, which must be [`Self::BYTES`] long. Coordinates are taken as
    /// they are.
    fn from_montgomery_unchecked(bytes: &[u8]) -> Self;

    /// The bytes of a file.
    fn to_montgomery(&self) -> Vec<u8>;

    /// The big-endian coordinates that snarkjs hashes; of G2 the imaginary part first.
    fn to_uncompressed(&self) -> Vec<u8>;

    /// Says what is wrong with the point, if anything. Infinity is a point of the group.
    ///
    /// # Errors
    /// [`PointFault`].
    fn check_group(&self) -> Result<(), PointFault>;

    /// As [`Self::from_montgomery_unchecked`], with coordinates and group checked.
    ///
    /// # Errors
    /// [`PointFault`].
    fn from_montgomery(bytes: &[u8]) -> Result<Self, PointFault> {
        let canonical = |chunk: &[u8; FIELD_BYTES]| crate::field::from_le(chunk) < Fq::MODULUS;
        if !bytes.as_chunks().0.iter().all(canonical) {
            return Err(PointFault::Coordinate);
        }
        let point = Self::from_montgomery_unchecked(bytes);
        point.check_group()?;
        Ok(point)
    }
}

fn coordinates<const N: usize>(bytes: &[u8]) -> [Fq; N] {
    let mut out = [Fq::default(); N];
    for (value, chunk) in out.iter_mut().zip(bytes.as_chunks().0) {
        *value = fq_from_montgomery(chunk);
    }
    out
}

fn big_endian(values: &[Fq]) -> Vec<u8> {
    values.iter().flat_map(|value| value.into_bigint().to_bytes_be()).collect()
}

impl FilePoint for G1Affine {
    const BYTES: usize = G1_BYTES;

    fn from_montgomery_unchecked(bytes: &[u8]) -> Self {
        let [x, y] = coordinates(bytes);
        if bytes.iter().all(|&byte| byte == 0) {
            return Self::identity();
        }
        Self::new_unchecked(x, y)
    }

    fn to_montgomery(&self) -> Vec<u8> {
        match self.xy() {
            None => vec![0; G1_BYTES],
            Some((x, y)) => [x, y].iter().flat_map(fq_to_montgomery).collect(),
        }
    }

    fn to_uncompressed(&self) -> Vec<u8> {
        self.xy().map_or_else(|| vec![0; G1_BYTES], |(x, y)| big_endian(&[x, y]))
    }

    fn check_group(&self) -> Result<(), PointFault> {
        // The cofactor is 1: every point of the curve is of the group.
        if self.is_on_curve() { Ok(()) } else { Err(PointFault::OffCurve) }
    }
}

impl FilePoint for G2Affine {
    const BYTES: usize = G2_BYTES;

    fn from_montgomery_unchecked(bytes: &[u8]) -> Self {
        let [x0, x1, y0, y1] = coordinates(bytes);
        if bytes.iter().all(|&byte| byte == 0) {
            return Self::identity();
        }
        Self::new_unchecked(Fq2::new(x0, x1), Fq2::new(y0, y1))
    }

    fn to_montgomery(&self) -> Vec<u8> {
        match self.xy() {
            None => vec![0; G2_BYTES],
            Some((x, y)) => [x.c0, x.c1, y.c0, y.c1].iter().flat_map(fq_to_montgomery).collect(),
        }
    }

    fn to_uncompressed(&self) -> Vec<u8> {
        let bytes = |(x, y): (Fq2, Fq2)| big_endian(&[x.c1, x.c0, y.c1, y.c0]);
        self.xy().map_or_else(|| vec![0; G2_BYTES], bytes)
    }

    fn check_group(&self) -> Result<(), PointFault> {
        if !self.is_on_curve() {
            return Err(PointFault::OffCurve);
        }
        let in_subgroup = self.is_in_correct_subgroup_assuming_on_curve();
        if in_subgroup { Ok(()) } else { Err(PointFault::OffSubgroup) }
    }
}

/// Points in a section of a file, still the file's bytes.
#[derive(Clone, Copy)]
pub struct Points<'a, P> {
    bytes: &'a [u8],
    path: &'a Path,
    section: Section,
    point: PhantomData<P>,
}

impl<P> fmt::Debug for Points<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Points")
            .field("path", &self.path)
            .field("section", &self.section)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

impl<'a, P: FilePoint> Points<'a, P> {
    /// A view of `bytes`, of which a rest shorter than a point is left out.
    pub(crate) const fn new(bytes: &'a [u8], path: &'a Path, section: Section) -> Self {
        Self { bytes, path, section, point: PhantomData }
    }

    /// How many points there are.
    pub const fn len(&self) -> usize {
        self.bytes.len() / P::BYTES
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes of all points.
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The bytes of a range of points; nothing where it reaches past the end.
    pub fn bytes_of(&self, points: std::ops::Range<usize>) -> Option<&'a [u8]> {
        let end = points.end.checked_mul(P::BYTES)?;
        self.bytes.get(points.start.checked_mul(P::BYTES)?..end)
    }

    /// A point, with its coordinates and its group checked.
    ///
    /// # Errors
    /// [`FormatError::Point`], or [`FormatError::Content`] where there is no such point.
    pub fn get(&self, index: usize) -> Result<P, FormatError> {
        let bytes = self.raw(index)?;
        P::from_montgomery(bytes).map_err(|fault| FormatError::Point {
            path: self.path.to_owned(),
            section: self.section,
            index,
            fault,
        })
    }

    /// A point as the bytes give it, for files whose points were checked before.
    ///
    /// # Errors
    /// [`FormatError::Content`] where there is no such point.
    pub fn get_unchecked(&self, index: usize) -> Result<P, FormatError> {
        self.raw(index).map(P::from_montgomery_unchecked)
    }

    /// All points, each checked as by [`Self::get`].
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Result<P, FormatError>> + use<'a, P> {
        let points = *self;
        (0..self.len()).map(move |index| points.get(index))
    }

    /// All points as the bytes give them, for files whose points were checked before.
    pub fn iter_unchecked(&self) -> impl ExactSizeIterator<Item = P> + use<'a, P> {
        self.bytes.chunks_exact(P::BYTES).map(P::from_montgomery_unchecked)
    }

    fn raw(&self, index: usize) -> Result<&'a [u8], FormatError> {
        let range = index..index.saturating_add(1);
        self.bytes_of(range).ok_or_else(|| FormatError::Content {
            path: self.path.to_owned(),
            section: self.section,
            what: format!("there is no point {index} of {}", self.len()),
        })
    }
}
