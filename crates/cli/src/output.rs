//! What is printed, and how a run ends.
//!
//! Standard output is for the result, standard error for everything else. Colours are for terminals (`NO_COLOR` switches
//! them off). In text that comes from a document or a provider, characters that drive a terminal, change the order of what
//! is read, or are not seen, are shown by their numbers.

use std::fmt::{self, Display, Write as _};
use std::io::{self, Write};
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use countersign::{Error, Kind};
use serde::Serialize;
use serde_json::json;
use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

pub const STRONG: Style = Style::new().bold();
pub const FAINT: Style = Style::new().dimmed();
pub const HIDDEN: Style = AnsiColor::Yellow.on_default();
const WRONG: Style = AnsiColor::Red.on_default().bold();
const ADVICE: Style = AnsiColor::Cyan.on_default();

/// For whom it is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// Why a run failed.
#[derive(Debug)]
pub enum Failure {
    /// Bad usage, or a value that is missing or wrong. Nothing was sent.
    Usage {
        /// What is wrong.
        problem: String,
        /// What to do about it.
        advice: Option<String>,
    },
    /// The call failed.
    Call {
        /// Why.
        error: Error,
        /// What to do about it.
        advice: Option<String>,
    },
    /// The result could not be written.
    Output(io::Error),
    /// Not all that was to be called was: how many were.
    Incomplete(String),
    /// The receiver of an event did not do what it should: what it did.
    Receiver(String),
    /// Documents or crates are not as they should be: how.
    Wanting(String),
}

/// What is wrong, and what to do about it.
impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage { problem, advice: Some(advice) } => write!(f, "{problem}; {advice}"),
            Self::Usage { problem, advice: None } => f.write_str(problem),
            Self::Call { error, .. } => error.fmt(f),
            Self::Output(error) => write!(f, "the result cannot be written: {error}"),
            Self::Incomplete(summary) | Self::Receiver(summary) | Self::Wanting(summary) => f.write_str(summary),
        }
    }
}

impl Failure {
    /// A problem that says by itself what to do.
    pub fn usage(problem: impl Into<String>) -> Self {
        Self::Usage { problem: problem.into(), advice: None }
    }

    /// The same failure, with what to do about it.
    pub fn advise(self, text: impl Into<String>) -> Self {
        let advice = Some(text.into());
        match self {
            Self::Usage { problem, .. } => Self::Usage { problem, advice },
            Self::Call { error, .. } => Self::Call { error, advice },
            other => other,
        }
    }

    /// How the process ends: see the table of exit codes in the help.
    pub fn exit_code(&self) -> ExitCode {
        fn of(error: &Error) -> u8 {
            let refused = |error: &Error| matches!(error, Error::Api(_)) && !error.may_have_been_carried_out();
            match error {
                Error::InvalidResponse(_) | Error::UnverifiedResponse(_) => 4,
                _ if error.may_have_been_carried_out() => 3,
                _ if refused(error) => 1,
                Error::Session(session) if refused(session.cause()) => 1,
                Error::Session(_) | Error::Transport(_) => 5,
                // An earlier attempt was, and was refused.
                Error::InvalidRequest(_) if error.attempts() > 0 => 5,
                // `Error` can grow; whatever is new is not one of the above.
                _ => 2,
            }
        }
        match self {
            Self::Usage { .. } => 2.into(),
            Self::Call { error, .. } => of(error).into(),
            // A call whose response cannot be written was carried out.
            Self::Output(_) => 6.into(),
            Self::Incomplete(_) => 7.into(),
            Self::Receiver(_) => 8.into(),
            Self::Wanting(_) => 1.into(),
        }
    }

    /// Prints it to standard error.
    pub fn print(&self, format: Format) {
        let text = match (format, self) {
            // What it is has been printed to standard output, for a program; and a person reads more than one line of it.
            (Format::Json, Self::Wanting(_)) => return,
            (Format::Text, Self::Wanting(text)) if text.is_empty() => return,
            (Format::Text, Self::Wanting(text)) => printable(text.trim_end()) + "\n",
            (Format::Text, _) => self.text(),
            (Format::Json, _) => escaped(&json!({ "error": self.json() }).to_string()) + "\n",
        };
        // Where standard error cannot be written there is nobody to tell.
        drop(anstream::stderr().write_all(text.as_bytes()));
    }

    fn text(&self) -> String {
        let (problem, advice) = match self {
            Self::Usage { problem, advice } => (problem.clone(), advice),
            Self::Call { error, advice } => (error.to_string(), advice),
            Self::Output(_) | Self::Incomplete(_) | Self::Receiver(_) | Self::Wanting(_) => (self.to_string(), &None),
        };
        let mut text = format!("{}: {}\n", styled(WRONG, "error"), printable(&problem));
        if let Some(advice) = advice {
            let _ = writeln!(text, "{}: {}", styled(ADVICE, "hint"), printable(advice));
        }
        text
    }

    fn json(&self) -> serde_json::Value {
        match self {
            Self::Usage { problem, advice } => json!({
                "type": "usage", "kind": Kind::InvalidRequest.as_str(), "text": problem, "hint": advice
            }),
            Self::Call { error, advice } => json!({
                "type": match error {
                    Error::Api(_) => "api",
                    Error::Transport(_) => "transport",
                    Error::InvalidResponse(_) => "invalid-response",
                    Error::UnverifiedResponse(_) => "unverified-response",
                    Error::Session(_) => "session",
                    Error::InvalidRequest(_) => "invalid-request",
                    _ => "configuration",
                },
                "kind": error.kind().as_str(),
                "code": error.code(),
                "message": error.message(),
                "request_id": error.request_id(),
                "status": error.status(),
                "attempts": error.attempts(),
                "retry_after": error.retry_after().map(|pause| pause.as_secs()),
                "may_have_been_carried_out": error.may_have_been_carried_out(),
                "text": error.to_string(),
                "hint": advice,
            }),
            Self::Output(error) => json!({ "type": "output", "text": error.to_string() }),
            Self::Incomplete(summary) => json!({ "type": "incomplete", "text": summary }),
            Self::Receiver(summary) => json!({ "type": "receiver", "text": summary }),
            Self::Wanting(summary) => json!({ "type": "wanting", "text": summary }),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Call { error, advice: None }
    }
}

/// Prints to standard output.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = anstream::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        // Whoever reads has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(Failure::Output),
    }
}

/// Prints JSON to standard output.
pub fn print_json(value: &impl Serialize) -> Result<(), Failure> {
    print(&(json(value)? + "\n"))
}

/// JSON for people to read.
pub fn json(value: &impl Serialize) -> Result<String, Failure> {
    let json = serde_json::to_string_pretty(value).map_err(|error| Failure::Output(error.into()))?;
    Ok(escaped(&json))
}

/// JSON with escapes in the place of what is not to be printed, which JSON allows in strings alone.
fn escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '\n' => escaped.push(c),
            c if is_unprintable(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(escaped, "\\u{unit:04x}");
                }
            }
            c => escaped.push(c),
        }
    }
    escaped
}

/// Tells on standard error what happens on the way: our own events, which have nothing secret in them.
pub fn tell(level: Level) {
    let lines = tracing_subscriber::fmt::layer().with_writer(|| Log).without_time().with_ansi(false);
    // Prefixes: what else of the project is running is meant too.
    let ours = Targets::new().with_target("countersign", level);
    // It fails where there is a subscriber already, and then that one tells.
    drop(tracing_subscriber::registry().with(lines).with(ours).try_init());
}

/// Standard error, for whole events: what is in them of others is made printable.
struct Log;

impl Write for Log {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        io::stderr().write_all(printable(&String::from_utf8_lossy(event)).as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// Warns on standard error.
pub fn warn(text: &str) {
    // Where standard error cannot be written there is nobody to tell.
    drop(writeln!(anstream::stderr(), "{}: {text}", styled(HIDDEN, "warning")));
}

/// Says on standard error what there is to know.
pub fn note(text: &str) {
    // Where standard error cannot be written there is nobody to tell.
    drop(writeln!(anstream::stderr(), "{}", printable(text)));
}

/// Text in a style.
pub fn styled(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// Text in which whatever drives a terminal or deceives its reader is shown as `\u{1b}`. Line breaks stay.
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '\n' && is_unprintable(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Control characters, and those of Unicode that are not seen: they join, break, turn round or hide what is beside
/// them.
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Lines of columns, with two spaces between them.
pub fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let rows: Vec<_> = rows.iter().map(|row| row.each_ref().map(|cell| printable(cell).replace('\n', " "))).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            let _ = write!(line, "{cell:width$}  ");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_others_cannot_drive_the_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\rc\nd\u{9b}e"), "a\\u{1b}[2Jb\\u{d}c\nd\\u{9b}e");
        assert_eq!(
            printable("niño\u{202e}\u{2066}\u{200b}\u{feff}\u{e0041}"),
            "niño\\u{202e}\\u{2066}\\u{200b}\\u{feff}\\u{e0041}"
        );
    }

    #[test]
    fn json_stays_json_when_it_is_escaped() {
        for text in ["\u{1b}[2J", "\u{7f}\u{9b}", "a\u{202e}b\u{2069}", "\u{200b}\u{2028}", "\u{e0041}", "niño \"\\\n"]
        {
            let value = json!({ text: [text] });
            for printed in [escaped(&value.to_string()), json(&value).unwrap()] {
                assert_eq!(serde_json::from_str::<serde_json::Value>(&printed).unwrap(), value);
                assert!(!printed.contains(|c| c != '\n' && is_unprintable(c)), "{printed:?}");
            }
        }
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["a", "é", ""], ["bbb", "c", "d"]].map(|row| row.map(str::to_owned));
        assert_eq!(table(&rows), "a    é\nbbb  c  d\n");
    }
}
