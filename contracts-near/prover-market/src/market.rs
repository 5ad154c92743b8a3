//! The market's state and rules.
//!
//! Money is held in four purses: stakes, fees of open jobs, credits and storage deposits. Every rule
//! moves amounts between purses or out of one of them; a payment is refused if the account would then
//! hold less than the four together.

mod circuits;
mod draws;
mod jobs;
mod ledger;
mod provers;
mod records;
mod settling;
mod storage;

use near_sdk::store::{IterableMap, Lazy, LookupMap};
use near_sdk::{AccountId, NearToken, env, near};
use proofrail_near_groth16::VerifyingKey;
use proofrail_near_interface::{ConfigView, Params, Seat};

use crate::MarketError;
use crate::market::records::{CircuitRecord, Credit, JobRecord, ProverRecord};
use crate::market::storage::StorageKey;

pub(crate) use circuits::{CircuitId, NewCircuit};
pub(crate) use records::MAX_PROVERS;

/// What the market owes, by purse.
#[near(serializers = [borsh])]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Purses {
    pub(crate) stakes: NearToken,
    pub(crate) fees: NearToken,
    pub(crate) credits: NearToken,
    pub(crate) storage_deposits: NearToken,
}

/// All of the market. The root record has a fixed size, so that no call pays for its growth.
#[near(serializers = [borsh])]
#[derive(Debug)]
pub struct Market {
    owner_id: AccountId,
    treasury_id: AccountId,
    insurance_id: AccountId,
    params: ParamsRecord,
    purses: Purses,
    circuits: IterableMap<CircuitId, CircuitRecord>,
    keys: LookupMap<CircuitId, VerifyingKey>,
    provers: LookupMap<u32, ProverRecord>,
    seats: LookupMap<AccountId, u32>,
    next_seat: u32,
    prover_count: u32,
    /// The active provers with their weights: what a funding freezes.
    roster: Lazy<Vec<Seat>>,
    jobs: LookupMap<u64, JobRecord>,
    next_job_id: u64,
    credits: LookupMap<AccountId, Credit>,
}

/// [`Params`] as it is stored.
#[near(serializers = [borsh])]
#[derive(Clone, Copy, Debug)]
struct ParamsRecord {
    min_stake: NearToken,
    weight_cap: NearToken,
    unstake_delay_s: u64,
    draw_window_s: u64,
    max_provers: u32,
}

/// No duration is longer than this, so that sums of times cannot overflow.
const MAX_DURATION_S: u64 = 366 * 24 * 3_600;

impl Market {
    pub(crate) fn new(
        owner_id: AccountId,
        treasury_id: AccountId,
        insurance_id: AccountId,
        params: Params,
    ) -> Result<Self, MarketError> {
        check_params(&params)?;
        let mut market = Self {
            owner_id,
            treasury_id,
            insurance_id,
            params: ParamsRecord {
                min_stake: params.min_stake,
                weight_cap: params.weight_cap,
                unstake_delay_s: params.unstake_delay_s,
                draw_window_s: params.draw_window_s,
                max_provers: params.max_provers,
            },
            purses: Purses::default(),
            circuits: IterableMap::new(StorageKey::Circuits),
            keys: LookupMap::new(StorageKey::Keys),
            provers: LookupMap::new(StorageKey::Provers),
            seats: LookupMap::new(StorageKey::Seats),
            next_seat: 0,
            prover_count: 0,
            roster: Lazy::new(StorageKey::Roster, Vec::new()),
            jobs: LookupMap::new(StorageKey::Jobs),
            next_job_id: 1,
            credits: LookupMap::new(StorageKey::Credits),
        };
        // The market's own money keeps the records of its two offices.
        for office in [market.treasury_id.clone(), market.insurance_id.clone()] {
            market.credits.insert(office, Credit::default());
        }
        Ok(market)
    }

    pub(crate) fn config(&self) -> ConfigView {
        ConfigView {
            owner_id: self.owner_id.clone(),
            treasury_id: self.treasury_id.clone(),
            insurance_id: self.insurance_id.clone(),
            params: Params {
                min_stake: self.params.min_stake,
                weight_cap: self.params.weight_cap,
                unstake_delay_s: self.params.unstake_delay_s,
                draw_window_s: self.params.draw_window_s,
                max_provers: self.params.max_provers,
            },
        }
    }

    fn require_owner(&self, caller: &AccountId) -> Result<(), MarketError> {
        if *caller == self.owner_id {
            Ok(())
        } else {
            Err(MarketError::NotOwner(self.owner_id.clone()))
        }
    }

    /// The market, its treasury and its insurance pool hold records that a prover's leaving would remove.
    fn require_unreserved(&self, account: &AccountId) -> Result<(), MarketError> {
        let reserved = [&self.treasury_id, &self.insurance_id].contains(&account)
            || *account == env::current_account_id();
        if reserved { Err(MarketError::ReservedAccount(account.clone())) } else { Ok(()) }
    }
}

fn check_params(params: &Params) -> Result<(), MarketError> {
    let refuse = |what| Err(MarketError::BadParams(what));
    if params.min_stake < NearToken::from_near(1) {
        return refuse("min_stake must be at least 1 NEAR, the unit of weight");
    }
    if params.weight_cap < params.min_stake {
        return refuse("weight_cap must be at least min_stake");
    }
    if !(1..=MAX_PROVERS).contains(&params.max_provers) {
        return refuse("max_provers must be 1 to 100");
    }
    if params.draw_window_s == 0 {
        return refuse("draw_window_s must be at least 1 second");
    }
    if params.unstake_delay_s <= params.draw_window_s {
        return refuse(
            "unstake_delay_s must exceed draw_window_s, or stake leaves before its job ends",
        );
    }
    if params.unstake_delay_s > MAX_DURATION_S {
        return refuse("unstake_delay_s must be at most 366 days");
    }
    Ok(())
}
