//! The examples of NIST, ciphertexts of OpenSSL, and what does not open.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use super::*;
use crate::crypto::tests::data;

fn bytes(hexadecimal: &str) -> Vec<u8> {
    hex::decode(hexadecimal.split_whitespace().collect::<String>()).unwrap()
}

/// The four blocks that all examples of SP 800-38A encrypt.
const PLAINTEXT: &str = "6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51
                         30c81c46a35ce411e5fbc1191a0a52ef f69f2445df4f9b17ad2b417be66c3710";

const KEYS: [&str; 3] = [
    "2b7e151628aed2a6abf7158809cf4f3c",
    "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
    "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
];

/// NIST SP 800-38A, F.1.1, F.1.3, F.1.5 and F.2.1, F.2.3, F.2.5. What we append is the block of padding.
#[test]
fn blocks_are_those_of_nist() {
    let ecb = [
        "3ad77bb40d7a3660a89ecaf32466ef97 f5d3d58503b9699de785895a96fdbaaf
         43b1cd7f598ece23881b00e3ed030688 7b0c785e27e8ad3f8223207104725dd4",
        "bd334f1d6e45f25ff712a214571fa5cc 974104846d0ad3ad7734ecb3ecee4eef
         ef7afd2270e2e60adce0ba2face6444e 9a4b41ba738d6c72fb16691603c18e0e",
        "f3eed1bdb5d2a03c064b5a7e3db181f8 591ccb10d410ed26dc5ba74a31362870
         b6ed21b99ca6f4f9f153e7b1beafed1d 23304b7a39f9f3ff067d8d8f9e24ecc7",
    ];
    let cbc = [
        "7649abac8119b246cee98e9b12e9197d 5086cb9b507219ee95db113a917678b2
         73bed6b8e3c1743b7116e69e22229516 3ff1caa1681fac09120eca307586e1a7",
        "4f021db243bc633d7178183a9fa071e8 b4d9ada9ad7dedf4e5e738763f69145a
         571b242012fb7ae07fa9baac3df102e0 08b0e27988598881d920a9e64f5615cd",
        "f58c4c04d6e5f1ba779eabfb5f7bfbd6 9cfc4e967edb808d679f777bc6702c7d
         39f23369a9d9bacfa530e26304231461 b2eb05e2c39be9fcda6c19078c6a9d1b",
    ];
    let plaintext = bytes(PLAINTEXT);
    for (mode, iv, expected) in [(CipherMode::Ecb, "", ecb), (CipherMode::Cbc, "000102030405060708090a0b0c0d0e0f", cbc)]
    {
        for (key, expected) in KEYS.into_iter().zip(expected) {
            let (key, iv) = (bytes(key), bytes(iv));
            let ciphertext = encrypt(mode, &key, &iv, &[], &plaintext).unwrap();
            assert_eq!((ciphertext.len(), &ciphertext[..64]), (80, &*bytes(expected)));
            assert_eq!(*decrypt(mode, &key, &iv, &[], &ciphertext).unwrap(), plaintext);
        }
    }
}

/// `tests/data/openssl.sh`: the padding is the same.
#[test]
fn what_openssl_encrypted_is_opened() {
    let key = bytes("000102030405060708090a0b0c0d0e0f1011121314151617");
    let iv = bytes("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
    for (mode, iv, theirs) in [
        (CipherMode::Cbc, &iv[..], data!("openssl/aes-192-cbc.ciphertext")),
        (CipherMode::Ecb, &[], data!("openssl/aes-192-ecb.ciphertext")),
    ] {
        let theirs = STANDARD.decode(theirs.trim()).unwrap();
        let message = data!("openssl/message").as_bytes();
        assert_eq!(*encrypt(mode, &key, iv, &[], message).unwrap(), theirs);
        assert_eq!(*decrypt(mode, &key, iv, &[], &theirs).unwrap(), message);
    }
}

/// "The Galois/Counter Mode of Operation" (McGrew and Viega, submitted to NIST), appendix B, test cases 4, 10 and 16.
#[test]
fn gcm_is_that_of_its_authors() {
    let plaintext = bytes(
        "d9313225f88406e5a55909c5aff5269a 86a7a9531534f7da2e4c303d8a318a72
         1c3c0c95956809532fcf0e2449a6b525 b16aedf5aa0de657ba637b39",
    );
    let aad = bytes("feedfacedeadbeeffeedfacedeadbeef abaddad2");
    let iv = bytes("cafebabefacedbaddecaf888");
    for (key, sealed) in [
        (
            "feffe9928665731c6d6a8f9467308308",
            "42831ec2217774244b7221b784d0d49c e3aa212f2c02a4e035c17e2329aca12e
             21d514b25466931c7d8f6a5aac84aa05 1ba30b396a0aac973d58e091
             5bc94fbc3221a5db94fae95ae7121a47",
        ),
        (
            "feffe9928665731c6d6a8f9467308308feffe9928665731c",
            "3980ca0b3c00e841eb06fac4872a2757 859e1ceaa6efd984628593b40ca1e19c
             7d773d00c144c525ac619d18c84a3f47 18e2448b2fe324d9ccda2710
             2519498e80f1478f37ba55bd6d27618c",
        ),
        (
            "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
            "522dc1f099567d07f47f37a32a84427d 643a8cdcbfe5c0c97598a2bd2555d1aa
             8cb08e48590dbb3da7b08b1056828838 c5f61e6393ba7a0abcc9f662
             76fc6ece0f4e1768cddf8853bb2d551b",
        ),
    ] {
        let (key, sealed) = (bytes(key), bytes(sealed));
        assert_eq!(*encrypt(CipherMode::Gcm, &key, &iv, &aad, &plaintext).unwrap(), sealed);
        assert_eq!(*decrypt(CipherMode::Gcm, &key, &iv, &aad, &sealed).unwrap(), plaintext);
        assert_eq!(decrypt(CipherMode::Gcm, &key, &iv, &[], &sealed).unwrap_err(), NOT_DECRYPTED);
    }
}

#[test]
fn sizes_that_do_not_fit_are_said() {
    for (mode, key, iv, aad, expected) in [
        (CipherMode::Cbc, 15, 16, 0, "a key of aes-cbc has 16, 24 or 32 bytes, and this one has 15"),
        (CipherMode::Gcm, 0, 12, 0, "a key of aes-gcm has 16, 24 or 32 bytes, and this one has 0"),
        (CipherMode::Cbc, 16, 12, 0, "aes-cbc takes 16 bytes as its iv or nonce, and these are 12"),
        (CipherMode::Gcm, 32, 16, 0, "aes-gcm takes 12 bytes as its iv or nonce, and these are 16"),
        (CipherMode::Ecb, 24, 16, 0, "aes-ecb takes no iv"),
        (CipherMode::Cbc, 16, 16, 1, "aes-cbc cannot protect additional data"),
    ] {
        let (key, iv, aad) = (vec![1; key], vec![2; iv], vec![3; aad]);
        assert_eq!(encrypt(mode, &key, &iv, &aad, b"text").unwrap_err(), expected);
        assert_eq!(decrypt(mode, &key, &iv, &aad, &[0; 32]).unwrap_err(), expected);
    }
}

proptest! {
    #[test]
    fn what_is_encrypted_is_opened(
        mode in prop::sample::select(CipherMode::ALL),
        key_size in prop::sample::select(vec![16_usize, 24, 32]),
        key: [u8; 32],
        iv: [u8; 16],
        aad in prop::collection::vec(any::<u8>(), 0..40),
        plaintext in prop::collection::vec(any::<u8>(), 0..100),
        at: prop::sample::Index,
    ) {
        let (iv, aad) = match mode {
            CipherMode::Cbc => (&iv[..], &[][..]),
            CipherMode::Ecb => (&[][..], &[][..]),
            CipherMode::Gcm => (&iv[..12], &aad[..]),
        };
        let key = &key[..key_size];
        let mut ciphertext = encrypt(mode, key, iv, aad, &plaintext).unwrap();
        prop_assert_eq!(&*decrypt(mode, key, iv, aad, &ciphertext).unwrap(), &plaintext);
        let at = at.index(ciphertext.len());
        ciphertext[at] ^= 1;
        match decrypt(mode, key, iv, aad, &ciphertext) {
            Err(error) => prop_assert_eq!(error, NOT_DECRYPTED),
            // Only GCM says that it was changed.
            Ok(other) => prop_assert!(mode != CipherMode::Gcm && *other != plaintext),
        }
    }

    #[test]
    fn no_bytes_make_it_panic(mode in prop::sample::select(CipherMode::ALL), bytes in prop::collection::vec(any::<u8>(), 0..70)) {
        let iv = [0; 16];
        let iv = match mode {
            CipherMode::Cbc => &iv[..],
            CipherMode::Ecb => &[],
            CipherMode::Gcm => &iv[..12],
        };
        if let Err(error) = decrypt(mode, &[0; 16], iv, &[], &bytes) {
            prop_assert_eq!(error, NOT_DECRYPTED);
        }
    }
}
