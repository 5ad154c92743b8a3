//! The circuits of the house, by name and by id. A new circuit is one line of [`CIRCUITS`].

use std::{fmt, marker::PhantomData};

use schemars::{Schema, schema_for};

use crate::{
    bid_range::BidRangeCircuit,
    circuit::{self, Circuit, CircuitId, InputError, Synthesize},
    field::Fr,
    income_threshold::IncomeThresholdCircuit,
    membership::MembershipCircuit,
    public_inputs::PublicInputs,
    receipt::{EcdsaReceiptCircuit, PrivateReceiptCircuit, ReceiptCircuit},
    receipt_batch::ReceiptBatchCircuit,
    shielded::ShieldedCircuit,
};

/// Every circuit.
pub static CIRCUITS: &[&dyn RegisteredCircuit] = &[
    &Entry::<ReceiptCircuit>::NEW,
    &Entry::<MembershipCircuit>::NEW,
    &Entry::<IncomeThresholdCircuit>::NEW,
    &Entry::<BidRangeCircuit>::NEW,
    &Entry::<PrivateReceiptCircuit>::NEW,
    &Entry::<EcdsaReceiptCircuit>::NEW,
    &Entry::<ReceiptBatchCircuit>::NEW,
    &Entry::<ShieldedCircuit>::NEW,
];

/// A circuit whose type is not known where it is used.
pub trait RegisteredCircuit: Send + Sync {
    /// The name in ids, files and commands.
    fn name(&self) -> &'static str;
    /// The version of the statement.
    fn version(&self) -> u16;
    /// The public inputs' names, in order.
    fn input_names(&self) -> &'static [&'static str];
    /// The text whose hash is the id.
    fn signature(&self) -> String;
    /// The id.
    fn id(&self) -> CircuitId;
    /// The public inputs, in order, of the statement that nobody should be able to prove.
    fn impossible_inputs(&self) -> Vec<Fr>;
    /// The JSON schema of an instance with its private values.
    fn input_schema(&self) -> Schema;
    /// The circuit without an assignment.
    fn blank(&self) -> Box<dyn Synthesize>;
    /// The circuit assigned from the JSON of one instance.
    ///
    /// # Errors
    /// [`InputError`] naming the field that is wrong.
    fn assign(&self, input: &str) -> Result<Box<dyn Synthesize>, InputError>;
}

impl fmt::Debug for dyn RegisteredCircuit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.signature())
    }
}

/// The circuit of this name.
pub fn by_name(name: &str) -> Option<&'static dyn RegisteredCircuit> {
    CIRCUITS.iter().copied().find(|circuit| circuit.name() == name)
}

/// The circuit of this id.
pub fn by_id(id: &CircuitId) -> Option<&'static dyn RegisteredCircuit> {
    CIRCUITS.iter().copied().find(|circuit| circuit.id() == *id)
}

struct Entry<C>(PhantomData<fn() -> C>);

impl<C> Entry<C> {
    const NEW: Self = Self(PhantomData);
}

impl<C: Circuit> RegisteredCircuit for Entry<C> {
    fn name(&self) -> &'static str {
        C::NAME
    }

    fn version(&self) -> u16 {
        C::VERSION
    }

    fn input_names(&self) -> &'static [&'static str] {
        C::PublicInputs::NAMES
    }

    fn signature(&self) -> String {
        circuit::signature::<C>()
    }

    fn id(&self) -> CircuitId {
        circuit::id::<C>()
    }

    fn impossible_inputs(&self) -> Vec<Fr> {
        C::impossible_inputs().to_vec()
    }

    fn input_schema(&self) -> Schema {
        schema_for!(C::Input)
    }

    fn blank(&self) -> Box<dyn Synthesize> {
        Box::new(C::blank())
    }

    fn assign(&self, input: &str) -> Result<Box<dyn Synthesize>, InputError> {
        Ok(Box::new(C::from_json(input)?))
    }
}
