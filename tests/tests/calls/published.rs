//! What providers publish of their schemes, through the documents of the gallery: a receiver that knows nothing of ours takes a
//! request with the published signature and no other, and published webhooks are believed.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::sync::Arc;

use countersign::plan::{Encoding, Operation, Place, Plan};
use countersign::webhook::{HeaderMap, WebhookFault, Webhooks, WebhooksBuilder};
use countersign::{Builder, Call, Moment};
use httpmock::{MockServer, When};
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use super::gallery::document;
use super::webhooks::example::Event;

const REQUESTS: &str = include_str!("../../../crates/sign/tests/data/schemes.json");
const WEBHOOKS: &str = include_str!("../../../crates/sign/tests/data/webhooks.json");

/// The scheme of a published request: the vector, the document and the operation, where the signature has to be, the credential that
/// it is made with, and what the request is made with that is not published, or is published elsewhere than in the vector:
/// credentials, and parameters of the path.
struct Scheme(&'static str, &'static str, &'static str, At, &'static str, &'static [(&'static str, &'static str)]);

enum At {
    Header(&'static str),
    /// In the header of OAuth, among what is signed.
    OAuth,
    Query(&'static str),
    Field(&'static str),
}

use At::{Field, Header, OAuth, Query};

#[rustfmt::skip] // A scheme is a line or two.
const SCHEMES: [Scheme; 17] = [
    Scheme("payu-latam", "payu_latam", "create_payment", Field("signature"), "api_key", &[]),
    Scheme("jazzcash-v4.2", "jazzcash", "refund", Field("pp_SecureHash"), "integrity_salt", &[]),
    Scheme("paytm-checksum", "paytm", "process_order", Field("CHECKSUMHASH"), "merchant_key", &[]),
    Scheme("ipay88", "ipay88", "enter_payment", Field("Signature"), "merchant_key", &[]),
    Scheme("momo-create", "momo", "create_payment", Field("signature"), "secret_key", &[]),
    Scheme("vnpay-pay-url", "vnpay", "pay", Query("vnp_SecureHash"), "hash_secret", &[]),
    Scheme("ogone-shasign", "ogone", "order", Field("SHASIGN"), "sha_in", &[]),
    Scheme("fawry-charge", "fawry", "charge", Field("signature"), "secure_key", &[]),
    Scheme("bca-api", "bca", "transfer", Header("X-BCA-Signature"), "api_secret",
        &[("api_key", "example-api-key")]),
    Scheme("worldline-connect-v1hmac", "worldline_connect", "delete_token", Header("Authorization"), "secret_api_key",
        &[("merchant_id", "9991"), ("token_id", "123456789")]),
    Scheme("twitter-oauth1", "oauth_1", "update_status", OAuth, "token_secret",
        &[("consumer_key", "xvz1evFS4wEEPTGEFPHBog"), ("token", "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb")]),
    Scheme("binance-spot", "binance", "place_order", Query("signature"), "secret_key", &[]),
    Scheme("kraken-spot", "kraken", "add_order", Header("API-Sign"), "private_key", &[("api_key", "made up")]),
    Scheme("okx-v5", "okx", "get_balance", Header("OK-ACCESS-SIGN"), "secret_key",
        &[("api_key", "made up"), ("passphrase", "made up")]),
    Scheme("aliyun-rpc", "aliyun_rpc", "describe_regions", Query("Signature"), "access_key_secret",
        &[("access_key_id", "testid")]),
    Scheme("cloudinary-upload", "cloudinary", "upload", Field("signature"), "api_secret",
        &[("cloud_name", "demo"), ("api_key", "1234")]),
    Scheme("lazada-open", "lazada", "get_order", Query("sign"), "app_secret",
        &[("app_key", "123456"), ("access_token", "test")]),
];

/// The vectors whose published body leaves as it is, byte for byte. Fawry's does not: its amount is a number there, and money is text
/// in a document. The digest is over the same decimals.
const WITH_A_BODY: [&str; 3] = ["bca-api", "twitter-oauth1", "kraken-spot"];

/// The nonce of OAuth, which the vector has in its string to sign alone, and the time of it.
const NONCE: &str = "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg";
const OAUTH_MILLIS: i64 = 1_318_622_958_000;

thread_local! {
    /// The moment of all that is made or verified.
    static MOMENT: Cell<Moment> = Cell::new(Moment::now());
    /// What is drawn by chance, as the places of its characters in the alphabet.
    static DRAWN: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Sets the clock, and what chance draws: this text, or this UUID.
fn set_moment(millis: i64, nonce: &str) {
    let alphabet = (b'A'..=b'Z').chain(b'a'..=b'z').chain(b'0'..=b'9');
    let place = |byte: u8| alphabet.clone().position(|known| known == byte).map(|place| place as u8);
    DRAWN.set(nonce.bytes().filter_map(place).collect());
    let now = Timestamp::from_millisecond(millis).unwrap();
    let fill = |bytes: &mut [u8]| DRAWN.with_borrow(|drawn| bytes.copy_from_slice(drawn));
    MOMENT.set(Moment::fixed(now, nonce.parse().unwrap_or_default(), fill));
}

fn vectors(text: &str) -> Vec<Json> {
    serde_json::from_str(text).unwrap()
}

fn text_of<'j>(json: &'j Json, name: &str) -> &'j str {
    json[name].as_str().unwrap_or_default()
}

fn members(json: &Json) -> impl Iterator<Item = (&str, &str)> {
    json.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
}

/// Another text of the same kind: it differs in its first character.
fn another(text: &str) -> String {
    let first = if text.starts_with('a') { 'b' } else { 'a' };
    format!("{first}{}", &text[1..])
}

/// Takes connections for these hosts over TLS and passes on to a receiver what comes: a client that calls them by their names.
async fn in_front_of(receiver: SocketAddr, hosts: Vec<String>) -> reqwest::Client {
    let made = rcgen::generate_simple_self_signed(hosts.clone()).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let config = config.with_single_cert(vec![made.cert.der().clone()], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut client = acceptor.accept(stream).await.unwrap();
                let mut receiver = TcpStream::connect(receiver).await.unwrap();
                // Whoever hangs up first ends it.
                drop(tokio::io::copy_bidirectional(&mut client, &mut receiver).await);
            });
        }
    });
    let root = reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).unwrap();
    let http = reqwest::Client::builder().tls_certs_only([root]).retry(reqwest::retry::never()).no_proxy();
    hosts.iter().fold(http, |http, host| http.resolve(host, address)).build().unwrap()
}

/// What is published of a request: its parameters and fields, decoded, and its headers.
fn published(vector: &Json) -> Vec<(String, String)> {
    let given = &vector["inputs"];
    let query: Vec<(String, String)> = reqwest::Url::parse(&format!("https://host/?{}", text_of(given, "query")))
        .unwrap()
        .query_pairs()
        .into_owned()
        .collect();
    let owned = |(name, text): (&str, &str)| (name.to_owned(), text.to_owned());
    query.into_iter().chain(members(&given["fields"]).chain(members(&given["headers"])).map(owned)).collect()
}

impl Scheme {
    fn vector<'v>(&self, vectors: &'v [Json]) -> &'v Json {
        vectors.iter().find(|vector| vector["name"] == self.0).unwrap_or_else(|| panic!("{} is published", self.0))
    }

    fn has_body(&self) -> bool {
        WITH_A_BODY.contains(&self.0)
    }

    /// A client with what is published, or with another secret.
    fn builder(&self, plan: &Arc<Plan>, vector: &Json, http: &reqwest::Client, is_right: bool) -> Builder {
        let given = &vector["inputs"];
        let known = members(&given["credentials"]).chain(self.5.iter().copied());
        let known = known.filter(|(name, _)| plan.credential(name).is_some());
        let builder = Builder::new(Arc::clone(plan)).http_client(http.clone()).retries(0).moments(|| MOMENT.get());
        let builder = known.fold(builder, |builder, (name, text)| match is_right || name != self.4 {
            true => builder.credential(name, text),
            false => builder.credential(name, another(text)),
        });
        members(&given["session"]).fold(builder, |builder, (name, text)| builder.session_value(name, text))
    }

    /// The call, of what its caller gives.
    fn call(&self, operation: &Operation, vector: &Json) -> Call {
        let call = Call::new(self.2);
        let call = if self.has_body() { call.body(text_of(&vector["inputs"], "body")) } else { call };
        let others = self.5.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        published(vector).into_iter().chain(others).fold(call, |call, (name, text)| {
            let slot = operation.slot(&name).map(|slot| &operation.slots[slot]);
            let given = slot.filter(|slot| slot.value.is_none() && !(self.has_body() && slot.place == Place::Field));
            if given.is_some() { call.value(name, text) } else { call }
        })
    }

    /// What the receiver has to see: all that is published, and the signature.
    fn seen(&self, when: When, operation: &Operation, vector: &Json) -> When {
        let given = &vector["inputs"];
        let when =
            when.method(text_of(given, "method")).path(text_of(given, "path")).header("host", text_of(given, "host"));
        let when = if self.has_body() { when.body(text_of(given, "body")) } else { when };
        let when = published(vector).into_iter().fold(when, |when, (name, text)| {
            let slot = operation.slot(&name).unwrap_or_else(|| panic!("{} has no {name}", self.1));
            sees(when, operation, operation.slots[slot].place, &name, &text)
        });
        let expected = text_of(vector, "expected");
        match self.3 {
            Header(name) => when.header(name, expected),
            Query(name) => when.query_param(name, expected),
            Field(name) => sees(when, operation, Place::Field, name, expected),
            OAuth => [
                ("oauth_consumer_key", self.5[0].1),
                ("oauth_nonce", NONCE),
                ("oauth_signature", &expected.replace('+', "%2B").replace('=', "%3D")),
                ("oauth_signature_method", "HMAC-SHA1"),
                ("oauth_timestamp", "1318622958"),
                ("oauth_token", self.5[1].1),
                ("oauth_version", "1.0"),
            ]
            .iter()
            .fold(when.header_prefix("Authorization", "OAuth "), |when, (name, text)| {
                when.header_includes("Authorization", format!("{name}=\"{text}\""))
            }),
        }
    }
}

/// A receiver that looks for a text in a place.
fn sees(when: When, operation: &Operation, place: Place, name: &str, text: &str) -> When {
    match (place, operation.body) {
        (Place::Header, _) => when.header(name, text),
        (Place::Query, _) => when.query_param(name, text),
        (Place::Field, Some(Encoding::Form)) => when.form_urlencoded_tuple(name, text),
        (Place::Field, Some(Encoding::Json)) => when.json_body_includes(json!({name: text}).to_string()),
        _ => panic!("{name} has no place"),
    }
}

#[tokio::test]
async fn a_published_request_is_made_through_its_document_and_no_other_is_taken() {
    let vectors = vectors(REQUESTS);
    let receiver = MockServer::start_async().await;
    let hosts = vectors.iter().map(|vector| text_of(&vector["inputs"], "host").to_owned()).collect();
    let http = in_front_of(*receiver.address(), hosts).await;
    let mut taken = 0;
    for scheme in &SCHEMES {
        let (vector, name) = (scheme.vector(&vectors), scheme.0);
        let given = &vector["inputs"];
        let nonce = if matches!(scheme.3, OAuth) { NONCE } else { text_of(given, "nonce") };
        set_moment(given["now_unix_millis"].as_i64().unwrap_or(OAUTH_MILLIS), nonce);
        let document = document(scheme.1);
        let plan = Arc::new(document.plan().clone());
        let operation = plan.operation(scheme.2).unwrap();
        assert_eq!(&*plan.servers[0].url, format!("https://{}", text_of(given, "host")), "{name}");
        let mock = receiver.mock_async(|when, then| {
            scheme.seen(when, operation, vector);
            then.status(200);
        });
        let mock = mock.await;
        let client = scheme.builder(&plan, vector, &http, true).build().unwrap();
        let response = client.call(scheme.call(operation, vector)).await;
        response.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(mock.calls_async().await, 1, "{name}");

        let client = scheme.builder(&plan, vector, &http, false).build().unwrap();
        let error = client.call(scheme.call(operation, vector)).await.unwrap_err();
        assert_eq!((error.status(), mock.calls_async().await), (Some(404), 1), "{name}: {error}");
        taken += 1;
    }
    assert_eq!((taken, vectors.len()), (17, 17));
}

/// A published webhook: the vector, the document, the credential, where the signature is, the event, and the second at which it is
/// received.
struct Hook(&'static str, &'static str, &'static str, &'static str, Option<&'static str>, i64);

const HOOKS: [Hook; 5] = [
    Hook("yoomoney-notification", "yoomoney", "notification_secret", "/sha1_hash", Some("money_came_in"), 0),
    // Its body is no JSON, and so none of the document's events. It is verified all the same.
    Hook("github-webhook", "github_webhook", "secret", "X-Hub-Signature-256", None, 0),
    Hook(
        "stripe-webhook",
        "stripe_webhook",
        "endpoint_secret",
        "Stripe-Signature",
        Some("invoice_item_created"),
        1_533_204_900,
    ),
    Hook("standard-webhooks", "standard_webhooks", "secret", "webhook-signature", Some("tested"), 1_614_265_500),
    Hook("twilio-webhook", "twilio_webhook", "auth_token", "X-Twilio-Signature", Some("called"), 0),
];

impl Hook {
    /// Its headers and its body, with the published signature in its place.
    fn message(&self, vector: &Json) -> (HeaderMap, String) {
        let (given, expected) = (&vector["inputs"], text_of(vector, "expected"));
        let header = |(name, text): (&str, &str)| (name.parse().unwrap(), text.parse().unwrap());
        let mut headers: HeaderMap = members(&given["headers"]).map(header).collect();
        let mut form = reqwest::Url::parse("https://host/").unwrap();
        form.query_pairs_mut().extend_pairs(members(&given["fields"]));
        match self.3.strip_prefix('/') {
            Some(field) => drop(form.query_pairs_mut().append_pair(field, expected)),
            // Stripe's is one of several in its header.
            None if headers.contains_key(self.3) => {
                assert!(headers[self.3].to_str().unwrap().contains(&format!("v1={expected}")))
            }
            None => headers.extend([header((self.3, expected))]),
        }
        let body = given["body"].as_str().map_or_else(|| form.query().unwrap_or_default().to_owned(), str::to_owned);
        (headers, body)
    }

    fn receiver(&self, secret: &str) -> Webhooks {
        let builder = WebhooksBuilder::new(Arc::new(document(self.1).plan().clone())).moments(|| MOMENT.get());
        builder.credential(self.2, secret).build().unwrap()
    }
}

/// A body of which everything is different by one byte.
fn changed(body: &str) -> impl Iterator<Item = String> {
    (0..body.len()).map(|place| {
        let mut bytes = body.as_bytes().to_vec();
        bytes[place] = if bytes[place] == b'1' { b'2' } else { b'1' };
        String::from_utf8(bytes).unwrap()
    })
}

#[test]
fn a_published_webhook_is_believed_through_its_document_and_no_other_is() {
    let vectors = vectors(WEBHOOKS);
    let mut believed = 0;
    for (hook, vector) in HOOKS.iter().zip(&vectors) {
        let (name, given) = (hook.0, &vector["inputs"]);
        assert_eq!(vector["name"], name);
        set_moment(hook.5 * 1000, "");
        let (headers, body) = hook.message(vector);
        let url = format!("https://{}{}?{}", text_of(given, "host"), text_of(given, "path"), text_of(given, "query"));
        let url = url.trim_end_matches('?').parse().unwrap();
        let secret = text_of(&given["credentials"], hook.2);
        let receiver = hook.receiver(secret);
        let verify = |body: String| receiver.verify_at::<Event>(&url, &headers, body);
        let delivery = verify(body.clone()).unwrap_or_else(|error| panic!("{name}: {error}"));
        match (&delivery.event, hook.4) {
            (Event::Known(event), Some(expected)) => assert_eq!(event, expected, "{name}"),
            (Event::Unknown, None) => {}
            (event, _) => panic!("{name}: {event:?}"),
        }
        for wrong in changed(&body) {
            verify(wrong.clone()).map(|_| panic!("{name}: {wrong}")).unwrap_err();
        }
        let wrong = another(secret);
        let error = hook.receiver(&wrong).verify_at::<Event>(&url, &headers, body).unwrap_err();
        let place = hook.3.trim_start_matches('/');
        let told = error.name.clone().unwrap_or_default();
        assert_eq!((error.fault, told.trim_start_matches('/')), (WebhookFault::Wrong, place), "{name}");
        let printed = format!("{error} {error:?}");
        assert!(!printed.contains(secret) && !printed.contains(&wrong), "{name}: {printed}");
        believed += 1;
    }
    assert_eq!((believed, vectors.len()), (5, 5));
}
