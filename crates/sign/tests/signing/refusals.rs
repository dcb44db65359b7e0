//! What is not sent, and what is said of it: a failure for each promise.

use countersign_plan::{Codec, Constraint, Encoding, Function, Hash, Notation, Padding, texts};

use super::*;

const TWICE: &str = "it is given more than once";

#[test]
fn what_is_missing_when_a_value_is_made_is_named_with_the_value() {
    for (value, says) in [
        (credential("other_key"), "the credential other_key is missing"),
        (setting("user"), "the setting user is missing"),
        (session("other"), "the session value other is missing"),
        (sent_header("X-Other"), "the header X-Other is not in the request"),
        (sent_field("other"), "the field other is not in the request"),
        (rsa(Padding::Pkcs1V15, list![credential("none")], list![text("1")]), "the credential none is missing"),
    ] {
        for slot in [header("X-Sign"), query("sign"), field("/sign")] {
            let name = slot.own_name().into_owned();
            let operation = of_json(vec![filled(slot, [value.clone()])]);
            is_refused(&operation, &call(), Some(&name), says);
        }
        let below = of_json(vec![field("/order"), filled(field("/order/sign"), [value])]);
        is_refused(&below, &call(), Some("order/sign"), says);
    }
}

/// Two optional headers, and something required in every place.
fn demanding() -> Operation {
    let operation = of_json(vec![
        path("id"),
        header("X-Otp").required(),
        query("mobile").required(),
        free(field("/names")).required(),
        free(field("/person")).required(),
        field("/person/born").required(),
        free(field("/order")),
        field("/order/note").required(),
    ]);
    Operation { path: "/v1/{id}".into(), ..operation }
}

#[test]
fn what_is_required_and_not_given_is_named() {
    let required = "it is required and was not given";
    let all = [("id", "1"), ("X-Otp", "2"), ("mobile", "3"), ("names", "4"), ("/person/born", "5")];
    let but = |missing: &str| {
        all.iter().filter(|(name, _)| *name != missing).fold(call(), |call, (name, value)| call.value(*name, *value))
    };
    let operation = demanding();
    assert!(signed(&operation, &but("")).is_ok());
    for (missing, name) in
        [("id", "id"), ("X-Otp", "X-Otp"), ("mobile", "mobile"), ("names", "names"), ("/person/born", "person")]
    {
        is_refused(&operation, &but(missing), Some(name), required);
    }
    let parameters = || call().value("id", "1").value("X-Otp", "2").value("mobile", "3");
    for (body, name) in [
        ("{}", "names"),
        (r#"{"names":null}"#, "names"),
        (r#"{"names":[]}"#, "person"),
        (r#"{"names":[],"person":null}"#, "person"),
        (r#"{"names":[],"person":{}}"#, "born"),
        (r#"{"names":[],"person":{"born":null}}"#, "born"),
        (r#"{"names":[],"person":{"born":""},"order":{}}"#, "note"),
    ] {
        is_refused(&operation, &parameters().body(body), Some(name), required);
    }
    // What is required in an object that is not given is not asked for.
    for body in [r#"{"names":[],"person":{"born":""}}"#, r#"{"names":[],"person":{"born":""},"order":null}"#] {
        assert_eq!(body_of(&operation, &parameters().body(body)), body);
    }
}

#[test]
fn what_the_client_fills_in_by_itself_is_not_asked_for() {
    let own = of_form(vec![
        header("X-Fixed").required().filled(list![text("x")]),
        query("fixed").required().filled(list![text("x")]),
        field("/fixed").required().filled(list![text("x")]),
    ]);
    assert_eq!(body_of(&own, &call()), "fixed=x");
    for slot in [header("given"), query("given"), field("/given")] {
        let made_of_given = of_form(vec![slot.required().filled(list![text("-"), GIVEN])]);
        is_refused(&made_of_given, &call(), Some("given"), "it is required and was not given");
    }
    let optional = of_form(vec![header("X-Given").filled(list![text("-"), GIVEN])]);
    assert_eq!(signed(&optional, &call()).unwrap().header("X-Given"), None);
}

#[test]
fn a_transformed_value_that_is_required_is_asked_for_when_it_is_filled_in_too() {
    let operation = of_form(vec![field("/pin").required().filled(list![hex(list![GIVEN])])]);
    let call = call();
    let mut unchecked = call.request(&operation, "").unwrap();
    let invalid = unchecked.fill(&inputs()).unwrap_err();
    assert_eq!(invalid.to_string(), "pin: it is required and was not given");
    let nullable =
        of_json(vec![field("/pin").required().filled(list![hex(list![GIVEN])]).rules(list![NULLABLE, TEXT])]);
    assert_eq!(body_of(&nullable, &self::call().body(r#"{"pin":null}"#)), r#"{"pin":null}"#);
}

#[test]
fn a_header_carries_its_value_unchanged_or_not_at_all() {
    let given = of_path("/v1", vec![header("X-A")]);
    let made = of_path("/v1", vec![query("of"), filled(header("X-A"), [setting("user")])]);
    let with = |text: &str| {
        let setup = SETUP.clone().setting("user", text);
        let call = call();
        let mut request = call.request(&made, "").unwrap();
        request.fill(&Inputs { setup: &setup, ..inputs() }).map(|_| header_of(&request, "X-A"))
    };
    for text in ["", "a", "a b", "~!", "\"quoted\""] {
        let call = call().value("X-A", text);
        assert_eq!(header_of(&signed(&given, &call).unwrap(), "X-A"), text);
        assert_eq!(with(text).unwrap(), text);
    }
    for (text, says) in [
        ("a\r", "a line break"),
        ("a\nb", "a line break"),
        ("a\r\nX-Injected: 1", "a line break"),
        ("\0", "a NUL"),
        ("é", "outside ASCII"),
        ("\u{7f}", "a control character"),
        ("\t", "a control character"),
        (" a", "a space at its start or end"),
        ("a ", "a space at its start or end"),
    ] {
        is_refused(&given, &call().value("X-A", text), Some("X-A"), says);
        is_refused(&given, &call().header("X-A", Ok(text)), Some("X-A"), says);
        let made = with(text).unwrap_err();
        assert!(made.name.as_deref() == Some("X-A") && made.reason.contains(says), "{made}");
        assert!(made.reason.contains("it is made of the setting user"), "{made}");
    }
}

#[test]
fn a_path_takes_no_value_that_would_lead_elsewhere() {
    let operation = of_path("/v1/{id}/end", vec![path("id")]);
    for text in ["", ".", ".."] {
        is_refused(&operation, &call().value("id", text), Some("id"), "cannot be part of a path");
        is_refused(&operation, &call().path("id", Ok(text)), Some("id"), "cannot be part of a path");
    }
    for (text, sent) in [("../..", "..%2F.."), ("%2e%2e", "%252e%252e"), ("a\\b", "a%5Cb"), ("...", "...")] {
        let call = call().value("id", text);
        assert_eq!(signed(&operation, &call).unwrap().path(), format!("/api/v1/{sent}/end"));
    }
    is_refused(&operation, &call(), Some("id"), "it is required and was not given");
    let filled = of_path("/v1/{id}", vec![path("id").filled(list![hex(list![GIVEN])])]);
    is_refused(&filled, &call().value("id", "1"), Some("id"), "a path parameter cannot be filled in");
    let unknown = of_path("/v1/{other}", vec![path("id")]);
    is_refused(&unknown, &call().value("id", "1"), Some("other"), "it is required and was not given");
}

#[test]
fn a_value_that_is_given_twice_is_refused() {
    let operation =
        of_json(vec![path("id"), header("X-Pin"), query("zone"), field("/pin"), field("/owner"), field("/owner/pin")]);
    let operation = Operation { path: "/v1/{id}".into(), ..operation };
    for (first, second) in [
        ("id", "id"),
        ("X-Pin", "X-Pin"),
        ("zone", "zone"),
        ("pin", "pin"),
        ("pin", "/pin"),
        ("/pin", "pin"),
        ("/owner/pin", "/owner/pin"),
    ] {
        let call = call().value("id", "1").value(first, "4711").value(second, "4712");
        is_refused(&operation, &call, Some(second), TWICE);
    }
    is_refused(&operation, &call().header("X-Pin", Ok(1)).header("x-pin", Ok(2)), Some("x-pin"), TWICE);
    is_refused(&operation, &call().query("zone", Ok([1, 2])), Some("zone"), "it is one value, and a list was given");
    is_refused(&operation, &call().path("id", Ok(1)).value("id", "2"), Some("id"), TWICE);
    let invalid = signed(&operation, &call().value("4711", "x")).map(drop).unwrap_err();
    assert_eq!(invalid.to_string(), "4711: the operation has no such parameter or field");
}

#[test]
fn a_name_that_the_document_does_not_have_is_refused() {
    let operation = of_json(vec![header("X-Pin"), query("zone"), field("/owner"), field("/owner/pin")]);
    for name in ["x-pin", "Zone", "/zone", "pin", "owner/pin", "/owner/none", "", "/"] {
        is_refused(&operation, &call().value(name, "1"), Some(name), "no such parameter or field");
    }
    is_refused(&operation, &call().query("X-Pin", Ok(1)), Some("X-Pin"), "no such parameter or field");
    is_refused(&operation, &call().path("zone", Ok(1)), Some("zone"), "no such parameter or field");
}

/// An operation whose PINs leave as digests, in JSON or in a form.
fn vault() -> (Operation, Operation) {
    let digest = |slot: Slot| slot.filled(list![hex(list![sha_256(list![GIVEN])])]);
    let json = of_json(vec![
        field("/memo"),
        digest(field("/pin")),
        free(field("/number")).literal().filled(list![GIVEN]),
        free(field("/owner")),
        digest(field("/owner/pin")),
        free(field("/labels")),
        free(field("/numbers")).literal(),
    ]);
    (json, of_form(vec![digest(field("/pin")), field("/note")]))
}

#[test]
fn a_name_that_is_twice_in_a_body_is_refused() {
    let (json, form) = vault();
    for (body, name, says) in [
        (r#"{"pin":"4711","pin":"4712"}"#, Some("pin"), TWICE),
        (r#"{"pin":"4711","memo":"m","pin":"4711"}"#, Some("pin"), TWICE),
        (r#"{"pin":"4711","p\u0069n":"4712"}"#, Some("pin"), TWICE),
        (r#"{"p\u0069n":"4711","\u0070in":"4712"}"#, Some("pin"), TWICE),
        (r#"{"pin":"4711","pin":null}"#, Some("pin"), TWICE),
        (r#"{"pin":null,"pin":"4712"}"#, Some("pin"), TWICE),
        (r#"{"owner":{"pin":"4711","pin":"4712"}}"#, Some("pin"), TWICE),
        (r#"{"owner":{"pin":"4711"},"owner":{"pin":"4712"}}"#, Some("owner"), TWICE),
        (r#"{"owner":null,"owner":{"pin":"4712"}}"#, Some("owner"), TWICE),
        // What the document does not have is not quoted: a name may be a value, too.
        (r#"{"4711":1,"4711":2}"#, None, "the body has a name more than once"),
        (r#"{"owner":{"4711":1,"\u0034711":2}}"#, Some("owner"), "it has a name more than once"),
        (r#"{"labels":{"4711":"x","4711":"y"}}"#, Some("labels"), "an object in it has a name more than once"),
        (r#"{"labels":{"a":{"4711":[{"b":1},{"b":1,"\u0062":2}]}}}"#, Some("labels"), "more than once"),
        (r#"{"numbers":["4711",{"a":1,"a":2}]}"#, Some("numbers"), "more than once"),
        (r#"{"labels":{"\ud800":1,"\ud800":2}}"#, Some("labels"), "more than once"),
        (r#"{"labels":[[[{"":[],"":[]}]]]}"#, Some("labels"), "more than once"),
        ("{\"labels\":{\"\\\\\":1,\"a\":2,\"\\\\\"\n\t:{}}}", Some("labels"), "more than once"),
        (
            r#"{"other":{"a":{"b":"4711","b":"4712"}}}"#,
            None,
            "in a field that the document does not have: an object in",
        ),
        (r#"{"owner":{"other":[{"b":"4711","b":"4712"}]}}"#, Some("owner"), "more than once"),
    ] {
        is_refused(&json, &call().body(body), name, says);
        let parsed = call().json(Ok(serde_json::value::RawValue::from_string(body.to_owned()).unwrap()));
        is_refused(&json, &parsed, name, says);
    }
    let literal = call().value("numbers", r#"[{"a":1,"a":2}]"#);
    is_refused(&json, &literal, Some("numbers"), "an object in it has a name more than once");
    for (body, name) in [
        ("pin=4711&pin=4712", Some("pin")),
        ("pin=4711&p%69n=4712", Some("pin")),
        ("pin=4711&note=n&pin", Some("pin")),
        ("note=a&note=a", Some("note")),
        ("4711=a&4711=b", None),
    ] {
        is_refused(&form, &call().body(body), name, "more than once");
    }
}

#[test]
fn a_name_that_is_once_in_each_object_is_no_repetition() {
    let (json, form) = vault();
    for labels in [
        "{}",
        r#"[{"a":1},{"a":1}]"#,
        r#"{"a":{"a":{"a":["a","a"]}},"b":"a"}"#,
        r#"{"a":"\"b\":1,","b":"}{","c":"\\"}"#,
        r#"{"":1,"\u0000":2," ":3}"#,
        r#"{"pin":1,"labels":2}"#,
    ] {
        let body = format!(r#"{{"labels":{labels},"owner":{{"memo":1,"labels":2}}}}"#);
        assert_eq!(body_of(&json, &call().body(body.as_str())), body);
    }
    assert_eq!(body_of(&form, &call().body("a=note&b=note&A=1")), "a=note&b=note&A=1");
    // Neither the depth nor the length of a text costs more than reading it.
    let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    let long = format!("[{}0]", "{\"a\" :  1},".repeat(100_000));
    let wide = format!("{{{}\"\":0}}", (0..100_000).map(|i| format!("\"{i}\":{i},")).collect::<String>());
    for labels in [deep, long, wide] {
        assert!(signed(&json, &call().body(format!(r#"{{"labels":{labels}}}"#))).is_ok());
    }
}

#[test]
fn what_has_not_the_shape_that_something_is_put_into_is_refused() {
    let (json, form) = vault();
    for (body, name, says) in [
        (r#"{"owner":[{"pin":"4711"}]}"#, Some("owner"), "it is not an object"),
        (r#"{"owner":"{\"pin\":\"4711\"}"}"#, Some("owner"), "it is not an object"),
        (r#"{"owner":4711}"#, Some("owner"), "it is not an object"),
        (r#"{"pin":"4711\ud800"}"#, Some("pin"), "its text is not Unicode"),
        (r#"{"memo":"4711\udc00"}"#, Some("memo"), "its text is not Unicode"),
        (r#"{"other":"4711\udc00"}"#, None, "its text is not Unicode"),
        (r#"{"\ud800":1}"#, None, "the body has a name that is not Unicode"),
        (r#"{"owner":{"4711\ud800":1}}"#, None, "the body has a name that is not Unicode"),
        (r#"{"number":[1]}"#, Some("number"), "it must be one value"),
        (r#"{"number":{"a":1}}"#, Some("number"), "it must be one value"),
    ] {
        is_refused(&json, &call().body(body), name, says);
    }
    for pin in [r#"{"a":1}"#, r#"["4711"]"#, "4711", "true", "1e3"] {
        for body in [format!(r#"{{"pin":{pin}}}"#), format!(r#"{{"owner":{{"pin":{pin}}}}}"#)] {
            is_refused(&json, &call().body(body), Some("pin"), "it must be text");
        }
    }
    for number in ["1.50", "true", "\"x\""] {
        let sent = signed(&json, &call().body(format!(r#"{{"number":{number}}}"#))).map(|r| r.body_text().into_owned());
        assert_eq!(sent.is_ok(), number != "\"x\"", "{number}");
    }
    for body in ["pin=4711&note=%ff", "pin=%c3%28", "pin=4711&%80=a"] {
        is_refused(&form, &call().body(body), None, "not Unicode");
    }
    // By name, too: what is in an object is given field by field.
    let replaced = call().body(r#"{"owner":{"pin":"4711"}}"#).value("owner", "x");
    is_refused(&json, &replaced, Some("owner"), "it is not an object");
    let (null, before) = (call().value("/owner", "null"), call().value("/owner", "{}").value("/owner/pin", "4711"));
    is_refused(&json, &null, Some("/owner"), "it is not an object");
    is_refused(&json, &before, Some("/owner"), "it is not an object");
    is_refused(
        &json,
        &call().body(r#"{"owner":null}"#).value("/owner/pin", "4711"),
        Some("/owner/pin"),
        "owner is not",
    );
}

#[test]
fn an_object_that_is_filled_in_whole_is_not_filled_into_something_else() {
    let operation = of_json(vec![free(field("/device")), field("/device/id").filled(list![UUID])]);
    is_refused(&operation, &call().body(r#"{"device":null}"#), Some("device/id"), "device is not an object");
    is_refused(&operation, &call().body(r#"{"device":[]}"#), Some("device"), "it is not an object");
}

#[test]
fn a_body_that_is_not_what_the_operation_takes_is_refused_without_a_word_of_it() {
    let json = of_json(vec![free(field("/b"))]);
    for (text, says) in [
        ("", "the body is not JSON: it ends too early"),
        ("{", "the body is not JSON: it ends too early"),
        ("{\"b\":1} {}", "the body is not JSON: a syntax error at line 1, column 9"),
        ("{\"b\":4711x}", "the body is not JSON: a syntax error"),
        ("\u{feff}{}", "the body is not JSON"),
        ("[]", "the body is not a JSON object"),
        (" [{\"b\":4711}]", "the body is not a JSON object"),
        ("\"4711\"", "the body is not a JSON object"),
        ("null", "the body is not a JSON object"),
        ("b=4711", "the body is not JSON"),
    ] {
        is_refused(&json, &call().body(text), None, says);
        let message = signed(&json, &call().body(text)).map(drop).unwrap_err().to_string();
        assert!(!message.contains("4711"), "{message}");
    }
    let form = of_form(vec![field("/b")]);
    let none = of_path("/v1", vec![]);
    #[derive(serde::Serialize)]
    struct B {
        b: u8,
    }
    is_refused(&json, &call().json(Ok([1])), None, "the body is not a JSON object");
    is_refused(&json, &call().json(Ok(None::<B>)), None, "the body is not a JSON object");
    let other = "the body is application/x-www-form-urlencoded, and the operation takes application/json";
    is_refused(&json, &call().form(Ok(B { b: 1 })), None, other);
    let other = "the body is application/json, and the operation takes application/x-www-form-urlencoded";
    is_refused(&form, &call().json(Ok(B { b: 1 })), None, other);
    for call in [call().body(""), call().body("{}"), call().json(Ok(B { b: 1 })), call().form(Ok(B { b: 1 }))] {
        is_refused(&none, &call, None, "the operation has no body");
    }
    let field_of_none = Operation { body: None, ..of_form(vec![field("/a")]) };
    is_refused(&field_of_none, &call().value("a", "1"), Some("a"), "the operation has no body");
}

#[test]
fn a_literal_is_a_number_or_boolean_and_bytes_that_are_no_text_are_refused() {
    let literal = of_json(vec![free(field("/n")).literal()]);
    for text in ["", "1 2", "abc", "1}", "1,\"admin\":true", "NaN", "+1", "'1'"] {
        is_refused(&literal, &call().value("n", text), Some("n"), "its value is not a JSON number or boolean");
    }
    for text in ["1.50", "-0", "1e400", "true", "null"] {
        assert_eq!(body_of(&literal, &call().value("n", text)), format!(r#"{{"n":{text}}}"#));
    }
    let made = of_json(vec![free(field("/n")).literal().filled(list![text("1,\"admin\":true")])]);
    is_refused(&made, &call(), Some("n"), "its value is not a JSON number or boolean");
    let text_as_literal = of_json(vec![field("/n").literal().rules(list![INTEGER])]);
    is_refused(&text_as_literal, &call().value("n", "\"1\""), Some("n"), "it must be a whole number");
    for slot in [query("sign"), field("/sign")] {
        let raw = of_json(vec![slot.filled(list![sha_256(list![text("a")])])]);
        is_refused(&raw, &call(), Some("sign"), "its bytes are not text: the document should encode them");
    }
    let raw = of_json(vec![header("X-Sign").filled(list![sha_256(list![text("a")])])]);
    is_refused(&raw, &call(), Some("X-Sign"), "which a header cannot carry unchanged");
}

#[test]
fn rules_hold_in_every_place() {
    let demanding = |index: usize| {
        let mut operation = of_json(vec![
            path("customer"),
            query("mobile"),
            header("X-Note"),
            free(field("/names")),
            free(field("/person")),
            field("/person/born"),
            field("/note"),
        ]);
        operation.path = "/v1/{customer}".into();
        operation.slots.to_mut()[index].rules = list![pattern("^never$"), one_of(texts!["x"]), OBJECT];
        operation
    };
    let given = || {
        call()
            .value("customer", "a b")
            .value("mobile", "1")
            .value("X-Note", "n")
            .body(r#"{"names":["Ada"],"person":{"born":"1815-12-10"},"note":"n"}"#)
    };
    for (index, name, says) in [
        (0, "customer", "^never$"),
        (1, "mobile", "^never$"),
        (2, "X-Note", "^never$"),
        (3, "names", "it must be an object"),
        (5, "born", "it must be an object"),
        (6, "note", "it must be an object"),
    ] {
        is_refused(&demanding(index), &given(), Some(name), says);
    }
    assert!(signed(&demanding(4), &given()).is_ok(), "an object is an object");
    // A value in the path is held to them as it was given, not as it is encoded.
    let mut operation = demanding(0);
    operation.slots.to_mut()[0].rules = list![pattern("^a b$"), max_length(3)];
    assert!(signed(&operation, &given()).is_ok());
}

#[test]
fn an_absent_parameter_hides_no_field() {
    let mut operation = of_json(vec![query("/card"), query(""), free(field("/card")), field("/card/pin")]);
    operation.slots.to_mut()[3].rules = list![max_length(0)];
    let given = call().body(r#"{"card":{"pin":"4711"}}"#);
    is_refused(&operation, &given, Some("pin"), "it must have at most 0 characters");
}

#[test]
fn what_is_in_a_list_or_map_is_held_to_its_rules_and_found_by_its_steps() {
    let rules: Vec<Constraint> =
        vec![ARRAY, each(list![OBJECT, members(list![required_member("size", list![INTEGER, maximum("9")])])])];
    let operation = of_json(vec![free(field("/order")), field("/order/parts").rules(rules.into())]);
    for (parts, name, says) in [
        (r#"[{"size":1},{"size":10}]"#, "parts/1/size", "it must be at most 9"),
        (r#"[{}]"#, "parts/0/size", "it is required and was not given"),
        ("[1]", "parts/0", "it must be an object"),
        ("{}", "parts", "it must be an array"),
        ("null", "parts", "it must not be null"),
    ] {
        is_refused(&operation, &call().body(format!(r#"{{"order":{{"parts":{parts}}}}}"#)), Some(name), says);
    }
}

#[test]
fn null_is_given_only_where_the_document_allows_it() {
    let operation = of_json(vec![
        field("/text"),
        field("/nullable").required().rules(list![NULLABLE, TEXT]),
        free(field("/any")),
        field("/object").rules(list![OBJECT]),
        field("/object/below").required(),
        field("/maybe").rules(list![NULLABLE, OBJECT]),
        field("/maybe/below").required(),
    ]);
    let with = |member: &str| call().body(format!(r#"{{"nullable":null,{member}}}"#));
    is_refused(&operation, &with(r#""text":null"#), Some("text"), "it must not be null");
    is_refused(&operation, &with(r#""object":null"#), Some("object"), "it must not be null");
    assert!(signed(&operation, &with(r#""any":null"#)).is_ok());
    assert!(signed(&operation, &with(r#""maybe":null"#)).is_ok());
    is_refused(&operation, &call().body("{}"), Some("nullable"), "it is required and was not given");
}

#[test]
fn a_field_that_must_equal_another_is_compared_with_it() {
    let slots = |at: fn(&'static str) -> Slot| {
        vec![at("/pin").secret(), at("/again").secret().rules(list![TEXT, equal_to("pin")])]
    };
    let form = of_form(slots(field));
    let json = of_json(slots(field));
    for (first, second, fits) in [("1234", "1234", true), ("1234", "1235", false), ("", "", true)] {
        for (operation, body) in [
            (&form, format!("pin={first}&again={second}")),
            (&json, format!(r#"{{"pin":"{first}","again":"{second}"}}"#)),
        ] {
            if fits {
                assert_eq!(body_of(operation, &call().body(body.as_str())), body);
            } else {
                is_refused(operation, &call().body(body), Some("again"), "it must equal pin and does not");
            }
        }
    }
    is_refused(&form, &call().body("again=1"), Some("again"), "it must equal pin and does not");
    // The other one is that in the same object.
    let below = of_json(vec![
        field("/pin"),
        free(field("/card")),
        field("/card/a~1pin"),
        field("/card/again").rules(list![equal_to("a/pin")]),
    ]);
    let body = |pin: &str| call().body(format!(r#"{{"pin":"1","card":{{"a/pin":"{pin}","again":"1"}}}}"#));
    assert!(signed(&below, &body("1")).is_ok());
    is_refused(&below, &body("2"), Some("again"), "it must equal a/pin");
}

#[test]
fn what_is_unknown_to_who_checks_is_not_held_to_anything() {
    let mut operation =
        of_json(vec![header("X-A").required(), free(field("/person")).required(), field("/person/born").required()]);
    operation.slots.to_mut()[0].rules = list![max_length(0)];
    let given = call().value("X-A", "a");
    let request = given.request(&operation, "").unwrap();
    assert_eq!(request.check(&[]).unwrap_err().name.as_deref(), Some("X-A"));
    assert_eq!(request.check(&[0]).unwrap_err().name.as_deref(), Some("person"));
    assert_eq!(request.check(&[0, 1]), Ok(()));
}

#[test]
fn what_is_made_without_the_caller_is_held_to_the_rules_and_says_what_it_is_made_of() {
    let country =
        of_path("/v1", vec![header("X-Country").filled(list![setting("country")]).rules(list![pattern("^[A-Z]+$")])]);
    let with = |text: &str| {
        let setup = SETUP.clone().setting("country", text);
        let call = call();
        let mut request = call.request(&country, "").unwrap();
        request.fill(&Inputs { setup: &setup, ..inputs() }).map(whole)
    };
    assert!(with("MX").is_ok());
    for text in ["mx", "\n", ""] {
        let invalid = with(text).unwrap_err();
        assert_eq!(invalid.name.as_deref(), Some("X-Country"));
        assert!(invalid.reason.contains("must match the pattern"), "{invalid}");
        assert!(invalid.reason.ends_with("; it is made of the setting country"), "{invalid}");
    }
    for (values, made_of) in [
        (vec![text("a")], ""),
        (
            vec![credential("secret_key"), hex(list![session("token")])],
            "; it is made of the credential secret_key and the session value token",
        ),
        (
            vec![hmac(Hash::Sha256, list![credential("secret_key")], list![setting("country")]), sent_header("Accept")],
            "; it is made of the credential secret_key and the setting country",
        ),
    ] {
        let operation = of_path("/v1", vec![filled(header("X").rules(list![max_length(0)]), [hex(values.into())])]);
        let invalid = signed(&operation, &call()).map(drop).unwrap_err();
        assert_eq!(invalid.reason.split_once("; ").map_or("", |(_, rest)| rest), made_of.trim_start_matches("; "));
        assert!(!invalid.reason.contains("a key of our own"), "{invalid}");
    }
    // What is made of the caller's value was held to them as they gave it.
    let pin = of_form(vec![field("/pin").filled(list![hex(list![GIVEN])]).rules(list![pattern("^[0-9]{4}$")])]);
    assert_eq!(body_of(&pin, &call().value("pin", "4711")), "pin=34373131");
    is_refused(&pin, &call().value("pin", "471"), Some("pin"), "must match the pattern ^[0-9]{4}$");
}

#[test]
fn every_transformation_of_what_is_given_holds_in_every_encoding() {
    for encoding in [Encoding::Form, Encoding::Json] {
        for codec in [Codec::Hex, Codec::Base64, Codec::Base64Url] {
            let value = Function::Encode(codec).of(vec![GIVEN]);
            let slot = |slot: Slot| filled(slot, [value.clone()]);
            let slots = vec![slot(header("X-Pin")), slot(query("pin")), slot(field("/pin"))];
            let mut operation = of_form(slots);
            operation.body = Some(encoding);
            let given = call().header("X-Pin", Ok("47&11")).query("pin", Ok("47&11")).value("/pin", "47&11");
            let request = signed(&operation, &given).unwrap();
            let all = format!("{} {} {}", header_of(&request, "X-Pin"), request.query().unwrap(), request.body_text());
            assert!(!all.contains("47&11") && !all.contains("47%2611"), "{all}");
        }
    }
}

#[test]
fn an_error_is_what_is_wrong_and_by_its_name_where_it_has_one() {
    let named = Invalid { name: Some("pin".into()), reason: "it is missing".into() };
    assert_eq!(named.to_string(), "pin: it is missing");
    let unnamed = Invalid { name: None, reason: "the body is not JSON".into() };
    assert_eq!(unnamed.to_string(), "the body is not JSON");
}

#[test]
fn a_notation_is_that_of_what_leaves() {
    // What is filled in is text until then, whatever it becomes.
    let operation = of_json(vec![free(field("/n")).literal().filled(list![GIVEN, text("0")])]);
    assert_eq!(operation.slots[0].notation, Notation::Literal);
    assert_eq!(body_of(&operation, &call().value("n", "1")), r#"{"n":10}"#);
    assert_eq!(body_of(&operation, &call().body(r#"{"n":1.5}"#)), r#"{"n":1.50}"#);
    let whole = of_json(vec![field("/n").literal().filled(list![GIVEN, text("0")]).rules(list![INTEGER])]);
    assert_eq!(body_of(&whole, &call().value("n", "1")), r#"{"n":10}"#);
    is_refused(&whole, &call().value("n", "1.5"), Some("n"), "it must be a whole number");
    let made = of_json(vec![free(field("/n")).literal().filled(list![lower(list![GIVEN])])]);
    assert_eq!(body_of(&made, &call().value("n", "TRUE")), r#"{"n":true}"#);
    is_refused(&operation, &call().value("n", "x"), Some("n"), "its value is not a JSON number or boolean");
}
