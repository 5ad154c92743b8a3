//! What the market's views return. Times are unix seconds, amounts yoctoNEAR.

use near_account_id::AccountId;
use near_token::NearToken;
use serde::{Deserialize, Serialize};

use crate::{FeeSplit, Hex, Params, Seat, VerifyingKey};

/// The market's fixed accounts and parameters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigView {
    /// Registers and stops circuits.
    pub owner_id: AccountId,
    /// Credited 20 % of each fee.
    pub treasury_id: AccountId,
    /// Credited 10 % of each fee.
    pub insurance_id: AccountId,
    /// Economic parameters.
    pub params: Params,
}

/// A registered circuit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CircuitView {
    /// keccak256 of name and public inputs.
    pub circuit_id: Hex<32>,
    /// Name and version.
    pub name: String,
    /// Names of the public inputs, in order.
    pub public_inputs: Vec<String>,
    /// The key that proofs are verified with, as it was registered.
    pub vk: VerifyingKey,
    /// Smallest fee of a job.
    pub base_fee: NearToken,
    /// Seconds that a drawn prover has.
    pub deadline_s: u64,
    /// No new jobs and no proofs are taken; open jobs are refunded.
    pub stopped: bool,
}

/// One entry of an unstaking queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnstakeView {
    /// What leaves.
    pub amount: NearToken,
    /// When it may be withdrawn.
    pub available_at: u64,
}

/// A registered prover.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProverView {
    /// The prover's account.
    pub account_id: AccountId,
    /// Its number in frozen sets.
    pub seat: u32,
    /// Stake that counts.
    pub stake: NearToken,
    /// Weight in the next frozen set; 0 while the stake is below the minimum.
    pub weight: u32,
    /// Stake on its way out.
    pub unstaking: Vec<UnstakeView>,
    /// Jobs drawn and neither proved nor closed.
    pub open_jobs: u32,
    /// Proofs accepted.
    pub proofs_accepted: u64,
    /// Deadlines missed.
    pub deadlines_missed: u64,
    /// Fees earned and not yet claimed.
    pub claimable: NearToken,
    /// Held for the prover's storage, returned by `unregister_prover`.
    pub storage_deposit: NearToken,
}

/// Who was drawn for a job, and from which seed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawView {
    /// The drawn prover.
    pub prover_id: AccountId,
    /// Its seat.
    pub seat: u32,
    /// `random_seed` of the block of the draw.
    pub seed: Hex<32>,
    /// Height of that block.
    pub block_height: u64,
    /// The last second in which the proof is taken.
    pub deadline: u64,
}

/// Where a job stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum JobStatus {
    /// Paid for, not yet drawn.
    Funded,
    /// A draw is under way: its seed will be that of a block after `requested_height`.
    Drawing {
        /// Block of the request.
        requested_height: u64,
    },
    /// A prover is drawn and may submit.
    Assigned {
        /// The draw.
        draw: DrawView,
    },
    /// The proof was accepted and the fee split.
    Proved {
        /// The draw.
        draw: DrawView,
        /// When.
        proved_at: u64,
        /// Who was credited what.
        split: FeeSplit,
    },
    /// The fee went back to the client.
    Refunded {
        /// The draw, if there was one.
        draw: Option<DrawView>,
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
    /// What an accepted proof pays.
    pub fee: NearToken,
    /// Held for the job's storage, returned by `prune_job`.
    pub storage_deposit: NearToken,
    /// Block of the funding.
    pub funded_height: u64,
    /// The last second in which a draw may be asked for.
    pub draw_before: u64,
    /// Where it stands.
    pub status: JobStatus,
}

/// All that is needed to replay a draw with [`crate::rules::draw::replay`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawReplayView {
    /// The market's account, part of the preimage.
    pub market_id: AccountId,
    /// The job.
    pub job_id: u64,
    /// Set and weights as frozen at the funding.
    pub seats: Vec<Seat>,
    /// The outcome to be reproduced, once there is one.
    pub draw: Option<DrawView>,
}

/// What a payable method takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostView {
    /// The fee or the smallest stake.
    pub amount: NearToken,
    /// The storage deposit, returned when the storage is released.
    pub storage: NearToken,
    /// Attach this; more is returned.
    pub total: NearToken,
}

/// The market's books. `stakes + fees + credits + storage_deposits <= balance` always.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountingView {
    /// Stakes, queued ones included.
    pub stakes: NearToken,
    /// Fees of open jobs.
    pub fees: NearToken,
    /// Credits not yet claimed.
    pub credits: NearToken,
    /// Deposits for storage in use.
    pub storage_deposits: NearToken,
    /// The contract account's balance.
    pub balance: NearToken,
}

impl AccountingView {
    /// What the market owes in all; `None` when the sum exceeds 128 bits.
    pub fn liabilities(&self) -> Option<NearToken> {
        self.stakes
            .checked_add(self.fees)?
            .checked_add(self.credits)?
            .checked_add(self.storage_deposits)
    }
}
