//! The test cases of RFC 2202, and of RFC 1321.

use super::*;

/// Key, message and tag of HMAC-SHA-1: RFC 2202, section 3, cases 1, 2, 6.
#[test]
fn sha1_is_that_of_the_standards() {
    // FIPS 180-4's example. printf abc | openssl dgst -sha1
    assert_eq!(hex::encode(sha1(b"abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
    for (key, message, tag) in [
        (&[0x0b; 20][..], "Hi There", "b617318655057264e28bc0b6fb378c8ef146be00"),
        (b"Jefe", "what do ya want for nothing?", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
        (
            &[0xaa; 80],
            "Test Using Larger Than Block-Size Key - Hash Key First",
            "aa4ae5e15272d00e95705637ce8a3b55ed402112",
        ),
    ] {
        assert_eq!(hex::encode(hmac_sha1(key, message.as_bytes())), tag);
    }
}

/// RFC 1321, appendix A.5; RFC 2202, section 2, cases 1, 2, 6.
#[test]
fn md5_is_that_of_the_standards() {
    assert_eq!(hex::encode(md5(b"")), "d41d8cd98f00b204e9800998ecf8427e");
    assert_eq!(hex::encode(md5(b"abc")), "900150983cd24fb0d6963f7d28e17f72");
    for (key, message, tag) in [
        (&[0x0b; 16][..], "Hi There", "9294727a3638bb1c13f48ef8158bfc9d"),
        (b"Jefe", "what do ya want for nothing?", "750c783e6ab0b503eaa86e310a5db738"),
        (&[0xaa; 80], "Test Using Larger Than Block-Size Key - Hash Key First", "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd"),
        // A key of exactly a block: printf '' | openssl dgst -md5 -mac HMAC -macopt hexkey:$(printf '01%.0s' $(seq 64))
        (&[1; 64], "", "19a4ceef50c47641b68fa3caa4fd48b6"),
    ] {
        assert_eq!(hex::encode(hmac_md5(key, message.as_bytes())), tag);
    }
}
