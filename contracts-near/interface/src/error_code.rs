//! Stable codes that begin every panic message of the market, so that a program can match on them.

use core::fmt;

macro_rules! error_codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal;)*) => {
        /// What a refused call was refused for. A panic message reads `<code>: <text for people>`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorCode {
            $($(#[$doc])* $variant,)*
        }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The code as it stands in a panic message.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)*
                }
            }
        }
    };
}

error_codes! {
    /// An argument is no "0x" hex text of the right length.
    BadHex = "E_BAD_HEX";
    /// A parameter of `new` is out of its range.
    BadParams = "E_BAD_PARAMS";
    /// The account has no record with the market.
    AccountUnknown = "E_ACCOUNT_UNKNOWN";
    /// The market itself cannot be a prover.
    ReservedAccount = "E_RESERVED_ACCOUNT";
    /// Less is attached than the call needs.
    DepositTooSmall = "E_DEPOSIT_TOO_SMALL";
    /// A sum of money exceeds 128 bits.
    AmountOverflow = "E_AMOUNT_OVERFLOW";
    /// A payment would touch money owed to others; nothing was paid.
    Insolvent = "E_INSOLVENT";
    /// The account has no credit.
    NothingToClaim = "E_NOTHING_TO_CLAIM";

    /// The circuit id is not the hash of name and public inputs.
    CircuitIdMismatch = "E_CIRCUIT_ID_MISMATCH";
    /// The circuit id is taken, perhaps by a stopped circuit.
    CircuitExists = "E_CIRCUIT_EXISTS";
    /// No circuit has this id.
    CircuitUnknown = "E_CIRCUIT_UNKNOWN";
    /// The circuit is stopped for good.
    CircuitStopped = "E_CIRCUIT_STOPPED";
    /// All circuit numbers are given.
    CircuitsFull = "E_CIRCUITS_FULL";
    /// Name, public inputs, fee or deadline of a new circuit is out of its range.
    BadCircuit = "E_BAD_CIRCUIT";
    /// The verifying key is malformed.
    BadVerifyingKey = "E_BAD_VERIFYING_KEY";

    /// The account is a prover already.
    ProverExists = "E_PROVER_EXISTS";
    /// The account is no prover.
    ProverUnknown = "E_PROVER_UNKNOWN";
    /// The market takes no more provers.
    ProversFull = "E_PROVERS_FULL";
    /// The stake is below the minimum.
    StakeTooSmall = "E_STAKE_TOO_SMALL";
    /// The amount to unstake is nothing, too much, or leaves less than the minimum.
    BadUnstakeAmount = "E_BAD_UNSTAKE_AMOUNT";
    /// The unstaking queue is full.
    UnstakeQueueFull = "E_UNSTAKE_QUEUE_FULL";
    /// Nothing in the queue has been released yet.
    NothingReleased = "E_NOTHING_RELEASED";
    /// The prover still has stake, queued stake or open jobs.
    ProverBusy = "E_PROVER_BUSY";
    /// An offer is out of its range.
    BadCapacity = "E_BAD_CAPACITY";
    /// The statement key is zero or another prover's.
    BadStatementKey = "E_BAD_STATEMENT_KEY";
    /// No attestation can be judged.
    NoVerifier = "E_NO_VERIFIER";
    /// The prover is banned for ever.
    ProverBanned = "E_PROVER_BANNED";
    /// The prover is offline: go_online.
    ProverOffline = "E_PROVER_OFFLINE";
    /// The prover owes no heartbeats, or its last one is not overdue.
    NotDown = "E_NOT_DOWN";
    /// Bonuses of this epoch cannot be claimed now.
    EpochNotClaimable = "E_EPOCH_NOT_CLAIMABLE";
    /// The prover has no bonus in the epoch, or has claimed it.
    NoBonus = "E_NO_BONUS";

    /// A case of the council is open against the prover.
    CaseOpen = "E_CASE_OPEN";
    /// The case cannot be opened: what it names is wrong, or the prover has too many.
    BadCase = "E_BAD_CASE";
    /// No case has this id.
    CaseUnknown = "E_CASE_UNKNOWN";
    /// The case is not in the stage, or the time has not come or has passed.
    CaseStage = "E_CASE_STAGE";
    /// Only the accused may appeal.
    NotAccused = "E_NOT_ACCUSED";
    /// The insurance pool has nothing to pay for the job.
    NotInsured = "E_NOT_INSURED";
    /// The account holds a credit of an earlier failed payment: claim it first.
    ClaimFirst = "E_CLAIM_FIRST";

    /// No job has this id.
    JobUnknown = "E_JOB_UNKNOWN";
    /// The number of public inputs is not the circuit's.
    InputCount = "E_INPUT_COUNT";
    /// A public input is not below the BN254 scalar order.
    InputNotReduced = "E_INPUT_NOT_REDUCED";
    /// The fee is below the circuit's base fee.
    FeeTooSmall = "E_FEE_TOO_SMALL";
    /// No prover is active.
    NoProvers = "E_NO_PROVERS";
    /// The draw must be asked for in a later block than the funding.
    DrawTooEarly = "E_DRAW_TOO_EARLY";
    /// A draw is under way.
    DrawPending = "E_DRAW_PENDING";
    /// The draw window is over: refund.
    DrawTooLate = "E_DRAW_TOO_LATE";
    /// The job is not in the state that the call needs.
    JobState = "E_JOB_STATE";
    /// Another prover was drawn.
    NotDrawnProver = "E_NOT_DRAWN_PROVER";
    /// The deadline has passed.
    DeadlinePassed = "E_DEADLINE_PASSED";
    /// The proof's bytes are no curve points; the job stays open.
    ProofMalformed = "E_PROOF_MALFORMED";
    /// The proof does not hold for the statement; the job stays open.
    ProofInvalid = "E_PROOF_INVALID";
    /// The job may still be drawn or proved.
    NotRefundable = "E_NOT_REFUNDABLE";
    /// Only the client of the job may call this.
    NotClient = "E_NOT_CLIENT";
}

impl ErrorCode {
    /// Finds the code in a failure text as nodes report it, such as
    /// `Smart contract panicked: E_STAKE_TOO_SMALL: ...`.
    pub fn find(text: &str) -> Option<Self> {
        text.split(|c: char| !(c.is_ascii_uppercase() || c == '_'))
            .filter(|word| word.starts_with("E_"))
            .find_map(|word| Self::ALL.iter().copied().find(|code| code.as_str() == word))
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn find_should_read_every_code_out_of_a_node_s_text() {
        for code in ErrorCode::ALL {
            let text = format!("Smart contract panicked: {code}: E_ is no code");
            assert_eq!(ErrorCode::find(&text), Some(*code));
        }
        assert_eq!(ErrorCode::find("Exceeded the prepaid gas"), None);
    }

    #[test]
    fn codes_should_be_unique() {
        let codes: BTreeSet<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(codes.len(), ErrorCode::ALL.len());
    }
}
