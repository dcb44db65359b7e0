//! The project's own documents, and the starting document, keep every rule.

mod bank;

use std::path::Path;

use bank::{add, bank};
use serde_json::json;

#[test]
fn the_documents_of_this_workspace_are_clean() {
    for directory in ["../../specs", "../../tests/documents", "../../tests/documents/schemes"] {
        let entries = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(directory)).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        let documents: Vec<_> = paths.filter(|path| path.extension().is_some_and(|end| end == "yaml")).collect();
        assert!(!documents.is_empty(), "{directory} holds no document");
        for path in documents {
            if let Err(findings) = countersign_spec::read_file(&path) {
                panic!("{findings}");
            }
        }
    }
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
            &["get_health", "get_health, how responses are classified", "get_health, response 204"],
            &["the authentication by X-Client-Id"]
        ]
        .concat()
    );
    let payment = places("create_payment");
    for place in [
        "the credential secret_key",
        "how responses are classified",
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

#[test]
fn an_assumption_has_a_place_and_is_about_what_is_made_of_it() {
    const ALL: &[&str] = &["log_in", "renew", "set_pin", "ping"];
    const IN_SESSION: &[&str] = &["log_in", "renew", "set_pin"];
    for (pointer, place, about) in [
        ("", "the API as a whole", ALL),
        ("/info", "the API as a whole", ALL),
        ("/servers/1", "the server production", ALL),
        ("/tags/0", "/tags/0", &[]),
        ("/x-credentials/client_id", "the credential client_id", &["log_in"]),
        ("/x-credentials/secret_key", "the credential secret_key", IN_SESSION),
        ("/x-settings/country", "the setting country", &["set_pin"]),
        ("/x-session", "the session", IN_SESSION),
        ("/x-session/refused", "the session", IN_SESSION),
        ("/x-session/values/access", "the session value access", IN_SESSION),
        ("/x-outcome", "how responses are classified", &["log_in", "renew"]),
        ("/paths/~1ping", "the path /ping", &["ping"]),
        ("/paths/~1renewals/post", "renew", &["renew"]),
        ("/paths/~1ping/get/x-outcome", "ping, how responses are classified", &["ping"]),
        ("/paths/~1ping/get/responses/204", "ping, response 204", &["ping"]),
        ("/paths/~1token/post/requestBody", "log_in, body", &["log_in"]),
        ("/paths/~1cards~1{card_id}~1pin/put/parameters/1", "set_pin, query notify", &["set_pin"]),
        ("/paths/~1cards~1{card_id}~1pin/put/x-sandbox/0", "set_pin", &["set_pin"]),
        ("/components", "/components", IN_SESSION),
        ("/components/securitySchemes/bearer", "the authentication by bearer", &["renew", "set_pin"]),
        ("/components/securitySchemes/signature", "the authentication by X-Signature", &["renew", "set_pin"]),
        ("/components/securitySchemes/digest", "the authentication by digest", &[]),
        ("/components/parameters/Country", "the header X-Country", &["set_pin"]),
        ("/components/responses/Refused", "the response Refused", &["set_pin"]),
        ("/components/schemas/Access", "the type Access", &["log_in", "renew"]),
        ("/components/schemas/Card/properties/number", "the field number of Card", &["set_pin"]),
    ] {
        let mut document = bank();
        add(&mut document, pointer, json!({"x-assumption": "One\n  thing."}));
        let document =
            countersign_spec::read("bank.yaml", &document.to_string()).unwrap_or_else(|error| panic!("{error}"));
        let found: Vec<_> = document.assumptions().iter().filter(|known| known.pointer == pointer).collect();
        assert_eq!(
            found.iter().map(|known| (&*known.place, &*known.text)).collect::<Vec<_>>(),
            [(place, "One thing.")]
        );
        let is_about = |id: &&&str| document.assumptions_about(id).any(|known| known.pointer == pointer);
        assert_eq!(ALL.iter().filter(is_about).copied().collect::<Vec<_>>(), about, "{pointer}");
    }
}

#[test]
fn samples_assume_nothing_and_fields_may_be_called_what_samples_are() {
    let mut document = bank();
    let assumed = json!({"x-assumption": "A guess."});
    let media = "/paths/~1cards~1{card_id}~1pin/put/requestBody/content/application~1json";
    add(&mut document, &format!("{media}/examples/usual/value"), assumed.clone());
    add(&mut document, "/components/schemas/Extra", json!({"default": assumed, "example": {"a": [assumed]}}));
    let field = json!({"type": "string", "x-assumption": "A guess."});
    let fields = json!({"default": field, "enum": field, "example": field, "examples": field});
    add(&mut document, "/components/schemas/Card/properties", fields);
    let document = countersign_spec::read("bank.yaml", &document.to_string()).unwrap_or_else(|error| panic!("{error}"));
    let guesses = document.assumptions().iter().filter(|known| known.text == "A guess.");
    assert_eq!(
        guesses.map(|known| known.place.as_str()).collect::<Vec<_>>(),
        ["default", "enum", "example", "examples"].map(|name| format!("the field {name} of Card"))
    );
}

#[test]
fn a_document_has_its_name_and_its_text() {
    let text = countersign_spec::starter("acme");
    let document = countersign_spec::read("specs/acme.yaml", &text).unwrap_or_else(|findings| panic!("{findings}"));
    assert_eq!((document.name(), document.text()), ("acme", text.as_str()));
}

#[test]
fn an_operation_is_found_with_what_its_references_lead_to() {
    let mut document = bank();
    let flag = |name: &str, place: &str, what: &str| json!({"name": name, "in": place, "description": what, "schema": {"type": "boolean"}, "x-source": "page 5"});
    let country = json!({"$ref": "#/components/parameters/Country"});
    let shared = json!([country, flag("notify", "query", "shared"), flag("loud", "query", "shared")]);
    add(&mut document, "/paths/~1cards~1{card_id}~1pin", json!({"parameters": shared}));
    let named = json!({"Yes": {"$ref": "#/components/examples/a.b"}, "a.b": {"value": true}});
    add(&mut document, "/components", json!({"examples": named}));
    let given = json!({"examples": {"yes": {"$ref": "#/components/examples/Yes"}, "no": {"value": false}}});
    add(&mut document, "/paths/~1cards~1{card_id}~1pin/put/parameters/1", given);
    let document = countersign_spec::read("bank.yaml", &document.to_string()).unwrap_or_else(|error| panic!("{error}"));

    let operation = document.operation("set_pin").unwrap();
    assert_eq!(operation.operation_id.as_deref(), Some("set_pin"));
    let parameters = document.parameters("set_pin");
    let names: Vec<&str> = parameters.iter().map(|parameter| parameter.parameter_data_ref().name.as_str()).collect();
    assert_eq!(names, ["X-Country", "loud", "card_id", "notify", "X-Trace"]);
    let notify = parameters[3].parameter_data_ref();
    assert_ne!(notify.description.as_deref(), Some("shared"));
    let examples: Vec<_> = document.examples(&notify.examples).collect();
    assert_eq!(examples, [("no", &json!(false)), ("yes", &json!(true))]);
    let refused = operation.responses.responses.values().find(|response| response.as_item().is_none()).unwrap();
    assert_eq!(document.resolve(refused).unwrap().description, "It was refused.");

    assert!(document.operation("none").is_none() && document.parameters("none").is_empty());
}

#[test]
fn a_reference_within_json_leads_to_its_end_or_nowhere() {
    let root = json!({
        "a/b": {"$ref": "#/list/1"}, "list": [0, {"$ref": "#/end"}], "end": {"is": "it"},
        "loop": {"$ref": "#/loop"}, "other": {"$ref": "other.yaml#/end"}, "none": {"$ref": "#/nothing"},
    });
    let end = |name: &str| countersign_spec::resolve_json(&root, &root[name]);
    assert_eq!((end("a/b"), end("end")), (Some(&json!({"is": "it"})), Some(&json!({"is": "it"}))));
    assert_eq!((end("loop"), end("other"), end("none")), (None, None, None));
}

#[test]
fn a_document_of_swagger_is_told_how_to_become_one_of_openapi() {
    let text = "swagger: '2.0'\ninfo: {title: Acme, version: '1'}\nhost: acme.example\npaths: {}\n";
    let found = countersign_spec::lint("acme.yaml", text);
    assert_eq!(found.len(), 1, "{found:#?}");
    let said = found[0].to_string();
    let expected = "acme.yaml: [openapi-version] the document is written in Swagger 2.0, and not in OpenAPI 3; write it in OpenAPI 3.0: \
                    `npx swagger2openapi --yaml --outfile NEW OLD` converts Swagger 2.0";
    assert!(said.starts_with(expected), "{said}");

    let folder = tempfile::TempDir::new().unwrap();
    std::fs::write(folder.path().join("acme.published.yaml"), text).unwrap();
    let sum = "a".repeat(64);
    let overlay = format!(
        "overlay: 1.0.0\ninfo: {{title: x, version: '1'}}\nextends: ./acme.published.yaml\nx-sha256: {sum}\nactions: []\n"
    );
    let file = folder.path().join("acme.yaml");
    std::fs::write(&file, &overlay).unwrap();
    let found = countersign_spec::read_file(&file).unwrap_err().to_string();
    let sum_of = found.split("write `x-sha256: ").nth(1).unwrap().split('`').next().unwrap();
    std::fs::write(&file, overlay.replace(&sum, sum_of)).unwrap();
    let found = countersign_spec::read_file(&file).unwrap_err().to_string();
    assert!(
        found.contains("`acme.published.yaml` is not OpenAPI 3.0 or 3.1; write a document of these versions: `npx "),
        "{found}"
    );
}
