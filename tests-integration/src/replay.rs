//! Replays a draw of the prover market from its views: whether the seat that was drawn follows from the
//! frozen set and the seed.

mod node;

use std::path::PathBuf;

use proofrail_near_interface::rules::draw::{DrawRecord, ReplayError, replay};
use proofrail_near_interface::{DrawReplayView, Seat};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use node::{Node, read_node};

/// Why a draw could not be checked.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The file could not be read.
    #[error("cannot read {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is no record of a draw.
    #[error("{path} holds no draw: {source}; it must be `{{\"replay\": .., \"seats\": [..]}}`")]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// The file is about another job.
    #[error("the file holds the draw of job {found}, not of job {wanted}")]
    OtherJob {
        /// The job asked for.
        wanted: u64,
        /// The job found.
        found: u64,
    },
    /// The node could not be asked.
    #[error("cannot ask {url}: {source}")]
    Unreachable {
        /// The node.
        url: String,
        /// What went wrong.
        source: reqwest::Error,
    },
    /// The node answered with an error.
    #[error("{url} refuses `{method}`{}: {error}", at_height(.height))]
    Refused {
        /// The node.
        url: String,
        /// The view.
        method: &'static str,
        /// The block asked about; none for the newest final one.
        height: Option<u64>,
        /// What the node said.
        error: String,
    },
    /// The node's answer is not what the view returns.
    #[error("{url} answers `{method}` with something else: {reason}")]
    Answer {
        /// The node.
        url: String,
        /// The view.
        method: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// There is no draw.
    #[error(
        "job {job_id} has no draw to replay{}: it is not drawn, was taken in an auction, refunded or \
         pruned; a node that keeps history knows earlier blocks (--at-height)",
        at_height(.height)
    )]
    NoDraw {
        /// The job.
        job_id: u64,
        /// The block asked about.
        height: Option<u64>,
    },
    /// The set is gone.
    #[error(
        "the market does not know set {set} any more, nor does the node know it at block {height}: ask a \
         node that keeps history"
    )]
    NoSet {
        /// The set.
        set: u32,
        /// The block of the draw.
        height: u64,
    },
}

fn at_height(height: &Option<u64>) -> String {
    height.map_or_else(String::new, |height| format!(" at block {height}"))
}

/// All that a replay needs, as the views give it; also the format of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Views {
    /// The view `draw_replay`.
    pub replay: DrawReplayView,
    /// All seats of the view `frozen_set`, of all its pages.
    pub seats: Vec<Seat>,
}

/// Whether a draw follows from its seed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The job.
    pub job_id: u64,
    /// The draw's number within the job.
    pub round: u8,
    /// Height of the block whose seed decided.
    pub block_height: u64,
    /// The seat that the market drew.
    pub seat: u32,
    /// Its weight, and the sum of all, in the frozen set.
    pub weight: u32,
    /// Sum of all weights in the frozen set.
    pub total: u64,
    /// Seats in the frozen set.
    pub seats: usize,
    /// Seats that were passed over before it.
    pub skipped: usize,
    /// The draw follows from set and seed.
    pub follows: bool,
    /// Where it departs from the rule.
    pub departure: Option<String>,
}

/// Reads a file of views; `job_id` is the job that must be in it, if one was named.
///
/// # Errors
/// [`CheckError::File`], [`CheckError::Content`], [`CheckError::OtherJob`].
pub fn read_file(path: PathBuf, job_id: Option<u64>) -> Result<Views, CheckError> {
    let text = std::fs::read_to_string(&path)
        .map_err(|source| CheckError::File { path: path.clone(), source })?;
    let views: Views =
        serde_json::from_str(&text).map_err(|source| CheckError::Content { path, source })?;
    match job_id {
        Some(wanted) if wanted != views.replay.job_id => {
            Err(CheckError::OtherJob { wanted, found: views.replay.job_id })
        }
        _ => Ok(views),
    }
}

/// Replays the draw.
pub fn check(views: &Views) -> Report {
    let Views { replay: view, seats } = views;
    let draw = &view.draw;
    let departure = departure(views).err();
    Report {
        job_id: view.job_id,
        round: draw.round,
        block_height: draw.block_height,
        seat: view.seat,
        weight: draw.weight,
        total: draw.total,
        seats: seats.len(),
        skipped: draw.skipped.len(),
        follows: departure.is_none(),
        departure: departure.map(|departure| departure.to_string()),
    }
}

/// Where a record departs from the rule, or from the set that it claims to be of.
#[derive(Debug, thiserror::Error)]
enum Departure {
    #[error(transparent)]
    Rule(#[from] ReplayError),
    #[error("the record says {recorded} for the {what}, the frozen set says {found}")]
    Record { what: &'static str, recorded: u64, found: u64 },
}

fn departure(views: &Views) -> Result<(), Departure> {
    let Views { replay: view, seats } = views;
    let draw = &view.draw;
    let record = DrawRecord {
        market: &view.market_id,
        job_id: view.job_id,
        round: draw.round,
        seed: &draw.seed.0,
        skipped: &draw.skipped,
        drawn: Some(view.seat),
    };
    let selection = replay(|bytes| Sha256::digest(bytes).into(), seats, &record)?;
    let Some(selection) = selection else { return Ok(()) };
    let same = |what, recorded, found| match recorded == found {
        true => Ok(()),
        false => Err(Departure::Record { what, recorded, found }),
    };
    same("weight", draw.weight.into(), selection.weight.into())?;
    same("weights before it", draw.before, selection.before)?;
    same("total weight", draw.total, selection.total)
}

#[cfg(test)]
mod tests {
    use proofrail_near_interface::rules::draw::{draw_digest_input, select_seat, ticket};
    use proofrail_near_interface::{DrawView, Hex};

    use super::*;

    /// A true record over three seats.
    fn views() -> Views {
        let seats = [(1, 500), (4, 300), (9, 200)].map(|(seat, weight)| Seat { seat, weight });
        let market_id: proofrail_near_interface::AccountId = "market.test.near".parse().unwrap();
        let input = draw_digest_input(&market_id, 7, 0, &[3; 32], 0);
        let ticket = ticket(&Sha256::digest(input).into(), 1_000).unwrap();
        let selection = select_seat(ticket, &seats).unwrap();
        let draw = DrawView {
            seed: Hex([3; 32]),
            block_height: 11,
            round: 0,
            set: 0,
            before: selection.before,
            weight: selection.weight,
            total: selection.total,
            skipped: Vec::new(),
        };
        let replay = DrawReplayView {
            market_id,
            job_id: 7,
            circuit_id: Hex([1; 32]),
            seat: selection.seat,
            draw,
            set_is_live: true,
        };
        Views { replay, seats: seats.to_vec() }
    }

    #[test]
    fn check_should_accept_a_true_record_and_name_each_departure() {
        let good = views();
        let report = check(&good);
        assert!(report.follows, "{report:?}");
        assert_eq!((report.seats, report.skipped, report.departure), (3, 0, None));
        let mut other_seat = good.clone();
        other_seat.replay.seat =
            good.seats.iter().find(|s| s.seat != good.replay.seat).unwrap().seat;
        let departure = check(&other_seat).departure.unwrap();
        assert!(departure.contains("falls on seat"), "{departure}");
        let mut other_weight = good.clone();
        other_weight.replay.draw.weight += 1;
        let departure = check(&other_weight).departure.unwrap();
        assert!(departure.contains("for the weight"), "{departure}");
        let mut other_total = good.clone();
        other_total.replay.draw.total += 1;
        assert!(check(&other_total).departure.unwrap().contains("total weight"));
        let mut empty = good;
        empty.seats.clear();
        assert!(!check(&empty).follows);
    }

    #[test]
    fn read_file_should_refuse_other_jobs_and_other_content() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("draw.json");
        let absent = read_file(path.clone(), None);
        assert!(matches!(absent, Err(CheckError::File { .. })));
        std::fs::write(&path, serde_json::to_string(&views()).unwrap()).unwrap();
        assert_eq!(read_file(path.clone(), Some(7)).unwrap(), views());
        let other = read_file(path.clone(), Some(8));
        assert!(matches!(other, Err(CheckError::OtherJob { wanted: 8, found: 7 })));
        std::fs::write(&path, "{}").unwrap();
        assert!(matches!(read_file(path, None), Err(CheckError::Content { .. })));
    }
}
