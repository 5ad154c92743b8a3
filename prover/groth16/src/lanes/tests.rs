//! Every vector instruction against its twin.

use super::{Ifma, Lanes, Scalar};
use proptest::prelude::*;

/// Words of all sizes, with the edges of 52 bits.
fn word() -> impl Strategy<Value = u64> {
    let top = (1u64 << 52) - 1;
    prop_oneof![
        any::<u64>(),
        0..=top,
        Just(0),
        Just(top),
        Just(top + 1),
        Just(u64::MAX),
        Just(1 << 63)
    ]
}

fn row() -> impl Strategy<Value = [u64; 8]> {
    proptest::array::uniform8(word())
}

/// What every operation makes of the same rows.
fn trace<L: Lanes>(l: L, rows: &[[u64; 8]; 8], mask: u8) -> Vec<u64> {
    let v = rows.map(|row| l.load(&row));
    let mut bytes = [0; 64];
    l.store_bytes(v[0], &mut bytes);
    let (mut low, mut high) = ([0; 4], [0; 4]);
    l.store_pair(v[1], &mut low, &mut high);
    let mut out = vec![
        l.splat(rows[0][0]),
        l.load_bytes(&bytes),
        l.load_pair(&high, &low),
        l.add(v[0], v[1]),
        l.sub(v[0], v[1]),
        l.sub_where(mask, v[0], v[1]),
        l.and(v[0], v[1]),
        l.or(v[0], v[1]),
        l.shl::<12>(v[0]),
        l.shr::<40>(v[0]),
        l.sar::<52>(v[0]),
        l.madd_lo(v[0], v[1], v[2]),
        l.madd_hi(v[0], v[1], v[2]),
        l.select(mask, v[0], v[1]),
    ];
    out.extend(l.transpose(v));
    let masks = [l.greater(v[0], v[1]), l.greater(v[0], v[0]), l.zeros(v[0]), l.negatives(v[0])];
    let mut words: Vec<u64> = out.into_iter().flat_map(|v| l.store(v)).collect();
    words.extend(masks.map(u64::from));
    words
}

proptest! {
    #[test]
    fn instructions_agree_with_their_twins(rows in proptest::array::uniform8(row()), mask: u8) {
        let Some(ifma) = Ifma::detect() else { return Ok(()) };
        prop_assert_eq!(trace(ifma, &rows, mask), trace(Scalar, &rows, mask));
    }
}
