//! Liveness and readiness: what an orchestrator and an operator look at.

use std::{collections::BTreeMap, sync::Arc};

use alloy::primitives::{Address, U256};
use serde::Serialize;

use crate::{
    bridge::{BridgeAdapter, BridgeHealth},
    chain::{Chain, ChainError},
    store::Store,
};

/// A chain that is watched, with the account that pays there.
#[derive(Clone, Debug)]
pub struct Watched {
    /// The chain.
    pub chain: Arc<Chain>,
    /// The account, and the balance in wei below which it is too poor.
    pub account: Option<(Address, U256)>,
}

/// Looks at everything that the service needs.
#[derive(Debug)]
pub struct Monitor {
    /// The database.
    pub store: Arc<Store>,
    /// By role: source, destination.
    pub chains: BTreeMap<&'static str, Watched>,
    /// By name.
    pub bridges: BTreeMap<String, Arc<dyn BridgeAdapter>>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Health {
    /// The process answers.
    pub live: bool,
    /// Everything that a settlement needs is there.
    pub ready: bool,
    /// What was wrong with the database, if anything.
    pub database: Check,
    /// By role: source, destination.
    pub chains: BTreeMap<&'static str, ChainHealth>,
    /// By name.
    pub bridges: BTreeMap<String, BridgeHealth>,
}

/// One thing that is needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Whether it is there.
    pub ok: bool,
    /// What is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// One chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChainHealth {
    /// Whether it answers and its account can pay.
    #[serde(flatten)]
    pub check: Check,
    /// EIP-155 chain id.
    pub chain_id: u64,
    /// The newest block.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head: Option<u64>,
    /// The newest block that is believed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub final_head: Option<u64>,
    /// The account that pays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signer: Option<Address>,
    /// Its balance, wei.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub balance_wei: Option<String>,
}

impl Check {
    fn of<E: std::fmt::Display>(result: Result<(), E>) -> Self {
        match result {
            Ok(()) => Self { ok: true, problem: None },
            Err(error) => Self { ok: false, problem: Some(error.to_string()) },
        }
    }
}

impl Monitor {
    /// Looks at everything once.
    pub async fn look(&self) -> Health {
        let database = Check::of(self.store.ping().await);
        let mut chains = BTreeMap::new();
        for (role, watched) in &self.chains {
            chains.insert(*role, watched.look().await);
        }
        let mut bridges = BTreeMap::new();
        for (name, bridge) in &self.bridges {
            bridges.insert(name.clone(), bridge.health().await);
        }
        let ready = database.ok
            && chains.values().all(|chain| chain.check.ok)
            && bridges.values().any(|bridge| bridge.ok);
        Health { live: true, ready, database, chains, bridges }
    }
}

impl Watched {
    async fn look(&self) -> ChainHealth {
        let mut health = ChainHealth {
            check: Check { ok: true, problem: None },
            chain_id: self.chain.id(),
            head: None,
            final_head: None,
            signer: self.account.map(|(signer, _)| signer),
            balance_wei: None,
        };
        if let Err(error) = self.fill(&mut health).await {
            health.check = Check::of(Err(error));
        }
        health
    }

    async fn fill(&self, health: &mut ChainHealth) -> Result<(), ChainError> {
        self.chain.check_id().await?;
        health.head = Some(self.chain.head().await?.number);
        health.final_head = self.chain.final_head().await?.map(|head| head.number);
        let Some((signer, minimum)) = self.account else { return Ok(()) };
        let balance = self.chain.balance(signer).await?;
        health.balance_wei = Some(balance.to_string());
        if balance < minimum {
            let problem =
                format!("{signer} holds {balance} wei, less than min_balance_wei {minimum}");
            health.check = Check { ok: false, problem: Some(problem) };
        }
        Ok(())
    }
}
