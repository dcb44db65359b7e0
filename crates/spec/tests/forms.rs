//! Forms with lists and objects in them: how each field is written, and what is refused.

use countersign_plan::{Constraint, Delimiter, Notation, Secrecy, Slot, Style};
use countersign_spec::{Finding, Rule, lint, read};

const PARCELS: &str = include_str!("../../../tests/documents/parcels.yaml");

fn findings(replacements: &[(&str, &str)]) -> Vec<Finding> {
    let text = replacements.iter().fold(PARCELS.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    });
    lint("parcels.yaml", &text)
}

#[test]
fn a_form_has_its_fields_as_the_encoding_says() {
    let document = read("parcels.yaml", PARCELS).unwrap_or_else(|findings| panic!("{findings}"));
    let operation = document.plan().operation("send_parcel").unwrap();
    let slot = |name: &str| -> &Slot { &operation.slots[operation.field_named(name).unwrap()] };
    for (name, style) in [
        ("reference", Style::Single),
        ("tags", Style::Repeated),
        ("sender", Style::Bracketed),
        ("/sender/address", Style::Bracketed),
        ("/sender/address/city", Style::Single),
        ("/sender/address/lines", Style::Bracketed),
        ("items", Style::Bracketed),
        ("size", Style::Spread),
        ("/size/wide", Style::Single),
        ("codes", Style::Joined(Delimiter::Comma)),
        ("words", Style::Joined(Delimiter::Space)),
        ("colours", Style::Joined(Delimiter::Pipe)),
        ("labels", Style::Json),
        ("options", Style::Json),
        ("metadata", Style::Bracketed),
        ("due", Style::Bracketed),
        ("checks", Style::Repeated),
    ] {
        assert_eq!(slot(name).style, style, "{name}");
    }
    // What is no slot of its own makes the field around it as secret as it is.
    assert_eq!((slot("options").secrecy, slot("labels").secrecy), (Secrecy::Sensitive, Secrecy::Public));
    assert!(operation.field_named("/options/note").is_none() && operation.field_named("/items/sku").is_none());
    assert!(
        matches!(&*slot("codes").rules, [Constraint::Array, Constraint::Items(each)] if **each == [Constraint::Integer])
    );
    assert_eq!((slot("/size/wide").notation, slot("items").required), (Notation::Literal, true));
}

#[test]
fn what_a_form_cannot_say_is_a_finding() {
    const MEDIA: &str = "/paths/~1parcels/post/requestBody/content/application~1x-www-form-urlencoded";
    const PARCEL: &str = "/components/schemas/Parcel/properties";
    let encoding = |below: &str| format!("{MEDIA}/encoding/{below}");
    #[rustfmt::skip] // A case is a line, however long.
    let cases = [
        ("sender: {style: deepObject, explode: true}", "sender: {style: form, explode: false}", Rule::RequestBody, encoding("sender/style"), "not written in one text"),
        ("sender: {style: deepObject, explode: true}", "sender: {style: form}", Rule::RequestBody, format!("{PARCEL}/sender/properties/address"), "the member `address` of a form is no scalar"),
        ("sender: {style: deepObject, explode: true}", "sender: {style: simple}", Rule::RequestBody, encoding("sender/style"), "`simple` is not supported"),
        ("sender: {style: deepObject, explode: true}", "sender: {contentType: text/xml}", Rule::RequestBody, encoding("sender/contentType"), "not written as `text/xml`"),
        ("sender: {style: deepObject, explode: true}", "nobody: {style: deepObject}", Rule::RequestBody, encoding("nobody"), "no field `nobody`"),
        ("sender: {style: deepObject, explode: true}", "reference: {style: deepObject}", Rule::RequestBody, encoding("reference/style"), "a single value has no style"),
        ("sender: {style: deepObject, explode: true}", "sender: {style: deepObject, headers: {}}", Rule::UnsupportedWord, encoding("sender/headers"), "`headers`"),
        ("words: {style: spaceDelimited}", "words: {style: spaceDelimited, explode: true}", Rule::RequestBody, encoding("words/explode"), "not exploded"),
        ("checks: {type: array, items: {type: object", "checks: {type: array, items: {nullable: true, type: object", Rule::RequestBody, String::new(), "cannot be null"),
        ("              codes: {style: form, explode: false}", "              checks: {style: form, explode: false}", Rule::RequestBody, encoding("checks/style"), "an element of one text is no scalar"),
        ("              due: {style: deepObject}\n", "", Rule::RequestBody, format!("{PARCEL}/due"), "nothing says how the field `due`"),
        ("sender: {style: deepObject, explode: true}", "sender: {contentType: application/json}", Rule::BelowArray, format!("{PARCEL}/sender/properties/pin/x-value"), "in JSON in a form"),
        ("{field: /sender/name}", "{field: items}", Rule::UnknownField, String::new(), "`items` is read as one value"),
        ("{field: /sender/name}", "{fields: [tags]}", Rule::UnknownField, String::new(), "a field that is read is several"),
        ("[reference, /sender/name, labels]", "[reference, sender]", Rule::SignedFields, "/paths/~1parcels/post/x-signed-fields/1".to_owned(), "`sender` is several"),
        ("        codes: {type", "        \"sender[name]\": {type", Rule::RequestBody, String::new(), "`sender[name]` in the form is not of one field alone"),
        ("        codes: {type", "        wide: {type", Rule::RequestBody, String::new(), "`wide` in the form is not of one field alone"),
        ("city: {type: string, x-sensitive: true}", "\"ci[ty\": {type: string, x-sensitive: true}", Rule::RequestBody, String::new(), "not of one field alone"),
        ("codes: [1, 2]", "codes: [a, 2]", Rule::Example, String::new(), "codes/0"),
        ("due: {after: 5}", "due: yesterday", Rule::Example, String::new(), "due"),
    ];
    for (from, to, rule, pointer, says) in cases {
        let found = findings(&[(from, to)]);
        let is = |finding: &&Finding| finding.rule == rule && finding.problem.contains(says);
        let finding = found.iter().find(is).unwrap_or_else(|| panic!("{to}: no finding says {says}: {found:#?}"));
        assert!(pointer.is_empty() || finding.pointer == pointer, "{to}: {}, not {pointer}", finding.pointer);
    }
    let json = findings(&[
        ("application/x-www-form-urlencoded", "application/json"),
        ("x-value: {hex: {sha-256: {fields: all, as: pairs, separator: \"&\"}}}", "x-value: x"),
    ]);
    assert_eq!(json.len(), 9, "{json:#?}");
    assert!(json.iter().all(|finding| finding.problem == "an `encoding` that is not of a form"));
    assert_eq!(findings(&[]), []);
}
