//! Which named values a selection has, in which order, under which names.

use countersign_plan::{List, Of, Place, Text, texts};

use super::*;

/// Something in every place, and a slot that a selection is made for.
fn parcels() -> Operation {
    of_form(vec![
        header("X-Sign").filled(list![text("own")]),
        header("X-B"),
        header("x-a"),
        query("page"),
        query("names"),
        query("sign").filled(list![text("own")]),
        field("/b"),
        field("/a"),
        field("/names"),
        field("/sign").filled(list![text("own")]),
        field("/absent"),
    ])
}

fn received() -> http::Request<&'static str> {
    http::Request::post("/v1/cards?page=1&tag=2&tag=1&sign=q&names=sign,tag%20page")
        .header("x-a", "1")
        .header("X-B", "2")
        .header("X-Other", "3")
        .header("X-Sign", "4")
        .body("b=B&a=A&sign=s&own=%7E&names=a+own,,sign,none,a")
        .unwrap()
}

/// What a selection yields for a slot of the received request.
fn selects(own: (Place, &str), fields: Fields) -> String {
    let (operation, received) = (parcels(), received());
    let request = Request::received(&operation, "", &received).unwrap();
    let slot = operation.slots.iter().position(|slot| (slot.place, slot.own_name().as_ref()) == own).unwrap();
    let fields = fields.pairs().separator(list![text("&")]);
    String::from_utf8(request.evaluate(slot, &[selected(fields)], &inputs()).unwrap().to_vec()).unwrap()
}

const X_SIGN: (Place, &str) = (Place::Header, "X-Sign");

#[test]
fn the_names_of_headers_are_in_lower_case_wherever_they_come_from() {
    let headers = |which| Fields::new(which).of(Of::Headers);
    const WITH: List<(Text, List<Value>)> = list![entry("Host", list![text("h")]), entry("X-B", list![text("added")])];
    const LISTED: List<Text> = texts!["HOST", "X-b", "X-A", "X-None"];
    assert_eq!(selects(X_SIGN, headers(these(LISTED)).with(WITH).absent_as_empty()), "host=h&x-b=2&x-a=1&x-none=");
    assert_eq!(selects(X_SIGN, headers(these(LISTED)).with(WITH)), "host=h&x-b=2&x-a=1");
    assert_eq!(selects(X_SIGN, headers(these(texts!["X-A"])).with(WITH)), "x-a=1&host=h&x-b=added");
    assert_eq!(selects(X_SIGN, headers(prefix("X-"))), "x-a=1&x-b=2&x-other=3");
    assert_eq!(selects(X_SIGN, headers(prefix("X-")).except(texts!["X-OTHER", "X-a"])), "x-b=2");
    assert_eq!(selects((Place::Header, "X-B"), headers(prefix("x-s")).absent_as_empty()), "x-sign=4");
    let operation = of_path("/v1", vec![header("X-Sign"), header("X-Absent")]);
    let call = call();
    let request = call.request(&operation, "").unwrap();
    let absent = selected(headers(prefix("x-")).absent_as_empty().pairs());
    assert_eq!(&**request.evaluate(0, &[absent], &inputs()).unwrap(), b"x-absent=");
}

#[test]
fn a_name_may_be_a_pointer_in_a_query_and_in_what_is_left_out_too() {
    let signed = |of| {
        let operation = Operation { ..parcels().signed(texts!["/b", "/page", "/tag"]) };
        let received = received();
        let request = Request::received(&operation, "", &received).unwrap();
        let fields = selected(Fields::new(SIGNED).of(of).pairs().separator(list![text("&")]));
        String::from_utf8(request.evaluate(0, &[fields], &inputs()).unwrap().to_vec()).unwrap()
    };
    assert_eq!(signed(Of::Query), "page=1&tag=2&tag=1");
    assert_eq!(signed(Of::QueryAndBody), "b=B&page=1&tag=2&tag=1");
    assert_eq!(signed(Of::Body), "b=B");
    let except = |names| Fields::new(BY_NAME).except(names);
    assert_eq!(selects(X_SIGN, except(texts!["/names", "sign", "/own/below"])), "a=A&b=B&own=~");
    let absent = Fields::new(these(texts!["/x~1y", "none"])).of(Of::Query).absent_as_empty();
    assert_eq!(selects(X_SIGN, absent), "x/y=&none=");
}

#[test]
fn a_list_that_is_sent_along_says_what_is_signed_but_for_the_signature() {
    let listed = |of| Fields::new(named_in("names")).of(of).with(list![entry("none", list![text("0")])]);
    assert_eq!(selects((Place::Field, "sign"), listed(Of::Body)), "a=A&own=~&none=0&a=A");
    assert_eq!(selects(X_SIGN, listed(Of::Body)), "a=A&own=~&sign=s&none=0&a=A");
}

/// As for what a response must hold, or what tells one event from another.
#[test]
fn a_list_is_read_where_no_slot_is_filled() {
    let (operation, received) = (parcels(), received());
    let request = Request::received(&operation, "", &received).unwrap();
    let read = |value| request.read(&[value], &inputs()).map(|bytes| String::from_utf8(bytes.to_vec()).unwrap());
    assert_eq!(read(selected(Fields::new(named_in("names")).pairs())).unwrap(), "a=Aown=~sign=sa=A");
    assert_eq!(read(GIVEN).unwrap_err(), "no value was given");
}

#[test]
fn a_list_may_be_in_the_query() {
    let operation = of_path("/v1", vec![query("page"), query("names"), query("sign")]);
    let received = http::Request::get("/v1?page=1&tag=2&tag=1&sign=q&names=sign,tag%20page").body("").unwrap();
    let request = Request::received(&operation, "", &received).unwrap();
    let listed = selected(Fields::new(named_in("names")).of(Of::Query).pairs());
    assert_eq!(&**request.evaluate(2, &[listed], &inputs()).unwrap(), b"tag=2tag=1page=1");
    let listed = Fields::new(named_in("names")).of(Of::Query).pairs().absent_as_empty();
    assert_eq!(&**request.evaluate(2, &[selected(listed)], &inputs()).unwrap(), b"tag=2tag=1page=1");
}

#[test]
fn values_of_one_name_are_in_the_order_in_which_they_are_written() {
    let (operation, received) = (parcels(), http::Request::post("/v1/cards?tag=5&tag=%3A").body("").unwrap());
    let request = Request::received(&operation, "", &received).unwrap();
    let written = |of: Value| {
        let fields = Fields::new(BY_NAME).of(Of::Query).each(vec![NAME, text("="), of].into());
        let fields = fields.separator(list![text("&")]);
        String::from_utf8(request.evaluate(0, &[selected(fields)], &inputs()).unwrap().to_vec()).unwrap()
    };
    assert_eq!((written(CONTENT), written(percent(list![CONTENT]))), ("tag=5&tag=:".into(), "tag=%3A&tag=5".into()));
}

#[test]
fn what_is_absent_of_a_query_counts_as_empty_and_nothing_else_does() {
    let operation = Operation { slots: vec![header("X-B"), query("page"), query("size")].into(), ..parcels() };
    let received = http::Request::post("/v1/cards?page=1").body("").unwrap();
    let request = Request::received(&operation, "", &received).unwrap();
    let all = selected(Fields::new(BY_NAME).of(Of::Query).absent_as_empty().pairs().separator(list![text("&")]));
    assert_eq!(&**request.evaluate(0, &[all], &inputs()).unwrap(), b"page=1&size=");
}

/// Whoever verifies what anybody may send looks at it once.
#[test]
fn a_large_body_is_read_in_one_pass_and_a_long_list_of_names_is_refused() {
    let operation = of_json(vec![header("X-Sign"), field("/names")]);
    let members: Vec<String> = (0..20_000).map(|number| format!("\"n{number}\":\"v\"")).collect();
    let names = |count: usize| (0..count).map(|number| format!("n{number}")).collect::<Vec<_>>().join(" ");
    let evaluate = |listed: String, which| {
        let body = format!("{{{},\"names\":\"{listed}\"}}", members.join(","));
        let received = http::Request::post("/v1/cards").body(body).unwrap();
        let request = Request::received(&operation, "", &received).unwrap();
        request.evaluate(0, &[fields(which)], &inputs())
    };
    assert_eq!(evaluate(String::new(), BY_NAME).unwrap().len(), 20_000);
    assert_eq!(evaluate(names(256), named_in("names")).unwrap().len(), 256);
    assert_eq!(evaluate(names(257), named_in("names")).unwrap_err(), "names lists more than 256 names");
}

#[test]
fn what_is_empty_is_left_out_of_a_list_of_names_where_the_document_says_so() {
    const NAMES: List<Text> = texts!["c", "none", "b", "a"];
    let operation = of_form(vec![header("X-Sign"), field("/a"), field("/b"), field("/c")]).signed(NAMES);
    let received = http::Request::post("/v1/cards").body("a=1&b=&c=3").unwrap();
    let request = Request::received(&operation, "", &received).unwrap();
    let selects = |fields: Fields| {
        let fields = fields.pairs().separator(list![text("&")]);
        String::from_utf8(request.evaluate(0, &[selected(fields)], &inputs()).unwrap().to_vec()).unwrap()
    };
    for which in [these(NAMES), SIGNED] {
        assert_eq!(selects(Fields::new(which.clone()).non_empty()), "c=3&a=1");
        assert_eq!(selects(Fields::new(which)), "c=3&b=&a=1");
    }
}
