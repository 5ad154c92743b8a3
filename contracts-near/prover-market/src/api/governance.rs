//! For the owner.

use near_sdk::serde::{Deserialize, Serialize};
use near_sdk::{AccountId, near};
use proofrail_near_groth16::KeyPoints;
use proofrail_near_interface::Params;

use crate::api::{parse_hex, parse_hex_list};
use crate::market::Market;
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
    /// so that nobody else gets in between.
    #[private]
    #[init]
    #[handle_result]
    #[allow(clippy::use_self, reason = "the macro's expansion names the type")]
    pub fn new(
        treasury_id: AccountId,
        verifier_id: Option<AccountId>,
        params: Option<Params>,
        policy: proofrail_near_interface::AttestationPolicy,
    ) -> Result<Self, MarketError> {
        Ok(Self::V1(Market::new(treasury_id, verifier_id, params.unwrap_or_default(), policy)?))
    }
}
