//! The container that circom and snarkjs share (`@iden3/binfileutils`): four letters, a version, the
//! number of sections, then sections of a number, a length and bytes. Integers are little-endian.

mod cursor;
mod reader;
mod writer;

pub use self::writer::{ContainerWriter, replace};
pub(crate) use self::{cursor::Cursor, reader::Container};

use crate::error::Section;

/// A kind of file in the container.
#[derive(Debug)]
pub(crate) struct Kind {
    /// The letters, which are also the usual extension.
    pub(crate) magic: &'static str,
    /// The newest version that is read.
    pub(crate) newest: u32,
    /// The version that is written.
    pub(crate) written: u32,
    /// The sections that the format knows.
    pub(crate) sections: &'static [Section],
}

impl Kind {
    fn section(&self, id: u32) -> Section {
        let known = self.sections.iter().find(|section| section.id == id);
        known.copied().unwrap_or(Section { id, name: "unknown" })
    }
}

/// Names a section in a table of a format.
pub(crate) const fn section(id: u32, name: &'static str) -> Section {
    Section { id, name }
}
