//! Finds the patterns that are runs of characters, which a client matches without an engine.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// So many characters out of a set, as [`countersign_plan::Run`] has it.
#[derive(Debug, PartialEq)]
pub(crate) struct Run {
    pub(super) of: String,
    pub(super) least: u32,
    pub(super) most: u32,
}

impl Run {
    fn has(&self, byte: u8) -> bool {
        self.of.as_bytes().chunks(2).any(|range| (range[0]..=range[1]).contains(&byte))
    }

    fn overlaps(&self, other: &Self) -> bool {
        (0..=0x7f).any(|byte| self.has(byte) && other.has(byte))
    }
}

/// The runs that a pattern is from the start of a text to its end, unless it is more than that.
pub(crate) fn runs(pattern: &str) -> Option<Vec<Run>> {
    // As in the engine, a class such as `\d` is of ASCII.
    let parsed = ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern).ok()?;
    let mut parts = Vec::new();
    flatten(&parsed, &mut parts);
    let [start, inner @ .., end] = parts.as_slice() else { return None };
    let is = |part: &Hir, look: Look| matches!(part.kind(), HirKind::Look(own) if *own == look);
    if !is(start, Look::Start) || !is(end, Look::End) {
        return None;
    }
    let mut runs = Vec::new();
    for part in inner {
        match part.kind() {
            HirKind::Literal(literal) => {
                for byte in &literal.0 {
                    runs.push(Run { of: set(&[(*byte, *byte)])?, least: 1, most: 1 });
                }
            }
            HirKind::Class(_) => runs.push(Run { of: characters(part)?, least: 1, most: 1 }),
            HirKind::Repetition(repeated) => {
                let (least, most) = (repeated.min, repeated.max.unwrap_or(u32::MAX));
                runs.push(Run { of: characters(&repeated.sub)?, least, most });
            }
            _ => return None,
        }
    }
    (!runs.is_empty() && are_told_apart(&runs)).then_some(runs)
}

/// Whether each run that may be longer or shorter ends where it must: what may follow it is not in its set.
fn are_told_apart(runs: &[Run]) -> bool {
    runs.iter().enumerate().filter(|(_, run)| run.least != run.most).all(|(index, run)| {
        let following = &runs[index + 1..];
        let certain = following.iter().position(|next| next.least > 0).map_or(following.len(), |certain| certain + 1);
        !following[..certain].iter().any(|next| run.overlaps(next))
    })
}

/// The parts that follow each other, without the groups around them.
fn flatten<'h>(part: &'h Hir, into: &mut Vec<&'h Hir>) {
    match part.kind() {
        HirKind::Concat(parts) => parts.iter().for_each(|part| flatten(part, into)),
        HirKind::Capture(group) => flatten(&group.sub, into),
        _ => into.push(part),
    }
}

/// The set of a part that is one character.
fn characters(part: &Hir) -> Option<String> {
    match part.kind() {
        HirKind::Capture(group) => characters(&group.sub),
        HirKind::Literal(literal) => match *literal.0 {
            [byte] => set(&[(byte, byte)]),
            _ => None,
        },
        HirKind::Class(Class::Bytes(class)) => {
            set(&class.ranges().iter().map(|range| (range.start(), range.end())).collect::<Vec<_>>())
        }
        _ => None,
    }
}

/// A set of ASCII characters as its ranges.
fn set(ranges: &[(u8, u8)]) -> Option<String> {
    let is_ascii = !ranges.is_empty() && ranges.iter().all(|(_, last)| last.is_ascii());
    is_ascii.then(|| ranges.iter().flat_map(|(first, last)| [char::from(*first), char::from(*last)]).collect())
}

#[cfg(test)]
mod tests {
    use countersign_plan::{Pattern, Run as Known};
    use proptest::prelude::*;

    use super::*;

    /// The pattern as a generated plan has it.
    fn as_runs(pattern: &str) -> Option<Pattern> {
        let known = |run: Run| Known { of: run.of.leak(), least: run.least, most: run.most };
        let runs: Vec<Known> = runs(pattern)?.into_iter().map(known).collect();
        Some(Pattern::of(pattern.to_owned().leak(), runs.into()))
    }

    #[test]
    fn what_documents_mostly_ask_for_is_runs() {
        let run = |of: &str, least, most| Run { of: of.to_owned(), least, most };
        for (pattern, expected) in [
            ("^[0-9]{10}$", vec![run("09", 10, 10)]),
            (r"^\d+$", vec![run("09", 1, u32::MAX)]),
            ("^([A-Z]{3})$", vec![run("AZ", 3, 3)]),
            (r"^\+?[1-9]\d{6,14}$", vec![run("++", 0, 1), run("19", 1, 1), run("09", 6, 14)]),
            (r"^\d{2}-[a-f]*$", vec![run("09", 2, 2), run("--", 1, 1), run("af", 0, u32::MAX)]),
            ("^(?:INV)[0-9]?$", vec![run("II", 1, 1), run("NN", 1, 1), run("VV", 1, 1), run("09", 0, 1)]),
        ] {
            assert_eq!(runs(pattern), Some(expected), "{pattern}");
        }
    }

    #[test]
    fn what_is_more_than_runs_is_for_the_engine() {
        for pattern in [
            "",
            "^$",
            "[0-9]{10}",
            "^[0-9]{10}",
            "[0-9]$",
            "^(a|bc)$",
            "^(ab)+$",
            "^[^a]$",
            "^é$",
            "^a.c$",
            "^[0-9]+0$",
            "^a*b?a$",
            r"^\ba$",
            r"^\w+\d{2}$",
            "(",
        ] {
            assert_eq!(runs(pattern), None, "{pattern}");
        }
    }

    proptest! {
        #[test]
        fn runs_match_what_the_engine_matches(
            pattern in r"\^(\(?([ab0-]|\\[dsw]|\[a-c\]|\[\\w-\]|\(\?i:b\))([?*+]|\{1,2\}|\{2\})?\)?){1,4}\$",
            texts in prop::collection::vec("[abcB01_ \t\x0b-]{0,7}", 40),
        ) {
            let (Some(runs), Ok(engine)) = (as_runs(&pattern), Pattern::parse(&pattern)) else { return Ok(()) };
            for text in &texts {
                prop_assert_eq!(runs.matches(text), engine.matches(text), "{} and {}", pattern, text);
            }
        }
    }
}
