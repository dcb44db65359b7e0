//! What is kept from print, and what is taken out of texts of others.

use super::*;

#[test]
fn a_secret_is_made_of_every_sort_of_text() {
    let text = "hunter2".to_owned();
    for secret in [Secret::from("hunter2"), Secret::from(&text), Secret::from(text.clone())] {
        assert_eq!((secret.expose(), format!("{secret:?}").as_str()), ("hunter2", REDACTED));
    }
    for data in [Sensitive::<String>::from("hunter2"), Sensitive::<String>::from(&text), Sensitive::from(text.clone())]
    {
        assert_eq!((data.expose().as_str(), format!("{data:?}").as_str()), ("hunter2", REDACTED));
        assert_eq!(data.into_inner(), "hunter2");
    }
}

#[test]
fn what_is_read_and_written_is_the_value_itself() {
    let secret: Secret = serde_json::from_str("\"hunter2\"").unwrap();
    assert_eq!(serde_json::to_string(&secret).unwrap(), "\"hunter2\"");
    let data: Sensitive<u32> = serde_json::from_str("17").unwrap();
    assert_eq!(serde_json::to_string(&data).unwrap(), "17");
}

#[test]
fn a_value_of_another_type_is_not_quoted() {
    let number = serde_json::from_str::<Vec<Secret>>("[4711]").unwrap_err().to_string();
    let text = serde_json::from_str::<Vec<Sensitive<u32>>>("[\"hunter2\"]").unwrap_err().to_string();
    for error in [number, text] {
        assert!(error.starts_with("a value that is kept from print has another type"), "{error}");
    }
}

fn redacted(text: &str, confidential: &[&str]) -> String {
    redact(text.to_owned(), confidential.iter().map(|text| Zeroizing::new((*text).to_owned())).collect())
}

#[test]
fn a_text_is_found_as_it_stands_in_a_url_a_form_and_json() {
    for text in ["Zoë & \"Co\"", "Zo%C3%AB%20%26%20%22Co%22", "Zo%C3%AB+%26+%22Co%22", "Zoë & \\\"Co\\\""] {
        assert_eq!(redacted(&format!("no {text} here"), &["Zoë & \"Co\""]), "no [redacted] here");
    }
}

#[test]
fn the_longest_text_goes_first_and_what_is_too_short_stays() {
    assert_eq!(redacted("4711-4712 and 4711", &["4711", "4711-4712"]), "[redacted] and [redacted]");
    assert_eq!(redacted("123 1234 äöü äöüß", &["123", "1234", "äöü", "äöüß"]), "123 [redacted] äöü [redacted]");
    assert_eq!(redacted("nothing of it", &[]), "nothing of it");
}
