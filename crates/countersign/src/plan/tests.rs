//! What is read from an operation, at any depth of its body.

use super::*;
use crate::testing::{field, filled, header, object, operation};

fn setting(name: &'static str) -> Value {
    Value::Setting(name.into())
}

#[test]
fn a_field_is_found_by_the_names_on_the_way_to_it() {
    let inner = object("inner", &[field("pin", Secrecy::Secret), field("id", Secrecy::Public)]);
    let operation = operation(&[], &[object("other", &[]), object("order", &[inner]), field("id", Secrecy::Public)]);
    let secrecy = |path: &[&str]| operation.field(path).map(|field| field.secrecy);
    assert_eq!(secrecy(&["order", "inner", "pin"]), Some(Secrecy::Secret));
    assert_eq!(secrecy(&["id"]), Some(Secrecy::Public));
    for path in [&["order", "pin"][..], &["other", "inner", "pin"], &["order", "inner", "none"], &["none"], &[]] {
        assert_eq!(secrecy(path), None, "{path:?}");
    }
}

#[test]
fn a_setting_is_guarded_where_it_stands_alone_for_what_must_not_be_printed() {
    let secret = |name: &'static str| header("X", &[setting(name)]);
    let parameters = [
        Parameter { secrecy: Secrecy::Sensitive, ..secret("customer") },
        secret("public"),
        Parameter { secrecy: Secrecy::Secret, ..header("Y", &[setting("prefix"), Value::Uuid]) },
    ];
    let deep = object("order", &[object("inner", &[filled("account", Secrecy::Secret, &[setting("account")])])]);
    let shown = [filled("country", Secrecy::Public, &[setting("country")]), field("note", Secrecy::Sensitive)];
    let operation = operation(&parameters, &[&[deep][..], &shown].concat());
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
fn every_expression_is_listed_in_the_documents_order() {
    let body = [
        object("order", &[filled("id", Secrecy::Public, &[Value::Uuid]), field("note", Secrecy::Public)]),
        filled("pin", Secrecy::Secret, &[Value::Given]),
    ];
    let values = operation(&[header("X", &[setting("a")]), header("Y", &[setting("b")])], &body);
    assert_eq!(values.values(), [&[setting("a")][..], &[setting("b")], &[Value::Uuid], &[Value::Given]]);
}
