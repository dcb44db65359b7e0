//! The pieces of work: ours, and what one would write by hand instead.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Context, Error, Result, bail};
use aws_lc_rs::rsa::{Pkcs1PublicEncryptingKey, PublicEncryptingKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::ValueEnum;
use countersign_airpay::{Client, Date, types};
use countersign_sign::{Call, Inputs, Moment, Setup};
use sha2::{Digest, Sha256};

use crate::calls::{self, AFFILIATE, Caller, MOBILE_NO, PROCESSOR_KEY, SECRET_KEY};

const DOB: &str = "1958-01-02";
const PIN: &str = "4321";
/// Made for the tests of signing; nobody has the private key.
const PUBLIC_KEY: &str = include_str!("../../crates/sign/vectors/public-keys/spki-2048.pem");

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

/// Does a piece of work so many times and prints what it took: nanoseconds, allocations and bytes allocated for each, and for
/// calls what [`calls::run`] prints beside.
pub fn run(work: Work, side: Side, times: usize, at_once: usize, url: Option<&str>) -> Result<()> {
    let url = || url.context("a call takes a URL");
    match (work, side) {
        (Work::Checksum, Side::Ours) => {
            let setup =
                Setup::new(&countersign_airpay::PLAN).credential("secret_key", SECRET_KEY).map_err(Error::msg)?;
            let call = Call::new("forgot_password").value("mobile_no", MOBILE_NO).value("dob", DOB);
            evaluate(times, &setup, &call, "checksum")
        }
        (Work::Checksum, Side::Other) => repeat(times, || {
            black_box(checksum(black_box(MOBILE_NO), black_box(DOB), black_box(SECRET_KEY)));
            Ok(())
        }),
        (Work::Pin, Side::Ours) => {
            let setup = Setup::new(&countersign_zindigi::PLAN);
            let setup = setup.credential("pin_public_key", PUBLIC_KEY).map_err(Error::msg)?;
            let call = Call::new("reset_mpin").value("/resetMpinReq/LoginPin", PIN);
            evaluate(times, &setup, &call, "/resetMpinReq/LoginPin")
        }
        (Work::Pin, Side::Other) => pin(times),
        (Work::Call, Side::Ours) => calls::run(&Ours::new(url()?)?, times, at_once),
        (Work::Call, Side::Other) => calls::run(&ByHand::new(url()?)?, times, at_once),
    }
}

/// Does something so many times and prints what it took.
pub fn repeat(times: usize, mut once: impl FnMut() -> Result<()>) -> Result<()> {
    // Once for what is set up the first time.
    once()?;
    let mut result = Ok(());
    let allocations = allocation_counter::measure(|| result = once());
    result?;
    let began = Instant::now();
    measured(times, &mut once)?;
    let each = began.elapsed().as_nanos() as f64 / times.max(1) as f64;
    println!("{each} {} {}", allocations.count_total, allocations.bytes_total);
    Ok(())
}

/// What a debugger calls [`measured`].
pub const MEASURED: &str = "countersign_bench::work::measured*";

/// Does something so many times. It is a function of its own, in which instructions are counted.
#[inline(never)]
fn measured(times: usize, once: &mut dyn FnMut() -> Result<()>) -> Result<()> {
    for _ in 0..times {
        once()?;
    }
    Ok(())
}

/// Evaluates what fills one slot of a request, without the request around it.
fn evaluate(times: usize, setup: &Setup, call: &Call, slot: &str) -> Result<()> {
    let operation = setup.plan.operation(call.operation()).context("the operation")?;
    let slot = operation.slot(slot).context("the slot")?;
    let values = operation.slots[slot].value.as_deref().context("the slot is not filled in")?;
    let request = call.request(operation, "").map_err(Error::msg)?;
    let inputs = Inputs { setup, session: None, moment: Moment::now() };
    repeat(times, || {
        black_box(request.evaluate(slot, black_box(values), &inputs).map_err(Error::msg)?);
        Ok(())
    })
}

/// airpay's checksum by hand.
fn checksum(mobile_no: &str, dob: &str, secret_key: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(mobile_no);
    hash.update(dob);
    hash.update(secret_key);
    hex::encode(hash.finalize())
}

/// The headers that a call must have, in small letters.
pub fn right_headers() -> [(&'static str, String); 5] {
    [
        ("accept", "application/json".to_owned()),
        ("affiliate", AFFILIATE.to_owned()),
        ("processor-key", PROCESSOR_KEY.to_owned()),
        ("checksum", checksum(MOBILE_NO, DOB, SECRET_KEY)),
        ("content-type", "application/x-www-form-urlencoded".to_owned()),
    ]
}

/// Whether this is the body of the call, its fields in any order.
pub fn is_right_body(body: &[u8]) -> bool {
    let mut fields: Vec<_> = form_urlencoded::parse(body).collect();
    fields.sort();
    fields == [("dob".into(), DOB.into()), ("mobile_no".into(), MOBILE_NO.into())]
}

/// Zindigi's PIN by hand.
fn pin(times: usize) -> Result<()> {
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

/// When the customer was born, as in [`DOB`].
const fn born() -> Date {
    Date::constant(1958, 1, 2)
}

/// airpay's client.
#[derive(Clone)]
pub struct Ours(pub Client);

impl Ours {
    /// A client of this server.
    pub fn new(url: &str) -> Result<Self> {
        let builder = Client::builder().affiliate(AFFILIATE).processor_key(PROCESSOR_KEY).secret_key(SECRET_KEY);
        Ok(Self(builder.base_url(url).timeout(Duration::from_secs(60)).build()?))
    }
}

impl Caller for Ours {
    async fn call(&self) -> Result<()> {
        black_box(self.0.forgot_password().mobile_no(MOBILE_NO).dob(born()).send().await?);
        Ok(())
    }
}

/// The same with reqwest.
#[derive(Clone)]
struct ByHand {
    http: reqwest::Client,
    url: String,
}

impl ByHand {
    fn new(url: &str) -> Result<Self> {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { http, url: format!("{url}/forgot-password") })
    }
}

impl Caller for ByHand {
    async fn call(&self) -> Result<()> {
        let dob = born().to_string();
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("mobile_no", MOBILE_NO)
            .append_pair("dob", &dob)
            .finish();
        let response = self
            .http
            .post(&self.url)
            .timeout(Duration::from_secs(60))
            .header("accept", "application/json")
            .header("affiliate", AFFILIATE)
            .header("processor-key", PROCESSOR_KEY)
            .header("checksum", checksum(MOBILE_NO, &dob, SECRET_KEY))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await?;
        let response: types::ForgotPasswordAnswer = serde_json::from_slice(&response.bytes().await?)?;
        if response.status != 200 {
            bail!("it was refused");
        }
        black_box(response);
        Ok(())
    }
}
