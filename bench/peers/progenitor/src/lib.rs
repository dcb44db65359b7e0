//! airpay's call with progenitor's own client. Its hook adds the credentials and signs, by hand.

use progenitor_client::{ClientHooks, ClientInfo, Error, OperationInfo};
use reqwest::header::{HeaderName, HeaderValue, InvalidHeaderValue};
use sha2::{Digest, Sha256};

/// What progenitor generated.
#[allow(clippy::all, dead_code)]
mod generated {
    include!(concat!(env!("GENERATED"), "/client.rs"));
}

pub use chrono::NaiveDate;
pub use generated::{Client, types};

/// What requests are signed with.
#[derive(Clone)]
pub struct Keys {
    /// Sent in the header `affiliate`.
    pub affiliate: String,
    /// Sent in the header `processor-key`.
    pub processor_key: String,
    /// Ends the text of the checksum.
    pub secret_key: String,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

impl ClientHooks<Keys> for Client {
    async fn pre<E>(&self, request: &mut reqwest::Request, _: &OperationInfo) -> Result<(), Error<E>> {
        let keys = self.inner();
        let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
        let mut hash = Sha256::new();
        // Not in the order of the body, which progenitor sorts by name.
        for name in ["mobile_no", "dob"] {
            let field = form_urlencoded::parse(body).find(|(field, _)| field == name);
            let (_, value) = field.ok_or_else(|| Error::Custom(format!("{name} is not in the body")))?;
            hash.update(value.as_bytes());
        }
        hash.update(&keys.secret_key);
        let checksum = hex::encode(hash.finalize());
        let refused = |error: InvalidHeaderValue| Error::Custom(error.to_string());
        for (name, value) in
            [("affiliate", &keys.affiliate), ("processor-key", &keys.processor_key), ("checksum", &checksum)]
        {
            let value = HeaderValue::from_str(value).map_err(refused)?;
            request.headers_mut().insert(HeaderName::from_static(name), value);
        }
        Ok(())
    }
}

/// Makes the call.
///
/// # Errors
/// What progenitor's client says is wrong, or what was given is not what the document asks for.
pub async fn forgot_password(
    client: &Client,
    mobile_no: &str,
    dob: NaiveDate,
) -> Result<types::ForgotPasswordAnswer, Box<dyn std::error::Error + Send + Sync>> {
    let mobile_no = mobile_no.parse().map_err(|error: types::error::ConversionError| error.to_string())?;
    let body = types::ForgotPasswordRequest { mobile_no, dob };
    Ok(client.forgot_password(&body).await?.into_inner())
}
