//! `cargo xtask simulate`: what the market's economic rules lead to, before anybody's money is in them.
//!
//! Every strategy is compared with honest provers that stake the same. Where the model had to choose, it chose what
//! favours cheating: half of all clients check no proof, a forgery that is found costs its client the whole fee, and
//! a Sybil pays nothing for its ten attested machines. Left out are unstaking, capacity, attestation, data leaks (they
//! cost the whole stake) and stakes above the weight's cap, which everybody splits. One draw in 1,000 is replayed by the
//! rules' own replay, and the books are balanced every day.

mod ledger;
mod outages;
mod plot;
mod report;
mod rules;
mod strategies;
mod weights;
mod world;

#[cfg(test)]
mod tests;

use crate::error::{Error, Result};
use crate::process::{announce, target_dir};
use proofrail_near_interface::NearToken;
use report::Report;
use rules::{Rule, Rules};
use std::path::PathBuf;
use world::World;

/// What to simulate.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Simulation {
    /// A year of the prover market with honest and cheating provers: who earns what.
    ///
    /// Draws, reputation, fees, bonuses, slashing and insurance are the contract's own functions. The exit
    /// status is 1 when a cheating strategy earns at least what honest provers with the same stake do.
    Market(Options),
}

/// Options of the market's simulation.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Options {
    /// Seed of all chance: the same seed gives the same year.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Registered provers.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(50..=10_000))]
    provers: u32,
    /// Days to simulate.
    #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=3_650))]
    days: u32,
    /// Jobs funded by outside clients each day.
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    jobs_per_day: u32,
    /// What an honest proof costs to make, in thousandths of a NEAR (an outside job pays its prover 70 or more).
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(0..=1_000))]
    proving_cost: u32,
    /// Take one rule away, to see who profits without it.
    #[arg(long, value_name = "RULE")]
    without: Option<Rule>,
    /// Print one JSON object in place of the table.
    #[arg(long)]
    json: bool,
    /// Where to write the plot; `simulate-market.svg` in the target folder by default.
    #[arg(long, value_name = "PATH")]
    svg: Option<PathBuf>,
}

/// Runs the simulation that was asked for.
pub(crate) fn run(simulation: &Simulation) -> Result<()> {
    let Simulation::Market(options) = simulation;
    announce(&format!(
        "Simulating {} provers, {} days of {} jobs, seed {}",
        options.provers, options.days, options.jobs_per_day, options.seed
    ));
    let report = simulate(options, |day| {
        if day % 30 == 0 || day == options.days {
            eprintln!("    day {day} of {}", options.days);
        }
    })?;
    let svg = options.svg.clone().unwrap_or_else(|| target_dir().join("simulate-market.svg"));
    plot::write(&svg, &report)?;
    match options.json {
        true => println!("{:#}", report.json()),
        false => print!("{}", report.text()),
    }
    eprintln!("==> The plot is in {}", svg.display());
    report.verdict()
}

/// Simulates day by day, telling `progress` after each.
fn simulate(options: &Options, mut progress: impl FnMut(u32)) -> Result<Report> {
    let cost = NearToken::from_millinear(options.proving_cost.into());
    let mut rules = Rules::new(cost);
    rules.params.check().map_err(Error::Parameters)?;
    if let Some(rule) = options.without {
        rules = rules.without(rule);
    }
    let mut world = World::new(rules, options.seed, options.provers)?;
    let mut report = Report::new(&world, options);
    for day in 1..=options.days {
        world.day(options.jobs_per_day)?;
        report.note_day(&world);
        progress(day);
    }
    Ok(report)
}
