//! JSON in one form: canonical (RFC 8785), or without the white space that is between its tokens.

use countersign_plan::json::{self, Piece};
use zeroize::Zeroizing;

use crate::sink::Sink;

/// How deep a text may nest.
const DEPTH: usize = 128;

/// Writes a JSON text in the form of RFC 8785: members in the order of their names' UTF-16, numbers as ECMAScript writes
/// them, no white space.
///
/// A number becomes a double, as the standard says, so that one of more than 15 digits may not be what it was.
///
/// # Errors
/// It is no JSON that has such a form, and why, without any of it.
pub(crate) fn canonical(text: &str) -> Result<Zeroizing<Vec<u8>>, String> {
    json::check(text).map_err(|error| format!("it is not JSON: {error}"))?;
    let mut sink = Sink::bytes();
    write(text.trim(), DEPTH, &mut sink)?;
    Ok(sink.finish())
}

fn write(value: &str, depth: usize, sink: &mut Sink) -> Result<(), String> {
    let below = || depth.checked_sub(1).ok_or_else(|| format!("it nests deeper than {DEPTH} levels"));
    match value.as_bytes().first() {
        Some(b'{') => {
            let mut members = Vec::new();
            for (name, value) in json::members(value) {
                let name = json::decoded(name).ok_or(NOT_UNICODE)?;
                members.push((name.encode_utf16().collect::<Vec<_>>(), name, value));
            }
            members.sort_unstable_by(|one, other| one.0.cmp(&other.0));
            if members.windows(2).any(|pair| pair[0].0 == pair[1].0) {
                return Err("an object in it has two members of one name".into());
            }
            sink.extend(b"{");
            for (index, (_, name, value)) in members.iter().enumerate() {
                sink.extend(if index == 0 { b"" } else { b"," });
                string(name, sink)?;
                sink.extend(b":");
                write(value, below()?, sink)?;
            }
            sink.extend(b"}");
        }
        Some(b'[') => {
            sink.extend(b"[");
            for (index, element) in json::elements(value).enumerate() {
                sink.extend(if index == 0 { b"" } else { b"," });
                write(element, below()?, sink)?;
            }
            sink.extend(b"]");
        }
        Some(b'"') => string(&json::decoded(value).ok_or(NOT_UNICODE)?, sink)?,
        Some(b't' | b'f' | b'n') => sink.extend(value.as_bytes()),
        _ => sink.extend(number(value)?.as_bytes()),
    }
    Ok(())
}

const NO_NUMBER: &str = "a number in it cannot be read";

const NOT_UNICODE: &str = "a string in it is not Unicode";

/// Writes a string. serde_json escapes what RFC 8785 says, and as it says it.
fn string(text: &str, sink: &mut Sink) -> Result<(), String> {
    let quoted = serde_json::to_string(text).map(Zeroizing::new).map_err(|_| NOT_UNICODE)?;
    sink.extend(quoted.as_bytes());
    Ok(())
}

/// A number as ECMAScript writes it (ECMA-262, `Number::toString`).
fn number(text: &str) -> Result<String, String> {
    let number: f64 = text.parse().map_err(|_| NO_NUMBER)?;
    if number.is_infinite() {
        return Err("a number in it is too large for a double".into());
    }
    if number == 0.0 {
        return Ok("0".into());
    }
    // The fewest digits that mean this double, those that are nearest to it, and the even ones of two that are equally near:
    // serde_json finds them, and writes them in a notation of its own. The standard library does not take the even ones.
    let shortest = serde_json::to_string(&number).map_err(|_| NO_NUMBER)?;
    let (mantissa, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    let exponent: i32 = exponent.parse().map_err(|_| NO_NUMBER)?;
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |mantissa| ("-", mantissa));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = [whole, fraction].concat();
    let digits = all.trim_start_matches('0');
    let leading_zeros = all.len() - digits.len();
    let digits = digits.trim_end_matches('0');
    // Where the decimal point is, counted from the first digit.
    let point = whole.len() as i32 - leading_zeros as i32 + exponent;
    Ok(match usize::try_from(point) {
        Ok(point) if point > 21 => exponential(sign, digits, point as i32 - 1),
        Ok(point) if point >= digits.len() => format!("{sign}{digits:0<point$}"),
        Ok(point) if point > 0 => format!("{sign}{}.{}", &digits[..point], &digits[point..]),
        _ if point > -6 => format!("{sign}0.{digits:0>width$}", width = digits.len() + point.unsigned_abs() as usize),
        _ => exponential(sign, digits, point - 1),
    })
}

fn exponential(sign: &str, digits: &str, exponent: i32) -> String {
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{first}{point}{rest}e{exponent:+}")
}

/// Takes out the white space between the tokens of a JSON text. Everything else stays as it is written.
///
/// # Errors
/// It is not JSON.
pub(crate) fn minify(text: &str) -> Result<Zeroizing<Vec<u8>>, String> {
    json::check(text).map_err(|error| format!("it is not JSON: {error}"))?;
    let mut sink = Sink::bytes();
    for piece in json::pieces(text) {
        match piece {
            Piece::Between(" " | "\t" | "\r" | "\n") => {}
            _ => sink.extend(piece.text().as_bytes()),
        }
    }
    Ok(sink.finish())
}

#[cfg(test)]
mod tests;
