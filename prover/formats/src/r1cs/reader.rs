//! Reads constraints one by one, without holding them.

use std::path::Path;

use crate::{
    container::{Container, Cursor},
    error::FormatError,
    field::{fr_from_le, r_bytes},
};

use super::{CONSTRAINTS, CUSTOM_GATES, HEADER, KIND, LABELS, R1csHeader, TERM_BYTES, Term};

/// A file of constraints.
#[derive(Debug)]
pub struct R1cs {
    container: Container,
    header: R1csHeader,
}

impl R1cs {
    /// Maps a file of constraints and checks its header.
    ///
    /// # Errors
    /// [`FormatError`]: no intact circuit over BN254's scalars, or one with custom gates, which
    /// Groth16 cannot prove.
    pub fn open(path: &Path) -> Result<Self, FormatError> {
        Self::new(Container::open(path, &KIND)?)
    }

    /// As [`Self::open`], of bytes in memory; `name` stands for the path in errors.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn from_bytes(name: &Path, bytes: Vec<u8>) -> Result<Self, FormatError> {
        Self::new(Container::from_bytes(name, bytes, &KIND)?)
    }

    fn new(container: Container) -> Result<Self, FormatError> {
        let header = read_header(&container)?;
        container.section_of(LABELS, u64::from(header.variables) * 8)?;
        container.section(CONSTRAINTS)?;
        refuse_custom_gates(&container)?;
        Ok(Self { container, header })
    }

    /// The size of the circuit.
    pub const fn header(&self) -> &R1csHeader {
        &self.header
    }

    /// The file's bytes, for hashing.
    pub fn file_bytes(&self) -> &[u8] {
        self.container.file_bytes()
    }

    /// The constraints, in order.
    ///
    /// # Errors
    /// None after [`Self::open`]; the type is that of every look into a file.
    pub fn constraints(&self) -> Result<Constraints<'_>, FormatError> {
        Ok(Constraints {
            cursor: Some(self.container.cursor(CONSTRAINTS)?),
            left: self.header.constraints,
            variables: self.header.variables,
        })
    }

    /// The label of every signal, in order.
    ///
    /// # Errors
    /// None after [`Self::open`]; the type is that of every look into a file.
    pub fn labels(&self) -> Result<impl ExactSizeIterator<Item = u64> + '_, FormatError> {
        let bytes = self.container.section(LABELS)?;
        Ok(bytes.as_chunks().0.iter().map(|label| u64::from_le_bytes(*label)))
    }
}

fn read_header(container: &Container) -> Result<R1csHeader, FormatError> {
    let mut cursor = container.cursor(HEADER)?;
    cursor.prime("r", &r_bytes())?;
    let header = R1csHeader {
        variables: cursor.u32()?,
        outputs: cursor.u32()?,
        public_inputs: cursor.u32()?,
        private_inputs: cursor.u32()?,
        labels: cursor.u64()?,
        constraints: cursor.u32()?,
    };
    // The constant is a signal, too.
    if header.public().is_none_or(|public| public >= header.variables) {
        return Err(cursor.content("more public signals than signals"));
    }
    cursor.finish()?;
    Ok(header)
}

fn refuse_custom_gates(container: &Container) -> Result<(), FormatError> {
    if !container.has(CUSTOM_GATES) {
        return Ok(());
    }
    let mut cursor = container.cursor(CUSTOM_GATES)?;
    match cursor.u32()? {
        0 => Ok(()),
        _ => Err(cursor.content("Groth16 proves no custom gates; write them as constraints")),
    }
}

/// The constraints of a file, in order. Ends at the first that is malformed.
#[derive(Clone)]
pub struct Constraints<'a> {
    cursor: Option<Cursor<'a>>,
    left: u32,
    variables: u32,
}

impl std::fmt::Debug for Constraints<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Constraints").field("left", &self.left).finish_non_exhaustive()
    }
}

/// The constraint A·B = C.
#[derive(Debug, Clone, Copy)]
pub struct Constraint<'a> {
    /// The left factor.
    pub a: LinearCombination<'a>,
    /// The right factor.
    pub b: LinearCombination<'a>,
    /// The product.
    pub c: LinearCombination<'a>,
}

impl<'a> Iterator for Constraints<'a> {
    type Item = Result<Constraint<'a>, FormatError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut cursor = self.cursor.take()?;
        let Some(left) = self.left.checked_sub(1) else {
            return cursor.finish().err().map(Err);
        };
        self.left = left;
        let read = read_constraint(&mut cursor, self.variables);
        if read.is_ok() {
            self.cursor = Some(cursor);
        }
        Some(read)
    }
}

fn read_constraint<'a>(
    cursor: &mut Cursor<'a>,
    variables: u32,
) -> Result<Constraint<'a>, FormatError> {
    Ok(Constraint {
        a: LinearCombination::read(cursor, variables)?,
        b: LinearCombination::read(cursor, variables)?,
        c: LinearCombination::read(cursor, variables)?,
    })
}

/// A sum of terms, still the file's bytes; its signals and coefficients are checked.
#[derive(Debug, Clone, Copy)]
pub struct LinearCombination<'a> {
    terms: &'a [[u8; TERM_BYTES]],
}

impl<'a> LinearCombination<'a> {
    fn read(cursor: &mut Cursor<'a>, variables: u32) -> Result<Self, FormatError> {
        let count = cursor.u32()? as usize;
        let bytes = count.checked_mul(TERM_BYTES).filter(|&bytes| bytes <= cursor.remaining());
        let bytes = bytes.ok_or_else(|| cursor.content(format!("no room for {count} terms")))?;
        let terms = cursor.take(bytes)?.as_chunks().0;
        for term in terms {
            match parse_term(term) {
                Some(term) if term.signal < variables => {}
                Some(term) => return Err(cursor.content(format!("no signal {}", term.signal))),
                None => return Err(cursor.content("a coefficient is not below the prime r")),
            }
        }
        Ok(Self { terms })
    }

    /// How many terms there are.
    pub const fn len(&self) -> usize {
        self.terms.len()
    }

    /// Whether the sum is empty.
    pub const fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The terms.
    pub fn iter(&self) -> impl Iterator<Item = Term> + use<'a> {
        self.terms.iter().filter_map(parse_term)
    }
}

fn parse_term(bytes: &[u8; TERM_BYTES]) -> Option<Term> {
    let (signal, coefficient) = bytes.split_first_chunk::<4>()?;
    let coefficient = fr_from_le(coefficient.first_chunk()?)?;
    Some(Term { signal: u32::from_le_bytes(*signal), coefficient })
}
