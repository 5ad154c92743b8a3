//! Names of the market's methods, as a transaction or a query names them.

macro_rules! names {
    ($($(#[$doc:meta])* $constant:ident = $name:literal;)*) => {
        $($(#[$doc])* pub const $constant: &str = $name;)*
    };
}

names! {
    /// Initialises a freshly deployed market: [`crate::NewArgs`].
    NEW = "new";
    /// The contract itself, right after new code is deployed: [`crate::MigrateArgs`].
    MIGRATE = "migrate";
    /// Dao, payable (storage): [`crate::ScheduleChangeArgs`]; returns the change's id.
    SCHEDULE_CHANGE = "schedule_change";
    /// Anyone, once its time has come: [`crate::ChangeArgs`].
    EXECUTE_CHANGE = "execute_change";
    /// Dao or Guardian, anyone once it has expired: [`crate::ChangeArgs`].
    CANCEL_CHANGE = "cancel_change";
    /// Dao or Guardian, at once: [`crate::RevokeOfficeArgs`].
    REVOKE_OFFICE = "revoke_office";
    /// Guardian: [`crate::CircuitArgs`]. Final: a stopped circuit id is a tombstone.
    STOP_CIRCUIT = "stop_circuit";
    /// Anyone who can prove the impossible: [`crate::StopByProofArgs`].
    STOP_CIRCUIT_BY_PROOF = "stop_circuit_by_proof";
    /// Guardian: stops all payments for [`crate::HALT_S`], no arguments.
    HALT_PAYMENTS = "halt_payments";
    /// Dao: ends a halt early, no arguments.
    RESUME_PAYMENTS = "resume_payments";
    /// Treasurer: [`crate::WithdrawTreasuryArgs`].
    WITHDRAW_TREASURY = "withdraw_treasury";
    /// CodeStager, payable (storage): the code itself, no JSON.
    STAGE_UPGRADE = "stage_upgrade";
    /// CodeStager, Dao or Guardian, no arguments.
    CANCEL_UPGRADE = "cancel_upgrade";
    /// CodeDeployer, once its time has come: [`crate::DeployUpgradeArgs`].
    DEPLOY_UPGRADE = "deploy_upgrade";
    /// Anyone: takes a job of release 0.1.0 over into the present state: [`crate::JobArgs`].
    ADOPT_JOB = "adopt_job";
    /// Anyone: takes an account's credit of release 0.1.0 over: [`crate::AccountArgs`].
    ADOPT_CREDIT = "adopt_credit";

    /// NEP-145, payable: [`crate::StorageDepositArgs`] to [`crate::StorageBalance`].
    STORAGE_DEPOSIT = "storage_deposit";
    /// NEP-145, 1 yoctoNEAR: [`crate::StorageWithdrawArgs`] to [`crate::StorageBalance`].
    STORAGE_WITHDRAW = "storage_withdraw";
    /// NEP-145, 1 yoctoNEAR: [`crate::StorageUnregisterArgs`] to `bool`.
    STORAGE_UNREGISTER = "storage_unregister";
    /// NEP-145, view: [`crate::StorageBalanceBounds`].
    STORAGE_BALANCE_BOUNDS = "storage_balance_bounds";
    /// NEP-145, view: [`crate::AccountArgs`] to `Option<`[`crate::StorageBalance`]`>`.
    STORAGE_BALANCE_OF = "storage_balance_of";
    /// View: [`crate::ChangeArgs`] to `Option<`[`crate::ChangeView`]`>`.
    CHANGE = "change";
    /// View: `Vec<`[`crate::ChangeView`]`>`, at most [`crate::MAX_PENDING_CHANGES`].
    CHANGES = "changes";
    /// View: `Option<`[`crate::UpgradeView`]`>`.
    UPGRADE = "upgrade";

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
    /// Anyone, in a later block than the funding: [`crate::JobArgs`]; returns
    /// `Option<`[`crate::AssignmentView`]`>`.
    DRAW = "draw";
    /// A fit prover, for a job in its auction: [`crate::JobArgs`]; returns [`crate::AssignmentView`].
    TAKE_JOB = "take_job";
    /// The assigned prover, before the deadline: [`crate::SubmitProofArgs`]; returns [`crate::FeeSplit`].
    SUBMIT_PROOF = "submit_proof";
    /// The assigned prover, before the deadline: [`crate::SubmitCommitmentArgs`]; returns until when it
    /// may be challenged, `u64`.
    SUBMIT_COMMITMENT = "submit_commitment";
    /// Anyone, payable (the bond): [`crate::JobArgs`]; returns until when the proof must be revealed, `u64`.
    CHALLENGE_COMMITMENT = "challenge_commitment";
    /// Anyone who has the proof behind a commitment: [`crate::SubmitProofArgs`]; returns
    /// [`crate::RevealView`].
    REVEAL_PROOF = "reveal_proof";
    /// Anyone, after the window for challenges: [`crate::JobArgs`]; returns [`crate::FeeSplit`].
    SETTLE_COMMITMENT = "settle_commitment";
    /// Anyone: [`crate::ReportInvalidProofArgs`]; the caller is paid a share of what is slashed.
    REPORT_INVALID_PROOF = "report_invalid_proof";
    /// The assigned prover, before the deadline: [`crate::JobArgs`].
    REPORT_INVALID_INPUT = "report_invalid_input";
    /// The client of a job whose input a prover called invalid: [`crate::JobArgs`].
    ACCEPT_INVALID_INPUT = "accept_invalid_input";
    /// Anyone, after a missed deadline: [`crate::JobArgs`]; the caller is paid a share of what is slashed.
    POKE = "poke";
    /// Anyone, after a missed draw window or auction, or of a stopped circuit: [`crate::JobArgs`]; the fee
    /// is credited to the client and returned.
    REFUND_JOB = "refund_job";
    /// Anyone, payable (storage): [`crate::VerifyLocalArgs`]; returns the caller's privacy score, `u32`.
    VERIFY_LOCAL = "verify_local";
    /// The client of a job that nobody can judge any more: [`crate::JobArgs`]; its storage is free in the
    /// client's storage balance.
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
    /// View: [`crate::FrozenSetArgs`] to `Option<`[`crate::FrozenSetView`]`>`, none where the set is not
    /// live any more.
    FROZEN_SET = "frozen_set";
    /// View: [`crate::AccountArgs`] to the number of statements that the account proved by itself, `u32`.
    PRIVACY_SCORE = "privacy_score";
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
