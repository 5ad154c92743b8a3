//! Jobs: what clients and provers say to the market and what it knows of each job.

use near_account_id::AccountId;
use near_token::NearToken;
use serde::{Deserialize, Serialize};

use crate::Hex;
use crate::rules::auction::Ramp;
use crate::rules::draw::{Seat, SkippedSeat};
use crate::rules::fees::FeeSplit;

/// Arguments of `fund_job`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FundJobArgs {
    /// The circuit whose proof is asked for.
    pub circuit_id: Hex<32>,
    /// The statement: big-endian field elements below the BN254 scalar order, in the circuit's order.
    pub public_inputs: Vec<Hex<32>>,
    /// What an accepted proof pays; defaults to the circuit's base fee. In an auction the price rises
    /// from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<NearToken>,
    /// Sell the job in a fee auction instead of drawing a prover.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auction: Option<AuctionArgs>,
    /// Take the hash of a proof that stays challengeable for a window, where the proof itself goes
    /// straight to another chain.
    #[serde(default)]
    pub commitment_allowed: bool,
}

/// How the fee of an auctioned job rises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuctionArgs {
    /// The highest fee; all of it is attached, what the job did not cost is credited to the client.
    pub max_fee: NearToken,
    /// Seconds from the first to the highest fee.
    pub ramp_s: u64,
}

/// Arguments of `fund_cost`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FundCostArgs {
    /// Who would fund it.
    pub client_id: AccountId,
    /// The job.
    pub job: FundJobArgs,
}

/// Arguments of calls about one job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobArgs {
    /// The job meant.
    pub job_id: u64,
}

/// Arguments of `submit_proof` and `reveal_proof`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubmitProofArgs {
    /// The job that the proof is for.
    pub job_id: u64,
    /// A, B, C in EIP-197's order and encoding.
    pub proof: Hex<256>,
}

/// Arguments of `submit_commitment`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubmitCommitmentArgs {
    /// The job that the proof is for.
    pub job_id: u64,
    /// SHA-256 of the 256 bytes of the proof.
    pub proof_hash: Hex<32>,
}

/// Arguments of `report_invalid_proof`: a proof that a prover stood for, by its signature or by the
/// hash that it submitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportInvalidProofArgs {
    /// The job that the proof was for.
    pub job_id: u64,
    /// The prover that stood for it.
    pub prover_id: AccountId,
    /// The proof's bytes, of any length up to 4 KiB: what is no proof is a false proof.
    pub proof: String,
    /// The prover's Ed25519 signature of [`crate::ProofStatement`]; not needed against the hash that the
    /// prover submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Hex<64>>,
}

/// Arguments of views about one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountArgs {
    /// The account meant.
    pub account_id: AccountId,
}

/// Arguments of views that list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageArgs {
    /// First item, default 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<u64>,
    /// Most items, default and maximum 50.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
}

/// A draw, with all that a check of it needs: see [`crate::rules`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawView {
    /// `random_seed` of the block of the draw.
    pub seed: Hex<32>,
    /// Height of that block.
    pub block_height: u64,
    /// The draw's number within the job, from 0.
    pub round: u8,
    /// The frozen set.
    pub set: u32,
    /// Sum of the weights of the seats below the drawn one.
    pub before: u64,
    /// The drawn seat's weight.
    pub weight: u32,
    /// Sum of all weights.
    pub total: u64,
    /// Seats of earlier attempts, in their order.
    pub skipped: Vec<SkippedSeat>,
}

/// A prover at work on a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignmentView {
    /// The prover.
    pub prover_id: AccountId,
    /// Its seat.
    pub seat: u32,
    /// When it was assigned.
    pub assigned_at: u64,
    /// The last second in which the proof is taken.
    pub deadline: u64,
    /// Locked of its stake.
    pub collateral: NearToken,
    /// The draw; none where the job was taken in an auction.
    pub draw: Option<DrawView>,
}

/// Somebody doubts a proof of which only the hash is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChallengeView {
    /// Who.
    pub challenger_id: AccountId,
    /// What it attached.
    pub bond: NearToken,
    /// The last second in which the prover may reveal the proof.
    pub reveal_before: u64,
}

/// Where a job stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum JobStatus {
    /// Paid for, to be drawn from a frozen set.
    Funded {
        /// The frozen set.
        set: u32,
        /// The last second in which a draw may be asked for.
        draw_before: u64,
    },
    /// A draw is under way: its seed will be that of a block after `requested_height`.
    Drawing {
        /// The frozen set.
        set: u32,
        /// Block of the request.
        requested_height: u64,
    },
    /// The fee rises until somebody takes the job.
    Auction {
        /// When it opened.
        opened_at: u64,
        /// The last second in which it may be taken.
        close_at: u64,
        /// How the fee rises.
        ramp: Ramp,
    },
    /// A prover may submit.
    Assigned {
        /// Who.
        assignment: AssignmentView,
    },
    /// Only the hash of the proof is here.
    Committed {
        /// Who.
        assignment: AssignmentView,
        /// SHA-256 of the proof.
        proof_hash: Hex<32>,
        /// The last second in which it may be challenged.
        challenge_before: u64,
        /// The open challenge.
        challenge: Option<ChallengeView>,
    },
    /// The fee was split.
    Proved {
        /// Who.
        assignment: AssignmentView,
        /// When.
        proved_at: u64,
        /// Who was credited what.
        split: FeeSplit,
    },
    /// Two provers, drawn apart, or one and the client called the input invalid; the provers were paid.
    InputInvalid {
        /// The seat that said so first.
        first: u32,
        /// The seat that agreed; none where the client did.
        second: Option<u32>,
        /// When.
        closed_at: u64,
    },
    /// The fee went back to the client.
    Refunded {
        /// When.
        refunded_at: u64,
    },
}

/// A job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobView {
    /// From 1, in order of funding.
    pub job_id: u64,
    /// Who paid.
    pub client_id: AccountId,
    /// The circuit.
    pub circuit_id: Hex<32>,
    /// The statement, in the circuit's order.
    pub public_inputs: Vec<Hex<32>>,
    /// What an accepted proof pays; in an auction the highest fee until the job is taken.
    pub fee: NearToken,
    /// A hash that may be challenged is taken for a proof.
    pub commitment_allowed: bool,
    /// Provers assigned so far.
    pub rounds: u8,
    /// Seats that cannot be drawn for it again.
    pub excluded: Vec<u32>,
    /// The seat that called the input invalid, while nobody else has decided.
    pub doubted_by: Option<u32>,
    /// Collateral of earlier misses, for the prover that finishes the job.
    pub reward: NearToken,
    /// What slashes on account of this job brought the insurance pool.
    pub harm: NearToken,
    /// Where it stands.
    pub status: JobStatus,
}

/// All that is needed to replay a job's last draw. The seats of the frozen set come from `frozen_set`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawReplayView {
    /// The market's account, part of the preimage.
    pub market_id: AccountId,
    /// The job.
    pub job_id: u64,
    /// The circuit, whose tree it was.
    pub circuit_id: Hex<32>,
    /// The drawn prover's seat and the draw.
    pub seat: u32,
    /// The draw.
    pub draw: DrawView,
    /// The market still knows the frozen set; later, ask a node at the height of the draw.
    pub set_is_live: bool,
}

/// Result of `reveal_proof`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevealView {
    /// The proof holds: the fee was split so.
    Holds(FeeSplit),
    /// It is false, or no proof at all: the prover was slashed.
    False,
}

/// Arguments of `frozen_set`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenSetArgs {
    /// The circuit.
    pub circuit_id: Hex<32>,
    /// The set's number.
    pub set: u32,
    /// First seat, default 0.
    #[serde(default)]
    pub from: u32,
}

/// A page of a frozen set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenSetView {
    /// Seats with their weights, ascending.
    pub seats: Vec<Seat>,
    /// Where the next page begins, if there is one.
    pub next: Option<u32>,
}

/// What a payable method takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostView {
    /// The fee or the smallest stake.
    pub amount: NearToken,
    /// What storage takes beyond the caller's free storage balance.
    pub storage: NearToken,
    /// Attach this; more is returned.
    pub total: NearToken,
}

/// The market's books. Their sum is at most `balance`, always.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountingView {
    /// Stakes, locked and queued ones included.
    pub stakes: NearToken,
    /// Fees of open jobs, and slashed collateral set aside for those who finish them.
    pub fees: NearToken,
    /// Bonds of open challenges.
    pub bonds: NearToken,
    /// Credits not yet claimed.
    pub credits: NearToken,
    /// Storage balances.
    pub storage_deposits: NearToken,
    /// The protocol's own.
    pub treasury: NearToken,
    /// Set aside for bonuses of the present epoch.
    pub bonus_reserve: NearToken,
    /// Set aside for bonuses of the last epoch.
    pub last_bonus_reserve: NearToken,
    /// The insurance pool.
    pub insurance: NearToken,
    /// The contract account's balance.
    pub balance: NearToken,
}

impl AccountingView {
    /// What the market owes or holds for a purpose; `None` when the sum exceeds 128 bits.
    pub fn liabilities(&self) -> Option<NearToken> {
        [
            self.fees,
            self.bonds,
            self.credits,
            self.storage_deposits,
            self.treasury,
            self.bonus_reserve,
            self.last_bonus_reserve,
            self.insurance,
        ]
        .into_iter()
        .try_fold(self.stakes, NearToken::checked_add)
    }
}
