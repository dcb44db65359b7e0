//! Requests of others, read the way that a client's are made.

use http::header::HeaderValue;

use super::*;

fn vault() -> Operation {
    let operation = of_json(vec![
        path("id").secret(),
        header("X-Pin"),
        query("pin"),
        free(field("/pin")),
        free(field("/owner")),
        free(field("/owner/pin")),
    ]);
    Operation { path: "/vaults/{id}.json".into(), ..operation }
}

fn http(uri: &str, headers: &[(&'static str, &str)], body: &[u8]) -> http::Request<Vec<u8>> {
    let request = http::Request::builder().method("POST").uri(uri);
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, HeaderValue::from_bytes(value.as_bytes()).unwrap())
    });
    request.body(body.to_vec()).unwrap()
}

#[test]
fn what_is_in_a_request_is_read_from_every_place() {
    let operation = vault();
    let received = http(
        "https://acme.example/api/vaults/a%20b%2F.json?pin=1+2&own=%",
        &[("x-pin", "4711"), ("content-type", "application/json"), ("user-agent", "x")],
        br#" {"pin":"\u00e9","owner":{ "pin":1.0 }}"#,
    );
    let request = Request::received(&operation, "/api", &received).unwrap();
    let texts: Vec<_> = (0..6).map(|slot| request.text(slot).map(|text| text.into_owned())).collect();
    let expected = ["a b/", "4711", "1 2", "é", r#"{ "pin":1.0 }"#, "1.0"].map(|text| Some(text.to_owned()));
    assert_eq!(texts, expected);
    assert_eq!(request.path(), "/api/vaults/a%20b%2F.json");
    assert_eq!(request.query().as_deref(), Some("pin=1+2&own=%"));
    assert_eq!(request.body_text(), r#" {"pin":"\u00e9","owner":{ "pin":1.0 }}"#);
    let headers: Vec<_> = request.headers().map(|header| (header.name, header.slot)).collect();
    assert_eq!(headers, [("X-Pin", Some(1)), ("content-type", None), ("user-agent", None)]);
    assert_eq!(request.check(&[]), Ok(()));
    // Nothing is written into it that did not come.
    let bare = http("/api/vaults/1.json", &[], b"");
    let request = Request::received(&operation, "/api", &bare).unwrap();
    assert_eq!((request.headers().count(), request.query(), request.body_text().as_ref()), (0, None, "{}"));
}

#[test]
fn what_is_twice_is_judged_by_neither() {
    let operation = vault();
    let refused = |received: http::Request<Vec<u8>>| {
        Request::received(&operation, "/api", &received).map(drop).unwrap_err().to_string()
    };
    let uri = "/api/vaults/1.json";
    for (received, says) in [
        (http("/api/vaults/1.json?pin=1&pin=2", &[], b"{}"), "pin: it is given more than once"),
        (http("/api/vaults/1.json?pin=1&%70in=2", &[], b"{}"), "pin: it is given more than once"),
        (http(uri, &[("x-pin", "1"), ("X-Pin", "2")], b"{}"), "X-Pin: it is given more than once"),
        (
            http(uri, &[("content-type", "a/b"), ("Content-Type", "c/d")], b"{}"),
            "content-type: it is given more than once",
        ),
        (http(uri, &[], br#"{"pin":1,"pin":2}"#), "pin: it is given more than once"),
        (
            http(uri, &[], br#"{"other":{"a":1,"a":2}}"#),
            "in a field that the document does not have: an object in it has a name more than once",
        ),
        (http(uri, &[], b"{"), "the body is not JSON: it ends too early at line 1, column 1"),
        (http(uri, &[], b"[]"), "the body is not a JSON object"),
        (http(uri, &[], b"{\"a\":\"\xff\"}"), "the body is not JSON: it is not UTF-8"),
    ] {
        assert_eq!(refused(received), says);
    }
    // What the document does not have may be there twice.
    let twice = http("/api/vaults/1.json?own=1&own=2", &[("accept", "a/b"), ("accept", "c/d")], b"{}");
    assert!(Request::received(&operation, "/api", &twice).is_ok());
    let form = of_form(vec![field("/pin")]);
    for (body, says) in [
        (&b"pin=1&pin=2"[..], "pin: it is given more than once"),
        (b"pin=%ff", "the form has a text that is not Unicode, which would not leave as it was given"),
        (b"pin=\xff", "the form has a text that is not Unicode, which would not leave as it was given"),
    ] {
        let received = http("/v1/cards", &[], body);
        assert_eq!(Request::received(&form, "", &received).map(drop).unwrap_err().to_string(), says);
    }
    // Where the document has no body, none is read.
    let none = of_path("/v1", vec![]);
    let received = http("/v1", &[], b"\xff{");
    assert_eq!(Request::received(&none, "", &received).unwrap().body(), None);
}

#[test]
fn a_path_tells_its_parameters_only_where_the_document_tells_what_is_around_them() {
    let segments = |template: &'static str, sent: &str| {
        let operation =
            Operation { path: template.into(), ..of_path("/", vec![path("page"), path("account").secret()]) };
        let received = http(sent, &[], b"");
        let request = Request::received(&operation, "/base", &received).unwrap();
        let segments: Vec<_> = request.segments().map(|(sent, slot)| (sent.to_owned(), slot)).collect();
        assert_eq!(segments.iter().map(|(sent, _)| sent.as_str()).collect::<String>(), sent);
        let texts = [0, 1].map(|slot| request.text(slot).map(|text| text.into_owned()));
        (segments.into_iter().filter(|(_, slot)| slot.is_some()).collect::<Vec<_>>(), texts)
    };
    let (page, account) = (Some(0), Some(1));
    let of = |sent: &str, slot: Option<usize>| (sent.to_owned(), slot);
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        segments("/v1/{page}/no-{account}.json", "/v1/3/no-1%2F.json"),
        (vec![of("3", page), of("1%2F", account)], [some("3"), some("1/")])
    );
    // Nothing tells where one ends and the other begins, so that all of it is as confidential as both.
    assert_eq!(segments("/v1/{page}-{account}/end", "/v1/3-1/end"), (vec![of("3-1", account)], [None, None]));
    assert_eq!(segments("/v1/{account}-{page}", "/v1/3-1"), (vec![of("3-1", account)], [None, None]));
    let spelled = (vec![of("3-{account}", account)], [None, None]);
    assert_eq!(segments("/v1/{page}-{account}", "/v1/3-{account}"), spelled);
    // Nor where the text around it is another, or there are more steps.
    assert_eq!(segments("/v1/no-{account}", "/v1/nr-1"), (vec![of("nr-1", account)], [None, None]));
    assert_eq!(segments("/v1/a{account}a", "/v1/a"), (vec![of("a", account)], [None, None]));
    assert_eq!(segments("/v1/{account}", "/v1/3/4"), (vec![of("/v1/3/4", account)], [None, None]));
    assert_eq!(segments("/v1/{page}", "/v1/3/4"), (vec![of("/v1/3/4", page)], [None, None]));
    assert_eq!(segments("/v1/{page}", "/v1/"), (vec![], [None, None]));
    assert_eq!(segments("/v1/{page}", "/v2/%ff"), (vec![of("%ff", page)], [some("\u{fffd}"), None]));
}

#[test]
fn a_path_that_is_not_told_breaks_no_rule() {
    let mut operation = of_path("/v1/{page}-{account}", vec![path("page"), path("account")]);
    operation.slots.to_mut()[0].rules = list![INTEGER];
    let check = |uri: &str| {
        let received = http(uri, &[], b"");
        Request::received(&operation, "", &received).unwrap().check(&[])
    };
    assert_eq!(check("/v1/1-2"), Ok(()));
    operation.path = "/v1/{page}".into();
    let received = http("/v1/x", &[], b"");
    let request = Request::received(&operation, "", &received).unwrap();
    assert_eq!(request.check(&[]).unwrap_err().to_string(), "page: it must be a whole number");
}

#[test]
fn a_path_outside_of_the_base_is_taken_whole() {
    let operation = vault();
    let received = http("/other/vaults/7.json", &[], b"");
    let request = Request::received(&operation, "/base", &received).unwrap();
    assert_eq!(request.text(0), None);
    let received = http("/vaults/7.json", &[], b"");
    let request = Request::received(&operation, "/base", &received).unwrap();
    assert_eq!(request.text(0).as_deref(), Some("7"));
}

#[test]
fn what_a_client_made_is_verified_by_making_it_again() {
    let operation = Operation {
        path: "/vaults/{id}".into(),
        ..of_json(vec![
            path("id"),
            header("X-Sign").filled(list![base64(list![hmac(
                countersign_plan::Hash::Sha256,
                list![credential("secret_key")],
                list![
                    request(countersign_plan::RequestPart::Method),
                    request(countersign_plan::RequestPart::Path),
                    request(countersign_plan::RequestPart::Query),
                    request(countersign_plan::RequestPart::Body),
                    sent_header("X-At")
                ]
            )])]),
            header("X-At").filled(list![UNIX]),
            query("note"),
            field("/a"),
        ])
    };
    let given = call().value("id", "a/b é").value("note", "1 & 2").value("a", "\"é\"");
    let sent = signed(&operation, &given).unwrap();
    let again = |body: String| {
        let uri = format!("{}?{}", sent.path(), sent.query().unwrap());
        let headers = sent.headers().map(|header| (header.name.to_owned(), header.value.to_vec()));
        let received = headers.fold(http::Request::builder().uri(uri), |received, (name, value)| {
            received.header(name, HeaderValue::from_bytes(&value).unwrap())
        });
        let received = received.body(body).unwrap();
        let request = Request::received(&operation, "/api", &received).unwrap();
        let sign = operation.parameter(countersign_plan::Place::Header, "X-Sign").unwrap();
        let values = operation.slots[sign].value.clone().unwrap();
        let made = request.evaluate(sign, &values, &inputs()).unwrap();
        (made.to_vec(), request.header("X-Sign").unwrap().to_vec())
    };
    let (made, came) = again(sent.body_text().into_owned());
    assert_eq!(made, came);
    let (made, came) = again(r#"{"a":"changed"}"#.into());
    assert_ne!(made, came);
}

#[test]
fn what_is_set_is_read_and_sent_in_the_place_of_what_came() {
    let operation = vault();
    let received = http(
        "/vaults/1.json?own=1&pin=sealed",
        &[("x-pin", "sealed"), ("host", "h")],
        br#"{"own":1.0,"owner":{ "pin":"sealed" }}"#,
    );
    let mut request = Request::received(&operation, "", &received).unwrap();
    for slot in [1, 2, 3, 5] {
        request.set(slot, b"47 11").unwrap();
        assert_eq!(request.text(slot).as_deref(), Some("47 11"));
    }
    assert_eq!(request.query().as_deref(), Some("own=1&pin=47+11"));
    assert_eq!(request.body_text(), r#"{"own":1.0,"pin":"47 11","owner":{"pin":"47 11"}}"#);
    assert_eq!(header_of(&request, "X-Pin"), "47 11");
    assert_eq!(request.headers().count(), 2);
    assert!(request.set(0, b"1").unwrap_err().contains("a path parameter cannot be filled in"));
    assert!(request.set(1, b"a\nb").unwrap_err().contains("a line break"));
    assert!(request.set(2, b"\xff").unwrap_err().contains("not text"));
}

#[test]
fn what_was_in_an_envelope_takes_the_place_of_it_and_is_learnt_from_anew() {
    let operation = of_json(vec![
        value("id", list![random(countersign_plan::Alphabet::Hex, 4)]),
        header("X-Id").filled(list![made("id")]),
        header("X-Request").filled(list![UUID]),
        free(field("/a")),
        envelope(list![text("<"), GIVEN, text(">")]),
    ]);
    let uuid = "0b7a9c5e-6f1d-4c3b-8a29-1d2e3f405162";
    let received = http("/", &[("x-id", "c0de"), ("x-request", uuid)], br#"<{"a":"1"}>"#);
    let mut request = Request::received(&operation, "", &received).unwrap();
    let now = Inputs { moment: Moment::now(), ..inputs() };
    let read = |request: &Request<'_>| String::from_utf8(request.read(&[UUID], &now).unwrap().to_vec()).unwrap();
    assert_eq!(request.text(3), None);
    let told = request.learn(&now);
    assert_eq!(told.given(4), Some(&br#"{"a":"1"}"#[..]));
    assert_eq!((request.made(0), read(&request)), (Some(&b"c0de"[..]), uuid.to_owned()));
    let mut opened = request.opened(r#"{"a":"1"}"#).unwrap();
    assert_eq!(opened.text(3).as_deref(), Some("1"));
    assert_eq!((opened.made(0), read(&opened)), (None, now.moment.uuid.to_string()));
    opened.learn(&now);
    assert_eq!((opened.made(0), read(&opened)), (Some(&b"c0de"[..]), uuid.to_owned()));
}
