//! The JSON-RPC as clients see it: shapes, errors, HTTP codes, waiting.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod blocks_and_queries;
mod http;
mod transactions;

use near_crypto::PublicKey;
use near_devnode::{AccountId, Balance, Chain, ChainConfig, Gas, Node, NodeOptions, Signer};
use near_primitives::action::FunctionCallAction;
use near_primitives::hash::CryptoHash;
use near_primitives::serialize::to_base64;
use near_primitives::transaction::{Action, SignedTransaction, Transaction, TransactionV0};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

fn id(name: &str) -> AccountId {
    name.parse().unwrap()
}

/// A node with the test contract at `contract.near`.
struct Service {
    node: Arc<Node>,
    root: Signer,
}

impl Service {
    fn new(options: NodeOptions) -> Self {
        let mut chain = Chain::new(ChainConfig::default()).unwrap();
        let contract = chain.create_account(&id("contract.near"), Balance::from_near(10)).unwrap();
        let wasm = wat::parse_str(include_str!("../contract.wat")).unwrap();
        chain.deploy(&contract, &wasm).unwrap();
        let root = chain.signer(&id("test.near")).unwrap();
        Self { node: Node::new(chain, options), root }
    }

    /// A node that gives up waiting at once.
    fn impatient() -> Self {
        let wait_timeout = Duration::from_millis(1);
        Self::new(NodeOptions { wait_timeout, ..NodeOptions::default() })
    }

    async fn ok(&self, method: &str, params: Value) -> Value {
        self.node.call(method, params).await.unwrap()
    }

    /// The error as clients receive it.
    async fn error(&self, method: &str, params: Value) -> Value {
        serde_json::to_value(self.node.call(method, params).await.unwrap_err()).unwrap()
    }

    /// Signs a transaction of the root account the way a client does: by asking the node.
    async fn sign(&self, receiver: &str, actions: Vec<Action>) -> SignedTransaction {
        let public_key: PublicKey = self.root.public_key.clone();
        let query = json!({
            "request_type": "view_access_key", "finality": "optimistic",
            "account_id": "test.near", "public_key": public_key.to_string(),
        });
        let key = self.ok("query", query).await;
        let block_hash: CryptoHash = key["block_hash"].as_str().unwrap().parse().unwrap();
        let transaction = Transaction::V0(TransactionV0 {
            signer_id: self.root.account_id.clone(),
            public_key,
            nonce: key["nonce"].as_u64().unwrap() + 1,
            receiver_id: id(receiver),
            block_hash,
            actions,
        });
        let (hash, _) = transaction.get_hash_and_size();
        SignedTransaction::new(self.root.sign(hash.as_ref()), transaction)
    }

    async fn sign_call(&self, method: &str, args: &[u8]) -> SignedTransaction {
        let call = FunctionCallAction {
            method_name: method.to_owned(),
            args: args.to_vec(),
            gas: Gas::from_teragas(50),
            deposit: Balance::ZERO,
        };
        self.sign("contract.near", vec![call.into()]).await
    }

    /// Calls the contract and waits for `level`.
    async fn call(&self, method: &str, args: &[u8], level: &str) -> Value {
        let transaction = self.sign_call(method, args).await;
        self.ok("send_tx", send_params(&transaction, level)).await
    }
}

fn encode(transaction: &SignedTransaction) -> String {
    to_base64(&borsh::to_vec(transaction).unwrap())
}

fn send_params(transaction: &SignedTransaction, level: &str) -> Value {
    json!({ "signed_tx_base64": encode(transaction), "wait_until": level })
}
