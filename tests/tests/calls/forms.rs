//! Calls without generated types, to a sandbox, of a document whose schemas have the shapes that are rare, and what is said of them.
//! `cargo test -p xtask` calls its crate.

use std::sync::Arc;

use countersign::{Builder, Call, Executor};
use countersign_inspect::{Options, explain};
use countersign_sandbox::Sandbox;

const FORMS: &str = include_str!("../../documents/forms.yaml");

async fn sandbox() -> (Sandbox, Executor) {
    let document = countersign_spec::read("forms.yaml", FORMS).unwrap_or_else(|findings| panic!("{findings}"));
    let sandbox = Sandbox::start(("forms", FORMS)).await.unwrap();
    let builder = sandbox.fill(Builder::new(Arc::new(document.plan().clone())));
    let executor = builder.base_url(sandbox.url()).build().unwrap();
    (sandbox, executor)
}

#[tokio::test]
async fn what_contains_itself_is_hidden_with_what_is_secret_in_it() {
    let (sandbox, client) = sandbox().await;
    let tree = r#"{"label":"a","children":[{"label":"b","pin":"7391","children":[]}],"parent":{"label":"c","pin":"7391","children":[]}}"#;
    let call = Call::new("plant").body(tree);
    client.call(call.clone()).await.unwrap();
    let explanation = explain(client.setup(), &call, Options::default()).unwrap();
    let told = format!("{explanation} {:?} {:?}", sandbox.received(), call);
    assert!(told.contains("\"label\":\"a\"") && !told.contains("7391"), "{told}");
}

#[tokio::test]
async fn what_is_demanded_holds_at_every_level() {
    let (_sandbox, client) = sandbox().await;
    let deep = |levels: usize| format!("{}{}", r#"{"label":"a","children":["#.repeat(levels), "]}".repeat(levels));
    for (body, why) in [
        (
            r#"{"label":"a","children":[{"label":"too long","children":[]}]}"#.to_owned(),
            "children/0/label: it must have at most",
        ),
        (r#"{"label":"a","children":[{"children":[]}]}"#.to_owned(), "children/0/label: it is required"),
        (r#"{"label":"a","children":[null]}"#.to_owned(), "children/0: it must not be null"),
        (
            r#"{"label":"a","children":[],"value":{"label":"b"}}"#.to_owned(),
            "value: it must be one of Text, List, Tree",
        ),
        (deep(10_000), "it must not nest as deep"),
    ] {
        let error = client.call(Call::new("plant").body(body)).await.unwrap_err().to_string();
        assert!(error.contains(why), "{why}: {error}");
    }
    client.call(Call::new("plant").body(deep(50))).await.unwrap();
}

#[tokio::test]
async fn a_choice_is_told_through_a_branch_that_is_one() {
    let (_sandbox, client) = sandbox().await;
    let adopt = |pet: &str, pays: &str| Call::new("adopt").body(format!(r#"{{"pet":{pet},"pays":{pays}}}"#));
    let lion = r#"{"kind":"lion"}"#;
    client.call(adopt(lion, r#"{"google":"x"}"#)).await.unwrap();
    for (pet, pays, why) in [
        (r#"{"kind":"wolf"}"#, "{}", "pet/kind: it must be one of \"lion\", \"tiger\", \"dog\""),
        (r#"{"kind":"tiger","stripes":0}"#, "{}", "pet/stripes: it must be at least 1"),
        (lion, "{}", "pays: it must be one of Card, Wallet"),
        (lion, r#"{"google":"x","number":"4"}"#, "pays: it must be one of Card, Wallet, and could be each of them"),
    ] {
        let error = client.call(adopt(pet, pays)).await.unwrap_err().to_string();
        assert!(error.contains(why), "{why}: {error}");
    }
}
