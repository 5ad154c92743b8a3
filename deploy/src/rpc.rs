//! Connections to EVM chains.

use std::time::Duration;

use alloy::{
    contract::Error as ContractError,
    network::EthereumWallet,
    primitives::Address,
    providers::{DynProvider, PendingTransactionError, Provider, ProviderBuilder},
    rpc::types::{TransactionReceipt, TransactionRequest},
    signers::local::{LocalSignerError, PrivateKeySigner},
    transports::{RpcError, TransportErrorKind, http::reqwest::Url},
};

/// How often a pending transaction is looked for; local chains mine at once.
const POLL: Duration = Duration::from_millis(25);

/// How long a transaction may stay out of every block: local chains mine at once.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why a call to an EVM chain did not do what was wanted.
#[derive(Debug, thiserror::Error)]
pub enum EvmError {
    /// The address of the endpoint is not one.
    #[error("`{url}` is not an RPC URL: {reason}")]
    Url {
        /// What was given.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A development key could not be derived.
    #[error("cannot derive a development key: {0}")]
    Key(#[from] LocalSignerError),
    /// The node refused or could not be reached.
    #[error("{action}: {source}")]
    Rpc {
        /// What was being done.
        action: String,
        /// What the node said.
        source: RpcError<TransportErrorKind>,
    },
    /// A contract call reverted or its answer could not be decoded.
    #[error("{action}: {source}")]
    Contract {
        /// What was being done.
        action: String,
        /// What went wrong.
        source: Box<ContractError>,
    },
    /// A transaction was sent but not seen in a block.
    #[error("{action}: {source}")]
    Pending {
        /// What was being done.
        action: String,
        /// What went wrong.
        source: PendingTransactionError,
    },
    /// A transaction reverted.
    #[error("{action}: transaction {hash} reverted")]
    Reverted {
        /// What was being done.
        action: String,
        /// The transaction.
        hash: alloy::primitives::B256,
    },
    /// A deployment left no contract behind.
    #[error("{action}: transaction {hash} created no contract")]
    NoContract {
        /// What was being done.
        action: String,
        /// The transaction.
        hash: alloy::primitives::B256,
    },
}

impl EvmError {
    pub(crate) fn contract(action: impl Into<String>) -> impl FnOnce(ContractError) -> Self {
        let action = action.into();
        move |source| Self::Contract { action, source: Box::new(source) }
    }

    pub(crate) fn rpc(
        action: impl Into<String>,
    ) -> impl FnOnce(RpcError<TransportErrorKind>) -> Self {
        let action = action.into();
        move |source| Self::Rpc { action, source }
    }
}

/// A connection that only reads.
///
/// # Errors
/// [`EvmError::Url`].
pub fn reader(url: &str) -> Result<DynProvider, EvmError> {
    let provider = ProviderBuilder::new().connect_http(parse(url)?).erased();
    provider.client().set_poll_interval(POLL);
    Ok(provider)
}

/// A connection that signs as `signer`.
///
/// # Errors
/// [`EvmError::Url`].
pub fn signing(url: &str, signer: PrivateKeySigner) -> Result<DynProvider, EvmError> {
    let wallet = EthereumWallet::from(signer);
    // Nonces are read from the chain each time: one that is remembered outlives the reorganisation that gave it back.
    let provider = ProviderBuilder::default()
        .with_gas_estimation()
        .with_simple_nonce_management()
        .fetch_chain_id()
        .wallet(wallet)
        .connect_http(parse(url)?)
        .erased();
    provider.client().set_poll_interval(POLL);
    Ok(provider)
}

/// Sends a transaction and waits until it is in a block and has succeeded.
///
/// # Errors
/// [`EvmError`] naming `action` when it is refused, lost or reverts.
pub async fn transact(
    provider: &DynProvider,
    action: &str,
    request: TransactionRequest,
) -> Result<TransactionReceipt, EvmError> {
    let pending = provider.send_transaction(request).await.map_err(EvmError::rpc(action))?;
    let receipt = pending
        .with_timeout(Some(PATIENCE))
        .get_receipt()
        .await
        .map_err(|source| EvmError::Pending { action: action.to_owned(), source })?;
    if receipt.status() {
        Ok(receipt)
    } else {
        Err(EvmError::Reverted { action: action.to_owned(), hash: receipt.transaction_hash })
    }
}

/// Creates a contract from its creation code and constructor arguments.
///
/// # Errors
/// [`EvmError`] naming `what`.
pub async fn deploy(
    provider: &DynProvider,
    what: &str,
    code: Vec<u8>,
) -> Result<Address, EvmError> {
    use alloy::network::TransactionBuilder;
    let action = format!("deploy {what}");
    let request = TransactionRequest::default().with_deploy_code(code);
    let receipt = transact(provider, &action, request).await?;
    let hash = receipt.transaction_hash;
    let address = receipt
        .contract_address
        .ok_or_else(|| EvmError::NoContract { action: action.clone(), hash })?;
    let code = provider.get_code_at(address).await.map_err(EvmError::rpc(action.clone()))?;
    if code.is_empty() { Err(EvmError::NoContract { action, hash }) } else { Ok(address) }
}

fn parse(url: &str) -> Result<Url, EvmError> {
    url.parse().map_err(|error: <Url as std::str::FromStr>::Err| EvmError::Url {
        url: url.to_owned(),
        reason: error.to_string(),
    })
}
