//! Credentials that are not a text: files that change, and signers that hold the key.

use std::fs;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use countersign::plan::words::*;
use countersign::plan::{
    Credential, CredentialKind, EcdsaForm, Function, Hash, JwsAlgorithm, Operation, Payload, Per, Plan, RequestPart,
    SignatureAlgorithm, Slot, UuidVersion, list,
};
use countersign::{Builder, Call, CredentialSource, Error, Signer, SignerError, Signing, ToSign};
use countersign_tests::{Received, Reply, Server};
use tokio::sync::{mpsc, oneshot};

/// A plan of one operation that sends these headers, with a symmetric key and a private one.
fn plan_of(slots: Vec<Slot>) -> Arc<Plan> {
    let operation: Operation = operation("pay", "POST", "/pay").slots(slots.into()).json().safe();
    Arc::new(Plan {
        credentials: vec![
            Credential::text("shared", "A key that both sides have."),
            Credential::of(CredentialKind::PrivateKey, "private", "The caller's own key."),
        ]
        .into(),
        operations: vec![operation.arranged().unwrap()].into(),
        ..plan("acme", "Acme")
    })
}

fn tag() -> Slot {
    let of: Vec<_> = vec![request(RequestPart::Body)];
    header("X-Tag").filled(vec![hex(vec![hmac(Hash::Sha256, list![credential("shared")], of.into())].into())].into())
}

fn signature(algorithm: SignatureAlgorithm) -> Slot {
    let sign = apply2(Function::Sign(algorithm, EcdsaForm::Jose), list![credential("private")], list![UUID]);
    let value = vec![UUID, text(" "), hex(vec![sign].into())];
    header("X-Signature").filled(value.into())
}

fn call() -> Call {
    Call::new("pay").body(r#"{"amount":"1"}"#)
}

fn header_of(received: &Received, name: &str) -> String {
    received.header(name).unwrap_or_else(|| panic!("{name} is not in {received:?}")).to_owned()
}

async fn server() -> Server {
    Server::start(|_, _| Reply::json(200, "{}")).await
}

/// A key that a task holds, and whoever asks it for a signature sends it the message.
struct Behind(mpsc::Sender<(ToSign, oneshot::Sender<Vec<u8>>)>);

impl Signer for Behind {
    async fn sign(&self, to_sign: ToSign) -> Result<Vec<u8>, SignerError> {
        let (answer, signature) = oneshot::channel();
        self.0.send((to_sign, answer)).await?;
        Ok(signature.await?)
    }
}

/// A signer, and what it was asked for. The task signs with a function that has the key.
fn behind(sign: impl Fn(&ToSign) -> Vec<u8> + Send + 'static) -> (Behind, Arc<Mutex<Vec<Signing>>>) {
    let (sender, mut asked) = mpsc::channel::<(ToSign, oneshot::Sender<Vec<u8>>)>(8);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Some((to_sign, answer)) = asked.recv().await {
            kept.lock().unwrap().push(to_sign.signing);
            drop(answer.send(sign(&to_sign)));
        }
    });
    (Behind(sender), seen)
}

#[tokio::test]
async fn a_tag_of_a_signer_is_that_of_the_key_itself() {
    let server = server().await;
    let builder = || Builder::new(plan_of(vec![tag()])).base_url(server.url());
    builder().credential("shared", "a key of our own").build().unwrap().call(call()).await.unwrap();
    let (signer, seen) = behind(|to_sign| {
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, b"a key of our own");
        aws_lc_rs::hmac::sign(&key, &to_sign.message).as_ref().to_vec()
    });
    let client = builder().credential("shared", CredentialSource::signer(signer)).build().unwrap();
    client.call(call()).await.unwrap();
    let tags: Vec<_> = server.received().iter().map(|received| header_of(received, "X-Tag")).collect();
    assert_eq!(tags[0], tags[1]);
    // printf '{"amount":"1"}' | openssl dgst -sha256 -hmac 'a key of our own'
    assert_eq!(tags[0], "db43cf569af1f792e3886e07812941856f92497e9e009bcaa3eee24ded2f5d7f");
    assert_eq!(*seen.lock().unwrap(), [Signing::Hmac(Hash::Sha256)]);
}

#[tokio::test]
async fn a_signature_by_chance_is_over_what_is_sent_beside_it() {
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, UnparsedPublicKey,
    };
    let server = server().await;
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let public = pair.public_key().as_ref().to_vec();
    let (signer, seen) = behind(move |to_sign| {
        pair.sign(&aws_lc_rs::rand::SystemRandom::new(), &to_sign.message).unwrap().as_ref().to_vec()
    });
    let builder = Builder::new(plan_of(vec![signature(SignatureAlgorithm::EcdsaP256Sha256)])).base_url(server.url());
    let client = builder.credential("private", CredentialSource::signer(signer)).build().unwrap();
    for _ in 0..3 {
        client.call(call()).await.unwrap();
    }
    for received in server.received() {
        let value = header_of(&received, "X-Signature");
        let (uuid, signature) = value.split_once(' ').unwrap();
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &public);
        key.verify(uuid.as_bytes(), &hex::decode(signature).unwrap()).unwrap();
    }
    assert_eq!(seen.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn a_jwt_of_a_signer_has_its_header_and_claims() {
    let server = server().await;
    let jwt = apply3(
        Function::Jws(JwsAlgorithm::Hs256, Payload::Claims),
        list![credential("shared")],
        list![json(list![entry("kid", list![text("one")])])],
        list![json(list![entry("iss", list![text("acme")])])],
    );
    let plan = plan_of(vec![header("Authorization").filled(vec![text("Bearer "), jwt].into())]);
    let builder = || Builder::new(plan.clone()).base_url(server.url());
    builder().credential("shared", "a key of our own").build().unwrap().call(call()).await.unwrap();
    let (signer, _) = behind(|to_sign| {
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, b"a key of our own");
        aws_lc_rs::hmac::sign(&key, &to_sign.message).as_ref().to_vec()
    });
    builder().credential("shared", CredentialSource::signer(signer)).build().unwrap().call(call()).await.unwrap();
    let tokens: Vec<_> = server.received().iter().map(|received| header_of(received, "Authorization")).collect();
    assert_eq!(tokens[0], tokens[1]);
    assert_eq!(tokens[0].split('.').count(), 3);
}

/// A signer that cannot sign.
struct Broken;

impl Signer for Broken {
    async fn sign(&self, _: ToSign) -> Result<Vec<u8>, SignerError> {
        Err("the vault is sealed".into())
    }
}

/// A signer that never comes back.
struct Silent;

impl Signer for Silent {
    async fn sign(&self, _: ToSign) -> Result<Vec<u8>, SignerError> {
        std::future::pending().await
    }
}

#[tokio::test]
async fn what_a_signer_cannot_sign_is_not_sent() {
    let server = server().await;
    let builder = |signer| {
        let builder = Builder::new(plan_of(vec![tag()])).base_url(server.url()).deadline(Duration::from_millis(200));
        builder.credential("shared", signer).build().unwrap()
    };
    let error = builder(CredentialSource::signer(Broken)).call(call()).await.unwrap_err();
    assert_eq!(error.to_string(), "pay was not sent: the signer of shared failed: the vault is sealed");
    assert!(matches!(error, Error::InvalidRequest(_)) && !error.may_have_been_carried_out());
    let error = builder(CredentialSource::signer(Silent)).call(call()).await.unwrap_err();
    assert!(error.to_string().contains("deadline") && !error.may_have_been_carried_out(), "{error}");
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_key_that_changes_in_its_file_is_used_from_the_next_attempt_on() {
    let server = server().await;
    let file = tempfile::NamedTempFile::new().unwrap();
    let write = |text: &str, seconds: u64| {
        fs::write(file.path(), text).unwrap();
        let written = fs::File::options().write(true).open(file.path()).unwrap();
        written.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
    };
    write("one\n", 1);
    let source = CredentialSource::file(file.path());
    let client =
        Builder::new(plan_of(vec![tag()])).base_url(server.url()).credential("shared", source).build().unwrap();
    client.call(call()).await.unwrap();
    client.call(call()).await.unwrap();
    write("two\n", 2);
    client.call(call()).await.unwrap();
    fs::remove_file(file.path()).unwrap();
    client.call(call()).await.unwrap();
    let tags: Vec<_> = server.received().iter().map(|received| header_of(received, "X-Tag")).collect();
    assert_eq!(tags[0], tags[1]);
    assert_ne!(tags[1], tags[2]);
    assert_eq!(tags[2], tags[3], "a file that is gone leaves the key that there was");
}

#[tokio::test]
async fn what_is_made_for_a_call_stays_the_same_in_all_its_attempts() {
    let server = Server::start(|index, _| Reply::json(if index == 0 { 503 } else { 200 }, "{}")).await;
    let slots = vec![
        value("nonce", list![random(countersign::plan::Alphabet::Hex, 8)]).per_call(),
        header("Idempotency-Key").filled(list![uuid(UuidVersion::V4, Per::Call)]),
        header("X-Attempt").filled(list![UUID]),
        header("X-Nonce").filled(list![made("nonce")]),
        header("X-Ordered").filled(list![uuid(UuidVersion::V7, Per::Call)]),
    ];
    let client = Builder::new(plan_of(slots)).base_url(server.url()).build().unwrap();
    client.call(call()).await.unwrap();
    client.call(call()).await.unwrap();
    let of = |name: &str| -> Vec<_> { server.received().iter().map(|received| header_of(received, name)).collect() };
    for name in ["Idempotency-Key", "X-Nonce", "X-Ordered"] {
        let values = of(name);
        assert_eq!(values[0], values[1], "{name}");
        assert_ne!(values[1], values[2], "{name}");
    }
    let attempts = of("X-Attempt");
    assert!(attempts[0] != attempts[1] && attempts[1] != attempts[2]);
    let ordered = of("X-Ordered");
    assert!(ordered[0] < ordered[2] && ordered[0].chars().nth(14) == Some('7'), "{ordered:?}");
}

#[test]
fn a_generated_client_takes_a_file_and_says_what_a_signer_cannot_do() {
    use countersign_airpay::Client;
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), "a key of our own").unwrap();
    let builder = || Client::builder().affiliate("a").processor_key("p").base_url("https://acme.example");
    builder().secret_key(CredentialSource::file(file.path())).build().unwrap();
    let error = builder().secret_key(CredentialSource::signer(Broken)).build().unwrap_err().to_string();
    assert!(error.contains("secret_key is not usable") && error.contains("give its text or a file"), "{error}");
}

#[test]
fn a_certificate_with_the_key_of_another_is_no_clients() {
    const CERTIFICATE: &str = include_str!("../../../crates/sign/tests/data/keys/p256.certificate.pem");
    let credentials = vec![Credential::of(CredentialKind::ClientCertificate, "certificate", "The client's.")];
    let plan = Arc::new(Plan { credentials: credentials.into(), ..plan("acme", "Acme") });
    let build = |key: &str| {
        let builder = Builder::new(Arc::clone(&plan)).base_url("https://127.0.0.1:1");
        builder.credential("certificate", format!("{CERTIFICATE}{key}")).build()
    };
    build(include_str!("../../../crates/sign/tests/data/keys/p256.pem")).unwrap();
    let error = build(include_str!("../../../crates/sign/tests/data/keys/rsa.pem")).unwrap_err().to_string();
    assert!(
        error.contains("the HTTP client of acme cannot be made: does the key belong") && !error.contains("BEGIN"),
        "{error}"
    );
}
