//! The path of a request: written of what a call gives, or read of what came.

use std::borrow::Cow;

use countersign_plan::template::Part;
use countersign_plan::{Operation, Place, template};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::invalid::Invalid;

/// A part of the path below the base URL's.
#[derive(Clone)]
pub(super) struct Segment<'a> {
    pub(super) slot: Option<usize>,
    /// As it is sent, encoded.
    pub(super) sent: Cow<'a, str>,
    /// As it was given, or what is sent, decoded; nothing where what was received does not tell it.
    pub(super) given: Option<Cow<'a, str>>,
}

/// What has a meaning of its own in a path.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// What the path of a URL cannot hold as it is (the path percent-encode set of the URL standard).
const PATH: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'?').add(b'^').add(b'`').add(b'{').add(b'}');

/// The path of an operation, with what was given for its parameters.
pub(super) fn of_call<'a>(
    operation: &'a Operation,
    given: &[(usize, Cow<'a, str>)],
) -> Result<Vec<Segment<'a>>, Invalid> {
    let part = |part: Part<'a>| match part {
        Part::Literal(text) => Ok(Segment { slot: None, sent: utf8_percent_encode(text, PATH).into(), given: None }),
        Part::Parameter(name) => {
            let slot = operation.parameter(Place::Path, name);
            let text = given.iter().find(|(given, _)| Some(*given) == slot).map(|(_, text)| text.clone());
            let text = text.ok_or_else(|| Invalid::of(name, "it is required and was not given"))?;
            if matches!(&*text, "" | "." | "..") {
                return Err(Invalid::of(name, "an empty value, \".\" and \"..\" cannot be part of a path"));
            }
            let sent = utf8_percent_encode(&text, SEGMENT).to_string();
            Ok(Segment { slot, sent: sent.into(), given: Some(text) })
        }
    };
    template::parts(&operation.path).map(part).collect()
}

/// The path of a request that was received, with its parameters where the document has them.
pub(super) fn received<'a>(operation: &'a Operation, sent: &'a str) -> Vec<Segment<'a>> {
    if sent.split('/').count() != operation.path.split('/').count() {
        return vec![untold(operation, &operation.path, sent)];
    }
    let mut segments: Vec<Segment<'a>> = Vec::new();
    for (index, (template, step)) in operation.path.split('/').zip(sent.split('/')).enumerate() {
        let mut literal = |text: &'a str| segments.push(Segment { slot: None, sent: text.into(), given: None });
        if index > 0 {
            literal("/");
        }
        let mut names = template::names(template);
        let Some(name) = names.next() else {
            literal(step);
            continue;
        };
        // What is around a parameter is the document's, unless there is another parameter in the step.
        let around = template.split_once(&format!("{{{name}}}")).filter(|_| names.next().is_none());
        let given = around.and_then(|(before, after)| Some((before, step.strip_prefix(before)?.strip_suffix(after)?)));
        match given {
            Some((before, given)) => {
                literal(before);
                let slot = operation.parameter(Place::Path, name);
                let decoded = Some(percent_decode_str(given).decode_utf8_lossy());
                segments.push(Segment { slot, sent: given.into(), given: decoded });
                let after = &step[before.len() + given.len()..];
                segments.push(Segment { slot: None, sent: after.into(), given: None });
            }
            None => segments.push(untold(operation, template, step)),
        }
    }
    segments.retain(|segment| !segment.sent.is_empty());
    segments
}

/// A stretch of a path that does not tell where its parameters are. It is as confidential as any of them.
fn untold<'a>(operation: &Operation, template: &str, sent: &'a str) -> Segment<'a> {
    let slots = template::names(template).filter_map(|name| operation.parameter(Place::Path, name));
    let slot = slots.max_by_key(|slot| operation.slots[*slot].is_confidential());
    Segment { slot, sent: sent.into(), given: None }
}
