//! The rules: what a document must keep to beyond its grammar. Each is a function; [`RULES`] is the list of them.
//!
//! A rule takes whatever the document holds: where the grammar has already found something wrong, it finds nothing.

mod choices;
mod examples;
mod forms;
mod names;
mod operations;
mod pages;
mod received;
mod schemas;
mod security;
mod subject;
mod values;
mod yields;

use crate::finding::Report;
pub(crate) use subject::Subject;

/// Reports what is wrong.
type Check = fn(&Subject<'_, '_>, &mut Report);

/// Every rule, in the order in which a document is read.
const RULES: &[Check] = &[
    operations::openapi_version,
    security::servers,
    security::schemes,
    security::requirements,
    operations::operation_ids,
    operations::path_templates,
    operations::parameters,
    operations::header_names,
    operations::request_bodies,
    forms::forms,
    forms::files,
    operations::responses,
    schemas::words_of_type,
    schemas::objects,
    schemas::enums,
    schemas::contradictions,
    schemas::cycles,
    choices::branches_of_choices,
    schemas::money,
    schemas::confidential,
    schemas::patterns,
    schemas::extensions_of_place,
    schemas::below_arrays,
    schemas::filled_responses,
    schemas::equal_to,
    names::declared,
    names::values,
    names::unused,
    names::lengths,
    names::operations,
    names::components,
    names::parameters,
    names::bodies,
    names::variants,
    values::fields,
    values::headers,
    values::optional_headers,
    values::parameters,
    values::exceptions,
    yields::carried,
    yields::vectors,
    values::signed_fields,
    values::outcomes_of_empty_responses,
    values::outcome_pointers,
    values::session,
    values::session_pointers,
    received::webhooks,
    received::conditions,
    received::unsigned,
    received::unknowable,
    received::envelopes,
    pages::pages,
    operations::sources,
    examples::examples,
    operations::sandbox,
    examples::missing_examples,
    // What it finds depends on the rules before.
    examples::lengths_of_samples,
];

/// Runs every rule.
pub(crate) fn check(subject: &Subject<'_, '_>, report: &mut Report) {
    report.signs(subject.signed_schemas());
    for rule in RULES {
        rule(subject, report);
    }
}
