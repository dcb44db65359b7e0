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
fn a_body_in_parts_has_files_and_says_what_each_part_is() {
    let document = read("parcels.yaml", PARCELS).unwrap_or_else(|findings| panic!("{findings}"));
    let operation = document.plan().operation("add_document").unwrap();
    let slot = |name: &str| -> &Slot { &operation.slots[operation.field_named(name).unwrap()] };
    for (name, style, is_file, media_type) in [
        ("purpose", Style::Single, false, Some("text/plain")),
        ("sender_name", Style::Single, false, None),
        ("notes", Style::Json, false, Some("application/json")),
        ("tags", Style::Repeated, false, None),
        ("rows", Style::Repeated, false, Some("application/json")),
        ("address", Style::Bracketed, false, None),
        ("scan", Style::Single, true, Some("application/pdf")),
        ("photos", Style::Repeated, true, Some("image/png, image/jpeg")),
    ] {
        let Slot { style: own, part, .. } = slot(name);
        assert_eq!((own, part.is_file, part.media_type.as_deref()), (&style, is_file, media_type), "{name}");
    }
    let notes: Vec<&str> = document.notes().iter().map(|note| note.text.as_str()).collect();
    let signed = "the files of add_document are given as bytes: what is read of them is known before it is sent";
    assert_eq!(notes, [signed]);
    assert_eq!(slot("notes").part.headers.to_vec(), [("X-Kind".into(), "note".into())]);
    assert_eq!(slot("scan").rules.to_vec(), [Constraint::MinLength(4), Constraint::MaxLength(100)]);
    assert_eq!((slot("scan").secrecy, slot("photos").secrecy), (Secrecy::Sensitive, Secrecy::Sensitive));
}

#[test]
fn what_a_form_cannot_say_is_a_finding() {
    const MEDIA: &str = "/paths/~1parcels/post/requestBody/content/application~1x-www-form-urlencoded";
    const PARCEL: &str = "/components/schemas/Parcel/properties";
    let encoding = |below: &str| format!("{MEDIA}/encoding/{below}");
    let part =
        |below: &str| format!("/paths/~1documents/post/requestBody/content/multipart~1form-data/encoding/{below}");
    #[rustfmt::skip] // A case is a line, however long.
    let cases = [
        ("sender: {style: deepObject, explode: true}", "sender: {style: form, explode: false}", Rule::RequestBody, encoding("sender/style"), "not written in one text"),
        ("sender: {style: deepObject, explode: true}", "sender: {style: form}", Rule::RequestBody, format!("{PARCEL}/sender/properties/address"), "the member `address` of a form is no scalar"),
        ("sender: {style: deepObject, explode: true}", "sender: {style: simple}", Rule::RequestBody, encoding("sender/style"), "`simple` is not supported"),
        ("sender: {style: deepObject, explode: true}", "sender: {contentType: text/xml}", Rule::RequestBody, encoding("sender/contentType"), "not written as `text/xml`"),
        ("sender: {style: deepObject, explode: true}", "nobody: {style: deepObject}", Rule::RequestBody, encoding("nobody"), "no field `nobody`"),
        ("sender: {style: deepObject, explode: true}", "reference: {style: deepObject}", Rule::RequestBody, encoding("reference/style"), "a single value has no style"),
        ("sender: {style: deepObject, explode: true}", "sender: {style: deepObject, headers: {}}", Rule::RequestBody, encoding("sender/headers"), "the fields of a form have no headers"),
        ("words: {style: spaceDelimited}", "words: {style: spaceDelimited, explode: true}", Rule::RequestBody, encoding("words/explode"), "not exploded"),
        ("checks: {type: array, items: {type: object", "checks: {type: array, items: {nullable: true, type: object", Rule::RequestBody, String::new(), "cannot be null"),
        ("              codes: {style: form, explode: false}", "              checks: {style: form, explode: false}", Rule::RequestBody, encoding("checks/style"), "an element of one text is no scalar"),
        ("              due: {style: deepObject}\n", "", Rule::RequestBody, format!("{PARCEL}/due"), "nothing says how the field `due`"),
        ("sender: {style: deepObject, explode: true}", "sender: {contentType: application/json}", Rule::BelowArray, format!("{PARCEL}/sender/properties/pin/x-value"), "in JSON in a form"),
        ("{field: /sender/name}", "{field: items}", Rule::UnknownField, String::new(), "`items` is read as one value"),
        ("{field: /sender/name}", "{fields: [tags]}", Rule::UnknownField, String::new(), "a field that is read is no text"),
        ("[reference, /sender/name, labels]", "[reference, sender]", Rule::SignedFields, "/paths/~1parcels/post/x-signed-fields/1".to_owned(), "`sender` is no text"),
        ("        codes: {type", "        \"sender[name]\": {type", Rule::RequestBody, String::new(), "`sender[name]` in the form is not of one field alone"),
        ("        codes: {type", "        wide: {type", Rule::RequestBody, String::new(), "`wide` in the form is not of one field alone"),
        ("city: {type: string, x-sensitive: true}", "\"ci[ty\": {type: string, x-sensitive: true}", Rule::RequestBody, String::new(), "not of one field alone"),
        ("codes: [1, 2]", "codes: [a, 2]", Rule::Example, String::new(), "codes/0"),
        ("due: {after: 5}", "due: yesterday", Rule::Example, String::new(), "due"),
        ("reference: p-1", "reference: null", Rule::Example, String::new(), "a form sends nothing for it"),
        ("sender: {name: Ana Lopez, address: {city: Soria, lines: [Calle Mayor 1, 2o B]}, stamp: \"1700000000\"}", "sender: {}", Rule::Example, String::new(), "a form sends nothing for it"),
        ("scan: {contentType: application/pdf}", "scan: {contentType: a file}", Rule::RequestBody, part("scan/contentType"), "`a file` is not a media type"),
        ("scan: {contentType: application/pdf}", "scan: {style: form}", Rule::RequestBody, part("scan/style"), "sent as it is"),
        ("scan: {contentType: application/pdf}", "nothing: {contentType: a/b}", Rule::RequestBody, part("nothing"), "no field `nothing`"),
        ("purpose: {contentType: text/plain}", "tags: {contentType: application/json}", Rule::RequestBody, part("tags/contentType"), "not written as `application/json`"),
        ("purpose: {contentType: text/plain}", "rows: {contentType: text/csv}", Rule::RequestBody, part("rows/contentType"), "not written as `text/csv`"),
        ("purpose: {contentType: text/plain}", "purpose: {contentType: 'text/*'}", Rule::RequestBody, part("purpose/contentType"), "not a media type"),
        ("enum: [note]}", "enum: [note, other]}", Rule::RequestBody, part("notes/headers/X-Kind"), "the one value that it is sent with"),
        ("enum: [note]}", "enum: [\"a\\nb\"]}", Rule::RequestBody, part("notes/headers/X-Kind"), "the one value that it is sent with"),
        ("X-Kind: {schema", "Content-Disposition: {schema", Rule::RequestBody, part("notes/headers/Content-Disposition"), "the one value that it is sent with"),
        ("scan: {type: string, format: binary, minLength: 4, maxLength: 100}", "scan: {type: string, format: binary, x-value: x}", Rule::MisplacedExtension, String::new(), "on a file"),
        ("{field: scan}", "{field: photos}", Rule::UnknownField, String::new(), "`photos` is read as one value"),
        ("{field: scan}", "{fields: [scan]}", Rule::UnknownField, String::new(), "a field that is read is no text"),
        ("      summary: Adds a document of a parcel\n", "      summary: Adds a document of a parcel\n      x-signed-fields: [scan]\n", Rule::SignedFields, String::new(), "`scan` is no text"),
        ("multipart/form-data:\n            schema:\n              type: object\n              required: [id", "multipart/form-data; boundary=x:\n            schema:\n              type: object\n              required: [id", Rule::RequestBody, String::new(), "has more than its name"),
        ("scan: \"%PDF-1\"", "scan: abc", Rule::Example, String::new(), "at least 4 bytes"),
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
    assert_eq!(json.len(), 1, "{json:#?}");
    assert!(json.iter().all(|finding| finding.problem == "an `encoding` that is not of a form"));
    assert_eq!(findings(&[]), []);
}

#[test]
fn a_form_has_scalars_beside_the_fields_that_it_names() {
    let with = |others: &str| {
        let body = format!(
            "{{required: true, content: {{application/x-www-form-urlencoded: {{schema: {{type: object, additionalProperties: {others}}}}}}}}}"
        );
        let operation = format!(
            "paths:\n  /more:\n    post:\n      operationId: more\n      summary: Gives more\n      security: []\n      requestBody: {body}\n      responses: {{'204': {{description: Done.}}}}\n"
        );
        findings(&[("paths:\n", &operation)])
    };
    assert_eq!(with("{type: integer}"), []);
    assert_eq!(with("true"), []);
    let found = with("{type: object, properties: {a: {type: string}}}");
    let [finding] = &found[..] else { panic!("{found:#?}") };
    assert_eq!(finding.rule, Rule::Schema);
    assert!(finding.problem.starts_with("fields of more that have no names here are no scalars"), "{finding}");
}
