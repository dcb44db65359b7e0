//! Runs pieces of work in processes of their own and compares them.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Command, Output};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::serve::Server;
use crate::table::{Table, grouped, median, ratio};
use crate::words::{WORDS, Word};
use crate::work::{self, Side, Work};

/// Interleaved pairs for each comparison of times.
const PAIRS: usize = 7;
/// Calls whose instructions are counted: in a short run, and in a long one.
const FEW_CALLS: usize = 100;
const MANY_CALLS: usize = 1_100;

/// What a run of a piece of work printed.
struct Took {
    nanoseconds: f64,
    allocations: f64,
    bytes: f64,
    percentiles: Option<(f64, f64)>,
}

/// A program that does a piece of work, and the arguments that name it.
pub struct Program {
    path: PathBuf,
    arguments: Vec<String>,
}

impl Program {
    /// This program, for a piece of work and who does it.
    fn own(work: Work, side: Side) -> Result<Self> {
        Self::with("work", &name(&work), side)
    }

    /// This program, for the work of a word and who does it.
    fn word(word: &Word, side: Side) -> Result<Self> {
        Self::with("word", word.name, side)
    }

    fn with(command: &str, what: &str, side: Side) -> Result<Self> {
        let arguments = vec![command.to_owned(), what.to_owned(), name(&side)];
        Ok(Self { path: std::env::current_exe()?, arguments })
    }

    /// A peer's program, which can do one thing.
    pub fn peer(path: PathBuf) -> Self {
        Self { path, arguments: Vec::new() }
    }

    fn run(&self, wrapper: &[&str], times: usize, at_once: usize, url: Option<&str>) -> std::io::Result<Output> {
        let words = wrapper.iter().map(OsStr::new).chain([self.path.as_os_str()]);
        let words: Vec<&OsStr> = words.chain(self.arguments.iter().map(OsStr::new)).collect();
        let numbers = [times.to_string(), at_once.to_string()];
        Command::new(words[0]).args(&words[1..]).args(numbers).args(url).output()
    }
}

/// What a value is called on the command line.
fn name(value: &impl ValueEnum) -> String {
    value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

fn take(program: &Program, times: usize, at_once: usize, url: Option<&str>) -> Result<Took> {
    let output = program.run(&[], times, at_once, url)?;
    if !output.status.success() {
        bail!("the work failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    let text = String::from_utf8(output.stdout)?;
    let numbers: Vec<f64> = text.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    match numbers.as_slice() {
        [nanoseconds, allocations, bytes, rest @ ..] => Ok(Took {
            nanoseconds: *nanoseconds,
            allocations: *allocations,
            bytes: *bytes,
            percentiles: match rest {
                [p50, p99] => Some((*p50, *p99)),
                _ => None,
            },
        }),
        _ => bail!("the work printed {text:?}"),
    }
}

fn pairs(
    [ours, other]: &[Program; 2],
    count: usize,
    times: usize,
    at_once: usize,
    url: Option<&str>,
) -> Result<Vec<(Took, Took)>> {
    (0..count).map(|_| Ok((take(ours, times, at_once, url)?, take(other, times, at_once, url)?))).collect()
}

/// Where the instructions of pieces of work are counted.
#[derive(Clone, Copy)]
enum Counted {
    /// In `work::measured` alone, which does so many.
    Within(usize),
    /// Between a run with so many, and a longer one.
    Between(usize, usize),
}

/// Instructions for one piece of work, without those of starting and ending. Where chance is started, they differ each time.
fn instructions(program: &Program, url: Option<&str>, counted: Counted) -> Result<Option<f64>> {
    match counted {
        Counted::Within(times) => {
            let of = collected(program, &[&format!("--toggle-collect={}", work::MEASURED)], times, url)?;
            Ok(of.map(|of| of / times as f64))
        }
        Counted::Between(few, many) => {
            let (less, more) = (collected(program, &[], few, url)?, collected(program, &[], many, url)?);
            Ok(less.zip(more).map(|(less, more)| (more - less) / (many - few) as f64))
        }
    }
}

/// What callgrind counts, if it is there.
fn collected(program: &Program, options: &[&str], times: usize, url: Option<&str>) -> Result<Option<f64>> {
    let valgrind = [&["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"], options].concat();
    let output = match program.run(&valgrind, times, 1, url) {
        Ok(output) => output,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).context("valgrind cannot be run"),
    };
    let text = String::from_utf8_lossy(&output.stderr);
    let collected = text.lines().find_map(|line| line.split("Collected :").nth(1));
    let collected = collected.filter(|_| output.status.success());
    let collected = collected.with_context(|| format!("callgrind counted nothing: {text}"))?;
    Ok(Some(collected.trim().parse()?))
}

fn compare(table: &mut Table, what: &str, unit: f64, unit_name: &str, pairs: &[(Took, Took)]) {
    let time = |took: &Took| took.nanoseconds / unit;
    table.row(
        format!("{what}: time ({unit_name})"),
        grouped(median(pairs.iter().map(|(ours, _)| time(ours)).collect())),
        grouped(median(pairs.iter().map(|(_, other)| time(other)).collect())),
        ratio(&pairs.iter().map(|(ours, other)| (ours.nanoseconds, other.nanoseconds)).collect::<Vec<_>>()),
    );
}

fn compare_allocations(table: &mut Table, what: &str, pairs: &[(Took, Took)]) {
    if let Some((ours, other)) = pairs.first() {
        let text = |took: &Took| format!("{:.0} of {} bytes together", took.allocations, grouped(took.bytes));
        let ratio = match other.allocations > 0.0 {
            true => format!("{:.2}", ours.allocations / other.allocations),
            false => "none".into(),
        };
        table.row(format!("{what}: allocations"), text(ours), text(other), ratio);
    }
}

fn compare_instructions(
    table: &mut Table,
    what: &str,
    [ours, other]: &[Program; 2],
    url: Option<&str>,
    counted: Counted,
) -> Result<()> {
    let ours = instructions(ours, url, counted)?;
    let other = instructions(other, url, counted)?;
    if let (Some(ours), Some(other)) = (ours, other) {
        table.row(format!("{what}: instructions"), grouped(ours), grouped(other), format!("{:.3}", ours / other));
    }
    Ok(())
}

/// A piece of work by us, and by hand.
fn both(work: Work) -> Result<[Program; 2]> {
    Ok([Program::own(work, Side::Ours)?, Program::own(work, Side::Other)?])
}

/// The evaluator against the same by hand.
pub fn signing(table: &mut Table) -> Result<()> {
    for (what, piece, times, counted) in [
        ("airpay's checksum", Work::Checksum, 200_000, Counted::Within(1_000)),
        ("Zindigi's PIN", Work::Pin, 5_000, Counted::Within(100)),
    ] {
        let programs = both(piece)?;
        compare_instructions(table, what, &programs, None, counted)?;
        let pairs = pairs(&programs, PAIRS, times, 1, None)?;
        compare(table, what, 1_000.0, "µs", &pairs);
        compare_allocations(table, what, &pairs);
    }
    words(table)
}

/// Each word against the same by hand.
fn words(table: &mut Table) -> Result<()> {
    for word in WORDS {
        let programs = [Program::word(word, Side::Ours)?, Program::word(word, Side::Other)?];
        compare_instructions(table, word.name, &programs, None, Counted::Within(word.times))?;
        let pairs = pairs(&programs, PAIRS, 10 * word.times, 1, None)?;
        compare(table, word.name, 1_000.0, "µs", &pairs);
    }
    Ok(())
}

/// A call against the same with reqwest, on one connection and on 64 at once.
pub fn calling(table: &mut Table) -> Result<()> {
    let server = Server::start(0)?;
    let url = Some(server.url.as_str());
    let programs = both(Work::Call)?;
    compare_instructions(table, "a call", &programs, url, Counted::Between(FEW_CALLS, MANY_CALLS))?;
    for (what, times, at_once) in [("a call, one at a time", 4_000, 1), ("a call, 64 at once", 16_000, 64)] {
        let pairs = pairs(&programs, PAIRS, times, at_once, url)?;
        compare(table, what, 1_000.0, "µs each", &pairs);
        let rate = |took: &Took| 1e9 / took.nanoseconds;
        table.row(
            format!("{what}: calls a second"),
            grouped(median(pairs.iter().map(|(ours, _)| rate(ours)).collect())),
            grouped(median(pairs.iter().map(|(_, other)| rate(other)).collect())),
            ratio(&pairs.iter().map(|(ours, other)| (rate(ours), rate(other))).collect::<Vec<_>>()),
        );
        for (name, pick) in [("p50", 0), ("p99", 1)] {
            let percentile = |took: &Took| took.percentiles.map_or(f64::NAN, |both| [both.0, both.1][pick]);
            table.row(
                format!("{what}: {name} (µs)"),
                grouped(median(pairs.iter().map(|(ours, _)| percentile(ours)).collect())),
                grouped(median(pairs.iter().map(|(_, other)| percentile(other)).collect())),
                ratio(&pairs.iter().map(|(ours, other)| (percentile(ours), percentile(other))).collect::<Vec<_>>()),
            );
        }
        if at_once == 1 {
            compare_allocations(table, "a call", &pairs);
        }
    }
    Ok(())
}

/// A call against that of a peer's client.
pub fn calling_peer(table: &mut Table, what: &str, peer: Program) -> Result<()> {
    let server = Server::start(0)?;
    let url = Some(server.url.as_str());
    let programs = [Program::own(Work::Call, Side::Ours)?, peer];
    compare_instructions(table, what, &programs, url, Counted::Between(FEW_CALLS, MANY_CALLS))?;
    compare_allocations(table, what, &pairs(&programs, 1, FEW_CALLS, 1, url)?);
    Ok(())
}
