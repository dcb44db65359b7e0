//! What the schemas of `components` lead to, found once for each, in time linear in the document.
//!
//! Written out where they are used, schemas that refer to the next one twice double with each level. So nothing here writes
//! them out: what is known of a schema is made of what is known of those that it refers to.

use std::collections::{HashMap, HashSet};

use countersign_plan::Secrecy;

use crate::api::{Api, branches, parts};
use crate::node::At;

/// What a schema leads to, all schemas that it refers to included.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    /// How deep its values nest.
    pub(crate) depth: usize,
    /// How many values there are where every reference is written out.
    pub(crate) values: usize,
    /// The most secret of them.
    pub(crate) secrecy: Secrecy,
    /// Whether it contains itself.
    pub(crate) is_cyclic: bool,
}

impl Extent {
    const NOTHING: Self = Self { depth: 0, values: 0, secrecy: Secrecy::Public, is_cyclic: false };

    /// Takes in a value that is `below` levels down, and what it leads to.
    fn take_in(&mut self, below: usize, part: Self) {
        self.depth = self.depth.max(below + part.depth);
        self.values = self.values.saturating_add(part.values);
        self.secrecy = self.secrecy.max(part.secrecy);
    }
}

/// The schemas of `components`, by their pointers.
#[derive(Debug, Default)]
pub(crate) struct Components {
    indices: HashMap<String, usize>,
    extents: Vec<Extent>,
    /// The schemas that each refers to, and how far down.
    references: Vec<Vec<(usize, usize)>>,
}

impl Components {
    pub(crate) fn of(api: &Api<'_>) -> Self {
        let schemas: Vec<At<'_>> = api.components("schemas").map(|(_, at)| at).collect();
        let indices = schemas.iter().enumerate().map(|(index, at)| (at.pointer.clone(), index)).collect();
        let mut components = Self { indices, extents: Vec::new(), references: Vec::new() };
        for schema in &schemas {
            let (extent, references) = components.read(schema);
            components.extents.push(extent);
            components.references.push(references);
        }
        for group in components.in_order() {
            components.complete(&group);
        }
        components
    }

    /// What a schema leads to, wherever it is.
    pub(crate) fn extent(&self, at: &At<'_>) -> Extent {
        let (mut extent, references) = self.read(at);
        for (index, below) in references {
            extent.take_in(below, self.extents[index]);
        }
        extent
    }

    /// Whether a value of a schema may be printed. An array, a map or one of several is as secret as the most secret part of it.
    pub(crate) fn secrecy(&self, schema: &At<'_>) -> Secrecy {
        let below =
            ["items", "additionalProperties"].iter().filter_map(|word| schema.get(word)).chain(branches(schema));
        below.map(|part| self.extent(&part).secrecy).fold(own_secrecy(schema), Secrecy::max)
    }

    /// What a schema of `components` leads to, and what those that it refers to do.
    pub(crate) fn component(&self, at: &At<'_>) -> Option<(Extent, impl Iterator<Item = Extent>)> {
        let index = *self.indices.get(&at.pointer)?;
        Some((self.extents[index], self.references[index].iter().map(|(index, _)| self.extents[*index])))
    }

    /// What is in a schema itself, and what it refers to.
    fn read(&self, at: &At<'_>) -> (Extent, Vec<(usize, usize)>) {
        let mut extent = Extent::NOTHING;
        let mut references = Vec::new();
        let mut ahead = vec![(0, at.clone())];
        while let Some((below, at)) = ahead.pop() {
            if let Some(reference) = at.text("$ref") {
                let index = reference.strip_prefix('#').and_then(|pointer| self.indices.get(pointer));
                references.extend(index.map(|index| (*index, below)));
                continue;
            }
            extent.take_in(below, Extent { depth: 1, values: 1, secrecy: own_secrecy(&at), is_cyclic: false });
            ahead.extend(parts(&at).into_iter().map(|(_, part)| (below + 1, part)));
        }
        (extent, references)
    }

    /// Adds what a cycle of schemas, most often one that is none, refers to.
    fn complete(&mut self, group: &[usize]) {
        let refers_to_itself = |index: &usize| self.references[*index].iter().any(|(target, _)| target == index);
        let is_cyclic = group.len() > 1 || group.iter().any(refers_to_itself);
        let members: HashSet<usize> = group.iter().copied().collect();
        let mut shared = Secrecy::Public;
        for index in group {
            let mut extent = Extent { is_cyclic, ..self.extents[*index] };
            for (target, below) in self.references[*index].iter().filter(|(target, _)| !members.contains(target)) {
                extent.take_in(*below, self.extents[*target]);
            }
            shared = shared.max(extent.secrecy);
            self.extents[*index] = extent;
        }
        for index in group {
            self.extents[*index].secrecy = shared;
        }
    }

    /// The schemas in groups, each after those that it refers to. Those of one group refer to each other: Tarjan's strongly
    /// connected components, with a stack of their own.
    fn in_order(&self) -> Vec<Vec<usize>> {
        const UNSEEN: usize = usize::MAX;
        let count = self.references.len();
        let (mut number, mut low) = (vec![UNSEEN; count], vec![UNSEEN; count]);
        let (mut open, mut is_open) = (Vec::new(), vec![false; count]);
        let mut groups = Vec::new();
        let mut next = 0;
        for start in 0..count {
            let mut path = if number[start] == UNSEEN { vec![(start, 0)] } else { Vec::new() };
            while let Some((here, position)) = path.pop() {
                if position == 0 {
                    (number[here], low[here]) = (next, next);
                    next += 1;
                    open.push(here);
                    is_open[here] = true;
                } else {
                    // The reference before this one has been followed to its end.
                    let (target, _) = self.references[here][position - 1];
                    if is_open[target] {
                        low[here] = low[here].min(low[target]);
                    }
                }
                if let Some((target, _)) = self.references[here].get(position) {
                    path.push((here, position + 1));
                    if number[*target] == UNSEEN {
                        path.push((*target, 0));
                    }
                    continue;
                }
                if low[here] == number[here] {
                    let mut group = Vec::new();
                    while let Some(member) = open.pop() {
                        is_open[member] = false;
                        group.push(member);
                        if member == here {
                            break;
                        }
                    }
                    groups.push(group);
                }
            }
        }
        groups
    }
}

/// Whether a value may be printed, as far as its own schema says.
pub(crate) fn own_secrecy(schema: &At<'_>) -> Secrecy {
    match (schema.text("format"), schema.is_true("x-sensitive")) {
        (Some("password"), _) => Secrecy::Secret,
        (_, true) => Secrecy::Sensitive,
        (_, false) => Secrecy::Public,
    }
}
