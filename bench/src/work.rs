//! The pieces of work: ours, and what one would write by hand instead.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use aws_lc_rs::rsa::{Pkcs1PublicEncryptingKey, PublicEncryptingKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::ValueEnum;
use countersign::{Draft, Executor};
use countersign_airpay::{Client, Date, types};
use sha2::{Digest, Sha256};

const MOBILE_NO: &str = "9876543978";
const DOB: &str = "1958-01-02";
const AFFILIATE: &str = "91f5evhk72f56432ec678sdfes685h42sd2t21k430912508233b7r37562g2hps";
const PROCESSOR_KEY: &str = "a processor key of our own, for measuring";
const SECRET_KEY: &str = "a secret key of our own, for measuring";
const PIN: &str = "4321";
/// Made for the tests of the runtime; nobody has the private key.
const PUBLIC_KEY: &str = include_str!("../../crates/countersign/vectors/public-keys/spki-2048.pem");

/// A piece of work.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Work {
    /// airpay's checksum.
    Checksum,
    /// Zindigi's PIN.
    Pin,
    /// A call of airpay.
    Call,
}

/// Who does it.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Side {
    /// Countersign.
    Ours,
    /// What one would write by hand.
    Other,
}

/// Does a piece of work so many times and prints what it took: nanoseconds for each, allocations and bytes allocated for
/// each, and for calls the 50th and 99th percentile in microseconds.
pub fn run(work: Work, side: Side, times: usize, at_once: usize, url: Option<&str>) -> Result<()> {
    match work {
        Work::Checksum => checksum(side, times),
        Work::Pin => pin(side, times),
        Work::Call => {
            let url = url.context("a call takes a URL")?.to_owned();
            calls(side, times, at_once, url)
        }
    }
}

fn repeat(times: usize, mut once: impl FnMut() -> Result<()>) -> Result<()> {
    // Once for what is set up the first time.
    once()?;
    let mut result = Ok(());
    let allocations = allocation_counter::measure(|| result = once());
    result?;
    let began = Instant::now();
    for _ in 0..times {
        once()?;
    }
    let each = began.elapsed().as_nanos() as f64 / times.max(1) as f64;
    println!("{each} {} {}", allocations.count_total, allocations.bytes_total);
    Ok(())
}

fn airpay() -> Result<Executor> {
    Ok(countersign::Builder::new(&countersign_airpay::PLAN)
        .credential("affiliate", AFFILIATE)
        .credential("processor_key", PROCESSOR_KEY)
        .credential("secret_key", SECRET_KEY)
        .build()?)
}

fn checksum(side: Side, times: usize) -> Result<()> {
    match side {
        Side::Ours => {
            let executor = airpay()?;
            let draft = Draft::new().value("mobile_no", MOBILE_NO).value("dob", DOB);
            let evaluation = executor.evaluation("forgot_password", "checksum", draft)?;
            repeat(times, || evaluation.value(|bytes| _ = black_box(bytes)).map_err(anyhow::Error::msg))
        }
        Side::Other => repeat(times, || {
            let mut hash = Sha256::new();
            hash.update(black_box(MOBILE_NO));
            hash.update(black_box(DOB));
            hash.update(black_box(SECRET_KEY));
            black_box(hex::encode(hash.finalize()));
            Ok(())
        }),
    }
}

fn pin(side: Side, times: usize) -> Result<()> {
    match side {
        Side::Ours => {
            let executor = countersign::Builder::new(&countersign_zindigi::PLAN)
                .credential("client_id", "the-client")
                .credential("pin_public_key", PUBLIC_KEY)
                .server("sandbox")
                .build()?;
            let pin = |name: &str| format!("/resetMpinReq/{name}");
            let draft = Draft::new()
                .value(pin("OS"), "Android")
                .value(pin("CNIC"), "1234512345671")
                .value(pin("Mobile"), "03001234567")
                .value(pin("OTPCode"), "123456")
                .value(pin("DeviceId"), "device")
                .value(pin("LoginPin"), PIN)
                .value(pin("ConfirmLoginPin"), PIN);
            let evaluation = executor.evaluation("reset_mpin", "resetMpinReq/LoginPin", draft)?;
            repeat(times, || evaluation.value(|bytes| _ = black_box(bytes)).map_err(anyhow::Error::msg))
        }
        Side::Other => {
            let der = pem::parse(PUBLIC_KEY)?.into_contents();
            let key = PublicEncryptingKey::from_der(&der).context("the key")?;
            let key = Pkcs1PublicEncryptingKey::new(key).context("the key")?;
            repeat(times, || {
                let mut ciphertext = vec![0; key.ciphertext_size()];
                key.encrypt(black_box(PIN).as_bytes(), &mut ciphertext).context("the PIN")?;
                let mut lines = String::with_capacity(360);
                for line in ciphertext.chunks(57) {
                    STANDARD.encode_string(line, &mut lines);
                    lines.push('\n');
                }
                black_box(lines);
                Ok(())
            })
        }
    }
}

/// The same call, ours or by hand.
#[derive(Clone)]
enum Caller {
    Ours(Client),
    Other { http: reqwest::Client, url: String },
}

impl Caller {
    fn new(side: Side, url: String) -> Result<Self> {
        Ok(match side {
            Side::Ours => Self::Ours(
                Client::builder()
                    .affiliate(AFFILIATE)
                    .processor_key(PROCESSOR_KEY)
                    .secret_key(SECRET_KEY)
                    .base_url(url)
                    .build()?,
            ),
            Side::Other => Self::Other {
                http: reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?,
                url: format!("{url}/forgot-password"),
            },
        })
    }

    async fn call(&self) -> Result<()> {
        match self {
            Self::Ours(client) => {
                let born = Date::constant(1958, 1, 2);
                let answer =
                    client.forgot_password().body_map(|body| body.mobile_no(MOBILE_NO).dob(born)).send().await?;
                black_box(answer);
            }
            Self::Other { http, url } => {
                let born = Date::constant(1958, 1, 2).to_string();
                let mut hash = Sha256::new();
                hash.update(MOBILE_NO);
                hash.update(&born);
                hash.update(SECRET_KEY);
                let body = form_urlencoded::Serializer::new(String::new())
                    .append_pair("mobile_no", MOBILE_NO)
                    .append_pair("dob", &born)
                    .finish();
                let response = http
                    .post(url)
                    .timeout(Duration::from_secs(30))
                    .header("accept", "application/json")
                    .header("affiliate", AFFILIATE)
                    .header("processor-key", PROCESSOR_KEY)
                    .header("checksum", hex::encode(hash.finalize()))
                    .header("content-type", "application/x-www-form-urlencoded")
                    .body(body)
                    .send()
                    .await?;
                let answer: types::ForgotPasswordAnswer = serde_json::from_slice(&response.bytes().await?)?;
                if answer.status != 200 {
                    bail!("it was refused");
                }
                black_box(answer);
            }
        }
        Ok(())
    }
}

fn calls(side: Side, times: usize, at_once: usize, url: String) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let caller = Caller::new(side, url)?;
    runtime.block_on(caller.call())?;
    let began = Instant::now();
    let mut took = runtime.block_on(timed(&caller, times, at_once))?;
    let each = began.elapsed().as_nanos() as f64 / times.max(1) as f64;
    took.sort_by(f64::total_cmp);
    let percentile = |percent: usize| took.get(took.len() * percent / 100).copied().unwrap_or_default();
    // The connection's own task runs on this thread as well, so what it allocates counts, for both sides.
    let counted = times.min(100);
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
    let (count, bytes) = match counted {
        0 => (0, 0),
        counted => (allocations.count_total / counted as u64, allocations.bytes_total / counted as u64),
    };
    println!("{each} {count} {bytes} {} {}", percentile(50), percentile(99));
    Ok(())
}

async fn timed(caller: &Caller, times: usize, at_once: usize) -> Result<Vec<f64>> {
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
