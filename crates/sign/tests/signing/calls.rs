//! What a call puts where, as text and typed.

use std::collections::BTreeMap;

use countersign_plan::{Place, RequestPart, Secrecy};
use countersign_sign::{Date, Header, Sensitive};
use serde::Serialize;

use super::*;

/// An operation with something in every place.
fn everything() -> Operation {
    let operation = of_json(vec![
        header("X-Otp").secret().required(),
        header("X-Note").required(),
        path("customer").sensitive(),
        path("file"),
        query("mobile").sensitive().required(),
        free(field("/names").sensitive().required()),
        free(field("/person").required()),
        field("/person/born").sensitive().required(),
        field("/person/kind").required(),
        field("/note").required(),
    ]);
    Operation { path: "/customers/{customer}/files/{file}.json".into(), ..operation }
}

const BODY: &str = r#"{"names":["Ada",{"last":"Love"},17],"person":{"born":"1815-12-10","kind":"k"},"note":"n"}"#;

fn complete() -> Call {
    call()
        .value("customer", "a b")
        .value("file", "7")
        .value("mobile", "+91 9")
        .value("X-Otp", "4711")
        .value("X-Note", "n")
        .body(BODY)
}

#[test]
fn what_the_caller_gives_is_in_its_place() {
    let (operation, call) = (everything(), complete());
    let request = signed(&operation, &call).unwrap();
    assert_eq!(request.operation().id, "create_card");
    assert_eq!(request.path(), "/api/customers/a%20b/files/7.json");
    assert_eq!(request.query().as_deref(), Some("mobile=%2B91+9"));
    assert_eq!(request.body().as_deref(), Some(BODY));
    let texts: Vec<_> = (0..5).map(|slot| request.text(slot).unwrap().into_owned()).collect();
    assert_eq!(texts, ["4711", "n", "a b", "7", "+91 9"]);
    let segments: Vec<_> = request.segments().collect();
    let expected = [("/customers/", None), ("a%20b", Some(2)), ("/files/", None), ("7", Some(3)), (".json", None)];
    assert_eq!(segments, expected);
    let headers: Vec<_> = request.headers().map(|Header { name, slot, .. }| (name, slot)).collect();
    assert_eq!(headers, [("X-Otp", Some(0)), ("X-Note", Some(1)), ("Accept", None), ("Content-Type", None)]);
    assert_eq!(header_of(&request, "x-OTP"), "4711");
    assert_eq!(request.header("X-None"), None);
    assert_eq!(request.text(99), None);
    let names: Vec<_> = request.names().into_iter().map(|(name, slot)| (name.into_owned(), slot)).collect();
    assert_eq!(names, [("names".into(), Some(5)), ("person".into(), Some(6)), ("note".into(), Some(9))]);
}

#[test]
fn what_was_given_in_confidence_is_known_piece_by_piece() {
    let (operation, call) = (everything(), complete());
    let request = signed(&operation, &call).unwrap();
    let confidential = |slot: &usize| operation.slots[*slot].secrecy != Secrecy::Public;
    let texts = (0..operation.slots.len()).filter(confidential).flat_map(|slot| request.texts(slot));
    let mut known: Vec<String> = texts.map(|text| text.to_string()).collect();
    known.sort();
    let names = r#"["Ada",{"last":"Love"},17]"#;
    assert_eq!(known, ["+91 9", "17", "1815-12-10", "4711", "Ada", "Love", names, "a b", "a%20b"]);
    let sensitive: Vec<_> = request.headers().filter(|header| header.is_sensitive).map(|header| header.name).collect();
    assert_eq!(sensitive, ["X-Otp"]);
    assert!(request.texts(99).is_empty());
}

#[test]
fn what_follows_the_scheme_of_a_header_is_a_text_of_its_own() {
    let operation = of_path("/v1", vec![header("Authorization").secret(), header("X-None").secret()]);
    let call = call().value("Authorization", "Bearer abc def");
    let request = signed(&operation, &call).unwrap();
    let texts: Vec<_> = request.texts(0).iter().map(|text| text.to_string()).collect();
    assert_eq!(texts, ["abc def", "Bearer abc def"]);
    assert!(request.texts(1).is_empty());
}

#[test]
fn values_are_put_where_they_belong_and_secret_headers_are_marked() {
    let operation = of_form(vec![
        query("sign").filled(list![text("a b&"), credential("secret_key")]),
        header("X-Stated").secret().filled(list![text("plain")]),
        header("X-Open").filled(list![text("plain"), UUID, UNIX, setting("country")]),
        header("X-Key").filled(list![credential("secret_key")]),
        header("X-Token").filled(list![text("Bearer "), session("token")]),
        header("X-Digest").filled(list![hex(list![sha_256(list![text("a")])])]),
    ]);
    let call = call();
    let request = signed(&operation, &call).unwrap();
    assert_eq!(request.query().as_deref(), Some("sign=a+b%26a+key+of+our+own%2C+for+tests"));
    let headers: Vec<_> = request.headers().map(|header| (header.name, header.is_sensitive)).collect();
    assert_eq!(
        headers,
        [
            ("Accept", false),
            ("Content-Type", false),
            ("X-Stated", true),
            ("X-Open", false),
            ("X-Key", true),
            ("X-Token", true),
            ("X-Digest", true)
        ]
    );
    assert_eq!(header_of(&request, "X-Key"), KEY);
    assert_eq!(header_of(&request, "X-Token"), "Bearer a token of our own");
}

#[test]
fn a_query_is_in_the_order_of_the_document_whatever_the_order_of_the_call() {
    let operation = of_path(
        "/v1",
        vec![
            query("z"),
            filled(query("a b"), [text("-"), GIVEN]),
            query("y"),
            filled(query("none"), [text("-"), GIVEN]),
            query("b"),
        ],
    );
    for (given, expected) in [
        (&["a b=1", "b=2", "y=3", "z=4"][..], "z=4&a+b=-1&y=3&b=2"),
        (&["z=4", "y=3", "a b=1"], "z=4&a+b=-1&y=3"),
        (&["b=é", "a b="], "a+b=-&b=%C3%A9"),
        (&["y=*", "z=~"], "z=%7E&y=*"),
    ] {
        let pairs = given.iter().map(|pair| pair.split_once('=').unwrap());
        let call = pairs.fold(call(), |call, (name, value)| call.value(name, value));
        assert_eq!(signed(&operation, &call).unwrap().query().as_deref(), Some(expected));
    }
    assert_eq!(signed(&operation, &call()).unwrap().query(), None);
}

#[test]
fn a_path_takes_a_value_wherever_the_document_has_it() {
    for (path_of, expected) in [
        ("/v1/{id}", "/api/v1/%2Fa%3F%23%25"),
        ("/v1/{id}/x/{id}", "/api/v1/%2Fa%3F%23%25/x/%2Fa%3F%23%25"),
        ("/{id}.json", "/api/%2Fa%3F%23%25.json"),
        ("/v1/no-{id}(x)", "/api/v1/no-%2Fa%3F%23%25(x)"),
        ("/plain/p%20x/é", "/api/plain/p%20x/%C3%A9"),
    ] {
        let operation = of_path(path_of, vec![path("id")]);
        let call = call().value("id", "/a?#%");
        assert_eq!(signed(&operation, &call).unwrap().path(), expected);
    }
}

#[test]
fn what_is_answered_and_sent_decides_which_headers_say_so() {
    let names = |operation: &Operation| {
        let call = call();
        let request = signed(operation, &call).unwrap();
        request.headers().map(|header| format!("{}: {}", header.name, header.value.escape_ascii())).collect::<Vec<_>>()
    };
    assert!(names(&of_path("/v1", vec![]).empty()).is_empty());
    assert_eq!(names(&of_path("/v1", vec![])), ["Accept: application/json"]);
    assert_eq!(names(&of_json(vec![]).empty()), ["Content-Type: application/json"]);
    let form = of_form(vec![header("Accept").filled(list![text("text/plain")])]);
    assert_eq!(names(&form), ["Accept: text/plain", "Content-Type: application/x-www-form-urlencoded"]);
    let given = of_path("/v1", vec![header("accept")]);
    let call = call().value("accept", "text/csv");
    assert_eq!(header_of(&signed(&given, &call).unwrap(), "Accept"), "text/csv");
}

#[test]
fn an_operation_with_a_body_sends_one_even_where_nothing_is_given() {
    for (operation, body) in
        [(of_json(vec![]), Some("{}")), (of_form(vec![]), Some("")), (of_path("/v1", vec![]), None)]
    {
        let call = call();
        let request = signed(&operation, &call).unwrap();
        assert_eq!(request.body().as_deref(), body);
        assert_eq!(request.body_text(), body.unwrap_or_default());
    }
}

#[test]
fn a_transformed_value_leaves_in_the_place_of_the_given_one() {
    // printf 4711 | sha256sum
    const OF_4711: &str = "de650d61f5bd166a91f8ccec3158297db18b9d50eaedca238cd29dc3a214a916";
    let digest = || vec![hex(list![sha_256(list![GIVEN])])];
    let operation = of_json(vec![
        header("X-Pin"),
        query("zone"),
        query("pin"),
        query("area"),
        field("/memo"),
        field("/pin"),
        free(field("/owner")),
        field("/owner/pin"),
        field("/owner/name"),
    ]);
    let transformed = |mut operation: Operation| {
        for slot in operation.slots.to_mut().iter_mut().filter(|slot| slot.own_name().eq_ignore_ascii_case("pin")) {
            *slot = filled(slot.clone(), digest());
        }
        let header = operation.parameter(Place::Header, "X-Pin");
        if let Some(header) = header {
            let slots = operation.slots.to_mut();
            slots[header] = filled(slots[header].clone(), digest());
        }
        operation.arranged().unwrap()
    };
    let operation = transformed(operation);
    let body = r#"{"memo":"m","pin":"4711","owner":{"pin":"4711","name":"Ada"}}"#;
    let call =
        call().value("area", "gold&").value("pin", "4711").value("zone", "a b").value("X-Pin", "4711").body(body);
    let request = signed(&operation, &call).unwrap();
    assert_eq!(request.query().unwrap(), format!("zone=a+b&pin={OF_4711}&area=gold%26"));
    assert_eq!(header_of(&request, "X-Pin"), OF_4711);
    assert_eq!(request.body_text(), body.replace("4711", OF_4711));

    let form = transformed(of_form(vec![field("/pin"), field("/note")]));
    for (call, expected) in [
        (self::call().body("note=1%2B1&pin=4711&other=%C3%A9"), "note=1%2B1&pin={}&other=%C3%A9"),
        (self::call().value("note", "n").value("pin", "4711"), "pin={}&note=n"),
        // Another spelling is no other field.
        (self::call().body("p%69n=%34711"), "pin={}"),
        (self::call().body("pin=1&note=n").value("pin", "4711"), "pin={}&note=n"),
        (self::call().body("note=1%2b1"), "note=1%2b1"),
    ] {
        assert_eq!(body_of(&form, &call), expected.replace("{}", OF_4711));
    }
    // Each attempt begins with what the caller gave.
    let call = self::call().value("pin", "4711");
    let template = call.request(&form, "").unwrap();
    for _ in 0..2 {
        let mut request = template.clone();
        whole(request.fill(&inputs()).unwrap());
        assert_eq!(request.body_text(), format!("pin={OF_4711}"));
    }
    assert_eq!(template.body_text(), "pin=4711");
}

#[test]
fn what_the_client_fills_in_takes_the_place_of_what_the_caller_gave_there() {
    let operation = of_form(vec![
        header("X-Sign").filled(list![text("ours")]),
        query("at").filled(list![UNIX]),
        field("/sign").filled(list![text("ours")]),
    ]);
    let call = call().value("X-Sign", "theirs").value("at", "0").body("sign=theirs&a=1");
    let request = signed(&operation, &call).unwrap();
    assert_eq!(header_of(&request, "X-Sign"), "ours");
    assert_eq!(request.query().as_deref(), Some("at=1769862896"));
    assert_eq!(request.body_text(), "sign=ours&a=1");
    assert_eq!(request.headers().filter(|header| header.name == "X-Sign").count(), 1);
}

#[test]
fn a_field_is_given_by_its_name_or_pointer() {
    let operation = of_json(vec![
        query("id"),
        field("/id"),
        free(field("/order")),
        field("/order/a~1b"),
        free(field("/order/inner")),
        free(field("/order/inner/~0")).literal(),
    ]);
    let given = call().value("id", "q").value("/id", "f").value("/order/inner/~0", " 1.50\n").value("/order/a~1b", "x");
    let request = signed(&operation, &given).unwrap();
    assert_eq!(request.query().as_deref(), Some("id=q"));
    assert_eq!(request.body_text(), r#"{"id":"f","order":{"a/b":"x","inner":{"~":1.50}}}"#);
    assert_eq!(request.text(3).as_deref(), Some("x"));
    assert_eq!(request.text(4).as_deref(), Some(r#"{"~":1.50}"#));
}

#[derive(Serialize)]
enum Speed {
    #[serde(rename = "very-slow")]
    VerySlow,
}

#[test]
fn a_typed_value_is_written_as_it_serialises() {
    let operation = of_path(
        "/v1/{id}/{share}",
        vec![
            path("id"),
            path("share"),
            header("X-Pin"),
            header("X-Owner"),
            header("X-Count"),
            header("X-Speed"),
            header("X-On"),
            header("X-None"),
            header("X-Whole"),
            query("pin"),
            query("day"),
            query("tags").repeated(),
            query("share"),
            query("none"),
            query("nothing"),
        ],
    );
    let day: Date = "2026-01-31".parse().unwrap();
    let call = call()
        .query("share", Ok(10.0))
        .query("tags", Ok(["a&b", "c"]))
        .query("nothing", Ok([0_u8; 0]))
        .query("none", Ok(None::<u8>))
        .query("day", Ok(day))
        .query("pin", Ok(Sensitive::from(Some("1 2".to_owned()))))
        .path("id", Ok(Sensitive::from(u64::MAX)))
        .path("share", Ok(10.0))
        .header("x-pin", Ok(Secret::from("12 34")))
        .header("X-Owner", Ok(Sensitive::<String>::from("Ana")))
        .header("X-Count", Ok(-7))
        .header("X-Speed", Ok(Speed::VerySlow))
        .header("X-On", Ok(Some(true)))
        .header("X-None", Ok(None::<String>))
        .header("X-Whole", Ok(0.25));
    let request = signed(&operation, &call).unwrap();
    assert_eq!(request.path(), "/api/v1/18446744073709551615/10");
    assert_eq!(request.query().as_deref(), Some("pin=1+2&day=2026-01-31&tags=a%26b&tags=c&share=10.0"));
    let given = request.headers().filter(|header| header.slot.is_some());
    let headers: Vec<_> = given.map(|header| format!("{}={}", header.name, header.value.escape_ascii())).collect();
    assert_eq!(headers, ["X-Pin=12 34", "X-Owner=Ana", "X-Count=-7", "X-Speed=very-slow", "X-On=true", "X-Whole=0.25"]);
}

#[test]
fn a_number_is_written_out_in_a_header_and_a_path_and_text_is_left_as_it_is() {
    let names = ["X-Large", "X-Small", "X-Below", "X-Text"];
    let slots = names.map(header).into_iter().chain([path("id"), query("of")]);
    let operation = of_path("/v1/{id}", slots.collect());
    let call = call()
        .header("X-Large", Ok(1e21))
        .header("X-Small", Ok(1e-7))
        .header("X-Below", Ok(-7.0))
        .header("X-Text", Ok("1.0"))
        .path("id", Ok(-2.5e22))
        .query("of", Ok(-7.0));
    let request = signed(&operation, &call).unwrap();
    let headers = names.map(|name| header_of(&request, name));
    assert_eq!(headers, ["1000000000000000000000", "0.0000001", "-7", "1.0"]);
    assert_eq!(
        (request.path().as_str(), request.query().as_deref()),
        ("/api/v1/-25000000000000000000000", Some("of=-7.0"))
    );
}

#[test]
fn a_typed_body_is_serialised_once() {
    #[derive(Serialize)]
    struct Card {
        number: Secret,
        #[serde(skip_serializing_if = "Option::is_none")]
        note: Option<&'static str>,
        amount: u64,
    }
    let card = || Card { number: "4 1".into(), note: None, amount: 12 };
    let slots = || vec![free(field("/number")).secret(), field("/note"), free(field("/amount"))];
    assert_eq!(body_of(&of_json(slots()), &call().json(Ok(card()))), r#"{"number":"4 1","amount":12}"#);
    assert_eq!(body_of(&of_form(slots()), &call().form(Ok(card()))), "number=4+1&amount=12");
    // What is given by name goes into it.
    assert_eq!(
        body_of(&of_form(slots()), &call().form(Ok(card())).value("note", "é")),
        "number=4+1&note=%C3%A9&amount=12"
    );
    let with_note = call().json(Ok(card())).value("note", "é");
    assert_eq!(body_of(&of_json(slots()), &with_note), r#"{"number":"4 1","note":"é","amount":12}"#);
}

#[test]
fn the_first_value_that_cannot_be_given_is_the_error_of_the_call() {
    let operation = of_form(vec![header("X-A"), header("X-B")]);
    let nowhere = BTreeMap::from([([1, 2], 3)]);
    let wrong = |call: Call| call.request(&operation, "").map(drop).unwrap_err();
    let first = call().header("X-A", Err::<u8, _>("a: too long".into())).form(Err::<u8, _>("b: too short".into()));
    assert_eq!(wrong(first), Invalid { name: None, reason: "a: too long".into() });
    let unwritable = wrong(call().header("X-B", Ok(nowhere.clone())).header("X-A", Ok("\n")));
    assert_eq!(unwritable.to_string(), "X-B: it cannot be written as text");
    assert_eq!(wrong(call().json(Ok(nowhere.clone()))).to_string(), "the body cannot be serialised");
    assert_eq!(wrong(call().form(Ok(nowhere))).to_string(), "the body cannot be serialised");
}

#[test]
fn nothing_of_a_call_is_printed_but_names() {
    let (operation, call) = (everything(), complete().header("X-Other", Ok("4712")));
    let shown = format!("{call:?}");
    assert!(shown.contains("create_card") && shown.contains("customer") && shown.contains("body: true"), "{shown}");
    for value in ["4711", "4712", "Ada", "+91", "a b"] {
        assert!(!shown.contains(value), "{shown}");
    }
    assert_eq!(call.operation(), "create_card");
    is_refused(&operation, &call, Some("X-Other"), "no such parameter or field");
}

#[test]
fn nothing_of_a_setup_is_printed_that_must_not_be() {
    let guarding = operation("pay", "POST", "/pay").slots(list![
        header("X-User").sensitive().filled(list![setting("user")]),
        header("X-Country").filled(list![setting("country")]),
    ]);
    let plan = Plan { operations: vec![guarding].into(), ..PLAN.clone() };
    let setup = Setup::new(std::sync::Arc::new(plan)).credential("secret_key", "hunter2").unwrap();
    assert!(setup.is_default("country") && !setup.is_default("user") && !setup.is_default("none"));
    let mut setup = setup.setting("user", "hunter3").setting("country", "ES");
    assert!(!setup.is_default("country"));
    setup.session = Some(Values::from([("token".into(), "hunter4".into())]));
    let shown = format!("{setup:?}");
    assert!(shown.contains("acme") && shown.contains("ES"), "{shown}");
    assert!(shown.contains("{\"secret_key\": [redacted]}"), "{shown}");
    assert!(!shown.contains("hunter"), "{shown}");
    let unknown = Setup::new(&PLAN).credential("other", "hunter2").unwrap_err();
    assert_eq!(unknown, "there is no credential \"other\"");
    let unusable = Setup::new(&PLAN).credential("pin_key", "hunter2").unwrap_err();
    assert!(unusable.contains("PEM") && !unusable.contains("hunter2"), "{unusable}");
}

#[test]
fn a_moment_is_another_each_time() {
    let (first, second) = (Moment::now(), Moment::now());
    assert!(first.uuid != second.uuid && first.uuid.get_version_num() == 4);
    assert!(second.now >= first.now);
}

#[test]
fn what_a_request_says_goes_into_the_query_of_the_url_that_is_called() {
    let operation = of_path("/hooks", vec![query("b"), query("all").filled(list![request(RequestPart::Query)])]);
    let query_of = |call: &Call, query: &str| {
        let mut request = call.request(&operation, "")?.called_with(query)?;
        whole(request.fill(&inputs())?);
        Ok::<_, Invalid>(request.query().unwrap().into_owned())
    };
    let given = call().value("b", "2");
    assert_eq!(query_of(&given, "z=%7e&a").unwrap(), "z=%7e&a&b=2&all=z%3D%257e%26a%26b%3D2");
    // It is the request's, where both have it.
    assert_eq!(query_of(&given, "b=1&a=3").unwrap(), "b=2&a=3&all=b%3D2%26a%3D3");
    assert_eq!(query_of(&call(), "a=3").unwrap(), "a=3&all=a%3D3");
    let error = query_of(&given, "b=1&b=3").unwrap_err();
    assert_eq!(error.name.as_deref(), Some("b"), "{error}");
}
