//! Who may change what on a destination chain: the offices in OpenZeppelin's AccessManager.

use alloy::{
    primitives::{Address, FixedBytes},
    providers::DynProvider,
    sol_types::SolCall,
};
use proofrail_evm::contracts::{AccessManager, VerifierRouter};

use super::evm::ContractsError;
use crate::rpc::{deploy, transact};

/// Adds circuits and registers their impossible statements.
const CURATOR: u64 = 1;
/// Pauses and stops circuits at once, and cancels what a curator has scheduled.
const GUARDIAN: u64 = 2;

/// Who holds the offices. Nobody can move an escrow or change what a proof must show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offices {
    /// Appoints the others.
    pub administrator: Address,
    /// Adds circuits.
    pub curator: Address,
    /// Seconds that an addition waits, in which the guardian can cancel it.
    pub curator_delay: u32,
    /// Pauses and stops.
    pub guardian: Address,
}

impl Offices {
    /// One account in every office, which waits for nothing: for development networks.
    #[must_use]
    pub const fn all_of(account: Address) -> Self {
        Self { administrator: account, curator: account, curator_delay: 0, guardian: account }
    }
}

/// Deploys the access manager, which obeys its administrator alone until the others are appointed.
///
/// # Errors
/// [`ContractsError`].
pub(super) async fn deploy_manager(
    provider: &DynProvider,
    offices: &Offices,
) -> Result<Address, ContractsError> {
    let manager = AccessManager::deploy_builder(provider, offices.administrator);
    Ok(deploy(provider, "AccessManager", manager.calldata().to_vec()).await?)
}

/// Gives the offices their powers over the router, and their holders. `provider` signs as the administrator.
///
/// # Errors
/// [`ContractsError`].
pub(super) async fn appoint(
    provider: &DynProvider,
    manager: Address,
    router: Address,
    offices: &Offices,
) -> Result<(), ContractsError> {
    let manager = AccessManager::new(manager, provider);
    let additions: [[u8; 4]; 2] = [
        VerifierRouter::addVerifierCall::SELECTOR,
        VerifierRouter::registerImpossibleCall::SELECTOR,
    ];
    let halts: [[u8; 4]; 3] = [
        VerifierRouter::stopCall::SELECTOR,
        VerifierRouter::pauseCall::SELECTOR,
        VerifierRouter::unpauseCall::SELECTOR,
    ];
    let selectors = |all: &[[u8; 4]]| all.iter().copied().map(FixedBytes::from).collect();
    let calls = [
        manager.labelRole(CURATOR, "curator".to_owned()).into_transaction_request(),
        manager.labelRole(GUARDIAN, "guardian".to_owned()).into_transaction_request(),
        manager.setRoleGuardian(CURATOR, GUARDIAN).into_transaction_request(),
        manager
            .setTargetFunctionRole(router, selectors(&additions), CURATOR)
            .into_transaction_request(),
        manager
            .setTargetFunctionRole(router, selectors(&halts), GUARDIAN)
            .into_transaction_request(),
        manager
            .grantRole(CURATOR, offices.curator, offices.curator_delay)
            .into_transaction_request(),
        manager.grantRole(GUARDIAN, offices.guardian, 0).into_transaction_request(),
    ];
    for call in calls {
        transact(provider, "appoint the router's offices", call).await?;
    }
    Ok(())
}
