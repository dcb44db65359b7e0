//! Whatever a document holds, reading it ends with a document or with findings, never with a panic.

#![allow(clippy::unwrap_used)] // The helpers are tests too.

use countersign_spec::lint;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

const BANK: &str = include_str!("data/bank.yaml");

/// The document as JSON, which is YAML too.
fn bank() -> Value {
    serde_saphyr::from_str(BANK).unwrap()
}

/// The pointers to everything in a value.
fn pointers(value: &Value, here: String, into: &mut Vec<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            pointers(value, format!("{here}/{}", key.replace('~', "~0").replace('/', "~1")), into);
        }),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(index, value)| pointers(value, format!("{here}/{index}"), into))
        }
        _ => {}
    }
    into.push(here);
}

fn any_json() -> impl Strategy<Value = Value> {
    let word = select(vec![
        "",
        "$ref",
        "x-value",
        "type",
        "object",
        "array",
        "string",
        "~",
        "/",
        "~2",
        "{",
        "é\u{301}",
        "null",
        "-1d",
        "%",
        "s",
        "#/components/schemas/Card",
        "#/components/schemas/SetPinRequest",
        "#/components/parameters/Country",
        "+99:99",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        Just(json!({"$ref": "#/components/schemas/SetPinRequest"})),
        Just(json!({"given": true})),
        Just(json!({"fields": "by-name"})),
    ];
    leaf.prop_recursive(3, 16, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(word.clone().prop_map(str::to_owned), inner, 0..4)
                .prop_map(|map| map.into_iter().collect()),
        ]
    })
}

#[derive(Clone, Debug)]
enum Edit {
    Replace(Index, Value),
    Remove(Index),
    Copy(Index, Index),
    Rename(Index, String),
}

fn any_edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (any::<Index>(), any_json()).prop_map(|(at, value)| Edit::Replace(at, value)),
        any::<Index>().prop_map(Edit::Remove),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Edit::Copy(from, to)),
        (any::<Index>(), "[a-zA-Z$_/~{}-]{0,8}").prop_map(|(at, name)| Edit::Rename(at, name)),
    ]
}

fn apply(document: &mut Value, edit: &Edit) {
    let mut all = Vec::new();
    pointers(document, String::new(), &mut all);
    let place = |index: &Index| all[index.index(all.len())].clone();
    let without = |document: &mut Value, pointer: &str| -> Option<Value> {
        let (parent, key) = pointer.rsplit_once('/')?;
        match document.pointer_mut(parent)? {
            Value::Object(map) => map.remove(&key.replace("~1", "/").replace("~0", "~")),
            Value::Array(list) => Some(list.remove(key.parse().ok()?)),
            _ => None,
        }
    };
    match edit {
        Edit::Replace(at, value) => *document.pointer_mut(&place(at)).unwrap() = value.clone(),
        Edit::Remove(at) => drop(without(document, &place(at))),
        Edit::Copy(from, to) => {
            let copied = document.pointer(&place(from)).unwrap().clone();
            *document.pointer_mut(&place(to)).unwrap() = copied;
        }
        Edit::Rename(at, name) => {
            let pointer = place(at);
            if let Some((parent, _)) = pointer.rsplit_once('/')
                && document.pointer(parent).is_some_and(Value::is_object)
                && let Some(value) = without(document, &pointer)
            {
                document.pointer_mut(parent).unwrap()[name] = value;
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_document_with_parts_exchanged_is_read_or_refused(edits in prop::collection::vec(any_edit(), 1..4)) {
        let mut document = bank();
        edits.iter().for_each(|edit| apply(&mut document, edit));
        lint("bank.yaml", &document.to_string());
    }

    #[test]
    fn a_document_that_breaks_off_is_read_or_refused(end in any::<Index>()) {
        let end = end.index(BANK.len());
        lint("bank.yaml", &BANK[..(0..=end).rev().find(|end| BANK.is_char_boundary(*end)).unwrap()]);
    }

    #[test]
    fn any_text_is_read_or_refused(file in "\\PC{0,12}", text in "\\PC{0,200}") {
        lint(&file, &text);
    }

    #[test]
    fn any_text_within_a_document_is_read_or_refused(at in any::<Index>(), text in "[ -~\\n\\t]{0,20}") {
        let at = (0..=at.index(BANK.len())).rev().find(|at| BANK.is_char_boundary(*at)).unwrap();
        lint("bank.yaml", &format!("{}{text}{}", &BANK[..at], &BANK[at..]));
    }
}

#[test]
fn a_file_without_an_end_is_not_read_to_its_end() {
    let path = std::env::temp_dir().join(format!("countersign-spec-{}.yaml", std::process::id()));
    std::fs::File::create(&path).unwrap().set_len(1 << 40).unwrap();
    let findings = countersign_spec::read_file(&path).unwrap_err();
    std::fs::remove_file(&path).unwrap();
    assert!(findings.to_string().ends_with(".yaml: [unreadable] it is too large; write at most 4194304 bytes"));
}

#[cfg(unix)]
#[test]
fn what_is_no_regular_file_is_not_waited_for() {
    let pipe = std::env::temp_dir().join(format!("countersign-spec-{}.pipe.yaml", std::process::id()));
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let read = [&pipe, std::path::Path::new("/dev/zero"), &std::env::temp_dir()].map(countersign_spec::read_file);
    std::fs::remove_file(&pipe).unwrap();
    for findings in read {
        let shown = findings.unwrap_err().to_string();
        assert!(shown.ends_with(": [unreadable] it is no regular file; write the path of a document, or the name of one of the repository"), "{shown}");
    }
}
