//! The state as release 0.1.0 wrote it: only what must be read to take it over.

use near_sdk::store::{IterableMap, Lazy, LookupMap};
use near_sdk::{AccountId, NearToken, near};
use proofrail_near_groth16::{Scalar, VerifyingKey};
use proofrail_near_interface::Seat;

use crate::market::CircuitId;
use crate::market::records::Unstaking;

/// The root record, after its version byte.
#[near(serializers = [borsh])]
#[derive(Debug)]
pub(crate) struct LegacyMarket {
    pub(crate) owner_id: AccountId,
    pub(crate) treasury_id: AccountId,
    pub(crate) insurance_id: AccountId,
    pub(crate) params: LegacyParams,
    pub(crate) purses: LegacyPurses,
    pub(crate) circuits: IterableMap<CircuitId, LegacyCircuitRecord>,
    pub(crate) keys: LookupMap<CircuitId, VerifyingKey>,
    pub(crate) provers: LookupMap<u32, LegacyProverRecord>,
    pub(crate) seats: LookupMap<AccountId, u32>,
    pub(crate) next_seat: u32,
    pub(crate) prover_count: u32,
    pub(crate) roster: Lazy<Vec<Seat>>,
    pub(crate) jobs: LookupMap<u64, LegacyJobRecord>,
    pub(crate) next_job_id: u64,
    pub(crate) credits: LookupMap<AccountId, LegacyCredit>,
}

#[near(serializers = [borsh])]
#[derive(Clone, Copy, Debug)]
pub(crate) struct LegacyParams {
    pub(crate) min_stake: NearToken,
    pub(crate) weight_cap: NearToken,
    pub(crate) unstake_delay_s: u64,
    pub(crate) draw_window_s: u64,
    pub(crate) max_provers: u32,
}

#[near(serializers = [borsh])]
#[derive(Clone, Copy, Debug)]
pub(crate) struct LegacyPurses {
    pub(crate) stakes: NearToken,
    pub(crate) fees: NearToken,
    pub(crate) credits: NearToken,
    pub(crate) storage_deposits: NearToken,
}

#[near(serializers = [borsh])]
#[derive(Clone, Debug)]
pub(crate) enum LegacyCircuitRecord {
    V1(LegacyCircuit),
}

#[near(serializers = [borsh])]
#[derive(Clone, Debug)]
pub(crate) struct LegacyCircuit {
    pub(crate) name: String,
    pub(crate) public_inputs: Vec<String>,
    pub(crate) base_fee: NearToken,
    pub(crate) deadline_s: u64,
    pub(crate) stopped: bool,
}

#[near(serializers = [borsh])]
#[derive(Clone, Debug)]
pub(crate) enum LegacyProverRecord {
    V1(LegacyProver),
}

#[near(serializers = [borsh])]
#[derive(Clone, Debug)]
pub(crate) struct LegacyProver {
    pub(crate) account_id: AccountId,
    pub(crate) stake: NearToken,
    pub(crate) unstaking: Vec<Unstaking>,
    pub(crate) open_jobs: u32,
    pub(crate) proofs_accepted: u64,
    pub(crate) deadlines_missed: u64,
    pub(crate) storage_deposit: NearToken,
}

#[near(serializers = [borsh])]
#[derive(Clone, Copy, Debug)]
pub(crate) struct LegacyCredit {
    pub(crate) amount: NearToken,
    pub(crate) storage_deposit: NearToken,
}

#[near(serializers = [borsh])]
#[derive(Clone, Debug)]
pub(crate) struct LegacyDraw {
    pub(crate) prover_id: AccountId,
    pub(crate) seat: u32,
    pub(crate) seed: [u8; 32],
    pub(crate) block_height: u64,
    pub(crate) deadline: u64,
}

#[near(serializers = [borsh])]
#[derive(Clone, Debug)]
pub(crate) enum LegacyStatus {
    Funded,
    Drawing { requested_height: u64 },
    Assigned(LegacyDraw),
    Proved { draw: LegacyDraw, proved_at: u64 },
    Refunded { draw: Option<LegacyDraw>, refunded_at: u64 },
}

#[near(serializers = [borsh])]
#[derive(Clone, Debug)]
pub(crate) enum LegacyJobRecord {
    V1(LegacyJob),
}

#[near(serializers = [borsh])]
#[derive(Clone, Debug)]
pub(crate) struct LegacyJob {
    pub(crate) client_id: AccountId,
    pub(crate) circuit_id: CircuitId,
    pub(crate) public_inputs: Vec<Scalar>,
    pub(crate) fee: NearToken,
    pub(crate) storage_deposit: NearToken,
    pub(crate) funded_height: u64,
    pub(crate) draw_before: u64,
    pub(crate) seats: Vec<Seat>,
    pub(crate) status: LegacyStatus,
}
