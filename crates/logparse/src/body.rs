//! Bodies, one file for each source that writes them.

pub mod access;
pub mod ats;
pub mod http;
pub mod message;

use crate::envelope::Envelope;
use crate::event::{Body, Event};
use crate::keyval::{Fields, Item, items};

/// Types the body of a record.
///
/// `body` is the head line after its envelope, `continuation` the lines after it.
pub fn event<'b>(envelope: &Envelope<'b>, body: &'b str, continuation: &'b str) -> Event<'b> {
    if let Some(diagnostic) = ats::claim(envelope.process, body) {
        return diagnostic;
    }
    if !has_pairs(body) {
        return Event::Opaque(body);
    }
    if body.contains("network.http.trafficserver") {
        return http::step(body, &Fields::of(body), continuation);
    }
    if body.contains("Event=\"Request ") {
        let fields = Fields::of(body);
        if let Some(decision) = access::decision(&fields) {
            return Event::Access(decision);
        }
    }
    Event::Fields(Body { text: body })
}

fn has_pairs(body: &str) -> bool {
    items(body).any(|item| matches!(item, Item::Pair(..)))
}
