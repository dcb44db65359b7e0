//! What the typed mocks of a provider's crate recognise a request by.
//!
//! A mock is told what the caller gives, and sees what is sent. The two differ where the client fills something in or
//! encrypts it: the [plan](crate::plan) says where, and that is left out.

use serde::Serialize;
use serde_json::Value;

use super::{Wire, path_segment, texts};
use crate::plan::{Field, Plan};

/// What the caller gave for the body of an operation and is sent as it is.
///
/// # Errors
/// The value cannot be written as JSON.
pub fn body(plan: &Plan, operation: &str, given: &impl Serialize) -> Result<Value, String> {
    let mut body = serde_json::to_value(given).map_err(|error| format!("the body of {operation}: {error}"))?;
    if let Some(described) = plan.operation(operation).and_then(|operation| operation.body.as_ref()) {
        leave_out_filled(&mut body, &described.fields);
    }
    Ok(body)
}

/// [`body`], as the names and values of a form.
///
/// # Errors
/// The value cannot be written as JSON.
pub fn form(plan: &Plan, operation: &str, given: &impl Serialize) -> Result<Vec<(String, String)>, String> {
    let Value::Object(fields) = body(plan, operation, given)? else { return Ok(Vec::new()) };
    let pairs = fields.into_iter().flat_map(|(name, value)| {
        let texts = texts(value);
        texts.into_iter().map(move |text| (name.clone(), text))
    });
    Ok(pairs.collect())
}

/// A regular expression for the paths of `template` that have this value in the place of `{name}`, and anything in the
/// places of other parameters.
///
/// # Errors
/// The value cannot stand in a path; the message names the parameter.
pub fn path(template: &str, name: &'static str, given: &impl Wire) -> Result<String, String> {
    let value = regex_lite::escape(&path_segment(name, given)?);
    Ok(pattern(template, |own| (own == name).then(|| value.clone())))
}

/// A regular expression for all paths of `template`.
pub fn any_path(template: &str) -> String {
    pattern(template, |_| None)
}

fn pattern(template: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut pattern = "^".to_owned();
    let mut rest = template;
    while let Some((literal, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}').unwrap_or((after, ""));
        pattern += &regex_lite::escape(literal);
        pattern += value(name).as_deref().unwrap_or("[^/]+");
        rest = tail;
    }
    pattern + &regex_lite::escape(rest) + "$"
}

fn leave_out_filled(body: &mut Value, fields: &[Field]) {
    let Value::Object(members) = body else { return };
    for field in fields {
        if field.value.is_some() {
            members.remove(&*field.name);
        } else if let Some(member) = members.get_mut(&*field.name) {
            leave_out_filled(member, &field.fields);
        }
    }
}

#[cfg(test)]
mod tests;
