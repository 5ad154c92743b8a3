//! The simulation itself under test: it keeps its books, repeats itself, and would notice a broken rule.

use super::report::Report;
use super::rules::{Rule, Rules};
use super::strategies::{Strategy, population};
use super::world::World;
use super::{Options, plot, simulate};
use crate::error::Error;
use clap::Parser;
use proofrail_near_interface::NearToken;

/// Ten jobs a day for each prover, so that every strategy has its day in a few months.
const REDUCED: &str = "--provers 200 --days 120 --jobs-per-day 2000";

#[derive(Parser)]
#[command(args_override_self = true)]
struct Cli {
    #[command(flatten)]
    options: Options,
}

fn options(arguments: &str) -> Options {
    let words = std::iter::once("simulate").chain(arguments.split_whitespace());
    Cli::try_parse_from(words).unwrap().options
}

fn report(arguments: &str) -> Report {
    simulate(&options(&format!("{REDUCED} {arguments}")), |_| {}).unwrap()
}

fn winners(report: &Report) -> String {
    match report.verdict() {
        Ok(()) => String::new(),
        Err(Error::CheatingPays(winners)) => winners,
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn cheating_should_lose_for_every_seed() {
    for seed in 1..=8 {
        let report = report(&format!("--seed {seed}"));
        assert_eq!(winners(&report), "", "seed {seed}\n{}", report.text());
    }
}

#[test]
fn cheating_should_lose_in_a_full_year_of_a_thousand_provers() {
    let report = simulate(&options(""), |_| {}).unwrap();
    assert_eq!(winners(&report), "", "{}", report.text());
}

#[test]
fn a_rule_taken_away_should_turn_the_verdict() {
    // What each rule protects from; the rest of the market is the same.
    let cases = [
        (Rule::StakeWeight, "--without stake-weight", "sybil 10000"),
        (Rule::ReporterBounds, "--without reporter-bounds", "colluding 10000"),
        (Rule::InsuredLoss, "--without insured-loss", "colluding 10000"),
        (Rule::Collateral, "--without collateral --proving-cost 60", "lazy 10000"),
    ];
    for (rule, arguments, winner) in cases {
        let options = options(arguments);
        assert_eq!(options.without, Some(rule));
        let report = simulate(&options, |_| {}).unwrap();
        assert!(winners(&report).contains(winner), "{rule:?}\n{}", report.text());
        assert!(report.text().contains("PAYS"));
    }
    assert_eq!(
        winners(&report("--proving-cost 60")),
        "",
        "it is the collateral that stops the lazy"
    );
}

#[test]
fn reporter_bounds_should_be_what_the_contract_demands() {
    let rules = Rules::new(NearToken::ZERO);
    assert_eq!(rules.params.check(), Ok(()));
    let error = rules.without(Rule::ReporterBounds).params.check().unwrap_err();
    assert_eq!(error.parameter, "reporter_bps");
}

#[test]
fn money_should_be_conserved_every_day() {
    let mut world = World::new(Rules::new(NearToken::from_millinear(30)), 3, 200).unwrap();
    for _ in 0..60 {
        // Fails as soon as the purses do not add up to what they held in the beginning.
        world.day(2_000).unwrap();
    }
    assert!(world.seats.iter().any(|seat| seat.missed > 0), "nothing was slashed");
    assert!(world.seats.iter().any(|seat| seat.invalid > 0), "nothing was insured");
}

#[test]
fn the_same_seed_should_give_the_same_year() {
    assert_eq!(report("--seed 5").json(), report("--seed 5").json());
    assert_ne!(report("--seed 5").json()["groups"], report("--seed 6").json()["groups"]);
}

#[test]
fn population_should_have_every_strategy_at_every_size() {
    for provers in [50, 51, 100, 999, 1_000, 10_000] {
        let population = population(provers);
        let seats: u32 = population.iter().map(|(group, actors)| group.seats * actors).sum();
        assert_eq!(seats, provers);
        assert!(population.iter().all(|(_, actors)| *actors > 0), "{population:?}");
        for (group, _) in &population {
            let twin = population.iter().any(|(other, _)| {
                other.strategy == Strategy::Honest && other.stake_near == group.stake_near
            });
            assert!(twin, "nobody honest to compare {group:?} with");
        }
    }
}

#[test]
fn the_plot_should_be_an_svg_with_every_group() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/plot.svg");
    let report = report("--days 3");
    plot::write(&path, &report).unwrap();
    let svg = std::fs::read_to_string(path).unwrap();
    assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
    for strategy in Strategy::CHEATING.iter().chain([&Strategy::Honest]) {
        assert!(svg.contains(strategy.name()), "{} is missing", strategy.name());
    }
    assert!(svg.matches("<polyline").count() >= 2 * report.rows.len());
}

#[test]
fn json_should_hold_every_group_and_verdict() {
    let json = report("--days 3 --seed 7").json();
    assert_eq!(json["seed"], 7);
    assert_eq!(json["groups"].as_array().unwrap().len(), 10);
    assert_eq!(json["verdicts"].as_array().unwrap().len(), 8);
    let group = &json["groups"][0];
    let sum: i128 = group["per_1000_near"]
        .as_object()
        .unwrap()
        .values()
        .map(|amount| amount.as_str().unwrap().parse::<i128>().unwrap())
        .sum();
    assert_eq!(group["net_per_1000_near"].as_str().unwrap(), sum.to_string());
}
