//! Takes DER apart as far as keys and certificates need it: which elements there are, not what they mean.

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;

/// Takes an element off the front of the input: its content, if it has this tag. Otherwise the input stays as it was.
pub(super) fn take<'a>(input: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    let (&[first, length], mut rest) = input.split_first_chunk()?;
    let length = match length {
        0..=0x7f => usize::from(length),
        0x81..=0x84 => {
            let digits;
            (digits, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
            digits.iter().try_fold(0_usize, |sum, digit| sum.checked_mul(256)?.checked_add(usize::from(*digit)))?
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    if first != tag {
        return None;
    }
    *input = rest;
    Some(content)
}

/// The PKCS#1 private key in a PKCS#8 one, whether it is for any use of RSA or for RSASSA-PSS alone (RFC 5958, RFC 4055).
pub(super) fn rsa_in_pkcs8(mut pkcs8: &[u8]) -> Option<&[u8]> {
    const RSA_ENCRYPTION: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
    const RSASSA_PSS: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a";

    let mut info = take(&mut pkcs8, SEQUENCE)?;
    take(&mut info, INTEGER)?;
    let mut algorithm = take(&mut info, SEQUENCE)?;
    let algorithm = take(&mut algorithm, OBJECT_IDENTIFIER)?;
    if algorithm == RSA_ENCRYPTION || algorithm == RSASSA_PSS { take(&mut info, OCTET_STRING) } else { None }
}

/// The SubjectPublicKeyInfo in a certificate (RFC 5280, section 4.1).
pub(super) fn spki_in_certificate(mut certificate: &[u8]) -> Option<&[u8]> {
    const VERSION: u8 = 0xa0;

    let mut certificate = take(&mut certificate, SEQUENCE)?;
    let mut signed = take(&mut certificate, SEQUENCE)?;
    take(&mut signed, VERSION);
    take(&mut signed, INTEGER)?;
    // The signature's algorithm, the issuer, the validity, the subject.
    for _ in 0..4 {
        take(&mut signed, SEQUENCE)?;
    }
    let before = signed;
    take(&mut signed, SEQUENCE)?;
    before.get(..before.len() - signed.len())
}

/// The modulus and the exponent of an RSA key's SubjectPublicKeyInfo, without leading zeros.
pub(super) fn rsa_numbers(mut spki: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut spki = take(&mut spki, SEQUENCE)?;
    take(&mut spki, SEQUENCE)?;
    // No bit of it is unused.
    let mut key = take(&mut spki, BIT_STRING)?.strip_prefix(&[0])?;
    let mut key = take(&mut key, SEQUENCE)?;
    Some((significant(take(&mut key, INTEGER)?), significant(take(&mut key, INTEGER)?)))
}

/// A number without its leading zeros.
pub(super) fn significant(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}
