//! What an operator does about each refusal of the market.

use proofrail_near_interface::ErrorCode;

/// What to do about it, in one sentence.
pub fn advice(code: ErrorCode) -> &'static str {
    match code.as_str() {
        "E_DEPOSIT_TOO_SMALL" => {
            "attach more: `proofrail-prover status` shows the smallest stake, storage comes on top"
        }
        "E_ACCOUNT_UNKNOWN" | "E_PROVER_UNKNOWN" => {
            "this account is no prover here: check `market` and the account key, or run \
             `proofrail-prover register`"
        }
        "E_PROVER_EXISTS" => {
            "this account is registered already: `proofrail-prover status` shows it"
        }
        "E_PROVERS_FULL" => "the market takes no more provers now: try again when one has left",
        "E_STAKE_TOO_SMALL" => "stake at least the market's smallest stake: `--stake NEAR`",
        "E_BAD_UNSTAKE_AMOUNT" => {
            "unstake all of the stake (`--all`), or leave at least the smallest stake; collateral of \
             open jobs cannot leave"
        }
        "E_UNSTAKE_QUEUE_FULL" => "withdraw what has been released, or wait until it is",
        "E_NOTHING_RELEASED" => {
            "`proofrail-prover status` shows when the queue releases stake; an open case blocks it"
        }
        "E_PROVER_BUSY" => "finish open jobs, `unstake --all` and `withdraw` before `leave`",
        "E_CLAIM_FIRST" => "run `proofrail-prover claim` first",
        "E_NOTHING_TO_CLAIM" => "nothing is owed to this account now",
        "E_CIRCUIT_UNKNOWN" => {
            "a circuit under [offer] is not in this market: its id follows from name, version and \
             inputs, so check that program and market are of the same release"
        }
        "E_CIRCUIT_STOPPED" => "a circuit under [offer] was stopped for good: remove it",
        "E_JOB_STATE" => "the job has moved on meanwhile: look at it again before anything else",
        "E_NOT_DRAWN_PROVER" => "another prover has the job",
        "E_DEADLINE_PASSED" => {
            "too late: the collateral of the job is slashed when somebody pokes it"
        }
        "E_PROOF_MALFORMED" | "E_PROOF_INVALID" => {
            "the market's verifying key is not the one that the proof was made for: do not retry, \
             check the keys folder against the market's circuit"
        }
        "E_BAD_CAPACITY" => "correct [offer] in the configuration: the message says what is wrong",
        "E_BAD_STATEMENT_KEY" => {
            "another prover uses this statement key, or it is no key: move the file away and let \
             `register` write a new one"
        }
        "E_PROVER_BANNED" => {
            "banned for ever; `unstake --all` and `withdraw` take out what slashing left"
        }
        "E_PROVER_OFFLINE" => "run `proofrail-prover online` first",
        "E_CASE_OPEN" => {
            "a case of the council is open: stake stays until it is decided; appeal in time if it is wrong"
        }
        "E_NO_VERIFIER" => "this market judges no attestations yet",
        "E_BAD_EVIDENCE" => {
            "the quote or its collateral is not in the market's form: take a fresh one"
        }
        "E_VCEK_UNKNOWN" => {
            "the market does not know this AMD chip's key yet: `attest --vcek DER --ask DER --product LINE`"
        }
        "E_NOT_ATTESTED" => "the attestation has lapsed: run `proofrail-prover attest`",
        "E_PAUSED" | "E_PAYMENTS_HALTED" => {
            "the market's guardian has paused this: nothing is lost, try again later"
        }
        "E_ACCOUNT_BUSY" | "E_STORAGE_TOO_SMALL" => "claim what is owed and withdraw stake first",
        "E_HASH_MISMATCH" => {
            "the proof is not the one whose hash was submitted: look into the state folder"
        }
        "E_COMMITMENT_NOT_ALLOWED" => "this client takes whole proofs only",
        "E_INSOLVENT" => "the market holds back a payment: report this, it should be impossible",
        "E_BAD_HEX" | "E_AMOUNT_OVERFLOW" | "E_BAD_PARAMS" => {
            "an argument is out of range: check the configuration against `config-template`"
        }
        _ => "`proofrail-prover status` shows where the prover stands",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_should_be_there_for_every_refusal_of_an_operator_s_calls() {
        let general = advice(ErrorCode::NotClient);
        for code in [
            ErrorCode::DepositTooSmall,
            ErrorCode::ProverUnknown,
            ErrorCode::ProverExists,
            ErrorCode::StakeTooSmall,
            ErrorCode::BadUnstakeAmount,
            ErrorCode::UnstakeQueueFull,
            ErrorCode::NothingReleased,
            ErrorCode::ProverBusy,
            ErrorCode::NothingToClaim,
            ErrorCode::CircuitUnknown,
            ErrorCode::NotDrawnProver,
            ErrorCode::DeadlinePassed,
            ErrorCode::ProofInvalid,
        ] {
            assert_ne!(advice(code), general, "{code}");
        }
    }

    #[test]
    fn advice_should_match_codes_that_exist() {
        let source = include_str!("advice.rs");
        let tests = source.find("mod tests").unwrap_or(source.len());
        let named = source[..tests].split('"').filter(|word| word.starts_with("E_"));
        for code in named {
            assert!(ErrorCode::find(code).is_some(), "{code} is no code of the market");
        }
    }
}
