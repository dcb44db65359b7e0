//! A query or a body as it would be without what is made of it: the same for who signs and for who verifies.

use countersign_plan::{Of, RequestPart, texts};
use proptest::prelude::*;

use super::properties::{body, form, planned};
use super::*;

fn of_query() -> Vec<Value> {
    vec![text("q:"), request(RequestPart::Query)]
}

fn of_body() -> Vec<Value> {
    vec![text("b:"), request(RequestPart::Body)]
}

/// Asserts that every slot that is filled in is made again at the other end as it came, from the parts of a received request.
#[track_caller]
fn is_verified(operation: &Operation, received: &http::Request<String>) {
    let request = Request::received(operation, "/api", received).unwrap();
    for (index, slot) in operation.slots.iter().enumerate() {
        if let (Some(values), Some(came)) = (slot.value.as_deref(), request.text(index)) {
            let again = request.evaluate(index, values, &inputs()).unwrap();
            assert_eq!(String::from_utf8_lossy(&again), came, "{}", slot.name);
        }
    }
}

#[test]
fn those_that_read_the_part_that_they_are_in_read_those_before_them() {
    let operation = free_of_rules(of_json(vec![
        filled(header("X-Sign"), [request(RequestPart::Target), text("|"), request(RequestPart::Body)]),
        query("a"),
        filled(query("one"), of_query()),
        filled(query("at"), [UNIX]),
        filled(query("two"), of_query()),
        query("b"),
        filled(field("/one"), of_body()),
        field("/a"),
        filled(field("/two"), of_body()),
        filled(field("/at"), [UNIX]),
        filled(field("/query"), of_query()),
    ]));
    let call = Call::new("create_card").body(r#"{ "z" : 1 }"#).query("a", Ok("1 2")).query("b", Ok("~"));
    let request = signed(&operation, &call).unwrap();
    let all = "a=1+2&one=q%3Aa%3D1%2B2%26at%3D1769862896%26b%3D%257E&at=1769862896";
    let query = request.query().unwrap();
    assert!(query.starts_with(all), "{query}");
    let text = |slot: usize| request.text(slot).unwrap().into_owned();
    assert_eq!(text(2), "q:a=1+2&at=1769862896&b=%7E");
    assert_eq!(text(4), format!("q:{all}&b=%7E"));
    let rest = format!(r#""at":"1769862896","query":"{}"}}"#, text(10));
    assert_eq!(text(6), format!("b:{{\"z\":1,{rest}"));
    let one = serde_json::to_string(&text(6)).unwrap();
    assert_eq!(text(8), format!("b:{{\"z\":1,\"one\":{one},{rest}"));
    assert_eq!(text(10), format!("q:{query}"));
    assert_eq!(header_of(&request, "X-Sign"), format!("/api/v1/cards?{query}|{}", request.body_text()));
    is_verified(&operation, &over_the_wire(&request));
}

/// What the caller writes in their own way leaves in that way, so that it is signed in it.
#[test]
fn what_is_signed_without_the_signature_is_sent_with_it() {
    let json = free_of_rules(of_json(vec![field("/a"), filled(field("/sign"), of_body()), field("/z")]));
    for (given, so_far) in [
        ("{}", "b:{}"),
        (r#"{ "a" : 1.50, "own":[ 1 ] }"#, r#"b:{"a":1.50,"own":[ 1 ]}"#),
        (r#"{"z":"1","\u0061":"2"}"#, r#"b:{"z":"1","a":"2"}"#),
    ] {
        let call = call().body(given);
        let request = signed(&json, &call).unwrap();
        assert_eq!(request.text(1).unwrap(), so_far);
        is_verified(&json, &over_the_wire(&request));
    }
    let form = of_form(vec![field("/a"), filled(field("/sign"), of_body())]);
    for given in ["", "a=~&&%7e=*", "own=%41&a=1+2%20", "own"] {
        let call = call().body(given);
        let request = signed(&form, &call).unwrap();
        assert_eq!(request.text(1).unwrap(), format!("b:{}", given.replace("&&", "&")));
        is_verified(&form, &over_the_wire(&request));
    }
}

fn free_of_rules(mut operation: Operation) -> Operation {
    operation.slots.to_mut().iter_mut().for_each(|slot| slot.rules = list![]);
    operation
}

#[test]
fn an_object_that_holds_a_signature_alone_is_signed_without() {
    let operation = of_json(vec![
        free(field("/a")),
        free(field("/auth")),
        free(field("/auth/inner")),
        filled(field("/auth/inner/sign"), of_body()),
    ]);
    let call = call().value("a", "1");
    let request = signed(&operation, &call).unwrap();
    assert_eq!(request.body_text(), r#"{"a":"1","auth":{"inner":{"sign":"b:{\"a\":\"1\"}"}}}"#);
    is_verified(&operation, &over_the_wire(&request));
    // One that holds more is signed with that.
    let given = self::call().body(r#"{"auth":{ "own": 1 }}"#);
    let request = signed(&operation, &given).unwrap();
    assert_eq!(request.text(3).unwrap(), r#"b:{"auth":{"own":1}}"#);
    is_verified(&operation, &over_the_wire(&request));
}

#[test]
fn a_signature_is_verified_wherever_in_the_query_it_is() {
    let operation = of_path(
        "/v1",
        vec![
            query("a"),
            filled(query("sign"), of_query()),
            query("b"),
            filled(query("again"), [request(RequestPart::Target)]),
            filled(
                query("selected"),
                [selected(Fields::new(ALL).of(Of::Query).pairs().except(texts!["again", "/sign"]))],
            ),
        ],
    );
    let call = call().value("a", "1").value("b", "2 3");
    let sent = signed(&operation, &call).unwrap();
    let sent = sent.query().unwrap().into_owned();
    let pieces: Vec<&str> = sent.split('&').collect();
    assert_eq!(pieces.len(), 5);
    let receive = |pieces: &[&str]| {
        let uri = format!("/api/v1?{}", pieces.join("&"));
        http::Request::get(uri).body(String::new()).unwrap()
    };
    is_verified(&operation, &receive(&pieces));
    // Only the order of what is signed counts.
    let moved = [pieces[1], pieces[0], "", pieces[2], pieces[4], pieces[3]];
    let received = receive(&moved);
    let request = Request::received(&operation, "/api", &received).unwrap();
    let made = |slot: usize| {
        let values = operation.slots[slot].value.as_deref().unwrap();
        String::from_utf8(request.evaluate(slot, values, &inputs()).unwrap().to_vec()).unwrap()
    };
    assert_eq!(request.text(1).unwrap(), made(1));
    assert_eq!(request.text(4).unwrap(), made(4));
    assert_ne!(request.text(3).unwrap(), made(3));
    // Escapes are signed as they came.
    let received = receive(&["a=%31", "sign=q%3Aa%3D%2531"]);
    is_verified(&operation, &received);
}

proptest! {
    #[test]
    fn whatever_is_signed_is_verified(body in body(), form in form(), text in "[ -~é]{0,6}") {
        let readers = |json: bool| {
            let mut slots = vec![filled(header("X-Sign"), [request(RequestPart::Url)]), filled(query("sign"), of_query())];
            slots.push(query("own"));
            slots.extend(planned());
            let (a, stamp) = if json { (4, 7) } else { (4, 8) };
            slots[a] = filled(free(slots[a].clone()), of_body());
            slots[stamp] = filled(free(slots[stamp].clone()), of_body());
            if json { of_json(slots) } else { of_form(slots[..6].to_vec()) }
        };
        let setup = Setup { base_url: Some("https://acme.example/api".into()), ..SETUP.clone() };
        for (operation, given) in [(readers(true), body), (readers(false), form)] {
            let call = call().body(given).value("own", text.as_str());
            let mut request = call.request(&operation, "/api").unwrap();
            let inputs = Inputs { setup: &setup, ..inputs() };
            whole(request.fill(&inputs).unwrap());
            let received = over_the_wire(&request);
            let received = Request::received(&operation, "/api", &received).unwrap();
            for (index, slot) in operation.slots.iter().enumerate() {
                if let (Some(values), Some(came)) = (slot.value.as_deref(), received.text(index)) {
                    let again = received.evaluate(index, values, &inputs).unwrap();
                    prop_assert_eq!(String::from_utf8_lossy(&again), came, "{}", slot.name);
                }
            }
        }
    }
}
