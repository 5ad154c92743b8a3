//! Says whether a draw of the prover market follows from its frozen set and seed.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser};
use proofrail_near_interface::AccountId;
use proofrail_tests_integration::replay::{
    CheckError, Node, Report, Views, check, read_file, read_node,
};

/// Replays a draw of the prover market. Ends with 0 if the draw follows from its frozen set and seed, with
/// 1 if it does not, and with 2 if that could not be found out.
#[derive(Debug, Parser)]
#[command(version)]
struct Options {
    #[command(flatten)]
    source: Source,
    /// The market's account, with --node.
    #[arg(long, requires = "node")]
    market: Option<AccountId>,
    /// The job whose draw is replayed; with --file it must be the one in the file.
    #[arg(long)]
    job: Option<u64>,
    /// Read the job as it was after this block, of a node that keeps history: an assignment that has ended
    /// is not among the views of now.
    #[arg(long, requires = "node")]
    at_height: Option<u64>,
    /// Print one JSON object instead of a sentence.
    #[arg(long)]
    json: bool,
    /// Also write what was read to this file, for --file.
    #[arg(long, requires = "node")]
    save: Option<PathBuf>,
}

/// Where the views come from.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Source {
    /// URL of a NEAR node's JSON-RPC.
    #[arg(long, requires = "market", requires = "job")]
    node: Option<String>,
    /// A file of the views: `{"replay": draw_replay, "seats": all pages of frozen_set}`.
    #[arg(long)]
    file: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    match read(&options).await {
        Ok(views) => show(&options, &views),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

async fn read(options: &Options) -> Result<Views, CheckError> {
    match (&options.source.node, &options.source.file, &options.market, options.job) {
        (Some(url), _, Some(market), Some(job)) => {
            let node = Node::new(url.clone(), market.clone())?;
            read_node(&node, job, options.at_height).await
        }
        (_, file, _, job) => read_file(file.clone().unwrap_or_default(), job),
    }
}

fn show(options: &Options, views: &Views) -> ExitCode {
    let report = check(views);
    let written = match &options.save {
        None => Ok(()),
        Some(path) => serde_json::to_string_pretty(views)
            .map_err(std::io::Error::other)
            .and_then(|json| std::fs::write(path, json + "\n")),
    };
    if let Err(error) = written {
        eprintln!("error: cannot save the views: {error}");
        return ExitCode::from(2);
    }
    if options.json {
        match serde_json::to_string_pretty(&report) {
            Ok(json) => println!("{json}"),
            Err(error) => {
                eprintln!("error: cannot print the report: {error}");
                return ExitCode::from(2);
            }
        }
    } else {
        println!("{}", sentence(&report));
    }
    if report.follows { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

fn sentence(report: &Report) -> String {
    let Report { job_id, round, block_height, seat, weight, total, seats, skipped, .. } = report;
    let draw = format!("job {job_id}, round {round}, block {block_height}");
    match &report.departure {
        None => format!(
            "{draw}: the draw follows from its seed. Seat {seat} of {seats}, weight {weight} of {total}, \
             after {skipped} that could not serve."
        ),
        Some(departure) => format!("{draw}: the draw does NOT follow from its seed: {departure}."),
    }
}
