//! What a rule reads.

use std::collections::HashSet;

use countersign_plan::{self as plan, Fields, Of, Place, RequestPart, Slot, Value};

use crate::api::{Api, Operation};
use crate::expression::visit;
use crate::lower::{Lowered, is_carried};
use crate::node::At;
use crate::style::{self, Written};

/// The document, and the plan that it lowers to.
pub(crate) struct Subject<'s, 'a> {
    pub(crate) api: &'s Api<'a>,
    pub(crate) lowered: &'s Lowered<'a>,
}

impl<'s, 'a> Subject<'s, 'a> {
    /// The operations, as the document has them and as they lower.
    pub(super) fn operations(&self) -> impl Iterator<Item = (&'s Operation<'a>, &'s plan::Operation)> {
        self.api.operations.iter().zip(self.lowered.plan.operations.iter())
    }

    /// The webhooks, as the document has them and as they lower.
    pub(super) fn webhooks(&self) -> impl Iterator<Item = (&'s Operation<'a>, &'s plan::Webhook)> {
        self.api.webhooks.iter().zip(self.lowered.plan.webhooks.iter())
    }

    /// The operations and the webhooks, in the order in which what they fill in is listed.
    pub(super) fn all(&self) -> impl Iterator<Item = (&'s Operation<'a>, &'s plan::Operation)> {
        self.operations().chain(self.webhooks().map(|(webhook, planned)| (webhook, &planned.operation)))
    }

    /// The parameters of an operation, each with its slots. Values and what authenticates come first among these, and the client
    /// fills them in.
    pub(super) fn parameters<'o>(
        &self,
        operation: &'o Operation<'a>,
        plan: &'o plan::Operation,
    ) -> Vec<(&'o At<'a>, &'o [Slot])> {
        let made = plan.slots.iter().filter(|slot| slot.place == Place::Value).count();
        let carried = operation.schemes.iter().filter(|(_, scheme)| is_carried(scheme)).count();
        let mut rest = plan.slots.get(made + carried..).unwrap_or_default();
        let take = |at: &'o At<'a>| {
            let count = match style::of(self.api, at) {
                Ok(Written::Members(members)) => members.len(),
                _ => 1,
            };
            let (own, others) = rest.split_at_checked(count)?;
            rest = others;
            Some((at, own))
        };
        operation.parameters.iter().map_while(take).collect()
    }

    /// The schemas of bodies that are signed, or read in another way by what the client fills in.
    pub(super) fn signed_schemas(&self) -> HashSet<String> {
        let reads_body = |value: &Value| {
            matches!(
                value,
                Value::Request(RequestPart::Body)
                    | Value::Field(_)
                    | Value::Fields(Fields { of: Of::Body | Of::QueryAndBody, .. })
            )
        };
        let operations = self.all().zip(&self.lowered.filled).filter(|(_, filled)| {
            let mut is_signed = false;
            filled.iter().for_each(|filled| visit(&filled.values, &mut |value| is_signed |= reads_body(value)));
            is_signed
        });
        self.api.reach(operations.filter_map(|((operation, _), _)| operation.body.as_ref()?.schema.clone()))
    }
}
