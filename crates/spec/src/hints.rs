//! What the name of a value says about it: that it is money, a secret or about a person.
//!
//! One table for the lint and for whoever marks documents. A name is taken apart into words, so that `company` and `panel`
//! say nothing of a card's `pan`, and is matched however it is spelled: `cardNumber`, `card-number` and `cardnumber` are one.

use heck::ToSnakeCase;

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

/// Words of a name that say secret.
const SECRET: &[&str] =
    &["cvc", "cvv", "jwt", "otp", "passcode", "passphrase", "passwd", "password", "pin", "pwd", "secret", "token"];

/// What says that a value is about a person. An underscore stands between words, which a name may write as one.
#[rustfmt::skip] // A line is a kind of data.
const PERSONAL: &[&str] = &[
    "email",
    "phone", "telephone", "tel", "mobile", "cellphone", "cell_no", "msisdn", "fax", "whatsapp", "phone_no", "phone_number", "mobile_no", "mobile_number", "contact_no", "contact_number",
    "first_name", "last_name", "middle_name", "full_name", "surname", "family_name", "given_name", "maiden_name", "father_name", "mother_name", "person_name", "customer_name", "client_name", "holder_name", "card_holder", "payer_name", "payee_name", "beneficiary_name", "sender_name", "receiver_name", "recipient_name", "account_title", "account_name",
    "card_number", "card_no", "card_num", "pan", "iban", "bban", "clabe", "upi", "vpa",
    "account_number", "account_no", "account_num", "acc_no", "acc_number", "acct_no", "acct_number",
    "dob", "date_of_birth", "birth_date", "birthday", "birth_day", "birth_place", "place_of_birth", "gender", "nationality", "religion",
    "cnic", "nicop", "national_id", "national_identity", "national_number", "identity_number", "identity_no", "identity_card", "id_number", "id_card", "ssn", "social_security", "passport", "tax_id", "tax_number", "tax_payer_id", "curp", "aadhaar", "aadhar", "voter_id", "driving_licence", "driving_license", "driver_license", "drivers_license", "licence_number", "license_number",
    "address", "addresses", "street", "house_number", "house_no", "postcode", "post_code", "postal_code", "zip", "zip_code", "pincode",
    "ip", "ipv", "imei", "imsi", "latitude", "longitude", "lat", "lng", "geo_location", "gps",
];

/// Last words of a name that say something about a secret and are not one.
const ABOUT_SECRET: &[&str] =
    &["count", "expires", "expiry", "format", "hint", "kind", "length", "name", "required", "status", "time", "type"];

/// Last words of a name that say something about what is personal and are not it.
const ABOUT_PERSONAL: &[&str] = &[
    "allowed", "changed", "class", "count", "currency", "enabled", "expires", "expiry", "family", "format", "hint",
    "kind", "label", "length", "model", "network", "os", "platform", "provider", "required", "scheme", "status",
    "template", "time", "type", "valid", "validity", "verified", "version",
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
    let snake = name.to_snake_case();
    let words: Vec<&str> = snake.split('_').filter(|word| !word.is_empty()).collect();
    let last = words.last()?;
    let secret = words.iter().find_map(|word| SECRET.iter().find(|secret| *secret == word));
    if let Some(secret) = secret.filter(|_| !ABOUT_SECRET.contains(last)) {
        return Some(Hint::Secret(secret));
    }
    // `phone2` is a phone, and so is `phone_2`.
    let words: Vec<&str> = words.iter().map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit())).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let said = (0..words.len()).find_map(|start| {
        let mut run = String::new();
        // Longest first, so that `email_address` is an `email` only if there is nothing longer.
        let runs: Vec<(String, usize)> = (start..words.len())
            .map(|end| {
                run.push_str(words[end]);
                (run.clone(), end + 1)
            })
            .collect();
        runs.into_iter().rev().find_map(|(run, end)| {
            // Several are as personal as one.
            let is = |run: &str| PERSONAL.iter().find(|term| term.bytes().filter(|byte| *byte != b'_').eq(run.bytes()));
            Some((is(&run).or_else(|| is(run.strip_suffix('s')?))?, end))
        })
    });
    let (term, end) = said?;
    let about = end < words.len() && words.last().is_some_and(|last| ABOUT_PERSONAL.contains(last));
    (!about).then_some(Hint::Personal(term))
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
        for (name, word) in [("loginPIN", "pin"), ("email_token", "token"), ("access-token", "token")] {
            assert_eq!(hint(name), Some(Hint::Secret(word)), "{name}");
        }
        for name in ["token_type", "pin_length", "spin", "pinned", "otp_expiry"] {
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
