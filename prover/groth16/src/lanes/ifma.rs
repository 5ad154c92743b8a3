//! The eight lanes as one AVX-512 register, with the 52-bit multiply-add of IFMA.
//!
//! This is the only unsafe code of the crate. Invariants:
//! - an [`Ifma`] exists only after [`Ifma::detect`] saw every feature named in `run`, so whoever holds one may
//!   execute these instructions;
//! - memory is touched only through references to arrays of 64 or 32 bytes, with instructions that ask for no alignment.
#![allow(unsafe_code)]

use super::{Lanes, Task};
use std::arch::x86_64::*;

/// AVX-512 with IFMA: Intel from Ice Lake on servers, AMD from Zen 4.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ifma(());

impl Ifma {
    /// The instructions, where this machine has them.
    pub(crate) fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512ifma"))
        .then_some(Self(()))
    }
}

/// Where the features are in force; everything inlined into it is compiled with them.
///
/// # Safety
/// The machine must have the features.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512ifma")]
unsafe fn with_features<T: Task<Ifma>>(lanes: Ifma, task: T) -> T::Output {
    task.run(lanes)
}

/// A method of [`Lanes`] that is one instruction, or a few, on registers alone.
macro_rules! instructions {
    ($($name:ident($($arg:ident: $type:ty),*) -> $out:ty = $body:expr;)*) => {$(
        #[inline(always)]
        fn $name(self, $($arg: $type),*) -> $out {
            // SAFETY: `self` proves the features; the body touches no memory but through references to 64 bytes.
            unsafe { $body }
        }
    )*};
}

impl Lanes for Ifma {
    type V = __m512i;

    #[inline(always)]
    fn run<T: Task<Self>>(self, task: T) -> T::Output {
        // SAFETY: `self` proves the features.
        unsafe { with_features(self, task) }
    }

    instructions! {
        splat(x: u64) -> __m512i = _mm512_set1_epi64(x.cast_signed());
        load(x: &[u64; 8]) -> __m512i = _mm512_loadu_si512(x.as_ptr().cast());
        load_bytes(x: &[u8; 64]) -> __m512i = _mm512_loadu_si512(x.as_ptr().cast());
        store_bytes(a: __m512i, out: &mut [u8; 64]) -> () = _mm512_storeu_si512(out.as_mut_ptr().cast(), a);
        add(a: __m512i, b: __m512i) -> __m512i = _mm512_add_epi64(a, b);
        sub(a: __m512i, b: __m512i) -> __m512i = _mm512_sub_epi64(a, b);
        sub_where(mask: u8, a: __m512i, b: __m512i) -> __m512i = _mm512_mask_sub_epi64(a, mask, a, b);
        and(a: __m512i, b: __m512i) -> __m512i = _mm512_and_si512(a, b);
        or(a: __m512i, b: __m512i) -> __m512i = _mm512_or_si512(a, b);
        madd_lo(acc: __m512i, a: __m512i, b: __m512i) -> __m512i = _mm512_madd52lo_epu64(acc, a, b);
        madd_hi(acc: __m512i, a: __m512i, b: __m512i) -> __m512i = _mm512_madd52hi_epu64(acc, a, b);
        select(mask: u8, on: __m512i, off: __m512i) -> __m512i = _mm512_mask_blend_epi64(mask, off, on);
        greater(a: __m512i, b: __m512i) -> u8 = _mm512_cmpgt_epi64_mask(a, b);
        zeros(a: __m512i) -> u8 = _mm512_testn_epi64_mask(a, a);
        negatives(a: __m512i) -> u8 = _mm512_movepi64_mask(a);
    }

    #[inline(always)]
    fn prefetch(self, x: &[u8; 64]) {
        // SAFETY: both addresses lie in `x`, which may reach over two lines; a prefetch reads nothing.
        unsafe {
            _mm_prefetch::<_MM_HINT_T0>(x.as_ptr().cast());
            _mm_prefetch::<_MM_HINT_T0>(x.as_ptr().add(63).cast());
        }
    }
    #[inline(always)]
    fn load_pair(self, a: &[u64; 4], b: &[u64; 4]) -> __m512i {
        // SAFETY: `self` proves the features; `a` and `b` are 32 bytes each.
        unsafe {
            let a = _mm512_castsi256_si512(_mm256_loadu_si256(a.as_ptr().cast()));
            _mm512_inserti64x4::<1>(a, _mm256_loadu_si256(b.as_ptr().cast()))
        }
    }
    #[inline(always)]
    fn store_pair(self, v: __m512i, a: &mut [u64; 4], b: &mut [u64; 4]) {
        // SAFETY: `self` proves the features; `a` and `b` are 32 bytes each.
        unsafe {
            _mm256_storeu_si256(a.as_mut_ptr().cast(), _mm512_castsi512_si256(v));
            _mm256_storeu_si256(b.as_mut_ptr().cast(), _mm512_extracti64x4_epi64::<1>(v));
        }
    }
    #[inline(always)]
    fn store(self, a: __m512i) -> [u64; 8] {
        let mut out = [0; 8];
        // SAFETY: `self` proves the features; `out` is 64 bytes.
        unsafe { _mm512_storeu_si512(out.as_mut_ptr().cast(), a) };
        out
    }
    #[inline(always)]
    fn shl<const N: u32>(self, a: __m512i) -> __m512i {
        // SAFETY: `self` proves the features.
        unsafe { _mm512_slli_epi64::<N>(a) }
    }
    #[inline(always)]
    fn shr<const N: u32>(self, a: __m512i) -> __m512i {
        // SAFETY: `self` proves the features.
        unsafe { _mm512_srli_epi64::<N>(a) }
    }
    #[inline(always)]
    fn sar<const N: u32>(self, a: __m512i) -> __m512i {
        // SAFETY: `self` proves the features.
        unsafe { _mm512_srai_epi64::<N>(a) }
    }

    #[inline(always)]
    fn transpose(self, r: [__m512i; 8]) -> [__m512i; 8] {
        // SAFETY: `self` proves the features; registers only.
        unsafe {
            let (mut lo, mut hi) = ([r[0]; 4], [r[0]; 4]);
            for i in 0..4 {
                lo[i] = _mm512_unpacklo_epi64(r[2 * i], r[2 * i + 1]);
                hi[i] = _mm512_unpackhi_epi64(r[2 * i], r[2 * i + 1]);
            }
            // Columns 0, 1, 2, 3 each as pairs (k, k + 4) of two rows' halves; 0x88 takes the even 128 bits, 0xdd the odd.
            // A macro, as a closure may stay a call.
            macro_rules! even {
                ($a:expr, $b:expr) => {
                    _mm512_shuffle_i64x2::<0x88>($a, $b)
                };
            }
            macro_rules! odd {
                ($a:expr, $b:expr) => {
                    _mm512_shuffle_i64x2::<0xdd>($a, $b)
                };
            }
            let u =
                [even!(lo[0], lo[1]), even!(hi[0], hi[1]), odd!(lo[0], lo[1]), odd!(hi[0], hi[1])];
            let v =
                [even!(lo[2], lo[3]), even!(hi[2], hi[3]), odd!(lo[2], lo[3]), odd!(hi[2], hi[3])];
            [
                even!(u[0], v[0]),
                even!(u[1], v[1]),
                even!(u[2], v[2]),
                even!(u[3], v[3]),
                odd!(u[0], v[0]),
                odd!(u[1], v[1]),
                odd!(u[2], v[2]),
                odd!(u[3], v[3]),
            ]
        }
    }
}
