#![doc = include_str!("../README.md")]

mod account;
mod client;
mod error;
mod outcome;
mod settle;
mod signed;

pub use near_api::{
    NearGas, NearToken, SecretKey,
    signer::generate_secret_key,
    types::{AccountId, CryptoHash, PublicKey},
};

pub use self::{
    account::NearAccount,
    client::{Call, Head, NearClient},
    error::NearError,
    outcome::CallOutcome,
    settle::{Patience, SettleError},
    signed::{SignedTransaction, SignedTransactionError},
};
