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

/// Another order, separator and encoding, and what they read in the order in which it is there.
#[test]
fn another_expression_takes_the_place_of_the_documents() {
    let signed = join(";", list![sent_field("reason"), sent_field("amount"), sent_header("X-Time")]);
    let other = base64(vec![sha_256(vec![signed].into())].into());
    let plan = plan("acme", "Acme").operations(list![
        operation("pay", "POST", "/pay")
            .slots(list![
                header("X-Sign").filled(list![hex(list![sha_256(list![sent_field("amount")])])]),
                header("X-Time").filled(list![UNIX]),
                field("/pin").filled(list![hex(list![sha_256(list![GIVEN])])]),
                field("/amount"),
                field("/reason"),
            ])
            .json(),
    ]);
    let after = |name: &str, values: Vec<Value>| {
        let plan = PlanRef::Shared(Arc::new(plan.clone()));
        plan.overridden(&[Override::filled("pay", name, values)]).map(|plan| plan.operations[0].clone())
    };
    let changed = after("X-Sign", vec![other.clone()]).expect("a plan");
    assert_eq!(changed.slots[0].value.as_deref(), Some(&[other][..]));
    assert_eq!(changed.slots[0].secrecy, Secrecy::Secret);
    let position = |slot: u16| changed.order.iter().position(|own| *own == slot);
    assert!(position(1) < position(0), "{:?}", changed.order);
    for (name, values, says) in [
        ("X-None", vec![UNIX], "the client fills in nothing called \"X-None\""),
        ("amount", vec![UNIX], "the client fills in nothing called \"amount\""),
        ("X-Sign", vec![credential("key")], "there is no credential \"key\""),
        ("X-Sign", vec![hex(list![sha_256(list![setting("way")])])], "there is no setting \"way\""),
        ("X-Sign", vec![sent_header("X-Sign")], "leave one of them out"),
        ("X-Sign", vec![GIVEN], "made of what nobody gives"),
        ("/pin", vec![UNIX], "its value would be lost"),
        ("/pin", vec![GIVEN], "would leave as it was given"),
    ] {
        let said = after(name, values).expect_err(says).join("; ");
        assert!(said.contains(says) || says.starts_with("leave") && said.contains("reads itself"), "{said}");
    }
}
