//! What the document demands of a request is checked before it is sent, and what the lint lets through can be called.

use std::sync::Arc;

use countersign::{Builder, Call, Override};
use countersign_inspect::{Options, explain};
use countersign_tests::{Reply, Server};

fn builder(url: &str) -> Builder {
    let document = countersign_spec::read("documents/quay.yaml", include_str!("../../documents/quay.yaml"));
    let document = document.unwrap_or_else(|findings| panic!("{findings}"));
    Builder::new(Arc::new(document.plan().clone())).base_url(url)
}

/// What became of bodies of an order: sent, or the message of the refusal.
async fn orders(bodies: &[(&str, Option<&str>)]) {
    let server = Server::start(|_, _| Reply::json(200, "{}")).await;
    let client = builder(&server.url()).build().unwrap();
    let mut sent = 0;
    for (members, refused) in bodies {
        let body = if members.is_empty() {
            "{\"reference\":\"r\"}".into()
        } else {
            format!("{{\"reference\":\"r\",{members}}}")
        };
        let result = client.call(Call::new("order").body(body.as_str())).await;
        match refused {
            None => {
                result.unwrap_or_else(|error| panic!("{members}: {error}"));
                sent += 1;
            }
            Some(message) => {
                assert_eq!(result.unwrap_err().to_string(), format!("order was not sent: {message}"), "{members}")
            }
        }
        assert_eq!(server.received().len(), sent, "{members}");
    }
}

#[tokio::test]
async fn scalars_of_a_body_keep_to_the_document() {
    let one_of = Some("speed: it must be one of \"slow\", \"fast\"");
    let count = Some("count: it must be at least 1");
    let most = Some("count: it must be at most 9007199254740993");
    let whole = Some("count: it must be a whole number");
    let small = Some("small: it must be a whole number from -2147483648 to 2147483647");
    let steps = Some("weight: it must be a multiple of 0.1");
    let number = Some("weight: it must be a number");
    let insured = Some("insured: it must be true or false");
    let on = Some("on: it must be a date such as 2026-01-31");
    let text = |name: &'static str| match name {
        "speed" => Some("speed: it must be text"),
        "on" => Some("on: it must be a date such as 2026-01-31"),
        _ => Some("note: it must be text"),
    };
    orders(&[
        ("", None),
        (r#""speed":"slow""#, None),
        (r#""speed":"fast""#, None),
        (r#""speed":"Slow""#, one_of),
        (r#""speed":"""#, one_of),
        (r#""speed":7"#, text("speed")),
        (r#""speed":["slow"]"#, text("speed")),
        (r#""speed":null"#, Some("speed: it must not be null")),
        (r#""count":1"#, None),
        // 2^53 + 1, which a binary fraction takes for 2^53.
        (r#""count":9007199254740993"#, None),
        (r#""count":9007199254740994"#, most),
        (r#""count":99999999999999999999999999999"#, most),
        (r#""count":0"#, count),
        (r#""count":-99999999999999999999999999999"#, count),
        (r#""count":1.0"#, whole),
        (r#""count":1e0"#, whole),
        (r#""count":"1""#, whole),
        (r#""count":true"#, whole),
        (r#""small":2147483647"#, None),
        (r#""small":-2147483648"#, None),
        (r#""small":2147483648"#, small),
        (r#""small":-0.5"#, small),
        (r#""weight":0.1"#, None),
        (r#""weight":0.3"#, None),
        (r#""weight":1e2"#, None),
        (r#""weight":999.9"#, None),
        (r#""weight":999.90000000000000000000000"#, None),
        (r#""weight":999.90000000000000000000001"#, steps),
        (r#""weight":0.35"#, steps),
        (r#""weight":1000"#, Some("weight: it must be less than 1000")),
        (r#""weight":0.0999999999999999999999999"#, Some("weight: it must be at least 0.1")),
        (r#""weight":"0.3""#, number),
        (r#""insured":true"#, None),
        (r#""insured":"true""#, insured),
        (r#""insured":1"#, insured),
        (r#""on":"2026-01-31""#, None),
        (r#""on":"2026-02-29""#, on),
        (r#""on":"20260131""#, on),
        (r#""on":"2026-01-31T00:00:00Z""#, on),
        (r#""on":20260131"#, text("on")),
        (r#""note":null"#, None),
        (r#""note":"abc""#, None),
        (r#""note":"abcd""#, Some("note: it must have at most 3 characters and has 4")),
        (r#""note":{}"#, text("note")),
        // The plain value is held to it, not what leaves.
        (r#""hidden":"123""#, None),
        (r#""hidden":"1234""#, Some("hidden: it must match the pattern ^[0-9]{3}$")),
    ])
    .await;
}

#[tokio::test]
async fn what_stands_in_an_array_or_a_map_keeps_to_the_document() {
    let twice = Some("tags: each of its elements must be there once");
    orders(&[
        (r#""tags":["a"]"#, None),
        (r#""tags":["a","b","c"]"#, None),
        (r#""tags":[]"#, Some("tags: it must have at least 1 element")),
        (r#""tags":["a","b","c","d"]"#, Some("tags: it must have at most 3 elements")),
        (r#""tags":["a","a"]"#, twice),
        (r#""tags":["a","\u0061"]"#, twice),
        (r#""tags":["a","x"]"#, Some("tags/1: it must be one of \"a\", \"b\", \"c\", \"d\"")),
        (r#""tags":["a",1]"#, Some("tags/1: it must be text")),
        (r#""tags":["a",null]"#, Some("tags/1: it must not be null")),
        (r#""tags":"a""#, Some("tags: it must be an array")),
        (r#""tags":{"0":"a"}"#, Some("tags: it must be an array")),
        (r#""parts":[]"#, None),
        (r#""parts":[{"name":"a"},{"name":"b","size":9,"more":1}]"#, None),
        (r#""parts":[{"name":"a","size":null}]"#, None),
        (r#""parts":[{"name":"a"},{"size":1}]"#, Some("parts/1/name: it is required and was not given")),
        (r#""parts":[{"name":"A"}]"#, Some("parts/0/name: it must match the pattern ^[a-z]+$")),
        (r#""parts":[{"name":"a","size":10}]"#, Some("parts/0/size: it must be at most 9")),
        (
            r#""parts":[{"name":"a","inner":[{"on":true},{"on":0}]}]"#,
            Some("parts/0/inner/1/on: it must be true or false"),
        ),
        (r#""parts":[{"name":"a","inner":[{}]}]"#, Some("parts/0/inner/0/on: it is required and was not given")),
        (r#""parts":["a"]"#, Some("parts/0: it must be an object")),
        (r#""prices":{}"#, None),
        (r#""prices":{"a":0,"b":7}"#, None),
        (r#""prices":{"a":0,"b":-1}"#, Some("prices/b: it must be at least 0")),
        (r#""prices":[1]"#, Some("prices: it must be an object")),
    ])
    .await;
}

#[tokio::test]
async fn an_optional_object_is_left_out_with_all_that_is_in_it() {
    let server = Server::start(|_, _| Reply::json(200, "{}")).await;
    let client = builder(&server.url()).build().unwrap();
    let bodies = [r#"{"reference":"r"}"#, r#"{"reference":"r","crate":null}"#];
    client.call(Call::new("order").body(bodies[0])).await.unwrap();
    assert_eq!(server.received()[0].body, bodies[0].as_bytes());
    let null = client.call(Call::new("order").body(bodies[1])).await.unwrap_err();
    assert_eq!(null.to_string(), "order was not sent: crate: it must not be null");
    let call = Call::new("order").value("reference", "r").value("/crate/wood", "oak").value("/crate/mark", "m");
    client.call(call).await.unwrap();
    let sent = String::from_utf8(server.received()[1].body.clone()).unwrap();
    // printf m | base64
    assert!(sent.starts_with(r#"{"reference":"r","crate":{"wood":"oak","mark":"bQ==","packed":""#), "{sent}");
    let some = client.call(Call::new("order").value("reference", "r").value("/crate/wood", "oak")).await.unwrap_err();
    assert_eq!(some.to_string(), "order was not sent: mark: it is required and was not given");
}

#[tokio::test]
async fn parameters_keep_to_the_document() {
    let server = Server::start(|_, _| Reply::json(200, "{}")).await;
    let client = builder(&server.url()).build().unwrap();
    let mut sent = 0;
    for (name, value, refused) in [
        ("year", "1970", None),
        ("year", "1969", Some("it must be at least 1970")),
        ("year", "02026", Some("it must be a whole number")),
        ("year", "+2026", Some("it must be a whole number")),
        ("year", "2026.0", Some("it must be a whole number")),
        ("state", "open", None),
        ("state", "opened", Some("it must be one of \"open\", \"shut\"")),
        ("weight", "0.01", None),
        ("weight", "0", Some("it must be greater than 0")),
        ("weight", "0.005", Some("it must be a multiple of 0.01")),
        ("weight", "NaN", Some("it must be a number")),
        ("weight", "", Some("it must be a number")),
        ("X-Whole", "true", None),
        ("X-Whole", "TRUE", Some("it must be true or false")),
        ("X-Whole", "1", Some("it must be true or false")),
    ] {
        let call = if name == "year" { Call::new("find") } else { Call::new("find").value("year", "2026") };
        let result = client.call(call.value(name, value)).await;
        match refused {
            None => {
                result.unwrap_or_else(|error| panic!("{name} {value}: {error}"));
                sent += 1;
            }
            Some(reason) => {
                assert_eq!(result.unwrap_err().to_string(), format!("find was not sent: {name}: {reason}"), "{value}");
            }
        }
        assert_eq!(server.received().len(), sent, "{name} {value}");
    }
}

#[tokio::test]
async fn a_value_that_the_document_does_not_list_yet_can_be_allowed() {
    let server = Server::start(|_, _| Reply::json(200, "{}")).await;
    let corrected = builder(&server.url())
        .with_override(Override::allow("order", "speed", ["instant"]))
        .with_override(Override::allow("order", "/tags", ["x"]))
        .with_override(Override::allow("find", "state", ["lost"]))
        .build()
        .unwrap();
    let order = |body: &str| Call::new("order").body(body);
    corrected.call(order(r#"{"reference":"r","speed":"instant","tags":["x","a"]}"#)).await.unwrap();
    corrected.call(order(r#"{"reference":"r","speed":"slow"}"#)).await.unwrap();
    corrected.call(Call::new("find").value("year", "2026").value("state", "lost")).await.unwrap();
    assert_eq!(server.received().len(), 3);
    // Nothing else is allowed by it.
    for body in [r#"{"reference":"r","speed":"x"}"#, r#"{"reference":"r","crate":{"wood":"instant","mark":"m"}}"#] {
        corrected.call(order(body)).await.unwrap_err();
    }
    for (correction, says) in [
        (Override::allow("order", "speeed", ["x"]), "there is no parameter or field \"speeed\""),
        (Override::allow("order", "count", ["x"]), "\"count\" has no list of values"),
    ] {
        let error = builder(&server.url()).with_override(correction).build().unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}

#[tokio::test]
async fn the_media_types_are_read_as_they_are_sent() {
    let server = Server::start(|_, _| Reply::json(200, "{}")).await;
    let client = builder(&server.url()).build().unwrap();
    let call = || Call::new("berth").value("length", "7").value("X-Note", "n");
    client.call(call()).await.unwrap();
    let received = server.received().remove(0);
    // printf n | base64
    let expected = "application/x-www-form-urlencoded|application/json|bg==";
    assert_eq!(received.header("X-Signature"), Some(expected));
    assert_eq!(received.header("Content-Type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(received.header("Accept"), Some("application/json"));
    let shown = explain(client.setup(), &call(), Options::default()).unwrap();
    assert!(shown.headers.iter().any(|shown| shown.name == "X-Signature"), "{shown}");
    for (field, value, says) in [
        ("length", "1", "length: it must be at least 2"),
        ("length", "long", "length: it must be a whole number"),
        ("covered", "yes", "covered: it must be true or false"),
    ] {
        let call = Call::new("berth").value("X-Note", "n").value(field, value);
        let call = if field == "length" { call } else { call.value("length", "7") };
        let error = client.call(call).await.unwrap_err().to_string();
        assert_eq!(error, format!("berth was not sent: {says}"));
    }
}
