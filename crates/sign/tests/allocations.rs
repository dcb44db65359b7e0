//! Signing allocates for what it makes, and nothing for a field that it reads.

#![allow(clippy::unwrap_used)] // The helpers are tests too.

use std::sync::LazyLock;

use allocation_counter::measure;
use countersign_plan::words::*;
use countersign_plan::{Fields, Operation, Plan, Text, Value, list};
use countersign_sign::{Call, Filled, Inputs, Moment, Setup};

static PLAN: Plan = plan("acme", "Acme").credentials(list![countersign_plan::Credential::text("secret_key", "")]);

static SETUP: LazyLock<Setup> =
    LazyLock::new(|| Setup::new(&PLAN).credential("secret_key", "a key of our own, for tests").unwrap());

/// An operation with so many signed fields, and a body that has them all.
fn signing(fields: usize, is_json: bool) -> (Operation, Call) {
    let value = selected(Fields::new(SIGNED).pairs().separator(list![text("&")]));
    let sign: Vec<Value> = vec![hex(vec![sha_256(vec![value, credential("secret_key")].into())].into())];
    let names: Vec<Text> = (0..fields).map(|number| format!("/field_{number:03}").into()).collect();
    let mut slots = vec![header("X-Sign").filled(sign.into())];
    slots.extend(names.iter().map(|name| countersign_plan::Slot { name: name.clone(), ..field("/") }));
    let operation = operation("pay", "POST", "/pay").slots(slots.into()).signed(names.clone().into());
    let operation = if is_json { operation.json() } else { operation.form() }.arranged().unwrap();
    let members: Vec<String> = names
        .iter()
        .map(|name| if is_json { format!("\"{}\":\"a value\"", &name[1..]) } else { format!("{}=a+value", &name[1..]) })
        .collect();
    let body = if is_json { format!("{{{}}}", members.join(",")) } else { members.join("&") };
    (operation, Call::new("pay").body(body))
}

/// How often signing so many fields allocates.
fn allocations(fields: usize, is_json: bool) -> u64 {
    let (operation, call) = signing(fields, is_json);
    let mut request = call.request(&operation, "").unwrap();
    let inputs = Inputs { setup: &SETUP, session: None, moment: Moment::now() };
    let mut result = None;
    let taken = measure(|| result = Some(request.fill(&inputs)));
    assert!(matches!(result, Some(Ok(Filled::Whole))));
    assert_eq!(request.header("X-Sign").unwrap().len(), 64);
    taken.count_total
}

#[test]
fn a_signature_over_many_fields_allocates_as_often_as_one_over_one() {
    for is_json in [false, true] {
        let (one, many) = (allocations(1, is_json), allocations(200, is_json));
        assert_eq!(one, many, "JSON: {is_json}");
        // The digest, its hexadecimal, and the list of headers that it is put into.
        assert!(one <= 3, "{one} allocations for one signature");
    }
}

#[test]
fn what_is_read_to_check_a_call_allocates_nothing() {
    for is_json in [false, true] {
        let (operation, call) = signing(200, is_json);
        let request = call.request(&operation, "").unwrap();
        let mut result = Ok(());
        let taken = measure(|| result = request.check(&[]));
        result.unwrap();
        assert_eq!(taken.count_total, 0, "JSON: {is_json}");
    }
}
