//! Keys in every form, signatures and ciphertexts of OpenSSL, and what is no key.

use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeyPairComponents, PublicKeyComponents};
use aws_lc_rs::signature::{EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use countersign_plan::{EcdsaForm, Hash, SignatureAlgorithm};
use proptest::prelude::*;
use serde_json::Value;

use super::curve::Curve;
use super::*;
use crate::sink::Sink;

/// A file of `tests/data`.
macro_rules! data {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/", $name))
    };
}
pub(super) use data;

/// A file of `tests/data` whose name is made at run time.
pub(super) fn read(name: &str) -> String {
    let path = format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

pub(super) fn private(name: &str) -> PrivateKey {
    PrivateKey::from_pem(&read(&format!("keys/{name}.pem"))).unwrap()
}

pub(super) fn public(name: &str) -> PublicKeys {
    PublicKeys::from_text(&read(&format!("keys/{name}.pem"))).unwrap()
}

fn base64(text: &str) -> Vec<u8> {
    STANDARD.decode(text.split_whitespace().collect::<String>()).unwrap()
}

/// The bytes of a JWK's member.
pub(super) fn member(jwk: &Value, name: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap()
}

/// The private key of a JWK, as an RFC prints one: as PEM text, and read.
pub(super) fn private_of_jwk(jwk: &Value) -> PrivateKey {
    let bytes = |name| member(jwk, name);
    let pkcs8 = match jwk["kty"].as_str().unwrap() {
        "RSA" => {
            let key = RsaKeyPair::from_components(&KeyPairComponents {
                public_key: PublicKeyComponents { n: bytes("n"), e: bytes("e") },
                d: bytes("d"),
                p: bytes("p"),
                q: bytes("q"),
                dP: bytes("dp"),
                dQ: bytes("dq"),
                qInv: bytes("qi"),
            });
            let pkcs8: aws_lc_rs::encoding::Pkcs8V1Der<'_> = aws_lc_rs::encoding::AsDer::as_der(&key.unwrap()).unwrap();
            pkcs8.as_ref().to_vec()
        }
        "EC" => {
            let curve = Curve::ALL.into_iter().find(|curve| curve.name() == jwk["crv"]).unwrap();
            let point = [&[4], &*bytes("x"), &*bytes("y")].concat();
            let key =
                EcdsaKeyPair::from_private_key_and_public_key(curve.signing(EcdsaForm::Jose), &bytes("d"), &point);
            key.unwrap().to_pkcs8v1().unwrap().as_ref().to_vec()
        }
        _ => {
            let key = Ed25519KeyPair::from_seed_and_public_key(&bytes("d"), &bytes("x")).unwrap();
            assert_eq!(key.public_key().as_ref(), bytes("x"));
            key.to_pkcs8v1().unwrap().as_ref().to_vec()
        }
    };
    PrivateKey::from_pem(&::pem::encode(&::pem::Pem::new("PRIVATE KEY", pkcs8))).unwrap()
}

/// The public half of a JWK, without its private members.
pub(super) fn public_of_jwk(jwk: &Value) -> PublicKeys {
    let mut jwk = jwk.clone();
    jwk.as_object_mut().unwrap().retain(|name, _| !["d", "p", "q", "dp", "dq", "qi"].contains(&name.as_str()));
    PublicKeys::from_text(&jwk.to_string()).unwrap()
}

const MESSAGE: &str = data!("openssl/message");

/// Which key makes the signatures of an algorithm.
fn key_of(algorithm: SignatureAlgorithm) -> &'static str {
    match algorithm.name().split('-').collect::<Vec<_>>()[..] {
        ["rsa", ..] => "rsa",
        ["ecdsa", "p256", ..] => "p256",
        ["ecdsa", "p384", ..] => "p384",
        ["ecdsa", ..] => "p521",
        _ => "ed25519",
    }
}

#[test]
fn signatures_of_openssl_are_verified_by_every_form_of_the_key() {
    for &algorithm in SignatureAlgorithm::ALL {
        let signature = base64(&read(&format!("openssl/{}.signature", algorithm.name())));
        let key = key_of(algorithm);
        let own = private(key);
        let jwk = own.public().jwk();
        let pkcs1 = (key == "rsa").then(|| public("rsa-pkcs1.public"));
        for keys in [
            public(&format!("{key}.public")),
            public(&format!("{key}.certificate")),
            PublicKeys::from_text(&jwk).unwrap(),
        ]
        .into_iter()
        .chain(pkcs1)
        {
            // OpenSSL writes ECDSA in DER.
            assert!(
                keys.verify(None, algorithm, EcdsaForm::Der, MESSAGE.as_bytes(), &signature),
                "{}",
                algorithm.name()
            );
            assert!(!keys.verify(None, algorithm, EcdsaForm::Der, b"Another message.", &signature));
            if key.starts_with('p') {
                assert!(!keys.verify(None, algorithm, EcdsaForm::Jose, MESSAGE.as_bytes(), &signature));
            }
        }
        for other in ["rsa", "p256", "p384", "p521", "ed25519"].into_iter().filter(|other| *other != key) {
            let keys = public(&format!("{other}.public"));
            assert!(!keys.verify(None, algorithm, EcdsaForm::Der, MESSAGE.as_bytes(), &signature));
        }
    }
}

/// RSASSA-PKCS1-v1_5 and Ed25519 always give the same signature.
#[test]
fn signatures_that_are_not_random_are_those_of_openssl() {
    for &algorithm in SignatureAlgorithm::ALL {
        let is_fixed = algorithm.name().starts_with("rsa-pkcs1") || algorithm == SignatureAlgorithm::Ed25519;
        let ours = private(key_of(algorithm)).sign(algorithm, EcdsaForm::Jose, MESSAGE.as_bytes()).unwrap();
        let theirs = base64(&read(&format!("openssl/{}.signature", algorithm.name())));
        assert_eq!(ours == theirs, is_fixed, "{}", algorithm.name());
    }
}

#[test]
fn what_is_signed_is_verified_and_one_flipped_bit_is_refused() {
    for &algorithm in SignatureAlgorithm::ALL {
        for &form in EcdsaForm::ALL {
            let key = private(key_of(algorithm));
            let keys = PublicKeys::from_text(&key.public().jwk()).unwrap();
            let mut signature = key.sign(algorithm, form, MESSAGE.as_bytes()).unwrap();
            assert!(keys.verify(None, algorithm, form, MESSAGE.as_bytes(), &signature));
            let middle = signature.len() / 2;
            signature[middle] ^= 1;
            assert!(!keys.verify(None, algorithm, form, MESSAGE.as_bytes(), &signature), "{}", algorithm.name());
            assert!(!keys.verify(None, algorithm, form, MESSAGE.as_bytes(), &[]));
        }
    }
}

#[test]
fn a_key_in_another_form_is_the_same_key() {
    for (one, other) in [("rsa", "rsa-pkcs1"), ("p256", "p256-sec1")] {
        assert_eq!(private(one).public().spki(), private(other).public().spki());
    }
    // Parameters of the curve come first.
    assert_eq!(private("p384-parameters").public().key_type(), scheme::KeyType::Ec(Curve::P384));
    for name in ["rsa", "rsa-pss", "p256", "p384", "p521", "ed25519"] {
        let own = private(name);
        for other in ["public", "certificate"] {
            assert_eq!(
                own.public().spki(),
                public(&format!("{name}.{other}")).recipient(None).unwrap().spki(),
                "{name}"
            );
        }
    }
}

/// A key that is for RSASSA-PSS alone, which other libraries do not read.
#[test]
fn a_key_for_pss_signs_and_verifies_as_any_rsa_key() {
    let key = private("rsa-pss");
    for (algorithm, bits) in [
        (SignatureAlgorithm::RsaPssSha256, 256),
        (SignatureAlgorithm::RsaPssSha384, 384),
        (SignatureAlgorithm::RsaPssSha512, 512),
    ] {
        let theirs = base64(&read(&format!("openssl/rsa-pss-only-sha-{bits}.signature")));
        let ours = key.sign(algorithm, EcdsaForm::Jose, MESSAGE.as_bytes()).unwrap();
        for name in ["rsa-pss.public", "rsa-pss.certificate"] {
            for signature in [&theirs, &ours] {
                assert!(public(name).verify(None, algorithm, EcdsaForm::Jose, MESSAGE.as_bytes(), signature));
            }
        }
    }
}

#[test]
fn ciphertexts_of_openssl_are_opened() {
    let key = private("rsa");
    for (padding, name) in [
        (RsaPadding::Pkcs1V15, "rsa-pkcs1-v1-5"),
        (RsaPadding::OaepSha1, "rsa-oaep-sha-1"),
        (RsaPadding::OaepSha256, "rsa-oaep-sha-256"),
    ] {
        let mut ciphertext = base64(&read(&format!("openssl/{name}.ciphertext")));
        assert_eq!(*key.decrypt(padding, &ciphertext).unwrap(), MESSAGE.as_bytes());
        let ours = key.public().encrypt(padding, b"1234").unwrap();
        assert_eq!(*key.decrypt(padding, &ours).unwrap(), b"1234");
        ciphertext[100] ^= 1;
        for wrong in [&ciphertext[..], &ciphertext[1..], b""] {
            assert_eq!(key.decrypt(padding, wrong).unwrap_err(), NOT_DECRYPTED);
        }
    }
    let error = private("p256").decrypt(RsaPadding::Pkcs1V15, b"").unwrap_err();
    assert!(error.contains("it is a P-256 key"), "{error}");
}

#[test]
fn an_algorithm_that_does_not_suit_is_refused_with_the_key_that_would() {
    for &algorithm in SignatureAlgorithm::ALL {
        for name in ["rsa", "p256", "p384", "p521", "ed25519"].into_iter().filter(|name| *name != key_of(algorithm)) {
            let error = private(name).sign(algorithm, EcdsaForm::Jose, b"").unwrap_err();
            assert!(error.contains(algorithm.name()) && error.contains("give such a key"), "{error}");
        }
    }
    let error = private("ed25519").sign(SignatureAlgorithm::EcdsaP521Sha512, EcdsaForm::Jose, b"").unwrap_err();
    assert_eq!(error, "it is an Ed25519 key, and ecdsa-p521-sha-512 needs a P-521 key: give such a key");
}

#[test]
fn what_is_no_private_key_is_refused_with_what_it_is() {
    let openssh = data!("keys/p256.pem").replace("PRIVATE KEY", "OPENSSH PRIVATE KEY");
    let damaged = data!("keys/rsa.pem").replacen("MII", "AAA", 1);
    for (pem, reason) in [
        ("", "not PEM"),
        ("-----BEGIN PRIVATE KEY-----", "not PEM"),
        (&data!("keys/rsa.pem").replace('\n', "\\n"), "not PEM"),
        (data!("keys/rsa.public.pem"), "not a private key"),
        (data!("keys/rsa.certificate.pem"), "not a private key"),
        (data!("keys/rsa-encrypted.pem"), "encrypted"),
        (data!("keys/pkcs1-encrypted.pem"), "encrypted"),
        (data!("keys/rsa-1024.pem"), "2048"),
        (data!("keys/secp256k1.pem"), "P-521"),
        (openssh.as_str(), "format of its own"),
        (damaged.as_str(), "known"),
    ] {
        let error = PrivateKey::from_pem(pem).unwrap_err();
        assert!(error.contains(reason), "{error:?} should say {reason:?}");
        assert!(!error.contains("MII"), "{error:?} holds a part of the key");
    }
    assert_eq!(format!("{:?}", private("p521")), "PrivateKey(a P-521 key)");
    assert_eq!(format!("{:?}", public("rsa.public")), "PublicKeys([PublicKey(an RSA key)])");
}

#[test]
fn what_is_no_public_key_is_refused_with_what_it_is() {
    let private_jwk = r#"{"kty":"OKP","crv":"Ed25519","x":"","d":""}"#;
    let private_set = format!(r#"{{"keys":[{private_jwk}]}}"#);
    let both = [data!("keys/rsa.public.pem"), data!("keys/p256.pem")].concat();
    for (text, reason) in [
        ("", "neither PEM text nor a JWK"),
        ("{", "neither a JWK nor a JWKS: it ends too early"),
        (r#"{"keys":[]}"#, "no key that is known"),
        (r#"{"keys":[{"kty":"oct","k":"AAAA"},{}]}"#, "no key that is known"),
        (r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#, "no key that is known"),
        (r#"{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"}"#, "no key that is known"),
        (private_jwk, "private key"),
        (private_set.as_str(), "private key"),
        (data!("keys/rsa.pem"), "private key"),
        (both.as_str(), "private key"),
        (data!("keys/secp256k1.public.pem"), "no key that is known"),
        (data!("keys/secp256k1.certificate.pem"), "certificate has no key that is known"),
        ("-----BEGIN RSA PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----", "not an RSA key"),
        ("-----BEGIN DH PARAMETERS-----\nAAAA\n-----END DH PARAMETERS-----", "none of"),
    ] {
        let error = PublicKeys::from_text(text).unwrap_err();
        assert!(error.contains(reason), "{error:?} should say {reason:?}");
    }
}

#[test]
fn a_client_shows_a_certificate_and_has_its_key() {
    let [certificate, key] = [data!("keys/p256.certificate.pem"), data!("keys/p256.pem")];
    PublicKeys::from_identity(&[certificate, key].concat()).unwrap();
    for one in [certificate, key, ""] {
        let error = PublicKeys::from_identity(one).unwrap_err();
        assert!(error.contains("the client's certificate and its private key"), "{error}");
    }
}

#[test]
fn a_key_that_is_no_point_of_its_curve_is_refused() {
    for (name, curve) in [("p256", "P-256"), ("p384", "P-384"), ("p521", "P-521")] {
        let jwk: Value = serde_json::from_str(&private(name).public().jwk()).unwrap();
        let (x, mut y) = (member(&jwk, "x"), member(&jwk, "y"));
        let with = |y: &[u8]| {
            let (x, y) = (URL_SAFE_NO_PAD.encode(&x), URL_SAFE_NO_PAD.encode(y));
            PublicKeys::from_text(&format!(r#"{{"kty":"EC","crv":"{curve}","x":"{x}","y":"{y}"}}"#))
        };
        with(&y).unwrap();
        assert_eq!(with(&y[1..]).unwrap_err(), UNKNOWN_KEY);
        *y.last_mut().unwrap() ^= 1;
        assert_eq!(with(&y).unwrap_err(), UNKNOWN_KEY);
    }
}

#[test]
fn several_keys_are_told_apart_by_their_id_and_purpose() {
    let algorithm = SignatureAlgorithm::Ed25519;
    let (ed25519, rsa) = (private("ed25519"), private("rsa"));
    let with = |key: &PrivateKey, more: &str| format!("{},{more}}}", key.public().jwk().strip_suffix('}').unwrap());
    let set = format!(
        r#"{{"keys":[{},{},{},{{"kty":"oct","k":"AAAA"}}]}}"#,
        with(&ed25519, r#""kid":"one","use":"sig""#),
        with(&rsa, r#""kid":"two","use":"enc""#),
        with(&private("p256"), r#""kid":"three""#),
    );
    let keys = PublicKeys::from_text(&set).unwrap();
    let signature = ed25519.sign(algorithm, EcdsaForm::Jose, b"message").unwrap();
    let verify = |keys: &PublicKeys, id| keys.verify(id, algorithm, EcdsaForm::Jose, b"message", &signature);
    assert!(verify(&keys, None) && verify(&keys, Some("one")));
    assert!(!verify(&keys, Some("three")) && !verify(&keys, Some("four")));
    assert_eq!(keys.recipient(Some("two")).unwrap().spki(), rsa.public().spki());
    assert!(keys.recipient(None).unwrap_err().contains("several"));
    assert!(keys.recipient(Some("one")).unwrap_err().contains("none"));

    // For encryption alone: it verifies nothing.
    let keys = PublicKeys::from_text(&with(&ed25519, r#""use":"enc""#)).unwrap();
    assert!(!verify(&keys, None));

    // PEM text has no ids, so that whichever is asked for may be any of them.
    let keys = [data!("keys/p256.public.pem"), data!("keys/ed25519.certificate.pem")].concat();
    assert!(verify(&PublicKeys::from_text(&keys).unwrap(), Some("four")));
}

#[test]
fn thumbprints_are_those_of_the_standards_and_of_openssl() {
    let examples: Vec<Value> = serde_json::from_str(data!("rfc.json")).unwrap();
    let mut seen = 0;
    for example in examples.iter().filter(|example| example["kind"] == "thumbprint") {
        let keys = PublicKeys::from_text(&example["key"].to_string()).unwrap();
        let thumbprint = keys.recipient(None).unwrap().thumbprint();
        assert_eq!(thumbprint, member(example, "thumbprint"), "{}", example["source"]);
        seen += 1;
    }
    assert_eq!(seen, 2);
    for name in ["rsa", "p256", "ed25519"] {
        let keys = public(&format!("{name}.certificate"));
        let expected = read(&format!("openssl/{name}.certificate.sha256"));
        let key = keys.recipient(None).unwrap();
        assert_eq!(hex::encode(key.certificate_sha256().unwrap()), expected.trim());
        assert_eq!(
            key.certificate().unwrap(),
            ::pem::parse(read(&format!("keys/{name}.certificate.pem"))).unwrap().contents()
        );
    }
    assert_eq!(private("rsa").public().certificate_sha256(), None);
}

#[test]
fn two_keys_agree_on_one_secret() {
    for name in ["p256", "p384", "p521"] {
        let ours = private(name);
        // The bytes of P-521 are at first too large for its curve.
        let mut next = 255;
        let mut random = |bytes: &mut [u8]| {
            bytes.fill(next);
            next -= 1;
        };
        let (ephemeral, secret) = private::agree_ephemeral(ours.public(), &mut random).unwrap();
        assert_eq!(ours.agree(&ephemeral).unwrap().unwrap(), secret);
        let other = private(if name == "p256" { "p384" } else { "p256" });
        assert_eq!(other.agree(&ephemeral).unwrap(), None);
        assert!(private("rsa").agree(&ephemeral).unwrap_err().contains("elliptic curve"));
        assert!(private::agree_ephemeral(ours.public(), &mut |bytes| bytes.fill(0)).unwrap_err().contains("random"));
    }
    let mut random = |bytes: &mut [u8]| bytes.fill(7);
    assert!(private::agree_ephemeral(private("rsa").public(), &mut random).unwrap_err().contains("elliptic curve"));
}

proptest! {
    /// Bytes in the place of a key, whole or changed in one place: refused or read, and no panic.
    #[test]
    fn no_bytes_make_a_parser_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        name in prop::sample::select(vec!["rsa", "rsa-pkcs1", "rsa-pss", "p256", "p256-sec1", "p521", "ed25519"]),
        at: prop::sample::Index,
        to: u8,
    ) {
        let changed = |name: &str| {
            let block = ::pem::parse(read(&format!("keys/{name}.pem"))).unwrap();
            let mut der = block.contents().to_vec();
            let at = at.index(der.len());
            der[at] = to;
            ::pem::encode(&::pem::Pem::new(block.tag(), der))
        };
        let _ = PrivateKey::from_pem(&changed(name));
        for name in ["rsa.certificate", "p256.certificate", "rsa.public", "rsa-pss.public", "p521.public", "ed25519.public"] {
            let _ = PublicKeys::from_text(&changed(name)).and_then(|keys| keys.recipient(None).map(PublicKey::jwk));
        }
        for label in ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"] {
            prop_assert!(PrivateKey::from_pem(&::pem::encode(&::pem::Pem::new(label, &*bytes))).is_err());
        }
        for label in ["PUBLIC KEY", "RSA PUBLIC KEY", "CERTIFICATE"] {
            prop_assert!(PublicKeys::from_text(&::pem::encode(&::pem::Pem::new(label, &*bytes))).is_err());
        }
    }

    #[test]
    fn no_text_makes_a_parser_panic(text in r#"(-----BEGIN |-----|END |[A-Z ]{0,3}KEY|[a-zA-Z0-9+/=:\n]{0,9}|[{}":,é]|"kty"|"EC"|"crv"|"P-256"|"keys"){0,12}"#) {
        prop_assert!(PrivateKey::from_pem(&text).is_err());
        prop_assert!(PublicKeys::from_text(&text).is_err());
    }
}

/// RFC 4231, cases 1, 2, 3, 6: the key, the message, the tags of HMAC with SHA-256, SHA-384 and SHA-512.
#[test]
fn hmac_is_that_of_the_standard() {
    let cases: [(&[u8], &[u8], [&str; 3]); 4] = [
        (
            &[0x0b; 20],
            b"Hi There",
            [
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
                "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6",
                "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854",
            ],
        ),
        (
            b"Jefe",
            b"what do ya want for nothing?",
            [
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
                "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
                "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
            ],
        ),
        (
            &[0xaa; 20],
            &[0xdd; 50],
            [
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
                "88062608d3e6ad8a0aa2ace014c8a86f0aa635d947ac9febe83ef4e55966144b2a5ab39dc13814b94e3ab6e101a34f27",
                "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb",
            ],
        ),
        (
            &[0xaa; 131],
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            [
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
                "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe8296248df163f44952",
                "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598",
            ],
        ),
    ];
    for (key, message, tags) in cases {
        for (hash, tag) in [Hash::Sha256, Hash::Sha384, Hash::Sha512].into_iter().zip(tags) {
            let mut sink = Sink::hmac(hash, key).unwrap();
            sink.extend(message);
            assert_eq!(hex::encode(&*sink.finish()), tag);
        }
    }
}
