//! A regular expression, made into the table that a client runs.

use std::borrow::Cow;
use std::collections::HashMap;

use countersign::plan::{Pattern, State};
use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::start;
use regex_automata::{Anchored, MatchKind};
use regex_syntax::ast::parse::Parser;
use regex_syntax::ast::{
    Ast, ClassAscii, ClassAsciiKind, ClassBracketed, ClassPerl, ClassPerlKind, ClassSet, ClassSetItem,
};
use regex_syntax::hir::translate::Translator;

/// A table of more states than this says with a pattern what `maxLength` says better.
const MOST_STATES: usize = 1_000;

/// Makes a table of a regular expression. `\d`, `\s` and `\w` are those of JSON Schema, which knows ASCII alone there.
///
/// # Errors
///
/// It is not a regular expression, or one that a table cannot hold: with look-around, back-references, `\b`, or long
/// counted repetitions.
pub fn pattern(text: &str) -> Result<Pattern, String> {
    let brief = |error: &dyn std::fmt::Display| error.to_string().lines().last().unwrap_or_default().to_owned();
    let mut parsed = Parser::new().parse(text).map_err(|error| error.kind().to_string())?;
    in_ascii(&mut parsed);
    let meaning = Translator::new().translate(text, &parsed).map_err(|error| error.kind().to_string())?;
    let nfa = thompson::Compiler::new()
        .configure(thompson::Config::new().nfa_size_limit(Some(1 << 18)))
        .build_from_hir(&meaning)
        .map_err(|error| brief(&error))?;
    let config = dense::Config::new()
        .start_kind(StartKind::Unanchored)
        .match_kind(MatchKind::All)
        .minimize(true)
        .dfa_size_limit(Some(1 << 20))
        .determinize_size_limit(Some(1 << 20));
    let machine = dense::Builder::new().configure(config).build_from_nfa(&nfa).map_err(|error| brief(&error))?;
    Ok(Pattern { text: Cow::Owned(text.to_owned()), states: Cow::Owned(states(&machine)?) })
}

/// Takes `\d`, `\s` and `\w` for their ASCII kin.
fn in_ascii(ast: &mut Ast) {
    match ast {
        Ast::ClassPerl(class) => {
            let kind = ClassSet::Item(ascii(class));
            *ast = Ast::class_bracketed(ClassBracketed { span: class.span, negated: false, kind });
        }
        Ast::ClassBracketed(class) => set_in_ascii(&mut class.kind),
        Ast::Repetition(repetition) => in_ascii(&mut repetition.ast),
        Ast::Group(group) => in_ascii(&mut group.ast),
        Ast::Alternation(alternation) => alternation.asts.iter_mut().for_each(in_ascii),
        Ast::Concat(concat) => concat.asts.iter_mut().for_each(in_ascii),
        Ast::Empty(_) | Ast::Flags(_) | Ast::Literal(_) | Ast::Dot(_) | Ast::Assertion(_) | Ast::ClassUnicode(_) => {}
    }
}

fn set_in_ascii(set: &mut ClassSet) {
    match set {
        ClassSet::Item(item) => item_in_ascii(item),
        ClassSet::BinaryOp(operation) => {
            set_in_ascii(&mut operation.lhs);
            set_in_ascii(&mut operation.rhs);
        }
    }
}

fn item_in_ascii(item: &mut ClassSetItem) {
    match item {
        ClassSetItem::Perl(class) => *item = ascii(class),
        ClassSetItem::Bracketed(class) => set_in_ascii(&mut class.kind),
        ClassSetItem::Union(union) => union.items.iter_mut().for_each(item_in_ascii),
        _ => {}
    }
}

fn ascii(class: &ClassPerl) -> ClassSetItem {
    let kind = match class.kind {
        ClassPerlKind::Digit => ClassAsciiKind::Digit,
        ClassPerlKind::Space => ClassAsciiKind::Space,
        ClassPerlKind::Word => ClassAsciiKind::Word,
    };
    ClassSetItem::Ascii(ClassAscii { span: class.span, kind, negated: class.negated })
}

/// The states that a text can lead to. Once something matched, whatever follows does not matter.
fn states(machine: &dense::DFA<Vec<u32>>) -> Result<Vec<State>, String> {
    let start = machine.start_state(&start::Config::new().anchored(Anchored::No)).map_err(|error| error.to_string())?;
    // The machine says a byte late that something has matched: a state from which everything says so has matched already.
    let has_matched = |id| {
        let says_so = |byte| machine.is_match_state(machine.next_state(id, byte));
        machine.is_match_state(id) || machine.is_match_state(machine.next_eoi_state(id)) && (0..=u8::MAX).all(says_so)
    };
    // `None` stands for all of those.
    let mut ids = vec![(!has_matched(start)).then_some(start)];
    let mut numbers = HashMap::from([(ids[0], 0)]);
    let mut states: Vec<State> = Vec::new();
    while let Some(id) = ids.get(states.len()).copied() {
        let Some(id) = id else {
            let number = states.len() as u16;
            states.push(State { ends: true, next: vec![(0, u8::MAX, number)].into() });
            continue;
        };
        let mut next: Vec<(u8, u8, u16)> = Vec::new();
        for byte in 0..=u8::MAX {
            let to = machine.next_state(id, byte);
            if machine.is_dead_state(to) || machine.is_quit_state(to) {
                continue;
            }
            let to = (!has_matched(to)).then_some(to);
            let number = *numbers.entry(to).or_insert_with(|| {
                ids.push(to);
                ids.len() as u16 - 1
            });
            match next.last_mut() {
                Some((_, last, same)) if *same == number && byte - *last == 1 => *last = byte,
                _ => next.push((byte, byte, number)),
            }
        }
        states.push(State { ends: machine.is_match_state(machine.next_eoi_state(id)), next: next.into() });
        if ids.len() > MOST_STATES {
            return Err(format!("it takes more than {MOST_STATES} states"));
        }
    }
    Ok(states)
}
