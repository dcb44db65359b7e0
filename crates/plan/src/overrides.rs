//! Puts right what a document assumed wrongly, in the plan that was made of it.

use std::cell::RefCell;
use std::sync::Arc;

use crate::template::has_dots;
use crate::{Constraint, List, Plan, PlanRef, Secrecy, Slot, Text, Value, any, reads_given};

/// Puts right what a document assumed wrongly, without regenerating the client.
///
/// ```
/// use countersign_plan::Override;
/// let path = Override::path("reset_mpin", "/api/v1/ResetMpin");
/// let method = Override::method("change_soft_token_status", "PUT");
/// let order = Override::signed_fields("forgot_password", ["dob", "mobile_no"]);
/// let value = Override::allow("set_pin", "reason", ["stolen"]);
///
/// use countersign_plan::words::{base64, join, credential, sent_field, sha_256};
/// use countersign_plan::list;
/// let signed = join(";", list![sent_field("amount"), sent_field("order"), credential("secret_key")]);
/// let signature = Override::filled("pay", "X-Signature", [base64(vec![sha_256(vec![signed].into())].into())]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    operation: String,
    change: Change,
}

#[derive(Clone, Debug, PartialEq)]
enum Change {
    Path(String),
    Method(String),
    SignedFields(Vec<String>),
    Allow(String, Vec<String>),
    Filled(String, Vec<Value>),
}

impl Override {
    /// Another path for an operation, below the base URL. It has the document's steps with `{name}` parameters, in any places.
    pub fn path(operation: impl Into<String>, path: impl Into<String>) -> Self {
        Self { operation: operation.into(), change: Change::Path(path.into()) }
    }

    /// Another HTTP method for an operation.
    pub fn method(operation: impl Into<String>, method: impl Into<String>) -> Self {
        Self { operation: operation.into(), change: Change::Method(method.into()) }
    }

    /// Other signed fields for an operation, or another order of them.
    pub fn signed_fields(operation: impl Into<String>, fields: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let fields = fields.into_iter().map(Into::into).collect();
        Self { operation: operation.into(), change: Change::SignedFields(fields) }
    }

    /// Values for a parameter, or for a field by its name or JSON pointer, that the document's `enum` does not list yet.
    pub fn allow(
        operation: impl Into<String>,
        name: impl Into<String>,
        values: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        Self { operation: operation.into(), change: Change::Allow(name.into(), values) }
    }

    /// Another expression for a header, a parameter or a field that the client fills in, by its name or JSON pointer: another
    /// order, separator, encoding or algorithm, in the [words](crate::words) of plans. What the document makes of the caller's
    /// value stays made of it.
    pub fn filled(
        operation: impl Into<String>,
        name: impl Into<String>,
        values: impl IntoIterator<Item = Value>,
    ) -> Self {
        Self { operation: operation.into(), change: Change::Filled(name.into(), values.into_iter().collect()) }
    }

    /// Changes a plan.
    ///
    /// # Errors
    /// What is wrong with the override. The plan is of no use then.
    fn apply(&self, plan: &mut Plan) -> Result<(), String> {
        let Self { operation: id, change } = self;
        let unknown = match change {
            Change::Filled(_, values) => unknown_in(plan, values),
            _ => None,
        };
        let Some(operation) = plan.operations.to_mut().iter_mut().find(|operation| operation.id == *id) else {
            return Err(format!("there is no operation {id:?} to override"));
        };
        let wrong = |problem: String| format!("the override of {id} is not usable: {problem}");
        match change {
            Change::Path(path) => {
                check_path(&operation.path, path).map_err(wrong)?;
                operation.path = path.clone().into();
            }
            Change::Method(method) => {
                if !is_method(method) {
                    return Err(wrong(format!("{method:?} is not an HTTP method")));
                }
                operation.method = method.to_ascii_uppercase().into();
            }
            Change::SignedFields(fields) => {
                let exists = |name: &str| operation.field_named(name).is_some();
                if let Some(name) = fields.iter().find(|name| !exists(name)) {
                    return Err(wrong(format!("there is no field {name:?} to sign")));
                }
                operation.signed_fields = fields.iter().cloned().map(Text::Owned).collect();
                *operation = operation.clone().arranged().map_err(|cycle| {
                    format!("{id}: {}; leave one of them out of the signed fields", cycle.describe(operation))
                })?;
            }
            Change::Allow(name, values) => {
                let index =
                    operation.slot(name).ok_or_else(|| wrong(format!("there is no parameter or field {name:?}")))?;
                let slot = &mut operation.slots.to_mut()[index];
                if !allow(&mut slot.rules, values, false) {
                    return Err(wrong(format!("{name:?} has no list of values")));
                }
            }
            Change::Filled(name, values) => {
                if let Some(unknown) = unknown {
                    return Err(wrong(unknown));
                }
                let filled = |slot: &Slot| slot.value.is_some();
                let index = operation.slot(name).filter(|index| filled(&operation.slots[*index]));
                let index = index.ok_or_else(|| wrong(format!("the client fills in nothing called {name:?}")))?;
                let slot = &mut operation.slots.to_mut()[index];
                if slot.given != reads_given(values) {
                    let problem = "its value would be lost, or is made of what nobody gives";
                    return Err(wrong(format!("{name:?}: {problem}")));
                }
                if slot.given && matches!(values.as_slice(), [Value::Given]) {
                    return Err(wrong(format!("{name:?} would leave as it was given")));
                }
                // What it is made of may be more confidential than what the document made it of.
                slot.secrecy = Secrecy::Secret;
                slot.value = Some(values.clone().into());
                *operation = operation
                    .clone()
                    .arranged()
                    .map_err(|cycle| format!("{id}: {}; fill one of them in from less", cycle.describe(operation)))?;
            }
        }
        Ok(())
    }
}

impl PlanRef {
    /// The plan with overrides.
    ///
    /// # Errors
    /// What is wrong with them, one by one.
    pub fn overridden(self, overrides: &[Override]) -> Result<Self, Vec<String>> {
        if overrides.is_empty() {
            return Ok(self);
        }
        let mut plan = (*self).clone();
        let problems: Vec<String> = overrides.iter().filter_map(|change| change.apply(&mut plan).err()).collect();
        if problems.is_empty() { Ok(Self::Shared(Arc::new(plan))) } else { Err(problems) }
    }
}

/// The first credential or setting of an expression that the provider does not have.
fn unknown_in(plan: &Plan, values: &[Value]) -> Option<String> {
    let found = RefCell::new(None);
    any(values, &|value| {
        let unknown = match value {
            Value::Credential(name) if plan.credential(name).is_none() => {
                Some(format!("there is no credential {name:?}"))
            }
            Value::Setting(name) if plan.setting(name).is_none() => Some(format!("there is no setting {name:?}")),
            _ => None,
        };
        let is_unknown = unknown.is_some();
        found.replace(unknown);
        is_unknown
    });
    found.into_inner()
}

/// A token of RFC 9110, section 5.6.2.
fn is_method(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

fn check_path(document: &str, path: &str) -> Result<(), String> {
    let has = |path: &str, step: &str| path.split('/').any(|other| other == step);
    let parameters =
        |path: &str| -> Vec<String> { path.split('/').filter(|step| step.contains('{')).map(str::to_owned).collect() };
    if !path.starts_with('/') || path.contains(['?', '#', '\\']) || path.contains(char::is_whitespace) {
        return Err(format!("the path {path:?} should start with \"/\" and have no query"));
    }
    if has_dots(path) {
        return Err(format!("the path {path:?} should have no step \".\" or \"..\", which a URL takes out"));
    }
    if let Some(step) = parameters(path).iter().find(|step| !has(document, step)) {
        return Err(format!("the path has {step}, which the operation does not have"));
    }
    if let Some(step) = parameters(document).iter().find(|step| !has(path, step)) {
        return Err(format!("the path lacks {step}"));
    }
    Ok(())
}

/// Adds values to every list of values that is demanded of a value, or of what is in it. Says whether there is one. The one
/// value that may tell an alternative from the others stays as it is.
fn allow(rules: &mut List<Constraint>, values: &[String], is_alternative: bool) -> bool {
    let mut is_listed = false;
    for rule in rules.to_mut() {
        is_listed |= match rule {
            Constraint::OneOf(listed) | Constraint::Literals(listed) if is_alternative && listed.len() == 1 => false,
            Constraint::OneOf(listed) | Constraint::Literals(listed) => {
                listed.to_mut().extend(values.iter().cloned().map(Text::Owned));
                true
            }
            Constraint::Items(below) | Constraint::Values(below) => allow(below, values, false),
            Constraint::Members(members) => {
                let members = members.to_mut().iter_mut();
                members.map(|member| allow(&mut member.rules, values, is_alternative)).filter(|any| *any).count() > 0
            }
            Constraint::Alternatives(of) => {
                let branches = of.branches.to_mut().iter_mut();
                branches.map(|branch| allow(&mut branch.rules, values, true)).filter(|any| *any).count() > 0
            }
            _ => false,
        };
    }
    is_listed
}

#[cfg(test)]
mod tests;
