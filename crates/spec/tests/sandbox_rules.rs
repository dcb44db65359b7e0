//! `x-sandbox`: what it is read as, and what the lint finds in it.

#![allow(clippy::unwrap_used)] // The helpers are tests too.

use countersign_spec::{Finding, SandboxRule, lint, read};

const FILE: &str = "airpay.yaml";

/// A document with this `x-sandbox` on its one operation.
fn with(rules: &str) -> String {
    let document = include_str!("../../../specs/airpay.yaml");
    let (before, after) = document.split_once("      x-sandbox:\n").unwrap();
    let rest = after.split_once("      requestBody:\n").unwrap().1;
    format!("{before}      x-sandbox: {rules}\n      requestBody:\n{rest}")
}

fn finding(rules: &str) -> Finding {
    let findings = lint(FILE, &with(rules));
    assert_eq!(findings.len(), 1, "{findings:?}");
    findings.into_iter().next().unwrap()
}

#[test]
fn rules_are_read_in_their_order_and_scalars_as_their_text() {
    let text =
        with(r#"[{when: {mobile_no: "1", affiliate: 2}, response: failure}, {when: {dob: true}, response: success}]"#);
    let document = read(FILE, &text).unwrap();
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        document.sandbox_rules("forgot_password"),
        [
            SandboxRule { when: vec![pair("mobile_no", "1"), pair("affiliate", "2")], response: "failure".into() },
            SandboxRule { when: vec![pair("dob", "true")], response: "success".into() },
        ]
    );
    assert_eq!(document.sandbox_rules("another"), []);
}

#[test]
fn a_rule_names_an_example_and_fields_of_its_operation() {
    let at = "/paths/~1forgot-password/post/x-sandbox/0";
    for (rules, pointer, problem, remedy) in [
        (
            "[{when: {dob: x}, response: failur}]",
            "/response",
            "no response of forgot_password has an example `failur`",
            "`failure`",
        ),
        (
            "[{when: {mobile: x}, response: failure}]",
            "/when/mobile",
            "forgot_password has no parameter or field `mobile`",
            "`mobile_no`, or a JSON pointer to a field",
        ),
        ("[{when: {}, response: failure}]", "/when", "these conditions always hold", "a mapping from names"),
        ("[{when: {dob: x}}]", "", "`response` is missing", "`response: …`"),
        ("[{response: failure}]", "", "`when` is missing", "`when: …`"),
        ("[{when: {dob: [x]}, response: failure}]", "/when/dob", "here is a list", "text, a number or a boolean"),
        ("[{when: {dob: x}, response: failure, wen: 1}]", "/wen", "`wen` is not a word of this", "`when`"),
    ] {
        let found = finding(rules);
        assert_eq!(found.pointer, format!("{at}{pointer}"));
        assert_eq!(found.problem, problem);
        assert!(found.remedy.starts_with(remedy), "{found}");
    }
    assert_eq!(finding("failure").problem, "here is text");
}
