//! For prover operators.

use near_sdk::{AccountId, NearToken, near};
use proofrail_near_interface::SlashSplit;

use crate::api::{parse_hex, parse_hex_list};
use crate::host::Call;
use crate::market::{Offer, Registration};
use crate::roles::Feature;
use crate::{MarketError, ProverMarket, ProverMarketExt};
use near_sdk::serde::{Deserialize, Serialize};
use proofrail_near_interface::Hex;

/// An offer as it comes, so that a malformed id or key is refused by name.
#[derive(Debug, Deserialize, Serialize)]
#[serde(crate = "near_sdk::serde", deny_unknown_fields)]
pub struct CapacityText {
    parallel_jobs: u32,
    circuits: Vec<String>,
    endpoint: String,
    x25519_key: String,
}

impl CapacityText {
    fn parse(self) -> Result<Offer, MarketError> {
        let circuits = parse_hex_list("circuits", &self.circuits)?;
        Ok(Offer {
            parallel_jobs: self.parallel_jobs,
            circuits: circuits.into_iter().map(Hex).collect(),
            endpoint: self.endpoint,
            x25519_key: parse_hex("x25519_key", &self.x25519_key)?,
        })
    }
}

#[near]
impl ProverMarket {
    /// Registers the caller as a prover. With `stake` the rest of the deposit comes back; without it, all that is
    /// attached less storage is staked. Returns the stake.
    #[payable]
    #[handle_result]
    pub fn register_prover(
        &mut self,
        statement_key: String,
        capacity: CapacityText,
        stake: Option<NearToken>,
        attestation: Option<String>,
    ) -> Result<NearToken, MarketError> {
        self.require_running(Feature::Registration)?;
        let call = Call::current();
        let statement_key = parse_hex("statement_key", &statement_key)?;
        let new = Registration { statement_key, offer: capacity.parse()?, stake };
        let (stake, left) = self.market_mut().register_prover(&call, new)?;
        self.pay(&call.caller, left)?;
        if let Some(evidence) = attestation {
            // The verdict decides in a later block; the registration stands either way.
            self.attest(&call.caller, &evidence)?.detach();
        }
        Ok(stake)
    }

    /// Adds the whole deposit to the caller's stake; returns the stake.
    #[payable]
    #[handle_result]
    pub fn add_stake(&mut self) -> Result<NearToken, MarketError> {
        self.require_running(Feature::Registration)?;
        self.market_mut().add_stake(&Call::current())
    }

    /// Replaces what the caller offers. More circuits take more storage, fewer release some.
    #[payable]
    #[handle_result]
    pub fn set_capacity(
        &mut self,
        parallel_jobs: u32,
        circuits: Vec<String>,
        endpoint: String,
        x25519_key: String,
    ) -> Result<(), MarketError> {
        let call = Call::current();
        let text = CapacityText { parallel_jobs, circuits, endpoint, x25519_key };
        let left = self.market_mut().set_capacity(&call, text.parse()?)?;
        self.pay(&call.caller, left)
    }

    /// A sign of life of the caller.
    #[handle_result]
    pub fn heartbeat(&mut self) -> Result<(), MarketError> {
        self.market_mut().heartbeat(&Call::current())
    }

    /// Lets the caller be drawn.
    #[handle_result]
    pub fn go_online(&mut self) -> Result<(), MarketError> {
        self.market_mut().go_online(&Call::current())
    }

    /// Takes the caller out of the draw; it keeps the jobs that it has.
    #[handle_result]
    pub fn go_offline(&mut self) -> Result<(), MarketError> {
        self.market_mut().go_offline(&Call::current())
    }

    /// Moves stake of the caller into its queue; returns when it may be withdrawn, unix seconds.
    #[handle_result]
    pub fn request_unstake(&mut self, amount: NearToken) -> Result<u64, MarketError> {
        self.market_mut().request_unstake(&Call::current(), amount)
    }

    /// Pays the caller what its queue has released; returns the amount.
    #[handle_result]
    pub fn withdraw_stake(&mut self) -> Result<NearToken, MarketError> {
        let call = Call::current();
        let amount = self.market_mut().withdraw_stake(&call)?;
        self.pay(&call.caller, amount)?;
        Ok(amount)
    }

    /// Removes the caller, whose stake is withdrawn; its storage is free again.
    #[handle_result]
    pub fn unregister_prover(&mut self) -> Result<(), MarketError> {
        self.market_mut().unregister_prover(&Call::current())
    }

    /// Slashes a prover whose heartbeat is overdue; the caller is paid the reporter's share.
    #[handle_result]
    pub fn report_downtime(&mut self, prover_id: AccountId) -> Result<SlashSplit, MarketError> {
        self.market_mut().report_downtime(&Call::current(), &prover_id)
    }

    /// Credits the caller its bonus for the epoch that ended last; returns it.
    #[handle_result]
    pub fn claim_bonus(&mut self, epoch: u32) -> Result<NearToken, MarketError> {
        self.market_mut().claim_bonus(&Call::current(), epoch)
    }

    /// Pays the caller its credit; returns the amount.
    #[handle_result]
    pub fn claim(&mut self) -> Result<NearToken, MarketError> {
        let call = Call::current();
        self.market_mut().adopt_credit(&call.caller)?;
        let amount = self.market_mut().claim(&call)?;
        self.pay(&call.caller, amount)?;
        Ok(amount)
    }
}
