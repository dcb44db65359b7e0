//! Makes a call so many times, some at once, and prints what it took: nanoseconds, allocations and bytes allocated for each, and
//! the 50th and 99th percentile in microseconds.

use std::future::Future;
use std::time::Instant;

use anyhow::Result;

/// The customer's mobile number.
pub const MOBILE_NO: &str = "9876543978";
/// The partner.
pub const AFFILIATE: &str = "91f5evhk72f56432ec678sdfes685h42sd2t21k430912508233b7r37562g2hps";
/// The partner's constant key.
pub const PROCESSOR_KEY: &str = "a processor key of our own, for measuring";
/// What requests are signed with.
pub const SECRET_KEY: &str = "a secret key of our own, for measuring";

/// Makes airpay's call: a customer forgot the password. Clones share their connections.
pub trait Caller: Clone + Send + 'static {
    /// Makes it once, and fails unless the server says that it is well.
    fn call(&self) -> impl Future<Output = Result<()>> + Send;
}

/// Makes the calls and prints what they took.
///
/// # Errors
/// A call failed.
pub fn run(caller: &impl Caller, times: usize, at_once: usize) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(caller.call())?;
    let began = Instant::now();
    let mut took = runtime.block_on(timed(caller, times, at_once))?;
    let each = began.elapsed().as_nanos() as f64 / times.max(1) as f64;
    took.sort_by(f64::total_cmp);
    let percentile = |percent: usize| took.get(took.len() * percent / 100).copied().unwrap_or_default();
    // The connection's own task runs on this thread as well, so what it allocates counts, on all sides.
    let counted = times.clamp(1, 100);
    let mut result = Ok(());
    let allocations = allocation_counter::measure(|| {
        result = runtime.block_on(async {
            for _ in 0..counted {
                caller.call().await?;
            }
            anyhow::Ok(())
        });
    });
    result?;
    let (count, bytes) = (allocations.count_total / counted as u64, allocations.bytes_total / counted as u64);
    println!("{each} {count} {bytes} {} {}", percentile(50), percentile(99));
    Ok(())
}

async fn timed(caller: &impl Caller, times: usize, at_once: usize) -> Result<Vec<f64>> {
    let tasks: Vec<_> = (0..at_once)
        .map(|task| {
            let caller = caller.clone();
            let own = times / at_once + usize::from(task < times % at_once);
            tokio::spawn(async move {
                let mut took = Vec::with_capacity(own);
                for _ in 0..own {
                    let began = Instant::now();
                    caller.call().await?;
                    took.push(began.elapsed().as_nanos() as f64 / 1_000.0);
                }
                anyhow::Ok(took)
            })
        })
        .collect();
    let mut took = Vec::with_capacity(times);
    for task in tasks {
        took.extend(task.await??);
    }
    Ok(took)
}
