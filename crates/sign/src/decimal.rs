//! Numbers with a fraction, digit by digit: an amount is not a binary fraction, and is not rounded on its way.

use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{self, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::secret::Sensitive;

/// How many digits may follow the point.
const MOST_PLACES: i64 = 28;

/// A JSON number as it is written, such as `12.50`: up to 28 significant digits, which stay as they are.
///
/// It holds a [`rust_decimal::Decimal`] and is one for whoever calculates. It is read from a JSON number's own text and written
/// as that, so that nothing is rounded, whatever features of serde_json a program has. A number that does not fit is an error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(pub rust_decimal::Decimal);

/// A text that is no number, or one that has more digits than a [`Decimal`] holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoDecimal;

impl fmt::Display for NoDecimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it is no number of at most 28 digits")
    }
}

impl std::error::Error for NoDecimal {}

impl FromStr for Decimal {
    type Err = NoDecimal;

    /// Reads a number as JSON writes it.
    fn from_str(text: &str) -> Result<Self, NoDecimal> {
        parse(text).ok_or(NoDecimal)
    }
}

/// A number of JSON, exactly.
fn parse(text: &str) -> Option<Decimal> {
    let (is_negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let (digits, exponent) = match digits.split_once(['e', 'E']) {
        None => (digits, 0),
        // Longer than any that a number could be brought into range with.
        Some((digits, exponent)) => (digits, exponent.parse::<i16>().ok()?),
    };
    let (whole, fraction) = match digits.split_once('.') {
        None => (digits, ""),
        Some((_, "")) => return None,
        Some(parts) => parts,
    };
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let has_leading_zero = whole.len() > 1 && whole.starts_with('0');
    if whole.is_empty() || has_leading_zero || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let mut places = i64::try_from(fraction.len()).ok()? - i64::from(exponent);
    let mut all = format!("{whole}{fraction}");
    // Zeros at the end say nothing that a number needs, where there are too many of them.
    while places > MOST_PLACES && all.ends_with('0') {
        all.pop();
        places -= 1;
    }
    let digits = all.trim_start_matches('0');
    if digits.is_empty() {
        places = places.clamp(0, MOST_PLACES);
    }
    if places < -MOST_PLACES {
        return None;
    }
    let digits = format!("{digits}{}", "0".repeat(usize::try_from(-places).unwrap_or_default()));
    let number: i128 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    let scale = u32::try_from(places.max(0)).ok()?;
    let number = if is_negative { -number } else { number };
    rust_decimal::Decimal::try_from_i128_with_scale(number, scale).ok().map(Decimal)
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Deref for Decimal {
    type Target = rust_decimal::Decimal;

    fn deref(&self) -> &rust_decimal::Decimal {
        &self.0
    }
}

impl From<rust_decimal::Decimal> for Decimal {
    fn from(number: rust_decimal::Decimal) -> Self {
        Self(number)
    }
}

impl From<Decimal> for rust_decimal::Decimal {
    fn from(number: Decimal) -> Self {
        number.0
    }
}

impl TryFrom<&str> for Decimal {
    type Error = NoDecimal;

    fn try_from(text: &str) -> Result<Self, NoDecimal> {
        text.parse()
    }
}

impl TryFrom<&str> for Sensitive<Decimal> {
    type Error = NoDecimal;

    fn try_from(text: &str) -> Result<Self, NoDecimal> {
        text.parse::<Decimal>().map(Self::from)
    }
}

macro_rules! from_integers {
    ($($integer:ty)*) => {
        $(impl From<$integer> for Decimal {
            fn from(number: $integer) -> Self {
                Self(number.into())
            }
        })*
    };
}

from_integers!(i8 i16 i32 i64 u8 u16 u32 u64);

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // The text itself: as a number it would be a binary fraction on the way.
        RawValue::from_string(self.to_string()).map_err(ser::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl<'de> Visitor<'de> for Text {
            type Value = Decimal;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Decimal, E> {
                text.parse().map_err(E::custom)
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Decimal, D::Error> {
                let raw = Box::<RawValue>::deserialize(deserializer)?;
                self.visit_str(raw.get())
            }
        }

        deserializer.deserialize_newtype_struct(crate::DECIMAL, Text)
    }
}

#[cfg(test)]
mod tests;
