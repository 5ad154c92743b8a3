//! The constraints' sparse matrices times an assignment.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup as _, BigInt, Field as _, PrimeField as _};
use rayon::prelude::*;
use std::{collections::HashMap, sync::Mutex};

/// Bytes of an entry of a `.zkey`: matrix, row and column of four bytes each, and v·R² (R = 2^256).
pub const ENTRY_BYTES: usize = 44;
/// Entries multiplied together.
const CHUNK: usize = 1 << 14;

/// A matrix that does not fit its circuit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MatrixError {
    /// A column beyond the variables.
    #[error(
        "a constraint names variable {column} of {variables}: the key belongs to another circuit"
    )]
    Column {
        /// The column.
        column: u64,
        /// Variables of the circuit.
        variables: usize,
    },
    /// A row beyond the domain.
    #[error("the key names constraint {row}, but its domain has {rows}: the key is damaged")]
    Row {
        /// The row.
        row: u64,
        /// Rows that there may be.
        rows: usize,
    },
    /// A number of a matrix other than 0 and 1.
    #[error("the key has coefficients of matrix {0}, there are only 0 and 1: the key is damaged")]
    Matrix(u32),
    /// A value that is not below the prime.
    #[error("coefficient {entry} of the key is not below the prime: the key is damaged")]
    Value {
        /// Which of the entries.
        entry: usize,
    },
    /// More than 2^32 entries or different values.
    #[error("a matrix has {0} entries, at most 2^32 are supported")]
    TooMany(usize),
}

/// A matrix by rows, with every different value once.
#[derive(Debug)]
pub(crate) struct Rows {
    /// Where each row begins, and the end.
    starts: Vec<u32>,
    /// Column and index of the value.
    entries: Vec<(u32, u32)>,
    values: Vec<Fr>,
}

impl Rows {
    pub(crate) fn new(matrix: &[Vec<(Fr, usize)>], variables: usize) -> Result<Self, MatrixError> {
        let total: usize = matrix.iter().map(Vec::len).sum();
        if u32::try_from(total).is_err() {
            return Err(MatrixError::TooMany(total));
        }
        let (mut starts, mut entries) = (vec![0], Vec::with_capacity(total));
        let (mut values, mut known) = (Vec::new(), HashMap::new());
        for row in matrix {
            for (value, column) in row {
                if *column >= variables {
                    return Err(MatrixError::Column { column: *column as u64, variables });
                }
                let index = *known.entry(*value).or_insert_with(|| {
                    values.push(*value);
                    values.len() as u32 - 1
                });
                entries.push((*column as u32, index));
            }
            starts.push(entries.len() as u32);
        }
        Ok(Self { starts, entries, values })
    }

    pub(crate) const fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// Every row times `assignment`, which has all variables, followed by zeros up to `size`.
    pub(crate) fn times(&self, assignment: &[Fr], size: usize) -> Vec<Fr> {
        let mut out = vec![Fr::ZERO; size];
        out.par_iter_mut().with_min_len(1 << 10).zip(self.starts.par_windows(2)).for_each(
            |(out, ends)| {
                *out = self.entries[ends[0] as usize..ends[1] as usize]
                    .iter()
                    .map(|(column, value)| self.term(assignment[*column as usize], *value))
                    .sum();
            },
        );
        out
    }

    #[inline]
    fn term(&self, variable: Fr, value: u32) -> Fr {
        let value = self.values[value as usize];
        if value == Fr::ONE { variable } else { variable * value }
    }
}

/// The matrices A and B as a `.zkey` has them, in place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entries<'a>(pub(crate) &'a [[u8; ENTRY_BYTES]]);

/// Rows that one chunk of entries touched, from the first on, of both matrices.
struct Partial {
    first: usize,
    sums: [Vec<Fr>; 2],
}

impl Entries<'_> {
    /// Both matrices times `assignment`, each of `size` rows.
    pub(crate) fn times(self, assignment: &[Fr], size: usize) -> Result<[Vec<Fr>; 2], MatrixError> {
        let out = Mutex::new([vec![Fr::ZERO; size], vec![Fr::ZERO; size]]);
        self.0.par_chunks(CHUNK).enumerate().try_for_each(|(chunk, entries)| {
            let partial = multiply(entries, chunk * CHUNK, assignment, size)?;
            // A poisoned lock means that another thread panicked, and so does this call.
            let mut out = out.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            for (out, sums) in out.iter_mut().zip(partial.sums) {
                for (out, sum) in out[partial.first..].iter_mut().zip(sums) {
                    *out += sum;
                }
            }
            Ok(())
        })?;
        Ok(out.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}

fn number(entry: &[u8; ENTRY_BYTES], which: usize) -> u32 {
    let words = entry.as_chunks::<4>().0;
    u32::from_le_bytes(words[which])
}

fn value(entry: &[u8; ENTRY_BYTES]) -> Option<Fr> {
    let words = entry[12..].as_chunks::<8>().0;
    let raw = BigInt(std::array::from_fn(|i| u64::from_le_bytes(words[i])));
    (raw < Fr::MODULUS).then(|| Fr::new_unchecked(raw))
}

fn multiply(
    entries: &[[u8; ENTRY_BYTES]],
    at: usize,
    assignment: &[Fr],
    size: usize,
) -> Result<Partial, MatrixError> {
    let rows = || entries.iter().map(|entry| number(entry, 1) as usize);
    let (first, last) = (rows().min().unwrap_or(0), rows().max().unwrap_or(0));
    if last >= size {
        return Err(MatrixError::Row { row: last as u64, rows: size });
    }
    let mut sums = [vec![Fr::ZERO; last + 1 - first], vec![Fr::ZERO; last + 1 - first]];
    for (i, entry) in entries.iter().enumerate() {
        let matrix = number(entry, 0);
        let sums = sums.get_mut(matrix as usize).ok_or(MatrixError::Matrix(matrix))?;
        let column = number(entry, 2);
        let variable = assignment.get(column as usize).ok_or(MatrixError::Column {
            column: u64::from(column),
            variables: assignment.len(),
        })?;
        let value = value(entry).ok_or(MatrixError::Value { entry: at + i })?;
        sums[number(entry, 1) as usize - first] += value * variable;
    }
    // The values were words of v·R; one more division by R makes up for it.
    let unit = Fr::new_unchecked(BigInt::one());
    for sum in sums.iter_mut().flatten() {
        *sum *= unit;
    }
    Ok(Partial { first, sums })
}
