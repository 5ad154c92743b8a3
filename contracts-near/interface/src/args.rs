//! Arguments of the market's methods, as JSON objects.

use near_account_id::AccountId;
use near_token::NearToken;
use serde::{Deserialize, Serialize};

use crate::Hex;

/// The market's economic parameters. Durations are in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Smallest stake of a prover; at least 1 NEAR.
    pub min_stake: NearToken,
    /// Stake above this adds no weight in the draw.
    pub weight_cap: NearToken,
    /// From a request to unstake until the stake may leave. At least `draw_window_s` plus every
    /// circuit's deadline, so that stake stays slashable for every job that counted on it.
    pub unstake_delay_s: u64,
    /// How long after its funding a job may be drawn; after that the client is refunded.
    pub draw_window_s: u64,
    /// Most provers registered at a time, at most 100: a funding copies the whole set.
    pub max_provers: u32,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            min_stake: NearToken::from_near(1_000),
            weight_cap: NearToken::from_near(10_000),
            unstake_delay_s: 7 * 24 * 3_600,
            draw_window_s: 3_600,
            max_provers: 100,
        }
    }
}

/// Arguments of `new`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewArgs {
    /// Registers and stops circuits.
    pub owner_id: AccountId,
    /// Credited 20 % of each fee.
    pub treasury_id: AccountId,
    /// Credited 10 % of each fee.
    pub insurance_id: AccountId,
    /// Defaults to [`Params::default`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub params: Option<Params>,
}

/// A Groth16 verifying key over BN254, points encoded as in EIP-197 (big-endian, G2 as `c1 | c0`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifyingKey {
    /// alpha in G1.
    pub alpha: Hex<64>,
    /// beta in G2.
    pub beta: Hex<128>,
    /// gamma in G2.
    pub gamma: Hex<128>,
    /// delta in G2.
    pub delta: Hex<128>,
    /// One G1 point for the constant and one for each public input, in their order.
    pub ic: Vec<Hex<64>>,
}

/// Arguments of `register_circuit`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterCircuitArgs {
    /// keccak256 of `name(input,input,...)`; the contract recomputes it.
    pub circuit_id: Hex<32>,
    /// Name and version, such as `receipt/1`.
    pub name: String,
    /// Names of the public inputs, in order.
    pub public_inputs: Vec<String>,
    /// The key that proofs are verified with.
    pub vk: VerifyingKey,
    /// Smallest fee of a job.
    pub base_fee: NearToken,
    /// Seconds that a drawn prover has to submit the proof.
    pub deadline_s: u64,
}

/// Arguments of `circuit` and `stop_circuit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CircuitArgs {
    /// The circuit meant.
    pub circuit_id: Hex<32>,
}

/// Arguments of `register_prover`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterProverArgs {
    /// Stake this much and return the rest; without it, all that is attached less storage is staked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stake: Option<NearToken>,
}

/// Arguments of `request_unstake`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestUnstakeArgs {
    /// What leaves: all of the stake, or so much that at least the smallest stake remains.
    pub amount: NearToken,
}

/// Arguments of `fund_job`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FundJobArgs {
    /// The circuit whose proof is asked for.
    pub circuit_id: Hex<32>,
    /// The statement: big-endian field elements below the BN254 scalar order, in the circuit's order.
    pub public_inputs: Vec<Hex<32>>,
    /// What an accepted proof pays; defaults to the circuit's base fee.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<NearToken>,
}

/// Arguments of `fund_cost`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FundCostArgs {
    /// The circuit of the job.
    pub circuit_id: Hex<32>,
    /// Who would fund it.
    pub client_id: AccountId,
    /// As in [`FundJobArgs::fee`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<NearToken>,
}

/// Arguments of `draw`, `refund_job`, `prune_job`, `job` and `draw_replay`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobArgs {
    /// The job meant.
    pub job_id: u64,
}

/// Arguments of `submit_proof`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubmitProofArgs {
    /// The job that the proof is for.
    pub job_id: u64,
    /// A, B, C in EIP-197's order and encoding.
    pub proof: Hex<256>,
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
