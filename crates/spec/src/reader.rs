//! Reads what is under the words of an extension, and reports what is wrong with it.

use std::borrow::Cow;

use countersign_plan::Text;
use countersign_plan::pointer::is_pointer;

use crate::expression::duration;
use crate::finding::{Report, Rule};
use crate::node::At;
use crate::words::{ANYWHERE, one_of, suggestion};

/// Reads one extension, and reports what is wrong with it.
pub(crate) struct Reader<'r> {
    pub(crate) rule: Rule,
    pub(crate) report: &'r mut Report,
}

impl Reader<'_> {
    /// Says what is wrong with something, and what to write instead.
    pub(crate) fn wrong(&mut self, at: &At<'_>, problem: impl Into<String>, remedy: impl Into<String>) {
        self.report.add(self.rule, at, problem, remedy);
    }

    /// Reports keys that are not words of the extension.
    pub(crate) fn words(&mut self, at: &At<'_>, words: &[&str]) {
        for (key, value) in at.entries() {
            if ANYWHERE.contains(&key) {
                self.text(&value);
            } else if key.starts_with("x-") {
                let problem = format!("`{key}` is not an extension of specs/README.md that may be here");
                self.report.add(Rule::UnknownExtension, &value, problem, one_of(ANYWHERE));
            } else if !words.contains(&key) {
                self.wrong(&value, format!("`{key}` is not a word of this"), suggestion(key, words.iter().copied()));
            }
        }
        if at.node.as_map().is_none() {
            self.wrong(at, format!("here is {}", at.node.noun()), "a mapping");
        }
    }

    pub(crate) fn text(&mut self, at: &At<'_>) -> Option<Text> {
        let text = at.node.as_text();
        if text.is_none() {
            self.wrong(at, format!("here is {}", at.node.noun()), "text, in quotes where it looks like a number");
        }
        text.map(|text| text.to_owned().into())
    }

    pub(crate) fn required<'a>(&mut self, at: &At<'a>, word: &str) -> Option<At<'a>> {
        let found = at.get(word);
        if found.is_none() && at.node.as_map().is_some() {
            self.report.add(Rule::MissingWord, at, format!("`{word}` is missing"), format!("`{word}: …`"));
        }
        found
    }

    pub(crate) fn required_text(&mut self, at: &At<'_>, word: &str) -> Option<Text> {
        let found = self.required(at, word)?;
        self.text(&found)
    }

    pub(crate) fn choice<T: Copy>(&mut self, at: &At<'_>, of: &[(&str, T)]) -> Option<T> {
        let found = at.node.as_text().and_then(|text| of.iter().find(|(word, _)| *word == text));
        if found.is_none() {
            let words: Vec<&str> = of.iter().map(|(word, _)| *word).collect();
            self.wrong(
                at,
                format!("`{}` is not among its values", at.node.scalar().unwrap_or_default()),
                one_of(&words),
            );
        }
        found.map(|(_, value)| *value)
    }

    /// The items of a list, each read; a list that is not there has none.
    pub(crate) fn each<T>(
        &mut self,
        at: Option<At<'_>>,
        mut read: impl FnMut(&mut Self, &At<'_>) -> Option<T>,
    ) -> Vec<T> {
        let Some(at) = at else { return Vec::new() };
        if at.node.as_list().is_none() {
            self.wrong(&at, format!("here is {}", at.node.noun()), "a list");
        }
        at.items().filter_map(|item| read(self, &item)).collect()
    }

    pub(crate) fn pointer(&mut self, at: &At<'_>) -> Option<Text> {
        let text = self.text(at)?;
        let remedy = match text.strip_prefix('/') {
            None => format!("\"/{text}\""),
            Some(_) if !is_pointer(&text) => "`~0` for `~`, and `~1` for a `/` in a name".to_owned(),
            Some(_) => return Some(text),
        };
        self.wrong(at, format!("`{text}` is not a JSON pointer"), remedy);
        None
    }

    /// A scalar as the text that it is compared as.
    pub(crate) fn scalar(&mut self, at: &At<'_>) -> Option<Text> {
        let scalar = at.node.scalar();
        if scalar.is_none() {
            self.wrong(at, format!("here is {}", at.node.noun()), "text, a number or a boolean");
        }
        scalar.map(Cow::Owned)
    }

    pub(crate) fn duration(&mut self, at: &At<'_>) -> Option<u32> {
        let seconds = at.node.as_text().and_then(duration);
        if seconds.is_none() {
            self.wrong(at, "this is not a duration", "a whole number with s, m, h or d, such as `24h`");
        }
        seconds
    }

    /// `true` or `false`.
    pub(crate) fn choice_of_bool(&mut self, at: &At<'_>) -> Option<bool> {
        let value = at.node.as_bool();
        if value.is_none() {
            self.wrong(at, format!("here is {}", at.node.noun()), "`true` or `false`");
        }
        value
    }
}
