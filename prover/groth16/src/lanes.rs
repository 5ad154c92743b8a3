//! Eight 64-bit lanes and the few instructions that radix-2^52 arithmetic needs.
//!
//! [`Ifma`] is AVX-512 IFMA; [`Scalar`] is its twin in plain Rust, which any machine and Miri can run. All that is
//! built on [`Lanes`] is the same code for both.

#[cfg(target_arch = "x86_64")]
mod ifma;
#[cfg(test)]
mod scalar;

#[cfg(target_arch = "x86_64")]
pub(crate) use ifma::Ifma;
#[cfg(test)]
pub(crate) use scalar::Scalar;

/// A computation to run where the instructions of `L` may be used.
///
/// A trait and not a closure, since only a method can be marked `inline(always)`, without which the compiler may
/// leave every instruction as a call.
pub(crate) trait Task<L: Lanes> {
    /// The result.
    type Output;
    /// Does the work; everything below it must be `inline(always)`.
    fn run(self, lanes: L) -> Self::Output;
}

/// Eight lanes of 64 bits. A value of an implementing type is the proof that this machine has the instructions.
pub(crate) trait Lanes: Copy + Send + Sync + 'static {
    /// Eight unsigned 64-bit integers.
    type V: Copy + Send + Sync;

    /// Runs `task` compiled for these instructions.
    fn run<T: Task<Self>>(self, task: T) -> T::Output;
    /// The same integer in each lane.
    fn splat(self, x: u64) -> Self::V;
    /// Lane `i` is `x[i]`.
    fn load(self, x: &[u64; 8]) -> Self::V;
    /// Lane `i` is the `i`-th little-endian integer of `x`.
    fn load_bytes(self, x: &[u8; 64]) -> Self::V;
    /// The integers of `a`, then those of `b`.
    fn load_pair(self, a: &[u64; 4], b: &[u64; 4]) -> Self::V;
    /// The inverse of [`Self::load_pair`].
    fn store_pair(self, v: Self::V, a: &mut [u64; 4], b: &mut [u64; 4]);
    /// The lanes, in order.
    fn store(self, a: Self::V) -> [u64; 8];
    /// The lanes, in order, little-endian.
    fn store_bytes(self, a: Self::V, out: &mut [u8; 64]);
    /// Asks for the cache lines of `x`.
    fn prefetch(self, x: &[u8; 64]);
    /// `a + b`, wrapping.
    fn add(self, a: Self::V, b: Self::V) -> Self::V;
    /// `a − b`, wrapping.
    fn sub(self, a: Self::V, b: Self::V) -> Self::V;
    /// `a − b` in the lanes of `mask`, else `a`.
    fn sub_where(self, mask: u8, a: Self::V, b: Self::V) -> Self::V;
    /// Bitwise and.
    fn and(self, a: Self::V, b: Self::V) -> Self::V;
    /// Bitwise or.
    fn or(self, a: Self::V, b: Self::V) -> Self::V;
    /// Shift to the left.
    fn shl<const N: u32>(self, a: Self::V) -> Self::V;
    /// Shift to the right, zeros in.
    fn shr<const N: u32>(self, a: Self::V) -> Self::V;
    /// Shift to the right, sign in.
    fn sar<const N: u32>(self, a: Self::V) -> Self::V;
    /// `acc +` the low 52 bits of the product of the low 52 bits of `a` and `b`.
    fn madd_lo(self, acc: Self::V, a: Self::V, b: Self::V) -> Self::V;
    /// `acc +` bits 52 to 103 of the product of the low 52 bits of `a` and `b`.
    fn madd_hi(self, acc: Self::V, a: Self::V, b: Self::V) -> Self::V;
    /// `on` in the lanes of `mask`, else `off`.
    fn select(self, mask: u8, on: Self::V, off: Self::V) -> Self::V;
    /// The lanes where `a > b` as signed integers.
    fn greater(self, a: Self::V, b: Self::V) -> u8;
    /// The lanes that are zero.
    fn zeros(self, a: Self::V) -> u8;
    /// The lanes whose top bit is set.
    fn negatives(self, a: Self::V) -> u8;
    /// Lane `i` of row `j` becomes lane `j` of row `i`.
    fn transpose(self, rows: [Self::V; 8]) -> [Self::V; 8];
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests;
