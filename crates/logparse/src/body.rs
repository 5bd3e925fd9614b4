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
    let event = match owner(body) {
        Owner::Module(name) => module(name, body, continuation, wanted),
        Owner::Event(name) => return named(name, body, continuation, wanted),
        Owner::Pairs => process(envelope.process, body, continuation, wanted),
        Owner::Nobody => return text(body, wanted),
    };
    event.or_else(|| marker(body, wanted)).unwrap_or_else(|| untyped(body))
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
    let quote = memchr::memchr(b'"', text.as_bytes())?;
    Some((&text[..quote], &text[quote + 1..]))
}

/// A source of module lines and how its lines are read.
type ModuleReader = for<'b> fn(&Line<'b>) -> Event<'b>;

/// Types the line of a module; `None` where the module, or this line of it, has no type of its own.
fn module<'b>(name: &'b str, body: &'b str, continuation: &'b str, wanted: Wanted) -> Option<Event<'b>> {
    let (source, read): (Source, ModuleReader) = match name {
        "network.http.trafficserver" => (Source::Http, http::step),
        "network.sip" => (Source::Sip, sip::read),
        "network.tcp" => (Source::Tcp, tcp::read),
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
    wanted.has(source).then(|| read(&Line::of(body, continuation)))
}

/// Modules known by a part of their names, and modules of which only some lines are typed.
fn part_of_module<'b>(
    name: &'b str,
    body: &'b str,
    continuation: &'b str,
    wanted: Wanted,
) -> Option<Event<'b>> {
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
        ("developer", "edgeconfigprovisioning") | ("network", "http") => Source::Provisioning,
        ("developer", "licensemanager") => Source::License,
        ("edgeconfigprovisioning", _) => Source::Provisioning,
        ("hybridservices", _) => Source::Connector,
        // The agent's module is documented by a part of its name only.
        _ if name.split('.').any(is_license_agent) => Source::License,
        _ => return None,
    };
    if !wanted.has(source) {
        return None;
    }
    match source {
        Source::Sip => sip::leg(body, continuation),
        Source::Media => media::session(body, continuation),
        Source::Auth => auth::digest(&line()),
        Source::Alarm => Some(alarm::read(&line(), alarm::AlarmState::Managed)),
        Source::Zone => Some(zone::read(&line())),
        Source::Cluster => Some(cluster::read(&line(), name)),
        Source::Provisioning if name.ends_with("edgeconfigprovisioning") || first != "network" => {
            Some(provisioning::read(&line()))
        }
        Source::Connector => Some(connector::read(&line(), name)),
        Source::License => Some(license::read(&line())),
        _ => None,
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
    let line = Line::of(body, continuation);
    match reading {
        Reading::Access => access::decision(&line),
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
fn process<'b>(process: &'b str, body: &'b str, continuation: &'b str, wanted: Wanted) -> Option<Event<'b>> {
    let line = Line::of(body, continuation);
    let (source, read): (Source, ModuleReader) = match process {
        "licensemanager" => (Source::License, license::read),
        "edgeconfigprovisioning" => (Source::Provisioning, provisioning::read),
        _ if process.starts_with("XCP_") => (Source::Xcp, xcp::read),
        _ if line.detail().is_some_and(provisioning::knows) => (Source::Provisioning, provisioning::read),
        // A name of the event the box did not write in its own field is not looked for.
        _ => return connector::traceback(body).filter(|_| wanted.has(Source::Traceback)),
    };
    wanted.has(source).then(|| read(&line))
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

/// A mark in a line with pairs that nobody else claims.
fn marker(body: &str, wanted: Wanted) -> Option<Event<'_>> {
    if wanted.has(Source::Marker) { marker::claim(body) } else { None }
}
