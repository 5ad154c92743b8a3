//! The eight lanes in plain Rust: the twin that judges the vector instructions.

use super::{Lanes, Task};

const LOW: u64 = (1 << 52) - 1;

/// Plain Rust. Its methods stay calls: inlined eight times over, they would take minutes to compile.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scalar;

fn zip(a: [u64; 8], b: [u64; 8], f: impl Fn(u64, u64) -> u64) -> [u64; 8] {
    std::array::from_fn(|i| f(a[i], b[i]))
}

fn mask(a: [u64; 8], f: impl Fn(u64) -> bool) -> u8 {
    (0..8).fold(0, |m, i| m | (u8::from(f(a[i])) << i))
}

fn product(a: u64, b: u64) -> u128 {
    u128::from(a & LOW) * u128::from(b & LOW)
}

impl Lanes for Scalar {
    type V = [u64; 8];

    fn run<T: Task<Self>>(self, task: T) -> T::Output {
        task.run(self)
    }
    #[inline(never)]
    fn splat(self, x: u64) -> Self::V {
        [x; 8]
    }
    #[inline(never)]
    fn load(self, x: &[u64; 8]) -> Self::V {
        *x
    }
    #[inline(never)]
    fn load_bytes(self, x: &[u8; 64]) -> Self::V {
        let (words, _) = x.as_chunks::<8>();
        std::array::from_fn(|i| u64::from_le_bytes(words[i]))
    }
    #[inline(never)]
    fn load_pair(self, a: &[u64; 4], b: &[u64; 4]) -> Self::V {
        std::array::from_fn(|i| if i < 4 { a[i] } else { b[i - 4] })
    }
    #[inline(never)]
    fn store_pair(self, v: Self::V, a: &mut [u64; 4], b: &mut [u64; 4]) {
        a.copy_from_slice(&v[..4]);
        b.copy_from_slice(&v[4..]);
    }
    #[inline(never)]
    fn store(self, a: Self::V) -> [u64; 8] {
        a
    }
    #[inline(never)]
    fn store_bytes(self, a: Self::V, out: &mut [u8; 64]) {
        let (words, _) = out.as_chunks_mut::<8>();
        for (word, lane) in words.iter_mut().zip(a) {
            *word = lane.to_le_bytes();
        }
    }
    #[inline(never)]
    fn prefetch(self, _: &[u8; 64]) {}
    #[inline(never)]
    fn add(self, a: Self::V, b: Self::V) -> Self::V {
        zip(a, b, u64::wrapping_add)
    }
    #[inline(never)]
    fn sub(self, a: Self::V, b: Self::V) -> Self::V {
        zip(a, b, u64::wrapping_sub)
    }
    #[inline(never)]
    fn sub_where(self, mask: u8, a: Self::V, b: Self::V) -> Self::V {
        self.select(mask, self.sub(a, b), a)
    }
    #[inline(never)]
    fn and(self, a: Self::V, b: Self::V) -> Self::V {
        zip(a, b, |a, b| a & b)
    }
    #[inline(never)]
    fn or(self, a: Self::V, b: Self::V) -> Self::V {
        zip(a, b, |a, b| a | b)
    }
    #[inline(never)]
    fn shl<const N: u32>(self, a: Self::V) -> Self::V {
        a.map(|x| x << N)
    }
    #[inline(never)]
    fn shr<const N: u32>(self, a: Self::V) -> Self::V {
        a.map(|x| x >> N)
    }
    #[inline(never)]
    fn sar<const N: u32>(self, a: Self::V) -> Self::V {
        a.map(|x| (x.cast_signed() >> N).cast_unsigned())
    }
    #[inline(never)]
    fn madd_lo(self, acc: Self::V, a: Self::V, b: Self::V) -> Self::V {
        // The low half fits 52 bits, so the cast loses nothing that is kept.
        std::array::from_fn(|i| acc[i].wrapping_add(product(a[i], b[i]) as u64 & LOW))
    }
    #[inline(never)]
    fn madd_hi(self, acc: Self::V, a: Self::V, b: Self::V) -> Self::V {
        std::array::from_fn(|i| acc[i].wrapping_add((product(a[i], b[i]) >> 52) as u64))
    }
    #[inline(never)]
    fn select(self, mask: u8, on: Self::V, off: Self::V) -> Self::V {
        std::array::from_fn(|i| if mask >> i & 1 == 1 { on[i] } else { off[i] })
    }
    #[inline(never)]
    fn greater(self, a: Self::V, b: Self::V) -> u8 {
        (0..8).fold(0, |m, i| m | (u8::from(a[i].cast_signed() > b[i].cast_signed()) << i))
    }
    #[inline(never)]
    fn zeros(self, a: Self::V) -> u8 {
        mask(a, |x| x == 0)
    }
    #[inline(never)]
    fn negatives(self, a: Self::V) -> u8 {
        mask(a, |x| x >> 63 == 1)
    }
    #[inline(never)]
    fn transpose(self, rows: [Self::V; 8]) -> [Self::V; 8] {
        std::array::from_fn(|i| std::array::from_fn(|j| rows[j][i]))
    }
}
