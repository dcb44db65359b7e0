//! The same calls against a sandbox of ours and, when they are asked to, against the providers themselves.
//!
//! By default each test plays its provider. With `COUNTERSIGN_LIVE=1` it calls the real one, with credentials from the
//! environment, as [`Builder::env`] reads them:
//!
//! ```sh
//! export COUNTERSIGN_LIVE=1 ZINDIGI_SERVER=sandbox ZINDIGI_CLIENT_ID=… ZINDIGI_PIN_PUBLIC_KEY_FILE=…
//! cargo test -p countersign-tests --test sandbox zindigi
//! ```
//!
//! The address must be given, and it must not be production. What is called is harmless all the same: it issues
//! sessions and reads. Nothing here resets a PIN, counts an attempt to log in, disables a token or sends a message to a
//! customer, which is why airpay has no test here.

use std::env;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign::{Builder, Call, Kind};
use countersign_sandbox::Sandbox;
use serde_json::Value as Json;

/// A provider, real or played.
struct Provider {
    /// Kept so that it lives as long as the test.
    played: Option<Sandbox>,
    name: &'static str,
}

impl Provider {
    async fn find(name: &'static str) -> Self {
        let provider = countersign_providers::find(name).unwrap();
        let played = match env::var("COUNTERSIGN_LIVE").as_deref() {
            Ok("1") => None,
            _ => Some(Sandbox::start((name, provider.openapi)).await.unwrap()),
        };
        Self { played, name }
    }

    fn builder(&self) -> Builder {
        let plan = countersign_providers::find(self.name).unwrap().plan;
        let builder = Builder::new(plan);
        if let Some(sandbox) = &self.played {
            return sandbox.fill(builder);
        }
        let given = |name: &str| env::var(plan.variable(name)).unwrap_or_default();
        let (url, server) = (given("base_url"), given("server"));
        let production = plan.servers.iter().find(|server| server.name == "production");
        let is_production = server == "production" || production.is_some_and(|known| url.starts_with(&*known.url));
        let is_given = !url.is_empty() || !server.is_empty();
        assert!(is_given && !is_production, "{}: give the address of a sandbox", self.name);
        builder.env()
    }

    async fn call(&self, operation: &'static str) -> Json {
        let client = self.builder().only([operation]).build().unwrap();
        client.call(Call::new(operation)).await.unwrap().into_inner()
    }
}

/// For how many seconds a JWT is good.
fn seconds_left(jwt: &str) -> i64 {
    let claims = URL_SAFE_NO_PAD.decode(jwt.split('.').nth(1).unwrap().trim_end_matches('=')).unwrap();
    let claims: Json = serde_json::from_slice(&claims).unwrap();
    claims["exp"].as_f64().unwrap() as i64 - jiff::Timestamp::now().as_second()
}

#[tokio::test]
async fn zindigi_issues_a_client_secret_for_a_day() {
    let answer = Provider::find("zindigi").await.call("issue_client_secret").await;
    assert_eq!(answer["responseCode"], "0000");
    assert!(answer["payLoad"]["organizationId"].is_i64());
    let left = seconds_left(answer["payLoad"]["clientSecret"].as_str().unwrap());
    assert!((0..=24 * 60 * 60 + 60).contains(&left), "{left} s");
}

#[tokio::test]
async fn zindigi_refuses_a_client_id_that_is_nobodys() {
    let provider = Provider::find("zindigi").await;
    let client = provider.builder().credential("client_id", "nobody").only(["issue_client_secret"]).build().unwrap();
    let error = client.call(Call::new("issue_client_secret")).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Unauthenticated, "{error}");
    assert!(error.code().is_some(), "{error}");
}

#[tokio::test]
async fn digipay_issues_a_token_that_says_when_it_ends() {
    let answer = Provider::find("digipay").await.call("authenticate").await;
    assert_eq!(answer["status_code"], 200);
    let left = seconds_left(answer["data"]["access_token"].as_str().unwrap());
    assert!(left > 0, "{left} s");
    // The assumption of the document: the same moment, as clocks in India show it.
    let text = answer["data"]["expiry_time"].as_str().unwrap();
    let civil = jiff::civil::DateTime::strptime("%Y-%m-%d %H:%M:%S", text).unwrap();
    let end = jiff::tz::Offset::from_seconds(19_800).unwrap().to_timestamp(civil).unwrap();
    assert!((end.as_second() - jiff::Timestamp::now().as_second() - left).abs() <= 60, "{text}");
}

#[tokio::test]
async fn banamex_issues_a_token_and_reads_a_number_with_it() {
    let provider = Provider::find("banamex").await;
    let answer = provider.call("issue_token").await;
    assert!(answer["token_type"].as_str().unwrap().eq_ignore_ascii_case("bearer"));
    assert!(answer["expires_in"].as_u64().unwrap() > 60);
    let answer = provider.call("get_certified_phone").await;
    assert!(answer["phoneNumber"].as_str().is_some_and(|number| !number.is_empty()));
}
