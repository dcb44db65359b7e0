//! Small mistakes, and what is said of them.

use super::*;

/// What is said of a signature in the header `sign`, made as `values` say, of a request with this body and query.
fn note_of(values: &[Value], encoding: Encoding, (body, sent_query): (&str, &str), sign: &str) -> Option<String> {
    let given = |slot: Slot, secrecy| Slot { required: false, ..marked(slot, secrecy) };
    let fields = ["/mobile_no", "/dob", "/Note"].map(|pointer| given(words::field(pointer), SENSITIVE));
    let queries = ["b", "a"].map(|name| given(query(name), PUBLIC));
    let slots = [&[computed("sign", values)][..], &queries, &fields].concat();
    let receiver = receiver_of(Operation { body: Some(encoding), ..operation(&slots) });
    let mut request = request(&[("sign", sign)], body);
    *request.uri_mut() = format!("/v1/cards?{sent_query}").parse().expect("a path");
    let note = |verify: fn(&Setup, &str, &http::Request<Bytes>, Option<&Values>) -> _| {
        let found: Result<Verification, Invalid> = verify(&receiver, "create_card", &request, None);
        let mut found = found.expect("a body that can be read");
        for personal in ["9876543978", "1958-01-02", KEY] {
            assert!(!format!("{found:?} {}", found.values[0]).contains(personal), "{found:?}");
        }
        assert_eq!(found.values[0].verdict, Verdict::Wrong);
        found.values.remove(0).note
    };
    let quick = note(verify_quickly);
    assert!(quick.as_deref().is_none_or(|note| note.contains("but for")), "{quick:?}");
    note(verify)
}

/// Pairs of name and value.
fn pairs(which: Selection, separator: &'static str) -> Value {
    let separator: Vec<Value> = Some(text(separator)).into_iter().filter(|_| !separator.is_empty()).collect();
    let separator: List<Value> = separator.into();
    words::selected(Fields::new(which).pairs().separator(separator))
}

#[test]
fn a_mistake_in_the_selected_fields_is_named() {
    let (dob, number) = ("dob=1958-01-02", "mobile_no=9876543978");
    for (selection, which) in [(BY_NAME, "by-name"), (these(texts!["dob", "mobile_no"]), "[dob, mobile_no]")] {
        let values = [digest(&[pairs(selection, "&"), key()])];
        let note_of = |sent, sign: &str| note_of(&values, Encoding::Form, (sent, ""), sign);
        let of = format!("{{fields: {which}, as: pairs, separator: \"&\"}}");
        for (signed, note) in [
            (format!("{number}&{dob}{KEY}"), "the order mobile_no, dob".to_owned()),
            (format!("{dob}|{number}{KEY}"), "with the separator \"|\"".to_owned()),
            (format!("{dob}{number}{KEY}"), "with the separator \"\"".to_owned()),
            (format!("{dob}&{number}&{KEY}"), "with the separator at the end too".to_owned()),
            (format!("1958-01-02&9876543978{KEY}"), "with values without their names".to_owned()),
            (format!("{KEY}{dob}&{number}"), format!("the order [{{credential: secret_key}}, {of}]")),
            (format!("{dob}&{number}"), "without {credential: secret_key}".to_owned()),
        ] {
            assert_eq!(note_of(BODY, &hex_sha_256(&signed)), Some(format!("it matches {note}")), "{signed}");
        }
        let sha_512 = {
            use sha2::Digest;
            sha2::Sha512::digest(format!("{dob}&{number}{KEY}"))
        };
        let right = ::hex::decode(hex_sha_256(&format!("{dob}&{number}{KEY}"))).expect("hex");
        let base64 = |bytes: &[u8]| {
            String::from_utf8(countersign_plan::codec::encode(Codec::Base64, bytes).expect("base64")).expect("text")
        };
        for (sign, note) in [
            (base64(&right), "it matches as base64 in the place of hex"),
            (base64(::hex::encode(&right).as_bytes()), "it matches as base64 of the hex"),
            (::hex::encode(sha_512), "it matches as sha-512 in the place of sha-256"),
            (::hex::encode_upper(&right), "it matches but for the case of its letters"),
            (
                hex_hmac(KEY, &format!("{dob}&{number}")),
                "it matches as hmac-sha-256 with {credential: secret_key} for its key",
            ),
        ] {
            assert_eq!(note_of(BODY, &sign).as_deref(), Some(note));
        }
        assert_eq!(note_of(BODY, &hex_sha_256("else")), None);
        // A name that the document does not have is not repeated.
        if which == "by-name" {
            let sent = format!("{BODY}&hunter2=a+b");
            for (signed, note) in [
                (format!("{number}&{dob}&hunter2=a b{KEY}"), "another order of the fields"),
                (format!("{dob}&hunter2=a%20b&{number}{KEY}"), "with the values percent-encoded"),
            ] {
                assert_eq!(note_of(&sent, &hex_sha_256(&signed)), Some(format!("it matches {note}")));
            }
        }
    }
}

#[test]
fn a_body_and_a_query_that_were_signed_in_another_form_are_recognised() {
    let tag = |of: &[Value]| [hex_of(hmac(Hash::Sha256, list![credential("secret_key")], values(of)))];
    let body = tag(&[part(RequestPart::Body)]);
    let json = r#"{"mobile_no":"9876543978","dob":"1958-01-02","Note":"é/[1]"}"#;
    for (signed, note) in [
        (
            r#"{"mobile_no": "9876543978", "dob": "1958-01-02", "Note": "é/[1]"}"#,
            "the body with a space after each \":\" and \",\"",
        ),
        (
            // python3 -c 'import json; print(json.dumps({"mobile_no": "9876543978", "dob": "1958-01-02", "Note": "é/[1]"}))'
            "{\"mobile_no\": \"9876543978\", \"dob\": \"1958-01-02\", \"Note\": \"\\u00e9/[1]\"}",
            "the body with a space after each \":\" and \",\", what is not ASCII escaped",
        ),
        (
            // php -r 'echo json_encode(["mobile_no" => "9876543978", "dob" => "1958-01-02", "Note" => "é/[1]"]);'
            "{\"mobile_no\":\"9876543978\",\"dob\":\"1958-01-02\",\"Note\":\"\\u00e9\\/[1]\"}",
            "the body, \"/\" and what is not ASCII escaped",
        ),
        (
            "{\n  \"mobile_no\": \"9876543978\",\n  \"dob\": \"1958-01-02\",\n  \"Note\": \"é/[1]\"\n}",
            "the body in lines, indented by 2",
        ),
        (r#"{"Note":"é/[1]","dob":"1958-01-02","mobile_no":"9876543978"}"#, "the body with its names sorted"),
        ("", "an empty body"),
        (&format!("{json}\n"), "the body with a line break at its end"),
    ] {
        let found = note_of(&body, Encoding::Json, (json, ""), &hex_hmac(KEY, signed));
        assert_eq!(found, Some(format!("it matches {note}")), "{signed}");
    }
    let lines = "{ \"Note\" : [ 1.50 , { } , [ ] ] }";
    for (signed, note) in [
        ("{\"Note\":[1.50,{},[]]}", "the body without white space"),
        ("{\n    \"Note\": [\n        1.50,\n        {},\n        []\n    ]\n}", "the body in lines, indented by 4"),
    ] {
        let found = note_of(&body, Encoding::Json, (lines, ""), &hex_hmac(KEY, signed));
        assert_eq!(found, Some(format!("it matches {note}")), "{signed}");
    }
    let query = tag(&[part(RequestPart::Path), text("?"), part(RequestPart::Query)]);
    for (signed, note) in [
        ("/v1/cards?a=1+2&b=%2F", "the query in the order a, b"),
        ("/v1/cards?b=/&a=1 2", "the query decoded"),
        ("/v1/cards?b=%2F&a=1%202", "the query with \"%20\" in the place of \"+\""),
        ("/v1/cards/?b=%2F&a=1+2", "the path with a slash at its end"),
        ("/v1/cardsb=%2F&a=1+2", "without \"?\""),
    ] {
        let found = note_of(&query, Encoding::Form, (BODY, "b=%2F&a=1+2"), &hex_hmac(KEY, signed));
        assert_eq!(found, Some(format!("it matches {note}")), "{signed}");
    }
    for (sign, note) in [
        (hex_hmac(BODY, KEY), "with the key and the message exchanged"),
        (hex_sha_256(BODY), "as sha-256 of the message alone in the place of hmac-sha-256"),
        (hex_sha_256(&format!("{KEY}{BODY}")), "as sha-256 of the key and the message in the place of hmac-sha-256"),
        (hex_sha_256(&format!("{BODY}{KEY}")), "as sha-256 of the message and the key in the place of hmac-sha-256"),
        (hex_hmac(KEY, "dob=1958-01-02&mobile_no=9876543978"), "the body in the order dob, mobile_no"),
    ] {
        let found = note_of(&body, Encoding::Form, (BODY, ""), &sign);
        assert_eq!(found, Some(format!("it matches {note}")));
    }
}

#[test]
fn a_field_in_an_object_is_encoded_by_its_own_name() {
    let named = these(texts!["/order/note", "/order/id"]);
    let slots = [
        computed("sign", &[digest(&[pairs(named, "&")])]),
        field("/order", PUBLIC),
        field("/order/id", PUBLIC),
        field("/order/note", PUBLIC),
    ];
    let receiver = receiver_of(Operation { body: Some(Encoding::Json), ..operation(&slots) });
    let sign = hex_sha_256("note=a%20b&id=1");
    let found = verified(&receiver, &[("sign", &sign)], r#"{"order":{"id":"1","note":"a b"}}"#);
    assert_eq!(found.values[0].note.as_deref(), Some("it matches with the values percent-encoded"));
}

#[test]
fn operands_that_are_joined_stay_as_many() {
    let join = words::join("\n", vec![words::request(RequestPart::Path), pairs(BY_NAME, "&")].into());
    let values = [digest(&[join])];
    for (signed, note) in [
        ("/v1/cards?\ndob=1958-01-02&mobile_no=9876543978", "the path with the query after it"),
        ("/v1/cards\ndob=1958-01-02&mobile_no=9876543978&", "with the separator at the end too"),
        ("/v1/cards|dob=1958-01-02&mobile_no=9876543978", "with the separator \"|\""),
    ] {
        let found = note_of(&values, Encoding::Form, (BODY, ""), &hex_sha_256(signed));
        assert_eq!(found, Some(format!("it matches {note}")), "{signed}");
    }
}

#[test]
fn the_search_for_a_mistake_ends_whatever_is_sent() {
    let every = || pairs(BY_NAME, "");
    let many: Vec<Value> = (0..20).map(|_| every()).chain([part(RequestPart::Body)]).collect();
    let body: String = (0..500).map(|index| format!("f{index}={index}&")).collect();
    let deep = format!("{{\"Note\":{}{}}}", "[".repeat(20_000), "]".repeat(20_000));
    let began = Instant::now();
    assert_eq!(note_of(&[digest(&many)], Encoding::Form, (&body, &body), &hex_sha_256("")), None);
    assert_eq!(note_of(&[digest(&many[20..])], Encoding::Json, (&deep, ""), &hex_sha_256("else")), None);
    assert!(began.elapsed() < std::time::Duration::from_secs(20), "{:?}", began.elapsed());
}
