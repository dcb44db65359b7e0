//! The project's own documents, and the starting document, keep every rule.

use std::path::Path;

#[test]
fn the_documents_of_this_workspace_are_clean() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs");
    let mut documents = 0;
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            if let Err(findings) = countersign_spec::read_file(&path) {
                panic!("{findings}");
            }
            documents += 1;
        }
    }
    assert!(documents > 0, "specs/ holds no document");
}

#[test]
fn the_starting_document_is_clean_under_any_name() {
    for name in ["acme", "acme_pay", "Acme Pay", "x"] {
        let text = countersign_spec::starter(name);
        if let Err(findings) = countersign_spec::read("specs/acme.yaml", &text) {
            panic!("{findings}");
        }
    }
}

#[test]
fn the_assumptions_about_an_operation_are_those_of_what_it_is_made_of() {
    let other = "  /health:
    get:
      operationId: get_health
      summary: Says whether the service is there
      x-assumption: A made-up operation of its own.
      security: [{client: []}]
      x-outcome: {x-assumption: A made-up outcome.}
      responses:
        '204': {description: It is there., x-assumption: A made-up answer.}

components:
";
    let text = countersign_spec::starter("acme").replace("\ncomponents:\n", &format!("\n{other}"));
    let document = countersign_spec::read("specs/acme.yaml", &text).unwrap_or_else(|findings| panic!("{findings}"));
    let places = |operation: &str| -> Vec<&str> {
        document.assumptions_about(operation).map(|assumption| assumption.place.as_str()).collect()
    };
    let shared = ["the server sandbox", "the credential client_id"];
    assert_eq!(
        places("get_health"),
        [
            &shared[..],
            &["get_health", "get_health, how answers are judged", "get_health, response 204"],
            &["the authentication by X-Client-Id"]
        ]
        .concat()
    );
    let payment = places("create_payment");
    for place in [
        "the credential secret_key",
        "how answers are judged",
        "create_payment, response 400",
        "the authentication by X-Signature",
        "the field amount of CreatePaymentRequest",
        "the field code of Refusal",
    ] {
        assert!(payment.contains(&place), "{place} in {payment:?}");
    }
    assert!(payment.iter().all(|place| !place.contains("get_health")), "{payment:?}");
    assert!(places("nothing").is_empty());
}
