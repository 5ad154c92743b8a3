//! The circuit's matrices by signal, where the file has them by constraint.

use std::collections::HashMap;

use ark_bn254::Fr;
use proofrail_formats::{
    FormatError,
    points::FilePoint,
    r1cs::{LinearCombination, R1cs},
};

use super::sums::{Basis, Multiplier, Term};

/// A row of a matrix and its coefficient, as a position in the table.
#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    row: u32,
    multiplier: u32,
}

/// The three matrices. Coefficients are few and occur often: they are kept once.
pub(super) struct Matrices {
    pub(super) a: Rows,
    pub(super) b: Rows,
    pub(super) c: Rows,
    multipliers: Vec<Multiplier>,
    /// Public signals without the constant.
    pub(super) public: u32,
}

/// The entries of a matrix, signal after signal.
pub(super) struct Rows {
    /// Where the entries of each signal begin, and where the last end.
    starts: Vec<u64>,
    entries: Vec<Entry>,
}

impl Rows {
    fn from_counts(counts: &[u32]) -> Self {
        let mut starts = Vec::with_capacity(counts.len() + 1);
        let mut sum = 0u64;
        starts.push(0);
        for count in counts {
            sum += u64::from(*count);
            starts.push(sum);
        }
        let total = usize::try_from(sum).unwrap_or(usize::MAX);
        Self { starts, entries: vec![Entry::default(); total] }
    }

    fn of(&self, signal: usize) -> &[Entry] {
        &self.entries[self.starts[signal] as usize..self.starts[signal + 1] as usize]
    }

    pub(super) const fn len(&self) -> usize {
        self.entries.len()
    }
}

impl Matrices {
    /// Two passes over the constraints: one counts, one fills.
    pub(super) fn read(r1cs: &R1cs) -> Result<Self, FormatError> {
        let header = r1cs.header();
        // The reader refuses a file where this overflows or there are fewer signals.
        let public = header.public().unwrap_or_default();
        let mut counts = [(); 3].map(|()| vec![0u32; header.variables as usize]);
        for constraint in r1cs.constraints()? {
            let constraint = constraint?;
            for (counts, sum) in counts.iter_mut().zip([constraint.a, constraint.b, constraint.c]) {
                sum.iter().for_each(|term| counts[term.signal as usize] += 1);
            }
        }
        // The rows of the public signals, which keep them independent.
        counts[0].iter_mut().take(public as usize + 1).for_each(|count| *count += 1);
        let mut filling = Filling::new(&counts);
        for (row, constraint) in (0..).zip(r1cs.constraints()?) {
            let constraint = constraint?;
            let sums = [constraint.a, constraint.b, constraint.c];
            sums.iter().enumerate().for_each(|(matrix, sum)| filling.row(matrix, row, sum));
        }
        let one = filling.multiplier(Fr::from(1));
        for (row, signal) in (header.constraints..).zip(0..=public) {
            filling.entry(0, signal, Entry { row, multiplier: one });
        }
        let [a, b, c] = filling.matrices;
        Ok(Self { a, b, c, multipliers: filling.multipliers, public })
    }

    /// The terms of a signal's column over a basis.
    pub(super) fn terms<'s, P: FilePoint>(
        &'s self,
        rows: &'s Rows,
        signal: usize,
        basis: &'s Basis<'_, P>,
    ) -> impl Iterator<Item = Term<'s, P>> {
        rows.of(signal).iter().map(|entry| Term {
            point: basis.point(entry.row as usize),
            multiplier: &self.multipliers[entry.multiplier as usize],
        })
    }
}

/// Matrices whose entries are being put in their places.
struct Filling {
    matrices: [Rows; 3],
    /// Where the next entry of each signal belongs.
    next: [Vec<u64>; 3],
    multipliers: Vec<Multiplier>,
    known: HashMap<Fr, u32>,
}

impl Filling {
    fn new(counts: &[Vec<u32>; 3]) -> Self {
        let matrices = [0, 1, 2].map(|matrix: usize| Rows::from_counts(&counts[matrix]));
        let next = [0, 1, 2].map(|matrix: usize| matrices[matrix].starts.clone());
        Self { matrices, next, multipliers: Vec::new(), known: HashMap::new() }
    }

    fn row(&mut self, matrix: usize, row: u32, sum: &LinearCombination<'_>) {
        for term in sum.iter() {
            let multiplier = self.multiplier(term.coefficient);
            self.entry(matrix, term.signal, Entry { row, multiplier });
        }
    }

    fn entry(&mut self, matrix: usize, signal: u32, entry: Entry) {
        let next = &mut self.next[matrix][signal as usize];
        self.matrices[matrix].entries[*next as usize] = entry;
        *next += 1;
    }

    fn multiplier(&mut self, coefficient: Fr) -> u32 {
        let multipliers = &mut self.multipliers;
        *self.known.entry(coefficient).or_insert_with(|| {
            multipliers.push(Multiplier::new(coefficient));
            (multipliers.len() - 1) as u32
        })
    }
}
