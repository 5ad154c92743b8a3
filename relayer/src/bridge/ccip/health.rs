//! Whether CCIP is expected to carry a message that is sent now.

use alloy::{eips::BlockId, primitives::FixedBytes};
use proofrail_evm::{
    ccip::{
        Finality,
        abi::{OffRamp as IOffRamp, Rmn as IRmn, Router as IRouter},
    },
    contracts::{CcipReceiver, CcipSender},
};

use super::CcipAdapter;
use crate::bridge::{BridgeError, BridgeHealth};

impl CcipAdapter {
    pub(super) async fn check(&self) -> Result<BridgeHealth, BridgeError> {
        let detail = match self.trouble().await? {
            Some(detail) => detail,
            None => {
                let detail = "both peers are set and the lane is open".into();
                return Ok(BridgeHealth { ok: true, detail });
            }
        };
        Ok(BridgeHealth { ok: false, detail })
    }

    async fn trouble(&self) -> Result<Option<String>, BridgeError> {
        if let Some(detail) = self.peers().await? {
            return Ok(Some(detail));
        }
        if let Some(detail) = self.lane().await? {
            return Ok(Some(detail));
        }
        if let Some(detail) = self.receiver.trouble().await? {
            return Ok(Some(detail));
        }
        self.finality_refused().await
    }

    async fn peers(&self) -> Result<Option<String>, BridgeError> {
        let latest = BlockId::latest();
        let (from, to) = (self.near.chain_selector, self.far.chain_selector);
        let out = self.source.call(self.sender, &CcipSender::peersCall { chain: to }, latest).await;
        let out = out.map_err(BridgeError::from_call("CcipSender.peers"))?;
        let call = CcipReceiver::peersCall { chain: from };
        let back = self.destination.call(self.receiver.address, &call, latest).await;
        let back = back.map_err(BridgeError::from_call("CcipReceiver.peers"))?;
        Ok(if out != self.receiver.address.into_word() {
            Some(format!("the sender's peer for chain {to} is {out}, not the receiver"))
        } else if back != self.sender.into_word() {
            Some(format!("the receiver's peer for chain {from} is {back}, not the sender"))
        } else {
            None
        })
    }

    async fn lane(&self) -> Result<Option<String>, BridgeError> {
        let latest = BlockId::latest();
        let (from, to) = (self.near.chain_selector, self.far.chain_selector);
        let call = IRouter::getOnRampCall { destChainSelector: to };
        let on_ramp = self.source.call(self.near.router, &call, latest).await;
        let on_ramp = on_ramp.map_err(BridgeError::from_call("Router.getOnRamp"))?;
        if on_ramp != self.near.on_ramp {
            return Ok(Some(format!(
                "the router's onramp to chain {to} is {on_ramp}, not the deployment's"
            )));
        }
        let call = IRouter::isOffRampCall { sourceChainSelector: from, offRamp: self.far.off_ramp };
        let known = self.destination.call(self.far.router, &call, latest).await;
        if !known.map_err(BridgeError::from_call("Router.isOffRamp"))? {
            return Ok(Some(
                "the destination's router does not know the deployment's offramp".into(),
            ));
        }
        let call = IOffRamp::getSourceChainConfigCall { sourceChainSelector: from };
        let lane = self.destination.call(self.far.off_ramp, &call, latest).await;
        if !lane.map_err(BridgeError::from_call("OffRamp.getSourceChainConfig"))?.isEnabled {
            return Ok(Some(format!("the offramp takes nothing from chain {from}")));
        }
        let cursed = |selector: u64| IRmn::isCursedCall {
            subject: FixedBytes(u128::from(selector).to_be_bytes()),
        };
        let near = self.source.call(self.near.rmn, &cursed(to), latest).await;
        let far = self.destination.call(self.far.rmn, &cursed(from), latest).await;
        let refused = BridgeError::from_call("RMN.isCursed");
        let near = near.map_err(refused)?;
        let far = far.map_err(BridgeError::from_call("RMN.isCursed"))?;
        Ok((near || far).then(|| "CCIP has stopped the lane".to_owned()))
    }

    /// The receiver may refuse messages that are attested before they are final.
    async fn finality_refused(&self) -> Result<Option<String>, BridgeError> {
        if self.finality == Finality::Finalized {
            return Ok(None);
        }
        let call = CcipReceiver::getCCVsAndFinalityConfigCall {
            chain: self.near.chain_selector,
            _1: self.sender.into_word().into(),
        };
        let config = self.destination.call(self.receiver.address, &call, BlockId::latest()).await;
        let config = config.map_err(BridgeError::from_call("CcipReceiver finality"))?;
        let allowed = u32::from_be_bytes(config._3.0);
        let safe = u32::from_be_bytes(Finality::Safe.encode());
        let taken = match self.finality {
            Finality::Finalized => true,
            Finality::Safe => allowed & safe != 0,
            Finality::Depth(depth) => {
                let least = allowed & u32::from(u16::MAX);
                least != 0 && u32::from(depth) >= least
            }
        };
        Ok((!taken).then(|| {
            "the receiver refuses messages of the configured finality; see setVerification".into()
        }))
    }
}
