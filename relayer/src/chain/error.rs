//! What can go wrong between the relayer and a chain.

use alloy::{primitives::Bytes, sol_types::decode_revert_reason};

use super::ChainOptions;

/// An endpoint gave no usable answer.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// The request failed.
    #[error("{method} failed: {problem}")]
    Rpc {
        /// EIP-155 chain id.
        chain_id: u64,
        /// The JSON-RPC method.
        method: &'static str,
        /// What went wrong, without the endpoint's address.
        problem: String,
    },
    /// The endpoint serves another chain.
    #[error("the endpoint serves chain {found}, but chain {expected} is configured")]
    WrongChain {
        /// As configured.
        expected: u64,
        /// As served.
        found: u64,
    },
    /// A contract's answer is not what its interface promises.
    #[error("{what} answered something else than its interface promises: {problem}")]
    Decode {
        /// EIP-155 chain id.
        chain_id: u64,
        /// The function or event.
        what: &'static str,
        /// What went wrong.
        problem: String,
    },
    /// The endpoint lacks a block that it must have.
    #[error("the endpoint has no {what}")]
    Missing {
        /// EIP-155 chain id.
        chain_id: u64,
        /// What is missing.
        what: String,
    },
}

impl ChainError {
    /// Endpoint addresses hold API keys: transports put them into their messages, so they are taken out again.
    pub(super) fn new(
        options: &ChainOptions,
        method: &'static str,
        error: &dyn std::error::Error,
    ) -> Self {
        let mut problem = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            let text = cause.to_string();
            if !problem.contains(&text) {
                problem = format!("{problem}: {text}");
            }
            source = cause.source();
        }
        let url = options.rpc_url.0.as_str();
        for secret in [url, url.trim_end_matches('/')] {
            problem = problem.replace(secret, &options.rpc_url.to_string());
        }
        Self::Rpc { chain_id: options.chain_id, method, problem }
    }

    /// The chain whose endpoint is at fault.
    pub const fn chain_id(&self) -> u64 {
        match self {
            Self::Rpc { chain_id, .. }
            | Self::Decode { chain_id, .. }
            | Self::Missing { chain_id, .. }
            | Self::WrongChain { expected: chain_id, .. } => *chain_id,
        }
    }
}

/// A simulated call did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The contract refused; the data is its error.
    #[error("reverted: {}", describe_revert(.0))]
    Reverted(Bytes),
    /// The chain gave no usable answer.
    #[error(transparent)]
    Chain(#[from] ChainError),
}

/// What is known of a revert: its text, or its selector and data.
pub fn describe_revert(data: &Bytes) -> String {
    match decode_revert_reason(data) {
        Some(text) => text,
        None if data.is_empty() => "without a reason".to_owned(),
        None => data.to_string(),
    }
}

/// An endpoint did not take a transaction. Whether it got out all the same is only known from the chain.
#[derive(Debug, thiserror::Error)]
pub enum BroadcastError {
    /// The nonce is used; the chain says by whom.
    #[error("nonce too low")]
    NonceUsed,
    /// Another form with the same nonce waits, and pays too much to be replaced.
    #[error("replacement underpriced")]
    Underpriced,
    /// The signer cannot pay.
    #[error("insufficient funds")]
    Underfunded,
    /// Any other answer.
    #[error("the endpoint refused the transaction: {0}")]
    Refused(String),
    /// No answer.
    #[error(transparent)]
    Chain(#[from] ChainError),
}

impl BroadcastError {
    /// Clients agree on these phrases (go-ethereum `core/txpool/errors.go`; anvil, Erigon, Nethermind and Besu follow).
    pub(super) fn classify(message: &str) -> Result<(), Self> {
        let lower = message.to_lowercase();
        let has = |phrase: &str| lower.contains(phrase);
        if has("already known") || has("already imported") || has("alreadyknown") {
            Ok(())
        } else if has("nonce too low") || has("nonce is too low") {
            Err(Self::NonceUsed)
        } else if has("underpriced") || has("transaction already exists") {
            Err(Self::Underpriced)
        } else if has("insufficient funds") {
            Err(Self::Underfunded)
        } else {
            Err(Self::Refused(message.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::{Finality, RpcUrl};

    #[test]
    fn an_api_key_never_reaches_a_message() {
        let text = "https://rpc.example.org/v2/SECRETKEY";
        let options = ChainOptions {
            chain_id: 1,
            rpc_url: RpcUrl::parse(text).expect("a URL"),
            finality: Finality::Finalized,
            max_log_range: 1,
        };
        let cause = std::io::Error::other(format!("error sending request for url ({text})"));
        let error = ChainError::new(&options, "eth_call", &cause);
        assert!(!format!("{error} {error:?} {options:?}").contains("SECRETKEY"));
        assert!(error.to_string().contains("https://rpc.example.org"));
    }

    #[test]
    fn broadcast_answers_are_told_apart() {
        assert!(BroadcastError::classify("already known").is_ok());
        let refused = |message| BroadcastError::classify(message).expect_err("a refusal");
        assert!(matches!(
            refused("nonce too low: next nonce 3, tx nonce 2"),
            BroadcastError::NonceUsed
        ));
        assert!(matches!(
            refused("replacement transaction underpriced"),
            BroadcastError::Underpriced
        ));
        assert!(matches!(
            refused("Insufficient funds for gas * price + value"),
            BroadcastError::Underfunded
        ));
        assert!(matches!(refused("exceeds block gas limit"), BroadcastError::Refused(_)));
    }
}
