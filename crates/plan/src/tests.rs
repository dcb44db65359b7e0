//! What is read from an operation, at any depth of its body.

use super::*;
use crate::words::*;

fn of(slots: Vec<Slot>) -> Operation {
    operation("create_card", "POST", "/v1/cards").slots(slots.into()).form()
}

#[test]
fn a_slot_is_found_by_its_pointer_or_by_the_name_that_a_caller_uses() {
    let operation = of(vec![
        header("X-Id"),
        query("id"),
        field("/other"),
        field("/order"),
        field("/order/inner"),
        field("/order/inner/pin").secret(),
        field("/order/inner/a~1b"),
        field("/id"),
    ]);
    assert_eq!(operation.field("/order/inner/pin"), Some(5));
    for pointer in ["/order/pin", "/other/inner/pin", "/order/inner/none", "none", "", "/"] {
        assert_eq!(operation.field(pointer), None, "{pointer}");
    }
    assert_eq!(operation.parameter(Place::Header, "x-id"), Some(0));
    assert_eq!(operation.parameter(Place::Query, "ID"), None);
    for (name, index) in [("id", 1), ("/id", 7), ("other", 2), ("/order/inner", 4), ("/order/inner/a~1b", 6)] {
        assert_eq!(operation.slot(name), Some(index), "{name}");
    }
    assert_eq!(operation.slot("order/inner"), None);
    assert_eq!(operation.slots[6].own_name(), "a/b");
    assert_eq!(operation.slots[6].above(), "/order/inner");
    let names = |object| operation.below(object).map(|(_, slot)| slot.own_name().into_owned()).collect::<Vec<_>>();
    assert_eq!(names(None), ["other", "order", "id"]);
    assert_eq!(names(Some(4)), ["pin", "a/b"]);
    let objects: Vec<_> = (0..8).filter(|index| operation.is_object(*index)).collect();
    assert_eq!(objects, [3, 4]);
}

#[test]
fn a_setting_is_guarded_where_it_stands_alone_for_what_must_not_be_printed() {
    let operation = of(vec![
        header("X").filled(list![setting("customer")]).sensitive(),
        header("X").filled(list![setting("public")]),
        header("Y").filled(list![setting("prefix"), UUID]).secret(),
        field("/order"),
        field("/order/account").secret().filled(list![setting("account")]),
        field("/country").filled(list![setting("country")]),
        field("/note").sensitive(),
    ]);
    for (name, guarded) in [
        ("customer", true),
        ("account", true),
        ("public", false),
        ("country", false),
        // What more than the setting is made of tells nothing of it by itself.
        ("prefix", false),
        ("other", false),
    ] {
        assert_eq!(operation.guards_setting(name), guarded, "{name}");
    }
}

#[test]
fn what_follows_from_the_slots_is_stored() {
    let slots = vec![
        header("X-Token").filled(list![session("token")]),
        field("/order"),
        field("/order/id").filled(list![UUID]),
        field("/order/inner"),
        field("/order/inner/pin").filled(list![hex(list![sha_256(list![GIVEN])])]),
        field("/device"),
        field("/device/id").filled(list![text("a")]),
        field("/note"),
    ];
    assert_eq!(
        slots.iter().map(|slot| slot.given).collect::<Vec<_>>(),
        [false, true, false, true, true, true, false, true]
    );
    let operation = of(slots).arranged().expect("an order");
    let given: Vec<bool> = operation.slots.iter().map(|slot| slot.given).collect();
    assert_eq!(given, [false, true, false, true, true, false, false, true]);
    assert!(operation.session && !of(vec![field("/a")]).session);
    assert_eq!(operation.order.as_ref(), [0, 2, 4, 6]);
}

#[test]
fn a_slot_tells_what_it_is_made_of() {
    let operation = of(vec![
        header("X-Reference").filled(list![sent_field("note")]),
        header("X-Customer").filled(list![upper(list![sent_field("mobile_no")])]),
        header("X-Again").filled(list![sent_header("X-Customer")]),
        header("X-Digest").filled(list![sha_256(list![sent_field("note")])]),
        header("X-Key").filled(list![credential("key")]),
        header("X-Id").filled(list![UUID]),
        field("/note"),
        field("/mobile_no").sensitive(),
    ]);
    let tells: Vec<bool> = (0..8).map(|index| operation.tells(index)).collect();
    assert_eq!(tells, [false, true, true, true, true, false, false, true]);
}

fn order(operation: Operation) -> Vec<String> {
    let operation = operation.arranged().expect("an order");
    operation.order.iter().map(|index| operation.slots[usize::from(*index)].own_name().into_owned()).collect()
}

fn cycle(operation: Operation) -> Vec<u16> {
    operation.arranged().expect_err("a cycle").0
}

#[test]
fn values_are_filled_after_what_they_read() {
    let body_digest = hex(list![sha_256(list![request(RequestPart::Body)])]);
    let of_headers = sha_256(list![sent_header("x-time"), sent_header("X-Body")]);
    let operation = of(vec![
        header("X-Sign").filled(vec![of_headers].into()),
        header("X-Body").filled(vec![body_digest].into()),
        header("X-Time").filled(list![UNIX]),
        field("/mobile_no"),
        field("/stamp").filled(list![UNIX]),
    ]);
    assert_eq!(order(operation), ["X-Time", "stamp", "X-Body", "X-Sign"]);
}

#[test]
fn a_tag_is_made_after_its_key_and_after_its_message() {
    let tag = |key: Value, of: Value| hmac(Hash::Sha256, vec![key].into(), vec![of].into());
    for value in [tag(sent_header("X-Time"), text("a")), tag(credential("key"), sent_header("X-Time"))] {
        let slots = vec![header("X-Tag").filled(vec![value].into()), header("X-Time").filled(list![text("b")])];
        assert_eq!(order(of(slots)), ["X-Time", "X-Tag"]);
    }
}

#[test]
fn a_field_is_read_through_what_is_above_and_below_it() {
    let digest = |name: &'static str| vec![header("X").filled(vec![sent_field(name)].into())];
    let fields = vec![field("/a"), field("/a/b").filled(list![UUID]), field("/ab").filled(list![UUID])];
    for (name, reads) in [("a", true), ("/a/b", true), ("/a/b/c", true), ("ab", false), ("/a/c", false)] {
        let operation = of([digest(name), fields.clone()].concat());
        assert_eq!(operation.reads(0, 2), reads, "{name}");
    }
}

#[test]
fn a_cycle_is_named_in_its_order() {
    let slots = vec![
        header("X-D").filled(list![sent_header("X-A")]),
        header("X-A").filled(list![sent_header("X-B")]),
        header("X-B").filled(list![hex(list![sent_header("x-a")])]),
        header("X-C").filled(list![text("c")]),
    ];
    assert_eq!(cycle(of(slots)), [1, 2]);
}

#[test]
fn a_field_at_the_top_reads_the_fields_without_itself() {
    let sign = |name: &'static str, of_what: Value| {
        of(vec![field("/order"), field(name).filled(vec![sha_256(vec![of_what].into())].into())])
    };
    assert!(sign("/sign", fields(BY_NAME)).arranged().is_ok());
    assert!(sign("/sign", fields(ALL)).arranged().is_ok());
    // What is in an object at the top is part of it.
    for which in [BY_NAME, ALL, prefix("o"), named_in("names")] {
        assert_eq!(cycle(sign("/order/sign", fields(which))), [1]);
    }
    assert!(sign("/order/sign", selected(Fields::new(ALL).except(texts!["order"]))).arranged().is_ok());
}

#[test]
fn a_slot_reads_its_body_or_its_query_as_it_would_be_without_it() {
    let readers = of(vec![
        query("sign").filled(list![sha_256(list![request(RequestPart::Query)])]),
        query("again").filled(list![sha_256(list![request(RequestPart::Target)])]),
        query("time").filled(list![UNIX]),
        field("/sign").filled(list![sha_256(list![request(RequestPart::Body)])]),
        field("/time").filled(list![UNIX]),
        header("X-Sign").filled(list![request(RequestPart::Url), request(RequestPart::Body)]),
    ]);
    assert_eq!(readers.not_yet(0, Place::Query), [0, 1]);
    assert_eq!(readers.not_yet(1, Place::Query), [1]);
    assert_eq!(readers.not_yet(3, Place::Field), [3]);
    assert!(readers.not_yet(5, Place::Query).is_empty());
    assert_eq!(order(readers), ["time", "sign", "again", "time", "sign", "X-Sign"]);
}

#[test]
fn a_value_is_made_before_what_reads_it_and_after_what_it_reads() {
    let operation = of(vec![
        value("signature", list![hex(list![hmac(Hash::Sha256, KEY, list![made("input")])])]),
        value("input", list![made("nonce"), sent_header("X-Time")]),
        value("nonce", list![random(Alphabet::Hex, 16)]).per_call(),
        header("Authorization").filled(list![made("signature")]),
        header("X-Time").filled(list![UNIX]),
    ]);
    let tells: Vec<bool> = (0..5).map(|index| operation.tells(index)).collect();
    assert_eq!(tells, [true, false, false, true, false]);
    assert_eq!(operation.slot("nonce"), None);
    assert_eq!(order(operation), ["nonce", "X-Time", "input", "signature", "Authorization"]);
    let around = vec![value("a", list![made("b")]), value("b", list![made("a")])];
    assert_eq!(cycle(of(around)), [0, 1]);
}

#[test]
fn an_envelope_holds_the_fields_and_is_the_body_on_the_wire() {
    let operation = of(vec![
        header("Digest").filled(list![sha_256(list![request(RequestPart::Body)])]),
        field("/pin").filled(list![base64(list![GIVEN])]),
        envelope(list![base64(list![GIVEN])]),
    ]);
    assert_eq!((operation.slot(""), operation.slots[2].shown_name().as_ref()), (None, "body"));
    assert_eq!(operation.clone().arranged().expect("an order").order.as_ref(), [1, 2, 0]);
    assert!(operation.slots[2].is_transformed());
    assert_eq!(cycle(of(vec![envelope(list![request(RequestPart::Body)])])), [0]);
}

#[test]
fn a_selection_reads_what_it_can_hold() {
    let slots = |fields: Fields| {
        of(vec![
            header("X-Sign").filled(vec![selected(fields)].into()),
            header("X-Time").filled(list![UNIX]),
            header("Names").filled(list![text("a,b")]),
            query("page").filled(list![text("1")]),
            field("/a").filled(list![UUID]),
        ])
    };
    let reads = |fields: Fields| -> Vec<usize> {
        let operation = slots(fields);
        (0..5).filter(|other| operation.reads(0, *other)).collect()
    };
    let headers = |which| Fields::new(which).of(Of::Headers);
    assert_eq!(reads(headers(these(texts!["x-time"]))), [1]);
    assert_eq!(reads(headers(prefix("X-"))), [1]);
    assert!(reads(headers(prefix("x-")).except(texts!["x-TIME"])).is_empty());
    assert_eq!(reads(Fields::new(ALL).of(Of::QueryAndBody)), [3, 4]);
    assert!(reads(Fields::new(BY_NAME).except(texts!["a"])).is_empty());
    assert_eq!(reads(Fields::new(named_in("names"))), [2, 4]);
    assert_eq!(reads(Fields::new(these(texts!["b"])).with(list![entry("b", list![sent_header("X-Time")])])), [1]);
}

#[test]
fn a_selection_reads_a_field_by_the_one_at_the_top_that_it_is_in() {
    let reads = |fields: Fields| -> Vec<usize> {
        let operation = of(vec![
            header("X-Sign").filled(vec![selected(fields)].into()),
            query("pp_page").filled(list![UUID]),
            field("/pp_order"),
            field("/pp_order/id").filled(list![UUID]),
            field("/note").filled(list![UUID]),
        ]);
        (1..5).filter(|other| operation.reads(0, *other)).collect()
    };
    assert_eq!(reads(Fields::new(prefix("pp_"))), [2, 3]);
    assert_eq!(reads(Fields::new(BY_NAME).except(texts!["/pp_order"])), [4]);
    // What is in an object is not left out of it.
    assert_eq!(reads(Fields::new(BY_NAME).except(texts!["/pp_order/id", "/note"])), [2, 3]);
    assert_eq!(reads(Fields::new(these(texts!["/pp_page", "/pp_order/id"])).of(Of::QueryAndBody)), [1, 2, 3]);
}

/// Each of these reads all before it, so that there are more ways from the last to the first than anyone could go.
#[test]
fn what_a_slot_is_made_of_is_looked_at_once() {
    let names: Vec<Text> = (0..40).map(|number| format!("v{number}").into()).collect();
    let slot = |(index, name): (usize, &Text)| {
        let of: Vec<Value> = names[..index].iter().cloned().map(Value::Made).collect();
        Slot { name: name.clone(), ..value("", of.into()) }
    };
    let operation = of(names.iter().enumerate().map(slot).collect()).arranged().expect("an order");
    assert!(!operation.tells(39));
    assert_eq!(operation.order.len(), 40);
}

/// Some key.
const KEY: List<Value> = list![credential("key")];
