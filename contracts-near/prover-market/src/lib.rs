//! The prover market: who may prove and what they have at stake, who is drawn for a job, on-chain
//! verification of the proof and the split of its fee.
//!
//! `api` holds the entry points by audience; `market` the rules behind them.

// `near` generates items without documentation; every item of our own has one.
#![allow(missing_docs)]

mod api;
mod error;
mod events;
mod host;
mod market;

use near_sdk::{PanicOnDefault, near};

pub use crate::error::MarketError;
use crate::market::Market;

/// The contract's state, versioned so that an upgrade can migrate it.
#[near(
    contract_state,
    contract_metadata(
        standard(standard = "proofrail", version = "1.0.0"),
        standard(standard = "nep297", version = "1.0.0")
    )
)]
#[derive(Debug, PanicOnDefault)]
pub enum ProverMarket {
    /// The first layout.
    V1(Market),
}

/// Stands in until access control lands: nobody has a role.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Role {
    Council,
    Arbiter,
    Guardian,
}

impl ProverMarket {
    fn require_role(&self, role: Role, account: &near_sdk::AccountId) -> Result<(), MarketError> {
        let _ = role;
        Err(MarketError::NotClient(account.clone()))
    }

    const fn market(&self) -> &Market {
        match self {
            Self::V1(market) => market,
        }
    }

    const fn market_mut(&mut self) -> &mut Market {
        match self {
            Self::V1(market) => market,
        }
    }
}
