//! The bridge that the demo takes.

use std::{fmt, str::FromStr};

use alloy::{primitives::B256, providers::Provider as _};
use proofrail_deploy::{
    ccip, devnet::Devnet, layerzero::workers::WorkerEvent as LayerZeroEvent, workers::WorkerEvent,
};
use proofrail_relayer::api::SettlementView;
use tokio::sync::broadcast::Receiver;

use super::error::{DemoError, at};

/// One of the three bridges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bridge {
    /// LayerZero V2.
    #[default]
    LayerZero,
    /// Wormhole.
    Wormhole,
    /// Chainlink CCIP 2.0.
    Ccip,
}

/// No bridge has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is none of layerzero, wormhole and ccip")]
pub struct UnknownBridge(String);

impl FromStr for Bridge {
    type Err = UnknownBridge;

    fn from_str(name: &str) -> Result<Self, UnknownBridge> {
        [Self::LayerZero, Self::Wormhole, Self::Ccip]
            .into_iter()
            .find(|bridge| bridge.key() == name)
            .ok_or_else(|| UnknownBridge(name.to_owned()))
    }
}

impl fmt::Display for Bridge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LayerZero => "LayerZero",
            Self::Wormhole => "Wormhole",
            Self::Ccip => "CCIP",
        })
    }
}

impl Bridge {
    /// Its name in the relayer's configuration.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::LayerZero => "layerzero",
            Self::Wormhole => "wormhole",
            Self::Ccip => "ccip",
        }
    }

    /// Who brings the message over.
    pub(super) const fn carries(self) -> &'static str {
        match self {
            Self::LayerZero => "LayerZero: the DVN attests, the executor delivers, the hub pays",
            Self::Wormhole => "Wormhole: 13 guardians sign, the relayer delivers, the hub pays",
            Self::Ccip => "CCIP: the committee attests, the executor delivers, the hub pays",
        }
    }

    /// Whether the relayer needs a key on the destination.
    pub(super) const fn delivers_itself(self) -> bool {
        matches!(self, Self::Wormhole)
    }

    /// What happens on the bridge from now on.
    pub(super) fn listen(self, devnet: &Devnet) -> Events {
        match self {
            Self::LayerZero => Events::LayerZero(devnet.workers().subscribe()),
            Self::Wormhole => Events::Wormhole,
            Self::Ccip => Events::Ccip(devnet.ccip().subscribe()),
        }
    }
}

/// What the bridge's workers do.
pub(super) enum Events {
    LayerZero(Receiver<LayerZeroEvent>),
    /// Guardians send no transactions.
    Wormhole,
    Ccip(Receiver<ccip::workers::WorkerEvent>),
}

impl Events {
    /// Gas of the transactions that brought a message over, and a word on each.
    pub(super) async fn gas(
        &mut self,
        devnet: &Devnet,
        settled: &SettlementView,
    ) -> Result<(u64, String), DemoError> {
        match self {
            Self::LayerZero(events) => layerzero_gas(events).await,
            Self::Wormhole => {
                let gas = own_gas(devnet, settled).await?;
                Ok((gas, format!("deliver with 13 signatures and settle {gas} gas")))
            }
            Self::Ccip(events) => {
                let gas = ccip_gas(events).await?;
                Ok((gas, format!("execute and settle {gas} gas")))
            }
        }
    }
}

/// What the three transactions of LayerZero's workers used.
async fn layerzero_gas(events: &mut Receiver<LayerZeroEvent>) -> Result<(u64, String), DemoError> {
    let (mut attested, mut committed) = (0, 0);
    loop {
        match events.recv().await.map_err(at("hear from the bridge's workers"))? {
            WorkerEvent::Attested(step) => attested = step.gas_used,
            WorkerEvent::Committed(step) => committed = step.gas_used,
            WorkerEvent::Delivered(step) => {
                let delivered = step.gas_used;
                let note = format!(
                    "attest {attested} + commit {committed} + deliver and settle {delivered} gas"
                );
                return Ok((attested + committed + delivered, note));
            }
            other => return Err(refused(&other)),
        }
    }
}

async fn ccip_gas(events: &mut Receiver<ccip::workers::WorkerEvent>) -> Result<u64, DemoError> {
    loop {
        match events.recv().await.map_err(at("hear from the bridge's workers"))? {
            WorkerEvent::Signed { .. } => {}
            WorkerEvent::Delivered(step) => return Ok(step.gas_used),
            other => return Err(refused(&other)),
        }
    }
}

fn refused(event: &impl fmt::Debug) -> DemoError {
    DemoError::unexpected("carry the message", format!("{event:?}"))
}

/// Gas of the relayer's own delivery.
async fn own_gas(devnet: &Devnet, settled: &SettlementView) -> Result<u64, DemoError> {
    let step = "read the delivery";
    let hashes = settled.transactions.iter().filter(|sent| sent.kind == "deliver");
    let hash: Option<B256> = hashes.filter_map(|sent| sent.hashes.last().copied()).next_back();
    let hash = hash.ok_or_else(|| DemoError::unexpected(step, "the relayer delivered nothing"))?;
    let reader = devnet.destination_reader().map_err(at(step))?;
    let receipt = reader.get_transaction_receipt(hash).await.map_err(at(step))?;
    receipt
        .map(|receipt| receipt.gas_used)
        .ok_or_else(|| DemoError::unexpected(step, format!("{hash} is not in a block")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bridges_are_known_by_the_names_of_the_configuration() {
        for bridge in [Bridge::LayerZero, Bridge::Wormhole, Bridge::Ccip] {
            assert_eq!(bridge.key().parse(), Ok(bridge));
        }
        assert!("pigeon".parse::<Bridge>().is_err());
    }
}
