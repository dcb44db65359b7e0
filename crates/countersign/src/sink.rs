//! Where the body of a success goes while it comes.

use std::io;
use std::pin::Pin;

/// Something that is being written.
pub(crate) type Writing<'s> = Pin<Box<dyn Future<Output = io::Result<()>> + Send + 's>>;

/// Takes a body, piece by piece.
pub(crate) trait Sink: Sync {
    /// Takes a piece of it.
    fn take<'s>(&'s self, chunk: &'s [u8]) -> Writing<'s>;
}
