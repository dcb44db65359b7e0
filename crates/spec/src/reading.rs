//! How a document is read.

use std::path::PathBuf;

use crate::finding::Report;

/// How a document is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// It is compared with another edition of itself: its file may have any name, and an overlay is read with whatever is in the
    /// place of its base, which nobody has looked at yet.
    pub edition: bool,
    /// Operations that cannot be taken are left out, and named in a note, where the document does not ask for it itself
    /// (`x-operations`).
    pub skip_unsupported: bool,
    /// The published document that an overlay is read with, in the place of the one that it names.
    pub base: Option<PathBuf>,
}

impl Reading {
    /// Has findings name the published document, which the overlay calls so.
    pub(crate) fn extends(&self, base: Option<&str>, report: &mut Report) {
        match (&self.base, base) {
            (Some(base), Some(_)) => report.extends_file(base),
            (_, base) => report.extends(base),
        }
    }
}
