//! The bridges' ends under the access manager: what an owner's call was, is `manager.execute(end, call)` by an office.

use alloy::{
    primitives::Address, providers::DynProvider, rpc::types::TransactionRequest, sol_types::SolCall,
};
use proofrail_evm::{
    contracts::{
        AccessManager::AccessManagerInstance, OAppCore, Ownable2Step,
        Ownable2Step::acceptOwnershipCall,
    },
    deployment::EvmChain,
};

use super::{
    builder::{Builder, Mode},
    evm::{ContractsError, expect},
    governance::manager_of,
};
use crate::{
    layerzero::abi::EndpointV2,
    rpc::{EvmError, transact},
};

/// Makes the access manager the owner of every end of settlements on a chain, and LayerZero's delegate of those over
/// LayerZero: a delegate chooses who verifies an end's messages.
///
/// # Errors
/// [`ContractsError`].
pub(super) async fn hand_over(build: Builder<'_>, chain: &EvmChain) -> Result<(), ContractsError> {
    let contracts = &chain.contracts;
    let manager = manager_of(build, contracts)?;
    let over_layerzero = [contracts.layerzero_sender, contracts.layerzero_receiver];
    for end in over_layerzero.into_iter().flatten() {
        let endpoint = EndpointV2::new(chain.layerzero()?.endpoint, build.provider);
        let read = || async { endpoint.delegates(end).call().await };
        let app = OAppCore::new(end, build.provider);
        let call = app.setDelegate(*manager.address()).into_transaction_request();
        build.value("LayerZero's delegate of an end", *manager.address(), read, call).await?;
        take_over(build, &manager, end).await?;
    }
    let others = [contracts.wormhole_receiver, contracts.ccip_sender, contracts.ccip_receiver];
    for end in others.into_iter().flatten() {
        take_over(build, &manager, end).await?;
    }
    Ok(())
}

/// The two steps of OpenZeppelin's Ownable2Step.
async fn take_over(
    build: Builder<'_>,
    manager: &AccessManagerInstance<&DynProvider>,
    end: Address,
) -> Result<(), ContractsError> {
    const WHAT: &str = "the owner of a bridge's end";
    let owned = Ownable2Step::new(end, build.provider);
    let owner = owned.owner().call().await.map_err(EvmError::contract(WHAT))?;
    let wanted = *manager.address();
    if owner == wanted || build.mode == Mode::Verify {
        return expect(WHAT, wanted, owner);
    }
    let pending = owned.pendingOwner().call().await;
    if pending.map_err(EvmError::contract("the next owner of a bridge's end"))? != wanted {
        let call = owned.transferOwnership(wanted).into_transaction_request();
        transact(build.provider, "offer a bridge's end to the access manager", call).await?;
    }
    let accept = execute(manager, end, &acceptOwnershipCall {});
    transact(build.provider, "have the access manager accept a bridge's end", accept).await?;
    let owner = owned.owner().call().await.map_err(EvmError::contract(WHAT))?;
    expect(WHAT, wanted, owner)
}

/// A call that the access manager makes, as the owner of `target`.
pub(super) fn execute(
    manager: &AccessManagerInstance<&DynProvider>,
    target: Address,
    call: &impl SolCall,
) -> TransactionRequest {
    manager.execute(target, call.abi_encode().into()).into_transaction_request()
}
