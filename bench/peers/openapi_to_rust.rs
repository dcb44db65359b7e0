//! airpay's call with the client of openapi-to-rust, signed by hand: it has no hook, so a client with one header more is made for
//! each call.

mod generated;

use std::error::Error;
use std::time::Duration;

use generated::{ForgotPasswordRequest, HttpClient};
use sha2::{Digest, Sha256};

/// airpay's client.
#[derive(Clone)]
pub struct Client {
    inner: HttpClient,
    secret_key: String,
}

impl Client {
    /// A client of this server.
    pub fn new(url: &str, affiliate: &str, processor_key: &str, secret_key: &str) -> Result<Self, Box<dyn Error>> {
        let redirect = reqwest::redirect::Policy::none();
        let http = reqwest::Client::builder().redirect(redirect).timeout(Duration::from_secs(60)).build()?;
        let inner = HttpClient::with_client(http).with_base_url(url);
        let inner = inner.with_header("affiliate", affiliate).with_header("processor-key", processor_key);
        Ok(Self { inner, secret_key: secret_key.to_owned() })
    }

    /// Makes the call, and fails unless it was a success.
    pub async fn call(&self, mobile_no: &str, (year, month, day): (i32, u32, u32)) -> Result<(), String> {
        let dob = chrono::NaiveDate::from_ymd_opt(year, month, day).ok_or("a date")?;
        let mut hash = Sha256::new();
        hash.update(mobile_no);
        hash.update(dob.to_string());
        hash.update(&self.secret_key);
        let client = self.inner.clone().with_header("checksum", hex::encode(hash.finalize()));
        let request = ForgotPasswordRequest { mobile_no: mobile_no.to_owned(), dob };
        let response = client.forgot_password(request).await.map_err(|error| error.to_string())?;
        match std::hint::black_box(response).status {
            200 => Ok(()),
            _ => Err("it was refused".to_owned()),
        }
    }
}
