//! Compares what has parts of its own: JSON objects and arrays, and lists such as `t=1,v1=2`.

use countersign_plan::{List, PublicForm, Text, Value, json};

use super::matcher::{CLOCK, Matcher, NO_TIME, read_time};
use super::mismatch::{Matched, Mismatch, json_text, within, wrong};
use crate::evaluate::is_json;

impl Matcher<'_, '_> {
    /// A JSON object with these members. It may have others.
    pub(super) fn object(&mut self, members: &[(Text, List<Value>)], bytes: &[u8]) -> Matched {
        let text = json_text(bytes)?;
        for (name, values) in members {
            let mut own = json::members(text).filter(|(own, _)| json::name(own) == *name);
            match (own.next(), own.next()) {
                (Some((_, raw)), None) => {
                    self.member(values, raw).map_err(|mismatch| within(&format!("its member {name}"), mismatch))?;
                }
                (None, _) => return Err(wrong(format!("it has no member {name}"))),
                _ => return Err(wrong(format!("its member {name} is there more than once"))),
            }
        }
        Ok(())
    }

    pub(super) fn array(&mut self, items: &[List<Value>], bytes: &[u8]) -> Matched {
        let received: Vec<_> = json::elements(json_text(bytes)?).collect();
        if received.len() != items.len() {
            return Err(wrong(format!("it should be a list of {}", items.len())));
        }
        items.iter().zip(received).try_for_each(|(values, raw)| self.member(values, raw))
    }

    /// A member of an object, or an item of a list, as JSON.
    fn member(&mut self, values: &[Value], raw: &str) -> Matched {
        let raw = raw.trim_ascii();
        if !is_json(values) && !raw.starts_with('"') {
            return Err(wrong("it should be a string"));
        }
        let decoded = if is_json(values) { raw.into() } else { json::decoded(raw).ok_or(Mismatch::Wrong(None))? };
        match (values, self.now) {
            ([value @ Value::Time { .. }], Some(now)) => {
                let told = read_time(value, decoded.as_bytes()).ok_or_else(|| wrong(NO_TIME))?;
                let age = told.duration_since(now).as_secs();
                if CLOCK.contains(&age) { Ok(()) } else { Err(wrong("it is not the time by the receiver's clock")) }
            }
            ([Value::Public { form: PublicForm::Jwk, .. }], _) => {
                let own = self.evaluate(values)?;
                let read = serde_json::from_slice::<serde_json::Value>;
                let is_same = read(&own).ok().zip(read(raw.as_bytes()).ok()).is_some_and(|(own, raw)| own == raw);
                if is_same { Ok(()) } else { Err(Mismatch::Wrong(None)) }
            }
            _ => self.values(values, decoded.as_bytes()),
        }
    }

    /// A list such as `t=1,v1=2`. It may have other members, and of one that is there several times, one has to be right.
    pub(super) fn parts(
        &mut self,
        parts: &[(Text, List<Value>)],
        separator: &str,
        equals: &str,
        bytes: &[u8],
    ) -> Matched {
        let by_name = std::str::from_utf8(bytes).ok().map(|list| self.parts_by_name(parts, separator, equals, list));
        if matches!(by_name, Some(Ok(()))) {
            return Ok(());
        }
        // What separates them may be in them, too.
        let mut whole = Vec::new();
        for (index, (name, values)) in parts.iter().enumerate() {
            whole.push(Value::Text(format!("{}{name}{equals}", if index == 0 { "" } else { separator }).into()));
            whole.extend(values.iter().cloned());
        }
        let found = self.found.len();
        match (self.values(&whole, bytes), by_name) {
            (Err(_), Some(by_name)) => {
                self.found.truncate(found);
                by_name
            }
            (matched, _) => matched,
        }
    }

    fn parts_by_name(&mut self, parts: &[(Text, List<Value>)], separator: &str, equals: &str, list: &str) -> Matched {
        let received: Vec<(&str, &str)> =
            list.split(separator).filter_map(|part| part.trim_ascii().split_once(equals)).collect();
        for (name, values) in parts {
            let mut matched = Err(wrong(format!("it has no part {name}")));
            let own = received.iter().filter(|(own, _)| own == name);
            // As it came, and without quotes that are around it.
            let forms = own.flat_map(|(_, value)| {
                let unquoted = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
                [Some(*value), unquoted]
            });
            for value in forms.flatten() {
                let found = self.found.len();
                matched = self.values(values, value.as_bytes());
                if matched.is_ok() {
                    break;
                }
                self.found.truncate(found);
            }
            matched.map_err(|mismatch| within(&format!("its part {name}"), mismatch))?;
        }
        Ok(())
    }
}
