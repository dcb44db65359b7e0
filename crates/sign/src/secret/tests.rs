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
