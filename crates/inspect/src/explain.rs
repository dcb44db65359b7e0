//! Shows a call as it would leave: every value, how it came about, and the string to sign of every signature.
//!
//! Nothing is sent. A call is made of the same [`Setup`] and filled in by the same evaluator as a client's, so what is shown is
//! what is sent. What the setup lacks goes by its name, and what is computed from it is not computed.

use std::fmt;

use countersign_plan::{Expression, Place, Style};
use countersign_sign::{Call, Inputs, Invalid, Moment, Setup, Source, Values};
use serde::Serialize;

use crate::stage::{Stage, in_a_line};
use crate::tracer::{Explained, Tracer};

/// How a call is explained.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// The session. Default: the one that the caller brought, if there is one.
    pub session: Option<&'a Values>,
    /// The time and the UUID. Default: now, and a new one.
    pub moment: Option<Moment>,
    /// Whether the secrets and personal data of the call are shown: for a developer's own machine, and values that are made up.
    /// Such an explanation must not be logged, and its `Debug` hides nothing. Default: they are not.
    ///
    /// Credentials and session values are shown by their names all the same, and so is what holds one. They are good for more
    /// than this call, and a string to sign can be compared without them.
    pub danger_revealed: bool,
}

/// A request as it would leave, with nothing in it that may not be printed, unless [`Options::danger_revealed`] asks for it. It
/// serialises for programs, and displays for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The method.
    pub method: String,
    /// The URL without its query, with a secret or personal parameter as `‹name›`.
    pub url: String,
    /// The values that are made once and read in several places (`x-values`), in the order in which they are made.
    pub values: Vec<Shown>,
    /// The parameters of the query, in the document's order.
    pub query: Vec<Shown>,
    /// The headers that the document describes, in its order, and the content type.
    pub headers: Vec<Shown>,
    /// The fields of the body by their JSON pointers, in the document's order.
    pub body: Vec<Shown>,
    /// The body on the wire, where an envelope makes it of the fields (`x-envelope`).
    pub envelope: Option<Shown>,
}

/// A header, parameter or field, and how its value came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// Its name, or its JSON pointer.
    pub name: String,
    /// Its value, with secrets, personal data and what is missing as `‹name›`.
    pub value: String,
    /// How the client fills it in, as the document writes it, or `None` where the caller gives it as it goes out.
    pub expression: Option<String>,
    /// The digests and encryptions that it came from, innermost first, with their strings to sign.
    pub stages: Vec<Stage>,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}", self.method, self.url)?;
        let envelope = self.envelope.as_slice();
        let parts: [(&str, &[Shown]); 5] = [
            ("values", &self.values),
            ("query", &self.query),
            ("headers", &self.headers),
            ("body", &self.body),
            ("envelope", envelope),
        ];
        for (title, shown) in parts {
            if !shown.is_empty() {
                writeln!(f, "{title}")?;
            }
            for Shown { name, value, expression, stages } in shown {
                writeln!(f, "    {name}: {}", in_a_line(value))?;
                if let Some(expression) = expression {
                    writeln!(f, "        = {expression}")?;
                }
                for stage in stages {
                    writeln!(f, "        {stage}")?;
                }
            }
        }
        Ok(())
    }
}

/// Shows a call as it would leave.
///
/// # Errors
/// Whatever would keep the call from being sent, but for what is missing in the setup.
///
/// ```
/// use countersign_inspect::{Options, explain};
/// use countersign_plan::words::*;
/// use countersign_plan::{Plan, list};
/// use countersign_sign::{Call, Setup};
///
/// static PLAN: Plan = plan("acme", "Acme").operations(list![
///     operation("pay", "POST", "/pay")
///         .slots(list![
///             header("X-Sum").filled(list![hex(list![sha_256(list![sent_field("amount"), credential("key")])])]),
///             field("/amount").required(),
///         ])
///         .json()
///         .order(list![0]),
/// ]);
///
/// # fn main() -> Result<(), countersign_sign::Invalid> {
/// let explanation = explain(&Setup::new(&PLAN), &Call::new("pay").value("amount", "12.50"), Options::default())?;
/// assert_eq!(explanation.headers[0].value, "hex(sha-256(12.50‹key›))");
/// # Ok(())
/// # }
/// ```
pub fn explain(setup: &Setup, call: &Call, options: Options<'_>) -> Result<Explanation, Invalid> {
    let operation = setup.plan.operation(call.operation());
    let operation = operation
        .ok_or_else(|| Invalid { name: None, reason: format!("the plan has no operation {}", call.operation()) })?;
    let given = call.request(operation, setup.base_path(operation))?;
    given.check(&[])?;
    let session = options.session.or(setup.session.as_ref());
    // What a signer would make is not made for an explanation. It goes by its name, as if its key were missing.
    let mut setup = setup.clone();
    setup.credentials.retain(|_, credential| !credential.is_signer());
    let setup = &setup;
    let inputs = Inputs { setup, session, moment: options.moment.unwrap_or_else(Moment::now) };
    let mut tracer = Tracer::new(setup, &given, true, options.danger_revealed);
    let mut request = given.clone();
    // There is no signer that it could want something of.
    let _ = request.fill_traced(&inputs, &mut tracer)?;

    let base = setup.base_of(operation).map(str::to_owned).unwrap_or_else(|| {
        let name = if setup.plan.servers.is_empty() { "base_url" } else { "server" };
        format!("‹{name}›")
    });
    let mut explanation = Explanation {
        method: operation.method.to_string(),
        url: base + &tracer.shown(0, &[], Source::Path),
        values: Vec::new(),
        query: Vec::new(),
        headers: Vec::new(),
        body: Vec::new(),
        envelope: None,
    };
    for (index, slot) in operation.slots.iter().enumerate() {
        if slot.style == Style::Repeated {
            // Each of its elements is sent on its own.
            let of = if slot.place == Place::Field { &mut explanation.body } else { &mut explanation.query };
            of.extend(request.elements(index).iter().map(|text| Shown {
                name: slot.name.to_string(),
                value: tracer.shown(index, text.as_bytes(), Source::Given),
                expression: None,
                stages: Vec::new(),
            }));
            continue;
        }
        let explained = match &slot.value {
            Some(_) => tracer.explained(index),
            None => request.text(index).filter(|_| !operation.is_object(index)).map(|text| Explained {
                shown: tracer.shown(index, text.as_bytes(), Source::Given),
                ..Explained::default()
            }),
        };
        let Some(Explained { shown, stages, .. }) = explained else { continue };
        let expression = slot.value.as_deref().map(|values| Expression(values).to_string());
        let is_body = slot.place == Place::Body || slot.is_whole_body();
        let name = if is_body { "body".into() } else { slot.name.to_string() };
        let shown = Shown { name, value: shown, expression, stages };
        match slot.place {
            Place::Header => explanation.headers.push(shown),
            Place::Query => explanation.query.push(shown),
            Place::Field => explanation.body.push(shown),
            Place::Body => explanation.envelope = Some(shown),
            Place::Value => explanation.values.push(shown),
            Place::Path => {}
        }
    }
    let is_media_type = |name: &str| name.eq_ignore_ascii_case("Content-Type");
    let media_type = request.headers().find(|header| header.slot.is_none() && is_media_type(header.name));
    explanation.headers.extend(media_type.map(|header| Shown {
        name: header.name.to_owned(),
        value: String::from_utf8_lossy(header.value).into_owned(),
        expression: None,
        stages: Vec::new(),
    }));
    Ok(explanation)
}

#[cfg(test)]
mod tests;
