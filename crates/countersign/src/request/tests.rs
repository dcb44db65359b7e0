//! What a request takes in, refuses, is filled with and hides.

use super::*;
use crate::plan::{AnswerForm, Body as PlannedBody, Notation, Pattern};
use crate::testing::{field, header, list, only, operation, text};
use crate::value::{Credential, Gaps, Moment, Named};

fn base() -> Url {
    "https://cards.example/api/".parse().unwrap()
}

fn parameter(place: Place, name: &'static str, secrecy: Secrecy) -> Parameter {
    Parameter { place, value: None, secrecy, ..header(name, &[]) }
}

/// An operation with something in every place.
fn everything() -> Operation {
    let parameters = [
        parameter(Place::Path, "customer", Secrecy::Sensitive),
        parameter(Place::Path, "file", Secrecy::Public),
        parameter(Place::Query, "mobile", Secrecy::Sensitive),
        parameter(Place::Header, "X-Otp", Secrecy::Secret),
        parameter(Place::Header, "X-Note", Secrecy::Public),
    ];
    let mut person = field("person", Secrecy::Public);
    person.fields = vec![field("born", Secrecy::Sensitive), field("kind", Secrecy::Public)].into();
    let fields = [field("names", Secrecy::Sensitive), person, field("note", Secrecy::Public)];
    Operation {
        path: "/customers/{customer}/files/{file}.json".into(),
        body: Some(PlannedBody { encoding: Encoding::Json, fields: fields.to_vec().into() }),
        ..operation(&parameters, &[])
    }
}

const BODY: &str = r#"{"names":["Ada",{"last":"Love"},17],"person":{"born":"1815-12-10","kind":"k"},"note":"n"}"#;

/// A request for it, as a generated client makes it.
fn request(operation: &Operation) -> Candidate {
    let url = "https://cards.example/api/customers/a%20b/files/7.json?mobile=%2B91+9";
    let mut request = reqwest::Request::new(Method::POST, url.parse().unwrap());
    request.headers_mut().insert("X-Otp", "4711".parse().unwrap());
    request.headers_mut().insert("X-Note", "n".parse().unwrap());
    *request.body_mut() = Some(BODY.into());
    let mut candidate = Candidate::from_request(&mut request, operation, &base()).unwrap();
    candidate.take_in(operation);
    candidate
}

fn checked(operation: &Operation, candidate: &Candidate) -> Result<(), (String, String)> {
    candidate.check(operation, &[])
}

#[test]
fn what_the_caller_gave_is_read_from_every_place() {
    let operation = everything();
    let request = request(&operation);
    let given: Vec<_> = operation.parameters.iter().map(|parameter| request.given_parameter(parameter)).collect();
    let expected = ["a b", "7", "+91 9", "4711", "n"].map(|text| Some(text.to_owned()));
    assert_eq!(given, expected);
    assert_eq!(request.operation_path(), "/customers/a%20b/files/7.json");
    assert_eq!(checked(&operation, &request), Ok(()));
}

#[test]
fn what_was_given_in_confidence_is_known_piece_by_piece() {
    let operation = everything();
    let mut known: Vec<String> =
        request(&operation).confidential(&operation).iter().map(|text| text.to_string()).collect();
    known.sort();
    let names = r#"["Ada",{"last":"Love"},17]"#;
    assert_eq!(known, ["+91 9", "17", "1815-12-10", "4711", "Ada", "Love", names, "a b", "a%20b"]);
    let request = request(&operation);
    let sensitive: Vec<_> = request.headers.iter().filter(|(_, value)| value.is_sensitive()).map(|(n, _)| n).collect();
    assert_eq!(sensitive, ["x-otp"]);
}

#[test]
fn what_is_required_and_missing_is_named() {
    let operation = everything();
    let refused = |request: Candidate| checked(&operation, &request).unwrap_err().0;
    let mut one = request(&operation);
    one.headers.remove("X-Otp");
    assert_eq!(refused(one), "X-Otp");
    let mut one = request(&operation);
    one.url.set_query(Some("other=1"));
    assert_eq!(refused(one), "mobile");
    let mut one = request(&operation);
    one.body = Body::read(operation.body.as_ref(), Some(Bytes::from_static(b"{\"names\":null}"))).unwrap();
    assert_eq!(refused(one), "names");
    let mut one = request(&operation);
    one.body =
        Body::read(operation.body.as_ref(), Some(Bytes::from_static(b"{\"names\":[],\"person\":{},\"note\":\"\"}")))
            .unwrap();
    assert_eq!(refused(one), "born");

    let mut optional = everything();
    optional.parameters.to_mut().iter_mut().for_each(|parameter| parameter.required = false);
    let body = optional.body.as_mut().unwrap();
    body.fields.to_mut().iter_mut().for_each(|field| {
        field.required = false;
        field.fields.to_mut().iter_mut().for_each(|field| field.required = false);
    });
    let nothing = Candidate::from_plan(&optional, &base()).unwrap();
    assert_eq!(checked(&optional, &nothing), Ok(()));
}

#[test]
fn what_the_client_fills_in_by_itself_is_not_asked_for() {
    let own = operation(&[header("X-Fixed", &[text("x")])], &[]);
    assert_eq!(checked(&own, &Candidate::from_plan(&own, &base()).unwrap()), Ok(()));
    let made_of_given = operation(&[header("X-Given", &[Value::Given])], &[]);
    let missing = checked(&made_of_given, &Candidate::from_plan(&made_of_given, &base()).unwrap());
    assert_eq!(missing.unwrap_err().0, "X-Given");
}

#[test]
fn rules_hold_in_every_place() {
    for index in 0..5 {
        let mut operation = everything();
        let parameter = &mut operation.parameters.to_mut()[index];
        parameter.rules = vec![Constraint::Pattern(Pattern { text: "^never$".into(), ..Pattern::default() })].into();
        let name = parameter.name.to_string();
        let (refused, reason) = checked(&operation, &request(&operation)).unwrap_err();
        assert_eq!(refused, name);
        assert!(reason.contains("^never$"), "{reason}");
    }
    let mut operation = everything();
    operation.body.as_mut().unwrap().fields.to_mut()[2].rules = vec![Constraint::MaxLength(0)].into();
    assert_eq!(checked(&operation, &request(&operation)).unwrap_err().0, "note");
}

#[test]
fn a_field_that_must_equal_another_is_compared_with_it() {
    let mut repeated = field("again", Secrecy::Secret);
    repeated.rules = vec![Constraint::EqualTo("pin".into())].into();
    let operation = operation(&[], &[field("pin", Secrecy::Secret), repeated]);
    for (form, fits) in [("pin=1234&again=1234", true), ("pin=1234&again=1235", false)] {
        let mut candidate = Candidate::from_plan(&operation, &base()).unwrap();
        candidate.body = Body::read(operation.body.as_ref(), Some(form.to_owned().into())).unwrap();
        match checked(&operation, &candidate) {
            Ok(()) => assert!(fits, "{form}"),
            Err((name, reason)) => {
                assert!(!fits && name == "again" && reason.contains("equal pin"), "{name}: {reason}")
            }
        }
    }
}

#[test]
fn a_header_carries_its_value_unchanged_or_not_at_all() {
    for text in ["", "a", "a b", "~!", "\"quoted\""] {
        assert_eq!(header_value(text.as_bytes()).unwrap(), text);
    }
    for (text, says) in [
        ("a\r", "a line break"),
        ("a\nb", "a line break"),
        ("\0", "a NUL"),
        ("é", "outside ASCII"),
        ("\u{7f}", "a control character"),
        ("\t", "a control character"),
        (" a", "a space at its start or end"),
        ("a ", "a space at its start or end"),
    ] {
        let error = header_value(text.as_bytes()).unwrap_err();
        assert!(error.contains(says), "{text:?}: {error}");
    }
}

#[test]
fn a_corrected_path_keeps_what_the_caller_gave() {
    let mut operation = everything();
    operation.path = "/customers/{customer}/files".into();
    let mut candidate = Candidate::from_plan(&operation, &base()).unwrap();
    candidate.set_path(&base(), "/customers/a%20b/files");
    candidate.take_in(&operation);
    let put = Method::PUT;
    candidate.correct(&operation.path, Some(&put), Some("/v2/{customer}")).unwrap();
    assert_eq!((candidate.method.as_str(), candidate.url.as_str()), ("PUT", "https://cards.example/api/v2/a%20b"));
    // It is still known what the caller gave, and where.
    assert_eq!(candidate.given_parameter(&operation.parameters[0]).as_deref(), Some("a b"));
    let unknown = candidate.correct(&operation.path, None, Some("/v2/{other}")).unwrap_err();
    assert!(unknown.contains("{other}"), "{unknown}");
    candidate.correct(&operation.path, None, None).unwrap();
    assert_eq!(candidate.url.as_str(), "https://cards.example/api/v2/a%20b");

    // What stands around a parameter in its step goes with it.
    let file = everything();
    let mut candidate = request(&file);
    candidate.correct(&file.path, None, Some("/files/{file}.json/of/{customer}")).unwrap();
    assert_eq!(candidate.url.path(), "/api/files/7.json/of/a%20b");
}

fn filled(operation: &Operation, settings: &Named<String>) -> Result<Candidate, Error> {
    let mut candidate = Candidate::from_plan(operation, &base()).unwrap();
    let credentials = Named::from([("key".into(), Credential { text: "a key".into(), key: None })]);
    let (moment, gaps) = (Moment::now(), Gaps::default());
    let inputs = Inputs { credentials: &credentials, settings, declared: &[], session: None, moment, gaps };
    let targets: Vec<_> = (0..operation.parameters.len()).map(Target::Parameter).collect();
    candidate.fill(operation, &targets, &[], inputs, None)?;
    Ok(candidate)
}

#[test]
fn values_are_put_where_they_belong_and_secret_headers_are_marked() {
    let mut in_query = header("sign", &[text("a b&"), Value::Credential("key".into())]);
    in_query.place = Place::Query;
    let mut stated = header("X-Stated", &[text("plain")]);
    stated.secrecy = Secrecy::Secret;
    let open = header("X-Open", &[text("plain")]);
    let keyed = header("X-Key", &[Value::Credential("key".into())]);
    let candidate = filled(&operation(&[in_query, stated, open, keyed], &[]), &Named::new()).unwrap();
    assert_eq!(candidate.url.query(), Some("sign=a+b%26a+key"));
    let marks = ["X-Stated", "X-Open", "X-Key"].map(|name| candidate.headers[name].is_sensitive());
    assert_eq!(marks, [true, false, true]);
    assert_eq!(candidate.headers["X-Key"], "a key");
    assert_eq!(candidate.headers["Content-Type"], "application/x-www-form-urlencoded");
    assert_eq!(candidate.headers["Accept"], "application/json");
}

#[test]
fn a_value_of_the_query_takes_the_place_that_the_document_gives_it() {
    let given = |name| parameter(Place::Query, name, Secrecy::Public);
    let coded = |name| Parameter { value: Some(list(&[text("-"), Value::Given])), ..given(name) };
    let operation = operation(&[given("z"), coded("a b"), given("y"), coded("none"), given("b")], &[]);
    let operation = Operation {
        parameters: operation.parameters.iter().cloned().map(|p| Parameter { required: false, ..p }).collect(),
        ..operation
    };
    for (query, expected) in [
        ("a+b=1&b=2&y=3&z=4", "z=4&a+b=-1&y=3&b=2"),
        ("z=4&y=3&a%20b=%31", "z=4&a+b=-1&y=3"),
        ("own=1&a+b=&own=2", "a+b=-&own=1&own=2"),
        ("z=%7E&y=*", "z=%7E&y=*"),
    ] {
        let mut candidate = Candidate::from_plan(&operation, &base()).unwrap();
        candidate.url.set_query(Some(query));
        let (credentials, settings) = (Named::new(), Named::new());
        let inputs = Inputs {
            credentials: &credentials,
            settings: &settings,
            session: None,
            moment: Moment::now(),
            declared: &[],
            gaps: Gaps::default(),
        };
        candidate.fill(&operation, &[Target::Parameter(1), Target::Parameter(3)], &[], inputs, None).unwrap();
        assert_eq!(candidate.url.query(), Some(expected));
    }
}

#[test]
fn a_value_of_the_path_leaves_as_it_was_given_or_not_at_all() {
    let mut operation = everything();
    operation.parameters.to_mut()[0].value =
        Some(list(&[Value::Encode(crate::plan::Codec::Hex, list(&[Value::Given]))]));
    let mut candidate = request(&operation);
    let (credentials, settings) = (Named::new(), Named::new());
    let inputs = Inputs {
        credentials: &credentials,
        settings: &settings,
        session: None,
        moment: Moment::now(),
        declared: &[],
        gaps: Gaps::default(),
    };
    let error = candidate.fill(&operation, &[Target::Parameter(0)], &[], inputs, None).unwrap_err().to_string();
    assert!(error.contains("customer: a path parameter cannot be filled in"), "{error}");
}

#[test]
fn what_is_answered_and_sent_decides_which_headers_say_so() {
    let mut bare = operation(&[header("Accept", &[text("text/plain")])], &[]);
    assert_eq!(filled(&bare, &Named::new()).unwrap().headers["Accept"], "text/plain");
    bare.parameters = [].as_slice().into();
    bare.body = None;
    bare.answer = AnswerForm::Empty;
    assert!(filled(&bare, &Named::new()).unwrap().headers.is_empty());
    bare.body = Some(PlannedBody { encoding: Encoding::Json, fields: [].as_slice().into() });
    let candidate = filled(&bare, &Named::new()).unwrap();
    assert_eq!(candidate.headers["Content-Type"], "application/json");
    let request = candidate.to_request();
    assert_eq!(request.body().and_then(reqwest::Body::as_bytes), Some(&b"{}"[..]));
}

#[test]
fn a_value_that_cannot_be_put_says_what_it_is_made_of() {
    let mut country = header("X-Country", &[Value::Setting("country".into())]);
    country.rules = vec![Constraint::Pattern(only(b'A', b'Z'))].into();
    let operation = operation(&[country], &[]);
    let with = |text: &str| filled(&operation, &Named::from([("country".into(), text.to_owned())]));
    assert!(with("MX").is_ok());
    for (text, says) in [("mx", "must match the pattern"), ("\n", "pattern")] {
        let error = with(text).err().unwrap().to_string();
        assert!(error.contains("X-Country") && error.contains(says), "{error}");
        assert!(error.contains("it is made of the setting country"), "{error}");
    }
    let of = |values: &[Value]| made_of(values);
    assert_eq!(of(&[text("a")]), "");
    let all =
        [Value::Credential("a".into()), Value::Encode(crate::plan::Codec::Hex, list(&[Value::Session("b".into())]))];
    assert_eq!(of(&all), "; it is made of the credential a and the session value b");
}

#[test]
fn a_literal_is_written_as_it_is_and_bytes_that_are_no_text_are_refused() {
    let digest = Value::Digest(crate::plan::Hash::Sha256, list(&[text("a")]));
    let mut stamp = field("stamp", Secrecy::Public);
    stamp.value = Some(list(&[text("17")]));
    stamp.notation = Notation::Literal;
    let mut planned = operation(&[], &[stamp]);
    planned.body.as_mut().unwrap().encoding = Encoding::Json;
    let mut candidate = Candidate::from_plan(&planned, &base()).unwrap();
    let (credentials, settings) = (Named::new(), Named::new());
    let inputs = Inputs {
        credentials: &credentials,
        settings: &settings,
        declared: &[],
        session: None,
        moment: Moment::now(),
        gaps: Gaps::default(),
    };
    let target = [Target::Field(vec!["stamp".into()])];
    candidate.fill(&planned, &target, &[], inputs, None).unwrap();
    assert_eq!(candidate.body_bytes(), "{\"stamp\":17}");
    planned.body.as_mut().unwrap().fields.to_mut()[0].value = Some(list(&[digest]));
    let error = candidate.fill(&planned, &target, &[], inputs, None).unwrap_err().to_string();
    assert!(error.contains("stamp") && error.contains("not text"), "{error}");
}
