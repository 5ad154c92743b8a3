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

    /// The account does not hold the office that the call needs.
    NotPermitted = "E_NOT_PERMITTED";
    /// The guardian paused this part of the market.
    Paused = "E_PAUSED";
    /// The guardian halted all payments for a time.
    PaymentsHalted = "E_PAYMENTS_HALTED";
    /// Payments were halted a short while ago.
    HaltTooSoon = "E_HALT_TOO_SOON";
    /// Payments are not halted.
    NotHalted = "E_NOT_HALTED";
    /// A scheduled change is malformed.
    BadChange = "E_BAD_CHANGE";
    /// No change with this id waits.
    ChangeUnknown = "E_CHANGE_UNKNOWN";
    /// The change's time has not come.
    ChangeTooEarly = "E_CHANGE_TOO_EARLY";
    /// The change was not executed in time.
    ChangeExpired = "E_CHANGE_EXPIRED";
    /// As many changes wait as may wait.
    ChangesFull = "E_CHANGES_FULL";
    /// The office is not revoked in this way.
    OfficeProtected = "E_OFFICE_PROTECTED";
    /// No code is staged, or what is staged is no code.
    BadUpgrade = "E_BAD_UPGRADE";
    /// The staged code's time has not come.
    UpgradeTooEarly = "E_UPGRADE_TOO_EARLY";
    /// The state cannot be migrated like this.
    BadMigration = "E_BAD_MIGRATION";
    /// The treasury holds less.
    TreasuryTooSmall = "E_TREASURY_TOO_SMALL";
    /// Exactly 1 yoctoNEAR must be attached (NEP-145).
    OneYocto = "E_ONE_YOCTO";
    /// Less of the storage balance is free.
    StorageTooSmall = "E_STORAGE_TOO_SMALL";
    /// The account holds money or records.
    AccountBusy = "E_ACCOUNT_BUSY";
    /// The circuit has no impossible statement.
    NoImpossibleStatement = "E_NO_IMPOSSIBLE_STATEMENT";

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

    /// Evidence of an attestation cannot be read.
    BadEvidence = "E_BAD_EVIDENCE";
    /// The attestation policy is out of range.
    BadPolicy = "E_BAD_POLICY";
    /// The evidence is not of the prover's accepted quote.
    NotTheQuote = "E_NOT_THE_QUOTE";
    /// The key of the AMD chip is not known: `register_vcek` first.
    VcekUnknown = "E_VCEK_UNKNOWN";
    /// The measurement is not known.
    MeasurementUnknown = "E_MEASUREMENT_UNKNOWN";
    /// The measurement is revoked for good.
    MeasurementRevoked = "E_MEASUREMENT_REVOKED";
    /// No more measurements are taken.
    MeasurementsFull = "E_MEASUREMENTS_FULL";

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
    /// No deadline was missed yet.
    NotMissed = "E_NOT_MISSED";
    /// The job may still be judged or claimed for.
    NotPrunable = "E_NOT_PRUNABLE";
    /// The ramp of a fee auction falls or is too long.
    BadAuction = "E_BAD_AUCTION";
    /// The auction is over: refund.
    AuctionClosed = "E_AUCTION_CLOSED";
    /// The prover could not be drawn for this job either.
    ProverUnfit = "E_PROVER_UNFIT";
    /// The circuit asks for a TEE and the prover has no attestation that counts now.
    NotAttested = "E_NOT_ATTESTED";
    /// The client takes proofs only.
    CommitmentNotAllowed = "E_COMMITMENT_NOT_ALLOWED";
    /// The window in which the commitment could be challenged is over.
    ChallengeTooLate = "E_CHALLENGE_TOO_LATE";
    /// The commitment may still be challenged.
    ChallengeOpen = "E_CHALLENGE_OPEN";
    /// The proof is not the one whose hash was submitted.
    HashMismatch = "E_HASH_MISMATCH";
    /// The reported proof is longer than what is judged.
    EvidenceTooLong = "E_EVIDENCE_TOO_LONG";
    /// The prover was slashed for a false proof of this job already.
    SlashedAlready = "E_SLASHED_ALREADY";
    /// Neither signature nor hash binds the prover to the reported proof.
    NotBound = "E_NOT_BOUND";
    /// The reported proof holds.
    ProofHolds = "E_PROOF_HOLDS";
    /// The job was closed too long ago to be judged.
    ReportTooLate = "E_REPORT_TOO_LATE";
    /// No prover called the job's input invalid.
    NotDoubted = "E_NOT_DOUBTED";
    /// Somebody proved this statement before.
    StatementKnown = "E_STATEMENT_KNOWN";
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
