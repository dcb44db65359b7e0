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
use countersign_sign::multipart::Chunk;
use countersign_sign::{Invalid, Request};
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

/// Why a request ended, if that is because a file in it could not be sent.
pub(crate) fn failed(error: &reqwest::Error) -> Option<String> {
    let mut causes = std::iter::successors(Error::source(error), |cause| (**cause).source());
    causes.find_map(|cause| Some(cause.downcast_ref::<Failed>()?.to_string()))
}

/// A source that attempts share, and whether one has begun to read it.
struct Streamed {
    source: Mutex<Pin<Box<dyn Source>>>,
    has_begun: AtomicBool,
}

/// Said of a file that is given more than once.
const READ_ONCE: &str = "has been read, which is done once: open it anew, or give it as bytes";

/// Why a file could not be sent.
#[derive(Debug)]
enum Failed {
    Reading(io::ErrorKind),
    /// It has another length than it was said to have, or than the document allows.
    Length(&'static str),
    /// It has been read, by another call or as another file of this one.
    Again,
    /// It is of another maker.
    Unknown,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reading(io::ErrorKind::Other) => f.write_str("a file could not be read"),
            Self::Reading(kind) => write!(f, "a file could not be read: {kind}"),
            Self::Length(how) => write!(f, "a file has {how}"),
            Self::Again => write!(f, "a file {READ_ONCE}"),
            Self::Unknown => f.write_str("a file is no stream"),
        }
    }
}

impl Error for Failed {}

/// The files of a request that are read while it is sent, each with its slot.
fn streams<'r>(request: &'r Request<'_>) -> impl Iterator<Item = (usize, &'r Streamed)> {
    let slots = 0..request.operation().slots.len();
    let files = slots.flat_map(|slot| request.files(slot).into_iter().map(move |file| (slot, file)));
    files.filter_map(|(slot, file)| Some((slot, file.stream()?.downcast_ref()?)))
}

/// Whether any of a request's files has begun to be read.
pub(crate) fn has_begun(request: &Request<'_>) -> bool {
    streams(request).any(|(_, stream)| stream.has_begun.load(Ordering::Relaxed))
}

/// Refuses a file that has been read, or that is given as two.
///
/// # Errors
/// The name of the first.
pub(crate) fn check(request: &Request<'_>) -> Result<(), Invalid> {
    let mut seen: Vec<*const Streamed> = Vec::new();
    let again = streams(request).find(|(_, stream)| {
        let is_seen = seen.contains(&std::ptr::from_ref(*stream));
        seen.push(*stream);
        is_seen || stream.has_begun.load(Ordering::Relaxed)
    });
    again.map_or(Ok(()), |(slot, _)| {
        let name = request.operation().slots[slot].own_name().into_owned();
        Err(Invalid { name: Some(name), reason: format!("its file {READ_ONCE}") })
    })
}

/// The body of a request, some of which is read while it is sent.
pub(crate) fn body(request: &Request<'_>) -> reqwest::Body {
    let part = |chunk: Chunk<'_>| match chunk {
        Chunk::Bytes(bytes) => Part::Bytes(bytes.into_owned().into()),
        Chunk::Streamed(file, least, most) => Part::Streamed {
            stream: file.stream().map(Arc::clone),
            has_begun: false,
            length: file.length(),
            sent: 0,
            least,
            most,
        },
    };
    reqwest::Body::wrap(Parts(request.body_chunks().into_iter().map(part).collect()))
}

struct Parts(VecDeque<Part>);

enum Part {
    Bytes(Bytes),
    Streamed {
        stream: Option<Arc<dyn Any + Send + Sync>>,
        /// Whether it is this part that has begun to read it.
        has_begun: bool,
        /// How many bytes it has.
        length: Option<u64>,
        sent: u64,
        /// How many it has to have.
        least: u64,
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
                Some(Part::Streamed { stream, has_begun, length, sent, least, most }) => {
                    let own = stream.as_deref().and_then(|stream| stream.downcast_ref::<Streamed>());
                    let Some(own) = own else { return failed(Failed::Unknown) };
                    // What somebody else has begun to read would be sent without its beginning.
                    if own.has_begun.swap(true, Ordering::Relaxed) && !*has_begun {
                        return failed(Failed::Again);
                    }
                    *has_begun = true;
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
                        None if *sent < *least => {
                            return failed(Failed::Length("fewer bytes than the document asks for"));
                        }
                        None => drop(self.0.pop_front()),
                    }
                }
            }
        }
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
