//! Which jobs to look at: the market lists jobs by id, not by prover.

use proofrail_near_client::NearError;
use proofrail_near_interface::{AccountId, JobStatus, JobView};

use crate::operator::market::{Market, PAGE};

/// Remembers below which id every job is closed for good.
#[derive(Debug)]
pub(super) struct Scan {
    low: u64,
}

impl Default for Scan {
    fn default() -> Self {
        Self { low: 1 }
    }
}

impl Scan {
    /// Every job that is not closed.
    pub(super) async fn open_jobs(&mut self, market: &Market) -> Result<Vec<JobView>, NearError> {
        let next = market.next_job_id().await?;
        let mut open = Vec::new();
        let mut from = self.low;
        while from < next {
            open.extend(market.jobs(from).await?.into_iter().filter(is_open));
            from = from.saturating_add(PAGE);
        }
        self.low = open.iter().map(|job: &JobView| job.job_id).min().unwrap_or(next);
        Ok(open)
    }
}

fn is_open(job: &JobView) -> bool {
    !matches!(
        job.status,
        JobStatus::Proved { .. } | JobStatus::InputInvalid { .. } | JobStatus::Refunded { .. }
    )
}

/// Who works on the job, or has worked on it last.
pub(super) fn worker(job: &JobView) -> Option<&AccountId> {
    match &job.status {
        JobStatus::Assigned { assignment }
        | JobStatus::Committed { assignment, .. }
        | JobStatus::Proved { assignment, .. } => Some(&assignment.prover_id),
        _ => None,
    }
}
