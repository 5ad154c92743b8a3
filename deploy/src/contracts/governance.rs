//! Who may change what on a chain: the offices in OpenZeppelin's AccessManager, and their powers.

mod powers;

use alloy::{
    primitives::{Address, FixedBytes},
    providers::DynProvider,
};
use proofrail_evm::{
    contracts::{AccessManager, AccessManager::AccessManagerInstance},
    deployment::Contracts,
};

use self::powers::{Power, powers};
use super::{builder::Builder, evm::ContractsError};
use crate::rpc::transact;

/// Adds circuits and registers their impossible statements.
const CURATOR: Office = Office { role: 1, label: "curator" };
/// Pauses, stops and vetoes at once, and cancels what the other offices have scheduled.
const GUARDIAN: Office = Office { role: 2, label: "guardian" };
/// Sets routes, limits, peers and the pool's caps and policy; ends pauses; sends calls to other chains.
const GOVERNOR: Office = Office { role: 3, label: "governor" };
/// Says whom the pool lets out at once, and whom it lets in.
const PROVIDER: Office = Office { role: 4, label: "association provider" };
const OFFICES: [Office; 4] = [CURATOR, GUARDIAN, GOVERNOR, PROVIDER];

/// Seconds that a call from another chain waits on development networks. Receivers of governance make nothing at once,
/// so that there is no network on which this is zero.
pub const DEVELOPMENT_REMOTE_DELAY: u32 = 300;

/// A role of the access manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Office {
    role: u64,
    label: &'static str,
}

/// Who holds the offices. Nobody can move an escrow or a note, or change what a proof must show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offices {
    /// Appoints the others, and names governance's own senders and receivers.
    pub administrator: Address,
    /// Adds circuits.
    pub curator: Address,
    /// Seconds that an addition waits, in which the guardian can cancel it.
    pub curator_delay: u32,
    /// Pauses, stops, vetoes and cancels, without a delay.
    pub guardian: Address,
    /// Changes everything else that can be changed.
    pub governor: Address,
    /// Seconds that a change waits, in which the guardian can cancel it.
    pub governor_delay: u32,
    /// Vouches for the pool's users.
    pub provider: Address,
    /// Seconds that a call from another chain waits, in every office that its receiver holds. Not zero.
    pub remote_delay: u32,
}

impl Offices {
    /// One account in every office, which waits for nothing: for development networks. Calls from other chains wait.
    #[must_use]
    pub const fn all_of(account: Address) -> Self {
        Self {
            administrator: account,
            curator: account,
            curator_delay: 0,
            guardian: account,
            governor: account,
            governor_delay: 0,
            provider: account,
            remote_delay: DEVELOPMENT_REMOTE_DELAY,
        }
    }

    /// Every holder of an office on a chain, with its delay.
    fn holders(&self, contracts: &Contracts) -> Vec<(Office, Address, u32)> {
        let mut holders = vec![
            (CURATOR, self.curator, self.curator_delay),
            (GUARDIAN, self.guardian, 0),
            (GOVERNOR, self.governor, self.governor_delay),
            (PROVIDER, self.provider, 0),
        ];
        for receiver in receivers_of_governance(contracts) {
            holders.push((CURATOR, receiver, self.remote_delay));
            holders.push((GOVERNOR, receiver, self.remote_delay));
        }
        holders
    }
}

fn receivers_of_governance(contracts: &Contracts) -> impl Iterator<Item = Address> {
    let receivers = [
        contracts.layerzero_governance_receiver,
        contracts.wormhole_governance_receiver,
        contracts.ccip_governance_receiver,
    ];
    receivers.into_iter().flatten()
}

/// The access manager of a chain; a new one obeys its administrator, the owner, alone until the others are appointed.
///
/// # Errors
/// [`ContractsError`].
pub(super) async fn place_manager(
    build: Builder<'_>,
    contracts: &mut Contracts,
) -> Result<Address, ContractsError> {
    let code = AccessManager::deploy_builder(build.provider, build.owner);
    let code = code.calldata();
    let placed = build.contract(&mut contracts.access_manager, "AccessManager", code).await?;
    if placed.fresh {
        let manager = AccessManager::new(placed.address, build.provider);
        for Office { role, label } in OFFICES {
            let call = manager.labelRole(role, label.to_owned()).into_transaction_request();
            transact(build.provider, "AccessManager.labelRole", call).await?;
        }
    }
    Ok(placed.address)
}

/// Gives the offices their powers over what is on the chain, and their holders. The owner is the administrator.
///
/// # Errors
/// [`ContractsError`].
pub(super) async fn appoint(
    build: Builder<'_>,
    contracts: &Contracts,
    offices: &Offices,
) -> Result<(), ContractsError> {
    if offices.remote_delay == 0 {
        return Err(ContractsError::NoDelay);
    }
    let manager = manager_of(build, contracts)?;
    for power in powers(contracts) {
        empower(build, &manager, power).await?;
    }
    for office in [CURATOR, GOVERNOR] {
        let read = || async { manager.getRoleGuardian(office.role).call().await };
        let call = manager.setRoleGuardian(office.role, GUARDIAN.role).into_transaction_request();
        build.value("the guardian of an office", GUARDIAN.role, read, call).await?;
    }
    for (office, holder, delay) in offices.holders(contracts) {
        let read = || async {
            let held = manager.hasRole(office.role, holder).call().await?;
            Ok(tenure(held.isMember, held.executionDelay))
        };
        let call = manager.grantRole(office.role, holder, delay).into_transaction_request();
        build.value("the holder of an office", tenure(true, delay), read, call).await?;
    }
    Ok(())
}

/// Whether somebody holds an office, and how long they wait.
fn tenure(holds: bool, delay: u32) -> String {
    if holds {
        format!("holding it with a delay of {delay} s")
    } else {
        "not holding it".to_owned()
    }
}

async fn empower(
    build: Builder<'_>,
    manager: &AccessManagerInstance<&DynProvider>,
    power: Power,
) -> Result<(), ContractsError> {
    let Power { target, office, functions } = power;
    let selectors: Vec<FixedBytes<4>> = functions.iter().copied().map(FixedBytes::from).collect();
    for &selector in &selectors {
        let read = || async { manager.getTargetFunctionRole(target, selector).call().await };
        // The first that differs sets them all.
        let call = manager.setTargetFunctionRole(target, selectors.clone(), office.role);
        let call = call.into_transaction_request();
        build.value("the office of a function", office.role, read, call).await?;
    }
    Ok(())
}

/// The access manager that stands on a chain.
pub(super) fn manager_of<'a>(
    build: Builder<'a>,
    contracts: &Contracts,
) -> Result<AccessManagerInstance<&'a DynProvider>, ContractsError> {
    let manager = contracts.access_manager;
    let manager = manager.ok_or(ContractsError::NotDeployed { name: "AccessManager" })?;
    Ok(AccessManager::new(manager, build.provider))
}
