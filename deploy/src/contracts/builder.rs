//! One chain brought to a wanted state: what is so already is left alone, what is missing is made, and all is read back.
//! The same steps tell, without a transaction, whether a chain is in that state.

use alloy::{
    contract::Error as ContractError,
    primitives::Address,
    providers::{DynProvider, Provider},
    rpc::types::TransactionRequest,
};

use super::evm::{ContractsError, expect};
use crate::rpc::{EvmError, deploy, transact};

/// What is done where a chain is not as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Transactions make it so.
    Build,
    /// It is reported, and nothing is sent.
    Verify,
}

/// A chain at work.
#[derive(Clone, Copy, Debug)]
pub struct Builder<'a> {
    /// Signs as the owner where something is built.
    pub provider: &'a DynProvider,
    /// Who deploys, and holds the offices of development networks.
    pub owner: Address,
    /// Whether anything is sent.
    pub mode: Mode,
}

/// A contract of the wanted state.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed {
    pub(super) address: Address,
    /// Whether it was deployed just now.
    pub(super) fresh: bool,
}

impl<'a> Builder<'a> {
    /// One that deploys and configures; `provider` signs as `owner`.
    #[must_use]
    pub const fn new(provider: &'a DynProvider, owner: Address) -> Self {
        Self { provider, owner, mode: Mode::Build }
    }

    /// One that only compares.
    #[must_use]
    pub const fn verifying(provider: &'a DynProvider, owner: Address) -> Self {
        Self { provider, owner, mode: Mode::Verify }
    }

    /// The contract that `slot` names, or a new one that `slot` then names.
    pub(super) async fn contract(
        &self,
        slot: &mut Option<Address>,
        name: &'static str,
        code: &[u8],
    ) -> Result<Placed, ContractsError> {
        if let Some(address) = *slot {
            let found = self.provider.get_code_at(address).await;
            let found = found.map_err(EvmError::rpc(format!("read the code of {name}")))?;
            if found.is_empty() {
                return Err(ContractsError::NoCode { name, address });
            }
            return Ok(Placed { address, fresh: false });
        }
        if self.mode == Mode::Verify {
            return Err(ContractsError::NotDeployed { name });
        }
        let address = deploy(self.provider, name, code.to_vec()).await?;
        *slot = Some(address);
        Ok(Placed { address, fresh: true })
    }

    /// Sees that `read` gives `wanted`, by `call` where it does not.
    pub(super) async fn value<T, R>(
        &self,
        what: &'static str,
        wanted: T,
        read: impl Fn() -> R,
        call: TransactionRequest,
    ) -> Result<(), ContractsError>
    where
        T: PartialEq + ToString,
        R: Future<Output = Result<T, ContractError>>,
    {
        let found = read().await.map_err(EvmError::contract(what))?;
        if found == wanted || self.mode == Mode::Verify {
            return expect(what, wanted, found);
        }
        transact(self.provider, &format!("set {what}"), call).await?;
        expect(what, wanted, read().await.map_err(EvmError::contract(what))?)
    }

    /// Sees that a value that is fixed at construction is the wanted one.
    pub(super) async fn fixed<T: PartialEq + ToString>(
        &self,
        what: &'static str,
        wanted: T,
        read: impl IntoFuture<Output = Result<T, ContractError>>,
    ) -> Result<(), ContractsError> {
        expect(what, wanted, read.await.map_err(EvmError::contract(what))?)
    }
}
