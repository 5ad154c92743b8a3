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
