//! A run: operations against contract and model, and the search for a shorter list that fails as well.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use proofrail_near_interface::rules::slashing::InsuranceParams;
use proofrail_near_interface::{MarketEvent, Params};

use crate::check::{self, Checked, same};
use crate::dice::Dice;
use crate::market::{Done, Market};
use crate::model::{Model, Told};
use crate::op::{CIRCUITS, DAO, Op, Who, Yocto};
use crate::pick::Picker;

/// Operations between two comparisons of everything.
const EVERYTHING: usize = 200;
/// How long a failing list is shortened; `PROOFRAIL_MODEL_SHRINK=0` leaves it as it is.
const SHORTENING: Duration = Duration::from_mins(1);
/// The newest version, at which contracts earn no gas: their balance is known to the yocto.
pub const EXACT: u32 = 88;

pub struct Run {
    pub market: Market,
    pub model: Model,
    version: u32,
    /// The market's own balance, before anybody came.
    own: Yocto,
    pub done: usize,
    /// Draws of the wasm that the model made from their seeds, with the same outcome.
    pub draws: usize,
    /// Successes and refusals, by operation.
    pub counts: BTreeMap<String, (usize, usize)>,
    follow: Option<Op>,
}

/// Parameters that let a run see all of them at work.
pub fn params() -> Params {
    Params {
        probation_proofs: 3,
        downtime_s: 5_400,
        heartbeat_gap_s: 1_800,
        epoch_s: 2 * 86_400,
        challenge_window_s: 3_600,
        reveal_window_s: 900,
        insurance_window_s: 2 * 86_400,
        council_delay_s: 3_600,
        appeal_window_s: 2 * 3_600,
        timelock_s: 1_800,
        change_window_s: 86_400,
        unstake_delay_s: 2 * 86_400,
        insurance: InsuranceParams { pool_share_bps: 2_000 },
        ..Params::default()
    }
}

impl Run {
    pub fn new(version: u32, seed: u64) -> Self {
        let params = params();
        let market = Market::new(version, seed, params);
        let mut model = Model::new(params);
        // What the dao paid for the circuits.
        let books = market.accounting();
        let dao = market.storage_of(DAO).unwrap();
        let (total, free) = (dao.total.as_yoctonear(), dao.available.as_yoctonear());
        let account = model.accounts.entry(DAO).or_default();
        (account.total, account.used) = (total, total - free);
        model.purses.storage = books.storage_deposits.as_yoctonear();
        model.next_change = 1 + CIRCUITS as u64;
        let own = market.market_balance() - books.liabilities().unwrap().as_yoctonear();
        Self {
            market,
            model,
            version,
            own,
            done: 0,
            draws: 0,
            counts: BTreeMap::new(),
            follow: None,
        }
    }

    /// Does an operation on both.
    pub fn step(&mut self, op: &Op) -> Checked {
        let job = op.job().and_then(|job| self.model.jobs.get(&job));
        let statement = job.map_or(0, |job| job.statement);
        let keys: BTreeMap<Who, u8> =
            self.model.provers.iter().map(|(who, prover)| (*who, prover.key)).collect();
        let (height, now) = (self.market.chain.height(), self.market.now());
        let done = self.market.perform(op, |who| keys.get(&who).copied(), statement);
        let told = self.told(op, &done, height + 2, now + 2);
        let verdict = self.model.apply(op, &told)?;
        let counts = self.counts.entry(op.name()).or_default();
        match (&verdict, &done.refusal) {
            (Ok(paid), None) => {
                counts.0 += 1;
                self.draws += usize::from(told.seed.is_some());
                self.check_payments(op, paid.clone(), &done)?;
            }
            (Err(codes), Some((Some(code), _))) if codes.contains(code) => {
                counts.1 += 1;
                same(|| "money spent on a refusal".to_owned(), done.spent.unwrap_or(0), 0)?;
            }
            (expected, refusal) => {
                let expected = expected.as_ref().map(|_| "success");
                let found = refusal.as_ref().map_or("success".to_owned(), |(_, text)| text.clone());
                return Err(format!("the model expects {expected:?}, the contract: {found}"));
            }
        }
        self.done += 1;
        self.check(op)
    }

    /// What the contract said of the operation.
    fn told(&self, op: &Op, done: &Done, height: u64, now: u64) -> Told {
        let mut told = Told { now, height, ..Told::default() };
        for event in &done.events {
            match event {
                MarketEvent::JobAssigned { assignment, .. } => {
                    told.seed = assignment.draw.as_ref().map(|draw| draw.seed.0);
                }
                MarketEvent::DrawVoid { seed, .. } => told.seed = Some(seed.0),
                MarketEvent::JobFunded { set, .. } | MarketEvent::JobReopened { set, .. } => {
                    told.set = Some(*set);
                }
                MarketEvent::ProverRegistered { seat, .. } => told.seat = Some(*seat),
                _ => {}
            }
        }
        let storage = op.who().and_then(|who| self.market.storage_of(who));
        told.used = storage.map_or(0, |balance| {
            balance.total.as_yoctonear().saturating_sub(balance.available.as_yoctonear())
        });
        told
    }

    /// What left the market arrived, or is a credit again.
    fn check_payments(&mut self, op: &Op, mut paid: Vec<(Who, Yocto)>, done: &Done) -> Checked {
        paid.retain(|(_, amount)| *amount > 0);
        let Some(who) = op.who() else { return Ok(()) };
        if let Op::Vanish { .. } = op {
            for (who, amount) in &paid {
                self.model.restore(*who, *amount);
            }
            return Ok(());
        }
        same(|| "failed receipts".to_owned(), done.failed, 0)?;
        let to_caller: Yocto =
            paid.iter().filter(|(to, _)| *to == who).map(|(_, amount)| amount).sum();
        let spent = op.attached() as i128 - to_caller as i128;
        same(|| "money spent by the caller".to_owned(), done.spent, Some(spent))
    }

    fn check(&self, op: &Op) -> Checked {
        check::books(&self.market, &self.model, self.own, self.version >= EXACT)?;
        if let Some(who) = op.who() {
            check::account(&self.market, &self.model, who)?;
            check::prover(&self.market, &self.model, who)?;
        }
        if let Some(job_id) = op.job() {
            check::job(&self.market, &self.model, job_id)?;
        }
        if self.done.is_multiple_of(EVERYTHING) {
            check::everything(&self.market, &self.model)?;
        }
        Ok(())
    }

    /// The next operation.
    pub fn pick(&mut self, dice: &mut Dice) -> Op {
        Picker { dice, model: &self.model, now: self.market.now(), follow: &mut self.follow }.pick()
    }
}

/// Runs `count` operations of a seed and everybody's exit; panics with the shortest failing list that it finds.
pub fn run(version: u32, seed: u64, count: usize) -> Run {
    let mut run = Run::new(version, seed);
    let mut dice = Dice::new(seed);
    let mut history = Vec::new();
    for _ in 0..count {
        let op = run.pick(&mut dice);
        history.push(op.clone());
        if let Err(why) = run.step(&op) {
            report(version, seed, history, &why);
        }
    }
    if let Err(why) = check::everything(&run.market, &run.model)
        .and_then(|()| crate::exit::exit(&mut run, &mut history))
    {
        report(version, seed, history, &format!("at the exit: {why}"));
    }
    run
}

/// Whether the list fails, and where and why.
fn fails(version: u32, seed: u64, ops: &[Op]) -> Option<(usize, String)> {
    let mut run = Run::new(version, seed);
    for (index, op) in ops.iter().enumerate() {
        if let Err(why) = run.step(op) {
            return Some((index, why));
        }
    }
    check::everything(&run.market, &run.model).err().map(|why| (ops.len().saturating_sub(1), why))
}

/// Shortens the list by leaving out ever smaller parts, as long as it still fails, and panics with it.
fn report(version: u32, seed: u64, mut ops: Vec<Op>, why: &str) -> ! {
    eprintln!("seed {seed}, operation {}: {why}\n{:?}", ops.len(), ops.last());
    let mut shortest = why.to_owned();
    if std::env::var("PROOFRAIL_MODEL_SHRINK").as_deref() != Ok("0") {
        let mut part = ops.len() / 2;
        let begin = Instant::now();
        while part > 0 && begin.elapsed() < SHORTENING {
            let mut at = 0;
            while at < ops.len() && begin.elapsed() < SHORTENING {
                let end = ops.len().min(at + part);
                let shorter: Vec<Op> = ops[..at].iter().chain(&ops[end..]).cloned().collect();
                match fails(version, seed, &shorter) {
                    Some((index, why)) => {
                        ops = shorter[..=index.min(shorter.len().saturating_sub(1))].to_vec();
                        shortest = why;
                    }
                    None => at = end,
                }
            }
            part /= 2;
        }
    }
    let list: Vec<String> = ops.iter().map(|op| format!("  {op:?}")).collect();
    panic!(
        "protocol {version}, seed {seed}: {why}\nshortened to {} operations: {shortest}\n{}",
        ops.len(),
        list.join("\n")
    );
}
