//! The words that sign and encrypt: what they lower to, and what the lint says of slips in them.

#![allow(clippy::unwrap_used)]

use countersign_plan::{Per, Place, Secrecy};
use countersign_spec::{Document, lint, read};

const SIGNING: &str = include_str!("data/signing.yaml");

fn with(from: &str, to: &str) -> String {
    assert!(SIGNING.contains(from), "the document no longer says {from}");
    SIGNING.replacen(from, to, 1)
}

fn document() -> Document {
    read("signing.yaml", SIGNING).unwrap_or_else(|findings| panic!("{findings}"))
}

/// A text of the document, what is in its place, and what is found then.
#[rustfmt::skip] // A case is three lines, however long.
const CASES: &[(&str, &str, &str)] = &[
    // Names.
    ("{request: target}, {value: nonce}]", "{request: target}, {value: nonse}]",
        "[unknown-name] no value is called `nonse`; write `nonce`, or declare it in `x-values`"),
    ("of: {value: string_to_sign}", "of: {request: method}",
        "[unused-name] no operation reads `string_to_sign`; write an `x-value` that reads it, or no such name"),
    ("  string_to_sign: {join: {with: \"\\n\", of: [", "  To-Sign: {lower: {request: method}}\n  string_to_sign: {join: {with: \"\\n\", of: [{value: To-Sign}, ",
        "[name-form] `To-Sign` is not a name in `snake_case`; write `to_sign`"),
    ("  session_key: {random", "  x-note: {}\n  session_key: {random",
        "[unknown-extension] `x-note` is among names; write `x-source` or `x-assumption`"),
    ("{fields: signed}, ", "{fields: signed}, {query: curser}, ",
        "[unknown-parameter] place_order has no query parameter `curser` that could be read; write `cursor`, or a parameter of that name, `in: query`"),
    ("{fields: signed}, ", "{fields: signed}, {path: order}, ",
        "[unknown-parameter] place_order has no path parameter `order` that could be read; write `order_id`, or a parameter of that name, `in: path`"),
    ("{fields: signed}, ", "{fields: signed}, {query: page}, ",
        "[optional-read] `page` is read, and place_order may be called without it; write `required: true` on the parameter, or `{fields: [page], of: query}`"),
    ("{fields: signed}, ", "{fields: signed}, {header: X-Note}, ",
        "[optional-read] `X-Note` is read, and place_order may be called without it; write `required: true` on the header, or `absent: empty`"),
    ("{fields: signed}, ", "{fields: signed}, {headers: [X-Not]}, ",
        "[unknown-header] place_order has no header `X-Not` that could be read; write `X-Note`, or a parameter of that name, `in: header`"),
    ("{fields: signed}, ", "{fields: signed}, {fields: [cursr], of: query}, ",
        "[unknown-field] the query or body of place_order has no field `cursr`; write `cursor`, or what `with` adds"),
    ("{fields: signed}, ", "{fields: signed}, {fields: [amount, amont]}, ",
        "[unknown-field] the body of place_order has no field `amont`; write `amount`, or a JSON pointer to a field of the body"),
    ("{fields: signed}, ", "{fields: signed}, {fields: {named-in: names}}, ",
        "[unknown-field] place_order sends no `names` that could list names; write `Authorization`, `page`, `cursor`, `X-Note`, `X-Signature`, `X-Jws`, `X-Mac`, `amount`, `pin`, `key` or `sealed`, or a field or a parameter of that name"),
    ("except: [page]", "except: [pages]",
        "[unknown-field] no selection here could have `pages` in it, which is left out; write `page`, or nothing"),
    // Selections.
    ("{fields: signed}", "{fields: signed, of: query}",
        "[expression] the signed fields are fields of the body; write nothing here, or a list of names in the place of `signed`"),
    ("of: [query, body]", "of: [body, query]",
        "[expression] this list does not say of what the fields are; write `body`, `query` or `[query, body]`"),
    ("of: [query, body]", "of: header",
        "[expression] `header` is not among its values; write `body` or `query`"),
    ("{fields: by-name, of", "{fields: all, of",
        "[expression] this selection is not sorted; write nothing here"),
    ("{fields: by-name, of: [query, body], except: [page], order: ignore-case", "{fields: [amount], except: [page]",
        "[expression] what is listed is in the selection; write the list without these names, and nothing here"),
    ("as: pairs", "as: pair",
        "[expression] this says neither the name nor the value of what is selected; write `values` or `pairs`, or an expression with `{name: true}` or `{value: true}` in it"),
    ("separator: \"&\"", "separator: {value: true}",
        "[expression] there is nothing here whose value `value` could mean; write it in the `as` of `fields` or `headers`"),
    ("{fields: signed}, ", "{name: true}, {fields: signed}, ",
        "[expression] there is nothing here whose name `name` could mean; write it in the `as` of `fields` or `headers`"),
    ("{prefix: x-n}", "{prefix: \"\"}",
        "[expression] this does not say which headers; write a list of headers, or `{prefix: TEXT}`"),
    ("{headers: {prefix: x-n}, as: pairs}", "{headers: {prefix: x-n}, of: body}",
        "[expression] `of` is not an option of `headers`; write `where`, `except`, `order`, `as` or `separator`"),
    // Keys.
    ("{credential: own_key}, of: {value: string_to_sign}", "[{credential: own_key}], of: {value: string_to_sign}",
        "[expression] the key of `sign` is not one credential; write `{credential: NAME}`, of one with `kind: private-key`"),
    ("{credential: own_key}, of: {value: string_to_sign}", "{credential: secret_key}, of: {value: string_to_sign}",
        "[expression] the credential `secret_key` is a key of `sign`, and its kind is `text`; write `kind: private-key` in x-credentials"),
    ("kind: public-key", "kind: rsa-public-key",
        "[expression] the credential `their_key` is a key of `jwe`, and its kind is `rsa-public-key`; write `kind: public-key` in x-credentials"),
    ("kind: rsa-public-key", "kind: public-key",
        "[expression] the credential `pin_key` is a key of `rsa-oaep-sha-256`, and its kind is `public-key`; write `kind: rsa-public-key` in x-credentials"),
    ("{fields: signed}, ", "{fields: signed}, {credential: own_key}, ",
        "[expression] the credential `own_key` is a key, and is read as text here; write it as the `key` of a function, `{public: {credential: NAME, as: …}}`, or `kind: text`"),
    ("{public: {credential: own_key, as: thumbprint}}", "{public: {credential: pin_key, as: thumbprint}}",
        "[expression] the credential `pin_key` is a key of `public`, and its kind is `rsa-public-key`; write `kind: private-key` or `kind: public-key` or `kind: client-certificate` in x-credentials"),
    ("  certificate: {kind: client-certificate, description: Shown when connecting., x-source: page 1}\n", "",
        "[security-scheme] the scheme `connection` has no certificate; write a credential with `kind: client-certificate` in x-credentials"),
    ("  secret_key: {", "  second: {kind: client-certificate, description: Shown., x-source: page 1}\n  secret_key: {",
        "[security-scheme] the scheme `connection` could be any of several certificates; write one credential with `kind: client-certificate`"),
    ("connection: {type: mutualTLS", "connection: {type: mutualTLS, x-value: x",
        "[security-scheme] the scheme `connection` is a certificate, and no header; write nothing here"),
    // Algorithms, and what is said beside them.
    ("by: rsa-pss-sha-256", "by: RSA_PSS_SHA256",
        "[expression] `RSA_PSS_SHA256` is not among its values; write `rsa-pss-sha-256`"),
    ("by: rsa-pss-sha-256", "by: rsa-pss-sha-1",
        "[expression] `rsa-pss-sha-1` is not supported; write nothing else in its place: the provider takes only what it asks for"),
    ("by: rsa-pss-sha-256", "by: rsa-pss-sha-256, form: der",
        "[expression] a signature by `rsa-pss-sha-256` has one form alone; write nothing here"),
    ("algorithm: PS256", "algorithm: none",
        "[expression] `none` is not supported; write nothing else in its place: the provider takes only what it asks for"),
    ("algorithm: PS256", "algorithm: XS256",
        "[expression] `XS256` is not supported; write nothing else in its place: the provider takes only what it asks for"),
    ("encryption: A256GCM", "encryption: A192GCM",
        "[expression] `A192GCM` is not supported; write nothing else in its place: the provider takes only what it asks for"),
    ("detached: true, b64: false", "b64: false",
        "[expression] a payload that is not encoded is not in the signature either; write `detached: true` beside it"),
    ("detached: true, b64: false", "detached: false",
        "[expression] this is so, or is not said; write `true`, or nothing"),
    ("crit: [b64]", "crit: [iat]",
        "[expression] `crit` does not name `b64`, which has to be understood; write `crit: [b64, …]`"),
    ("header: {kid:", "header: {alg: PS256, kid:",
        "[expression] `alg` of a header is written by the client; write `algorithm`, `encryption` or `b64` beside the header, and nothing here"),
    ("claims: {iat: {time: unix}, exp: {time: unix, plus: 5m}, jti: {uuid: v7, per: call}}", "claims: [iat]",
        "[expression] here is a list; write a mapping from names to what they hold"),
    ("plus: 5m", "plus: 5 minutes",
        "[expression] this is not a duration; write a whole number with s, m, h or d, such as `60s` or `-5m`"),
    ("per: call}}}}", "per: attempt}}}}",
        "[expression] `attempt` is not among its values; write `call`"),
    ("length: 32}}}", "length: 2000}}}",
        "[expression] here is 2000; write a whole number from 1 to 1024"),
    ("{decimal: {places: 2,", "{decimal: {places: two,",
        "[expression] here is two; write a whole number from 0 to 18"),
    ("keep: \"/\"", "kept: \"/\"",
        "[expression] `kept` is not an option of `percent`; write `keep`"),
    ("{json: {key: {credential: secret_key}, number: 1}}", "{json-canonical: {sha-256: {credential: secret_key}}}",
        "[expression] the operand of `json-canonical` is raw bytes here, and has to be text; write it in an encoding: `{hex: …}`, `{base64: …}` …"),
    ("{json: {key: {credential: secret_key}, number: 1}}", "{json: {key: {credential: shared_key}, of: {credential: secret_key}}}",
        "[expression] the member `key` is raw bytes here, and has to be text; write it in an encoding: `{hex: …}`, `{base64: …}` …"),
    ("{base64: {rsa-oaep-sha-256: {key: {credential: pin_key}, of: {value: session_key}}}}", "[{value: session_key}, {base64: {rsa-oaep-sha-256: {key: {credential: pin_key}, of: x}}}]",
        "[expression] this yields raw bytes, and what is sent is text; write it in an encoding: `{hex: …}`, `{base64: …}` …"),
    ("000102030405060708090a0b0c0d0e0f", "000102030405060708090a0b0c0d0e",
        "[expression] the iv of `aes-cbc` has 15 bytes; write 16 bytes"),
    ("{json: {key: {credential: secret_key}, number: 1}}", "{decrypt: {des-cbc: {key: {credential: secret_key}, iv: a, of: b}}}",
        "[expression] `des-cbc` is not a cipher; write `aes-cbc`, `aes-ecb`, `aes-gcm` or `jwe`"),
    ("{json: {key: {credential: secret_key}, number: 1}}", "{decrypt: {jwe: {algorithm: dir, key: {credential: secret_key}, of: b}}}",
        "[expression] an operand is missing; write `{algorithm: …, encryption: …, key: …, of: …}`"),
    // Values that are made once.
    ("[{request: method}, {request: target}, {value: nonce}]", "[{value: string_to_sign}, {value: nonce}]",
        "[cycle] `string_to_sign` reads itself, so none of it can be made first; write one of the expressions so that it does not read the next"),
    ("{request: target}, {value: nonce}", "{request: target}, {given: true}, {value: nonce}",
        "[expression] the caller gives nothing here that `given` could mean; write what the client knows: a credential, a setting …"),
    ("of: {random: {of: hex, length: 32}}", "of: {request: method}",
        "[expression] `nonce` is made before the first attempt, and reads the request; write text, credentials, settings, the clock, chance and values `per: call`, or no `per: call`"),
    ("of: {random: {of: hex, length: 32}}", "of: {hex: {value: session_key}}",
        "[expression] `nonce` is made before the first attempt, and reads the value `session_key`, which each attempt makes anew; write text, credentials, settings, the clock, chance and values `per: call`, or no `per: call`"),
    ("  nonce: {per: call, of:", "  nonce: {per: day, of:",
        "[wrong-value] `day` is not among its values; write `call`"),
    ("{request: target}, {value: nonce}", "{request: target}, {field: nothing}, {value: nonce}",
        "[unknown-field] the body of place_order has no field `nothing`; write `amount`, `pin`, `key` or `sealed`, or a JSON pointer to a field of the body"),
    // Envelopes.
    ("media-type: application/jose", "media-type: jose",
        "[envelope] `jose` is not a media type; write one such as `application/jose`"),
    ("          media-type: application/jose\n", "",
        "[missing-word] `media-type` is missing; write `media-type: …`"),
    ("key: {credential: their_key}, of: {given: true}}}", "key: {credential: their_key}, of: sealed}}",
        "[envelope] what is described is not in the envelope; write `{given: true}` where the described body is"),
    ("of: {jwe: {algorithm: RSA-OAEP-256, encryption: A256GCM, key: {credential: their_key}, of: {given: true}}}", "of: [{given: true}, {public: {credential: their_key, as: der}}]",
        "[expression] this yields raw bytes, and what is sent is text; write it in an encoding: `{hex: …}`, `{base64: …}` …"),
];

#[test]
fn a_slip_is_one_finding_that_says_what_to_write() {
    let mut failures = Vec::new();
    for (from, to, expected) in CASES {
        let findings = lint("signing.yaml", &with(from, to));
        let found: Vec<String> = findings
            .iter()
            .map(|finding| format!("[{}] {}; write {}", finding.rule, finding.problem, finding.remedy))
            .collect();
        if found != [*expected] {
            failures.push(format!("{from} -> {to}\n    {}\n  not {expected}", found.join("\n    ")));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn the_document_is_clean_and_its_old_functions_are_noted() {
    let document = document();
    let notes: Vec<String> = document.notes().iter().map(ToString::to_string).collect();
    let x_mac = "signing.yaml:52#/paths/~1orders~1{order_id}/post/parameters/6/x-value/hex";
    let pin = "signing.yaml:80#/components/schemas/Order/properties/pin/x-value/base64";
    assert_eq!(
        notes,
        [
            format!("{x_mac}: note: `hmac-sha-1` is old and weak; it is good for no more than the provider asks of it"),
            format!(
                "{pin}: note: `aes-cbc` does not protect what it encrypts against changes; it is good for no more than \
                 the provider asks of it"
            ),
        ]
    );
}

#[test]
fn notes_come_after_the_findings() {
    let findings = read("signing.yaml", &with("description: Shared.", "decription: Shared.")).unwrap_err();
    assert_eq!((findings.len(), findings.notes().len()), (2, 2));
    let shown = findings.to_string();
    let lines: Vec<&str> = shown.lines().collect();
    assert!(lines[1].contains(": [") && lines[2].contains(": note: ") && lines[3].contains(": note: "), "{shown}");
}

#[test]
fn a_value_is_a_slot_of_each_operation_that_reads_it() {
    let document = document();
    let operation = document.plan().operation("place_order").unwrap();
    let made: Vec<_> = operation.slots.iter().filter(|slot| slot.place == Place::Value).collect();
    let shown: Vec<_> = made.iter().map(|slot| (&*slot.name, slot.per, slot.secrecy)).collect();
    assert_eq!(
        shown,
        [
            ("nonce", Per::Call, Secrecy::Public),
            // It is a key.
            ("session_key", Per::Attempt, Secrecy::Secret),
            ("string_to_sign", Per::Attempt, Secrecy::Public),
        ]
    );
    assert!(operation.slots.iter().take(3).all(|slot| slot.place == Place::Value));
    let order: Vec<_> = operation.order.iter().map(|index| operation.slots[usize::from(*index)].own_name()).collect();
    let position = |name: &str| order.iter().position(|other| other == name).unwrap();
    assert!(position("nonce") < position("string_to_sign") && position("string_to_sign") < position("X-Signature"));
    assert!(position("session_key") < position("pin") && position("") < position("X-Jws"));
}

#[test]
fn what_reads_a_secret_through_a_value_is_one() {
    let text = with("{request: target}, {value: nonce}", "{request: target}, {credential: secret_key}, {value: nonce}");
    let document = read("signing.yaml", &text).unwrap_or_else(|findings| panic!("{findings}"));
    let operation = document.plan().operation("place_order").unwrap();
    let secrecy = |place, name| operation.slots[operation.parameter(place, name).unwrap()].secrecy;
    assert_eq!(secrecy(Place::Value, "string_to_sign"), Secrecy::Secret);
    assert_eq!(secrecy(Place::Header, "X-Signature"), Secrecy::Secret);
    assert_eq!(secrecy(Place::Header, "X-Note"), Secrecy::Public);
}

#[test]
fn an_envelope_is_the_last_slot_and_a_certificate_is_none() {
    let document = document();
    let operation = document.plan().operation("place_order").unwrap();
    assert_eq!(operation.media_type.as_deref(), Some("application/jose"));
    assert_eq!(operation.certificate.as_deref(), Some("certificate"));
    let last = operation.slots.last().unwrap();
    assert_eq!((last.place, &*last.name, last.given, last.secrecy), (Place::Body, "", true, Secrecy::Public));
    let carried = operation.slots.iter().filter(|slot| slot.place.is_parameter()).map(|slot| &*slot.name);
    let expected = ["Authorization", "order_id", "page", "cursor", "X-Note", "X-Signature", "X-Jws", "X-Mac"];
    assert_eq!(carried.collect::<Vec<_>>(), expected);

    let same = with("media-type: application/jose", "media-type: application/json");
    let document = read("signing.yaml", &same).unwrap_or_else(|findings| panic!("{findings}"));
    assert_eq!(document.plan().operation("place_order").unwrap().media_type, None);
}
