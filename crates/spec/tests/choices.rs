//! What is one of several schemas: how it may be written, what comes of it, and what is a finding.

use countersign_spec::{Document, Finding, Rule, lint, read};

const CHOICES: &str = include_str!("../../../tests/documents/choices.yaml");

fn with(replacements: &[(&str, &str)]) -> String {
    replacements.iter().fold(CHOICES.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "the document no longer says {from}");
        text.replace(from, to)
    })
}

fn document(text: &str) -> Document {
    read("choices.yaml", text).unwrap_or_else(|findings| panic!("{findings}"))
}

/// The branches of a component, each with the values that mean it.
fn branches(document: &Document, component: &str) -> Vec<String> {
    let told = document.alternatives(component).unwrap_or_else(|| panic!("{component} is one of several"));
    let branches = told.branches.iter().map(|branch| match branch.values.as_ref() {
        [] => branch.name.to_string(),
        values => format!("{}: {}", branch.name, values.join(" ")),
    });
    branches.collect()
}

#[test]
fn a_branch_has_a_name_and_what_tells_it() {
    let document = document(CHOICES);
    assert_eq!(branches(&document, "PayRequestPayer"), ["Card", "Account", "Wallet"]);
    // The value that it states, or else its name.
    assert_eq!(branches(&document, "PayRequestExtrasItem"), ["Insurance: insurance", "Gift: Gift"]);
    assert_eq!(branches(&document, "OrderRequest"), ["Insurance: insurance", "Gift: gift"]);
    assert_eq!(branches(&document, "Outcome"), ["Paid: paid", "Pending: pending waiting"]);
    assert_eq!(branches(&document, "OutcomePaidPayer"), ["Account", "Card"]);
    // The discriminator of a parent that is no choice tells nothing.
    assert_eq!(document.alternatives("Extra"), None);
    for (component, value, is) in [
        ("PayRequestPayer", r#"{"number":"4","cvc":"1"}"#, &[0][..]),
        ("PayRequestPayer", r#"{"number":"4"}"#, &[]),
        ("PayRequestPayer", r#"{"iban":"x","number":"4","cvc":"1"}"#, &[0, 1]),
        ("PayRequestPayer", r#""w""#, &[2]),
        ("Outcome", r#"{"state":"waiting"}"#, &[1]),
        ("Outcome", r#"{"id":"p-1"}"#, &[]),
    ] {
        assert_eq!(document.alternatives(component).expect(component).of(value), is, "{component} {value}");
    }
}

/// What is written otherwise and means the same.
#[test]
fn there_are_several_ways_to_write_it() {
    let plain = document(CHOICES);
    for replacements in [
        &[(
            "oneOf:\n                    - {$ref: '#/components/schemas/Card'}",
            "anyOf:\n                    - {$ref: '#/components/schemas/Card'}",
        )][..],
        // What is beside the branches is said of each of them.
        &[
            (
                "        - title: Paid\n          required: [id]\n          properties:\n            state: {const: paid}\n            id: {type: string}\n",
                "        - title: Paid\n          required: [id]\n          properties:\n            state: {const: paid}\n",
            ),
            (
                "        - title: Pending\n          properties:\n",
                "        - title: Pending\n          type: object\n          properties:\n",
            ),
            (
                "      oneOf:\n        - title: Paid",
                "      allOf: [{type: object}]\n      oneOf:\n        - title: Paid",
            ),
            (
                "            state: {const: paid}\n",
                "            state: {const: paid}\n            id: {type: string}\n",
            ),
        ],
        &[(
            "discriminator: {propertyName: kind}\n            examples",
            "discriminator: {propertyName: kind, mapping: {insurance: Insurance}}\n            examples",
        )],
        &[("- {type: 'null'}", "- type: 'null'")],
    ] {
        let other = document(&with(replacements));
        assert_eq!(format!("{:#?}", other.plan()), format!("{:#?}", plain.plan()), "{replacements:?}");
        assert_eq!(other.plain(), plain.plain(), "{replacements:?}");
    }
}

/// Parts may be put together with what is one of several.
#[test]
fn a_part_may_be_one_of_several() {
    let schemas = "    Wrapped:
      allOf:
        - {type: object, required: [note], properties: {note: {type: string}}}
        - oneOf: [{$ref: '#/components/schemas/Card'}, {$ref: '#/components/schemas/Account'}]
    Pet:
      type: object
      required: [kind]
      properties: {kind: {type: string}, age: {type: integer}}
      discriminator: {propertyName: kind, mapping: {cat: Cat, dog: Dog}}
      oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
    Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {properties: {lives: {type: integer}}}]}
    Dog: {allOf: [{$ref: '#/components/schemas/Pet'}, {required: [tail], properties: {tail: {type: string}}}]}
    Either:
      type: object
      properties: {left: {type: string}, right: {type: string}}
      anyOf: [{required: [left]}, {required: [right]}]
    Scalars: {oneOf: [{type: string, enum: [a]}, {type: string, format: date}, {type: integer}, {type: number}, {type: boolean}, {type: array, items: {type: string}}]}
    Card:\n";
    let document = document(&with(&[("    Card:\n", schemas)]));
    assert_eq!(branches(&document, "Wrapped"), ["Card", "Account"]);
    let wrapped = document.alternatives("Wrapped").expect("one of several");
    assert_eq!(wrapped.of(r#"{"iban":"x"}"#), [0_usize; 0]);
    assert_eq!(wrapped.of(r#"{"iban":"x","note":"y"}"#), [1]);
    // Those that have what they are one of for a part.
    assert_eq!(branches(&document, "Pet"), ["Cat: cat", "Dog: dog"]);
    let cat = &document.openapi().components.as_ref().expect("components").schemas["Cat"];
    let cat = serde_json::to_value(cat).expect("JSON");
    let names: Vec<&str> = cat["properties"].as_object().expect("properties").keys().map(String::as_str).collect();
    assert_eq!((names, &cat["required"]), (vec!["age", "kind", "lives"], &serde_json::json!(["kind"])));
    assert_eq!(branches(&document, "Either"), ["Branch1", "Branch2"]);
    assert_eq!(document.alternatives("Either").expect("one of several").of(r#"{"right":"x"}"#), [1]);
    assert_eq!(branches(&document, "Scalars"), ["Text", "Date", "Integer", "Number", "Boolean", "List"]);
}

fn findings(replacements: &[(&str, &str)]) -> Vec<Finding> {
    lint("choices.yaml", &with(replacements))
}

#[test]
fn what_cannot_be_told_or_sent_is_a_finding() {
    const PAYER: &str = "/paths/~1payments/post/requestBody/content/application~1json/schema/properties/payer";
    const EXTRAS: &str = "/paths/~1payments/post/requestBody/content/application~1json/schema/properties/extras/items";
    const ORDER: &str = "/paths/~1orders/post/requestBody/content/application~1json/schema";
    let wallet = "{title: Wallet, type: string, pattern: '^w-', x-sensitive: true}";
    let account = "    Account:\n      type: object\n      required: [iban]\n";
    let by_kind = "                    discriminator: {propertyName: kind}\n";
    let gift = "{$ref: '#/components/schemas/Gift'}\n              discriminator";
    for (replacements, rule, pointer, says) in [
        (
            &[(wallet, "{title: Name, type: string}\n                    - {title: Label, type: string}")][..],
            Rule::AlikeBranches,
            format!("{PAYER}/oneOf/3"),
            "in a request, Label cannot be told from Name",
        ),
        (
            &[
                (wallet, "{$ref: '#/components/schemas/Loop'}"),
                (
                    "    Card:\n",
                    "    Loop: {oneOf: [{$ref: '#/components/schemas/Loop'}, {type: boolean}]}\n    Card:\n",
                ),
            ],
            Rule::Choice,
            "/components/schemas/Loop/oneOf/0".to_owned(),
            "is itself one of its branches",
        ),
        (&[(wallet, "{}")], Rule::MissingWord, format!("{PAYER}/oneOf/2"), "a schema without `type`"),
        (
            &[(by_kind, "                    discriminator: {propertyName: sort}\n")],
            Rule::Choice,
            format!("{EXTRAS}/anyOf/0"),
            "Insurance has no such property that is text",
        ),
        (
            &[(by_kind, "                    discriminator: {propertyName: kind, mapping: {a: Gift, b: Other}}\n")],
            Rule::Choice,
            format!("{EXTRAS}/discriminator/mapping/b"),
            "`b` leads to `Other`, which is none of the branches",
        ),
        (
            &[("mapping: {insurance: '#/components/schemas/Insurance', gift: Gift}", "mapping: {insurance: Gift}")],
            Rule::Choice,
            format!("{ORDER}/oneOf/0"),
            "no value of `kind` says that it is Insurance",
        ),
        (
            &[(gift, "{type: string}\n              discriminator")],
            Rule::RequestBody,
            ORDER.to_owned(),
            "a body that is one of several is always an object",
        ),
        (
            &[("            text: {type: string, maxLength: 20}", "            text: {type: string, x-value: Hello}")],
            Rule::BelowArray,
            "/components/schemas/Gift/properties/text/x-value".to_owned(),
            "below an array, a map or one of several schemas of a body",
        ),
        (
            &[(
                "      x-retry: safe\n",
                "      x-retry: safe\n      parameters: [{name: q, in: query, schema: {oneOf: [{type: string}, {type: integer}]}}]\n",
            )],
            Rule::Choice,
            "/paths/~1orders/post/parameters/0/schema".to_owned(),
            "a parameter or a form is one of several schemas",
        ),
        (&[("of: {request: body}", "of: {field: /payer/number}")], Rule::UnknownField, String::new(), "/payer/number"),
        (
            &[("anyOf:\n", "oneOf: []\n                    anyOf:\n")],
            Rule::UnsupportedWord,
            format!("{EXTRAS}/anyOf"),
            "`anyOf` is not supported",
        ),
        (
            &[("kind: gift, text: Hello", "kind: present")],
            Rule::Example,
            String::new(),
            "it must be one of \"insurance\", \"gift\"",
        ),
        (
            &[("{payer: w-1,", "{payer: {iban: x, number: '4', cvc: '1'},")],
            Rule::Example,
            String::new(),
            "could be each of them",
        ),
        (
            &[("holder: {type: string, x-sensitive: true}", "email: {oneOf: [{type: string}, {type: boolean}]}")],
            Rule::UnmarkedPersonal,
            "/components/schemas/Account/properties/email".to_owned(),
            "`email` sounds like personal data",
        ),
    ] {
        let found = findings(replacements);
        let is = |finding: &&Finding| finding.rule == rule && finding.problem.contains(says);
        let finding = found.iter().find(is).unwrap_or_else(|| panic!("no finding says {says}: {found:#?}"));
        assert!(pointer.is_empty() || finding.pointer == pointer, "{}, not {pointer}", finding.pointer);
    }
    // What asks for more is told from what asks for less.
    for replacement in [
        (account, "    Account:\n      type: object\n"),
        (by_kind, ""),
        (wallet, "{type: integer}\n                    - {type: number}"),
    ] {
        let found = findings(&[replacement]);
        assert!(found.iter().all(|finding| finding.rule != Rule::AlikeBranches), "{found:?}");
    }
    let read = findings(&[("of: {request: body}", "of: {field: /payer/number}")]);
    assert_eq!(read[0].remedy, "`/payer`, which is one of several schemas, as a whole");
}
