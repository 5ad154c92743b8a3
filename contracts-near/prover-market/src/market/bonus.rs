//! Earnings, and the bonuses of an epoch.
//!
//! When a prover earns, both of its possible bonuses are set aside from the treasury's share at once, rounded up, on the
//! terms of the running epoch. So the reserve always pays what may be claimed, whatever the parameters become. A bonus
//! is claimed in the epoch after; what nobody claimed goes back to the treasury when that one ends.

use near_sdk::NearToken;
use proofrail_near_interface::rules::bonus::{Leaderboard, meets_uptime, reserve_for};
use proofrail_near_interface::rules::fees::split_fee;
use proofrail_near_interface::{EpochView, EpochsView, FeeSplit, LeaderView, MarketEvent, Params};

use crate::MarketError;
use crate::error::{add, sub};
use crate::events::emit;
use crate::host::Call;
use crate::market::Market;
use crate::market::records::{Epoch, EpochRecord, Epochs, Prover};

impl Market {
    /// Credits what a prover earned for a job and counts it for its bonus; the reserve for it comes out of the
    /// treasury's share.
    pub(crate) fn pay_shares(
        &mut self,
        call: &Call,
        seat: u32,
        fee: NearToken,
    ) -> Result<FeeSplit, MarketError> {
        self.roll_epochs(call.now);
        let split = split_fee(fee);
        self.purses.fees = sub(self.purses.fees, fee)?;
        self.earn(seat, split.prover)?;
        // From the smallest fee on, the treasury's share is enough; below it, it is all there is.
        let terms = self.epochs.get().latest().this.bonus;
        let reserve = reserve_for(split.prover, &terms).min(split.treasury);
        let [this, _] = &mut self.purses.bonus_reserve;
        *this = add(*this, reserve)?;
        self.purses.treasury = add(self.purses.treasury, sub(split.treasury, reserve)?)?;
        self.purses.insurance = add(self.purses.insurance, split.insurance)?;
        Ok(split)
    }

    fn earn(&mut self, seat: u32, amount: NearToken) -> Result<(), MarketError> {
        let number = self.epochs.get().latest().this.number;
        let prover = self.known_mut(seat)?;
        prover.enter_epoch(number);
        let [this, _] = &mut prover.epochs;
        this.volume = add(this.volume, amount)?;
        let (volume, account) = (this.volume, prover.account_id.clone());
        self.epochs.get_mut().latest_mut().this.board.record(seat, volume);
        self.credit(&account, amount)
    }

    /// Begins the epochs whose time has come. The reserve of the one that may be claimed no more goes to the treasury.
    pub(in crate::market) fn roll_epochs(&mut self, now: u64) {
        let epochs = self.epochs.get().latest();
        let passed = epochs.passed(now);
        if passed == 0 {
            return;
        }
        let next = epochs.rolled(now, &self.params);
        let [this, last] = self.purses.bonus_reserve;
        // After two ends at once nothing of either can be claimed any more. Sums of parts of the balance: both fit.
        let (kept, back) = match passed {
            1 => (this, last),
            _ => (NearToken::ZERO, this.saturating_add(last)),
        };
        self.purses.bonus_reserve = [NearToken::ZERO, kept];
        self.purses.treasury = self.purses.treasury.saturating_add(back);
        emit(MarketEvent::EpochBegan { epoch: next.this.number, returned: back });
        self.epochs.set(next.into());
    }

    /// Pays the caller its bonus for the epoch that ended last, once; returns it. A banned prover has none.
    pub(crate) fn claim_bonus(
        &mut self,
        call: &Call,
        epoch: u32,
    ) -> Result<NearToken, MarketError> {
        let seat = self.seat_in_good_standing(&call.caller)?;
        // What is still uncounted of that epoch belongs to it. This begins new epochs, too.
        self.count_time(seat, call.now);
        let Epoch { number, length_s, bonus, board, .. } = self.epochs.get().latest().last.clone();
        if epoch != number {
            return Err(MarketError::EpochNotClaimable { epoch, claimable: number });
        }
        let prover = self.known_mut(seat)?;
        let [_, record] = &mut prover.epochs;
        let earned = record.volume;
        let top = is_among(&board, seat, earned);
        let amount = bonus.bonus(earned, top, meets_uptime(record.down_s, length_s));
        if record.epoch != epoch || record.claimed || amount.is_zero() {
            return Err(MarketError::NoBonus { epoch, account: call.caller.clone() });
        }
        record.claimed = true;
        let [_, reserve] = &mut self.purses.bonus_reserve;
        *reserve = sub(*reserve, amount)?;
        self.credit(&call.caller, amount)?;
        emit(MarketEvent::BonusClaimed { prover_id: call.caller.clone(), epoch, amount });
        Ok(amount)
    }

    /// What the prover has earned in the epoch of `now`.
    pub(in crate::market) fn volume_now(&self, prover: &Prover, now: u64) -> NearToken {
        let number = self.epochs.get().latest().rolled(now, &self.params).this.number;
        let records = prover.epochs.iter();
        let record = records.into_iter().find(|record| record.epoch == number);
        record.map_or(NearToken::ZERO, |record| record.volume)
    }

    /// The present epoch and the last, as they stand now.
    pub(crate) fn epochs_view(&self, now: u64) -> EpochsView {
        let stored = self.epochs.get().latest();
        let [this, last] = self.purses.bonus_reserve;
        let (this, last) = match stored.passed(now) {
            0 => (this, last),
            1 => (NearToken::ZERO, this),
            _ => (NearToken::ZERO, NearToken::ZERO),
        };
        let epochs = stored.rolled(now, &self.params);
        EpochsView {
            this: self.epoch_view(&epochs.this, this),
            last: self.epoch_view(&epochs.last, last),
        }
    }

    fn epoch_view(&self, epoch: &Epoch, reserve: NearToken) -> EpochView {
        let leaders = epoch.board.entries().iter().map(|entry| LeaderView {
            seat: entry.seat,
            prover_id: self.prover_at(entry.seat).map(|prover| prover.account_id.clone()),
            volume: entry.volume,
        });
        EpochView {
            epoch: epoch.number,
            starts_at: epoch.starts_at,
            ends_at: epoch.ends_at(),
            bonus: epoch.bonus,
            reserve,
            leaderboard: leaders.collect(),
        }
    }
}

/// Whether the entry is the prover's own: a seat may have been another's earlier in the epoch.
fn is_among(board: &Leaderboard, seat: u32, volume: NearToken) -> bool {
    board.entries().iter().any(|entry| entry.seat == seat && entry.volume == volume)
}

impl Epoch {
    pub(in crate::market) const fn ends_at(&self) -> u64 {
        self.starts_at.saturating_add(self.length_s)
    }

    fn following(number: u32, starts_at: u64, params: &Params) -> Self {
        Self {
            number,
            starts_at,
            length_s: params.epoch_s,
            bonus: params.bonus,
            board: Leaderboard::default(),
        }
    }
}

impl Epochs {
    /// Epoch 0 began with unix time; the first look begins the present one.
    pub(crate) fn new(params: &Params) -> Self {
        let zero = Epoch::following(0, 0, params);
        Self { this: zero.clone(), last: zero }
    }

    /// How many epochs have ended since the last look. Their length is at least a second.
    const fn passed(&self, now: u64) -> u64 {
        match now.saturating_sub(self.this.starts_at).checked_div(self.this.length_s) {
            Some(passed) => passed,
            None => 0,
        }
    }

    /// The two epochs as they are at `now`. Epochs that nobody looked at had the length of the one before them.
    fn rolled(&self, now: u64, params: &Params) -> Self {
        let passed = self.passed(now);
        if passed == 0 {
            return self.clone();
        }
        let length = self.this.length_s;
        let starts_at = self.this.starts_at.saturating_add(passed.saturating_mul(length));
        let number = u32::try_from(u64::from(self.this.number).saturating_add(passed));
        let number = number.unwrap_or(u32::MAX);
        let last = if passed == 1 {
            self.this.clone()
        } else {
            Epoch {
                number: number.saturating_sub(1),
                starts_at: starts_at.saturating_sub(length),
                board: Leaderboard::default(),
                ..self.this.clone()
            }
        };
        Self { this: Epoch::following(number, starts_at, params), last }
    }
}

impl Prover {
    /// Makes the first of its two records that of the epoch `number`, and the second that of the one before.
    pub(in crate::market) fn enter_epoch(&mut self, number: u32) {
        let [this, last] = self.epochs;
        if this.epoch == number {
            return;
        }
        let before = number.saturating_sub(1);
        let kept = [this, last].into_iter().find(|record| record.epoch == before);
        let fresh = |epoch| EpochRecord { epoch, ..EpochRecord::default() };
        self.epochs = [fresh(number), kept.unwrap_or_else(|| fresh(before))];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::provers::new_prover;

    fn params(epoch_s: u64) -> Params {
        Params { epoch_s, ..Params::default() }
    }

    fn at(epochs: &Epochs) -> [(u32, u64, u64); 2] {
        [&epochs.this, &epochs.last].map(|epoch| (epoch.number, epoch.starts_at, epoch.ends_at()))
    }

    #[test]
    fn the_first_look_should_begin_the_present_epoch() {
        let epochs = Epochs::new(&params(100)).rolled(1_234, &params(100));
        assert_eq!(at(&epochs), [(12, 1_200, 1_300), (11, 1_100, 1_200)]);
    }

    #[test]
    fn an_epoch_should_keep_its_terms_and_hand_them_to_nobody() {
        let mut first = Epochs::new(&params(100)).rolled(1_234, &params(100));
        first.this.board.record(3, NearToken::from_near(1));
        assert_eq!(at(&first.rolled(1_299, &params(7))), at(&first), "still the same epoch");
        let second = first.rolled(1_300, &params(7));
        assert_eq!(at(&second), [(13, 1_300, 1_307), (12, 1_200, 1_300)]);
        assert!(second.last.board.contains(3) && !second.this.board.contains(3));
        assert_eq!((first.passed(1_299), first.passed(1_300), first.passed(1_500)), (0, 1, 3));
        let much_later = first.rolled(1_555, &params(7));
        assert_eq!(at(&much_later), [(15, 1_500, 1_507), (14, 1_400, 1_500)]);
        assert!(!much_later.last.board.contains(3), "nothing was earned in epoch 14");
    }

    #[test]
    fn a_prover_should_keep_what_it_did_in_the_epoch_before_and_no_longer() {
        let mut prover = new_prover(&"prover.near".parse().unwrap(), [1; 32], 0);
        prover.enter_epoch(7);
        prover.epochs[0].down_s = 5;
        prover.enter_epoch(7);
        assert_eq!(prover.epochs.map(|record| (record.epoch, record.down_s)), [(7, 5), (6, 0)]);
        prover.enter_epoch(8);
        assert_eq!(prover.epochs.map(|record| (record.epoch, record.down_s)), [(8, 0), (7, 5)]);
        prover.enter_epoch(10);
        assert_eq!(prover.epochs.map(|record| (record.epoch, record.down_s)), [(10, 0), (9, 0)]);
    }

    #[test]
    fn is_among_should_not_take_another_s_place_for_the_prover_s() {
        let mut board = Leaderboard::default();
        board.record(3, NearToken::from_near(5));
        assert!(is_among(&board, 3, NearToken::from_near(5)));
        assert!(!is_among(&board, 3, NearToken::from_near(4)), "the seat was another's before");
        assert!(!is_among(&board, 4, NearToken::from_near(5)));
    }
}
