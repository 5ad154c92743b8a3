//! What a transaction pays per gas, and how that rises while it waits. Never above the operator's cap.

use alloy::primitives::U256;

use super::Account;
use crate::{chain::Fees, progress::Interrupt, reason::HoldReason};

impl Account {
    /// Fees of the first form: what the chain takes now, with room for a rising base fee as far as the cap allows.
    pub(super) async fn opening_fees(&self) -> Result<Fees, Interrupt> {
        let wanted = self.chain.fees().await?;
        capped(wanted, self.max_fee_per_gas).ok_or_else(|| self.above_cap(wanted.max))
    }

    /// Fees of the next form, high enough that nodes replace the old one.
    pub(super) async fn raised_fees(&self, old: Fees) -> Result<Fees, Interrupt> {
        let now = self.chain.fees().await?;
        let raised = raise(old, now);
        if raised.max <= self.max_fee_per_gas {
            Ok(raised)
        } else {
            Err(self.above_cap(raised.max))
        }
    }

    fn above_cap(&self, needed: u128) -> Interrupt {
        let (chain_id, cap) = (self.chain.id(), U256::from(self.max_fee_per_gas));
        HoldReason::GasAboveCap { chain_id, needed: U256::from(needed), cap }.into()
    }
}

/// The wanted fees cut to the cap, or `None` where the cap is below what inclusion takes now. `wanted.max` is twice the
/// base fee and the tip.
fn capped(wanted: Fees, cap: u128) -> Option<Fees> {
    (wanted.expected() <= cap).then(|| Fees { max: wanted.max.min(cap), priority: wanted.priority })
}

/// Nodes ask for 10 % on both fees (go-ethereum's `--txpool.pricebump`); an eighth clears that and any rounding.
fn raise(old: Fees, now: Fees) -> Fees {
    let eighth_more = |fee: u128| fee.saturating_add(fee / 8).saturating_add(1);
    let priority = eighth_more(old.priority).max(now.priority);
    let max = eighth_more(old.max).max(now.max).max(priority);
    Fees { max, priority }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_raise_always_replaces(old in fees(), now in fees()) {
            let new = raise(old, now);
            prop_assert!(new.max * 10 >= old.max * 11 && new.priority * 10 >= old.priority * 11);
            prop_assert!(new.max > old.max && new.priority > old.priority);
            prop_assert!(new.priority <= new.max);
        }

        #[test]
        fn the_cap_is_never_passed_and_never_pays_too_little(wanted in fees(), cap in 0..1u128 << 90) {
            let base = (wanted.max - wanted.priority) / 2;
            match capped(wanted, cap) {
                Some(fees) => prop_assert!(fees.max <= cap && fees.max >= base + fees.priority),
                None => prop_assert!(base + wanted.priority > cap),
            }
        }
    }

    fn fees() -> impl Strategy<Value = Fees> {
        (0..1u128 << 90, 0..1u128 << 90)
            .prop_map(|(base, priority)| Fees { max: base * 2 + priority, priority })
    }
}
