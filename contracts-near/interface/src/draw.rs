//! The draw rule, pure, so that anyone can replay a past draw.

use borsh::{BorshDeserialize, BorshSerialize};
use near_account_id::AccountIdRef;
use near_token::NearToken;
use serde::{Deserialize, Serialize};

/// Separates the hash of a draw from every other use of a block's seed.
const DRAW_DOMAIN: &[u8] = b"proofrail.draw.v1";

/// SHA-256 of [`draw_preimage`].
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

/// Weight of a stake: whole NEAR, counted up to `cap`, so that no stake buys every draw.
pub fn weight_of_stake(stake: NearToken, cap: NearToken) -> u32 {
    u32::try_from(stake.min(cap).as_near()).unwrap_or(u32::MAX)
}

/// Bytes whose SHA-256 decides the draw: domain, market, job and the seed of the block of the draw.
pub fn draw_preimage(market: &AccountIdRef, job_id: u64, seed: &[u8; 32]) -> Vec<u8> {
    let market = market.as_bytes();
    let mut bytes = Vec::with_capacity(DRAW_DOMAIN.len() + 1 + market.len() + 8 + seed.len());
    bytes.extend_from_slice(DRAW_DOMAIN);
    // An account id has at most 64 bytes.
    bytes.push(market.len() as u8);
    bytes.extend_from_slice(market);
    bytes.extend_from_slice(&job_id.to_be_bytes());
    bytes.extend_from_slice(seed);
    bytes
}

/// The seat that `digest` falls on, by cumulative weight; `None` when the weights sum to nothing.
///
/// The ticket is the digest's first 128 bits modulo the total weight (below 2^64): the modulo bias is
/// under 2^-64.
pub fn select_seat(digest: &DrawDigest, seats: &[Seat]) -> Option<Seat> {
    let total: u128 = seats.iter().map(|seat| u128::from(seat.weight)).sum();
    let (head, _) = digest.split_first_chunk::<16>()?;
    let mut ticket = u128::from_be_bytes(*head).checked_rem(total)?;
    for seat in seats {
        match ticket.checked_sub(u128::from(seat.weight)) {
            Some(rest) => ticket = rest,
            None => return Some(*seat),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sha2::{Digest, Sha256};

    use super::*;

    fn digest_of(ticket: u128) -> DrawDigest {
        let mut digest = [0xff; 32];
        digest[..16].copy_from_slice(&ticket.to_be_bytes());
        digest
    }

    #[test]
    fn select_seat_should_cover_each_weight_exactly() {
        let seats = [(4, 2), (7, 0), (9, 3)].map(|(seat, weight)| Seat { seat, weight });
        let drawn: Vec<u32> =
            (0..5).map(|ticket| select_seat(&digest_of(ticket), &seats).unwrap().seat).collect();
        assert_eq!(drawn, [4, 4, 9, 9, 9]);
        assert_eq!(select_seat(&digest_of(5), &seats).unwrap().seat, 4);
    }

    #[test]
    fn select_seat_should_refuse_an_empty_or_weightless_set() {
        assert_eq!(select_seat(&digest_of(1), &[]), None);
        assert_eq!(select_seat(&digest_of(1), &[Seat { seat: 0, weight: 0 }]), None);
    }

    #[test]
    fn weight_of_stake_should_stop_at_the_cap() {
        let near = NearToken::from_near;
        assert_eq!(weight_of_stake(near(1_500), near(10_000)), 1_500);
        assert_eq!(weight_of_stake(near(50_000), near(10_000)), 10_000);
        assert_eq!(weight_of_stake(NearToken::from_millinear(1_999), near(10_000)), 1);
    }

    #[test]
    fn draw_should_follow_the_weights() {
        // chi-squared over 20,000 seeds, 3 degrees of freedom: 16.27 is the 99.9 % point.
        let seats = [1_000_u32, 2_000, 3_000, 10_000];
        let seats: Vec<Seat> =
            (0..).zip(seats).map(|(seat, weight)| Seat { seat, weight }).collect();
        let market = AccountIdRef::new_or_panic("market.test.near");
        let mut hits = [0_u32; 4];
        for draw in 0..20_000_u64 {
            let seed: [u8; 32] = Sha256::digest(draw.to_le_bytes()).into();
            let digest = Sha256::digest(draw_preimage(market, 1, &seed)).into();
            hits[select_seat(&digest, &seats).unwrap().seat as usize] += 1;
        }
        let chi: f64 = seats
            .iter()
            .zip(hits)
            .map(|(seat, hits)| {
                let expected = 20_000.0 * f64::from(seat.weight) / 16_000.0;
                (f64::from(hits) - expected).powi(2) / expected
            })
            .sum();
        assert!(chi < 16.27, "chi-squared {chi}, hits {hits:?}");
    }

    proptest! {
        #[test]
        fn select_seat_should_only_draw_members_with_weight(
            digest: [u8; 32],
            weights in proptest::collection::vec(0..u32::MAX, 1..40),
        ) {
            let seats: Vec<Seat> =
                (0..).zip(weights).map(|(seat, weight)| Seat { seat, weight }).collect();
            let drawn = select_seat(&digest, &seats);
            if seats.iter().any(|seat| seat.weight > 0) {
                prop_assert!(drawn.is_some_and(|drawn| drawn.weight > 0 && seats.contains(&drawn)));
            } else {
                prop_assert_eq!(drawn, None);
            }
        }

        #[test]
        fn draw_preimage_should_separate_jobs_seeds_and_markets(job: u64, seed: [u8; 32]) {
            let market = AccountIdRef::new_or_panic("market.near");
            let base = draw_preimage(market, job, &seed);
            let mut other_seed = seed;
            other_seed[0] ^= 1;
            prop_assert_ne!(&base, &draw_preimage(market, job ^ 1, &seed));
            prop_assert_ne!(&base, &draw_preimage(market, job, &other_seed));
            let other = AccountIdRef::new_or_panic("market.test");
            prop_assert_ne!(&base, &draw_preimage(other, job, &seed));
        }
    }
}
