//! Documents that are made to hurt whoever reads them: each is read or refused in a moment, on the stack of a test's thread.

#![allow(clippy::unwrap_used)]

mod bank;

use std::time::{Duration, Instant};

use bank::{add, bank};
use countersign_plan::{Expression, Place};
use countersign_spec::{Finding, Rule, lint, read};
use serde_json::{Map, Value, json};

/// What a thread of a test or of tokio has.
const STACK: usize = 2 << 20;

/// Far longer than any of these takes.
const LONG: Duration = Duration::from_secs(60);

/// Runs something on a stack of this size.
fn on_stack<T: Send>(bytes: usize, what: &str, work: impl FnOnce() -> T + Send) -> T {
    timed(bytes, what, work).0
}

/// Runs something on a stack of this size, holds it to its time, and says how much it took.
fn timed<T: Send>(bytes: usize, what: &str, work: impl FnOnce() -> T + Send) -> (T, Duration) {
    let work = || {
        let began = (Instant::now(), computed());
        let done = work();
        let spent = computed().zip(began.1).map(|(end, start)| end.saturating_sub(start));
        (done, spent.unwrap_or_else(|| began.0.elapsed()))
    };
    let (done, spent) = std::thread::scope(|scope| {
        std::thread::Builder::new().stack_size(bytes).spawn_scoped(scope, work).unwrap().join().unwrap()
    });
    println!("{what}: {spent:?}");
    assert!(spent < LONG, "{what} took {spent:?}");
    (done, spent)
}

/// How long this thread has computed, where the system says so: what else the machine does is not counted.
fn computed() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

fn findings(what: &str, text: &str) -> Vec<Finding> {
    on_stack(STACK, what, || lint("bank.yaml", text))
}

/// Whether a document breaks this rule once, and nothing else.
#[track_caller]
fn breaks(rule: Rule, what: &str, document: &Value) {
    let found = findings(what, &document.to_string());
    assert_eq!(found.iter().map(|finding| finding.rule).collect::<Vec<_>>(), [rule], "{what}: {found:#?}");
    assert!(found[0].to_string().len() < 2_000);
}

fn object(properties: Value) -> Value {
    json!({"type": "object", "x-source": "page 5", "properties": properties})
}

fn schema(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// The bank, with these schemas beside its own, of which a response and a request have the first.
fn with_schemas(schemas: Vec<(String, Value)>, in_request: bool) -> Value {
    let mut document = bank();
    let place = if in_request { "SetPinRequest" } else { "SetPinAnswer" };
    let first = schema(&schemas[0].0);
    add(&mut document, &format!("/components/schemas/{place}/properties"), json!({"first": first}));
    add(&mut document, "/components/schemas", schemas.into_iter().collect::<Map<_, _>>().into());
    document
}

/// Schemas of which each has the next one under each of these names, behind `around`.
fn chain(length: usize, names: &[&str], around: impl Fn(Value) -> Value) -> Vec<(String, Value)> {
    let level = |index: usize| {
        let next = |name: &&str| ((*name).to_owned(), around(schema(&format!("C{}", index + 1))));
        let last = json!({"end": {"type": "string", "x-source": "page 5"}});
        let properties = if index + 1 == length { last } else { names.iter().map(next).collect::<Map<_, _>>().into() };
        (format!("C{index}"), object(properties))
    };
    (0..length).map(level).collect()
}

fn array(of: Value) -> Value {
    json!({"type": "array", "x-source": "page 5", "items": of})
}

// ---- Expressions ---------------------------------------------------------------------------------------------------

/// Expressions that nest this deep, the innermost text counted.
fn nested(depth: usize) -> Vec<(&'static str, Value)> {
    // What is sent is text, so an encoding is around it all.
    let build =
        |inner: Value, wrap: &dyn Fn(Value) -> Value| json!({"hex": (2..depth).fold(inner, |inner, _| wrap(inner))});
    vec![
        ("encoding", build(json!("a"), &|inner| json!({"hex": inner}))),
        ("digest", build(json!("a"), &|inner| json!({"sha-512": inner}))),
        ("key", build(json!("a"), &|inner| json!({"hmac-sha-256": {"key": inner, "of": "b"}}))),
        ("message", build(json!("a"), &|inner| json!({"hmac-sha-256": {"key": "b", "of": inner}}))),
        // A join takes three levels of YAML, whose own bound it meets first.
        (
            "join",
            (1..depth).fold(json!("a"), |inner, n| match n % 4 {
                0 => json!({"hex": inner}),
                _ => json!({"join": {"with": "-", "of": [inner, "b"]}}),
            }),
        ),
        ("list", build(json!("a"), &|inner| json!([inner]))),
    ]
}

fn with_expression(expression: Value) -> Value {
    let mut document = bank();
    let header = json!({"name": "X-Nested", "in": "header", "x-source": "page 5", "schema": {"type": "string"}, "x-value": expression});
    add(&mut document, "/components/parameters", json!({"Nested": header}));
    let parameters = document.pointer_mut("/paths/~1cards~1{card_id}~1pin/put/parameters").unwrap();
    parameters.as_array_mut().unwrap().push(json!({"$ref": "#/components/parameters/Nested"}));
    document
}

#[test]
fn an_expression_nests_no_deeper_than_a_stack_takes() {
    for (what, expression) in nested(16) {
        let text = with_expression(expression).to_string();
        let document = on_stack(STACK, what, || read("bank.yaml", &text).unwrap());
        // Half of what a worker has, for there is a caller, too.
        on_stack(STACK / 2, what, || {
            let copy = document.plan().clone();
            assert!(copy == *document.plan() && !format!("{copy:?}").is_empty());
            let operation = copy.operation("set_pin").unwrap().clone().arranged().unwrap();
            let index = operation.parameter(Place::Header, "X-Nested").unwrap();
            assert!(operation.order.contains(&(index as u16)) && !operation.slots[index].given);
            assert_eq!(operation.tells(index), !["encoding", "join", "list"].contains(&what));
            let value = operation.slots[index].value.as_deref().unwrap();
            assert!(Expression(value).to_string().contains('a'), "{what}");
        });
    }
    for (what, expression) in nested(17).into_iter().chain(nested(40)) {
        let found = findings(what, &with_expression(expression).to_string());
        let known = |finding: &Finding| matches!(finding.rule, Rule::Expression | Rule::Yaml);
        assert!((1..=2).contains(&found.len()) && found.iter().all(known), "{what}: {found:?}");
    }
}

#[test]
fn an_operation_fills_in_no_more_than_a_person_writes() {
    let properties = |count: usize| -> Map<String, Value> {
        let property =
            |index: usize| json!({"type": "string", "x-source": "p", "x-value": {"field": format!("f{}", index + 1)}});
        let last = (format!("f{count}"), json!({"type": "string", "x-source": "page 5"}));
        (0..count).map(|index| (format!("f{index}"), property(index))).chain([last]).collect()
    };
    let with = |count| with_schemas(vec![("Many".to_owned(), object(properties(count).into()))], true);
    // Fields of an object below the top are not found by a name at the top.
    let found = findings("5,000 filled fields", &with(5_000).to_string());
    assert!(found.iter().any(|finding| finding.rule == Rule::Cycle), "{:?}", found.first());
}

#[test]
fn values_that_double_with_each_level_are_each_made_once() {
    let of = |index: usize| json!([{"value": format!("v{}", index + 1)}, {"value": format!("v{}", index + 1)}]);
    let with = |count: usize, last: Value| {
        let mut document = bank();
        let values = (0..count).map(|index| (format!("v{index}"), of(index)));
        let values: Map<String, Value> = values.chain([(format!("v{count}"), last)]).collect();
        add(&mut document, "", json!({"x-values": values}));
        add(
            &mut document,
            "/components/parameters/Country",
            json!({"x-value": {"join": {"with": "", "of": [{"setting": "country", "default": "MX"}, {"value": "v0"}]}}}),
        );
        document
    };
    let text = with(150, json!({"credential": "secret_key"})).to_string();
    let document = on_stack(STACK, "150 values", || read("bank.yaml", &text).unwrap_or_else(|found| panic!("{found}")));
    let operation = document.plan().operation("set_pin").unwrap();
    assert!(operation.tells(operation.parameter(Place::Header, "X-Country").unwrap()));
    breaks(Rule::Expression, "150 raw values", &with(150, json!({"sha-512": "a"})));
    let found = findings("5,000 values", &with(5_000, json!("a")).to_string());
    assert!(found.iter().any(|finding| finding.rule == Rule::Cycle), "{:?}", found.first());
}

// ---- Schemas -------------------------------------------------------------------------------------------------------

#[test]
fn schemas_nest_no_deeper_than_a_stack_takes_in_responses_too() {
    for length in [2, 28] {
        assert_eq!(findings("a chain", &with_schemas(chain(length, &["next"], |next| next), false).to_string()), []);
    }
    for length in [40, 1_000, 3_000] {
        breaks(Rule::Reference, "a chain", &with_schemas(chain(length, &["next"], |next| next), false));
    }
    breaks(Rule::Reference, "lists", &with_schemas(chain(1_000, &["next"], array), false));
    let map = |next| json!({"type": "object", "x-source": "page 5", "additionalProperties": next});
    let found = findings("maps", &with_schemas(chain(1_000, &["next"], map), false).to_string());
    assert!(found.iter().any(|finding| finding.rule == Rule::Reference), "{found:?}");
    // In a request, lists are between objects that the client does not look into.
    breaks(Rule::Reference, "lists", &with_schemas(chain(1_000, &["next"], array), true));
    let unused = with_schemas(chain(1_000, &["next"], |next| next), false);
    breaks(Rule::Reference, "a chain that nothing uses", &{
        let mut document = bank();
        document["components"]["schemas"] = unused["components"]["schemas"].clone();
        let answer = document.pointer_mut("/components/schemas/SetPinAnswer/properties").unwrap();
        answer.as_object_mut().unwrap().remove("first");
        document
    });
}

#[test]
fn schemas_that_double_with_each_level_are_counted_and_not_written_out() {
    assert_eq!(findings("10 levels", &with_schemas(chain(10, &["a", "b"], |next| next), false).to_string()), []);
    for (levels, names) in [(20, &["a", "b"][..]), (28, &["a", "b"]), (12, &["a", "b", "c", "d"])] {
        breaks(Rule::Reference, "a diamond", &with_schemas(chain(levels, names, |next| next), false));
        breaks(Rule::Reference, "a diamond of lists", &with_schemas(chain(levels.min(15), names, array), false));
    }
    let found = findings("40 levels", &with_schemas(chain(40, &["a", "b"], |next| next), false).to_string());
    assert!(found.iter().all(|finding| finding.rule == Rule::Reference) && found.len() < 5, "{found:?}");
    let found = findings("300 levels", &with_schemas(chain(300, &["a", "b"], |next| next), true).to_string());
    assert!(!found.is_empty() && found.len() < 10, "{found:?}");
}

#[test]
fn branches_are_looked_at_once_and_no_more_of_them_than_a_person_writes() {
    let choice = |branches: Vec<Value>| json!({"oneOf": branches, "x-source": "page 5"});
    // Each is one of the next one, twice over.
    let doubling = |levels: usize| -> Vec<(String, Value)> {
        let link = |index: usize| {
            let next = schema(&format!("R{}", index + 1));
            let branches = vec![next.clone(), json!({"type": "object", "properties": {"a": next}})];
            (format!("R{index}"), choice(branches))
        };
        (0..levels).map(link).chain([(format!("R{levels}"), object(json!({"a": {"type": "string"}})))]).collect()
    };
    let found = findings("choices of choices", &with_schemas(doubling(40), true).to_string());
    assert!(found.iter().any(|finding| finding.problem.contains("more than 20000 fields")), "{found:?}");
    let many = |count: usize, told: bool| {
        let branch = |index: usize| (format!("B{index}"), object(json!({"kind": {"type": "string"}})));
        let mut all = choice((0..count).map(|index| schema(&format!("B{index}"))).collect());
        if told {
            all["discriminator"] = json!({"propertyName": "kind"});
        }
        [("R0".to_owned(), object(json!({"all": schema("All")}))), ("All".to_owned(), all)]
            .into_iter()
            .chain((0..count).map(branch))
            .collect::<Vec<_>>()
    };
    for (count, told) in [(4_000, true), (4_000, false)] {
        let found = findings("many branches", &with_schemas(many(count, told), true).to_string());
        assert!(found.iter().any(|finding| finding.problem.contains("more than 100")), "{found:?}");
    }
    let scalars: Vec<Value> = (0..60_000).map(|_| json!({"type": "string"})).collect();
    let found = findings("many texts", &with_schemas(vec![("R0".to_owned(), choice(scalars))], true).to_string());
    assert!(found.iter().any(|finding| finding.problem.contains("more than 100")), "{found:?}");
    // Parts of parts, in each of which the value of a branch could be stated.
    let part = |index: usize| {
        let parts: Vec<Value> = (0..40).map(|_| schema(&format!("P{}", index + 1))).collect();
        (format!("P{index}"), json!({"allOf": parts, "x-source": "page 5"}))
    };
    let mut parts: Vec<(String, Value)> = (0..12).map(part).collect();
    parts.push(("P12".to_owned(), object(json!({"a": {"type": "string"}}))));
    let mut told = choice(vec![schema("P0"), schema("P1")]);
    told["discriminator"] = json!({"propertyName": "kind"});
    parts.insert(0, ("R0".to_owned(), object(json!({"all": schema("All")}))));
    parts.push(("All".to_owned(), told));
    assert!(!findings("parts of parts", &with_schemas(parts, true).to_string()).is_empty());
}

/// Each is one of the next ones, each of which is one of those after it: written out they would be a great many.
#[test]
fn choices_of_choices_are_not_written_out() {
    let choice = |names: &[String]| {
        let branches: Vec<Value> = names.iter().map(|name| schema(name)).collect();
        json!({"oneOf": branches, "x-source": "page 5"})
    };
    for is_told in [false, true] {
        for in_request in [false, true] {
            let mut all = Vec::new();
            for level in 0..30 {
                let next = |letter: &str| format!("{letter}{}", level + 1);
                for letter in ["C", "D"] {
                    let mut one = choice(&[next("C"), next("D")]);
                    if is_told {
                        one["discriminator"] = json!({"propertyName": "kind"});
                    }
                    all.push((format!("{letter}{level}"), one));
                }
            }
            for letter in ["C", "D"] {
                let mut end = object(json!({"kind": {"type": "string", "x-source": "page 5"}}));
                end["required"] = json!(["kind"]);
                all.push((format!("{letter}30"), end));
            }
            let document = with_schemas(all, in_request).to_string();
            let found = timed(STACK, "choices of choices", || lint("bank.yaml", &document)).0;
            assert!(found.iter().any(|finding| finding.problem.contains("more than 1000, with what")), "{found:#?}");
        }
    }
}

#[test]
fn cycles_are_found_however_they_lead() {
    for length in [1_usize, 2, 3_000] {
        let link = |index: usize| {
            let mut object = object(json!({"next": schema(&format!("R{}", (index + 1) % length))}));
            object["required"] = json!(["next"]);
            (format!("R{index}"), object)
        };
        let mut schemas: Vec<_> = (0..length).map(link).collect();
        let found = findings("a cycle", &with_schemas(schemas.clone(), false).to_string());
        let cycles = found.iter().filter(|finding| finding.problem.contains("requires itself")).count();
        assert_eq!(cycles, length);
        // It ends where one of them may be left out.
        schemas[0].1["required"] = json!([]);
        let found = findings("a cycle", &with_schemas(schemas, false).to_string());
        assert_eq!(found.len(), length.saturating_sub(64), "{length}");
    }
    // Through a list, and with a tail that is no part of it.
    let schemas = [
        ("Tail", json!({"next": schema("A")})),
        ("A", json!({"one": schema("B")})),
        ("B", json!({"back": schema("A"), "out": schema("C")})),
        ("C", json!({"end": {"type": "string", "x-source": "page 5"}})),
    ];
    let mut schemas = schemas.map(|(name, properties)| (name.to_owned(), object(properties)));
    for (index, name) in [(0, "next"), (1, "one"), (2, "back"), (3, "end")] {
        schemas[index].1["required"] = json!([name]);
    }
    let found = findings("a cycle", &with_schemas(schemas.to_vec(), false).to_string());
    let named: Vec<&str> = found.iter().map(|finding| finding.pointer.as_str()).collect();
    assert_eq!(named, ["/components/schemas/A", "/components/schemas/B"]);
    // A list may be empty.
    schemas[1].1["properties"]["one"] = array(schema("B"));
    assert_eq!(findings("a cycle", &with_schemas(schemas.to_vec(), false).to_string()), []);

    for section in ["schemas", "parameters", "responses", "requestBodies", "examples"] {
        for length in [1_usize, 2, 500] {
            let reference = |index: usize| json!({"$ref": format!("#/components/{section}/R{}", (index + 1) % length)});
            let mut document = bank();
            add(&mut document, "/components", json!({section: {}}));
            let cycle: Map<String, Value> = (0..length).map(|index| (format!("R{index}"), reference(index))).collect();
            let mut components = bank()["components"].get(section).cloned().unwrap_or(json!({}));
            components.as_object_mut().unwrap().extend(cycle);
            document["components"][section] = components;
            let place = match section {
                "parameters" => "/paths/~1cards~1{card_id}~1pin/put/parameters/0",
                "responses" => "/paths/~1cards~1{card_id}~1pin/put/responses/200",
                "requestBodies" => "/paths/~1cards~1{card_id}~1pin/put/requestBody",
                _ => "/components/schemas/SetPinAnswer/properties",
            };
            match document.pointer_mut(place) {
                Some(used) if !matches!(section, "schemas" | "examples") => *used = reference(0),
                _ => {}
            }
            let found = findings(section, &document.to_string());
            assert!(found.iter().any(|finding| finding.rule == Rule::Reference), "{section} {length}: {found:?}");
        }
    }
}

#[test]
fn thousands_of_schemas_are_read_in_a_moment() {
    let field = json!({"type": "string", "x-source": "page 5"});
    // All in one request, and each with a few fields.
    let many = |count: usize| {
        let of =
            |index: usize| (format!("S{index}"), object(json!({"a": field, "b": field, "c": array(field.clone())})));
        let all: Map<String, Value> =
            (1..count).map(|index| (format!("s{index}"), array(schema(&format!("S{index}"))))).collect();
        let mut schemas = vec![("S0".to_owned(), object(all.into()))];
        schemas.extend((1..count).map(of));
        with_schemas(schemas, true)
    };
    let [few, most] = [750, 3_000].map(|count| {
        let text = many(count).to_string();
        let (found, spent) = timed(STACK, &format!("{count} request schemas"), || lint("bank.yaml", &text));
        assert_eq!(found, []);
        spent
    });
    assert!(most < few * 10, "four times the schemas take {most:?} instead of {few:?}");
    // Each of them refers to twenty of the next level.
    let webs: Vec<(String, Value)> = (0..1_500_usize)
        .map(|index| {
            let level = index / 30;
            let next = |other: usize| (format!("p{other}"), array(schema(&format!("W{}", (level + 1) * 30 + other))));
            let properties: Map<String, Value> = if level == 49 { Map::new() } else { (0..20).map(next).collect() };
            (format!("W{index}"), object(properties.into()))
        })
        .collect();
    assert!(!findings("a web of 1,500 request schemas", &with_schemas(webs, true).to_string()).is_empty());
}

#[test]
fn patterns_are_compiled_once_and_no_more_of_them_than_a_moment_takes() {
    let with = |patterns: Vec<String>, example: &str| {
        let field =
            |pattern: &String| json!({"type": "string", "x-source": "p", "pattern": pattern, "example": example});
        let properties = patterns.iter().enumerate().map(|(index, pattern)| (format!("f{index}"), field(pattern)));
        with_schemas(vec![("Many".to_owned(), object(properties.collect::<Map<_, _>>().into()))], true)
    };
    let many = |count: usize, of: &dyn Fn(usize) -> String| (0..count).map(of).collect::<Vec<_>>();
    let usual = many(3_000, &|index| format!("^[0-9]{{1,9}}(-{index})?$"));
    assert_eq!(findings("3,000 patterns", &with(usual, "1").to_string()), []);
    let same = many(3_000, &|_| r"^\w{1,1400}$".to_owned());
    assert_eq!(findings("one pattern, 3,000 times", &with(same, "1").to_string()), []);
    breaks(Rule::Pattern, "3,000 large patterns", &with(many(3_000, &|index| format!(r"\w{{1,400}}({index})?")), "1"));
    let found = findings(
        "3,000 bad patterns",
        &with(many(3_000, &|index| format!("(a{{999}}){{999}}{index}")), "1").to_string(),
    );
    assert!((2..200).contains(&found.len()) && found.iter().all(|finding| finding.rule == Rule::Pattern));
    // A long text takes time with each of them.
    let long = "1".repeat(1 << 20);
    assert_eq!(findings("a long example", &with(vec!["^[0-9]+$".to_owned()], &long).to_string()), []);
    breaks(Rule::Example, "a long example, a large pattern", &with(vec![r"\w{1,1400}".to_owned()], &long));
}

// ---- Size ----------------------------------------------------------------------------------------------------------

#[test]
fn one_place_with_tens_of_thousands_of_entries_is_read_in_a_moment() {
    let field = json!({"type": "string", "x-source": "page 5"});
    let names: Vec<String> = (0..5_000).map(|index| format!("field_{index}")).collect();
    let properties: Map<String, Value> = names.iter().map(|name| (name.clone(), field.clone())).collect();
    let mut wide = object(properties.into());
    wide["required"] = json!(names);
    assert_eq!(findings("5,000 fields", &with_schemas(vec![("Wide".to_owned(), wide.clone())], true).to_string()), []);
    let other: Vec<String> = (0..5_000).map(|index| format!("other_{index}")).collect();
    wide["required"] = json!(other);
    let found = findings("5,000 wrong names", &with_schemas(vec![("Wide".to_owned(), wide)], false).to_string());
    assert_eq!(found.len(), 5_000);

    let described = json!({"description": "A value.", "x-source": "page 5"});
    let credentials: Map<String, Value> = names.iter().map(|name| (name.clone(), described.clone())).collect();
    let mut document = bank();
    add(&mut document, "/x-credentials", credentials.into());
    assert_eq!(findings("5,000 credentials", &document.to_string()).len(), 5_000);

    let mut document = bank();
    let path = document["paths"]["/cards/{card_id}/pin"].clone();
    let paths: Map<String, Value> = (0..1_000).map(|index| (format!("/p{index}/{{card_id}}"), path.clone())).collect();
    add(&mut document, "/paths", paths.into());
    assert!(!findings("1,000 operations", &document.to_string()).is_empty());

    let mut document = bank();
    let wrong: Map<String, Value> = names.iter().map(|name| (name.clone(), schema(&format!("{name}_")))).collect();
    add(&mut document, "/components/schemas/SetPinAnswer/properties", wrong.into());
    assert_eq!(findings("5,000 wrong references", &document.to_string()).len(), 5_000);
}

#[test]
fn what_is_no_document_of_a_person_is_refused_in_a_moment() {
    let levels: Vec<String> =
        (1..60).map(|n| format!("a{n}: &a{n} [{}]", vec![format!("*a{}", n - 1); 10].join(", "))).collect();
    let merges: Vec<String> =
        (1..60).map(|n| format!("m{n}: &m{n} {{a: *m{p}, b: *m{p}, c: *m{p}}}", p = n - 1)).collect();
    let keys: String = (0..1_000_000).map(|n| format!("k{n}: \n")).collect();
    for (what, text) in [
        ("a bomb of lists", format!("a0: &a0 [x, x]\n{}", levels.join("\n"))),
        ("a bomb of mappings", format!("m0: &m0 {{x: y}}\n{}", merges.join("\n"))),
        ("an anchor in itself", "a: &a [*a, *a]".to_owned()),
        ("a million keys", keys[..4_000_000].to_owned()),
        ("10 MiB", format!("a: {}", "x".repeat(10 << 20))),
        ("a long key", format!("{}: x", "k".repeat(3 << 20))),
        ("a long key in quotes", format!("\"{}\": {{a: b}}", "k".repeat(100_000))),
        ("deep lists", "[".repeat(1_000_000)),
        ("deep mappings", "{a: ".repeat(500_000)),
        ("deep blocks", (0..2_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect()),
        ("deep dashes", "- ".repeat(100_000)),
        ("many documents", "---\n".repeat(100_000)),
        ("many tags", "!a ".repeat(100_000)),
    ] {
        let found = findings(what, &text);
        assert!(!found.is_empty() && found.iter().all(|finding| finding.to_string().len() < 3_000), "{what}");
    }
    // A long text is as good as a short one, wherever a text may be.
    let long = "x".repeat(3 << 20);
    let mut document = bank();
    document["info"]["description"] = json!(long);
    assert_eq!(findings("a long description", &document.to_string()), []);
    for pointer in ["/paths/~1cards~1{card_id}~1pin/put/operationId", "/components/schemas/SetPinRequest/type"] {
        let mut document = bank();
        *document.pointer_mut(pointer).unwrap() = json!(long);
        findings(pointer, &document.to_string());
    }
}

#[test]
fn no_nesting_of_the_yaml_itself_takes_the_stack() {
    for levels in [40, 90, 100, 500, 50_000] {
        for (open, close) in [("{a: ", "}"), ("[", "]"), ("- ", ""), ("? ", "")] {
            for closed in [true, false] {
                let end = if closed { close.repeat(levels) } else { String::new() };
                let text = format!("a:\n  {}b{end}\n", open.repeat(levels));
                assert!(!lint("acme.yaml", &text).is_empty(), "{levels} times {open}");
            }
        }
    }
}
