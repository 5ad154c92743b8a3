//! Who earned what, and whether cheating paid.

use super::Options;
use super::ledger::Kind;
use super::rules::Rule;
use super::strategies::{Group, Strategy};
use super::world::World;
use crate::error::{Error, Result};
use crate::table::aligned;
use clap::ValueEnum;
use serde_json::{Value, json};

const YOCTO_PER_MILLI: i128 = 1_000_000_000_000_000_000_000;

/// What one group of actors has made of its stake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// Who they are.
    pub(crate) group: Group,
    actors: u32,
    proofs: u64,
    missed: u64,
    invalid: u64,
    /// By [`Kind::COLUMNS`], in yoctoNEAR for 1,000 NEAR staked.
    amounts: Vec<i128>,
    /// Their sum.
    pub(crate) net: i128,
}

/// The course and the end of a simulation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Report {
    /// The groups at the end.
    pub(crate) rows: Vec<Row>,
    /// Net of each group for 1,000 NEAR staked, in yoctoNEAR, day by day.
    pub(crate) course: Vec<Vec<i128>>,
    seed: u64,
    provers: u32,
    days: u32,
    jobs_per_day: u32,
    without: Option<String>,
}

/// Whether a group loses against honest provers with the same stake.
#[derive(Clone, Copy, Debug)]
struct Comparison {
    group: Group,
    net: i128,
    honest: i128,
}

impl Comparison {
    const fn loses(&self) -> bool {
        self.net < self.honest
    }
}

impl Report {
    /// A report of a world in which nothing has happened yet.
    pub(crate) fn new(world: &World, options: &Options) -> Self {
        let mut report = Self {
            rows: Vec::new(),
            course: Vec::new(),
            seed: options.seed,
            provers: options.provers,
            days: options.days,
            jobs_per_day: options.jobs_per_day,
            without: options
                .without
                .as_ref()
                .and_then(Rule::to_possible_value)
                .map(|rule| rule.get_name().to_owned()),
        };
        report.note_day(world);
        report
    }

    /// Notes how everybody stands at the end of a day.
    pub(crate) fn note_day(&mut self, world: &World) {
        let mut groups: Vec<Group> = world.actors.clone();
        groups.sort();
        groups.dedup();
        self.rows = groups.into_iter().map(|group| Row::new(world, group)).collect();
        self.course.push(self.rows.iter().map(|row| row.net).collect());
    }

    /// Fails when a cheating strategy earned at least what honesty did.
    pub(crate) fn verdict(&self) -> Result<()> {
        let winners: Vec<String> = self
            .comparisons()
            .filter(|comparison| !comparison.loses())
            .map(|comparison| label(&comparison.group))
            .collect();
        if winners.is_empty() { Ok(()) } else { Err(Error::CheatingPays(winners.join(", "))) }
    }

    fn comparisons(&self) -> impl Iterator<Item = Comparison> {
        self.rows.iter().filter(|row| row.group.strategy != Strategy::Honest).map(|row| {
            Comparison { group: row.group, net: row.net, honest: self.honest(row.group.stake_near) }
        })
    }

    /// What honest provers with this stake earned.
    fn honest(&self, stake_near: u32) -> i128 {
        let twin = self.rows.iter().find(|row| {
            row.group.strategy == Strategy::Honest && row.group.stake_near == stake_near
        });
        // Without honest provers nobody is beaten.
        twin.map_or(i128::MIN, |row| row.net)
    }

    /// The table and the verdicts.
    pub(crate) fn text(&self) -> String {
        let mut header = vec!["strategy", "stake", "actors", "proofs", "missed", "invalid"];
        header.extend(Kind::COLUMNS.map(|(_, name)| name));
        header.extend(["net", "return"]);
        let mut rows = vec![header.into_iter().map(str::to_owned).collect()];
        rows.extend(self.rows.iter().map(Row::cells));
        let mut out = format!(
            "NEAR for 1,000 NEAR staked, after {} days of {} jobs among {} provers, seed {}\n{}\n",
            self.days,
            self.jobs_per_day,
            self.provers,
            self.seed,
            aligned(&rows)
        );
        if let Some(rule) = &self.without {
            out += &format!("Without the rule {rule}.\n");
        }
        for strategy in Strategy::CHEATING {
            out += &self.verdict_line(strategy);
        }
        out
    }

    fn verdict_line(&self, strategy: Strategy) -> String {
        let all: Vec<_> = self.comparisons().filter(|c| c.group.strategy == strategy).collect();
        let verdict = match all.iter().all(Comparison::loses) {
            true => "loses",
            false => "PAYS",
        };
        let parts = all.iter().map(|c| {
            let (net, honest) = (near(c.net), near(c.honest));
            format!("{net} against {honest} of honest provers with {} NEAR", c.group.stake_near)
        });
        format!("{} {verdict}: {}\n", strategy.name(), parts.collect::<Vec<_>>().join("; "))
    }

    /// Everything, amounts in yoctoNEAR as decimal strings.
    pub(crate) fn json(&self) -> Value {
        json!({
            "seed": self.seed,
            "provers": self.provers,
            "days": self.days,
            "jobs_per_day": self.jobs_per_day,
            "without": self.without,
            "groups": self.rows.iter().map(Row::json).collect::<Vec<_>>(),
            "verdicts": self.comparisons().map(|comparison| json!({
                "strategy": comparison.group.strategy.name(),
                "stake_near": comparison.group.stake_near,
                "net": comparison.net.to_string(),
                "honest_net": comparison.honest.to_string(),
                "loses": comparison.loses(),
            })).collect::<Vec<_>>(),
        })
    }
}

impl Row {
    fn new(world: &World, group: Group) -> Self {
        let members = || {
            let actors = world.actors.iter().enumerate();
            actors.filter(move |(_, other)| **other == group).map(|(actor, _)| actor)
        };
        let actors = u32::try_from(members().count()).unwrap_or(u32::MAX);
        let staked = i128::from(actors) * i128::from(group.stake_near);
        let amounts: Vec<i128> = Kind::COLUMNS
            .iter()
            .map(|&(kind, _)| {
                let sum: i128 =
                    members().map(|actor| world.ledger.tally(actor)[kind as usize]).sum();
                // A group's gains in a year are below 10^6 NEAR = 10^30 yocto.
                sum.saturating_mul(1_000) / staked.max(1)
            })
            .collect();
        let mut row = Self {
            group,
            actors,
            proofs: 0,
            missed: 0,
            invalid: 0,
            net: amounts.iter().sum(),
            amounts,
        };
        for seat in world.seats.iter().filter(|seat| world.actors[seat.actor] == group) {
            row.proofs += u64::from(seat.proofs);
            row.missed += u64::from(seat.missed);
            row.invalid += u64::from(seat.invalid);
        }
        row
    }

    fn cells(&self) -> Vec<String> {
        let mut cells = vec![
            self.group.strategy.name().to_owned(),
            self.group.stake_near.to_string(),
            self.actors.to_string(),
            self.proofs.to_string(),
            self.missed.to_string(),
            self.invalid.to_string(),
        ];
        cells.extend(self.amounts.iter().map(|amount| near(*amount)));
        // Net for 1,000 NEAR in NEAR is ten times the return in percent.
        cells.extend([near(self.net), format!("{} %", near(self.net / 10))]);
        cells
    }

    fn json(&self) -> Value {
        let amounts: serde_json::Map<_, _> = Kind::COLUMNS
            .iter()
            .zip(&self.amounts)
            .map(|((_, name), amount)| (name.replace(' ', "_"), json!(amount.to_string())))
            .collect();
        json!({
            "strategy": self.group.strategy.name(),
            "stake_near": self.group.stake_near,
            "provers_of_each": self.group.seats,
            "actors": self.actors,
            "proofs": self.proofs,
            "missed": self.missed,
            "invalid": self.invalid,
            "per_1000_near": amounts,
            "net_per_1000_near": self.net.to_string(),
        })
    }
}

/// Strategy and stake.
pub(crate) fn label(group: &Group) -> String {
    format!("{} {}", group.strategy.name(), group.stake_near)
}

/// NEAR with two decimals.
fn near(yocto: i128) -> String {
    let hundredths = yocto / (10 * YOCTO_PER_MILLI);
    let sign = if hundredths < 0 { "-" } else { "" };
    let digits = hundredths.unsigned_abs();
    format!("{sign}{}.{:02}", digits / 100, digits % 100)
}

/// Thousandths of a NEAR as a plain number, for a plot.
pub(crate) fn plotted(yocto: i128) -> f64 {
    // Below 10^9, so that the conversion is exact.
    (yocto / YOCTO_PER_MILLI) as f64 / 1_000.0
}
