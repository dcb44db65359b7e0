//! What speaks against a request, and the documented refusal that says so.

use std::collections::BTreeSet;

use countersign::plan::Kind;
use countersign_inspect::{Checked, Origin};
use serde_json::Value as Json;

use crate::responses::{Class, Example};

/// What speaks against a request.
pub(crate) struct Objection {
    pub(crate) cause: Cause,
    pub(crate) why: String,
}

/// What is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// A credential is missing or another's.
    Credential,
    /// A digest, a tag or a signature is missing or wrong.
    Signature,
    /// The session was not issued here, or is over.
    Session,
    /// A value breaks a rule of the document.
    Rule,
}

impl Objection {
    pub(crate) fn new(cause: Cause, why: impl Into<String>) -> Self {
        Self { cause, why: why.into() }
    }

    /// What speaks against a request in which this value is missing or wrong.
    pub(crate) fn to_value(value: &Checked) -> Self {
        let cause = Cause::of(value);
        match cause {
            Cause::Session => Self::new(cause, format!("it carries no session that was issued here: {value}")),
            _ => Self::new(cause, value.to_string()),
        }
    }
}

impl Cause {
    /// In the order in which they are named where there are several.
    pub(crate) const ALL: [Self; 4] = [Self::Credential, Self::Session, Self::Signature, Self::Rule];

    /// What a value that is missing or wrong comes to.
    pub(crate) fn of(value: &Checked) -> Self {
        let is_signed = value.stages.iter().any(|stage| !stage.is_encryption());
        match value.origin {
            Origin::Given => Self::Rule,
            _ if is_signed => Self::Signature,
            Origin::Credential => Self::Credential,
            Origin::Session => Self::Session,
            Origin::Other => Self::Rule,
        }
    }

    /// The kinds of refusal that fit, the best first.
    fn kinds(self) -> &'static [Kind] {
        match self {
            Self::Rule => &[Kind::InvalidRequest],
            _ => &[Kind::Unauthenticated, Kind::Forbidden, Kind::InvalidRequest],
        }
    }

    /// The words by which a refusal names it.
    fn words(self) -> &'static [&'static str] {
        match self {
            Self::Credential => &["key", "apikey", "client", "secret"],
            Self::Session => &["token", "session", "expired", "jwt"],
            Self::Signature => &["signature", "checksum", "hash", "hmac", "digest", "mac", "sign"],
            Self::Rule => &["payload", "parameter", "field", "validation", "missing"],
        }
    }
}

/// Words of what no part of a request's authentication is, but a customer's.
const CUSTOMERS: [&str; 6] = ["pin", "mpin", "otp", "password", "cvv", "balance"];

/// The refusal that fits best, if one does. `ends_session` says which of them a client takes for the end of its session.
///
/// A refusal that names something else does not fit: whoever is told that a key is invalid looks at the key.
pub(crate) fn fitting(
    examples: &[Example],
    cause: Cause,
    ends_session: impl Fn(u16, Option<&str>) -> bool,
) -> Option<&Example> {
    let rank = |example: &Example| {
        let Class::Refusal { kind, code } = &example.class else { return None };
        let words = words(example);
        let names = |listed: &[&str]| words.iter().any(|word| listed.iter().any(|known| is_form(word, known)));
        let ends = ends_session(example.status.as_u16(), code.as_deref());
        let names_it = names(cause.words());
        let others = Cause::ALL.into_iter().filter(|other| *other != cause && *other != Cause::Rule);
        let names_other = names(&CUSTOMERS) || others.into_iter().any(|other| names(other.words()));
        match (cause, ends) {
            (Cause::Session, true) => return Some((false, !names_it, 0, false)),
            _ if names_other && !names_it => return None,
            _ => {}
        }
        let kind = cause.kinds().iter().position(|known| known == kind)?;
        Some((cause == Cause::Session, !names_it, kind, ends))
    };
    // Of several that fit alike, the first of the document.
    examples
        .iter()
        .filter_map(|example| Some((rank(example)?, example)))
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, found)| found)
}

/// `token` and `tokens`, and `INVALIDTOKEN`.
fn is_form(word: &str, known: &str) -> bool {
    let is_one = |word: &str| word == known || known.len() > 4 && word.ends_with(known);
    is_one(word) || word.strip_suffix('s').is_some_and(is_one)
}

/// The words of an example's name and texts, in lower case: `invalidToken` has two.
fn words(example: &Example) -> BTreeSet<String> {
    fn walk(value: &Json, into: &mut BTreeSet<String>) {
        match value {
            Json::String(text) => split(text, into),
            Json::Array(items) => items.iter().for_each(|item| walk(item, into)),
            Json::Object(members) => members.values().for_each(|member| walk(member, into)),
            _ => {}
        }
    }
    fn split(text: &str, into: &mut BTreeSet<String>) {
        let mut word = String::new();
        let mut was_lower = false;
        for c in text.chars().chain([' ']) {
            if !c.is_alphanumeric() || c.is_uppercase() && was_lower {
                into.insert(std::mem::take(&mut word));
            }
            if c.is_alphanumeric() {
                word.extend(c.to_lowercase());
            }
            was_lower = c.is_lowercase();
        }
    }
    let mut words = BTreeSet::new();
    split(&example.name, &mut words);
    example.body.iter().for_each(|body| walk(body, &mut words));
    words
}

#[cfg(test)]
mod tests {
    use http::StatusCode;
    use serde_json::json;

    use countersign::plan::ResponseForm;

    use super::*;

    fn examples(refusals: &[(&str, Kind, u16)]) -> Vec<Example> {
        let example = |(name, kind, status): &(&str, Kind, u16)| Example {
            form: ResponseForm::Json,
            is_made: false,
            headers: Vec::new(),
            name: "a".into(),
            status: StatusCode::from_u16(*status).unwrap(),
            media_type: None,
            body: Some(json!({"error": {"message": name}})),
            class: Class::Refusal { kind: *kind, code: None },
        };
        refusals.iter().map(example).collect()
    }

    fn chosen(refusals: &[(&str, Kind, u16)], cause: Cause) -> Option<String> {
        let examples = examples(refusals);
        let found = fitting(&examples, cause, |status, _| status == 440)?;
        Some(found.body.as_ref()?.pointer("/error/message")?.as_str()?.to_owned())
    }

    const FULL: [(&str, Kind, u16); 8] = [
        ("API key invalid", Kind::Unauthenticated, 401),
        ("Token expired", Kind::Unauthenticated, 440),
        ("INVALID_SIGNATURE", Kind::Unauthenticated, 401),
        ("wrong PIN", Kind::Unauthenticated, 401),
        ("Not allowed", Kind::Forbidden, 403),
        ("invalidParameters", Kind::InvalidRequest, 400),
        ("no such card", Kind::NotFound, 404),
        ("insufficient funds", Kind::Declined, 422),
    ];

    #[test]
    fn each_cause_has_the_refusal_that_names_it() {
        for (cause, expected) in [
            (Cause::Credential, "API key invalid"),
            (Cause::Session, "Token expired"),
            (Cause::Signature, "INVALID_SIGNATURE"),
            (Cause::Rule, "invalidParameters"),
        ] {
            let mut refusals = FULL;
            assert_eq!(chosen(&refusals, cause).as_deref(), Some(expected));
            refusals.reverse();
            assert_eq!(chosen(&refusals, cause).as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_refusal_that_names_something_else_is_never_chosen() {
        for (index, own) in [(0, Cause::Credential), (1, Cause::Session), (2, Cause::Signature), (3, Cause::Rule)] {
            for cause in Cause::ALL.into_iter().filter(|cause| *cause != own) {
                assert_eq!(chosen(&FULL[index..=index], cause), None, "{cause:?}");
            }
        }
        for cause in Cause::ALL {
            assert_eq!(chosen(&FULL[6..], cause), None, "{cause:?}");
        }
    }

    #[test]
    fn one_that_names_nothing_goes_by_its_kind_and_then_by_the_order() {
        let refusals = [
            ("No.", Kind::InvalidRequest, 400),
            ("Go away", Kind::Forbidden, 403),
            ("Unauthorized", Kind::Unauthenticated, 440),
            ("Who are you?", Kind::Unauthenticated, 401),
            ("Who?", Kind::Unauthenticated, 401),
        ];
        let chosen = |cause| chosen(&refusals, cause);
        assert_eq!(chosen(Cause::Credential).as_deref(), Some("Who are you?"));
        assert_eq!(chosen(Cause::Signature).as_deref(), Some("Who are you?"));
        assert_eq!(chosen(Cause::Session).as_deref(), Some("Unauthorized"));
        assert_eq!(chosen(Cause::Rule).as_deref(), Some("No."));
    }

    #[test]
    fn the_kind_counts_less_where_the_signature_is_named() {
        let refusals = [("Unauthorized", Kind::Unauthenticated, 401), ("checksum mismatch", Kind::InvalidRequest, 400)];
        assert_eq!(chosen(&refusals, Cause::Signature).as_deref(), Some("checksum mismatch"));
        assert_eq!(chosen(&refusals, Cause::Credential).as_deref(), Some("Unauthorized"));
    }

    #[test]
    fn words_are_told_apart() {
        let example = &examples(&[("invalidAccessToken: BAD_SIGNATURES, 4 monkeys", Kind::Declined, 400)])[0];
        let words = words(example);
        for (known, is_there) in [("token", true), ("signature", true), ("key", false), ("access", true)] {
            assert_eq!(words.iter().any(|word| is_form(word, known)), is_there, "{known}: {words:?}");
        }
    }
}
