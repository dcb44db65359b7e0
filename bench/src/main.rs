//! What Countersign costs, measured against what one would write or pick instead, side by side in one run.
//!
//! `cargo xtask bench` runs this program. It prints one table: what, ours, the other, the ratio. Times are medians over
//! interleaved pairs (ours, other, ours, other, …), with the spread of the ratio, because machines are noisy; instruction
//! counts come from valgrind's callgrind where it is installed, because they repeat. Nothing here passes or fails.
//!
//! The program starts itself for each measurement (`work`, `serve`, `flight`), so that no measurement shares a process with
//! another, nor the server with its client.

mod building;
mod by_hand;
mod calls;
mod flight;
mod generating;
mod large;
mod measure;
mod peers;
mod serve;
mod table;
mod words;
mod work;

use anyhow::Result;
use clap::{Parser, ValueEnum};

use table::Table;

/// Measures what Countersign costs.
#[derive(Parser)]
#[command(name = "cargo xtask bench", bin_name = "cargo xtask bench")]
enum Bench {
    /// All of it, or the named sections.
    #[command(name = "run")]
    Run {
        /// Which sections; all when none is named.
        sections: Vec<Section>,
    },
    /// Does a piece of work so many times.
    #[command(hide = true)]
    Work {
        /// The piece of work.
        work: work::Work,
        /// Ours, or the other.
        side: work::Side,
        /// How many times.
        times: usize,
        /// How many at once.
        at_once: usize,
        /// The server's base URL, for work that calls one.
        url: Option<String>,
    },
    /// Does the work of a word so many times.
    #[command(hide = true)]
    Word {
        /// The word.
        name: String,
        /// Ours, or the other.
        side: work::Side,
        /// How many times.
        times: usize,
        /// How many at once, which is one.
        at_once: usize,
    },
    /// Answers calls until it is killed, each after this many milliseconds.
    #[command(hide = true)]
    Serve {
        /// How long a response takes, in milliseconds.
        delay: u64,
    },
    /// Has so many calls in flight at once.
    #[command(hide = true)]
    Flight {
        /// How many calls.
        calls: usize,
        /// The server's base URL.
        url: String,
    },
}

/// What can be measured.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Section {
    /// The evaluator against the same by hand.
    Signing,
    /// A call against the same with reqwest.
    Calling,
    /// A cold build of a crate that depends on one provider.
    Building,
    /// A call and a cold build of it against clients of other generators.
    Peers,
    /// The generator, over growing numbers of documents.
    Generating,
    /// One large document: generating it, and checking its client, beside clients of other generators.
    Large,
    /// Ten thousand calls in flight.
    Scale,
}

fn main() -> Result<()> {
    match Bench::parse() {
        Bench::Run { sections } => run(&sections),
        Bench::Work { work, side, times, at_once, url } => work::run(work, side, times, at_once, url.as_deref()),
        Bench::Word { name, side, times, .. } => words::run(words::Word::named(&name)?, side, times),
        Bench::Serve { delay } => serve::run(delay),
        Bench::Flight { calls, url } => flight::run(calls, &url),
    }
}

fn run(sections: &[Section]) -> Result<()> {
    let wanted = |section| sections.is_empty() || sections.contains(&section);
    let mut table = Table::default();
    if wanted(Section::Signing) {
        measure::signing(&mut table)?;
    }
    if wanted(Section::Calling) {
        measure::calling(&mut table)?;
    }
    if wanted(Section::Scale) {
        flight::measure(&mut table)?;
    }
    if wanted(Section::Large) {
        large::measure(&mut table)?;
    }
    if wanted(Section::Generating) {
        generating::measure(&mut table)?;
    }
    if wanted(Section::Building) {
        building::measure(&mut table)?;
    }
    if wanted(Section::Peers) {
        peers::measure(&mut table)?;
    }
    println!("{table}");
    Ok(())
}
