//! (b) The Jacobian of the constraints at a satisfying point has full column rank over the variables
//! that should follow from the others. A direction in its kernel is a witness that can move.
//!
//! Most columns fall to propagation: a row with one undetermined variable determines it. Only what is
//! left is eliminated, shortest row first; so the largest circuits are examined whole.

use std::collections::{BTreeMap, BTreeSet};

use ark_ff::{AdditiveGroup, Field};
use proofrail_circuits::field::Fr;

use crate::system::{Constraint, Row, System, evaluate};

/// The derivative of a constraint by each variable at the assignment; zeros are left out.
pub(crate) fn gradient(system: &System, row: usize) -> BTreeMap<usize, Fr> {
    let Constraint { a, b, c } = &system.constraints[row];
    let at = |row: &Row| evaluate(row, |index| system.assignment[index]);
    let mut gradient = BTreeMap::new();
    for (row, factor) in [(a, at(b)), (b, at(a)), (c, -Fr::ONE)] {
        for (coefficient, index) in row {
            *gradient.entry(*index).or_insert(Fr::ZERO) += factor * coefficient;
        }
    }
    gradient.retain(|_, slope| *slope != Fr::ZERO);
    gradient
}

/// What should follow from the prover's choices: all other witness variables, and the public inputs but
/// the `given` ones. Were a public input left free, its constraint would be missing.
pub(crate) fn dependent(system: &System, given: &[usize]) -> BTreeSet<usize> {
    let chosen: BTreeSet<_> = system.private.iter().chain(given).copied().collect();
    let all = system.inputs().chain(system.witness());
    all.filter(|index| !chosen.contains(index)).collect()
}

/// How many independent directions `unknown` can move in while everything else stands still, and the
/// variables that they move. None for variables that the rest determines.
pub(crate) fn free_directions(system: &System, unknown: &BTreeSet<usize>) -> (usize, Vec<usize>) {
    let mut rows: Vec<BTreeMap<usize, Fr>> =
        (0..system.constraints.len()).map(|row| gradient(system, row)).collect();
    for row in &mut rows {
        row.retain(|index, _| unknown.contains(index));
    }
    let mut left = unknown.clone();
    propagate(system, &mut rows, &mut left);
    let rows: Vec<_> = rows.into_iter().filter(|row| !row.is_empty()).collect();
    let rank = eliminate(rows);
    (left.len() - rank, left.into_iter().collect())
}

/// Takes the variables out that stand alone in a row, until there are none.
fn propagate(system: &System, rows: &mut [BTreeMap<usize, Fr>], left: &mut BTreeSet<usize>) {
    let mut single: Vec<usize> = (0..rows.len()).filter(|row| rows[*row].len() == 1).collect();
    while let Some(row) = single.pop() {
        let Some((index, _)) = rows[row].pop_first() else { continue };
        left.remove(&index);
        for &other in &system.rows_of[index] {
            if rows[other].remove(&index).is_some() && rows[other].len() == 1 {
                single.push(other);
            }
        }
    }
}

/// The rank, by sparse elimination with the shortest row as pivot.
fn eliminate(mut rows: Vec<BTreeMap<usize, Fr>>) -> usize {
    let mut rank = 0;
    while let Some(shortest) = (0..rows.len()).min_by_key(|row| rows[*row].len()) {
        let pivot = rows.swap_remove(shortest);
        let Some((&column, &head)) = pivot.iter().next() else { continue };
        rank += 1;
        let inverse = head.inverse().unwrap();
        for row in &mut rows {
            let Some(value) = row.get(&column).copied() else { continue };
            for (index, slope) in &pivot {
                *row.entry(*index).or_insert(Fr::ZERO) -= value * inverse * slope;
            }
            row.retain(|_, slope| *slope != Fr::ZERO);
        }
        rows.retain(|row| !row.is_empty());
    }
    rank
}
