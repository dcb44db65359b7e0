//! The extensions that are on the document, an operation or a request body as a whole: `x-credentials`, `x-settings`,
//! `x-values`, `x-session`, `x-outcome`, `x-retry`, `x-sandbox`, `x-signed-fields`, `x-envelope` and `x-webhook`.

use std::borrow::Cow;

use countersign_plan::pointer::is_pointer;
use countersign_plan::{
    Condition, Credential, CredentialKind, DecidedBy, Expiry, Kind, List, Outcome, Per, RequestId, Retry, Server,
    Session, SessionRefusal, SessionValue, Setting, Text, TimeFormat,
};

use crate::expression::{check_format, list, offset, time_format};
use crate::finding::{Report, Rule};
use crate::media::is_media_type;
use crate::node::At;
use crate::reader::Reader;
use crate::words::{ANYWHERE, is_algorithm, one_of, suggestion};

/// The words of a credential in `x-credentials`.
pub(crate) const CREDENTIAL: &[&str] = &["kind", "description"];

/// The words of a setting in `x-settings`.
pub(crate) const SETTING: &[&str] = &["description", "default", "one-of"];

/// The words of a value in `x-values` that is more than its expression.
pub(crate) const MADE: &[&str] = &["per", "of"];

/// The words of the `x-envelope` of a response.
pub(crate) const RESPONSE_ENVELOPE: &[&str] = &["of"];

/// The words of the `x-envelope` of a request.
pub(crate) const ENVELOPE: &[&str] = &["media-type", "of"];

/// The words of `x-session`.
pub(crate) const SESSION: &[&str] = &["issue", "renew", "values", "expires", "early", "refused"];

/// The words of a value in `x-session`.
pub(crate) const SESSION_VALUE: &[&str] = &["pointer", "description"];

/// The words of `x-outcome`.
pub(crate) const OUTCOME: &[&str] = &["decided-by", "success", "code", "message", "request-id", "signed", "kinds"];

/// The words of `x-webhook`.
pub(crate) const WEBHOOK: &[&str] = &["when", "timestamp", "event-id"];

/// The words of the `timestamp` of an `x-webhook`.
pub(crate) const TIMESTAMP: &[&str] = &["of", "format", "age"];

/// The words of a rule in `x-sandbox`.
pub(crate) const SANDBOX: &[&str] = &["when", "response"];

/// How long ago something may have been sent, where the document does not say.
const AGE_SECONDS: u32 = 300;

/// How long before its end a session is no longer used, where the document does not say.
const EARLY_SECONDS: u32 = 60;

/// What a response is classified by where the document does not say: its HTTP status.
pub(crate) const BY_STATUS: Outcome = Outcome {
    decided_by: DecidedBy::StatusAndBody,
    success: Cow::Borrowed(&[]),
    code: Cow::Borrowed(&[]),
    message: Cow::Borrowed(&[]),
    request_id: Cow::Borrowed(&[]),
    signed: Cow::Borrowed(&[]),
    kinds: Cow::Borrowed(&[]),
};

/// A rule of an `x-sandbox`: how a sandbox answers a request with certain values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SandboxRule {
    /// The values that the request must have, all of them: a parameter's name, or a field's name or JSON pointer, and the
    /// text of its value before it is encrypted.
    pub when: Vec<(String, String)>,
    /// The name of one of the operation's examples of a response.
    pub response: String,
}

/// An `x-webhook`, with its expressions as they are.
pub(crate) struct WebhookWords<'a> {
    /// Which event it is: names, and the texts of which each has one.
    pub(crate) when: Vec<(Text, List<Text>)>,
    pub(crate) timestamp: Option<Timestamp<'a>>,
    pub(crate) event_id: Option<At<'a>>,
}

/// When a webhook was sent.
pub(crate) struct Timestamp<'a> {
    pub(crate) of: At<'a>,
    pub(crate) format: TimeFormat,
    pub(crate) age_seconds: u32,
}

/// The entries of a mapping from names. An extension among them is a finding of its own.
fn named<'a>(at: &At<'a>) -> impl Iterator<Item = (&'a str, At<'a>)> + use<'a> {
    at.entries().filter(|(name, _)| !name.starts_with("x-"))
}

/// `x-credentials`, each with its kind, if what is said of that is one.
pub(crate) fn credentials(root: &At<'_>, report: &mut Report) -> Vec<(Credential, Option<CredentialKind>)> {
    let Some(at) = root.get("x-credentials") else { return Vec::new() };
    let mut reader = Reader { rule: Rule::WrongType, report };
    if at.node.as_map().is_none() {
        reader.wrong(&at, format!("here is {}", at.node.noun()), "a mapping from names to credentials");
    }
    named(&at)
        .map(|(name, at)| {
            reader.words(&at, CREDENTIAL);
            let kind = at.get("kind").map_or(Some(CredentialKind::Text), |kind| {
                reader.rule = Rule::WrongValue;
                // A key says its algorithm itself, but for one that is an RSA key whatever it is called.
                let other = |word: &&str| word.ends_with("-key") && !word.contains("rsa") && is_algorithm(word);
                if let Some(word) = kind.node.as_text().filter(other) {
                    let remedy = "`private-key` or `public-key`: the key says of what algorithm it is";
                    reader.wrong(&kind, format!("`{word}` is not among its values"), remedy);
                    return None;
                }
                let kinds = CredentialKind::ALL.map(|kind| (kind.name(), kind));
                reader.choice(&kind, &kinds)
            });
            reader.rule = Rule::WrongType;
            let description = reader.required_text(&at, "description").unwrap_or_default();
            let name = name.to_owned().into();
            (Credential { name, description, kind: kind.unwrap_or(CredentialKind::Text) }, kind)
        })
        .collect()
}

/// `x-settings`: names and descriptions. The defaults are in the expressions.
pub(crate) fn settings(root: &At<'_>, report: &mut Report) -> Vec<Setting> {
    let Some(at) = root.get("x-settings") else { return Vec::new() };
    let mut reader = Reader { rule: Rule::WrongType, report };
    if at.node.as_map().is_none() {
        reader.wrong(&at, format!("here is {}", at.node.noun()), "a mapping from names to settings");
    }
    named(&at)
        .map(|(name, at)| {
            reader.words(&at, SETTING);
            let description = reader.required_text(&at, "description").unwrap_or_default();
            let default = at.get("default").and_then(|default| reader.text(&default));
            let listed = at.get("one-of").into_iter().flat_map(|listed| listed.items());
            let one_of: Vec<Text> = listed.filter_map(|value| reader.text(&value)).collect();
            if let Some(value) = default.as_ref().filter(|default| !one_of.is_empty() && !one_of.contains(default)) {
                reader.wrong(&at, format!("the default `{value}` is none of those that it may be"), "one of them");
            }
            Setting { name: name.to_owned().into(), description, default, one_of: list(one_of) }
        })
        .collect()
}

/// `x-values`: the name of each, how long it stays the same, and where its expression is, if it has one.
pub(crate) fn values<'a>(root: &At<'a>, report: &mut Report) -> Vec<(&'a str, Per, Option<At<'a>>)> {
    let Some(at) = root.get("x-values") else { return Vec::new() };
    let mut reader = Reader { rule: Rule::WrongType, report };
    if at.node.as_map().is_none() {
        reader.wrong(&at, format!("here is {}", at.node.noun()), "a mapping from names to expressions");
    }
    for (_, about) in at.entries().filter(|(name, _)| ANYWHERE.contains(name)) {
        reader.text(&about);
    }
    reader.rule = Rule::WrongValue;
    named(&at)
        .map(|(name, at)| {
            let Some(per) = at.get("per") else { return (name, Per::Attempt, Some(at)) };
            reader.words(&at, MADE);
            let per = reader.choice(&per, &[("call", Per::Call)]).unwrap_or(Per::Attempt);
            (name, per, reader.required(&at, "of"))
        })
        .collect()
}

/// `x-envelope` of a response: where its expression is.
pub(crate) fn response_envelope<'a>(response: &At<'a>, report: &mut Report) -> Option<At<'a>> {
    let at = response.get("x-envelope")?;
    let mut reader = Reader { rule: Rule::Envelope, report };
    reader.words(&at, RESPONSE_ENVELOPE);
    reader.required(&at, "of")
}

/// `x-envelope` of a request's body: the media type on the wire, and where its expression is.
pub(crate) fn envelope<'a>(body: &At<'a>, report: &mut Report) -> Option<(Text, At<'a>)> {
    let at = body.get("x-envelope")?;
    let mut reader = Reader { rule: Rule::Envelope, report };
    reader.words(&at, ENVELOPE);
    let media_type = reader.required(&at, "media-type").and_then(|media_type| {
        let text = reader.text(&media_type)?;
        if !is_media_type(&text) {
            reader.wrong(&media_type, format!("`{text}` is not a media type"), "one such as `application/jose`");
        }
        Some(text)
    });
    let of = reader.required(&at, "of")?;
    Some((media_type.unwrap_or_default(), of))
}

/// The `servers` with their `x-name`s.
pub(crate) fn servers(root: &At<'_>) -> Vec<Server> {
    let text = |at: &At<'_>, word: &str| Text::Owned(at.text(word).unwrap_or_default().to_owned());
    root.get("servers")
        .into_iter()
        .flat_map(|servers| servers.items())
        .map(|at| Server { name: text(&at, "x-name"), url: text(&at, "url"), description: text(&at, "description") })
        .collect()
}

/// `x-session`
pub(crate) fn session(root: &At<'_>, report: &mut Report) -> Option<Session> {
    let at = root.get("x-session")?;
    let mut reader = Reader { rule: Rule::Session, report };
    reader.words(&at, SESSION);
    let issue = reader.required_text(&at, "issue").unwrap_or_default();
    let renew = at.get("renew").and_then(|renew| reader.text(&renew));
    let values = reader.required(&at, "values");
    if let Some(values) = values.as_ref().filter(|values| values.node.as_map().is_none_or(|map| map.is_empty())) {
        reader.wrong(values, "the session has no values", "a mapping from names to `{pointer: …, description: …}`");
    }
    let values: Vec<SessionValue> = values
        .into_iter()
        .flat_map(|values| named(&values))
        .map(|(name, value)| {
            reader.words(&value, SESSION_VALUE);
            let pointer = reader.required(&value, "pointer").and_then(|pointer| reader.pointer(&pointer));
            let description = reader.required_text(&value, "description").unwrap_or_default();
            SessionValue { name: name.to_owned().into(), pointer: pointer.unwrap_or_default(), description }
        })
        .collect();
    let early_seconds = at.get("early").map_or(Some(EARLY_SECONDS), |early| reader.duration(&early));
    let early_seconds = early_seconds.unwrap_or(EARLY_SECONDS);
    let expires = reader.each(at.get("expires"), |reader, at| {
        let expiry = expiry(at, &values, reader)?;
        if let (Expiry::After(seconds), Some(after)) = (&expiry, at.get("after"))
            && *seconds <= early_seconds
        {
            let problem = format!("the session lives no longer than `early`, which is {early_seconds}s");
            reader.wrong(&after, problem, "a longer `after`, or a shorter `early`");
        }
        Some(expiry)
    });
    let mut refused = SessionRefusal::default();
    if let Some(at) = at.get("refused") {
        reader.words(&at, &["status", "code"]);
        refused.statuses = list(reader.each(at.get("status"), |reader, at| {
            let status =
                at.node.scalar().and_then(|text| text.parse().ok()).filter(|status| (100..=599).contains(status));
            if status.is_none() {
                reader.wrong(at, "this is not an HTTP status", "a number such as 401");
            }
            status
        }));
        refused.codes = list(reader.each(at.get("code"), |reader, at| reader.scalar(at)));
    }
    Some(Session { issue, renew, values: list(values), expires: list(expires), early_seconds, refused })
}

fn expiry(at: &At<'_>, values: &[SessionValue], reader: &mut Reader<'_>) -> Option<Expiry> {
    let forms = ["jwt", "seconds", "at", "after"];
    let form = forms.iter().find_map(|form| Some((*form, at.get(form)?)));
    let Some((form, operand)) = form else {
        reader.wrong(at, "this does not say when a session ends", format!("a mapping with {}", one_of(&forms)));
        return None;
    };
    reader.words(at, if form == "at" { &["at", "format", "offset"] } else { std::slice::from_ref(&form) });
    match form {
        "jwt" => {
            let name = reader.text(&operand)?;
            if !values.is_empty() && !values.iter().any(|value| value.name == name) {
                let names = values.iter().map(|value| value.name.as_ref());
                reader.wrong(&operand, format!("no value of the session is called `{name}`"), suggestion(&name, names));
            }
            Some(Expiry::Jwt(name))
        }
        "seconds" => reader.pointer(&operand).map(Expiry::Seconds),
        "after" => reader.duration(&operand).map(Expiry::After),
        _ => {
            let pointer = reader.pointer(&operand);
            let format_at = reader.required(at, "format")?;
            let format = reader.text(&format_at)?;
            check_format(&format_at, &format, Rule::Session, reader.report)?;
            let offset_seconds =
                at.get("offset").map_or(Some(0), |zone| offset(&zone, Rule::Session, reader.report))?;
            Some(Expiry::At { pointer: pointer?, format, offset_seconds })
        }
    }
}

/// `x-outcome`, and what a response is held to by it, as far as it is not read here: names and expressions.
pub(crate) fn outcome<'a>(at: &At<'a>, report: &mut Report) -> (Outcome, Vec<(Text, At<'a>)>) {
    let mut reader = Reader { rule: Rule::Outcome, report };
    reader.words(at, OUTCOME);
    let decided_by = at.get("decided-by").and_then(|word| {
        reader.choice(&word, &[("status-and-body", DecidedBy::StatusAndBody), ("body", DecidedBy::Body)])
    });
    let success = reader.each(at.get("success"), |reader, at| condition(at, reader));
    if decided_by == Some(DecidedBy::Body) && success.is_empty() {
        // With nothing to hold, every body would be a success, a refusal too.
        reader.wrong(at, "the body decides, and no condition says how", "`success: [{at: …, one-of: […]}]`");
    }
    let code = reader.each(at.get("code"), |reader, at| reader.pointer(at));
    let message = reader.each(at.get("message"), |reader, at| reader.pointer(at));
    let request_id = reader.each(at.get("request-id"), |reader, at| {
        if at.node.as_map().is_none() {
            return reader.pointer(at).map(RequestId::Body);
        }
        reader.words(at, &["response-header", "request-header"]);
        match (at.get("response-header"), at.get("request-header")) {
            (Some(header), None) => reader.text(&header).map(RequestId::ResponseHeader),
            (None, Some(header)) => reader.text(&header).map(RequestId::RequestHeader),
            _ => {
                let remedy = "a JSON pointer, `{response-header: NAME}` or `{request-header: NAME}`";
                reader.wrong(at, "this does not say where the request id is", remedy);
                None
            }
        }
    });
    let kinds_at = at.get("kinds");
    if let Some(kinds) = kinds_at.as_ref().filter(|kinds| kinds.node.as_map().is_none()) {
        reader.wrong(kinds, format!("here is {}", kinds.node.noun()), "a mapping from codes to kinds");
    }
    if let Some(kinds) = kinds_at.as_ref().filter(|_| code.is_empty()) {
        // A code that is never read cannot say that a call is pending.
        reader.wrong(kinds, "codes have kinds here, and nothing says where a code is", "`code: [POINTER]` beside it");
    }
    let words = Kind::ALL.map(|kind| (kind.as_str(), kind));
    let kinds: Vec<(Text, Kind)> = kinds_at
        .into_iter()
        .flat_map(|kinds| kinds.entries())
        .filter_map(|(code, kind)| {
            if kind.node.as_text() == Some("business") {
                reader.wrong(&kind, "`business` is called `declined`", "`declined`");
                return None;
            }
            Some((code.to_owned().into(), reader.choice(&kind, &words)?))
        })
        .collect();
    let signed = at.get("signed").map(|at| reader.signed(&at)).unwrap_or_default();
    let outcome = Outcome {
        decided_by: decided_by.unwrap_or(DecidedBy::StatusAndBody),
        success: list(success),
        code: list(code),
        message: list(message),
        request_id: list(request_id),
        signed: Cow::Borrowed(&[]),
        kinds: list(kinds),
    };
    (outcome, signed)
}

fn condition(at: &At<'_>, reader: &mut Reader<'_>) -> Option<Condition> {
    let forms = ["one-of", "absent", "present"];
    let form = forms.iter().find_map(|form| Some((*form, at.get(form)?)));
    let Some((form, operand)) = form else {
        reader.wrong(at, "this condition asks for nothing", format!("`{{at: POINTER, …}}` with {}", one_of(&forms)));
        return None;
    };
    reader.words(at, if form == "one-of" { &["at", "one-of", "optional"] } else { &["at", "absent", "present"] });
    if at.get("absent").is_some() && at.get("present").is_some() {
        reader.wrong(at, "what is absent is not present", "one of the two");
    }
    let place = reader.required(at, "at")?;
    if form != "one-of" && operand.node.as_bool() != Some(true) {
        reader.wrong(&operand, format!("`{form}` is `true` or not said"), format!("`{form}: true`"));
    }
    if form == "present" && place.node.as_list().is_some() {
        let pointers = reader.each(Some(place.clone()), |reader, at| reader.pointer(at));
        if place.items().next().is_none() {
            reader.wrong(&place, "nothing is ever there", "the JSON pointers of which one is enough");
        }
        return Some(Condition::Present(list(pointers)));
    }
    let pointer = reader.pointer(&place)?;
    match form {
        "one-of" => one_of_values(at, &operand, pointer, reader),
        "absent" => Some(Condition::Absent(pointer)),
        _ => Some(Condition::Present(vec![pointer].into())),
    }
}

fn one_of_values(at: &At<'_>, operand: &At<'_>, pointer: Text, reader: &mut Reader<'_>) -> Option<Condition> {
    let values = reader.each(Some(operand.clone()), |reader, at| reader.scalar(at));
    if operand.node.as_list().is_some_and(<[_]>::is_empty) {
        reader.wrong(operand, "no value satisfies this", "the values of a success");
    }
    let optional = match at.get("optional") {
        Some(optional) => reader.choice_of_bool(&optional)?,
        None => false,
    };
    Some(Condition::OneOf { pointer, values: list(values), optional })
}

impl Reader<'_> {
    /// Headers and JSON pointers, and what has to be there.
    fn signed<'a>(&mut self, at: &At<'a>) -> Vec<(Text, At<'a>)> {
        if at.node.as_map().is_none_or(|map| map.is_empty()) {
            let remedy = "a mapping from headers and JSON pointers to expressions";
            self.wrong(at, "this does not say what a response is held to", remedy);
        }
        for (name, value) in at.entries() {
            let is_place =
                if name.starts_with('/') { is_pointer(name) } else { http::HeaderName::try_from(name).is_ok() };
            if !is_place {
                self.wrong(&value, format!("`{name}` is neither a header nor a JSON pointer"), "one of the two");
            }
        }
        at.entries().map(|(name, value)| (Text::Owned(name.to_owned()), value)).collect()
    }
}

/// `x-webhook`
pub(crate) fn webhook<'a>(operation: &At<'a>, report: &mut Report) -> WebhookWords<'a> {
    let mut words = WebhookWords { when: Vec::new(), timestamp: None, event_id: None };
    let Some(at) = operation.get("x-webhook") else { return words };
    let mut reader = Reader { rule: Rule::Webhook, report };
    reader.words(&at, WEBHOOK);
    if let Some(when) = at.get("when") {
        if when.node.as_map().is_none_or(|map| map.is_empty()) {
            reader.wrong(&when, "these conditions always hold", "a mapping from names to the texts of this event");
        }
        for (name, value) in when.entries() {
            let texts = match value.node.as_list() {
                Some(_) => reader.each(Some(value.clone()), |reader, at| reader.scalar(at)),
                None => reader.scalar(&value).into_iter().collect(),
            };
            if texts.is_empty() {
                reader.wrong(&value, "no message satisfies this", "the text, or a list of texts, of this event");
            }
            words.when.push((name.to_owned().into(), list(texts)));
        }
    }
    words.timestamp = at.get("timestamp").and_then(|at| {
        reader.words(&at, TIMESTAMP);
        let age_seconds = at.get("age").map_or(Some(AGE_SECONDS), |age| reader.duration(&age));
        let format_at = reader.required(&at, "format");
        let of = reader.required(&at, "of")?;
        let format_at = format_at?;
        let format = time_format(&format_at, &reader.text(&format_at)?, Rule::Webhook, reader.report)?;
        Some(Timestamp { of, format, age_seconds: age_seconds? })
    });
    words.event_id = at.get("event-id");
    words
}

/// `x-retry`
pub(crate) fn retry(operation: &At<'_>, report: &mut Report) -> Retry {
    let Some(at) = operation.get("x-retry") else { return Retry::Never };
    let mut reader = Reader { rule: Rule::Retry, report };
    reader.choice(&at, &[("safe", Retry::Safe)]).unwrap_or(Retry::Never)
}

/// `x-sandbox`
pub(crate) fn sandbox(operation: &At<'_>, report: &mut Report) -> Vec<SandboxRule> {
    let mut reader = Reader { rule: Rule::Sandbox, report };
    reader.each(operation.get("x-sandbox"), |reader, at| {
        if let Some(old) = at.get("answer") {
            reader.wrong(&old, "`answer` is called `response`", "`response: …`");
            return None;
        }
        reader.words(at, SANDBOX);
        let response = reader.required_text(at, "response");
        let conditions = reader.required(at, "when")?;
        if conditions.entries().next().is_none() {
            reader.wrong(&conditions, "these conditions always hold", "a mapping from names of fields to values");
        }
        let when = conditions
            .entries()
            .filter_map(|(name, value)| Some((name.to_owned(), reader.scalar(&value)?.into_owned())));
        let when = when.collect();
        Some(SandboxRule { when, response: response?.into_owned() })
    })
}

/// `x-signed-fields`
pub(crate) fn signed_fields(operation: &At<'_>, report: &mut Report) -> Vec<Text> {
    let mut reader = Reader { rule: Rule::SignedFields, report };
    reader.each(operation.get("x-signed-fields"), |reader, at| reader.text(at))
}
