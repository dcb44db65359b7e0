//! Calls of a document whose operations are at several addresses.

use std::sync::Arc;

use countersign::{Builder, Call};
use countersign_inspect::{Options, explain};
use countersign_sandbox::Sandbox;
use httpmock::prelude::*;

const PLACES: &str = include_str!("../../documents/places.yaml");

fn document(text: &str) -> countersign_spec::Document {
    countersign_spec::read("places.yaml", text).unwrap_or_else(|findings| panic!("{findings}"))
}

fn builder(text: &str) -> Builder {
    Builder::new(Arc::new(document(text).plan().clone())).credential("api_key", "a key")
}

fn calls() -> [Call; 3] {
    ["pay", "file", "drop_file"].map(|id| if id == "pay" { Call::new(id) } else { Call::new(id).value("id", "1") })
}

/// Where calls go, and what the signature is of.
fn explained(builder: Builder) -> [String; 3] {
    let executor = builder.build().unwrap_or_else(|error| panic!("{error}"));
    calls().map(|call| {
        let explanation = explain(executor.setup(), &call, Options::default()).unwrap();
        let signed = explanation.headers[0].stages.iter().any(|stage| {
            let path =
                explanation.url.strip_prefix("https://").and_then(|url| url.split_once('/')).map(|(_, path)| path);
            format!("{stage:?}").contains(&format!("{}|/", explanation.url)) && path.is_some()
        });
        assert!(signed, "{explanation}");
        explanation.url
    })
}

#[test]
fn an_operation_is_called_where_the_document_says_for_the_server_that_is_picked() {
    let eu = [
        "https://eu.places.example/v1/payments",
        "https://files.example/eu/files/1",
        "https://eu.places.example/v2/files/1",
    ];
    assert_eq!(explained(builder(PLACES).server("production")), eu);
    assert_eq!(
        explained(builder(PLACES).server("production").setting("region", "us")),
        eu.map(|url| url.replace("eu", "us"))
    );
    let test = [
        "https://test.places.example/payments",
        "https://test.files.example/files/1",
        "https://test.places.example/v3/files/1",
    ];
    assert_eq!(explained(builder(PLACES).server("test")), test);
    // The address that the caller says is that of all of them.
    let own = builder(PLACES).base_url("https://127.0.0.1:1/mine");
    let all =
        ["https://127.0.0.1:1/mine/payments", "https://127.0.0.1:1/mine/files/1", "https://127.0.0.1:1/mine/files/1"];
    assert_eq!(explained(own), all);
}

#[test]
fn a_variable_leads_nowhere_else() {
    for (name, value, why) in [
        ("region", "mars", "region (builder method region, or PLACES_REGION, or PLACES_REGION_FILE) is none of eu, us"),
        ("base_path", "v1@evil.example", "base_path is no part of an address"),
        ("base_path", "..", "base_path is no part of an address"),
        ("base_path", "a/../b", "base_path is no part of an address"),
        ("base_path", "", "base_path is empty"),
    ] {
        let error = builder(PLACES).server("production").setting(name, value).build().unwrap_err().to_string();
        assert!(error.contains(why), "{why}: {error}");
    }
    builder(PLACES).server("production").setting("base_path", "v2.1").build().unwrap();
}

#[tokio::test]
async fn calls_go_where_they_are_signed_for_and_a_test_to_the_test() {
    let (main, files) = (MockServer::start_async().await, MockServer::start_async().await);
    let text = PLACES
        .replace("https://{region}.places.example/{basePath}/", &main.base_url())
        .replace("https://files.example/{region}", &format!("{}/all", files.base_url()))
        .replace("    variables:\n      region: {description: Where the account is., enum: [eu, us], default: eu}\n      basePath: {default: v1}\n", "");
    let answers = |server: &MockServer, path: &str| {
        let path = path.to_owned();
        server
            .mock(|when, then| {
                when.path(path);
                then.status(204);
            })
            .id()
    };
    let hits = [
        (&main, answers(&main, "/payments")),
        (&files, answers(&files, "/all/files/1")),
        (&main, answers(&main, "/v2/files/1")),
    ];
    let executor = builder(&text).server("production").build().unwrap();
    for call in calls() {
        executor.call(call).await.unwrap();
    }
    for (server, id) in hits {
        httpmock::Mock::new(id, server).assert();
    }
    let sandbox = Sandbox::start(("places", text.as_str())).await.unwrap();
    let own = sandbox.fill(Builder::new(Arc::new(document(&text).plan().clone())));
    let executor = own.base_url(sandbox.url()).build().unwrap();
    for call in calls() {
        executor.call(call).await.unwrap();
    }
    assert_eq!(sandbox.received().len(), 3);
    assert!(sandbox.received().iter().all(|received| !received.is_refused()), "{:?}", sandbox.received());
}

#[test]
fn the_lint_says_which_credential_goes_where() {
    let notes: Vec<String> = document(PLACES).notes().iter().map(|note| note.text.clone()).collect();
    let expected = [
        "a server that is relative to where the document is published is not taken: the caller gives the base URL",
        "file is called at https://files.example/{region} or https://test.files.example, with `key`",
        "drop_file is called at https://{region}.places.example/v2 or https://test.places.example/v3, with `key`",
    ];
    assert_eq!(notes, expected);
    let without = PLACES.replace("      - {url: 'https://test.files.example', x-name: test}\n", "");
    let plain = PLACES.replace("https://test.files.example", "http://test.files.example");
    let unknown = PLACES.replace("files.example/{region}", "files.example/{area}");
    for (text, why) in [
        (without, "does not say where for each of the document's servers"),
        (plain, "is not protected by TLS"),
        (unknown, "`{area}` of the URL is no setting"),
    ] {
        let found = countersign_spec::lint("places.yaml", &text);
        assert!(found.iter().any(|finding| finding.problem.contains(why)), "{why}: {found:?}");
    }
}
