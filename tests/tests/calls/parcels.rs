//! Calls without generated types, to a sandbox, of a document whose requests are forms with lists and objects in them, and what
//! is said of them. `cargo test -p xtask` calls its crate.

use std::sync::Arc;

use countersign::{Builder, Call, Executor};
use countersign_inspect::{Options, explain};
use countersign_sandbox::Sandbox;
use serde_json::{Value, json};

const PARCELS: &str = include_str!("../../documents/parcels.yaml");

async fn sandbox() -> (Sandbox, Executor) {
    let document = countersign_spec::read("parcels.yaml", PARCELS).unwrap_or_else(|findings| panic!("{findings}"));
    let sandbox = Sandbox::start(("parcels", PARCELS)).await.unwrap();
    let builder = sandbox.fill(Builder::new(Arc::new(document.plan().clone())));
    let executor = builder.base_url(sandbox.url()).build().unwrap();
    (sandbox, executor)
}

fn parcel() -> Value {
    json!({
        "reference": "p-1",
        "tags": ["fragile", "1 & 2"],
        "sender": {"name": "SENTINEL of a name", "pin": "SENTINEL", "address": {"city": "SENTINEL", "lines": ["SENTINEL 1", "SENTINEL 2"]}},
        "items": [{"sku": "a", "amount": 2, "price": 12.5}, {"sku": "b", "amount": 1, "tags": ["x", "y,z"]}],
        "size": {"wide": 10, "high": 20.5},
        "codes": [1, 2],
        "words": ["a", "b,c"],
        "colours": ["red", "blue"],
        "labels": [{"text": "This side up", "count": 1}],
        "options": {"insured": true, "note": "SENTINEL=b&c"},
        "metadata": {"order": "17", "a b": "c"},
        "due": {"after": 5},
        "checks": [{"kind": "age"}, {"kind": "id"}],
    })
}

#[tokio::test]
async fn a_form_is_sent_read_and_explained_as_it_is_written() {
    let (sandbox, client) = sandbox().await;
    let call = Call::new("send_parcel").form(Ok(parcel()));
    let response = client.call(call.clone()).await;
    let told = format!("{:?}", sandbox.received());
    assert_eq!(response.expect(&told).into_inner(), json!({"id": 7}));
    let explanation = explain(client.setup(), &call, Options::default()).unwrap();
    let fields: Vec<_> = explanation.body.iter().map(|shown| format!("{}={}", shown.name, shown.value)).collect();
    println!("{}\n{explanation}\n{told}", fields.join("\n"));
    let all = format!("{explanation} {told} {call:?}");
    assert!(!all.contains("SENTINEL") && !all.contains("U0VOVElORUw"), "{all}");
}

#[tokio::test]
async fn a_broken_rule_is_named_before_anything_is_sent() {
    let (sandbox, client) = sandbox().await;
    for (pointer, value, why) in [
        ("/reference", json!("x"), "reference: it must match"),
        ("/sender/name", Value::Null, "name: it is required"),
        ("/tags", json!(["a", "a"]), "tags: each of its elements"),
        ("/items/1/amount", json!(0), "items/1/amount: it must be at least 1"),
        ("/items/1/sku", json!("1"), "items/1/sku: it must match"),
        ("/items", json!([]), "items: it is required"),
        ("/size/wide", json!(201), "wide: it must be at most 200"),
        ("/codes", json!(["x"]), "codes/0: it must be a whole number"),
        ("/words", json!(["a b"]), "words: an element cannot have ' ' in it"),
        ("/colours", json!(["green"]), "colours/0: it must be one of"),
        ("/labels", json!([{"count": 1}]), "labels/0/text: it is required"),
        ("/options/insured", json!("yes"), "options/insured: it must be true or false"),
        ("/metadata/order", json!("x".repeat(21)), "metadata/order: it must have at most 20"),
        ("/metadata", json!({"a[b]": "c"}), "metadata: a name in it has a bracket"),
        ("/due", json!({"after": 0}), "due/after: it must be at least 1"),
        ("/checks/0/kind", json!("x"), "checks/0/kind: it must be one of"),
    ] {
        let mut body = parcel();
        *body.pointer_mut(pointer).unwrap() = value;
        let error = client.call(Call::new("send_parcel").form(Ok(body))).await.expect_err(why).to_string();
        assert!(error.contains(why), "{why}: {error}");
    }
    assert!(sandbox.received().is_empty());
}

#[tokio::test]
async fn values_are_given_one_by_one() {
    let (sandbox, client) = sandbox().await;
    let call = Call::new("send_parcel")
        .value("reference", "p-2")
        .value("tags", "a")
        .value("tags", "b")
        .value("/sender/name", "Ana")
        .value("/sender/address/city", "Soria")
        .value("/sender/address/lines", r#"["one", "two"]"#)
        .value("items", r#"[{"sku": "a", "amount": 1}]"#)
        .value("/size/wide", "7")
        .value("codes", "1,2")
        .parameter("colours", &json!(["red", "blue"]))
        .value("labels", r#"[{"text":"up"}]"#)
        .value("due", "2026-01-31");
    client.call(call).await.unwrap_or_else(|error| panic!("{error}: {:?}", sandbox.received()));
    let received = format!("{:?}", sandbox.received());
    assert!(!received.contains("Soria"), "{received}");
}

#[tokio::test]
async fn a_sandbox_refuses_what_is_written_otherwise() {
    let sandbox = Sandbox::builder(("parcels", PARCELS)).unverified().start().await.unwrap();
    let http = reqwest::Client::new();
    let good = "reference=p-1&sender[name]=A&sender[address][city]=S&items[0][sku]=a&items[0][amount]=1&labels=[{\"text\":\"x\"}]";
    for (more, why) in [
        ("", ""),
        ("&sender[address][lines][]=a&sender[address][lines][]=b", ""),
        ("&sender=x", "sender: it must be an object"),
        ("&sender[name]=B", "sender[name]: it is given more than once"),
        ("&sender[name][x]=B", "sender[name]: it is given more than once"),
        ("&reference[x]=B", ""),
        ("&items[2][sku]=a", "items: its elements are not numbered from 0 on"),
        ("&items[][sku]=a", "items: an element in it that is no scalar has no number"),
        ("&items[0][sku]=b", "items: a name in it is there more than once"),
        ("&items[0][sku][x]=b", "items: it is one value and has others in it"),
        ("&items[1][sku]=b", "items/1/amount: it is required"),
        ("&options={", "options: it is not JSON"),
        ("&options=[]", "options: it must be an object"),
        ("&wide=x", "wide: it must be a whole number"),
        ("&codes=1,x", "codes/1: it must be a whole number"),
        ("&checks={\"kind\":\"x\"}", "checks/0/kind: it must be one of"),
        ("&checks=x", "checks/0: it must be an object"),
        ("&due[after]=x", "due"),
        ("&due=2026-01-31", ""),
        ("&due=31", "due"),
        ("&metadata[a]=b&metadata[a]=c", "metadata: a name in it is there more than once"),
        ("&metadata=x", "metadata: it must be an object"),
    ] {
        let request = http.post(format!("{}/parcels", sandbox.url())).header("X-Signature", "x");
        let request =
            request.header("Authorization", "Bearer x").header("Content-Type", "application/x-www-form-urlencoded");
        let status = request.body(format!("{good}{more}")).send().await.unwrap().status().as_u16();
        let received = sandbox.received().pop().unwrap();
        let told = received.why().unwrap_or_default().to_owned();
        assert_eq!(status, if why.is_empty() { 200 } else { 400 }, "{more}: {told}");
        assert!(told.contains(why), "{more}: {told}");
    }
}
