//! The market against the model.

use proofrail_near_interface::rules::reputation::day_of;
use proofrail_near_interface::{
    AccountingView, CaseView, ChangeView, FrozenSetView, JobStatus, JobView, ProverState,
    ProverView,
};
use serde_json::json;

use crate::market::{Market, id, public};
use crate::model::{Case, Job, Model, Presence, Prover, Purses, Stage, Status};
use crate::op::{CIRCUITS, NAMES, Who, Yocto};
use crate::proofs::circuit_id;

/// Where the contract departs from the model.
pub type Checked = Result<(), String>;

pub fn same<T: PartialEq + std::fmt::Debug>(
    what: impl Fn() -> String,
    found: T,
    expected: T,
) -> Checked {
    if found == expected {
        return Ok(());
    }
    Err(format!("{}: the contract says {found:?}, the model {expected:?}", what()))
}

/// The purses of the contract's books.
fn purses(books: &AccountingView) -> Purses {
    Purses {
        stakes: books.stakes.as_yoctonear(),
        fees: books.fees.as_yoctonear(),
        bonds: books.bonds.as_yoctonear(),
        credits: books.credits.as_yoctonear(),
        storage: books.storage_deposits.as_yoctonear(),
        treasury: books.treasury.as_yoctonear(),
        reserve: [books.bonus_reserve.as_yoctonear(), books.last_bonus_reserve.as_yoctonear()],
        insurance: books.insurance.as_yoctonear(),
    }
}

/// Purses, and that nobody else's money is in them: `own` is what the market held before anybody came, and
/// `exact` where no contract earns gas.
pub fn books(market: &Market, model: &Model, own: Yocto, exact: bool) -> Checked {
    let books = market.accounting();
    same(|| "purses".to_owned(), purses(&books), model.purses)?;
    let owed = books.liabilities().ok_or("liabilities overflow")?.as_yoctonear();
    let balance = books.balance.as_yoctonear();
    same(|| "balance".to_owned(), balance, market.market_balance())?;
    let expected = owed + own + model.left_behind;
    match exact {
        true => same(|| "the contract's balance".to_owned(), balance, expected),
        false if balance >= expected => Ok(()),
        false => Err(format!("balance {balance} is below {expected}")),
    }
}

/// The sums of the model's own records are its purses: what is in a purse belongs to somebody.
pub fn sums(model: &Model) -> Checked {
    let provers = model.provers.values();
    let stakes: Yocto = provers
        .map(|prover| prover.stake + prover.queue.iter().map(|entry| entry.0).sum::<Yocto>())
        .sum();
    same(|| "Σ stakes".to_owned(), model.purses.stakes, stakes)?;
    let open = model.jobs.values().filter(|job| job.status.closed_at().is_none());
    let fees: Yocto = open.map(|job| job.fee).sum();
    let rewards: Yocto = model.jobs.values().map(|job| job.reward).sum();
    same(|| "Σ fees".to_owned(), model.purses.fees, fees + rewards)?;
    let bonds = model.jobs.values().filter_map(|job| match &job.status {
        Status::Committed { challenge: Some(challenge), .. } => Some(challenge.bond),
        _ => None,
    });
    same(|| "Σ bonds".to_owned(), model.purses.bonds, bonds.sum())?;
    let credits = model.accounts.values().map(|account| account.credit).sum();
    same(|| "Σ credits".to_owned(), model.purses.credits, credits)?;
    let storage = model.accounts.values().map(|account| account.total).sum();
    same(|| "Σ storage".to_owned(), model.purses.storage, storage)?;
    for (who, prover) in &model.provers {
        let name = NAMES[usize::from(*who)];
        let held = |job: &&Job| {
            let at_work = job.status.assignment().is_some_and(|a| a.prover == *who);
            let doubts = job.doubt.is_some_and(|(doubter, ..)| doubter == *who);
            job.status.closed_at().is_none() && (at_work || doubts)
        };
        let count = model.jobs.values().filter(held).count();
        same(|| format!("open jobs of {name}"), prover.open_jobs as usize, count)?;
    }
    Ok(())
}

pub fn account(market: &Market, model: &Model, who: Who) -> Checked {
    let name = NAMES[usize::from(who)];
    let known = model.accounts.get(&who);
    let credit = known.map_or(0, |account| account.credit);
    same(|| format!("credit of {name}"), market.credit_of(who), credit)?;
    let found = market.storage_of(who).map(|balance| {
        let (total, free) = (balance.total.as_yoctonear(), balance.available.as_yoctonear());
        (total, total.saturating_sub(free))
    });
    let expected = known.map(|account| (account.total, account.used));
    same(|| format!("storage balance of {name}, total and used"), found, expected)
}

pub fn everything(market: &Market, model: &Model) -> Checked {
    sums(model)?;
    for who in 0..NAMES.len() as Who {
        account(market, model, who)?;
        prover(market, model, who)?;
    }
    // The open ones, and the closed ones of late: nothing moves in older ones but their removal.
    let open = model.jobs.iter().filter(|(_, job)| job.status.closed_at().is_none());
    let late = model.next_job.saturating_sub(40).max(1)..model.next_job;
    for job_id in open.map(|(job_id, _)| *job_id).chain(late) {
        job(market, model, job_id)?;
    }
    same(|| "next job".to_owned(), market.view("next_job_id", json!({})), model.next_job)?;
    for case_id in model.next_case.saturating_sub(20).max(1)..model.next_case {
        case(market, model, case_id)?;
    }
    let changes: Vec<ChangeView> = market.view("changes", json!({}));
    let changes: Vec<u64> = changes.iter().map(|change| change.change_id).collect();
    // The test's own changes began after those that added the circuits.
    let expected: Vec<u64> = model.changes.keys().copied().collect();
    same(|| "changes".to_owned(), changes, expected)?;
    for set in &model.sets {
        for circuit in 0..CIRCUITS {
            let args = json!({"circuit_id": circuit_id(circuit), "set": set.number});
            let found: Option<FrozenSetView> = market.view("frozen_set", args);
            let found = found.map(|view| view.seats);
            same(|| format!("set {}", set.number), found, Some(set.seats[circuit].clone()))?;
        }
    }
    Ok(())
}

pub fn prover(market: &Market, model: &Model, who: Who) -> Checked {
    let view: Option<ProverView> = market.view("prover", json!({"account_id": id(who)}));
    let name = NAMES[usize::from(who)];
    let (Some(view), Some(known)) = (&view, model.provers.get(&who)) else {
        let both = (view.is_some(), model.provers.contains_key(&who));
        return same(|| format!("{name} is a prover"), both.0, both.1);
    };
    let what = |field: &'static str| move || format!("{field} of {name}");
    same(what("seat"), view.seat, known.seat)?;
    same(what("state"), view.state, state(model, known))?;
    same(what("key"), view.statement_key, public(known.key))?;
    same(what("stake"), view.stake.as_yoctonear(), known.stake)?;
    same(what("locked"), view.locked.as_yoctonear(), known.locked)?;
    same(what("weight"), view.weight, known.weight)?;
    let queue: Vec<_> =
        view.unstaking.iter().map(|e| (e.amount.as_yoctonear(), e.available_at)).collect();
    same(what("queue"), &queue, &known.queue)?;
    same(what("open jobs"), view.open_jobs, known.open_jobs)?;
    same(what("capacity"), view.capacity.parallel_jobs, known.capacity)?;
    let day = day_of(market.now());
    same(what("reputation"), view.reputation_bps, known.track.score_bps_at(day))?;
    same(what("proofs"), view.proofs_accepted, known.successes)?;
    same(what("misses"), view.deadlines_missed, known.misses)?;
    same(what("invalid proofs"), view.invalid_proofs, known.invalid)?;
    same(what("last heartbeat"), view.last_heartbeat, known.last_heartbeat)?;
    same(what("cases"), view.open_cases, known.cases)?;
    let epoch = (market.now() / model.params.epoch_s) as u32;
    let volume = known.volume.get(&epoch).copied().unwrap_or(0);
    same(what("volume"), view.epoch_volume.as_yoctonear(), volume)
}

fn state(model: &Model, prover: &Prover) -> ProverState {
    let probation = prover.successes < u64::from(model.params.probation_proofs);
    match prover.presence {
        Presence::Banned => ProverState::Banned,
        _ if prover.cases > 0 => ProverState::Accused,
        _ if prover.stake < model.params.min_stake.as_yoctonear() => ProverState::Leaving,
        Presence::Offline => ProverState::Offline,
        Presence::Online if probation => ProverState::Probation,
        Presence::Online => ProverState::Active,
    }
}

pub fn job(market: &Market, model: &Model, job_id: u64) -> Checked {
    let view: Option<JobView> = market.view("job", json!({"job_id": job_id}));
    let (Some(view), Some(known)) = (&view, model.jobs.get(&job_id)) else {
        let both = (view.is_some(), model.jobs.contains_key(&job_id));
        return same(|| format!("job {job_id} is there"), both.0, both.1);
    };
    let what = |field: &'static str| move || format!("{field} of job {job_id}");
    same(what("fee"), view.fee.as_yoctonear(), known.fee)?;
    same(what("rounds"), view.rounds, known.rounds)?;
    same(what("reward"), view.reward.as_yoctonear(), known.reward)?;
    same(what("harm"), view.harm.as_yoctonear(), known.harm)?;
    same(what("excluded"), &view.excluded, &known.excluded)?;
    same(what("doubt"), view.doubted_by, known.doubt.map(|(_, seat, _)| seat))?;
    status(job_id, market, &view.status, &known.status)
}

fn status(job_id: u64, market: &Market, view: &JobStatus, known: &Status) -> Checked {
    let what = || format!("status of job {job_id}");
    let found = match view {
        JobStatus::Funded { set, draw_before } => format!("funded {set} {draw_before}"),
        JobStatus::Drawing { .. } => "drawing".to_owned(),
        JobStatus::Auction { opened_at, close_at, ramp } => {
            format!("auction {opened_at} {close_at} {ramp:?}")
        }
        JobStatus::Assigned { assignment: a } => {
            format!(
                "assigned {} {} {} {}",
                a.seat,
                a.assigned_at,
                a.deadline,
                a.collateral.as_yoctonear()
            )
        }
        JobStatus::Committed { assignment: a, challenge_before, challenge, .. } => format!(
            "committed {} {} {challenge_before} {:?}",
            a.seat,
            a.collateral.as_yoctonear(),
            challenge.as_ref().map(|c| (c.bond.as_yoctonear(), c.reveal_before)),
        ),
        JobStatus::Proved { assignment: a, proved_at, .. } => {
            format!("proved {} {proved_at}", a.seat)
        }
        JobStatus::InputInvalid { first, second, closed_at } => {
            format!("input invalid {first} {second:?} {closed_at}")
        }
        JobStatus::Refunded { refunded_at } => format!("refunded {refunded_at}"),
    };
    let expected = match known {
        Status::Funded { set, draw_before, .. } => format!("funded {set} {draw_before}"),
        Status::Auction { opened_at, close_at, ramp } => {
            format!("auction {opened_at} {close_at} {ramp:?}")
        }
        Status::Assigned(a) => {
            format!("assigned {} {} {} {}", a.seat, a.at, a.deadline, a.collateral)
        }
        Status::Committed { assignment: a, challenge_before, challenge, .. } => format!(
            "committed {} {} {challenge_before} {:?}",
            a.seat,
            a.collateral,
            challenge.as_ref().map(|c| (c.bond, c.reveal_before)),
        ),
        Status::Proved { assignment: a, at, .. } => format!("proved {} {at}", a.seat),
        Status::InputInvalid { first, second, at } => {
            format!("input invalid {first} {second:?} {at}")
        }
        Status::Refunded { at } => format!("refunded {at}"),
    };
    same(what, &found, &expected)?;
    if let (JobStatus::Assigned { assignment }, Status::Assigned(known)) = (view, known) {
        let skipped = assignment.draw.as_ref().map(|draw| draw.skipped.clone());
        let expected = known.skipped.clone();
        same(|| format!("{} at {}", what(), market.now()), skipped.unwrap_or_default(), expected)?;
    }
    Ok(())
}

fn case(market: &Market, model: &Model, case_id: u64) -> Checked {
    let view: Option<CaseView> = market.view("case", json!({"case_id": case_id}));
    let known = model.cases.get(&case_id);
    let found = view.map(|view| serde_json::to_value(view.stage).unwrap());
    let expected = known.map(|Case { stage, .. }| match *stage {
        Stage::Proposed { execute_after, lapses_at } => {
            json!({"stage": "proposed", "execute_after": execute_after, "lapses_at": lapses_at})
        }
        Stage::Appealed { confirm_before } => {
            json!({"stage": "appealed", "confirm_before": confirm_before})
        }
        Stage::Confirmed { lapses_at } => json!({"stage": "confirmed", "lapses_at": lapses_at}),
    });
    same(|| format!("case {case_id}"), found, expected)
}
