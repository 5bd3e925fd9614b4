//! What signatures can ask about: the kinds of subjects, and the table of their fields.

use std::fmt;
use waytrace_logparse::body::wanted::KINDS;

/// What a signature's condition is tried on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Kind {
    /// `origin.tls`: one TLS handshake with an origin server that was refused or warned about.
    OriginTls,
    /// `capture.tls`: handshakes with an origin server in a capture of the box, that ended with the same alert.
    CaptureTls,
    /// `http.failed`: a request the proxy itself answered with a 5xx, and that no TLS line explains.
    HttpFailed,
    /// `http.silent`: an attempt to reach an origin server that stayed without any answer.
    HttpSilent,
    /// `tls.handshake`: one TLS handshake on the SIP side that failed, put together from its records.
    Handshake,
    /// `certificate.store`: one thing that is wrong with what a box trusts.
    CertificateStore,
    /// `certificate.own`: one thing that is wrong with the certificate that a box shows itself.
    CertificateOwn,
    /// `certificate.file`: one thing that is wrong with a file of certificates as a file.
    CertificateFile,
    /// A record of the log, by the kind of its event: `alarm.raised`, `tls.negotiation_error` and so on.
    Record(&'static str),
    /// `any`: a record of whatever kind.
    AnyRecord,
    /// `other`: a record of whatever kind but traffic.
    OtherRecord,
}

impl Kind {
    /// Every kind with its name in signature files and what it stands for.
    pub const TABLE: &'static [(Kind, &'static str, &'static str)] = &[
        (
            Kind::OriginTls,
            "origin.tls",
            "one TLS handshake with an origin server that was refused or warned about",
        ),
        (
            Kind::CaptureTls,
            "capture.tls",
            "handshakes with an origin server in a capture of the box, that ended with the same alert",
        ),
        (
            Kind::HttpFailed,
            "http.failed",
            "a request the proxy itself answered with a 5xx, not explained by a TLS line",
        ),
        (
            Kind::HttpSilent,
            "http.silent",
            "an attempt to reach an origin server that stayed without an answer for 25 s",
        ),
        (
            Kind::Handshake,
            "tls.handshake",
            "one TLS handshake on the SIP side that failed, put together from the event, OpenSSL's error and the end of the connection",
        ),
        (
            Kind::CertificateStore,
            "certificate.store",
            "one thing that is wrong with what the box trusts (`ca_*.pem`)",
        ),
        (
            Kind::CertificateOwn,
            "certificate.own",
            "one thing that is wrong with the certificate that the box shows itself (`server_*.pem`)",
        ),
        (
            Kind::CertificateFile,
            "certificate.file",
            "one thing that is wrong with a file of certificates as a file: what in it could not be read",
        ),
        (Kind::AnyRecord, "any", "a record of whatever kind"),
        (
            Kind::OtherRecord,
            "other",
            "a record of whatever kind but traffic: steps of proxied requests (`http.*`), SIP messages (`sip.*`)",
        ),
    ];

    /// The kind with this name.
    pub fn named(name: &str) -> Option<Self> {
        let found = Self::TABLE.iter().find(|(_, known, _)| *known == name).map(|(kind, ..)| *kind);
        found.or_else(|| KINDS.binary_search(&name).ok().map(|at| Self::Record(KINDS[at])))
    }

    /// Whether it stands for records of the log, and not for what the correlator found out.
    pub fn is_record(self) -> bool {
        matches!(self, Self::Record(_) | Self::AnyRecord | Self::OtherRecord)
    }

    /// Whether a kind of record is traffic: what others say, passed on, by far the most of a log.
    pub(crate) fn is_traffic(kind: &str) -> bool {
        kind.starts_with("http.") || kind.starts_with("sip.")
    }

    /// Every kind of traffic.
    pub(crate) fn traffic() -> impl Iterator<Item = &'static str> {
        KINDS.iter().copied().filter(|kind| Self::is_traffic(kind))
    }

    /// Whether a record of a kind is of this one.
    pub(crate) fn fits(self, kind: Self) -> bool {
        match (self, kind) {
            (Self::AnyRecord, kind) => kind.is_record(),
            (Self::OtherRecord, Self::Record(kind)) => !Self::is_traffic(kind),
            (known, kind) => known == kind,
        }
    }

    /// Whether it is about files of certificates, and not about a log.
    pub fn is_of_files(self) -> bool {
        matches!(self, Self::CertificateStore | Self::CertificateOwn | Self::CertificateFile)
    }

    /// Whether conditions on it may also ask what stands around it: a record, or several put together.
    pub(crate) fn is_watched(self) -> bool {
        self.is_record() || self == Self::Handshake
    }
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Holds {
    /// Words.
    Text,
    /// A whole number.
    Number,
    /// Yes or no.
    Flag,
}

impl fmt::Display for Holds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Number => "a number",
            Self::Flag => "true or false",
        })
    }
}

/// The value of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// Words.
    Text(&'a str),
    /// A whole number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
            Self::Flag(flag) => flag.fmt(f),
        }
    }
}

macro_rules! fields {
    ($($variant:ident $name:literal $holds:ident $doc:literal;)*) => {
        /// A field a signature can ask about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Field {
            $(#[doc = $doc] $variant,)*
        }

        impl Field {
            /// Every field: itself, its name in signature files, what it holds, and what it means.
            pub const TABLE: &'static [(Field, &'static str, Holds, &'static str)] =
                &[$((Field::$variant, $name, Holds::$holds, $doc),)*];
        }
    };
}

fields! {
    VerifyAction "verify.action" Text "What followed from the failed check: `terminate` or `continue`. Absent when no line tells.";
    VerifyCheck "verify.check" Text "Which check failed: `chain`, `name` or `plugin`. Absent when no line tells.";
    VerifyError "verify.error" Text "OpenSSL's text for a failed chain check, in lower case, `self-signed` with its hyphen.";
    VerifyDepth "verify.depth" Number "Index in the chain of the certificate at fault; 0 is the server's own.";
    SslReason "ssl.reason" Text "Reason text of OpenSSL's error, in lower case.";
    SslAlert "ssl.alert" Number "Number of the TLS alert that the peer sent.";
    CaptureBy "capture.by" Text "Handshakes of a capture: who ended it with an alert, `box` or `server`.";
    CaptureAlert "capture.alert" Number "Handshakes of a capture: number of the fatal alert that ended it.";
    HttpStatus "http.status" Number "Status code of the answer to the client.";
    HttpReason "http.reason" Text "Reason phrase of that answer, exactly as written.";
    HttpAnswered "http.answered" Flag "Whether the origin server had sent a response.";
    HttpAttempts "http.attempts" Number "How often the origin server was tried.";
    HttpWaited "http.waited" Number "Seconds without an answer: of the longest attempt, or of the whole request where the log shows no attempt.";
    TargetHost "target.host" Text "Name or address of the origin server, as it was asked for.";
    TargetIp "target.ip" Text "Address that was connected to.";
    TargetPort "target.port" Number "Port that was connected to; known only through the transaction.";
    Text "text" Text "Records: the whole body behind host and process, as written.";
    Dump "dump" Text "Records: the lines behind the head, as written.";
    Process "process" Text "Records: name of the process that wrote it.";
    Module "module" Text "Records: value of `Module=`.";
    Event "event" Text "Records: value of `Event=`.";
    User "user" Text "Records: value of `Username=`.";
    TrackingId "tracking_id" Text "Records: value of `TrackingID=`.";
    HandshakeWords "handshake.words" Text "Handshakes: the words that say most of why it failed: of the event, or else of the end of the connection, or else of OpenSSL.";
    HandshakeEnding "handshake.ending" Text "Handshakes: who ended it, and how: `untrusted` and `name` (this box refused the peer's certificate), `alert` (the peer refused), `no-certificate` (the peer showed none), `cut` (without a word), `other`.";
    PeerIp "peer.ip" Text "Records: address of the other end: `Dst-*` of what goes out, else `Src-*`.";
    PeerPort "peer.port" Number "Records: port of the other end.";
    Direction "direction" Text "Records: `inbound` or `outbound`, where the record says so.";
    AlarmId "alarm.id" Number "Records: number of an alarm.";
    SipMethod "sip.method" Text "Records: method of a SIP message, or of the request that is answered.";
    SipCode "sip.code" Number "Records: status code of a SIP response.";
    SipCallId "sip.call_id" Text "Records: Call-ID of a SIP message.";
    SipHash "sip.hash" Text "Records: `Msg-Hash` of a SIP message: the same on the INFO and on the DEBUG line of one message.";
    NodeRole "node.role" Text "Only in `[[where]]`: `Expressway-C` or `Expressway-E`, by the dumps of the box.";
    NodeRelease "node.release" Text "Only in `[[where]]`: release of the box, such as `X14.2.1`. To compare it, use `releases`.";
    NodePeers "node.peers" Number "Only in `[[where]]`: peers of its cluster, itself included; 0 if it stands alone.";
    Call "call" Text "Records: the call a record belongs to: its Call-ID or Call-serial-number. Both names of one call are told as one where an INVITE joins them.";
    CertificateIssue "certificate.issue" Text "Files of certificates: what is wrong, such as `expired`, `same_name_other_key`, `name_missing`. All of them stand in `docs/adding-a-signature.md`.";
    CertificateWords "certificate.words" Text "Files of certificates: what is wrong, in English words.";
    CertificateSubject "certificate.subject" Text "Files of certificates: what a person calls the certificate: its common name, or its whole subject.";
    CertificateName "certificate.name" Text "Files of certificates: the name that is missing, or that several certificates have.";
    CertificateNameOf "certificate.name_of" Text "Files of certificates: whose the missing name is: `own`, `cluster`, `peer`.";
    CertificateIssuer "certificate.issuer" Text "Files of certificates: the issuer that is missing, or the root that is not trusted.";
    CertificateDays "certificate.days" Number "Files of certificates: whole days that are left at the end of the log; below 0 after the end.";
    CertificateDate "certificate.date" Text "Files of certificates: the day on which it ends, or begins.";
    CertificateRoot "certificate.root" Flag "Files of certificates: whether it is a root.";
    CertificateToldApart "certificate.told_apart" Flag "Files of certificates: whether key identifiers tell certificates of one name apart.";
    CertificateSameSubject "certificate.same_subject" Flag "Files of certificates: whether certificates of one common name have the same whole subject.";
    CertificatePublic "certificate.public" Flag "Files of certificates: whether a public CA made it.";
    CertificateError "certificate.error" Text "Files of certificates: OpenSSL's text for a chain that it refuses, in lower case, `self-signed` with its hyphen.";
    Connection "connection" Text "Records and handshakes: both ends of the connection, whichever way the record points.";
}

/// A field as a signature writes it: one of the table, or the value of a `key="value"` pair as the box wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Asked {
    Field(Field),
    /// `pair.Key`
    Pair(String),
    /// `setting.Path of words`: of the dumps of the box.
    Setting(String),
}

impl Asked {
    /// The field with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let after = |prefix| name.strip_prefix(prefix).filter(|rest| !rest.is_empty()).map(str::to_owned);
        after("pair.")
            .map(Self::Pair)
            .or_else(|| after("setting.").map(Self::Setting))
            .or_else(|| Field::named(name).map(Self::Field))
    }

    pub(crate) fn name(&self) -> String {
        match self {
            Self::Field(field) => field.name().to_owned(),
            Self::Pair(key) => format!("pair.{key}"),
            Self::Setting(path) => format!("setting.{path}"),
        }
    }

    pub(crate) fn holds(&self) -> Holds {
        match self {
            Self::Field(field) => field.holds(),
            Self::Pair(_) | Self::Setting(_) => Holds::Text,
        }
    }

    pub(crate) fn of<'a>(&self, subject: &'a dyn Subject) -> Option<Value<'a>> {
        match self {
            Self::Field(field) => subject.get(*field),
            Self::Pair(key) => subject.pair(key).map(Value::Text),
            Self::Setting(path) => subject.setting(path).map(Value::Text),
        }
    }
}

impl Field {
    /// The field with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::TABLE.iter().find(|(_, known, ..)| *known == name).map(|(field, ..)| *field)
    }

    /// The field's name in signature files.
    pub fn name(self) -> &'static str {
        Self::TABLE.iter().find(|(field, ..)| *field == self).map_or("", |(_, name, ..)| name)
    }

    /// What the field holds.
    pub fn holds(self) -> Holds {
        Self::TABLE.iter().find(|(field, ..)| *field == self).map_or(Holds::Text, |(_, _, holds, _)| *holds)
    }
}

/// Something a condition can be tried on.
pub trait Subject {
    /// Which kind it is.
    fn kind(&self) -> Kind;
    /// The value of a field, if this subject has it.
    fn get(&self, field: Field) -> Option<Value<'_>>;
    /// The value of a pair of the record, as written, trimmed.
    fn pair(&self, key: &str) -> Option<&str> {
        let _ = key;
        None
    }
    /// The value of a setting of the box, by its path.
    fn setting(&self, path: &str) -> Option<&str> {
        let _ = path;
        None
    }
}
