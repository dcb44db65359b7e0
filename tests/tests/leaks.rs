//! The search for leaks finds what leaks, and finds nothing where something confidential is in every place that there is.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use countersign::leaks::{Case, Leaks, PUBLIC_KEY, TIMEOUT, WORD, stand_in};
use countersign::{Builder, Draft, Executor, PlanRef, Secret, Sensitive};
use countersign_tests::CONFIDENTIAL;

fn plan() -> PlanRef {
    let document =
        countersign_spec::read("documents/confidential.yaml", CONFIDENTIAL).expect("the document lints clean");
    Arc::new(document.plan().clone()).into()
}

fn leaks() -> Leaks {
    Leaks::new(plan(), &["1907-03-04"], &[])
}

fn finds(search: impl FnOnce(&Leaks)) -> bool {
    catch_unwind(AssertUnwindSafe(|| search(&leaks()))).is_err()
}

#[test]
fn what_is_printed_is_found() {
    assert!(!finds(
        |leaks| leaks.debug("a word", &("plain", Secret::from(WORD), Sensitive::<String>::from("1907-03-04")))
    ));
    for text in [
        "a SENTINEL-pin of somebody",
        "born on 1907-03-04",
        "balance: 739184265",
        // In hexadecimal and, as `printf 'SENTINEL' | base64` has it, after no, one and two other bytes.
        "53454e54494e454c",
        "U0VOVElORUw=",
        "eFNFTlRJTkVM",
        "eHhTRU5USU5FTA==",
    ] {
        assert!(finds(|leaks| leaks.debug("a text", &text)), "{text}");
    }
}

#[test]
fn a_type_that_prints_what_is_marked_is_found() {
    #[derive(Debug, serde::Deserialize)]
    struct Marked {
        #[allow(dead_code)]
        pin: Secret,
    }
    #[derive(Debug, serde::Deserialize)]
    struct Plain {
        #[allow(dead_code)]
        pin: String,
    }
    assert!(!finds(|leaks| leaks.of_type::<Marked>(r#"{"pin":"SENTINEL-pin"}"#)));
    assert!(finds(|leaks| leaks.of_type::<Plain>(r#"{"pin":"SENTINEL-pin"}"#)));
}

#[test]
fn a_client_prints_nothing_confidential_from_any_place() {
    let case = Case {
        operation: "send",
        parameters: &[
            ("customer", "SENTINEL of a customer"),
            ("file", "SENTINEL/ü"),
            ("mobile", "+91 SENTINEL"),
            ("X-Otp", "SENTINEL-otp"),
        ],
        body: r#"{"names":["SENTINEL \"one\"","two of SENTINEL"],"person":{"born":"1907-03-04","pin":"SENTINEL \"pin\" two"},
            "balance":739184265,"note":"plain"}"#,
        answer: r#"{"state":"plain"}"#,
    };
    let client = |url: &str| {
        let builder = Builder::new(plan()).credential("api_key", stand_in("api_key")).base_url(url);
        builder.retries(0).timeout(TIMEOUT).build().expect("everything is given")
    };
    leaks().operation(case, client, async |client: &Executor| {
        let draft = Draft::new().body(case.body);
        let draft = case.parameters.iter().fold(draft, |draft, (name, value)| draft.value(*name, *value));
        client.call(case.operation, draft).await
    });
    leaks().configurations();
    assert!(PUBLIC_KEY.starts_with("-----BEGIN PUBLIC KEY-----"));
}
