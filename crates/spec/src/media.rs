//! Media types: which of them a client can send and read.

use countersign_plan::{Encoding, ResponseForm};

/// The media type of JSON.
pub(crate) const JSON: &str = "application/json";
/// The media type of a form.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
/// The media type of a body in parts.
pub(crate) const MULTIPART: &str = "multipart/form-data";

/// How what has a media type is written, if that is known.
pub(crate) fn encoding(media_type: &str) -> Option<Encoding> {
    let essence = essence(media_type).to_ascii_lowercase();
    match essence.as_str() {
        JSON => Some(Encoding::Json),
        FORM => Some(Encoding::Form),
        MULTIPART => Some(Encoding::Multipart),
        _ if essence.ends_with("+json") => Some(Encoding::Json),
        _ => None,
    }
}

/// What a response of a media type carries; `is_binary` says that its schema has `format: binary`.
pub(crate) fn response_form(media_type: &str, is_binary: bool) -> ResponseForm {
    if encoding(media_type) == Some(Encoding::Json) {
        ResponseForm::Json
    } else if is_text(media_type) && !is_binary {
        ResponseForm::Text
    } else {
        ResponseForm::Bytes
    }
}

/// Whether what has a media type is text.
pub(crate) fn is_text(media_type: &str) -> bool {
    const TEXTS: [&str; 5] = [FORM, "application/xml", "application/jwt", "application/jose", "application/yaml"];
    let essence = essence(media_type).to_ascii_lowercase();
    essence.starts_with("text/") || essence.ends_with("+xml") || TEXTS.contains(&essence.as_str())
}

/// Whether a text is a media type.
pub(crate) fn is_media_type(text: &str) -> bool {
    let is_token = |part: &str| http::HeaderName::try_from(part).is_ok();
    let halves = essence(text).split_once('/');
    let can_be_sent = text.trim() == text && http::HeaderValue::from_str(text).is_ok() && text.is_ascii();
    halves.is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype)) && can_be_sent
}

/// Whether a media type asks for text in something else than UTF-8.
pub(crate) fn has_other_charset(media_type: &str) -> bool {
    let parameters = media_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let mut charsets = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    charsets.any(|(_, value)| !value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8"))
}

/// The one that is received of several: JSON, or else text, or else the first.
pub(crate) fn received<'m>(media_types: impl Iterator<Item = &'m str> + Clone) -> Option<&'m str> {
    let text = || media_types.clone().find(|media_type| is_text(media_type));
    chosen(media_types.clone(), false).or_else(text).or_else(|| media_types.clone().next())
}

/// The one that is sent or read of several: JSON before a form, and a form before parts, and JSON as such before what is made of it.
pub(crate) fn chosen<'m>(media_types: impl Iterator<Item = &'m str> + Clone, is_sent: bool) -> Option<&'m str> {
    let is = |encoding, media_type: &str| self::encoding(media_type) == Some(encoding);
    let mut plain = media_types.clone().filter(|media_type| essence(media_type).eq_ignore_ascii_case(JSON));
    let mut json = media_types.clone().filter(|media_type| is(Encoding::Json, media_type));
    let mut form = media_types.clone().filter(|media_type| is_sent && is(Encoding::Form, media_type));
    let mut parts = media_types.filter(|media_type| is_sent && is(Encoding::Multipart, media_type));
    plain.next().or_else(|| json.next()).or_else(|| form.next()).or_else(|| parts.next())
}

/// A media type without its parameters.
pub(crate) fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_told_with_parameters_and_suffixes() {
        for (media_type, of) in [
            ("application/json", Some(Encoding::Json)),
            ("Application/JSON ; charset=utf-8", Some(Encoding::Json)),
            ("application/vnd.api+json;version=2", Some(Encoding::Json)),
            ("application/x-www-form-urlencoded; charset=UTF-8", Some(Encoding::Form)),
            ("application/jsonl", None),
            ("text/plain+jsons", None),
            ("*/*", None),
        ] {
            assert_eq!(encoding(media_type), of, "{media_type}");
        }
        assert!(["a/b", "a/b;c=d"].into_iter().all(is_media_type));
        assert!(!["a", "a/b ", "a/b;é", "a b/c", "a/b\n", ""].into_iter().any(is_media_type));
        let other = ["a/b;charset=latin1", "a/b; v=1; Charset=\"ascii\""];
        assert!(other.into_iter().all(has_other_charset));
        assert!(!["a/b", "a/b;charset=UTF-8", "a/b; charset=\"utf-8\""].into_iter().any(has_other_charset));
    }

    #[test]
    fn json_is_chosen_before_a_form() {
        let of = |types: &[&'static str], is_sent| chosen(types.iter().copied(), is_sent);
        let all = ["text/xml", FORM, "a/b+json", JSON];
        assert_eq!(
            (of(&all, true), of(&all[..3], true), of(&all[..2], true)),
            (Some(JSON), Some("a/b+json"), Some(FORM))
        );
        assert_eq!((of(&all[..2], false), of(&all[..1], true)), (None, None));
    }
}
