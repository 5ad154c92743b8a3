//! Our Solidity contracts on a source and a destination chain.

use alloy::{
    hex,
    primitives::{Address, B256, U256},
    providers::DynProvider,
    sol,
};
use proofrail_evm::{
    contracts::{DevToken, LayerZeroReceiver, LayerZeroSender, SettlementHub, VerifierRouter},
    deployment::{Contracts, DeploymentError, LayerZero},
};
use serde::Deserialize;

use super::{
    builder::Builder,
    governance::{self, Offices},
    routes::Routes,
};
use crate::{
    circuit::{CircuitDeployment, CircuitError},
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
    /// A contract that is needed has not been deployed.
    #[error("{name} has not been deployed: `proofrail-devnet up` deploys everything")]
    NotDeployed {
        /// The contract.
        name: &'static str,
    },
    /// The deployment names an address with nothing at it.
    #[error(
        "the deployment has {name} at {address}, which holds no code: was the chain started anew, or the file edited?"
    )]
    NoCode {
        /// The contract.
        name: &'static str,
        /// Where it should be.
        address: Address,
    },
    /// Calls from other chains would not wait, and their receivers would refuse them all.
    #[error("calls from other chains must wait: give `remote_delay` of the offices more than zero")]
    NoDelay,
    /// The router has no verifier for a circuit.
    #[error("the router has no verifier for the circuit {circuit}: it lacks {verifier}")]
    NotRouted {
        /// The circuit.
        circuit: B256,
        /// The contract that should verify it.
        verifier: String,
    },
    /// The router would not stop a circuit by a proof.
    #[error("the router knows no impossible statement of the circuit {circuit}")]
    NoImpossible {
        /// The circuit.
        circuit: B256,
    },
    /// The deployment lacks a bridge.
    #[error(transparent)]
    Deployment(#[from] DeploymentError),
    /// A registered circuit is missing from this build.
    #[error(transparent)]
    Circuit(#[from] CircuitError),
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

/// Deploys what a source chain needs: the sender.
///
/// # Errors
/// [`ContractsError`].
pub async fn deploy_source(site: Site<'_>) -> Result<Address, ContractsError> {
    let sender =
        LayerZeroSender::deploy_builder(site.provider, site.layerzero.endpoint, site.owner);
    Ok(deploy(site.provider, "LayerZeroSender", sender.calldata().to_vec()).await?)
}

/// Deploys what a destination chain needs: the hub with its router and verifier, and the receiver.
///
/// # Errors
/// [`ContractsError`].
pub async fn deploy_destination(
    site: Site<'_>,
    project: &Project,
    receipt: &CircuitDeployment,
) -> Result<Contracts, ContractsError> {
    let Site { provider, owner, layerzero } = site;
    let mut contracts = Contracts::default();
    let hub = place_hub(Builder::new(provider, owner), &mut contracts, project, receipt).await?;
    let receiver = LayerZeroReceiver::deploy_builder(provider, layerzero.endpoint, hub, owner);
    let receiver = deploy(provider, "LayerZeroReceiver", receiver.calldata().to_vec()).await?;
    contracts.layerzero_receiver = Some(receiver);

    let found = LayerZeroReceiver::new(receiver, provider).hub().call().await;
    let found = found.map_err(EvmError::contract("LayerZeroReceiver.hub"))?;
    expect("the receiver's hub", hub, found)?;
    Ok(contracts)
}

/// What a chain needs to pay: a development token, the verifiers of `receipt` behind the router under its access
/// manager, and the hub, whose address this returns.
pub(super) async fn place_hub(
    build: Builder<'_>,
    contracts: &mut Contracts,
    project: &Project,
    receipt: &CircuitDeployment,
) -> Result<Address, ContractsError> {
    let Builder { provider, owner, .. } = build;
    let (name, symbol) = (TOKEN_NAME.to_owned(), TOKEN_SYMBOL.to_owned());
    let token = DevToken::deploy_builder(provider, name, symbol, owner);
    build.contract(&mut contracts.token, "DevToken", token.calldata()).await?;
    let manager = governance::place_manager(build, contracts).await?;
    let router = VerifierRouter::deploy_builder(provider, manager);
    let router = router.calldata();
    let router = build.contract(&mut contracts.verifier_router, "VerifierRouter", router).await?;
    let router = router.address;
    governance::appoint(build, contracts, &Offices::all_of(owner)).await?;
    let hub = SettlementHub::deploy_builder(provider, router, NO_PERMIT2, WITHDRAWAL_NOTICE);
    let hub = build.contract(&mut contracts.hub, "SettlementHub", hub.calldata()).await?.address;
    let hub_contract = SettlementHub::new(hub, provider);
    build.fixed("the hub's router", router, hub_contract.router().call()).await?;
    place_receipt_verifiers(build, contracts, project, receipt).await?;
    Ok(hub)
}

/// The verifiers of the circuit `receipt`, of one proof and of many, each routed.
async fn place_receipt_verifiers(
    build: Builder<'_>,
    contracts: &mut Contracts,
    project: &Project,
    circuit: &CircuitDeployment,
) -> Result<(), ContractsError> {
    let routes = Routes::of(build, contracts)?;
    let id = B256::from(circuit.registration().circuit_id.0);
    let name = circuit.verifier();
    let verifier = routes.place(id, name, || verifier_code(project, name)).await?;
    contracts.receipt_verifier = Some(verifier);
    check_verifier(build.provider, verifier).await?;
    let hub = contracts.hub.ok_or(ContractsError::NotDeployed { name: "SettlementHub" })?;
    let batches = SettlementHub::new(hub, build.provider).BATCH_CIRCUIT_ID().call().await;
    let batches = batches.map_err(EvmError::contract("SettlementHub.BATCH_CIRCUIT_ID"))?;
    let name = circuit.batch_verifier();
    routes.place(batches, name, || verifier_code(project, name)).await?;

    let impossible = &circuit.registration().impossible_inputs;
    let impossible = impossible.iter().map(|input| U256::from_be_bytes(input.0)).collect();
    routes.register_impossible(id, impossible).await
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
