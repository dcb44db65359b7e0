//! From a method and a path to an operation.

use std::collections::BTreeMap;

use countersign::plan::Plan;
use countersign::plan::template::{self, Part};
use percent_encoding::percent_decode_str;
use regex_lite::Regex;

use crate::error::Error;

/// A path of the document.
pub(crate) struct Route {
    path: Regex,
    names: Vec<String>,
    method: String,
    /// The index into the plan's operations.
    operation: usize,
}

/// What a request asks for.
pub(crate) enum Routed {
    /// An operation, with its path parameters, decoded.
    Operation(usize, BTreeMap<String, String>),
    /// A path that has other methods.
    OtherMethods(Vec<String>),
    /// Nothing that the document describes.
    Nowhere,
}

/// The routes of a plan, those without parameters first: `/cards/new` is not a card.
pub(crate) fn routes(plan: &Plan) -> Result<Vec<Route>, Error> {
    let mut routes = Vec::new();
    for (operation, described) in plan.operations.iter().enumerate() {
        let names: Vec<String> = template::names(&described.path).map(str::to_owned).collect();
        let part = |part: Part<'_>| match part {
            Part::Literal(text) => regex_lite::escape(text),
            Part::Parameter(_) => "([^/]+)".to_owned(),
        };
        let pattern: String = template::parts(&described.path).map(part).collect();
        let path = Regex::new(&format!("^{pattern}$"))
            .map_err(|_| Error::Configuration(format!("the path {} is not understood", described.path)))?;
        routes.push(Route { path, names, method: described.method.to_string(), operation });
    }
    routes.sort_by_key(|route| route.names.len());
    Ok(routes)
}

/// What a request asks for.
pub(crate) fn find(routes: &[Route], method: &str, path: &str) -> Routed {
    let mut others = Vec::new();
    for route in routes {
        let Some(found) = route.path.captures(path) else { continue };
        if route.method != method {
            others.push(route.method.clone());
            continue;
        }
        let values = found.iter().skip(1).map(|value| value.map_or("", |value| value.as_str()));
        let decoded = values.map(|value| percent_decode_str(value).decode_utf8_lossy().into_owned());
        return Routed::Operation(route.operation, route.names.iter().cloned().zip(decoded).collect());
    }
    if others.is_empty() { Routed::Nowhere } else { Routed::OtherMethods(others) }
}
