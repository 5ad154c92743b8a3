//! Deployment of CCIP 2.0's contracts on one chain, with a lane to a remote one and one from it.

use alloy::{
    primitives::{Address, Bytes, FixedBytes, U256, aliases::U96, aliases::U224},
    providers::DynProvider,
    signers::local::PrivateKeySigner,
    sol_types::{SolType, SolValue, abi::TokenSeq},
};
use proofrail_evm::{ccip::Finality, contracts::DevToken, deployment::Ccip};

use super::{
    abi::{CommitteeVerifier, Executor, FeeQuoter, OffRamp, OnRamp, Resolver, Router},
    artifacts::Contract,
};
use crate::{
    accounts,
    artifacts::{ArtifactError, Artifacts},
    rpc::{EvmError, deploy, transact},
};

/// Members of a development network's committee, and how many of them must sign.
pub const COMMITTEE: u8 = 4;
/// Signatures that a message needs.
pub const THRESHOLD: u8 = 3;
/// `bytes4(keccak256("CCIP ChainFamilySelector EVM"))`, as CCIP names chains with the EVM.
const EVM_FAMILY: FixedBytes<4> = FixedBytes([0x28, 0x12, 0xd5, 0x2c]);
/// The committee's version, by which the resolver finds it in a verifier's result.
const COMMITTEE_VERSION: FixedBytes<4> = FixedBytes([0, 0, 0, 1]);
/// A coin, and a unit of LINK, in US dollars with 18 decimals.
const COIN_USD: u128 = 3_000 * 10_u128.pow(18);
const LINK_USD: u128 = 20 * 10_u128.pow(18);
/// A unit of gas on the remote chain, in US dollars with 18 decimals: one gwei.
const GAS_USD: u128 = 3_000 * 10_u128.pow(9);
/// The most that a message may cost: 200 LINK, and 1,000 dollars.
const MAX_FEE_JUELS: u128 = 200 * 10_u128.pow(18);
const MAX_USD_CENTS: u32 = 100_000;
/// Longest message in bytes, and the most gas that one may ask for.
const MAX_DATA_BYTES: u32 = 30_000;
const MAX_GAS: u32 = 3_000_000;
/// Verifiers that the executor serves at most.
const MAX_CCVS: u8 = 8;
/// As on the public chains: gas that the offramp keeps to write down the outcome.
const STATE_GAS: u32 = 12_000;
const EXACT_CHECK_GAS: u16 = 5_000;

/// How one chain's CCIP is configured.
#[derive(Clone, Copy, Debug)]
pub struct StackOptions {
    /// CCIP's selector of the chain.
    pub local: u64,
    /// CCIP's selector of the only remote chain.
    pub remote: u64,
}

/// Why CCIP could not be deployed.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// Its code could not be read.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// A transaction or a call failed.
    #[error(transparent)]
    Evm(#[from] EvmError),
    /// What was written is not what is read back.
    #[error("{0} of CCIP is not configured as written")]
    NotConfigured(&'static str),
}

/// The committee's keys on development networks.
///
/// # Errors
/// When they cannot be derived.
pub fn committee() -> Result<Vec<PrivateKeySigner>, EvmError> {
    (0..COMMITTEE).map(|index| Ok(accounts::committee_member(index)?)).collect()
}

/// What the lanes need to know of each other: it exists only once both chains have their contracts.
#[derive(Clone, Copy, Debug)]
pub struct Remote {
    /// Where its messages leave.
    pub on_ramp: Address,
    /// Where messages to it arrive.
    pub off_ramp: Address,
}

impl From<&Stack> for Remote {
    fn from(stack: &Stack) -> Self {
        Self { on_ramp: stack.ccip.on_ramp, off_ramp: stack.ccip.off_ramp }
    }
}

/// CCIP's contracts on one chain, of which the lanes are not open yet.
#[derive(Clone, Debug)]
pub struct Stack {
    ccip: Ccip,
    verifier: Address,
    executor: Address,
}

impl Stack {
    /// Where everything is.
    #[must_use]
    pub const fn ccip(&self) -> &Ccip {
        &self.ccip
    }
}

/// Deploys the contracts on the chain of `provider`, which signs as `owner`.
///
/// # Errors
/// [`StackError`]; nothing is undone, since a development chain is thrown away.
pub async fn deploy_stack(
    provider: &DynProvider,
    owner: Address,
    artifacts: &Artifacts,
    options: &StackOptions,
) -> Result<Stack, StackError> {
    Deployment { provider, owner, artifacts, options }.create_contracts().await
}

/// Opens the lanes between `stack` and the contracts of the other chain, and reads back what was configured.
///
/// # Errors
/// [`StackError`].
pub async fn open_lanes(
    provider: &DynProvider,
    owner: Address,
    artifacts: &Artifacts,
    options: &StackOptions,
    stack: &Stack,
    remote: Remote,
) -> Result<Ccip, StackError> {
    let deployment = Deployment { provider, owner, artifacts, options };
    deployment.configure_committee(stack).await?;
    deployment.configure_lanes(stack, remote).await?;
    deployment.read_back(stack, remote).await?;
    Ok(stack.ccip.clone())
}

struct Deployment<'a> {
    provider: &'a DynProvider,
    owner: Address,
    artifacts: &'a Artifacts,
    options: &'a StackOptions,
}

/// Sends a contract call as a transaction, named after its contract.
macro_rules! send {
    ($self:ident, $contract:literal, $call:expr) => {
        transact($self.provider, concat!("configure ", $contract), $call.into_transaction_request())
            .await?
    };
}

impl Deployment<'_> {
    async fn create_contracts(&self) -> Result<Stack, StackError> {
        let StackOptions { local, .. } = *self.options;
        let owner = self.owner;
        let wrapped_coin = self.create(Contract::WrappedCoin, &()).await?;
        let link = DevToken::deploy_builder(
            self.provider,
            "Chainlink".to_owned(),
            "LINK".to_owned(),
            owner,
        );
        let link = deploy(self.provider, "LINK", link.calldata().to_vec()).await?;
        let rmn = self.create(Contract::Rmn, &(vec![owner],)).await?;
        let rmn = self.create(Contract::RmnProxy, &(rmn,)).await?;
        let router = self.create(Contract::Router, &(wrapped_coin, rmn)).await?;
        let registry = self.create(Contract::TokenAdminRegistry, &()).await?;
        let quoter = self.create_fee_quoter(wrapped_coin, link).await?;
        let fixed = OnRamp::StaticConfig {
            chainSelector: local,
            rmnRemote: rmn,
            maxUSDCentsPerMessage: MAX_USD_CENTS,
            tokenAdminRegistry: registry,
        };
        let changing = OnRamp::DynamicConfig {
            feeQuoter: quoter,
            reentrancyGuardEntered: false,
            feeAggregator: owner,
        };
        let on_ramp = self.create(Contract::OnRamp, &(fixed, changing)).await?;
        let fixed = OffRamp::StaticConfig {
            localChainSelector: local,
            gasForCallExactCheck: EXACT_CHECK_GAS,
            rmnRemote: rmn,
            tokenAdminRegistry: registry,
            maxGasBufferToUpdateState: STATE_GAS,
        };
        let off_ramp = self.create(Contract::OffRamp, &(fixed,)).await?;
        let committee = self.create(Contract::Resolver, &()).await?;
        let verifier = self.create_committee(rmn).await?;
        let executor = self.create_executor().await?;
        let ccip = Ccip {
            chain_selector: local,
            router,
            rmn,
            on_ramp,
            off_ramp,
            committee,
            committee_verifier: Some(verifier),
            wrapped_coin: Some(wrapped_coin),
            link: Some(link),
            indexer: None,
        };
        Ok(Stack { ccip, verifier, executor })
    }

    async fn create<A: SolValue>(
        &self,
        contract: Contract,
        arguments: &A,
    ) -> Result<Address, StackError>
    where
        for<'a> <A::SolType as SolType>::Token<'a>: TokenSeq<'a>,
    {
        let code = self.artifacts.creation_code(&contract.file(), arguments)?;
        Ok(deploy(self.provider, &format!("CCIP's {contract:?}"), code).await?)
    }

    async fn create_fee_quoter(
        &self,
        wrapped_coin: Address,
        link: Address,
    ) -> Result<Address, StackError> {
        let fixed = FeeQuoter::StaticConfig {
            maxFeeJuelsPerMsg: U96::from(MAX_FEE_JUELS),
            linkToken: link,
        };
        let lane = FeeQuoter::DestChainConfigArgs {
            destChainSelector: self.options.remote,
            destChainConfig: lane_fees(),
        };
        let none = Vec::<FeeQuoter::TokenTransferFees>::new();
        let arguments = (fixed, vec![self.owner], none, vec![lane]);
        let address = self.create(Contract::FeeQuoter, &arguments).await?;
        let price = |token, usd: u128| FeeQuoter::TokenPriceUpdate {
            sourceToken: token,
            usdPerToken: U224::from(usd),
        };
        let updates = FeeQuoter::PriceUpdates {
            tokenPriceUpdates: vec![price(wrapped_coin, COIN_USD), price(link, LINK_USD)],
            gasPriceUpdates: vec![FeeQuoter::GasPriceUpdate {
                destChainSelector: self.options.remote,
                usdPerUnitGas: U224::from(GAS_USD),
            }],
        };
        send!(self, "FeeQuoter", FeeQuoter::new(address, self.provider).updatePrices(updates));
        Ok(address)
    }

    async fn create_committee(&self, rmn: Address) -> Result<Address, StackError> {
        let config = CommitteeVerifier::DynamicConfig {
            feeAggregator: self.owner,
            allowlistAdmin: self.owner,
        };
        let arguments = (config, Vec::<String>::new(), rmn, COMMITTEE_VERSION);
        self.create(Contract::CommitteeVerifier, &arguments).await
    }

    async fn create_executor(&self) -> Result<Address, StackError> {
        let config = Executor::DynamicConfig {
            feeAggregator: self.owner,
            allowedFinalityConfig: Finality::Safe.encode().into(),
            ccvAllowlistEnabled: false,
        };
        let address = self.create(Contract::Executor, &(U256::from(MAX_CCVS), config)).await?;
        let lane = Executor::RemoteChainConfigArgs {
            destChainSelector: self.options.remote,
            config: Executor::RemoteChainConfig { usdCentsFee: 5, enabled: true },
        };
        let executor = Executor::new(address, self.provider);
        send!(self, "Executor", executor.applyDestChainUpdates(Vec::new(), vec![lane]));
        Ok(address)
    }

    async fn configure_committee(&self, stack: &Stack) -> Result<(), StackError> {
        let remote = self.options.remote;
        let resolver = Resolver::new(stack.ccip.committee, self.provider);
        let inbound = Resolver::InboundImplementationArgs {
            version: COMMITTEE_VERSION,
            verifier: stack.verifier,
        };
        send!(self, "Resolver", resolver.applyInboundImplementationUpdates(vec![inbound]));
        let outbound = Resolver::OutboundImplementationArgs {
            destChainSelector: remote,
            verifier: stack.verifier,
        };
        send!(self, "Resolver", resolver.applyOutboundImplementationUpdates(vec![outbound]));

        let verifier = CommitteeVerifier::new(stack.verifier, self.provider);
        let lane = CommitteeVerifier::RemoteChainConfigArgs {
            router: stack.ccip.router,
            remoteChainSelector: remote,
            allowlistEnabled: false,
            feeUSDCents: 5,
            gasForVerification: 100_000,
            payloadSizeBytes: 6 + 64 * u16::from(THRESHOLD),
        };
        send!(self, "CommitteeVerifier", verifier.applyRemoteChainConfigUpdates(vec![lane]));
        let allowed = Finality::Safe.encode().into();
        send!(self, "CommitteeVerifier", verifier.setAllowedFinalityConfig(allowed));
        let members = CommitteeVerifier::SignatureConfig {
            sourceChainSelector: remote,
            threshold: THRESHOLD,
            signers: addresses()?,
        };
        send!(self, "CommitteeVerifier", verifier.applySignatureConfigs(Vec::new(), vec![members]));
        Ok(())
    }

    async fn configure_lanes(&self, stack: &Stack, far: Remote) -> Result<(), StackError> {
        let (ccip, remote) = (&stack.ccip, self.options.remote);
        let out = OnRamp::DestChainConfigArgs {
            destChainSelector: remote,
            router: ccip.router,
            addressBytesLength: 20,
            tokenReceiverAllowed: false,
            messageNetworkFeeUSDCents: 10,
            tokenNetworkFeeUSDCents: 25,
            baseExecutionGasCost: 80_000,
            defaultCCVs: vec![ccip.committee],
            laneMandatedCCVs: Vec::new(),
            defaultExecutor: stack.executor,
            offRamp: Bytes::copy_from_slice(far.off_ramp.as_slice()),
        };
        let on_ramp = OnRamp::new(ccip.on_ramp, self.provider);
        send!(self, "OnRamp", on_ramp.applyDestChainConfigUpdates(vec![out]));
        let back = OffRamp::SourceChainConfigArgs {
            router: ccip.router,
            sourceChainSelector: remote,
            isEnabled: true,
            onRamps: vec![far.on_ramp.abi_encode().into()],
            defaultCCVs: vec![ccip.committee],
            laneMandatedCCVs: Vec::new(),
        };
        let off_ramp = OffRamp::new(ccip.off_ramp, self.provider);
        send!(self, "OffRamp", off_ramp.applySourceChainConfigUpdates(vec![back]));
        let out = Router::OnRampUpdate { destChainSelector: remote, onRamp: ccip.on_ramp };
        let back = Router::OffRampUpdate { sourceChainSelector: remote, offRamp: ccip.off_ramp };
        let router = Router::new(ccip.router, self.provider);
        send!(self, "Router", router.applyRampUpdates(vec![out], Vec::new(), vec![back]));
        Ok(())
    }

    async fn read_back(&self, stack: &Stack, far: Remote) -> Result<(), StackError> {
        let (ccip, remote) = (&stack.ccip, self.options.remote);
        let router = Router::new(ccip.router, self.provider);
        let open = router.isChainSupported(remote).call().await;
        require(open.map_err(EvmError::contract("Router.isChainSupported"))?, "the lane out")?;
        let known = router.isOffRamp(remote, ccip.off_ramp).call().await;
        require(known.map_err(EvmError::contract("Router.isOffRamp"))?, "the router's offramp")?;

        let lane = OnRamp::new(ccip.on_ramp, self.provider).getDestChainConfig(remote).call().await;
        let lane = lane.map_err(EvmError::contract("OnRamp.getDestChainConfig"))?;
        require(lane.offRamp.as_ref() == far.off_ramp.as_slice(), "the onramp's far end")?;
        require(lane.defaultCCVs == [ccip.committee], "the onramp's committee")?;
        let lane = OffRamp::new(ccip.off_ramp, self.provider);
        let lane = lane.getSourceChainConfig(remote).call().await;
        let lane = lane.map_err(EvmError::contract("OffRamp.getSourceChainConfig"))?;
        let from = [Bytes::from(far.on_ramp.abi_encode())];
        require(lane.isEnabled && lane.onRamps == from, "the lane in")?;

        let verifier = CommitteeVerifier::new(stack.verifier, self.provider);
        let members = verifier.getSignatureConfig(remote).call().await;
        let members = members.map_err(EvmError::contract("getSignatureConfig"))?;
        let wanted = (THRESHOLD, addresses()?);
        require((members.threshold, members.signers) == wanted, "the committee")
    }
}

/// What a message to the remote chain is charged, as the public chains' quoters have it.
const fn lane_fees() -> FeeQuoter::DestChainConfig {
    FeeQuoter::DestChainConfig {
        isEnabled: true,
        maxDataBytes: MAX_DATA_BYTES,
        maxPerMsgGasLimit: MAX_GAS,
        destGasOverhead: 300_000,
        destGasPerPayloadByteBase: 16,
        chainFamilySelector: EVM_FAMILY,
        defaultTokenFeeUSDCents: 25,
        defaultTokenDestGasOverhead: 90_000,
        defaultTxGasLimit: 200_000,
        networkFeeUSDCents: 10,
        linkFeeMultiplierPercent: 90,
    }
}

/// The committee's addresses.
fn addresses() -> Result<Vec<Address>, EvmError> {
    Ok(committee()?.iter().map(PrivateKeySigner::address).collect())
}

fn require(holds: bool, what: &'static str) -> Result<(), StackError> {
    if holds { Ok(()) } else { Err(StackError::NotConfigured(what)) }
}
