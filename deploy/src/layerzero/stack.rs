//! Deployment of LayerZero V2's contracts on one chain and their wiring to a remote one.

use alloy::{
    primitives::{Address, Bytes, U256},
    providers::DynProvider,
};
use proofrail_evm::deployment::LayerZero;

use super::{
    abi::{
        Dvn, EndpointV2, Executor, ExecutorConfig, PriceFeed, ReceiveUln302, SendUln302,
        SetDefaultExecutorConfigParam, SetDefaultUlnConfigParam, UlnConfig,
    },
    artifacts::Contract,
    options::LzReceive,
};
use crate::{
    artifacts::{ArtifactError, Artifacts},
    rpc::{EvmError, deploy, transact},
};

/// Gas that the send library gives the treasury, as on the public chains.
const TREASURY_GAS: u64 = 200_000;
/// Most that the treasury may charge, in wei, as on the public chains.
const TREASURY_FEE_CAP: u64 = 100_000_000_000_000_000;
/// Smallest units in one native coin.
const NATIVE_DECIMALS_RATE: u64 = 1_000_000_000_000_000_000;
/// `PriceFeed`'s denominator: both chains' coins are worth the same here.
const PRICE_RATIO_ONE: u128 = 100_000_000_000_000_000_000;
/// The destination's gas price that fees are computed with, in wei.
const GAS_PRICE: u64 = 1_000_000_000;
/// Calldata gas per byte that fees are computed with.
const GAS_PER_BYTE: u32 = 16;
/// Gas that the executor and the DVN charge beside what the sender asks for.
const WORKER_BASE_GAS: u64 = 100_000;
/// What workers charge above their cost, in basis points of it.
const MULTIPLIER_BPS: u16 = 12_000;
/// Most native coin that a sender may ask the executor to hand over, in wei.
const NATIVE_CAP: u128 = 1_000_000_000_000_000_000;
/// `PriceFeed` keys its prices by this remainder: V2 endpoint ids are V1 ids plus 30,000.
const V1_EID_MODULUS: u32 = 30_000;

/// How one chain's LayerZero is configured.
#[derive(Clone, Debug)]
pub struct StackOptions {
    /// Endpoint id of the chain; V2 ids are 30,000 or more.
    pub local_eid: u32,
    /// Endpoint id of the only remote chain.
    pub remote_eid: u32,
    /// Source blocks that the DVN waits for after a packet's block.
    pub confirmations: u64,
    /// Longest message in bytes.
    pub max_message_size: u32,
    /// Whose signatures the DVN accepts.
    pub dvn_signer: Address,
    /// Who may submit the DVN's attestations.
    pub dvn_admin: Address,
    /// Who may execute packets.
    pub executor_admin: Address,
}

/// Why LayerZero could not be deployed.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// Its code could not be read.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// A transaction or a call failed.
    #[error(transparent)]
    Evm(#[from] EvmError),
    /// An endpoint id is not one of V2.
    #[error("endpoint id {0} is not one of LayerZero V2: use {V1_EID_MODULUS} or more")]
    Eid(u32),
    /// What was written is not what is read back.
    #[error("{0} is not configured as written")]
    NotConfigured(&'static str),
}

/// Deploys the stack on the chain of `provider`, which signs as `owner`, and reads it back.
///
/// # Errors
/// [`StackError`]; nothing is undone, since a development chain is thrown away.
pub async fn deploy_stack(
    provider: &DynProvider,
    owner: Address,
    artifacts: &Artifacts,
    options: &StackOptions,
) -> Result<LayerZero, StackError> {
    if let Some(&eid) =
        [options.local_eid, options.remote_eid].iter().find(|eid| **eid < V1_EID_MODULUS)
    {
        return Err(StackError::Eid(eid));
    }
    let deployment = Deployment { provider, owner, artifacts, options };
    let stack = deployment.create_contracts().await?;
    deployment.set_up_executor(&stack).await?;
    deployment.set_up_dvn(&stack).await?;
    // A library can only become a default once it supports the remote chain.
    deployment.configure_libraries(&stack).await?;
    deployment.register_libraries(&stack).await?;
    deployment.read_back(&stack).await?;
    Ok(stack)
}

struct Deployment<'a> {
    provider: &'a DynProvider,
    owner: Address,
    artifacts: &'a Artifacts,
    options: &'a StackOptions,
}

/// Sends a contract call as a transaction, named after its function.
macro_rules! send {
    ($self:ident, $contract:literal, $call:expr) => {
        transact($self.provider, concat!("configure ", $contract), $call.into_transaction_request())
            .await?
    };
}

impl Deployment<'_> {
    async fn create_contracts(&self) -> Result<LayerZero, StackError> {
        let StackOptions { local_eid: eid, dvn_signer, dvn_admin, .. } = *self.options;
        let rate = U256::from(NATIVE_DECIMALS_RATE);
        let endpoint = self.create(Contract::EndpointV2, &(eid, self.owner)).await?;
        let price_feed = self.create_price_feed(endpoint).await?;
        let limits = (endpoint, U256::from(TREASURY_GAS), U256::from(TREASURY_FEE_CAP));
        let send_uln302 = self.create(Contract::SendUln302, &limits).await?;
        let receive_uln302 = self.create(Contract::ReceiveUln302, &(endpoint,)).await?;
        let executor = self.create(Contract::Executor, &()).await?;
        let quorum = 1_u64;
        let admins = vec![self.owner, dvn_admin];
        let dvn = (eid, eid, vec![send_uln302], price_feed, vec![dvn_signer], quorum, admins);
        let dvn = self.create(Contract::Dvn, &dvn).await?;

        let library = self.create(Contract::ExecutorFeeLib, &(eid, rate)).await?;
        let admins = vec![self.owner, self.options.executor_admin];
        let worker = Executor::new(executor, self.provider);
        let libraries = vec![send_uln302];
        let call =
            worker.initialize(endpoint, Address::ZERO, libraries, price_feed, self.owner, admins);
        send!(self, "Executor", call);
        send!(self, "Executor", worker.setWorkerFeeLib(library));

        let library = self.create(Contract::DvnFeeLib, &(eid, rate)).await?;
        send!(self, "DVN", Dvn::new(dvn, self.provider).setWorkerFeeLib(library));
        Ok(LayerZero {
            eid,
            endpoint,
            send_uln302,
            receive_uln302,
            price_feed: Some(price_feed),
            executor,
            dvn,
        })
    }

    async fn create<A>(&self, contract: Contract, arguments: &A) -> Result<Address, StackError>
    where
        A: alloy::sol_types::SolValue,
        for<'a> <A::SolType as alloy::sol_types::SolType>::Token<'a>:
            alloy::sol_types::abi::TokenSeq<'a>,
    {
        let code = self.artifacts.creation_code(&contract.file(), arguments)?;
        Ok(deploy(self.provider, &format!("LayerZero's {contract:?}"), code).await?)
    }

    async fn create_price_feed(&self, endpoint: Address) -> Result<Address, StackError> {
        let address = self.create(Contract::PriceFeed, &()).await?;
        let feed = PriceFeed::new(address, self.provider);
        send!(self, "PriceFeed", feed.initialize(self.owner));
        send!(self, "PriceFeed", feed.setEndpoint(endpoint));
        let price = PriceFeed::Price {
            priceRatio: PRICE_RATIO_ONE,
            gasPriceInUnit: GAS_PRICE,
            gasPerByte: GAS_PER_BYTE,
        };
        let eid = self.options.remote_eid % V1_EID_MODULUS;
        send!(self, "PriceFeed", feed.setPrice(vec![PriceFeed::UpdatePrice { eid, price }]));
        Ok(address)
    }

    async fn set_up_executor(&self, stack: &LayerZero) -> Result<(), StackError> {
        let destination = Executor::DstConfigParam {
            dstEid: self.options.remote_eid,
            lzReceiveBaseGas: WORKER_BASE_GAS,
            lzComposeBaseGas: WORKER_BASE_GAS,
            multiplierBps: MULTIPLIER_BPS,
            floorMarginUSD: 0,
            nativeCap: NATIVE_CAP,
        };
        let executor = Executor::new(stack.executor, self.provider);
        send!(self, "Executor", executor.setDstConfig(vec![destination]));
        Ok(())
    }

    async fn set_up_dvn(&self, stack: &LayerZero) -> Result<(), StackError> {
        let destination = Dvn::DstConfigParam {
            dstEid: self.options.remote_eid,
            gas: WORKER_BASE_GAS,
            multiplierBps: MULTIPLIER_BPS,
            floorMarginUSD: 0,
        };
        send!(self, "DVN", Dvn::new(stack.dvn, self.provider).setDstConfig(vec![destination]));
        Ok(())
    }

    async fn configure_libraries(&self, stack: &LayerZero) -> Result<(), StackError> {
        let eid = self.options.remote_eid;
        let send_library = SendUln302::new(stack.send_uln302, self.provider);
        let treasury = self.create(Contract::Treasury, &()).await?;
        send!(self, "SendUln302", send_library.setTreasury(treasury));
        let config = ExecutorConfig {
            maxMessageSize: self.options.max_message_size,
            executor: stack.executor,
        };
        let config = vec![SetDefaultExecutorConfigParam { eid, config }];
        send!(self, "SendUln302", send_library.setDefaultExecutorConfigs(config));

        let uln = || vec![SetDefaultUlnConfigParam { eid, config: self.uln_config(stack) }];
        send!(self, "SendUln302", send_library.setDefaultUlnConfigs(uln()));
        let receive_library = ReceiveUln302::new(stack.receive_uln302, self.provider);
        send!(self, "ReceiveUln302", receive_library.setDefaultUlnConfigs(uln()));
        Ok(())
    }

    fn uln_config(&self, stack: &LayerZero) -> UlnConfig {
        UlnConfig {
            confirmations: self.options.confirmations,
            requiredDVNCount: 1,
            optionalDVNCount: 0,
            optionalDVNThreshold: 0,
            requiredDVNs: vec![stack.dvn],
            optionalDVNs: Vec::new(),
        }
    }

    async fn register_libraries(&self, stack: &LayerZero) -> Result<(), StackError> {
        let eid = self.options.remote_eid;
        let endpoint = EndpointV2::new(stack.endpoint, self.provider);
        send!(self, "EndpointV2", endpoint.registerLibrary(stack.send_uln302));
        send!(self, "EndpointV2", endpoint.registerLibrary(stack.receive_uln302));
        send!(self, "EndpointV2", endpoint.setDefaultSendLibrary(eid, stack.send_uln302));
        let no_grace = U256::ZERO;
        let call = endpoint.setDefaultReceiveLibrary(eid, stack.receive_uln302, no_grace);
        send!(self, "EndpointV2", call);
        Ok(())
    }

    /// Reads the configuration back; above all, that both workers charge a fee, since a price
    /// under the wrong key makes every fee zero without an error.
    async fn read_back(&self, stack: &LayerZero) -> Result<(), StackError> {
        let remote = self.options.remote_eid;
        let endpoint = EndpointV2::new(stack.endpoint, self.provider);
        let supported = endpoint.isSupportedEid(remote).call().await;
        require(supported.map_err(EvmError::contract("isSupportedEid"))?, "EndpointV2")?;

        let uln = SendUln302::new(stack.send_uln302, self.provider);
        let uln = uln.getUlnConfig(self.owner, remote).call().await;
        let uln = uln.map_err(EvmError::contract("SendUln302.getUlnConfig"))?;
        require(uln == self.uln_config(stack), "SendUln302")?;
        let uln = ReceiveUln302::new(stack.receive_uln302, self.provider);
        let uln = uln.getUlnConfig(self.owner, remote).call().await;
        let uln = uln.map_err(EvmError::contract("ReceiveUln302.getUlnConfig"))?;
        require(uln == self.uln_config(stack), "ReceiveUln302")?;

        let confirmations = self.options.confirmations;
        let dvn = Dvn::new(stack.dvn, self.provider);
        let fee = dvn.getFee(remote, confirmations, self.owner, Bytes::new()).call().await;
        require(!fee.map_err(EvmError::contract("DVN.getFee"))?.is_zero(), "the DVN's fee")?;

        // The executor's own options have no type in front of them.
        let options = LzReceive { gas: 1, value: 0 }.encode().slice(2..);
        let executor = Executor::new(stack.executor, self.provider);
        let fee = executor.getFee(remote, self.owner, U256::ZERO, options).call().await;
        require(
            !fee.map_err(EvmError::contract("Executor.getFee"))?.is_zero(),
            "the executor's fee",
        )
    }
}

fn require(holds: bool, what: &'static str) -> Result<(), StackError> {
    if holds { Ok(()) } else { Err(StackError::NotConfigured(what)) }
}
