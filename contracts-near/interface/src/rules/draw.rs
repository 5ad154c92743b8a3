//! The draw rule, pure, so that anyone can replay a past draw.
//!
//! ```text
//! ticket(attempt) = first 128 bits of SHA-256(domain | market | job | round | seed | attempt)  mod  total weight
//! ```
//! The drawn seat is the one whose stretch of cumulative weight, in order of seat numbers, holds the ticket. A seat that cannot
//! serve at the moment of the draw is skipped and the next attempt is drawn from the same frozen set, at most
//! [`MAX_ATTEMPTS`] times: among the seats that can serve, chances stay in proportion to weight.

use borsh::{BorshDeserialize, BorshSerialize};
use near_account_id::AccountIdRef;
use serde::{Deserialize, Serialize};

/// Separates the hash of a draw from every other use of a block's seed.
const DRAW_DOMAIN: &[u8] = b"proofrail.draw.v2";

/// Most seats that one draw tries. With half of all weight unable to serve, 1 draw in 256 ends without a prover.
pub const MAX_ATTEMPTS: u8 = 8;

/// SHA-256 of [`draw_digest_input`].
pub type DrawDigest = [u8; 32];

/// One prover's place in a frozen set. A seat number is given once and never reused.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
pub struct Seat {
    /// The prover's number, from 0 in order of registration.
    pub seat: u32,
    /// Its chance is `weight / sum of weights`.
    pub weight: u32,
}

/// Why a seat that a ticket fell on could not serve.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    BorshSerialize,
    BorshDeserialize,
    Serialize,
    Deserialize,
)]
#[borsh(use_discriminant = true)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum SkipReason {
    /// All its capacity is in use.
    Busy = 0,
    /// It said that it is offline, or its heartbeat is overdue.
    Offline = 1,
    /// It left, or is on its way out.
    Left = 2,
    /// It does not serve the job's circuit.
    NotServing = 3,
    /// It has no attestation that counts now.
    Unattested = 4,
    /// It is banned.
    Banned = 5,
    /// It missed or was removed from this job before.
    Excluded = 6,
    /// Its free stake does not cover the job's collateral, or is below the minimum.
    UnderStake = 7,
    /// The fee is above what it may take in probation.
    FeeCap = 8,
}

/// An attempt that fell on a seat that could not serve.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
pub struct SkippedSeat {
    /// The seat.
    pub seat: u32,
    /// Why it was skipped.
    pub reason: SkipReason,
}

/// What a ticket fell on: the seat and where its weight lies among all.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
pub struct Selection {
    /// The seat.
    pub seat: u32,
    /// Its weight.
    pub weight: u32,
    /// Sum of the weights of all seats with smaller numbers.
    pub before: u64,
    /// Sum of all weights.
    pub total: u64,
}

/// Bytes that decide a draw, less the attempt: domain, market, job, round and the seed of the block of the draw.
pub fn draw_preimage(market: &AccountIdRef, job_id: u64, round: u8, seed: &[u8; 32]) -> Vec<u8> {
    let market = market.as_bytes();
    // Room for all parts and for the attempt.
    let length = DRAW_DOMAIN.len() + 1 + market.len() + 8 + 1 + seed.len() + 1;
    let mut bytes = Vec::with_capacity(length);
    bytes.extend_from_slice(DRAW_DOMAIN);
    // An account id has at most 64 bytes.
    bytes.push(market.len() as u8);
    bytes.extend_from_slice(market);
    bytes.extend_from_slice(&job_id.to_be_bytes());
    bytes.push(round);
    bytes.extend_from_slice(seed);
    bytes
}

/// [`draw_preimage`] and the attempt: the bytes whose SHA-256 gives the ticket.
pub fn draw_digest_input(
    market: &AccountIdRef,
    job_id: u64,
    round: u8,
    seed: &[u8; 32],
    attempt: u8,
) -> Vec<u8> {
    let mut bytes = draw_preimage(market, job_id, round, seed);
    bytes.push(attempt);
    bytes
}

/// The ticket of a digest: its first 128 bits modulo the total weight, which is below 2^64, so that the bias of the
/// modulus is under 2^-64. `None` when there is no weight.
pub fn ticket(digest: &DrawDigest, total: u64) -> Option<u64> {
    let (head, _) = digest.split_first_chunk::<16>()?;
    let ticket = u128::from_be_bytes(*head).checked_rem(u128::from(total))?;
    u64::try_from(ticket).ok()
}

/// Sum of all weights. Seat numbers have 32 bits as weights do, so that a set of distinct seats cannot reach 2^64.
pub fn total_weight(seats: &[Seat]) -> u64 {
    seats.iter().fold(0, |sum, seat| sum.saturating_add(seat.weight.into()))
}

/// The seat that holds `ticket` by cumulative weight; `None` when the ticket is not below the total.
pub fn select_seat(ticket: u64, seats: &[Seat]) -> Option<Selection> {
    let total = total_weight(seats);
    let mut before = 0_u64;
    for &Seat { seat, weight } in seats {
        let after = before.saturating_add(weight.into());
        if ticket < after {
            return Some(Selection { seat, weight, before, total });
        }
        before = after;
    }
    None
}

/// Whether the selection holds the ticket and lies within its total.
pub const fn verify_selection(ticket: u64, selection: &Selection) -> bool {
    let Some(after) = selection.before.checked_add(selection.weight as u64) else { return false };
    selection.before <= ticket && ticket < after && after <= selection.total
}

/// A draw as the market recorded it.
#[derive(Clone, Copy, Debug)]
pub struct DrawRecord<'a> {
    /// The market's account.
    pub market: &'a AccountIdRef,
    /// The job.
    pub job_id: u64,
    /// 0 for the job's first draw, one more for each redraw.
    pub round: u8,
    /// The seed of the block of the draw.
    pub seed: &'a [u8; 32],
    /// The attempts that were skipped, in order.
    pub skipped: &'a [SkippedSeat],
    /// The drawn seat; `None` when every attempt was skipped.
    pub drawn: Option<u32>,
}

/// Where a recorded draw departs from the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// The frozen set is not in ascending order of distinct seats.
    #[error("the frozen set must ascend: seat {seat} follows one that is not smaller")]
    Unsorted {
        /// The first seat out of order.
        seat: u32,
    },
    /// Nobody in the set has weight, so that nobody can be drawn or skipped.
    #[error("no seat of the frozen set has weight")]
    NoWeight,
    /// The record has not as many attempts as the rule makes.
    #[error("the record has {found} attempts: a draw ends with a drawn seat or after {expected}")]
    AttemptCount {
        /// Attempts in the record, the drawn one included.
        found: usize,
        /// Attempts of a draw that finds nobody.
        expected: u8,
    },
    /// An attempt falls on another seat than is recorded.
    #[error("attempt {attempt} falls on seat {selected}, the record says seat {recorded}")]
    Seat {
        /// The attempt, from 0.
        attempt: u8,
        /// What the record says.
        recorded: u32,
        /// What the ticket selects.
        selected: u32,
    },
    /// One seat is recorded with two states, though all attempts happen at one instant.
    #[error("attempt {attempt} judges seat {seat} otherwise than an earlier attempt did")]
    Inconsistent {
        /// The attempt, from 0.
        attempt: u8,
        /// The seat.
        seat: u32,
    },
}

/// Replays a recorded draw on its frozen set: the selection that the record ends with, `None` where it rightly found
/// nobody, or the first departure from the rule. `sha256` is the hash of that name.
///
/// Whether a skipped seat really could not serve is not in the frozen set; the market's events tell.
pub fn replay(
    sha256: impl Fn(&[u8]) -> [u8; 32],
    seats: &[Seat],
    record: &DrawRecord<'_>,
) -> Result<Option<Selection>, ReplayError> {
    check_ascending(seats)?;
    let total = total_weight(seats);
    let select = |attempt: u8, recorded: u32| {
        let input =
            draw_digest_input(record.market, record.job_id, record.round, record.seed, attempt);
        let selection = ticket(&sha256(&input), total)
            .and_then(|ticket| select_seat(ticket, seats))
            .ok_or(ReplayError::NoWeight)?;
        let selected = selection.seat;
        match selected == recorded {
            true => Ok(selection),
            false => Err(ReplayError::Seat { attempt, recorded, selected }),
        }
    };
    let attempts = check_attempt_count(record)?;
    for (attempt, skipped) in (0..).zip(record.skipped) {
        select(attempt, skipped.seat)?;
        let earlier = record.skipped.iter().take(usize::from(attempt));
        if earlier.into_iter().any(|other| other.seat == skipped.seat && other != skipped) {
            return Err(ReplayError::Inconsistent { attempt, seat: skipped.seat });
        }
    }
    let Some(seat) = record.drawn else { return Ok(None) };
    let attempt = attempts.saturating_sub(1);
    let selection = select(attempt, seat)?;
    if record.skipped.iter().any(|skipped| skipped.seat == seat) {
        return Err(ReplayError::Inconsistent { attempt, seat });
    }
    Ok(Some(selection))
}

fn check_ascending(seats: &[Seat]) -> Result<(), ReplayError> {
    let pairs = seats.iter().zip(seats.iter().skip(1));
    match pairs.into_iter().find(|(left, right)| left.seat >= right.seat) {
        Some((_, seat)) => Err(ReplayError::Unsorted { seat: seat.seat }),
        None => Ok(()),
    }
}

/// A draw ends with the first seat that can serve, or with the last attempt.
fn check_attempt_count(record: &DrawRecord<'_>) -> Result<u8, ReplayError> {
    let found = record.skipped.len() + usize::from(record.drawn.is_some());
    match u8::try_from(found) {
        Ok(MAX_ATTEMPTS) => Ok(MAX_ATTEMPTS),
        Ok(count) if count < MAX_ATTEMPTS && record.drawn.is_some() => Ok(count),
        _ => Err(ReplayError::AttemptCount { found, expected: MAX_ATTEMPTS }),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use sha2::{Digest, Sha256};

    use super::*;

    const MARKET: &AccountIdRef = AccountIdRef::new_or_panic("market.test.near");

    fn sha256(bytes: &[u8]) -> [u8; 32] {
        Sha256::digest(bytes).into()
    }

    fn seats(weights: &[u32]) -> Vec<Seat> {
        (0..).step_by(3).zip(weights).map(|(seat, &weight)| Seat { seat, weight }).collect()
    }

    /// Draws as the rule says, among those that can serve: what was skipped, and who was drawn.
    fn draw(
        seats: &[Seat],
        job_id: u64,
        round: u8,
        seed: &[u8; 32],
        cannot_serve: &BTreeSet<u32>,
    ) -> (Vec<SkippedSeat>, Option<u32>) {
        let mut skipped = Vec::new();
        for attempt in 0..MAX_ATTEMPTS {
            let digest = sha256(&draw_digest_input(MARKET, job_id, round, seed, attempt));
            let ticket = ticket(&digest, total_weight(seats)).unwrap();
            let seat = select_seat(ticket, seats).unwrap().seat;
            if !cannot_serve.contains(&seat) {
                return (skipped, Some(seat));
            }
            skipped.push(SkippedSeat { seat, reason: SkipReason::Busy });
        }
        (skipped, None)
    }

    #[test]
    fn select_seat_should_cover_each_weight_exactly() {
        let seats = [(4, 2), (7, 0), (9, 3)].map(|(seat, weight)| Seat { seat, weight });
        let drawn: Vec<u32> =
            (0..5).map(|ticket| select_seat(ticket, &seats).unwrap().seat).collect();
        assert_eq!(drawn, [4, 4, 9, 9, 9]);
        let last = Selection { seat: 9, weight: 3, before: 2, total: 5 };
        assert_eq!(select_seat(4, &seats), Some(last));
        assert_eq!(select_seat(5, &seats), None);
    }

    #[test]
    fn ticket_should_be_the_head_of_the_digest_modulo_the_total() {
        let mut digest = [0xff; 32];
        digest[..16].copy_from_slice(&(7_u128 + (1 << 100)).to_be_bytes());
        assert_eq!(ticket(&digest, 1 << 63), Some(7));
        assert_eq!(ticket(&digest, 5), Some(((7_u128 + (1 << 100)) % 5) as u64));
        assert_eq!(ticket(&digest, 0), None);
    }

    #[test]
    fn digest_input_should_have_the_documented_layout() {
        let input = draw_digest_input(MARKET, 0x0102, 3, &[9; 32], 4);
        let mut expected = b"proofrail.draw.v2\x10market.test.near".to_vec();
        expected.extend([0, 0, 0, 0, 0, 0, 1, 2, 3]);
        expected.extend([9; 32]);
        expected.push(4);
        assert_eq!(input, expected);
    }

    #[test]
    fn skip_reason_should_be_one_byte_and_a_word() {
        assert_eq!(borsh::to_vec(&SkipReason::FeeCap).unwrap(), [8]);
        assert_eq!(serde_json::to_string(&SkipReason::UnderStake).unwrap(), "\"under_stake\"");
        assert!(borsh::from_slice::<SkipReason>(&[9]).is_err());
    }

    #[test]
    fn replay_should_refuse_sets_and_records_out_of_rule() {
        let record = DrawRecord {
            market: MARKET,
            job_id: 1,
            round: 0,
            seed: &[7; 32],
            skipped: &[],
            drawn: Some(0),
        };
        let twice = [Seat { seat: 2, weight: 1 }; 2];
        assert_eq!(replay(sha256, &twice, &record), Err(ReplayError::Unsorted { seat: 2 }));
        assert_eq!(replay(sha256, &[], &record), Err(ReplayError::NoWeight));
        assert_eq!(replay(sha256, &seats(&[0, 0]), &record), Err(ReplayError::NoWeight));
        let alone = seats(&[1]);
        let selection = Selection { seat: 0, weight: 1, before: 0, total: 1 };
        assert_eq!(replay(sha256, &alone, &record), Ok(Some(selection)));
        let nobody = DrawRecord { drawn: None, ..record };
        let expected = MAX_ATTEMPTS;
        let count = |found| Err(ReplayError::AttemptCount { found, expected });
        assert_eq!(replay(sha256, &alone, &nobody), count(0));
        let busy = SkippedSeat { seat: 0, reason: SkipReason::Busy };
        assert_eq!(replay(sha256, &alone, &DrawRecord { skipped: &[busy; 8], ..record }), count(9));
        assert_eq!(replay(sha256, &alone, &DrawRecord { skipped: &[busy; 8], ..nobody }), Ok(None));
        let drawn_all_the_same = DrawRecord { skipped: &[busy], ..record };
        let inconsistent = |attempt| Err(ReplayError::Inconsistent { attempt, seat: 0 });
        assert_eq!(replay(sha256, &alone, &drawn_all_the_same), inconsistent(1));
        let mut two_reasons = [busy; 8];
        two_reasons[5].reason = SkipReason::Left;
        assert_eq!(
            replay(sha256, &alone, &DrawRecord { skipped: &two_reasons, ..nobody }),
            inconsistent(5)
        );
    }

    #[test]
    fn draw_should_follow_the_weights_among_those_that_can_serve() {
        let seats = seats(&[1_000, 2_000, 4_000, 3_000, 10_000]);
        // The third cannot serve: 16,000 of weight is left for the other four.
        let cannot_serve = BTreeSet::from([seats[2].seat]);
        let mut hits = [0_u32; 5];
        let mut void = 0_u32;
        for job in 0..20_000_u64 {
            let (_, drawn) = draw(&seats, job, 0, &sha256(&job.to_le_bytes()), &cannot_serve);
            match drawn {
                Some(seat) => hits[seat as usize / 3] += 1,
                None => void += 1,
            }
        }
        assert_eq!(hits[2], 0);
        let draws = f64::from(20_000 - void);
        let chi: f64 = seats
            .iter()
            .zip(hits)
            .filter(|(seat, _)| !cannot_serve.contains(&seat.seat))
            .map(|(seat, hits)| {
                let expected = draws * f64::from(seat.weight) / 16_000.0;
                (f64::from(hits) - expected).powi(2) / expected
            })
            .sum();
        // Chi-squared with 3 degrees of freedom: 16.27 is the 99.9 % point.
        assert!(chi < 16.27, "chi-squared {chi}, hits {hits:?}");
    }

    proptest! {
        #[test]
        fn select_seat_should_only_draw_members_that_hold_the_ticket(
            ticket: u64, weights in proptest::collection::vec(0..u32::MAX, 1..40),
        ) {
            let seats = seats(&weights);
            let total = total_weight(&seats);
            prop_assume!(total > 0);
            let ticket = ticket % total;
            let selection = select_seat(ticket, &seats).unwrap();
            prop_assert!(verify_selection(ticket, &selection));
            let member = Seat { seat: selection.seat, weight: selection.weight };
            prop_assert!(seats.contains(&member));
            let others = seats.iter().take_while(|seat| seat.seat < selection.seat);
            prop_assert_eq!(others.map(|seat| u64::from(seat.weight)).sum::<u64>(), selection.before);
            prop_assert_eq!(select_seat(total, &seats), None);
        }

        #[test]
        fn verify_selection_should_refuse_every_ticket_outside(
            before: u64, weight: u32, total: u64, ticket: u64,
        ) {
            let selection = Selection { seat: 0, weight, before, total };
            let after = u128::from(before) + u128::from(weight);
            let inside = (u128::from(before)..after).contains(&ticket.into()) && after <= total.into();
            prop_assert_eq!(verify_selection(ticket, &selection), inside);
            let end = before.saturating_add(weight.into());
            prop_assert!(!verify_selection(end, &selection));
        }

        #[test]
        fn digest_input_should_separate_all_its_parts(
            job: u64, round: u8, seed: [u8; 32], attempt: u8, bit in 0..8_u8,
        ) {
            let base = draw_digest_input(MARKET, job, round, &seed, attempt);
            let mut other_seed = seed;
            other_seed[usize::from(bit)] ^= 1 << bit;
            let other_market = AccountIdRef::new_or_panic("market.test");
            prop_assert!(base.starts_with(&draw_preimage(MARKET, job, round, &seed)));
            for other in [
                draw_digest_input(other_market, job, round, &seed, attempt),
                draw_digest_input(MARKET, job ^ 1 << bit, round, &seed, attempt),
                draw_digest_input(MARKET, job, round ^ 1 << bit, &seed, attempt),
                draw_digest_input(MARKET, job, round, &other_seed, attempt),
                draw_digest_input(MARKET, job, round, &seed, attempt ^ 1 << bit),
            ] {
                prop_assert_ne!(&base, &other);
            }
        }

        #[test]
        fn replay_should_accept_the_rule_and_name_the_first_departure(
            weights in proptest::collection::vec(1..1_000_u32, 2..12),
            away in proptest::collection::vec(any::<bool>(), 12),
            job_id: u64, round: u8, seed: [u8; 32], at in 0..8_usize,
        ) {
            let seats = seats(&weights);
            let cannot_serve =
                seats.iter().zip(away).filter(|(_, away)| *away).map(|(seat, _)| seat.seat).collect();
            let (skipped, drawn) = draw(&seats, job_id, round, &seed, &cannot_serve);
            let record =
                DrawRecord { market: MARKET, job_id, round, seed: &seed, skipped: &skipped, drawn };
            let replayed = replay(sha256, &seats, &record);
            prop_assert_eq!(replayed.map(|found| found.map(|found| found.seat)), Ok(drawn));

            if let Some(seat) = drawn {
                let attempt = skipped.len() as u8;
                let forged = DrawRecord { drawn: Some(seat + 1), ..record };
                let named = ReplayError::Seat { attempt, recorded: seat + 1, selected: seat };
                prop_assert_eq!(replay(sha256, &seats, &forged), Err(named));
                let too_short = DrawRecord { drawn: None, ..record };
                let found_nobody = matches!(
                    replay(sha256, &seats, &too_short), Err(ReplayError::AttemptCount { .. })
                );
                prop_assert!(found_nobody);
            }
            if at < skipped.len() {
                let selected = skipped[at].seat;
                let mut changed = skipped.clone();
                changed[at].seat += 1;
                let forged = DrawRecord { skipped: &changed, ..record };
                let named = ReplayError::Seat { attempt: at as u8, recorded: selected + 1, selected };
                prop_assert_eq!(replay(sha256, &seats, &forged), Err(named));
            }
        }
    }
}
