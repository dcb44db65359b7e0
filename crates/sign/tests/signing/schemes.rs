//! Schemes of providers, held to values that they publish or that another program made: whether the words suffice.

use std::cell::RefCell;

use countersign_plan::{Alphabet, CipherMode, Encoding, Escape, Function, Hash, List, Of, Place, RequestPart, texts};
use serde_json::Value as Json;

use super::*;

/// A scheme: what its requests carry beside what is signed, and how that is signed.
struct Scheme {
    slots: Vec<Slot>,
    body: Option<Encoding>,
    /// The slot of the signature, without its value.
    signature: Slot,
    to_sign: List<Value>,
    /// What the signature is of that.
    sign: fn(List<Value>) -> Value,
}

fn one(value: Value) -> List<Value> {
    vec![value].into()
}

fn named(place: fn(&'static str) -> Slot, names: &[&'static str]) -> Vec<Slot> {
    names.iter().map(|name| place(name)).collect()
}

/// `name=value&…` of names and values that are encoded.
fn encoded(fields: Fields, escape: Escape) -> Value {
    let part = |of| apply2(Function::Escape(escape), list![], one(of));
    selected(fields.each(vec![part(NAME), text("="), part(CONTENT)].into()).separator(list![text("&")]))
}

fn hex_sha_1(of: List<Value>) -> Value {
    hex(one(sha_1(of)))
}

fn hex_sha_256(of: List<Value>) -> Value {
    hex(one(sha_256(of)))
}

/// The parameters of OAuth 1.0a that are in the header, and are signed with all others.
const OAUTH: List<(countersign_plan::Text, List<Value>)> = list![
    entry("oauth_consumer_key", list![text("xvz1evFS4wEEPTGEFPHBog")]),
    entry("oauth_nonce", list![made("nonce")]),
    entry("oauth_signature_method", list![text("HMAC-SHA1")]),
    entry("oauth_timestamp", list![UNIX]),
    entry("oauth_token", list![text("370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb")]),
    entry("oauth_version", list![text("1.0")]),
];

fn scheme(name: &str) -> Scheme {
    let scheme = |slots, body, signature, to_sign, sign| Scheme { slots, body, signature, to_sign, sign };
    let (json, form) = (Some(Encoding::Json), Some(Encoding::Form));
    match name {
        "payu-latam" => scheme(
            named(field, &["/referenceCode", "/amount", "/currency"]),
            json,
            field("/signature"),
            list![join(
                "~",
                list![
                    credential("api_key"),
                    credential("merchant_id"),
                    sent_field("referenceCode"),
                    sent_field("amount"),
                    sent_field("currency"),
                ]
            )],
            |of| hex(one(md5(of))),
        ),
        "jazzcash-v4.2" => scheme(
            named(field, &["/pp_MerchantID", "/pp_OrderInfo", "/pp_Amount"]),
            form,
            field("/pp_SecureHash"),
            list![
                credential("integrity_salt"),
                text("&"),
                selected(Fields::new(BY_NAME).non_empty().separator(list![text("&")]))
            ],
            |of| hex(one(hmac(Hash::Sha256, list![credential("integrity_salt")], of))),
        ),
        "paytm-checksum" => scheme(
            [vec![value("salt", list![random(Alphabet::Alphanumeric, 4)])], named(field, &["/MID", "/ORDERID"])]
                .concat(),
            form,
            field("/CHECKSUMHASH"),
            list![selected(Fields::new(BY_NAME).separator(list![text("|")])), text("|"), made("salt")],
            |of| {
                base64(one(apply3(
                    Function::Encipher(CipherMode::Cbc),
                    list![credential("merchant_key")],
                    list![text("@@@@&&&&####$$$$")],
                    vec![hex_sha_256(of), made("salt")].into(),
                )))
            },
        ),
        "ipay88" => scheme(
            named(field, &["/MerchantCode", "/RefNo", "/Amount", "/Currency"]),
            form,
            field("/Signature"),
            list![
                credential("merchant_key"),
                sent_field("MerchantCode"),
                sent_field("RefNo"),
                apply2(Function::Without, list![text(".,")], list![sent_field("Amount")]),
                sent_field("Currency"),
            ],
            hex_sha_256,
        ),
        "momo-create" => scheme(
            named(
                field,
                &[
                    "/partnerCode",
                    "/requestId",
                    "/amount",
                    "/orderId",
                    "/orderInfo",
                    "/redirectUrl",
                    "/ipnUrl",
                    "/requestType",
                    "/extraData",
                    "/lang",
                ],
            ),
            json,
            field("/signature"),
            list![selected(
                Fields::new(BY_NAME)
                    .with(list![entry("accessKey", list![credential("access_key")])])
                    .except(texts!["lang"])
                    .pairs()
                    .separator(list![text("&")])
            )],
            |of| hex(one(hmac(Hash::Sha256, list![credential("secret_key")], of))),
        ),
        "vnpay-pay-url" => scheme(
            named(
                query,
                &[
                    "vnp_Version",
                    "vnp_Amount",
                    "vnp_Command",
                    "vnp_CreateDate",
                    "vnp_CurrCode",
                    "vnp_IpAddr",
                    "vnp_Locale",
                    "vnp_OrderInfo",
                    "vnp_OrderType",
                    "vnp_ReturnUrl",
                    "vnp_TmnCode",
                    "vnp_TxnRef",
                ],
            ),
            None,
            query("vnp_SecureHash"),
            one(encoded(Fields::new(BY_NAME).of(Of::Query), Escape::Form)),
            |of| hex(one(hmac(Hash::Sha512, list![credential("hash_secret")], of))),
        ),
        "ogone-shasign" => scheme(
            named(field, &["/PSPID", "/ORDERID", "/AMOUNT", "/CURRENCY", "/LANGUAGE"]),
            form,
            field("/SHASIGN"),
            list![selected(Fields::new(BY_NAME).non_empty().each(list![
                upper(list![NAME]),
                text("="),
                CONTENT,
                credential("sha_in")
            ]))],
            |of| upper(one(hex_sha_1(of))),
        ),
        "fawry-charge" => scheme(
            [
                named(field, &["/merchantCode", "/merchantRefNum", "/customerProfileId", "/paymentMethod"]),
                vec![field("/amount").rules(list![NUMBER]), field("/cardToken")],
            ]
            .concat(),
            json,
            field("/signature"),
            list![
                credential("merchant_code"),
                fields(these(texts!["merchantRefNum", "customerProfileId", "paymentMethod"])),
                apply(Function::Decimal(2), list![sent_field("amount")]),
                fields(these(texts!["cardToken"])),
                credential("secure_key"),
            ],
            hex_sha_256,
        ),
        "bca-api" => scheme(
            vec![
                header("X-BCA-Key"),
                header("X-BCA-Timestamp").filled(list![time(strftime("%Y-%m-%dT%H:%M:%S.%3f%:z"), 25_200, 0)]),
            ],
            json,
            header("X-BCA-Signature"),
            list![join(
                ":",
                list![
                    request(RequestPart::Method),
                    request(RequestPart::Target),
                    session("access_token"),
                    hex(list![sha_256(list![apply2(
                        Function::Without,
                        list![text(" \t\r\n")],
                        list![request(RequestPart::Body)]
                    )])]),
                    sent_header("X-BCA-Timestamp"),
                ]
            )],
            |of| hex(one(hmac(Hash::Sha256, list![credential("api_secret")], of))),
        ),
        "worldline-connect-v1hmac" => scheme(
            [
                named(
                    header,
                    &["Content-Type", "X-GCS-ServerMetaInfo", "X-GCS-ClientMetaInfo", "X-GCS-CustomerHeader"],
                ),
                vec![header("Date").filled(list![time(strftime("%a, %d %b %Y %H:%M:%S GMT"), 0, 0)])],
            ]
            .concat(),
            None,
            header("Authorization"),
            list![
                request(RequestPart::Method),
                text("\n"),
                sent_header_or_empty("Content-Type"),
                text("\n"),
                sent_header("Date"),
                text("\n"),
                selected(Fields::new(prefix("x-gcs-")).of(Of::Headers).each(list![
                    NAME,
                    text(":"),
                    CONTENT,
                    text("\n")
                ])),
                request(RequestPart::Target),
                text("\n"),
            ],
            |of| {
                let tag = base64(one(hmac(Hash::Sha256, list![credential("secret_api_key")], of)));
                concat(vec![text("GCS v1HMAC:"), credential("api_key_id"), text(":"), tag].into())
            },
        ),
        "twitter-oauth1" => scheme(
            vec![
                value("nonce", list![random(Alphabet::Alphanumeric, 42)]),
                header("Authorization").filled(list![
                    text("OAuth "),
                    selected(
                        Fields::new(these(texts![]))
                            .with(OAUTH)
                            .each(list![percent(list![NAME]), text("=\""), percent(list![CONTENT]), text("\"")])
                            .separator(list![text(", ")])
                    ),
                    text(", oauth_signature=\""),
                    percent(list![made("signature")]),
                    text("\""),
                ]),
                query("include_entities"),
                field("/status"),
            ],
            form,
            value("signature", list![]),
            vec![join(
                "&",
                vec![
                    request(RequestPart::Method),
                    percent(list![request(RequestPart::UrlWithoutQuery)]),
                    percent(one(encoded(Fields::new(BY_NAME).of(Of::QueryAndBody).with(OAUTH), Escape::Percent))),
                ]
                .into(),
            )]
            .into(),
            |of| {
                let key: List<Value> = list![
                    percent(list![credential("consumer_secret")]),
                    text("&"),
                    percent(list![credential("token_secret")])
                ];
                base64(one(hmac(Hash::Sha1, key, of)))
            },
        ),
        "binance-spot" => scheme(
            [
                named(query, &["symbol", "side", "type", "timeInForce", "quantity", "price", "recvWindow"]),
                vec![query("timestamp").filled(list![UNIX_MILLIS])],
            ]
            .concat(),
            None,
            query("signature"),
            list![request(RequestPart::Query), request(RequestPart::Body)],
            |of| hex(one(hmac(Hash::Sha256, list![credential("secret_key")], of))),
        ),
        "kraken-spot" => scheme(
            [
                vec![field("/nonce").filled(list![UNIX_MILLIS])],
                named(field, &["/ordertype", "/pair", "/price", "/type", "/volume"]),
            ]
            .concat(),
            form,
            header("API-Sign"),
            list![request(RequestPart::Path), sha_256(list![sent_field("nonce"), request(RequestPart::Body)])],
            |of| base64(one(hmac(Hash::Sha512, list![credential("private_key")], of))),
        ),
        "okx-v5" => scheme(
            vec![
                header("OK-ACCESS-TIMESTAMP").filled(list![time(strftime("%Y-%m-%dT%H:%M:%S.%3fZ"), 0, 0)]),
                query("ccy"),
            ],
            None,
            header("OK-ACCESS-SIGN"),
            list![
                sent_header("OK-ACCESS-TIMESTAMP"),
                request(RequestPart::Method),
                request(RequestPart::Target),
                request(RequestPart::Body)
            ],
            |of| base64(one(hmac(Hash::Sha256, list![credential("secret_key")], of))),
        ),
        "aliyun-rpc" => scheme(
            [
                named(query, &["AccessKeyId", "Action", "Format", "SignatureMethod", "SignatureVersion", "Version"]),
                vec![query("SignatureNonce").filled(list![UUID]), query("Timestamp").filled(list![RFC3339])],
            ]
            .concat(),
            None,
            query("Signature"),
            vec![join(
                "&",
                vec![
                    request(RequestPart::Method),
                    percent(list![request(RequestPart::Path)]),
                    percent(one(encoded(Fields::new(BY_NAME).of(Of::Query), Escape::Percent))),
                ]
                .into(),
            )]
            .into(),
            |of| base64(one(hmac(Hash::Sha1, list![credential("access_key_secret"), text("&")], of))),
        ),
        "cloudinary-upload" => scheme(
            named(field, &["/timestamp", "/public_id", "/eager", "/file", "/api_key"]),
            form,
            field("/signature"),
            list![
                selected(
                    Fields::new(BY_NAME)
                        .except(texts!["file", "api_key", "cloud_name", "resource_type"])
                        .pairs()
                        .separator(list![text("&")])
                ),
                credential("api_secret")
            ],
            hex_sha_1,
        ),
        "lazada-open" => scheme(
            [
                named(query, &["app_key", "access_token", "sign_method", "order_id"]),
                vec![query("timestamp").filled(list![UNIX_MILLIS])],
            ]
            .concat(),
            None,
            query("sign"),
            list![request(RequestPart::Path), selected(Fields::new(BY_NAME).of(Of::Query).each(list![NAME, CONTENT]))],
            |of| upper(one(hex(one(hmac(Hash::Sha256, list![credential("app_secret")], of))))),
        ),
        other => panic!("the scheme {other} has no plan"),
    }
}

thread_local! {
    /// What is drawn by chance, as the places of its characters in the alphabet.
    static DRAWN: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Lets chance draw this text.
fn draw(text: &str) {
    let place = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        _ => byte - b'0' + 52,
    };
    DRAWN.set(text.bytes().filter(u8::is_ascii_alphanumeric).map(place).collect());
}

fn text_of<'j>(json: &'j Json, name: &str) -> &'j str {
    json[name].as_str().unwrap_or_default()
}

fn members(json: &Json) -> impl Iterator<Item = (&str, &str)> {
    json.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
}

/// Fills in what a scheme says of the request of an entry, and holds it to what is expected, at the other end too.
fn hold(entry: &Json) {
    let name = text_of(entry, "name");
    let given = &entry["inputs"];
    let Scheme { slots, body, signature, to_sign, sign } = scheme(name);
    let signed = Slot { value: Some(vec![sign(to_sign.clone())].into()), given: false, rules: list![], ..signature };
    let operation = Operation {
        body,
        method: text_of(given, "method").to_owned().into(),
        path: text_of(given, "path").to_owned().into(),
        ..operation("sign", "", "").slots([slots, vec![signed]].concat().into())
    };
    let operation = operation.arranged().unwrap();
    let own = operation.slots.len() - 1;

    let kind = |own: &str| if own == "private_key" { CredentialKind::Base64 } else { CredentialKind::Text };
    let credentials = members(&given["credentials"]).map(|(name, _)| Credential {
        name: name.to_owned().into(),
        description: "".into(),
        kind: kind(name),
    });
    let plan = Plan { credentials: credentials.collect(), ..plan("scheme", "Scheme") };
    let setup = members(&given["credentials"])
        .fold(Setup::new(std::sync::Arc::new(plan)), |setup, (name, text)| setup.credential(name, text).unwrap());
    let setup = Setup { base_url: Some(format!("https://{}", text_of(given, "host"))), ..setup };
    let session: Values =
        members(&given["session"]).map(|(name, text)| (name.to_owned().into(), Secret::from(text))).collect();
    let nonce = text_of(given, "nonce");
    // The moment of a scheme that gives none is that of its timestamp.
    let millis = given["now_unix_millis"].as_i64().unwrap_or(1_318_622_958_000);
    draw(if name == "twitter-oauth1" { "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg" } else { nonce });
    let moment =
        Moment::fixed(jiff::Timestamp::from_millisecond(millis).unwrap(), nonce.parse().unwrap_or_default(), |bytes| {
            DRAWN.with_borrow(|drawn| bytes.copy_from_slice(drawn))
        });
    let inputs = Inputs { setup: &setup, session: Some(&session), moment };

    let in_query = form_urlencoded::parse(text_of(given, "query").as_bytes()).into_owned().collect::<Vec<_>>();
    let in_query = in_query.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let values = in_query.chain(members(&given["fields"])).chain(members(&given["headers"]));
    let has_body = given["body"].is_string();
    let mut call = if has_body { Call::new("sign").body(text_of(given, "body")) } else { Call::new("sign") };
    for (name, text) in values {
        let slot = &operation.slots[operation.slot(name).unwrap()];
        if slot.value.is_none() && !(has_body && slot.place == Place::Field) {
            call = call.value(name, text);
        }
    }
    let mut request = call.request(&operation, setup.base_path(&operation)).unwrap();
    request.check(&[]).unwrap();
    whole(request.fill(&inputs).unwrap());

    let expected = text_of(entry, "expected");
    assert_eq!(request.text(own).as_deref(), Some(expected), "{name}");
    let string = request.evaluate(own, &to_sign, &inputs).unwrap();
    match text_of(entry, "string_to_sign").strip_prefix("hex:") {
        Some(digits) => assert_eq!(::hex::encode(&string), digits, "{name}"),
        None => assert_eq!(String::from_utf8_lossy(&string), text_of(entry, "string_to_sign"), "{name}"),
    }
    for other in operation.slots.iter().filter(|slot| slot.place == Place::Header && slot.value.is_some()) {
        if let Some(expected) = given["headers"][other.name.as_ref()].as_str() {
            assert_eq!(header_of(&request, &other.name), expected, "{name}");
        }
    }

    // What chance drew is not sent by itself, so that it is known to the sender alone.
    if name != "paytm-checksum" && name != "twitter-oauth1" {
        let received = over_the_wire(&request);
        let received = Request::received(&operation, setup.base_path(&operation), &received).unwrap();
        let value = operation.slots[own].value.as_deref().unwrap();
        let again = received.evaluate(own, value, &inputs).unwrap();
        assert_eq!(String::from_utf8_lossy(&again), expected, "{name}");
    }
}

#[test]
fn the_schemes_of_providers_are_signed_as_they_publish() {
    let schemes: Vec<Json> = serde_json::from_str(include_str!("../data/schemes.json")).unwrap();
    schemes.iter().for_each(hold);
    assert_eq!(schemes.len(), 17);
}
