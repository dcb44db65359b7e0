//! What is made by chance, or with keys of two halves: the right one is taken, and what is wrong is named.

use std::sync::LazyLock;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use countersign_plan::words::{
    apply, apply2, apply3, concat, entry, envelope, json, literal, made, parts, random, sent_field, time, value,
};
use countersign_plan::{
    Alphabet, CipherMode, EcdsaForm, Escape, Function, JsonForm, JweAlgorithm, JweEncryption, JwsAlgorithm, Payload,
    PublicForm, SignatureAlgorithm, TimeFormat,
};
use countersign_sign::Credential as Held;

use super::*;

/// The halves of every pair, as PEM: the private one, and the public one.
struct Pairs {
    rsa: (String, String),
    ec: (String, String),
    ed: (String, String),
}

static PAIRS: LazyLock<Pairs> = LazyLock::new(|| {
    let pem = |tag: &str, der: &[u8]| pem::encode(&pem::Pem::new(tag, der));
    let rsa = KeyPair::generate();
    let ec = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
    let ed = Ed25519KeyPair::generate().expect("a key");
    let ec_private = ec.to_pkcs8v1().expect("its private half");
    let ed_private = ed.to_pkcs8().expect("its private half");
    let ec_public: aws_lc_rs::encoding::PublicKeyX509Der<'_> = ec.public_key().as_der().expect("its public half");
    let ed_public: aws_lc_rs::encoding::PublicKeyX509Der<'_> = ed.public_key().as_der().expect("its public half");
    Pairs {
        rsa: (rsa.private(), rsa.public.clone()),
        ec: (pem("PRIVATE KEY", ec_private.as_ref()), pem("PUBLIC KEY", ec_public.as_ref())),
        ed: (pem("PRIVATE KEY", ed_private.as_ref()), pem("PUBLIC KEY", ed_public.as_ref())),
    }
});

fn plan_of(operation: Operation) -> Plan {
    let credential = |kind, name| Credential::of(kind, name, "");
    words::plan("acme", "Acme")
        .credentials(
            vec![
                credential(CredentialKind::Text, "secret_key"),
                credential(CredentialKind::Hex, "aes_key"),
                credential(CredentialKind::PrivateKey, "rsa"),
                credential(CredentialKind::PrivateKey, "ec"),
                credential(CredentialKind::PrivateKey, "ed"),
                credential(CredentialKind::PublicKey, "their_rsa"),
                credential(CredentialKind::PublicKey, "their_ec"),
                credential(CredentialKind::RsaPublicKey, "their_pin_key"),
            ]
            .into(),
        )
        .settings(list![Setting::new("issuer", "").default("somebody")])
        .operations(vec![operation].into())
}

/// What the client holds.
fn client(operation: Operation) -> Setup {
    let setup = Setup { base_url: Some("http://localhost".into()), ..Setup::new(Arc::new(plan_of(operation))) };
    let (rsa, ec, ed) = (&PAIRS.rsa, &PAIRS.ec, &PAIRS.ed);
    [
        ("secret_key", KEY),
        ("aes_key", "000102030405060708090a0b0c0d0e0f"),
        ("rsa", &rsa.0),
        ("ec", &ec.0),
        ("ed", &ed.0),
        ("their_rsa", &rsa.1),
        ("their_ec", &ec.1),
        ("their_pin_key", &rsa.1),
    ]
    .into_iter()
    .fold(setup, |setup, (name, text)| setup.credential(name, text).expect("a credential"))
}

/// What the receiver holds: of each pair its own half.
fn owner(client: &Setup) -> Setup {
    let mut setup = client.clone();
    let public = |pem: &str| Held::read(Secret::from(pem), CredentialKind::PublicKey).expect("a public key");
    for (name, (_, pem)) in [("rsa", &PAIRS.rsa), ("ec", &PAIRS.ec), ("ed", &PAIRS.ed)] {
        setup.credentials.insert(name.into(), public(pem));
    }
    for (name, (pem, _)) in [("their_rsa", &PAIRS.rsa), ("their_ec", &PAIRS.ec), ("their_pin_key", &PAIRS.rsa)] {
        let held = setup.credentials[name].clone();
        setup.credentials.insert(name.into(), held.with_private(pem).expect("a private key"));
    }
    setup
}

/// What a client sends.
fn sent(client: &Setup, call: &Call) -> http::Request<Bytes> {
    let operation = client.plan.operation("create_card").expect("the operation");
    let mut request = call.request(operation, "").expect("a request");
    let inputs = Inputs { setup: client, session: None, moment: Moment::now() };
    let _ = request.fill(&inputs).expect("a signed request");
    let mut sent =
        http::Request::post(request.path()).body(request.body_text().into_owned().into()).expect("a request");
    for header in request.headers() {
        let name: http::HeaderName = header.name.parse().expect("a name");
        sent.headers_mut().insert(name, http::HeaderValue::from_bytes(header.value).expect("a value"));
    }
    sent
}

fn check(owner: &Setup, request: &http::Request<Bytes>) -> Verification {
    verify(owner, "create_card", request, None).expect("a request that can be read")
}

fn of_json(slots: Vec<Slot>) -> Operation {
    Operation { body: Some(Encoding::Json), ..operation(&slots) }
}

fn call() -> Call {
    Call::new("create_card").value("mobile_no", "9876543978").value("dob", "1958-01-02")
}

/// An operation with two fields and these slots before them.
fn signing(slots: &[Slot]) -> Setup {
    client(of_json([slots, &[field("/mobile_no", SENSITIVE), field("/dob", PUBLIC)]].concat()))
}

fn changed(request: &http::Request<Bytes>, name: &str, change: impl Fn(&str) -> String) -> http::Request<Bytes> {
    let mut changed = request.clone();
    let name: http::HeaderName = name.parse().expect("a name");
    let old = changed.headers()[&name].to_str().expect("text").to_owned();
    changed.headers_mut().insert(name, change(&old).parse().expect("a value"));
    changed
}

/// Another letter in the place of the one that is so far in.
fn with_another_letter(text: &str, at: usize) -> String {
    let mut bytes = text.as_bytes().to_vec();
    bytes[at] = if bytes[at].eq_ignore_ascii_case(&b'a') { b'b' } else { b'a' };
    String::from_utf8(bytes).expect("text")
}

/// Checks that a header with this value is taken as it is sent, and with no other letter in it.
#[track_caller]
fn holds(values: &[Value]) -> Checked {
    let client = signing(&[computed("X-Sign", values)]);
    let (owner, request) = (owner(&client), sent(&client, &call()));
    let of_header = |request: &_| check(&owner, request).values.remove(0);
    let right = of_header(&request);
    assert_eq!(right.verdict, Verdict::Right, "{values:?}: {right}");
    let length = request.headers()["X-Sign"].len();
    for at in (0..length).step_by(1 + length / 17) {
        let wrong = of_header(&changed(&request, "X-Sign", |text| with_another_letter(text, at)));
        assert_eq!((wrong.name.as_str(), wrong.verdict), ("X-Sign", Verdict::Wrong), "{values:?} at {at}: {wrong}");
    }
    right
}

/// As [`holds`], and not over another body.
#[track_caller]
fn holds_the_body(values: &[Value]) -> Checked {
    let client = signing(&[computed("X-Sign", values)]);
    let mut request = sent(&client, &call());
    *request.body_mut() = r#"{"mobile_no":"9876543978","dob":"1958-01-03"}"#.into();
    let wrong = check(&owner(&client), &request);
    assert_eq!(wrong.values[0].verdict, Verdict::Wrong, "{values:?}: {wrong:?}");
    assert!(!format!("{wrong:?}").contains("9876543978"), "{wrong:?}");
    holds(values)
}

fn body() -> Value {
    part(RequestPart::Body)
}

fn sign(algorithm: SignatureAlgorithm, form: EcdsaForm, key: &'static str) -> Value {
    apply2(Function::Sign(algorithm, form), vec![credential(key)].into(), vec![body()].into())
}

#[test]
fn a_signature_is_verified_with_the_public_half() {
    let jose = EcdsaForm::Jose;
    for value in [
        sign(SignatureAlgorithm::RsaPkcs1V15Sha256, jose, "rsa"),
        sign(SignatureAlgorithm::RsaPssSha512, jose, "rsa"),
        sign(SignatureAlgorithm::EcdsaP256Sha256, jose, "ec"),
        sign(SignatureAlgorithm::EcdsaP256Sha256, EcdsaForm::Der, "ec"),
        sign(SignatureAlgorithm::Ed25519, jose, "ed"),
    ] {
        let found = holds_the_body(&[text("v1="), base64(vec![value.clone()].into())]);
        let input = "{\"mobile_no\":\"‹mobile_no›\",\"dob\":\"1958-01-02\"}".to_owned();
        assert_eq!(found.stages, [Stage { function: "sign", input }]);
        assert_eq!(found.expected, format!("v1=base64(sign({}))", found.stages[0].input));
        holds_the_body(&[apply(Function::Encode(Codec::Upper), vec![hex_of(value)].into())]);
    }
}

#[test]
fn whoever_holds_both_halves_verifies_too() {
    let value = base64(vec![sign(SignatureAlgorithm::EcdsaP256Sha256, EcdsaForm::Jose, "ec")].into());
    let client = signing(&[computed("X-Sign", &[value])]);
    assert!(check(&client, &sent(&client, &call())).is_good());
}

#[test]
fn a_signature_with_another_algorithm_or_in_another_form_is_recognised() {
    let (pss, der) = (SignatureAlgorithm::RsaPssSha256, EcdsaForm::Der);
    for (made, described, note) in [
        (
            sign(pss, der, "rsa"),
            sign(SignatureAlgorithm::RsaPkcs1V15Sha256, der, "rsa"),
            "it matches as rsa-pss-sha-256 in the place of rsa-pkcs1-v1-5-sha-256",
        ),
        (
            sign(SignatureAlgorithm::EcdsaP256Sha256, der, "ec"),
            sign(SignatureAlgorithm::EcdsaP256Sha256, EcdsaForm::Jose, "ec"),
            "it matches as der in the place of jose",
        ),
        (
            sign(SignatureAlgorithm::Ed25519, EcdsaForm::Jose, "ed"),
            sign(SignatureAlgorithm::EcdsaP256Sha256, EcdsaForm::Jose, "ec"),
            "it does not verify: it was not made with ec and ecdsa-p256-sha-256, or of something else",
        ),
    ] {
        let of = |value| signing(&[computed("X-Sign", &[base64(vec![value].into())])]);
        let found = check(&owner(&of(described)), &sent(&of(made), &call()));
        assert_eq!(found.values[0].note.as_deref(), Some(note));
    }
}

fn jws(algorithm: JwsAlgorithm, payload: Payload, key: &'static str, of: Value) -> Value {
    let header = json(list![entry("kid", list![text("k1")])]);
    apply3(Function::Jws(algorithm, payload), vec![credential(key)].into(), vec![header].into(), vec![of].into())
}

fn claims() -> Value {
    json(list![
        entry("iss", list![setting("issuer")]),
        entry("sub", list![sent_field("mobile_no")]),
        entry("iat", list![UNIX]),
        entry("exp", list![time(TimeFormat::Unix, 0, 300)]),
        entry("jti", list![UUID]),
        entry("nonce", list![random(Alphabet::Alphanumeric, 12)]),
        entry("n", list![literal("1")]),
        entry("key", list![words::public("rsa", PublicForm::Jwk)])
    ])
}

#[test]
fn a_token_is_verified_and_read_member_by_member() {
    for (algorithm, key) in [
        (JwsAlgorithm::Hs256, "secret_key"),
        (JwsAlgorithm::Rs256, "rsa"),
        (JwsAlgorithm::Ps256, "rsa"),
        (JwsAlgorithm::Es256, "ec"),
        (JwsAlgorithm::EdDsa, "ed"),
    ] {
        let value = jws(algorithm, Payload::Claims, key, claims());
        let found = holds(&[text("Bearer "), value]);
        assert_eq!(found.stages[0].function, "jwt");
        let input = &found.stages[0].input;
        assert!(input.starts_with(r#"{"kid":"k1"}.{"iss":"somebody","sub":"‹mobile_no›","iat":"#), "{input}");
        for payload in [Payload::Bytes, Payload::Detached, Payload::DetachedUnencoded] {
            assert_eq!(holds_the_body(&[jws(algorithm, payload, key, body())]).stages[0].function, "jws");
        }
    }
}

/// What is said of a token with other claims than the document describes.
fn note_of_claims(of: Value) -> Option<String> {
    let token = |claims| signing(&[computed("X-Sign", &[jws(JwsAlgorithm::Es256, Payload::Claims, "ec", claims)])]);
    let found = check(&owner(&token(claims())), &sent(&token(of), &call()));
    found.values[0].note.clone()
}

#[test]
fn a_claim_that_is_wrong_is_named() {
    let with = |name: &'static str, of: &[Value]| {
        let Value::Object(mut members) = claims() else { unreachable!() };
        members.to_mut().iter_mut().filter(|(own, _)| own == name).for_each(|(_, values)| *values = of.to_vec().into());
        Value::Object(members)
    };
    assert_eq!(note_of_claims(with("jti", &[UUID])), None);
    // Who issues a token is for the sender to choose.
    assert_eq!(note_of_claims(with("iss", &[text("somebody else")])), None);
    for (claims, note) in [
        (with("sub", &[text("someone")]), "its member sub is not what it should be"),
        (with("iat", &[time(TimeFormat::Unix, 0, -600)]), "its member iat: it is not the time by the receiver's clock"),
        (with("exp", &[time(TimeFormat::Unix, 0, 3600)]), "its member exp: it is not the time by the receiver's clock"),
        (with("iat", &[text("now")]), "its member iat: it is not a time as the document writes it"),
        (with("jti", &[text("1")]), "its member jti: it is not a UUID"),
        (with("nonce", &[text("short")]), "its member nonce: it should be 12 letters and digits"),
        (with("n", &[literal("2")]), "its member n is not what it should be"),
        (json(list![entry("iat", list![UNIX])]), "it has no member iss"),
    ] {
        assert_eq!(note_of_claims(claims).as_deref(), Some(note));
    }
}

#[test]
fn a_header_of_a_token_is_held_to_the_document() {
    let token = |kid: &'static str, algorithm| {
        let header = json(vec![entry("kid", vec![text(kid)].into())].into());
        let value = apply3(
            Function::Jws(algorithm, Payload::Claims),
            list![credential("rsa")],
            vec![header].into(),
            list![json(list![])],
        );
        signing(&[computed("X-Sign", &[value])])
    };
    let owner = owner(&token("k1", JwsAlgorithm::Rs256));
    let note = |client: &Setup| check(&owner, &sent(client, &call())).values[0].note.clone();
    assert_eq!(note(&token("k1", JwsAlgorithm::Rs256)), None);
    assert_eq!(
        note(&token("k2", JwsAlgorithm::Rs256)).as_deref(),
        Some("its header: its member kid is not what it should be")
    );
    assert_eq!(
        note(&token("k1", JwsAlgorithm::Ps256)).as_deref(),
        Some("`alg` in its header is not RS256, as the document says")
    );
}

#[test]
fn what_a_ciphertext_holds_is_compared() {
    let to = |algorithm, key: &'static str| {
        apply3(
            Function::Jwe(algorithm, JweEncryption::A128Gcm),
            vec![credential(key)].into(),
            list![],
            list![sent_field("mobile_no")],
        )
    };
    for value in [
        to(JweAlgorithm::Rsa1V5, "their_rsa"),
        to(JweAlgorithm::RsaOaep256, "their_rsa"),
        to(JweAlgorithm::EcdhEs, "their_ec"),
        to(JweAlgorithm::EcdhEsA256Kw, "their_ec"),
        to(JweAlgorithm::Dir, "aes_key"),
        to(JweAlgorithm::A128Kw, "aes_key"),
        base64(list![rsa(Padding::OaepSha256, list![credential("their_pin_key")], list![sent_field("mobile_no")])]),
    ] {
        let found = holds(&[value]);
        assert!(found.stages[0].is_encryption() && found.stages[0].input == "‹mobile_no›", "{found}");
    }
    let of = |value: Value| {
        signing(&[computed(
            "X-Sign",
            &[apply3(
                Function::Jwe(JweAlgorithm::RsaOaep, JweEncryption::A256CbcHs512),
                list![credential("their_rsa")],
                list![],
                vec![value].into(),
            )],
        )])
    };
    let found = check(&owner(&of(sent_field("mobile_no"))), &sent(&of(text("9876543979")), &call()));
    assert_eq!(found.values[0].verdict, Verdict::Wrong);
}

fn aes(mode: CipherMode, operands: [List<Value>; 4]) -> Value {
    Value::Apply(Function::Encipher(mode), operands)
}

#[test]
fn a_cipher_is_computed_again_or_undone() {
    let key = || values(&[credential("aes_key")]);
    let iv = || values(&[text("0123456789abcdef")]);
    for value in [
        aes(CipherMode::Cbc, [key(), iv(), list![sent_field("dob")], list![]]),
        aes(CipherMode::Ecb, [key(), list![sent_field("dob")], list![], list![]]),
        aes(CipherMode::Gcm, [key(), list![text("0123456789ab")], list![text("aad")], list![sent_field("dob")]]),
        // What is in it comes by chance.
        aes(CipherMode::Cbc, [key(), iv(), list![random(Alphabet::Hex, 32)], list![]]),
    ] {
        let stages = holds(&[base64(vec![value].into())]).stages;
        assert!(stages[0].is_encryption(), "{stages:?}");
    }
}

#[test]
fn a_value_that_is_told_in_one_place_counts_in_others() {
    let tag = |of: Vec<Value>| hex_of(hmac(Hash::Sha256, list![credential("secret_key")], of.into()));
    let slots = [
        value("nonce", list![random(Alphabet::Hex, 32)]),
        value("stamp", list![UNIX]),
        value("input", vec![made("stamp"), text("."), made("nonce"), text("."), body()].into()),
        computed(
            "X-Sign",
            &[parts(
                vec![
                    entry("t", vec![made("stamp")].into()),
                    entry("n", vec![base64(vec![made("nonce")].into())].into()),
                    entry("v1", vec![tag(vec![made("input")])].into()),
                ]
                .into(),
                ",",
                "=",
            )],
        ),
    ];
    let client = signing(&slots);
    let (owner, request) = (owner(&client), sent(&client, &call()));
    let right = check(&owner, &request);
    assert!(right.is_good(), "{right:?}");
    let verdict = |found: &Verification, name: &str| {
        let value = found.values.iter().find(|value| value.name == name).expect("the value");
        (value.verdict, value.note.clone())
    };
    for name in ["nonce", "stamp", "X-Sign"] {
        assert_eq!(verdict(&right, name), (Verdict::Right, None), "{name}");
    }
    // It may have other parts, and one of several is right.
    let other = changed(&request, "X-Sign", |text| format!("v0=abc,v1=00, {text},x=1"));
    assert!(check(&owner, &other).is_good());
    let tag = |text: &str| text.rsplit_once("v1=").expect("a tag").1.to_owned();
    type Change = fn(&str) -> String;
    let changes: [(Change, &str); 3] = [
        (|text| with_another_letter(text, text.len() - 3), "its part v1 is not what it should be"),
        (|text| text.replace("v1=", "v2="), "it has no part v1"),
        (|text| text.replace("n=", "m="), "it has no part n"),
    ];
    for (change, note) in changes {
        let wrong = check(&owner, &changed(&request, "X-Sign", change));
        assert_eq!(verdict(&wrong, "X-Sign"), (Verdict::Wrong, Some(note.to_owned())));
    }
    // Another time and another nonce were not signed.
    let old = changed(&request, "X-Sign", |text| format!("t=17,{}", text.split_once(',').expect("parts").1));
    assert!(!check(&owner, &old).is_good());
    assert_eq!(tag(request.headers()["X-Sign"].to_str().expect("text")).len(), 64);
}

#[test]
fn a_signature_over_what_nobody_tells_is_not_known() {
    let slots = [
        value("nonce", list![random(Alphabet::Hex, 32)]),
        computed("X-Sign", &[hex_of(hmac(Hash::Sha256, list![credential("secret_key")], list![made("nonce")]))]),
    ];
    let client = signing(&slots);
    let found = check(&owner(&client), &sent(&client, &call()));
    assert_eq!(found.values[0].verdict, Verdict::Unknown);
    assert_eq!(found.values[0].stages[0].input, "‹nonce›");
    let short = sent(&signing(&[computed("X-Sign", &[text("00")])]), &call());
    let note = check(&owner(&client), &short).values[0].note.clone();
    assert_eq!(note.as_deref(), Some("it is not as long as hmac-sha-256 makes it"));
}

#[test]
fn a_signing_input_with_the_receivers_time_is_made_for_its_clock() {
    let tag = hex_of(hmac(Hash::Sha256, list![credential("secret_key")], list![made("input")]));
    let slots = [value("input", list![UNIX, text("."), part(RequestPart::Body)]), computed("X-Sign", &[tag])];
    let client = signing(&slots);
    let mut request = sent(&client, &call());
    assert!(check(&owner(&client), &request).is_good());
    let earlier = Timestamp::now().as_second() - 20;
    let body = String::from_utf8(request.body().to_vec()).expect("text");
    let sign = hex_hmac(KEY, &format!("{earlier}.{body}"));
    request.headers_mut().insert("X-Sign", sign.parse().expect("a value"));
    assert!(check(&owner(&client), &request).is_good());
}

#[test]
fn random_values_and_uuids_between_known_texts_are_held_to_their_form() {
    let slots = [computed(
        "X-Sign",
        &[
            text("id="),
            UUID,
            random(Alphabet::Alphanumeric, 8),
            text(";n="),
            base64(list![random(Alphabet::Bytes, 16)]),
            text(";"),
            apply2(
                Function::Without,
                list![text("-")],
                list![words::uuid(countersign_plan::UuidVersion::V7, countersign_plan::Per::Call)],
            ),
        ],
    )];
    let client = signing(&slots);
    let (owner, request) = (owner(&client), sent(&client, &call()));
    assert!(check(&owner, &request).is_good(), "{:?}", check(&owner, &request));
    let changes: [fn(&str) -> String; 5] = [
        |text| text.replace("id=", "id:"),
        |text| text.replacen('-', "", 1),
        |text| text.replace(";n=", "a;n="),
        |text| text.replace("==;", "="),
        |text| format!("{text}0"),
    ];
    for change in changes {
        let wrong = check(&owner, &changed(&request, "X-Sign", change));
        assert_eq!(wrong.values[0].verdict, Verdict::Wrong, "{wrong:?}");
    }
}

#[test]
fn text_functions_around_what_is_given_are_undone() {
    let given = |value: Value| {
        let slots = [Slot { required: false, ..filled("/pin", SECRET, &[value]) }];
        let client = client(of_json(slots.to_vec()));
        let request = sent(&client, &Call::new("create_card").value("pin", "12 ü+4"));
        let found = check(&owner(&client), &request);
        assert!(found.is_good(), "{found:?}");
        (found.values[0].verdict, found.text(&client.plan.operations[0], "pin").map(|text| text.expose().to_owned()))
    };
    let told = || (Verdict::Right, Some("12 ü+4".to_owned()));
    let session = aes(CipherMode::Ecb, [list![credential("aes_key")], list![GIVEN], list![], list![]]);
    assert_eq!(given(base64(vec![session].into())), told());
    assert_eq!(given(apply2(Function::Escape(Escape::Percent), list![text("+")], list![GIVEN])), told());
    assert_eq!(given(apply2(Function::Escape(Escape::Form), list![], list![GIVEN])), told());
    assert_eq!(given(concat(list![text("<"), GIVEN, text(">")])), told());
    assert_eq!(given(json(list![entry("pin", list![GIVEN]), entry("again", list![GIVEN])])), told());
    assert_eq!(given(digest(&[GIVEN])).0, Verdict::Unknown);
}

#[test]
fn an_envelope_is_opened_with_the_receivers_key() {
    let jwe = apply3(
        Function::Jwe(JweAlgorithm::RsaOaep256, JweEncryption::A256Gcm),
        list![credential("their_rsa")],
        list![],
        list![json(list![entry("data", list![GIVEN])])],
    );
    let slots = [
        computed("X-Sign", &[digest(&[text("v1:"), body(), credential("secret_key")])]),
        computed("X-Of-Dob", &[digest(&[sent_field("dob"), credential("secret_key")])]),
        field("/mobile_no", SENSITIVE),
        field("/dob", PUBLIC).rules(list![pattern("^1")]),
        envelope(vec![jwe].into()),
    ];
    let client = client(of_json(slots.to_vec()).sent_as("application/jose").arranged().expect("no cycle"));
    let (owner, request) = (owner(&client), sent(&client, &call()));
    assert!(!request.body().starts_with(b"{"));
    let found = check(&owner, &request);
    assert!(found.is_good() && found.broken_rule.is_none(), "{found:?}");
    assert_eq!(
        found.values.iter().map(|value| value.name.as_str()).collect::<Vec<_>>(),
        ["X-Of-Dob", "body", "X-Sign"]
    );
    assert_eq!(found.body().expose(), r#"{"mobile_no":"9876543978","dob":"1958-01-02"}"#);
    assert!(!format!("{found:?}").contains("9876543978"));

    let rule = sent(&client, &Call::new("create_card").value("mobile_no", "9").value("dob", "1"));
    assert_eq!(check(&owner, &rule).broken_rule, None);
    let mut other = request.clone();
    *other.body_mut() = with_another_letter(std::str::from_utf8(request.body()).expect("text"), 400).into();
    let found = check(&owner, &other);
    assert_eq!(
        (found.values.len(), found.values[0].name.as_str(), found.values[0].verdict),
        (1, "body", Verdict::Wrong)
    );
    assert_eq!(found.values[0].note.as_deref(), Some("it cannot be decrypted"));
}

#[test]
fn an_envelope_with_a_key_of_its_own_is_opened() {
    let sealed = json(list![
        entry(
            "key",
            list![base64(list![rsa(
                Padding::OaepSha256,
                list![credential("their_pin_key")],
                list![made("session_key")]
            )])]
        ),
        entry("iv", list![base64(list![made("iv")])]),
        entry(
            "data",
            list![base64(list![apply3(
                Function::Encipher(CipherMode::Cbc),
                list![made("session_key")],
                list![made("iv")],
                list![apply(Function::Json(JsonForm::Minified), list![GIVEN])]
            )])]
        )
    ]);
    let slots = [
        value("session_key", list![random(Alphabet::Bytes, 32)]),
        value("iv", list![random(Alphabet::Bytes, 16)]),
        field("/mobile_no", SENSITIVE),
        field("/dob", PUBLIC),
        envelope(vec![sealed].into()),
    ];
    let client = client(of_json(slots.to_vec()).sent_as("application/json"));
    let (owner, request) = (owner(&client), sent(&client, &call()));
    let found = check(&owner, &request);
    assert!(found.is_good(), "{found:?}");
    assert_eq!(found.body().expose(), r#"{"mobile_no":"9876543978","dob":"1958-01-02"}"#);
    let mut other = request.clone();
    *other.body_mut() =
        String::from_utf8(request.body().to_vec()).expect("text").replace("\"iv\":\"", "\"iv\":\"AA").into();
    assert!(!check(&owner, &other).is_good());
}
