//! An expression that the runtime writes is read as the same expression.

use countersign_plan::words::apply2;
use countersign_plan::{
    CipherMode, Codec, EcdsaForm, Escape, Expression, FieldForm, Fields, Function, Hash, JsonForm, JweAlgorithm,
    JweEncryption, JwsAlgorithm, Of, Operands, Order, Padding, Payload, Place, Selection, SignatureAlgorithm,
    TimeFormat,
};
use proptest::prelude::*;
use proptest::strategy::Union;
use proptest::{collection::btree_map, collection::vec, sample::select};

use super::*;
use crate::node::Node;

fn names() -> Names {
    let credentials = [
        ("secret_key", CredentialKind::Text),
        ("pin_key", CredentialKind::RsaPublicKey),
        ("own_key", CredentialKind::PrivateKey),
        ("their_key", CredentialKind::PublicKey),
    ];
    Names {
        credentials: credentials.map(|(name, kind)| (name.to_owned(), Some(kind))).into(),
        settings: ["country".to_owned(), "null".to_owned()].into(),
        session: ["token".to_owned()].into(),
        values: ["nonce".to_owned()].into(),
    }
}

/// What a written expression is read as, or why it is not.
fn read_again(values: &[Value], names: &Names) -> Result<Vec<Value>, String> {
    let written = Expression(values).to_string();
    let mut report = Report::new("acme.yaml");
    let root = Node::parse(&format!("x-value: {written}\n")).map_err(|error| report.unreadable(error)).ok();
    let mut values = Vec::new();
    if let Some(root) = &root {
        let mut reads = Reads::default();
        let mut scope = Scope::new(names, &mut reads, &mut report, Site::Given);
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
    let format = prop_oneof![
        select(&[TimeFormat::Unix, TimeFormat::UnixMillis, TimeFormat::Rfc3339][..]).prop_map(|format| (format, 0)),
        (select(&["%Y%m%d", "%H:%M \"%S\" \\", "at %Y"][..]), -1439..1440)
            .prop_map(|(format, minutes)| (TimeFormat::Strftime(format.into()), minutes * 60)),
    ];
    let plus_seconds = prop_oneof![Just(0), -100_000..100_000_i64];
    let time = (format, plus_seconds).prop_map(|((format, offset_seconds), plus_seconds)| Value::Time {
        format,
        offset_seconds,
        plus_seconds,
    });
    let random = (select(&[Alphabet::Alphanumeric, Alphabet::Hex, Alphabet::Bytes][..]), 1..=MAX_RANDOM)
        .prop_map(|(of, length)| Value::Random { of, length });
    let uuid = (select(&[UuidVersion::V4, UuidVersion::V7][..]), select(&[Per::Attempt, Per::Call][..]))
        .prop_map(|(version, per)| Value::Uuid { version, per });
    let header = (any_text(), absent(), proptest::option::of(any_text()))
        .prop_map(|(name, absent, part)| Value::Header { name, absent, part });
    let forms = [PublicForm::Jwk, PublicForm::Thumbprint, PublicForm::Der, PublicForm::Sha256];
    let public = (select(&["own_key", "their_key"][..]), select(forms.to_vec()))
        .prop_map(|(name, form)| Value::Public { credential: name.into(), form });
    prop_oneof![
        any_text().prop_map(Value::Text),
        Just(Value::Credential("secret_key".into())),
        select(&["country", "null"][..]).prop_map(|name| Value::Setting(name.into())),
        Just(Value::Session("token".into())),
        Just(Value::Given),
        Just(Value::Made("nonce".into())),
        uuid,
        random,
        time,
        header,
        public,
        select(RequestPart::ALL.to_vec()).prop_map(Value::Request),
        any_text().prop_map(Value::Query),
        any_text().prop_map(Value::Path),
        any_text().prop_map(Value::Field),
    ]
}

fn absent() -> impl Strategy<Value = Absent> {
    select(&[Absent::Skip, Absent::Empty][..])
}

/// A mapping from names to expressions of one value or several.
fn entries(of: BoxedStrategy<List<Value>>, least: usize) -> impl Strategy<Value = List<(Text, List<Value>)>> {
    btree_map(any_text(), of, least..4).prop_map(|entries| entries.into_iter().collect::<Vec<_>>().into())
}

fn selection(inner: BoxedStrategy<Value>) -> impl Strategy<Value = Value> {
    let sorted = || prop_oneof![Just(Selection::ByName), Just(Selection::All), any_text().prop_map(Selection::NamedIn)];
    let listed = || vec(any_text(), 1..4).prop_map(|names| Selection::Named(names.into()));
    let of = || vec(inner.clone(), 0..3).prop_map(list).boxed();
    let each = vec(prop_oneof![Just(Value::Content), inner.clone()], 0..3)
        .prop_map(|rest| FieldForm::Each([vec![Value::Name], rest].concat().into()));
    let form = prop_oneof![Just(FieldForm::Values), Just(FieldForm::Pairs), each];
    let written = (form, of(), any::<bool>());
    let source = select(&[Of::Body, Of::Query, Of::QueryAndBody][..]);
    let fields = prop_oneof![
        (sorted(), source.clone(), vec(any_text(), 0..3), any::<bool>()),
        (listed(), source, Just(Vec::new()), Just(false)),
        (Just(Selection::Signed), Just(Of::Body), Just(Vec::new()), Just(false)),
    ];
    let fields = (fields, entries(of(), 0), absent(), written.clone());
    let fields = fields.prop_map(|((which, of, except, ignores_case), with, absent, (form, separator, non_empty))| {
        let order = if ignores_case && which == Selection::ByName { Order::IgnoreCase } else { Order::Bytes };
        Fields { of, with, except: list(except), non_empty, absent, order, form, separator, which }
    });
    let begins = "\\PC{1,6}".prop_map(|prefix| Selection::Prefix(prefix.into()));
    let headers = prop_oneof![
        (begins, vec(any_text(), 0..3), select(&[Order::Bytes, Order::IgnoreCase][..])),
        (listed(), Just(Vec::new()), Just(Order::Bytes)),
    ];
    let headers = (headers, written).prop_map(|((which, except, order), (form, separator, non_empty))| Fields {
        of: Of::Headers,
        except: list(except),
        non_empty,
        order,
        form,
        separator,
        ..Fields::new(which)
    });
    prop_oneof![fields, headers].prop_map(Value::Fields)
}

/// What an object or an array holds.
fn member(inner: BoxedStrategy<Value>) -> BoxedStrategy<List<Value>> {
    let literal =
        select(&["null", "true", "false", "0", "-12", "1.5"][..]).prop_map(|text| Value::Literal(text.into()));
    let one = prop_oneof![inner, literal];
    let array = vec(one.clone().prop_map(|value| list(vec![value])), 0..3).prop_map(|items| Value::Array(list(items)));
    prop_oneof![3 => one, 1 => array].prop_map(|value| list(vec![value])).boxed()
}

fn object(inner: BoxedStrategy<Value>) -> impl Strategy<Value = Value> {
    entries(member(inner), 0).prop_map(Value::Object)
}

/// The functions that have their operands by name, each with its key.
fn keyed(inner: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    let of = || vec(inner.clone(), 0..3).prop_map(list).boxed();
    let header =
        || prop_oneof![Just(List::default()), object(inner.clone()).prop_map(|value| list(vec![value]))].boxed();
    let claims = || object(inner.clone()).prop_map(|value| list(vec![value])).boxed();
    let hash = select(&[Hash::Md5, Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512][..]);
    let payload = [Payload::Claims, Payload::Bytes, Payload::Detached, Payload::DetachedUnencoded];
    let sign = (select(SignatureAlgorithm::ALL), select(EcdsaForm::ALL))
        .prop_map(|(by, form)| Function::Sign(by, if by.is_ecdsa() { form } else { EcdsaForm::Jose }));
    let jws =
        (select(JwsAlgorithm::ALL), select(payload.to_vec())).prop_map(|(by, payload)| Function::Jws(by, payload));
    let jwe = || (select(JweAlgorithm::ALL), select(JweEncryption::ALL));
    let function = Union::new([
        hash.prop_map(Function::Hmac).boxed(),
        select(&[Padding::Pkcs1V15, Padding::OaepSha256][..]).prop_map(Function::Encrypt).boxed(),
        select(CipherMode::ALL).prop_map(Function::Encipher).boxed(),
        select(CipherMode::ALL).prop_map(Function::Decipher).boxed(),
        sign.boxed(),
        jws.boxed(),
        jwe().prop_map(|(by, with)| Function::Jwe(by, with)).boxed(),
        jwe().prop_map(|(by, with)| Function::DecryptJwe(by, with)).boxed(),
    ]);
    let operands = (of(), of(), of(), header(), claims());
    (function, operands)
        .prop_map(|(function, (key, of, other, header, claims))| {
            let named = |name: &str| match (name, functions::kind_of_key(function)) {
                ("key", None) => key.clone(),
                ("key", Some(CredentialKind::RsaPublicKey)) => list(vec![Value::Credential("pin_key".into())]),
                ("key", Some(CredentialKind::PrivateKey)) => list(vec![Value::Credential("own_key".into())]),
                ("key", Some(_)) => list(vec![Value::Credential("their_key".into())]),
                ("header", _) => header.clone(),
                ("claims", _) => claims.clone(),
                ("of", _) => of.clone(),
                _ => other.clone(),
            };
            let mut operands = Operands::default();
            for (name, operand) in function.operands().iter().zip(&mut operands) {
                *operand = named(name);
            }
            Value::Apply(function, operands)
        })
        .boxed()
}

fn value() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(4, 24, 3, |inner| {
        let inner = inner.boxed();
        let of = || vec(inner.clone(), 0..4).prop_map(list).boxed();
        let hash = select(&[Hash::Md5, Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512][..]);
        let codecs = [
            Codec::Hex,
            Codec::Base64,
            Codec::Base64Url,
            Codec::Base64UrlPadded,
            Codec::Base64Mime,
            Codec::FromHex,
            Codec::FromBase64,
            Codec::Upper,
            Codec::Lower,
            Codec::Trim,
        ];
        let unary = Union::new([
            hash.prop_map(Function::Digest).boxed(),
            select(codecs.to_vec()).prop_map(Function::Encode).boxed(),
            select(&[JsonForm::Minified, JsonForm::Canonical][..]).prop_map(Function::Json).boxed(),
            (0..=18_u8).prop_map(Function::Decimal).boxed(),
        ]);
        let text = || any_text().prop_map(|text| list(vec![Value::Text(text)]));
        let escape = select(&[Escape::Percent, Escape::Form][..]).prop_map(Function::Escape);
        let keep = prop_oneof![Just(List::default()), text()];
        let stripping = select(&[Function::Without, Function::After][..]);
        // In an operand of join, one value is written as it is and several as a list.
        let joined =
            vec(prop_oneof![inner.clone(), vec(inner.clone(), 2..4).prop_map(|of| Value::Concat(list(of)))], 0..4);
        Union::new([
            (any_text(), joined).prop_map(|(with, of)| Value::Join { with, of: list(of) }).boxed(),
            (unary, of()).prop_map(|(function, of)| function.of(of)).boxed(),
            (escape, keep, of()).prop_map(|(function, keep, of)| apply2(function, keep, of)).boxed(),
            (stripping, text(), of()).prop_map(|(function, text, of)| apply2(function, text, of)).boxed(),
            object(inner.clone()).boxed(),
            (entries(of(), 1), any_text(), any_text())
                .prop_map(|(parts, separator, equals)| Value::Parts { parts, separator, equals })
                .boxed(),
            selection(inner.clone()).boxed(),
            keyed(inner.clone()),
        ])
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
    let mut expressions = 0;
    for directory in ["../../specs", "../../tests/documents", "../../tests/documents/schemes"] {
        let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
        for entry in std::fs::read_dir(directory).expect("the documents") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|extension| extension == "yaml") {
                let document = crate::read_file(&path).unwrap_or_else(|findings| panic!("{findings}"));
                expressions += all_read_again(document.plan());
            }
        }
    }
    assert!(expressions > 100, "the documents have {expressions} expressions");
}

/// Reads the expressions of a plan as they are written, and says how many there are.
fn all_read_again(plan: &countersign_plan::Plan) -> usize {
    let session = plan.session.iter().flat_map(|session| session.values.iter());
    let slots = || plan.operations.iter().flat_map(|operation| operation.slots.iter());
    let made = slots().filter(|slot| slot.place == Place::Value);
    let names = Names {
        credentials: plan.credentials.iter().map(|known| (known.name.to_string(), Some(known.kind))).collect(),
        settings: plan.settings.iter().map(|setting| setting.name.to_string()).collect(),
        session: session.map(|value| value.name.to_string()).collect(),
        values: made.map(|slot| slot.name.to_string()).collect(),
    };
    let values: Vec<&[Value]> = slots().filter_map(|slot| slot.value.as_deref()).collect();
    for values in &values {
        assert_eq!(read_again(values, &names).as_deref(), Ok(*values));
    }
    values.len()
}

#[test]
fn the_examples_of_the_readme_are_expressions() {
    const README: &str = include_str!("../../../../specs/README.md");
    let table = README.split("\n#### Expressions\n").nth(1).and_then(|rest| rest.split("\n```").next());
    let cells = table.expect("the table").lines().filter(|line| line.starts_with('|'));
    let mut examples = 0;
    for line in cells {
        let line = line.replace("\\|", "\u{1}");
        let example = line.trim_end_matches(" |").rsplit(" | ").next().unwrap_or_default().replace('\u{1}', "|");
        let Some(example) = example.strip_prefix("`{").and_then(|rest| rest.strip_suffix('`')) else { continue };
        let root =
            Node::parse(&format!("x-value: {{{example}\n")).unwrap_or_else(|error| panic!("{example}: {error:?}"));
        let (mut report, mut reads) = (Report::new("README.md"), Reads::default());
        let at = At::root(&root).get("x-value").expect("the key");
        let site = if example.contains("response") { Site::Response } else { Site::Given };
        read(&at, &mut Scope::new(&Names::default(), &mut reads, &mut report, site));
        let findings = report.into_findings();
        // What the names are of is not in the table.
        let unexpected: Vec<_> = findings.iter().filter(|finding| finding.rule != Rule::UnknownName).collect();
        assert!(unexpected.is_empty(), "{example}: {unexpected:?}");
        examples += 1;
    }
    assert!(examples > 60, "{examples} examples");
}
