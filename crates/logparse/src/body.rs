//! Bodies, one file for each source that writes them.
//!
//! A body is asked once, by its first `Module` or `Event` pair, whose it is; only then are its pairs collected, and
//! only if somebody wants events of that source ([`wanted::Wanted`]).

pub mod access;
pub mod address;
pub mod alarm;
pub mod ats;
pub mod auth;
pub mod axl;
pub mod call;
pub mod cluster;
pub mod config;
pub mod connector;
pub mod cpl;
pub mod dns;
pub mod h323;
pub mod http;
mod kinds;
pub mod license;
pub mod line;
pub mod marker;
pub mod media;
pub mod message;
pub mod named;
mod names;
pub mod provisioning;
pub mod search;
pub mod sip;
pub mod ssl;
pub mod tcp;
pub mod tls;
#[cfg(test)]
mod usual;
pub mod wanted;
pub mod xcp;
pub mod zone;

use crate::envelope::Envelope;
use crate::event::{Body, Event};
use crate::keyval::{Item, items};
use line::Line;
use names::Reading;
use wanted::{Source, Wanted};

/// Types the body of a record, whatever it is.
///
/// `body` is the head line after its envelope, `continuation` the lines after it.
pub fn event<'b>(envelope: &Envelope<'b>, body: &'b str, continuation: &'b str) -> Event<'b> {
    typed(envelope, body, continuation, Wanted::ALL)
}

/// Types the body of a record if it is of a wanted source; others are left as [`Event::Fields`].
pub fn typed<'b>(envelope: &Envelope<'b>, body: &'b str, continuation: &'b str, wanted: Wanted) -> Event<'b> {
    if let Some(event) = ats::claim(envelope.process, body) {
        return if wanted.has(Source::Ats) { event } else { untyped(body) };
    }
    if envelope.process.starts_with("_c_") {
        let event = connector::text(envelope.process, body).filter(|_| wanted.has(Source::Connector));
        return event.unwrap_or_else(|| untyped(body));
    }
    match owner(body) {
        Owner::Module(name) => module(name, body, continuation, wanted),
        Owner::Event(name) => named(name, body, continuation, wanted),
        Owner::Pairs => process(envelope.process, body, continuation, wanted),
        Owner::Nobody => text(body, wanted),
    }
}

fn untyped(body: &str) -> Event<'_> {
    Event::Fields(Body { text: body })
}

/// Whose a body is.
enum Owner<'b> {
    Module(&'b str),
    Event(&'b str),
    /// It has pairs, and none of them says.
    Pairs,
    /// It has no pairs.
    Nobody,
}

/// Reads pairs until one of them tells.
fn owner(body: &str) -> Owner<'_> {
    if let Some(owner) = owner_in_front(body) {
        return owner;
    }
    let mut owner = Owner::Nobody;
    for item in items(body) {
        match item {
            Item::Pair("Module", name) => return Owner::Module(name.trim()),
            Item::Pair("Event", name) => return Owner::Event(name.trim()),
            Item::Pair(..) => owner = Owner::Pairs,
            Item::Text(_) => {}
        }
    }
    owner
}

/// The same for the two ways in which nearly all bodies begin. Names of modules and events hold no quotes.
fn owner_in_front(body: &str) -> Option<Owner<'_>> {
    if let Some(rest) = body.strip_prefix("Event=\"") {
        return Some(Owner::Event(until_quote(rest)?.0.trim()));
    }
    let (_, rest) = until_quote(body.strip_prefix("UTCTime=\"")?)?;
    let rest = rest.trim_start_matches(' ').strip_prefix("Module=\"")?;
    Some(Owner::Module(until_quote(rest)?.0.trim()))
}

fn until_quote(text: &str) -> Option<(&str, &str)> {
    let quote = crate::scan::near(b'"', text.as_bytes())?;
    Some((&text[..quote], &text[quote + 1..]))
}

/// A source of module lines and how its lines are read.
type ModuleReader = for<'b> fn(&Line<'b>) -> Event<'b>;

/// A source of lines whose pairs are read without collecting them.
type BodyReader = for<'b> fn(&'b str, &'b str) -> Event<'b>;

/// Types the line of a module.
fn module<'b>(name: &'b str, body: &'b str, continuation: &'b str, wanted: Wanted) -> Event<'b> {
    // What a log is full of.
    let (source, read): (Source, BodyReader) = match name {
        "network.http.trafficserver" => (Source::Http, http::step),
        "network.sip" => (Source::Sip, sip::read),
        "network.tcp" => (Source::Tcp, tcp::read),
        _ => return rarer_module(name, body, continuation, wanted),
    };
    if wanted.has(source) { read(body, continuation) } else { untyped(body) }
}

/// Types the line of a module of which there are fewer.
fn rarer_module<'b>(name: &'b str, body: &'b str, continuation: &'b str, wanted: Wanted) -> Event<'b> {
    let (source, read): (Source, ModuleReader) = match name {
        "network.http.edgeconfigprovisioning" => (Source::Provisioning, provisioning::read),
        "network.search" => (Source::Search, search::read),
        "network.cpl" => (Source::Cpl, cpl::read),
        "network.dns" => (Source::Dns, dns::read),
        "network.h323" => (Source::H323, h323::read),
        "network.ldap" => (Source::Auth, auth::directory),
        "network.axl" => (Source::Axl, axl::read),
        "network.mediarouting" => (Source::Media, media::route),
        "developer.ssl" => (Source::Ssl, ssl::read),
        // The second name is documented and was never seen.
        "Jabber" | "XMPPFederation" => (Source::Xcp, xcp::read),
        _ => return part_of_module(name, body, continuation, wanted),
    };
    if wanted.has(source) { read(&Line::of(body, continuation)) } else { untyped(body) }
}

/// Modules known by a part of their names, and modules of which only some lines are typed.
fn part_of_module<'b>(name: &'b str, body: &'b str, continuation: &'b str, wanted: Wanted) -> Event<'b> {
    let line = || Line::of(body, continuation);
    let mut parts = name.split('.');
    let (first, second) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let source = match (first, second) {
        ("developer", "sip") => Source::Sip,
        ("developer", "mediasessionmgr") => Source::Media,
        ("developer", "nomodule") => Source::Auth,
        ("developer", "diagnostics") if parts.next() == Some("alarmmanager") => Source::Alarm,
        ("developer", "zone") => Source::Zone,
        ("developer", "clusterdb" | "cdbtable" | "replication") => Source::Cluster,
        ("developer", "edgeconfigprovisioning") | ("edgeconfigprovisioning", _) => Source::Provisioning,
        ("developer", "licensemanager") => Source::License,
        ("hybridservices", _) => Source::Connector,
        // The agent's module is documented by a part of its name only.
        _ if name.split('.').any(is_license_agent) => Source::License,
        _ => return left(body, wanted),
    };
    if !wanted.has(source) {
        return untyped(body);
    }
    match source {
        Source::Sip => sip::leg(body, continuation).unwrap_or_else(|| left(body, wanted)),
        Source::Media => media::session(body, continuation).unwrap_or_else(|| left(body, wanted)),
        Source::Auth => auth::digest(&line()).unwrap_or_else(|| left(body, wanted)),
        Source::Alarm => alarm::read(&line(), alarm::AlarmState::Managed),
        Source::Zone => zone::read(&line()),
        Source::Cluster => cluster::read(&line(), name),
        Source::Provisioning => provisioning::read(&line()),
        Source::Connector => connector::read(&line(), name),
        Source::License => license::read(&line()),
        _ => left(body, wanted),
    }
}

fn is_license_agent(part: &str) -> bool {
    const NAME: &str = "smartlicense";
    part.get(..NAME.len()).is_some_and(|part| part.eq_ignore_ascii_case(NAME))
}

/// Types a body that begins with, or has, an event's name.
fn named<'b>(name: &'b str, body: &'b str, continuation: &'b str, wanted: Wanted) -> Event<'b> {
    let reading = names::reading(name);
    if !wanted.has(reading.source()) {
        return untyped(body);
    }
    if reading == Reading::Access {
        return access::decision(body);
    }
    let line = Line::of(body, continuation);
    match reading {
        Reading::Access => access::decision(body),
        Reading::HttpError => http::error_response(&line),
        Reading::Tls(direction) => tls::read(&line, direction),
        Reading::Call(step) => call::read(&line, step),
        Reading::Registration(step) => call::registration(&line, step),
        Reading::Alarm(state) => alarm::read(&line, state),
        Reading::Config => config::read(&line),
        Reading::Named(_, kind) => named::read(&line, kind),
    }
}

/// Types a body that names neither module nor event, by the process that writes it or by its `Detail`.
fn process<'b>(process: &'b str, body: &'b str, continuation: &'b str, wanted: Wanted) -> Event<'b> {
    let (source, read): (Source, ModuleReader) = match process {
        "licensemanager" => (Source::License, license::read),
        "edgeconfigprovisioning" => (Source::Provisioning, provisioning::read),
        _ if process.starts_with("XCP_") => (Source::Xcp, xcp::read),
        _ if wanted.has(Source::Provisioning) => {
            let line = Line::of(body, continuation);
            let is_known = line.detail().is_some_and(provisioning::knows);
            return if is_known { provisioning::read(&line) } else { left(body, wanted) };
        }
        _ => return left(body, wanted),
    };
    if wanted.has(source) { read(&Line::of(body, continuation)) } else { untyped(body) }
}

/// Types a body with pairs that no source claims: a mark in it, a traceback that quotes, or its fields alone.
fn left(body: &str, wanted: Wanted) -> Event<'_> {
    let mark = if wanted.has(Source::Marker) { marker::claim(body) } else { None };
    let trace = || if wanted.has(Source::Traceback) { connector::traceback(body) } else { None };
    mark.or_else(trace).unwrap_or_else(|| untyped(body))
}

/// Types a body without pairs.
fn text(body: &str, wanted: Wanted) -> Event<'_> {
    let claimed = marker::claim(body).map(|event| (Source::Marker, event));
    match claimed.or_else(|| Some((Source::Traceback, connector::traceback(body)?))) {
        Some((source, event)) if wanted.has(source) => event,
        Some(_) => untyped(body),
        None => Event::Opaque(body),
    }
}
