//! What the prover market and its callers say to each other: method names, arguments, views, events,
//! error codes and the economic rules. The contract and every host program use this one definition.

mod args;
mod error_code;
mod event;
mod hex_bytes;
pub mod method_names;
pub mod rules;
mod views;

pub use args::*;
pub use error_code::ErrorCode;
pub use event::{EVENT_PREFIX, EventLog, MarketEvent, STANDARD, STANDARD_VERSION};
pub use hex_bytes::{Hex, HexError};
pub use rules::bps::BPS_DENOMINATOR;
pub use rules::draw::{
    DrawDigest, MAX_ATTEMPTS, Seat, Selection, SkipReason, SkippedSeat, draw_digest_input,
    draw_preimage, select_seat, ticket, total_weight,
};
pub use rules::fees::{FeeSplit, INSURANCE_BPS, TREASURY_BPS, split_fee};
pub use views::*;

pub use near_account_id::AccountId;
pub use near_token::NearToken;
