//! Points in time, zones and durations.

use countersign_plan::{TimeFormat, Value};
use jiff::fmt::strtime;
use jiff::{Timestamp, tz::TimeZone};

use super::{Scope, owned, text};
use crate::finding::{Report, Rule};
use crate::node::At;

/// Reads `{time: …, offset: …, plus: …}`.
pub(super) fn read(at: &At<'_>, operand: &At<'_>, scope: &mut Scope<'_>) -> Option<Value> {
    let format = time_format(operand, text(operand, scope)?, Rule::Expression, scope.report)?;
    let offset = at.get("offset");
    if let (Some(offset), false) = (&offset, matches!(format, TimeFormat::Strftime(_))) {
        scope.wrong(offset, "only a `strftime` format depends on an offset", "nothing here");
    }
    let offset_seconds = match offset {
        Some(offset) => self::offset(&offset, Rule::Expression, scope.report)?,
        None => 0,
    };
    let plus_seconds = match at.get("plus") {
        Some(plus) => self::plus(&plus, scope)?,
        None => 0,
    };
    Some(Value::Time { format, offset_seconds, plus_seconds })
}

/// How a time is written.
pub(crate) fn time_format(at: &At<'_>, format: &str, rule: Rule, report: &mut Report) -> Option<TimeFormat> {
    Some(match format {
        "unix" => TimeFormat::Unix,
        "unix-millis" => TimeFormat::UnixMillis,
        "rfc3339" => TimeFormat::Rfc3339,
        format => {
            check_format(at, format, rule, report)?;
            TimeFormat::Strftime(owned(format))
        }
    })
}

/// A distance from now: a duration, with a minus where it is in the past.
fn plus(at: &At<'_>, scope: &mut Scope<'_>) -> Option<i64> {
    let seconds = at.node.as_text().and_then(|text| match text.strip_prefix('-') {
        Some(rest) => Some(-i64::from(duration(rest)?)),
        None => duration(text).map(i64::from),
    });
    if seconds.is_none() {
        let remedy = "a whole number with s, m, h or d, such as `60s` or `-5m`";
        scope.wrong(at, "this is not a duration", remedy);
    }
    seconds
}

/// The seconds of a whole number with s, m, h or d.
pub(crate) fn duration(text: &str) -> Option<u32> {
    let unit = match text.chars().last()? {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        _ => return None,
    };
    let digits = &text[..text.len() - 1];
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse::<u32>().ok().filter(|_| plain)?.checked_mul(unit)
}

/// Reports a `strftime` format that does not format, or that says nothing of the time.
pub(crate) fn check_format(at: &At<'_>, format: &str, rule: Rule, report: &mut Report) -> Option<()> {
    let remedy = "`unix`, `unix-millis`, `rfc3339` or a `strftime` format such as \"%Y-%m-%dT%H:%M:%S\"";
    if !format.contains('%') {
        report.add(rule, at, format!("`{format}` is not a way to write a time"), remedy);
        return None;
    }
    if let Err(error) = strtime::format(format, &Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC)) {
        report.add(rule, at, format!("`{format}` is not a way to write a time ({error})"), remedy);
        return None;
    }
    Some(())
}

/// Reads a zone: `Z`, or hours and minutes east of UTC.
pub(crate) fn offset(at: &At<'_>, rule: Rule, report: &mut Report) -> Option<i32> {
    let read = |text: &str| -> Option<i32> {
        if text == "Z" {
            return Some(0);
        }
        let (sign, rest) = match text.as_bytes().first()? {
            b'+' => (1, text.get(1..)?),
            b'-' => (-1, text.get(1..)?),
            _ => return None,
        };
        let (hours, minutes) = rest.split_once(':')?;
        let number = |text: &str, limit: i32| {
            let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<i32>().ok().filter(|number| digits && *number < limit)
        };
        Some(sign * (number(hours, 24)? * 3600 + number(minutes, 60)? * 60))
    };
    let offset = at.node.as_text().and_then(read);
    if offset.is_none() {
        report.add(rule, at, "this is not a zone", "\"Z\" or \"±hh:mm\", in quotes");
    }
    offset
}
