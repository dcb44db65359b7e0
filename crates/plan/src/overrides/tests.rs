//! What an override changes, and what it says when it cannot.

use super::*;
use crate::words::*;
use crate::{Operation, list, texts};

fn provider() -> PlanRef {
    static PLAN: Plan = plan("acme", "Acme").operations(list![
        operation("pay", "POST", "/v1/{id}/pay")
            .slots(list![
                path("id"),
                field("/sign").filled(list![hex(list![sha_256(list![fields(SIGNED)])])]),
                field("/amount"),
                field("/reason").rules(list![TEXT, one_of(texts!["lost"])]),
                field("/lines").rules(list![
                    ARRAY,
                    each(list![OBJECT, members(list![member("kind", list![TEXT, one_of(texts!["a"])])])])
                ]),
                field("/payer").rules(list![alternatives(any_of(list![branch(
                    "Card",
                    list![],
                    list![members(list![
                        member("kind", list![one_of(texts!["card"])]),
                        member("brand", list![one_of(texts!["a", "b"])]),
                    ])]
                )]))]),
            ])
            .json()
            .signed(texts!["amount"])
            .order(list![1]),
    ]);
    PlanRef::from(&PLAN)
}

fn after(change: Override) -> Result<Operation, Vec<String>> {
    provider().overridden(&[change]).map(|plan| plan.operations[0].clone())
}

#[test]
fn an_override_edits_the_plan() {
    assert_eq!(after(Override::path("pay", "/v2/pay/{id}")).expect("a plan").path, "/v2/pay/{id}");
    assert_eq!(after(Override::method("pay", "put")).expect("a plan").method, "PUT");
    let signed = after(Override::signed_fields("pay", ["reason", "/amount"])).expect("a plan").signed_fields;
    assert_eq!(signed.as_ref(), ["reason", "/amount"]);
    let allowed = after(Override::allow("pay", "reason", ["stolen"])).expect("a plan");
    assert_eq!(allowed.slots[3].rules.as_ref(), [TEXT, one_of(texts!["lost", "stolen"])]);
    let allowed = after(Override::allow("pay", "/lines", ["b"])).expect("a plan");
    assert_eq!(crate::constraint::json(r#"[{"kind":"b"},{"kind":"a"}]"#, &allowed.slots[4].rules), Ok(()));
    assert!(crate::constraint::json(r#"[{"kind":"c"}]"#, &allowed.slots[4].rules).is_err());
    let allowed = after(Override::allow("pay", "/payer", ["c"])).expect("a plan");
    let holds = |json: &str| crate::constraint::json(json, &allowed.slots[5].rules).is_ok();
    assert!(holds(r#"{"kind":"card","brand":"c"}"#) && !holds(r#"{"kind":"c","brand":"c"}"#));
}

#[test]
fn what_cannot_be_overridden_is_said() {
    for (change, says) in [
        (Override::path("buy", "/"), "there is no operation \"buy\" to override"),
        (Override::path("pay", "v2"), "should start with \"/\""),
        (Override::path("pay", "/v2?x={id}"), "and have no query"),
        (Override::path("pay", "/v2/../{id}"), "no step \".\" or \"..\""),
        (Override::path("pay", "/v2/{other}"), "the path has {other}, which the operation does not have"),
        (Override::path("pay", "/v2"), "the path lacks {id}"),
        (Override::method("pay", "P UT"), "\"P UT\" is not an HTTP method"),
        (Override::method("pay", ""), "\"\" is not an HTTP method"),
        (Override::signed_fields("pay", ["none"]), "there is no field \"none\" to sign"),
        (
            Override::signed_fields("pay", ["sign"]),
            "pay: `sign` reads itself; leave one of them out of the signed fields",
        ),
        (Override::allow("pay", "none", ["a"]), "there is no parameter or field \"none\""),
        (Override::allow("pay", "amount", ["a"]), "\"amount\" has no list of values"),
    ] {
        let problems = after(change).expect_err("a problem");
        assert!(problems.len() == 1 && problems[0].contains(says), "{problems:?}");
    }
    let two = provider().overridden(&[Override::method("pay", ""), Override::method("buy", "PUT")]);
    assert_eq!(two.expect_err("two problems").len(), 2);
}
