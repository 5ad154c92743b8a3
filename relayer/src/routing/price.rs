//! Fees of different coins, and time, in one currency.

use std::time::Duration;

use alloy::primitives::U256;

/// Smallest units of a coin, or of a token that fees are paid in.
const UNITS: u64 = 10_u64.pow(18);

/// What things are worth, in millionths of a currency of the operator's choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prices {
    /// One coin (10^18 wei) of the source.
    pub source_coin: u64,
    /// One coin (10^18 wei) of the destination.
    pub destination_coin: u64,
    /// 10^18 units of the token that a bridge's fee is paid in.
    pub fee_token: u64,
    /// A second in which a message is not settled.
    pub second: u64,
}

impl Prices {
    /// What it is worth not to wait.
    pub(super) fn of_time(&self, time: Duration) -> U256 {
        U256::from(time.as_secs()).saturating_mul(U256::from(self.second))
    }
}

/// What an amount of a coin's smallest units is worth; what is less than a millionth counts as one.
pub(super) fn of(amount: U256, price: u64) -> U256 {
    amount.saturating_mul(U256::from(price)).div_ceil(U256::from(UNITS))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_fee_of_a_dear_coin_weighs_more() {
        let milli = U256::from(UNITS / 1000);
        assert_eq!(of(milli, 3_000_000_000), U256::from(3_000_000));
        assert_eq!(of(milli, 400_000), U256::from(400));
        assert_eq!(of(U256::ONE, 1), U256::ONE);
        assert_eq!(of(U256::ZERO, u64::MAX), U256::ZERO);
    }

    proptest! {
        #[test]
        fn a_higher_fee_never_costs_less(low in any::<u128>(), more in any::<u128>(), price in any::<u64>()) {
            let low = U256::from(low);
            prop_assert!(of(low, price) <= of(low + U256::from(more), price));
        }
    }
}
