//! Everybody leaves: what is left in the contract then is the protocol's own.

use crate::check::{self, Checked, same};
use crate::model::{Presence, Status};
use crate::op::{NAMES, Op, TREASURER, Who, Yocto};
use crate::run::Run;

const DAY: u64 = 86_400;
/// Longer than every window and every delay of the test's parameters.
const LONG: u64 = 5 * DAY;

/// Brings every job to its end, lets everybody take what is theirs, and looks at what remains.
pub fn exit(run: &mut Run, history: &mut Vec<Op>) -> Checked {
    let step = |run: &mut Run, op: Op, history: &mut Vec<Op>| {
        history.push(op.clone());
        run.step(&op)
    };
    for case in run.model.cases.keys().copied().collect::<Vec<_>>() {
        step(run, Op::CancelCase { who: crate::op::GUARDIAN, case }, history)?;
    }
    for change in run.model.changes.keys().copied().collect::<Vec<_>>() {
        step(run, Op::CancelChange { who: crate::op::GUARDIAN, change }, history)?;
    }
    for feature in run.model.paused.clone() {
        step(run, Op::Unpause { feature }, history)?;
    }
    // Every round of a job ends by itself when time passes.
    for _ in 0..8 {
        step(run, Op::Pass { seconds: LONG }, history)?;
        let open: Vec<u64> = run
            .model
            .jobs
            .iter()
            .filter(|(_, job)| job.status.closed_at().is_none())
            .map(|(job, _)| *job)
            .collect();
        for job in open {
            let who = crate::op::STRANGERS.start;
            let known = &run.model.jobs[&job];
            let stopped = run.model.stopped[known.circuit];
            let op = match &known.status {
                _ if stopped => Op::Refund { who, job },
                Status::Funded { .. } | Status::Auction { .. } => Op::Refund { who, job },
                Status::Assigned(_) | Status::Committed { challenge: Some(_), .. } => {
                    Op::Poke { who, job }
                }
                _ => Op::Settle { who, job },
            };
            step(run, op, history)?;
        }
    }
    let open = run.model.jobs.values().filter(|job| job.status.closed_at().is_none()).count();
    same(|| "jobs that nobody can end".to_owned(), open, 0)?;
    let provers: Vec<Who> = run.model.provers.keys().copied().collect();
    for who in &provers {
        step(run, Op::WithdrawStake { who: *who }, history)?;
        let amount = run.model.provers[who].stake;
        if amount > 0 {
            step(run, Op::Unstake { who: *who, amount }, history)?;
        }
    }
    step(run, Op::Pass { seconds: LONG }, history)?;
    for who in &provers {
        step(run, Op::WithdrawStake { who: *who }, history)?;
        step(run, Op::Unregister { who: *who }, history)?;
    }
    for job in run.model.jobs.keys().copied().collect::<Vec<_>>() {
        let who = run.model.jobs[&job].client;
        step(run, Op::Prune { who, job }, history)?;
    }
    for who in 0..NAMES.len() as Who {
        step(run, Op::Claim { who }, history)?;
        step(run, Op::StorageWithdraw { who, amount: None }, history)?;
        step(run, Op::StorageUnregister { who }, history)?;
    }
    let amount = run.model.purses.treasury;
    step(run, Op::WithdrawTreasury { who: TREASURER, amount }, history)?;
    left(run)
}

/// Nothing of anybody's is left but the pool, the reserves, and storage that is in use for good.
fn left(run: &Run) -> Checked {
    check::everything(&run.market, &run.model)?;
    let purses = &run.model.purses;
    let banned = run.model.provers.values();
    if let Some(stuck) = banned.clone().find(|prover| prover.presence != Presence::Banned) {
        return Err(format!("a prover could not leave: {stuck:?}"));
    }
    let taken = [purses.stakes, purses.fees, purses.bonds, purses.credits, purses.treasury];
    same(|| "left of stakes, fees, bonds, credits, treasury".to_owned(), taken, [0; 5])?;
    let used: Yocto = run.model.accounts.values().map(|account| account.used).sum();
    same(|| "left of storage balances".to_owned(), purses.storage, used)
}
