//! Jobs of others: whoever finds one that is overdue is paid a share of what is slashed.

use proofrail_near_client::Head;
use proofrail_near_interface::{JobArgs, JobStatus, JobView, method_names};

use super::{Runner, scan::worker};

/// Leaves the prover of a job and its client the first chance, seconds.
const GRACE_S: u64 = 10;

impl Runner {
    /// Pokes overdue jobs, asks for draws, settles what nobody challenged in time.
    pub(super) async fn keep_others_moving(&mut self, head: Head) {
        let jobs = match self.scan.open_jobs(&self.market).await {
            Ok(jobs) => jobs,
            Err(error) => return tracing::debug!(%error, "could not list jobs"),
        };
        let me = self.sender.account().id().clone();
        for job in jobs {
            // Poking one's own missed job would not even pay: the market gives nothing to the slashed.
            let mine = worker(&job) == Some(&me);
            let Some(method) = due(&job, head.unix_s).filter(|_| !mine) else { continue };
            let job_id = job.job_id;
            match self.send(method, Some(job_id), JobArgs { job_id }).await {
                Ok(()) => tracing::info!(job_id, method, "kept a job moving"),
                // Somebody else was faster, mostly.
                Err(error) => tracing::debug!(job_id, method, %error, "nothing to do there"),
            }
        }
    }
}

/// What the job waits for that anyone may do.
fn due(job: &JobView, now: u64) -> Option<&'static str> {
    let over = |limit: u64| now > limit.saturating_add(GRACE_S);
    match &job.status {
        JobStatus::Assigned { assignment } if over(assignment.deadline) => Some(method_names::POKE),
        JobStatus::Committed { challenge: Some(challenge), .. }
            if over(challenge.reveal_before) =>
        {
            Some(method_names::POKE)
        }
        JobStatus::Committed { challenge: None, challenge_before, .. }
            if over(*challenge_before) =>
        {
            Some(method_names::SETTLE_COMMITMENT)
        }
        JobStatus::Funded { draw_before, .. } if now <= *draw_before => Some(method_names::DRAW),
        _ => None,
    }
}
