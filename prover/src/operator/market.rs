//! What the market says, typed.

use proofrail_near_client::{NearClient, NearError};
use proofrail_near_interface::{
    AccountArgs, AccountId, AttestationPolicy, Capacity, CircuitArgs, CircuitView, ConfigView,
    CostView, EpochsView, Hex, JobArgs, JobView, NearToken, PageArgs, ProverView, RegisterCostArgs,
    method_names,
};
use serde_json::json;

/// Most jobs that one view returns.
pub const PAGE: u64 = 50;

/// Reads the market.
#[derive(Clone, Debug)]
pub struct Market {
    near: NearClient,
    id: AccountId,
}

impl Market {
    /// The market at `id`.
    pub const fn new(near: NearClient, id: AccountId) -> Self {
        Self { near, id }
    }

    /// The market's account.
    pub const fn id(&self) -> &AccountId {
        &self.id
    }

    /// The connection.
    pub const fn near(&self) -> &NearClient {
        &self.near
    }

    /// Accounts and parameters.
    ///
    /// # Errors
    /// [`NearError::View`].
    pub async fn config(&self) -> Result<ConfigView, NearError> {
        self.near.view(&self.id, method_names::CONFIG, json!({})).await
    }

    /// A prover.
    ///
    /// # Errors
    /// [`NearError::View`].
    pub async fn prover(&self, account: &AccountId) -> Result<Option<ProverView>, NearError> {
        let args = AccountArgs { account_id: account.clone() };
        self.near.view(&self.id, method_names::PROVER, args).await
    }

    /// What `register_prover` takes of an account.
    ///
    /// # Errors
    /// [`NearError::View`].
    pub async fn register_cost(
        &self,
        account: &AccountId,
        capacity: &Capacity,
    ) -> Result<CostView, NearError> {
        let args = RegisterCostArgs {
            account_id: account.clone(),
            circuits: u32::try_from(capacity.circuits.len()).ok(),
        };
        self.near.view(&self.id, method_names::REGISTER_COST, args).await
    }

    /// The policy over attestations.
    ///
    /// # Errors
    /// [`NearError::View`].
    pub async fn attestation_policy(&self) -> Result<AttestationPolicy, NearError> {
        self.near.view(&self.id, method_names::ATTESTATION_POLICY, json!({})).await
    }

    /// The epoch in which provers earn, and the one whose bonuses may be claimed.
    ///
    /// # Errors
    /// [`NearError::View`].
    pub async fn epochs(&self) -> Result<EpochsView, NearError> {
        self.near.view(&self.id, method_names::EPOCHS, json!({})).await
    }

    /// What `claim` would pay.
    ///
    /// # Errors
    /// [`NearError::View`].
    pub async fn claimable(&self, account: &AccountId) -> Result<NearToken, NearError> {
        let args = AccountArgs { account_id: account.clone() };
        self.near.view(&self.id, method_names::CLAIMABLE, args).await
    }

    /// A circuit, stopped ones included.
    ///
    /// # Errors
    /// [`NearError::View`].
    pub async fn circuit(&self, circuit_id: Hex<32>) -> Result<Option<CircuitView>, NearError> {
        self.near.view(&self.id, method_names::CIRCUIT, CircuitArgs { circuit_id }).await
    }

    /// A job.
    ///
    /// # Errors
    /// [`NearError::View`].
    pub async fn job(&self, job_id: u64) -> Result<Option<JobView>, NearError> {
        self.near.view(&self.id, method_names::JOB, JobArgs { job_id }).await
    }

    /// The id that the next funded job will get.
    ///
    /// # Errors
    /// [`NearError::View`].
    pub async fn next_job_id(&self) -> Result<u64, NearError> {
        self.near.view(&self.id, method_names::NEXT_JOB_ID, json!({})).await
    }

    /// Jobs with ids in `[from, from + PAGE)` that are not pruned.
    ///
    /// # Errors
    /// [`NearError::View`].
    pub async fn jobs(&self, from: u64) -> Result<Vec<JobView>, NearError> {
        let args = PageArgs { from: Some(from), limit: Some(PAGE) };
        self.near.view(&self.id, method_names::JOBS, args).await
    }
}
