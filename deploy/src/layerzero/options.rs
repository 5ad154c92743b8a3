//! What a sender asks of the executor: type 3 options (`UlnOptions` and `ExecutorOptions` of
//! LayerZero V2).

use alloy::primitives::Bytes;

const TYPE_3: [u8; 2] = [0, 3];
const EXECUTOR: u8 = 1;
const DVN: u8 = 2;
const LZ_RECEIVE: u8 = 1;

/// Why options cannot be served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OptionsError {
    /// Not type 3.
    #[error("only options of type 3 are served")]
    Type,
    /// The bytes end inside an option.
    #[error("the options end inside the option at byte {0}")]
    Truncated(usize),
    /// A worker that does not exist.
    #[error("worker id {0} is unknown")]
    Worker(u8),
    /// Something else than a plain delivery.
    #[error("executor option {0} (native drop, compose, ordered or read) is not served here")]
    Unsupported(u8),
    /// No gas was bought for the delivery.
    #[error("the options buy no gas for lzReceive")]
    NoGas,
    /// The sums of gas or value do not fit.
    #[error("the gas or the value of the options overflows")]
    Overflow,
}

/// The call of `lzReceive` that a sender has bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LzReceive {
    /// Gas of the call.
    pub gas: u128,
    /// Value of the call, in wei of the destination chain.
    pub value: u128,
}

impl LzReceive {
    /// Encodes `0003 | 01 | length(2) | 01 | gas(16) [| value(16)]`.
    #[must_use]
    pub fn encode(self) -> Bytes {
        let mut option = vec![LZ_RECEIVE];
        option.extend(self.gas.to_be_bytes());
        if self.value != 0 {
            option.extend(self.value.to_be_bytes());
        }
        let length: u16 = if self.value == 0 { 17 } else { 33 };
        let mut options = TYPE_3.to_vec();
        options.push(EXECUTOR);
        options.extend(length.to_be_bytes());
        options.extend(option);
        options.into()
    }

    /// Decodes type 3 options and adds up what they buy, as the executor's fee library does;
    /// options for DVNs are passed over.
    ///
    /// # Errors
    /// [`OptionsError`] for what is malformed or not served by a development executor.
    pub fn decode(options: &[u8]) -> Result<Self, OptionsError> {
        let mut rest = options.strip_prefix(&TYPE_3).ok_or(OptionsError::Type)?;
        let mut total = Self { gas: 0, value: 0 };
        while let Some((&worker, tail)) = rest.split_first() {
            let truncated = OptionsError::Truncated(options.len() - rest.len());
            let (length, tail) = tail.split_first_chunk().ok_or(truncated)?;
            let (option, tail) =
                tail.split_at_checked(u16::from_be_bytes(*length).into()).ok_or(truncated)?;
            let (&kind, argument) = option.split_first().ok_or(truncated)?;
            match worker {
                EXECUTOR => total = total.plus(Self::option(kind, argument, truncated)?)?,
                DVN => {}
                unknown => return Err(OptionsError::Worker(unknown)),
            }
            rest = tail;
        }
        if total.gas == 0 { Err(OptionsError::NoGas) } else { Ok(total) }
    }

    fn option(kind: u8, argument: &[u8], truncated: OptionsError) -> Result<Self, OptionsError> {
        if kind != LZ_RECEIVE {
            return Err(OptionsError::Unsupported(kind));
        }
        let (gas, value) = argument.split_first_chunk().ok_or(truncated)?;
        let value = match value {
            [] => 0,
            value => u128::from_be_bytes(value.try_into().map_err(|_| truncated)?),
        };
        Ok(Self { gas: u128::from_be_bytes(*gas), value })
    }

    fn plus(self, other: Self) -> Result<Self, OptionsError> {
        Ok(Self {
            gas: self.gas.checked_add(other.gas).ok_or(OptionsError::Overflow)?,
            value: self.value.checked_add(other.value).ok_or(OptionsError::Overflow)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::hex;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(gas in 1..=u128::MAX, value: u128) {
            let bought = LzReceive { gas, value };
            prop_assert_eq!(LzReceive::decode(&bought.encode()), Ok(bought));
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
            let typed = [&TYPE_3[..], &bytes].concat();
            let _either = LzReceive::decode(&typed);
        }
    }

    #[test]
    fn the_published_example_of_200_000_gas() {
        let options = hex!("00030100110100000000000000000000000000030d40");
        assert_eq!(LzReceive { gas: 200_000, value: 0 }.encode()[..], options);
    }

    #[test]
    fn several_options_add_up_and_dvn_options_are_passed_over() {
        let one = LzReceive { gas: 5, value: 0 }.encode();
        let two = LzReceive { gas: 7, value: 9 }.encode();
        let dvn = [DVN, 0, 2, 0, 1];
        let options = [&one[..], &dvn, &two[2..]].concat();
        assert_eq!(LzReceive::decode(&options), Ok(LzReceive { gas: 12, value: 9 }));
    }

    #[test]
    fn what_cannot_be_served_is_named() {
        use OptionsError as E;
        let drop = [0, 3, EXECUTOR, 0, 1, 2];
        for (options, error) in [
            (&[0, 1][..], E::Type),
            (&[0, 3], E::NoGas),
            (&[0, 3, EXECUTOR, 0, 40, 1], E::Truncated(2)),
            (&[0, 3, EXECUTOR, 0, 2, 1, 1], E::Truncated(2)),
            (&[0, 3, 9, 0, 1, 1], E::Worker(9)),
            (&drop, E::Unsupported(2)),
        ] {
            assert_eq!(LzReceive::decode(options), Err(error), "{options:?}");
        }
        let most = LzReceive { gas: u128::MAX, value: 0 }.encode();
        let overflowing = [&most[..], &most[2..]].concat();
        assert_eq!(LzReceive::decode(&overflowing), Err(E::Overflow));
    }
}
