//! The workers of all bridges of a network.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use proofrail_evm::deployment::{DeploymentError, EvmChain};

use super::DevnetError;
use crate::{
    ccip, layerzero,
    workers::{Conduct, Pathway},
    wormhole,
};

/// Pause between two looks of the workers at the source chain.
const POLL: Duration = Duration::from_millis(100);

/// LayerZero's DVN and executor, Wormhole's guardians, and CCIP's committee and executor.
#[derive(Debug)]
pub struct BridgeWorkers {
    /// DVN and executor.
    pub layerzero: layerzero::workers::Workers,
    /// The guardians.
    pub wormhole: wormhole::workers::Workers,
    /// Committee and executor.
    pub ccip: ccip::workers::Workers,
    /// The guardians of messages from the destination to the source, where groups need them.
    pub way_back: Option<wormhole::workers::Workers>,
}

impl BridgeWorkers {
    /// Starts the workers that serve from `source` to `destination`. Their services listen where the source's sections
    /// say, and on free ports where they say nothing.
    ///
    /// # Errors
    /// [`DevnetError`].
    pub async fn start(
        source: &EvmChain,
        destination: &EvmChain,
        paused: bool,
    ) -> Result<Self, DevnetError> {
        let conduct = || Conduct::paused(paused);
        let pathway = pathway(source, destination, EvmChain::wormhole)?;
        let address = address(pathway.source.guardian_api.as_deref())?;
        let wormhole = wormhole::workers::Workers::start(pathway, address, conduct()).await?;
        let pathway = self::pathway(source, destination, EvmChain::ccip)?;
        let address = self::address(pathway.source.indexer.as_deref())?;
        let ccip = ccip::workers::Workers::start(pathway, address, conduct()).await?;
        let layerzero = start_layerzero(source, destination, paused).await?;
        let mut workers = Self { layerzero, wormhole, ccip, way_back: None };
        workers.start_way_back(source, destination).await?;
        Ok(workers)
    }

    /// Has guardians observe the destination too, where it has groups that tell the source. They serve where the
    /// destination's section says. Those that observe it already go on.
    ///
    /// # Errors
    /// [`DevnetError`].
    pub async fn start_way_back(
        &mut self,
        source: &EvmChain,
        destination: &EvmChain,
    ) -> Result<(), DevnetError> {
        if self.way_back.is_some() || destination.contracts.wormhole_group_sender.is_none() {
            return Ok(());
        }
        let pathway = pathway(destination, source, EvmChain::wormhole)?;
        let address = address(pathway.source.guardian_api.as_deref())?;
        let conduct = self.wormhole.conduct();
        let guardians = wormhole::workers::Workers::start(pathway, address, conduct).await?;
        self.way_back = Some(guardians);
        Ok(())
    }
}

/// Starts LayerZero's workers alone.
///
/// # Errors
/// [`DevnetError`].
pub async fn start_layerzero(
    source: &EvmChain,
    destination: &EvmChain,
    paused: bool,
) -> Result<layerzero::workers::Workers, DevnetError> {
    let pathway = pathway(source, destination, EvmChain::layerzero)?;
    let keys = layerzero::workers::Keys::development()?;
    Ok(layerzero::workers::Workers::start(pathway, keys, paused).await?)
}

fn pathway<S: Clone>(
    source: &EvmChain,
    destination: &EvmChain,
    bridge: impl Fn(&EvmChain) -> Result<&S, DeploymentError>,
) -> Result<Pathway<S>, DevnetError> {
    Ok(Pathway {
        source_rpc: source.rpc_url.clone(),
        source: bridge(source)?.clone(),
        destination_rpc: destination.rpc_url.clone(),
        destination: bridge(destination)?.clone(),
        first_block: 0,
        poll_every: POLL,
    })
}

/// The address in a URL that an earlier start wrote down; a free port without one.
fn address(url: Option<&str>) -> Result<SocketAddr, DevnetError> {
    let Some(url) = url else { return Ok((Ipv4Addr::LOCALHOST, 0).into()) };
    let address =
        url.strip_prefix("http://").and_then(|rest| rest.trim_end_matches('/').parse().ok());
    address.ok_or_else(|| DevnetError::ServiceUrl { url: url.to_owned() })
}
