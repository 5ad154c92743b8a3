//! Public inputs: one definition gives the typed struct, the names, the order and the allocation.

use ark_r1cs_std::{alloc::AllocVar, fields::fp::FpVar};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

use crate::field::{self, FieldError, Fr};

/// The public inputs of a circuit. Implemented by the macro `public_inputs!` only,
/// so that Rust, the contracts on NEAR and the generated Solidity share one order.
pub trait PublicInputs: Sized + Clone + std::fmt::Debug {
    /// The inputs' names, in order.
    const NAMES: &'static [&'static str];
    /// The variables that a circuit computes with.
    type Vars;

    /// The values, in order.
    fn to_vec(&self) -> Vec<Fr>;

    /// Reads the values, in order.
    ///
    /// # Errors
    /// [`PublicInputsError::Count`] when there are not as many values as names.
    fn from_slice(values: &[Fr]) -> Result<Self, PublicInputsError>;

    /// Allocates every input, in order.
    ///
    /// # Errors
    /// [`SynthesisError::AssignmentMissing`] when `values` is `None` outside setup; those of the
    /// constraint system.
    fn allocate(
        cs: &ConstraintSystemRef<Fr>,
        values: Option<&Self>,
    ) -> Result<Self::Vars, SynthesisError>;
}

/// Why values are not a circuit's public inputs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PublicInputsError {
    /// Another number of values than the circuit has inputs.
    #[error("expected {expected} public inputs, got {got}")]
    Count {
        /// How many the circuit has.
        expected: usize,
        /// How many were given.
        got: usize,
    },
    /// An input that the circuit has is not there.
    #[error("public input {0:?} is missing")]
    Missing(String),
    /// An input that the circuit does not have.
    #[error("public input {0:?} is unknown")]
    Unknown(String),
    /// A value is no field element.
    #[error("public input {name:?}: {source}")]
    Value {
        /// The input's name.
        name: String,
        /// What is wrong with it.
        source: FieldError,
    },
}

/// Reads values keyed by name into the circuit's order.
///
/// # Errors
/// [`PublicInputsError`] naming the input that is missing, unknown or no field element.
pub fn from_named<'a>(
    names: &[&str],
    values: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Vec<Fr>, PublicInputsError> {
    let mut slots = vec![None; names.len()];
    for (name, text) in values {
        let index = names
            .iter()
            .position(|known| *known == name)
            .ok_or_else(|| PublicInputsError::Unknown(name.to_owned()))?;
        let value = field::from_hex(text)
            .map_err(|source| PublicInputsError::Value { name: name.to_owned(), source })?;
        slots[index] = Some(value);
    }
    let missing = |name: &&str| PublicInputsError::Missing((*name).to_owned());
    slots.into_iter().zip(names).map(|(slot, name)| slot.ok_or_else(|| missing(name))).collect()
}

/// Allocates one input; used by the macro `public_inputs!`.
pub(crate) fn allocate_one(
    cs: &ConstraintSystemRef<Fr>,
    value: Option<Fr>,
) -> Result<FpVar<Fr>, SynthesisError> {
    FpVar::new_input(cs.clone(), || value.ok_or(SynthesisError::AssignmentMissing))
}

/// Defines a struct of public inputs and its twin of circuit variables. The order of the fields
/// is the order everywhere.
macro_rules! public_inputs {
    ($(#[$meta:meta])* $vis:vis struct $name:ident / $vars:ident {
        $($(#[$field_meta:meta])* $field:ident,)+
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        $vis struct $name {
            $($(#[$field_meta])* #[serde(with = "crate::field::serde_hex")]
            pub $field: crate::field::Fr,)+
        }

        #[doc = concat!("The variables of [`", stringify!($name), "`].")]
        #[derive(Debug, Clone)]
        $vis struct $vars {
            $($(#[$field_meta])*
            pub $field: ::ark_r1cs_std::fields::fp::FpVar<crate::field::Fr>,)+
        }

        impl crate::public_inputs::PublicInputs for $name {
            const NAMES: &'static [&'static str] = &[$(stringify!($field)),+];
            type Vars = $vars;

            fn to_vec(&self) -> Vec<crate::field::Fr> {
                vec![$(self.$field),+]
            }

            fn from_slice(
                values: &[crate::field::Fr],
            ) -> Result<Self, crate::public_inputs::PublicInputsError> {
                let count = || crate::public_inputs::PublicInputsError::Count {
                    expected: Self::NAMES.len(),
                    got: values.len(),
                };
                let [$($field),+] = *values else { return Err(count()) };
                Ok(Self { $($field),+ })
            }

            fn allocate(
                cs: &::ark_relations::gr1cs::ConstraintSystemRef<crate::field::Fr>,
                values: Option<&Self>,
            ) -> Result<$vars, ::ark_relations::gr1cs::SynthesisError> {
                $(let $field = crate::public_inputs::allocate_one(
                    cs,
                    values.map(|values| values.$field),
                )?;)+
                Ok($vars { $($field),+ })
            }
        }
    };
}

pub(crate) use public_inputs;
