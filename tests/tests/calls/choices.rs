//! Values that are one of several: what an untyped call and a sandbox hold them to, and what is shown of them.

use std::sync::Arc;

use countersign::plan::{Plan, list};
use countersign::{Builder, Call, Executor};
use countersign_inspect::{Options, explain};
use countersign_sandbox::Sandbox;
use countersign_tests::{Reply, Server};

const CHOICES: &str = include_str!("../../documents/choices.yaml");

fn plan() -> Plan {
    let document = countersign_spec::read("choices.yaml", CHOICES).unwrap_or_else(|findings| panic!("{findings}"));
    document.plan().clone()
}

fn client(url: &str, plan: Plan) -> Executor {
    Builder::new(Arc::new(plan)).credential("api_key", "the key").base_url(url).build().unwrap()
}

/// Bodies, and what is wrong with each.
const BODIES: &[(&str, &str, &str)] = &[
    ("pay", r#"{"payer":{"number":"4111111111111111","cvc":"123"},"amount":"1"}"#, ""),
    ("pay", r#"{"payer":{"iban":"DE02","new":1.0},"amount":"1"}"#, ""),
    ("pay", r#"{"payer":"w-7","amount":"1"}"#, ""),
    (
        "pay",
        r#"{"payer":{"number":"4","cvc":"123"},"amount":"1"}"#,
        "payer/number: it must have at least 12 characters",
    ),
    (
        "pay",
        r#"{"payer":{"number":"4111111111111111"},"amount":"1"}"#,
        "payer: it must be one of Card, Account, Wallet",
    ),
    (
        "pay",
        r#"{"payer":{"number":"4111111111111111","cvc":"123","iban":"DE02"},"amount":"1"}"#,
        "payer: it must be one of Card, Account, and could be each of them",
    ),
    ("pay", r#"{"payer":7,"amount":"1"}"#, "payer: it must be one of Card, Account, Wallet"),
    ("pay", r#"{"payer":null,"amount":"1"}"#, "payer: it is required and was not given"),
    ("pay", r#"{"payer":"w-7","amount":"1","extras":[{"kind":"insurance","sum":1}]}"#, ""),
    ("pay", r#"{"payer":"w-7","amount":"1","extras":[{"kind":"insurance"}]}"#, "extras/0/sum: it is required"),
    ("pay", r#"{"payer":"w-7","amount":"1","extras":[{"sum":1}]}"#, "extras/0/kind: it is required"),
    ("order", r#"{"kind":"gift","text":"Hello"}"#, ""),
    ("order", r#"{"kind":"insurance","sum":100}"#, ""),
    ("order", r#"{"kind":"insurance","sum":0}"#, "sum: it must be at least 1"),
    ("order", r#"{"kind":"gift","text":["Hello"]}"#, "text: it must be text"),
    ("order", r#"{"kind":"card"}"#, "kind: it must be one of \"insurance\", \"gift\""),
    ("order", r#"{"text":"Hello"}"#, "kind: it is required and was not given"),
];

#[tokio::test]
async fn an_untyped_call_is_held_to_the_branch_that_it_says_it_is() {
    let server = Server::start(|_, _| Reply::json(200, r#"{"state":"paid","id":"p-1"}"#)).await;
    let client = client(&server.url(), plan());
    let mut sent = Vec::new();
    for (operation, body, wrong) in BODIES {
        let result = client.call(Call::new(*operation).body(*body)).await;
        match (result, *wrong) {
            (Ok(_), "") => sent.push((*body).to_owned()),
            (Err(error), wrong) if !wrong.is_empty() => {
                let says = error.to_string();
                assert!(says.starts_with(&format!("{operation} was not sent: {wrong}")), "{body}: {says}");
            }
            (result, wrong) => panic!("{body}: {result:?}, not {wrong}"),
        }
        let received: Vec<String> =
            server.received().into_iter().map(|call| String::from_utf8(call.body).unwrap()).collect();
        assert_eq!(received, sent, "what is sent is what was given");
    }
}

/// A client that knows no rules sends everything, and a sandbox holds it to the same.
#[tokio::test]
async fn a_sandbox_is_held_to_the_same() {
    let sandbox = Sandbox::start(("choices", CHOICES)).await.unwrap();
    let mut lenient = plan();
    for operation in lenient.operations.to_mut() {
        operation.alternatives = None;
        for slot in operation.slots.to_mut() {
            slot.rules = list![];
            slot.required = false;
        }
    }
    let client = sandbox.fill(Builder::new(Arc::new(lenient))).build().unwrap();
    for (operation, body, wrong) in BODIES {
        let result = client.call(Call::new(*operation).body(*body)).await;
        assert_eq!(result.is_ok(), wrong.is_empty(), "{body}: {result:?}");
    }
    let refused: Vec<String> =
        sandbox.received().iter().filter_map(|request| request.why().map(|why| why.to_string())).collect();
    let expected: Vec<&str> = BODIES.iter().map(|(.., wrong)| *wrong).filter(|wrong| !wrong.is_empty()).collect();
    assert_eq!(refused.len(), expected.len());
    for (why, wrong) in refused.iter().zip(expected) {
        assert!(why.contains(wrong), "{why}, not {wrong}");
    }
}

#[test]
fn what_a_branch_holds_in_confidence_is_not_shown() {
    let client = client("https://choices.example", plan());
    for (operation, body) in [
        ("pay", r#"{"payer":{"number":"SENTINEL-4111","cvc":"987"},"amount":"1.00"}"#),
        ("pay", r#"{"payer":{"iban":"SENTINEL","holder":"SENTINEL"},"amount":"1.00"}"#),
        ("pay", r#"{"payer":"w-SENTINEL","amount":"1.00"}"#),
    ] {
        let call = Call::new(operation).body(body);
        let shown = explain(client.setup(), &call, Options::default()).unwrap();
        let shown = format!("{shown}\n{shown:?}\n{call:?}");
        assert!(!shown.contains("SENTINEL") && !shown.contains("987"), "{shown}");
        assert!(shown.contains("1.00"), "{shown}");
    }
}
