//! airpay's call with progenitor's client, the signature made by hand in its hook.

mod generated;

use std::error::Error;
use std::time::Duration;

use generated::types::ForgotPasswordRequest;
use progenitor_client::{ClientHooks, ClientInfo, OperationInfo};
use reqwest::header::{HeaderMap, HeaderValue};
use sha2::{Digest, Sha256};

/// What the hook signs with.
#[derive(Clone, Debug)]
pub struct Signer {
    secret_key: String,
}

// The call is fixed before the hook, so what is signed is read back from the body.
impl ClientHooks<Signer> for generated::Client {
    async fn pre<E>(
        &self,
        request: &mut reqwest::Request,
        _: &OperationInfo,
    ) -> Result<(), progenitor_client::Error<E>> {
        let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
        let field = |name| form_urlencoded::parse(body).find(|(own, _)| own == name).map(|(_, value)| value);
        let mut hash = Sha256::new();
        for name in ["mobile_no", "dob"] {
            hash.update(field(name).unwrap_or_default().as_bytes());
        }
        hash.update(&self.inner().secret_key);
        let checksum = HeaderValue::try_from(hex::encode(hash.finalize()));
        let checksum = checksum.map_err(|error| progenitor_client::Error::Custom(error.to_string()))?;
        request.headers_mut().insert("checksum", checksum);
        Ok(())
    }
}

/// airpay's client.
#[derive(Clone)]
pub struct Client(generated::Client);

impl Client {
    /// A client of this server.
    pub fn new(url: &str, affiliate: &str, processor_key: &str, secret_key: &str) -> Result<Self, Box<dyn Error>> {
        let mut headers = HeaderMap::new();
        headers.insert("affiliate", affiliate.parse()?);
        headers.insert("processor-key", processor_key.parse()?);
        let redirect = reqwest::redirect::Policy::none();
        let http = reqwest::Client::builder().redirect(redirect).timeout(Duration::from_secs(60));
        let http = http.default_headers(headers).build()?;
        Ok(Self(generated::Client::new_with_client(url, http, Signer { secret_key: secret_key.to_owned() })))
    }

    /// Makes the call, and fails unless it was a success.
    pub async fn call(&self, mobile_no: &str, (year, month, day): (i32, u32, u32)) -> Result<(), String> {
        let dob = chrono::NaiveDate::from_ymd_opt(year, month, day).ok_or("a date")?;
        let body = ForgotPasswordRequest::builder().mobile_no(mobile_no).dob(dob);
        let response = self.0.forgot_password().body(body).send().await.map_err(|error| error.to_string())?;
        match std::hint::black_box(response.into_inner()).status {
            200 => Ok(()),
            _ => Err("it was refused".to_owned()),
        }
    }
}
