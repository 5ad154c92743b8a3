//! What a circuit is to the rest of the house: a name, a version, ordered public inputs, and
//! constraints. The id is derived from the first three, so a reordering is an unknown circuit.

use std::{fmt, str::FromStr};

use ark_relations::gr1cs::{ConstraintSynthesizer, ConstraintSystemRef, SynthesisError};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::{
    field::{self, Fr},
    public_inputs::PublicInputs,
};

/// A circuit together with its assignment, or without one for setup.
pub trait Circuit: Sized + 'static {
    /// The name in ids, files and commands.
    const NAME: &'static str;
    /// Changes with every change of the statement that keeps name and inputs.
    const VERSION: u16;
    /// The public inputs.
    type PublicInputs: PublicInputs;
    /// One instance with its private values, as [`Self::from_json`] reads it.
    type Input: JsonSchema;

    /// The circuit without an assignment, for setup and counting.
    fn blank() -> Self;

    /// The circuit assigned from the JSON that describes one instance.
    ///
    /// # Errors
    /// [`InputError`] naming the field that is wrong; nothing is computed for a wrong input.
    fn from_json(input: &str) -> Result<Self, InputError>;

    /// A statement that no witness satisfies. A contract registers it beside the verifying key: whoever shows a
    /// proof of it has shown that key or circuit is broken, and stops the circuit.
    fn impossible_inputs() -> Self::PublicInputs;

    /// The assigned public inputs; `None` for a blank circuit.
    fn public_inputs(&self) -> Option<&Self::PublicInputs>;

    /// Emits the constraints.
    ///
    /// # Errors
    /// Those of the constraint system.
    fn synthesize(&self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError>;
}

/// Why an input is refused before any proving.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// The text is not the JSON of such an input.
    #[error("{field}: {source}")]
    Json {
        /// The path of the field that cannot be read; `input` for the whole.
        field: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A receipt that no proof exists for.
    #[error(transparent)]
    Receipt(#[from] crate::receipt::ReceiptError),
    /// A membership that no proof exists for.
    #[error(transparent)]
    Membership(#[from] crate::membership::MembershipError),
    /// A payment history that no proof exists for.
    #[error(transparent)]
    Income(#[from] crate::income_threshold::IncomeError),
    /// A bid that no proof exists for.
    #[error(transparent)]
    Bid(#[from] crate::bid_range::BidError),
    /// A batch of receipts that no proof exists for.
    #[error(transparent)]
    Batch(#[from] crate::receipt_batch::BatchError),
    /// A shielded transfer that no proof exists for.
    #[error(transparent)]
    Transfer(#[from] crate::shielded::TransferError),
}

/// Reads a circuit's private input.
///
/// # Errors
/// [`InputError::Json`] naming the field that cannot be read.
pub(crate) fn parse<T: DeserializeOwned>(input: &str) -> Result<T, InputError> {
    let whole = |source| InputError::Json { field: "input".to_owned(), source };
    let mut json = serde_json::Deserializer::from_str(input);
    let parsed = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        match error.path().to_string() {
            // At the root, or before any field was read.
            path if path == "." || path == "?" => whole(error.into_inner()),
            field => InputError::Json { field, source: error.into_inner() },
        }
    })?;
    json.end().map_err(whole)?;
    Ok(parsed)
}

/// `keccak256("name/version(input,input,…)")`: the key of a circuit in every contract.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CircuitId([u8; 32]);

impl CircuitId {
    /// An id from its bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, as a Solidity `bytes32`.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for CircuitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{}", hex::encode(self.0))
    }
}

impl fmt::Debug for CircuitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CircuitId({self})")
    }
}

/// The text is not `0x` and 64 hex digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a circuit id is \"0x\" and 64 hex digits, got {0:?}")]
pub struct ParseCircuitIdError(String);

impl FromStr for CircuitId {
    type Err = ParseCircuitIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 32];
        text.strip_prefix("0x")
            .and_then(|digits| hex::decode_to_slice(digits, &mut bytes).ok())
            .map(|()| Self(bytes))
            .ok_or_else(|| ParseCircuitIdError(text.chars().take(80).collect()))
    }
}

impl serde::Serialize for CircuitId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for CircuitId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// `name/version(input,input,…)`, the text whose hash is the circuit id.
pub fn signature<C: Circuit>() -> String {
    format!("{}/{}({})", C::NAME, C::VERSION, C::PublicInputs::NAMES.join(","))
}

/// The id of `C`.
pub fn id<C: Circuit>() -> CircuitId {
    CircuitId(field::keccak256(signature::<C>().as_bytes()))
}

/// Constraints with values, of any circuit.
pub trait Synthesize {
    /// The circuit's id.
    fn circuit_id(&self) -> CircuitId;

    /// The public inputs in order; empty for a blank circuit.
    fn input_values(&self) -> Vec<Fr>;

    /// Emits the constraints.
    ///
    /// # Errors
    /// Those of the constraint system.
    fn emit(&self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError>;
}

impl<C: Circuit> Synthesize for C {
    fn circuit_id(&self) -> CircuitId {
        id::<C>()
    }

    fn input_values(&self) -> Vec<Fr> {
        self.public_inputs().map(PublicInputs::to_vec).unwrap_or_default()
    }

    fn emit(&self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        self.synthesize(cs)
    }
}

/// Lends a circuit to arkworks, whose trait consumes it.
#[allow(missing_debug_implementations)]
pub struct Synthesizer<'a>(pub &'a dyn Synthesize);

impl ConstraintSynthesizer<Fr> for Synthesizer<'_> {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        self.0.emit(cs)
    }
}
