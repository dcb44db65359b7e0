//! Every word, as specs/README.md writes it. That the reader of documents reads it so is tested where it is.

use super::Expression;
use crate::words::*;
use crate::{
    Alphabet, CipherMode, EcdsaForm, Escape, Fields, Function, Hash, JsonForm, JweAlgorithm, JweEncryption,
    JwsAlgorithm, List, Of, Padding, Payload, Per, PublicForm, RequestPart, SignatureAlgorithm, TimeFormat,
    UuidVersion, Value, list, texts,
};

fn written(value: &Value) -> String {
    Expression(std::slice::from_ref(value)).to_string()
}

fn check(pairs: &[(Value, &str)]) {
    for (value, expected) in pairs {
        assert_eq!(written(value), *expected);
    }
}

/// Some key, and something that a function is of.
const KEY: List<Value> = list![credential("key")];
const BODY: List<Value> = list![request(RequestPart::Body)];

#[test]
fn what_is_known_without_the_request_is_written_as_documents_write_it() {
    check(&[
        (text("a"), "a"),
        (credential("secret_key"), "{credential: secret_key}"),
        (setting("country"), "{setting: country}"),
        (session("token"), "{session: token}"),
        (GIVEN, "{given: true}"),
        (made("nonce"), "{value: nonce}"),
        (UUID, "{uuid: v4}"),
        (uuid(UuidVersion::V7, Per::Call), "{uuid: v7, per: call}"),
        (random(Alphabet::Alphanumeric, 32), "{random: {of: alphanumeric, length: 32}}"),
        (random(Alphabet::Hex, 1), "{random: {of: hex, length: 1}}"),
        (random(Alphabet::Bytes, 16), "{random: {of: bytes, length: 16}}"),
        (public("key", PublicForm::Jwk), "{public: {credential: key, as: jwk}}"),
        (public("key", PublicForm::Sha256), "{public: {credential: key, as: sha-256}}"),
    ]);
}

#[test]
fn what_is_read_of_the_request_is_written_as_documents_write_it() {
    for part in RequestPart::ALL {
        assert_eq!(written(&request(part)), format!("{{request: {}}}", part.name()));
    }
    check(&[
        (sent_header("X-Client"), "{header: X-Client}"),
        (sent_header_or_empty("X-Client"), "{header: X-Client, absent: empty}"),
        (part_of_header("Signature", "t"), "{header: Signature, part: t}"),
        (part_of_header_or_empty("Signature", "t"), "{header: Signature, absent: empty, part: t}"),
        (sent_query("page"), "{query: page}"),
        (sent_path("card_id"), "{path: card_id}"),
        (sent_field("/order/id"), "{field: /order/id}"),
    ]);
}

#[test]
fn a_selection_says_what_is_not_so_by_default() {
    let more = Fields::new(ALL)
        .of(Of::QueryAndBody)
        .with(list![entry("key", KEY), entry("b c", list![text("1"), text("2")])])
        .non_empty()
        .except(texts!["sign", "sign_type"])
        .ignoring_case()
        .each(list![upper(list![NAME]), text("="), CONTENT])
        .separator(list![text("&"), credential("key")])
        .absent_as_empty();
    check(&[
        (fields(SIGNED), "{fields: signed}"),
        (fields(these(texts!["a", "b c"])), r#"{fields: [a, "b c"]}"#),
        (fields(named_in("signed_names")), "{fields: {named-in: signed_names}}"),
        (
            selected(Fields::new(BY_NAME).of(Of::Query).pairs().separator(list![text("&")])),
            r#"{fields: by-name, of: query, as: pairs, separator: "&"}"#,
        ),
        (
            selected(more),
            "{fields: all, of: [query, body], with: {key: {credential: key}, \"b c\": [\"1\", \"2\"]}, \
             where: non-empty, except: [sign, sign_type], order: ignore-case, \
             as: [{upper: {name: true}}, \"=\", {value: true}], separator: [\"&\", {credential: key}], absent: empty}",
        ),
        (selected(Fields::new(prefix("x-")).of(Of::Headers).pairs()), "{headers: {prefix: x-}, as: pairs}"),
        (selected(Fields::new(these(texts!["host"])).of(Of::Headers)), "{headers: [host]}"),
    ]);
}

#[test]
fn what_is_made_of_several_values_is_written_as_documents_write_it() {
    let object = json(list![
        entry("text", KEY),
        entry("list", list![array(list![list![text("a")], list![literal("1")], list![literal("null")]])]),
        entry("none", list![array(list![])]),
        entry("object", list![json(list![entry("at", list![UNIX])])]),
    ]);
    check(&[
        (join(".", list![text("a"), credential("key")]), r#"{join: {with: ".", of: [a, {credential: key}]}}"#),
        (concat(list![text("a"), text("b")]), "[a, b]"),
        (object, "{json: {text: {credential: key}, list: [a, 1, null], none: [], object: {json: {at: {time: unix}}}}}"),
        (
            parts(list![entry("t", list![UNIX]), entry("v1", KEY)], ",", "="),
            "{parts: {t: {time: unix}, v1: {credential: key}}}",
        ),
        (parts(list![entry("a", KEY)], "; ", ":"), r#"{parts: {a: {credential: key}}, separator: "; ", equals: ":"}"#),
    ]);
}

#[test]
fn a_function_has_its_operand_or_its_operands_by_name() {
    const SLASH: List<Value> = list![text("/")];
    check(&[
        (apply(Function::Digest(Hash::Sha512), KEY), "{sha-512: {credential: key}}"),
        (hmac(Hash::Md5, KEY, list![text("a"), text("b")]), "{hmac-md5: {key: {credential: key}, of: [a, b]}}"),
        (base64(list![GIVEN]), "{base64: {given: true}}"),
        (base64_url_padded(KEY), "{base64-url: {credential: key}, padding: true}"),
        (trim(BODY), "{trim: {request: body}}"),
        (json_minify(BODY), "{json-minify: {request: body}}"),
        (apply(Function::Json(JsonForm::Canonical), BODY), "{json-canonical: {request: body}}"),
        (percent(BODY), "{percent: {request: body}}"),
        (apply2(Function::Escape(Escape::Form), SLASH, BODY), "{form: {request: body}, keep: /}"),
        (apply2(Function::Without, list![text(".,")], BODY), r#"{without: {characters: ".,", of: {request: body}}}"#),
        (apply2(Function::After, list![text("whsec_")], KEY), "{after: {prefix: whsec_, of: {credential: key}}}"),
        (apply(Function::Decimal(2), KEY), "{decimal: {places: 2, of: {credential: key}}}"),
        (rsa(Padding::OaepSha256, KEY, BODY), "{rsa-oaep-sha-256: {key: {credential: key}, of: {request: body}}}"),
    ]);
}

#[test]
fn a_cipher_is_written_in_both_directions() {
    const IV: List<Value> = list![text("0123456789abcdef")];
    check(&[
        (
            apply3(Function::Encipher(CipherMode::Cbc), KEY, IV, BODY),
            r#"{aes-cbc: {key: {credential: key}, iv: "0123456789abcdef", of: {request: body}}}"#,
        ),
        (
            apply2(Function::Decipher(CipherMode::Ecb), KEY, BODY),
            "{decrypt: {aes-ecb: {key: {credential: key}, of: {request: body}}}}",
        ),
        (
            apply4(Function::Encipher(CipherMode::Gcm), KEY, list![made("nonce")], list![], BODY),
            "{aes-gcm: {key: {credential: key}, nonce: {value: nonce}, of: {request: body}}}",
        ),
        (
            apply4(Function::Decipher(CipherMode::Gcm), KEY, list![made("nonce")], list![text("a")], BODY),
            "{decrypt: {aes-gcm: {key: {credential: key}, nonce: {value: nonce}, aad: a, of: {request: body}}}}",
        ),
        (
            apply2(Function::DecryptJwe(JweAlgorithm::Dir, JweEncryption::A256Gcm), KEY, BODY),
            "{decrypt: {jwe: {algorithm: dir, encryption: A256GCM, key: {credential: key}, of: {request: body}}}}",
        ),
    ]);
}

#[test]
fn a_signature_says_its_algorithm_first() {
    let header = || -> List<Value> { list![json(list![entry("kid", list![text("k-1")])])] };
    let claims = || -> List<Value> { list![json(list![entry("iat", list![UNIX])])] };
    let sign = |form| apply2(Function::Sign(SignatureAlgorithm::EcdsaP256Sha256, form), KEY, BODY);
    let jws = |payload, of| apply3(Function::Jws(JwsAlgorithm::Ps256, payload), KEY, header(), of);
    check(&[
        (sign(EcdsaForm::Jose), "{sign: {by: ecdsa-p256-sha-256, key: {credential: key}, of: {request: body}}}"),
        (
            sign(EcdsaForm::Der),
            "{sign: {by: ecdsa-p256-sha-256, form: der, key: {credential: key}, of: {request: body}}}",
        ),
        (
            jws(Payload::Claims, claims()),
            "{jwt: {algorithm: PS256, key: {credential: key}, header: {kid: k-1}, claims: {iat: {time: unix}}}}",
        ),
        (
            jws(Payload::Bytes, BODY),
            "{jws: {algorithm: PS256, key: {credential: key}, header: {kid: k-1}, of: {request: body}}}",
        ),
        (
            apply3(Function::Jws(JwsAlgorithm::Hs256, Payload::Detached), KEY, list![], BODY),
            "{jws: {algorithm: HS256, detached: true, key: {credential: key}, of: {request: body}}}",
        ),
        (
            jws(Payload::DetachedUnencoded, BODY),
            "{jws: {algorithm: PS256, detached: true, b64: false, key: {credential: key}, header: {kid: k-1}, \
             of: {request: body}}}",
        ),
        (
            apply3(Function::Jwe(JweAlgorithm::EcdhEsA128Kw, JweEncryption::A128Gcm), KEY, list![], BODY),
            "{jwe: {algorithm: ECDH-ES+A128KW, encryption: A128GCM, key: {credential: key}, of: {request: body}}}",
        ),
    ]);
}

#[test]
fn several_values_are_a_list() {
    assert_eq!(Expression(&[text("a"), UUID]).to_string(), "[a, {uuid: v4}]");
    assert_eq!(Expression(&[]).to_string(), "[]");
    assert_eq!(format!("{:?}", UUID), "{uuid: v4}");
}

#[test]
fn a_time_has_its_zone_in_hours_and_minutes_and_its_distance_in_seconds() {
    check(&[
        (UNIX, "{time: unix}"),
        (UNIX_MILLIS, "{time: unix-millis}"),
        (RFC3339, "{time: rfc3339}"),
        (time(TimeFormat::Rfc3339, 19_800, 0), r#"{time: rfc3339, offset: "+05:30"}"#),
        (time(strftime("%Y%m%d"), -12_600, 0), r#"{time: "%Y%m%d", offset: "-03:30"}"#),
        (time(TimeFormat::Unix, 0, 300), "{time: unix, plus: 300s}"),
        (time(strftime("%H"), 3600, -60), r#"{time: "%H", offset: "+01:00", plus: -60s}"#),
    ]);
}

#[test]
fn a_text_is_in_quotes_where_yaml_would_take_it_for_something_else() {
    for (given, expected) in [
        ("a-b.c/d_1", "a-b.c/d_1"),
        ("/pointer", "/pointer"),
        ("_private", "_private"),
        ("", r#""""#),
        ("1e3", r#""1e3""#),
        ("-a", r#""-a""#),
        ("No", r#""No""#),
        ("null", r#""null""#),
        ("a: b", r#""a: b""#),
        ("say \"\\\"\n\t", r#""say \"\\\"\n\t""#),
        ("\u{1}\u{85}\u{2028}\u{feff}é", r#""\u0001\u0085\u2028\ufeffé""#),
    ] {
        assert_eq!(written(&text(given)), expected);
    }
}
