//! What the name of a value says about it: that it is money, a secret or about a person.
//!
//! One table for the lint and for whoever marks documents. A name is taken apart into words, so that `company` and `panel`
//! say nothing of a card's `pan`, and is matched however it is spelled: `cardNumber`, `card-number` and `cardnumber` are one.

use std::ops::Range;

use heck::ToSnakeCase;

use crate::names::LONGEST;

/// What a name says about the value that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// A secret: a PIN, a password, a token. `format: password` keeps it from print.
    Secret(&'static str),
    /// About a person: a telephone number, an address. `x-sensitive` keeps it from print.
    Personal(&'static str),
}

/// Words of a name that say money.
const MONEY: &[&str] = &[
    "amount", "balance", "charge", "charges", "cost", "credit", "debit", "discount", "fee", "fees", "limit", "payment",
    "price", "refund", "salary", "tax", "total",
];

/// What says that a value is a secret. An underscore is between words, which a name may write as one.
#[rustfmt::skip] // A line is a kind of secret.
const SECRET: &[&str] = &[
    "pin", "mpin", "tpin", "passcode", "passphrase", "passwd", "password", "pwd",
    "otp", "totp", "hotp", "tan",
    "cvc", "cvv", "cvn", "csc", "card_verification", "security_code",
    "token", "jwt", "bearer", "session_id", "session_key",
    "secret", "salt", "api_key", "access_key", "auth_key", "private_key", "signing_key", "hash_key", "encryption_key",
];

/// What says that a value is about a person, written in the same way.
#[rustfmt::skip] // A line is a kind of data.
const PERSONAL: &[&str] = &[
    "email", "correo",
    "phone", "telephone", "tel", "mobile", "cellphone", "cell_no", "msisdn", "fax", "whatsapp", "phone_no", "phone_number", "mobile_no", "mobile_number", "contact_no", "contact_number", "telefono", "telefone", "celular",
    "first_name", "last_name", "middle_name", "full_name", "surname", "family_name", "given_name", "maiden_name", "father_name", "mother_name", "person_name", "customer_name", "client_name", "holder_name", "card_holder", "payer_name", "payee_name", "beneficiary_name", "sender_name", "receiver_name", "recipient_name", "account_title", "account_name", "apellido", "apellido_paterno", "apellido_materno",
    "username", "user_id", "login_id", "login_name", "device_id", "device_fingerprint",
    "card_number", "card_no", "card_num", "pan", "iban", "bban", "clabe", "upi", "vpa", "numero_tarjeta", "numero_de_tarjeta",
    "account_number", "account_no", "account_num", "acc_no", "acc_number", "acct_no", "acct_number", "numero_cuenta", "numero_de_cuenta",
    "dob", "date_of_birth", "birth_date", "birthday", "birth_day", "birth_place", "place_of_birth", "gender", "nationality", "religion", "fecha_nacimiento", "fecha_de_nacimiento", "data_nascimento", "data_de_nascimento",
    "cnic", "nicop", "national_id", "national_identity", "national_number", "identity_number", "identity_no", "identity_card", "id_number", "id_card", "ssn", "social_security", "passport", "tax_id", "tax_number", "tax_payer_id", "curp", "aadhaar", "aadhar", "voter_id", "driving_licence", "driving_license", "driver_license", "drivers_license", "licence_number", "license_number", "cpf", "bvn", "nin", "dni", "nif", "nie", "nric", "pesel", "emirates_id",
    "address", "addresses", "street", "house_number", "house_no", "postcode", "post_code", "postal_code", "zip", "zip_code", "pincode", "direccion", "domicilio", "codigo_postal", "endereco",
    "ip", "ipv", "imei", "imsi", "latitude", "longitude", "lat", "lng", "geo_location", "gps",
];

/// What is neither, although a word in it is: the tokens with which a list is read on.
const NEITHER: &[&str] = &["page_token", "next_token", "continuation_token", "sync_token"];

/// Last words of a name that say something about a secret and are not one.
const ABOUT_SECRET: &[&str] = &[
    "count",
    "enabled",
    "endpoint",
    "expires",
    "expiry",
    "format",
    "hint",
    "kind",
    "length",
    "name",
    "policy",
    "required",
    "set",
    "status",
    "supported",
    "time",
    "type",
    "uri",
    "url",
];

/// Last words of a name that say something about what is personal and are not it.
const ABOUT_PERSONAL: &[&str] = &[
    "allowed",
    "available",
    "changed",
    "class",
    "confirmed",
    "count",
    "currency",
    "delivered",
    "enabled",
    "exists",
    "expires",
    "expiry",
    "family",
    "file",
    "format",
    "found",
    "hint",
    "kind",
    "label",
    "length",
    "matched",
    "model",
    "network",
    "optional",
    "os",
    "platform",
    "present",
    "provider",
    "required",
    "scheme",
    "sent",
    "status",
    "supported",
    "template",
    "time",
    "type",
    "valid",
    "validity",
    "verified",
    "version",
];

/// The word of a name that says money.
pub(crate) fn money(name: &str) -> Option<&'static str> {
    let snake = name.to_snake_case();
    snake.split('_').find_map(|word| MONEY.iter().find(|money| **money == word).copied())
}

/// What a name says about the value that it names, and the word that says it.
///
/// ```
/// use countersign_spec::{Hint, hint};
///
/// assert_eq!(hint("loginPIN"), Some(Hint::Secret("pin")));
/// assert_eq!(hint("payer-phone2"), Some(Hint::Personal("phone")));
/// assert_eq!(hint("ip_address_family"), None);
/// ```
pub fn hint(name: &str) -> Option<Hint> {
    if name.chars().nth(LONGEST).is_some() {
        // Nobody calls a value so, which is a finding of its own.
        return None;
    }
    let snake = name.to_snake_case();
    // `phone2` is a phone, and so is `phone_2`.
    let words = snake.split('_').map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit()));
    let mut words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    while let Some((_, place)) = term(&words, NEITHER) {
        words.drain(place);
    }
    let last = *words.last()?;
    match term(&words, SECRET) {
        Some((secret, _)) if !ABOUT_SECRET.contains(&last) => return Some(Hint::Secret(secret)),
        _ => {}
    }
    let (personal, place) = term(&words, PERSONAL)?;
    let is_about = place.end < words.len() && ABOUT_PERSONAL.contains(&last);
    (!is_about).then_some(Hint::Personal(personal))
}

/// What the format of a value says about it, whatever its name.
pub(crate) fn hint_of_format(format: &str) -> Option<Hint> {
    match format {
        "email" | "idn-email" => Some(Hint::Personal("email")),
        "ipv4" | "ipv6" => Some(Hint::Personal("ip")),
        _ => None,
    }
}

/// The first term that some of the words make, and which. Where several begin with one word, it is the longest, so that
/// `email_address` is an `email` only if there is nothing longer.
fn term(words: &[&str], terms: &[&'static str]) -> Option<(&'static str, Range<usize>)> {
    let is = |run: &str| terms.iter().find(|term| term.bytes().filter(|byte| *byte != b'_').eq(run.bytes()));
    let places = (0..words.len()).flat_map(|start| (start + 1..=words.len()).rev().map(move |end| start..end));
    places.into_iter().find_map(|place| {
        let run = words[place.clone()].concat();
        // Several are as confidential as one.
        let found = is(&run).or_else(|| is(run.strip_suffix('s')?))?;
        Some((*found, place))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_personal_is_known_in_any_spelling() {
        for name in [
            "email",
            "customerEmail",
            "customer_email",
            "CustomerEMail",
            "e-mail",
            "EMAIL",
            "emailAddress",
            "email2",
            "emails",
            "mobileNumbers",
            "phone",
            "payer-phone",
            "phoneNo",
            "phone_1",
            "PhoneNumber",
            "mobile",
            "mobileno",
            "MobileNo",
            "msisdn",
            "MSISDN",
            "payerMsisdn",
            "firstname",
            "firstName",
            "FIRST_NAME",
            "last_name",
            "full-name",
            "cardholderName",
            "card_number",
            "cardNumber",
            "cardnumber",
            "card_no",
            "pan",
            "PAN",
            "maskedPan",
            "iban",
            "creditorIBAN",
            "IBANNumber",
            "account_no",
            "accountNo",
            "account_number",
            "AccountNumber",
            "accountnumber",
            "dob",
            "DOB",
            "customerDob",
            "date_of_birth",
            "dateOfBirth",
            "DateofBirth",
            "birth_date",
            "birthdate",
            "birthDate",
            "cnic",
            "CNIC",
            "cnicNumber",
            "customerCnic",
            "national_id",
            "nationalId",
            "NationalID",
            "ssn",
            "SSN",
            "passport",
            "passportNo",
            "tax_id",
            "taxId",
            "TaxID",
            "address",
            "address1",
            "addressLine1",
            "street",
            "street_name",
            "postcode",
            "postal_code",
            "postalCode",
            "zip",
            "zipCode",
            "ip_address",
            "ipAddress",
            "IPAddress",
            "clientIp",
            "X-Client-IP",
            "ipv4",
            "latitude",
            "lat",
            "X-Customer-Email",
            "billing.address",
            "cpf",
            "bvn",
            "customerNIN",
            "dni",
            "username",
            "userName",
            "user_id",
            "deviceId",
            "telefono",
            "fecha_nacimiento",
            "fechaDeNacimiento",
            "correo_electronico",
            "numeroDeCuenta",
        ] {
            assert!(matches!(hint(name), Some(Hint::Personal(_))), "{name}");
        }
    }

    #[test]
    fn what_only_looks_personal_is_not() {
        for name in [
            "company",
            "companyName",
            "span",
            "panel",
            "panelId",
            "expand",
            "japan",
            "description",
            "ship",
            "recipe",
            "zipper",
            "latency",
            "latest",
            "platform",
            "flat_rate",
            "streetwise",
            "ibanking",
            "hotel",
            "telemetry",
            "tipping",
            "participants",
            "ip_address_family",
            "ipAddressFamily",
            "address_type",
            "addressType",
            "email_verified",
            "phone_type",
            "card_number_length",
            "mobile_platform",
            "card_id",
            "account",
            "account_id",
            "id",
            "name",
            "bank_name",
            "product_name",
            "status",
            "birth_certificate_required",
            "nation",
            "taxes",
            "tax_amount",
            "identifier",
            "number",
            "order_number",
            "reference_no",
            "zip_file",
            "iban_supported",
            "email_sent",
            "emailDelivered",
            "user",
            "user_type",
            "device",
            "ninth",
            "admin",
            "",
            "_",
            "1",
            "é",
        ] {
            assert_eq!(hint(name), None, "{name}");
        }
    }

    #[test]
    fn a_secret_is_a_secret_first() {
        for (name, word) in [
            ("loginPIN", "pin"),
            ("email_token", "token"),
            ("access-token", "token"),
            ("mpin", "mpin"),
            ("newMPIN", "mpin"),
            ("api_key", "api_key"),
            ("X-Api-Key", "api_key"),
            ("apikey", "api_key"),
            ("cvv2", "cvv"),
            ("CVV_2", "cvv"),
            ("cvn", "cvn"),
            ("session_id", "session_id"),
            ("sessionId", "session_id"),
            ("tan", "tan"),
            ("totpCode", "totp"),
            ("bearer", "bearer"),
            ("salt", "salt"),
            ("tokens", "token"),
            ("page_token_secret", "secret"),
        ] {
            assert_eq!(hint(name), Some(Hint::Secret(word)), "{name}");
        }
        for name in [
            "token_type",
            "pin_length",
            "spin",
            "pinned",
            "otp_expiry",
            "page_token",
            "nextPageToken",
            "next_page_token",
            "continuation_token",
            "password_policy_url",
            "password_set",
            "tangent",
            "salty",
            "forbearer",
            "session",
            "key",
            "public_key",
        ] {
            assert_eq!(hint(name), None, "{name}");
        }
        // What says something about the secret may still be about a person.
        assert_eq!(hint("otp_phone_type"), None);
    }

    #[test]
    fn money_is_known_by_its_words() {
        assert_eq!((money("totalAmount"), money("amountless")), (Some("total"), None));
    }
}
