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
    headers: &[],
};

/// Another with a form.
pub const FORM: Case = Case { operation: "fill_in", parameters: &[], body: r#"{"pin":"SENTINEL&pin"}"#, ..CASE };

/// Another with a body in parts, a file among them, whose responses have headers.
pub const ATTACH: Case = Case {
    operation: "attach",
    parameters: &[],
    body: r#"{"pin":"SENTINEL\r\n--pin","reader":"SENTINEL of a reader","person":{"born":"1907-03-04","pin":"SENTINEL \"pin\" two"},
        "scan":"SENTINEL of a scan","photos":["SENTINEL\nof a photo","another SENTINEL"],"note":"plain"}"#,
    response: r#"{"state":"plain"}"#,
    headers: &[
        ("X-Next-Pin", "SENTINEL-next"),
        ("X-Owners", "SENTINEL of one, SENTINEL of another"),
        ("X-Balance", "739184265"),
        ("X-Born", "1907-03-04"),
        ("X-Mood", "SENTINEL-mood"),
        ("X-Rates", "739184265.5, 739184265"),
    ],
};

/// Another, in which what is sent and what is responded is signed and sealed.
pub const DELIVER: Case = Case {
    operation: "deliver",
    parameters: &[("X-Otp", "SENTINEL-otp")],
    body: r#"{"pin":"SENTINEL \"pin\" two","code":"SENTINEL-code","note":"plain"}"#,
    response: r#"{"state":"plain"}"#,
    headers: &[],
};

/// What the provider sends.
pub const ARRIVED: Case = Case {
    operation: "letter_arrived",
    parameters: &[("X-Reader", "SENTINEL of a reader")],
    body: r#"{"id":"a-1","type":"arrived","pin":"SENTINEL-pin","reader":"SENTINEL of a reader","balance":739184265}"#,
    response: "null",
    headers: &[],
};

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

/// Makes the call of a case.
///
/// # Errors
/// Those of the call.
pub async fn call_of(case: Case, client: &Executor) -> Result<Response<serde_json::Value>, Error> {
    let call = Call::new(case.operation).body(case.body);
    client.call(case.parameters.iter().fold(call, |call, (name, value)| call.value(*name, *value))).await
}

/// Makes the call of [`CASE`].
///
/// # Errors
/// Those of the call.
pub async fn call(client: &Executor) -> Result<Response<serde_json::Value>, Error> {
    call_of(CASE, client).await
}
