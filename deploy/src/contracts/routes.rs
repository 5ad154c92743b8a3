//! The router's circuits: each has its verifier, and the statement that stops it when somebody proves it.

use alloy::{
    contract::Error as ContractError,
    primitives::{Address, B256, U256},
};
use proofrail_evm::{
    contracts::{VerifierRouter, VerifierRouter::VerifierRouterInstance},
    deployment::Contracts,
};

use super::{
    builder::{Builder, Mode},
    evm::{ContractsError, expect},
};
use crate::rpc::{EvmError, deploy, transact};

/// A router at work.
#[derive(Debug)]
pub(super) struct Routes<'a> {
    build: Builder<'a>,
    router: VerifierRouterInstance<&'a alloy::providers::DynProvider>,
}

impl<'a> Routes<'a> {
    /// Of the chain's router.
    pub(super) fn of(build: Builder<'a>, contracts: &Contracts) -> Result<Self, ContractsError> {
        let router = contracts
            .verifier_router
            .ok_or(ContractsError::NotDeployed { name: "VerifierRouter" })?;
        Ok(Self { build, router: VerifierRouter::new(router, build.provider) })
    }

    /// Sees that a circuit has a verifier, and returns it. A circuit keeps the one that it got.
    pub(super) async fn place(
        &self,
        circuit: B256,
        name: &str,
        code: impl FnOnce() -> Result<Vec<u8>, ContractsError>,
    ) -> Result<Address, ContractsError> {
        if let Some(verifier) = self.verifier(circuit).await? {
            return Ok(verifier);
        }
        if self.build.mode == Mode::Verify {
            return Err(ContractsError::NotRouted { circuit, verifier: name.to_owned() });
        }
        let verifier = deploy(self.build.provider, name, code()?).await?;
        let call = self.router.addVerifier(circuit, verifier).into_transaction_request();
        transact(self.build.provider, "VerifierRouter.addVerifier", call).await?;
        let found = self.verifier(circuit).await?.unwrap_or_default();
        expect("the router's verifier", verifier, found)?;
        Ok(verifier)
    }

    /// Registers the circuit's impossible statement, once.
    pub(super) async fn register_impossible(
        &self,
        circuit: B256,
        inputs: Vec<U256>,
    ) -> Result<(), ContractsError> {
        const ACTION: &str = "VerifierRouter.registerImpossible";
        let call = self.router.registerImpossible(circuit, inputs).from(self.build.owner);
        // The router does not tell which statement it has, only that it has one.
        match call.call().await {
            Ok(_) if self.build.mode == Mode::Verify => {
                Err(ContractsError::NoImpossible { circuit })
            }
            Ok(_) => {
                transact(self.build.provider, ACTION, call.into_transaction_request()).await?;
                Ok(())
            }
            Err(error) if is::<VerifierRouter::ImpossibleAlreadyRegistered>(&error) => Ok(()),
            Err(error) => Err(EvmError::contract(ACTION)(error).into()),
        }
    }

    async fn verifier(&self, circuit: B256) -> Result<Option<Address>, ContractsError> {
        match self.router.verifierOf(circuit).call().await {
            Ok(verifier) => Ok(Some(verifier)),
            Err(error) if is::<VerifierRouter::UnknownCircuit>(&error) => Ok(None),
            Err(error) => Err(EvmError::contract("VerifierRouter.verifierOf")(error).into()),
        }
    }
}

fn is<E: alloy::sol_types::SolError>(error: &ContractError) -> bool {
    error.as_decoded_error::<E>().is_some()
}
