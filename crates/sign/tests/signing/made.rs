//! Values that are made once and used in several places, and signatures that are made anew each time.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_ASN1, ECDSA_P384_SHA384_FIXED,
    ECDSA_P521_SHA512_ASN1, ECDSA_P521_SHA512_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512,
    UnparsedPublicKey, VerificationAlgorithm,
};
use countersign_plan::{
    Alphabet, CipherMode, EcdsaForm, Function, Hash, JwsAlgorithm, List, Padding, Payload, Per, PublicForm,
    SignatureAlgorithm, UuidVersion,
};

use super::*;

fn one(value: Value) -> List<Value> {
    vec![value].into()
}

#[test]
fn a_value_is_the_same_wherever_it_is_read_and_another_for_each_attempt() {
    let operation = of_json(vec![
        value("nonce", one(random(Alphabet::Hex, 16))),
        value("input", list![sent_header("X-Nonce"), text("|"), sent_field("nonce"), text("|"), made("id")]),
        value("id", list![uuid(UuidVersion::V4, Per::Attempt)]).per_call(),
        header("X-Nonce").filled(list![made("nonce")]),
        header("X-Sign")
            .filled(vec![hex(one(hmac(Hash::Sha256, one(credential("secret_key")), one(made("input")))))].into()),
        header("X-Id").filled(list![made("id")]),
        header("X-Call").filled(list![uuid(UuidVersion::V7, Per::Call)]),
        field("/nonce").filled(list![made("nonce")]),
    ]);
    let call = call();
    let mut given = call.request(&operation, "").unwrap();
    let first = Moment::now();
    let kept = given.begin(&Inputs { moment: first, ..inputs() }).unwrap();
    assert_eq!(format!("{kept:?}"), "Kept { .. }");
    let attempt = |moment: Moment| {
        let mut request = call.request(&operation, "").unwrap().with(kept.clone());
        whole(request.fill(&Inputs { moment, ..inputs() }).unwrap());
        let nonce = header_of(&request, "X-Nonce");
        assert_eq!(request.body_text(), format!("{{\"nonce\":\"{nonce}\"}}"));
        let id = header_of(&request, "X-Id");
        let string = request.evaluate(4, &[made("input")], &inputs()).unwrap();
        assert_eq!(String::from_utf8_lossy(&string), format!("{nonce}|{nonce}|{id}"));
        (nonce, header_of(&request, "X-Sign"), id, header_of(&request, "X-Call"))
    };
    let later = first.now + std::time::Duration::from_secs(2);
    let (one, other) = (attempt(first), attempt(first.again(Moment { now: later, call_now: later, ..Moment::now() })));
    assert_ne!(one.0, other.0);
    assert_ne!(one.1, other.1);
    assert_eq!((&one.2, &one.3), (&other.2, &other.3));
    assert_eq!(one.2, first.uuid.to_string());
    // Without a beginning it is made for the attempt.
    let mut alone = call.request(&operation, "").unwrap();
    whole(alone.fill(&Inputs { moment: first.again(Moment::now()), ..inputs() }).unwrap());
    assert_ne!(header_of(&alone, "X-Id"), one.2);
    // A value is nothing that a caller could give.
    let error = self::call().value("nonce", "1").value("id", "2").request(&operation, "").map(drop).unwrap_err();
    assert!(error.to_string().contains("id: the operation has no such"), "{error}");
}

#[test]
fn uuids_of_version_seven_say_when_and_differ() {
    let of = |moment: Moment| {
        let operation = of_path("/v1", vec![filled(header("X-Id"), [uuid(UuidVersion::V7, Per::Attempt)])]);
        let call = call();
        let mut request = call.request(&operation, "").unwrap();
        whole(request.fill(&Inputs { moment, ..inputs() }).unwrap());
        header_of(&request, "X-Id")
    };
    let first = Moment::now();
    let again = Moment { now: first.now + std::time::Duration::from_millis(5), ..first.again(Moment::now()) };
    let (one, other) = (of(first), of(again));
    assert_eq!((one.len(), &one[14..15]), (36, "7"));
    assert!(one < other && one[24..] != other[24..], "{one} {other}");
}

/// A key of a session: made for the request, sent under the other side's key, used for the body on the wire.
#[test]
fn a_key_that_is_made_seals_the_body_and_is_sent_sealed() {
    let cipher = |function, of: List<Value>| apply3(function, one(made("key")), list![text("0123456789abcdef")], of);
    let operation = of_json(vec![
        value("key", one(random(Alphabet::Bytes, 16))),
        header("X-Key")
            .filled(vec![hex(one(rsa(Padding::OaepSha256, one(credential("pin_key")), one(made("key")))))].into()),
        header("Digest").filled(vec![hex(one(sha_256(one(request(countersign_plan::RequestPart::Body)))))].into()),
        field("/pin"),
        field("/at").filled(list![UNIX]),
        envelope(one(base64(one(cipher(Function::Encipher(CipherMode::Cbc), one(GIVEN)))))),
    ]);
    let operation = operation.sent_as("text/plain").arranged().unwrap();
    let call = call().value("pin", "1234");
    let request = signed(&operation, &call).unwrap();
    assert_eq!(header_of(&request, "Content-Type"), "text/plain");
    let opened = cipher(Function::Decipher(CipherMode::Cbc), one(from_base64(one(request_body()))));
    let opened = request.evaluate(2, &[opened], &inputs()).unwrap();
    assert_eq!(String::from_utf8_lossy(&opened), r#"{"pin":"1234","at":"1769862896"}"#);
    let digest = request.evaluate(2, &[hex(one(sha_256(one(request_body()))))], &inputs()).unwrap();
    assert_eq!(header_of(&request, "Digest").as_bytes(), &**digest);
    assert!(!request.body_text().contains("pin") && request.text(3).as_deref() == Some("1234"));
}

fn request_body() -> Value {
    request(countersign_plan::RequestPart::Body)
}

#[test]
fn an_envelope_holds_what_the_caller_gave_byte_for_byte() {
    let operation = of_json(vec![free(field("/a")), envelope(list![text("<"), GIVEN, text(">")])]);
    for given in [r#"{ "a" : 1.50, "own":[ ] }"#, "{}"] {
        let call = call().body(given);
        assert_eq!(signed(&operation, &call).unwrap().body_text(), format!("<{given}>"));
    }
    assert_eq!(body_of(&operation, &call().value("a", "é")), r#"<{"a":"é"}>"#);
    let form = of_form(vec![field("/a"), envelope(list![base64(list![GIVEN])])]);
    assert_eq!(body_of(&form, &call().value("a", "é")), "YT0lQzMlQTk=");
    let none = of_path("/v1", vec![envelope(list![GIVEN])]);
    let call = call();
    assert_eq!(signed(&none, &call).unwrap().body(), None);
    let error = self::call().value("", "x").request(&operation, "").map(drop).unwrap_err();
    assert!(error.to_string().contains("no such parameter or field"), "{error}");
}

#[test]
fn every_signature_is_verified_with_the_public_half() {
    const OTHER: &dyn VerificationAlgorithm = &ED25519;
    let verifier = |algorithm: SignatureAlgorithm, form| -> (&'static str, &'static dyn VerificationAlgorithm) {
        match (algorithm, form) {
            (SignatureAlgorithm::RsaPkcs1V15Sha256, _) => ("rsa", &RSA_PKCS1_2048_8192_SHA256),
            (SignatureAlgorithm::RsaPkcs1V15Sha384, _) => ("rsa", &RSA_PKCS1_2048_8192_SHA384),
            (SignatureAlgorithm::RsaPkcs1V15Sha512, _) => ("rsa", &RSA_PKCS1_2048_8192_SHA512),
            (SignatureAlgorithm::RsaPssSha256, _) => ("rsa", &RSA_PSS_2048_8192_SHA256),
            (SignatureAlgorithm::RsaPssSha384, _) => ("rsa", &RSA_PSS_2048_8192_SHA384),
            (SignatureAlgorithm::RsaPssSha512, _) => ("rsa", &RSA_PSS_2048_8192_SHA512),
            (SignatureAlgorithm::EcdsaP256Sha256, EcdsaForm::Jose) => ("p256", &ECDSA_P256_SHA256_FIXED),
            (SignatureAlgorithm::EcdsaP256Sha256, EcdsaForm::Der) => ("p256", &ECDSA_P256_SHA256_ASN1),
            (SignatureAlgorithm::EcdsaP384Sha384, EcdsaForm::Jose) => ("p384", &ECDSA_P384_SHA384_FIXED),
            (SignatureAlgorithm::EcdsaP384Sha384, EcdsaForm::Der) => ("p384", &ECDSA_P384_SHA384_ASN1),
            (SignatureAlgorithm::EcdsaP521Sha512, EcdsaForm::Jose) => ("p521", &ECDSA_P521_SHA512_FIXED),
            (SignatureAlgorithm::EcdsaP521Sha512, EcdsaForm::Der) => ("p521", &ECDSA_P521_SHA512_ASN1),
            (SignatureAlgorithm::Ed25519, _) => ("ed25519", OTHER),
        }
    };
    let operation = of_path("/v1", vec![header("X-Sign")]);
    let call = call();
    let request = call.request(&operation, "").unwrap();
    let evaluated = |value: Value| request.evaluate(0, &[value], &inputs()).unwrap().to_vec();
    let message = || vec![text("a message of "), session("token")];
    let bytes = b"a message of a token of our own";
    for &algorithm in SignatureAlgorithm::ALL {
        for &form in EcdsaForm::ALL {
            let (key, verifier) = verifier(algorithm, form);
            let public = evaluated(public(key, PublicForm::Der));
            let signing = || Function::Sign(algorithm, form).keyed(vec![credential(key)], message());
            let (one, other) = (evaluated(signing()), evaluated(signing()));
            let public = UnparsedPublicKey::new(verifier, public);
            public.verify(bytes, &one).unwrap();
            assert!(public.verify(b"another", &one).is_err());
            assert_eq!(one != other, algorithm.is_random(), "{algorithm:?}");
        }
    }
    for &algorithm in JwsAlgorithm::ALL {
        let Some(signature) = algorithm.signature() else { continue };
        let (key, verifier) = verifier(signature, EcdsaForm::Jose);
        let function = Function::Jws(algorithm, Payload::Bytes);
        let jws = evaluated(apply3(function, one(credential(key)), list![], message().into()));
        let jws = String::from_utf8(jws).unwrap();
        let (input, signature) = jws.rsplit_once('.').unwrap();
        let signature = countersign_plan::codec::decode(countersign_plan::Codec::Base64Url, signature.as_bytes());
        let public = UnparsedPublicKey::new(verifier, evaluated(public(key, PublicForm::Der)));
        public.verify(input.as_bytes(), &signature.unwrap().unwrap()).unwrap();
    }
}
