//! (a) No witness variable, alone or in a group, and no public input can move while all constraints hold.

use std::collections::BTreeMap;

use ark_ff::{AdditiveGroup, Field, UniformRand};
use ark_std::rand::{Rng, RngCore};
use proofrail_circuits::field::Fr;

use crate::{
    jacobian,
    system::{Constraint, System},
};

/// New values of some variables.
pub(crate) type Change = BTreeMap<usize, Fr>;

/// The changes that break no constraint: none for a sound circuit.
pub(crate) fn unnoticed(system: &System, groups: usize, rng: &mut impl RngCore) -> Vec<Change> {
    let sums = Sums::of(system);
    let mut unnoticed: Vec<Change> = Vec::new();
    let mut attempt = |change: Change| {
        if sums.is_unnoticed(&change) {
            unnoticed.push(change);
        }
    };
    for index in system.inputs() {
        neighbours(system, index, rng).into_iter().for_each(&mut attempt);
    }
    for index in system.witness() {
        neighbours(system, index, rng).into_iter().for_each(&mut attempt);
        [Fr::ZERO, Fr::ONE].into_iter().for_each(|edge| attempt(Change::from([(index, edge)])));
    }
    for _ in 0..groups {
        attempt(scattered_group(system, rng));
        row_group(system, rng).into_iter().for_each(&mut attempt);
        row_kernel(system, rng).into_iter().for_each(&mut attempt);
    }
    unnoticed
}

/// The three sums of every constraint at the assignment, and what each variable adds to them: a change
/// is judged by its own constraints alone.
struct Sums<'a> {
    system: &'a System,
    /// By constraint.
    values: Vec<[Fr; 3]>,
    /// By variable: constraint, which of the sums, coefficient.
    entries: Vec<Vec<(usize, usize, Fr)>>,
}

impl<'a> Sums<'a> {
    fn of(system: &'a System) -> Self {
        let mut values = Vec::with_capacity(system.constraints.len());
        let mut entries = vec![Vec::new(); system.assignment.len()];
        for (row, Constraint { a, b, c }) in system.constraints.iter().enumerate() {
            let mut sums = [Fr::ZERO; 3];
            for (side, terms) in [a, b, c].into_iter().enumerate() {
                for (coefficient, index) in terms {
                    sums[side] += *coefficient * system.assignment[*index];
                    entries[*index].push((row, side, *coefficient));
                }
            }
            values.push(sums);
        }
        Self { system, values, entries }
    }

    /// Whether `change` moves something and every constraint still holds.
    fn is_unnoticed(&self, change: &Change) -> bool {
        let mut moved: BTreeMap<usize, [Fr; 3]> = BTreeMap::new();
        let mut any = false;
        for (index, value) in change {
            let step = *value - self.system.assignment[*index];
            any |= step != Fr::ZERO;
            for (row, side, coefficient) in &self.entries[*index] {
                moved.entry(*row).or_insert_with(|| self.values[*row])[*side] +=
                    *coefficient * step;
            }
        }
        any && moved.values().all(|[a, b, c]| *a * b == *c)
    }
}

/// One variable at the next value, at its negative and anywhere. Zero and one are left to the witness:
/// an input may be zero for none, as the receipt of a transfer is.
fn neighbours(system: &System, index: usize, rng: &mut impl RngCore) -> [Change; 3] {
    let value = system.assignment[index];
    [value + Fr::ONE, -value, Fr::rand(rng)].map(|other| Change::from([(index, other)]))
}

/// Two to eight variables from anywhere, to anywhere.
fn scattered_group(system: &System, rng: &mut impl RngCore) -> Change {
    let size = rng.gen_range(2..=8);
    (0..size).map(|_| (rng.gen_range(system.witness()), Fr::rand(rng))).collect()
}

/// All witness variables of one constraint, to anywhere.
fn row_group(system: &System, rng: &mut impl RngCore) -> Option<Change> {
    let Constraint { a, b, c } = &system.constraints[rng.gen_range(0..system.constraints.len())];
    let change: Change = [a, b, c]
        .into_iter()
        .flatten()
        .filter(|(_, index)| system.witness().contains(index))
        .map(|(_, index)| (*index, Fr::rand(rng)))
        .collect();
    (!change.is_empty()).then_some(change)
}

/// Two variables of one constraint, moved so that this constraint holds on: exactly where it is
/// linear in both, to first order elsewhere.
fn row_kernel(system: &System, rng: &mut impl RngCore) -> Option<Change> {
    let row = rng.gen_range(0..system.constraints.len());
    let gradient: Vec<_> = jacobian::gradient(system, row)
        .into_iter()
        .filter(|(index, _)| system.witness().contains(index))
        .collect();
    if gradient.len() < 2 {
        return None;
    }
    let (i, slope_i) = gradient[rng.gen_range(0..gradient.len())];
    let (j, slope_j) = gradient[rng.gen_range(0..gradient.len())];
    let step = Fr::rand(rng);
    let moved = |index: usize, by: Fr| (index, system.assignment[index] + by);
    (i != j).then(|| Change::from([moved(i, slope_j * step), moved(j, -slope_i * step)]))
}
