//! How a generated client writes a value where it is text.

use super::*;

#[test]
fn what_must_not_be_printed_is_sent_as_it_is() {
    let mut headers = HeaderMap::new();
    header(&mut headers, "X-Pin", &Secret::from("12 34")).unwrap();
    header(&mut headers, "X-Owner", &Sensitive::<String>::from("Ana")).unwrap();
    header(&mut headers, "X-Count", &7).unwrap();
    let text = |name: &str| headers[name].to_str().unwrap();
    assert_eq!([text("X-Pin"), text("X-Owner"), text("X-Count")], ["12 34", "Ana", "7"]);
    assert_eq!(path_segment("owner", &Sensitive::<String>::from("a/b")).unwrap(), "a%2Fb");
}

#[test]
fn each_value_of_a_list_is_a_query_parameter() {
    assert_eq!(query("tag", &["a", "b"]).unwrap(), [("tag", "a".to_owned()), ("tag", "b".to_owned())]);
    assert_eq!(query("tag", &Secret::from("s")).unwrap(), [("tag", "s".to_owned())]);
    assert_eq!(query("tag", &None::<u8>).unwrap(), []);
}

#[test]
fn what_a_place_cannot_carry_is_refused_by_its_name() {
    let mut headers = HeaderMap::new();
    let refused = header(&mut headers, "X-Pin", &Secret::from("12\r\n34")).unwrap_err();
    assert!(refused.starts_with("X-Pin: ") && !refused.contains("12"), "{refused}");
    assert!(header(&mut headers, "X Pin", &"1234").unwrap_err().starts_with("X Pin: "));
    assert!(headers.is_empty());
    for outside in ["", ".", ".."] {
        assert!(path_segment("owner", &outside).unwrap_err().starts_with("owner: "));
    }
}
