//! The gallery: every document of `documents/schemes`, called by a client without types against a sandbox that plays it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use countersign::plan::{CredentialKind, Operation, Place, Plan};
use countersign::webhook::{WebhookFault, WebhooksBuilder};
use countersign::{Builder, Call};
use countersign_sandbox::{Received, Sandbox, Verdict};
use countersign_spec::Document;
use openapiv3::ParameterSchemaOrContent;
use serde_json::Value as Json;

use super::webhooks::example::Event;

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("documents/schemes")
}

/// A document of the gallery.
pub fn document(name: &str) -> Document {
    countersign_spec::read_file(&directory().join(format!("{name}.yaml")))
        .unwrap_or_else(|findings| panic!("{findings}"))
}

/// All of them.
fn documents() -> Vec<Document> {
    let paths = std::fs::read_dir(directory()).unwrap().map(|entry| entry.unwrap().path());
    let mut names: Vec<_> = paths.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    names.iter().map(|name| document(name)).collect()
}

/// A call made of the document's own examples, of which no body nests.
fn call(document: &Document, operation: &Operation) -> Call {
    let text = |example: &Json| example.as_str().map_or_else(|| example.to_string(), str::to_owned);
    let mut call = Call::new(operation.id.clone());
    for parameter in document.parameters(&operation.id) {
        let data = parameter.parameter_data_ref();
        let ParameterSchemaOrContent::Schema(schema) = &data.format else { continue };
        if let Some(example) = &document.resolve(schema).unwrap().schema_data.example {
            call = call.value(data.name.clone(), text(example));
        }
    }
    let body = document.operation(&operation.id).unwrap().request_body.as_ref();
    let examples = body.map(|body| &document.resolve(body).unwrap().content[0].examples);
    let fields = examples.and_then(|examples| document.examples(examples).next()).map(|(_, example)| example);
    let fields = fields.and_then(Json::as_object).into_iter().flatten();
    fields.fold(call, |call, (name, example)| call.value(name.clone(), text(example)))
}

fn builder(document: &Document, sandbox: &Sandbox) -> Builder {
    sandbox.fill(Builder::new(Arc::new(document.plan().clone()))).retries(0)
}

/// What a client fills in and sends, by the names that a sandbox has for it.
fn filled(operation: &Operation) -> BTreeSet<String> {
    let slots = operation.slots.iter().filter(|slot| slot.value.is_some() && slot.place != Place::Value);
    slots.map(|slot| if slot.place == Place::Body { "body".to_owned() } else { slot.name.to_string() }).collect()
}

#[tokio::test]
async fn a_sandbox_takes_every_operation_of_every_document() {
    let documents = documents();
    let mut called = Vec::new();
    for document in &documents {
        let sandbox = Sandbox::start(document.clone()).await.unwrap();
        let client = builder(document, &sandbox).build().unwrap();
        for operation in document.plan().operations.iter() {
            let response = client.call(call(document, operation)).await;
            let received = sandbox.received().pop().unwrap();
            let place = format!("{}: {received}", document.name());
            response.unwrap_or_else(|error| panic!("{place}: {error}"));
            assert_eq!(received.operation.as_deref(), Some(&*operation.id), "{place}");
            assert!(!received.is_refused(), "{place}");
            assert!(received.values.iter().all(|value| value.verdict == Verdict::Right), "{place}");
            let named: BTreeSet<String> = received.values.iter().map(|value| value.name.clone()).collect();
            assert!(filled(operation).is_subset(&named), "{place}");
            called.push(format!("{} {}", document.name(), operation.id));
        }
    }
    assert_eq!((documents.len(), called.len()), (33, 31), "{called:?}");
}

/// Every credential of the gallery, and what is wrong with a request that was made with another one: the value that is made with it.
///
/// No client certificate is here: a sandbox speaks plain HTTP, over which none is shown.
const WRONG: &[(&str, &str, &str)] = &[
    ("alipay", "app_id", "/app_id"),
    ("alipay", "app_private_key", "/sign"),
    ("aliyun_rpc", "access_key_id", "AccessKeyId"),
    ("aliyun_rpc", "access_key_secret", "Signature"),
    ("aws_sigv4", "access_key_id", "Authorization"),
    ("aws_sigv4", "secret_access_key", "Authorization"),
    ("bca", "api_key", "X-BCA-Key"),
    ("bca", "api_secret", "X-BCA-Signature"),
    ("bca", "client_id", "Authorization"),
    ("bca", "client_secret", "Authorization"),
    ("berlin_group", "seal_certificate", "TPP-Signature-Certificate"),
    ("berlin_group", "seal_key", "Signature"),
    ("binance", "api_key", "X-MBX-APIKEY"),
    ("binance", "secret_key", "signature"),
    ("cloudinary", "api_key", "/api_key"),
    ("cloudinary", "api_secret", "/signature"),
    ("dpop", "access_token", "Authorization"),
    ("dpop", "dpop_key", "DPoP"),
    ("fawry", "merchant_code", "/merchantCode"),
    ("fawry", "secure_key", "/signature"),
    ("http_message_signatures", "signing_key", "Signature"),
    ("ipay88", "merchant_key", "/Signature"),
    ("jazzcash", "integrity_salt", "/pp_SecureHash"),
    ("kraken", "api_key", "API-Key"),
    ("kraken", "private_key", "API-Sign"),
    ("lazada", "access_token", "access_token"),
    ("lazada", "app_key", "app_key"),
    ("lazada", "app_secret", "sign"),
    ("momo", "access_key", "/signature"),
    ("momo", "secret_key", "/signature"),
    ("oauth_1", "consumer_key", "Authorization"),
    ("oauth_1", "consumer_secret", "signature"),
    ("oauth_1", "token", "Authorization"),
    ("oauth_1", "token_secret", "signature"),
    ("ogone", "sha_in", "/SHASIGN"),
    ("okx", "api_key", "OK-ACCESS-KEY"),
    ("okx", "passphrase", "OK-ACCESS-PASSPHRASE"),
    ("okx", "secret_key", "OK-ACCESS-SIGN"),
    ("open_banking_uk", "access_token", "Authorization"),
    ("open_banking_uk", "signing_key", "x-jws-signature"),
    ("paytm", "merchant_key", "/CHECKSUMHASH"),
    ("payu_latam", "api_key", "/signature"),
    ("payu_latam", "merchant_id", "/signature"),
    ("private_key_jwt", "client_id", "/client_assertion"),
    ("private_key_jwt", "client_key", "/client_assertion"),
    ("snap_bi", "client_key", "X-CLIENT-KEY"),
    ("snap_bi", "client_secret", "X-SIGNATURE"),
    ("snap_bi", "private_key", "X-SIGNATURE"),
    ("truelayer", "access_token", "Authorization"),
    ("truelayer", "key_id", "Tl-Signature"),
    ("truelayer", "signing_key", "Tl-Signature"),
    ("visa", "encryption_key", "body"),
    ("visa", "password", "Authorization"),
    ("visa", "user_id", "Authorization"),
    ("vnpay", "hash_secret", "vnp_SecureHash"),
    ("wechat_pay", "certificate_serial", "Authorization"),
    ("wechat_pay", "merchant_id", "Authorization"),
    ("wechat_pay", "merchant_key", "signature"),
    ("worldline_connect", "api_key_id", "Authorization"),
    ("worldline_connect", "secret_api_key", "Authorization"),
];

/// The credentials that a request can be wrong by.
fn credentials(plan: &Plan) -> impl Iterator<Item = &str> {
    let seen = plan.credentials.iter().filter(|known| known.kind != CredentialKind::ClientCertificate);
    seen.filter(|_| !plan.operations.is_empty()).map(|known| &*known.name)
}

/// Whether a text tells a credential: as it is, or a line of a key.
fn tells(text: &str, credential: &str) -> bool {
    let lines = credential.lines().filter(|line| !line.starts_with("-----") && line.len() >= 16);
    lines.into_iter().any(|line| text.contains(line))
}

#[tokio::test]
async fn a_sandbox_refuses_each_wrong_credential_and_names_what_is_made_with_it() {
    let mut listed = WRONG.iter();
    for document in documents() {
        let mut names: Vec<&str> = credentials(document.plan()).collect();
        names.sort_unstable();
        if names.is_empty() {
            continue;
        }
        let start = || async { Sandbox::start(document.clone()).await.unwrap() };
        let (sandbox, other) = (start().await, start().await);
        for name in names {
            let Some((own, credential, wrong)) = listed.next() else { panic!("{name} is not listed") };
            assert_eq!((document.name(), name), (*own, *credential), "the list is that of the documents");
            let already = sandbox.received().len();
            let client = builder(&document, &sandbox).credential(name, other.value(name)).build().unwrap();
            let mut printed = String::new();
            for operation in document.plan().operations.iter() {
                if let Err(error) = client.call(call(&document, operation)).await {
                    printed += &format!("{error} {error:?}\n");
                }
            }
            let received = sandbox.received().split_off(already);
            let refused: Vec<&Received> = received.iter().filter(|received| received.is_refused()).collect();
            assert!(!refused.is_empty() && !printed.is_empty(), "{own} takes another {name}");
            for received in refused {
                let why = received.why().unwrap();
                assert!(why.starts_with(&format!("{wrong} should be")), "{own}, {name}: {why}");
            }
            printed += &format!("{received:?}");
            printed.extend(received.iter().map(ToString::to_string));
            for (known, text) in sandbox.credentials().chain(other.credentials()) {
                // A public half is no secret.
                let kind = document.plan().credential(known).map(|known| known.kind);
                let is_secret = kind.is_some_and(|kind| kind != CredentialKind::PublicKey);
                assert!(!is_secret || !tells(&printed, text), "{own}, {name}: {known} in {printed}");
            }
        }
    }
    assert_eq!(listed.next(), None);
}

#[tokio::test]
async fn events_that_a_sandbox_sends_are_believed_with_its_key_and_no_other() {
    const URL: &str = "https://receiver.example/events?a=1";
    let mut sent = 0;
    for document in documents() {
        let plan = document.plan();
        for webhook in plan.webhooks.iter() {
            let start = || async { Sandbox::start(document.clone()).await.unwrap() };
            let (sandbox, other) = (start().await, start().await);
            let verify = |keys: &Sandbox| {
                let builder = WebhooksBuilder::new(Arc::new(plan.clone()));
                let builder = keys.credentials().fold(builder, |builder, (name, text)| builder.credential(name, text));
                let message = sandbox.event(&webhook.operation.id, URL, None);
                let message = message.unwrap_or_else(|error| panic!("{}: {error}", document.name()));
                let receiver = builder.build().unwrap();
                receiver.verify_at::<Event>(&URL.parse().unwrap(), message.headers(), message.body().clone())
            };
            let delivery = verify(&sandbox).unwrap_or_else(|error| panic!("{}: {error}", document.name()));
            assert!(matches!(&delivery.event, Event::Known(known) if *known == webhook.operation.id), "{delivery:?}");
            let error = verify(&other).unwrap_err();
            let named = error.name.as_deref().and_then(|name| webhook.operation.slot(name));
            assert!(named.is_some_and(|slot| webhook.operation.slots[slot].value.is_some()), "{error}");
            assert_eq!(error.fault, WebhookFault::Wrong, "{}", document.name());
            sent += 1;
        }
    }
    assert_eq!(sent, 5);
}
