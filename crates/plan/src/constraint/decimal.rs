//! Decimal numbers of any size, compared exactly.

use std::cmp::Ordering;
use std::fmt;

/// A number of JSON: `0.DIGITS` times ten to the power of `point`. Zero has no digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    negative: bool,
    /// Without zeros at their start and end.
    digits: String,
    point: i64,
}

impl Decimal {
    /// Reads a number as JSON has it.
    pub(super) fn read(text: &str) -> Option<Self> {
        let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent)),
            None => (text, None),
        };
        let exponent = match exponent {
            Some(exponent) => {
                let size = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
                if !is_number(size) {
                    return None;
                }
                // Beyond any bound that a document could state.
                let size = size.parse::<i64>().unwrap_or(i64::MAX).min(i64::MAX / 4);
                if exponent.starts_with('-') { -size } else { size }
            }
            None => 0,
        };
        let negative = mantissa.starts_with('-');
        let mantissa = mantissa.strip_prefix('-').unwrap_or(mantissa);
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((whole, fraction)) if is_number(fraction) => (whole, fraction),
            Some(_) => return None,
            None => (mantissa, ""),
        };
        if !is_number(whole) || whole.len() > 1 && whole.starts_with('0') {
            return None;
        }
        let all = format!("{whole}{fraction}");
        let digits = all.trim_start_matches('0');
        let leading = all.len() - digits.len();
        let digits = digits.trim_end_matches('0').to_owned();
        if digits.is_empty() {
            return Some(Self { negative: false, digits, point: 0 });
        }
        let point = exponent + i64::try_from(whole.len()).ok()? - i64::try_from(leading).ok()?;
        Some(Self { negative, digits, point })
    }

    /// Whether this is a whole number of steps. A step has at most 18 digits.
    pub(super) fn is_multiple_of(&self, step: &Self) -> bool {
        let Some(divisor) = step.digits.parse::<u64>().ok().filter(|divisor| *divisor > 0) else { return false };
        if self.digits.is_empty() {
            return true;
        }
        // The powers of ten of the last digits. Neither number ends with a zero, so no finer one is a multiple.
        let last = |number: &Self| number.point - number.digits.len() as i64;
        let Ok(more) = u64::try_from(last(self) - last(step)) else { return false };
        let modulo = |factor: u64, by: u64| (u128::from(factor) * u128::from(by) % u128::from(divisor)) as u64;
        let mut rest = 0;
        for digit in self.digits.bytes() {
            rest = (modulo(rest, 10) + u64::from(digit - b'0')) % divisor;
        }
        // Ten to the power of `more`, by squaring.
        let (mut power, mut base, mut exponent) = (1 % divisor, 10 % divisor, more);
        while exponent > 0 {
            if exponent % 2 == 1 {
                power = modulo(power, base);
            }
            base = modulo(base, base);
            exponent /= 2;
        }
        modulo(rest, power) == 0
    }

    /// The number, if it is a whole one of no more than 36 digits.
    pub(super) fn to_i128(&self) -> Option<i128> {
        let zeros = usize::try_from(self.point).ok()?.checked_sub(self.digits.len());
        let digits = match (self.digits.is_empty(), zeros) {
            (true, _) => "0".to_owned(),
            (false, Some(zeros)) if self.point <= 36 => format!("{}{}", self.digits, "0".repeat(zeros)),
            _ => return None,
        };
        let size: i128 = digits.parse().ok()?;
        Some(if self.negative { -size } else { size })
    }

    /// How it compares without its sign.
    fn size(&self, other: &Self) -> Ordering {
        match (self.digits.is_empty(), other.digits.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self.point.cmp(&other.point).then_with(|| self.digits.cmp(&other.digits)),
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.size(other),
            (true, true) => other.size(self),
        }
    }
}

/// The same text for the same number.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}0.{}e{}", if self.negative { "-" } else { "" }, self.digits, self.point)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Decimal {
        Decimal::read(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn what_json_takes_for_a_number_is_one() {
        for text in [
            "0",
            "-0",
            "0.0",
            "10",
            "-10.50",
            "1e3",
            "1E-3",
            "1e+3",
            "0.1e1",
            "99999999999999999999999",
            "1e999999999999999999999",
        ] {
            assert!(Decimal::read(text).is_some(), "{text}");
        }
        for text in [
            "", "-", "+1", "01", "-01", "1.", ".1", "1e", "1e+", "1.e1", " 1", "1 ", "0x1", "NaN", "inf", "1,0", "1_0",
            "--1", "1e1.5", "١",
        ] {
            assert!(Decimal::read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn numbers_compare_by_value() {
        let ordered = [
            "-1e30",
            "-100000000000000000001",
            "-1e20",
            "-10",
            "-9.99",
            "-1",
            "-0.1",
            "-0.01",
            "0",
            "0.00000001",
            "0.01",
            "0.1",
            "0.10000000000000000001",
            "1",
            "1.5",
            "9",
            "10",
            "9007199254740992",
            "9007199254740993",
            "18446744073709551616",
            "1e20",
            "100000000000000000001",
            "1e999999999999999999999",
        ];
        for (index, small) in ordered.iter().enumerate() {
            for large in &ordered[index + 1..] {
                assert!(read(small) < read(large), "{small} < {large}");
                assert!(read(large) > read(small), "{large} > {small}");
            }
        }
        for (one, other) in
            [("1", "1.0"), ("100", "1e2"), ("0", "-0.00"), ("0.001", "1e-3"), ("1200", "12e2"), ("0e5", "0")]
        {
            assert_eq!(read(one), read(other), "{one} {other}");
            assert_eq!(read(one).to_string(), read(other).to_string());
        }
    }

    #[test]
    fn multiples_are_exact() {
        // python3 -c 'from fractions import Fraction as F; print(F("0.3") % F("0.1") == 0)' and so on
        for (number, step, is) in [
            ("0.3", "0.1", true),
            ("0.35", "0.1", false),
            ("10", "0.01", true),
            ("10.005", "0.01", false),
            ("0", "7", true),
            ("21", "7", true),
            ("22", "7", false),
            ("-21", "7", true),
            ("1e30", "3", false),
            ("3e30", "3", true),
            ("1e30", "1000", true),
            ("999999999999999999999999", "9", true),
            ("999999999999999999999998", "9", false),
            ("1e4000000000", "7", false),
            ("2.5", "0.5", true),
            ("1", "20", false),
            ("40", "20", true),
            ("50", "20", false),
            ("1", "0", false),
            ("1e999999999999999999999", "0.5", true),
        ] {
            assert_eq!(read(number).is_multiple_of(&read(step)), is, "{number} {step}");
        }
    }
}
