//! Wormhole: our sender publishes on the source's core bridge, nineteen guardians sign, and the relayer itself brings the
//! VAA to our receiver. Guardians deliver nothing.
//!
//! A VAA that a service hands out is compared with what the source chain published, and its signatures with the guardians
//! that the destination's core bridge trusts, before a transaction is paid for it.

mod contracts;

use std::{collections::BTreeMap, sync::Arc};

use alloy::{
    eips::BlockId,
    primitives::{Address, B256, Bytes, U256},
    rpc::types::TransactionReceipt,
    sol_types::{SolCall, SolEvent},
};
use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use proofrail_evm::{
    contracts::{WormholeReceiver, WormholeSender},
    vaa::{Body, Vaa},
};
use serde::Deserialize;

use self::contracts::ICoreBridge;
use super::{
    BridgeAdapter, BridgeError, BridgeHealth, Call, Delivery, Message, OwnGas, Quote, Sent,
    attestation::Services,
    receiver::{Receiver, wire},
};
use crate::{chain::Chain, clock::now_ms, config::Route};

/// The adapter's name.
pub(super) const NAME: &str = "wormhole";

/// go-ethereum's limit on one transaction, less the VAA's signatures and what is not calldata.
const MAX_PAYLOAD: usize = 128 * 1024 - 4096;

/// Carries messages over Wormhole.
#[derive(Clone, Debug)]
pub struct WormholeAdapter {
    source: Arc<Chain>,
    destination: Arc<Chain>,
    source_id: u16,
    source_core: Address,
    destination_core: Address,
    sender: Address,
    receiver: Receiver,
    guardians: Services,
}

/// The guardians' answer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SignedVaa {
    vaa_bytes: String,
}

impl WormholeAdapter {
    /// The adapter of a route.
    ///
    /// # Errors
    /// [`BridgeError::NotDeployed`] where the deployment lacks Wormhole, our sender or our receiver, and
    /// [`BridgeError::Section`] where nobody says where VAAs are fetched.
    pub fn build(route: &Route) -> Result<Arc<dyn BridgeAdapter>, BridgeError> {
        const KEY: &str = "wormhole.guardian_apis";
        let section = route.sections.wormhole.as_ref().ok_or(BridgeError::NoSection(NAME))?;
        let (from, to) = (&route.deployment.source, &route.deployment.destination);
        let known = from.wormhole()?.guardian_api.as_ref();
        let guardians = Services::new(KEY, &section.guardian_apis, known)?;
        if guardians.is_empty() {
            let problem = "name at least one service that hands out VAAs".to_owned();
            return Err(BridgeError::Section { key: KEY, problem });
        }
        Ok(Arc::new(Self {
            source: Arc::clone(&route.source),
            destination: Arc::clone(&route.destination),
            source_id: from.wormhole()?.chain_id,
            source_core: from.wormhole()?.core_bridge,
            destination_core: to.wormhole()?.core_bridge,
            sender: from.wormhole_sender()?,
            receiver: Receiver {
                chain: Arc::clone(&route.destination),
                address: to.wormhole_receiver()?,
                token: to.contracts.token,
            },
            guardians,
        }))
    }

    /// What the guardians must have signed, as the source chain itself has it.
    async fn observe(&self, sent: &Sent) -> Result<Body, BridgeError> {
        const EVENT: &str = "LogMessagePublished";
        let (block, sequence) = (sent.source_block, sequence(sent.id));
        let payload = wire(&sent.message);
        let gone = || BridgeError::NotOnSource { block, event: EVENT };
        let found = self
            .source
            .newest_event::<ICoreBridge::LogMessagePublished>(
                self.source_core,
                self.sender.into_word(),
                block,
                block,
                |event| event.sequence == sequence && event.payload == payload,
            )
            .await?;
        let (event, _) = found.ok_or_else(gone)?;
        let head = self.source.block_at(block).await?.ok_or_else(gone)?;
        Ok(Body {
            // Wormhole's time has 32 bits.
            timestamp: u32::try_from(head.timestamp).unwrap_or(u32::MAX),
            nonce: event.nonce,
            emitter_chain: self.source_id,
            emitter: self.sender.into_word(),
            sequence,
            consistency_level: event.consistencyLevel,
            payload,
        })
    }

    async fn is_consumed(&self, sequence: u64) -> Result<bool, BridgeError> {
        let (chain, emitter) = (u64::from(self.source_id), self.sender.into_word());
        let call = WormholeReceiver::isConsumedCall { chain, emitter, sequence };
        let consumed = self.destination.call(self.receiver.address, &call, BlockId::latest()).await;
        consumed.map_err(BridgeError::from_call("WormholeReceiver.isConsumed"))
    }

    /// A VAA of `body` that the destination's core bridge would believe.
    async fn fetch(&self, body: &Body) -> Result<Option<Vaa>, BridgeError> {
        let path = format!(
            "/v1/signed_vaa/{}/{}/{}",
            body.emitter_chain,
            alloy::hex::encode(body.emitter),
            body.sequence
        );
        let trusted = self.guardian_sets().await?;
        self.guardians.fetch(&path, |answer: SignedVaa| read(&answer, body, &trusted)).await
    }

    /// The guardians of today, and those before them while they are still trusted, by the index of their set.
    async fn guardian_sets(&self) -> Result<BTreeMap<u32, Vec<Address>>, BridgeError> {
        let (core, latest) = (self.destination_core, BlockId::latest());
        let call = ICoreBridge::getCurrentGuardianSetIndexCall {};
        let current = self.destination.call(core, &call, latest).await;
        let current = current.map_err(BridgeError::from_call("getCurrentGuardianSetIndex"))?;
        let mut sets = BTreeMap::new();
        for index in current.saturating_sub(1)..=current {
            let call = ICoreBridge::getGuardianSetCall { index };
            let set = self.destination.call(core, &call, latest).await;
            let set = set.map_err(BridgeError::from_call("Wormhole.getGuardianSet"))?;
            let expires = u64::from(set.expirationTime);
            if expires == 0 || expires >= now_ms() / 1000 {
                sets.insert(index, set.keys);
            }
        }
        Ok(sets)
    }

    async fn check(&self) -> Result<BridgeHealth, BridgeError> {
        let latest = BlockId::latest();
        let chain = u64::from(self.source_id);
        let peer = self
            .destination
            .call(self.receiver.address, &WormholeReceiver::peersCall { chain }, latest)
            .await
            .map_err(BridgeError::from_call("WormholeReceiver.peers"))?;
        let near = self
            .source
            .call(self.sender, &WormholeSender::coreBridgeCall {}, latest)
            .await
            .map_err(BridgeError::from_call("WormholeSender.coreBridge"))?;
        let far = self
            .destination
            .call(self.receiver.address, &WormholeReceiver::coreBridgeCall {}, latest)
            .await
            .map_err(BridgeError::from_call("WormholeReceiver.coreBridge"))?;
        let served = self
            .source
            .call(self.source_core, &ICoreBridge::chainIdCall {}, latest)
            .await
            .map_err(BridgeError::from_call("Wormhole.chainId"))?;
        let detail = if peer != self.sender.into_word() {
            format!("the receiver's emitter for chain {chain} is {peer}, not the sender")
        } else if near != self.source_core || far != self.destination_core {
            format!(
                "sender and receiver use the core bridges {near} and {far}, not the deployment's"
            )
        } else if served != self.source_id {
            format!("the source's core bridge is that of chain {served}, not {chain}")
        } else if let Some(trouble) = self.receiver.trouble().await? {
            trouble
        } else if let Err(problem) = self.guardians.reachable("/v1/heartbeats").await {
            format!("no service hands out VAAs: {problem}")
        } else {
            return Ok(BridgeHealth {
                ok: true,
                detail: "the receiver's emitter is set and VAAs are handed out".into(),
            });
        };
        Ok(BridgeHealth { ok: false, detail })
    }
}

#[async_trait]
impl BridgeAdapter for WormholeAdapter {
    fn name(&self) -> &'static str {
        NAME
    }

    fn supports(&self, source: u64, destination: u64) -> bool {
        (source, destination) == (self.source.id(), self.destination.id())
    }

    fn pays_on(&self) -> u64 {
        self.source.id()
    }

    fn delivers_on(&self) -> Option<u64> {
        Some(self.destination.id())
    }

    async fn max_message_size(&self) -> Result<usize, BridgeError> {
        Ok(MAX_PAYLOAD)
    }

    fn message_size(&self, message: &Message) -> usize {
        wire(message).len()
    }

    async fn quote(&self, message: &Message) -> Result<Quote, BridgeError> {
        let call = WormholeSender::quoteCall { message: wire(message) };
        let fee = self.source.call(self.sender, &call, BlockId::latest()).await;
        Ok(Quote::coins(fee.map_err(BridgeError::from_call("WormholeSender.quote"))?))
    }

    fn own_gas(&self) -> OwnGas {
        OwnGas { source: 130_000, destination: 460_000 }
    }

    fn receiver(&self) -> Option<Address> {
        Some(self.receiver.address)
    }

    fn send(&self, message: &Message, quote: Quote, refund_to: Address) -> Call {
        let call = WormholeSender::sendCall { message: wire(message), refundAddress: refund_to };
        Call { value: quote.fee, ..Call::plain(self.source.id(), self.sender, call.abi_encode()) }
    }

    /// The sequence: with our sender on its chain it names the message.
    fn message_id(
        &self,
        message: &Message,
        receipt: &TransactionReceipt,
    ) -> Result<B256, BridgeError> {
        receipt
            .logs()
            .iter()
            .filter(|log| log.address() == self.sender)
            .filter_map(|log| WormholeSender::SettlementSent::decode_log(&log.inner).ok())
            .find(|sent| sent.settlementId == message.id)
            .map(|sent| U256::from(sent.sequence).into())
            .ok_or(BridgeError::NotInReceipt {
                transaction: receipt.transaction_hash,
                event: "SettlementSent",
            })
    }

    async fn verify_delivery(&self, sent: &Sent) -> Result<Delivery, BridgeError> {
        if !self.is_consumed(sequence(sent.id)).await? {
            return Ok(Delivery::InFlight);
        }
        let guid = self.observe(sent).await?.digest();
        Ok(self.receiver.stored(guid, sent.from).await?.unwrap_or(Delivery::InFlight))
    }

    async fn deliver(&self, sent: &Sent, delivery: &Delivery) -> Result<Option<Call>, BridgeError> {
        let body = self.observe(sent).await?;
        if matches!(delivery, Delivery::Stored { .. }) {
            return self.receiver.retry(body.digest(), sent).await;
        }
        if self.is_consumed(body.sequence).await? {
            return Ok(None);
        }
        let vaa = self.fetch(&body).await?;
        Ok(vaa.map(|vaa| {
            let call = WormholeReceiver::executeVAAv1Call { vaa: Bytes::from(vaa.encode()) };
            Call::plain(self.destination.id(), self.receiver.address, call.abi_encode())
        }))
    }

    async fn health(&self) -> BridgeHealth {
        self.check()
            .await
            .unwrap_or_else(|error| BridgeHealth { ok: false, detail: error.to_string() })
    }
}

/// The VAA of an answer, if it is of this body and a quorum of trusted guardians signed it.
fn read(
    answer: &SignedVaa,
    body: &Body,
    trusted: &BTreeMap<u32, Vec<Address>>,
) -> Result<Vaa, String> {
    let bytes = STANDARD.decode(&answer.vaa_bytes).map_err(|error| error.to_string())?;
    let vaa = Vaa::decode(&bytes).map_err(|error| error.to_string())?;
    if vaa.body != *body {
        return Err("the VAA is of another message than the source chain published".to_owned());
    }
    let set = vaa.guardian_set;
    let guardians = trusted.get(&set);
    let guardians = guardians.ok_or_else(|| format!("guardian set {set} is not trusted"))?;
    vaa.check(guardians).map_err(|error| error.to_string())?;
    Ok(vaa)
}

/// The sequence that a message id is.
fn sequence(id: B256) -> u64 {
    U256::from_be_bytes(id.0).saturating_to()
}
