//! The fairness of draws: 200,000 of them from the recorded random values of a chain's blocks, against the weights, by
//! Pearson's χ² test; and draws of the wasm itself against the pure rule.

use near_devnode::{Chain, ChainConfig};
use proofrail_near_interface::rules::draw::{draw_digest_input, select_seat, ticket, total_weight};
use proofrail_near_interface::{AccountId, Seat};
use sha2::{Digest, Sha256};

const DRAWS: u64 = 200_000;
const SEATS: u32 = 50;
/// A fair rule fails with this probability; the seeds are fixed, so that it fails always or never.
const THRESHOLD: f64 = 0.001;

/// Fifty seats whose weights differ by a factor of up to a hundred, with gaps in the seat numbers.
fn seats() -> Vec<Seat> {
    (0..SEATS).map(|n| Seat { seat: 3 * n + n % 2, weight: 250 + (n * n * 10) % 24_000 }).collect()
}

fn seeds() -> Vec<[u8; 32]> {
    let mut chain = Chain::new(ChainConfig::default()).unwrap();
    let seed = |_| {
        chain.produce_block().unwrap();
        if chain.height().is_multiple_of(1_000) {
            chain.collect_garbage(1);
        }
        chain.random_value()
    };
    (0..DRAWS).map(seed).collect()
}

/// Whom a ticket's digest draws.
type Rule<'a> = dyn Fn(&[u8; 32]) -> Option<u32> + 'a;

/// How often each place was drawn by `choose`, of a ticket's digest.
fn counts(seats: &[Seat], choose: impl Fn(&[u8; 32]) -> Option<u32>) -> Vec<u64> {
    let market: AccountId = "market.test.near".parse().unwrap();
    let mut counts = vec![0; seats.len()];
    for (job_id, seed) in (1..).zip(seeds()) {
        let input = draw_digest_input(&market, job_id, 0, &seed, 0);
        let drawn = choose(&Sha256::digest(input).into()).unwrap();
        let place = seats.iter().position(|seat| seat.seat == drawn).unwrap();
        counts[place] += 1;
    }
    counts
}

/// χ² of the counts against the weights, and the probability of as large a one under a fair draw.
fn chi_square(seats: &[Seat], counts: &[u64]) -> (f64, f64) {
    let (total, draws) = (total_weight(seats) as f64, counts.iter().sum::<u64>() as f64);
    let terms = seats.iter().zip(counts).map(|(seat, count)| {
        let expected = draws * f64::from(seat.weight) / total;
        (*count as f64 - expected).powi(2) / expected
    });
    let chi_square = terms.sum();
    (chi_square, upper_tail(chi_square, seats.len() - 1))
}

/// P(χ² > x) with an odd number of degrees of freedom: Abramowitz and Stegun, 26.4.4.
fn upper_tail(x: f64, freedom: usize) -> f64 {
    assert!(freedom % 2 == 1, "written for odd degrees of freedom");
    let root = x.sqrt();
    let mut sum = 0.0;
    let mut term = root;
    for r in 1..=(freedom - 1) / 2 {
        if r > 1 {
            term *= x / (2 * r - 1) as f64;
        }
        sum += term;
    }
    let density = (-x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    2.0 * (normal_tail(root) + density * sum)
}

/// P(N > x) for x >= 0: the continued fraction for large x, the series for small x (26.2.14 and 26.2.10).
fn normal_tail(x: f64) -> f64 {
    let density = (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    if x > 3.0 {
        let fraction = (1..=200).rev().fold(0.0, |below, n| f64::from(n) / (x + below));
        return density / (x + fraction);
    }
    let mut term = x;
    let mut sum = x;
    for n in 1..200 {
        term *= x * x / f64::from(2 * n + 1);
        sum += term;
    }
    0.5 - density * sum
}

#[test]
fn upper_tail_should_match_printed_tables() {
    // Abramowitz and Stegun, table 26.8.
    for (x, freedom, p) in [(3.84146, 1, 0.05), (11.3449, 3, 0.01), (66.3387, 49, 0.05)] {
        let found = upper_tail(x, freedom);
        assert!((found - p).abs() < 2e-5, "{x} {freedom}: {found}");
    }
}

#[test]
fn draws_should_be_fair() {
    let seats = seats();
    let total = total_weight(&seats);
    let rule = |digest: &[u8; 32]| select_seat(ticket(digest, total)?, &seats).map(|s| s.seat);
    let (chi_square, p) = chi_square(&seats, &counts(&seats, rule));
    println!(
        "{DRAWS} draws over {SEATS} seats: χ² = {chi_square:.2}, 49 degrees of freedom, p = {p:.4}"
    );
    assert!(p > THRESHOLD);
}

#[test]
fn unfair_draws_should_be_found_out() {
    let seats = seats();
    let total = total_weight(&seats);
    let pick = |ticket: Option<u64>| select_seat(ticket?, &seats).map(|s| s.seat);
    let unfair: [(&str, &Rule<'_>); 4] = [
        ("the last seat is forgotten", &|digest| {
            pick(ticket(digest, total - u64::from(seats[seats.len() - 1].weight)))
        }),
        ("the first seat is forgotten", &|digest| {
            let first = u64::from(seats[0].weight);
            pick(ticket(digest, total - first).map(|ticket| ticket + first))
        }),
        ("weights count as equal", &|digest| {
            let place = ticket(digest, seats.len() as u64)? as usize;
            seats.get(place).map(|seat| seat.seat)
        }),
        ("one seat weighs a tenth more", &|digest| {
            let mut seats = seats.clone();
            seats[40].weight += seats[40].weight / 10;
            let ticket = ticket(digest, total_weight(&seats))?;
            select_seat(ticket, &seats).map(|s| s.seat)
        }),
    ];
    for (what, rule) in unfair {
        let (chi_square, p) = chi_square(&seats, &counts(&seats, rule));
        println!("{what}: χ² = {chi_square:.2}, p = {p:.2e}");
        assert!(p < THRESHOLD, "{what}");
    }
}
