//! `.r1cs`: a circuit's constraints A·B = C over its signals, as circom writes them
//! (`iden3/r1csfile/doc/r1cs_bin_format.md`).

mod reader;
mod writer;

pub use self::{
    reader::{Constraint, Constraints, LinearCombination, R1cs},
    writer::R1csWriter,
};

use ark_bn254::Fr;

use crate::{
    container::{Kind, section},
    error::Section,
    field::FIELD_BYTES,
};

const HEADER: Section = section(1, "header");
const CONSTRAINTS: Section = section(2, "constraints");
const LABELS: Section = section(3, "wire to label map");
const CUSTOM_GATES: Section = section(4, "custom gates");
const CUSTOM_GATE_USES: Section = section(5, "uses of custom gates");
static KIND: Kind = Kind {
    magic: "r1cs",
    newest: 1,
    written: 1,
    sections: &[HEADER, CONSTRAINTS, LABELS, CUSTOM_GATES, CUSTOM_GATE_USES],
};

const TERM_BYTES: usize = 4 + FIELD_BYTES;

/// The size of a circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct R1csHeader {
    /// Signals, with the constant 1.
    pub variables: u32,
    /// Public outputs.
    pub outputs: u32,
    /// Public inputs.
    pub public_inputs: u32,
    /// Private inputs.
    pub private_inputs: u32,
    /// Labels of the source before circom simplified it.
    pub labels: u64,
    /// Constraints.
    pub constraints: u32,
}

impl R1csHeader {
    /// Public signals without the constant: outputs, then public inputs. Nothing on overflow.
    pub fn public(&self) -> Option<u32> {
        self.outputs.checked_add(self.public_inputs)
    }
}

/// A signal times a coefficient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// The signal.
    pub signal: u32,
    /// Its coefficient.
    pub coefficient: Fr,
}
