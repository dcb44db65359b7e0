//! Writing a time, and reading one as it was written.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use crate::TimeFormat;

impl TimeFormat {
    /// Writes a time, in a zone so many seconds east of UTC.
    ///
    /// # Errors
    /// The format is not understood, or the offset is out of range.
    pub fn write(&self, now: Timestamp, offset_seconds: i32) -> Result<String, String> {
        Ok(match self {
            Self::Unix => now.as_second().to_string(),
            Self::UnixMillis => now.as_millisecond().to_string(),
            Self::Rfc3339 => now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            Self::Strftime(format) => {
                let offset =
                    Offset::from_seconds(offset_seconds).map_err(|_| "the offset of a time is out of range")?;
                let zoned = now.to_zoned(offset.to_time_zone());
                jiff::fmt::strtime::format(format.as_bytes(), &zoned)
                    .map_err(|_| format!("the time format {format:?} is not understood"))?
            }
        })
    }

    /// Reads a time that was written so. What would be written otherwise is none.
    pub fn read(&self, text: &str, offset_seconds: i32) -> Option<Timestamp> {
        let now = match self {
            Self::Unix => Timestamp::from_second(text.parse().ok()?).ok()?,
            Self::UnixMillis => Timestamp::from_millisecond(text.parse().ok()?).ok()?,
            Self::Rfc3339 => text.parse().ok()?,
            Self::Strftime(format) => {
                let civil = DateTime::strptime(format.as_bytes(), text).ok()?;
                Offset::from_seconds(offset_seconds).ok()?.to_timestamp(civil).ok()?
            }
        };
        (self.write(now, offset_seconds).ok()? == text).then_some(now)
    }
}
