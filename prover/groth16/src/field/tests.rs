//! The arithmetic of arkworks judges that of the lanes, at the edges of what each function takes.

use super::{Ark, Prime};
use crate::lanes::{Lanes as _, Scalar};
use ark_bn254::{Fq, FqConfig, Fr, FrConfig};
use ark_ff::{AdditiveGroup as _, BigInt, Field as _, MontConfig, PrimeField as _};
use proptest::prelude::*;

/// Elements with many at the edges.
fn element<M: MontConfig<4>>() -> impl Strategy<Value = Ark<M>> {
    let any = proptest::array::uniform4(any::<u64>()).prop_map(|mut words| {
        words[3] >>= 3;
        let word = BigInt(words);
        Ark::<M>::new_unchecked(if word < Ark::<M>::MODULUS { word } else { BigInt::one() })
    });
    prop_oneof![3 => any, 1 => Just(Ark::<M>::ZERO), 1 => Just(-Ark::<M>::ONE), 1 => Just(Ark::<M>::ONE)]
}

fn eight<M: MontConfig<4>>() -> impl Strategy<Value = [Ark<M>; 8]> {
    proptest::collection::vec(element::<M>(), 8).prop_map(|v| std::array::from_fn(|i| v[i]))
}

fn check<M: MontConfig<4>>(a: [Ark<M>; 8], b: [Ark<M>; 8]) -> Result<(), TestCaseError> {
    let f = Prime::<Scalar, M>::new(Scalar);
    let (x, y) = (f.load_ark(&a), f.load_ark(&b));
    prop_assert_eq!(f.to_ark(&x), a);
    // Words of arkworks carry 2^256 and a product divides by 2^260.
    let sixteenth = Ark::<M>::from(16u64).inverse().unwrap();
    let lanes =
        |f: &dyn Fn(Ark<M>, Ark<M>) -> Ark<M>| std::array::from_fn::<_, 8, _>(|i| f(a[i], b[i]));
    prop_assert_eq!(f.to_ark(&f.mul(&x, &y)), lanes(&|a, b| a * b * sixteenth));
    prop_assert_eq!(f.to_ark(&f.sum(&x, &y)), lanes(&|a, b| a + b));
    prop_assert_eq!(f.to_ark(&f.sub(&x, &y, 3)), lanes(&|a, b| a - b));
    let dot = f.dot([(&x, &y), (&y, &y)]);
    prop_assert_eq!(f.to_ark(&dot), lanes(&|a, b| (a + b) * b * sixteenth));
    // 5p + a, settled, is below 2p and a bit: its top limb says so.
    let high = f.sub(&x, &f.zero(), 5);
    let settled = f.settle(high);
    prop_assert_eq!(f.to_ark(&settled), a);
    let bound = f.splat(super::Constants::<M>::MULTIPLES[2].map(|limb| limb + 16));
    prop_assert_eq!(Scalar.greater(settled[4], bound[4]), 0);
    let same = f.sub(&x, &x, 3);
    prop_assert_eq!(f.zeros(&same), 0xff);
    let differ = (0..8).fold(0, |mask, i| mask | (u8::from(a[i] == b[i]) << i));
    prop_assert_eq!(f.zeros(&f.sub(&x, &y, 3)), differ);
    Ok(())
}

proptest! {
    #[test]
    fn the_base_field_agrees_with_arkworks(a in eight::<FqConfig>(), b in eight::<FqConfig>()) {
        check::<FqConfig>(a, b)?;
    }

    #[test]
    fn the_scalar_field_agrees_with_arkworks(a in eight::<FrConfig>(), b in eight::<FrConfig>()) {
        check::<FrConfig>(a, b)?;
    }
}

#[test]
fn constants_are_the_primes() {
    assert_eq!(super::Constants::<FqConfig>::MULTIPLES[1], super::split(Fq::MODULUS.0));
    assert_eq!(super::Constants::<FrConfig>::MULTIPLES[1], super::split(Fr::MODULUS.0));
}
