//! What a generated builder is made of: values that the caller may not have given yet.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;

/// A value that a setter takes: everything that converts into what is sent.
pub trait Given<T> {
    /// The value as it is sent.
    ///
    /// # Errors
    /// It does not convert. The message has the name of the setter.
    fn given(self, name: &str) -> Result<T, String>;
}

impl<T, V> Given<T> for V
where
    V: TryInto<T>,
    V::Error: fmt::Display,
{
    fn given(self, name: &str) -> Result<T, String> {
        self.try_into().map_err(|reason| format!("`{name}` cannot be made from what was given: {reason}"))
    }
}

/// `null`, for a setter of a value that may be `null`: `.nickname(Null)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Null;

/// What a setter takes for a value that may be `null`: everything that converts into the value, [`Null`], or an `Option`, whose `None` is
/// `null`. `Kind` says which of them it is, and is found by the compiler.
pub trait GivenOrNull<T, Kind> {
    /// The value as it is sent, nothing for `null`.
    ///
    /// # Errors
    /// It does not convert. The message has the name of the setter.
    fn given_or_null(self, name: &str) -> Result<Option<T>, String>;
}

/// The kind of a value that is there.
#[derive(Debug)]
pub struct NotNull;

impl<T, V: Given<T>> GivenOrNull<T, NotNull> for V {
    fn given_or_null(self, name: &str) -> Result<Option<T>, String> {
        self.given(name).map(Some)
    }
}

impl<T> GivenOrNull<T, Null> for Null {
    fn given_or_null(self, _: &str) -> Result<Option<T>, String> {
        Ok(None)
    }
}

impl<T, V: Given<T>> GivenOrNull<T, Option<NotNull>> for Option<V> {
    fn given_or_null(self, name: &str) -> Result<Option<T>, String> {
        self.map(|value| value.given(name)).transpose()
    }
}

/// A value of a builder, named by the setter that takes it.
#[derive(Clone, Debug, Default)]
pub enum Field<T> {
    /// It was not given.
    #[default]
    Missing,
    /// It was given.
    Given(T),
    /// What was given does not convert, for this reason.
    Wrong(String),
}

impl<T> Field<T> {
    /// Takes a value in the place of what was given before.
    pub fn set(&mut self, name: &str, value: impl Given<T>) {
        *self = Self::of(value.given(name));
    }

    /// A value that a call cannot do without.
    ///
    /// # Errors
    /// It was not given, or does not convert.
    pub fn required(self, name: &str) -> Result<T, String> {
        self.optional()?.ok_or_else(|| format!("`{name}` is required: give it with `.{name}(…)`"))
    }

    /// A value that may be left out.
    ///
    /// # Errors
    /// What was given does not convert.
    pub fn optional(self) -> Result<Option<T>, String> {
        match self {
            Self::Missing => Ok(None),
            Self::Given(value) => Ok(Some(value)),
            Self::Wrong(reason) => Err(reason),
        }
    }

    fn of(value: Result<T, String>) -> Self {
        value.map_or_else(Self::Wrong, Self::Given)
    }
}

impl<T> Field<Option<T>> {
    /// Takes a value that may be `null` as well.
    pub fn set_some<K>(&mut self, name: &str, value: impl GivenOrNull<T, K>) {
        *self = Self::of(value.given_or_null(name));
    }
}

impl<T> Field<Vec<T>> {
    /// Takes a list, whose elements convert one by one.
    pub fn set_each(&mut self, name: &str, values: impl IntoIterator<Item = impl Given<T>>) {
        *self = Self::of(values.into_iter().map(|value| value.given(name)).collect());
    }
}

impl<T> Field<Vec<Option<T>>> {
    /// Takes a list, whose elements convert one by one where they are not `null`.
    pub fn set_each_some(&mut self, name: &str, values: impl IntoIterator<Item = Option<impl Given<T>>>) {
        let given = |value: Option<_>| value.map(|value: _| Given::given(value, name)).transpose();
        *self = Self::of(values.into_iter().map(given).collect());
    }
}

impl<T> Field<BTreeMap<String, T>> {
    /// Takes a map, whose values convert one by one.
    pub fn set_entries(&mut self, name: &str, entries: impl IntoIterator<Item = (impl Into<String>, impl Given<T>)>) {
        let entries = entries.into_iter().map(|(key, value)| Ok((key.into(), value.given(name)?)));
        *self = Self::of(entries.collect());
    }
}

impl<T> From<Option<T>> for Field<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Missing, Self::Given)
    }
}

/// The value of a builder, if all that it needs was given.
///
/// # Errors
/// Something is missing or does not convert. The message names it.
pub fn build<T>(builder: Result<impl TryInto<T, Error = ConversionError>, String>) -> Result<T, String> {
    builder?.try_into().map_err(|ConversionError(reason)| reason)
}

/// The same of a builder that may not have been begun.
///
/// # Errors
/// As [`build`].
pub fn build_some<T>(
    builder: Result<Option<impl TryInto<T, Error = ConversionError>>, String>,
) -> Result<Option<T>, String> {
    builder?.map(|builder| build(Ok(builder))).transpose()
}

/// Why a builder cannot be made into its value: which of its fields, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversionError(String);

impl fmt::Display for ConversionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for ConversionError {}

impl From<String> for ConversionError {
    fn from(reason: String) -> Self {
        Self(reason)
    }
}

/// A number that an enum of a document lists. The lint has found it to be one.
pub fn listed<T: std::str::FromStr + Default>(text: &str) -> T {
    text.parse().unwrap_or_default()
}

/// Declares an enum of a document, of texts or of numbers. It takes what the document does not list too: a provider's new value
/// must not break a client.
#[doc(hidden)]
#[macro_export]
macro_rules! open_enum {
    ($(#[$about:meta])* pub enum $name:ident: $number:ty { $($(#[$says:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$says])* $variant,)*
            /// A value that the document does not know.
            Unknown($number),
        }

        impl $name {
            /// The value as it is sent.
            pub fn number(&self) -> $number {
                match self {
                    $(Self::$variant => $crate::generated::listed($text),)*
                    Self::Unknown(number) => *number,
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.number(), f)
            }
        }

        impl ::std::convert::From<$number> for $name {
            fn from(number: $number) -> Self {
                $(if number == $crate::generated::listed::<$number>($text) {
                    return Self::$variant;
                })*
                Self::Unknown(number)
            }
        }

        impl ::std::convert::From<i32> for $name {
            fn from(number: i32) -> Self {
                Self::from(<$number>::from(number))
            }
        }

        impl ::std::convert::TryFrom<&str> for $name {
            // Not `Self::Err`, which is a variant where the document calls one so.
            type Error = <$number as ::std::str::FromStr>::Err;

            fn try_from(text: &str) -> ::std::result::Result<Self, <$number as ::std::str::FromStr>::Err> {
                text.parse::<$number>().map(Self::from)
            }
        }

        impl $crate::generated::serde::Serialize for $name {
            fn serialize<S: $crate::generated::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::generated::serde::Serialize::serialize(&self.number(), serializer)
            }
        }

        impl<'de> $crate::generated::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::generated::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                <$number as $crate::generated::serde::Deserialize>::deserialize(deserializer).map(Self::from)
            }
        }
    };
    ($(#[$about:meta])* pub enum $name:ident { $($(#[$says:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$says])* $variant,)*
            /// A value that the document does not know.
            Unknown(::std::string::String),
        }

        impl $name {
            /// The value as it is sent.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Unknown(text) => text,
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::std::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)*
                    _ => Self::Unknown(text.to_owned()),
                }
            }
        }

        impl ::std::convert::From<::std::string::String> for $name {
            fn from(text: ::std::string::String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            fn from_str(text: &str) -> ::std::result::Result<Self, ::std::convert::Infallible> {
                ::std::result::Result::Ok(Self::from(text))
            }
        }

        impl $crate::generated::serde::Serialize for $name {
            fn serialize<S: $crate::generated::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::generated::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::generated::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                <::std::string::String as $crate::generated::serde::Deserialize>::deserialize(deserializer).map(Self::from)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    open_enum! {
        /// How fast it is.
        pub enum Speed {
            /// `fast`
            Fast = "fast",
            /// `unknown`
            UnknownValue = "unknown",
            /// `Err`, as `FromStr` has it too.
            Err = "Err",
        }
    }

    open_enum! {
        pub enum Level: i64 {
            N1 = "1",
            Minus1 = "-1",
        }
    }

    #[test]
    fn an_enum_of_numbers_takes_what_the_document_does_not_know() {
        for (json, value) in [("1", Level::N1), ("-1", Level::Minus1), ("7", Level::Unknown(7))] {
            assert_eq!(serde_json::from_str::<Level>(json).expect(json), value);
            assert_eq!((serde_json::to_string(&value).expect(json).as_str(), value.to_string().as_str()), (json, json));
        }
        assert!(serde_json::from_str::<Level>("1.5").is_err());
        let mut level = Field::<Level>::default();
        level.set("level", 1);
        assert_eq!(level.clone().optional(), Ok(Some(Level::N1)));
        level.set("level", "x");
        assert!(level.optional().is_err());
    }

    #[test]
    fn what_may_be_null_is_given_as_a_value_as_one_that_may_be_there_and_as_null() {
        fn given<K>(value: impl GivenOrNull<String, K>) -> Option<String> {
            value.given_or_null("name").expect("a text")
        }
        assert_eq!(
            [given("a"), given(Some("a")), given(None::<&str>), given(Null)].map(Option::unwrap_or_default),
            ["a", "a", "", ""]
        );
    }

    #[cfg(feature = "decimal")]
    #[test]
    fn an_enum_of_decimals_takes_what_the_document_does_not_know() {
        open_enum! {
            pub enum Rate: crate::Decimal {
                N0Point5 = "0.5",
                N1 = "1",
            }
        }
        let third: crate::Decimal = "0.33".parse().expect("a number");
        for (json, value) in [("0.5", Rate::N0Point5), ("1", Rate::N1), ("0.33", Rate::Unknown(third))] {
            assert_eq!(serde_json::from_str::<Rate>(json).expect(json), value);
            assert_eq!(serde_json::to_string(&value).expect(json), json);
        }
        assert_eq!(serde_json::from_str::<Rate>("0.50").expect("the same number"), Rate::N0Point5);
        let mut rate = Field::<Rate>::default();
        for given in ["0.50", "5e-1"] {
            rate.set("rate", given);
            assert_eq!(rate.clone().required("rate"), Ok(Rate::N0Point5));
        }
        rate.set("rate", 1);
        assert_eq!(rate.optional(), Ok(Some(Rate::N1)));
    }

    #[test]
    fn a_value_is_missing_given_or_wrong() {
        let mut amount = Field::<u8>::default();
        assert_eq!(amount.clone().optional(), Ok(None));
        assert_eq!(
            amount.clone().required("amount"),
            Err("`amount` is required: give it with `.amount(…)`".to_owned())
        );
        amount.set("amount", 7);
        assert_eq!((amount.clone().optional(), amount.clone().required("amount")), (Ok(Some(7)), Ok(7)));
        amount.set("amount", 700);
        let reason = amount.clone().optional().expect_err("it does not fit");
        assert!(reason.starts_with("`amount` cannot be made from what was given: "), "{reason}");
        assert_eq!(amount.required("amount"), Err(reason));
    }

    #[test]
    fn a_value_is_built_of_a_builder_that_was_begun() {
        struct Builder(Result<u8, ConversionError>);
        impl TryFrom<Builder> for u8 {
            type Error = ConversionError;

            fn try_from(builder: Builder) -> Result<Self, ConversionError> {
                builder.0
            }
        }
        let wrong = || ConversionError::from("`amount` is required".to_owned());
        assert_eq!(wrong().to_string(), "`amount` is required");
        assert_eq!(build_some::<u8>(Ok(None::<Builder>)), Ok(None));
        assert_eq!(build_some::<u8>(Ok(Some(Builder(Ok(7))))), Ok(Some(7)));
        assert_eq!(build_some::<u8>(Ok(Some(Builder(Err(wrong()))))), Err("`amount` is required".to_owned()));
        assert_eq!(build_some::<u8>(Err::<Option<Builder>, _>("no".to_owned())), Err("no".to_owned()));
    }

    #[test]
    fn a_list_and_a_map_convert_one_by_one_and_a_value_that_may_be_null_is_given_as_itself() {
        let mut tags = Field::<Vec<String>>::default();
        tags.set_each("tags", ["a", "b"]);
        assert_eq!(tags.required("tags"), Ok(vec!["a".to_owned(), "b".to_owned()]));
        let mut notes = Field::<Vec<Option<String>>>::default();
        notes.set_each_some("notes", [Some("a"), None]);
        assert_eq!(notes.required("notes"), Ok(vec![Some("a".to_owned()), None]));
        let mut sizes = Field::<Vec<u8>>::default();
        sizes.set_each("sizes", [1, 1000]);
        assert!(sizes.required("sizes").is_err_and(|reason| reason.contains("`sizes`")));
        let mut limits = Field::<BTreeMap<String, u8>>::default();
        limits.set_entries("limits", [("day", 5), ("week", 20)]);
        assert_eq!(limits.required("limits").expect("it was given")["week"], 20);
        let mut note = Field::<Option<String>>::default();
        note.set_some("note", "x");
        assert_eq!(note.required("note"), Ok(Some("x".to_owned())));
        assert_eq!(Field::<Option<u8>>::Given(None).required("note"), Ok(None));
    }

    #[test]
    fn a_builder_is_built_or_says_why_not() {
        struct Builder(Field<u8>);
        struct Built(u8);
        impl TryFrom<Builder> for Built {
            type Error = ConversionError;

            fn try_from(builder: Builder) -> Result<Self, ConversionError> {
                Ok(Self(builder.0.required("size")?))
            }
        }
        assert_eq!(build::<Built>(Ok(Builder(Some(7).into()))).map(|built| built.0), Ok(7));
        assert!(build::<Built>(Ok(Builder(None.into()))).is_err_and(|reason| reason.contains("`.size(…)`")));
        assert!(build::<Built>(Err::<Builder, _>("before".to_owned())).is_err_and(|reason| reason == "before"));
    }

    #[test]
    fn an_enum_takes_what_the_document_does_not_know() {
        for (text, value) in
            [("fast", Speed::Fast), ("unknown", Speed::UnknownValue), ("new", Speed::Unknown("new".to_owned()))]
        {
            assert_eq!((Speed::from(text), text.parse(), value.as_str()), (value.clone(), Ok(value.clone()), text));
            assert_eq!(serde_json::to_string(&value).expect(text), format!("{text:?}"));
            assert_eq!(serde_json::from_str::<Speed>(&format!("{text:?}")).expect(text), value);
            assert_eq!(value.to_string(), text);
        }
    }
}
