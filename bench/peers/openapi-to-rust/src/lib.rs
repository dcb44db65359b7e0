//! airpay's call with the client of openapi-to-rust.
//!
//! That client knows headers that all its requests have, and no others, nor does it show a request before it is sent. So the
//! signature is made from the values before the call, and each call has a client of its own, with the signature as its header.

use sha2::{Digest, Sha256};

/// What openapi-to-rust generated.
#[allow(clippy::all, dead_code, unused_imports)]
mod client {
    include!(concat!(env!("GENERATED"), "/client.rs"));
}

/// What openapi-to-rust generated.
#[allow(clippy::all)]
pub mod types {
    include!(concat!(env!("GENERATED"), "/types.rs"));
}

pub use chrono::NaiveDate;

/// A client that signs.
#[derive(Clone)]
pub struct Client {
    client: client::HttpClient,
    secret_key: String,
}

impl Client {
    /// A client with these credentials.
    pub fn new(url: &str, affiliate: &str, processor_key: &str, secret_key: &str) -> Self {
        let client = client::HttpClient::new()
            .with_base_url(url)
            .with_header("affiliate", affiliate)
            .with_header("processor-key", processor_key);
        Self { client, secret_key: secret_key.to_owned() }
    }

    /// Makes the call.
    ///
    /// # Errors
    /// What the client of openapi-to-rust says is wrong.
    pub async fn forgot_password(
        &self,
        mobile_no: &str,
        dob: NaiveDate,
    ) -> Result<types::ForgotPasswordAnswer, Box<dyn std::error::Error + Send + Sync>> {
        let mut hash = Sha256::new();
        hash.update(mobile_no);
        hash.update(dob.to_string());
        hash.update(&self.secret_key);
        let client = self.client.clone().with_header("checksum", hex::encode(hash.finalize()));
        let request = types::ForgotPasswordRequest { mobile_no: mobile_no.to_owned(), dob };
        Ok(client.forgot_password(request).await?)
    }
}
