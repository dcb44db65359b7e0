//! Reads a value that is one of several.

use std::fmt;

use countersign_plan::{Alternatives, json};
use countersign_sign::Sensitive;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::read::{EXPLAINED, Within, branch};

/// How deep a value that is one of several may nest: as deep as JSON is read elsewhere.
const DEEPEST: usize = 128;

/// Reads a branch of its text, and says whether what is wrong with it is explained.
pub type ReadBranch<T> = fn(&str, bool) -> Result<T, String>;

/// A value of which nothing is known, as it came.
pub type Untyped = Sensitive<Box<RawValue>>;

/// Reads a branch of its text.
///
/// # Errors
/// What is wrong and where, without any of the content, if it `explains` that.
pub fn read_branch<T: DeserializeOwned>(json: &str, explains: bool) -> Result<T, String> {
    branch(json.as_bytes(), explains)
}

/// Reads a value that is one of several: the branch that it says it is, or that fits it. `unknown` takes what is none of them,
/// as it came; of several that fit it is the first then. Without it neither is taken.
///
/// # Errors
/// It is no branch, or not of that branch's type.
pub fn read_alternative<'de, T, D: Deserializer<'de>>(
    deserializer: D,
    alternatives: &Alternatives,
    branches: &[ReadBranch<T>],
    unknown: &[fn(Untyped) -> T],
) -> Result<T, D::Error> {
    deserializer.deserialize_newtype_struct(EXPLAINED, Reading { alternatives, branches, unknown })
}

/// What a value may be.
struct Reading<'r, T> {
    alternatives: &'r Alternatives,
    branches: &'r [ReadBranch<T>],
    unknown: &'r [fn(Untyped) -> T],
}

impl<T> Reading<'_, T> {
    fn read<E: Error>(&self, raw: Box<RawValue>, explains: bool) -> Result<T, E> {
        // Each alternative is read anew, so that a reader's own bound would begin anew as well.
        if json::depth(raw.get()) > DEEPEST {
            return Err(E::custom("it nests too deep"));
        }
        let read = match (self.alternatives.of(raw.get()).as_slice(), self.unknown) {
            ([first, ..], [_, ..]) | ([first], []) => self.branches.get(*first),
            _ => None,
        };
        match (read, self.unknown) {
            (Some(read), _) => read(raw.get(), explains).map_err(|reason| E::custom(Within(&reason))),
            (None, [unknown, ..]) => Ok(unknown(raw.into())),
            (None, []) => Err(E::custom("it is not one of those that are described")),
        }
    }
}

impl<'de, T> Visitor<'de> for Reading<'_, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one of several")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        self.read(Box::<RawValue>::deserialize(deserializer)?, false)
    }

    /// By the reader that explains, which gives the text.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let given = map.next_entry::<IgnoredAny, String>()?;
        let raw = given.and_then(|(_, text)| RawValue::from_string(text).ok());
        self.read(raw.ok_or_else(|| A::Error::custom("it is not JSON"))?, true)
    }
}

/// Declares a value that is one of several. Where it is received, what is none of them is kept as it came, out of print.
#[doc(hidden)]
#[macro_export]
macro_rules! alternatives {
    (
        $(#[$about:meta])*
        pub enum $name:ident $(by $by:literal)? {
            $($(#[$says:meta])* $variant:ident($of:ty) $(from $($given:ty)?)? = $told:expr,)*
            $(.. $unknown:ident,)?
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug)]
        #[allow(clippy::large_enum_variant)]
        pub enum $name {
            $($(#[$says])* $variant($of),)*
            $(
                /// What the document does not know, as it came.
                $unknown($crate::generated::Untyped),
            )?
        }

        $($(
            impl ::std::convert::From<$of> for $name {
                fn from(value: $of) -> Self {
                    Self::$variant(value)
                }
            }

            $(
                impl ::std::convert::TryFrom<$given> for $name {
                    type Error = $crate::generated::ConversionError;

                    // Not `Self::Error`, which is a variant where the document calls one so.
                    fn try_from(
                        value: $given,
                    ) -> ::std::result::Result<Self, $crate::generated::ConversionError> {
                        match <$of as ::std::convert::TryFrom<_>>::try_from(value) {
                            Ok(value) => Ok(Self::$variant(value)),
                            Err(reason) => Err(::std::string::ToString::to_string(&reason).into()),
                        }
                    }
                }
            )?
        )?)*

        impl $crate::generated::serde::Serialize for $name {
            fn serialize<S: $crate::generated::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => $crate::generated::serde::Serialize::serialize(value, serializer),)*
                    $(Self::$unknown(value) => $crate::generated::serde::Serialize::serialize(value, serializer),)?
                }
            }
        }

        impl<'de> $crate::generated::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::generated::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                static ALTERNATIVES: $crate::plan::Alternatives = {
                    #[allow(unused_imports)]
                    use $crate::plan::{list, texts, words::*};
                    $crate::alternatives!(@of [$($by)?] $($variant = $told,)*)
                };
                let branches: &[$crate::generated::ReadBranch<Self>] =
                    &[$(|json, explains| $crate::generated::read_branch(json, explains).map(Self::$variant)),*];
                $crate::generated::read_alternative(deserializer, &ALTERNATIVES, branches, &[$(Self::$unknown)?])
            }
        }
    };
    (@of [] $($variant:ident = $told:expr,)*) => { any_of(list![$(branch(stringify!($variant), list![], $told)),*]) };
    (@of [$by:literal] $($variant:ident = $told:expr,)*) => {
        any_by($by, list![$(branch(stringify!($variant), $told, list![])),*])
    };
}

#[cfg(test)]
mod tests {
    use countersign_sign::Secret;
    use proptest::prelude::*;
    use serde::Serialize;

    use super::*;
    use crate::read::read;

    #[derive(Clone, Debug, Serialize, Deserialize)]
    pub struct Card {
        number: Secret,
        limit: Option<f64>,
    }

    #[derive(Clone, Debug, Serialize, Deserialize)]
    pub struct Account {
        kind: String,
        iban: String,
        within: Option<Box<Received>>,
    }

    impl TryFrom<(&str, &str)> for Card {
        type Error = String;

        fn try_from((number, limit): (&str, &str)) -> Result<Self, String> {
            let limit = limit.parse().map_err(|_| "no number".to_owned())?;
            Ok(Self { number: number.into(), limit: Some(limit) })
        }
    }

    alternatives! {
        /// What pays.
        pub enum Sent {
            /// A card.
            Card(Card) from (&str, &str) = list![OBJECT, members(list![required_member("number", list![])])],
            /// An account.
            Account(Account) from = list![
                OBJECT,
                members(list![required_member("kind", list![one_of(texts!["account"])]), required_member("iban", list![])])
            ],
            /// A name.
            Name(String) from &str = list![TEXT],
            /// An amount.
            Amount(i64) from = list![INTEGER],
            /// An amount with a fraction.
            Fraction(f64) from = list![NUMBER],
        }
    }

    alternatives! {
        /// What paid.
        #[non_exhaustive]
        pub enum Received by "kind" {
            /// A card.
            Card(Card) = texts!["card", "debit"],
            /// An account.
            Account(Account) from = texts!["account"],
            .. Unknown,
        }
    }

    // Branches that are called what a trait calls something of its own.
    alternatives! {
        /// What went wrong.
        pub enum Trouble {
            /// An error.
            Error(Card) from (&str, &str) = list![OBJECT, members(list![required_member("number", list![])])],
            /// A name.
            Err(String) from &str = list![TEXT],
            /// An amount.
            Ok(i64) from = list![INTEGER],
        }
    }

    fn sent(json: &str) -> Result<Sent, String> {
        read(json.as_bytes())
    }

    #[test]
    fn a_branch_may_be_called_what_a_trait_has() {
        assert!(matches!(Trouble::try_from(("4111", "7")), Ok(Trouble::Error(_))));
        assert!(matches!(read::<Trouble>(b"\"x\""), Ok(Trouble::Err(_))));
        assert!(matches!(Trouble::from(7), Trouble::Ok(7)));
    }

    fn received(json: &str) -> Result<Received, String> {
        read(json.as_bytes())
    }

    #[test]
    fn what_is_required_and_the_constants_say_which_it_is() {
        assert!(matches!(sent(r#"{"number":"4111"}"#), Ok(Sent::Card(_))));
        assert!(matches!(sent(r#"{"kind":"account","iban":"x","new":1}"#), Ok(Sent::Account(_))));
        assert!(matches!(sent(r#""Ada""#), Ok(Sent::Name(name)) if name == "Ada"));
        assert!(matches!(sent("7"), Ok(Sent::Amount(7))), "a whole number is a number, too");
        assert!(matches!(sent("7.5"), Ok(Sent::Fraction(_))));
        for none in [
            r#"{"kind":"other","iban":"x"}"#,
            r#"{"iban":"x"}"#,
            "[]",
            "null",
            r#"{"kind":"account","iban":"x","number":"4"}"#,
        ] {
            let says = sent(none).expect_err(none);
            assert!(says.contains("not of the documented form") || says.contains("not allowed"), "{says}");
        }
    }

    #[test]
    fn a_member_says_which_it_is_and_what_is_unknown_is_kept_as_it_came() {
        assert!(matches!(received(r#"{"kind":"debit","number":"4111"}"#), Ok(Received::Card(_))));
        assert!(matches!(received(r#"{"iban":"x","k\u0069nd":"account"}"#), Ok(Received::Account(_))));
        for unknown in
            [r#"{"kind":"crypto","amount":0.10000000000000000001e1 }"#, r#"{"iban":"x"}"#, "[1.0]", r#"{"kind":1}"#]
        {
            let value = received(unknown).expect(unknown);
            assert!(matches!(&value, Received::Unknown(raw) if raw.expose().get() == unknown), "{unknown}");
            assert_eq!(serde_json::to_string(&value).expect(unknown), unknown);
            assert_eq!(format!("{value:?}"), "Unknown([redacted])");
        }
    }

    #[test]
    fn an_error_says_where_and_quotes_nothing() {
        for (json, says) in [
            (r#"{"kind":"card","limit":1}"#, "/number is missing"),
            (r#"{"kind":"card","number":"4111","limit":"hunter2"}"#, "/limit should be a number and is text"),
            (
                r#"{"kind":"account","iban":"x","within":{"kind":"account","iban":7,"hunter2":1}}"#,
                "/within/iban should be text and is an integer",
            ),
        ] {
            assert_eq!(received(json).expect_err(json), says);
        }
        let listed: Result<Vec<Received>, String> = read(br#"[{"kind":"card","number":"1"},{"kind":"card"}]"#);
        assert_eq!(listed.expect_err("a card without a number"), "/1/number is missing");
        let listed: Result<Vec<Sent>, String> = read(b"[7,99999999999999999999]");
        assert_eq!(listed.expect_err("no integer"), "/1 should be an integer and is a larger number");
    }

    /// Whoever sends it would have the reader at work for ever, if each level were read twice.
    #[test]
    fn what_is_wrong_far_within_is_found_at_once() {
        let deep = |innermost: &str| {
            format!("{}{innermost}{}", r#"{"kind":"account","iban":"x","within":"#.repeat(120), "}".repeat(120))
        };
        let says = received(&deep(r#"{"kind":"account","iban":7}"#)).expect_err("a number");
        assert_eq!(says, format!("{}/iban should be text and is an integer", "/within".repeat(120)));
        assert!(received(&deep(r#"{"kind":"account","iban":"x"}"#)).is_ok());
        assert!(received(&deep("[")).is_err());
    }

    #[test]
    fn what_nests_too_deep_is_not_followed() {
        let nested = |depth: usize| {
            let within = r#"{"kind":"account","iban":"x","within":"#;
            received(&format!("{}null{}", within.repeat(depth), "}".repeat(depth)))
        };
        assert!(nested(DEEPEST).is_ok());
        for depth in [DEEPEST + 1, DEEPEST + 2, 10 * DEEPEST] {
            assert!(nested(depth).is_err(), "{depth}");
        }
    }

    #[test]
    fn what_a_branch_is_made_of_makes_the_whole() {
        assert!(matches!(Sent::try_from("Ada"), Ok(Sent::Name(_))));
        assert!(matches!(Sent::from(7_i64), Sent::Amount(7)));
        assert!(matches!(Sent::try_from(("4111", "2.5")), Ok(Sent::Card(_))));
        assert_eq!(Sent::try_from(("4111", "much")).expect_err("no number").to_string(), "no number");
        let card = Received::Card(Card { number: "4111".into(), limit: None });
        assert_eq!(format!("{card:?}"), "Card(Card { number: [redacted], limit: None })");
        let account = Account { kind: "account".into(), iban: "x".into(), within: Some(Box::new(card)) };
        assert!(matches!(Received::from(account), Received::Account(_)));
    }

    proptest! {
        #[test]
        fn a_branch_that_is_written_and_read_is_the_same(
            number in ".{0,8}", limit in proptest::option::of(any::<i32>().prop_map(f64::from)),
            iban in ".{0,8}", name in ".{0,8}", fraction in prop_oneof![Just(0.5), Just(-2.25)],
        ) {
            let card = Card { number: number.into(), limit };
            let account = Account { kind: "account".into(), iban, within: None };
            for value in [Sent::Card(card), Sent::Account(account), Sent::Name(name), Sent::Fraction(fraction)] {
                let text = serde_json::to_string(&value).expect("JSON");
                let read = sent(&text).map_err(TestCaseError::fail)?;
                prop_assert_eq!(std::mem::discriminant(&read), std::mem::discriminant(&value));
                prop_assert_eq!(serde_json::to_string(&read).expect("JSON"), text);
            }
        }
    }
}
