//! In-process use: sign, send and settle in one call. Tests of contracts are written on this.

use super::config::signer_from;
use super::{Chain, ChainError, Outcome};
use crate::runtime::AccountState;
use near_crypto::{InMemorySigner as Signer, KeyType, PublicKeyHandle, SecretKey};
use near_primitives::account::{AccessKey, Account};
use near_primitives::action::{
    AddKeyAction, CreateAccountAction, DeployContractAction, FunctionCallAction, TransferAction,
};
use near_primitives::hash::CryptoHash;
use near_primitives::transaction::{Action, SignedTransaction, Transaction, TransactionV0};
use near_primitives::types::{AccountId, Balance, Gas};
use serde::de::DeserializeOwned;

/// Arguments of a contract call: JSON, or bytes as they are.
#[derive(Debug, Clone, Default)]
pub struct CallArgs(Vec<u8>);

impl From<serde_json::Value> for CallArgs {
    fn from(value: serde_json::Value) -> Self {
        Self(value.to_string().into_bytes())
    }
}

impl From<Vec<u8>> for CallArgs {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<&[u8]> for CallArgs {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }
}

/// What a view call returned.
#[derive(Debug, Clone)]
pub struct View {
    /// The returned bytes.
    pub value: Vec<u8>,
    /// What the contract logged.
    pub logs: Vec<String>,
    /// Gas that the same call would burn in a transaction, fees apart.
    pub gas_burnt: Gas,
}

impl View {
    /// The returned value as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, ChainError> {
        Ok(serde_json::from_slice(&self.value)?)
    }
}

impl Chain {
    /// The key of a genesis account or of an account made by [`Chain::create_account`].
    pub fn signer(&self, account_id: &AccountId) -> Option<Signer> {
        self.signers.get(account_id).cloned()
    }

    /// Creates an account with `balance`, paid by its parent account, and returns its key, which
    /// is derived from the name: `alice.near` needs `near`, `a.alice.near` needs `alice.near`.
    pub fn create_account(
        &mut self,
        account_id: &AccountId,
        balance: Balance,
    ) -> Result<Signer, ChainError> {
        let parent = account_id
            .parent()
            .map(AccountId::from)
            .or_else(|| "registrar".parse().ok())
            .and_then(|parent| self.signer(&parent))
            .ok_or_else(|| ChainError::NoParentSigner { account_id: account_id.clone() })?;
        let seed = format!("near-devnode {account_id}");
        let secret_key = SecretKey::from_seed(KeyType::ED25519, &seed);
        let signer = signer_from(account_id.clone(), secret_key);
        let add_key =
            AddKeyAction { public_key: signer.public_key(), access_key: AccessKey::full_access() };
        let actions = vec![
            CreateAccountAction {}.into(),
            TransferAction { deposit: balance }.into(),
            add_key.into(),
        ];
        self.transact(&parent, account_id, actions)?.into_result()?;
        self.signers.insert(account_id.clone(), signer.clone());
        Ok(signer)
    }

    /// Deploys a contract to the signer's own account.
    pub fn deploy(&mut self, signer: &Signer, wasm: &[u8]) -> Result<Outcome, ChainError> {
        let account_id = signer.account_id.clone();
        let action = DeployContractAction { code: wasm.to_vec() };
        self.transact(signer, &account_id, vec![action.into()])?.into_result()
    }

    /// Calls a contract and runs everything that follows from it. A call that fails is an
    /// [`Outcome`] with a failure; `Err` means that the transaction never ran.
    pub fn call(
        &mut self,
        signer: &Signer,
        contract: &AccountId,
        method: &str,
        args: impl Into<CallArgs>,
        deposit: Balance,
        gas: Gas,
    ) -> Result<Outcome, ChainError> {
        let action = FunctionCallAction {
            method_name: method.to_owned(),
            args: args.into().0,
            gas,
            deposit,
        };
        self.transact(signer, contract, vec![action.into()])
    }

    /// Sends tokens.
    pub fn transfer(
        &mut self,
        signer: &Signer,
        receiver: &AccountId,
        amount: Balance,
    ) -> Result<Outcome, ChainError> {
        self.transact(signer, receiver, vec![TransferAction { deposit: amount }.into()])
    }

    /// Signs and sends one transaction and runs everything that follows from it.
    pub fn transact(
        &mut self,
        signer: &Signer,
        receiver: &AccountId,
        actions: Vec<Action>,
    ) -> Result<Outcome, ChainError> {
        let transaction = self.sign(signer, receiver, actions);
        self.execute(transaction)
    }

    /// Signs a transaction with the key's next nonce, for the newest block.
    pub fn sign(
        &self,
        signer: &Signer,
        receiver: &AccountId,
        actions: Vec<Action>,
    ) -> SignedTransaction {
        let nonce = self
            .entry(&signer.account_id)
            .and_then(|entry| entry.keys.get(&PublicKeyHandle::from(&signer.public_key)))
            .map_or(0, |key| key.nonce);
        let transaction = Transaction::V0(TransactionV0 {
            signer_id: signer.account_id.clone(),
            public_key: signer.public_key.clone(),
            nonce: nonce.saturating_add(1),
            receiver_id: receiver.clone(),
            block_hash: self.block_hash(),
            actions,
        });
        let (hash, _) = transaction.get_hash_and_size();
        SignedTransaction::new(signer.sign(hash.as_ref()), transaction)
    }

    /// Sends a signed transaction and runs everything that follows from it.
    pub fn execute(&mut self, transaction: SignedTransaction) -> Result<Outcome, ChainError> {
        let id: CryptoHash = self.submit(transaction)?;
        self.settle()?;
        self.conservation()?;
        self.outcome(&id).ok_or(ChainError::UnknownTransaction(id))
    }

    /// Calls a method read-only on the newest state.
    pub fn view(
        &self,
        contract: &AccountId,
        method: &str,
        args: impl Into<CallArgs>,
    ) -> Result<View, ChainError> {
        let unknown = || ChainError::UnknownAccount { account_id: contract.clone() };
        let entry = self.entry(contract).ok_or_else(unknown)?;
        let account = entry.account.as_ref().ok_or_else(unknown)?;
        let block = &self.tip().context;
        let args = args.into().0;
        let outcome =
            self.runtime.view(block, entry, account, contract, method, &args).map_err(|error| {
                ChainError::View {
                    account_id: contract.clone(),
                    method: method.to_owned(),
                    error: Box::new(error),
                }
            })?;
        Ok(View { value: outcome.value, logs: outcome.logs, gas_burnt: outcome.gas_burnt })
    }

    fn entry(&self, account_id: &AccountId) -> Option<&AccountState> {
        self.state.accounts.get(account_id)
    }

    /// The account's record; `None` when it does not exist.
    pub fn account(&self, account_id: &AccountId) -> Option<&Account> {
        self.entry(account_id)?.account.as_ref()
    }

    /// The account's liquid balance.
    pub fn balance(&self, account_id: &AccountId) -> Result<Balance, ChainError> {
        self.existing(account_id).map(Account::amount)
    }

    /// Storage that the account occupies, in bytes; it pays stake for it.
    pub fn storage_usage(&self, account_id: &AccountId) -> Result<u64, ChainError> {
        self.existing(account_id).map(Account::storage_usage)
    }

    fn existing(&self, account_id: &AccountId) -> Result<&Account, ChainError> {
        self.account(account_id)
            .ok_or_else(|| ChainError::UnknownAccount { account_id: account_id.clone() })
    }
}
