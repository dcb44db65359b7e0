//! The values that the provider issues to a partner, made up where they were not given.

use std::collections::BTreeMap;

use countersign::plan::{Constraint, CredentialKind, Operation, Place, Plan, Setting, Slot, Value, pointer};
use countersign_sign::provider::Keys;
use countersign_spec::{Document, resolve_inner};
use openapiv3::{ParameterSchemaOrContent, ReferenceOr, RequestBody, Schema, SchemaKind, Type};
use serde_json::Value as Json;

use crate::error::Error;
use crate::sample::{Extent, made_up};

/// Makes up what was not given.
pub(crate) fn make(plan: &Plan, mut given: BTreeMap<String, String>) -> Result<Keys, Error> {
    for credential in plan.credentials.iter().filter(|known| known.kind == CredentialKind::ClientCertificate) {
        if !given.contains_key(&*credential.name) {
            given.insert(credential.name.to_string(), certificate()?);
        }
    }
    Keys::make(plan, given).map_err(Error::Configuration)
}

/// Adds what the document demands of settings to what was given: those that are a parameter or a field as they are.
pub(crate) fn add_held(document: &Document, given: &mut BTreeMap<String, String>) {
    let settings = document.plan().settings.iter();
    for setting in settings.filter(|known| known.default.is_none() && known.one_of.is_empty()) {
        if !given.contains_key(&*setting.name)
            && let Some(text) = held(document, setting)
        {
            given.insert(setting.name.to_string(), text);
        }
    }
}

/// A text for a setting that keeps to the schema of a parameter or a field that it is.
fn held(document: &Document, setting: &Setting) -> Option<String> {
    let is_it = |slot: &&Slot| {
        let is_held = slot.rules.iter().any(|rule| *rule != Constraint::Text);
        is_held && matches!(slot.value.as_deref(), Some([Value::Setting(own)]) if *own == setting.name)
    };
    let operations = document.plan().operations.iter();
    let mut schemas = operations.filter_map(|operation| {
        let slot = operation.slots.iter().find(is_it)?;
        schema(document, operation, slot)
    });
    Some(match made_up(document, &schemas.next()?, Extent::Required) {
        Json::String(text) => text,
        other => other.to_string(),
    })
}

/// The schema of a parameter, or of a field.
fn schema(document: &Document, operation: &Operation, slot: &Slot) -> Option<ReferenceOr<Schema>> {
    if slot.place != Place::Field {
        let mut parameters = document.parameters(&operation.id).into_iter().map(|one| one.parameter_data_ref());
        let data = parameters.find(|data| data.name == slot.parameter())?;
        let ParameterSchemaOrContent::Schema(schema) = &data.format else { return None };
        return Some(schema.clone());
    }
    let body: &RequestBody = document.resolve(document.operation(&operation.id)?.request_body.as_ref()?)?;
    let mut schema = document.resolve(body.content.values().next()?.schema.as_ref()?)?;
    for step in pointer::steps(&slot.name).map(pointer::unescaped) {
        let SchemaKind::Type(Type::Object(object)) = &schema.schema_kind else { return None };
        schema = resolve_inner(document.openapi(), object.properties.get(&*step)?)?;
    }
    Some(ReferenceOr::Item(schema.clone()))
}

/// A certificate of a client and its private key. The sandbox speaks plain HTTP, and is not shown it.
fn certificate() -> Result<String, Error> {
    let made = rcgen::generate_simple_self_signed(vec!["sandbox".to_owned()]);
    let made = made.map_err(|_| Error::Configuration("no certificate can be made".into()))?;
    Ok(made.cert.pem() + &made.signing_key.serialize_pem())
}
