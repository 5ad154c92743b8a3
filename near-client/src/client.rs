use std::{fmt, sync::Arc};

use near_api::{
    Account, Chain, Contract, NearGas, NearToken, NetworkConfig, RPCEndpoint, SecretKey, Tokens,
    Transaction,
    signer::generate_secret_key,
    types::{
        AccessKey, AccessKeyPermission, AccountId, Action, Data, Reference,
        transaction::actions::{
            AddKeyAction, CreateAccountAction, DeployContractAction, FunctionCallAction,
            TransferAction,
        },
    },
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{CallOutcome, NearAccount, NearError, SignedTransaction, SignedTransactionError};

/// Gas attached to a call: the network's limit for a transaction before protocol version 83, so
/// that the same calls work everywhere; what is not burnt is returned.
const CALL_GAS: NearGas = NearGas::from_tgas(300);

/// A method of a contract, its arguments and what is attached.
#[derive(Clone, Debug)]
pub struct Call<'a, A> {
    /// The contract.
    pub contract: &'a AccountId,
    /// Its method.
    pub method: &'a str,
    /// Arguments, sent as JSON.
    pub args: A,
    /// Attached deposit.
    pub deposit: NearToken,
}

/// The newest final block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its height.
    pub height: u64,
    /// Its time, unix seconds: what contracts of that block read.
    pub unix_s: u64,
}

/// A connection to one NEAR network.
#[derive(Clone)]
pub struct NearClient {
    pub(crate) network: NetworkConfig,
}

// Not the URL: it may hold an API key.
impl fmt::Debug for NearClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.network.network_name;
        f.debug_struct("NearClient").field("network", name).finish_non_exhaustive()
    }
}

impl NearClient {
    /// Uses the JSON-RPC at `rpc_url`.
    ///
    /// # Errors
    /// [`NearError::Url`].
    pub fn new(network_id: &str, rpc_url: &str) -> Result<Self, NearError> {
        let url = rpc_url.parse().map_err(|error| NearError::Url {
            url: rpc_url.to_owned(),
            reason: format!("{error}"),
        })?;
        let network = NetworkConfig {
            network_name: network_id.to_owned(),
            rpc_endpoints: vec![RPCEndpoint::new(url)],
            linkdrop_account_id: None,
            near_social_db_contract_account_id: None,
            faucet_url: None,
            meta_transaction_relayer_url: None,
            fastnear_url: None,
            staking_pools_factory_account_id: None,
        };
        Ok(Self { network })
    }

    /// Reads from a contract.
    ///
    /// # Errors
    /// [`NearError::View`] when the node or the contract refuses, or answers something else.
    pub async fn view<A, R>(
        &self,
        contract: &AccountId,
        method: &str,
        args: A,
    ) -> Result<R, NearError>
    where
        A: Serialize,
        R: DeserializeOwned + Send + Sync,
    {
        Contract(contract.clone())
            .call_function(method, args)
            .read_only()
            .fetch_from(&self.network)
            .await
            .map(|answer| answer.data)
            .map_err(|error| NearError::view(contract, method, &error))
    }

    /// Calls a contract and waits until the outcome is final.
    ///
    /// # Errors
    /// [`NearError::Failed`] with the contract's error code, or [`NearError::Send`].
    pub async fn call<A: Serialize>(
        &self,
        signer: &NearAccount,
        call: Call<'_, A>,
    ) -> Result<CallOutcome, NearError> {
        let action = function_call(call.method, &call.args, call.deposit)?;
        let what = what(signer, &call);
        self.send(signer, call.contract, vec![action], what).await
    }

    /// Creates the account `name.parent` with a fresh key, paid for by `parent`.
    ///
    /// # Errors
    /// [`NearError`].
    pub async fn create_account(
        &self,
        parent: &NearAccount,
        name: &str,
        balance: NearToken,
    ) -> Result<NearAccount, NearError> {
        let key = generate_secret_key().map_err(NearError::key)?;
        self.create_account_with_key(parent, name, balance, key).await
    }

    /// Creates the account `name.parent` with a given key, paid for by `parent`.
    ///
    /// # Errors
    /// [`NearError`].
    pub async fn create_account_with_key(
        &self,
        parent: &NearAccount,
        name: &str,
        balance: NearToken,
        key: SecretKey,
    ) -> Result<NearAccount, NearError> {
        let id: AccountId = format!("{name}.{}", parent.id()).parse().map_err(|error| {
            NearError::AccountId { name: name.to_owned(), reason: format!("{error}") }
        })?;
        let access_key = AccessKey { nonce: 0.into(), permission: AccessKeyPermission::FullAccess };
        let add_key = AddKeyAction { public_key: key.public_key(), access_key };
        let actions = vec![
            Action::CreateAccount(CreateAccountAction {}),
            Action::Transfer(TransferAction { deposit: balance }),
            Action::AddKey(Box::new(add_key)),
        ];
        self.send(parent, &id, actions, format!("create the account {id}")).await?;
        NearAccount::new(id, key)
    }

    /// Deploys `wasm`, which needs no initialisation, to `account`.
    ///
    /// # Errors
    /// [`NearError`].
    pub async fn deploy_code(
        &self,
        account: &NearAccount,
        wasm: Vec<u8>,
    ) -> Result<CallOutcome, NearError> {
        let deploy = Action::DeployContract(DeployContractAction { code: wasm });
        let what = format!("deploy the contract {}", account.id());
        self.send(account, account.id(), vec![deploy], what).await
    }

    /// Deploys `wasm` to `account` and calls `init`, in one transaction.
    ///
    /// # Errors
    /// [`NearError`].
    pub async fn deploy<A: Serialize>(
        &self,
        account: &NearAccount,
        wasm: Vec<u8>,
        init: &str,
        args: A,
    ) -> Result<CallOutcome, NearError> {
        let deploy = Action::DeployContract(DeployContractAction { code: wasm });
        let init = function_call(init, &args, NearToken::from_near(0))?;
        let what = format!("deploy the contract {}", account.id());
        self.send(account, account.id(), vec![deploy, init], what).await
    }

    /// Signs a call without sending it: its nonce follows the last one that the chain has seen of the key.
    ///
    /// # Errors
    /// [`NearError`] when the key's nonce cannot be read or the key cannot sign.
    pub async fn sign<A: Serialize>(
        &self,
        signer: &NearAccount,
        call: &Call<'_, A>,
    ) -> Result<SignedTransaction, NearError> {
        let action = function_call(call.method, &call.args, call.deposit)?;
        let key = self.access_key(signer, Reference::Optimistic).await?;
        let signed = Transaction::construct(signer.id().clone(), call.contract.clone())
            .add_action(action)
            .with_signer(Arc::clone(&signer.signer))
            .presign_offline(*signer.public_key(), key.block_hash, key.data.nonce.0 + 1)
            .await
            .map_err(|error| NearError::send(what(signer, call), error))?;
        let signed = signed.transaction.signed().ok_or(SignedTransactionError::NotSigned)?;
        Ok(SignedTransaction::new(signed)?)
    }

    /// The last nonce that the final chain has seen of a key.
    ///
    /// # Errors
    /// [`NearError::AccessKey`].
    pub(crate) async fn final_nonce(&self, signer: &NearAccount) -> Result<u64, NearError> {
        Ok(self.access_key(signer, Reference::Final).await?.data.nonce.0)
    }

    async fn access_key(
        &self,
        signer: &NearAccount,
        at: Reference,
    ) -> Result<Data<AccessKey>, NearError> {
        Account(signer.id().clone())
            .access_key(*signer.public_key())
            .at(at)
            .fetch_from(&self.network)
            .await
            .map_err(|error| NearError::access_key(signer, &error))
    }

    /// The newest final block.
    ///
    /// # Errors
    /// [`NearError::Head`].
    pub async fn head(&self) -> Result<Head, NearError> {
        let block = Chain::block()
            .at(Reference::Final)
            .fetch_from(&self.network)
            .await
            .map_err(|error| NearError::Head(error.to_string()))?;
        let nanoseconds: u64 = block
            .header
            .timestamp_nanosec
            .parse()
            .map_err(|error| NearError::Head(format!("the block's time: {error}")))?;
        Ok(Head { height: block.header.height, unix_s: nanoseconds / 1_000_000_000 })
    }

    /// What the account owns and has not locked.
    ///
    /// # Errors
    /// [`NearError::Balance`].
    pub async fn balance(&self, account: &AccountId) -> Result<NearToken, NearError> {
        Tokens::account(account.clone())
            .near_balance()
            .fetch_from(&self.network)
            .await
            .map(|balance| balance.total)
            .map_err(|error| NearError::balance(account, &error))
    }

    async fn send(
        &self,
        signer: &NearAccount,
        receiver: &AccountId,
        actions: Vec<Action>,
        what: String,
    ) -> Result<CallOutcome, NearError> {
        let sent = Transaction::construct(signer.id().clone(), receiver.clone())
            .add_actions(actions)
            .with_signer(Arc::clone(&signer.signer))
            .send_to(&self.network)
            .await;
        match sent {
            Ok(result) => CallOutcome::read(what, result.into_full()),
            Err(error) => Err(NearError::send(what, error)),
        }
    }
}

fn what<A>(signer: &NearAccount, call: &Call<'_, A>) -> String {
    format!("{} calls {}.{}", signer.id(), call.contract, call.method)
}

fn function_call<A: Serialize>(
    method: &str,
    args: &A,
    deposit: NearToken,
) -> Result<Action, NearError> {
    let args = serde_json::to_vec(args)
        .map_err(|source| NearError::Arguments { method: method.to_owned(), source })?;
    let call = FunctionCallAction { method_name: method.to_owned(), args, gas: CALL_GAS, deposit };
    Ok(Action::FunctionCall(Box::new(call)))
}
