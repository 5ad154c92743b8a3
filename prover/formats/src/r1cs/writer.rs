//! Writes constraints as a stream, in circom's order of sections: constraints, header, labels.

use std::path::Path;

use super::{CONSTRAINTS, HEADER, KIND, LABELS, R1csHeader, Term};
use crate::{
    container::ContainerWriter,
    error::FormatError,
    field::{FIELD_BYTES, fr_to_le, r_bytes},
};

/// Writes a file of constraints.
#[derive(Debug)]
pub struct R1csWriter {
    container: ContainerWriter,
    constraints: u32,
}

impl R1csWriter {
    /// Begins a file.
    ///
    /// # Errors
    /// [`FormatError::Io`].
    pub fn create(path: &Path) -> Result<Self, FormatError> {
        let mut container = ContainerWriter::create(path, &KIND, 3)?;
        container.begin(CONSTRAINTS.id)?;
        Ok(Self { container, constraints: 0 })
    }

    /// Appends the constraint A·B = C.
    ///
    /// # Errors
    /// [`FormatError::Io`], or [`FormatError::Writer`] past what the format counts.
    pub fn constraint(&mut self, abc: [&[Term]; 3]) -> Result<(), FormatError> {
        let count = self.constraints.checked_add(1);
        self.constraints = count.ok_or_else(|| self.container.misuse("too many constraints"))?;
        abc.into_iter().try_for_each(|terms| self.terms(terms))
    }

    fn terms(&mut self, terms: &[Term]) -> Result<(), FormatError> {
        let count =
            u32::try_from(terms.len()).map_err(|_| self.container.misuse("too many terms"))?;
        self.container.write(&count.to_le_bytes())?;
        for term in terms {
            self.container.write(&term.signal.to_le_bytes())?;
            self.container.write(&fr_to_le(&term.coefficient))?;
        }
        Ok(())
    }

    /// Writes the header and the signals' labels, and puts the file in its place.
    ///
    /// # Errors
    /// [`FormatError::Io`], or [`FormatError::Writer`] where the header counts other constraints or
    /// signals than were written.
    pub fn finish(
        mut self,
        header: &R1csHeader,
        labels: impl IntoIterator<Item = u64>,
    ) -> Result<(), FormatError> {
        self.container.end()?;
        if header.constraints != self.constraints {
            let what = format!("{} constraints of {}", self.constraints, header.constraints);
            return Err(self.container.misuse(what));
        }
        self.header(header)?;
        self.container.begin(LABELS.id)?;
        for label in labels {
            self.container.write(&label.to_le_bytes())?;
        }
        if self.container.end()? != u64::from(header.variables) * 8 {
            return Err(self.container.misuse("every signal takes one label"));
        }
        self.container.finish()
    }

    fn header(&mut self, header: &R1csHeader) -> Result<(), FormatError> {
        self.container.begin(HEADER.id)?;
        self.container.write(&(FIELD_BYTES as u32).to_le_bytes())?;
        self.container.write(&r_bytes())?;
        for count in [header.variables, header.outputs, header.public_inputs, header.private_inputs]
        {
            self.container.write(&count.to_le_bytes())?;
        }
        self.container.write(&header.labels.to_le_bytes())?;
        self.container.write(&header.constraints.to_le_bytes())?;
        self.container.end().map(drop)
    }
}
