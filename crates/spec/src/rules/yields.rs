//! Rules about what expressions yield: what never can be carried where it goes fails at every call.

use std::borrow::Cow;
use std::collections::BTreeSet;

use countersign_plan::Function::{self, Encode};
use countersign_plan::{Alphabet, CipherMode, Codec, Constraint, CredentialKind, FieldForm, Fields, PublicForm, Value};
use jiff::{SignedDuration, Timestamp};

use super::subject::Subject;
use crate::constant::constant;
use crate::expression::visit;
use crate::finding::{Report, Rule};
use crate::lower::{Carrier, Filled, Lowered};

/// What an expression yields can be carried where it goes.
pub(super) fn carried(subject: &Subject<'_, '_>, report: &mut Report) {
    // Any moment does: what is asked is whether its text has the form of a number, or fits into a header.
    let moment = Some(Timestamp::UNIX_EPOCH + SignedDuration::from_hours(9_000 * 24));
    let yields = Yields::of(subject.lowered, moment);
    for filled in subject.lowered.filled.iter().flatten().filter(|filled| filled.is_whole) {
        let (values, called) = as_chosen(&filled.values, subject.lowered);
        let mut unusable = None;
        visit(&values, &mut |value| {
            let failure = constant(std::slice::from_ref(value), None).and_then(Result::err);
            unusable = unusable.take().or(failure);
        });
        if let Some(reason) = unusable {
            report.add(Rule::Expression, &filled.at, reason, "a constant that can be decoded");
        } else if let Some(what) = yields.raw_where_text_is_needed(&values) {
            let problem = format!("{what} is raw bytes here, and has to be text");
            report.add(Rule::Expression, &filled.at, problem, ENCODED);
        } else if matches!(filled.carrier, Carrier::Value | Carrier::Read) {
            // It is where it is read that counts.
        } else if yields.is_raw(&values, &yields.raw) {
            let problem = "this yields raw bytes, and what is sent is text";
            report.add(Rule::Expression, &filled.at, problem, ENCODED);
        } else if filled.carrier == Carrier::Header && yields.breaks_header(&values, &yields.breaking) {
            let problem = "this yields a line break, or another character that a header cannot carry";
            report.add(
                Rule::Expression,
                &filled.at,
                problem,
                "it in an encoding of one line: `{hex: …}`, `{base64: …}` …",
            );
        } else if filled.carrier == Carrier::Literal
            && let Some(Ok(bytes)) = constant(&values, moment)
            && !is_literal(&bytes)
        {
            let problem = "this yields no number and no boolean, which the field is";
            report.add(Rule::Expression, &filled.at, problem, "`type: string`, or an expression that yields one");
        } else if let Some(reason) = breaks_rules(subject, filled, &values, moment) {
            let problem = format!("{called} would break what the document demands here: {reason}");
            report.add(
                Rule::Expression,
                &filled.at,
                problem,
                "an expression that keeps to it, or a schema that takes it",
            );
        }
    }
}

/// What is filled in where the caller chooses nothing, and the calls of which that is: a setting alone is its default.
fn as_chosen<'v>(values: &'v [Value], lowered: &Lowered<'_>) -> (Cow<'v, [Value]>, String) {
    let default = match values {
        [Value::Setting(name)] => lowered.plan.setting(name).and_then(|setting| Some((name, setting.default.clone()?))),
        _ => None,
    };
    match default {
        Some((name, default)) => (vec![Value::Text(default)].into(), format!("each call with the default of `{name}`")),
        None => (values.into(), "every call".to_owned()),
    }
}

/// What to write around raw bytes.
const ENCODED: &str = "it in an encoding: `{hex: …}`, `{base64: …}` …";

/// What expressions of a document yield.
struct Yields<'s> {
    lowered: &'s Lowered<'s>,
    moment: Option<Timestamp>,
    /// The values that yield raw bytes.
    raw: BTreeSet<&'s str>,
    /// The values that yield what a header cannot carry.
    breaking: BTreeSet<&'s str>,
}

impl<'s> Yields<'s> {
    fn of(lowered: &'s Lowered<'s>, moment: Option<Timestamp>) -> Self {
        let mut yields = Self { lowered, moment, raw: BTreeSet::new(), breaking: BTreeSet::new() };
        yields.raw = lowered.made.those(|values, raw| yields.is_raw(values, raw));
        yields.breaking = lowered.made.those(|values, breaking| yields.breaks_header(values, breaking));
        yields
    }

    /// Whether what an expression yields has bytes in it that are no text, whatever it reads; these values are known to.
    fn is_raw(&self, values: &[Value], raw: &BTreeSet<&str>) -> bool {
        let is_raw = |values: &[Value]| self.is_raw(values, raw);
        values.iter().any(|value| match value {
            Value::Credential(name) => {
                let known = self.lowered.plan.credential(name);
                known.is_some_and(|known| matches!(known.kind, CredentialKind::Hex | CredentialKind::Base64))
            }
            Value::Made(name) => raw.contains(name.as_ref()),
            Value::Random { of, .. } => *of == Alphabet::Bytes,
            Value::Public { form, .. } => *form != PublicForm::Jwk,
            Value::Concat(of) | Value::Join { of, .. } => is_raw(of),
            Value::Parts { parts, .. } => parts.iter().any(|(_, of)| is_raw(of)),
            Value::Fields(Fields { form, with, separator, .. }) => {
                let each = match form {
                    FieldForm::Each(each) => is_raw(each),
                    FieldForm::Values | FieldForm::Pairs => false,
                };
                each || is_raw(separator) || with.iter().any(|(_, of)| is_raw(of))
            }
            Value::Apply(Encode(Codec::Upper | Codec::Lower | Codec::Trim), [of, ..]) => is_raw(of),
            Value::Apply(Function::After, [_, of, ..]) => is_raw(of),
            Value::Apply(Encode(Codec::FromHex), [of, ..]) => {
                matches!(of.as_ref(), [Value::Apply(Encode(Codec::Hex), [of, ..])] if is_raw(of))
            }
            Value::Apply(Encode(Codec::FromBase64), [of, ..]) => {
                let encoded = match of.as_ref() {
                    [Value::Apply(Encode(Codec::Base64 | Codec::Base64Mime), [of, ..])] => Some(of),
                    _ => None,
                };
                encoded.is_some_and(|of| is_raw(of))
            }
            Value::Apply(function, _) => function.is_raw(),
            _ => false,
        })
    }

    /// What in an expression is raw bytes where only text can be, if something is.
    fn raw_where_text_is_needed(&self, values: &[Value]) -> Option<String> {
        let is_raw = |values: &[Value]| self.is_raw(values, &self.raw);
        let mut found = None;
        visit(values, &mut |value| match value {
            Value::Object(members) => {
                let raw = members.iter().find(|(_, of)| is_raw(of));
                found = found.take().or(raw.map(|(name, _)| format!("the member `{name}`")));
            }
            Value::Array(items) if items.iter().any(|of| is_raw(of)) => found = Some("an item".to_owned()),
            Value::Apply(function @ (Function::Json(_) | Function::Decimal(_)), [of, ..])
            | Value::Apply(function @ Function::Without, [_, of, ..])
                if is_raw(of) =>
            {
                found = Some(format!("the operand of `{}`", function.name()));
            }
            _ => {}
        });
        found
    }

    /// Whether what an expression yields has a character in it that a header cannot carry, whatever it reads;
    /// these values are known to.
    fn breaks_header(&self, values: &[Value], breaking: &BTreeSet<&str>) -> bool {
        let breaks_header = |values: &[Value]| self.breaks_header(values, breaking);
        let breaks = |text: &[u8]| text.iter().any(|byte| !(b' '..=b'~').contains(byte));
        values.iter().any(|value| match value {
            Value::Made(name) => breaking.contains(name.as_ref()),
            Value::Concat(of) | Value::Apply(Encode(Codec::Upper | Codec::Lower), [of, ..]) => breaks_header(of),
            Value::Join { with, of } => of.len() > 1 && breaks(with.as_bytes()) || breaks_header(of),
            Value::Parts { parts, separator, equals } => {
                parts.len() > 1 && breaks(separator.as_bytes())
                    || parts.iter().any(|(name, of)| breaks(name.as_bytes()) || breaks_header(of))
                    || breaks(equals.as_bytes())
            }
            // Every line ends with a line break, the last one too.
            Value::Apply(Encode(Codec::Base64Mime), _) => true,
            value => matches!(constant(std::slice::from_ref(value), self.moment), Some(Ok(bytes)) if breaks(&bytes)),
        })
    }
}

/// The initialisation vector of a cipher has its length, as far as that is known.
pub(super) fn vectors(subject: &Subject<'_, '_>, report: &mut Report) {
    for filled in subject.lowered.filled.iter().flatten().filter(|filled| filled.is_whole) {
        visit(&filled.values, &mut |value| {
            let Value::Apply(Function::Encipher(mode) | Function::Decipher(mode), [_, vector, ..]) = value else {
                return;
            };
            let (name, size) = match mode {
                CipherMode::Cbc => ("iv", 16),
                CipherMode::Gcm => ("nonce", 12),
                CipherMode::Ecb => return,
            };
            if let Some(length) = length(vector, subject.lowered).filter(|length| *length != size) {
                let problem = format!("the {name} of `{}` has {length} bytes", mode.name());
                report.add(Rule::Expression, &filled.at, problem, format!("{size} bytes"));
            }
        });
    }
}

/// How many bytes an expression yields, where that is plain to see.
fn length(values: &[Value], lowered: &Lowered<'_>) -> Option<usize> {
    match values {
        [Value::Random { length, .. }] => Some(usize::from(*length)),
        [Value::Made(name)] => length(lowered.made.of(name), lowered),
        values => Some(constant(values, None)?.ok()?.len()),
    }
}

/// How a value that reads nothing but the clock breaks what its schema demands, if it always does.
fn breaks_rules(
    subject: &Subject<'_, '_>,
    filled: &Filled<'_>,
    values: &[Value],
    moment: Option<Timestamp>,
) -> Option<String> {
    let (api, demands) = (subject.api, &subject.lowered.demands);
    let carrier = api.root.follow(filled.at.pointer.strip_suffix("/x-value")?)?;
    let schema = api.resolve(&carrier.get("schema").unwrap_or(carrier));
    let mut rules = demands.of(&schema, false);
    let bytes = match constant(values, None) {
        Some(bytes) => bytes.ok()?,
        None => {
            // Another moment can be within bounds that this one is not in.
            rules.retain(|rule| matches!(rule, Constraint::Date | Constraint::Pattern(_)));
            constant(values, moment)?.ok()?
        }
    };
    demands.hold_text(std::str::from_utf8(&bytes).ok()?, &rules).err()
}

/// Whether bytes are a number or boolean of JSON.
fn is_literal(bytes: &[u8]) -> bool {
    matches!(serde_json::from_slice(bytes), Ok(serde_json::Value::Number(_) | serde_json::Value::Bool(_)))
}
