//! For the owner.

use near_sdk::serde::{Deserialize, Serialize};
use near_sdk::{AccountId, NearToken, near};
use proofrail_near_groth16::KeyPoints;
use proofrail_near_interface::{Hex, Params};

use crate::api::{parse_hex, parse_hex_list};
use crate::host::Call;
use crate::market::{Market, NewCircuit};
use crate::{MarketError, ProverMarket, ProverMarketExt};

/// A verifying key as it comes, so that a malformed point is refused by name.
#[derive(Debug, Deserialize, Serialize)]
#[serde(crate = "near_sdk::serde", deny_unknown_fields)]
pub struct VerifyingKeyText {
    alpha: String,
    beta: String,
    gamma: String,
    delta: String,
    ic: Vec<String>,
}

impl VerifyingKeyText {
    fn parse(&self) -> Result<KeyPoints, MarketError> {
        Ok(KeyPoints {
            alpha: parse_hex("vk.alpha", &self.alpha)?,
            beta: parse_hex("vk.beta", &self.beta)?,
            gamma: parse_hex("vk.gamma", &self.gamma)?,
            delta: parse_hex("vk.delta", &self.delta)?,
            ic: parse_hex_list("vk.ic", &self.ic)?,
        })
    }
}

#[near]
impl ProverMarket {
    /// Initialises the market. Only the market's own account may, in the transaction that deploys it,
    /// so that nobody else gets in between. The three accounts are fixed; treasury and insurance may
    /// be one.
    #[private]
    #[init]
    #[handle_result]
    #[allow(clippy::use_self, reason = "the macro's expansion names the type")]
    pub fn new(
        owner_id: AccountId,
        treasury_id: AccountId,
        insurance_id: AccountId,
        params: Option<Params>,
    ) -> Result<Self, MarketError> {
        let params = params.unwrap_or_default();
        Ok(Self::V1(Market::new(owner_id, treasury_id, insurance_id, params)?))
    }

    /// Registers a circuit. The owner pays for its storage for good; more than that is returned.
    #[payable]
    #[handle_result]
    pub fn register_circuit(
        &mut self,
        circuit_id: String,
        name: String,
        public_inputs: Vec<String>,
        vk: VerifyingKeyText,
        base_fee: NearToken,
        deadline_s: u64,
    ) -> Result<(), MarketError> {
        let call = Call::current();
        let circuit_id = Hex(parse_hex("circuit_id", &circuit_id)?);
        let vk = vk.parse()?;
        let new = NewCircuit { circuit_id, name, public_inputs, vk, base_fee, deadline_s };
        let left = self.market_mut().register_circuit(&call, new)?;
        self.pay(&call.caller, left)
    }

    /// Stops a circuit for good: no jobs and no proofs are taken, open jobs are refunded.
    #[handle_result]
    pub fn stop_circuit(&mut self, circuit_id: String) -> Result<(), MarketError> {
        let circuit_id = Hex(parse_hex("circuit_id", &circuit_id)?);
        self.market_mut().stop_circuit(&Call::current(), circuit_id)
    }
}
