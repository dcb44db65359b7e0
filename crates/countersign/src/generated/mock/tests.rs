use regex_lite::Regex;
use serde_json::json;

use super::*;
use crate::plan::{Body, Encoding, Operation, Secrecy, Value as Expression};
use crate::testing::{field, filled, object, operation};

/// A body `{order: {id, pin}}`, whose PIN does not leave as it is given.
fn plan() -> Plan {
    let pin = filled("pin", Secrecy::Public, &[Expression::Given]);
    let fields = vec![object("order", &[field("id", Secrecy::Public), pin])].into();
    let body = Some(Body { encoding: Encoding::Json, fields });
    let operation = Operation { id: "pay".into(), body, ..operation(&[], &[]) };
    Plan {
        name: "acme".into(),
        title: "Acme".into(),
        credentials: vec![].into(),
        settings: vec![].into(),
        servers: vec![].into(),
        session: None,
        operations: vec![operation].into(),
    }
}

#[test]
fn what_does_not_leave_as_it_is_given_is_left_out_at_any_depth() {
    let given = json!({"order": {"id": "a", "pin": "1234"}, "pin": "stays"});
    assert_eq!(body(&plan(), "pay", &given).unwrap(), json!({"order": {"id": "a"}, "pin": "stays"}));
}

#[test]
fn a_form_has_texts_alone() {
    let given = json!({"text": "a b", "number": 7, "flag": true, "nothing": null});
    let pairs = [("flag", "true"), ("number", "7"), ("text", "a b")];
    let mut form = form(&plan(), "pay", &given).unwrap();
    form.sort();
    assert_eq!(form, pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[test]
fn a_path_is_matched_to_the_letter() {
    let matches = |pattern: &str, path: &str| Regex::new(pattern).unwrap().is_match(path);
    let one = path("/v1.0/a/{x}/b/{y}", "x", &"1.5*(2) 3").unwrap();
    assert!(matches(&one, "/v1.0/a/1.5*(2)%203/b/anything"));
    for other in
        ["/v1.0/a/1x5*(2)%203/b/c", "/v1-0/a/1.5*(2)%203/b/c", "/v1.0/a/1.5*(2)%203/b/c/d", "/v1.0/a/1.5*(2)%203/b/"]
    {
        assert!(!matches(&one, other), "{other}");
    }
    assert!(matches(&any_path("/a/{x}"), "/a/b"));
    assert!(!matches(&any_path("/a/{x}"), "/a/b/c"));
    assert_eq!(path("/a/{x}", "x", &"..").unwrap_err().split(':').next(), Some("x"));
}
