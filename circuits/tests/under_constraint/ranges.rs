//! (c) Every range check, taken out of its circuit: field-edge values pass exactly when they are in
//! range, whatever the bits that a prover shows for them.

use std::collections::{BTreeMap, BTreeSet};

use ark_ff::{AdditiveGroup, Field, PrimeField};
use num_bigint::BigUint;
use proofrail_circuits::field::Fr;

use crate::system::{Constraint, RangeCheck, Row, System, evaluate};

/// What is wrong with the range checks of a circuit: nothing, for a sound one.
pub(crate) fn defects(system: &System) -> Vec<String> {
    let mut shapes = BTreeSet::new();
    let mut defects = Vec::new();
    for (number, check) in system.ranges.iter().enumerate() {
        let sums: Vec<_> = rows(check).filter(|row| is_sum(system, *row, check)).collect();
        let mut found = form_defects(system, check, &sums);
        // Checks alike but for their variables let the same values through.
        if shapes.insert(shape(system, check, &sums)) {
            found.extend(value_defects(system, check, &sums));
        }
        let at = format!("range check {number} (at most {:#x})", check.bound);
        defects.extend(found.into_iter().map(|defect| format!("{at}: {defect}")));
    }
    defects
}

/// Bits that are none, and a sum that is missing.
fn form_defects(system: &System, check: &RangeCheck, sums: &[usize]) -> Vec<String> {
    let loose = check.bits.iter().filter(|bit| !is_boolean(system, **bit));
    let mut defects: Vec<_> = loose.map(|bit| format!("variable {bit} is no bit")).collect();
    if check.summed && sums.is_empty() {
        defects.push("no constraint sums the bits up".to_owned());
    }
    defects
}

/// Edge values that pass and should not, do not and should, or pass in two ways.
fn value_defects(system: &System, check: &RangeCheck, sums: &[usize]) -> Vec<String> {
    let mut defects = Vec::new();
    for value in edges(check) {
        let ways = shown_as(&value, check)
            .into_iter()
            .filter(|bits| comparisons_hold(system, check, sums, bits))
            .count();
        if ways > 1 {
            defects.push(format!("shows {value} in two ways"));
        }
        let accepted = ways > 0;
        if accepted != (value <= check.bound) {
            let verdict = if accepted { "lets through" } else { "refuses" };
            defects.push(format!("{verdict} {value}"));
        }
    }
    defects
}

/// All that the values that pass depend on: bits, bound, and the comparisons with their variables renamed.
type Shape = (usize, BigUint, bool, Vec<[Row; 3]>);

fn shape(system: &System, check: &RangeCheck, sums: &[usize]) -> Shape {
    let variables = std::iter::once(&0).chain(&check.bits).enumerate();
    let mut names: BTreeMap<usize, usize> = variables.map(|(name, index)| (*index, name)).collect();
    let mut renamed = |row: &Row| -> Row {
        let mut name = |index| {
            let next = names.len();
            *names.entry(index).or_insert(next)
        };
        row.iter().map(|(coefficient, index)| (*coefficient, name(*index))).collect()
    };
    let comparisons = rows(check).filter(|row| !sums.contains(row)).map(|row| {
        let Constraint { a, b, c } = &system.constraints[row];
        [renamed(a), renamed(b), renamed(c)]
    });
    (check.bits.len(), check.bound.clone(), check.summed, comparisons.collect())
}

fn rows(check: &RangeCheck) -> impl Iterator<Item = usize> {
    check.rows.iter().cloned().flatten()
}

/// 0, 1, −1, −2, every 2^k and 2^k ± 1, the neighbourhood of the bound, and the bound with each of its
/// bits flipped, which every step of a comparison has to notice: as residues where the bits are those of
/// a field element, else as integers.
fn edges(check: &RangeCheck) -> BTreeSet<BigUint> {
    let modulus = match check.summed {
        true => BigUint::from(Fr::MODULUS),
        false => BigUint::from(1u8) << check.bits.len(),
    };
    let (one, bound) = (BigUint::from(1u8), &check.bound);
    let near = |x: &BigUint| [x + &modulus - 1u8, x.clone(), x + 1u8];
    let powers = (0..=modulus.bits()).map(|k| &one << k);
    let mut edges: Vec<BigUint> =
        powers.flat_map(|power| [near(&power), near(&(&modulus * 2u8 - power))].concat()).collect();
    edges.extend(near(&BigUint::ZERO));
    edges.extend(near(bound));
    edges.extend((0..bound.bits()).map(|i| bound ^ (&one << i)));
    edges.into_iter().map(|edge| edge % &modulus).collect()
}

/// The bits that stand for `value`: those of the integer, and for a field element also those of the
/// integer with the order added, where they fit.
fn shown_as(value: &BigUint, check: &RangeCheck) -> Vec<Vec<bool>> {
    let alias = check.summed.then(|| value + BigUint::from(Fr::MODULUS));
    let length = check.bits.len();
    [Some(value.clone()), alias]
        .iter()
        .flatten()
        .filter(|integer| integer.bits() as usize <= length)
        .map(|integer| (0..length).map(|i| integer.bit(i as u64)).collect())
        .collect()
}

/// Whether a constraint on this variable alone has exactly the roots 0 and 1.
fn is_boolean(system: &System, variable: usize) -> bool {
    system.rows_of[variable].iter().any(|row| {
        let Constraint { a, b, c } = &system.constraints[*row];
        let alone =
            [a, b, c].into_iter().flatten().all(|(_, index)| *index == variable || *index == 0);
        let holds = |x: u64| {
            let value = |index: usize| if index == 0 { Fr::ONE } else { Fr::from(x) };
            system.holds(*row, value)
        };
        // A quadratic with the roots 0 and 1 that does not vanish at 2 has no other root.
        alone && holds(0) && holds(1) && !holds(2)
    })
}

/// Whether a constraint says that the bits, weighted with powers of two, sum up to something else:
/// linear, each bit with its weight, and no bit on the other side.
fn is_sum(system: &System, row: usize, check: &RangeCheck) -> bool {
    let Some(linear) = linear_form(system, row) else { return false };
    let Some(unit) = linear.get(&check.bits[0]).copied() else { return false };
    let mut weight = unit;
    check.bits.iter().all(|bit| {
        let right = linear.get(bit) == Some(&weight);
        weight.double_in_place();
        right
    })
}

/// The constraint as a linear form, where one of its factors is constant.
fn linear_form(system: &System, row: usize) -> Option<BTreeMap<usize, Fr>> {
    let Constraint { a, b, c } = &system.constraints[row];
    let constant = |row: &Row| row.iter().all(|(_, index)| *index == 0);
    let (factor, form) = if constant(a) { (a, b) } else { (b, a) };
    if !constant(factor) {
        return None;
    }
    let factor = evaluate(factor, |_| Fr::ONE);
    let mut linear: BTreeMap<usize, Fr> = BTreeMap::new();
    for (row, sign) in [(form, factor), (c, -Fr::ONE)] {
        for (coefficient, index) in row {
            *linear.entry(*index).or_insert(Fr::ZERO) += sign * coefficient;
        }
    }
    Some(linear)
}

/// Whether the constraints of the check but the sums hold for these bits, with what they define
/// computed from the bits in order.
fn comparisons_hold(system: &System, check: &RangeCheck, sums: &[usize], bits: &[bool]) -> bool {
    let mut known: BTreeMap<usize, Fr> = BTreeMap::from([(0, Fr::ONE)]);
    known.extend(check.bits.iter().zip(bits).map(|(index, bit)| (*index, Fr::from(*bit))));
    rows(check).filter(|row| !sums.contains(row)).all(|row| {
        if !define(&system.constraints[row], &mut known) {
            return true;
        }
        system.holds(row, |index| known[&index])
    })
}

/// Computes the one variable of a constraint that is not known yet. Whether all are known then: a
/// constraint with more unknowns is no help to the check.
fn define(constraint: &Constraint, known: &mut BTreeMap<usize, Fr>) -> bool {
    let Constraint { a, b, c } = constraint;
    let unknown: BTreeSet<usize> = [a, b, c]
        .into_iter()
        .flatten()
        .map(|(_, index)| *index)
        .filter(|index| !known.contains_key(index))
        .collect();
    let mut unknown = unknown.into_iter();
    let (first, second) = (unknown.next(), unknown.next());
    let Some(index) = first else { return true };
    if second.is_some() {
        return false;
    }
    // Linear in the unknown: its value at 0 and the slope give the root.
    let residue = |x: Fr| {
        let value = |i: usize| known.get(&i).copied().unwrap_or(x);
        evaluate(a, value) * evaluate(b, value) - evaluate(c, value)
    };
    let (at_zero, at_one, at_two) = (residue(Fr::ZERO), residue(Fr::ONE), residue(Fr::from(2u8)));
    let slope = at_one - at_zero;
    if at_two - at_one != slope || slope == Fr::ZERO {
        return false;
    }
    known.insert(index, -at_zero / slope);
    true
}
