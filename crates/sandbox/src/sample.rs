//! Values that are made up of their schemas, where a document has no example of them.

use countersign::plan::{Condition, Pattern, Text, pointer};
use countersign_spec::{Document, resolve_inner};
use openapiv3::{
    AdditionalProperties, ArrayType, IntegerFormat, IntegerType, NumberType, ObjectType, ReferenceOr, Schema,
    SchemaKind, StringFormat, StringType, Type, VariantOrUnknownOrEmpty as Format,
};
use regex_syntax::hir::{Class, Hir, HirKind, Repetition};
use serde_json::{Map, Number, Value as Json};

/// How much of an object is made up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What is required, as in the smallest request that can be sent.
    Required,
    /// What may be left out too, as in a response that shows everything.
    Whole,
}

/// How deep a value is made up.
const DEEPEST: usize = 32;

/// How deep an object is made up with what may be left out: what contains itself has no end.
const SHOWN: usize = 6;

/// How many values are made up with what may be left out.
const MOST: usize = 1_000;

/// How many characters a text has at most for the sake of a `minLength`.
const LONGEST: usize = 10_000;

/// A value of a schema: its own example, or one that is made up and keeps to what the schema demands. What the client fills in
/// by itself is not in it.
///
/// Where that takes more than reading the schema, as a text that two patterns have to match, the value may break it.
pub fn made_up(document: &Document, schema: &ReferenceOr<Schema>, extent: Extent) -> Json {
    let mut maker = Maker { document, extent, left: MOST };
    document.resolve(schema).map_or(Json::Null, |schema| maker.value(schema, 0, 0))
}

/// An example of a response as a reader of its schema can take it: what it lacks of what is required is made up, and so is what has
/// another type.
pub(crate) fn completed(document: &Document, schema: &ReferenceOr<Schema>, example: &Json) -> Json {
    let mut maker = Maker { document, extent: Extent::Required, left: MOST };
    let mut whole = example.clone();
    if let Some(schema) = document.resolve(schema) {
        maker.complete(schema, &mut whole, 0);
    }
    whole
}

struct Maker<'d> {
    document: &'d Document,
    extent: Extent,
    /// How many values are still made up that may be left out.
    left: usize,
}

impl<'d> Maker<'d> {
    /// A value. Another `turn` is another value, as far as the schema allows that.
    fn value(&mut self, schema: &'d Schema, depth: usize, turn: usize) -> Json {
        let data = &schema.schema_data;
        if depth > DEEPEST {
            return Json::Null;
        }
        self.left = self.left.saturating_sub(1);
        if let Some(sample) = data.example.as_ref().or(data.default.as_ref()).filter(|_| turn == 0) {
            return sample.clone();
        }
        match &schema.schema_kind {
            SchemaKind::OneOf { one_of } => self.first_of(schema, one_of, depth, turn),
            SchemaKind::Type(Type::String(text)) => self::text(text, turn),
            SchemaKind::Type(Type::Number(number)) => self::number(number, turn),
            SchemaKind::Type(Type::Integer(number)) => whole(number, turn),
            SchemaKind::Type(Type::Boolean(of)) => {
                of.enumeration.iter().flatten().next().copied().unwrap_or(turn.is_multiple_of(2)).into()
            }
            SchemaKind::Type(Type::Array(array)) => self.list(array, depth, turn),
            SchemaKind::Type(Type::Object(object)) => self.object(object, depth, turn),
            _ => format!("text{}", nth(turn)).into(),
        }
    }

    fn complete(&mut self, schema: &'d Schema, value: &mut Json, depth: usize) {
        if depth > DEEPEST || value.is_null() && schema.schema_data.nullable {
            return;
        }
        let SchemaKind::Type(kind) = &schema.schema_kind else { return };
        match (kind, &mut *value) {
            (Type::Object(object), Json::Object(members)) => {
                for (name, property) in &object.properties {
                    let Some(inner) = resolve_inner(self.document.openapi(), property) else { continue };
                    match members.get_mut(name).filter(|value| !value.is_null() || inner.schema_data.nullable) {
                        Some(value) => self.complete(inner, value, depth + 1),
                        None if object.required.contains(name) => {
                            members.insert(name.clone(), self.value(inner, depth + 1, 0));
                        }
                        None => {}
                    }
                }
            }
            (Type::Array(array), Json::Array(items)) => {
                let of = array.items.as_ref().and_then(|items| resolve_inner(self.document.openapi(), items));
                items.iter_mut().zip(of.into_iter().cycle()).for_each(|(item, of)| self.complete(of, item, depth + 1));
            }
            (Type::String(_), Json::String(_))
            | (Type::Number(_), Json::Number(_))
            | (Type::Boolean(_), Json::Bool(_)) => {}
            (Type::Integer(_), Json::Number(number)) if number.is_i64() || number.is_u64() => {}
            _ => *value = self.value(schema, depth, 0),
        }
    }

    fn inner(&mut self, part: &'d ReferenceOr<Box<Schema>>, depth: usize, turn: usize) -> Json {
        let schema = resolve_inner(self.document.openapi(), part);
        schema.map_or(Json::Null, |schema| self.value(schema, depth + 1, turn))
    }

    /// The first branch, which a discriminator names.
    fn first_of(&mut self, schema: &Schema, branches: &'d [ReferenceOr<Schema>], depth: usize, turn: usize) -> Json {
        // What contains itself ends in what is no object.
        let ends = |branch: &&ReferenceOr<Schema>| {
            let branch = self.document.resolve(branch).map(|branch| &branch.schema_kind);
            !matches!(branch, Some(SchemaKind::Type(Type::Object(_)) | SchemaKind::OneOf { .. }))
        };
        let end = branches.iter().find(ends).filter(|_| depth >= SHOWN);
        let Some(first) = end.or(branches.first()) else { return Json::Null };
        let mut value = match self.document.resolve(first) {
            Some(branch) => self.value(branch, depth + 1, turn),
            None => Json::Null,
        };
        if let (Some(told), Json::Object(members), ReferenceOr::Reference { reference }) =
            (&schema.schema_data.discriminator, &mut value, first)
        {
            let is_named = |says: &&String| told.mapping.get(*says) == Some(reference);
            let own = members.get(&told.property_name).and_then(Json::as_str).map(str::to_owned);
            if own.is_none_or(|own| !is_named(&&own)) {
                let says = told.mapping.keys().find(is_named);
                members.extend(says.map(|says| (told.property_name.clone(), says.as_str().into())));
            }
        }
        value
    }

    fn list(&mut self, array: &'d ArrayType, depth: usize, turn: usize) -> Json {
        let least = array.min_items.unwrap_or_default();
        // One, to show what is in it.
        let count = least.max(usize::from(depth < SHOWN)).min(array.max_items.unwrap_or(usize::MAX)).min(self.left);
        let Some(items) = &array.items else { return Json::Array(Vec::new()) };
        (0..count).map(|index| self.inner(items, depth, turn + index)).collect()
    }

    fn object(&mut self, object: &'d ObjectType, depth: usize, turn: usize) -> Json {
        let mut members = Map::new();
        for (name, property) in &object.properties {
            let is_whole = self.extent == Extent::Whole && depth < SHOWN && self.left > 0;
            if (is_whole || object.required.contains(name)) && !self.is_filled_in(property) {
                members.insert(name.clone(), self.inner(property, depth, turn));
            }
        }
        // In a form, an object with nothing in it is not there.
        let shown = object.properties.iter().find(|(_, property)| !self.is_filled_in(property));
        if let Some((name, property)) = shown.filter(|_| members.is_empty() && depth > 0 && depth < SHOWN) {
            members.insert(name.clone(), self.inner(property, depth, turn));
        }
        let described = match &object.additional_properties {
            Some(AdditionalProperties::Schema(of)) => self.document.resolve(of),
            _ => None,
        };
        if let Some(of) = described {
            let least = object.min_properties.unwrap_or_default();
            let shown = usize::from(object.properties.is_empty() && depth < SHOWN);
            for index in members.len()..least.max(shown).min(members.len() + self.left) {
                members.insert(format!("name{}", nth(index)), self.value(of, depth + 1, turn + index));
            }
        }
        Json::Object(members)
    }

    /// Whether the client fills a field in, without what its caller gives.
    fn is_filled_in(&self, property: &'d ReferenceOr<Box<Schema>>) -> bool {
        let schema = resolve_inner(self.document.openapi(), property);
        let value = schema.and_then(|schema| schema.schema_data.extensions.get("x-value"));
        value.is_some_and(|value| !reads_given(value))
    }
}

/// Whether an expression reads what the caller gives.
fn reads_given(expression: &Json) -> bool {
    match expression {
        Json::Object(function) => function.contains_key("given") || function.values().any(reads_given),
        Json::Array(values) => values.iter().any(reads_given),
        _ => false,
    }
}

/// What tells the next value from the first.
fn nth(turn: usize) -> String {
    if turn == 0 { String::new() } else { (turn + 1).to_string() }
}

fn text(text: &StringType, turn: usize) -> Json {
    let listed: Vec<&String> = text.enumeration.iter().flatten().collect();
    if !listed.is_empty() {
        return listed[turn % listed.len()].as_str().into();
    }
    let (least, most) = (text.min_length.unwrap_or_default().min(LONGEST), text.max_length.unwrap_or(usize::MAX));
    let fits = |text: &String| (least..=most).contains(&text.chars().count());
    if let Some(pattern) = &text.pattern {
        return matching(pattern, turn, fits).unwrap_or_default().into();
    }
    let mut made = of_format(&text.format, turn);
    if !fits(&made) {
        made = made.chars().cycle().take(made.chars().count().clamp(least, most)).collect();
    }
    made.into()
}

fn of_format(format: &Format<StringFormat>, turn: usize) -> String {
    let (day, nth) = (turn % 28 + 1, nth(turn));
    match format {
        Format::Item(StringFormat::Date) => format!("2026-01-{day:02}"),
        Format::Item(StringFormat::DateTime) => format!("2026-01-{day:02}T12:34:56Z"),
        Format::Item(StringFormat::Byte) => "bWFkZSB1cA==".to_owned(),
        Format::Unknown(format) => match format.as_str() {
            "uuid" => format!("00000000-0000-4000-8000-{turn:012}"),
            "email" => format!("jo{nth}@example.com"),
            "uri" | "url" | "uri-reference" => format!("https://example.com/{nth}"),
            "hostname" => format!("host{nth}.example.com"),
            "ipv4" => format!("192.0.2.{day}"),
            "ipv6" => format!("2001:db8::{day}"),
            "time" => "12:34:56Z".to_owned(),
            "decimal" => format!("{}.00", turn + 1),
            _ => format!("text{nth}"),
        },
        _ => format!("text{nth}"),
    }
}

fn number(number: &NumberType, turn: usize) -> Json {
    if let Some(listed) = number.enumeration.iter().flatten().next() {
        return Number::from_f64(*listed).map_or(Json::Null, Json::Number);
    }
    let step = number.multiple_of.filter(|step| *step > 0.0);
    let low = number.minimum.map(|low| if number.exclusive_minimum { low + step.unwrap_or(1.0) } else { low });
    let high = number.maximum.map(|high| if number.exclusive_maximum { high - step.unwrap_or(1.0) } else { high });
    // Between bounds that are close to each other.
    let middle = || Some((number.minimum? + number.maximum?) / 2.0);
    let mut made = low.unwrap_or_else(|| high.map_or(1.0, |high| high.min(1.0)));
    if high.is_some_and(|high| made > high) {
        made = middle().unwrap_or(made);
    }
    if let Some(step) = step {
        made = (made / step).ceil() * step;
    }
    let next = made + turn as f64 * step.unwrap_or(1.0);
    let made = if high.is_none_or(|high| next <= high) { next } else { made };
    // A whole number is written as one.
    if made.fract() == 0.0 && made.abs() < 1e15 {
        return (made as i64).into();
    }
    Number::from_f64(made).map_or(Json::Null, Json::Number)
}

fn whole(number: &IntegerType, turn: usize) -> Json {
    if let Some(listed) = number.enumeration.iter().flatten().next() {
        return (*listed).into();
    }
    let step = number.multiple_of.filter(|step| *step > 0).unwrap_or(1);
    let low = number.minimum.map(|low| low.saturating_add(i64::from(number.exclusive_minimum)));
    let high = number.maximum.map(|high| high.saturating_sub(i64::from(number.exclusive_maximum)));
    let high = match number.format {
        Format::Item(IntegerFormat::Int32) => Some(high.unwrap_or(i64::MAX).min(i32::MAX.into())),
        _ => high,
    };
    let made = low.unwrap_or_else(|| high.map_or(1, |high| high.min(1)));
    let made = made.checked_add((step - made.rem_euclid(step)) % step).unwrap_or(made);
    let next = i64::try_from(turn).ok().and_then(|turn| made.checked_add(step.checked_mul(turn)?));
    next.filter(|next| high.is_none_or(|high| *next <= high)).unwrap_or(made).into()
}

/// A text that a pattern matches and that is of the right length, if one is found.
fn matching(pattern: &str, turn: usize, fits: impl Fn(&String) -> bool) -> Option<String> {
    let known = Pattern::parse(pattern).ok()?;
    let hir = regex_syntax::parse(pattern).ok()?;
    // Each round has more of what may be repeated.
    (0..=256).find_map(|more| {
        let mut made = String::new();
        write(&hir, more, turn, &mut made)?;
        (fits(&made) && known.matches(&made)).then_some(made)
    })
}

/// Writes a text that an expression matches, with so much more than the least of what may be repeated.
fn write(hir: &Hir, more: u32, turn: usize, into: &mut String) -> Option<()> {
    if into.len() > LONGEST {
        return None;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => into.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(class) => into.push(of_class(class, turn + into.chars().count())?),
        HirKind::Repetition(Repetition { min, max, sub, .. }) => {
            for _ in 0..min.saturating_add(more).min(max.unwrap_or(u32::MAX)) {
                write(sub, more, turn, into)?;
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, more, turn, into)?,
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| write(part, more, turn, into))?,
        HirKind::Alternation(parts) => write(parts.get(turn % parts.len().max(1))?, more, turn, into)?,
    }
    Some(())
}

/// One of a class: a digit, or else a letter, or else whatever it has.
fn of_class(class: &Class, turn: usize) -> Option<char> {
    let mut class = match class {
        Class::Unicode(class) => class.clone(),
        Class::Bytes(class) => class.to_unicode_class()?,
    };
    let whole = class.clone();
    for plain in [&[('0', '9')][..], &[('a', 'z'), ('A', 'Z')], &[(' ', '~')]] {
        let ranges = plain.iter().map(|(first, last)| regex_syntax::hir::ClassUnicodeRange::new(*first, *last));
        class.intersect(&regex_syntax::hir::ClassUnicode::new(ranges));
        let chars: Vec<char> = class.iter().flat_map(|range| range.start()..=range.end()).collect();
        if !chars.is_empty() {
            return Some(chars[turn % chars.len()]);
        }
        class = whole.clone();
    }
    whole.iter().next().map(|range| range.start())
}

/// Changes a body of a response to one that satisfies what the body of a success does.
pub(crate) fn satisfy(body: &mut Json, conditions: &[Condition]) {
    for condition in conditions {
        match condition {
            Condition::OneOf { pointer, values, .. } => {
                let first = values.first().filter(|_| body.pointer(pointer).is_none_or(|value| !says(value, values)));
                if let Some(first) = first {
                    let is_text = body.pointer(pointer).is_none_or(Json::is_string);
                    let literal = serde_json::from_str(first).ok().filter(|_| !is_text);
                    put(body, pointer, literal.unwrap_or_else(|| (**first).into()));
                }
            }
            Condition::Absent(pointer) => drop(remove(body, pointer)),
            Condition::Present(pointers) => {
                if !pointers.iter().any(|pointer| body.pointer(pointer).is_some_and(|value| !value.is_null()))
                    && let Some(first) = pointers.first()
                {
                    put(body, first, "text".into());
                }
            }
        }
    }
}

fn says(value: &Json, texts: &[Text]) -> bool {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    texts.iter().any(|one| **one == text)
}

/// Puts a value at a JSON pointer.
pub(crate) fn put(body: &mut Json, pointer: &str, value: Json) {
    let mut here = body;
    for step in pointer::steps(pointer).map(pointer::unescaped) {
        if !here.is_object() {
            *here = Json::Object(Map::new());
        }
        let Json::Object(members) = here else { return };
        here = members.entry(step.into_owned()).or_insert(Json::Null);
    }
    *here = value;
}

/// Takes out what is at a JSON pointer.
pub(crate) fn remove(body: &mut Json, pointer: &str) -> Option<Json> {
    let (above, last) = pointer.rsplit_once('/')?;
    body.pointer_mut(above)?.as_object_mut()?.remove(&*pointer::unescaped(last))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A document with a schema, in YAML.
    fn with(schema: &str) -> String {
        countersign_spec::starter("acme").replace(
            "\n  schemas:\n",
            &format!("\n  schemas:\n    Sample:\n      type: object\n      x-source: made up\n      properties:\n        it: {schema}\n"),
        )
    }

    /// What is made up of a schema, in YAML.
    fn made(schema: &str, extent: Extent) -> Json {
        let text = with(schema);
        let document = countersign_spec::read("acme.yaml", &text).unwrap_or_else(|findings| panic!("{findings}"));
        let sample = ReferenceOr::Reference { reference: "#/components/schemas/Sample".to_owned() };
        let mut made = made_up(&document, &sample, extent);
        made["it"].take()
    }

    #[test]
    fn a_value_keeps_to_its_schema() {
        for (schema, expected) in [
            ("{type: string}", json!("text")),
            ("{type: string, minLength: 6, maxLength: 9}", json!("textte")),
            ("{type: string, maxLength: 2}", json!("te")),
            ("{type: string, enum: [b, a]}", json!("b")),
            ("{type: string, example: mine}", json!("mine")),
            ("{type: string, format: date}", json!("2026-01-01")),
            ("{type: string, format: date-time}", json!("2026-01-01T12:34:56Z")),
            ("{type: string, pattern: '^[0-9]{1,10}[.][0-9]{2}$'}", json!("0.23")),
            ("{type: string, pattern: '^[a-zA-Z0-9]{26,35}$', minLength: 27}", json!("012345678901234567890123456")),
            ("{type: string, pattern: '^(?:iban|msisdn)@([^$]+)$'}", json!("iban@5")),
            ("{type: integer, minimum: 5, exclusiveMinimum: true, multipleOf: 4}", json!(8)),
            ("{type: integer, maximum: -3}", json!(-3)),
            ("{type: number, minimum: 0.2, maximum: 0.9}", json!(0.2)),
            ("{type: number, minimum: 0, maximum: 1, exclusiveMinimum: true}", json!(1)),
            ("{type: boolean}", json!(true)),
            ("{type: array, minItems: 3, uniqueItems: true, items: {type: integer}}", json!([1, 2, 3])),
            ("{type: array, minItems: 2, uniqueItems: true, items: {type: string}}", json!(["text", "text2"])),
            ("{type: object, additionalProperties: {type: integer}}", json!({"name": 1})),
        ] {
            assert_eq!(made(schema, Extent::Whole), expected, "{schema}");
        }
    }

    #[test]
    fn what_may_be_left_out_is_in_a_whole_value_alone() {
        let schema = "{type: object, required: [a], properties: {a: {type: boolean}, b: {type: boolean}}}";
        assert_eq!(made(schema, Extent::Whole), json!({"a": true, "b": true}));
        assert_eq!(made(schema, Extent::Required), Json::Null);
        let schema = format!("{{type: array, items: {schema}}}");
        assert_eq!(made(&schema, Extent::Whole), json!([{"a": true, "b": true}]));
    }

    #[test]
    fn what_a_published_example_lacks_is_made_up() {
        let schema = "{type: array, items: {type: object, required: [a, b, c], properties: {a: {type: string}, b: {type: integer}, c: \
                      {type: array, items: {type: boolean}}, d: {type: string}}}}";
        let text = with(schema);
        let document = countersign_spec::read("acme.yaml", &text).unwrap_or_else(|findings| panic!("{findings}"));
        let sample = ReferenceOr::Reference { reference: "#/components/schemas/Sample".to_owned() };
        let example = json!({"it": [{"a": "mine", "b": 1.5, "c": [true, "no"], "e": 1}, {"a": null, "d": "x"}, 7]});
        let whole = json!({"it": [
            {"a": "mine", "b": 1, "c": [true, true], "e": 1},
            {"a": "text", "b": 1, "c": [true], "d": "x"},
            {"a": "text", "b": 1, "c": [true]},
        ]});
        assert_eq!(completed(&document, &sample, &example), whole);
    }

    #[test]
    fn one_of_several_says_that_it_is_the_first() {
        let schema = "{oneOf: [{title: card, type: object, required: [kind, number], properties: {kind: {type: string, enum: [card]}, \
                      number: {type: integer}}}, {title: cash, type: object, required: [kind], properties: {kind: {type: \
                      string, enum: [cash]}}}], discriminator: {propertyName: kind}}";
        assert_eq!(made(schema, Extent::Whole), json!({"kind": "card", "number": 1}));
    }

    #[test]
    fn a_success_satisfies_what_is_said_of_one() {
        let one_of = |pointer: &'static str, value: &'static str| Condition::OneOf {
            pointer: pointer.into(),
            values: vec![value.into()].into(),
            optional: false,
        };
        let mut body = json!({"status": 1, "text": "text", "error": "text"});
        let conditions = [
            one_of("/status", "200"),
            one_of("/text", "00"),
            one_of("/new/code", "A"),
            Condition::Absent("/error".into()),
            Condition::Present(vec!["/result".into()].into()),
        ];
        satisfy(&mut body, &conditions);
        assert_eq!(body, json!({"status": 200, "text": "00", "new": {"code": "A"}, "result": "text"}));
    }
}
