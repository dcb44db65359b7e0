//! What a request itself tells of its making.

use countersign_plan::{Text, TimeFormat, Value, any};
use countersign_sign::{Moment, Request};
use jiff::Timestamp;
use uuid::Uuid;

/// What a request itself tells of its making: a value that is nothing but a setting, the time or a UUID says which it is.
pub(super) struct Told {
    pub(super) settings: Vec<(Text, String)>,
    /// The time and the UUID that it tells, or the receiver's.
    pub(super) moment: Moment,
    has_uuid: bool,
    times: Vec<(TimeFormat, i32)>,
}

/// What is between an expression and its value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    None,
    /// A time that the sender read from a clock much like this one.
    Clock,
    /// Something that only the sender knows.
    Hopeless,
}

impl Told {
    pub(super) fn by(request: &Request<'_>) -> Self {
        let operation = request.operation();
        let mut told = Self { settings: Vec::new(), moment: Moment::now(), has_uuid: false, times: Vec::new() };
        for slot in operation.order.iter().map(|slot| usize::from(*slot)) {
            let Some([value]) = operation.slots[slot].value.as_deref() else { continue };
            let Some(text) = request.text(slot) else { continue };
            match value {
                Value::Setting(name) => told.settings.push((name.clone(), text.into_owned())),
                Value::Uuid => {
                    if let Some(uuid) = uuid(&text) {
                        told.moment.uuid = uuid;
                        told.has_uuid = true;
                    }
                }
                Value::Time { format, offset_seconds } => {
                    if let Some(now) = format.read(&text, *offset_seconds) {
                        told.time(now, format, *offset_seconds);
                    }
                }
                _ => {}
            }
        }
        told
    }

    fn time(&mut self, now: Timestamp, format: &TimeFormat, offset_seconds: i32) {
        // The finest reading serves the coarser ones too.
        if self.times.is_empty() || *format == TimeFormat::UnixMillis {
            self.moment.now = now;
        }
        self.times.push((format.clone(), offset_seconds));
    }

    /// What an expression reads that the request does not tell.
    pub(super) fn gap(&self, values: &[Value]) -> Gap {
        let untold = |value: &Value| match value {
            Value::Uuid => !self.has_uuid,
            Value::Time { format, offset_seconds } => {
                !self.times.iter().any(|(told, offset)| (told, offset) == (format, offset_seconds))
            }
            _ => false,
        };
        let hopeless =
            |value: &Value| matches!(value, Value::Uuid | Value::Time { format: TimeFormat::UnixMillis, .. });
        if any(values, &|value| untold(value) && hopeless(value)) {
            Gap::Hopeless
        } else if any(values, &untold) {
            Gap::Clock
        } else {
            Gap::None
        }
    }
}

/// A UUID as the client writes it.
fn uuid(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text).ok().filter(|uuid| uuid.to_string().eq_ignore_ascii_case(text))
}
