//! The life of one message: its statuses, the queue that owns each, and the steps that are allowed.

use serde::{Deserialize, Serialize};

/// Where a message stands, as operators and clients see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Taken in: receipt, proof and public inputs hold; nothing was read from a chain yet.
    Accepted,
    /// The destination would pay it now; no money was spent.
    Prepared,
    /// A transaction with a reserved nonce is written down, and may be on its way: the one that hands the message to the
    /// bridge, or one with which the relayer itself delivers it.
    Submitted,
    /// The source transaction is final: the bridge has the message.
    Sent,
    /// `Settled` was seen on the destination but is not final yet.
    Delivered,
    /// `Settled` is final on the destination, whoever delivered it.
    Settled,
    /// Waiting for something that may change; the reason says what. Tried again after a back-off.
    Held,
    /// Can never settle; the reason says why.
    Failed,
}

/// The queue that owns a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Everything that can be known before money is spent.
    Prepare,
    /// From the written intent to a final source transaction.
    Submit,
    /// From the sent message to a final `Settled`.
    Confirm,
    /// Nothing is left to do.
    Done,
}

/// A status together with the queue that owns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// What is shown.
    pub status: Status,
    /// Who works on it.
    pub stage: Stage,
}

impl State {
    /// The state of a status that is not [`Status::Held`].
    pub const fn running(status: Status) -> Option<Self> {
        let stage = match status {
            Status::Accepted => Stage::Prepare,
            Status::Prepared | Status::Submitted => Stage::Submit,
            Status::Sent | Status::Delivered => Stage::Confirm,
            Status::Settled | Status::Failed => Stage::Done,
            Status::Held => return None,
        };
        Some(Self { status, stage })
    }

    /// Held in `stage`, which stays the owner.
    pub const fn held(stage: Stage) -> Self {
        Self { status: Status::Held, stage }
    }

    /// Whether nothing is left to do.
    pub const fn is_terminal(self) -> bool {
        matches!(self.stage, Stage::Done)
    }

    /// Whether the machine has the step `self → to`.
    ///
    /// A held message may do what any message of its queue may do. The ways back are a reorganised destination
    /// (`delivered → sent | prepared`), an attempt that ended without effect at finality (`submitted → prepared`), and a
    /// delivery of the relayer's own (`sent → submitted → sent`).
    pub fn may_become(self, to: Self) -> bool {
        if to.status == Status::Held {
            return to.stage == self.stage && !self.is_terminal();
        }
        if Self::running(to.status) != Some(to) {
            return false;
        }
        match self.stage {
            Stage::Prepare => {
                matches!(to.status, Status::Prepared | Status::Delivered | Status::Failed)
            }
            Stage::Submit => matches!(
                to.status,
                Status::Prepared
                    | Status::Submitted
                    | Status::Sent
                    | Status::Delivered
                    | Status::Failed
            ),
            Stage::Confirm => matches!(
                to.status,
                Status::Sent
                    | Status::Submitted
                    | Status::Delivered
                    | Status::Settled
                    | Status::Prepared
                    | Status::Failed
            ),
            Stage::Done => false,
        }
    }
}

/// A stored word that is none of the known ones.
#[derive(Debug, thiserror::Error)]
#[error("unknown {what} {found:?}: the database was written by another version of the relayer")]
pub struct UnknownWord {
    what: &'static str,
    found: String,
}

macro_rules! words {
    ($kind:ident, $what:literal, $($variant:ident => $word:literal),+ $(,)?) => {
        impl $kind {
            /// The word used in SQL, JSON and the command line.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
        }

        impl std::fmt::Display for $kind {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $kind {
            type Err = $crate::status::UnknownWord;

            fn from_str(word: &str) -> Result<Self, $crate::status::UnknownWord> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::status::UnknownWord::new($what, word)),
                }
            }
        }
    };
}
pub(crate) use words;

words!(Status, "status",
    Accepted => "accepted", Prepared => "prepared", Submitted => "submitted", Sent => "sent",
    Delivered => "delivered", Settled => "settled", Held => "held", Failed => "failed");
words!(Stage, "stage",
    Prepare => "prepare", Submit => "submit", Confirm => "confirm", Done => "done");

impl UnknownWord {
    pub(crate) fn new(what: &'static str, found: &str) -> Self {
        Self { what, found: found.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn states() -> Vec<State> {
        let running = Status::ALL.iter().filter_map(|status| State::running(*status));
        running.chain([Stage::Prepare, Stage::Submit, Stage::Confirm].map(State::held)).collect()
    }

    #[test]
    fn words_are_those_of_the_schema_and_of_json() {
        for status in Status::ALL {
            assert_eq!(status.as_str().parse::<Status>().expect("known"), *status);
            assert_eq!(serde_json::to_value(status).expect("JSON"), status.as_str());
        }
        for stage in Stage::ALL {
            assert_eq!(serde_json::to_value(stage).expect("JSON"), stage.as_str());
        }
        assert!("sending".parse::<Status>().is_err());
    }

    #[test]
    fn nothing_leaves_an_end() {
        for from in states().into_iter().filter(|state| state.is_terminal()) {
            assert!(states().into_iter().all(|to| !from.may_become(to)), "{from:?}");
        }
    }

    #[test]
    fn settled_is_reached_through_the_confirm_queue_only() {
        let settled = State::running(Status::Settled).expect("a state");
        for from in states() {
            assert_eq!(from.may_become(settled), from.stage == Stage::Confirm, "{from:?}");
        }
    }

    #[test]
    fn sent_is_reached_from_a_written_intent_or_a_reorganised_destination_only() {
        let sent = State::running(Status::Sent).expect("a state");
        for from in states() {
            let expected = matches!(from.stage, Stage::Submit | Stage::Confirm);
            assert_eq!(from.may_become(sent), expected, "{from:?}");
        }
    }

    #[test]
    fn every_state_that_is_no_end_can_be_held_and_can_fail() {
        let failed = State::running(Status::Failed).expect("a state");
        for from in states().into_iter().filter(|state| !state.is_terminal()) {
            assert!(
                from.may_become(State::held(from.stage)) && from.may_become(failed),
                "{from:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_state_is_a_status_with_the_stage_that_owns_it(
            from in prop::sample::select(states()),
            status in prop::sample::select(Status::ALL.to_vec()),
            stage in prop::sample::select(Stage::ALL.to_vec()),
        ) {
            let to = State { status, stage };
            if from.may_become(to) {
                prop_assert!(states().contains(&to));
            }
        }
    }
}
