//! Files that are read while they are sent, in bodies in parts.
//!
//! [`File::bytes`] is a file that is in memory, and can be signed and sent again. What is made here is read once: it cannot be part of
//! what is signed, and a call is not sent again when any of it has been read, whatever its document says.

use std::any::Any;
use std::collections::VecDeque;
use std::error::Error;
use std::fmt;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use countersign_sign::Request;
use countersign_sign::multipart::Chunk;
use futures_core::Stream;
use http_body::{Body, Frame, SizeHint};
use tokio::io::{AsyncRead, ReadBuf};

pub use countersign_sign::File;

/// How much is read at once.
const AT_ONCE: usize = 65_536;

/// A file on disk, by its name there and with its length.
///
/// # Errors
/// It cannot be opened.
pub async fn open(path: impl AsRef<Path>) -> io::Result<File> {
    let path = path.as_ref();
    let file = tokio::fs::File::open(path).await?;
    let length = file.metadata().await?.len();
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    Ok(reader(name.unwrap_or_default(), Some(length), file))
}

/// A file that a reader has, and how many bytes that are, if it is known.
pub fn reader(name: impl Into<String>, length: Option<u64>, reader: impl AsyncRead + Send + 'static) -> File {
    let buffer = BytesMut::new();
    streamed(name.into(), length, Box::pin(Reader { reader: Box::pin(reader), buffer }))
}

/// A file that comes in pieces, and how many bytes these are together, if it is known.
pub fn stream<S, B, E>(name: impl Into<String>, length: Option<u64>, stream: S) -> File
where
    S: Stream<Item = Result<B, E>> + Send + 'static,
    B: Into<Bytes>,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    streamed(name.into(), length, Box::pin(Pieces(Box::pin(stream))))
}

fn streamed(name: String, length: Option<u64>, source: Pin<Box<dyn Source>>) -> File {
    let stream = Streamed { source: Mutex::new(source), has_begun: AtomicBool::new(false) };
    File::streamed(length, Arc::new(stream)).named(name)
}

/// What is read.
trait Source: Send {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Failed>>>;
}

struct Reader<R> {
    reader: Pin<Box<R>>,
    buffer: BytesMut,
}

impl<R: AsyncRead + Send> Source for Reader<R> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Failed>>> {
        let this = self.get_mut();
        this.buffer.resize(AT_ONCE, 0);
        let mut into = ReadBuf::new(&mut this.buffer);
        let read = ready!(this.reader.as_mut().poll_read(context, &mut into));
        let length = into.filled().len();
        Poll::Ready(match read {
            Ok(()) if length == 0 => None,
            Ok(()) => Some(Ok(this.buffer.split_to(length).freeze())),
            Err(error) => Some(Err(Failed::Reading(error.kind()))),
        })
    }
}

struct Pieces<S>(Pin<Box<S>>);

impl<S, B, E> Source for Pieces<S>
where
    S: Stream<Item = Result<B, E>> + Send,
    B: Into<Bytes>,
{
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Failed>>> {
        let next = ready!(self.0.as_mut().poll_next(context));
        // What the caller's error says may be anything.
        Poll::Ready(next.map(|piece| piece.map(Into::into).map_err(|_| Failed::Reading(io::ErrorKind::Other))))
    }
}

/// A source that attempts share, and whether one has begun to read it.
struct Streamed {
    source: Mutex<Pin<Box<dyn Source>>>,
    has_begun: AtomicBool,
}

/// Why a file could not be sent.
#[derive(Debug)]
enum Failed {
    Reading(io::ErrorKind),
    /// It has another length than it was said to have, or more than the document allows.
    Length(&'static str),
    /// It is of another maker.
    Unknown,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reading(io::ErrorKind::Other) => f.write_str("a file could not be read"),
            Self::Reading(kind) => write!(f, "a file could not be read: {kind}"),
            Self::Length(how) => write!(f, "a file has {how}"),
            Self::Unknown => f.write_str("a file is no stream"),
        }
    }
}

impl Error for Failed {}

/// Whether any of a request's files has begun to be read.
pub(crate) fn has_begun(request: &Request<'_>) -> bool {
    let slots = 0..request.operation().slots.len();
    let mut files = slots.flat_map(|slot| request.files(slot)).filter_map(File::stream);
    files.any(|stream| stream.downcast_ref::<Streamed>().is_some_and(|own| own.has_begun.load(Ordering::Relaxed)))
}

/// The body of a request, some of which is read while it is sent.
pub(crate) fn body(request: &Request<'_>) -> reqwest::Body {
    let part = |chunk: Chunk<'_>| match chunk {
        Chunk::Bytes(bytes) => Part::Bytes(bytes.into_owned().into()),
        Chunk::Streamed(file, most) => {
            Part::Streamed { stream: file.stream().map(Arc::clone), length: file.length(), sent: 0, most }
        }
    };
    reqwest::Body::wrap(Parts(request.body_chunks().into_iter().map(part).collect()))
}

struct Parts(VecDeque<Part>);

enum Part {
    Bytes(Bytes),
    Streamed {
        stream: Option<Arc<dyn Any + Send + Sync>>,
        /// How many bytes it has.
        length: Option<u64>,
        sent: u64,
        /// How many it may have.
        most: Option<u64>,
    },
}

impl Body for Parts {
    type Data = Bytes;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let failed = |failed: Failed| Poll::Ready(Some(Err(failed.into())));
        loop {
            match self.0.front_mut() {
                None => return Poll::Ready(None),
                Some(Part::Bytes(bytes)) => {
                    let bytes = std::mem::take(bytes);
                    self.0.pop_front();
                    if !bytes.is_empty() {
                        return Poll::Ready(Some(Ok(Frame::data(bytes))));
                    }
                }
                Some(Part::Streamed { stream, length, sent, most }) => {
                    let own = stream.as_deref().and_then(|stream| stream.downcast_ref::<Streamed>());
                    let Some(own) = own else { return failed(Failed::Unknown) };
                    own.has_begun.store(true, Ordering::Relaxed);
                    // What panicked while it was read ends with an error of its own.
                    let mut source = own.source.lock().unwrap_or_else(PoisonError::into_inner);
                    let read = ready!(source.as_mut().poll_read(context));
                    drop(source);
                    match read {
                        Some(Ok(bytes)) => {
                            *sent += bytes.len() as u64;
                            if length.is_some_and(|length| *sent > length) {
                                return failed(Failed::Length("more bytes than it was said to have"));
                            }
                            if most.is_some_and(|most| *sent > most) {
                                return failed(Failed::Length("more bytes than the document allows"));
                            }
                            if !bytes.is_empty() {
                                return Poll::Ready(Some(Ok(Frame::data(bytes))));
                            }
                        }
                        Some(Err(error)) => return failed(error),
                        None if length.is_some_and(|length| *sent < length) => {
                            return failed(Failed::Length("fewer bytes than it was said to have"));
                        }
                        None => drop(self.0.pop_front()),
                    }
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        let length = |part: &Part| match part {
            Part::Bytes(bytes) => Some(bytes.len() as u64),
            Part::Streamed { length, sent, .. } => length.map(|length| length.saturating_sub(*sent)),
        };
        let known: Option<u64> = self.0.iter().map(length).sum();
        known.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
