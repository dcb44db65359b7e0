//! The examples of the RFCs, texts of jwcrypto, and texts that are wrong in one place.

use countersign_plan::{JweAlgorithm, JweEncryption, JwsAlgorithm, Payload};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::crypto::NOT_DECRYPTED;
use crate::crypto::tests::{data, member, private, private_of_jwk, public_of_jwk};

fn examples(kind: &str) -> Vec<Value> {
    let all: Vec<Value> = serde_json::from_str(data!("rfc.json")).unwrap();
    let of_kind: Vec<_> = all.into_iter().filter(|example| example["kind"] == kind).collect();
    assert!(!of_kind.is_empty());
    of_kind
}

fn text<'a>(example: &'a Value, name: &str) -> &'a str {
    example[name].as_str().unwrap()
}

fn jws_algorithm(example: &Value) -> JwsAlgorithm {
    JwsAlgorithm::from_name(text(example, "algorithm")).unwrap()
}

fn jwe_algorithms(example: &Value) -> (JweAlgorithm, JweEncryption) {
    let algorithm = JweAlgorithm::from_name(text(example, "algorithm")).unwrap();
    (algorithm, JweEncryption::from_name(text(example, "encryption")).unwrap())
}

/// Both halves of the key of an example: of an RFC as JWK, of jwcrypto as a file's name or as a size.
enum Pair {
    Shared(Vec<u8>),
    Keys(Box<PrivateKey>, PublicKeys),
}

impl Pair {
    fn of(example: &Value) -> Self {
        let key = &example["key"];
        match key {
            Value::Number(size) => Self::Shared((0..size.as_u64().unwrap() as u8).collect()),
            Value::String(name) => {
                let key = private(name);
                let public = PublicKeys::from_text(&key.public().jwk()).unwrap();
                Self::Keys(Box::new(key), public)
            }
            _ if key["kty"] == "oct" => Self::Shared(member(key, "k")),
            _ => Self::Keys(Box::new(private_of_jwk(key)), public_of_jwk(key)),
        }
    }

    fn own(&self) -> Key<'_> {
        match self {
            Self::Shared(secret) => Key::Shared(secret),
            Self::Keys(private, _) => Key::Private(private),
        }
    }

    fn others(&self) -> Key<'_> {
        match self {
            Self::Shared(secret) => Key::Shared(secret),
            Self::Keys(_, public) => Key::Public(public, None),
        }
    }
}

fn of_jwcrypto(kind: &str) -> Vec<Value> {
    let all: Vec<Value> = serde_json::from_str(data!("jose.json")).unwrap();
    all.into_iter().filter(|example| example["kind"] == kind).collect()
}

fn counting() -> impl FnMut(&mut [u8]) {
    let mut next = 0_u8;
    move |bytes: &mut [u8]| {
        bytes.fill_with(|| {
            next = next.wrapping_add(1);
            next
        });
    }
}

fn as_text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn signed(
    header: &str,
    payload: &[u8],
    algorithm: JwsAlgorithm,
    key: Key<'_>,
    form: Payload,
) -> Result<Zeroizing<Vec<u8>>, String> {
    let input = jws::input(header, payload, algorithm, form)?;
    let signature = jws::sign(&input, algorithm, key)?;
    Ok(jws::compact(&input, &signature, form))
}

#[test]
fn signed_texts_of_the_standards_are_verified_and_made() {
    for example in examples("jws").iter().chain(&of_jwcrypto("jws")) {
        let (algorithm, pair, expected) = (jws_algorithm(example), Pair::of(example), text(example, "text"));
        let (header, payload) = (text(example, "header"), text(example, "payload"));
        let verified = jws::verify(expected, None, algorithm, pair.others(), true, &[]).unwrap();
        assert_eq!(
            (verified.header.as_str(), &**verified.payload),
            (header, payload.as_bytes()),
            "{}",
            example["source"]
        );

        let ours = signed(header, payload.as_bytes(), algorithm, pair.own(), Payload::Bytes).unwrap();
        let is_random = algorithm.name().starts_with("PS") || algorithm.name().starts_with("ES");
        assert_eq!(as_text(&ours) == expected, !is_random, "{}", example["source"]);
        jws::verify(as_text(&ours), None, algorithm, pair.others(), true, &[]).unwrap();

        let detached = signed(header, payload.as_bytes(), algorithm, pair.own(), Payload::Detached).unwrap();
        let parts: Vec<_> = expected.split('.').collect();
        if !is_random {
            assert_eq!(as_text(&detached), format!("{}..{}", parts[0], parts[2]));
        }
        let verify = |payload: &str| {
            jws::verify(as_text(&detached), Some(payload.as_bytes()), algorithm, pair.others(), true, &[])
        };
        assert_eq!(&**verify(payload).unwrap().payload, payload.as_bytes());
        assert_eq!(verify("another").unwrap_err(), "its signature is not of this key");
        assert!(jws::verify(as_text(&detached), None, algorithm, pair.others(), true, &[]).is_err());
        assert!(jws::verify(expected, Some(payload.as_bytes()), algorithm, pair.others(), true, &[]).is_err());
    }
}

#[test]
fn a_payload_that_is_not_encoded_is_signed_as_it_is() {
    let example = &examples("jws-unencoded")[0];
    let (algorithm, pair, expected) = (jws_algorithm(example), Pair::of(example), text(example, "text"));
    let (header, payload) = (text(example, "header"), text(example, "payload").as_bytes());
    let ours = signed(header, payload, algorithm, pair.own(), Payload::DetachedUnencoded).unwrap();
    assert_eq!(as_text(&ours), expected);
    jws::verify(expected, Some(payload), algorithm, pair.others(), false, &[]).unwrap();
    // The document says that it is encoded.
    let error = jws::verify(expected, Some(payload), algorithm, pair.others(), true, &[]).unwrap_err();
    assert!(error.contains("b64"), "{error}");

    for header in
        [r#"{"alg":"HS256"}"#, r#"{"alg":"HS256","b64":false}"#, r#"{"alg":"HS256","b64":"false","crit":["b64"]}"#]
    {
        assert!(
            signed(header, payload, algorithm, pair.own(), Payload::DetachedUnencoded).unwrap_err().contains("b64")
        );
    }
}

#[test]
fn a_header_decides_nothing() {
    let secret = Key::Shared(b"secret");
    let text = |header: &str| {
        let input = format!("{}.{}", *encode(header.as_bytes()), *encode(b"payload"));
        let tag = aws_lc_rs::hmac::sign(
            &aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, b"secret"),
            input.as_bytes(),
        );
        format!("{input}.{}", *encode(tag.as_ref()))
    };
    let verify = |header: &str, understood: &[&str]| {
        jws::verify(&text(header), None, JwsAlgorithm::Hs256, secret, true, understood).map(|verified| verified.header)
    };
    let good = r#"{"alg":"HS256","crit":["iat"],"iat":1}"#;
    assert_eq!(verify(good, &["iat"]).unwrap(), good);
    assert_eq!(
        verify(r#"{"alg":"HS256","b64":true,"crit":["b64"]}"#, &[]),
        Ok(r#"{"alg":"HS256","b64":true,"crit":["b64"]}"#.into())
    );
    for (header, understood, reason) in [
        (good, &[][..], "crit"),
        (r#"{"alg":"HS256","crit":["iat"]}"#, &["iat"], "crit"),
        (r#"{"alg":"HS256","crit":[]}"#, &[], "crit"),
        (r#"{"alg":"HS256","crit":"iat","iat":1}"#, &["iat"], "crit"),
        (r#"{"alg":"HS256","crit":[1]}"#, &[], "crit"),
        (r#"{"alg":"HS512"}"#, &[], "`alg` in its header is not HS256"),
        (r#"{"alg":"none"}"#, &[], "`alg`"),
        (r#"{"alg":["HS256"]}"#, &[], "`alg`"),
        (r#"{"alg":"HS256","b64":false,"crit":["b64"]}"#, &[], "b64"),
        (r#"{}"#, &[], "`alg`"),
        (r#"["alg"]"#, &[], "not a JSON object"),
        ("{", &[], "not a JSON object"),
    ] {
        let error = verify(header, understood).unwrap_err();
        assert!(error.contains(reason), "{header}: {error}");
    }
    // RFC 7515, A.5, and a public key as the secret of an HMAC.
    let none = format!("{}.{}.", *encode(br#"{"alg":"none"}"#), *encode(b"payload"));
    let keys = PublicKeys::from_text(data!("keys/rsa.public.pem")).unwrap();
    for text in [none.as_str(), &text(r#"{"alg":"HS256"}"#), &text(r#"{"alg":"RS256"}"#)] {
        jws::verify(text, None, JwsAlgorithm::Rs256, Key::Public(&keys, None), true, &[]).unwrap_err();
    }
    let good = text(r#"{"alg":"HS256"}"#);
    for text in ["", "..", "a.b", &good[1..], &format!("{good}."), &format!("{good}="), &format!("{good}\n")] {
        jws::verify(text, None, JwsAlgorithm::Hs256, secret, true, &[]).unwrap_err();
    }
}

#[test]
fn a_key_that_does_not_suit_is_said() {
    let (rsa, secret) = (private("rsa"), Key::Shared(b"secret"));
    let public = PublicKeys::from_text(&rsa.public().jwk()).unwrap();
    let sign = |algorithm: JwsAlgorithm, key| {
        signed(&json!({"alg": algorithm.name()}).to_string(), b"", algorithm, key, Payload::Bytes).unwrap_err()
    };
    assert_eq!(sign(JwsAlgorithm::Rs256, secret), "RS256 needs a private key here, and the key is a shared secret");
    assert_eq!(
        sign(JwsAlgorithm::Hs256, Key::Public(&public, None)),
        "HS256 needs a shared secret here, and the key is a public key"
    );
    assert!(sign(JwsAlgorithm::Es256, Key::Private(&rsa)).contains("it is an RSA key"));

    let encrypt = |algorithm: JweAlgorithm, key| {
        let header = json!({"alg": algorithm.name(), "enc": "A128GCM"}).to_string();
        jwe::encrypt(&header, b"", algorithm, JweEncryption::A128Gcm, key, &mut counting()).unwrap_err()
    };
    assert_eq!(
        encrypt(JweAlgorithm::A256Kw, Key::Shared(&[0; 16])),
        "A256KW needs a key of 32 bytes here, and this one has 16"
    );
    assert_eq!(
        encrypt(JweAlgorithm::Dir, Key::Shared(&[0; 32])),
        "dir needs a key of 16 bytes here, and this one has 32"
    );
    assert!(encrypt(JweAlgorithm::RsaOaep, Key::Private(&rsa)).contains("a public key here"));
    assert!(encrypt(JweAlgorithm::EcdhEs, Key::Public(&public, None)).contains("it is an RSA key"));
    assert!(encrypt(JweAlgorithm::EcdhEs, secret).contains("a public key here"));
    let ed25519 = private("ed25519");
    for example in of_jwcrypto("jwe") {
        let (algorithm, encryption) = jwe_algorithms(&example);
        let decrypt = |key| jwe::decrypt(text(&example, "text"), algorithm, encryption, key).unwrap_err();
        assert_ne!(decrypt(Key::Public(&public, None)), NOT_DECRYPTED);
        assert_ne!(decrypt(Key::Private(&ed25519)), NOT_DECRYPTED);
        assert_ne!(decrypt(secret), NOT_DECRYPTED);
    }
}

#[test]
fn encrypted_texts_of_the_standards_are_opened_and_ours_too() {
    for example in examples("jwe").iter().chain(&of_jwcrypto("jwe")) {
        let ((algorithm, encryption), pair) = (jwe_algorithms(example), Pair::of(example));
        let payload = text(example, "payload").as_bytes();
        let opened = jwe::decrypt(text(example, "text"), algorithm, encryption, pair.own());
        assert_eq!(opened.as_deref().map(Vec::as_slice), Ok(payload), "{example}");

        let header = json!({"alg": algorithm.name(), "enc": encryption.name(), "apu": "dXM"}).to_string();
        let ours = jwe::encrypt(&header, payload, algorithm, encryption, pair.others(), &mut counting()).unwrap();
        let decrypt = |text: &str| jwe::decrypt(text, algorithm, encryption, pair.own());
        assert_eq!(decrypt(&ours).as_deref().map(Vec::as_slice), Ok(payload));

        // Each part is protected. The last bits of a part may be none of its bytes, so that the first are flipped.
        for part in 0..5 {
            let mut parts: Vec<_> = ours.split('.').map(|part| decode(part).unwrap()).collect();
            match parts[part].first_mut() {
                Some(byte) => *byte ^= 1,
                None => parts[part].push(0),
            }
            let changed = parts.iter().map(|part| encode(part).to_string()).collect::<Vec<_>>().join(".");
            assert_eq!(decrypt(&changed).unwrap_err(), NOT_DECRYPTED);
        }
        for wrong in ["", "....", &ours[1..], &format!("{ours}."), &ours[..ours.len() - 4]] {
            assert_eq!(decrypt(wrong).unwrap_err(), NOT_DECRYPTED);
        }
    }
    let example = &examples("jwe-refused")[0];
    let (algorithm, encryption) = jwe_algorithms(example);
    let opened = jwe::decrypt(text(example, "text"), algorithm, encryption, Pair::of(example).own());
    assert_eq!(opened.unwrap_err(), NOT_DECRYPTED);
}

#[test]
fn what_two_parties_derive_is_that_of_the_standard() {
    let example = &examples("agreement")[0];
    let header = header(text(example, "header"), &[]).unwrap();
    let expected = member(example, "derived");
    let (own, ephemeral) = (private_of_jwk(&example["key"]), private_of_jwk(&example["ephemeral"]));
    for (one, other) in [(&own, &ephemeral), (&ephemeral, &own)] {
        let secret = one.agree(other.public()).unwrap().unwrap();
        let derived = jwe::derive(&secret, &header, JweAlgorithm::EcdhEs, JweEncryption::A128Gcm).unwrap();
        assert_eq!(*derived, expected);
    }
    // The same random number is the same ephemeral key.
    let d = member(&example["ephemeral"], "d");
    let mut random = |bytes: &mut [u8]| bytes.copy_from_slice(&d[..bytes.len()]);
    let keys = public_of_jwk(&example["key"]);
    let ours = jwe::encrypt(
        text(example, "header"),
        b"",
        JweAlgorithm::EcdhEs,
        JweEncryption::A128Gcm,
        Key::Public(&keys, None),
        &mut random,
    );
    let ours = decode(ours.unwrap().split('.').next().unwrap()).unwrap();
    let expected = text(example, "header").replace('}', &format!(r#","epk":{}}}"#, ephemeral.public().jwk()));
    assert_eq!(as_text(&ours), expected);
}

#[test]
fn a_header_says_what_is_done() {
    for (header, reason) in [
        (r#"{"alg":"dir","enc":"A256GCM"}"#, "`enc` in its header is not A128GCM"),
        (r#"{"alg":"A128KW","enc":"A128GCM"}"#, "`alg` in its header is not dir"),
        (r#"{"alg":"dir","enc":"A128GCM","zip":"DEF"}"#, "zip"),
        (r#"{"alg":"dir","enc":"A128GCM","epk":{}}"#, "epk"),
        ("1", "not a JSON object"),
    ] {
        let key = Key::Shared(&[0; 16]);
        let error = jwe::encrypt(header, b"", JweAlgorithm::Dir, JweEncryption::A128Gcm, key, &mut counting());
        assert!(error.unwrap_err().contains(reason), "{header}");
    }
    let keys = PublicKeys::from_text(data!("keys/p256.public.pem")).unwrap();
    let header = r#"{"alg":"ECDH-ES","enc":"A128GCM","apu":"="}"#;
    let key = Key::Public(&keys, None);
    let error = jwe::encrypt(header, b"", JweAlgorithm::EcdhEs, JweEncryption::A128Gcm, key, &mut counting());
    assert!(error.unwrap_err().contains("`apu`"));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in r#"([A-Za-z0-9_-]{0,8}|\.|eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0|eyJhbGciOiJIUzI1NiJ9|é){0,12}"#) {
        prop_assert!(jws::verify(&text, None, JwsAlgorithm::Hs256, Key::Shared(b"secret"), true, &[]).is_err());
        let opened = jwe::decrypt(&text, JweAlgorithm::Dir, JweEncryption::A128Gcm, Key::Shared(&[0; 16]));
        prop_assert_eq!(opened.unwrap_err(), NOT_DECRYPTED);
    }

    #[test]
    fn no_header_makes_it_panic(
        algorithm in prop::sample::select(JweAlgorithm::ALL),
        more in r#"(,"(epk|apu|apv|crit|zip)":("[A-Za-z0-9_=-]{0,9}"|null|\[\]|\{"kty":"(EC|RSA|OKP)","crv":"P-256","x":"[A-Za-z0-9_-]{0,43}","y":"[A-Za-z0-9_-]{43}"\}|[0-9]))*"#,
        parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 4),
    ) {
        let header = format!(r#"{{"alg":"{}","enc":"A128CBC-HS256"{more}}}"#, algorithm.name());
        let text = parts.iter().fold(encode(header.as_bytes()).to_string(), |text, part| text + "." + &encode(part));
        let p256 = private("p256");
        let key = match algorithm.name() {
            "dir" | "A256KW" => Key::Shared(&[0; 32]),
            "A128KW" => Key::Shared(&[0; 16]),
            name if name.starts_with("ECDH") => Key::Private(&p256),
            _ => return Ok(()),
        };
        prop_assert_eq!(jwe::decrypt(&text, algorithm, JweEncryption::A128CbcHs256, key).unwrap_err(), NOT_DECRYPTED);
    }

    #[test]
    fn what_is_signed_is_verified(payload in prop::collection::vec(any::<u8>(), 0..80), detached: bool, at: prop::sample::Index) {
        let (header, key) = (r#"{"alg":"HS256"}"#, Key::Shared(b"secret"));
        let form = if detached { Payload::Detached } else { Payload::Bytes };
        let text = signed(header, &payload, JwsAlgorithm::Hs256, key, form).unwrap();
        let verify = |text: &[u8]| {
            let text = std::str::from_utf8(text).map_err(|error| error.to_string())?;
            jws::verify(text, detached.then_some(&payload), JwsAlgorithm::Hs256, key, true, &[])
        };
        prop_assert_eq!(&*verify(&text).unwrap().payload, &payload);
        let mut changed = text.to_vec();
        let at = at.index(changed.len());
        changed[at] ^= 1;
        prop_assert!(verify(&changed).is_err());
    }
}
