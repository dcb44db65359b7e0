//! Names: what the generator makes of the provider's names in Rust.
//!
//! progenitor and typify have rules of their own for this, under which some names do not compile. So they are given names
//! that those rules leave as they are ([`field`], [`operation_words`] and the others), and what a name is on the wire is put
//! back where it is sent. A name of the provider that Rust or generated code owns gets one more word.

use std::collections::HashSet;

use countersign_plan::{Constraint, Operation};
use heck::{ToPascalCase, ToSnakeCase};

/// What a generated client has beside its operations, and so no operation can be called: methods of its own, and those of
/// everything, which are found first since they take the client itself.
pub(crate) const CLIENT_METHODS: [&str; 6] = ["builder", "clone", "from_env", "into", "try_into", "with_options"];

/// What a generated client's builder has beside the provider's values, and so none of those can be called.
pub(crate) const BUILDER_METHODS: [&str; 17] = [
    "age",
    "base_url",
    "build",
    "clone",
    "connect_timeout",
    "credential",
    "danger_allow_plain_http_on_private_networks",
    "deadline",
    "env",
    "http_client",
    "moments",
    "response_limit",
    "retries",
    "server",
    "setting",
    "timeout",
    "with_override",
];

/// What a call has beside the setters of its parameters. A parameter of such a name has another one in Rust.
const IN_A_CALL: [&str; 7] = ["body", "clone", "new", "send", "send_to_file", "send_to_writer", "with_options"];

/// The names of types, traits and variants that generated code uses without a path, or that tell a type of the runtime. A
/// schema or operation of such a name has another one in Rust.
const TYPES: [&str; 53] = [
    "Answer",
    "AsMut",
    "AsRef",
    "AsyncFn",
    "AsyncFnMut",
    "AsyncFnOnce",
    "Binary",
    "Box",
    "Client",
    "Clone",
    "Copy",
    "Date",
    "Debug",
    "Default",
    "Deserialize",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "Err",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Future",
    "Hash",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Secret",
    "Self",
    "Send",
    "Sensitive",
    "Serialize",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Vec",
];

/// How long a name may be. No provider's is nearly that long.
pub(crate) const LONGEST: usize = 200;

/// The keywords of Rust 2024, strict and reserved.
const KEYWORDS: [&str; 51] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Whether a name is a keyword of Rust.
pub(crate) fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name)
}

/// Whether a name is in `snake_case`: ASCII, a letter first, no underscore at an end or beside another.
pub(crate) fn is_snake_case(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .split('_')
            .all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

/// A name in `snake_case`.
pub(crate) fn snake_case(name: &str) -> String {
    name.to_snake_case()
}

/// A name in `PascalCase`.
pub(crate) fn pascal_case(name: &str) -> String {
    name.to_pascal_case()
}

/// The field and the setter of a property.
pub fn field(name: &str) -> String {
    let words = words(name);
    if is_keyword(&words) { format!("{words}_") } else { words }
}

/// The fields of an object's properties, in their order: those that would be called like one before them have a number.
pub fn fields<'n>(properties: impl IntoIterator<Item = &'n str>) -> Vec<String> {
    let mut taken = HashSet::new();
    let unique = |own: String| {
        let numbered = (2..).map(|number| format!("{own}_{number}"));
        let mut all = std::iter::once(own.clone()).chain(numbered);
        all.find(|name| taken.insert(name.clone())).unwrap_or_default()
    };
    properties.into_iter().map(field).map(unique).collect()
}

/// The setter of a parameter.
pub fn parameter(name: &str) -> String {
    let words = words(name);
    if IN_A_CALL.contains(&words.as_str()) { format!("{words}_value") } else { field(name) }
}

/// The setters of a call for what is in its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnCall {
    /// The objects that hold nothing but the next one, and the last of them that whose fields are on the call: their
    /// positions among the operation's slots. The body itself is none of them.
    pub through: Vec<usize>,
    /// The fields that have a setter on the call: their positions among the slots, and the setters.
    pub setters: Vec<(usize, String)>,
}

/// The setters of a call for what is in its body.
///
/// They have the names of the fields, but for that of a parameter or of a method: the field `send` is set with `body_send`. A
/// body that holds one object and nothing else for the caller is seen through.
pub fn on_call(operation: &Operation) -> OnCall {
    let given = |object: Option<usize>| -> Vec<usize> {
        operation.below(object).filter(|(_, slot)| slot.given).map(|(index, _)| index).collect()
    };
    let mut through: Vec<usize> = Vec::new();
    let mut fields = given(None);
    while let [only] = fields[..] {
        let slot = &operation.slots[only];
        // Of what may be left out the setters are on the call too, but not of what is below it: there, nothing given and an
        // object without anything are not the same.
        let ends = match through.last() {
            Some(holder) => !operation.slots[*holder].required,
            None => operation.optional_body,
        };
        let may_be_null = slot.required && slot.rules.contains(&Constraint::Nullable);
        if !operation.is_object(only) || slot.value.is_some() || ends || may_be_null {
            break;
        }
        through.push(only);
        fields = given(Some(only));
    }
    let parameters: Vec<String> = operation
        .slots
        .iter()
        .filter(|slot| slot.place.is_parameter() && slot.given)
        .map(|slot| parameter(slot.parameter()))
        .collect();
    let around: Vec<usize> = operation.below(through.last().copied()).map(|(index, _)| index).collect();
    let wire: Vec<_> = around.iter().map(|index| operation.slots[*index].own_name()).collect();
    let named: Vec<(usize, String)> = around.into_iter().zip(self::fields(wire.iter().map(AsRef::as_ref))).collect();
    let setter = |index: usize| {
        let own = named.iter().find(|(of, _)| *of == index).map(|(_, name)| name.clone()).unwrap_or_default();
        if IN_A_CALL.contains(&own.as_str()) || parameters.contains(&own) { format!("body_{own}") } else { own }
    };
    OnCall { through, setters: fields.into_iter().map(|index| (index, setter(index))).collect() }
}

/// The type of a schema.
pub fn schema(name: &str) -> String {
    pascal_case(&schema_words(name))
}

/// The name of a schema as the generator of types is given it: its own, if the generator makes [`schema`] of that.
pub(crate) fn schema_key(name: &str) -> String {
    if name.is_ascii() && pascal_case(name) == schema(name) { name.to_owned() } else { schema_words(name) }
}

/// The words of [`schema`].
fn schema_words(name: &str) -> String {
    apart_from(&TYPES, name, "type")
}

/// The builder of an operation. The method that begins it has the operation's own name.
pub fn operation(id: &str) -> String {
    pascal_case(&operation_words(id))
}

/// The words of [`operation`], as the generator of builders is given them.
pub fn operation_words(id: &str) -> String {
    apart_from(&TYPES, id, "call")
}

/// A value of an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnumValue {
    /// A text.
    Text(String),
    /// A whole number, as JSON writes it.
    Integer(String),
    /// Any other number.
    Number(String),
}

impl EnumValue {
    /// What a schema of this `type` lists.
    pub(crate) fn of(kind: Option<&str>, text: String) -> Self {
        match kind {
            Some("integer") => Self::Integer(text),
            Some("number") => Self::Number(text),
            _ => Self::Text(text),
        }
    }

    /// The value as it is sent, without quotes.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Integer(text) | Self::Number(text) => text,
        }
    }

    /// The variant that it is.
    pub fn variant(&self) -> String {
        match self {
            Self::Text(text) => variant(text),
            // `-1.5` is `Minus1Point5`.
            Self::Integer(text) | Self::Number(text) => {
                let (sign, size) = text.strip_prefix('-').map_or(("N", &**text), |size| ("Minus", size));
                let size = size.replace('.', "Point").replace("e-", "EMinus").replace("e+", "E");
                format!("{sign}{size}")
            }
        }
    }

    /// The value as the generator of types is given it: a name that it can take, which says the value whatever it is.
    pub(crate) fn encoded(&self) -> String {
        let kind = match self {
            Self::Text(_) => "v",
            Self::Integer(_) => "i",
            Self::Number(_) => "n",
        };
        self.text().bytes().fold(kind.to_owned(), |name, byte| format!("{name}{byte:02x}"))
    }

    /// The value, of what the generator of types has been given.
    pub fn decoded(name: &str) -> Option<Self> {
        let (kind, digits) = name.split_at_checked(1)?;
        let kind = match kind {
            "v" => Self::Text,
            "i" => Self::Integer,
            "n" => Self::Number,
            _ => return None,
        };
        let pairs = (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok());
        String::from_utf8(pairs.collect::<Option<_>>()?).ok().map(kind)
    }
}

/// The variant of a value of an enum. `Unknown` is the variant of all values that the document does not know.
pub fn variant(value: &str) -> String {
    pascal_case(&apart_from(&["Self", "Unknown"], value, "value"))
}

/// Whether Rust or generated code has a type of this name.
pub(crate) fn is_taken_type(identifier: &str) -> bool {
    TYPES.contains(&identifier)
}

/// The words of a name, with one more if the type of that name is taken.
fn apart_from(taken: &[&str], name: &str, more: &str) -> String {
    let words = words(name);
    if taken.contains(&pascal_case(&words).as_str()) { format!("{words}_{more}") } else { words }
}

/// The words that a name consists of, in `snake_case` and ASCII, a letter first.
///
/// What is neither an ASCII letter nor a digit ends a word. Other letters are told by their numbers, since a compiler takes
/// some spellings of them for each other. Of a name without letters and digits, the signs are told.
fn words(name: &str) -> String {
    let mut spelled = String::with_capacity(name.len());
    for (index, character) in name.char_indices() {
        let before_digit = || name[index + 1..].starts_with(|next: char| next.is_ascii_digit());
        match character {
            '\'' => {}
            '+' if index == 0 && before_digit() => spelled.push_str("plus"),
            '-' if index == 0 && before_digit() => spelled.push_str("minus"),
            _ if character.is_ascii_alphanumeric() => spelled.push(character),
            _ if character.is_ascii() => spelled.push(' '),
            _ => spelled.push_str(&format!(" u{:x} ", u32::from(character))),
        }
    }
    let mut words = spelled.to_snake_case();
    if words.is_empty() {
        words = name.chars().map(sign).collect::<Vec<_>>().join("_");
    }
    match words.chars().next() {
        None => "empty".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("x{words}"),
        Some(_) => words,
    }
}

/// What a sign is called.
fn sign(character: char) -> String {
    let word = match character {
        ' ' => "space",
        '_' => "underscore",
        '-' => "minus",
        '+' => "plus",
        '*' => "star",
        '.' => "dot",
        '/' => "slash",
        '%' => "percent",
        '&' => "and",
        '=' => "equal",
        '<' => "less",
        '>' => "greater",
        '!' => "not",
        '?' => "question",
        '#' => "hash",
        '$' => "dollar",
        '@' => "at",
        _ => return format!("u{:x}", u32::from(character)),
    };
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use countersign_plan::words::{self, NULLABLE, OBJECT, UUID, field as field_slot, header, query};
    use countersign_plan::{Slot, list};

    use super::*;

    #[test]
    fn names_become_identifiers() {
        for (name, as_field, as_variant) in [
            ("OTPCode", "otp_code", "OtpCode"),
            ("resetMpinRes", "reset_mpin_res", "ResetMpinRes"),
            ("type", "type_", "Type"),
            ("gen", "gen_", "Gen"),
            ("@timestamp", "timestamp", "Timestamp"),
            ("+1", "plus1", "Plus1"),
            ("-1", "minus1", "Minus1"),
            ("1st", "x1st", "X1st"),
            ("2fa", "x2fa", "X2fa"),
            ("payer's name", "payers_name", "PayersName"),
            ("_a_.b-c_", "a_b_c", "ABC"),
            ("self", "self_", "SelfValue"),
            ("Self", "self_", "SelfValue"),
            ("unknown", "unknown", "UnknownValue"),
            ("", "empty", "Empty"),
            ("_", "underscore", "Underscore"),
            ("<=", "less_equal", "LessEqual"),
            ("café", "caf_ue9", "CafUe9"),
            ("cafe\u{301}", "cafe_u301", "CafeU301"),
            ("\u{5d0}", "u5d0", "U5d0"),
        ] {
            assert_eq!((field(name).as_str(), variant(name).as_str()), (as_field, as_variant), "{name}");
        }
    }

    #[test]
    fn names_that_are_taken_become_others() {
        for (name, expected) in [
            ("send", "send_value"),
            ("with-options", "with_options_value"),
            ("request", "request"),
            ("result", "result"),
            ("client", "client"),
            ("type", "type_"),
        ] {
            assert_eq!(parameter(name), expected);
        }
        for name in ["Default", "default", "DEFAULT", "_default"] {
            assert_eq!((schema(name), operation(name)), ("DefaultType".to_owned(), "DefaultCall".to_owned()));
        }
        for name in TYPES {
            assert!(schema(name).ends_with("Type") && !is_taken_type(&schema(name)), "{name}");
            assert!(operation(name).ends_with("Call") && !is_taken_type(&operation(name)), "{name}");
        }
    }

    /// The objects that a body is seen through, and the setters on a call with these slots.
    fn on_call(slots: Vec<Slot>) -> (Vec<String>, Vec<String>) {
        let mut operation = words::operation("pay", "POST", "/pay").json();
        operation.slots = slots.into();
        let operation = operation.arranged().expect("nothing reads itself");
        let OnCall { through, setters } = super::on_call(&operation);
        let through = through.into_iter().map(|index| operation.slots[index].name.to_string());
        (through.collect(), setters.into_iter().map(|(_, setter)| setter).collect())
    }

    fn object(pointer: &'static str) -> Slot {
        field_slot(pointer).rules(list![OBJECT])
    }

    #[test]
    fn a_setter_on_a_call_is_told_from_parameters_and_methods() {
        let slots =
            ["/send", "/amount", "/body", "/new", "/withOptions", "/clone", "/request", "/type"].map(field_slot);
        let slots =
            [header("Amount"), query("filled").filled(list![UUID]), field_slot("/filled")].into_iter().chain(slots);
        let setters = [
            "filled",
            "body_send",
            "body_amount",
            "body_body",
            "body_new",
            "body_with_options",
            "body_clone",
            "request",
            "type_",
        ];
        assert_eq!(on_call(slots.collect()), (vec![], setters.map(String::from).into()));
    }

    #[test]
    fn a_body_that_holds_one_object_alone_is_seen_through() {
        let seen = |slots: &[Slot], through: &[&str], setters: &[&str]| {
            let owned = |names: &[&str]| -> Vec<String> { names.iter().map(|name| (*name).to_owned()).collect() };
            assert_eq!(on_call(slots.to_vec()), (owned(through), owned(setters)));
        };
        let (pay, amount, id) = (object("/pay").required(), field_slot("/pay/amount"), field_slot("/id"));
        seen(&[pay.clone(), amount.clone()], &["/pay"], &["amount"]);
        // What the client fills in is nothing for the caller.
        seen(&[id.clone().filled(list![UUID]), pay.clone(), amount.clone()], &["/pay"], &["amount"]);
        seen(&[id, pay.clone(), amount.clone()], &[], &["id", "pay"]);
        seen(std::slice::from_ref(&pay), &[], &["pay"]);
        seen(&[pay.clone().rules(list![OBJECT, NULLABLE]), amount.clone()], &[], &["pay"]);
        seen(&[object("/pay"), amount], &["/pay"], &["amount"]);
        let (to, name) = (object("/pay/to").required(), field_slot("/pay/to/name"));
        seen(&[pay, to.clone(), name.clone()], &["/pay", "/pay/to"], &["name"]);
        seen(&[object("/pay"), to, name], &["/pay"], &["to"]);
    }

    #[test]
    fn a_name_is_an_identifier_that_the_generator_of_types_leaves_as_it_is() {
        let names = ["OTPCode", "_a_.b-c_", "type", "1st", "é", "", "a1B2", "XMLHttpRequest2", "v6f"];
        for name in names.into_iter().chain(IN_A_CALL).chain(TYPES) {
            let field = field(name);
            assert_eq!(field.trim_end_matches('_').to_snake_case(), field.trim_end_matches('_'), "{name}");
            assert_eq!(words(&words(name)), words(name), "{name}");
            assert_eq!(pascal_case(&schema_key(name)), schema(name), "{name}");
        }
    }

    #[test]
    fn a_value_is_told_by_its_encoding() {
        for value in ["", "OK", "it's", "\u{202e}", "v00", "=>\0", "1", "-1.5"] {
            for listed in [EnumValue::Text, EnumValue::Integer, EnumValue::Number].map(|of| of(value.to_owned())) {
                let encoded = listed.encoded();
                assert!(encoded.bytes().all(|byte| byte.is_ascii_alphanumeric()));
                assert_eq!(encoded.to_snake_case(), encoded);
                assert_eq!(EnumValue::decoded(&encoded), Some(listed));
            }
        }
        for name in ["ok", "v0", "v0g", "vff", "vé", "", "é"] {
            assert_eq!(EnumValue::decoded(name), None, "{name}");
        }
    }

    #[test]
    fn a_number_is_a_variant_that_says_it() {
        for (number, variant) in [
            ("1", "N1"),
            ("-1", "Minus1"),
            ("0.5", "N0Point5"),
            ("-1.25", "Minus1Point25"),
            ("1e-7", "N1EMinus7"),
            ("1e+30", "N1E30"),
        ] {
            assert_eq!(EnumValue::Number(number.to_owned()).variant(), variant);
        }
    }

    #[test]
    fn snake_case_is_told_from_what_looks_like_it() {
        for name in ["a", "reset_mpin", "v2_login"] {
            assert!(is_snake_case(name), "{name}");
        }
        for name in ["", "_a", "a_", "a__b", "A", "aB", "2a", "a-b", "é"] {
            assert!(!is_snake_case(name), "{name}");
        }
    }
}
