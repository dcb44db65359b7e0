//! What a value is held to before it is sent, in lines of text.

use countersign_plan::{Alternatives, Constraint};

/// What a value of this name is held to. That it is a text goes without saying.
pub fn of(name: &str, rules: &[Constraint], lines: &mut Vec<String>) {
    for rule in rules {
        let is = match rule {
            Constraint::Text => continue,
            Constraint::Array => "is a list".to_owned(),
            Constraint::Object => "is an object".to_owned(),
            Constraint::Nullable => "may be null".to_owned(),
            Constraint::Integer => "is a whole number".to_owned(),
            Constraint::Int32 => "is a whole number of 32 bits".to_owned(),
            Constraint::Int64 => "is a whole number of 64 bits".to_owned(),
            Constraint::Number => "is a number".to_owned(),
            Constraint::Boolean => "is true or false".to_owned(),
            Constraint::Date => "is a date".to_owned(),
            Constraint::MinLength(least) => format!("has {least} characters at least"),
            Constraint::MaxLength(most) => format!("has {most} characters at most"),
            Constraint::Pattern(pattern) => format!("matches {}", pattern.as_str()),
            Constraint::Minimum(bound) => format!("is {bound} at least"),
            Constraint::Maximum(bound) => format!("is {bound} at most"),
            Constraint::Above(bound) => format!("is more than {bound}"),
            Constraint::Below(bound) => format!("is less than {bound}"),
            Constraint::MultipleOf(step) => format!("is a multiple of {step}"),
            Constraint::MinItems(least) => format!("has {least} elements at least"),
            Constraint::MaxItems(most) => format!("has {most} elements at most"),
            Constraint::UniqueItems => "has no element twice".to_owned(),
            Constraint::EqualTo(field) => format!("equals {field}"),
            Constraint::OneOf(values) => {
                // One line for each, so that a new one is a line.
                lines.extend(values.iter().map(|value| format!("{name} may be {value:?}")));
                continue;
            }
            Constraint::Items(rules) => {
                of(&format!("{name}[]"), rules, lines);
                continue;
            }
            Constraint::Values(rules) => {
                of(&format!("{name}{{}}"), rules, lines);
                continue;
            }
            Constraint::Members(members) => {
                for member in members.iter() {
                    let name = format!("{name}/{}", member.name);
                    let required = if member.required { "given" } else { "given or left out" };
                    lines.push(format!("{name}, {required}"));
                    of(&name, &member.rules, lines);
                }
                continue;
            }
            Constraint::Alternatives(of) => {
                alternatives(name, of, lines);
                continue;
            }
            // What was added since has no words of its own here, and is not left out.
            other => format!("is held to {other:?}"),
        };
        lines.push(format!("{name} {is}"));
    }
}

/// What a value of this name is one of.
pub fn alternatives(name: &str, alternatives: &Alternatives, lines: &mut Vec<String>) {
    if let Some(by) = &alternatives.by {
        lines.push(format!("{name} is told by {by}"));
    }
    for branch in alternatives.branches.iter() {
        let name = format!("{name} as {}", branch.name);
        lines.push(match branch.values.is_empty() {
            true => name.clone(),
            false => format!("{name}: {}", branch.values.join(" or ")),
        });
        of(&name, &branch.rules, lines);
    }
}
