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
