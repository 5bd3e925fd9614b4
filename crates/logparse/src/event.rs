//! What a record says: the typed events.

use crate::body::access::AccessDecision;
use crate::body::alarm::Alarm;
use crate::body::ats::Diagnostic;
use crate::body::auth::AuthLine;
use crate::body::axl::AxlCall;
use crate::body::call::{CallEvent, RegistrationEvent};
use crate::body::cluster::ClusterLine;
use crate::body::config::ConfigChange;
use crate::body::connector::{ConnectorLine, Traceback};
use crate::body::cpl::CplStep;
use crate::body::dns::DnsLine;
use crate::body::h323::H323;
use crate::body::http::{HttpErrorResponse, HttpStep};
use crate::body::license::License;
use crate::body::line::Head;
use crate::body::marker::Marker;
use crate::body::media::{MediaRoute, MediaSession};
use crate::body::named::NamedEvent;
use crate::body::provisioning::Provisioning;
use crate::body::search::SearchRule;
use crate::body::sip::{SipLeg, SipMessage};
use crate::body::ssl::SslLine;
use crate::body::tcp::TcpConnection;
use crate::body::tls::TlsNegotiationError;
use crate::body::xcp::XcpLine;
use crate::body::zone::ZoneLine;
use crate::keyval::{self, Items};
use chrono::NaiveDateTime;

/// What one record says. Every record is exactly one of these.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event<'b> {
    /// A step of a proxied HTTP transaction (`network.http.trafficserver`).
    Http(HttpStep<'b>),
    /// The proxy refuses a request by itself (`Event="Sending HTTP error response"`).
    HttpError(HttpErrorResponse<'b>),
    /// The proxy's decision about a request (`Event="Request Allowed"` and its counterparts).
    Access(AccessDecision<'b>),
    /// A diagnostic line of Traffic Server itself (`[ET_NET 0] WARNING: …`).
    Diagnostic(Diagnostic<'b>),
    /// A TLS handshake on the SIP side that failed.
    Tls(TlsNegotiationError<'b>),
    /// A line about a TLS handshake (`developer.ssl`).
    Ssl(SslLine<'b>),
    /// A TCP connection that comes or goes (`network.tcp`).
    Tcp(TcpConnection<'b>),
    /// A SIP message received or sent (`network.sip`).
    Sip(SipMessage<'b>),
    /// A SIP message on its way through the proxy (`developer.sip.leg`).
    SipLeg(SipLeg<'b>),
    /// A step of a call or of a search.
    Call(CallEvent<'b>),
    /// What became of a search rule (`network.search`).
    SearchRule(SearchRule<'b>),
    /// A node of the call policy script (`network.cpl`).
    Cpl(CplStep<'b>),
    /// A question to DNS or its answer (`network.dns`).
    Dns(DnsLine<'b>),
    /// The choice of a zone by certificate (`developer.zone.zonemgr`).
    Zone(ZoneLine<'b>),
    /// A registration, its refresh or its end.
    Registration(RegistrationEvent<'b>),
    /// A step of an authentication (`network.ldap`, `developer.nomodule`).
    Auth(AuthLine<'b>),
    /// An alarm that came, went or was seen.
    Alarm(Alarm<'b>),
    /// A line of the cluster database.
    Cluster(ClusterLine<'b>),
    /// A change of a setting.
    Config(ConfigChange<'b>),
    /// A line of an XMPP process (`Module="Jabber"`).
    Xcp(XcpLine<'b>),
    /// A question over AXL or its answer (`network.axl`).
    Axl(AxlCall<'b>),
    /// A line of the provisioning service (`edgeconfigprovisioning`).
    Provisioning(Provisioning<'b>),
    /// A line about licences.
    License(License<'b>),
    /// A route for media (`network.mediarouting`).
    MediaRoute(MediaRoute<'b>),
    /// The dump of one half of a media session.
    MediaSession(MediaSession<'b>),
    /// An H.323 message (`network.h323`).
    H323(H323<'b>),
    /// A line of a hybrid connector.
    Connector(ConnectorLine<'b>),
    /// A line of a Python traceback.
    Traceback(Traceback<'b>),
    /// A mark in the log.
    Marker(Marker<'b>),
    /// Another event with a name, known or not.
    Named(NamedEvent<'b>),
    /// A body of `key="value"` pairs that has no type of its own, or whose type nobody wants: left as it is.
    Fields(Body<'b>),
    /// A record that nobody claims.
    Opaque(&'b str),
    /// A record that was claimed and then could not be read.
    Broken {
        /// The body.
        text: &'b str,
        /// What was missing, and where.
        defect: Defect,
    },
}

/// Why a record that was claimed could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Defect {
    /// Position in the body, in bytes from its start.
    pub offset: usize,
    /// What should have stood there.
    pub expected: &'static str,
}

/// A body of pairs, read on demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Body<'b> {
    /// The body as written.
    pub text: &'b str,
}

impl<'b> Body<'b> {
    /// The pairs and the text between them.
    pub fn items(&self) -> Items<'b> {
        keyval::items(self.text)
    }

    /// The value of the first pair with this key.
    pub fn get(&self, key: &str) -> Option<&'b str> {
        keyval::value(self.text, key)
    }
}

impl<'b> Event<'b> {
    /// Name of the event's kind, as reports and signatures write it: `source.what`. All of them are in
    /// [`crate::body::wanted::KINDS`].
    pub fn kind(&self) -> &'static str {
        match self {
            Event::Http(step) => step.step.kind(),
            Event::HttpError(_) => "http.error_response",
            Event::Access(decision) => decision.kind(),
            Event::Diagnostic(line) => line.message.kind(),
            Event::Tls(_) => "tls.negotiation_error",
            Event::Ssl(line) => line.step.kind(),
            Event::Tcp(connection) => connection.state.kind(),
            Event::Sip(message) => message.kind(),
            Event::SipLeg(_) => "sip.leg",
            Event::Call(event) => event.step.kind(),
            Event::SearchRule(rule) => rule.outcome.kind(),
            Event::Cpl(step) => step.node.kind(),
            Event::Dns(line) => line.step.kind(),
            Event::Zone(line) => line.step.kind(),
            Event::Registration(event) => event.step.kind(),
            Event::Auth(line) => line.step.kind(),
            Event::Alarm(alarm) => alarm.state.kind(),
            Event::Cluster(line) => line.step.kind(),
            Event::Config(_) => "config.changed",
            Event::Xcp(line) => line.step.kind(),
            Event::Axl(call) => call.kind(),
            Event::Provisioning(line) => line.step.kind(),
            Event::License(license) => license.step.kind(),
            Event::MediaRoute(route) => route.step.kind(),
            Event::MediaSession(_) => "media.session",
            Event::H323(message) => message.message.kind(),
            Event::Connector(line) => line.kind(),
            Event::Traceback(_) => "traceback.line",
            Event::Marker(marker) => marker.what.kind(),
            Event::Named(event) => event.kind,
            Event::Fields(_) => "fields",
            Event::Opaque(_) => "opaque",
            Event::Broken { .. } => "broken",
        }
    }

    /// The writer's clock, level and thread, for every event that has them.
    pub fn head(&self) -> Option<Head<'b>> {
        Some(match self {
            Event::Http(step) => Head { utc: step.utc, level: step.level, thread: "" },
            Event::Access(decision) => Head { utc: decision.utc, level: "", thread: "" },
            Event::HttpError(event) => event.head,
            Event::Tls(event) => event.head,
            Event::Ssl(event) => event.head,
            Event::Tcp(event) => event.head,
            Event::Sip(event) => event.head,
            Event::SipLeg(event) => event.head,
            Event::Call(event) => event.head,
            Event::SearchRule(event) => event.head,
            Event::Cpl(event) => event.head,
            Event::Dns(event) => event.head,
            Event::Zone(event) => event.head,
            Event::Registration(event) => event.head,
            Event::Auth(event) => event.head,
            Event::Alarm(event) => event.head,
            Event::Cluster(event) => event.head,
            Event::Config(event) => event.head,
            Event::Xcp(event) => event.head,
            Event::Axl(event) => event.head,
            Event::Provisioning(event) => event.head,
            Event::License(event) => event.head,
            Event::MediaRoute(event) => event.head,
            Event::MediaSession(event) => event.head,
            Event::H323(event) => event.head,
            Event::Connector(event) => event.head,
            Event::Named(event) => event.head,
            Event::Diagnostic(_)
            | Event::Traceback(_)
            | Event::Marker(_)
            | Event::Fields(_)
            | Event::Opaque(_)
            | Event::Broken { .. } => return None,
        })
    }

    /// The writer's clock, where the record has one and is typed.
    pub fn utc(&self) -> Option<NaiveDateTime> {
        self.head().and_then(|head| head.utc)
    }
}
