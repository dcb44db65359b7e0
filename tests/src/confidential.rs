//! A provider that takes something confidential in every place that there is.

use std::sync::Arc;

use countersign::plan::{Plan, PlanRef};
use countersign::{Call, Error, Executor, Response};

use crate::leaks::{Case, Leaks};

const DOCUMENT: &str = include_str!("../documents/confidential.yaml");

/// The setting that must not be printed.
pub const SID: &str = "SENTINEL-sid";

/// The operation with everything, and what a caller gives for it.
pub const CASE: Case = Case {
    operation: "send",
    parameters: &[
        ("customer", "SENTINEL of a customer"),
        ("file", "SENTINEL/ü"),
        ("mobile", "+91 SENTINEL"),
        ("X-Otp", "SENTINEL-otp"),
    ],
    body: r#"{"names":["SENTINEL \"one\"","two of SENTINEL"],"person":{"born":"1907-03-04","pin":"SENTINEL \"pin\" two"},
        "balance":739184265,"code":"SENTINEL-code","note":"plain"}"#,
    response: r#"{"state":"plain"}"#,
};

/// Another with a form.
pub const FORM: Case =
    Case { operation: "fill_in", parameters: &[], body: r#"{"pin":"SENTINEL&pin"}"#, response: r#"{"state":"plain"}"# };

/// Its plan.
pub fn plan() -> Plan {
    let document = countersign_spec::read("documents/confidential.yaml", DOCUMENT).expect("the document lints clean");
    document.plan().clone()
}

/// A search for what this plan marks.
pub fn leaks(plan: impl Into<PlanRef>) -> Leaks {
    Leaks::new(plan, &["1907-03-04"], &[("sid", SID)])
}

/// A client that believes this plan.
pub fn client(plan: Plan, url: &str) -> Executor {
    leaks(Arc::new(plan)).client(url)
}

/// Makes the call of [`CASE`].
///
/// # Errors
/// Those of the call.
pub async fn call(client: &Executor) -> Result<Response<serde_json::Value>, Error> {
    let call = Call::new(CASE.operation).body(CASE.body);
    client.call(CASE.parameters.iter().fold(call, |call, (name, value)| call.value(*name, *value))).await
}
