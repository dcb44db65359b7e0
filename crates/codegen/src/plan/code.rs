//! Code, and how it is broken into lines.

use std::fmt::Display;

use countersign_plan::{ResponseForm, Text};

/// A line is not broken before it is longer than this.
pub(super) const WIDTH: usize = 120;

/// A piece of code.
pub(super) enum Code {
    /// On one line.
    Flat(String),
    /// A call or a list: what opens it, what is in it, what closes it.
    Group(String, Vec<Code>, &'static str),
    /// Something, and the methods that are called on it.
    Chain(Box<Code>, Vec<Code>),
    /// A comment above something.
    Noted(String, Box<Code>),
    /// What something is compiled for.
    Configured(String, Box<Code>),
}

use Code::{Chain, Configured, Flat, Group, Noted};

impl Code {
    fn flat(&self) -> String {
        match self {
            Flat(code) => code.clone(),
            Group(open, items, close) => {
                format!("{open}{}{close}", items.iter().map(Self::flat).collect::<Vec<_>>().join(", "))
            }
            Chain(first, calls) => first.flat() + &calls.iter().map(Self::flat).collect::<String>(),
            Noted(_, code) | Configured(_, code) => code.flat(),
        }
    }

    fn has_note(&self) -> bool {
        match self {
            Flat(_) => false,
            Group(_, items, _) => items.iter().any(Self::has_note),
            Chain(first, calls) => first.has_note() || calls.iter().any(Self::has_note),
            Noted(..) | Configured(..) => true,
        }
    }

    /// Whether it is on one line in a place where so many columns are taken, the comma behind it included.
    fn fits(&self, column: usize) -> bool {
        !self.has_note() && column + self.flat().chars().count() < WIDTH
    }

    /// The code on a line that is indented so far, and of which so many columns are taken: on one line if it fits there, and
    /// on as few as can be if not.
    pub(super) fn print(&self, indent: usize, column: usize) -> String {
        if self.fits(column) {
            return self.flat();
        }
        let inner = indent + 4;
        match self {
            Flat(code) => code.clone(),
            // What holds one thing is not worth a line of its own.
            Group(open, items, close) if matches!(&items[..], [Group(..)]) => {
                format!("{open}{}{close}", items[0].print(indent, column + open.chars().count()))
            }
            Group(open, items, close) => {
                let items: Vec<&Self> = items.iter().collect();
                let is_wordy = items.iter().all(|item| matches!(item, Flat(_)));
                let lines = if is_wordy { filled(&items, inner, ", ") } else { one_each(&items, inner) };
                format!("{open}{lines},\n{:indent$}{close}", "")
            }
            Chain(first, calls) => {
                let calls: Vec<&Self> = calls.iter().collect();
                let first = first.print(indent, column);
                let start = if first.contains('\n') { 0 } else { column };
                let column = start + first.lines().last().unwrap_or_default().chars().count();
                // As many calls on the first line as fit there.
                let beside = (0..=calls.len()).rev().find(|count| {
                    let beside: usize = calls[..*count].iter().map(|call| call.flat().chars().count()).sum();
                    !calls[..*count].iter().any(|call| call.has_note()) && column + beside < WIDTH
                });
                let (beside, below) = calls.split_at(beside.unwrap_or_default());
                first + &beside.iter().map(|call| call.flat()).collect::<String>() + &filled(below, inner, "")
            }
            Noted(note, code) => format!("// {note}\n{:indent$}{}", "", code.print(indent, indent)),
            Configured(predicate, code) => {
                format!("#[cfg({predicate})]\n{:indent$}{}", "", code.print(indent, indent))
            }
        }
    }
}

/// Each item on lines of its own.
fn one_each(items: &[&Code], indent: usize) -> String {
    let items: Vec<String> =
        items.iter().map(|item| format!("\n{:indent$}{}", "", item.print(indent, indent))).collect();
    items.join(",")
}

/// As many items on a line as fit there.
fn filled(items: &[&Code], indent: usize, between: &str) -> String {
    let mut text = String::new();
    let mut column = WIDTH;
    for item in items {
        if !text.is_empty() && item.fits(column + between.len()) {
            text.push_str(between);
            text.push_str(&item.flat());
            column += between.len() + item.flat().chars().count();
        } else {
            if !text.is_empty() {
                text.push_str(between.trim_end());
            }
            let printed = item.print(indent, indent);
            // What takes several lines has the last of them for itself.
            column = if printed.contains('\n') { WIDTH } else { indent + printed.chars().count() };
            text.push_str(&format!("\n{:indent$}{printed}", ""));
        }
    }
    text
}

/// A constant, or a static, and its value.
pub(super) fn declaration(name: &str, value: &Code) -> String {
    let start = format!("{name} = ");
    format!("{start}{};\n", value.print(0, start.chars().count()))
}

/// A text as a literal.
pub(super) fn literal(text: &str) -> Code {
    Flat(format!("{text:?}"))
}

pub(super) fn number(number: impl Display) -> Code {
    Flat(number.to_string())
}

pub(super) fn call(function: &str, arguments: Vec<Code>) -> Code {
    Group(format!("{function}("), arguments, ")")
}

/// A call of a function whose arguments are texts.
pub(super) fn named<const N: usize>(function: &str, texts: [&str; N]) -> Code {
    call(function, texts.map(literal).into())
}

pub(super) fn list<'a, T: 'a>(items: impl IntoIterator<Item = &'a T>, print: impl Fn(&'a T) -> Code) -> Code {
    Group("list![".to_owned(), items.into_iter().map(print).collect(), "]")
}

pub(super) fn texts(texts: &[Text]) -> Code {
    Group("texts![".to_owned(), texts.iter().map(|text| literal(text)).collect(), "]")
}

/// The methods that are called on a value, without those that say what is so by default.
#[derive(Default)]
pub(super) struct Calls(pub(super) Vec<Code>);

impl Calls {
    pub(super) fn add(&mut self, method: &str, arguments: Vec<Code>) {
        self.0.push(call(&format!(".{method}"), arguments));
    }

    pub(super) fn add_if(&mut self, condition: bool, method: &str) {
        if condition {
            self.add(method, Vec::new());
        }
    }

    pub(super) fn add_form(&mut self, form: ResponseForm) {
        match form {
            ResponseForm::Json => {}
            ResponseForm::Text => self.add("plain_text", Vec::new()),
            ResponseForm::Bytes => self.add("bytes", Vec::new()),
            ResponseForm::Empty => self.add("empty", Vec::new()),
        }
    }

    pub(super) fn add_list<'a, T: 'a>(&mut self, method: &str, items: &'a [T], print: impl Fn(&'a T) -> Code) {
        if !items.is_empty() {
            self.add(method, vec![list(items, print)]);
        }
    }

    pub(super) fn add_text(&mut self, method: &str, text: Option<&Text>) {
        if let Some(text) = text {
            self.add(method, vec![literal(text)]);
        }
    }

    pub(super) fn add_texts(&mut self, method: &str, items: &[Text]) {
        if !items.is_empty() {
            self.add(method, vec![texts(items)]);
        }
    }

    pub(super) fn on(self, first: Code) -> Code {
        if self.0.is_empty() { first } else { Chain(Box::new(first), self.0) }
    }
}
