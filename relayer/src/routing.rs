//! Which bridge carries a message: of those that can, the one that is cheapest when its fee, the relayer's own gas and the
//! time that it takes are counted in one currency. A bridge that is ill, too dear or too slow for the deadline is no
//! candidate; nor, where the payer's policy waits for more bridges, is one that would add nothing.
//!
//! A message that a bridge does not bring in time is given to another one too. It is paid once all the same: both arrive
//! under one settlement id, and the hub pays an id once.

mod price;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use alloy::primitives::U256;

pub use self::price::Prices;
use crate::{
    bridge::{BridgeAdapter, Message, Quote},
    clock::now_ms,
    hub::{Hub, Verdict},
    progress::Interrupt,
    reason::{FailReason, HoldReason},
    store::{Record, Store},
    submit::Account,
};

/// What stands for a bridge's name where any may be taken.
pub const AUTO: &str = "auto";

/// How many of a bridge's latest deliveries say how long it takes, and how many it needs to be believed.
const SAMPLES: u32 = 21;
const FEWEST_SAMPLES: usize = 3;

/// How bridges are chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoutingPolicy {
    /// How long a bridge may have a message before another is given it too.
    pub failover_after: Duration,
    /// The most bridges that one message takes because others did not bring it.
    pub max_bridges: u32,
    /// What coins, tokens and seconds are worth.
    pub prices: Prices,
    /// How long a bridge takes, by name, until enough of its deliveries were seen.
    pub typical: BTreeMap<String, Duration>,
    /// How long any other takes until then.
    pub typical_otherwise: Duration,
}

/// A bridge that could carry a message now.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The bridge.
    pub bridge: Arc<dyn BridgeAdapter>,
    /// Its fee.
    pub quote: Quote,
    /// Fee, own gas and time in millionths of the operator's currency.
    pub cost: U256,
}

/// Chooses bridges.
#[derive(Debug)]
pub struct Router {
    pub(crate) store: Arc<Store>,
    pub(crate) hub: Hub,
    pub(crate) bridges: BTreeMap<String, Arc<dyn BridgeAdapter>>,
    /// By EIP-155 chain id.
    pub(crate) accounts: BTreeMap<u64, Account>,
    /// EIP-155 id of the chain that messages are sent from.
    pub(crate) source: u64,
    pub(crate) policy: RoutingPolicy,
}

impl Router {
    /// The bridge of this name.
    ///
    /// # Errors
    /// [`HoldReason::BridgeUnavailable`] when it is no longer configured.
    pub fn bridge(&self, name: &str) -> Result<&dyn BridgeAdapter, Interrupt> {
        self.bridges.get(name).map(AsRef::as_ref).ok_or_else(|| {
            let problem = "it was accepted for this message but is no longer configured".to_owned();
            HoldReason::BridgeUnavailable { bridge: name.to_owned(), problem }.into()
        })
    }

    /// The bridges that could carry the message now and are none of `used`, best first: the record's own before all others,
    /// then by cost. Only that one where the request named it and nothing was sent.
    ///
    /// # Errors
    /// Why none can; the bridge's own reason where only one was asked.
    pub async fn candidates(
        &self,
        record: &Record,
        message: &Message,
        verdict: &Verdict,
        used: &[String],
    ) -> Result<Vec<Candidate>, Interrupt> {
        if record.pinned && used.is_empty() {
            let bridge = self.named(&record.bridge)?;
            let quote = self.takes_it(&bridge, message, verdict).await?;
            return Ok(vec![Candidate { bridge, quote, cost: U256::ZERO }]);
        }
        let mut found = Vec::new();
        let mut refused = Vec::new();
        for bridge in self.bridges.values().filter(|bridge| self.serves(bridge)) {
            if used.iter().any(|name| name == bridge.name()) {
                continue;
            }
            match self.consider(bridge, message, verdict).await {
                Ok(candidate) => found.push(candidate),
                Err(Interrupt::Store(error)) => return Err(error.into()),
                Err(problem) => refused.push((bridge.name(), problem)),
            }
        }
        if found.is_empty() {
            return Err(nobody(refused));
        }
        found.sort_by_key(|candidate| (candidate.bridge.name() != record.bridge, candidate.cost));
        Ok(found)
    }

    /// Whether the bridge carries messages of this size.
    ///
    /// # Errors
    /// [`FailReason::MessageTooLarge`], or a hold when the bridge does not say.
    pub async fn fits(
        &self,
        bridge: &dyn BridgeAdapter,
        message: &Message,
    ) -> Result<(), Interrupt> {
        let size = bridge.message_size(message);
        let max = bridge.max_message_size().await;
        let max = max.map_err(|error| Interrupt::of_bridge(bridge.name(), error))?;
        if size <= max {
            return Ok(());
        }
        let bridge = bridge.name().to_owned();
        Err(FailReason::MessageTooLarge { bridge, size, max }.into())
    }

    fn named(&self, name: &str) -> Result<Arc<dyn BridgeAdapter>, Interrupt> {
        self.bridge(name)?;
        self.bridges
            .get(name)
            .map(Arc::clone)
            .ok_or_else(|| HoldReason::internal("no bridge").into())
    }

    fn serves(&self, bridge: &Arc<dyn BridgeAdapter>) -> bool {
        bridge.supports(self.source, self.hub.chain().id())
    }

    async fn consider(
        &self,
        bridge: &Arc<dyn BridgeAdapter>,
        message: &Message,
        verdict: &Verdict,
    ) -> Result<Candidate, Interrupt> {
        let takes = self.takes(bridge.name()).await?;
        let left = message.settlement.deadline.saturating_sub(now_ms() / 1000);
        if takes.as_secs() >= left {
            let takes = takes.as_secs();
            let problem = format!("it takes about {takes} s and the deadline leaves {left} s");
            return Err(unavailable(bridge.as_ref(), problem));
        }
        let health = bridge.health().await;
        if !health.ok {
            return Err(unavailable(bridge.as_ref(), health.detail));
        }
        let quote = self.takes_it(bridge, message, verdict).await?;
        let cost = self.cost(bridge.as_ref(), &quote, takes).await?;
        Ok(Candidate { bridge: Arc::clone(bridge), quote, cost })
    }

    /// The fee of a bridge that takes the message, for no more than the operator allows.
    async fn takes_it(
        &self,
        bridge: &Arc<dyn BridgeAdapter>,
        message: &Message,
        verdict: &Verdict,
    ) -> Result<Quote, Interrupt> {
        let bridge = bridge.as_ref();
        self.fits(bridge, message).await?;
        self.helps(bridge, message, verdict).await?;
        let quote = bridge.quote(message).await;
        let quote = quote.map_err(|error| Interrupt::of_bridge(bridge.name(), error))?;
        let payer = self.accounts.get(&bridge.pays_on());
        let cap = payer.and_then(|account| account.max_bridge_fees.get(bridge.name()));
        let cap = cap.copied().unwrap_or_default();
        if quote.fee > cap {
            let quote = quote.fee;
            return Err(HoldReason::QuoteAboveCap { quote, cap }.into());
        }
        Ok(quote)
    }

    /// Whether an arrival over the bridge brings the message nearer to its payment.
    async fn helps(
        &self,
        bridge: &dyn BridgeAdapter,
        message: &Message,
        verdict: &Verdict,
    ) -> Result<(), Interrupt> {
        let &Verdict::Awaiting { policy, agreed, required } = verdict else { return Ok(()) };
        let vain = || HoldReason::AwaitingAgreement {
            policy,
            agreed,
            required,
            problem: format!("{} is none of its bridges, or has agreed", bridge.name()),
        };
        let via = bridge.receiver().ok_or_else(vain)?;
        match self.hub.dry_run(message, Some(via)).await? {
            Verdict::Awaiting { agreed: then, .. } if then <= agreed => Err(vain().into()),
            Verdict::Hold(reason) => Err(reason.into()),
            Verdict::Fail(reason) => Err(reason.into()),
            _ => Ok(()),
        }
    }

    async fn cost(
        &self,
        bridge: &dyn BridgeAdapter,
        quote: &Quote,
        takes: Duration,
    ) -> Result<U256, Interrupt> {
        let prices = &self.policy.prices;
        let destination = self.hub.chain().id();
        let coin =
            |chain| if chain == destination { prices.destination_coin } else { prices.source_coin };
        let fee = quote.token.map_or_else(|| coin(bridge.pays_on()), |_| prices.fee_token);
        let mut cost = price::of(quote.fee, fee).saturating_add(prices.of_time(takes));
        let gas = bridge.own_gas();
        for (chain, gas) in [(self.source, gas.source), (destination, gas.destination)] {
            let Some(account) = self.accounts.get(&chain).filter(|_| gas != 0) else { continue };
            let per_gas = account.chain.fees().await?.expected();
            let wei = U256::from(gas).saturating_mul(U256::from(per_gas));
            cost = cost.saturating_add(price::of(wei, coin(chain)));
        }
        Ok(cost)
    }

    /// The median of the latest deliveries, once there are enough.
    async fn takes(&self, name: &str) -> Result<Duration, Interrupt> {
        let mut seen = self.store.deliveries_of(name, SAMPLES).await?;
        if seen.len() < FEWEST_SAMPLES {
            let typical = self.policy.typical.get(name).copied();
            return Ok(typical.unwrap_or(self.policy.typical_otherwise));
        }
        seen.sort_unstable();
        Ok(seen[seen.len() / 2])
    }
}

fn unavailable(bridge: &dyn BridgeAdapter, problem: String) -> Interrupt {
    HoldReason::BridgeUnavailable { bridge: bridge.name().to_owned(), problem }.into()
}

/// Why no bridge takes the message.
fn nobody(mut refused: Vec<(&str, Interrupt)>) -> Interrupt {
    let hopeless = refused.iter().all(|(_, problem)| matches!(problem, Interrupt::Fail(_)));
    if (refused.len() == 1 || hopeless)
        && let Some((_, problem)) = refused.pop()
    {
        return problem;
    }
    let problems: Vec<_> =
        refused.iter().map(|(bridge, problem)| format!("{bridge}: {problem}")).collect();
    let problems = if problems.is_empty() {
        "every bridge of this relayer has the message".to_owned()
    } else {
        problems.join("; ")
    };
    HoldReason::NoBridge { problems }.into()
}
