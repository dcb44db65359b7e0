//! What holds for any body, any value and any request.

use countersign_plan::{
    Absent, Alphabet, CipherMode, Codec, EcdsaForm, Escape, Fields, Function, Hash, JsonForm, JweAlgorithm,
    JweEncryption, JwsAlgorithm, Of, Operands, Padding, Payload, Per, Place, PublicForm, RequestPart, Selection,
    SignatureAlgorithm, Text, TimeFormat, UuidVersion, Value, json, texts,
};
use proptest::array;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::traced::Recorder;
use super::*;

// ---- Bodies --------------------------------------------------------------------------------------------------------

/// White space as JSON has it.
fn space() -> impl Strategy<Value = String> {
    "[ \t\r\n]{0,2}"
}

/// Values as they are written: numbers that no type holds, texts with every sort of escape, lists, objects.
fn written() -> impl Strategy<Value = String> {
    let awkward = [
        "null",
        "true",
        "false",
        "-0",
        "1.50",
        "1e400",
        "12345678901234567890123",
        r#""""#,
        r#""\u00e9\/""#,
        r#""\ud83d\ude00""#,
        r#""a\"b\\""#,
        r#"",:{}[]""#,
    ];
    let scalar = prop_oneof![
        select(awkward.to_vec()).prop_map(str::to_owned),
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
    ];
    scalar.prop_recursive(3, 16, 4, |below| {
        prop_oneof![
            (vec(below.clone(), 0..4), space())
                .prop_map(|(items, space)| format!("[{space}{}]", items.join(&format!("{space},")))),
            object(&["a", "b", "\\u0063", "é", ""], below),
        ]
    })
}

/// An object with some of these names, in any order.
fn object(names: &[&'static str], value: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let count = names.len();
    let names = subsequence(names.to_vec(), 0..=count).prop_shuffle();
    (names, vec(value, count), space(), space()).prop_map(|(names, values, before, after)| {
        let members = names.iter().zip(&values);
        let members = members.map(|(name, value)| format!("{before}\"{name}\"{after}:{before}{value}{after}"));
        format!("{before}{{{after}{}}}{after}", members.collect::<Vec<_>>().join(","))
    })
}

/// A body with some of the fields of `planned`, and others.
pub(crate) fn body() -> impl Strategy<Value = String> {
    (
        object(&["b", "a", "c", "x", "y y", "~1", "é"], written()),
        proptest::option::of(object(&["amount", "stamp", "z"], written())),
    )
        .prop_map(|(body, order)| match (order, body.trim().strip_prefix('{').unwrap().trim_start()) {
            (None, _) => body,
            (Some(order), "}") => format!("{{\"order\":{}}}", order.trim()),
            (Some(order), rest) => format!("{{\"order\":{},{rest}", order.trim()),
        })
}

pub(crate) fn planned() -> Vec<Slot> {
    ["/b", "/a", "/order", "/order/amount", "/order/stamp", "/c"].map(|pointer| free(field(pointer))).to_vec()
}

/// The members of an object: their names, and what they are as it is written.
fn members(text: &str) -> Vec<(String, String)> {
    json::members(text).map(|(name, value)| (json::name(name).into_owned(), value.to_owned())).collect()
}

fn without(members: &[(String, String)], names: &[&str]) -> Vec<(String, String)> {
    members.iter().filter(|(name, _)| !names.contains(&name.as_str())).cloned().collect()
}

/// Whether the names that the document has are in its order.
fn is_in_order(members: &[(String, String)], names: &[&str]) -> bool {
    let ranks: Vec<_> = members.iter().filter_map(|(name, _)| names.iter().position(|other| other == name)).collect();
    ranks.is_sorted()
}

/// Pairs as someone may write them, encoded more or less.
pub(crate) fn form() -> impl Strategy<Value = String> {
    let name = select(vec!["b", "%61", "c", "x", "%C3%A9", "é", "a+b", ""]);
    let value = select(vec!["", "1", "a+b", "%20", "%2B", "~", "%7e", "é", "%C3%A9", "=", "%26"]);
    let pairs = vec((name, value, any::<bool>()), 0..6);
    pairs.prop_map(|pairs| {
        let mut seen = Vec::new();
        let pairs = pairs.into_iter().filter_map(|(name, value, has_value)| {
            let decoded = form_urlencoded::parse(name.as_bytes()).next().map(|(name, _)| name.into_owned());
            let is_new = !seen.contains(&decoded);
            seen.push(decoded);
            is_new.then(|| if has_value { format!("{name}={value}") } else { name.to_owned() })
        });
        pairs.collect::<Vec<_>>().join("&")
    })
}

proptest! {
    #[test]
    fn what_nothing_is_put_into_leaves_byte_for_byte(body in body(), form in form()) {
        let (json, of_form) = (of_json(planned()), of_form(planned()));
        prop_assert_eq!(body_of(&json, &call().body(body.as_str())), body.as_str());
        prop_assert_eq!(body_of(&of_form, &call().body(form.as_str())), form.as_str());
        let received = http::Request::new(body.as_str());
        let request = Request::received(&json, "", &received).unwrap();
        prop_assert_eq!(request.body_text(), body.as_str());
        let received = http::Request::new(form.as_str());
        let request = Request::received(&of_form, "", &received).unwrap();
        prop_assert_eq!(request.body_text(), form.as_str());
    }

    #[test]
    fn what_nothing_is_put_into_stays_as_it_is_written(body in body(), user in any::<String>()) {
        let mut slots = planned();
        slots[1] = filled(slots[1].clone(), [setting("user")]);
        slots[4] = filled(slots[4].clone().literal(), [UNIX]);
        let operation = of_json(slots);
        let setup = SETUP.clone().setting("user", user.as_str());
        let given = call().body(body.as_str());
        let mut request = given.request(&operation, "").unwrap();
        whole(request.fill(&Inputs { setup: &setup, ..inputs() }).unwrap());
        let (before, after) = (members(&body), members(&request.body_text()));
        prop_assert_eq!(without(&before, &["a", "order"]), without(&after, &["a", "order"]));
        let value = |members: &[(String, String)], name: &str| {
            members.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone())
        };
        prop_assert_eq!(value(&after, "a"), Some(serde_json::to_string(&user).unwrap()));
        let names = ["b", "a", "order", "c"];
        prop_assert!(is_in_order(&after, &names) || !is_in_order(&before, &names), "{:?}", after);
        // An object that the caller does not give is not made, unless the client fills in all of it.
        prop_assert_eq!(value(&before, "order").is_some(), value(&after, "order").is_some());
        if let (Some(before), Some(after)) = (value(&before, "order"), value(&after, "order")) {
            let (before, after) = (members(&before), members(&after));
            prop_assert_eq!(without(&before, &["stamp"]), without(&after, &["stamp"]));
            prop_assert_eq!(value(&after, "stamp"), Some("1769862896".to_owned()));
            let names = ["amount", "stamp"];
            prop_assert!(is_in_order(&after, &names) || !is_in_order(&before, &names), "{:?}", after);
        }
        // What is read is what is sent.
        let again = http::Request::new(request.body_text().into_owned());
        let again = Request::received(&operation, "", &again).unwrap();
        for slot in 0..operation.slots.len() {
            prop_assert_eq!(request.text(slot), again.text(slot));
        }
    }

    #[test]
    fn a_form_that_something_is_put_into_decodes_to_the_same(form in form(), value in any::<String>()) {
        let mut slots = planned();
        slots[1] = filled(slots[1].clone(), [setting("user")]);
        let operation = of_form(slots);
        let setup = SETUP.clone().setting("user", value.as_str());
        let given = call().body(form.as_str());
        let mut request = given.request(&operation, "").unwrap();
        whole(request.fill(&Inputs { setup: &setup, ..inputs() }).unwrap());
        let decoded = |text: &str| form_urlencoded::parse(text.as_bytes()).into_owned().collect::<Vec<_>>();
        let (before, after) = (decoded(&form), decoded(&request.body_text()));
        prop_assert_eq!(without(&before, &["a"]), without(&after, &["a"]));
        prop_assert!(after.contains(&("a".to_owned(), value)));
        let names = ["b", "a", "order", "c"];
        prop_assert!(is_in_order(&after, &names) || !is_in_order(&before, &names), "{:?}", after);
    }
}

// ---- Values --------------------------------------------------------------------------------------------------------

/// Texts of every sort, those that break headers, paths and forms more often than chance would have them.
fn texts_of_every_sort() -> impl Strategy<Value = String> {
    let awkward = select(vec![
        "\r", "\n", "\0", "\t", " ", "é", "ÿ", "€", "💳", "\u{7f}", "\u{85}", "%", "%0d%0a", "+", "&", "=", "/", "\\",
        "..", ".", "?", "#", "{id}", "\"", "'", "\u{feff}", "\u{202e}", "^", "|",
    ]);
    prop_oneof![any::<String>(), "[ -~]{0,20}", vec(awkward, 1..6).prop_map(|parts| parts.concat())]
}

const NAMES: [&str; 4] = ["z", "a b", "é&=", "b"];

fn wherever(place: fn(&'static str) -> Slot) -> Vec<Slot> {
    NAMES.map(|name| free(place(name))).to_vec()
}

/// Some of the names in any order, each with a text.
fn given() -> impl Strategy<Value = Vec<(&'static str, String)>> {
    let names = subsequence(NAMES.to_vec(), 0..=NAMES.len()).prop_shuffle();
    (names, vec(texts_of_every_sort(), NAMES.len())).prop_map(|(names, texts)| names.into_iter().zip(texts).collect())
}

fn with(given: &[(&'static str, String)]) -> Call {
    given.iter().fold(call(), |call, (name, text)| call.value(*name, text.as_str()))
}

/// What was given, in the order of the document.
fn in_order(given: &[(&'static str, String)]) -> Vec<(String, String)> {
    let ordered = NAMES.iter().filter_map(|name| given.iter().find(|(other, _)| other == name));
    ordered.map(|(name, text)| ((*name).to_owned(), text.clone())).collect()
}

proptest! {
    #[test]
    fn a_query_and_a_form_decode_to_what_was_given_in_the_order_of_the_document(given in given()) {
        let call = with(&given);
        let decoded = |text: &str| form_urlencoded::parse(text.as_bytes()).into_owned().collect::<Vec<_>>();
        let queried = of_path("/v1", wherever(query));
        let request = signed(&queried, &call).unwrap();
        prop_assert_eq!(decoded(&request.query().unwrap_or_default()), in_order(&given));
        prop_assert_eq!(request.query().is_none(), given.is_empty());
        let fields = ["/z", "/a b", "/é&=", "/b"].map(field).to_vec();
        prop_assert_eq!(decoded(&body_of(&of_form(fields.clone()), &call)), in_order(&given));
        prop_assert_eq!(members(&body_of(&of_json(fields), &call)), {
            let quoted = |(name, text)| (name, serde_json::to_string(&text).unwrap());
            in_order(&given).into_iter().map(quoted).collect::<Vec<_>>()
        });
    }

    #[test]
    fn a_header_leaves_as_it_was_given_or_not_at_all(given in texts_of_every_sort()) {
        let operation = of_path("/v1", vec![header("X-A")]);
        let call = call().value("X-A", given.as_str());
        match signed(&operation, &call) {
            Ok(request) => {
                let sent = request.header("X-A").unwrap();
                prop_assert_eq!(sent, given.as_bytes());
                prop_assert!(http::HeaderValue::from_bytes(sent).is_ok());
                prop_assert!(sent.iter().all(|byte| (b' '..=b'~').contains(byte)) && sent.trim_ascii() == sent);
            }
            Err(invalid) => prop_assert_eq!(invalid.name.as_deref(), Some("X-A")),
        }
    }

    #[test]
    fn a_path_holds_what_was_given_in_one_step(given in texts_of_every_sort()) {
        let operation = of_path("/v1/{id}/end", vec![path("id")]);
        let call = call().value("id", given.as_str());
        match signed(&operation, &call) {
            Ok(request) => {
                let path = request.path();
                let step = path.strip_prefix("/api/v1/").unwrap().strip_suffix("/end").unwrap();
                prop_assert!(step.bytes().all(|byte| byte.is_ascii_graphic() && !b"/?#\\".contains(&byte)), "{}", step);
                prop_assert!(!matches!(step, "" | "." | ".."));
                prop_assert_eq!(percent_encoding::percent_decode_str(step).decode_utf8().unwrap(), given.as_str());
            }
            Err(invalid) => {
                prop_assert_eq!(invalid.name.as_deref(), Some("id"));
                prop_assert!(matches!(given.as_str(), "" | "." | ".."));
            }
        }
    }

    #[test]
    fn what_is_put_is_read_again_here_and_at_the_other_end(given in texts_of_every_sort(), is_json: bool) {
        let slots = vec![path("id"), header("X-A"), query("q"), field("/a"), free(field("/o")), field("/o/a")];
        let operation = if is_json { of_json(slots) } else { of_form(slots[..4].to_vec()) };
        let operation = Operation { path: "/v1/{id}".into(), ..operation };
        let call = call().value("id", "1");
        let mut request = call.request(&operation, "/api").unwrap();
        let mut put = Vec::new();
        for slot in (1..operation.slots.len()).filter(|slot| *slot != 4) {
            if request.set(slot, given.as_bytes()).is_ok() {
                prop_assert!(request.text(slot).is_some_and(|text| text == given));
                put.push(slot);
            } else {
                prop_assert_eq!(operation.slots[slot].place, Place::Header);
            }
        }
        let received = over_the_wire(&request);
        let received = Request::received(&operation, "/api", &received).unwrap();
        for slot in put {
            prop_assert!(received.text(slot).is_some_and(|text| text == given));
        }
        prop_assert!(received.text(0).is_some_and(|text| text == "1"));
        prop_assert_eq!(received.path(), request.path());
        prop_assert_eq!(received.body_text(), request.body_text());
    }
}

// ---- Expressions and requests of every sort ------------------------------------------------------------------------

fn names() -> impl Strategy<Value = Vec<Text>> {
    let names = ["b", "a", "order", "/order/amount", "/order/none", "none", "", "/", "~2"];
    vec(select(names.to_vec()).prop_map(Text::from), 0..4)
}

static WITH_BASE: LazyLock<Setup> =
    LazyLock::new(|| Setup { base_url: Some("https://acme.example/api".into()), ..SETUP.clone() });

const FORMS: [PublicForm; 4] = [PublicForm::Jwk, PublicForm::Thumbprint, PublicForm::Der, PublicForm::Sha256];

/// Every function that has a key, with the modes and forms that it has.
fn keyed() -> Vec<Function> {
    let payloads = [Payload::Claims, Payload::Bytes, Payload::Detached, Payload::DetachedUnencoded];
    let mut functions: Vec<Function> =
        JwsAlgorithm::ALL.iter().flat_map(|own| payloads.map(|payload| Function::Jws(*own, payload))).collect();
    for &algorithm in JweAlgorithm::ALL {
        for &encryption in JweEncryption::ALL {
            functions.extend([Function::Jwe(algorithm, encryption), Function::DecryptJwe(algorithm, encryption)]);
        }
    }
    for &mode in CipherMode::ALL {
        functions.extend([Function::Encipher(mode), Function::Decipher(mode)]);
    }
    for &algorithm in SignatureAlgorithm::ALL {
        functions.extend(EcdsaForm::ALL.iter().map(|form| Function::Sign(algorithm, *form)));
    }
    functions.extend([Padding::Pkcs1V15, Padding::OaepSha256].map(Function::Encrypt));
    functions
}

/// A function of as many of these operands as it has.
fn applied(function: Function, mut operands: Operands) -> Value {
    operands[function.operands().len()..].fill(list![]);
    Value::Apply(function, operands)
}

/// Expressions of every sort, those that are missing something too.
fn values() -> impl Strategy<Value = Value> {
    let named = |names: &[&'static str]| select(names.to_vec()).prop_map(Text::from);
    let format = prop_oneof![
        Just(TimeFormat::Unix),
        Just(TimeFormat::UnixMillis),
        Just(TimeFormat::Rfc3339),
        "(%[a-zA-Z%!:]|[a-z ]){0,3}".prop_map(|format| TimeFormat::Strftime(format.into())),
    ];
    let which = prop_oneof![
        Just(Selection::Signed),
        Just(Selection::ByName),
        Just(Selection::All),
        named(&["b", "x-a"]).prop_map(Selection::NamedIn),
        named(&["x-", ""]).prop_map(Selection::Prefix),
        names().prop_map(|names| Selection::Named(names.into()))
    ];
    let leaf = prop_oneof![
        4 => "[ -~é\n]{0,4}".prop_map(|text| Value::Text(text.into())),
        2 => named(&["secret_key", "secret_key", "aes_key", "rsa", "none"]).prop_map(Value::Credential),
        1 => (named(&["rsa", "certificate", "client", "secret_key", "none"]), select(FORMS.to_vec()))
            .prop_map(|(credential, form)| Value::Public { credential, form }),
        1 => named(&["country", "country", "user"]).prop_map(Value::Setting),
        1 => named(&["token", "token", "none"]).prop_map(Value::Session),
        1 => Just(Value::Given),
        1 => (select(vec![UuidVersion::V4, UuidVersion::V7]), select(vec![Per::Attempt, Per::Call]))
            .prop_map(|(version, per)| Value::Uuid { version, per }),
        1 => (select(vec![Alphabet::Alphanumeric, Alphabet::Hex, Alphabet::Bytes]), 0..40_u16)
            .prop_map(|(of, length)| Value::Random { of, length }),
        1 => named(&["made", "none"]).prop_map(Value::Made),
        1 => named(&["q", "none"]).prop_map(Value::Query),
        1 => named(&["id", "none"]).prop_map(Value::Path),
        1 => Just(Value::Name),
        1 => Just(Value::Content),
        1 => "[0-9tf]{1,2}".prop_map(|text| Value::Literal(text.into())),
        1 => (format, prop_oneof![Just(19_800), any::<i32>()], prop_oneof![Just(0), any::<i64>()])
            .prop_map(|(format, offset_seconds, plus_seconds)| Value::Time { format, offset_seconds, plus_seconds }),
        2 => select(RequestPart::ALL.to_vec()).prop_map(Value::Request),
        1 => (named(&["x-a", "X-A", "Accept", "é"]), any::<bool>(), any::<bool>()).prop_map(|(name, skips, part)| {
            let absent = if skips { Absent::Skip } else { Absent::Empty };
            Value::Header { name, absent, part: part.then(|| "t".into()) }
        }),
        1 => names().prop_map(|names| Value::Field(names.into_iter().next().unwrap_or_default())),
    ];
    let hash = || select(vec![Hash::Md5, Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512]);
    let codec = || {
        select(vec![
            Codec::Hex,
            Codec::Base64,
            Codec::Base64Url,
            Codec::Base64Mime,
            Codec::FromHex,
            Codec::FromBase64,
            Codec::Upper,
            Codec::Lower,
            Codec::Base64UrlPadded,
            Codec::Trim,
        ])
    };
    let function = || {
        select(vec![
            Function::Json(JsonForm::Minified),
            Function::Json(JsonForm::Canonical),
            Function::Escape(Escape::Percent),
            Function::Escape(Escape::Form),
            Function::Without,
            Function::After,
            Function::Decimal(2),
        ])
    };
    leaf.prop_recursive(4, 20, 3, move |below| {
        let of = || vec(below.clone(), 0..3).prop_map(countersign_plan::List::from);
        let key = || {
            let names = [
                "pin_key",
                "rsa",
                "p256",
                "ed25519",
                "certificate",
                "p256_public",
                "client",
                "secret_key",
                "shared_key",
                "aes_key",
                "none",
            ];
            select(names.to_vec()).prop_map(|name| vec![Value::Credential(name.into())])
        };
        prop_oneof![
            ("[|\n]{0,1}", of()).prop_map(|(with, of)| Value::Join { with: with.into(), of }),
            of().prop_map(Value::Concat),
            vec(("[a\"]{0,2}".prop_map(Text::from), of()), 0..3).prop_map(|members| Value::Object(members.into())),
            vec(of(), 0..3).prop_map(|items| Value::Array(items.into())),
            (
                which.clone(),
                select(vec![Of::Body, Of::Query, Of::QueryAndBody, Of::Headers]),
                of(),
                of(),
                any::<[bool; 4]>()
            )
                .prop_map(|(which, of, form, separator, [is_each, non_empty, skips, ignores_case])| {
                    let fields = Fields::new(which).of(of).separator(separator.clone());
                    let fields =
                        if is_each { fields.each(form) } else { fields.pairs().with(vec![("w".into(), form)].into()) };
                    let fields = if non_empty { fields.non_empty() } else { fields };
                    let fields = if skips { fields } else { fields.absent_as_empty() };
                    Value::Fields(if ignores_case { fields.ignoring_case() } else { fields })
                }),
            (function(), array::uniform4(of())).prop_map(|(function, operands)| applied(function, operands)),
            (hash(), of()).prop_map(|(hash, of)| Function::Digest(hash).of(of)),
            (hash(), of(), of()).prop_map(|(hash, key, of)| Function::Hmac(hash).keyed(key, of)),
            (codec(), of()).prop_map(|(codec, of)| Function::Encode(codec).of(of)),
            (select(keyed()), key(), array::uniform3(of()))
                .prop_map(|(function, key, [a, b, c])| { applied(function, [key.into(), a, b, c]) }),
            (vec(("[a\",= ]{0,2}".prop_map(Text::from), of()), 0..3), "[,; ]{0,1}", "[=:]{0,1}").prop_map(
                |(parts, separator, equals)| {
                    Value::Parts { parts: parts.into(), separator: separator.into(), equals: equals.into() }
                }
            ),
        ]
    })
}

/// What reads some of a request that has these slots, and can be sent in any of them.
fn readers() -> impl Strategy<Value = Value> {
    const NAMES: [&str; 12] = ["x-1", "X-2", "s1", "s2", "/s1", "/s2", "X-A", "q", "b", "/a", "c", "order"];
    let names = || subsequence(NAMES.to_vec(), 0..5).prop_shuffle();
    let texts = |names: Vec<&'static str>| names.into_iter().map(Text::from).collect::<Vec<Text>>();
    let which = prop_oneof![
        3 => select(vec![Selection::ByName, Selection::All, Selection::Prefix("x-".into()), Selection::Prefix("s".into())]),
        1 => names().prop_map(move |names| Selection::Named(texts(names).into())),
        1 => select(vec!["X-A", "q", "c"]).prop_map(|name| Selection::NamedIn(name.into())),
    ];
    let of = select(vec![Of::Body, Of::Query, Of::QueryAndBody, Of::Headers]);
    let fields =
        (which, of, names(), any::<[bool; 3]>()).prop_map(move |(which, of, except, [non_empty, empty, case])| {
            let fields = Fields::new(which).of(of).except(texts(except).into()).pairs().separator(list![text("&")]);
            let fields = if non_empty { fields.non_empty() } else { fields };
            let fields = if empty { fields.absent_as_empty() } else { fields };
            Value::Fields(if case { fields.ignoring_case() } else { fields })
        });
    let read = prop_oneof![
        2 => select(RequestPart::ALL.to_vec()).prop_map(Value::Request),
        1 => select(NAMES.to_vec()).prop_map(sent_header_or_empty),
        3 => fields,
    ];
    read.prop_map(|value| hex(vec![value].into()))
}

/// Something in every place, held to rules.
fn any_operation(is_json: bool) -> Operation {
    let mut slots = vec![
        path("id").secret(),
        path("page").rules(list![INTEGER]),
        header("X-A").rules(list![pattern("^[a-z]*$")]),
        query("q").required().rules(list![NUMBER]),
    ];
    slots.extend(planned());
    slots[4].rules = list![NULLABLE, equal_to("a")];
    slots[5].rules = list![ARRAY, UNIQUE_ITEMS, each(list![TEXT])];
    let operation = if is_json { of_json(slots) } else { of_form(slots) };
    Operation { path: "/v1/{id}/x-{page}.{page}".into(), ..operation.signed(texts!["b", "/order/amount"]) }
}

proptest! {
    /// What is explained is what is sent.
    #[test]
    fn an_expression_yields_the_same_whoever_looks_on(value in values(), body in body(), slot in 0..10_usize) {
        let operation = any_operation(true);
        let call = call().value("id", "a b").value("page", "7").value("q", "1").value("X-A", "a").body(body);
        let request = call.request(&operation, "/api").unwrap();
        let mut recorder = Recorder::new(false);
        let values = std::slice::from_ref(&value);
        let sent = request.evaluate(slot, values, &inputs());
        match request.evaluate_traced(slot, values, &inputs(), &mut recorder) {
            Ok(traced) => {
                prop_assert_eq!(&*traced, &recorder.ended().1);
                // A ciphertext is another each time.
                let is_random = countersign_plan::any(values, &|value| matches!(value, Value::Apply(function, _) if function.is_random()));
                prop_assert!(is_random || sent.is_ok_and(|sent| *sent == *traced));
            }
            Err(error) => prop_assert_eq!(sent.map(drop).unwrap_err(), error),
        }
    }

    #[test]
    fn any_request_is_read_and_judged_or_refused(
        uri in prop_oneof![
            "/(api/)?v1/[a-z%/.]{0,6}/x-[0-9.]{0,5}(\\?[a-z0-9%&=+]{0,12})?",
            "/[!-~]{0,20}",
            Just("*".to_owned()),
            Just("https://a.example".to_owned()),
        ],
        headers in vec((select(vec!["x-a", "X-A", "content-type", "other"]), vec(any::<u8>(), 0..6)), 0..3),
        body in prop_oneof![
            body().prop_map(String::into_bytes),
            form().prop_map(String::into_bytes),
            vec(any::<u8>(), 0..40),
            "[{}\\[\\]\",:abo u\\\\]{0,30}".prop_map(String::into_bytes),
        ],
        value in values(),
        is_json: bool,
    ) {
        let operation = any_operation(is_json);
        let builder = http::Request::builder().method("POST").uri(uri);
        let builder = headers.into_iter().fold(builder, |builder, (name, value)| {
            match http::HeaderValue::from_bytes(&value) {
                Ok(value) => builder.header(name, value),
                Err(_) => builder,
            }
        });
        let Ok(received) = builder.body(body) else { return Ok(()) };
        let Ok(mut request) = Request::received(&operation, "/api", &received) else { return Ok(()) };
        let body = String::from_utf8_lossy(received.body()).into_owned();
        prop_assert_eq!(request.body_text(), if body.is_empty() && is_json { "{}" } else { body.as_str() });
        let _ = request.check(&[]);
        let _ = request.check(&[3, 6]);
        for slot in 0..operation.slots.len() {
            let _ = request.evaluate(slot, std::slice::from_ref(&value), &inputs());
            let (_, _) = (request.text(slot), request.texts(slot));
        }
        for slot in 0..operation.slots.len() {
            let _ = request.set(slot, b"1.5");
        }
        let (_, _, _) = (request.path(), request.query(), request.body_text());
        let _ = request.fill_traced(&inputs(), &mut Recorder::new(true));
    }

    /// What is filled in by any expression leaves, or its place is named.
    #[test]
    fn any_expression_fills_in_a_value_or_is_refused_by_its_name(value in values(), place in 0..4_usize) {
        let places = [header("X-Sign"), query("sign"), field("/sign"), field("/sign").literal()];
        let operation = operation("create_card", "POST", "/v1/cards")
            .slots(vec![header("X-A"), query("q"), field("/b"), field("/a"), filled(free(places[place].clone()), [value])].into())
            .json();
        // What waits for itself is refused before anything is sent.
        let Ok(operation) = operation.arranged() else { return Ok(()) };
        let call = call().value("X-A", "a").value("q", "1").value("b", "1");
        match signed(&operation, &call) {
            Ok(request) => {
                prop_assert!(request.text(4).is_some() || operation.slots[4].given || place == 3);
                if let Some(query) = request.query() {
                    prop_assert!(query.bytes().all(|byte| byte.is_ascii_graphic()));
                }
                prop_assert!(json::check(&request.body_text()).is_ok());
            }
            Err(invalid) => {
                prop_assert_eq!(invalid.name.as_deref(), Some(if place == 0 { "X-Sign" } else { "sign" }));
                prop_assert!(!invalid.reason.contains(KEY), "{}", invalid);
            }
        }
    }

    /// Whoever has the same keys and the same clock finds what was sent, however slots read each other.
    #[test]
    fn what_any_expressions_fill_in_is_verified_at_the_other_end(
        values in vec(prop_oneof![1 => values(), 3 => readers()], 1..4),
        places in subsequence(vec![0, 1, 2, 3, 4, 5], 3),
        is_sealed in proptest::bool::weighted(0.2),
        body in body(),
    ) {
        let slots = ["X-1", "X-2", "s1", "s2", "/s1", "/s2"];
        let slot = |index: usize| [header, query, field][index / 2](slots[index]);
        let own = places.iter().zip(&values).map(|(place, value)| filled(slot(*place), [value.clone()]));
        let given = [header("X-A"), query("q"), field("/b"), field("/a"), field("/c")];
        let made = value("made", list![random(Alphabet::Hex, 8), sent_header("X-A")]);
        let sealed = is_sealed.then(|| envelope(list![text("<"), GIVEN]));
        let slots: Vec<Slot> = std::iter::once(made).chain(given).chain(own).chain(sealed).map(free).collect();
        let operation = operation("create_card", "POST", "/v1/cards").slots(slots.into()).json();
        // What waits for itself is refused before anything is sent.
        let Ok(operation) = operation.arranged() else { return Ok(()) };
        let inputs = Inputs { setup: &WITH_BASE, ..inputs() };
        let call = call().body(body).value("X-A", "a,s1 x-2").value("q", "s2,c,order");
        let mut request = call.request(&operation, "/api").unwrap();
        if request.fill(&inputs).is_err() || is_sealed {
            return Ok(());
        }
        let received = over_the_wire(&request);
        let Ok(received) = Request::received(&operation, "/api", &received) else { return Ok(()) };
        for (index, slot) in operation.slots.iter().enumerate().skip(1) {
            let Some(values) = slot.value.as_deref() else { continue };
            // Neither what came by chance nor what was given before it was transformed is known there.
            let is_known_here = |value: &Value| match value {
                Value::Apply(function, _) => function.is_random(),
                Value::Random { .. } | Value::Given | Value::Made(_) => true,
                _ => false,
            };
            if !countersign_plan::any(values, &is_known_here) {
                let again = received.evaluate(index, values, &inputs).unwrap();
                prop_assert_eq!(received.text(index).unwrap(), String::from_utf8_lossy(&again), "{:?}", slot);
            }
        }
    }

    /// A tool that has nothing of what is secret explains all that it can.
    #[test]
    fn what_is_missing_is_named_whatever_is_made_of_it(value in values(), slot in 0..10_usize) {
        let operation = any_operation(true);
        let call = call().value("id", "a b").value("page", "7").value("q", "1");
        let request = call.request(&operation, "/api").unwrap();
        let nothing = Setup::new(&PLAN);
        let without = Inputs { setup: &nothing, session: None, ..inputs() };
        let mut recorder = Recorder::new(true);
        if let Ok(made) = request.evaluate_traced(slot, std::slice::from_ref(&value), &without, &mut recorder) {
            prop_assert_eq!(&*made, &recorder.ended().1);
        }
    }
}
