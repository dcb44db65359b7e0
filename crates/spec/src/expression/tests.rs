//! An expression that the runtime writes is read as the same expression.

use countersign_plan::{Codec, Expression, Function, Hash, Padding};
use proptest::prelude::*;
use proptest::{collection::vec, sample::select};

use super::*;
use crate::node::Node;

fn names() -> Names {
    Names {
        credentials: [
            ("secret_key".to_owned(), Some(CredentialKind::Text)),
            ("pin_key".to_owned(), Some(CredentialKind::RsaPublicKey)),
        ]
        .into(),
        settings: ["country".to_owned(), "null".to_owned()].into(),
        session: ["token".to_owned()].into(),
    }
}

/// What a written expression is read as, or why it is not.
fn read_again(values: &[Value], names: &Names) -> Result<Vec<Value>, String> {
    let written = Expression(values).to_string();
    let mut report = Report::new("acme.yaml");
    let root = Node::parse(&format!("x-value: {written}\n")).map_err(|error| report.unreadable(error)).ok();
    let mut values = Vec::new();
    if let Some(root) = &root {
        let mut scope = Scope { names, reads: &mut Reads::default(), report: &mut report, given: true, nesting: 0 };
        values = read(&At::root(root).get("x-value").expect("the key"), &mut scope);
    }
    match report.is_empty() {
        true => Ok(values),
        false => Err(format!("{written}: {}", report.into_findings())),
    }
}

fn any_text() -> impl Strategy<Value = Text> {
    prop_oneof![
        any::<String>(),
        "\\PC{0,6}",
        "[ -~]{0,12}",
        select(&["", " ", "null", "No", "~", "1", "1e3", "0x1", "-", "? a", "a: b", "a #b", "[", "\u{85}", "\u{2028}"])
            .prop_map(str::to_owned),
    ]
    .prop_map(Text::from)
}

fn leaf() -> impl Strategy<Value = Value> {
    let time = prop_oneof![
        select(&[TimeFormat::Unix, TimeFormat::UnixMillis, TimeFormat::Rfc3339][..])
            .prop_map(|format| Value::Time { format, offset_seconds: 0 }),
        (select(&["%Y%m%d", "%H:%M \"%S\" \\", "at %Y"][..]), -1439..1440).prop_map(|(format, minutes)| Value::Time {
            format: TimeFormat::Strftime(format.into()),
            offset_seconds: minutes * 60
        }),
    ];
    let which = prop_oneof![
        Just(Selection::Signed),
        Just(Selection::ByName),
        vec(any_text(), 1..4).prop_map(|names| Selection::Named(names.into())),
    ];
    let form = select(&[FieldForm::Values, FieldForm::Pairs][..]);
    let absent = select(&[Absent::Skip, Absent::Empty][..]);
    prop_oneof![
        any_text().prop_map(Value::Text),
        Just(Value::Credential("secret_key".into())),
        select(&["country", "null"][..]).prop_map(|name| Value::Setting(name.into())),
        Just(Value::Session("token".into())),
        Just(Value::Given),
        Just(Value::Uuid),
        time,
        select(
            &[
                RequestPart::Method,
                RequestPart::Path,
                RequestPart::OperationPath,
                RequestPart::Query,
                RequestPart::Body,
            ][..]
        )
        .prop_map(Value::Request),
        any_text().prop_map(Value::Header),
        any_text().prop_map(Value::Field),
        (which, form, any_text(), absent).prop_map(|(which, form, separator, absent)| Value::Fields {
            which,
            form,
            separator,
            absent
        }),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(4, 24, 3, |inner| {
        let of = || vec(inner.clone(), 0..4).prop_map(list);
        let hash = || select(&[Hash::Sha256, Hash::Sha384, Hash::Sha512][..]);
        let codecs = [
            Codec::Hex,
            Codec::Base64,
            Codec::Base64Url,
            Codec::Base64Mime,
            Codec::FromHex,
            Codec::FromBase64,
            Codec::Upper,
            Codec::Lower,
            Codec::Percent,
        ];
        let padding = select(&[Padding::Pkcs1V15, Padding::OaepSha256][..]);
        // In an operand of join, one value is written as it is and several as a list.
        let joined =
            vec(prop_oneof![inner.clone(), vec(inner.clone(), 2..4).prop_map(|of| Value::Concat(list(of)))], 0..4);
        prop_oneof![
            (any_text(), joined).prop_map(|(with, of)| Value::Join { with, of: list(of) }),
            (hash(), of()).prop_map(|(hash, of)| Function::Digest(hash).of(of)),
            (hash(), of(), of()).prop_map(|(hash, key, of)| Function::Hmac(hash).keyed(key, of)),
            (select(codecs.to_vec()), of()).prop_map(|(codec, of)| Function::Encode(codec).of(of)),
            (padding, of()).prop_map(|(padding, of)| {
                let key = list(vec![Value::Credential("pin_key".into())]);
                Function::Encrypt(padding).keyed(key, of)
            }),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_the_same(values in vec(value(), 0..4)) {
        let read = read_again(&values, &names()).map_err(TestCaseError::fail)?;
        prop_assert_eq!(read, values);
    }
}

#[test]
fn a_zone_is_hours_and_minutes_of_a_day() {
    let read = |text: &str| {
        let mut report = Report::new("acme.yaml");
        let root = Node::parse(&format!("zone: \"{text}\"\n")).expect("a document");
        let zone = At::root(&root).get("zone").expect("the key");
        let seconds = offset(&zone, Rule::Expression, &mut report);
        assert_eq!(seconds.is_none(), !report.is_empty(), "{text}");
        seconds
    };
    for (text, seconds) in
        [("Z", 0), ("+00:00", 0), ("+05:30", 19_800), ("-05:30", -19_800), ("+23:59", 86_340), ("-23:59", -86_340)]
    {
        assert_eq!(read(text), Some(seconds), "{text}");
    }
    for text in
        ["", "z", "+", "+24:00", "+05:60", "05:30", "+0530", "+5:30", "+05:3", "+005:30", "+-1:00", "+05:+1", "é05:30"]
    {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn the_expressions_of_the_documents_are_written_as_they_can_be_read() {
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs");
    let mut expressions = 0;
    for entry in std::fs::read_dir(directory).expect("the documents") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        let document = crate::read_file(&path).expect("a document that lints clean");
        let plan = document.plan();
        let session = plan.session.iter().flat_map(|session| session.values.iter());
        let names = Names {
            credentials: plan.credentials.iter().map(|known| (known.name.to_string(), Some(known.kind))).collect(),
            settings: plan.settings.iter().map(|setting| setting.name.to_string()).collect(),
            session: session.map(|value| value.name.to_string()).collect(),
        };
        for values in plan.operations.iter().flat_map(|operation| operation.values()) {
            assert_eq!(read_again(values, &names).as_deref(), Ok(values));
            expressions += 1;
        }
    }
    assert!(expressions > 0, "no document has an expression");
}
