//! Order, exactness and lookup of bodies.

use std::collections::BTreeMap;

use countersign_plan::RequestPart;
use countersign_sign::File;
use countersign_sign::multipart::Chunk;

use super::*;

fn planned() -> Vec<Slot> {
    vec![
        free(field("/b")),
        free(field("/a")),
        free(field("/order")),
        free(field("/order/amount")),
        free(field("/order/stamp")),
        free(field("/c")),
    ]
}

/// The same with values that the client fills in.
fn filling(values: &[(&str, &'static str, bool)]) -> Vec<Slot> {
    let mut slots = planned();
    for (pointer, value, literal) in values {
        let slot = slots.iter_mut().find(|slot| slot.name == *pointer).unwrap();
        *slot = filled(slot.clone(), [text(value)]);
        if *literal {
            *slot = slot.clone().literal();
        }
    }
    slots
}

#[test]
fn what_nothing_is_put_into_leaves_as_it_came() {
    for text in [
        r#"{"b":1.10,"a":12345678901234567890123,"order":{"amount":1e400},"c":[1,{"z":1,"y":2}]}"#,
        " { \"b\" :\t1 ,\r\n\"p\\u0061\":\"\\u00e9\\/\" } \n",
        r#"{"other":{ "a" : 1 },"order":{"amount":"x"}}"#,
        r#"{"order":null,"b":null}"#,
        "{}",
    ] {
        assert_eq!(body_of(&of_json(planned()), &call().body(text)), text);
    }
    for text in ["b=1&&=&c=%7e+%20&other", "", "&", "a=é"] {
        assert_eq!(body_of(&of_form(planned()), &call().body(text)), text);
    }
}

#[test]
fn depth_below_the_plan_is_not_walked() {
    let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let operation = of_json(filling(&[("/b", "1", false)]));
    assert_eq!(body_of(&operation, &call().body(deep.as_str())), deep.replacen('{', r#"{"b":"1","#, 1));
}

#[test]
fn what_is_filled_in_is_where_the_document_has_it() {
    let values =
        [("/b", "0", false), ("/a", "x\n\"é", false), ("/order/amount", "5", false), ("/order/stamp", "7", true)];
    let operation = of_json(filling(&values));
    let expected = r#"{"b":"0","a":"x\n\"é","order":{"amount":"5","stamp":7},"c":"2","unknown":0}"#;
    assert_eq!(body_of(&operation, &call().body(r#"{"b":"1","c":"2","unknown":0}"#)), expected);

    let operation = of_form(filling(&[("/b", "1+1 & é", false)]));
    assert_eq!(body_of(&operation, &call().body("c=2&unknown=0")), "b=1%2B1+%26+%C3%A9&c=2&unknown=0");
    assert_eq!(body_of(&operation, &call().body("unknown=0&c=2&b=")), "unknown=0&c=2&b=1%2B1+%26+%C3%A9");
}

#[test]
fn an_object_that_nothing_is_put_into_is_read_and_sent_as_it_came() {
    let text = r#"{"c":1,"order":{ "amount" : 1.0,"more":[ ] }}"#;
    let order = r#"{ "amount" : 1.0,"more":[ ] }"#;
    let operation = of_json(filling(&[("/b", "2", true)]));
    let given = call().body(text);
    let request = signed(&operation, &given).unwrap();
    assert_eq!(request.text(2).as_deref(), Some(order));
    assert_eq!(request.body_text(), text.replace("{\"c\"", "{\"b\":2,\"c\""));
    let operation = of_json(filling(&[("/order/stamp", "3", true)]));
    let request = signed(&operation, &given).unwrap();
    assert_eq!(request.text(2).as_deref(), Some(r#"{"amount":1.0,"more":[ ],"stamp":3}"#));
    assert_eq!(request.body_text(), r#"{"c":1,"order":{"amount":1.0,"more":[ ],"stamp":3}}"#);
}

#[test]
fn an_object_is_changed_with_all_that_is_around_it() {
    let operation = of_json(vec![
        free(field("/a")),
        free(field("/a/b")),
        free(field("/a/b/c")),
        filled(free(field("/a/b/d")), [text("x")]),
        free(field("/a/e")),
    ]);
    let given = call().body(r#"{"a":{ "e":[ 1 ], "b":{ "c":1.0 }, "z":0 } }"#);
    let request = signed(&operation, &given).unwrap();
    assert_eq!(request.body_text(), r#"{"a":{"e":[ 1 ],"b":{"c":1.0,"d":"x"},"z":0}}"#);
    assert_eq!(request.text(0).as_deref(), Some(r#"{"e":[ 1 ],"b":{"c":1.0,"d":"x"},"z":0}"#));
    // One that the caller does not give is left out, with what would be filled in.
    assert_eq!(body_of(&operation, &call().body(r#"{"a":{"e":1}}"#)), r#"{"a":{"e":1}}"#);
    assert_eq!(body_of(&operation, &call().body(r#"{"a":{"b":null}}"#)), r#"{"a":{"b":null}}"#);
    assert_eq!(body_of(&operation, &call()), "{}");
}

#[test]
fn an_object_that_is_filled_in_whole_is_there_unless_what_is_around_it_is_not() {
    let device = || {
        vec![
            free(field("/b")),
            free(field("/device")).required(),
            filled(free(field("/device/id")), [UUID]),
            free(field("/device/os")),
            filled(free(field("/device/os/name")).required(), [text("linux")]),
            free(field("/c")),
        ]
    };
    let uuid = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff";
    let whole = format!(r#""device":{{"id":"{uuid}","os":{{"name":"linux"}}}}"#);
    let operation = of_json(device());
    assert_eq!(body_of(&operation, &call()), format!("{{{whole}}}"));
    assert_eq!(body_of(&operation, &call().body(r#"{"c":1,"b":2}"#)), format!(r#"{{{whole},"c":1,"b":2}}"#));
    let some = call().body(r#"{"device":{"own":1,"os":{}}}"#);
    let expected = format!(r#"{{"device":{{"own":1,"id":"{uuid}","os":{{"name":"linux"}}}}}}"#);
    assert_eq!(body_of(&operation, &some), expected);

    let below = |slot: Slot| Slot { name: format!("/order{}", slot.name).into(), ..slot };
    let slots = [vec![free(field("/order"))], device().into_iter().map(below).collect()].concat();
    let operation = of_json(slots);
    assert_eq!(body_of(&operation, &call()), "{}");
    assert_eq!(body_of(&operation, &call().body(r#"{"order":{}}"#)), format!(r#"{{"order":{{{whole}}}}}"#));
}

#[test]
fn text_is_decoded_and_null_is_absent() {
    let operation = of_json(planned());
    let given = call().body(r#"{"b":"\u00e9\n","a":null,"order":{"amount":12.50},"c":true}"#);
    let request = given.request(&operation, "").unwrap();
    let texts: Vec<_> = (0..6).map(|slot| request.text(slot).map(|text| text.into_owned())).collect();
    let expected = [Some("é\n"), None, Some(r#"{"amount":12.50}"#), Some("12.50"), None, Some("true")];
    assert_eq!(texts, expected.map(|text| text.map(str::to_owned)));
    let names: Vec<_> = request.names().into_iter().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names, ["b", "a", "order", "c"]);
    let given = call().body("b=%C3%A9%2B+x&a");
    let operation = of_form(planned());
    let request = given.request(&operation, "").unwrap();
    assert_eq!(
        (request.text(0).as_deref(), request.text(1).as_deref(), request.text(5)),
        (Some("é+ x"), Some(""), None)
    );
}

#[test]
fn what_the_document_does_not_have_is_read_by_its_name_at_the_top() {
    for (operation, body) in [
        (of_json(planned()), r#"{"b":"1","own":"\u00e9","none":null,"order":{"below":"2"}}"#),
        (of_form(planned()), "b=1&own=%C3%A9"),
    ] {
        let given = call().body(body);
        let request = given.request(&operation, "").unwrap();
        assert_eq!(request.undeclared("own").as_deref(), Some("é"));
        for name in ["b", "none", "below", "other"] {
            assert_eq!(request.undeclared(name), None, "{name}");
        }
    }
    assert_eq!(call().request(&of_path("/v1", vec![]), "").unwrap().undeclared("own"), None);
}

#[test]
fn scalars_are_found_at_any_depth_of_json() {
    let of = |operation: Operation, body: &str| {
        let given = call().body(body);
        let request = given.request(&operation, "").unwrap();
        request.texts(1).iter().map(|text| text.to_string()).collect::<Vec<_>>()
    };
    let json = |body| of(of_json(planned()), body);
    assert_eq!(json(r#"{"a":[1,{"b":"c","d":[true,null]}]}"#), ["1", "c", "true", r#"[1,{"b":"c","d":[true,null]}]"#]);
    assert_eq!(json(r#"{"a":"[1]"}"#), ["[1]"]);
    assert_eq!(json(r#"{"a":null}"#), [""; 0]);
    assert_eq!(json(r#"{"b":1}"#), [""; 0]);
    assert_eq!(of(of_form(planned()), "a=[1]"), ["[1]"]);
    let given = call().body(r#"{"order":{"amount":1,"more":["x"]}}"#);
    let operation = of_json(planned());
    let request = given.request(&operation, "").unwrap();
    let texts: Vec<_> = request.texts(2).iter().map(|text| text.to_string()).collect();
    assert_eq!(texts, ["1", "x", r#"{"amount":1,"more":["x"]}"#]);
}

#[test]
fn a_name_is_read_however_it_is_written_and_written_one_way() {
    let operation = of_json(filling(&[("/a", "1", true)]));
    let body = r#"{"\u0061":9,"\u0063":1.0,"\/o":2,"\"":{ "\u0061":1 }}"#;
    assert_eq!(body_of(&operation, &call().body(body)), r#"{"a":1,"c":1.0,"/o":2,"\"":{ "\u0061":1 }}"#);
}

#[test]
fn a_name_that_is_empty_or_has_signs_of_a_pointer_is_a_name() {
    let slots = vec![filled(free(field("/")), [text("e")]), filled(free(field("/~1a~0")), [text("p")])];
    assert_eq!(
        body_of(&of_json(slots.clone()), &call().body(r#"{"/a~":1,"":2,"~1a~0":3}"#)),
        r#"{"/a~":"p","":"e","~1a~0":3}"#
    );
    assert_eq!(body_of(&of_form(slots), &call().body("/a~=1")), "=e&%2Fa%7E=p");
}

#[test]
fn what_is_set_is_written_as_the_document_has_it() {
    let request_of = |literal: bool, bytes: &[u8]| {
        let slot = if literal { free(field("/n")).literal() } else { free(field("/n")) };
        let operation = of_json(vec![slot]);
        let given = call();
        let mut request = given.request(&operation, "").unwrap();
        request.set(0, bytes).map(|()| request.body_text().into_owned())
    };
    assert_eq!(request_of(true, b"1.50").unwrap(), r#"{"n":1.50}"#);
    assert_eq!(request_of(false, b"1.50").unwrap(), r#"{"n":"1.50"}"#);
    // What is no number is no reason to read no further.
    assert_eq!(request_of(true, b"x").unwrap(), r#"{"n":"x"}"#);
    assert!(request_of(false, b"\xff").unwrap_err().contains("its bytes are not text"));
}

#[test]
fn a_body_that_is_left_out_is_not_filled_in_and_is_signed_as_nothing() {
    let sum = header("X-Sum").required().filled(list![request(RequestPart::Body)]);
    let slots = vec![sum, field("/amount").required(), field("/sent").required().filled(list![text("now")])];
    let operation = Operation { optional_body: true, ..of_json(slots) };
    let nothing = call().some_json(Ok(None::<u8>));
    let absent = signed(&operation, &nothing).unwrap();
    assert_eq!(
        (absent.body(), absent.header("Content-Type"), header_of(&absent, "X-Sum")),
        (None, None, String::new())
    );
    assert!(!absent.has_body());
    let whole = r#"{"amount":"1","sent":"now"}"#;
    for call in [call().value("amount", "1"), call().some_json(Ok(Some(BTreeMap::from([("amount", "1")]))))] {
        let request = signed(&operation, &call).unwrap();
        assert_eq!((request.body().as_deref(), header_of(&request, "X-Sum").as_str()), (Some(whole), whole));
        assert_eq!(header_of(&request, "Content-Type"), "application/json");
        assert!(request.has_body());
    }
    is_refused(&operation, &call().body("{}"), Some("amount"), "it is required and was not given");
    let message = http::Request::post("http://x/cards").header("X-Sum", "").body(b"").unwrap();
    let received = Request::received(&operation, "", &message).unwrap();
    received.check(&[]).unwrap();
    assert!(received.leaves_out(2));
    let form = Operation { optional_body: true, ..of_form(vec![field("/amount")]) };
    assert_eq!(signed(&form, &call()).unwrap().body(), None);
    let call = call().some_form(Ok(Some(BTreeMap::from([("amount", "1")]))));
    let given = signed(&form, &call);
    assert_eq!(given.unwrap().body().as_deref(), Some("amount=1"));
}

#[test]
fn a_body_in_parts_is_bytes_and_no_text() {
    let operation = of_parts(vec![field("/note"), field("/scan").file()]);
    let call = call().value("note", "n&1").file("scan", File::bytes("\u{1}"));
    let request = signed(&operation, &call).unwrap();
    assert_eq!(request.body(), None);
    let chunks = request.body_chunks();
    let [Chunk::Bytes(bytes)] = &chunks[..] else { panic!("{} chunks", chunks.len()) };
    let text = std::str::from_utf8(bytes).unwrap();
    assert!(text.contains("name=\"note\"\r\n\r\nn&1\r\n") && text.contains("\r\n\r\n\u{1}\r\n"), "{text}");
    // One that came leaves as it came.
    let media_type = request.header("Content-Type").unwrap();
    let received = http::Request::post("/").header("content-type", media_type).body(bytes.to_vec()).unwrap();
    let received = Request::received(&operation, "", &received).unwrap();
    let chunks = received.body_chunks();
    assert!(matches!(&chunks[..], [Chunk::Bytes(again)] if again == bytes));
}

#[test]
fn a_file_is_a_text_in_the_json_of_a_body_and_nothing_else() {
    let operation = of_parts(vec![field("/scan").file()]);
    for (scan, content) in [(r#""of\u0020text""#, "of text"), (r#""""#, ""), (r#""7""#, "7")] {
        let call = call().body(format!(r#"{{"scan":{scan}}}"#));
        let request = signed(&operation, &call).unwrap();
        assert_eq!(request.files(0)[0].content(), Some(content.as_bytes()));
    }
    for scan in ["true", "1.5", "-1", "7", r#"{"a":1}"#, "[{}]", r#"["a",false]"#] {
        is_refused(&operation, &call().body(format!(r#"{{"scan":{scan}}}"#)), Some("scan"), "it must be a file");
    }
}

#[test]
fn a_list_of_a_form_is_where_the_document_has_it_and_in_the_order_of_the_call() {
    let operation = of_form(vec![field("/a"), free(field("/tags").repeated()), field("/z")]);
    let given = call().value("z", "3").value("tags", "2").value("a", "0").value("tags", "1");
    assert_eq!(body_of(&operation, &given), "a=0&tags=2&tags=1&z=3");
}

#[test]
fn a_list_of_a_form_has_elements_of_the_types_that_the_document_says() {
    let list_of = |rule| vec![ARRAY, each(vec![rule].into())];
    let operation = of_form(vec![
        field("/tags").repeated().rules(list_of(TEXT).into()),
        field("/words").joined(SPACE).rules(list_of(TEXT).into()),
        field("/counts").repeated().rules(list_of(INTEGER).into()),
        free(field("/labels").repeated()).rules(list_of(OBJECT).into()),
    ]);
    let body = "tags=1&tags=b%2Cc&words=2+b&counts=3&counts=x&labels=%7B%22a%22%3A1%7D&labels=y";
    let received = http::Request::post("/v1/cards").body(body).unwrap();
    let request = Request::received(&operation, "", &received).unwrap();
    let elements = |slot| request.elements(slot).iter().map(|text| text.to_string()).collect::<Vec<_>>();
    assert_eq!((elements(0), elements(1)), (vec!["1".into(), "b,c".into()], vec!["2".into(), "b".into()]));
    let json = r#"{"tags":["1","b,c"],"words":["2","b"],"counts":[3,"x"],"labels":[{"a":1},"y"]}"#;
    assert_eq!(request.described_json().as_deref(), Some(json));
}
