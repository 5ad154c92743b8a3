//! Deployment of Wormhole's core bridge on one chain, under guardians of our own.

use alloy::{
    primitives::{Address, B256, Bytes, U256},
    providers::{DynProvider, Provider},
    rpc::types::BlockNumberOrTag,
    signers::{SignerSync, local::PrivateKeySigner},
    sol_types::SolCall,
};
use proofrail_evm::{
    deployment::Wormhole,
    vaa::{Body, GuardianSignature, Vaa, quorum},
};

use super::abi::CoreBridge;
use crate::{
    accounts,
    artifacts::{ArtifactError, Artifacts},
    rpc::{EvmError, deploy, transact},
};

/// Guardians of a development network: as many as Wormhole has.
pub const GUARDIANS: u8 = 19;
/// Where typechain's factories, which hold the code, are below `node_modules`.
const FACTORIES: &str = "@certusone/wormhole-sdk/lib/cjs/ethers-contracts/factories";
/// Wormhole's id of the chain that governs it, and the contract there.
const GOVERNANCE_CHAIN: u16 = 1;
const GOVERNANCE_CONTRACT: B256 = B256::with_last_byte(4);
/// "Core", left-padded: the module that a decree is for.
const CORE_MODULE: [u8; 4] = *b"Core";
/// The action by which governance sets the fee of a message.
const SET_MESSAGE_FEE: u8 = 3;

/// How one chain's core bridge is configured.
#[derive(Clone, Copy, Debug)]
pub struct StackOptions {
    /// Wormhole's id of the chain.
    pub chain_id: u16,
    /// What a message costs, wei.
    pub message_fee: U256,
}

/// Why the core bridge could not be deployed.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// Its code could not be read.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// A transaction or a call failed.
    #[error(transparent)]
    Evm(#[from] EvmError),
    /// A decree could not be signed.
    #[error("cannot sign a decree of Wormhole's governance: {0}")]
    Sign(#[from] alloy::signers::Error),
    /// What was written is not what is read back.
    #[error("{0} of Wormhole's core bridge is not configured as written")]
    NotConfigured(&'static str),
}

/// The guardians' keys on development networks.
///
/// # Errors
/// When they cannot be derived.
pub fn guardians() -> Result<Vec<PrivateKeySigner>, EvmError> {
    (0..GUARDIANS).map(|index| Ok(accounts::guardian(index)?)).collect()
}

/// Deploys the core bridge on the chain of `provider` and reads it back.
///
/// # Errors
/// [`StackError`]; nothing is undone, since a development chain is thrown away.
pub async fn deploy_stack(
    provider: &DynProvider,
    artifacts: &Artifacts,
    options: &StackOptions,
) -> Result<Wormhole, StackError> {
    let guardians = guardians()?;
    let addresses: Vec<_> = guardians.iter().map(PrivateKeySigner::address).collect();
    let evm_chain = provider.get_chain_id().await.map_err(EvmError::rpc("eth_chainId"))?;
    let setup = create(provider, artifacts, "Setup", &()).await?;
    let implementation = create(provider, artifacts, "Implementation", &()).await?;
    let initial = CoreBridge::setupCall {
        implementation,
        initialGuardians: addresses.clone(),
        chainId: options.chain_id,
        governanceChainId: GOVERNANCE_CHAIN,
        governanceContract: GOVERNANCE_CONTRACT,
        evmChainId: U256::from(evm_chain),
    };
    let arguments = (setup, Bytes::from(initial.abi_encode()));
    let address = create(provider, artifacts, "Wormhole", &arguments).await?;
    let core = CoreBridge::new(address, provider.clone());
    set_message_fee(provider, &core, options, &guardians).await?;
    read_back(&core, options, &addresses).await?;
    Ok(Wormhole { chain_id: options.chain_id, core_bridge: address, guardian_api: None })
}

async fn create<A>(
    provider: &DynProvider,
    artifacts: &Artifacts,
    contract: &str,
    arguments: &A,
) -> Result<Address, StackError>
where
    A: alloy::sol_types::SolValue,
    for<'a> <A::SolType as alloy::sol_types::SolType>::Token<'a>:
        alloy::sol_types::abi::TokenSeq<'a>,
{
    let file = format!("{FACTORIES}/{contract}__factory.js");
    let code = artifacts.creation_code(&file, arguments)?;
    Ok(deploy(provider, &format!("Wormhole's {contract}"), code).await?)
}

/// Only a decree of governance, signed by the guardians, sets the fee.
async fn set_message_fee(
    provider: &DynProvider,
    core: &CoreBridge::CoreBridgeInstance<DynProvider>,
    options: &StackOptions,
    guardians: &[PrivateKeySigner],
) -> Result<(), StackError> {
    if options.message_fee.is_zero() {
        return Ok(());
    }
    let block = provider.get_block_by_number(BlockNumberOrTag::Latest).await;
    let block = block.map_err(EvmError::rpc("read the chain's time"))?;
    let mut payload = B256::left_padding_from(&CORE_MODULE).to_vec();
    payload.push(SET_MESSAGE_FEE);
    payload.extend(options.chain_id.to_be_bytes());
    payload.extend(options.message_fee.to_be_bytes::<32>());
    let body = Body {
        timestamp: timestamp(block.map_or(0, |block| block.header.timestamp)),
        nonce: 0,
        emitter_chain: GOVERNANCE_CHAIN,
        emitter: GOVERNANCE_CONTRACT,
        sequence: 0,
        consistency_level: 0,
        payload: payload.into(),
    };
    let vaa = sign(body, 0, guardians)?;
    let call = core.submitSetMessageFee(vaa.encode().into()).into_transaction_request();
    transact(provider, "Wormhole.submitSetMessageFee", call).await?;
    Ok(())
}

/// The body with the signatures of the first guardians that are a quorum.
pub(super) fn sign(
    body: Body,
    guardian_set: u32,
    guardians: &[PrivateKeySigner],
) -> Result<Vaa, alloy::signers::Error> {
    let digest = body.digest();
    let signatures = (0_u8..).zip(guardians).take(quorum(guardians.len())).map(|(index, key)| {
        let signature = key.sign_hash_sync(&digest)?;
        Ok(GuardianSignature { guardian: index, signature })
    });
    let signatures = signatures.collect::<Result<_, alloy::signers::Error>>()?;
    Ok(Vaa { guardian_set, signatures, body })
}

/// Wormhole's time has 32 bits.
pub(super) fn timestamp(seconds: u64) -> u32 {
    u32::try_from(seconds).unwrap_or(u32::MAX)
}

async fn read_back(
    core: &CoreBridge::CoreBridgeInstance<DynProvider>,
    options: &StackOptions,
    guardians: &[Address],
) -> Result<(), StackError> {
    let chain = core.chainId().call().await.map_err(EvmError::contract("Wormhole.chainId"))?;
    require(chain == options.chain_id, "the chain id")?;
    let fork = core.isFork().call().await.map_err(EvmError::contract("Wormhole.isFork"))?;
    require(!fork, "the EVM chain id")?;
    let fee = core.messageFee().call().await.map_err(EvmError::contract("Wormhole.messageFee"))?;
    require(fee == options.message_fee, "the message fee")?;
    let set = core.getGuardianSet(0).call().await;
    let set = set.map_err(EvmError::contract("Wormhole.getGuardianSet"))?;
    require(set.keys == guardians, "the guardian set")
}

fn require(holds: bool, what: &'static str) -> Result<(), StackError> {
    if holds { Ok(()) } else { Err(StackError::NotConfigured(what)) }
}
