//! What the prover market and its callers say to each other: method names, arguments, views, events,
//! error codes and the draw rule. The contract and every host program use this one definition.

mod args;
pub mod attestation;
mod draw;
mod error_code;
mod event;
mod fees;
mod hex_bytes;
pub mod method_names;
mod views;

pub use args::*;
pub use draw::{DrawDigest, Seat, draw_preimage, select_seat, weight_of_stake};
pub use error_code::ErrorCode;
pub use event::{EVENT_PREFIX, EventLog, MarketEvent, STANDARD, STANDARD_VERSION};
pub use fees::{BPS_DENOMINATOR, FeeSplit, INSURANCE_BPS, TREASURY_BPS, split_fee};
pub use hex_bytes::{Hex, HexError};
pub use views::*;

pub use near_account_id::AccountId;
pub use near_token::NearToken;
