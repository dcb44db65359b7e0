//! Small plans for the unit tests.

use crate::plan::{
    AnswerForm, Body, DecidedBy, Encoding, Field, List, Notation, Operation, Outcome, Parameter, Pattern, Place, Retry,
    Secrecy, Session, SessionRefusal, SessionValue, State, Value,
};

pub(crate) fn text(text: &'static str) -> Value {
    Value::Text(text.into())
}

pub(crate) fn list(values: &[Value]) -> List<Value> {
    values.to_vec().into()
}

pub(crate) fn field(name: &'static str, secrecy: Secrecy) -> Field {
    Field {
        name: name.into(),
        required: true,
        value: None,
        rules: [].as_slice().into(),
        secrecy,
        notation: Notation::String,
        fields: [].as_slice().into(),
    }
}

/// A field that the client fills in.
pub(crate) fn filled(name: &'static str, secrecy: Secrecy, value: &[Value]) -> Field {
    Field { value: Some(list(value)), ..field(name, secrecy) }
}

pub(crate) fn object(name: &'static str, fields: &[Field]) -> Field {
    Field { fields: fields.to_vec().into(), ..field(name, Secrecy::Public) }
}

pub(crate) fn header(name: &'static str, value: &[Value]) -> Parameter {
    Parameter {
        place: Place::Header,
        name: name.into(),
        required: true,
        value: Some(list(value)),
        rules: [].as_slice().into(),
        secrecy: Secrecy::Public,
    }
}

pub(crate) fn operation(parameters: &[Parameter], fields: &[Field]) -> Operation {
    Operation {
        id: "create_card".into(),
        method: "POST".into(),
        path: "/v1/cards".into(),
        parameters: parameters.to_vec().into(),
        body: Some(Body { encoding: Encoding::Form, fields: fields.to_vec().into() }),
        signed_fields: vec!["mobile_no".into(), "dob".into()].into(),
        outcome: by_status(),
        retry: Retry::Never,
        answer: AnswerForm::Json,
    }
}

/// An outcome that the HTTP status decides.
pub(crate) fn by_status() -> Outcome {
    Outcome {
        decided_by: DecidedBy::StatusAndBody,
        success: [].as_slice().into(),
        code: [].as_slice().into(),
        message: [].as_slice().into(),
        request_id: [].as_slice().into(),
        kinds: [].as_slice().into(),
    }
}

/// A session of one value, `token`, which never ends.
pub(crate) fn session(issue: &'static str, pointer: &'static str) -> Session {
    Session {
        issue: issue.into(),
        renew: None,
        values: vec![SessionValue { name: "token".into(), pointer: pointer.into(), description: "".into() }].into(),
        expires: [].as_slice().into(),
        early_seconds: 60,
        refused: SessionRefusal::default(),
    }
}

/// `^[first-last]+$`
pub(crate) fn only(first: u8, last: u8) -> Pattern {
    let next = || vec![(first, last, 1)].into();
    let states = vec![State { ends: false, next: next() }, State { ends: true, next: next() }];
    Pattern { text: format!("^[{}-{}]+$", char::from(first), char::from(last)).into(), states: states.into() }
}
