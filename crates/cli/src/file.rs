//! Reads the files that the command line names, with an end to it: of size, and of time.
//!
//! What is wrong is said by the option, not by the path: where a file is expected a value may have been written, and a
//! value may be secret.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use countersign::Secret;

use crate::output::Failure;

/// More than this is not read.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// How long a file may take. A pipe that nobody writes to would take for ever.
const PATIENCE: Duration = Duration::from_secs(60);

/// The text of a file, or of standard input for `-`. `option` is what named it.
pub fn read(path: &Path, option: &str) -> Result<Secret, Failure> {
    named(path, option, text)
}

/// The bytes of a file, or of standard input for `-`. `option` is what named it.
pub fn bytes(path: &Path, option: &str) -> Result<Vec<u8>, Failure> {
    named(path, option, Ok)
}

fn named<T>(path: &Path, option: &str, made: impl FnOnce(Vec<u8>) -> io::Result<T>) -> Result<T, Failure> {
    let (what, bytes) = if path == Path::new("-") {
        ("standard input".to_owned(), limited(io::stdin().lock()))
    } else {
        (format!("the file of {option}"), within(PATIENCE, path.to_owned()))
    };
    bytes.and_then(made).map_err(|error| Failure::usage(format!("{what} cannot be read: {error}")))
}

fn within(patience: Duration, path: PathBuf) -> io::Result<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    // Opening can wait as well as reading. A thread that still waits ends with the process.
    thread::spawn(move || sender.send(File::open(path).and_then(limited)));
    receiver.recv_timeout(patience).unwrap_or_else(|_| {
        Err(io::Error::new(io::ErrorKind::TimedOut, format!("it has no end within {} seconds", patience.as_secs())))
    })
}

fn wrong(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason.to_owned())
}

fn limited(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES { Err(wrong("it has more than 16 MiB")) } else { Ok(bytes) }
}

fn text(bytes: Vec<u8>) -> io::Result<Secret> {
    String::from_utf8(bytes).map(Secret::from).map_err(|_| wrong("it is not UTF-8 text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_end_is_an_error() {
        assert!(limited(io::repeat(b'a')).unwrap_err().to_string().contains("16 MiB"));
        assert_eq!(text(b"a\xc3\xa9\n".to_vec()).unwrap().expose(), "aé\n");
        assert!(text(b"\xff".to_vec()).unwrap_err().to_string().contains("UTF-8"));
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_that_nobody_writes_to_is_given_up() {
        let directory = tempfile::TempDir::new().unwrap();
        let pipe = directory.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let error = within(Duration::from_millis(100), pipe).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
