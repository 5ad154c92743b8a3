//! The chain: blocks, transactions and outcomes over the runtime, and the clock that tests move.

mod config;
mod error;
mod history;
mod local;
mod outcome;
mod patch;
mod status;

pub use config::{ChainConfig, Clock, GenesisAccount};
pub use error::{ChainError, Imbalance};
pub use local::{CallArgs, View};
pub use outcome::{Outcome, ReceiptOutcome};
pub(crate) use status::TransactionStatus;

use crate::runtime::{AccountState, BlockContext, Runtime, State};
use near_crypto::{InMemorySigner as Signer, PublicKeyHandle};
use near_primitives::account::{AccessKey, AccessKeyPermission, Account, AccountContract};
use near_primitives::errors::InvalidTxError;
use near_primitives::hash::{CryptoHash, hash};
use near_primitives::receipt::Receipt;
use near_primitives::transaction::{ExecutionOutcomeWithId, SignedTransaction};
use near_primitives::types::{AccountId, BlockReference, Gas};
use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Blocks per epoch, as on mainnet. Only the epoch height depends on it.
pub(crate) const EPOCH_LENGTH: u64 = 43_200;

/// Blocks for which a transaction's block hash stays valid, as on mainnet.
pub(crate) const TRANSACTION_VALIDITY: u64 = 86_400;

/// Latest time that tests may set, in the year 2262: blocks after it still have room to grow.
const MAX_TIME_NS: u64 = i64::MAX.unsigned_abs();

/// One block and the state after it.
#[derive(Debug)]
pub(crate) struct Block {
    /// The number of blocks up to and including this one.
    pub(crate) ordinal: u64,
    pub(crate) hash: CryptoHash,
    pub(crate) prev_hash: CryptoHash,
    pub(crate) context: BlockContext,
    pub(crate) gas_burnt: Gas,
    pub(crate) transactions: Vec<CryptoHash>,
    /// Transactions and receipts that ran, in order.
    pub(crate) executed: Vec<CryptoHash>,
    pub(crate) state: State,
}

/// A NEAR chain of one shard in this process. All methods are synchronous; blocks are made by
/// [`Chain::produce_block`] and by everything that says so.
#[derive(Debug)]
pub struct Chain {
    pub(crate) runtime: Runtime,
    pub(crate) blocks: Vec<Block>,
    /// The account that stands for all block producers.
    pub(crate) producer: AccountId,
    state: State,
    by_hash: HashMap<CryptoHash, usize>,
    by_height: HashMap<u64, usize>,
    transactions: HashMap<CryptoHash, SignedTransaction>,
    outcomes: HashMap<CryptoHash, (ExecutionOutcomeWithId, CryptoHash)>,
    receipts: HashMap<CryptoHash, Receipt>,
    mempool: Vec<SignedTransaction>,
    signers: HashMap<AccountId, Signer>,
    clock: Clock,
    block_interval: Duration,
    /// What tests added to the clock, in nanoseconds.
    skew_ns: u64,
    /// Heights to leave out before the next block.
    skipped_heights: u64,
    random_seed: [u8; 32],
    imbalance: Option<Imbalance>,
}

impl Chain {
    /// Starts a chain with its genesis accounts and its first block.
    pub fn new(config: ChainConfig) -> Result<Self, ChainError> {
        let version = config.protocol_version;
        if !(crate::MIN_PROTOCOL_VERSION..=crate::MAX_PROTOCOL_VERSION).contains(&version) {
            return Err(ChainError::UnsupportedProtocolVersion { version });
        }
        let producer = config
            .accounts
            .iter()
            .max_by_key(|account| account.stake)
            .map(|account| account.account_id.clone())
            .ok_or(ChainError::NoAccounts)?;
        let stakes: BTreeMap<_, _> = config
            .accounts
            .iter()
            .filter(|account| !account.stake.is_zero())
            .map(|account| (account.account_id.clone(), account.stake))
            .collect();
        let mut chain = Self {
            runtime: Runtime::new(config.chain_id, version, stakes),
            blocks: Vec::new(),
            producer,
            state: State::default(),
            by_hash: HashMap::new(),
            by_height: HashMap::new(),
            transactions: HashMap::new(),
            outcomes: HashMap::new(),
            receipts: HashMap::new(),
            mempool: Vec::new(),
            signers: HashMap::new(),
            clock: config.clock,
            block_interval: config.block_interval,
            skew_ns: 0,
            skipped_heights: 0,
            random_seed: config.random_seed,
            imbalance: None,
        };
        for account in config.accounts {
            chain.add_genesis_account(account)?;
        }
        let supply = chain.state.account_balances().ok_or(ChainError::SupplyOverflow)?;
        chain.state.ledger.minted = supply;
        chain.produce_block()?;
        Ok(chain)
    }

    fn add_genesis_account(&mut self, genesis: GenesisAccount) -> Result<(), ChainError> {
        let handle = PublicKeyHandle::from(genesis.signer.public_key());
        let key = AccessKey { nonce: 0, permission: AccessKeyPermission::FullAccess };
        let account_storage = self.runtime.config.fees.storage_usage_config.num_bytes_account;
        let storage = account_storage + self.runtime.key_storage(&handle, &key)?;
        let account = Account::new(genesis.balance, genesis.stake, AccountContract::None, storage);
        let mut entry = AccountState { account: Some(account), ..AccountState::default() };
        entry.keys.insert(handle, key);
        self.state.accounts.insert(genesis.account_id.clone(), entry);
        self.signers.insert(genesis.account_id, genesis.signer);
        Ok(())
    }

    /// The newest block. There is always one: `new` makes the first.
    pub(crate) fn tip(&self) -> &Block {
        &self.blocks[self.blocks.len() - 1]
    }

    /// Height of the newest block.
    pub fn height(&self) -> u64 {
        self.tip().context.height
    }

    /// Time of the newest block, in nanoseconds since the Unix epoch.
    pub fn time_ns(&self) -> u64 {
        self.tip().context.time_ns
    }

    /// Random value of the newest block. A contract's `random_seed` is made of it and of its receipt.
    pub fn random_value(&self) -> [u8; 32] {
        self.tip().context.random.0
    }

    /// Hash of the newest block, which new transactions must refer to.
    pub fn block_hash(&self) -> CryptoHash {
        self.tip().hash
    }

    /// Protocol version of the chain; it never changes.
    pub fn protocol_version(&self) -> u32 {
        self.runtime.protocol_version
    }

    /// Identifier of the chain.
    pub fn chain_id(&self) -> &str {
        &self.runtime.chain_id
    }

    /// Whether every token is accounted for: balances, tokens under way and burnt tokens make up
    /// what genesis created. The first violation is kept.
    pub fn conservation(&self) -> Result<(), Imbalance> {
        match &self.imbalance {
            None => Ok(()),
            Some(imbalance) => Err(imbalance.clone()),
        }
    }

    /// Checks a transaction and queues it for the next block. A transaction that is known already
    /// is accepted again without effect.
    pub fn submit(&mut self, transaction: SignedTransaction) -> Result<CryptoHash, ChainError> {
        let id = transaction.get_hash();
        if self.transactions.contains_key(&id) {
            return Ok(id);
        }
        self.check_expiry(&transaction)?;
        self.runtime.verify(&self.state, &transaction, self.next_height())?;
        self.transactions.insert(id, transaction.clone());
        self.mempool.push(transaction);
        Ok(id)
    }

    fn check_expiry(&self, transaction: &SignedTransaction) -> Result<(), ChainError> {
        let known = self.by_hash.get(transaction.transaction.block_hash());
        let height = known.map(|index| self.blocks[*index].context.height);
        let is_valid = height
            .is_some_and(|height| self.height() <= height.saturating_add(TRANSACTION_VALIDITY));
        if is_valid { Ok(()) } else { Err(Box::new(InvalidTxError::Expired).into()) }
    }

    fn next_height(&self) -> u64 {
        let tip = self.blocks.last().map_or(0, |block| block.context.height);
        tip.saturating_add(self.skipped_heights).saturating_add(1)
    }

    fn next_time(&self) -> Result<u64, ChainError> {
        let interval = u64::try_from(self.block_interval.as_nanos())
            .map_err(|_| ChainError::TimeOutOfRange)?;
        let now = match (self.clock, self.blocks.last()) {
            (Clock::Manual { genesis_ns }, None) => Some(genesis_ns),
            (Clock::Manual { .. }, Some(tip)) => {
                // The skew was added to the blocks before this one already.
                tip.context.time_ns.checked_add(interval)
            }
            (Clock::System, _) => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .ok()
                .and_then(|now| u64::try_from(now.as_nanos()).ok())
                .and_then(|now| now.checked_add(self.skew_ns)),
        };
        let now = now.ok_or(ChainError::TimeOutOfRange)?;
        let after_tip = self.blocks.last().map_or(0, |tip| tip.context.time_ns.saturating_add(1));
        Ok(now.max(after_tip))
    }

    /// Makes a block of everything that waits: queued transactions and receipts. Nothing changes
    /// when it fails, which only a bug of this crate can cause.
    pub fn produce_block(&mut self) -> Result<(), ChainError> {
        let time_ns = self.next_time()?;
        self.produce_block_at(time_ns)
    }

    fn produce_block_at(&mut self, time_ns: u64) -> Result<(), ChainError> {
        let prev_hash = self.blocks.last().map(|block| block.hash).unwrap_or_default();
        let height = self.next_height();
        let random = digest(&[b"random", &self.random_seed, prev_hash.as_ref()], height);
        let context =
            BlockContext { height, time_ns, random, epoch_height: 1 + height / EPOCH_LENGTH };
        let block_hash = digest(&[b"block", random.as_ref(), &time_ns.to_le_bytes()], height);
        let mut state = self.state.clone();
        let transactions = std::mem::take(&mut self.mempool);
        let output = match self.runtime.apply_block(&mut state, &context, &transactions) {
            Ok(output) => output,
            Err(error) => {
                self.mempool = transactions;
                return Err(error.into());
            }
        };
        self.check_conservation(&state, height)?;
        let executed = output.outcomes.iter().map(|outcome| outcome.id).collect();
        for outcome in output.outcomes {
            self.outcomes.insert(outcome.id, (outcome, block_hash));
        }
        for receipt in output.receipts {
            self.receipts.insert(*receipt.receipt_id(), receipt);
        }
        self.by_hash.insert(block_hash, self.blocks.len());
        self.by_height.insert(height, self.blocks.len());
        self.state = state.clone();
        self.skipped_heights = 0;
        let ordinal = self.blocks.last().map_or(0, |block| block.ordinal) + 1;
        self.blocks.push(Block {
            ordinal,
            hash: block_hash,
            prev_hash,
            context,
            gas_burnt: output.gas_burnt,
            transactions: transactions.iter().map(SignedTransaction::get_hash).collect(),
            executed,
            state,
        });
        Ok(())
    }

    fn check_conservation(&mut self, state: &State, height: u64) -> Result<(), ChainError> {
        let actual = self.runtime.circulating(state)?;
        let ledger = state.ledger;
        let expected = ledger
            .minted
            .checked_sub(ledger.burnt)
            .ok_or(crate::RuntimeError::Invariant("more tokens were burnt than minted"))?;
        if actual != expected && self.imbalance.is_none() {
            let imbalance = Imbalance { height, expected, actual };
            tracing::error!(%imbalance, "tokens were created or lost");
            self.imbalance = Some(imbalance);
        }
        Ok(())
    }

    /// Makes blocks until no transaction and no receipt waits. Yielded promises may still wait for
    /// their resumption.
    pub fn settle(&mut self) -> Result<(), ChainError> {
        while !self.mempool.is_empty() || !self.state.queue.is_empty() {
            self.produce_block()?;
        }
        Ok(())
    }

    /// Whether transactions or receipts wait for a block.
    pub fn has_work(&self) -> bool {
        !self.mempool.is_empty() || !self.state.queue.is_empty()
    }

    /// Makes `count` blocks.
    pub fn advance_blocks(&mut self, count: u64) -> Result<(), ChainError> {
        for _ in 0..count {
            self.produce_block()?;
        }
        Ok(())
    }

    /// Lets `duration` pass and makes one block at the new time.
    pub fn advance_time(&mut self, duration: Duration) -> Result<(), ChainError> {
        let delta = u64::try_from(duration.as_nanos()).map_err(|_| ChainError::TimeOutOfRange)?;
        let time = self
            .next_time()?
            .checked_add(delta)
            .filter(|time| *time <= MAX_TIME_NS)
            .ok_or(ChainError::TimeOutOfRange)?;
        self.skew_ns = self.skew_ns.checked_add(delta).ok_or(ChainError::TimeOutOfRange)?;
        self.produce_block_at(time)
    }

    /// Makes one block at `time_ns` nanoseconds since the Unix epoch, which must lie after the
    /// newest block. With [`Clock::System`] later blocks keep the same distance to the wall clock.
    pub fn set_time(&mut self, time_ns: u64) -> Result<(), ChainError> {
        if time_ns <= self.time_ns() {
            return Err(ChainError::TimeNotAfterTip { requested: time_ns, tip: self.time_ns() });
        }
        if time_ns > MAX_TIME_NS {
            return Err(ChainError::TimeOutOfRange);
        }
        let next = self.next_time()?;
        if time_ns >= next {
            let skew = self.skew_ns.checked_add(time_ns - next);
            self.skew_ns = skew.ok_or(ChainError::TimeOutOfRange)?;
        } else {
            self.skew_ns = self.skew_ns.saturating_sub(next - time_ns);
        }
        self.produce_block_at(time_ns)
    }

    /// Skips `blocks` heights and the time they would have taken, as `sandbox_fast_forward` does,
    /// and runs what became due, such as timed-out yields.
    pub fn fast_forward(&mut self, blocks: u64) -> Result<(), ChainError> {
        // Nonces reach height * 10^6, which must stay within 64 bits.
        let limit = u64::MAX / AccessKey::ACCESS_KEY_NONCE_RANGE_MULTIPLIER;
        if self.next_height().checked_add(blocks).is_none_or(|height| height >= limit) {
            return Err(ChainError::HeightOutOfRange { blocks });
        }
        let interval = u64::try_from(self.block_interval.as_nanos()).ok();
        let delta = interval
            .and_then(|interval| interval.checked_mul(blocks))
            .ok_or(ChainError::TimeOutOfRange)?;
        self.skipped_heights += blocks;
        if let Err(error) = self.advance_time(Duration::from_nanos(delta)) {
            self.skipped_heights -= blocks;
            return Err(error);
        }
        self.settle()
    }

    pub(crate) fn find_block(&self, reference: &BlockReference) -> Option<&Block> {
        use near_primitives::types::BlockId;
        let index = match reference {
            // Every block is final at once.
            BlockReference::Finality(_) => return Some(self.tip()),
            BlockReference::SyncCheckpoint(_) => return self.blocks.first(),
            BlockReference::BlockId(BlockId::Height(height)) => self.by_height.get(height),
            BlockReference::BlockId(BlockId::Hash(hash)) => self.by_hash.get(hash),
        };
        index.map(|index| &self.blocks[*index])
    }

    pub(crate) fn receipt(&self, id: &CryptoHash) -> Option<&Receipt> {
        self.receipts.get(id)
    }

    pub(crate) fn transaction(&self, id: &CryptoHash) -> Option<&SignedTransaction> {
        self.transactions.get(id)
    }
}

/// A hash of labelled parts and a number.
fn digest(parts: &[&[u8]], number: u64) -> CryptoHash {
    let mut bytes = parts.concat();
    bytes.extend_from_slice(&number.to_le_bytes());
    hash(&bytes)
}
