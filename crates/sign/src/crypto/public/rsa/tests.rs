//! Which PEM texts are keys, and that a ciphertext opens with the private half.

use super::*;

#[path = "../../../../../../tests/src/key_pair.rs"]
mod key_pair;

use key_pair::KeyPair;

macro_rules! public_key {
    ($name:literal) => {
        include_str!(concat!("../../../../vectors/public-keys/", $name, ".pem"))
    };
}

#[test]
fn both_encodings_of_a_public_key_are_read() {
    for pem in [public_key!("spki-2048"), public_key!("pkcs1-2048")] {
        let ciphertext = RsaPublicKey::from_pem(pem).unwrap().encrypt(Padding::Pkcs1V15, b"1234").unwrap();
        assert_eq!(ciphertext.len(), 256);
    }
    // White space around it, as an environment variable or an editor may leave.
    RsaPublicKey::from_pem(&format!("\n  {}\n\n", public_key!("spki-2048"))).unwrap();
    RsaPublicKey::from_pem(&public_key!("spki-2048").replace('\n', "\r\n")).unwrap();
    RsaPublicKey::from_pem(&public_key!("spki-2048").replace('\n', " ")).unwrap();
}

#[test]
fn what_is_no_public_rsa_key_is_refused_with_what_it_is() {
    // No private key stands in a file: the block's name alone decides.
    let private = public_key!("spki-2048").replace("PUBLIC KEY", "PRIVATE KEY");
    let damaged = public_key!("spki-2048").replacen("MIIB", "AAAA", 1);
    for (pem, reason) in [
        ("", "not PEM"),
        ("garbage", "not PEM"),
        (&public_key!("spki-2048").replace('\n', "\\n"), "not PEM"),
        (private.as_str(), "private key"),
        (public_key!("certificate"), "certificate"),
        (public_key!("spki-1024"), "2048"),
        (public_key!("spki-p256"), "RSA key"),
        (damaged.as_str(), "RSA key"),
        ("-----BEGIN DH PARAMETERS-----\nAAAA\n-----END DH PARAMETERS-----\n", "neither"),
    ] {
        let error = RsaPublicKey::from_pem(pem).unwrap_err();
        assert!(error.contains(reason), "{error:?} should say {reason:?}");
        assert!(!error.contains("MII"), "{error:?} holds a part of the key");
    }
}

#[test]
fn a_ciphertext_opens_with_the_private_key_and_is_another_each_time() {
    let key_pair = KeyPair::generate();
    let public = RsaPublicKey::from_pem(&key_pair.public).unwrap();
    let first = public.encrypt(Padding::Pkcs1V15, b"1234").unwrap();
    assert_ne!(first, public.encrypt(Padding::Pkcs1V15, b"1234").unwrap());
    assert_eq!(key_pair.decrypt_pkcs1(&first).unwrap(), b"1234");

    let sealed = public.encrypt(Padding::OaepSha256, b"1234").unwrap();
    assert_eq!(key_pair.decrypt_oaep(&sealed).unwrap(), b"1234");
}

#[test]
fn a_plaintext_that_does_not_fit_is_refused_by_its_length() {
    let key = RsaPublicKey::from_pem(public_key!("spki-2048")).unwrap();
    assert!(key.encrypt(Padding::Pkcs1V15, &[b'1'; 245]).is_ok());
    let error = key.encrypt(Padding::Pkcs1V15, &[b'1'; 246]).unwrap_err();
    assert!(error.contains("246 bytes") && error.contains("2048 bits"), "{error}");
}
