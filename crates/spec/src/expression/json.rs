//! JSON in an expression.

use countersign_plan::{List, Value};

use super::{Scope, function, list, owned};
use crate::node::{At, Kind};

/// Reads a JSON object.
pub(super) fn object(at: &At<'_>, scope: &mut Scope<'_>) -> Option<Value> {
    if at.node.as_map().is_none() {
        scope.wrong(at, format!("here is {}", at.node.noun()), "a mapping from names to what they hold");
        return None;
    }
    let members = at.entries().map(|(name, value)| (owned(name), member(&value, scope)));
    Some(Value::Object(list(members.collect())))
}

/// Reads what a member of an object or an array holds.
fn member(at: &At<'_>, scope: &mut Scope<'_>) -> List<Value> {
    let value = scope.deeper(at, |scope| match &at.node.kind {
        Kind::Text(text) => Some(Value::Text(text.clone().into())),
        Kind::List(_) => Some(Value::Array(list(at.items().map(|item| member(&item, scope)).collect()))),
        Kind::Map(_) => function(at, scope),
        Kind::Null => Some(Value::Literal("null".into())),
        Kind::Bool(_) | Kind::Number(_) => at.node.scalar().map(|text| Value::Literal(text.into())),
    });
    list(value.into_iter().collect())
}
