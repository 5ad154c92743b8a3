//! Events of the market, NEP-297.

use near_account_id::AccountId;
use near_token::NearToken;
use serde::{Deserialize, Serialize};

use crate::rules::slashing::{Fault, SlashSplit};
use crate::{CaseKind, CaseOutcome, DrawView, FeeSplit, Hex};

/// What a log line that carries an event begins with (NEP-297).
pub const EVENT_PREFIX: &str = "EVENT_JSON:";
/// The `standard` field of every event.
pub const STANDARD: &str = "proofrail";
/// The `version` field of every event.
pub const STANDARD_VERSION: &str = "1.0.0";

/// One event: its name and data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", content = "data", rename_all = "snake_case")]
pub enum MarketEvent {
    /// A circuit may be asked for.
    CircuitRegistered {
        /// Its id.
        circuit_id: Hex<32>,
        /// Its name and version.
        name: String,
    },
    /// A circuit is closed for good.
    CircuitStopped {
        /// Its id.
        circuit_id: Hex<32>,
    },
    /// A prover joined.
    ProverRegistered {
        /// Its account.
        prover_id: AccountId,
        /// Its seat number.
        seat: u32,
        /// Its stake.
        stake: NearToken,
    },
    /// A prover added stake.
    StakeAdded {
        /// Its account.
        prover_id: AccountId,
        /// What was added.
        amount: NearToken,
        /// The stake after it.
        stake: NearToken,
    },
    /// Stake entered the queue.
    UnstakeRequested {
        /// The prover.
        prover_id: AccountId,
        /// What leaves.
        amount: NearToken,
        /// The stake that remains.
        stake: NearToken,
        /// When the amount may be withdrawn, unix seconds.
        available_at: u64,
    },
    /// Stake left the queue and was sent.
    StakeWithdrawn {
        /// The prover.
        prover_id: AccountId,
        /// What was sent.
        amount: NearToken,
    },
    /// A prover left.
    ProverUnregistered {
        /// Its account.
        prover_id: AccountId,
    },
    /// A prover offers something else.
    CapacityChanged {
        /// The prover.
        prover_id: AccountId,
    },
    /// A prover went online or offline.
    PresenceChanged {
        /// The prover.
        prover_id: AccountId,
        /// It wants work.
        online: bool,
    },
    /// A prover was slashed.
    ProverSlashed {
        /// The prover.
        prover_id: AccountId,
        /// For what.
        fault: Fault,
        /// What was taken; the parts add up to it.
        amount: NearToken,
        /// Who got what. The next prover's part waits with the job.
        split: SlashSplit,
        /// Who was paid the reporter's part, if anybody reported but the prover itself.
        reporter_id: Option<AccountId>,
    },
    /// A prover is banned for ever.
    ProverBanned {
        /// The prover.
        prover_id: AccountId,
        /// The case of the council.
        case_id: u64,
    },
    /// The council proposes to slash and ban a prover.
    SlashProposed {
        /// The case.
        case_id: u64,
        /// The accused.
        prover_id: AccountId,
        /// Of what.
        kind: CaseKind,
        /// SHA-256 of the evidence.
        evidence: Hex<32>,
        /// The end of the time for an appeal, unix seconds.
        execute_after: u64,
    },
    /// The accused appealed.
    SlashAppealed {
        /// The case.
        case_id: u64,
        /// The last second in which the arbiter may confirm it.
        confirm_before: u64,
    },
    /// The arbiter confirmed a case that was appealed.
    SlashConfirmed {
        /// The case.
        case_id: u64,
        /// The last second in which it may be executed.
        lapses_at: u64,
    },
    /// A case ended and nothing was slashed.
    CaseClosed {
        /// The case.
        case_id: u64,
        /// The accused.
        prover_id: AccountId,
        /// How it ended.
        outcome: CaseOutcome,
    },
    /// A new epoch of bonuses.
    EpochBegan {
        /// Its number.
        epoch: u32,
        /// Set aside for bonuses that nobody can claim any more; the treasury's again.
        returned: NearToken,
    },
    /// A bonus was credited.
    BonusClaimed {
        /// The prover.
        prover_id: AccountId,
        /// The epoch that it is for.
        epoch: u32,
        /// The bonus.
        amount: NearToken,
    },
    /// The insurance pool paid a harmed client.
    InsurancePaid {
        /// The job.
        job_id: u64,
        /// Its client.
        client_id: AccountId,
        /// What was credited.
        amount: NearToken,
    },
    /// A job is paid for and its set of provers frozen.
    JobFunded {
        /// The job.
        job_id: u64,
        /// Who paid.
        client_id: AccountId,
        /// The circuit.
        circuit_id: Hex<32>,
        /// What an accepted proof pays.
        fee: NearToken,
        /// The last second in which a draw may be asked for.
        draw_before: u64,
    },
    /// A draw was asked for; a later block's seed decides.
    DrawRequested {
        /// The job.
        job_id: u64,
        /// Block of the request.
        requested_height: u64,
    },
    /// A prover was drawn.
    JobAssigned {
        /// The job.
        job_id: u64,
        /// The draw, with its seed.
        draw: DrawView,
    },
    /// The drawn seat's prover has left; the job stays undrawn.
    DrawVoid {
        /// The job.
        job_id: u64,
        /// The empty seat.
        seat: u32,
    },
    /// A proof was accepted and its fee split.
    ProofAccepted {
        /// The job.
        job_id: u64,
        /// Who proved.
        prover_id: AccountId,
        /// The circuit.
        circuit_id: Hex<32>,
        /// The shares.
        split: FeeSplit,
    },
    /// A drawn prover missed its deadline.
    DeadlineMissed {
        /// The job.
        job_id: u64,
        /// Who missed it.
        prover_id: AccountId,
    },
    /// The fee is on its way back to the client.
    JobRefunded {
        /// The job.
        job_id: u64,
        /// Who is paid back.
        client_id: AccountId,
        /// The fee.
        amount: NearToken,
    },
    /// A finished job's storage was released.
    JobPruned {
        /// The job.
        job_id: u64,
        /// What storage had cost.
        released: NearToken,
    },
    /// Credit was sent to its owner.
    Claimed {
        /// Whose credit.
        account_id: AccountId,
        /// What was sent.
        amount: NearToken,
    },
    /// A transfer failed; what was sent is the account's credit again.
    TransferFailed {
        /// The account that could not be paid.
        account_id: AccountId,
        /// What came back.
        amount: NearToken,
    },
}

/// An event as logged: standard, version, name and data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventLog {
    /// Always [`STANDARD`].
    pub standard: String,
    /// Version of the schema.
    pub version: String,
    /// The event itself.
    #[serde(flatten)]
    pub event: MarketEvent,
}

impl From<MarketEvent> for EventLog {
    fn from(event: MarketEvent) -> Self {
        Self { standard: STANDARD.to_owned(), version: STANDARD_VERSION.to_owned(), event }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn event_log_should_have_the_shape_of_nep_297() {
        let log = EventLog::from(MarketEvent::DrawRequested { job_id: 7, requested_height: 9 });
        let json = serde_json::to_value(&log).unwrap();
        assert_eq!(
            json,
            serde_json::json!({
                "standard": "proofrail",
                "version": "1.0.0",
                "event": "draw_requested",
                "data": {"job_id": 7, "requested_height": 9},
            })
        );
        assert_eq!(serde_json::from_value::<EventLog>(json).unwrap(), log);
    }
}
