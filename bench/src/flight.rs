//! Ten thousand calls in flight from one client, against a server that takes its time.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::calls::Caller;
use crate::serve::Server;
use crate::table::{Table, grouped};
use crate::work::Ours;

/// Long enough for all calls to be sent before the first response comes, in milliseconds.
const DELAY: u64 = 8_000;

/// Makes the calls at once and prints how many failed and the bytes of resident memory that each took at the height.
pub fn run(calls: usize, url: &str) -> Result<()> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let client = Ours::new(url)?;
        let before = resident()?;
        let tasks: Vec<_> = (0..calls)
            .map(|_| {
                let client = client.clone();
                tokio::spawn(async move { client.call().await.is_ok() })
            })
            .collect();
        let mut failed = 0;
        let mut height = 0;
        for task in tasks {
            failed += usize::from(!task.await?);
            height = height.max(resident()?);
        }
        println!("{failed} {}", height.saturating_sub(before) / calls.max(1) as u64);
        Ok(())
    })
}

/// The resident memory of this process, in bytes.
fn resident() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status").context("there is no /proc on this machine")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kibibytes * 1024)
}

/// Adds the rows.
pub fn measure(table: &mut Table) -> Result<()> {
    let calls = 10_000;
    let server = Server::start(DELAY)?;
    let output = Command::new(std::env::current_exe()?).args(["flight", &calls.to_string(), &server.url]).output()?;
    if !output.status.success() {
        bail!("the calls could not be made: {}", String::from_utf8_lossy(&output.stderr));
    }
    let text = String::from_utf8(output.stdout)?;
    let (failed, bytes) = text.trim().split_once(' ').context("two numbers")?;
    table.row("10 000 calls in flight: failed", failed, "", "");
    table.row("10 000 calls in flight: resident bytes for each", grouped(bytes.parse()?), "", "");
    Ok(())
}
