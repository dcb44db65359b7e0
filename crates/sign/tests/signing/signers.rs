//! Keys that the process does not hold: what is signed is asked for, and filling in goes on with the answer.

use std::sync::atomic::{AtomicU8, Ordering};

use aws_lc_rs::hmac as hmac_of;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use countersign_plan::{
    Alphabet, EcdsaForm, Function, Hash, JweAlgorithm, JweEncryption, JwsAlgorithm, List, Padding, Payload,
    SignatureAlgorithm,
};
use countersign_sign::{Signing, ToSign};

use super::*;

/// Credentials of which some are held elsewhere.
fn held_elsewhere(names: &[&'static str]) -> Setup {
    let mut setup = SETUP.clone();
    for name in names {
        setup.credentials.insert((*name).into(), countersign_sign::Credential::signer());
    }
    setup
}

fn bytes_of_pem(text: &str) -> Vec<u8> {
    ::pem::parse(text).unwrap().into_contents()
}

/// What the holder of the keys signs.
fn sign(to_sign: &ToSign) -> Vec<u8> {
    match to_sign.signing {
        Signing::Private(SignatureAlgorithm::Ed25519, EcdsaForm::Jose) => {
            let pair = Ed25519KeyPair::from_pkcs8(&bytes_of_pem(include_str!("../data/keys/ed25519.pem"))).unwrap();
            pair.sign(&to_sign.message).as_ref().to_vec()
        }
        Signing::Hmac(Hash::Sha256) => {
            let key = hmac_of::Key::new(hmac_of::HMAC_SHA256, KEY.as_bytes());
            hmac_of::sign(&key, &to_sign.message).as_ref().to_vec()
        }
        other => panic!("nothing signs {other:?}"),
    }
}

/// Fills in a request, and says what was asked of the signer.
fn filled_by_signer(request: &mut Request<'_>, inputs: &Inputs<'_>) -> Vec<ToSign> {
    let mut asked = Vec::new();
    while let Filled::Wants(to_sign) = request.fill(inputs).unwrap() {
        request.signed(sign(&to_sign));
        asked.push(to_sign);
        assert!(asked.len() < 20, "it is asked for ever");
    }
    asked
}

fn ed25519(of: Vec<Value>) -> Value {
    Function::Sign(SignatureAlgorithm::Ed25519, EcdsaForm::Jose).keyed(vec![credential("ed25519")], of)
}

fn tag(of: Vec<Value>) -> Value {
    hmac(Hash::Sha256, list![credential("secret_key")], of.into())
}

fn one(value: Value) -> List<Value> {
    vec![value].into()
}

/// A different number each time.
static DRAWN: AtomicU8 = AtomicU8::new(0);

fn with_chance(inputs: Inputs<'_>) -> Inputs<'_> {
    let fill = |bytes: &mut [u8]| bytes.fill_with(|| DRAWN.fetch_add(1, Ordering::Relaxed) % 200);
    Inputs { moment: Moment { fill, ..inputs.moment }, ..inputs }
}

#[test]
fn what_a_signer_signs_is_what_a_key_in_the_process_signs() {
    let claims = || one(json(list![entry("iat", list![UNIX]), entry("sub", list![session("token")])]));
    let jws = |algorithm, key: &'static str, payload| {
        apply3(Function::Jws(algorithm, payload), one(credential(key)), list![json(list![])], claims())
    };
    let of_ed = |payload| jws(JwsAlgorithm::EdDsa, "ed25519", payload);
    for value in [
        base64(one(ed25519(vec![sent_header("X-At"), text("é")]))),
        base64(one(tag(vec![sent_header("X-At"), text("é")]))),
        base64(one(tag(vec![]))),
        of_ed(Payload::Claims),
        of_ed(Payload::Bytes),
        of_ed(Payload::Detached),
        of_ed(Payload::DetachedUnencoded),
        jws(JwsAlgorithm::Hs256, "secret_key", Payload::Claims),
    ] {
        let operation = of_form(vec![
            filled(header("X-Sign"), [value.clone()]),
            header("X-At").filled(list![UNIX]),
            header("X-After").filled(list![hex(list![sha_256(list![sent_header("X-Sign")])])]),
        ]);
        let call = call();
        let here = signed(&operation, &call).unwrap();
        let setup = held_elsewhere(&["ed25519", "secret_key"]);
        let mut there = call.request(&operation, "/api").unwrap();
        let inputs = Inputs { setup: &setup, ..inputs() };
        let asked = filled_by_signer(&mut there, &inputs);
        assert_eq!(asked.len(), 1, "{value:?}");
        for name in ["X-Sign", "X-After"] {
            assert_eq!(header_of(&here, name), header_of(&there, name), "{value:?}");
        }
        let shown = format!("{:?}", asked[0]);
        assert!(shown.contains("credential") && !shown.contains("message"), "{shown}");
        // Who looks on sees the same, and asks nobody.
        let error = there.evaluate(0, &[value], &inputs).unwrap_err();
        assert!(error.contains("is not asked here"), "{error}");
    }
}

#[test]
fn what_came_by_chance_stays_when_filling_in_goes_on() {
    let operation = of_form(vec![
        header("X-Sign").filled(
            vec![
                random(Alphabet::Alphanumeric, 8),
                text("."),
                base64(one(ed25519(vec![random(Alphabet::Alphanumeric, 8), rsa_of("x")]))),
                text("."),
                base64(one(tag(vec![random(Alphabet::Hex, 8)]))),
                text("."),
                random(Alphabet::Alphanumeric, 8),
            ]
            .into(),
        ),
        header("X-Other").filled(vec![random(Alphabet::Alphanumeric, 8)].into()),
    ]);
    let setup = held_elsewhere(&["ed25519", "secret_key"]);
    let inputs = with_chance(Inputs { setup: &setup, ..inputs() });
    let call = call();
    let mut request = call.request(&operation, "").unwrap();
    let asked = filled_by_signer(&mut request, &inputs);
    assert_eq!(asked.len(), 2);
    let sent = header_of(&request, "X-Sign");
    let [before, signature, tagged, after]: [&str; 4] = sent.split('.').collect::<Vec<_>>().try_into().unwrap();
    let decoded = |text: &str| {
        use ::base64::Engine;
        ::base64::engine::general_purpose::STANDARD.decode(text).unwrap()
    };
    let pair = Ed25519KeyPair::from_pkcs8(&bytes_of_pem(include_str!("../data/keys/ed25519.pem"))).unwrap();
    let public = UnparsedPublicKey::new(&aws_lc_rs::signature::ED25519, pair.public_key().as_ref().to_vec());
    public.verify(&asked[0].message, &decoded(signature)).unwrap();
    assert_eq!(decoded(tagged), sign(&asked[1]));
    // Every random is its own.
    let drawn = [before, after, &header_of(&request, "X-Other"), std::str::from_utf8(&asked[0].message[..8]).unwrap()];
    for (index, one) in drawn.iter().enumerate() {
        assert!(!drawn[..index].contains(one), "{drawn:?}");
    }
}

fn rsa_of(plaintext: &'static str) -> Value {
    hex(one(rsa(Padding::OaepSha256, list![credential("pin_key")], one(text(plaintext)))))
}

#[test]
fn a_signer_may_be_asked_twice_for_one_slot_and_again_for_another() {
    let operation = of_json(vec![
        header("X-Two")
            .filled(vec![hex(one(tag(vec![ed25519(vec![text("inner")])]))), hex(one(tag(vec![text("b")])))].into()),
        field("/sign").filled(vec![hex(one(tag(vec![sent_header("X-Two")])))].into()),
        value("key", vec![tag(vec![text("derived")])].into()),
        query("sign")
            .filled(vec![hex(one(hmac(Hash::Sha256, one(made("key")), one(text("a"))))), hex(one(made("key")))].into()),
    ]);
    let (setup, call) = (held_elsewhere(&["ed25519", "secret_key"]), call());
    let mut request = call.request(&operation, "/api").unwrap();
    let asked = filled_by_signer(&mut request, &Inputs { setup: &setup, ..inputs() });
    assert_eq!(
        asked.iter().map(|asked| asked.credential.as_ref()).collect::<Vec<_>>(),
        ["ed25519", "secret_key", "secret_key", "secret_key", "secret_key"]
    );
    let here = signed(&operation, &call).unwrap();
    assert_eq!((here.query(), here.body_text()), (request.query(), request.body_text()));
    assert_eq!(header_of(&here, "X-Two"), header_of(&request, "X-Two"));
}

/// Sorting looks at values before they are written: whether that comes before or after a signature, they stay the same.
#[test]
fn what_is_sorted_or_left_out_by_a_value_made_anew_stays_so() {
    for non_empty in [true, false] {
        let fields = Fields::new(BY_NAME)
            .with(
                vec![
                    entry("a", list![random(Alphabet::Alphanumeric, 4)]),
                    ("a".into(), vec![tag(vec![text("in the selection")])].into()),
                    entry("a", list![random(Alphabet::Alphanumeric, 4)]),
                ]
                .into(),
            )
            .each(list![NAME, text("="), hex(list![CONTENT])])
            .separator(list![text("&")]);
        let fields = if non_empty { fields.non_empty() } else { fields };
        let operation =
            of_form(vec![header("X-Sign").filled(vec![hex(one(ed25519(vec![selected(fields)])))].into()), field("/a")]);
        let setup = held_elsewhere(&["ed25519", "secret_key"]);
        let inputs = with_chance(Inputs { setup: &setup, ..inputs() });
        let call = call().value("a", "sent");
        let mut request = call.request(&operation, "").unwrap();
        let asked = filled_by_signer(&mut request, &inputs);
        let last = asked.last().unwrap();
        assert_eq!(last.credential, "ed25519");
        assert_eq!(last.message.iter().filter(|byte| **byte == b'&').count(), 3);
        let message = String::from_utf8(last.message.to_vec()).unwrap();
        assert!(message.contains(&format!("a={}", ::hex::encode(sign(&asked[0])))), "{message}");
        assert_eq!(header_of(&request, "X-Sign"), ::hex::encode(sign(last)));
    }
}

#[test]
fn a_signer_signs_and_does_nothing_else() {
    let setup = held_elsewhere(&["secret_key", "aes_key", "rsa"]);
    let inputs = Inputs { setup: &setup, ..inputs() };
    let operation = of_path("/v1", vec![header("X-Sign")]);
    let call = call();
    let request = call.request(&operation, "").unwrap();
    let dir = Function::Jwe(JweAlgorithm::Dir, JweEncryption::A256Gcm);
    for (value, says) in [
        (credential("secret_key"), "the credential secret_key is a key, and no text"),
        (sha_256(list![text("a"), credential("secret_key")]), "the credential secret_key is a key, and no text"),
        (hmac(Hash::Sha256, list![credential("secret_key"), text("&")], list![]), "is a key, and no text"),
        (rsa(Padding::OaepSha256, list![credential("rsa")], list![text("a")]), "is not declared as an rsa-public-key"),
        (public("rsa", countersign_plan::PublicForm::Jwk), "is not declared as a key that has a public half"),
        (apply3(dir, list![credential("aes_key")], list![], list![]), "signs, and does nothing else"),
        (
            apply2(
                Function::DecryptJwe(JweAlgorithm::Dir, JweEncryption::A256Gcm),
                list![credential("aes_key")],
                list![],
            ),
            "signs",
        ),
    ] {
        let error = request.evaluate(0, std::slice::from_ref(&value), &inputs).unwrap_err();
        assert!(error.contains(says), "{value:?}: {error}");
    }
    // Nor does it make what is the same for a whole call.
    let operation = of_path(
        "/v1",
        vec![value("key", vec![tag(vec![])].into()).per_call(), header("X").filled(list![hex(list![made("key")])])],
    );
    let mut request = call.request(&operation, "").unwrap();
    let error = request.begin(&inputs).unwrap_err().to_string();
    assert!(error.starts_with("key: a signer makes no value"), "{error}");
}
