//! Bonuses of an epoch, paid out of the treasury's share.
//!
//! The ten provers with the largest volume get 10 % of what they earned in the epoch on top, and who was up for at
//! least 99.9 % of it gets 5 %. At each payment [`reserve_for`] is set aside from the treasury's share, for both
//! bonuses in full: what is owed is always there, and what is not earned returns to the treasury.
//!
//! Paying oneself is no way to a bonus: of a fee 70 % comes back as earnings and at most 25 % of that as bonus
//! ([`MAX_BONUS_BPS`]), so that a fee paid to oneself loses at least 12.5 %.

use borsh::{BorshDeserialize, BorshSerialize};
use near_token::NearToken;
use serde::{Deserialize, Serialize};

use super::bps::{BPS_DENOMINATOR, bps_of};
use super::param_error::{ParamError, demand};

/// Highest sum of both bonuses, in basis points: 25 % of the prover's 70 % is less than the treasury's 20 %.
pub const MAX_BONUS_BPS: u32 = 2_500;
/// From this fee on the reserve never exceeds the treasury's share, whatever is rounded. No job may have a
/// smaller one.
pub const MIN_FEE: NearToken = NearToken::from_yoctonear(1_000);
/// Places on the [`Leaderboard`].
pub const TOP: usize = 10;

/// Bonuses in basis points of what a prover earned in the epoch.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct BonusParams {
    /// For the ten largest volumes of the epoch.
    pub volume_bps: u32,
    /// For an uptime of at least 99.9 %.
    pub uptime_bps: u32,
}

impl Default for BonusParams {
    fn default() -> Self {
        Self { volume_bps: 1_000, uptime_bps: 500 }
    }
}

impl BonusParams {
    /// Refuses bonuses that the treasury's share could not pay.
    pub fn check(&self) -> Result<(), ParamError> {
        let sum = self.sum();
        let parameter = "volume_bps + uptime_bps";
        demand(sum <= MAX_BONUS_BPS, parameter, sum.into(), "at most 2,500")
    }

    /// The bonus on what a prover earned in an epoch; never more than was set aside for it.
    pub fn bonus(&self, earned: NearToken, top: bool, up: bool) -> NearToken {
        let volume = if top { bps_of(earned, self.volume_bps) } else { NearToken::ZERO };
        let uptime = if up { bps_of(earned, self.uptime_bps) } else { NearToken::ZERO };
        volume.saturating_add(uptime)
    }

    const fn sum(&self) -> u32 {
        self.volume_bps.saturating_add(self.uptime_bps)
    }
}

/// What to set aside of the treasury's share when a prover is paid `prover_share`: both bonuses, rounded up.
///
/// The floor of a sum is at most the sum of the parts rounded up, so that any number of payments reserves at least
/// what the bonus on their sum is.
pub fn reserve_for(prover_share: NearToken, params: &BonusParams) -> NearToken {
    let floor = bps_of(prover_share, params.sum());
    // Below 10^4 * 2^32.
    let rest = prover_share.as_yoctonear() % BPS_DENOMINATOR * u128::from(params.sum());
    let up = u128::from(!rest.is_multiple_of(BPS_DENOMINATOR));
    floor.saturating_add(NearToken::from_yoctonear(up))
}

/// Whether a prover that was down for `down_s` of an epoch of `epoch_s` was up for at least 99.9 % of it.
pub const fn meets_uptime(down_s: u64, epoch_s: u64) -> bool {
    epoch_s > 0 && down_s as u128 * 1_000 <= epoch_s as u128
}

/// A prover's volume in the epoch.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
pub struct Volume {
    /// The prover.
    pub seat: u32,
    /// What it earned in the epoch.
    pub volume: NearToken,
}

/// The ten largest volumes of an epoch, largest first; of equal ones the earlier stands higher.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
pub struct Leaderboard {
    entries: Vec<Volume>,
}

impl Leaderboard {
    /// Notes that the volume of `seat` in this epoch has grown to `volume`. A smaller one than is known changes
    /// nothing: within an epoch volumes only grow, which is why ten entries are enough to know the ten largest.
    pub fn record(&mut self, seat: u32, volume: NearToken) {
        if let Some(at) = self.entries.iter().position(|entry| entry.seat == seat) {
            if self.entries.get(at).is_some_and(|known| known.volume >= volume) {
                return;
            }
            self.entries.remove(at);
        }
        let rank = self.entries.partition_point(|entry| entry.volume >= volume);
        if rank < TOP && !volume.is_zero() {
            self.entries.insert(rank, Volume { seat, volume });
            self.entries.truncate(TOP);
        }
    }

    /// The entries, largest first.
    pub fn entries(&self) -> &[Volume] {
        &self.entries
    }

    /// Whether `seat` is among them.
    pub fn contains(&self, seat: u32) -> bool {
        self.entries.iter().any(|entry| entry.seat == seat)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::fees::split_fee;
    use super::*;

    fn yocto(amount: u128) -> NearToken {
        NearToken::from_yoctonear(amount)
    }

    #[test]
    fn check_should_refuse_what_the_treasury_could_not_pay() {
        assert_eq!(BonusParams::default().check(), Ok(()));
        assert_eq!(BonusParams { volume_bps: 2_000, uptime_bps: 500 }.check(), Ok(()));
        assert!(BonusParams { volume_bps: 2_000, uptime_bps: 501 }.check().is_err());
        assert!(BonusParams { volume_bps: u32::MAX, uptime_bps: u32::MAX }.check().is_err());
    }

    #[test]
    fn reserve_should_fit_the_treasury_share_of_every_small_fee() {
        for (volume_bps, uptime_bps) in [(2_500, 0), (1_000, 500), (1, 0), (1_249, 1_251)] {
            let params = BonusParams { volume_bps, uptime_bps };
            for fee in MIN_FEE.as_yoctonear()..50_000 {
                let split = split_fee(yocto(fee));
                assert!(reserve_for(split.prover, &params) <= split.treasury, "{fee} {params:?}");
            }
        }
    }

    #[test]
    fn meets_uptime_should_turn_at_one_part_in_a_thousand() {
        let day = 86_400;
        assert!(meets_uptime(0, day) && meets_uptime(86, day) && !meets_uptime(87, day));
        assert!(!meets_uptime(0, 0));
        assert!(!meets_uptime(u64::MAX, u64::MAX) && meets_uptime(u64::MAX / 1_000, u64::MAX));
    }

    #[test]
    fn leaderboard_should_let_the_earlier_of_equals_stand() {
        let mut board = Leaderboard::default();
        (0..12).for_each(|seat| board.record(seat, yocto(5)));
        assert!(board.contains(9) && !board.contains(10));
        board.record(11, yocto(6));
        assert_eq!(board.entries()[0].seat, 11);
        assert!(!board.contains(9), "the last of the equals made room");
        board.record(0, yocto(5));
        assert_eq!(board.entries()[1].seat, 0, "nothing new, so its place is kept");
        board.record(20, yocto(0));
        assert!(!board.contains(20));
    }

    proptest! {
        #[test]
        fn reserve_should_fit_the_treasury_share(
            fee in MIN_FEE.as_yoctonear().., volume_bps in 0..=2_500_u32, part in 0..=2_500_u32,
        ) {
            let params = BonusParams { volume_bps, uptime_bps: part.min(2_500 - volume_bps) };
            prop_assert_eq!(params.check(), Ok(()));
            let split = split_fee(yocto(fee));
            prop_assert!(reserve_for(split.prover, &params) <= split.treasury);
        }

        #[test]
        fn reserve_should_always_pay_the_bonus(
            shares in proptest::collection::vec(0..=u128::MAX / 100, 0..50),
            volume_bps in 0..=2_500_u32, part in 0..=2_500_u32, top: bool, up: bool,
        ) {
            let params = BonusParams { volume_bps, uptime_bps: part.min(2_500 - volume_bps) };
            let earned = yocto(shares.iter().sum());
            let reserved = shares.iter().map(|share| reserve_for(yocto(*share), &params));
            let reserved = reserved.fold(NearToken::ZERO, NearToken::saturating_add);
            prop_assert!(params.bonus(earned, top, up) <= reserved);
        }

        #[test]
        fn reserve_should_be_both_bonuses_rounded_up_and_no_more(
            share in 0..u128::MAX / 10_000, volume_bps in 0..=2_500_u32, part in 0..=2_500_u32,
        ) {
            let params = BonusParams { volume_bps, uptime_bps: part.min(2_500 - volume_bps) };
            let product = share * u128::from(params.volume_bps + params.uptime_bps);
            prop_assert_eq!(reserve_for(yocto(share), &params), yocto(product.div_ceil(10_000)));
        }

        #[test]
        fn bonus_should_be_the_floor_of_each_share_that_was_won(
            earned in 0..u128::MAX / 10_000, volume_bps in 0..=10_000_u32, uptime_bps in 0..=10_000_u32,
            top: bool, up: bool,
        ) {
            let params = BonusParams { volume_bps, uptime_bps };
            let part = |won, bps| if won { earned * u128::from(bps) / 10_000 } else { 0 };
            let expected = yocto(part(top, volume_bps) + part(up, uptime_bps));
            prop_assert_eq!(params.bonus(yocto(earned), top, up), expected);
        }

        #[test]
        fn paying_oneself_should_lose(
            fee in 1_000..u128::MAX, volume_bps in 0..=2_500_u32, part in 0..=2_500_u32,
        ) {
            let params = BonusParams { volume_bps, uptime_bps: part.min(2_500 - volume_bps) };
            let earned = split_fee(yocto(fee)).prover;
            let back = earned.checked_add(params.bonus(earned, true, true)).unwrap();
            // 12.5 % of the fee, less what rounding gives: under 2 yocto of earnings and a quarter of that.
            prop_assert!(back.as_yoctonear() <= fee - fee / 8 + 3);
        }

        #[test]
        fn leaderboard_should_equal_a_sort_of_everything(
            growth in proptest::collection::vec((0..30_u32, 0..5_u128), 0..400),
        ) {
            let mut board = Leaderboard::default();
            // Seat, volume and when it reached it.
            let mut all: Vec<(u32, u128, usize)> = Vec::new();
            for (time, (seat, more)) in growth.into_iter().enumerate() {
                let at = all.iter().position(|entry| entry.0 == seat).unwrap_or_else(|| {
                    all.push((seat, 0, time));
                    all.len() - 1
                });
                if more > 0 {
                    all[at] = (seat, all[at].1 + more, time);
                }
                board.record(seat, yocto(all[at].1));
                let mut sorted = all.clone();
                sorted.retain(|entry| entry.1 > 0);
                sorted.sort_by_key(|&(_, volume, time)| (std::cmp::Reverse(volume), time));
                let expected: Vec<_> =
                    sorted.iter().take(TOP).map(|&(seat, volume, _)| Volume { seat, volume: yocto(volume) }).collect();
                prop_assert_eq!(board.entries(), &expected[..]);
            }
        }
    }
}
