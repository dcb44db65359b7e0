//! Any text as any value: it goes out exactly as given, encoded as its place demands, or is refused by its name before
//! anything is sent.

use std::cell::Cell;
use std::sync::LazyLock;

use countersign::{Builder, Call, Error, Executor};
use countersign_tests::{Received, Reply, Server, acme};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use tokio::runtime::Runtime;

/// Texts of every sort, those that break headers, paths and forms more often than chance would have them.
fn texts() -> impl Strategy<Value = String> {
    let awkward = prop::sample::select(vec![
        "\r", "\n", "\0", "\t", " ", "é", "ÿ", "€", "💳", "\u{7f}", "\u{85}", "%", "%0d%0a", "+", "&", "=", "/", "\\",
        "..", ".", "?", "#", "{id}", "\"", "'", "\u{feff}", "\u{202e}",
    ]);
    prop_oneof![
        any::<String>(),
        "[ -~]{0,40}",
        prop::collection::vec(awkward, 1..6).prop_map(|parts| parts.concat()),
        ("[a-z]{0,3}", prop::sample::select(vec!["\r\nX-Injected: 1", "\n\n", " ", "\0", "é"]), "[a-z]{0,3}")
            .prop_map(|(a, b, c)| format!("{a}{b}{c}")),
    ]
}

/// Sends every text by `send`; what arrives is either nothing or what `arrived` finds the text in.
fn goes_out_as_given(
    name: &str,
    send: impl AsyncFn(&str, &str) -> Result<(), Error>,
    arrived: impl Fn(&Received) -> Option<String>,
) {
    let runtime = Runtime::new().unwrap();
    let server = runtime.block_on(Server::start(|_, _| Reply::json(200, "{}")));
    let mut runner = TestRunner::new(ProptestConfig { cases: 250, failure_persistence: None, ..Default::default() });
    let sent = Cell::new(0);
    let result = runner.run(&texts(), |text| {
        let result = runtime.block_on(send(&server.url(), &text));
        let received = server.received();
        match result {
            Ok(()) => {
                prop_assert_eq!(received.len(), sent.get() + 1);
                let last = received.last().unwrap();
                prop_assert_eq!(arrived(last), Some(text));
                prop_assert!(last.header("X-Injected").is_none());
                sent.set(sent.get() + 1);
            }
            Err(error) => {
                prop_assert_eq!(received.len(), sent.get(), "refused and sent all the same: {}", error);
                let message = error.to_string();
                prop_assert!(message.contains(name), "{} should name {}", message, name);
            }
        }
        Ok(())
    });
    result.unwrap();
    assert!(sent.get() > 50, "only {} of 250 texts went out", sent.get());
}

/// A builder whose clients share their connections: reading the platform's certificates takes longer than a call.
fn builder(url: &str) -> Builder {
    static HTTP: LazyLock<reqwest::Client> =
        LazyLock::new(|| reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap());
    acme(url).http_client(HTTP.clone())
}

fn client(url: &str) -> Executor {
    builder(url).build().unwrap()
}

#[test]
fn a_credential_in_a_header() {
    goes_out_as_given(
        "api_key",
        async |url, text| {
            let client = builder(url).credential("api_key", text).build()?;
            client.call(Call::new("look_up").value("id", "7")).await.map(drop)
        },
        |received| received.header("X-Api-Key").map(str::to_owned),
    );
}

#[test]
fn a_header_that_the_caller_gives() {
    goes_out_as_given(
        "X-Note",
        async |url, text| client(url).call(Call::new("look_up").value("id", "7").value("X-Note", text)).await.map(drop),
        |received| received.header("X-Note").map(str::to_owned),
    );
}

#[test]
fn a_query_parameter() {
    goes_out_as_given(
        "note",
        async |url, text| client(url).call(Call::new("look_up").value("id", "7").value("note", text)).await.map(drop),
        |received| {
            let url = received.line.split(' ').nth(1)?;
            let query = url.split_once('?')?.1.strip_prefix("note=")?;
            decoded(&query.replace('+', " "))
        },
    );
}

#[test]
fn a_path_parameter() {
    goes_out_as_given(
        "id",
        async |url, text| client(url).call(Call::new("look_up").value("id", text)).await.map(drop),
        |received| decoded(received.line.split(' ').nth(1)?.strip_prefix("/payments/")?),
    );
}

#[test]
fn a_field_of_the_body() {
    goes_out_as_given(
        "account",
        async |url, text| client(url).call(Call::new("pay").value("account", text)).await.map(drop),
        |received| {
            let body = String::from_utf8(received.body.clone()).ok()?;
            // A JSON string, unescaped by hand: what goes out is not read back with what wrote it.
            let inner = body.strip_prefix("{\"account\":\"")?.strip_suffix("\"}")?;
            unescaped(inner)
        },
    );
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        if first == b'%' {
            bytes.push(u8::from_str_radix(std::str::from_utf8(tail.get(..2)?).ok()?, 16).ok()?);
            rest = &tail[2..];
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}

fn unescaped(text: &str) -> Option<String> {
    let mut plain = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => return None,
            '\\' => plain.push(match chars.next()? {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'b' => '\u{8}',
                'f' => '\u{c}',
                'u' => char::from_u32(u32::from_str_radix(&chars.by_ref().take(4).collect::<String>(), 16).ok()?)?,
                other => other,
            }),
            c => plain.push(c),
        }
    }
    Some(plain)
}
