//! Names of the market's methods, as a transaction or a query names them.

macro_rules! names {
    ($($(#[$doc:meta])* $constant:ident = $name:literal;)*) => {
        $($(#[$doc])* pub const $constant: &str = $name;)*
    };
}

names! {
    /// Initialises a freshly deployed market: [`crate::NewArgs`].
    NEW = "new";
    /// Owner, payable (storage): [`crate::RegisterCircuitArgs`].
    REGISTER_CIRCUIT = "register_circuit";
    /// Owner: [`crate::CircuitArgs`]. Final: a stopped circuit id is a tombstone.
    STOP_CIRCUIT = "stop_circuit";

    /// Payable (stake and storage): [`crate::RegisterProverArgs`].
    REGISTER_PROVER = "register_prover";
    /// Payable (the whole deposit is staked), no arguments.
    ADD_STAKE = "add_stake";
    /// Moves stake into the unstaking queue: [`crate::RequestUnstakeArgs`].
    REQUEST_UNSTAKE = "request_unstake";
    /// Pays out what the queue has released, no arguments.
    WITHDRAW_STAKE = "withdraw_stake";
    /// Removes a prover without stake and releases its storage, no arguments.
    UNREGISTER_PROVER = "unregister_prover";

    /// Payable (fee and storage): [`crate::FundJobArgs`]; returns the job id.
    FUND_JOB = "fund_job";
    /// Anyone, in a later block than the funding: [`crate::JobArgs`]; returns the drawn [`crate::DrawView`].
    DRAW = "draw";
    /// The drawn prover, before the deadline: [`crate::SubmitProofArgs`]; returns [`crate::FeeSplit`].
    SUBMIT_PROOF = "submit_proof";
    /// Anyone, after a missed deadline: [`crate::JobArgs`]; the client is paid back.
    REFUND_JOB = "refund_job";
    /// The client of a finished job: [`crate::JobArgs`]; releases the storage deposit.
    PRUNE_JOB = "prune_job";
    /// Pays the caller its credit, no arguments.
    CLAIM = "claim";

    /// The prover: [`crate::UpdateAttestationArgs`]; returns [`crate::AttestationOutcome`].
    UPDATE_ATTESTATION = "update_attestation";
    /// Anyone: [`crate::ReverifyAttestationArgs`]; returns [`crate::AttestationOutcome`].
    REVERIFY_ATTESTATION = "reverify_attestation";
    /// Anyone, payable (storage): [`crate::RegisterVcekArgs`]; returns whether the key is kept.
    REGISTER_VCEK = "register_vcek";
    /// Guardian: [`crate::MeasurementArgs`]. At once and for ever.
    REVOKE_MEASUREMENT = "revoke_measurement";
    /// View: `Vec<`[`crate::MeasurementView`]`>`.
    MEASUREMENTS = "measurements";
    /// View: [`crate::AttestationPolicy`].
    ATTESTATION_POLICY = "attestation_policy";
    /// View: [`crate::PlatformArgs`] to `bool`.
    PLATFORM_BANNED = "platform_banned";

    /// View: [`crate::ConfigView`].
    CONFIG = "config";
    /// View: [`crate::CircuitArgs`] to `Option<`[`crate::CircuitView`]`>`.
    CIRCUIT = "circuit";
    /// View: [`crate::PageArgs`] to `Vec<`[`crate::CircuitView`]`>`.
    CIRCUITS = "circuits";
    /// View: [`crate::AccountArgs`] to `Option<`[`crate::ProverView`]`>`.
    PROVER = "prover";
    /// View: [`crate::PageArgs`], counted in seats, to `Vec<`[`crate::ProverView`]`>`.
    PROVERS = "provers";
    /// View: [`crate::JobArgs`] to `Option<`[`crate::JobView`]`>`.
    JOB = "job";
    /// View: [`crate::PageArgs`], counted in job ids, to `Vec<`[`crate::JobView`]`>`.
    JOBS = "jobs";
    /// View: the id that the next funded job will get, `u64`.
    NEXT_JOB_ID = "next_job_id";
    /// View: [`crate::JobArgs`] to `Option<`[`crate::DrawReplayView`]`>`: all that a replay needs.
    DRAW_REPLAY = "draw_replay";
    /// View: [`crate::AccountArgs`] to the account's credit.
    CLAIMABLE = "claimable";
    /// View: [`crate::FundCostArgs`] to [`crate::CostView`].
    FUND_COST = "fund_cost";
    /// View: [`crate::AccountArgs`] to [`crate::CostView`].
    REGISTER_COST = "register_cost";
    /// View: [`crate::AccountingView`].
    ACCOUNTING = "accounting";
}
