//! A chain in service: when blocks are made, and who waits for them.

use crate::chain::{Chain, ChainError};
use crate::rpc::transactions::{self, TransactionRequest};
use crate::rpc::{self, Answer, to_value};
use near_jsonrpc_primitives::errors::RpcError;
use near_jsonrpc_primitives::types::transactions::{RpcTransactionError, RpcTransactionResponse};
use near_primitives::hash::CryptoHash;
use near_primitives::transaction::SignedTransaction;
use near_primitives::views::TxExecutionStatus;
use serde_json::Value;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Time between blocks without transactions when transactions make their own.
const IDLE_BLOCK_TIME: Duration = Duration::from_secs(1);

/// How a node makes blocks and answers.
#[derive(Debug, Clone, Copy)]
pub struct NodeOptions {
    /// Time between blocks. `None`: a transaction is executed at once, with everything that
    /// follows from it, and an empty block comes every second.
    pub block_time: Option<Duration>,
    /// How long a request waits for its transaction; nearcore waits 10 seconds.
    pub wait_timeout: Duration,
}

impl Default for NodeOptions {
    fn default() -> Self {
        Self { block_time: None, wait_timeout: Duration::from_secs(10) }
    }
}

/// A chain shared by its clients.
#[derive(Debug)]
pub struct Node {
    chain: Mutex<Chain>,
    options: NodeOptions,
    /// Announces the height of every new block.
    height: watch::Sender<u64>,
    started: Instant,
}

impl Node {
    /// Puts a chain into service. Blocks on schedule come from [`Node::make_blocks`].
    pub fn new(chain: Chain, options: NodeOptions) -> Arc<Self> {
        let (height, _) = watch::channel(chain.height());
        Arc::new(Self { chain: Mutex::new(chain), options, height, started: Instant::now() })
    }

    /// The chain. A panic elsewhere cannot have left it half-changed: blocks are applied to a copy
    /// of the state.
    fn chain(&self) -> MutexGuard<'_, Chain> {
        self.chain.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works on the chain outside the async threads, because contracts may run for long, then
    /// announces new blocks.
    async fn with_chain<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&mut Chain) -> T + Send + 'static,
    ) -> Result<T, RpcError> {
        let node = Arc::clone(self);
        let task = move || {
            let mut chain = node.chain();
            let result = work(&mut chain);
            node.height.send_if_modified(|height| {
                let is_new = *height != chain.height();
                *height = chain.height();
                is_new
            });
            result
        };
        tokio::task::spawn_blocking(task).await.map_err(|error| {
            tracing::error!(%error, "a request crashed");
            RpcError::new_internal_error(None, format!("the request crashed: {error}"))
        })
    }

    /// Makes blocks on schedule, for ever.
    pub async fn make_blocks(self: Arc<Self>) {
        let mut ticks = tokio::time::interval(self.options.block_time.unwrap_or(IDLE_BLOCK_TIME));
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            match self.with_chain(Chain::produce_block).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::error!(%error, "no block was made"),
                Err(_) => {} // logged where it happened
            }
        }
    }

    /// Answers one JSON-RPC method.
    pub async fn call(self: &Arc<Self>, method: &str, params: Value) -> Result<Value, RpcError> {
        match transactions::request(method, &params) {
            Some(request) => self.transaction(request?).await,
            None => {
                let (method, uptime) = (method.to_owned(), self.started.elapsed());
                let answer = move |chain: &mut Chain| rpc::answer(chain, &method, params, uptime);
                self.with_chain(answer).await?
            }
        }
    }

    async fn transaction(self: &Arc<Self>, request: TransactionRequest) -> Answer {
        match request {
            TransactionRequest::SendAsync { transaction } => {
                let id = transaction.get_hash();
                self.send_unheard(*transaction).await?;
                to_value(id)
            }
            TransactionRequest::Send { transaction, wait_until: TxExecutionStatus::None } => {
                self.send_unheard(*transaction).await?;
                to_value(RpcTransactionResponse {
                    final_execution_outcome: None,
                    final_execution_status: TxExecutionStatus::None,
                })
            }
            TransactionRequest::Send { transaction, wait_until } => {
                let id = transaction.get_hash();
                self.send(*transaction).await?.map_err(transactions::refusal)?;
                to_value(self.wait_for(id, wait_until, false).await??)
            }
            TransactionRequest::Status { id, wait_until, with_receipts } => {
                to_value(self.wait_for(id, wait_until, with_receipts).await??)
            }
        }
    }

    /// Sends a transaction whose sender does not wait: as on real nodes, a refusal is not an
    /// answer, only the transaction never appears.
    async fn send_unheard(
        self: &Arc<Self>,
        transaction: SignedTransaction,
    ) -> Result<(), RpcError> {
        let id = transaction.get_hash();
        if let Err(error) = self.send(transaction).await? {
            tracing::warn!(%id, %error, "an asynchronous transaction was dropped");
        }
        Ok(())
    }

    async fn send(
        self: &Arc<Self>,
        transaction: SignedTransaction,
    ) -> Result<Result<(), ChainError>, RpcError> {
        let at_once = self.options.block_time.is_none();
        self.with_chain(move |chain| {
            chain.submit(transaction)?;
            if at_once { chain.settle() } else { Ok(()) }
        })
        .await
    }

    async fn wait_for(
        self: &Arc<Self>,
        id: CryptoHash,
        wanted: TxExecutionStatus,
        with_receipts: bool,
    ) -> Result<Result<RpcTransactionResponse, RpcTransactionError>, RpcError> {
        let deadline = tokio::time::Instant::now() + self.options.wait_timeout;
        let mut height = self.height.subscribe();
        loop {
            let level = wanted.clone();
            let reached = self
                .with_chain(move |chain| {
                    transactions::outcome_at(chain, &id, &level, with_receipts)
                })
                .await?;
            match reached {
                Ok(Some(response)) => return Ok(Ok(response)),
                Ok(None) => {}
                Err(error) => return Ok(Err(error)),
            }
            if tokio::time::timeout_at(deadline, height.changed()).await.is_err() {
                let timeout = move |chain: &mut Chain| transactions::timeout(chain, &id);
                return Ok(Err(self.with_chain(timeout).await?));
            }
        }
    }
}
