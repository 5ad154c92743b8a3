//! Our Solidity contracts on a source and a destination chain.

use alloy::{
    hex,
    primitives::{Address, B256, U256},
    providers::DynProvider,
    sol,
};
use proofrail_evm::{
    contracts::{
        DevToken, LayerZeroReceiver, LayerZeroSender, SettlementHub, VerifierRouter,
        VerifierRouter::VerifierRouterInstance,
    },
    deployment::{Contracts, LayerZero},
};
use serde::Deserialize;

use super::governance::{self, Offices};
use crate::{
    circuit::CircuitDeployment,
    project::{Project, ProjectError},
    rpc::{EvmError, deploy, transact},
};

/// Where forge puts what it compiles.
const ARTIFACTS: &str = "contracts-evm/out";
const TOKEN_NAME: &str = "Development Dollar";
const TOKEN_SYMBOL: &str = "DEVD";
/// Seconds before a payer of a development network gets an escrow back: little, so that nobody waits for it.
const WITHDRAWAL_NOTICE: u64 = 60;
/// Development networks have no Permit2, and payers approve the hub instead.
const NO_PERMIT2: Address = Address::ZERO;

sol! {
    #[sol(rpc)]
    #[derive(Debug)]
    interface ReceiptVerifier {
        function verifyProof(uint256[8] calldata proof, uint256[3] calldata inputs) external view returns (bool);
    }
}

/// Why our contracts could not be deployed.
#[derive(Debug, thiserror::Error)]
pub enum ContractsError {
    /// The verifier was not built.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// The verifier's artifact is not one of forge.
    #[error("{path} is not a forge artifact: {reason}; rebuild with `cargo xtask build`")]
    Artifact {
        /// The artifact.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A transaction or a call failed.
    #[error(transparent)]
    Evm(#[from] EvmError),
    /// What was written is not what is read back.
    #[error("{what} reads back as {found}, not {wanted}")]
    NotAsWritten {
        /// The value that was written.
        what: &'static str,
        /// What should stand there.
        wanted: String,
        /// What stands there.
        found: String,
    },
}

/// One chain that we deploy on: its LayerZero, and a provider that signs as the owner.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// Signs as `owner`.
    pub provider: &'a DynProvider,
    /// Owns what is deployed.
    pub owner: Address,
    /// LayerZero there.
    pub layerzero: &'a LayerZero,
}

/// Our contracts on a destination chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DestinationContracts {
    /// The ERC-20 of development networks.
    pub token: Address,
    /// The generated verifier of the circuit `receipt`.
    pub verifier: Address,
    /// Who may change what.
    pub manager: Address,
    /// Circuit id to verifier.
    pub router: Address,
    /// Escrow and settlement.
    pub hub: Address,
    /// Takes messages from LayerZero to the hub.
    pub receiver: Address,
}

impl From<DestinationContracts> for Contracts {
    fn from(contracts: DestinationContracts) -> Self {
        Self {
            hub: Some(contracts.hub),
            access_manager: Some(contracts.manager),
            verifier_router: Some(contracts.router),
            receipt_verifier: Some(contracts.verifier),
            token: Some(contracts.token),
            layerzero_receiver: Some(contracts.receiver),
            ..Self::default()
        }
    }
}

/// Deploys what a source chain needs: the sender.
///
/// # Errors
/// [`ContractsError`].
pub async fn deploy_source(site: Site<'_>) -> Result<Address, ContractsError> {
    let sender =
        LayerZeroSender::deploy_builder(site.provider, site.layerzero.endpoint, site.owner);
    Ok(deploy(site.provider, "LayerZeroSender", sender.calldata().to_vec()).await?)
}

/// Deploys what a destination chain needs: a development token, the verifiers of `receipt`
/// behind the router under its access manager, the hub and the receiver.
///
/// # Errors
/// [`ContractsError`].
pub async fn deploy_destination(
    site: Site<'_>,
    project: &Project,
    receipt: &CircuitDeployment,
) -> Result<DestinationContracts, ContractsError> {
    let Site { provider, owner, layerzero } = site;
    let (name, symbol) = (TOKEN_NAME.to_owned(), TOKEN_SYMBOL.to_owned());
    let token = DevToken::deploy_builder(provider, name, symbol, owner);
    let token = deploy(provider, "DevToken", token.calldata().to_vec()).await?;
    let offices = Offices::all_of(owner);
    let manager = governance::deploy_manager(provider, &offices).await?;
    let router = VerifierRouter::deploy_builder(provider, manager);
    let router = deploy(provider, "VerifierRouter", router.calldata().to_vec()).await?;
    governance::appoint(provider, manager, router, &offices).await?;
    let hub = SettlementHub::deploy_builder(provider, router, NO_PERMIT2, WITHDRAWAL_NOTICE);
    let hub = deploy(provider, "SettlementHub", hub.calldata().to_vec()).await?;
    let verifier = route_circuit(provider, project, router, hub, receipt).await?;
    let receiver = LayerZeroReceiver::deploy_builder(provider, layerzero.endpoint, hub, owner);
    let receiver = deploy(provider, "LayerZeroReceiver", receiver.calldata().to_vec()).await?;

    let found = SettlementHub::new(hub, provider).router().call().await;
    expect("the hub's router", router, found.map_err(EvmError::contract("SettlementHub.router"))?)?;
    let found = LayerZeroReceiver::new(receiver, provider).hub().call().await;
    let found = found.map_err(EvmError::contract("LayerZeroReceiver.hub"))?;
    expect("the receiver's hub", hub, found)?;
    Ok(DestinationContracts { token, verifier, manager, router, hub, receiver })
}

/// Deploys the verifiers of a circuit, of one proof and of many, and routes the hub to them.
async fn route_circuit(
    provider: &DynProvider,
    project: &Project,
    router: Address,
    hub: Address,
    circuit: &CircuitDeployment,
) -> Result<Address, ContractsError> {
    let router = VerifierRouter::new(router, provider);
    let id = B256::from(circuit.registration().circuit_id.0);
    let verifier = routed(provider, project, &router, id, circuit.verifier()).await?;
    check_verifier(provider, verifier).await?;
    let batches = SettlementHub::new(hub, provider).BATCH_CIRCUIT_ID().call().await;
    let batches = batches.map_err(EvmError::contract("SettlementHub.BATCH_CIRCUIT_ID"))?;
    routed(provider, project, &router, batches, circuit.batch_verifier()).await?;

    let impossible = &circuit.registration().impossible_inputs;
    let impossible = impossible.iter().map(|input| U256::from_be_bytes(input.0)).collect();
    let call = router.registerImpossible(id, impossible).into_transaction_request();
    transact(provider, "VerifierRouter.registerImpossible", call).await?;
    Ok(verifier)
}

async fn routed(
    provider: &DynProvider,
    project: &Project,
    router: &VerifierRouterInstance<&DynProvider>,
    circuit: B256,
    name: &str,
) -> Result<Address, ContractsError> {
    let verifier = deploy(provider, name, verifier_code(project, name)?).await?;
    let call = router.addVerifier(circuit, verifier).into_transaction_request();
    transact(provider, "VerifierRouter.addVerifier", call).await?;
    let found = router.verifierOf(circuit).call().await;
    let found = found.map_err(EvmError::contract("VerifierRouter.verifierOf"))?;
    expect("the router's verifier", verifier, found)?;
    Ok(verifier)
}

/// Makes sender and receiver each other's peer.
///
/// # Errors
/// [`ContractsError`].
pub async fn connect_peers(
    source: Site<'_>,
    sender: Address,
    destination: Site<'_>,
    receiver: Address,
) -> Result<(), ContractsError> {
    let oapp = LayerZeroSender::new(sender, source.provider);
    let remote = destination.layerzero.eid;
    let call = oapp.setPeer(remote, receiver.into_word()).into_transaction_request();
    transact(source.provider, "LayerZeroSender.setPeer", call).await?;
    let found = oapp.peers(remote).call().await;
    let found = found.map_err(EvmError::contract("LayerZeroSender.peers"))?;
    expect("the sender's peer", receiver.into_word(), found)?;

    let oapp = LayerZeroReceiver::new(receiver, destination.provider);
    let remote = source.layerzero.eid;
    let call = oapp.setPeer(remote, sender.into_word()).into_transaction_request();
    transact(destination.provider, "LayerZeroReceiver.setPeer", call).await?;
    let found = oapp.peers(remote).call().await;
    let found = found.map_err(EvmError::contract("LayerZeroReceiver.peers"))?;
    expect("the receiver's peer", sender.into_word(), found)
}

/// A verifier answers a proof of zeros with false, neither true nor a revert.
async fn check_verifier(provider: &DynProvider, verifier: Address) -> Result<(), ContractsError> {
    let verifier = ReceiptVerifier::new(verifier, provider);
    let valid = verifier.verifyProof([U256::ZERO; 8], [U256::ZERO; 3]).call().await;
    let valid = valid.map_err(EvmError::contract("ReceiptVerifier.verifyProof"))?;
    expect("the verdict on a proof of zeros", false, valid)
}

pub(super) fn expect<T: PartialEq + ToString>(
    what: &'static str,
    wanted: T,
    found: T,
) -> Result<(), ContractsError> {
    if wanted == found {
        return Ok(());
    }
    Err(ContractsError::NotAsWritten { what, wanted: wanted.to_string(), found: found.to_string() })
}

#[derive(Deserialize)]
struct ForgeArtifact {
    bytecode: ForgeBytecode,
}

#[derive(Deserialize)]
struct ForgeBytecode {
    object: String,
}

fn verifier_code(project: &Project, name: &str) -> Result<Vec<u8>, ContractsError> {
    let path = project.built_file(&format!("{ARTIFACTS}/{name}.sol/{name}.json"))?;
    let malformed = |reason: String| {
        let path = path.display().to_string();
        ContractsError::Artifact { path, reason }
    };
    let text = std::fs::read_to_string(&path).map_err(|error| malformed(error.to_string()))?;
    let artifact: ForgeArtifact =
        serde_json::from_str(&text).map_err(|error| malformed(error.to_string()))?;
    hex::decode(artifact.bytecode.object).map_err(|error| malformed(error.to_string()))
}
