//! Writes a response while it comes: to a file, or to a writer of the caller's.
//!
//! What is documented as text or as a file is written; a success of another status is read as its type, and a refusal is an
//! error as ever. A response that must be verified or opened is read as a whole before anything of it is written, so that nobody
//! has what is not believed.

use std::ffi::{OsStr, OsString};
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use countersign_plan::Text;
use countersign_sign::Call;
use serde::de::DeserializeOwned;
use tokio::fs::{File, OpenOptions};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::Mutex;

use crate::error::{Error, Fault, Sent, Transport};
use crate::executor::Executor;
use crate::response::Response;
use crate::sink::{Sink, Writing};

/// What became of a response that was to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Download<T> {
    /// It was written: so many bytes.
    Written(u64),
    /// It is a success that is neither text nor a file, and was read.
    Read(T),
}

impl<T> Response<T> {
    /// The same response with another value, made of its own.
    pub fn map<U>(self, with: impl FnOnce(T) -> U) -> Response<U> {
        Response::new(with(self.value), self.meta)
    }
}

impl<T> Response<Download<T>> {
    /// Of an operation whose successes are all written.
    #[doc(hidden)]
    pub fn into_written(self) -> Response<u64> {
        self.map(|download| match download {
            Download::Written(bytes) => bytes,
            Download::Read(_) => 0,
        })
    }
}

impl Executor {
    /// Makes a call, and writes the text or the file of the response to a writer while it comes. The limit of a response's size
    /// counts, and so do the limits of time ([`CallOptions`](crate::CallOptions)). Once something has been written, the call is not
    /// sent again. The writer is flushed, and not shut down.
    ///
    /// # Errors
    /// Whatever kept the call from being a success, or what came from being written. Something may have been written then.
    pub async fn send_to_writer<T: DeserializeOwned>(
        &self,
        call: Call,
        writer: impl AsyncWrite + Send + Unpin,
    ) -> Result<Response<Download<T>>, Error> {
        let sink = Writer { inner: Mutex::new(writer), written: AtomicU64::new(0) };
        let done = self.make_into(&call, Some(&sink)).await?;
        let (attempts, status) = (done.attempts, done.response.status.as_u16());
        let operation = self.setup().plan.operation(call.operation());
        let is_written = operation.is_some_and(|operation| operation.is_written(status));
        if !is_written {
            return Ok(done.typed::<T>(call.operation())?.map(Download::Read));
        }
        let finish = async {
            // It had to be read as a whole, or came already and left nothing here.
            sink.take(&done.response.body).await?;
            sink.inner.lock().await.flush().await
        };
        finish.await.map_err(|error| not_written(call.operation(), &error, attempts))?;
        let written = sink.written.load(Ordering::Relaxed);
        done.with(call.operation(), Ok(Download::Written(written)))
    }

    /// Makes a call, and writes the text or the file of the response to a file while it comes, as
    /// [`send_to_writer`](Self::send_to_writer) does. The file is there when all of it is: until then it has another name beside
    /// that one, and goes if the call fails or is given up. A file that was there is replaced by one with its permissions, and a link
    /// to one is replaced itself.
    ///
    /// # Errors
    /// Whatever kept the call from being a success, or what came from being written. What is no place for a file is an error
    /// before anything is sent.
    pub async fn send_to_file<T: DeserializeOwned>(
        &self,
        call: Call,
        path: impl AsRef<Path>,
    ) -> Result<Response<Download<T>>, Error> {
        let path = path.as_ref();
        // The file is closed before its name goes.
        let (partial, mut file) = Partial::create(path)
            .await
            .map_err(|error| Error::invalid(call.operation(), format!("there can be no file at the path: {error}")))?;
        let id = call.operation().clone();
        let response = self.send_to_writer(call, &mut file).await?;
        if let Download::Written(_) = response.value {
            let finish = async {
                file.sync_all().await?;
                drop(file);
                partial.rename(path).await
            };
            let attempts = response.meta().attempts();
            finish.await.map_err(|error| not_written(&id, &error, attempts))?;
        }
        Ok(response)
    }
}

fn not_written(operation: &Text, error: &io::Error, attempts: u32) -> Error {
    Error::Transport(Transport {
        operation: operation.clone(),
        fault: Fault::Output,
        detail: format!("what came cannot be written: {error}").into(),
        sent: Sent { attempts, carried_out: true, ..Sent::default() },
    })
}

/// Counts what is written.
struct Writer<W> {
    inner: Mutex<W>,
    written: AtomicU64,
}

impl<W: AsyncWrite + Send + Unpin> Sink for Writer<W> {
    fn take<'s>(&'s self, chunk: &'s [u8]) -> Writing<'s> {
        Box::pin(async {
            self.inner.lock().await.write_all(chunk).await?;
            self.written.fetch_add(chunk.len() as u64, Ordering::Relaxed);
            Ok(())
        })
    }
}

/// A file that is not whole yet, which goes unless it gets its name.
struct Partial(Option<PathBuf>);

impl Partial {
    /// Makes a file beside the one that is to be.
    async fn create(path: &Path) -> io::Result<(Self, File)> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        /// So many names are tried: others may be of a process that was killed.
        const MOST_TRIED: u32 = 100;
        // What ends with a slash is a folder, whether it is there or not.
        let ends_with = |name: &&OsStr| path.as_os_str().as_encoded_bytes().ends_with(name.as_encoded_bytes());
        let name = path.file_name().filter(ends_with).ok_or_else(|| io::Error::other("it has no file name"))?;
        let older = tokio::fs::metadata(path).await.ok();
        if older.as_ref().is_some_and(Metadata::is_dir) {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if older.as_ref().is_some_and(|older| !older.is_file()) {
            return Err(io::Error::other("it is a device, or something else that is no file"));
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        if let Some(older) = &older {
            // Not even for a moment more than that.
            options.mode(std::os::unix::fs::PermissionsExt::mode(&older.permissions()));
        }
        let mut tried = 0;
        loop {
            let number = COUNT.fetch_add(1, Ordering::Relaxed);
            let mut own = OsString::from(".");
            own.push(name);
            own.push(format!(".{}-{number}.part", std::process::id()));
            let own = path.with_file_name(own);
            match options.open(&own).await {
                Ok(file) => {
                    let partial = Self(Some(own));
                    // Whoever could not read the older one does not read this one either.
                    if let Some(older) = older {
                        file.set_permissions(older.permissions()).await?;
                    }
                    return Ok((partial, file));
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && tried < MOST_TRIED => tried += 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// Gives it its name.
    async fn rename(mut self, path: &Path) -> io::Result<()> {
        if let Some(own) = &self.0 {
            tokio::fs::rename(own, path).await?;
            self.0 = None;
        }
        Ok(())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            // There is nobody to tell.
            drop(std::fs::remove_file(path));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// The number in the name that a file has before it is whole.
    fn number(partial: &Partial) -> u32 {
        let name = partial.0.as_ref().and_then(|path| path.to_str()).expect("a name");
        name.trim_end_matches(".part").rsplit('-').next().and_then(|number| number.parse().ok()).expect("a number")
    }

    #[tokio::test]
    async fn names_that_others_have_are_passed_over_and_not_for_ever() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("receipt.pdf");
        let (partial, _) = Partial::create(&path).await.expect("a file");
        let mut next = number(&partial) + 1;
        for (taken, is_made) in [(100, true), (101, false)] {
            for number in next..next + taken {
                let name = format!(".receipt.pdf.{}-{number}.part", std::process::id());
                fs::write(folder.path().join(name), "of another").expect("a file");
            }
            match Partial::create(&path).await {
                Ok((partial, _)) => assert!(is_made && number(&partial) == next + taken, "{taken}"),
                Err(error) => assert!(!is_made && error.kind() == io::ErrorKind::AlreadyExists, "{taken}: {error}"),
            }
            next += 101;
        }
    }
}
