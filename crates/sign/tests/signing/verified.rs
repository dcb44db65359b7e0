//! What was received is compared with what an expression yields, whether that is the same each time or not.

use countersign_plan::words::*;
use countersign_plan::{
    Alphabet, CredentialKind, EcdsaForm, Fields, Function, Hash, JweAlgorithm, JweEncryption, JwsAlgorithm, List,
    Operation, Padding, Payload, Place, PublicForm, RequestPart, SignatureAlgorithm, TimeFormat, Value, list, texts,
};
use countersign_sign::{Credential, Inputs, Mismatch, Secret, Setup, Told};

use super::*;

/// A key of the repository's own (tests/data/keys).
fn key(file: &str) -> Secret {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/keys").join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}")).into()
}

/// A sender's setup with one key, and its receiver's with the other half.
fn halves(sender: (&str, CredentialKind), receiver: (&str, CredentialKind)) -> (Setup, Setup) {
    let setup = |(file, kind): (&str, CredentialKind)| {
        let mut setup = SETUP.clone();
        setup.credentials.insert("key".into(), Credential::read(key(file), kind).unwrap());
        setup
    };
    (setup(sender), setup(receiver))
}

fn operation() -> Operation {
    of_json(vec![header("X-Sign"), field("/amount")])
}

/// Whether a text is what an expression yields, as far as that can be told.
fn matches(request: &Request<'_>, values: &[Value], text: &[u8], inputs: &Inputs<'_>) -> bool {
    request.compare(0, values, text, inputs, inputs.moment.now, false).is_ok()
}

/// What an expression yields with one setup, and whether another takes it.
#[track_caller]
fn taken(value: &Value, (sender, receiver): &(Setup, Setup)) -> String {
    let (operation, call) = (operation(), call().body(r#"{"amount":"1"}"#));
    let request = call.request(&operation, "").unwrap();
    let inputs = |setup| Inputs { setup, ..inputs() };
    let values = std::slice::from_ref(value);
    let made = request.evaluate(0, values, &inputs(sender)).unwrap();
    let is_taken = |text: &[u8]| matches(&request, values, text, &inputs(receiver));
    assert!(is_taken(&made), "{value:?}: {}", String::from_utf8_lossy(&made));
    for at in 0..made.len() {
        let mut wrong = made.to_vec();
        wrong[at] = if wrong[at].eq_ignore_ascii_case(&b'A') { b'B' } else { b'A' };
        assert!(!is_taken(&wrong), "{value:?}: {}, wrong at {at}", String::from_utf8_lossy(&made));
    }
    for text in [&b""[..], b"a", &made[1..], &made[..made.len() - 1], &[&made[..], b"a"].concat()] {
        assert!(!is_taken(text), "{value:?}: {}", String::from_utf8_lossy(text));
    }
    let other = self::call().body(r#"{"amount":"2"}"#);
    let other = other.request(&operation, "").unwrap();
    assert!(!matches(&other, values, &made, &inputs(receiver)), "{value:?} says nothing of the body");
    String::from_utf8(made.to_vec()).unwrap()
}

fn body() -> Vec<Value> {
    vec![request(RequestPart::Body)]
}

#[test]
fn a_tag_is_made_again_and_compared() {
    let shared = (SETUP.clone(), SETUP.clone());
    let tag = hmac(Hash::Sha256, list![credential("secret_key")], body().into());
    taken(&hex(vec![tag.clone()].into()), &shared);
    taken(&concat(vec![text("sha256="), base64(vec![tag].into())].into()), &shared);
}

#[test]
fn a_signature_is_verified_with_the_public_half() {
    let pairs = [
        ("rsa", SignatureAlgorithm::RsaPkcs1V15Sha256),
        ("rsa", SignatureAlgorithm::RsaPssSha512),
        ("p256", SignatureAlgorithm::EcdsaP256Sha256),
        ("ed25519", SignatureAlgorithm::Ed25519),
    ];
    for (name, algorithm) in pairs {
        let halves = halves(
            (&format!("{name}.pem"), CredentialKind::PrivateKey),
            (&format!("{name}.public.pem"), CredentialKind::PublicKey),
        );
        let sign = apply2(Function::Sign(algorithm, EcdsaForm::Jose), list![credential("key")], body().into());
        let encoded = hex(vec![sign].into());
        taken(&encoded, &halves);
        // Around it is what everybody knows.
        taken(&concat(vec![text("keyId=\"k\",signature=\""), encoded, text("\"")].into()), &halves);
    }
}

#[test]
fn a_jws_is_verified_and_its_claims_are_compared() {
    let halves = halves(("p256.pem", CredentialKind::PrivateKey), ("p256.public.pem", CredentialKind::PublicKey));
    let digest = hex(vec![sha_256(body().into())].into());
    let claims = json(
        vec![
            entry("iss", list![text("acme")]),
            entry("iat", list![UNIX]),
            entry("exp", list![time(TimeFormat::Unix, 0, 60)]),
            entry("jti", list![UUID]),
            entry("nonce", list![random(Alphabet::Hex, 8)]),
            entry("body", vec![digest].into()),
        ]
        .into(),
    );
    let jws = |payload, of: Vec<Value>| {
        let header = json(list![entry("kid", list![text("one")])]);
        let algorithm = Function::Jws(JwsAlgorithm::Es256, payload);
        apply3(algorithm, list![credential("key")], vec![header].into(), of.into())
    };
    let token = taken(&jws(Payload::Claims, vec![claims]), &halves);
    assert_eq!(token.split('.').count(), 3);
    taken(&jws(Payload::Bytes, body()), &halves);
    assert!(taken(&jws(Payload::Detached, body()), &halves).contains(".."));
    assert!(taken(&jws(Payload::DetachedUnencoded, body()), &halves).contains(".."));
}

#[test]
fn what_is_encrypted_is_opened_with_the_private_half() {
    let for_rsa = halves(("rsa.public.pem", CredentialKind::RsaPublicKey), ("rsa.pem", CredentialKind::PrivateKey));
    for padding in [Padding::Pkcs1V15, Padding::OaepSha256] {
        let encrypted = rsa(padding, list![credential("key")], body().into());
        taken(&hex(vec![encrypted].into()), &for_rsa);
    }
    let for_jwe = halves(("rsa.public.pem", CredentialKind::PublicKey), ("rsa.pem", CredentialKind::PrivateKey));
    let jwe = Function::Jwe(JweAlgorithm::RsaOaep256, JweEncryption::A256Gcm);
    taken(&apply3(jwe, list![credential("key")], list![], body().into()), &for_jwe);
}

#[test]
fn one_right_part_of_several_is_enough_and_another_part_says_nothing() {
    let operation = operation();
    let call = call().body("{}");
    let request = call.request(&operation, "").unwrap();
    let tag = || hex(vec![hmac(Hash::Sha256, list![credential("secret_key")], body().into())].into());
    let values = [parts(vec![entry("v1", vec![tag()].into())].into(), ",", "=")];
    let right = request.evaluate(0, &[tag()], &inputs()).unwrap();
    let right = String::from_utf8(right.to_vec()).unwrap();
    for (text, expected) in [
        (format!("t=1,v1={right}"), true),
        (format!("v1=00,v1={right},v0=1"), true),
        (format!("v1={right},v1=00"), true),
        (format!("v0={right}"), false),
        ("v1=".into(), false),
        (String::new(), false),
        (right.clone(), false),
        (format!("v1={}", right.replace(|c: char| c.is_ascii_digit(), "f")), false),
    ] {
        assert_eq!(matches(&request, &values, text.as_bytes(), &inputs()), expected, "{text}");
    }
}

#[test]
fn what_a_selection_writes_of_chance_is_read_back_and_compared() {
    let with: List<(countersign_plan::Text, List<Value>)> = list![
        entry("key", list![credential("secret_key")]),
        entry("nonce", list![made("nonce")]),
        entry("time", list![UNIX]),
    ];
    let quoted: List<Value> = list![percent(list![NAME]), text("=\""), percent(list![CONTENT]), text("\"")];
    let listed = Fields::new(these(texts![])).with(with.clone()).each(quoted).separator(list![text(", ")]);
    let values = Fields::new(these(texts!["amount"])).with(with.clone()).separator(list![text("|")]);
    let sorted = Fields::new(BY_NAME).with(with).pairs().separator(list![text("&")]);
    // However deep it is in what is written of each.
    let noted = |each: Vec<Value>| {
        let nonce: List<(countersign_plan::Text, List<Value>)> =
            list![entry("nonce", list![text("n-"), made("nonce")])];
        Fields::new(these(texts![])).with(nonce).each(each.into())
    };
    let joined = noted(vec![concat(list![text("<"), NAME, text(">")]), join("~", list![text("j"), CONTENT])]);
    let listed_in_json = json(list![entry("list", list![array(list![list![NAME], list![CONTENT]])])]);
    let as_json = noted(vec![listed_in_json]);
    let as_parts = noted(vec![parts(list![entry("n", list![NAME]), entry("v", list![CONTENT])], ";", "=")]);
    let own = r#"key="a%20key%20of%20our%20own%2C%20for%20tests""#;
    for (fields, received, is_right) in [
        (&listed, format!(r#"{own}, nonce="aB3x5678", time="1769862896""#), true),
        (&listed, format!(r#"{own}, nonce="aB3x567", time="1769862896""#), false),
        (&listed, format!(r#"{own}, nonce="aB3x5678", time="soon""#), false),
        (&listed, format!(r#"{own}, time="1769862896", nonce="aB3x5678""#), false),
        (&listed, format!(r#"{}, nonce="aB3x5678", time="1769862896""#, own.replace("own", "odd")), false),
        (&values, format!("5 EUR|{KEY}|aB3x5678|1769862896"), true),
        (&values, format!("6 EUR|{KEY}|aB3x5678|1769862896"), false),
        (&sorted, format!("amount=5 EUR&key={KEY}&nonce=aB3x5678&time=1769862896"), true),
        (&sorted, format!("key={KEY}&nonce=aB3x5678&time=1769862896"), false),
        (&joined, "<nonce>j~n-aB3x5678".into(), true),
        (&joined, "<once>j~n-aB3x5678".into(), false),
        (&joined, "<nonce>j~m-aB3x5678".into(), false),
        (&as_json, r#"{"list":["nonce","n-aB3x5678"]}"#.into(), true),
        (&as_json, r#"{"list":["once","n-aB3x5678"]}"#.into(), false),
        (&as_parts, "n=nonce;v=n-aB3x5678".into(), true),
        (&as_parts, "n=once;v=n-aB3x5678".into(), false),
    ] {
        let operation = of_json(vec![
            value("nonce", list![random(Alphabet::Alphanumeric, 8)]),
            header("X-Sign").filled(vec![selected(fields.clone())].into()),
            field("/amount"),
        ]);
        let message = http::Request::post("/v1/cards").header("X-Sign", &received);
        let message = message.body(r#"{"amount":"5 EUR"}"#).unwrap();
        let mut request = Request::received(&operation, "", &message).unwrap();
        let told = request.learn(&inputs());
        request.complete(&inputs());
        let slot = operation.parameter(Place::Header, "X-Sign").unwrap();
        let values = operation.slots[slot].value.as_deref().unwrap();
        let compared = request.compare(slot, values, received.as_bytes(), &inputs(), inputs().moment.now, false);
        assert_eq!(compared.is_ok(), is_right, "{received}: {compared:?}");
        assert_ne!(compared, Err(Mismatch::Unknown), "{received}");
        // What is signed with the nonce is verified with the one that is there.
        let nonce = operation.parameter(Place::Value, "nonce").unwrap();
        assert_eq!(told.values.contains(&nonce), is_right, "{received}");
    }
}

/// A request with a header, and what an expression for it tells: what its receiver learns.
fn learns(values: &[Value], received: &str) -> Told {
    let slots = vec![
        value("nonce", list![random(Alphabet::Alphanumeric, 8)]),
        header("X-Sign").filled(values.to_vec().into()),
        field("/amount"),
    ];
    let operation = of_json(slots);
    let message = http::Request::post("/v1/cards").header("X-Sign", received).body("{}").unwrap();
    Request::received(&operation, "", &message).unwrap().learn(&inputs())
}

#[test]
fn what_always_has_as_many_bytes_ends_there() {
    const NONCE: Value = random(Alphabet::Alphanumeric, 8);
    const BYTES: List<Value> = list![random(Alphabet::Bytes, 16)];
    let sign = |algorithm, key| -> List<Value> {
        vec![apply2(Function::Sign(algorithm, EcdsaForm::Jose), vec![credential(key)].into(), list![text("m")])].into()
    };
    for (value, length) in [
        (NONCE, 8),
        (made("nonce"), 8),
        (UUID, 36),
        (hex(BYTES), 32),
        (upper(list![hex(BYTES)]), 32),
        (lower(list![hex(BYTES)]), 32),
        (base64(BYTES), 24),
        (base64_url(BYTES), 22),
        (base64_url_padded(BYTES), 24),
        (hex(list![text("ab"), NONCE]), 20),
        (hex(list![concat(list![NONCE, text("abc")])]), 22),
        (hex(list![sha_256(list![made("nonce")])]), 64),
        (hex(list![hmac(Hash::Sha512, list![credential("secret_key")], list![NONCE])]), 128),
        (base64_url(sign(SignatureAlgorithm::Ed25519, "ed25519")), 86),
        (base64_url(sign(SignatureAlgorithm::EcdsaP256Sha256, "p256")), 86),
        (base64_url(sign(SignatureAlgorithm::EcdsaP384Sha384, "p384")), 128),
        (base64_url(sign(SignatureAlgorithm::EcdsaP521Sha512, "p521")), 176),
    ] {
        let values = [value, GIVEN];
        let slots = vec![
            countersign_plan::words::value("nonce", list![NONCE]),
            header("X-Sign").filled(values.to_vec().into()),
        ];
        let (operation, call) = (of_json(slots), call().value("X-Sign", "of the caller"));
        let sent = header_of(&signed(&operation, &call).unwrap(), "X-Sign");
        assert_eq!(sent.len(), length + "of the caller".len(), "{sent}");
        // Nothing is between the two, whichever is first.
        let (made, given) = sent.split_at(length);
        let turned = (vec![values[1].clone(), values[0].clone()], format!("{given}{made}"));
        for (values, sent) in [(values.to_vec(), sent.clone()), turned] {
            let told = learns(&values, &sent);
            assert_eq!(told.given(1), Some(&b"of the caller"[..]), "{values:?}: {sent}");
        }
    }
}

#[test]
fn what_is_known_behind_a_hole_is_looked_for_as_a_whole() {
    let dots = ".".repeat(100);
    let values = [GIVEN, text("."), concat(list![text("x"), setting("country")]), UNIX];
    let told = learns(&values, &format!("{dots}.xMX1769862896"));
    assert_eq!(told.given(1), Some(dots.as_bytes()));
    assert_eq!(told.now.unwrap().as_second(), 1_769_862_896);
}

#[test]
fn what_is_made_of_nothing_is_empty() {
    let values = [json(list![entry("none", list![]), entry("at", list![UNIX])])];
    assert!(learns(&values, r#"{"none":"","at":1769862896}"#).now.is_some());
    assert!(learns(&values, r#"{"none":"x","at":1769862896}"#).now.is_none());
}

#[test]
fn a_signature_of_what_is_not_told_is_not_judged() {
    let operation = operation();
    let call = call().body("{}");
    let request = call.request(&operation, "").unwrap();
    let signing = Function::Sign(SignatureAlgorithm::Ed25519, EcdsaForm::Jose);
    let of = |of| hex(vec![apply2(signing, list![credential("ed25519")], of)].into());
    let compared =
        |value: Value, text: &str| request.compare(0, &[value], text.as_bytes(), &inputs(), inputs().moment.now, false);
    let zeros = "00".repeat(64);
    assert_eq!(compared(of(list![random(Alphabet::Hex, 8)]), &zeros), Err(Mismatch::Unknown));
    assert!(matches!(compared(of(list![text("m")]), &zeros), Err(Mismatch::Wrong(_))));
    // A setting that the receiver has is compared.
    let country = |received| compared(setting("country"), received);
    assert!(matches!((country("MX"), country("ES")), (Ok(()), Err(Mismatch::Wrong(_)))));
    // What is another each time cannot be made again, to see that it was signed.
    let another = apply2(
        Function::Sign(SignatureAlgorithm::EcdsaP256Sha256, EcdsaForm::Jose),
        list![credential("p256")],
        list![text("m")],
    );
    assert_eq!(compared(of(vec![another].into()), &zeros), Err(Mismatch::Unknown));
    // What was made with a key that only the sender knows is not judged either.
    let token = |key| {
        let function = Function::Jws(JwsAlgorithm::Hs256, Payload::Bytes);
        apply3(function, vec![key].into(), list![json(list![])], list![text("m")])
    };
    // base64url of `{"alg":"HS256"}` and of `m`, and a tag of zeros.
    let made = format!("eyJhbGciOiJIUzI1NiJ9.bQ.{}", "A".repeat(43));
    assert_eq!(compared(token(random(Alphabet::Hex, 64)), &made), Err(Mismatch::Unknown));
    assert!(matches!(compared(token(text("a key of thirty-two bytes or more")), &made), Err(Mismatch::Wrong(_))));
}

#[test]
fn what_would_be_made_again_is_right_however_it_could_be_read() {
    let operation = operation();
    let call = call().body("{}");
    let request = call.request(&operation, "").unwrap();
    const A: Value = parts(list![entry("a", list![text("1")])], ",", "=");
    const B: Value = parts(list![entry("b", list![text("2")])], ",", "=");
    for (values, right) in [(vec![trim(list![A])], "a=1"), (vec![A, B], "a=1b=2")] {
        assert!(matches(&request, &values, right.as_bytes(), &inputs()), "{right}");
        assert!(!matches(&request, &values, right.replace('1', "3").as_bytes(), &inputs()), "{right}");
    }
}

#[test]
fn what_is_known_is_compared_beside_what_is_not() {
    let operation = operation();
    let call = call().body("{}");
    let request = call.request(&operation, "").unwrap();
    const LIST: List<Value> = list![parts(list![entry("a", list![text("1")])], ",", "=")];
    let values = [hex(list![sha_256(LIST)]), text("."), random(Alphabet::Hex, 4)];
    let compared = |text: &str| request.compare(0, &values, text.as_bytes(), &inputs(), inputs().moment.now, false);
    // printf a=1 | sha256sum
    let right = "c22fea5d7428e5cf47ef6354c97c9223c95d6dcdc3e0d2300ff79056b1ff3d85";
    assert_eq!(compared(&format!("{right}.0a1b")), Ok(()));
    assert!(matches!(compared(&format!("{}.0a1b", right.replace('c', "d"))), Err(Mismatch::Wrong(_))));
}

#[test]
fn a_public_key_in_json_is_the_same_in_any_order() {
    let operation = operation();
    let call = call().body("{}");
    let request = call.request(&operation, "").unwrap();
    let values = [json(list![entry("jwk", list![public("ed25519", PublicForm::Jwk)]), entry("id", list![UUID])])];
    let own = request.evaluate(0, &[public("ed25519", PublicForm::Jwk)], &inputs()).unwrap();
    let own: serde_json::Value = serde_json::from_slice(&own).unwrap();
    let with = |x: &str| {
        format!(r#"{{"id":"6f9619ff-8b86-4d01-b42d-00cf4fc964ff","jwk":{{ "x":"{x}","kty":"OKP","crv":"Ed25519" }}}}"#)
    };
    let x = own["x"].as_str().unwrap();
    assert!(matches(&request, &values, with(x).as_bytes(), &inputs()));
    assert!(!matches(&request, &values, with(&x.replace(&x[..1], "_")).as_bytes(), &inputs()));
    assert!(!matches(&request, &values, with(x).replace("crv", "other").as_bytes(), &inputs()));
}

#[test]
fn a_request_has_values_of_its_own_and_nothing_else_is_made_for_it() {
    let operation = of_json(vec![
        value("nonce", list![random(Alphabet::Hex, 8)]),
        value("at", list![UNIX]),
        header("X-Nonce").filled(list![made("nonce")]),
        header("X-Sum").filled(list![hex(list![sha_256(list![made("nonce")])])]),
    ]);
    let message = http::Request::post("/v1/cards").header("X-Nonce", "01234567").header("X-Sum", "").body("{}");
    let message = message.unwrap();
    let mut request = Request::received(&operation, "", &message).unwrap();
    request.learn(&inputs());
    request.complete(&inputs());
    let made = [0, 1, 2, 3].map(|slot| request.made(slot).map(|made| String::from_utf8_lossy(made).into_owned()));
    assert_eq!(made, [Some("01234567".into()), Some("1769862896".into()), None, None]);
}

#[test]
fn a_clock_is_read_for_a_time_that_is_not_told() {
    let operation = of_json(vec![value("at", list![text("t"), UNIX]), header("X-At").filled(list![UNIX])]);
    let message = http::Request::post("/v1/cards").header("X-At", "1769862000").body("{}").unwrap();
    let mut request = Request::received(&operation, "", &message).unwrap();
    for value in [UNIX, RFC3339, made("at"), hex(list![UNIX])] {
        assert!(request.reads_clock(std::slice::from_ref(&value)), "{value:?}");
    }
    // Nobody guesses a thousandth of a second.
    for value in [text("t"), UUID, made("none"), UNIX_MILLIS] {
        assert!(!request.reads_clock(std::slice::from_ref(&value)), "{value:?}");
    }
    request.learn(&inputs());
    assert!(!request.reads_clock(&[UNIX]) && request.reads_clock(&[RFC3339]));
    request.complete(&inputs());
    assert!(!request.reads_clock(&[made("at")]));
}

#[test]
fn a_setting_is_told_where_it_is_the_receivers_too() {
    for country in ["MX", "ES"] {
        let values = [json(list![entry("of", list![setting("country")]), entry("at", list![UNIX])])];
        for (values, received) in [
            (&values[..], format!(r#"{{"of":"{country}","at":1769862896}}"#)),
            (&[setting("country")], country.to_owned()),
        ] {
            assert_eq!(learns(values, &received).settings, [("country".into(), country.to_owned())], "{received}");
        }
    }
}
