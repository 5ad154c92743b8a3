//! The two groups of BN254 and their points as records of bytes.

use crate::{
    field::{read_word, write_word},
    lanes::Lanes,
    msm::coordinates::{Coordinates, Portable, VectorG1, VectorG2},
};
use ark_bn254::{Fq, Fq2, Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{AffineRepr, CurveGroup};
use std::fmt::Debug;

/// A group's arithmetic. It seals [`Group`], too.
pub(crate) trait Arithmetic: Sized {
    /// On vector lanes.
    type Vector<L: Lanes>: Coordinates<Group = Self> + From<L>;
    /// On any machine.
    type Scalar: Coordinates<Group = Self> + Default;
}

/// Half of a G2 record, or a whole G1 record.
pub type Chunk = [u8; 64];

/// One of the groups of BN254.
///
/// A point's record is its affine coordinates, each a little-endian Montgomery word (R = 2^256) of 32 bytes, c0 before
/// c1; the point at infinity is all zeros. Section data of snarkjs's `.zkey` files is just that.
#[allow(private_bounds)]
pub trait Group: Arithmetic + Debug + Copy + Send + Sync + 'static {
    /// The coordinates' field.
    type Base: ark_ff::Field;
    /// A point in affine coordinates.
    type Affine: AffineRepr<Group = Self::Projective, ScalarField = Fr, BaseField = Self::Base>;
    /// A point in projective coordinates.
    type Projective: CurveGroup<Affine = Self::Affine, ScalarField = Fr>;
    /// [`Chunk`]s in a record.
    const CHUNKS: usize;
    /// The group's name in messages.
    const NAME: &'static str;

    /// Reads a record's coordinates.
    fn decode_coordinates(record: &[Chunk]) -> (Self::Base, Self::Base);
    /// Writes coordinates as a record.
    fn encode_coordinates(x: &Self::Base, y: &Self::Base, record: &mut [Chunk]);
    /// A point of coordinates that are not checked to lie on the curve.
    fn point(x: Self::Base, y: Self::Base) -> Self::Affine;

    /// Reads a record; the point is not checked to lie on the curve.
    fn decode(record: &[Chunk]) -> Self::Affine {
        if is_absent(record) {
            return Self::Affine::zero();
        }
        let (x, y) = Self::decode_coordinates(record);
        Self::point(x, y)
    }
    /// Writes a record.
    fn encode(point: &Self::Affine, record: &mut [Chunk]) {
        match point.xy() {
            Some((x, y)) => Self::encode_coordinates(&x, &y, record),
            None => record.fill([0; 64]),
        }
    }
}

/// The group over Fq: records of 64 bytes.
#[derive(Debug, Clone, Copy)]
pub struct G1;

/// The group over Fq2: records of 128 bytes.
#[derive(Debug, Clone, Copy)]
pub struct G2;

impl Arithmetic for G1 {
    type Vector<L: Lanes> = VectorG1<L>;
    type Scalar = Portable<Self>;
}

impl Arithmetic for G2 {
    type Vector<L: Lanes> = VectorG2<L>;
    type Scalar = Portable<Self>;
}

fn words(chunk: &Chunk) -> [Fq; 2] {
    let words = chunk.as_chunks::<32>().0;
    [read_word(&words[0]), read_word(&words[1])]
}

fn write_words(values: [&Fq; 2], chunk: &mut Chunk) {
    for (value, bytes) in values.into_iter().zip(chunk.as_chunks_mut::<32>().0) {
        write_word(value, bytes);
    }
}

impl Group for G1 {
    type Base = Fq;
    type Affine = G1Affine;
    type Projective = G1Projective;
    const CHUNKS: usize = 1;
    const NAME: &'static str = "G1";

    fn decode_coordinates(record: &[Chunk]) -> (Fq, Fq) {
        let [x, y] = words(&record[0]);
        (x, y)
    }
    fn encode_coordinates(x: &Fq, y: &Fq, record: &mut [Chunk]) {
        write_words([x, y], &mut record[0]);
    }
    fn point(x: Fq, y: Fq) -> G1Affine {
        G1Affine::new_unchecked(x, y)
    }
}

impl Group for G2 {
    type Base = Fq2;
    type Affine = G2Affine;
    type Projective = G2Projective;
    const CHUNKS: usize = 2;
    const NAME: &'static str = "G2";

    fn decode_coordinates(record: &[Chunk]) -> (Fq2, Fq2) {
        let ([x0, x1], [y0, y1]) = (words(&record[0]), words(&record[1]));
        (Fq2::new(x0, x1), Fq2::new(y0, y1))
    }
    fn encode_coordinates(x: &Fq2, y: &Fq2, record: &mut [Chunk]) {
        write_words([&x.c0, &x.c1], &mut record[0]);
        write_words([&y.c0, &y.c1], &mut record[1]);
    }
    fn point(x: Fq2, y: Fq2) -> G2Affine {
        G2Affine::new_unchecked(x, y)
    }
}

/// Whether a record is the point at infinity.
pub(crate) fn is_absent(record: &[Chunk]) -> bool {
    record.iter().all(|chunk| *chunk == [0; 64])
}
