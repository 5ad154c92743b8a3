//! What the demo tells its reader: steps with their cost, refusals with their reason, balances.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets::UTF8_FULL_CONDENSED};
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// One thing that the demo did.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// What was done.
    pub name: String,
    /// Whether it came out as it should.
    pub ok: bool,
    /// Wall-clock milliseconds.
    pub ms: u64,
    /// EVM gas of the step's transactions, where it made any.
    pub gas: Option<u64>,
    /// NEAR gas burnt by the step's transaction, in Tgas, where it made one.
    pub tgas: Option<f64>,
}

/// One attempt that must not succeed, and the reason that was given.
#[derive(Clone, Debug, Serialize)]
pub struct Refusal {
    /// What was attempted.
    pub what: String,
    /// The error that refused it.
    pub error: String,
}

/// Balances by owner, in decimal units with the currency's name.
pub type Ledger = BTreeMap<String, String>;

/// Balances before the job and after its settlement.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Balances {
    /// Before the client paid for the job.
    pub before: Ledger,
    /// After the settlement and the refusals.
    pub after: Ledger,
}

/// The whole demo, as `--json` prints it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// In the order in which they happened.
    pub steps: Vec<Step>,
    /// The attempts that were refused.
    pub refusals: Vec<Refusal>,
    /// Balances before and after.
    pub balances: Balances,
}

/// What a step's transactions cost.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// EVM gas used.
    pub gas: Option<u64>,
    /// NEAR Tgas burnt.
    pub tgas: Option<f64>,
}

impl Cost {
    /// A step without transactions.
    pub const NONE: Self = Self { gas: None, tgas: None };

    /// EVM gas.
    pub const fn gas(gas: u64) -> Self {
        Self { gas: Some(gas), tgas: None }
    }

    /// NEAR gas in Tgas.
    pub const fn tgas(tgas: f64) -> Self {
        Self { gas: None, tgas: Some(tgas) }
    }
}

/// Collects the report and tells the reader of each step as it happens, on stderr.
#[derive(Debug, Default)]
pub struct Recorder {
    report: Report,
}

impl Recorder {
    /// Announces a step; the clock starts.
    pub fn begin(&self, name: &str) -> Running {
        eprintln!("  … {name}");
        Running { name: name.to_owned(), since: Instant::now() }
    }

    /// Records a step that somebody else has timed.
    pub fn timed(&mut self, name: &str, elapsed: Duration) {
        eprintln!("  ✓ {name} ({})", seconds(elapsed));
        self.push(name.to_owned(), elapsed, Cost::NONE);
    }

    /// Records a step that came out as it should; `note` is its result in words.
    pub fn done(&mut self, running: Running, cost: Cost, note: &str) {
        let elapsed = running.since.elapsed();
        eprintln!("  ✓ {}: {note} ({})", running.name, seconds(elapsed));
        self.push(running.name, elapsed, cost);
    }

    fn push(&mut self, name: String, elapsed: Duration, cost: Cost) {
        let ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        let Cost { gas, tgas } = cost;
        self.report.steps.push(Step { name, ok: true, ms, gas, tgas });
    }

    /// Records a refusal.
    pub fn refused(&mut self, what: &str, error: &str) {
        eprintln!("  ✗ refused, as it must be: {what}\n      {error}");
        self.report.refusals.push(Refusal { what: what.to_owned(), error: error.to_owned() });
    }

    /// Sets the balances before the job.
    pub fn balances_before(&mut self, ledger: Ledger) {
        self.report.balances.before = ledger;
    }

    /// Sets the balances at the end.
    pub fn balances_after(&mut self, ledger: Ledger) {
        self.report.balances.after = ledger;
    }

    /// The report so far.
    pub fn finish(self) -> Report {
        self.report
    }
}

/// A step whose clock runs.
#[derive(Debug)]
pub struct Running {
    name: String,
    since: Instant,
}

impl Report {
    /// The report as tables for people.
    pub fn tables(&self) -> String {
        let refusals = self.refusals.iter().map(|r| vec![r.what.clone(), r.error.clone()]);
        format!(
            "{}\n\n{}\n\n{}",
            self.steps_table(),
            table(&["Refused", "Reason"], &[], refusals),
            self.balances_table()
        )
    }

    fn steps_table(&self) -> Table {
        let row = |step: &Step| {
            vec![
                step.name.clone(),
                seconds(Duration::from_millis(step.ms)),
                step.gas.map(grouped).unwrap_or_default(),
                step.tgas.map(|tgas| format!("{tgas:.2}")).unwrap_or_default(),
            ]
        };
        table(&["Step", "Time", "Gas", "Tgas"], &[1, 2, 3], self.steps.iter().map(row))
    }

    fn balances_table(&self) -> Table {
        let row = |(owner, after): (&String, &String)| {
            let before = self.balances.before.get(owner).cloned().unwrap_or_default();
            vec![owner.clone(), before, after.clone()]
        };
        table(&["Balance of", "Before", "After"], &[1, 2], self.balances.after.iter().map(row))
    }
}

fn table(header: &[&str], right: &[usize], rows: impl Iterator<Item = Vec<String>>) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header.iter().copied());
    table.add_rows(rows);
    for index in right {
        if let Some(column) = table.column_mut(*index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

/// Digits in groups of three.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
