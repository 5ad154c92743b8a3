//! One EVM chain as the relayer sees it: reads at a stated block, finality, fees and broadcasts.

mod error;
mod finality;
mod logs;

use std::{fmt, time::Duration};

use alloy::{
    consensus::Transaction as _,
    eips::BlockId,
    network::{TransactionBuilder, TransactionResponse},
    primitives::{Address, B256, Bytes, U256},
    providers::{DynProvider, Provider, ProviderBuilder},
    rpc::types::{TransactionReceipt, TransactionRequest},
    sol_types::SolCall,
    transports::TransportError,
};

pub use self::{
    error::{BroadcastError, CallError, ChainError, describe_revert},
    finality::{Finality, Head},
};

/// How long a request to an endpoint may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

/// What is needed to talk to a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainOptions {
    /// EIP-155 chain id; an endpoint that answers with another one is refused.
    pub chain_id: u64,
    /// JSON-RPC over HTTP(S); may hold an API key, so it is never logged.
    pub rpc_url: RpcUrl,
    /// From when on a block is believed.
    pub finality: Finality,
    /// Blocks per `eth_getLogs` request.
    pub max_log_range: u64,
}

/// An endpoint's address, which often holds an API key: shown as its host only.
#[derive(Clone, PartialEq, Eq)]
pub struct RpcUrl(reqwest::Url);

impl RpcUrl {
    /// Parses an absolute http or https URL.
    pub fn parse(text: &str) -> Option<Self> {
        let url = reqwest::Url::parse(text).ok()?;
        (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(Self(url))
    }
}

impl RpcUrl {
    /// The address of `path` below this one.
    pub(crate) fn at(&self, path: &str) -> reqwest::Url {
        let mut url = self.0.clone();
        let below = format!("{}{path}", self.0.path().trim_end_matches('/'));
        url.set_path(&below);
        url
    }
}

impl fmt::Debug for RpcUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for RpcUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.0.scheme(), self.0.host_str().unwrap_or_default())?;
        self.0.port().map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

/// EIP-1559 fees, wei per gas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fees {
    /// maxFeePerGas.
    pub max: u128,
    /// maxPriorityFeePerGas.
    pub priority: u128,
}

impl Fees {
    /// What a gas is expected to cost: `max` leaves room for twice the base fee.
    pub const fn expected(self) -> u128 {
        (self.max.saturating_sub(self.priority) / 2).saturating_add(self.priority)
    }
}

/// A client of one chain.
#[derive(Clone, Debug)]
pub struct Chain {
    options: ChainOptions,
    provider: DynProvider,
}

impl Chain {
    /// A client; connects lazily.
    ///
    /// # Errors
    /// When the TLS stack cannot be set up.
    pub fn new(options: ChainOptions) -> Result<Self, ChainError> {
        let client = reqwest::Client::builder()
            .timeout(REQUEST_TIMEOUT)
            .build()
            .map_err(|source| ChainError::new(&options, "http client", &source))?;
        let provider = ProviderBuilder::new()
            .disable_recommended_fillers()
            .connect_reqwest(client, options.rpc_url.0.clone())
            .erased();
        Ok(Self { options, provider })
    }

    /// EIP-155 chain id.
    pub const fn id(&self) -> u64 {
        self.options.chain_id
    }

    /// From when on a block is believed here.
    pub const fn finality(&self) -> Finality {
        self.options.finality
    }

    /// Whether the endpoint serves the chain that the configuration names.
    pub async fn check_id(&self) -> Result<(), ChainError> {
        let found =
            self.provider.get_chain_id().await.map_err(|e| self.error("eth_chainId", &e))?;
        if found == self.id() {
            Ok(())
        } else {
            Err(ChainError::WrongChain { expected: self.id(), found })
        }
    }

    /// Reads a contract as of `block`.
    pub async fn call<C: SolCall>(
        &self,
        to: Address,
        call: &C,
        block: impl Into<BlockId> + Send,
    ) -> Result<C::Return, CallError> {
        let request = TransactionRequest::default().with_to(to).with_input(call.abi_encode());
        let output = self.simulate(&request, block).await?;
        C::abi_decode_returns(&output).map_err(|source| {
            CallError::Chain(ChainError::Decode {
                chain_id: self.id(),
                what: C::SIGNATURE,
                problem: format!("{source}; is {to} the right contract?"),
            })
        })
    }

    /// Runs a transaction as of `block` without sending it.
    pub async fn simulate(
        &self,
        request: &TransactionRequest,
        block: impl Into<BlockId> + Send,
    ) -> Result<Bytes, CallError> {
        self.provider
            .call(request.clone())
            .block(block.into())
            .await
            .map_err(|error| self.call_error("eth_call", &error))
    }

    /// Gas that a transaction needs now; a revert comes back as such.
    pub async fn estimate_gas(&self, request: &TransactionRequest) -> Result<u64, CallError> {
        self.provider
            .estimate_gas(request.clone())
            .await
            .map_err(|error| self.call_error("eth_estimateGas", &error))
    }

    /// The account's transaction count as of `block`.
    pub async fn nonce(
        &self,
        account: Address,
        block: impl Into<BlockId> + Send,
    ) -> Result<u64, ChainError> {
        self.provider
            .get_transaction_count(account)
            .block_id(block.into())
            .await
            .map_err(|e| self.error("eth_getTransactionCount", &e))
    }

    /// The account's balance at the head, wei.
    pub async fn balance(&self, account: Address) -> Result<U256, ChainError> {
        self.provider.get_balance(account).await.map_err(|e| self.error("eth_getBalance", &e))
    }

    /// A transaction's receipt, if it is in the chain that the endpoint follows now.
    pub async fn receipt(&self, hash: B256) -> Result<Option<TransactionReceipt>, ChainError> {
        self.provider
            .get_transaction_receipt(hash)
            .await
            .map_err(|e| self.error("eth_getTransactionReceipt", &e))
    }

    /// Whether the endpoint knows the transaction, mined or waiting.
    pub async fn knows(&self, hash: B256) -> Result<bool, ChainError> {
        let found = self
            .provider
            .get_transaction_by_hash(hash)
            .await
            .map_err(|e| self.error("eth_getTransactionByHash", &e))?;
        Ok(found.is_some_and(|transaction| transaction.tx_hash() == hash))
    }

    /// The calldata of a transaction, if the endpoint knows it.
    pub async fn input_of(&self, hash: B256) -> Result<Option<Bytes>, ChainError> {
        let found = self
            .provider
            .get_transaction_by_hash(hash)
            .await
            .map_err(|e| self.error("eth_getTransactionByHash", &e))?;
        Ok(found.map(|transaction| transaction.input().clone()))
    }

    /// Fees that the next blocks will take: twice the base fee, and the endpoint's tip.
    pub async fn fees(&self) -> Result<Fees, ChainError> {
        let head = self.head().await?;
        let priority = self
            .provider
            .get_max_priority_fee_per_gas()
            .await
            .map_err(|e| self.error("eth_maxPriorityFeePerGas", &e))?;
        let base = u128::from(head.base_fee);
        Ok(Fees { max: base.saturating_mul(2).saturating_add(priority), priority })
    }

    /// Hands signed bytes to the endpoint. An error never proves that the transaction did not get out.
    pub async fn broadcast(&self, raw: &Bytes) -> Result<(), BroadcastError> {
        match self.provider.send_raw_transaction(raw).await {
            Ok(_) => Ok(()),
            Err(error) => match error.as_error_resp() {
                Some(response) => BroadcastError::classify(&response.message),
                None => Err(BroadcastError::Chain(self.error("eth_sendRawTransaction", &error))),
            },
        }
    }

    fn error(&self, method: &'static str, error: &TransportError) -> ChainError {
        ChainError::new(&self.options, method, error)
    }

    fn call_error(&self, method: &'static str, error: &TransportError) -> CallError {
        match error.as_error_resp() {
            Some(response) if response.code == 3 || response.message.contains("revert") => {
                CallError::Reverted(response.as_revert_data().unwrap_or_default())
            }
            _ => CallError::Chain(self.error(method, error)),
        }
    }
}
