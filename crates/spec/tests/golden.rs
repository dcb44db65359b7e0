//! A small document that uses every word, and what it lowers to. `UPDATE=1 cargo test` rewrites what is beside it.

#![allow(clippy::unwrap_used)] // The helpers are tests too.

mod recorded;

use countersign_spec::{Document, read};
use recorded::check;

const BANK: &str = include_str!("data/bank.yaml");

fn bank() -> Document {
    read("bank.yaml", BANK).unwrap_or_else(|findings| panic!("{findings}"))
}

#[test]
fn the_plan_is_as_recorded() {
    check("bank.plan.txt", &format!("{:#?}\n", bank().plan()));
}

#[test]
fn the_plain_document_is_as_recorded() {
    check("bank.plain.json", &format!("{}\n", serde_json::to_string_pretty(bank().plain()).unwrap()));
}

#[test]
fn the_plain_document_says_nothing_that_the_plan_says() {
    let text = serde_json::to_string(bank().plain()).unwrap();
    let keys = ["\"x-", "\"pattern\"", "Length\"", "\"security", "\"example", "\"default\"", "\"servers\""];
    let filled = ["X-Trace", "X-Country", "X-Signature", "\"mac\"", "grant_type"];
    for word in keys.iter().chain(&filled) {
        assert!(!text.contains(*word), "{word} is in {text}");
    }
}

#[test]
fn fields_keep_the_order_of_the_document() {
    let document = bank();
    let operation = document.plan().operation("set_pin").unwrap();
    let names: Vec<&str> = operation.below(None).map(|(_, slot)| slot.name.as_ref()).collect();
    assert_eq!(names, ["/reference", "/card", "/pin", "/confirmation", "/reason", "/labels", "/mac"]);

    let written = serde_json::to_string(document.openapi()).unwrap();
    let (pin, labels) = (written.find("\"pin\":{").unwrap(), written.find("\"labels\":{").unwrap());
    assert!(pin < labels && written.find("\"reference\":{").unwrap() < pin);
}

#[test]
fn assumptions_have_a_place_for_a_reader() {
    let document = bank();
    let assumptions: Vec<(&str, &str)> =
        document.assumptions().iter().map(|assumption| (assumption.place.as_str(), assumption.text.as_str())).collect();
    assert_eq!(
        assumptions,
        [
            ("set_pin", "The method is not stated."),
            ("the field anything of SetPinAnswer", "Its shape is not published."),
        ]
    );
}
