//! A synthesised circuit as matrices, with one satisfying assignment.

use std::{collections::BTreeMap, ops::Range};

use ark_ff::AdditiveGroup;
use ark_relations::gr1cs::{
    ConstraintSystem, ConstraintSystemRef, OptimizationGoal, R1CS_PREDICATE_LABEL, SynthesisError,
    Variable,
};
use num_bigint::BigUint;
use proofrail_circuits::{
    audit::{self, Checked},
    field::Fr,
};

/// A sparse linear combination: coefficient and variable.
pub(crate) type Row = Vec<(Fr, usize)>;

/// The constraint `⟨a, z⟩ · ⟨b, z⟩ = ⟨c, z⟩`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Constraint {
    pub(crate) a: Row,
    pub(crate) b: Row,
    pub(crate) c: Row,
}

/// A range check in the numbering of the matrices. Checks of the same bits are one.
#[derive(Debug, Clone)]
pub(crate) struct RangeCheck {
    pub(crate) bits: Vec<usize>,
    /// The smallest of the declared bounds.
    pub(crate) bound: BigUint,
    /// Whether a constraint sums the bits up to a field element.
    pub(crate) summed: bool,
    pub(crate) rows: Vec<Range<usize>>,
}

/// Constraints, an assignment that satisfies them, and what the circuit declares.
#[derive(Debug, Clone)]
pub(crate) struct System {
    pub(crate) constraints: Vec<Constraint>,
    /// One, the public inputs, the witness.
    pub(crate) assignment: Vec<Fr>,
    /// How many of the assignment are public, the one included.
    pub(crate) public: usize,
    /// What the prover chooses.
    pub(crate) private: Vec<usize>,
    pub(crate) ranges: Vec<RangeCheck>,
    /// The constraints that a variable stands in.
    pub(crate) rows_of: Vec<Vec<usize>>,
}

impl System {
    /// Synthesises with values. Panics where they do not satisfy the constraints.
    pub(crate) fn of(
        synthesis: impl FnOnce(ConstraintSystemRef<Fr>) -> Result<(), SynthesisError>,
    ) -> Self {
        let cs = ConstraintSystem::new_ref();
        cs.set_optimization_goal(OptimizationGoal::Constraints);
        let (result, audit) = audit::audited(|| synthesis(cs.clone()));
        result.unwrap();
        cs.finalize();
        assert!(cs.is_satisfied().unwrap(), "{:?}", cs.which_is_unsatisfied());
        let public = cs.num_instance_variables();
        let [a, b, c]: [_; 3] =
            cs.to_matrices().unwrap().remove(R1CS_PREDICATE_LABEL).unwrap().try_into().unwrap();
        let constraints: Vec<_> =
            a.into_iter().zip(b).zip(c).map(|((a, b), c)| Constraint { a, b, c }).collect();
        let assignment =
            [cs.instance_assignment().unwrap(), cs.witness_assignment().unwrap()].concat();
        let index = |variable: &Variable| variable.get_variable_index(public).unwrap();
        let rows_of = rows_of(&constraints, assignment.len());
        Self {
            constraints,
            public,
            private: audit.private.iter().map(index).collect(),
            ranges: merge(&audit.ranges, index),
            rows_of,
            assignment,
        }
    }

    /// The system without one of its constraints.
    pub(crate) fn without(&self, row: usize) -> Self {
        let mut weaker = self.clone();
        weaker.constraints[row] = Constraint::default();
        weaker
    }

    /// The system without the range checks of public inputs, and with their bits given. In a range an
    /// input cannot move a little, which would hide that nothing says what it is.
    pub(crate) fn with_loose_inputs(&self) -> Self {
        let mut looser = self.clone();
        let of_input = |check: &&RangeCheck| {
            let mut terms = check.rows.iter().cloned().flatten().flat_map(|row| {
                let Constraint { a, b, c } = &self.constraints[row];
                [a, b, c].into_iter().flatten()
            });
            terms.any(|(_, index)| self.inputs().contains(index))
        };
        for check in self.ranges.iter().filter(of_input) {
            looser.private.extend(&check.bits);
            for row in check.rows.iter().cloned().flatten() {
                looser.constraints[row] = Constraint::default();
            }
        }
        looser
    }

    /// The indices of the public inputs.
    pub(crate) fn inputs(&self) -> Range<usize> {
        1..self.public
    }

    /// The indices of the witness, the prover's choices included.
    pub(crate) fn witness(&self) -> Range<usize> {
        self.public..self.assignment.len()
    }

    /// Whether a constraint holds under `value`.
    pub(crate) fn holds(&self, row: usize, value: impl Fn(usize) -> Fr) -> bool {
        let Constraint { a, b, c } = &self.constraints[row];
        evaluate(a, &value) * evaluate(b, &value) == evaluate(c, &value)
    }
}

/// `⟨row, z⟩` with `z` given by `value`.
pub(crate) fn evaluate(row: &Row, value: impl Fn(usize) -> Fr) -> Fr {
    row.iter().map(|(coefficient, index)| *coefficient * value(*index)).sum()
}

fn rows_of(constraints: &[Constraint], variables: usize) -> Vec<Vec<usize>> {
    let mut rows_of = vec![Vec::new(); variables];
    for (row, Constraint { a, b, c }) in constraints.iter().enumerate() {
        for (coefficient, index) in [a, b, c].into_iter().flatten() {
            if *coefficient != Fr::ZERO && rows_of[*index].last() != Some(&row) {
                rows_of[*index].push(row);
            }
        }
    }
    rows_of
}

fn merge(checks: &[audit::RangeCheck], index: impl Fn(&Variable) -> usize) -> Vec<RangeCheck> {
    let mut merged: BTreeMap<Vec<usize>, RangeCheck> = BTreeMap::new();
    for check in checks {
        let bits: Vec<usize> = check.bits.iter().map(&index).collect();
        let first = || RangeCheck {
            bits: bits.clone(),
            bound: check.bound.clone(),
            summed: false,
            rows: Vec::new(),
        };
        let whole = merged.entry(bits.clone()).or_insert_with(first);
        whole.bound = check.bound.clone().min(whole.bound.clone());
        whole.summed |= check.of == Checked::Element;
        whole.rows.push(check.rows.clone());
    }
    merged.into_values().collect()
}
