//! What the prover market and its callers say to each other: method names, arguments, views, events,
//! error codes, parameters and the economic rules. The contract and every host program use this one
//! definition.

pub mod attestation;
mod circuits;
mod error_code;
mod event;
mod governance;
mod hex_bytes;
mod jobs;
pub mod method_names;
mod params;
mod policy;
mod provers;
pub mod rules;
mod statement;
mod storage;

pub use attestation::Platform;
pub use circuits::*;
pub use error_code::ErrorCode;
pub use event::{EVENT_PREFIX, EventLog, MarketEvent, STANDARD, STANDARD_VERSION};
pub use governance::*;
pub use hex_bytes::{Hex, HexError, parse_hex_bytes};
pub use jobs::*;
pub use params::*;
pub use policy::*;
pub use provers::*;
pub use rules::auction::Ramp;
pub use rules::bonus::{BonusParams, Leaderboard};
pub use rules::bps::BPS_DENOMINATOR;
pub use rules::draw::{Seat, Selection, SkipReason, SkippedSeat};
pub use rules::fees::{FeeSplit, INSURANCE_BPS, TREASURY_BPS, split_fee};
pub use rules::slashing::{Fault, SlashSplit};
pub use statement::ProofStatement;
pub use storage::*;

pub use near_account_id::AccountId;
pub use near_token::NearToken;
