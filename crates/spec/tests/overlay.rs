//! A document that a provider publishes, and the overlay that says the rest.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use countersign_plan::Constraint;
use countersign_spec::{Document, Findings, Rule, base_of, read, read_file};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

const BASE: &str = include_str!("../../../tests/documents/overlay/paygo.published.yaml");
const OVERLAY: &str = include_str!("../../../tests/documents/overlay/paygo.yaml");

/// Reads an overlay of a published document, which it pins.
fn composed(overlay: &str, base: &str) -> Result<Document, Findings> {
    let directory = TempDir::new().unwrap();
    write(directory.path(), overlay, base);
    read_file(&directory.path().join("paygo.yaml"))
}

fn write(directory: &Path, overlay: &str, base: &str) {
    let hash: String = Sha256::digest(base).iter().map(|byte| format!("{byte:02x}")).collect();
    let pinned = overlay.lines().map(|line| match line.starts_with("x-sha256: ") {
        true => format!("x-sha256: {hash}"),
        false => line.to_owned(),
    });
    let text: Vec<String> = pinned.collect();
    fs::write(directory.join("paygo.yaml"), text.join("\n")).unwrap();
    fs::write(directory.join("paygo.published.yaml"), base).unwrap();
}

fn changed(text: &str, from: &str, to: &str) -> String {
    assert_eq!(text.matches(from).count(), 1, "{from}");
    text.replace(from, to)
}

/// What is found, each as the file, the line and the rule.
fn found(overlay: &str, base: &str) -> Vec<(String, Option<u64>, Rule)> {
    let findings = composed(overlay, base).unwrap_err();
    let file = |file: &str| Path::new(file).file_name().unwrap().to_str().unwrap().to_owned();
    findings.iter().map(|finding| (file(&finding.file), finding.line, finding.rule)).collect()
}

/// The line on which a text is.
fn line(text: &str, of: &str) -> Option<u64> {
    let index = text.lines().position(|line| line.contains(of)).unwrap();
    Some(index as u64 + 1)
}

#[test]
fn what_is_published_and_what_we_say_of_it_is_one_document() {
    let document = composed(OVERLAY, BASE).unwrap();
    let plan = document.plan();
    let ids: Vec<&str> = plan.operations.iter().map(|operation| &*operation.id).collect();
    assert_eq!(ids, ["create_payout", "payout_by_id", "get_balance"]);
    assert_eq!((document.base(), plan.title.as_ref()), (Some("paygo.published.yaml"), "Paygo"));
    assert_eq!(plan.servers[0].url, "https://eu.paygo.example/v2");
    let create = plan.operation("create_payout").unwrap();
    let names: Vec<&str> = create.slots.iter().map(|slot| &*slot.name).collect();
    assert_eq!(
        names,
        [
            "X-Api-Key",
            "X-Signature",
            "/reference",
            "/amount",
            "/account",
            "/account/iban",
            "/account/owner",
            "/account/country",
            "/account/contact",
            "/account/address"
        ]
    );
    // A pattern that a client cannot run is gone, and the length beside it is not.
    assert_eq!(*create.slots[2].rules, [Constraint::Text, Constraint::MaxLength(35)]);
    let schemas = document.openapi().components.as_ref().unwrap().schemas.keys().map(String::as_str);
    assert_eq!(schemas.collect::<Vec<_>>(), ["Payout", "Account", "Receipt", "GetBalanceResponse"]);
}

#[test]
fn nothing_that_is_left_out_or_taken_for_more_is_silent() {
    let document = composed(OVERLAY, BASE).unwrap();
    let notes: Vec<&str> = document.notes().iter().map(|note| note.text.as_str()).collect();
    assert!(document.notes().iter().all(|note| note.file.ends_with("paygo.published.yaml")), "{notes:?}");
    assert_eq!(
        notes,
        [
            "operations that are not taken, 1 of 4: sendFile",
            "servers that are not taken, for no action gives them an `x-name`: 1",
            "operations have names in snake_case: createPayout is create_payout, GET /balance is get_balance",
            "left out, for a client does nothing with it: externalDocs 1, x-logo 1, x-order 1, x-rate 1, callbacks 1, \
             links 1, x-internal 1, xml 1, additionalProperties 2, required 1, pattern 1, minLength 1, \
             example 1, enum 1",
            "of several ways to authenticate the one that is filled in is taken: 1",
            "parameters are the transport's, or cookies that may be left out: 3",
            "refusals whose bodies another document describes have none here: 1",
            "taken for secret by their names: `accessToken`",
            "taken for personal by their names or formats: `contact`, `iban`",
            "as published, where a document of ours would differ: number-for-money 1",
            "the body is sent as `application/json; charset=utf-8`, not as `application/xml`",
        ]
    );
}

#[test]
fn what_two_files_make_is_read_as_they_are() {
    let document = composed(OVERLAY, BASE).unwrap();
    let again = read("paygo.yaml", document.text()).unwrap_or_else(|findings| panic!("{findings}"));
    assert_eq!(format!("{:?}", again.plan()), format!("{:?}", document.plan()));
    assert_eq!(again.plain(), document.plain());
    assert_eq!((again.text(), again.base()), (document.text(), document.base()));
    // A secret that was found by its name is marked in it.
    assert!(document.text().contains("\"format\": \"password\""), "{}", document.text());
    assert!(!document.text().contains("x-internal"), "{}", document.text());
}

#[test]
fn a_document_of_ours_is_held_to_every_rule() {
    let text = changed(BASE, "openapi: 3.0.1\n", "openapi: 3.0.1\nx-source: x\n");
    let rules: Vec<Rule> = read("paygo.yaml", &text).unwrap_err().iter().map(|finding| finding.rule).collect();
    for rule in
        [Rule::UnknownExtension, Rule::OperationId, Rule::ClosedObject, Rule::NumberForMoney, Rule::UnmarkedPersonal]
    {
        assert!(rules.contains(&rule), "{rule}: {rules:?}");
    }
}

#[test]
fn what_we_say_is_held_to_every_rule_and_found_in_our_file() {
    for (from, to, rule) in [
        ("      x-source: The documentation of Paygo, read in May\n", "", Rule::Source),
        ("{x-value: {credential: api_key}}", "{x-value: {credential: api_kee}}", Rule::UnknownName),
        ("x-retry: safe}", "x-retry: never}", Rule::Retry),
        ("x-retry: safe}", "x-rety: safe}", Rule::UnknownExtension),
        ("operationId: payout_by_id", "operationId: payoutById", Rule::OperationId),
    ] {
        let overlay = changed(OVERLAY, from, to);
        let found = found(&overlay, BASE);
        assert!(found.iter().any(|(file, _, broken)| file == "paygo.yaml" && *broken == rule), "{to}: {found:?}");
    }
    let overlay = changed(OVERLAY, "x-retry: safe}", "x-retry: never}");
    assert_eq!(found(&overlay, BASE), [("paygo.yaml".to_owned(), line(OVERLAY, "x-retry"), Rule::Retry)]);
}

#[test]
fn money_is_a_number_where_it_is_published_and_not_where_it_is_signed() {
    let unsigned = changed(OVERLAY, "    update: integer\n", "    update: number\n");
    let amount =
        ("paygo.published.yaml".to_owned(), line(BASE, "amount: {type: number, format: double}"), Rule::NumberForMoney);
    // The type is ours then, and the schema is as published.
    assert_eq!(found(&unsigned, BASE), [amount]);
    let unsigned = changed(&unsigned, "of: {request: body}", "of: {request: path}");
    composed(&unsigned, BASE).unwrap();
}

#[test]
fn what_a_client_cannot_do_is_a_finding_in_the_published_file_and_names_the_operations() {
    let base = changed(BASE, "owner: {type: string}", "owner: {type: file}");
    let findings = composed(OVERLAY, &base).unwrap_err();
    let of_base = findings.iter().all(|finding| finding.file.ends_with("published.yaml") && finding.line.is_some());
    assert!(of_base && findings.len() == 1, "{findings}");
    let note = "1 of 3 operations cannot be taken as they are; an action changes them, or `x-operations` leaves them out: \
                create_payout";
    assert!(findings.notes().iter().any(|known| known.text == note), "{findings}");
    let overlay = changed(OVERLAY, "GET /balance]", "GET /balance]\n  except: [createPayout]");
    let overlay = changed(&overlay, "        secret_key: {description: What payouts are signed with.}\n", "");
    let without = overlay.find("  - target: $.components.securitySchemes\n").unwrap();
    let until = overlay.find("  - target: $.paths['/payouts/{payoutId}']").unwrap();
    let document = composed(&format!("{}{}", &overlay[..without], &overlay[until..]), &base).unwrap();
    assert_eq!(document.plan().operations.len(), 2);
}

#[test]
fn operations_are_chosen_by_id_tag_path_and_method() {
    let taken = |words: &str| {
        let overlay = changed(OVERLAY, "  only: [create_payout, \"/payouts/{payoutId}\", GET /balance]", words);
        let document = composed(&overlay, BASE).unwrap_or_else(|findings| panic!("{findings}"));
        let ids = document.plan().operations.iter().map(|operation| operation.id.to_string());
        ids.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(taken("  only: [Payouts]"), "create_payout payout_by_id");
    assert_eq!(taken("  only: [createPayout]"), "create_payout");
    assert_eq!(taken("  only: [/payouts]"), "create_payout");
    assert_eq!(taken("  except: [POST /files]"), "create_payout payout_by_id get_balance");
    assert_eq!(taken("  only: [Payouts]\n  except: [payout_by_id]"), "create_payout");
    let overlay = changed(OVERLAY, "only: [create_payout", "only: [create_payuot");
    assert_eq!(found(&overlay, BASE), [("paygo.yaml".to_owned(), line(OVERLAY, "only:"), Rule::Overlay)]);
}

#[test]
fn an_action_does_one_thing_with_what_it_finds() {
    let with = |action: &str| format!("{OVERLAY}{action}");
    for action in [
        "  - target: $.paths['/payout']\n    remove: true\n",
        "  - target: $.paths[\n    remove: true\n",
        "  - target: $.info\n    remove: true\n    update: {title: T}\n",
        "  - target: $.info\n    update: text\n",
        "  - target: $.info\n    remove: false\n",
        "  - target: $.info\n    copy: $.nothing\n",
        "  - target: $.info\n    copy: $.components.schemas.*\n",
        "  - target: $..*..*..*\n    remove: true\n",
        "  - target: $..[?$..*]\n    remove: true\n",
    ] {
        let found = found(&with(action), BASE);
        let [(file, line, Rule::Overlay)] = found.as_slice() else { panic!("{action}: {found:?}") };
        assert!(file == "paygo.yaml" && line.is_some_and(|line| line > OVERLAY.lines().count() as u64), "{found:?}");
    }
    let near = composed(&with("  - target: $.paths['/payout']\n    remove: true\n"), BASE).unwrap_err();
    assert!(near.to_string().contains("with the path `/payouts`"), "{near}");

    let copied = with(
        "  - target: $.info\n    update: {description: null}\n  - target: $.info.description\n    copy: $.info.title\n",
    );
    assert_eq!(composed(&copied, BASE).unwrap().openapi().info.description.as_deref(), Some("Paygo"));
    // All that is found, from the last to the first.
    let removed = with(
        "  - target: $..examples\n    remove: true\n  - target: $.components.schemas.Receipt.required[0]\n    remove: true\n",
    );
    let text = composed(&removed, BASE).unwrap().text().split_whitespace().collect::<String>();
    assert!(!text.contains("\"examples\"") && text.contains("\"required\":[]"), "{text}");
    // Lists one after the other, and what is none at the end of one.
    let added = with(
        "  - target: $.components.schemas.Receipt.required\n    update: [status]\n  - target: $.components.schemas.Receipt.required\n    update: fee\n",
    );
    let text = composed(&added, BASE).unwrap().text().split_whitespace().collect::<String>();
    assert!(text.contains(r#""required":["id","status","fee"]"#), "{text}");
}

#[test]
fn a_few_lines_are_not_a_document_without_end() {
    let nested = format!("{}null{}", "{a: ".repeat(30), "}".repeat(30));
    for (actions, problem) in [
        (format!("  - target: $..*\n    update: [{}]\n", "0,".repeat(5_000)), "write more than 200000 values"),
        ("  - target: $.info\n    copy: $\n".repeat(30), "write more than 200000 values"),
        (
            format!(
                "  - target: $.paths.*.post.responses.*\n    update: {{x-a: {nested}}}\n  - target: $..a..a\n    update: {nested}\n"
            ),
            "more than 48 levels deep",
        ),
        ("  - target: $.info\n    update: {}\n".repeat(1_001), "there are more actions"),
    ] {
        let findings = composed(&format!("{OVERLAY}{actions}"), BASE).unwrap_err();
        assert!(findings.to_string().contains(problem), "{findings}");
    }
}

#[test]
fn a_published_document_is_the_one_that_is_pinned() {
    let directory = TempDir::new().unwrap();
    write(directory.path(), OVERLAY, BASE);
    let path = directory.path().join("paygo.yaml");
    let published = directory.path().join("paygo.published.yaml");
    assert_eq!(base_of(&path), Some(published.clone()));
    assert_eq!(base_of(&published), None);
    let broken = directory.path().join("broken.yaml");
    fs::write(&broken, OVERLAY.replace("actions:", "actions: [")).unwrap();
    assert_eq!(base_of(&broken), Some(published.clone()));
    fs::write(&published, changed(BASE, "title: Paygo", "title: Paygone")).unwrap();
    let findings = read_file(&path).unwrap_err();
    let hash: String = Sha256::digest(fs::read(&published).unwrap()).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(findings.len(), 1, "{findings}");
    assert!(
        findings.to_string().contains(&hash) && findings.to_string().contains(":5#/x-sha256: [base]"),
        "{findings}"
    );
    // Without one, the finding says what to write.
    let overlay = fs::read_to_string(&path).unwrap();
    let unpinned: String =
        overlay.lines().filter(|line| !line.starts_with("x-sha256")).map(|line| format!("{line}\n")).collect();
    fs::write(&path, unpinned).unwrap();
    let findings = read_file(&path).unwrap_err();
    assert!(findings.to_string().contains(&format!("write `x-sha256: {hash}`")), "{findings}");
}

#[test]
fn nothing_is_fetched_and_nothing_else_is_read() {
    let secret = TempDir::new().unwrap();
    let elsewhere = secret.path().join("paygo.published.yaml").display().to_string();
    for name in [
        "https://paygo.example/openapi.yaml",
        "../paygo.published.yaml",
        &elsewhere,
        ".",
        "",
        "missing.yaml",
        "a//b.yaml",
    ] {
        let overlay = changed(OVERLAY, "extends: ./paygo.published.yaml", &format!("extends: {name:?}"));
        assert_eq!(found(&overlay, BASE), [("paygo.yaml".to_owned(), Some(4), Rule::Base)], "{name}");
    }
    let findings = read("paygo.yaml", OVERLAY).unwrap_err();
    assert!(findings.iter().all(|finding| finding.rule == Rule::Base), "{findings}");
}

#[test]
fn a_published_document_may_be_json_and_larger_than_ours() {
    let document = composed(OVERLAY, BASE).unwrap();
    let mut value: serde_json::Value = serde_saphyr::from_str(BASE).unwrap();
    value["info"]["description"] = "x".repeat(5 << 20).into();
    let overlay = format!("{OVERLAY}  - target: $.info.description\n    remove: true\n");
    let json = composed(&overlay, &value.to_string()).unwrap_or_else(|findings| panic!("{findings}"));
    // The JSON that is made here has its keys sorted, so that more is not the same.
    assert_eq!(json.plan().operations.len(), document.plan().operations.len());
    let mut not_ours = value.clone();
    not_ours["openapi"] = "2.0".into();
    assert_eq!(found(&overlay, &not_ours.to_string()), [("paygo.yaml".to_owned(), Some(4), Rule::Base)]);
    assert_eq!(found(&overlay, "a: [\n"), [("paygo.published.yaml".to_owned(), Some(1), Rule::Yaml)]);
}

#[test]
fn the_words_of_a_provider_are_not_ours_even_if_they_are_called_so() {
    let base = changed(BASE, "reference: {type: string,", "reference: {x-value: {credential: api_key}, type: string,");
    let base = changed(
        &base,
        "operationId: getPayout\n      tags",
        "operationId: getPayout\n      x-retry: safe\n      x-outcome: {}\n      tags",
    );
    let document = composed(&changed(OVERLAY, ", x-retry: safe}", "}"), &base).unwrap();
    let plain = composed(&changed(OVERLAY, ", x-retry: safe}", "}"), BASE).unwrap();
    assert_eq!(format!("{:?}", document.plan()), format!("{:?}", plain.plan()));
}

#[test]
fn what_may_be_null_is_and_what_is_not_described_is_left_out() {
    let base = changed(
        BASE,
        "    Account:\n      type: object\n",
        "    Holder: {type: object, nullable: true, properties: {label: {type: string}}}\n    Account:\n      type: object\n      \
         required: [iban, holder, more]\n",
    );
    let base = changed(
        &base,
        "        owner: {type: string}\n",
        "        owner: {type: string}\n        holder: {$ref: '#/components/schemas/Holder'}\n        \
         more: {type: object, nullable: true, properties: {note: {type: string}}}\n",
    );
    let base = changed(&base, "application/json: {schema: {$ref: 'common.yaml#/Error'}}", "application/json: {}");
    let base = changed(&base, "iban: DE00 0000, owner: Jo Doe, country: DE", "iban: DE00 0000");
    let document = composed(OVERLAY, &base).unwrap_or_else(|findings| panic!("{findings}"));
    let plan = document.plan();
    let create = plan.operation("create_payout").unwrap();
    let required = create.slots.iter().filter(|slot| slot.name.starts_with("/account/") && slot.required);
    assert_eq!(
        required.map(|slot| &*slot.name).collect::<Vec<_>>(),
        ["/account/iban", "/account/holder", "/account/more"]
    );
    let nullable = create.slots.iter().filter(|slot| slot.rules.contains(&Constraint::Nullable));
    assert_eq!(nullable.map(|slot| &*slot.name).collect::<Vec<_>>(), ["/account/holder", "/account/more"]);
    assert!(create.slots.iter().any(|slot| slot.name == "/account/holder/label"));
    let note = "responses of whose bodies nothing is said have none here: 1";
    assert!(document.notes().iter().any(|known| known.text == note), "{:?}", document.notes());
}

#[test]
fn a_token_of_oauth_is_a_bearer_token_once_we_say_where_it_comes_from() {
    let overlay = changed(
        OVERLAY,
        "  - target: $.components.securitySchemes.ApiKey\n    update: {x-value: {credential: api_key}}\n",
        "  - target: $.components.securitySchemes.*\n    update: {x-value: {credential: api_key}}\n",
    );
    let document = composed(&overlay, BASE).unwrap_or_else(|findings| panic!("{findings}"));
    // Of several, the first.
    let create = document.plan().operation("create_payout").unwrap();
    let text = format!("{:?}", create.slots[0]);
    assert!(text.contains("Authorization") && text.contains("Bearer "), "{text}");
}

#[test]
fn a_target_that_lacks_quotes_is_suggested_with_them() {
    let overlay =
        changed(OVERLAY, "$.components.schemas.Account.properties.address", "$.components.parameters.X-Key.schema");
    let findings = composed(&overlay, BASE).unwrap_err();
    let finding = findings.iter().find(|finding| finding.problem.contains("is not a JSONPath")).unwrap();
    assert!(finding.remedy.starts_with("`$.components.parameters['X-Key'].schema`:"), "{}", finding.remedy);
    let overlay = changed(OVERLAY, "$.components.schemas.Account.properties.address", "$.paths[/fees].X-Key");
    assert!(composed(&overlay, BASE).unwrap_err().to_string().contains("write one of RFC 9535"));
}

#[test]
fn a_published_flow_issues_the_token_unless_another_way_is_filled_in() {
    // Every operation may carry either, the token first.
    let flow = "{OAuth: [payouts]}";
    let base = BASE.replace("[{ApiKey: []}]", &format!("[{flow}, {{ApiKey: []}}]"));
    let session = |overlay: &str| {
        let document = composed(overlay, &base).unwrap_or_else(|findings| panic!("{findings}"));
        let plan = document.plan().clone();
        (
            plan.session.map(|session| session.issue.to_string()),
            document.notes().iter().map(|note| note.text.clone()).collect::<Vec<_>>(),
        )
    };
    assert_eq!(session(OVERLAY).0, None);
    let overlay = "overlay: 1.1.0
info: {title: Paygo, version: '1'}
extends: ./paygo.published.yaml
x-sha256: none
x-operations: {only: [GET /balance]}
actions: []
";
    let (issue, notes) = session(overlay);
    assert_eq!(issue.as_deref(), Some("issue_token"));
    let said = "issue_token is made of the flow of `OAuth`: it issues the token at `https://paygo.example/token`, for `client_id` \
                and `client_secret`";
    assert!(notes.iter().any(|note| note.contains(said)), "{notes:#?}");
}
