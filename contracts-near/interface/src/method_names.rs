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
    /// A prover, payable (storage of more circuits): [`crate::Capacity`].
    SET_CAPACITY = "set_capacity";
    /// A prover, no arguments: it is not drawn any more and owes no heartbeats.
    GO_OFFLINE = "go_offline";
    /// A prover, no arguments: it may be drawn again.
    GO_ONLINE = "go_online";
    /// A prover, no arguments: a sign of life.
    HEARTBEAT = "heartbeat";
    /// Anyone: [`crate::ProverArgs`]; slashes a prover that is silent for too long, returns
    /// [`crate::rules::slashing::SlashSplit`].
    REPORT_DOWNTIME = "report_downtime";
    /// A prover: [`crate::ClaimBonusArgs`]; credits its bonus and returns it.
    CLAIM_BONUS = "claim_bonus";
    /// The client of a harmed job: [`crate::JobArgs`]; credits what the insurance pool pays and returns it.
    CLAIM_INSURANCE = "claim_insurance";

    /// The council, payable (storage): [`crate::ProposeSlashArgs`]; returns the case id.
    PROPOSE_SLASH = "propose_slash";
    /// The accused: [`crate::CaseArgs`].
    APPEAL_SLASH = "appeal_slash";
    /// The arbiter: [`crate::CaseArgs`].
    CONFIRM_SLASH = "confirm_slash";
    /// Council, arbiter or guardian: [`crate::CaseArgs`].
    CANCEL_SLASH = "cancel_slash";
    /// Anyone, when its time has come: [`crate::CaseArgs`]; returns [`crate::rules::slashing::SlashSplit`].
    EXECUTE_SLASH = "execute_slash";
    /// Anyone, for a case that has lapsed: [`crate::CaseArgs`].
    CLOSE_CASE = "close_case";

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
    /// View: [`crate::CaseArgs`] to `Option<`[`crate::CaseView`]`>`.
    CASE = "case";
    /// View: [`crate::PageArgs`], counted in case ids, to `Vec<`[`crate::CaseView`]`>`: open cases.
    CASES = "cases";
    /// View: [`crate::EpochsView`].
    EPOCHS = "epochs";
    /// View: [`crate::AccountArgs`] to `bool`: whether the account may never be a prover again.
    BANNED = "banned";
    /// View: [`crate::RegisterCostArgs`] to [`crate::CostView`].
    REGISTER_COST = "register_cost";
    /// View: [`crate::AccountingView`].
    ACCOUNTING = "accounting";
}
