//! What a request itself tells of its making.

use countersign_plan::{Text, TimeFormat, Value, any};
use countersign_sign::{Moment, Request};
use uuid::Uuid;

/// What a request itself tells of its making: a value that is nothing but a setting, the time or a UUID says which it is.
pub(super) struct Told {
    pub(super) settings: Vec<(Text, String)>,
    /// The time and the UUID that it tells, or the receiver's.
    pub(super) moment: Moment,
    /// The times and UUIDs that it tells.
    values: Vec<Value>,
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

const MILLIS: fn(&Value) -> bool = |value| matches!(value, Value::Time { format: TimeFormat::UnixMillis, .. });

impl Told {
    pub(super) fn by(request: &Request<'_>) -> Self {
        let operation = request.operation();
        let mut told = Self { settings: Vec::new(), moment: Moment::now(), values: Vec::new() };
        for slot in operation.order.iter().map(|slot| usize::from(*slot)) {
            let Some([value]) = operation.slots[slot].value.as_deref() else { continue };
            let Some(text) = request.text(slot) else { continue };
            match value {
                Value::Setting(name) => told.settings.push((name.clone(), text.into_owned())),
                Value::Uuid => {
                    let Some(uuid) = uuid(&text) else { continue };
                    told.moment.uuid = uuid;
                    told.values.push(Value::Uuid);
                }
                Value::Time { format, offset_seconds } => {
                    let Some(now) = format.read(&text, *offset_seconds) else { continue };
                    // The finest reading serves the coarser ones too.
                    if MILLIS(value) || !told.values.iter().any(|told| matches!(told, Value::Time { .. })) {
                        told.moment.now = now;
                    }
                    told.values.push(value.clone());
                }
                _ => {}
            }
        }
        told
    }

    /// What an expression reads that the request does not tell.
    pub(super) fn gap(&self, values: &[Value]) -> Gap {
        let untold = |value: &Value| matches!(value, Value::Uuid | Value::Time { .. }) && !self.values.contains(value);
        if any(values, &|value| untold(value) && (*value == Value::Uuid || MILLIS(value))) {
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
